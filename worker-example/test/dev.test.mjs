/** `npm run dev`: one command, no network, and the page and the API answer from the recordings. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startBrowser } from './browser.mjs';

test('npm run dev answers from recordings', { timeout: 120_000 }, async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const child = spawn(process.execPath, ['dev.mjs'], { cwd: root, env: { ...process.env, PORT: '8791' } });
  let output = '';
  child.stderr.on('data', (data) => (output += data));
  try {
    await new Promise((resolve, reject) => {
      child.stdout.on('data', (data) => (output += data).includes('Ctrl-C ends it') && resolve());
      child.once('exit', () => reject(new Error(output)));
    });
    const [, page] = /The page +(\S+)/.exec(output);
    const verdict = await (await fetch(new URL('/api/check/enforce-good.lab', page))).json();
    assert.equal(verdict.posture, 'protected');
    const browser = await startBrowser();
    try {
      const tab = await browser.newPage();
      await tab.goto(page);
      await tab.waitForSelector('[data-posture]');
      assert.equal(await tab.locator('[data-posture]').first().getAttribute('data-posture'), 'protected');
    } finally {
      await browser.close();
    }
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve()));
  }
});
