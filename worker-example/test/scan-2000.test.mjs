/** The seeded scan, at the size that every run of the tests can afford. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededScan } from './scan-seeded.mjs';

test('2,000 seeded domains: one final result each, through failing look-ups, a throwing consumer and a restart', async (t) => {
  const { failed, asked, thrown, again, perSecond } = await seededScan({ seed: 2024, count: Number(process.env.SCAN_COUNT ?? 2_000) });
  assert.ok(failed > 0 && thrown > 0 && again > 0, JSON.stringify({ failed, thrown, again }));
  t.diagnostic(`${perSecond.toFixed(0)} domains a second; ${failed} of ${asked + failed} answers failed, ${thrown} consumers threw, ${again} domains took more than a try`);
});
