/** Plans held to what they promise: at every moment, with caches of every age, a sender delivers; in the naive order it does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as mxseal from 'mxseal';
import { clock, daneSender, keyEvents, policyEvents, seconds, sweepKeys, sweepPolicies } from '../plan/sweep.mjs';
import { load } from './project.js';

/** @type {Record<string, any>} */
const certificates = JSON.parse(load('tests/vectors/certificates.json'));
const der = (/** @type {string} */ name) => new Uint8Array(Buffer.from(certificates[name].der, 'base64'));
const chain = (/** @type {string[]} */ ...names) => names.map(der);
const record = (/** @type {string} */ parameters, /** @type {string} */ name) => `${parameters} ${certificates[name][parameters.slice(2)]}`;
const AT = '2027-03-01T12:00:00Z';
const delivers = daneSender(mxseal, ['mx.example.com']);

const KEYS = [
  { name: 'another key', tlsa: [record('3 1 1', 'leaf-a')], current: chain('leaf-a'), next: chain('leaf-b') },
  { name: 'two digests', tlsa: [record('3 1 1', 'leaf-a'), record('3 1 2', 'leaf-a')], current: chain('leaf-a'), next: chain('leaf-b') },
  { name: 'a certificate pinned whole', tlsa: [record('3 0 1', 'leaf-a')], current: chain('leaf-a'), next: chain('leaf-a2') },
  { name: 'the same key', tlsa: [record('3 1 1', 'leaf-a')], current: chain('leaf-a'), next: chain('leaf-a2') },
  { name: 'from a key to a CA', tlsa: [record('3 1 1', 'leaf-a')], current: chain('leaf-a'), next: chain('leaf-x1', 'ca-x'), target: [[2, 0, 1]] },
  { name: 'from a CA to a key', tlsa: [record('2 0 1', 'ca-x')], current: chain('leaf-x1', 'ca-x'), next: chain('leaf-b'), target: [[3, 1, 1]] },
  { name: 'another CA', tlsa: [record('2 0 1', 'ca-x'), record('3 1 1', 'leaf-x1')], current: chain('leaf-x1', 'ca-x'), next: chain('leaf-y', 'ca-y') },
  { name: 'one combination behind', tlsa: [record('3 1 1', 'leaf-a'), record('3 1 1', 'leaf-b'), record('3 1 2', 'leaf-a')], current: chain('leaf-a'), next: chain('leaf-b') },
];

for (const { name, tlsa, current, next, target } of KEYS) {
  for (const [ttl, propagation] of [[3600, 0], [300, 600], [86400, 0]]) {
    test(`key: ${name}, TTL ${ttl}: no step breaks a sender`, () => {
      const base = /** @type {any} */ ({ kind: 'tlsa', host: 'mx.example.com', tlsa, current, next, target, ttl, propagation });
      const plan = mxseal.planRollover({ ...base, at: AT });
      assert.equal(plan.at, 0, JSON.stringify(plan.findings));
      const events = keyEvents(plan, { tlsa, chain: current }, next);
      // A name server that lags behind makes a cache as much older.
      const { tried, failures } = sweepKeys(events, /** @type {number} */ (ttl) + /** @type {number} */ (propagation), delivers);
      assert.deepEqual(failures, []);
      assert.ok(tried > 20, String(tried));

      // Whoever looks again after each step is told the next one.
      let seen = tlsa;
      let served = current;
      plan.steps.forEach((step, index) => {
        if (step.records.length > 0) seen = step.records.map(({ data }) => data);
        if (step.code === 'deploy-chain') served = next;
        const again = mxseal.planRollover({ ...base, tlsa: seen, served, at: /** @type {string} */ (step.notBefore) });
        const ahead = again.steps.length - /** @type {number} */ (again.at);
        assert.equal(ahead, plan.steps.length - index - 1, `${step.code}: ${again.at} of ${again.steps.map(({ code }) => code)}`);
        assert.deepEqual(again.findings.filter(({ severity }) => severity === 'error'), []);
      });
    });
  }
}

test('key: one second less than a TTL between record and key breaks somebody', () => {
  const [{ tlsa, current, next }] = /** @type {[any]} */ ([KEYS[0]]);
  const [ttl, at] = [3600, seconds(AT)];
  const both = [...tlsa, record('3 1 1', 'leaf-b')];
  const after = (/** @type {number} */ wait) => sweepKeys([{ at: at - 1e6, tlsa, chain: current }, { at, tlsa: both }, { at: at + wait, chain: next }], ttl, delivers).failures;
  assert.deepEqual(after(ttl + 1), []);
  assert.notDeepEqual(after(ttl - 1), []);
});

