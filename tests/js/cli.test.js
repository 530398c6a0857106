/** The command line as a person runs it: exit codes, one line for a mistake, no stack trace, colours where they belong. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { formatVerdict } from '../../js/format.js';

const CLI = fileURLToPath(new URL('../../js/cli.js', import.meta.url));
const evidence = (/** @type {string} */ name) => fileURLToPath(new URL(`../evidence/${name}.lab.json`, import.meta.url));
const scratch = mkdtempSync(path.join(tmpdir(), 'mxseal-cli-'));
after(() => rmSync(scratch, { recursive: true }));

/** @param {string} name @param {string} text */
const scribble = (name, text) => (writeFileSync(path.join(scratch, name), text), path.join(scratch, name));
const ANCHOR = '. 172800 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D';

/** Nothing listens there. */
const CLOSED = ['--dns', '127.0.0.1:1', '--timeout', '1'];

/**
 * @param {string[]} args
 * @param {{ input?: string | Buffer, env?: Record<string, string> }} [o]
 * @returns {Promise<{ code: number | null, out: string, err: string }>}
 */
function cli(args, { input = '', env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...env }, timeout: 60_000 });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

test('help and version', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.deepEqual(await cli(['--version']), { code: 0, out: `${version}\n`, err: '' });
  for (const args of [['--help'], ['-h'], ['help'], ['check', '--help']]) {
    const { code, out, err } = await cli(args);
    assert.deepEqual([code, err], [0, ''], args.join(' '));
    for (const word of ['mxseal check', 'mxseal replay', 'mxseal lint', 'exit codes']) assert.ok(out.includes(word), word);
  }
});

test('mistakes: exit code 2, a line that says which, no stack trace, nothing on stdout', async () => {
  /** @type {[string[], RegExp][]} */
  const cases = [
    [['nonsense'], /unknown command `nonsense`/],
    [['check'], /name a domain/],
    [['check', 'a.example', '--nonsense'], /--nonsense/],
    [['check', 'a b', ...CLOSED], /not a domain name/],
    [['check', 'user@a.example', ...CLOSED], /not a mail domain/],
    [['check', 'https://a.example/', ...CLOSED], /not a mail domain/],
    [['check', 'a.example', '--dns', 'resolver.example'], /no address and port/],
    [['check', 'a.example', '--dns', '127.0.0.1:99999'], /no address and port/],
    [['check', 'a.example', '--doh', 'ftp://a.example'], /no https URL/],
    [['check', 'a.example', '--doh', 'https://a.example/', '--dns', '127.0.0.1'], /not both/],
    [['check', 'a.example', '--timeout', '0'], /--timeout/],
    [['check', 'a.example', '--port', '25x'], /--port/],
    [['check', 'a.example', '--port', '65536'], /--port/],
    [['check', 'a.example', '--require', 'everything', ...CLOSED], /--require/],
    [['check', 'a.example', '--at', 'yesterday', ...CLOSED], /`yesterday`/],
    [['check', 'a.example', '--ca', path.join(scratch, 'none.pem')], /--ca: .*none\.pem/],
    [['check', 'a.example', '--ca', CLI, ...CLOSED], /PEM/],
    [['check', 'a.example', '--anchors', path.join(scratch, 'none')], /--anchors/],
    [['check', 'a.example', '--anchors', scribble('no-anchor', '; nothing\n\n'), ...CLOSED], /--anchors: .*no-anchor holds no DS or DNSKEY record/],
    [['check', 'a.example', '--anchors', scribble('bad-anchor', `; root\n${ANCHOR}\n. IN A 192.0.2.1\n`), ...CLOSED], /--anchors: .*bad-anchor, line 3: trust anchor: not a line such as/],
    [['check', 'a.example', 'b.example', '--evidence', 'x', ...CLOSED], /one domain at a time/],
    [['replay'], /name an evidence file/],
    [['replay', path.join(scratch, 'none.json')], /none\.json/],
    [['replay', CLI], /JSON/],
    [['replay', fileURLToPath(new URL('../../package.json', import.meta.url))], /evidence/],
    [['lint'], /name a policy file/],
    [['lint', path.join(scratch, 'none.txt')], /none\.txt/],
  ];
  await Promise.all(
    cases.map(async ([args, words]) => {
      const { code, out, err } = await cli(args);
      const line = args.join(' ');
      assert.deepEqual([code, out], [2, ''], line);
      assert.match(err, words, line);
      assert.match(err, /^(resolver: .*\n)?mxseal: .*\nTry `mxseal --help`\.\n$/, line);
    }),
  );
  const bare = await cli([]);
  assert.deepEqual([bare.code, bare.out], [2, '']);
  assert.match(bare.err, /mxseal check DOMAIN/);
});

