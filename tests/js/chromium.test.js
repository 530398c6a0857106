/** The suite in Chromium, from files as they are: no bundler, one import map, a server on loopback. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { expected, root } from './project.js';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--no-first-run',
];

/** @type {Record<string, string>} */
const TYPES = { '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };

const PAGE = `<!doctype html><meta charset="utf-8"><title>suite</title>
<script type="importmap">{"imports": {"mxseal": "/js/index.js", "#module": "/js/entry/browser.js"}}</script>`;

test('the suite in Chromium', async (t) => {
  const server = createServer(serve);
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(null)));
  t.after(() => server.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  const { passed, failed } = await page.evaluate(async () => {
    const [mxseal, { run }] = await Promise.all(['/js/index.js', '/tests/suite/index.js'].map((url) => import(url)));
    return run(mxseal, async (/** @type {string} */ path) => {
      const response = await fetch(`/${path}`);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return response.text();
    });
  });
  t.diagnostic(`${passed} of ${expected} passed`);
  assert.deepEqual(failed, []);
  assert.equal(passed, expected);
});

/**
 * What the page loads and nothing else.
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function serve(request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (pathname === '/') return response.setHeader('content-type', 'text/html').end(PAGE);
  const type = TYPES[path.extname(pathname)];
  if (!type || !/^\/(js|pkg|tests|target\/replay)\//.test(pathname)) return response.writeHead(404).end();
  try {
    const content = await readFile(path.join(root, pathname));
    response.setHeader('content-type', type).end(content);
  } catch {
    response.writeHead(404).end();
  }
}
