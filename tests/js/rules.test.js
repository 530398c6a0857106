/** tests/dnssec/rules.json fits the sources as they are: what each rule takes out stands there once, and something was red without it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './project.js';

test('every rule of the DNSSEC validator can be taken out, and was noticed', (t) => {
  const rules = JSON.parse(load('tests/dnssec/rules.json'));
  assert.equal(new Set(rules.map((/** @type {{ id: string }} */ { id }) => id)).size, rules.length);
  for (const { id, clause, rule, edits, red } of rules) {
    assert.ok(clause && rule && red, id);
    for (const { file, find, replace } of edits) {
      assert.equal(load(file).split(find).length, 2, `${id}: ${file} holds it once`);
      assert.notEqual(find, replace, id);
    }
  }
  t.diagnostic(`${rules.length} rules`);
});
