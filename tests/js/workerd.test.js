/** The suite in the real workerd, with the optimised module. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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

test('the suite in workerd', { timeout: 120_000 }, async (t) => {
  const { outputFiles } = await build({
    stdin: { contents: WORKER, resolveDir: ROOT, loader: 'js' },
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
  const miniflare = new Miniflare({
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
