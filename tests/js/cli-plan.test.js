/** `mxseal tlsa`, `publish` and `rollover` as a person runs them: what can be pasted on standard output, the rest beside it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { parseStsPolicy, parseStsRecord, parseTlsa } from 'mxseal';
import { load } from './project.js';

const CLI = fileURLToPath(new URL('../../js/cli.js', import.meta.url));
const scratch = mkdtempSync(path.join(tmpdir(), 'mxseal-plan-'));
after(() => rmSync(scratch, { recursive: true }));
const certificates = JSON.parse(load('tests/vectors/certificates.json'));
const AT = '2027-03-01T12:00:00Z';

/** @param {string} name @param {string | Uint8Array} content */
const file = (name, content) => (writeFileSync(path.join(scratch, name), content), path.join(scratch, name));
const der = (/** @type {string} */ name) => file(`${name}.der`, Buffer.from(certificates[name].der, 'base64'));
const pem = (/** @type {string[]} */ ...names) =>
  file(`${names.join('-')}.pem`, names.map((name) => `-----BEGIN CERTIFICATE-----\n${certificates[name].der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`).join(''));
const record = (/** @type {string} */ parameters, /** @type {string} */ name) => `${parameters} ${certificates[name][parameters.slice(2)]}`;

/** @param {string[]} args @param {string | Uint8Array} [input] */
function cli(args, input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', input, timeout: 60_000, env: { ...process.env, NO_COLOR: '1' } });
  return { code: status, out: stdout, err: stderr };
}

/** Everything but comments is a line of a zone file. @param {string} out */
const records = (out) => out.split('\n').filter((line) => line !== '' && !line.startsWith(';'));

test('tlsa: a record a file, each once', () => {
  assert.deepEqual(cli(['tlsa', pem('leaf-a'), der('leaf-a'), der('key-b')]), { code: 0, out: `${record('3 1 1', 'leaf-a')}\n${record('3 1 1', 'key-b')}\n`, err: '' });
  assert.equal(cli(['tlsa', '-', '--selector', '0'], readFileSync(pem('leaf-a'))).out, `${record('3 0 1', 'leaf-a')}\n`);
  const { code, out, err } = cli(['tlsa', pem('leaf-a'), '--host', 'mx.example.com', '--ttl', '300', '--port', '2525']);
  assert.deepEqual([code, out, err], [0, `_2525._tcp.mx.example.com. 300 IN TLSA ${record('3 1 1', 'leaf-a')}\n`, '']);
  const [one] = JSON.parse(cli(['tlsa', pem('leaf-a'), '--json']).out);
  assert.deepEqual([one.usage, Buffer.from(one.data, 'base64').toString('hex')], [3, certificates['leaf-a']['1 1']]);
});

test('tlsa: what nobody should publish is told beside the records', () => {
  const { code, out, err } = cli(['tlsa', pem('leaf-a'), '--host', 'mx.example.com', '--selector', '0']);
  assert.equal(code, 0);
  assert.equal(parseTlsa(out.trim()).value?.selector, 0);
  assert.match(err, /each renewal makes it wrong/);
});

test('publish: zone lines, a policy file, and a word on what enforce would break', () => {
  const policy = path.join(scratch, 'mta-sts.txt');
  const args = ['publish', 'example.com', '--goal', 'enforce', '--cert', `mx.example.com=${pem('leaf-a')}`, '--next', `mx.example.com=${der('key-b')}`, '--rua', 'mailto:tls@example.com',
    '--policy-host', '192.0.2.7', '--ttl', '600', '--at', AT, '--policy-out', policy];
  const { code, out, err } = cli(args);
  assert.equal(code, 0, err);
  const lines = records(out);
  assert.deepEqual(lines.slice(1), [
    '_smtp._tls.example.com. 600 IN TXT "v=TLSRPTv1; rua=mailto:tls@example.com"', 'mta-sts.example.com. 600 IN A 192.0.2.7',
    `_25._tcp.mx.example.com. 600 IN TLSA ${record('3 1 1', 'leaf-a')}`, `_25._tcp.mx.example.com. 600 IN TLSA ${record('3 1 1', 'key-b')}`,
  ]);
  const id = parseStsRecord(/** @type {string} */ (/"(.*)"/.exec(/** @type {string} */ (lines[0]))?.[1])).value?.id;
  assert.ok(id);
  assert.equal(parseStsPolicy(readFileSync(policy)).value?.mode, 'enforce');
  assert.match(err, /follows no `mode: testing`/);

  // The same again, then another life.
  const before = ['--previous', policy, '--previous-id', `v=STSv1; id=${id};`, '--json'];
  const [same, other] = [JSON.parse(cli([...args, ...before]).out).value, JSON.parse(cli([...args, ...before, '--max-age', '86400']).out).value];
  assert.deepEqual([same.changed, same.policy.id, other.changed, other.policy.id === id], [false, id, true, false]);
});

