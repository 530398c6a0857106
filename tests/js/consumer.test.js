/** The declarations as a TypeScript program of somebody else meets them: strict, and with none of our settings. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** How programs of Node are compiled; a bundler's way knows no platform, and the least `lib` has no `WebAssembly`. */
const WAYS = [
  ['--module', 'nodenext'],
  ['--module', 'node16', '--lib', 'es2022', '--types', 'node'],
  ['--module', 'esnext', '--moduleResolution', 'bundler'],
];
for (const way of WAYS) {
  test(`a TypeScript program that uses every subpath: ${way.join(' ')}`, { timeout: 60_000 }, () => {
    const args = [at('../../node_modules/typescript/bin/tsc'), '-p', at('../types'), ...way];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.deepEqual([status, stdout], [0, '']);
  });
}

test('what is packed: all that its modules import and its exports name, and nothing hidden', { timeout: 60_000 }, () => {
  const { status, stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], { cwd: at('../..'), encoding: 'utf8' });
  assert.equal(status, 0);
  const packed = new Set(JSON.parse(stdout)[0].files.map((/** @type {{ path: string }} */ { path }) => path));
  const { exports, imports, bin } = JSON.parse(readFileSync(at('../../package.json'), 'utf8'));
  const wanted = paths([exports, imports, bin]).map((path) => posix.normalize(path));
  for (const path of packed) {
    if (!/\.(js|d\.ts)$/.test(path)) continue;
    const code = readFileSync(at(`../../${path}`), 'utf8');
    const named = code.matchAll(/(?:from|import|import\(|new URL\()\s*'(\.[^']+)'/g);
    wanted.push(...[...named].map(([, name = '']) => posix.join(posix.dirname(path), path.endsWith('.d.ts') ? name.replace(/\.js$/, '.d.ts') : name)));
  }
  assert.ok(wanted.length > 200, String(wanted.length));
  assert.deepEqual([...new Set(wanted)].filter((path) => !packed.has(path)), []);
  assert.deepEqual([...packed].filter((path) => /(^|\/)\.|\.(test\.js|rs|map)$|node_modules/.test(path)), []);
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

/** @param {unknown} value @returns {string[]} */
function paths(value) {
  return typeof value === 'string' ? [value] : Object.values(/** @type {object} */ (value)).flatMap(paths);
}

/** What a subpath's declarations pass on by name. @param {string} name */
function named(name) {
  const [, list = ''] = /\{([^}]*)\} from/.exec(readFileSync(at(`../../js/types/${name}.d.ts`), 'utf8')) ?? [];
  return list.split(',').map((one) => one.trim()).filter((one) => one !== '');
}
