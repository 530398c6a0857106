/** The checker API beyond the plain verdict: cache, options, events, replay, lint, rate limit, and what leaves the Worker. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Check, parseStsPolicy, parseStsRecord, parseTlsa, parseTlsRptRecord, stringify } from 'mxseal';
import { Network } from './network.mjs';
import { described } from './openapi.mjs';
import { ANCHOR } from './signed-root.mjs';
import { TABLE } from './table.mjs';
import { asker, startWorker } from './worker.mjs';

const network = new Network(TABLE);
const urls = [];
let worker;
before(async () => {
  const answer = (href) => (urls.push(href), network.answer(href));
  worker = await startWorker(answer, { TRUST_ANCHORS: ANCHOR });
});
after(() => worker.dispose());

const ask = described(asker(() => worker));
const post = (path, body, headers = { 'content-type': 'application/json' }) =>
  ask(path, { method: 'POST', headers, body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) });
const codeOf = async (response) => (await response.json()).code;

// ---------------------------------------------------------------- cache and options

test('a verdict is asked for once while it is good, whatever the spelling', async () => {
  const first = await ask('/api/check/testing.example');
  assert.equal(first.headers.get('cache-status'), 'mxseal; fwd=miss');
  network.asked.length = 0;
  for (const path of ['/api/check/testing.example', '/api/check/Testing.Example.', '/api/check/testing.example?precedence=both']) {
    const again = await ask(path);
    assert.match(again.headers.get('cache-status'), /^mxseal; hit; ttl=\d+$/, path);
    assert.match(again.headers.get('age'), /^\d+$/);
    assert.equal(await again.text(), await first.clone().text());
  }
  assert.deepEqual(network.asked, []);
  const anew = await ask('/api/check/testing.example', { headers: { 'cache-control': 'no-cache' } });
  assert.equal(anew.headers.get('cache-status'), 'mxseal; fwd=miss');
  assert.ok(network.asked.length > 0);
});

test('a verdict is not given out when its time is over', async () => {
  const at = (seconds) => ({ headers: { 'x-clock': new Date(Date.now() + seconds * 1000).toISOString() } });
  const { validUntil } = await (await ask('/api/check/half.example', at(0))).json();
  const life = Number(/max-age=(\d+)/.exec((await ask('/api/check/half.example', at(0))).headers.get('cache-control'))[1]);
  // TTLs of the table are 300 seconds.
  assert.ok(life <= 300 && Date.now() + life * 1000 <= Date.parse(validUntil) + 1000, `${life} ${validUntil}`);
});

test('a policy host with a private address is not asked', async () => {
  const verdict = await (await ask('/api/check/private.example')).json();
  assert.equal(verdict.facts.policy.notFetched, 'not-public');
});

test('what could not be found out is asked again at once', async () => {
  for (let turn = 0; turn < 2; turn += 1) {
    const response = await ask('/api/check/servfail.example');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('cache-status'), 'mxseal; fwd=miss');
  }
});

test('options are part of the question', async () => {
  const requirement = async (query) => (await (await ask(`/api/check/testing.example?${query}`)).json()).hosts.map(({ requirement }) => requirement);
  assert.deepEqual(await requirement(''), ['opportunistic']);
  assert.deepEqual(await requirement('require=tls'), ['encrypted']);
  assert.deepEqual(await requirement('require=authenticated'), ['webpki']);
  assert.deepEqual(await requirement('require=dane'), ['unusable']);
});

test('options that are none are refused', async () => {
  for (const query of ['require=all', 'anchors=x', 'allowPrivateAddresses=true', 'require=tls&require=dane', 'x', '__proto__=1', 'constructor=1']) {
    const response = await ask(`/api/check/testing.example?${query}`);
    assert.equal(response.status, 400, query);
    assert.equal(await codeOf(response), 'ERR_INVALID_ARGUMENT');
  }
});

// ---------------------------------------------------------------- events

function eventsOf(text) {
  return text.split('\n\n').filter((block) => block !== '').map((block) => {
    const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block);
    return { event, data: JSON.parse(data) };
  });
}

test('a check tells what it does, then the verdict, then that it is over', async () => {
  const headers = { accept: 'text/event-stream', 'cache-control': 'no-cache' };
  const response = await ask('/api/check/good.example', { headers });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const events = eventsOf(await response.text());
  assert.deepEqual(events.at(-1), { event: 'end', data: {} });
  const verdict = events.at(-2);
  assert.equal(verdict.event, 'verdict');
  assert.equal(verdict.data.posture, 'protected');
  const needs = events.filter(({ event }) => event === 'need').map(({ data }) => data);
  assert.ok(needs.some(({ kind, subject, stage }) => kind === 'dns' && subject === 'good.example MX' && stage === 1));
  assert.ok(needs.some(({ kind, subject }) => kind === 'policy' && subject === 'https://mta-sts.good.example/.well-known/mta-sts.txt'));
  assert.equal(new Set(needs.map(({ id }) => id)).size, needs.length);
  const stages = events.filter(({ event }) => event === 'stage').map(({ data }) => data.stage);
  assert.deepEqual(stages, [...stages].sort());
  assert.equal(events.length, needs.length + stages.length + 2);

  const cached = await ask('/api/check/good.example', { headers: { accept: 'text/event-stream' } });
  assert.deepEqual(eventsOf(await cached.text()).map(({ event }) => event), ['verdict', 'end']);
});

test('what is wrong with the question is said before any event', async () => {
  const response = await ask('/api/check/-', { headers: { accept: 'text/event-stream' } });
  assert.equal(response.status, 400);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
});

test('a check stops when the client leaves', async () => {
  // Each answer waits for the test, so the check can only go on while somebody lets it.
  const waiting = [];
  const slow = await startWorker((href) => new Promise((resolve) => waiting.push(() => resolve(network.answer(href)))), { TRUST_ANCHORS: ANCHOR });
  try {
    for (const [leave, accept] of [['before', 'application/json'], ['within', 'text/event-stream']]) {
      waiting.length = 0;
      assert.equal((await asker(() => slow)('/api/check/good.example', { headers: { accept, 'x-leave': leave } })).status, 204);
      const asked = waiting.length;
      for (const release of waiting.splice(0)) release();
      await sleep(500);
      assert.ok(asked > 0);
      assert.equal(waiting.length, 0, `${leave}: what was answered led to no further question`);
    }
  } finally {
    for (const release of waiting) release();
    await slow.dispose();
  }
});

// ---------------------------------------------------------------- replay

const evidence = new URL('../../tests/evidence/', import.meta.url);
const recordings = (await readdir(evidence)).filter((name) => name.endsWith('.json') && name !== 'expect.json');

test('replay gives the verdict that Node gives', async () => {
  assert.ok(recordings.length > 0);
  for (const name of recordings) {
    const text = await readFile(new URL(name, evidence), 'utf8');
    const response = await post('/api/replay', text);
    assert.equal(response.status, 200, name);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(await response.text(), stringify(Check.replay(JSON.parse(text))), name);
  }
});

test('replay under other options is a what-if', async () => {
  const recording = JSON.parse(await readFile(new URL('dane-and-sts.lab.json', evidence), 'utf8'));
  const options = { ...recording.options, dnssec: 'off' };
  const response = await post('/api/replay', { evidence: recording, options });
  const verdict = await response.json();
  assert.equal(JSON.stringify(verdict), stringify(Check.replay(recording, options)));
  assert.notDeepEqual(verdict.hosts[0].requirement, Check.replay(recording).hosts[0].requirement);
});

const NO_EVIDENCE = [
  ['nothing', '', 422], ['no JSON', '{', 422], ['a list', [], 422], ['an empty object', {}, 422], ['text as evidence', { evidence: 'x' }, 422],
  ['another format', { format: 'other' }, 422], ['evidence cut short', { format: 'mxseal-evidence', version: 1, domain: 'a.example' }, 422],
  ['a version to come', { format: 'mxseal-evidence', version: 2, domain: 'a.example', at: '2026-01-01T00:00:00Z', options: {}, roots: null, cachedPolicy: null, chainCache: [], answers: [] }, 422],
  ['octets that are no text', new Uint8Array([0x7b, 0xff, 0x7d]), 422],
  ['2 MiB and more', `{"x":"${'y'.repeat(2 * 1024 * 1024)}"}`, 413],
];
for (const [what, body, status] of NO_EVIDENCE) {
  test(`replay refuses ${what}`, async () => {
    const response = await post('/api/replay', body);
    assert.equal(response.status, status);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    assert.equal((await response.json()).status, status);
  });
}

test('replay and lint take JSON only, by POST only', async () => {
  for (const path of ['/api/replay', '/api/lint']) {
    assert.equal((await post(path, '{}', { 'content-type': 'text/plain' })).status, 415);
    assert.equal((await post(path, '{}', {})).status, 415);
    const get = await ask(path);
    assert.equal(get.status, 405);
    assert.equal(get.headers.get('allow'), 'POST');
  }
});

// ---------------------------------------------------------------- lint

test('lint reads what the engine reads', async () => {
  const policy = 'version: STSv1\nmode: enforced\nmx: *.a.example\nmax_age: 60\n';
  const stsTxt = ['v=STSv1; id=1', 'v=spf1 -all'];
  const tlsRptTxt = 'v=TLSRPTv1; rua=mailto:a@a.example';
  const tlsa = ['3 1 1 00', `3 1 1 ${'ab'.repeat(32)}`];
  const response = await post('/api/lint', { policy, stsTxt, tlsRptTxt, tlsa });
  assert.equal(response.status, 200);
  const body = await response.json();
  const plain = (value) => JSON.parse(stringify(value));
  assert.deepEqual(body, {
    policy: plain(parseStsPolicy(policy)),
    stsTxt: plain(parseStsRecord(stsTxt)),
    tlsRptTxt: plain(parseTlsRptRecord(tlsRptTxt)),
    tlsa: tlsa.map((one) => plain(parseTlsa(one))),
  });
  // RFC 8461 §3.2: `enforced` is no mode; RFC 6698 §2.1.3: SHA2-256 has 32 octets.
  assert.equal(body.policy.value, null);
  assert.ok(body.policy.findings.some(({ severity, span }) => severity === 'error' && span.line === 2));
  assert.equal(body.stsTxt.value.id, '1');
  assert.ok(body.tlsa[0].findings.some(({ severity }) => severity === 'error'));
  assert.equal(body.tlsa[1].value.usage, 3);
});

for (const body of [{}, { policy: 1 }, { policy: ['x'] }, { stsTxt: [1] }, { tlsa: 'x' }, { tlsa: Array(101).fill('3 1 1 00') }, { other: 'x' }, { __proto__: null, constructor: 'x' }]) {
  test(`lint refuses ${JSON.stringify(body).slice(0, 40)}`, async () => {
    const response = await post('/api/lint', body);
    assert.equal(response.status, 422);
    assert.equal(await codeOf(response), 'ERR_INVALID_CONTENT');
  });
}

test('lint refuses more than 256 KiB', async () => assert.equal((await post('/api/lint', { policy: 'x'.repeat(256 * 1024) })).status, 413));

// ---------------------------------------------------------------- limits

test('a client that asks too often is told when to come back', async () => {
  const limited = await startWorker((href) => network.answer(href), { TRUST_ANCHORS: ANCHOR }, { limits: true });
  try {
    const from = (address, path = '/api/lint') =>
      asker(() => limited)(path, { method: path === '/api/lint' ? 'POST' : 'GET', headers: { 'cf-connecting-ip': address, 'content-type': 'application/json' }, ...(path === '/api/lint' && { body: '{"tlsa":[]}' }) });
    const statuses = [];
    for (let turn = 0; turn < 61; turn += 1) statuses.push((await from(turn % 2 === 0 ? '2a00:1450:1:2::1' : '2a00:1450:1:2:ffff::9')).status);
    assert.deepEqual([...new Set(statuses.slice(0, 60))], [200]);
    for (const path of ['/api/lint', '/api/check/good.example', '/api/policy/good.example']) {
      const refused = await from('2a00:1450:0001:0002::3', path);
      assert.equal(refused.status, 429, path);
      assert.equal(refused.headers.get('retry-after'), '60');
      assert.equal(refused.headers.get('content-type'), 'application/problem+json');
      assert.equal(await codeOf(refused), 'ERR_RATE_LIMITED');
    }
    for (const address of ['2a00:1450:1:3::1', '192.0.2.1']) assert.equal((await from(address)).status, 200, 'others are served');
  } finally {
    await limited.dispose();
  }
});

test('nothing but DNS servers and policy files was ever asked, and no policy host with a private address', () => {
  assert.ok(urls.length > 100);
  for (const url of urls) {
    assert.match(url, /^https:\/\/doh\.test\/dns-query\?dns=[\w-]+$|^https:\/\/mta-sts\.[a-z0-9.-]+\.example\/\.well-known\/mta-sts\.txt$/);
    assert.doesNotMatch(url, /private\.example/);
  }
});