test('key: the naive orders break senders, and the plan says so', () => {
  const [{ tlsa, current, next }] = /** @type {[any]} */ ([KEYS[0]]);
  const [ttl, at] = [3600, seconds(AT)];
  const replaced = [record('3 1 1', 'leaf-b')];
  const start = { at: at - 1e6, tlsa, chain: current };
  for (const [events, seen, code] of /** @type {[any[], any, string][]} */ ([
    [[start, { at, chain: next }, { at: at + 60, tlsa: replaced }], { tlsa, served: next }, 'rollover-key-first'],
    [[start, { at, tlsa: replaced }, { at: at + 60, chain: next }], { tlsa: replaced, served: current }, 'rollover-record-first'],
  ])) {
    const { failures } = sweepKeys(events, ttl, delivers);
    assert.ok(failures.length > 0, code);
    // Not only between the two changes: caches fail on until their TTL is over.
    if (code === 'rollover-key-first') assert.ok(failures.some((failure) => seconds(failure.at) > at + 60));
    const told = mxseal.planRollover({ kind: 'tlsa', host: 'mx.example.com', current, next, ttl, at: AT, ...seen });
    assert.ok(told.findings.some((finding) => finding.code === code && finding.severity === 'error'), JSON.stringify(told.findings));
    assert.equal(told.at, 0);
  }
});

const text = (/** @type {string} */ mode, /** @type {number} */ maxAge, /** @type {string[]} */ ...mx) =>
  `version: STSv1\r\nmode: ${mode}\r\n${mx.map((one) => `mx: ${one}\r\n`).join('')}max_age: ${maxAge}\r\n`;
const WEEK = 604800;
const ENFORCED = { policy: text('enforce', WEEK, 'mx1.example.com', 'mx2.example.com'), id: '1', mx: ['mx1.example.com', 'mx2.example.com'] };
const POLICIES = [
  { name: 'an MX more', current: ENFORCED, next: { mx: ['mx1.example.com', 'mx2.example.com', 'mx3.example.net'] } },
  { name: 'an MX less', current: ENFORCED, next: { mx: ['mx1.example.com'] } },
  { name: 'an MX for another', current: ENFORCED, next: { mx: ['mx1.example.com', 'mx3.example.net'] } },
  { name: 'another provider', current: ENFORCED, next: { mx: ['in.provider.example', 'in2.provider.example'] } },
  { name: 'testing to enforce', current: { policy: text('testing', 86400, 'mx1.example.com'), id: 't', mx: ['mx1.example.com'] }, next: { goal: 'enforce' } },
  { name: 'nothing to enforce', current: { policy: null, id: null, mx: ['mx1.example.com'] }, next: { goal: 'enforce' } },
  { name: 'enforce to none', current: ENFORCED, next: { goal: 'none' } },
  { name: 'another provider, and none', current: ENFORCED, next: { goal: 'none', mx: ['in.provider.example'] } },
];

for (const { name, current, next } of POLICIES) {
  test(`policy: ${name}: no step breaks a sender`, () => {
    const [ttl, mxTtl] = [3600, 7200];
    const base = /** @type {any} */ ({ kind: 'policy', domain: 'example.com', current, next, ttl, mxTtl });
    const plan = mxseal.planRollover({ ...base, at: AT });
    assert.equal(plan.at, 0, JSON.stringify(plan.findings));
    const events = policyEvents(plan, current);
    for (const refreshes of [true, false]) {
      const { tried, failures } = sweepPolicies(mxseal, events, { ttl, mxTtl, refreshes });
      assert.deepEqual(failures.slice(0, 3), [], `refreshes: ${refreshes}`);
      assert.ok(tried > 100, String(tried));
    }
    // RFC 8461 §8.1: whoever sees an id gets the policy of that id.
    for (const step of plan.steps) {
      if (step.code !== 'announce-policy') continue;
      const before = plan.steps[plan.steps.indexOf(step) - 1];
      assert.equal(before?.code, 'serve-policy');
      assert.ok(step.records[0]?.data.includes(/** @type {any} */ (before?.policy).id));
    }
    const seen = { policy: current.policy, id: current.id, mx: current.mx };
    plan.steps.forEach((step, index) => {
      if (step.policy) seen.policy = step.policy.text;
      if (step.code === 'announce-policy') seen.id = /** @type {any} */ (/id=(\w+)/.exec(/** @type {any} */ (step.records[0]).data))[1];
      if (step.code === 'change-mx') seen.mx = step.records.map(({ value }) => value.replace(/\.$/, ''));
      if (step.code === 'withdraw-record') seen.id = null;
      if (step.code === 'withdraw-policy') seen.policy = null;
      const again = mxseal.planRollover({ ...base, seen, at: /** @type {string} */ (step.notBefore) });
      assert.equal(again.at, index + 1, step.code);
    });
  });
}

