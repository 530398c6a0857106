/** The suite in Node. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as mxseal from 'mxseal';
import { count, readFiles } from '../suite/files.js';
import { run } from '../suite/run.js';

test('the suite in Node', async (t) => {
  const files = readFiles();
  const { passed, failed } = await run(mxseal, files);
  assert.deepEqual(failed, []);
  assert.equal(passed, count(files));
  t.diagnostic(`${passed} passed in Node ${process.versions.node}`);
});
