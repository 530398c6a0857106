/** Which modules may stand where: the portable hosts need no `node:`, and no host knows the engine. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { isBuiltin } from 'node:module';

const hosts = new URL('../../../js/hosts/', import.meta.url);

/** @param {URL} module @returns {string[]} what it imports, types left aside */
function importsOf(module) {
  const code = readFileSync(module, 'utf8').replace(/\/\*[^]*?\*\//g, '');
  const found = code.matchAll(/^\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm);
  return [...found].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
}

/** @param {URL} module @param {Map<string, string[]>} seen */
function graph(module, seen = new Map()) {
  if (seen.has(module.href)) return seen;
  const imports = importsOf(module);
  seen.set(module.href, imports);
  for (const name of imports) if (name.startsWith('.')) graph(new URL(name, module), seen);
  return seen;
}

test('the portable hosts reach no module of Node', () => {
  const seen = graph(new URL('portable.js', hosts));
  assert.ok([...seen.keys()].some((href) => href.endsWith('/doh.js')) && seen.size >= 8, [...seen.keys()].join(' '));
  for (const [module, imports] of seen) assert.deepEqual(imports.filter((name) => !name.startsWith('.')), [], module);
});

test('hosts and stores import each other and Node, never the engine', () => {
  const modules = readdirSync(hosts).map((name) => new URL(name, hosts));
  assert.ok(modules.length > 10);
  for (const module of modules) {
    for (const name of importsOf(module)) {
      const inside = /^\/js\/(hosts|store)\//.test(new URL(name, module).pathname.replace(/^.*(?=\/js\/)/, ''));
      assert.ok(isBuiltin(name) || (name.startsWith('.') && inside), `${module.pathname} imports ${name}`);
    }
  }
});

test('the index for Node has every host', async () => {
  const all = await import('../../../js/hosts/node.js');
  for (const name of ['doh', 'udp', 'nodeFetch', 'starttls', 'replay', 'policyAnswer', 'memoryStore', 'fileStore']) {
    assert.equal(typeof (/** @type {any} */ (all)[name]), 'function', name);
  }
});
