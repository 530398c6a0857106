/** The JavaScript of the README is run as it stands, on a host that knows no domain. */

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

/** What each prints. */
const SAYS = [/^unknown\n/, /^null\n2 mode: enforce\n$/, /^mode: testing\n_smtp.*\nserve-policy now 2026-03-01T12:00:00Z\nannounce-policy later 2026-03-01T12:00:00Z\n$/];

test('there are examples', () => assert.equal(examples.length, 3));

for (const [index, code] of examples.entries()) {
  test(`example ${index + 1} runs`, { timeout: 30_000 }, () => {
    const file = fileURLToPath(new URL(`../../.readme-${process.pid}-${index}.mjs`, import.meta.url));
    // No network: the platform's fetch fails, and the verdict must say that nothing could be found out.
    const offline = `globalThis.fetch = async () => { throw new TypeError('offline'); };\n`;
    try {
      writeFileSync(file, offline + code);
      const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 25_000 });
      assert.equal(status, 0, stderr);
      assert.match(stdout, SAYS[index] ?? /^$/);
    } finally {
      rmSync(file, { force: true });
    }
  });
}
