/** The suite in headless Chromium: the package's files as they are, by an import map. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { count, readFiles } from '../suite/files.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPES = { '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run'];
const PAGE = `<!doctype html><meta charset="utf-8"><title>suite</title>
<script type="importmap">{ "imports": { "mxseal": "/js/index.js", "#module": "/js/entry/browser.js", "#receiver": "/js/entry/receiver/browser.js" } }</script>`;

test('the suite in Chromium', { timeout: 120_000 }, async (t) => {
  const server = createServer(serve).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    const files = readFiles();
    const { passed, failed } = await page.evaluate(async (given) => {
      const [mxseal, { run }] = await Promise.all([import('mxseal'), import('/tests/suite/run.js')]);
      return run(mxseal, given);
    }, files);
    assert.deepEqual(failed, []);
    assert.equal(passed, count(files));
    t.diagnostic(`${passed} passed in Chromium ${browser.version()}`);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});

async function serve({ url }, response) {
  const { pathname } = new URL(url, 'http://localhost');
  if (pathname === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  if (!/^\/(js|pkg|tests\/suite)\/[\w./-]+$/.test(pathname) || pathname.includes('..')) return response.writeHead(404).end();
  try {
    const body = await readFile(path.join(ROOT, pathname));
    response.writeHead(200, { 'content-type': TYPES[path.extname(pathname)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}
