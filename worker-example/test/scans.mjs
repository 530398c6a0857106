/** A client of the scan API, for its tests. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { described } from './openapi.mjs';
import { ANCHOR } from './signed-root.mjs';

export const TOKEN = '0123456789abcdef0123456789abcdef';
/** Times that a test can wait for, on the tests' own root. */
export const FAULTS = { backOffSeconds: 0, stallSeconds: 0, lookupMs: 5_000, checkMs: 60_000, policyMs: 10_000 };

export function bindings(faults = {}, more = {}) {
  return { ADMIN_TOKEN: TOKEN, TRUST_ANCHORS: ANCHOR, FAULTS: JSON.stringify({ ...FAULTS, ...faults }), ...more };
}

/** Calls of one Worker; each answer but those of waiting is held against the Worker's own description. */
export function client(/** @type {import('miniflare').Miniflare} */ worker) {
  const ask = (path, init = {}) =>
    worker.dispatchFetch(`http://127.0.0.1${path}`, { ...init, headers: { authorization: `Bearer ${TOKEN}`, ...init.headers } });
  const call = described(ask);
  const json = async (path, init) => (await ask(path, init)).json();
  return {
    call,
    json,
    async start(list, { type = 'text/plain', query = '' } = {}) {
      const response = await call(`/api/scan${query}`, { method: 'POST', headers: { 'content-type': type }, body: list });
      const scan = await response.json();
      assert.equal(response.status, 202, JSON.stringify(scan));
      return scan;
    },
    /** Waits until the scan is as wanted; what makes no progress for a minute has failed. */
    async until(id, wanted) {
      let scan = await json(`/api/scan/${id}`);
      for (let seen = scan.waiting, still = 0; !wanted(scan); still = scan.waiting === seen ? still + 1 : 0, seen = scan.waiting) {
        assert.ok(still < 600, `the scan stands still: ${JSON.stringify(scan)}`);
        await sleep(100);
        scan = await json(`/api/scan/${id}`);
      }
      return scan;
    },
    async rows(id, query = '') {
      const text = await (await call(`/api/scan/${id}/results?format=jsonl${query}`)).text();
      return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
    },
    async sweep() {
      await (await worker.getWorker('mxseal')).scheduled();
    },
  };
}

/** Rows in a fixed order, without what depends on the clock and on the order of work. */
export function lasting(rows) {
  return rows.map(({ checkedAt: _at, validUntil: _until, tries: _tries, evidence: _key, line: _line, ...row }) => row);
}
