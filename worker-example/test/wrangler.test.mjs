/** wrangler.jsonc, as wrangler itself reads it: what would be uploaded holds the Worker, the engine and the page. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

test('wrangler would deploy what was built', async () => {
  const outdir = await mkdtemp(path.join(tmpdir(), 'mxseal-deploy-'));
  try {
    const { stdout } = await promisify(execFile)(
      'node_modules/.bin/node',
      ['node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--outdir', outdir],
      { cwd: root, timeout: 120_000, env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } },
    );
    assert.match(stdout, /env\.ASSETS/);
    assert.match(stdout, /env\.DOH/);
    const names = (await readdir(outdir)).filter((name) => /\.(js|wasm)$/.test(name)).sort();
    assert.deepEqual(names, ['index.js', 'mxseal_bg.wasm']);
    for (const name of names) {
      assert.deepEqual(await readFile(path.join(outdir, name)), await readFile(path.join(root, 'dist/worker', name)), name);
    }
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
});
