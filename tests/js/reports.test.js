/**
 * Reports written, held against parsedmarc and a schema of RFC 8460's own words; reports read as they arrive: JSON, gzip
 * and mails; bombs in bounded memory; and delivery, with a clock and a chance of the tests' own.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import Ajv from 'ajv';
import * as mxseal from 'mxseal';

const at = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const requirements = readFileSync(at('tests/reports/requirements.txt'), 'utf8');
const PYTHON = at(`.tools/parsedmarc-${/^parsedmarc==(.*)$/m.exec(requirements)?.[1]}/bin/python`);
const scratch = mkdtempSync(path.join(tmpdir(), 'mxseal-reports-'));
after(() => rmSync(scratch, { recursive: true }));

const encoder = new TextEncoder();
const STS = { policyType: 'sts', policyDomain: 'example.com', policyString: ['version: STSv1', 'mode: enforce', 'mx: *.example.com', 'max_age: 86400'], mxHost: ['*.example.com'] };
const TLSA = { policyType: 'tlsa', policyDomain: 'example.com', policyString: [`3 1 1 ${'AB'.repeat(32)}`], mxHost: ['mx1.example.com'] };
const NONE = { policyType: 'no-policy-found', policyDomain: 'example.com', policyString: [], mxHost: [] };
const TYPES = /** @type {const} */ ([
  'starttls-not-supported', 'certificate-host-mismatch', 'certificate-not-trusted', 'certificate-expired', 'validation-failure', 'tlsa-invalid',
  'dnssec-invalid', 'dane-required', 'sts-policy-fetch-error', 'sts-policy-invalid', 'sts-webpki-invalid',
]);
const SENDER = { organizationName: 'Sender & Söhne "Ltd."', contactInfo: 'tls@sender.example' };

/** @param {any} policy @param {string | null} [resultType] @param {string | null} [reason] */
const result = (policy, resultType = null, reason = null) => ({ ...policy, resultType, reason });

/** Sessions of every kind, in one day. */
function tallied() {
  const tally = new mxseal.Tally();
  const day = '2026-03-01T12:00:00Z';
  TYPES.forEach((type, index) => {
    const session = { starttls: true, chain: [], sendingIp: `192.0.2.${index}`, receivingIp: index % 2 ? `2001:DB8:0:0:0:0:0:${index}` : '198.51.100.7', helo: 'mx.example.com' };
    for (let times = 0; times <= index; times += 1) {
      tally.add({ session, host: `mx${index % 3}.example.com`, at: day, results: [result(STS, type, index % 2 ? `X509_V_ERR_${index}` : null), result(TLSA)] });
    }
  });
  for (let times = 0; times < 100; times += 1) tally.add({ at: day, results: [result(STS), result(TLSA)] });
  tally.add({ at: day, results: [result(NONE)] });
  return tally;
}

function report() {
  return /** @type {mxseal.TlsReport} */ (tallied().reports(SENDER)[0]);
}

