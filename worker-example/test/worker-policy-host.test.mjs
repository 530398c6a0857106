/** The policy host and its admin API, in the real workerd with real KV and D1: RFC 8461 §3.2, §8. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Network } from './network.mjs';
import { described } from './openapi.mjs';
import { ANCHOR } from './signed-root.mjs';
import { TABLE } from './table.mjs';
import { asker, startWorker } from './worker.mjs';

const TOKEN = '0123456789abcdef0123456789abcdef';
const DAY = 86_400_000;
const network = new Network(TABLE);
let worker;
before(async () => (worker = await startWorker((href) => network.answer(href), { TRUST_ANCHORS: ANCHOR, ADMIN_TOKEN: TOKEN })));
after(() => worker.dispose());

const ask = described(asker(() => worker));
const later = (milliseconds) => ({ 'x-clock': new Date(Date.now() + milliseconds).toISOString() });
const admin = (method, path, { body, headers, token = TOKEN } = {}) =>
  ask(path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }), ...headers },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
const served = (domain, init) => ask(`http://mta-sts.${domain}/.well-known/mta-sts.txt`, init);
const idOf = (policy) => /id=(\w+)/.exec(policy.records.find(({ type, owner }) => type === 'TXT' && owner.startsWith('_mta-sts.')).data)[1];
const at = (time) => worker.getWorker().then((fetcher) => fetcher.scheduled({ scheduledTime: new Date(time), cron: '*/15 * * * *' }));

const TESTING = { mode: 'testing', mx: ['*.good.example'], maxAge: 86_400 };
const LINES = 'version: STSv1\r\nmode: testing\r\nmx: *.good.example\r\nmax_age: 86400\r\n';

test('a policy is published and served', async () => {
  assert.equal((await served('good.example')).status, 404);
  const put = await admin('PUT', '/api/policies/Good.Example.', { body: TESTING });
  assert.equal(put.status, 201);
  const policy = await put.json();
  assert.equal(policy.domain, 'good.example');
  assert.equal(policy.policy, LINES);
  assert.equal(policy.served, true);
  assert.match(idOf(policy), /^[A-Za-z0-9]{1,32}$/);

  const response = await served('good.example');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  assert.equal(response.headers.get('cache-control'), 'no-cache');
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(await response.text(), LINES);

  const etag = response.headers.get('etag');
  assert.match(etag, /^"\w+"$/);
  for (const [given, status] of [[etag, 304], [`W/${etag}`, 304], [`"other", ${etag}`, 304], ['*', 304], ['"other"', 200]]) {
    const again = await served('good.example', { headers: { 'if-none-match': given } });
    assert.equal(again.status, status, given);
    assert.equal(again.headers.get('etag'), etag);
    assert.equal(await again.text(), status === 304 ? '' : LINES);
  }
  const head = await served('good.example', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('etag'), etag);
  assert.equal(await head.text(), '');
});

test('a policy host answers for its policy only, and by its name only', async () => {
  for (const path of ['/api/policies', '/api/check/good.example', '/tlsrpt', '/.well-known/other']) {
    assert.equal((await ask(`http://mta-sts.good.example${path}`, { headers: { authorization: `Bearer ${TOKEN}` } })).status, 404, path);
  }
  assert.equal((await served('good.example', { method: 'POST' })).status, 405);
  assert.equal((await ask('http://good.example/.well-known/mta-sts.txt')).status, 404);
  assert.equal((await served('sub.good.example')).status, 404);
  assert.equal((await ask('http://mta-sts.good.example:8443/.well-known/mta-sts.txt')).status, 200);
  assert.equal((await ask('http://MTA-STS.GOOD.EXAMPLE/.well-known/mta-sts.txt')).status, 200);
});

test('the id changes if and only if the policy does', async () => {
  const first = await (await admin('PUT', '/api/policies/good.example', { body: TESTING })).json();
  const same = await admin('PUT', '/api/policies/good.example', { body: LINES });
  assert.equal(same.status, 200);
  assert.equal(idOf(await same.json()), idOf(first));
  const changed = await (await admin('PUT', '/api/policies/good.example', { body: { ...TESTING, maxAge: 86_401 } })).json();
  assert.notEqual(idOf(changed), idOf(first));
  const back = await (await admin('PUT', '/api/policies/good.example', { body: TESTING })).json();
  assert.equal(idOf(back), idOf(first));
  // RFC 8461 §8.1: no sender may see the new id before the new policy is everywhere.
  const txt = back.records.find(({ owner }) => owner === '_mta-sts.good.example');
  assert.ok(Date.parse(txt.notBefore) >= Date.parse(back.since) + 60_000);
});

