/**
 * The policy cache as checks use it through a store (RFC 8461 §3.3, §5.1, §10.2): in memory and in a folder, over time and side by side.
 * The clock and the network are the test's; the DNS, mail servers and the policy are a recorded domain's.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { check, memoryStore, replay } from 'mxseal';
import { fileStore } from 'mxseal/hosts';

/** @typedef {import('../../js/types.d.ts').CachedPolicy} CachedPolicy */
/** @typedef {import('../../js/types.d.ts').PolicyStore} PolicyStore */

/** @type {import('../../js/types.d.ts').Evidence} */
const evidence = JSON.parse(readFileSync(new URL('../evidence/enforce-good.lab.json', import.meta.url), 'utf8'));
const { domain } = evidence;
const hosts = replay(evidence);
const began = Date.parse(evidence.at);
const ID = '20260101T000000';
const LIFE = 604_800;
const DOWN = async () => Promise.reject(new Error('down', { cause: { code: 'connect' } }));

const DAY = 86_400;

/** @param {number} seconds after the recording */
const later = (seconds) => new Date(began + seconds * 1000);

/**
 * The policy host serves this, and counts.
 * @param {string | (() => Promise<Response>)} body
 */
function policyHost(body) {
  const host = { asked: 0, fetch: async () => (host.asked += 1, typeof body === 'string' ? new Response(body, { headers: { 'content-type': 'text/plain' } }) : body()) };
  return host;
}

const ENFORCE = `version: STSv1\nmode: enforce\nmx: *.${domain}\nmax_age: ${LIFE}\n`;
const NONE = 'version: STSv1\nmode: none\nmax_age: 86400\n';

/** @param {Partial<CachedPolicy>} [change] @returns {CachedPolicy} */
const entry = (change) => ({
  policy: { mode: 'enforce', mx: [`*.${domain}`], maxAge: LIFE, extensions: [], lines: ENFORCE.trim().split('\n') },
  id: ID, fetchedAt: iso(0), largestMaxAge: LIFE, lastAttempt: null, ...change,
});

/** @param {number} seconds */
const iso = (seconds) => later(seconds).toISOString().replace('.000Z', 'Z');

/**
 * One check of the recorded domain, without mail servers. The recorded signatures hold for weeks, longer than the policy.
 * @param {PolicyStore} store @param {number} seconds @param {any} fetch @param {object} [more]
 */
const at = (store, seconds, fetch, more) =>
  check(domain, { dns: hosts.dns, fetch, store, at: later(seconds), options: evidence.options, ...more });

/** @param {import('../../js/types.d.ts').Verdict} verdict */
const required = ({ hosts }) => hosts.map(({ requirement }) => requirement).join(' ');
const [HELD, OPEN] = ['webpki webpki', 'opportunistic opportunistic'];

/** @type {Record<string, (t: import('node:test').TestContext) => Promise<PolicyStore>>} */
const kinds = {
  memory: async () => memoryStore(),
  file: async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'mxseal-policy-'));
    t.after(() => rm(folder, { recursive: true }));
    return fileStore(folder);
  },
};