/** @param {mxseal.WrittenReport} written @param {[string, string][]} [more] */
function asMail({ mail }, more = []) {
  const head = [...more, ...mail.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return new Uint8Array(Buffer.concat([Buffer.from(`${head}\r\n`), mail.body]));
}

test('what is written is read by parsedmarc as what went in', async () => {
  const given = report();
  const written = await mxseal.writeReport(given, { to: 'reports@example.com' });
  const plain = await mxseal.writeReport(given, { to: 'reports@example.com', gzip: false });
  const files = Object.entries({ 'a.json': written.json, 'a.json.gz': written.body, 'a.eml': asMail(written), 'plain.eml': asMail(plain) });
  for (const [name, octets] of files) writeFileSync(path.join(scratch, name), octets);
  const out = execFileSync(PYTHON, [at('tests/reports/read_reports.py'), ...files.map(([name]) => path.join(scratch, name))], { encoding: 'utf8' });
  const lines = out.trim().split('\n');
  assert.equal(lines.length, 4);
  const [begin, end] = [given.dateRange.startDatetime, given.dateRange.endDatetime];
  for (const line of lines) {
    const { report_type: kind, report: got } = JSON.parse(line);
    assert.equal(kind, 'smtp_tls');
    assert.deepEqual(
      [got.organization_name, got.begin_date, got.end_date, got.contact_info, got.report_id],
      [given.organizationName, begin, end, given.contactInfo, given.reportId],
    );
    assert.deepEqual(
      got.policies.map((/** @type {any} */ one) => [one.policy_type, one.policy_domain, one.policy_strings ?? [], one.successful_session_count, one.failed_session_count]),
      given.policies.map(({ policy, summary }) => [
        policy.policyType, policy.policyDomain, policy.policyString, summary.totalSuccessfulSessionCount, summary.totalFailureSessionCount,
      ]),
    );
    const details = got.policies.flatMap((/** @type {any} */ one) => one.failure_details ?? []);
    assert.deepEqual(
      details.map((/** @type {any} */ one) => [
        one.result_type, one.failed_session_count, one.sending_mta_ip, one.receiving_ip, one.receiving_mx_hostname, one.receiving_mx_helo, one.failure_reason_code ?? null,
      ]),
      given.policies.flatMap(({ failureDetails }) =>
        failureDetails.map((one) => [one.resultType, one.failedSessionCount, one.sendingMtaIp, one.receivingIp, one.receivingMxHostname, one.receivingMxHelo, one.failureReasonCode]),
      ),
    );
    assert.equal(details.length, TYPES.length);
  }
});

test('what is written is what RFC 8460 §4.4 says, by a schema', async () => {
  const valid = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(at('tests/reports/schema.json'), 'utf8')));
  const { json } = await mxseal.writeReport(report());
  const parsed = JSON.parse(new TextDecoder().decode(json));
  assert.ok(valid(parsed), JSON.stringify(valid.errors));
  // The schema does tell.
  for (const change of [
    (/** @type {any} */ r) => delete r['report-id'],
    (/** @type {any} */ r) => (r.policies = []),
    (/** @type {any} */ r) => (r.policies[0].summary['total-failure-session-count'] = '1'),
    (/** @type {any} */ r) => (r.extra = 1),
  ]) {
    const other = structuredClone(parsed);
    change(other);
    assert.ok(!valid(other));
  }
});

test('what is written is read again as it was', async () => {
  const given = report();
  const written = await mxseal.writeReport(given);
  for (const octets of [written.json, written.body, asMail(written, [['DKIM-Signature', 'v=1']])]) {
    const { value, findings } = await mxseal.readReport(octets);
    assert.deepEqual(value, given);
    assert.deepEqual(findings, []);
  }
  assert.deepEqual((await mxseal.readReport(asMail(written))).findings.map(({ code }) => code), ['report-mail-unsigned']);
  assert.equal(written.mediaType, 'application/tlsrpt+gzip');
  assert.match(written.fileName, /^sender\.example!example\.com!1772323200!1772409599!\w+\.json\.gz$/);
});