test('what says the same has the same id, and an extension says more', async () => {
  const id = async (body) => idOf(await (await admin('PUT', '/api/policies/half.example', { body })).json());
  const lines = (...given) => ['version: STSv1', ...given, ''].join('\n');
  const first = await id({ mode: 'testing', mx: ['a.half.example', 'b.half.example'], maxAge: 86_400 });
  assert.equal(await id(lines('max_age: 86400', 'mx: b.half.example', 'mx:  A.half.example', 'mode: testing')), first);
  const extended = await id(lines('mode: testing', 'mx: a.half.example', 'mx: b.half.example', 'max_age: 86400', 'x: 1'));
  assert.notEqual(extended, first);
  assert.notEqual(await id(lines('mode: testing', 'mx: a.half.example', 'mx: b.half.example', 'max_age: 86400', 'x: 2')), extended);
  await admin('PUT', '/api/policies/half.example', { body: { mode: 'none' } });
});

test('the engine gives its advice and the records', async () => {
  const put = await admin('PUT', '/api/policies/advice.example?force=true', { body: { mode: 'enforce', mx: ['mx.advice.example'], maxAge: 3600 } });
  const { findings, records } = await put.json();
  // RFC 8461 §5: testing first; §3.2: weeks.
  assert.deepEqual(findings.map(({ code }) => code).sort(), ['publish-reports-unseen', 'publish-untested', 'sts-policy-max-age-short']);
  const txt = Object.fromEntries(records.map(({ owner, value }) => [owner, value]));
  assert.match(txt['_mta-sts.advice.example'], /^v=STSv1; id=\w{1,32};$/);
  assert.match(txt['_smtp._tls.advice.example'], /^v=TLSRPTv1; rua=https:\/\/127\.0\.0\.1(:\d+)?\/tlsrpt$/);
});

const REFUSED = [
  ['a policy that the engine refuses', 'version: STSv1\nmode: enforced\nmx: a.example\nmax_age: 60\n', 422],
  ['a policy with an error in it', 'version: STSv1\nmode: testing\nmx: 192.0.2.1\nmax_age: 60\n', 422],
  ['no policy', '', 422],
  ['a policy of 65 KiB', `${LINES}x: ${'y'.repeat(65 * 1024)}\r\n`, 413],
  ['a pattern with a line in it', { ...TESTING, mx: ['a.example\r\nmode: none'] }, 422],
  ['a pattern that is none', { ...TESTING, mx: ['[192.0.2.1]'] }, 422],
  ['no pattern', { ...TESTING, mx: [] }, 422],
  ['a mode that is none', { ...TESTING, mode: 'strict' }, 422],
  ['a life that is none', { ...TESTING, maxAge: -1 }, 422],
  ['a member too many', { ...TESTING, max_age: 60 }, 422],
  ['a schedule for an enforced policy', { ...TESTING, mode: 'enforce', schedule: { notBefore: '2026-01-01T00:00:00Z' } }, 422],
  ['a schedule without a time', { ...TESTING, schedule: {} }, 422],
  ['a schedule with no time', { ...TESTING, schedule: { notBefore: 'soon' } }, 422],
  ['a list', [TESTING], 422],
];

for (const [what, body, status] of REFUSED) {
  test(`${what} is not published`, async () => {
    const before = await (await served('good.example')).text();
    const response = await admin('PUT', '/api/policies/good.example', { body });
    assert.equal(response.status, status);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    assert.equal(await (await served('good.example')).text(), before);
  });
}

