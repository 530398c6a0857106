/** The suite in Node. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as mxseal from 'mxseal';
import { run } from '../suite/index.js';
import { expected, load } from './project.js';

test('the suite in Node', async (t) => {
  const { passed, failed } = await run(mxseal, load);
  t.diagnostic(`${passed} of ${expected} passed`);
  assert.deepEqual(failed, []);
  assert.equal(passed, expected);
});
