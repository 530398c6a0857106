/**
 * The engine in workerd, which is what Cloudflare runs Workers in: a whole check (driver included, hosts that answer from
 * a recording) against the same in Node, and what the engine's module costs at the start against an empty one.
 *
 * workerd stands still its clock while code runs, so it is timed from outside: a request with many checks, less one with
 * none. A start is a process of workerd until its first answer.
 */

import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { quantile } from '../measure.mjs';
import { repeat, warm } from '../workerd/repeat.js';

export const title = 'In workerd (tests/evidence/dane-good.lab.json)';

const from = (path) => new URL(path, import.meta.url);
const RECORDING = JSON.parse(readFileSync(from('../../tests/evidence/dane-good.lab.json'), 'utf8'));
const ROUNDS = 15;
const CHECKS = 20;
const INSTANCES = 50;
const STARTS = 7;

export async function cases() {
  const [check, empty] = await Promise.all([worker('check'), worker('empty')]);
  const [full, bare] = [new Miniflare(check), new Miniflare(empty)];
  try {
    await Promise.all([full.ready, bare.ready]);
    const chain = await warm(RECORDING);
    const inNode = (chainCache) => timed(() => repeat(RECORDING, CHECKS, chainCache));
    const checks = await rounds(ROUNDS, {
      'cold check in workerd': perUnit(full, `checks=${CHECKS}`, CHECKS),
      'cold check in Node': async () => (await inNode([])) / CHECKS,
      'warm check in workerd': perUnit(full, `checks=${CHECKS}&warm`, CHECKS),
      'warm check in Node': async () => (await inNode(chain)) / CHECKS,
    });
    const made = await rounds(ROUNDS, {
      'instance of the engine': perUnit(full, `instances=${INSTANCES}`, INSTANCES),
      'instance of an empty module': perUnit(bare, `instances=${INSTANCES * 20}`, INSTANCES * 20),
    });
    const starts = await rounds(STARTS, { 'start with the engine': () => startOf(check), 'start with an empty module': () => startOf(empty) });
    return [
      { name: 'one check', times: checks, ratios: [['cold check in workerd', 'cold check in Node'], ['warm check in workerd', 'warm check in Node']] },
      { name: 'one instance, module compiled', times: made, ratios: [['instance of the engine', 'instance of an empty module']] },
      { name: 'a process until its first answer', times: starts, ratios: [['start with the engine', 'start with an empty module']] },
    ];
  } finally {
    await Promise.all([full.dispose(), bare.dispose()]);
  }
}

/** What miniflare takes: the bundle and the .wasm beside it. */
async function worker(name) {
  const { outputFiles } = await build({
    entryPoints: [from(`../workerd/${name}.js`).pathname],
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd'],
    loader: { '.wasm': 'copy' },
    assetNames: '[name]',
  });
  const modules = outputFiles.map(({ path, contents }) => ({ type: path.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule', path: path.split('/').at(-1), contents }));
  return { modules: modules.sort((a, b) => Number(a.path.endsWith('.wasm')) - Number(b.path.endsWith('.wasm'))), compatibilityDate: '2026-07-01' };
}

/** Milliseconds of one of `count` units of a request's work. */
function perUnit(worker, query, count) {
  const ask = (what) => timed(async () => {
    const response = await worker.dispatchFetch(`http://bench/?${what}`);
    if ((await response.text()) !== 'done') throw new Error(`the worker of \`${what}\` answered ${response.status}`);
  });
  return async () => ((await ask(query)) - (await ask(''))) / count;
}

async function startOf(options) {
  return timed(async () => {
    const worker = new Miniflare(options);
    try {
      await (await worker.dispatchFetch('http://bench/')).text();
    } finally {
      await worker.dispose();
    }
  });
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** As measure() does, for work that is waited for; the first round warms up and does not count. */
async function rounds(count, contenders) {
  const all = Object.entries(contenders).map(([name, work]) => ({ name, work, times: [] }));
  for (let round = 0; round <= count; round += 1) {
    for (let turn = 0; turn < all.length; turn += 1) {
      const { work, times } = all[(round + turn) % all.length];
      const time = await work();
      if (round > 0) times.push(time);
    }
  }
  return Object.fromEntries(all.map(({ name, times }) => {
    times.sort((a, b) => a - b);
    return [name, { median: quantile(times, 0.5), low: quantile(times, 0.25), high: quantile(times, 0.75), calls: 1 }];
  }));
}