test('publish: refused, with nothing to paste', () => {
  const { code, out, err } = cli(['publish', 'example.com', '--mx', 'mx.example.com.', '--rua', 'mailto:tls@example.com']);
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /mx: mx\.example\.com/);
});

test('rollover: dates, records, and the step that is next', () => {
  const args = ['rollover', 'mx.example.com', '--current', pem('leaf-a'), '--next', pem('leaf-b'), '--ttl', '3600', '--at', AT];
  const first = cli([...args, '--tlsa', record('3 1 1', 'leaf-a')]);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^; _25\._tcp\.mx\.example\.com: step 1 of 3 is next/);
  assert.match(first.out, /2\. then, not before 2027-03-01T14:00:00Z/);
  assert.deepEqual(records(first.out).map((line) => line.split(' TLSA ')[1]), [record('3 1 1', 'leaf-a'), record('3 1 1', 'leaf-b'), record('3 1 1', 'leaf-b')]);
  const both = cli([...args, '--tlsa', record('3 1 1', 'leaf-a'), '--tlsa', record('3 1 1', 'leaf-b'), '--since', '2027-03-01T10:00:00Z']);
  assert.match(both.out, /step 2 of 3 is next/);
  assert.match(both.out, /2\. do it now/);
  const naive = cli([...args, '--tlsa', record('3 1 1', 'leaf-a'), '--served', pem('leaf-b')]);
  assert.equal(naive.code, 1);
  assert.match(naive.err, /put the old chain back at once/);
});

test('rollover --policy: removal waits for the largest max_age', () => {
  const policy = file('now.txt', 'version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmax_age: 604800\r\n');
  const args = ['rollover', '--policy', 'example.com', '--current', policy, '--current-id', '1', '--mx', 'mx.example.com', '--goal', 'none', '--at', AT];
  const { code, out } = cli(args);
  assert.equal(code, 0);
  assert.match(out, /3\. then, not before 2027-03-08T12:00:00Z: remove the record/);
  const plan = JSON.parse(cli([...args, '--largest-max-age', '1209600', '--json']).out);
  assert.equal(plan.steps[2].notBefore, '2027-03-15T12:00:00Z');
  assert.equal(JSON.parse(cli([...args, '--seen-mx', 'other.example.com', '--json']).out).at, null);
});

test('mistakes: exit code 2 and one line', () => {
  /** @type {[string[], RegExp][]} */
  const cases = [
    [['tlsa'], /name a file/],
    [['tlsa', path.join(scratch, 'absent')], /ENOENT/],
    [['tlsa', file('nothing', 'nothing')], /neither a certificate nor a public key/],
    [['tlsa', pem('leaf-a'), '--usage', 'x'], /--usage takes a whole number/],
    [['publish'], /name one domain/],
    [['publish', 'a b'], /not a domain name/],
    [['publish', 'example.com', '--goal', 'enforced'], /--goal takes testing, enforce, none/],
    [['publish', 'example.com', '--cert', 'x.pem'], /--cert takes HOST=FILE/],
    [['rollover'], /name one mail host/],
    [['rollover', 'mx.example.com'], /--current takes/],
    [['rollover', 'mx.example.com', '--current', pem('leaf-a'), '--target', '3 1'], /--target takes/],
    [['rollover', 'mx_1.example.com', '--current', pem('leaf-a')], /no name that such records/],
  ];
  for (const [args, words] of cases) {
    const { code, out, err } = cli(args);
    assert.deepEqual([code, out], [2, ''], `${args.join(' ')}: ${err}`);
    assert.match(err, words);
  }
});

test('help with examples', () => {
  for (const command of ['tlsa', 'publish', 'rollover']) {
    const { code, out } = cli([command, '--help']);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`examples\n  mxseal ${command} `));
  }
});
