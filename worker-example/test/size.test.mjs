/**
 * What a first visit costs: all that the page loads up to its first verdict, engine included, as it goes over the wire.
 * The list is that of a browser, taken while it makes a check; what is loaded only behind the verdict is printed too.
 */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Network } from './network.mjs';
import { PageTest } from './page.mjs';
import { ANCHOR } from './signed-root.mjs';
import { TABLE } from './table.mjs';

const KIB = 1024;
const directory = new URL('../dist/ui/', import.meta.url);

let t;
before(async () => (t = await PageTest.start(new Network(TABLE), { TRUST_ANCHORS: ANCHOR })));
after(() => t?.stop());

test('the page with its engine is under 350 KiB gzip, and without it under 25', () =>
  t.onPage(async (view) => {
    const loaded = new Set();
    view.on('request', (request) => {
      const { origin, pathname } = new URL(request.url());
      if (origin === t.origin && !pathname.startsWith('/api/')) loaded.add(pathname === '/' ? '/index.html' : pathname);
    });
    await view.goto(t.linkTo('good.example'));
    await view.waitForSelector('.verdict');
    await view.waitForLoadState('networkidle');
    const first = await needed('/index.html');
    const page = await needed('/index.html', { preloads: false });
    let total = 0;
    let own = 0;
    for (const name of await all()) {
      const size = gzipSync(await readFile(new URL(`.${name}`, directory))).length;
      const when = first.has(name) ? 'first' : loaded.has(name) ? 'behind the verdict' : 'on demand';
      console.log(`${name}: ${(size / KIB).toFixed(1)} KiB, ${when}`);
      if (!first.has(name)) continue;
      assert.ok(loaded.has(name) || name === '/icon.svg', `${name} was not loaded`);
      total += size;
      if (page.has(name)) own += size;
    }
    console.log(`first load: ${(total / KIB).toFixed(1)} KiB, the page's own part ${(own / KIB).toFixed(1)} KiB`);
    assert.ok(total < 350 * KIB, `${total} bytes`);
    assert.ok(own < 25 * KIB, `${own} bytes of the page's own`);
    // What a browser loads before the verdict is what index.html names, and what that imports.
    for (const name of loaded) assert.ok(first.has(name) || LATER.test(name), `${name} is loaded and counted nowhere`);
  }));

const LATER = /^\/(?:assets\/(?:chain|chunk)[\w-]*\.js|favicon\.ico)$/;

async function all() {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((one) => one.isFile() && one.name !== '_headers')
    .map((one) =>
      `${one.parentPath ?? one.path}/${one.name}`.replace(directory.pathname.replace(/\/$/, ''), '').replace(/\/+/g, '/'),
    )
    .sort();
}

/**
 * A file, what it names by `src` or `href`, and what that imports without being asked. What is preloaded is the engine,
 * and chunks of the page that are found without that too.
 */
async function needed(name, { preloads = true, found = new Set() } = {}) {
  if (found.has(name)) return found;
  found.add(name);
  if (!/\.(?:html|js)$/.test(name)) return found;
  const text = await readFile(new URL(`.${name}`, directory), 'utf8');
  const named = preloads ? text : text.replace(/<link rel="(?:module)?preload"[^>]*>/g, '');
  const names = name.endsWith('.html')
    ? [...named.matchAll(/(?:src|href)="(\/[\w/.-]+\.\w+)"/g)].map(([, path]) => path)
    : [...text.matchAll(/(?:\bfrom|\bimport)\s*"([./][^"]+)"/g)].map(
        ([, path]) => new URL(path, `https://page.test${name}`).pathname,
      );
  for (const next of names) await needed(next, { preloads, found });
  return found;
}
