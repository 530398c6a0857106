/** What a first visit costs: all that the page loads, engine included, as it goes over the wire. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const KIB = 1024;

test('the page with its engine is under 350 KiB gzip', async () => {
  const directory = new URL('../dist/ui/', import.meta.url);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  let total = 0;
  for (const entry of entries.filter((one) => one.isFile())) {
    const size = gzipSync(await readFile(`${entry.parentPath ?? entry.path}/${entry.name}`)).length;
    total += size;
    console.log(`${entry.name}: ${(size / KIB).toFixed(1)} KiB`);
  }
  assert.ok(total < 350 * KIB, `${total} bytes`);
});
