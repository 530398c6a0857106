/**
 * A scan of domains that a seed made, with 5 of 100 look-ups failing, a consumer that throws after its writes, and a
 * restart on the same state in the middle: every domain must end with exactly one result, the one that the seed says.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer } from './scan-server.mjs';
import { bindings, client } from './scans.mjs';
import { SeededNetwork, seedDomains } from './seeded.mjs';
import { startWorker } from './worker.mjs';

/** @returns what happened, for the one who wants to say it */
export async function seededScan(/** @type {{ seed: number, count: number }} */ { seed, count }) {
  const table = { records: {}, policies: {}, forged: new Set() };
  const domains = seedDomains(seed, count, table);
  const network = new SeededNetwork(table, seed, 5);
  const state = await mkdtemp(path.join(tmpdir(), 'mxseal-scan-'));
  const server = await startServer((href) => network.answer(href));
  let thrown = 0;
  const onLog = (text) => (thrown += text.split('a fault that was asked for').length - 1);
  const start = () => startWorker(server.url, bindings({ throwsAfterWrites: 20 }), { state, onLog });
  let worker = await start();
  try {
    const began = performance.now();
    const { id } = await client(worker).start(domains.map(({ domain }) => `${domain}\n`).join(''));
    const before = await client(worker).until(id, ({ checked }) => checked >= count / 3);
    assert.ok(before.waiting > 0, 'the restart must come in the middle');
    await worker.dispose();
    worker = await start();
    await client(worker).sweep();
    const scan = await client(worker).until(id, ({ state }) => state === 'done');
    const seconds = (performance.now() - began) / 1000;

    assert.deepEqual([scan.lines, scan.domains, scan.waiting, scan.checked, scan.failed], [count, count, 0, count, 0]);
    const rows = await client(worker).rows(id);
    const found = new Map(rows.map((row) => [row.domain, row]));
    assert.equal(rows.length, count);
    assert.equal(found.size, count);
    for (const { domain, ...expected } of domains) {
      const { posture, hosts, stsMode, tlsRpt, status } = found.get(domain) ?? {};
      assert.deepEqual({ status, posture, hosts, stsMode, tlsRpt }, { status: 'checked', ...expected }, domain);
    }
    // The chain cache outlives the isolate: the keys of the root and of the signed zone are not asked for by every check.
    for (const question of ['. DNSKEY', 'signed DNSKEY', 'com DS']) assert.ok(network.times(question) < count / 10, question);
    const again = rows.filter(({ tries }) => tries > 1).length;
    return { seconds, perSecond: count / seconds, failed: network.failed, asked: network.answered, thrown, again };
  } finally {
    await worker.dispose();
    await server.close();
    await rm(state, { recursive: true, force: true });
  }
}