test('a resolver that cannot be reached, says garbage, or nothing: exit code 3, and it says so', async (t) => {
  for (const [name, reply] of Object.entries({ garbage: Buffer.from('no DNS at all'), silence: null })) {
    const server = createSocket('udp4');
    t.after(() => server.close());
    if (reply) server.on('message', (_, { port, address }) => server.send(reply, port, address));
    await new Promise((resolve) => server.bind(0, '127.0.0.1', () => resolve(undefined)));
    const resolver = `127.0.0.1:${server.address().port}`;
    const { code, out, err } = await cli(['check', 'a.example', '--dns', resolver, '--timeout', '1']);
    assert.deepEqual([code, err], [3, ''], name);
    assert.match(out, /^a\.example could not be judged/, name);
  }
  const { code, out, err } = await cli(['check', 'a.example', 'b.example', ...CLOSED, '--json']);
  assert.deepEqual([code, err], [3, '']);
  const verdicts = out.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(verdicts.map(({ domain, posture }) => [domain, posture]), [['a.example', 'unknown'], ['b.example', 'unknown']]);
});

test('--evidence is replayed to the same verdict; a place that cannot be written is told after it', async () => {
  const file = path.join(scratch, 'evidence.json');
  const checked = await cli(['check', 'a.example', '--json', '--evidence', file, '--at', '2026-03-01T12:00:00Z', ...CLOSED]);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).format, 'mxseal-evidence');
  assert.deepEqual(await cli(['replay', file, '--json']), checked);
  const lost = await cli(['check', 'a.example', '--evidence', path.join(scratch, 'no', 'where'), ...CLOSED]);
  assert.equal(lost.code, 2);
  assert.match(lost.out, /^a\.example could not be judged/);
  assert.match(lost.err, /^mxseal: ENOENT.*\n$/);
});

test('--anchors: lines as they stand, without comments and blank lines, in place of the root’s', async () => {
  const file = path.join(scratch, 'anchored.json');
  const anchors = scribble('anchors', `; the root, 2017\n\n  ${ANCHOR} ; a comment\r\n\n`);
  const { code } = await cli(['check', 'a.example', '--anchors', anchors, '--evidence', file, ...CLOSED]);
  assert.equal(code, 3);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')).options.anchors, [`${ANCHOR} ; a comment`]);
});

test('replay: exit codes by what was found, the gravest of several', async () => {
  for (const [names, wanted] of /** @type {[string[], number][]} */ ([
    [['enforce-good'], 0],
    [['mx-outside'], 1],
    [['bogus'], 1], // found out, and broken
    [['txt-servfail'], 3],
    [['enforce-good', 'mx-outside'], 1],
    [['txt-servfail', 'mx-outside', 'enforce-good'], 3],
  ])) {
    const { code, out, err } = await cli(['replay', ...names.map(evidence)]);
    assert.deepEqual([code, err], [wanted, ''], names.join());
    for (const name of names) assert.match(out, new RegExp(`^${name}\\.lab `, 'm'));
    assert.doesNotMatch(out, /\u001b/); // no terminal, no colour
  }
});

