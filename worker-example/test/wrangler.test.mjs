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

const wrangler = (...given) =>
  promisify(execFile)('node_modules/.bin/node', ['node_modules/wrangler/bin/wrangler.js', ...given], {
    cwd: root,
    timeout: 120_000,
    env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' },
  });

test('wrangler would deploy what was built', async () => {
  const outdir = await mkdtemp(path.join(tmpdir(), 'mxseal-deploy-'));
  try {
    const { stdout } = await wrangler('deploy', '--dry-run', '--outdir', outdir);
    for (const binding of ['ASSETS', 'POLICIES', 'DB', 'RAW', 'SCAN', 'CHECK_LIMIT', 'REPORT_LIMIT', 'DOH', 'REPORT_DOMAINS']) assert.match(stdout, new RegExp(`env\\.${binding}\\b`));
    const names = (await readdir(outdir)).filter((name) => /\.(js|wasm)$/.test(name)).sort();
    assert.deepEqual(names, ['index.js', 'mxseal_bg.wasm', 'receiver_bg.wasm']);
    for (const name of names) {
      assert.deepEqual(await readFile(path.join(outdir, name)), await readFile(path.join(root, 'dist/worker', name)), name);
    }
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
});

test('wrangler takes the migrations, once', async () => {
  const state = await mkdtemp(path.join(tmpdir(), 'mxseal-state-'));
  const migrations = (await readdir(path.join(root, 'migrations'))).filter((name) => name.endsWith('.sql'));
  const apply = async () => (await wrangler('d1', 'migrations', 'apply', 'mxseal', '--local', '--persist-to', state)).stdout;
  try {
    const first = await apply();
    for (const name of migrations) assert.ok(first.includes(name), name);
    assert.match(await apply(), /No migrations to apply/);
  } finally {
    await rm(state, { recursive: true, force: true });
  }
});