test('mails as others write them', async () => {
  const { json, body } = await mxseal.writeReport(report());
  const base64 = (/** @type {Uint8Array} */ octets) => (Buffer.from(octets).toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
  /** @param {string} type @param {string} name @param {Uint8Array} octets */
  const mail = (type, name, octets) =>
    encoder.encode(
      `From: x@y.example\r\nDKIM-Signature: v=1\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n` +
        `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${base64(octets)}\r\n--b--\r\n`,
    );
  /** @param {Uint8Array} octets */
  const twice = (octets) => {
    const [head, part] = new TextDecoder().decode(octets).split(/(?<=hello\r\n)/);
    return encoder.encode(`${head}${part?.replace('--b--\r\n', '')}${part}`);
  };
  /** @type {[string, Uint8Array, string[], boolean][]} */
  const cases = [
    ['two reports in one', twice(mail('application/tlsrpt+json', 'a', json)), ['report-mail-parts'], true],
    ['the types of the RFC', mail('application/tlsrpt+json', 'a', json), [], true],
    ['gzip by another type', mail('application/gzip', 'a.json.gz', body), ['report-mail-type'], true],
    ['no type', mail('application/octet-stream', 'a.json', json), ['report-mail-type'], true],
    ['JSON within gzip, cut short', mail('application/tlsrpt+gzip', 'a', body.slice(0, -20)), ['report-compression'], false],
    ['no report', mail('image/png', 'a.png', json.slice(0, 9)), ['report-mail-empty'], false],
    ['text alone', encoder.encode('Subject: x\r\n\r\nhello'), ['report-mail-empty'], false],
    ['S/MIME', mail('application/pkcs7-mime', 'smime.p7m', json.slice(0, 9)), ['report-mail-encrypted'], false],
    ['PGP', mail('application/pgp-encrypted', 'a', json.slice(0, 9)), ['report-mail-encrypted'], false],
    ['a mailbox line', Buffer.concat([encoder.encode('From x@y.example Mon Mar  2 00:00:00 2026\r\n'), mail('application/tlsrpt+json', 'a', json)]), [], true],
    ['gzip of no report', new Uint8Array(gzipSync('hello')), ['report-not-json'], false],
    ['nothing', new Uint8Array(), ['report-not-json'], false],
  ];
  for (const [what, octets, codes, isRead] of cases) {
    const { value, findings } = await mxseal.readReport(octets);
    assert.deepEqual(findings.map(({ code }) => code), codes, what);
    assert.equal(value !== null, isRead, what);
  }
  await assert.rejects(mxseal.readReport(/** @type {any} */ ('{}')), { code: 'ERR_INVALID_ARGUMENT' });
});

test('bombs end in a finding, in bounded memory', async () => {
  const zeros = gzipSync(Buffer.alloc(400_000_000));
  const nested = gzipSync(gzipSync(Buffer.alloc(100_000_000)));
  const values = encoder.encode(`[${'0,'.repeat(4_900_000)}0]`);
  const tenMillion = gzipSync(`{"policies":[${'0,'.repeat(10_000_000)}0]}`);
  const deep = encoder.encode('{"a":'.repeat(1_000_000));
  const mail = encoder.encode(`Subject: x\r\n\r\n${'x'.repeat(16 * 1024 * 1024)}`);
  const before = process.memoryUsage().rss;
  for (const [octets, code] of /** @type {[Uint8Array, string][]} */ ([
    [zeros, 'report-too-large'],
    [nested, 'report-encoding'],
    [values, 'report-too-many'],
    [tenMillion, 'report-too-large'],
    [deep, 'report-too-many'],
    [mail, 'report-mail-too-large'],
  ])) {
    const { value, findings } = await mxseal.readReport(new Uint8Array(octets));
    assert.equal(value, null);
    assert.ok(findings.some((finding) => finding.code === code), JSON.stringify(findings));
  }
  // 30 MB of the largest text and its copy, 20 MB of values; what would come without bounds is 400 MB and more.
  assert.ok(process.memoryUsage().rss - before < 200_000_000, `${(process.memoryUsage().rss - before) / 1e6} MB`);
});

// ---------------------------------------------------------------- tally

test('tallies of two workers add up, and cross as octets', () => {
  const whole = tallied();
  whole.merge(tallied());
  const [a, b] = [tallied(), mxseal.Tally.from(tallied().toBytes())];
  b.merge(a);
  assert.deepEqual(b.toBytes(), whole.toBytes());
  const [report] = whole.reports(SENDER);
  assert.deepEqual(report?.policies.map(({ summary }) => [summary.totalSuccessfulSessionCount, summary.totalFailureSessionCount]), [[332, 0], [200, 132], [2, 0]]);
  a.merge(a);
  assert.deepEqual(a.toBytes(), whole.toBytes());
  for (const bad of [new Uint8Array(), new Uint8Array(20), whole.toBytes().slice(1), whole.toBytes().slice(0, -1)]) {
    assert.throws(() => mxseal.Tally.from(bad), { code: 'ERR_INVALID_ARGUMENT' });
  }
  assert.throws(() => a.add(/** @type {any} */ ({ results: [{}], at: '2026-03-01T00:00:00Z' })), { code: 'ERR_INVALID_ARGUMENT' });
  assert.throws(() => a.add({ results: [], at: 'yesterday' }), { code: 'ERR_INVALID_ARGUMENT' });
  assert.throws(() => a.merge(/** @type {any} */ ({})), { code: 'ERR_INVALID_ARGUMENT' });
  assert.throws(() => a.reports(/** @type {any} */ ({ organizationName: 'x' })), { code: 'ERR_INVALID_ARGUMENT' });
  whole.forget('2026-03-02T00:00:00Z');
  assert.deepEqual(whole.reports(SENDER), []);
  assert.equal(whole.omitted, 0);
  for (const one of [whole, a, b]) one.free();
});

test('a session about a report is never counted', () => {
  const evidence = JSON.parse(readFileSync(at('tests/evidence/expired-cert.lab.json'), 'utf8'));
  const counted = (/** @type {'mail' | 'tls-report'} */ kind) => {
    const verdict = mxseal.Check.replay(evidence, { ...evidence.options, message: { kind } });
    const [host] = verdict.hosts;
    const observed = verdict.facts.hosts[0]?.sessions;
    assert.ok(host && observed?.kind === 'observed');
    const [session] = observed.sessions;
    assert.ok(session);
    const tally = new mxseal.Tally();
    tally.add({ session, host: host.host, at: verdict.at, results: mxseal.judgeSession({ host, session, at: verdict.at, roots: [] }).results });
    return tally.reports(SENDER).length;
  };
  assert.equal(counted('mail'), 1);
  assert.equal(counted('tls-report'), 0);
});

// ---------------------------------------------------------------- sending

/** @param {string} text @param {Partial<mxseal.LookupResult>} [more] */
const rua = (text, more = {}) => async () =>
  /** @type {any} */ ({ status: 'secure', rcode: 'NOERROR', reason: null, records: [{ name: '_smtp._tls.example.com', type: 'TXT', ttl: 60, data: text }], ...more });
const BOTH = rua('"v=TLSRPTv1; rua=mailto:a%2Bb@example.com?subject=x,https://r.exam" "ple/v1"');

test('the first destination that accepts is enough', async () => {
  /** @type {mxseal.ReportMail[]} */
  const mails = [];
  /** @type {[string, any][]} */
  const posts = [];
  const fetch = async (/** @type {any} */ url, /** @type {any} */ init) => (posts.push([url, init]), new Response(null, { status: 201 }));
  const mail = async (/** @type {mxseal.ReportMail} */ one) => void mails.push(one);
  const common = { reports: [report()], lookup: BOTH, at: '2026-03-03T00:00:00Z', random: () => 0 };
  const [first] = await mxseal.sendReports({ ...common, fetch, mail });
  assert.equal(first?.status, 'delivered');
  assert.equal(first?.destination, 'mailto:a%2Bb@example.com?subject=x');
  assert.deepEqual([mails.length, posts.length], [1, 0]);
  assert.deepEqual([mails[0]?.kind, mails[0]?.to, mails[0]?.from], ['tls-report', 'a+b@example.com', 'tls@sender.example']);
  assert.ok(mails[0]?.headers.some(([name, value]) => name === 'TLS-Required' && value === 'No'));
  // It is not sent again.
  const again = await mxseal.sendReports({ ...common, fetch, mail, deliveries: [/** @type {any} */ (first)] });
  assert.deepEqual([again[0]?.status, mails.length], ['delivered', 1]);

  const failing = async () => Promise.reject(new Error('no route'));
  const [second] = await mxseal.sendReports({ ...common, fetch, mail: failing });
  assert.equal(second?.destination, 'https://r.example/v1');
  assert.deepEqual(second?.failures, [{ destination: 'mailto:a%2Bb@example.com?subject=x', reason: 'no route' }]);
  const [[url, init]] = /** @type {any} */ (posts);
  assert.deepEqual([url, init.method, init.headers['content-type'], init.redirect], ['https://r.example/v1', 'POST', 'application/tlsrpt+gzip', 'manual']);
  assert.deepEqual((await mxseal.readReport(init.body)).value, report());
});

test('reports go out over the day, and again for a day with growing pauses', async () => {
  const one = { reports: [report()], lookup: BOTH, random: () => 0.5 };
  const end = Date.parse('2026-03-01T23:59:59Z');
  const [early] = await mxseal.sendReports({ ...one, at: '2026-03-02T11:00:00Z' });
  assert.deepEqual([early?.status, early?.attempts, early?.due], ['waiting', 0, new Date(end + 43_200_000).toISOString()]);
  let now = end;
  /** @type {number[]} */
  const attempts = [];
  const [last] = await mxseal.sendReports({
    ...one,
    at: () => new Date(now),
    sleep: async (milliseconds) => void (now += milliseconds),
    fetch: async () => (attempts.push(now), new Response(null, { status: 503 })),
  });
  assert.equal(last?.status, 'given-up');
  const minutes = attempts.slice(1).map((time, index) => (time - /** @type {number} */ (attempts[index])) / 60_000);
  assert.deepEqual(minutes, [5, 10, 20, 40, 80, 160, 320, 640]);
  assert.equal(attempts[0], end + 43_200_000);
  assert.ok(/** @type {number} */ (attempts.at(-1)) - /** @type {number} */ (attempts[0]) <= 86_400_000);
  assert.deepEqual(last?.failures.at(-1), { destination: 'https://r.example/v1', reason: 'HTTP status 503' });
});

test('nobody asks, or it is not known whether', async () => {
  const send = (/** @type {any} */ lookup) => mxseal.sendReports({ reports: [report()], lookup, at: '2026-03-03T00:00:00Z', random: () => 0, fetch: async () => new Response() });
  for (const [lookup, status] of /** @type {[any, string][]} */ ([
    [rua('', { records: [] }), 'not-wanted'],
    [rua('', { records: [], rcode: 'NXDOMAIN' }), 'not-wanted'],
    [rua('"v=TLSRPTv1"'), 'not-wanted'],
    [rua('"v=TLSRPTv1; rua=ftp://x.example/"'), 'not-wanted'],
    [rua('', { records: [], status: 'bogus', reason: 'expired' }), 'waiting'],
    [rua('', { records: [], rcode: 'SERVFAIL', status: 'insecure' }), 'waiting'],
    [async () => Promise.reject(new Error('timeout')), 'waiting'],
    [rua('"v=TLSRPTv1; rua=https://r.example/"'), 'delivered'],
  ])) {
    const [delivery] = await send(lookup);
    assert.equal(delivery?.status, status);
    assert.equal(delivery?.attempts, 1);
  }
  const stopped = new AbortController();
  stopped.abort();
  await assert.rejects(mxseal.sendReports({ reports: [report()], lookup: BOTH, random: () => 0, signal: stopped.signal, at: '2026-03-03T00:00:00Z' }), { code: 'ERR_ABORTED' });
  for (const bad of [{}, { reports: [] }, { reports: [report()], lookup: 5 }, { reports: [{}], lookup: BOTH }, { reports: [], lookup: BOTH, sleep: async () => {}, at: 'x' }]) {
    await assert.rejects(mxseal.sendReports(/** @type {any} */ (bad)), { code: 'ERR_INVALID_ARGUMENT' }, JSON.stringify(bad));
  }
});
