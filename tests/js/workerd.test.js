/** The suite in workerd, the runtime of Cloudflare Workers: bundled as a Worker is, run by Miniflare without a network. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { expected, files, load, root } from './project.js';

const WORKER = `
  import * as mxseal from 'mxseal';
  import { run } from './tests/suite/index.js';
  export default {
    async fetch(request) {
      const files = await request.json();
      return Response.json(await run(mxseal, (path) => files[path]));
    },
  };`;

/** The engine stays a module of its own: Workers compile no bytes at run time. */
const separate = {
  name: 'wasm',
  /** @param {import('esbuild').PluginBuild} bundle */
  setup: (bundle) => bundle.onResolve({ filter: /\.wasm$/ }, () => ({ path: './mxseal.wasm', external: true })),
};

test('the suite in workerd', async (t) => {
  const { outputFiles } = await build({
    stdin: { contents: WORKER, resolveDir: root, sourcefile: 'worker.js' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    conditions: ['workerd', 'worker', 'browser'],
    plugins: [separate],
    logLevel: 'warning',
  });
  const worker = new Miniflare({
    compatibilityDate: '2026-07-01',
    modules: [
      { type: 'ESModule', path: 'worker.js', contents: outputFiles[0]?.text ?? '' },
      { type: 'CompiledWasm', path: 'mxseal.wasm', contents: readFileSync(`${root}pkg/mxseal_bg.wasm`) },
    ],
  });
  t.after(() => worker.dispose());
  const body = JSON.stringify(Object.fromEntries(files.map((path) => [path, load(path)])));
  const response = await worker.dispatchFetch('http://worker.invalid/', { method: 'POST', body });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const { passed, failed } = JSON.parse(text);
  t.diagnostic(`${passed} of ${expected} passed`);
  assert.deepEqual(failed, []);
  assert.equal(passed, expected);
});
