/** What a first visit costs over the wire: the page's own files have a budget here, the engine has its own (README). */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const KIB = 1024;

test('the page without its engine is under 25 KiB gzip', async () => {
  const directory = new URL('../dist/ui/', import.meta.url);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  let own = 0;
  let engine = 0;
  for (const entry of entries.filter((one) => one.isFile())) {
    const size = gzipSync(await readFile(`${entry.parentPath ?? entry.path}/${entry.name}`)).length;
    if (entry.name.endsWith('.wasm')) engine += size;
    else own += size;
    console.log(`${entry.name}: ${(size / KIB).toFixed(1)} KiB`);
  }
  console.log(`page ${(own / KIB).toFixed(1)} KiB, engine ${(engine / KIB).toFixed(1)} KiB`);
  assert.ok(engine > 0, 'the page has no engine');
  assert.ok(own < 25 * KIB, `${own} bytes`);
});
