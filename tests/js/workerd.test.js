/** The suite in the real workerd, with the optimised modules; and what is another there than elsewhere: requests share no work. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { replay } from 'mxseal/hosts';
import { count, readFiles } from '../suite/files.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const WORKER = `
import * as mxseal from 'mxseal';
import { run } from './tests/suite/run.js';
export default {
  async fetch(request) {
    return Response.json({ ...(await run(mxseal, await request.json())), agent: navigator.userAgent });
  },
};`;

/** Checks a recorded domain whose policy host is elsewhere; every request has the same store. */
const STORE = `
import { check, memoryStore, replay } from 'mxseal';
const store = memoryStore();
export default {
  async fetch(request) {
    const { evidence, policy } = await request.json();
    const hosts = { ...replay(evidence), fetch: (_, { signal }) => fetch(policy, { signal }) };
    const { posture } = await check(evidence.domain, { ...hosts, at: evidence.at, options: evidence.options, store });
    return Response.json(posture);
  },
};`;

/** One `doh` for all requests, with one turn; a request checks a recorded domain twice at once. @param {number} port */
const DNS = (port) => `
import { check, doh, replay } from 'mxseal';
const dns = doh({ urls: 'http://127.0.0.1:${port}/dns-query', parallel: 1, timeoutMs: 2_000, retries: 0 });
export default {
  async fetch(request) {
    const evidence = await request.json();
    const one = () => check(evidence.domain, { ...replay(evidence), dns, at: evidence.at, options: evidence.options });
    return Response.json((await Promise.all([one(), one()])).map(({ posture }) => posture));
  },
};`;

/** @param {string} source */
async function start(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT, loader: 'js' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd'],
    external: ['*.wasm'],
    write: false,
    outdir: '/',
  });
  const [{ text }] = outputFiles;
  // esbuild leaves the paths of the files as they are; here each module lies beside the worker.
  const contents = text.replace(/(from\s*")[^"]*\/(\w+\.wasm)"/g, '$1./$2"');
  return new Miniflare({
    compatibilityDate: '2026-07-01',
    modulesRoot: '/',
    modules: [
      { type: 'ESModule', path: '/worker.js', contents },
      ...['mxseal_bg.wasm', 'receiver_bg.wasm'].map((name) => ({
        type: /** @type {const} */ ('CompiledWasm'),
        path: `/${name}`,
        contents: readFileSync(new URL(`../../pkg/${name}`, import.meta.url)),
      })),
    ],
  });
}

test('the suite in workerd', { timeout: 120_000 }, async (t) => {
  const miniflare = await start(WORKER);
  try {
    const files = readFiles();
    const response = await miniflare.dispatchFetch('http://suite/', { method: 'POST', body: JSON.stringify(files) });
    const body = await response.text();
    assert.equal(response.status, 200, body);
    const { passed, failed, agent } = JSON.parse(body);
    assert.deepEqual(failed, []);
    assert.equal(passed, count(files));
    assert.equal(agent, 'Cloudflare-Workers');
    t.diagnostic(`${passed} passed in workerd`);
  } finally {
    await miniflare.dispose();
  }
});

test('two requests at once and one store: each fetches for itself, the next one need not', { timeout: 60_000 }, async () => {
  const evidence = JSON.parse(readFileSync(new URL('../evidence/enforce-good.lab.json', import.meta.url), 'utf8'));
  const recorded = evidence.answers.find(({ need }) => need.kind === 'policy').answer;
  /** @type {import('node:http').ServerResponse[]} */
  const waiting = [];
  let asked = 0;
  // Nobody gets the policy before two have asked for it: whoever waited for the other would wait for ever.
  const host = createServer((_, response) => {
    asked += 1;
    waiting.push(response);
    if (asked >= 2) for (const one of waiting.splice(0)) one.writeHead(200, { 'content-type': 'text/plain' }).end(Buffer.from(recorded.body, 'base64'));
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (host.address());
  const miniflare = await start(STORE);
  try {
    const request = { method: 'POST', body: JSON.stringify({ evidence, policy: `http://127.0.0.1:${port}/` }) };
    const posture = async () => (await miniflare.dispatchFetch('http://store/', request)).text();
    assert.deepEqual(await Promise.all([posture(), posture()]), ['"protected"', '"protected"']);
    assert.equal(await posture(), '"protected"');
    assert.equal(asked, 2);
  } finally {
    await miniflare.dispose();
    host.closeAllConnections();
    host.close();
  }
});

test('one doh for all requests: no query waits for one of another request, nor of another check', { timeout: 60_000 }, async () => {
  const evidence = JSON.parse(readFileSync(new URL('../evidence/enforce-good.lab.json', import.meta.url), 'utf8'));
  const { dns } = replay(evidence);
  /** @type {Map<string, (() => void)[]>} */
  const waiting = new Map();
  // Nobody is answered before somebody else has asked the same: whoever waited for another's turn would wait for ever.
  const host = createServer((request, response) => {
    const question = new URL(request.url ?? '', 'http://localhost').searchParams.get('dns') ?? '';
    const all = waiting.get(question) ?? [];
    waiting.set(question, all);
    all.push(async () => response.writeHead(200, { 'content-type': 'application/dns-message' }).end(await dns(Buffer.from(question, 'base64url'), {})));
    if (all.length === 2) for (const answer of all.splice(0)) answer();
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const miniflare = await start(DNS(/** @type {import('node:net').AddressInfo} */ (host.address()).port));
  try {
    const postures = async () => (await miniflare.dispatchFetch('http://dns/', { method: 'POST', body: JSON.stringify(evidence) })).json();
    assert.deepEqual(await Promise.all([postures(), postures()]), [['protected', 'protected'], ['protected', 'protected']]);
  } finally {
    await miniflare.dispose();
    host.closeAllConnections();
    host.close();
  }
});