test('lint: the line, a caret under the column, the remedy', async () => {
  const file = path.join(scratch, 'mta-sts.txt');
  writeFileSync(file, 'version: STSv1\nmode: enforcee\nmx: mail.a.example\nmax_age: 86400\n');
  const policy = await cli(['lint', file]);
  assert.equal(policy.code, 1);
  assert.match(policy.out, /^ {2}2: mode: enforcee\n {11}\^\n {2}✗ .*RFC 8461 §3\.2/m);
  const good = 'version: STSv1\r\nmode: enforce\r\nmx: mail.a.example\r\nmax_age: 604800\r\n';
  const fine = await cli(['lint', '-'], { input: good });
  assert.deepEqual([fine.code, fine.err], [0, '']);
  assert.match(fine.out, /^standard input: valid\n/);
  /** @type {[string[], number][]} */
  const strings = [
    [['--txt', 'v=STSv1; id=20260301;'], 0],
    [['--txt', 'v=STSv1; id=a b;'], 1],
    [['--txt', 'v=STSv1; id=1;', '--txt', 'v=STSv1; id=2;'], 1],
    [['--tlsrpt', 'v=TLSRPTv1; rua=mailto:a@b.example'], 0],
    [['--tlsrpt', 'v=TLSRPTv1; rua=foo:x'], 1],
    [['--tlsa', `3 1 1 ${'ab'.repeat(32)}`], 0],
    [['--tlsa', '3 1 1 zz'], 1],
  ];
  for (const [args, wanted] of strings) {
    const { code, out, err } = await cli(['lint', ...args]);
    assert.deepEqual([code, err], [wanted, ''], args.join(' '));
    assert.match(out, wanted === 0 ? /: valid\n/ : /\^\n/, args.join(' '));
    const json = await cli(['lint', ...args, '--json']);
    assert.equal(JSON.parse(json.out).findings.some((/** @type {any} */ one) => one.severity === 'error'), wanted === 1);
  }
});

test('lint takes any bytes, and steers no terminal', async () => {
  for (const input of [Buffer.alloc(0), Buffer.alloc(300_000, 0xff), Buffer.from('mode: \u001b[31mred\u001b[0m\u202e\n')]) {
    const { code, out, err } = await cli(['lint', '-'], { input });
    assert.deepEqual([code, err], [1, '']);
    assert.doesNotMatch(out, /[\u001b\u202e]/);
  }
});

test('the text of a verdict: colours are the caller’s choice, strangers have none', async () => {
  const { out } = await cli(['replay', evidence('mx-outside'), '--json']);
  const verdict = JSON.parse(out);
  const plain = formatVerdict(verdict);
  const first = plain.split('\n')[0] ?? '';
  assert.match(first, /^mx-outside\.lab is protected in part/);
  const coloured = formatVerdict(verdict, { colour: true });
  assert.notEqual(coloured, plain);
  assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), plain);
  const narrow = formatVerdict(verdict, { width: 60 }).split('\n');
  // Names and the sentence are not broken; what is wrapped keeps to the width.
  for (const line of narrow.filter((one) => one.startsWith('    '))) assert.ok(line.length <= 60 || !line.trim().includes(' '), line);
  const hostile = structuredClone(verdict);
  hostile.domain = 'a\u001b[2Jb';
  hostile.hosts[0].host = 'mx\u001b[31m\u202eevil';
  hostile.findings[0].message = 'one\ntwo\u009b3m';
  for (const colour of [true, false]) {
    const text = formatVerdict(hostile, { colour });
    assert.doesNotMatch(text.replace(/\u001b\[(1|2|3\d|0)m(?!\u202e)/g, ''), /[\u001b\u009b\u202e]/);
    assert.match(text, /mx\?\[31m\?evil/);
    assert.match(text, /one\?two/);
  }
});