for (const [kind, open] of Object.entries(kinds)) {
  test(`${kind}: a policy fetched once is in force to its last second, whatever fails, and not a second longer`, async (t) => {
    const store = await open(t);
    const host = policyHost(ENFORCE);
    assert.equal(required(await at(store, 0, host.fetch)), HELD);
    for (const seconds of [1, DAY - 1, LIFE - 1, LIFE]) assert.equal(required(await at(store, seconds, DOWN)), HELD, `${seconds} s`);
    assert.equal(host.asked, 1);
    assert.equal((await store.get(domain))?.fetchedAt, iso(0));
    // The id of the TXT record is the one that was fetched: it revives nothing (RFC 8461 §3.3).
    assert.equal(required(await at(store, LIFE + 1, DOWN)), OPEN);
    // Two seconds earlier it was tried, and for the same id five minutes must pass.
    assert.deepEqual((await store.get(domain))?.lastAttempt, { at: iso(LIFE - 1), id: ID, outcome: 'failed' });
  });

  test(`${kind}: an expired policy is fetched again though the id is the same`, async (t) => {
    const store = await open(t);
    await store.set(domain, entry());
    const host = policyHost(ENFORCE);
    assert.equal(required(await at(store, LIFE + 1, host.fetch)), HELD);
    assert.equal(host.asked, 1);
    assert.equal((await store.get(domain))?.fetchedAt, iso(LIFE + 1));
  });

  for (const [why, answer] of /** @type {const} */ ([
    ['a refused connection', DOWN],
    ['status 500', async () => new Response(ENFORCE, { status: 500, headers: { 'content-type': 'text/plain' } })],
    ['a page', async () => new Response(ENFORCE, { headers: { 'content-type': 'text/html' } })],
    ['a policy that is none', async () => new Response('mode: enforced\n', { headers: { 'content-type': 'text/plain' } })],
  ])) {
    test(`${kind}: a live policy is not lost to ${why} under a new id`, async (t) => {
      const store = await open(t);
      await store.set(domain, entry({ id: 'older' }));
      const host = policyHost(answer);
      assert.equal(required(await at(store, 60, host.fetch)), HELD);
      assert.equal(host.asked, 1);
      const { policy, fetchedAt, lastAttempt } = /** @type {CachedPolicy} */ (await store.get(domain));
      assert.deepEqual([policy?.mode, fetchedAt, lastAttempt?.id], ['enforce', iso(0), ID]);
    });
  }

  test(`${kind}: a live policy is not lost where the TXT record cannot be looked up`, async (t) => {
    const store = await open(t);
    await store.set(domain, entry());
    assert.equal(required(await check(domain, { store, at: later(60), fetch: DOWN, dns: withoutTxt, options: evidence.options })), HELD);
    assert.equal((await store.get(domain))?.policy?.mode, 'enforce');
  });

  test(`${kind}: checks side by side share one fetch, and all go by it`, async (t) => {
    const store = await open(t);
    const [gate, lift] = barrier();
    const host = policyHost(async () => (await gate, new Response(ENFORCE, { headers: { 'content-type': 'text/plain' } })));
    const running = Array.from({ length: 8 }, () => at(store, 0, host.fetch));
    await waits(host);
    lift();
    assert.deepEqual((await Promise.all(running)).map(required), Array(8).fill(HELD));
    assert.equal(host.asked, 1);
    assert.equal((await store.get(domain))?.policy?.mode, 'enforce');
    // The next one comes later and finds it in the store.
    assert.equal(required(await at(store, 1, host.fetch)), HELD);
    assert.equal(host.asked, 1);
  });

  test(`${kind}: one that knows less does not write over a policy fetched meanwhile`, async (t) => {
    const store = await open(t);
    const [gate, lift] = barrier();
    // The first check asks the policy host and waits; by the time its fetch has failed, another process has fetched.
    const slow = policyHost(async () => (await gate, DOWN()));
    const first = at(store, 0, slow.fetch);
    await waits(slow);
    await store.set(domain, entry({ fetchedAt: iso(5), largestMaxAge: 2 * LIFE }));
    lift();
    assert.equal(required(await first), OPEN);
    assert.deepEqual(await store.get(domain), entry({ fetchedAt: iso(5), largestMaxAge: 2 * LIFE }));
  });

  test(`${kind}: the later fetch stands, and the largest life is kept`, async (t) => {
    const store = await open(t);
    const [gate, lift] = barrier();
    const slow = policyHost(async () => (await gate, new Response(NONE, { headers: { 'content-type': 'text/plain' } })));
    const first = at(store, 10, slow.fetch);
    await waits(slow);
    await store.set(domain, entry({ fetchedAt: iso(5) }));
    lift();
    await first;
    const { policy, fetchedAt, largestMaxAge } = /** @type {CachedPolicy} */ (await store.get(domain));
    assert.deepEqual([policy?.mode, fetchedAt, largestMaxAge], ['none', iso(10), LIFE]);
  });
}

