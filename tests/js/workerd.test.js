/** The suite in the real workerd, with the optimised modules; and what is another there than elsewhere: requests share no work. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
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
