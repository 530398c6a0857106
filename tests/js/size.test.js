/** What a user loads: the two modules as they go over the wire. The limits are a little above what they are, so that growth is a decision. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const KIB = 1024;
const LIMITS = { mxseal: 280, receiver: 245 };

for (const [name, limit] of Object.entries(LIMITS)) {
  const octets = readFileSync(new URL(`../../pkg/${name}_bg.wasm`, import.meta.url));

  test(`pkg/${name}_bg.wasm is under ${limit} KiB gzip`, (t) => {
    const size = gzipSync(octets, { level: 9 }).length / KIB;
    t.diagnostic(`${size.toFixed(1)} KiB`);
    assert.ok(size < limit, `${size.toFixed(1)} KiB`);
  });

  test(`pkg/${name}_bg.wasm names no folder of the machine that built it`, () => {
    const text = octets.toString('latin1');
    assert.match(text, /rsa-0\.\d+\.\d+\/src|der-0\.\d+\.\d+\/src|alloc\/src/, 'the places of panics are in the module');
    assert.doesNotMatch(text, /\.cargo\/|\/home\/|\/root\/|registry\/src\//);
  });
}
