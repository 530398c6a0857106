/** TLS reports by HTTPS and by mail, in the real workerd with real D1 and R2: RFC 8460 §3, §5.3, §5.4. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Network } from './network.mjs';
import { described } from './openapi.mjs';
import { KEYS, report, reportMail, RFC_6376, signMail } from './reports.mjs';
import { ANCHOR } from './signed-root.mjs';
import { TABLE } from './table.mjs';
import { asker, startWorker } from './worker.mjs';

const TOKEN = '0123456789abcdef0123456789abcdef';
const network = new Network({ ...TABLE, records: { ...TABLE.records, ...KEYS } });
let worker, db, raw;
before(async () => {
  worker = await startWorker((href) => network.answer(href), { TRUST_ANCHORS: ANCHOR, ADMIN_TOKEN: TOKEN, REPORT_DOMAINS: 'hosted company-y.example' });
  [db, raw] = await Promise.all([worker.getD1Database('DB'), worker.getR2Bucket('RAW')]);
});
after(() => worker.dispose());

const ask = described(asker(() => worker));
const JSON_TYPE = 'application/tlsrpt+json';
const GZIP_TYPE = 'application/tlsrpt+gzip';
const bytes = (content) => Buffer.from(JSON.stringify(content));
const send = (body, type = JSON_TYPE, headers = {}) => ask('/tlsrpt', { method: 'POST', headers: { 'content-type': type, ...headers }, body });
const rows = async (where) => (await db.prepare(`SELECT * FROM reports WHERE ${where}`).all()).results;
const kept = async (octets) => {
  const digest = createHash('sha256').update(octets).digest('hex');
  const { objects } = await raw.list({ prefix: 'reports/' });
  const object = objects.find(({ key }) => key.endsWith(digest));
  return object === undefined ? null : Buffer.from(await (await raw.get(object.key)).arrayBuffer());
};
const mail = async (octets, { from = 'sts-reporting@company-x.example', to = 'reports@company-y.example' } = {}) => {
  const response = await worker.dispatchFetch(`http://127.0.0.1/cdn-cgi/handler/email?${new URLSearchParams({ from, to })}`, { method: 'POST', body: octets });
  return { ok: response.ok, text: await response.text() };
};

// ---------------------------------------------------------------- HTTPS

test('the report of RFC 8460 is taken, to the octet, once', async () => {
  const body = bytes(report());
  const first = await send(body);
  assert.equal(first.status, 201);
  const { findings, ...receipt } = await first.json();
  assert.deepEqual(receipt, { outcome: 'stored', organizationName: 'Company-X', reportId: '5065427c-23d3-47ca-b6e0-946ea0e8c4be', domains: ['company-y.example'] });
  assert.deepEqual(await kept(body), body);

  const second = await send(body);
  assert.equal(second.status, 200);
  assert.equal((await second.json()).outcome, 'duplicate');
  assert.equal((await rows("organization = 'Company-X'")).length, 1);
  const { results } = await db.prepare('SELECT domain, policy_type, successful, failed FROM report_policies').all();
  assert.deepEqual(results, [{ domain: 'company-y.example', policy_type: 'sts', successful: 5326, failed: 303 }]);
});

test('another report by the name of one that was taken is refused, and leaves no octet', async () => {
  const body = bytes(report({ 'contact-info': 'else@company-x.example' }));
  const response = await send(body);
  assert.equal(response.status, 409);
  assert.equal(await kept(body), null);
});

test('the same id of another organisation is another report', async () => {
  assert.equal((await send(bytes(report({ 'organization-name': 'Company-Z' })))).status, 201);
});

test('gzip is taken', async () => {
  const body = gzipSync(bytes(report({ id: 'gz' })));
  assert.equal((await send(body, GZIP_TYPE)).status, 201);
  assert.deepEqual(await kept(body), body);
  assert.equal((await send(gzipSync(bytes(report({ id: 'gz-2' }))), `${GZIP_TYPE}; x=y`)).status, 201);
});

test('a report without an id is known by its content', async () => {
  const { 'report-id': _, ...content } = report();
  const statuses = [];
  for (const name of ['a', 'a', 'b']) statuses.push((await send(bytes({ ...content, 'contact-info': `${name}@company-x.example` }))).status);
  assert.deepEqual(statuses, [201, 200, 201]);
});

test('one report that is sent many times at once is one', async () => {
  const body = bytes(report({ id: 'storm' }));
  const statuses = await Promise.all(Array.from({ length: 8 }, () => send(body).then(({ status }) => status)));
  assert.deepEqual(statuses.sort(), [200, 200, 200, 200, 200, 200, 200, 201]);
  const [{ number }] = await rows("report_id = 'storm'");
  assert.equal((await db.prepare('SELECT COUNT(*) AS count FROM report_policies WHERE report = ?').bind(number).first()).count, 1);
});

test('of many reports by one name that are sent at once one is taken', async () => {
  const statuses = await Promise.all(Array.from({ length: 6 }, (_, turn) => send(bytes(report({ id: 'names', contact: `${turn}@company-x.example` }))).then(({ status }) => status)));
  assert.deepEqual(statuses.sort(), [201, 409, 409, 409, 409, 409]);
  assert.equal((await rows("report_id = 'names'")).length, 1);
});

const REFUSED = [
  ['JSON that is cut', bytes(report()).subarray(0, 200), JSON_TYPE, 422],
  ['no JSON', Buffer.from('hello'), JSON_TYPE, 422],
  ['nothing', Buffer.alloc(0), JSON_TYPE, 422],
  ['a list', Buffer.from('[]'), JSON_TYPE, 422],
  ['gzip that is cut', gzipSync(bytes(report())).subarray(0, 60), GZIP_TYPE, 422],
  ['a hundred megabytes in gzip', gzipSync(Buffer.alloc(100 * 1024 * 1024, 0x20)), GZIP_TYPE, 422],
  ['more than 2 MiB', Buffer.alloc(2 * 1024 * 1024 + 1, 0x20), JSON_TYPE, 413],
  ['a domain that is not hosted here', bytes(report({ domain: 'stranger.example' })), JSON_TYPE, 403],
  ['a domain that is none', bytes(report({ domain: '<script>' })), JSON_TYPE, 403],
  ['no policy at all', bytes(report({ policies: [] })), JSON_TYPE, 403],
];
for (const [what, body, type, status] of REFUSED) {
  test(`refused: ${what}`, async () => {
    const before = (await rows('1 = 1')).length;
    const response = await send(body, type);
    assert.equal(response.status, status);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    assert.equal((await rows('1 = 1')).length, before);
    assert.equal(await kept(body), null);
  });
}

test('other media types and methods are refused', async () => {
  for (const type of ['application/json', 'text/plain', 'application/tlsrpt', '']) {
    const response = await send(bytes(report()), type);
    assert.equal(response.status, 415, type);
    assert.equal(response.headers.get('accept'), `${GZIP_TYPE}, ${JSON_TYPE}`);
  }
  const get = await ask('/tlsrpt');
  assert.equal(get.status, 405);
  assert.equal(get.headers.get('allow'), 'POST');
});

test('a domain whose policy is hosted here is reported on here', async () => {
  const about = bytes(report({ domain: 'Good.Example', id: 'hosted' }));
  assert.equal((await send(about)).status, 403);
  const put = await ask('/api/policies/good.example', { method: 'PUT', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ mode: 'testing', mx: ['*.good.example'] }) });
  assert.equal(put.status, 201);
  const taken = await send(about);
  assert.equal(taken.status, 201);
  assert.deepEqual((await taken.json()).domains, ['good.example']);
});

test('of a report on several domains those that are hosted here are kept', async () => {
  const [mine] = report({ domain: 'company-y.example' }).policies;
  const [foreign] = report({ domain: 'stranger.example' }).policies;
  const response = await send(bytes(report({ id: 'several', policies: [foreign, mine, mine] })));
  assert.deepEqual((await response.json()).domains, ['company-y.example']);
  const [{ number }] = await rows("report_id = 'several'");
  const { results } = await db.prepare('SELECT domain FROM report_policies WHERE report = ?').bind(number).all();
  assert.deepEqual(results, [{ domain: 'company-y.example' }, { domain: 'company-y.example' }]);
});

test('text in a report stays text', async () => {
  const name = '\'); DROP TABLE reports; -- <img src=x onerror=alert(1)>';
  assert.equal((await send(bytes(report({ id: name, 'organization-name': name })))).status, 201);
  assert.equal((await db.prepare('SELECT COUNT(*) AS count FROM reports WHERE organization = ?').bind(name).first()).count, 1);
});

test('reports have a limit of their own', async () => {
  const limited = await startWorker((href) => network.answer(href), { REPORT_DOMAINS: '*' }, { limits: true });
  try {
    const statuses = [];
    for (let turn = 0; turn < 121; turn += 1) {
      statuses.push((await asker(() => limited)('/tlsrpt', { method: 'POST', headers: { 'content-type': JSON_TYPE, 'cf-connecting-ip': '192.0.2.7' }, body: 'x' })).status);
    }
    assert.deepEqual([...new Set(statuses.slice(0, 120))], [422]);
    assert.equal(statuses[120], 429);
    const other = await asker(() => limited)('/tlsrpt', { method: 'POST', headers: { 'content-type': JSON_TYPE, 'cf-connecting-ip': '192.0.2.8' }, body: bytes(report({ domain: 'anyone.example' })) });
    assert.equal(other.status, 201, '`*` takes reports on every domain');
  } finally {
    await limited.dispose();
  }
});

// ---------------------------------------------------------------- mail

test('a report mail that its reporter signed is taken', async () => {
  const octets = await reportMail(report({ id: 'mail' }), { gzip: gzipSync });
  const { ok, text } = await mail(octets);
  assert.ok(ok, text);
  const [row] = await rows("report_id = 'mail'");
  assert.deepEqual([row.via, row.signed_by], ['mail', 'company-x.example']);
  assert.deepEqual(await kept(octets), octets);
  assert.ok((await mail(octets)).ok, 'again is no mistake of the sender');
  assert.equal((await rows("report_id = 'mail'")).length, 1);
});

test('whoever takes the name and the id of a report over HTTPS does not keep the signed one out', async () => {
  const forged = report({ id: 'guessed' });
  forged.policies[0].summary['total-failure-session-count'] = 0;
  assert.equal((await send(bytes(forged))).status, 201);
  const { ok, text } = await mail(await reportMail(report({ id: 'guessed' })));
  assert.ok(ok, text);
  assert.deepEqual((await rows("report_id = 'guessed' ORDER BY number")).map(({ signed_by }) => signed_by), [null, 'company-x.example']);
  const changed = await mail(await reportMail(report({ id: 'guessed', contact: 'other@company-x.example' })));
  assert.match(changed.text, /another report of this organisation/, 'by the same signer an id is taken once');
});

test('the signed mail of RFC 6376 has a valid signature, and no report', async () => {
  const to = { from: 'joe@football.example.com', to: 'suzie@shopping.example.net' };
  assert.match((await mail(RFC_6376, to)).text, /this is no TLS report/);
  const changed = Buffer.from(RFC_6376.toString().replace('hungry', 'thirsty'));
  assert.match((await mail(changed, to)).text, /needs a valid DKIM signature/);
  const subject = Buffer.from(RFC_6376.toString().replace('dinner', 'supper'));
  assert.match((await mail(subject, to)).text, /needs a valid DKIM signature/);
});

test('Ed25519 and a reporter under the signing domain', async () => {
  const unsigned = await reportMail(report({ id: 'ed', contact: 'tls@reports.company-x.example' }), { dkim: false });
  const { ok, text } = await mail(signMail(unsigned));
  assert.ok(ok, text);
  assert.equal((await rows("report_id = 'ed'"))[0].signed_by, 'company-x.example');
});

test('a store in between that took the CR does not break a signature', async () => {
  const octets = signMail(await reportMail(report({ id: 'lf' }), { dkim: false }));
  assert.ok((await mail(Buffer.from(octets.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'))).ok);
});

const unsigned = async (id, more = {}) => reportMail(report({ id }), { dkim: false, ...more });
const NO_SIGNATURE = [
  ['no signature', (id) => unsigned(id)],
  ['a changed body', async (id) => Buffer.from((await reportMail(report({ id }))).toString().replace('aggregate', 'AGGREGATE'))],
  ['a changed sender', async (id) => Buffer.from((await reportMail(report({ id }))).toString().replace('From: sts-reporting@', 'From: sts-reportinG@'))],
  ['a signature over a part', async (id) => signMail(await unsigned(id), ' l=10;')],
  ['a signature that has ended', async (id) => signMail(await unsigned(id), ' x=1000000000;')],
  ['an end that is none', async (id) => signMail(await unsigned(id), ' x=soon;')],
  ['an identity elsewhere', async (id) => signMail(await unsigned(id), ' i=@stranger.example;')],
  ['a tag twice', async (id) => signMail(await unsigned(id), ' d=company-x.example;')],
  ['a key that is revoked', async (id) => signMail(await unsigned(id), '', { selector: 'revoked' })],
  ['a key for something else', async (id) => signMail(await unsigned(id), '', { selector: 'other' })],
  ['a key of another algorithm', async (id) => signMail(await unsigned(id), '', { selector: 'tls' })],
  ['no key', async (id) => signMail(await unsigned(id), '', { selector: 'absent' })],
  ['a selector that is none', async (id) => signMail(await unsigned(id), '', { selector: 'a/b' })],
];
for (const [what, make] of NO_SIGNATURE) {
  test(`a mail is refused that has ${what}`, async () => {
    const { ok, text } = await mail(await make(what));
    assert.equal(ok, false);
    assert.match(text, /needs a valid DKIM signature/);
    assert.equal((await db.prepare('SELECT COUNT(*) AS count FROM reports WHERE report_id = ?').bind(what).first()).count, 0);
  });
}

test('a mail is refused that a stranger signed', async () => {
  const { ok, text } = await mail(await reportMail(report({ id: 'stranger' }), { domainName: 'stranger.example' }));
  assert.equal(ok, false);
  assert.match(text, /that its reporting domain signed/);
});

test('a mail is refused that reports on a domain of somebody else, or is too long, or has no report', async () => {
  assert.match((await mail(await reportMail(report({ id: 'foreign', domain: 'stranger.example' })))).text, /no policy domain of this report/);
  assert.match((await mail(await reportMail({ id: 'not a report' }))).text, /no TLS report/);
  assert.match((await mail(await reportMail(report({ id: 'long' }), { headers: { 'X-Size': String(4 * 1024 * 1024 + 1) } }))).text, /at most \d+ octets/);
  assert.deepEqual(await rows("report_id IN ('foreign', 'long')"), []);
});

test('where the DNS does not answer about the key, nothing is decided', async () => {
  const octets = signMail(await unsigned('later'), '', { selector: 'failing' });
  const { text } = await mail(octets).catch((error) => ({ text: String(error) }));
  assert.doesNotMatch(text, /rejected/);
  assert.deepEqual(await rows("report_id = 'later'"), []);
});