test('another media type and another encoding are not published', async () => {
  assert.equal((await admin('PUT', '/api/policies/good.example', { body: LINES, headers: { 'content-type': 'text/html' } })).status, 415);
  const octets = Buffer.from([...Buffer.from(LINES), 0xff]);
  const response = await ask('/api/policies/good.example', { method: 'PUT', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/plain' }, body: octets });
  assert.equal(response.status, 422);
});

test('an enforced policy that leaves a mail host out needs force', async () => {
  const body = { mode: 'enforce', mx: ['mx1.good.example'], maxAge: 604_800 };
  const refused = await admin('PUT', '/api/policies/good.example', { body });
  assert.equal(refused.status, 409);
  assert.deepEqual((await refused.json()).uncovered, ['mx2.good.example']);
  assert.equal((await admin('PUT', '/api/policies/servfail.example', { body })).status, 409);
  // RFC 5321 §5.1: no MX record, so the domain is the host.
  assert.deepEqual((await (await admin('PUT', '/api/policies/mx.plain.example', { body })).json()).uncovered, ['mx.plain.example']);
  assert.equal((await admin('PUT', '/api/policies/half.example?force=true', { body })).status, 200);
  assert.match(await (await served('half.example')).text(), /^mode: enforce\r$/m);
});

test('promotion is an admin action', async () => {
  await admin('PUT', '/api/policies/testing.example', { body: 'version: STSv1\nmode: testing\nmx: mx.testing.example\nmax_age: 86400\nx: kept\n' });
  const promoted = await admin('POST', '/api/policies/testing.example/promote');
  assert.equal(promoted.status, 200);
  assert.equal((await promoted.json()).policy, 'version: STSv1\nmode: enforce\nmx: mx.testing.example\nmax_age: 86400\nx: kept\n');
  assert.equal((await admin('POST', '/api/policies/testing.example/promote')).status, 409);
  assert.equal((await admin('POST', '/api/policies/absent.example/promote')).status, 404);
  await admin('PUT', '/api/policies/wrong-mx.example', { body: { ...TESTING, mx: ['mail.wrong-mx.example'] } });
  assert.equal((await admin('POST', '/api/policies/wrong-mx.example/promote')).status, 409);
});

test('promotion on schedule waits for its time, its reports and its hosts', async () => {
  const domain = 'plain.example';
  const notBefore = new Date(Date.now() + DAY).toISOString();
  const schedule = { notBefore, minimumSessions: 10, maximumFailures: 1, maxAge: 604_800 };
  const put = async (mx) => (await admin('PUT', `/api/policies/${domain}`, { body: { mode: 'testing', mx, schedule } })).json();
  const state = async () => (await admin('GET', `/api/policies/${domain}`)).json();
  const { since } = await put(['other.plain.example']);
  const db = await worker.getD1Database('DB');
  await db.prepare("INSERT INTO reports VALUES (1, 'Org', '1', '', 'mail', NULL, '', '', '{}')").run();
  const report = (successful, failed, type = 'sts', begin = since, number = 1) =>
    db.prepare('INSERT INTO report_policies VALUES (?, ?, ?, ?, ?, ?, ?)').bind(number, domain, type, begin, begin, successful, failed).run();

  await at(Date.now());
  assert.deepEqual((await state()).schedule.waitingFor, [], 'its time has not come');
  await report(100, 0, 'sts', new Date(Date.parse(since) - 1).toISOString());
  await report(100, 0, 'tlsa');
  await at(Date.parse(notBefore) + 1);
  assert.equal((await state()).mode, 'testing');
  assert.deepEqual((await state()).schedule.waitingFor, ['10 sessions; reports tell of 0', 'a pattern for mx.plain.example']);

  const again = await put(['mx.plain.example']);
  await report(8, 2, 'sts', again.since);
  await at(Date.parse(notBefore) + 1);
  assert.deepEqual((await state()).schedule.waitingFor, ['no more than 1 failures; reports tell of 2']);
  assert.equal((await state()).mode, 'testing');

  // Of reports by one name and id one counts: a signed one whenever it came, and of those the newest.
  for (const [number, signer, successful] of [[2, "'org.example'", 4], [3, "'else.example'", 5], [4, 'NULL', 600]]) {
    await db.prepare(`INSERT INTO reports VALUES (${number}, 'Org', '2', '', 'mail', ${signer}, '', '', '{}')`).run();
    await report(successful, 0, 'sts', again.since, number);
  }
  await admin('PUT', `/api/policies/${domain}`, { body: { mode: 'testing', mx: ['mx.plain.example'], schedule: { ...schedule, minimumSessions: 99 } } });
  await at(Date.parse(notBefore) + 1);
  assert.equal((await state()).schedule.waitingFor[0], '99 sessions; reports tell of 15');
  await put(['mx.plain.example']);

  await db.prepare('UPDATE report_policies SET failed = 1, successful = 9 WHERE failed = 2').run();
  await at(Date.parse(notBefore) + 1);
  const { mode, maxAge, schedule: over } = await state();
  assert.deepEqual({ mode, maxAge, over }, { mode: 'enforce', maxAge: 604_800, over: null });
  assert.match(await (await served(domain)).text(), /^mode: enforce\r$/m);
  const { audit } = await (await admin('GET', `/api/policies/${domain}/history`)).json();
  assert.deepEqual(audit.slice(0, 2).map(({ actor, action }) => [actor, action]), [['schedule', 'promote'], ['admin', 'publish']]);
});

test('a policy is left by way of mode none, and gone when the longest of those served has ended', async () => {
  const domain = 'leaving.example';
  const force = `/api/policies/${domain}?force=true`;
  await admin('PUT', force, { body: { mode: 'enforce', mx: ['mx.leaving.example'], maxAge: 10 * 86_400 } });
  await admin('PUT', force, { body: { mode: 'enforce', mx: ['mx.leaving.example'], maxAge: 86_400 } });
  const left = await admin('DELETE', `/api/policies/${domain}`);
  assert.equal(left.status, 202);
  const { mode, maxAge, safeToDeleteAt, records } = await left.json();
  assert.deepEqual({ mode, maxAge }, { mode: 'none', maxAge: 86_400 });
  assert.ok(records.some(({ owner }) => owner === `_mta-sts.${domain}`));
  assert.match(await (await served(domain)).text(), /^mode: none\r$/m);
  const wait = Date.parse(safeToDeleteAt) - Date.now();
  assert.ok(wait > 10 * DAY - 60_000 && wait < 10 * DAY + 120_000, `${wait}`);

  const early = await admin('DELETE', `/api/policies/${domain}`, { headers: later(9 * DAY) });
  assert.equal(early.status, 409);
  assert.ok(Math.abs(Number(early.headers.get('retry-after')) - 86_400) < 200);
  const { code, ...problem } = await early.json();
  assert.equal(code, 'ERR_TOO_EARLY');
  assert.equal(problem.safeToDeleteAt, safeToDeleteAt);
  assert.equal((await served(domain)).status, 200);

  assert.equal((await admin('DELETE', `/api/policies/${domain}`, { headers: later(10 * DAY + 120_000) })).status, 204);
  assert.equal((await admin('GET', `/api/policies/${domain}`)).status, 404);
  assert.equal(await (await worker.getKVNamespace('POLICIES')).get(domain), null);
  const { history, audit } = await (await admin('GET', `/api/policies/${domain}/history`)).json();
  assert.deepEqual(history.map(({ mode, maxAge }) => [mode, maxAge]), [['none', 86_400], ['enforce', 86_400], ['enforce', 864_000]]);
  assert.deepEqual(audit.map(({ action }) => action), ['delete', 'leave', 'publish', 'publish']);
});

test('what did not reach KV is brought there by the schedule', async () => {
  const kv = await worker.getKVNamespace('POLICIES');
  await kv.delete('half.example');
  await (await worker.getD1Database('DB')).prepare("UPDATE policies SET served = 0 WHERE domain = 'half.example'").run();
  await at(Date.now());
  assert.match(await kv.get('half.example'), /^version: STSv1\r\n/);
});

test('policies are listed a page at a time', async () => {
  const names = [];
  let next = '';
  for (; next !== null; ) {
    const page = await (await admin('GET', `/api/policies?limit=2&after=${next}`)).json();
    assert.ok(page.policies.length <= 2);
    names.push(...page.policies.map(({ domain }) => domain));
    next = page.next;
  }
  assert.deepEqual(names, ['advice.example', 'good.example', 'half.example', 'plain.example', 'testing.example', 'wrong-mx.example']);
  for (const limit of ['0', '101', 'x']) assert.equal((await admin('GET', `/api/policies?limit=${limit}`)).status, 400);
});

const ADMIN = [
  ['GET', '/api/policies'], ['GET', '/api/policies/good.example'], ['PUT', '/api/policies/good.example'], ['DELETE', '/api/policies/good.example'],
  ['GET', '/api/policies/good.example/history'], ['POST', '/api/policies/good.example/promote'],
];
for (const [method, path] of ADMIN) {
  test(`${method} ${path} wants the token`, async () => {
    const before = await (await admin('GET', '/api/policies/good.example')).text();
    const headers = [{}, { authorization: 'Bearer' }, { authorization: `Bearer ${TOKEN}x` }, { authorization: `Bearer ${TOKEN.slice(1)}` }, { authorization: `Basic ${TOKEN}` }, { authorization: TOKEN }];
    for (const given of headers) {
      const response = await ask(path, { method, headers: { ...given, 'content-type': 'text/plain' }, body: method === 'PUT' ? LINES : undefined });
      assert.equal(response.status, 401, JSON.stringify(given));
      assert.match(response.headers.get('www-authenticate'), /^Bearer /);
      assert.equal((await response.json()).code, 'ERR_UNAUTHORIZED');
    }
    assert.equal(await (await admin('GET', '/api/policies/good.example')).text(), before);
  });
}

test('names that are none are refused everywhere', async () => {
  for (const name of ['-', 'a..b', '%ff', '198.41.0.4', 'user%40198.41.0.4%2F.example']) {
    for (const [method, path] of ADMIN.filter(([, path]) => path.includes('good'))) {
      const response = await admin(method, path.replace('good.example', name), { body: method === 'PUT' ? LINES : undefined });
      assert.equal(response.status, 400, `${method} ${path} ${name}`);
      assert.equal((await response.json()).code, 'ERR_INVALID_DOMAIN');
    }
  }
  for (const path of ['/api/policies/absent.example', '/api/policies/absent.example/history']) assert.equal((await admin('GET', path)).status, 404);
});

test('without the secret, or with one that could be guessed, there is no admin API', async () => {
  for (const bindings of [{}, { ADMIN_TOKEN: 'short' }]) {
    const other = await startWorker((href) => network.answer(href), bindings);
    try {
      const response = await asker(() => other)('/api/policies', { headers: { authorization: `Bearer ${bindings.ADMIN_TOKEN ?? ''}` } });
      assert.equal(response.status, 503);
    } finally {
      await other.dispose();
    }
  }
});