test('a shared fetch outlives the check that began it, and ends with the last that waits', async () => {
  const store = memoryStore();
  const [gate, lift] = barrier();
  /** @type {AbortSignal[]} */
  const signals = [];
  const host = { asked: 0, fetch: async (/** @type {string} */ _, /** @type {RequestInit} */ init) => {
    host.asked += 1;
    signals.push(/** @type {AbortSignal} */ (init.signal));
    await gate;
    return new Response(ENFORCE, { headers: { 'content-type': 'text/plain' } });
  } };
  const [leaver, stayer] = [new AbortController(), new AbortController()];
  const gone = assert.rejects(at(store, 0, host.fetch, { signal: leaver.signal }), { code: 'ERR_ABORTED' });
  const stays = at(store, 0, host.fetch, { signal: stayer.signal });
  await waits(host);
  leaver.abort();
  await gone;
  assert.equal(signals[0]?.aborted, false);
  lift();
  assert.equal(required(await stays), HELD);
  assert.deepEqual([host.asked, signals.length], [1, 1]);

  const alone = new AbortController();
  const other = memoryStore();
  const stuck = { asked: 0, fetch: async (/** @type {string} */ _, /** @type {RequestInit} */ init) => (stuck.asked += 1, signals.push(/** @type {AbortSignal} */ (init.signal)), new Promise(() => {})) };
  const both = [0, 1].map(() => assert.rejects(at(other, 0, stuck.fetch, { signal: alone.signal }), { code: 'ERR_ABORTED' }));
  await waits(stuck);
  alone.abort();
  await Promise.all(both);
  assert.deepEqual([stuck.asked, signals[1]?.aborted], [1, true]);
});

test('other stores, and no store, share nothing', async () => {
  const [gate, lift] = barrier();
  const host = policyHost(async () => (await gate, new Response(ENFORCE, { headers: { 'content-type': 'text/plain' } })));
  const running = [memoryStore(), memoryStore(), /** @type {any} */ (undefined), /** @type {any} */ (undefined)].map((store) => at(store, 0, host.fetch));
  await waits(host, 4);
  lift();
  assert.deepEqual((await Promise.all(running)).map(required), Array(4).fill(HELD));
  assert.equal(host.asked, 4);
});

test('through a smart host the policy is the smart host\'s own, and no other is filed or used (RFC 8461 §3.4)', async () => {
  const store = memoryStore();
  const host = policyHost(ENFORCE);
  const none = entry({ policy: { ...entry().policy, mode: 'none', mx: [], lines: NONE.trim().split('\n') } });
  await store.set('recipient.example', none);
  const options = { ...evidence.options, relay: { host: `${domain.toUpperCase()}.`, mx: true } };
  const through = (/** @type {number} */ seconds, /** @type {any} */ fetch) =>
    check('recipient.example', { dns: hosts.dns, fetch, store, at: later(seconds), options });
  assert.equal(required(await through(0, host.fetch)), HELD);
  assert.deepEqual(await store.get('recipient.example'), none);
  assert.equal((await store.get(domain))?.policy?.mode, 'enforce');
  assert.equal(required(await through(1, DOWN)), HELD);
  assert.equal(host.asked, 1);
});

/** @returns {[Promise<void>, () => void]} */
function barrier() {
  /** @type {() => void} */
  let lift = () => {};
  return [new Promise((resolve) => (lift = resolve)), () => lift()];
}

/** Until the policy host was asked, and those beside had time to ask too. @param {{ asked: number }} host @param {number} [times] */
async function waits(host, times = 1) {
  while (host.asked < times) await new Promise((resolve) => setTimeout(resolve, 5));
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The recorded DNS, but for the TXT record. @param {Uint8Array} query @param {any} init */
async function withoutTxt(query, init) {
  if (Buffer.from(query).includes('_mta-sts')) throw new Error('no answer');
  return /** @type {any} */ (hosts.dns)(query, init);
}
