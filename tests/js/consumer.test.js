/** The declarations as a TypeScript program of somebody else meets them: strict, and with none of our settings. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

test('a TypeScript program that uses every subpath', { timeout: 60_000 }, () => {
  const args = [at('../../node_modules/typescript/bin/tsc'), '-p', at('../types')];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [0, '']);
});

test('the declarations name what the modules export, and nothing else', async () => {
  for (const name of ['mta-sts', 'dane', 'tlsrpt']) {
    const declared = /\{(.*)\}/.exec(readFileSync(at(`../../js/types/${name}.d.ts`), 'utf8'))?.[1] ?? '';
    const exported = Object.keys(await import(`mxseal/${name}`));
    assert.deepEqual(declared.split(',').map((one) => one.trim()).sort(), exported.sort(), name);
  }
  const declared = [...readFileSync(at('../../js/types/roots.d.ts'), 'utf8').matchAll(/^export (?:const )?(\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(declared.sort(), Object.keys(await import('mxseal/roots')).sort());
  const hosts = ['hosts', 'portable'].map((name) => readFileSync(at(`../../js/types/${name}.d.ts`), 'utf8')).join('');
  const functions = [...hosts.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(functions.sort(), Object.keys(await import('mxseal/hosts')).sort());
});
