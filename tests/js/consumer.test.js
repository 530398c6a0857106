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
    assert.deepEqual(named(name).sort(), Object.keys(await import(`mxseal/${name}`)).sort(), name);
  }
  const declared = [...readFileSync(at('../../js/types/roots.d.ts'), 'utf8').matchAll(/^export (?:const )?(\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(declared.sort(), Object.keys(await import('mxseal/roots')).sort());
  const hosts = ['hosts', 'portable'].map((name) => readFileSync(at(`../../js/types/${name}.d.ts`), 'utf8')).join('');
  const functions = [...hosts.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(functions.sort(), Object.keys(await import('mxseal/hosts')).sort());
  const portable = [...readFileSync(at('../../js/types/portable.d.ts'), 'utf8').matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual([...named('check'), ...portable].sort(), Object.keys(await import('mxseal/check')).sort());
});

/** What a subpath's declarations pass on by name. @param {string} name */
function named(name) {
  const [, list = ''] = /\{([^}]*)\} from/.exec(readFileSync(at(`../../js/types/${name}.d.ts`), 'utf8')) ?? [];
  return list.split(',').map((one) => one.trim()).filter((one) => one !== '');
}