test('policy: any change from any state breaks no sender', () => {
  let state = 7;
  const below = (/** @type {number} */ most) => (state = (state * 48_271) % 0x7fff_ffff) % most;
  const pick = (/** @type {any[]} */ list) => list[below(list.length)];
  const hosts = ['mx1.example.com', 'mx2.example.com', 'a.b.example.com', 'in.provider.example'];
  const some = () => [...new Set([pick(hosts), ...hosts.filter(() => below(3) === 0)])];
  let planned = 0;
  for (let round = 0; round < 20; round += 1) {
    const mx = some();
    const mode = pick(['enforce', 'enforce', 'testing', 'none', null]);
    // A wildcard beside them; or hosts that the policy leaves out.
    const lines = mode === 'none' ? [] : pick([mx, mx, [...mx, '*.example.com'], mx.slice(0, 1)]);
    const current = { policy: mode && text(mode, pick([600, 86400, WEEK]), ...lines), id: mode && 'x1', mx };
    const next = { ...(below(2) && { mx: some() }), ...(below(2) && { goal: pick(['enforce', 'testing', 'none']) }), ...(below(3) === 0 && { maxAge: pick([60, 2_592_000]) }) };
    const [ttl, mxTtl] = pick([[300, 3600], [3600, 300], [3600, 86400]]);
    const plan = mxseal.planRollover({ kind: 'policy', domain: 'example.com', current, next, ttl, mxTtl, at: AT });
    const told = JSON.stringify({ current, next, ttl, mxTtl, findings: plan.findings });
    assert.notEqual(plan.at, null, told);
    if (plan.steps.length === 0) continue;
    planned += 1;
    for (const refreshes of [true, false]) {
      assert.deepEqual(sweepPolicies(mxseal, policyEvents(plan, current), { ttl, mxTtl, refreshes }).failures.slice(0, 2), [], told);
    }
  }
  assert.ok(planned > 10, String(planned));
});

test('policy: the naive orders break senders, and the plan says so', () => {
  const [ttl, mxTtl, at] = [3600, 7200, seconds(AT)];
  const next = { mx: ['in.provider.example'] };
  const moved = text('enforce', WEEK, 'in.provider.example');
  const start = { at: at - 1e8, ...ENFORCED, alive: ENFORCED.mx };
  const all = [...ENFORCED.mx, 'in.provider.example'];
  const plan = (/** @type {any} */ seen) => mxseal.planRollover({ kind: 'policy', domain: 'example.com', current: ENFORCED, next, seen, ttl, mxTtl, at: AT });

  // MX records before the policy.
  const first = [start, { at, mx: next.mx, alive: all }, { at: at + 60, policy: moved }, { at: at + 120, id: '2' }];
  assert.notDeepEqual(sweepPolicies(mxseal, first, { ttl, mxTtl, refreshes: true }).failures, []);
  assert.ok(plan({ ...ENFORCED, mx: next.mx }).findings.some(({ code }) => code === 'rollover-mx-unlisted'));

  // The record before the file: the old policy is cached under the new id, and outlives the record's TTL.
  const id = plan(ENFORCED).steps[0]?.policy?.id;
  const both = text('enforce', WEEK, ...ENFORCED.mx, ...next.mx);
  const later = at + 2 * ttl;
  const order = (/** @type {any[]} */ changes) => sweepPolicies(mxseal, [start, ...changes, { at: later, mx: next.mx, alive: all }, { at: later + mxTtl + 1, alive: next.mx }], { ttl, mxTtl, refreshes: true }).failures;
  assert.notDeepEqual(order([{ at, id }, { at: at + 60, policy: both }]), []);
  assert.deepEqual(order([{ at, policy: both }, { at: at + 60, id }]), []);
  const told = plan({ ...ENFORCED, id });
  assert.equal(told.findings[0]?.code, 'rollover-id-first');
  assert.notEqual(told.steps[0]?.policy?.id, id);
  assert.equal(clock(at), '2027-03-01T12:00:00.000Z');
});