test('DANE in the text: by whom, the base domain, the records, and what each kind of sender does', async () => {
  /** @type {[string, RegExp[]][]} */
  const cases = [
    [
      'dane-good',
      [
        /^dane-good\.lab is protected by DANE: /,
        /TLS with a certificate pinned by DANE required; seen to meet it/,
        /TLSA records of mx\.dane-good\.lab:\n +3 1 1 [0-9a-f]{64}\s/i,
        /with MTA-STS alone: deliver, though someone on the path could read it/,
        /with DANE alone: deliver, over TLS to a host that proves its name/,
        /with neither: deliver, though/,
      ],
    ],
    [
      'dane-mismatch',
      [
        /^dane-mismatch\.lab is broken: /,
        /seen not to/,
        /TLSA records of mx\.dane-mismatch\.lab:\n +3 1 1 /,
        /with MTA-STS alone: deliver, though/,
        /with DANE alone: hold the mail back, because no TLSA record matches the chain/,
        /with both: hold the mail back/,
      ],
    ],
    ['dane-and-sts', [/^dane-and-sts\.lab is protected by DANE and MTA-STS: /, /with both: deliver, over TLS/]],
    ['enforce-good', [/^enforce-good\.lab is protected by MTA-STS: /, /with DANE alone: deliver, though/]],
  ];
  for (const [name, patterns] of cases) {
    const { out } = await cli(['replay', evidence(name)]);
    for (const pattern of patterns) assert.match(out.replace(/\n {4,}(?=[a-z])/g, ' '), pattern);
  }
  const { out } = await cli(['replay', evidence('dane-good'), '--json']);
  const verdict = JSON.parse(out);
  verdict.hosts[0].tlsa = [];
  verdict.hosts[0].policies[0].policyString = ['3 0 0 '.padEnd(4096, '30')];
  const text = formatVerdict(verdict);
  assert.match(text.replace(/\n {4,}/g, ' '), /TLSA records of mx\.dane-good\.lab, 0 of 1 in use: 3 0 0 (30){64}…/);
  // No mail, no senders.
  assert.doesNotMatch((await cli(['replay', evidence('null-mx')])).out, /Senders now/);
});

test('reports: who cannot deliver, why, and what it comes from', async () => {
  const report = {
    'organization-name': 'Sender',
    'date-range': { 'start-datetime': '2026-03-01T00:00:00Z', 'end-datetime': '2026-03-01T23:59:59Z' },
    'contact-info': 'tls@sender.example',
    'report-id': 'one',
    policies: [
      {
        policy: { 'policy-type': 'sts', 'policy-string': ['version: STSv1'], 'policy-domain': 'expired-cert.lab', 'mx-host': ['mx.expired-cert.lab'] },
        summary: { 'total-successful-session-count': 1, 'total-failure-session-count': 3 },
        'failure-details': [{ 'result-type': 'certificate-expired', 'receiving-mx-hostname': 'mx.expired-cert.lab', 'failed-session-count': 3 }],
      },
    ],
  };
  const file = scribble('report.json', JSON.stringify(report));
  const told = await cli(['report', file, file, '--evidence', evidence('expired-cert')]);
  assert.equal(told.code, 1);
  assert.match(told.out, /^1 report read, 1 more came twice\n/);
  assert.match(told.out, /expired-cert\.lab: 3 of 4 sessions failed \(75\.0 %\), 2026-03-01\n/);
  assert.match(told.out, /✗ 3 sessions: mx\.expired-cert\.lab shows a certificate that has expired/);
  assert.match(told.out, /✗ 3 sessions failed since the certificate of `mx\.expired-cert\.lab` has expired/);
  const { sources, summary, explained } = JSON.parse((await cli(['report', '-', '--json', '--evidence', evidence('expired-cert')], { input: JSON.stringify(report) })).out);
  assert.deepEqual([sources[0].file, summary.domains[0].failed, explained[0].code], ['standard input', 3, 'failure-certificate-expired']);
  report.policies[0].summary['total-failure-session-count'] = 0;
  report.policies[0]['failure-details'] = [];
  const fine = await cli(['report', scribble('fine.json', JSON.stringify(report))]);
  assert.deepEqual([fine.code, /all 1 session went well/.test(fine.out)], [0, true]);
  const broken = await cli(['report', scribble('broken.json', '{')]);
  assert.deepEqual([broken.code, /is no JSON/.test(broken.out)], [1, true]);
  for (const args of [['report'], ['report', path.join(scratch, 'none')], ['report', file, '--check', '--evidence', 'x']]) {
    const { code, err } = await cli(args);
    assert.deepEqual([code, err.split('\n').length], [2, 3]);
  }
});
