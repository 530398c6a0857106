/** What people type: nearly right, of another kind, at the wrong place. Each is answered by what is wrong and what to do. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { formatVerdict } from '../../js/format.js';
import { Check } from 'mxseal';
import { load } from './project.js';

const CLI = fileURLToPath(new URL('../../js/cli.js', import.meta.url));
const scratch = mkdtempSync(path.join(tmpdir(), 'mxseal-mistakes-'));
after(() => rmSync(scratch, { recursive: true }));
const file = (/** @type {string} */ name, /** @type {string | Buffer} */ text) => (writeFileSync(path.join(scratch, name), text), path.join(scratch, name));
const folder = path.join(scratch, 'folder');
mkdirSync(folder);
const [empty, prose, wide] = [file('empty', ''), file('prose', 'version: STSv1\r\n'), file('wide', Buffer.from('\ufeff{}', 'utf16le'))];

/** Nothing listens there. */
const CLOSED = ['--dns', '127.0.0.1:1', '--timeout', '1'];

/**
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [o]
 * @returns {Promise<{ code: number | null, out: string, err: string }>}
 */
async function cli(args, o = {}) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000, ...o });
  let [out, err] = ['', ''];
  child.stdout?.on('data', (data) => (out += data));
  child.stderr?.on('data', (data) => (err += data));
  const [code] = await once(child, 'close');
  return { code, out, err };
}

/** @type {[args: string[], words: RegExp][]} */
const MISTAKES = [
  [['chekc', 'a.example'], /unknown command `chekc`; did you mean `check`\?/],
  [['Check', 'a.example'], /did you mean `check`\?/],
  [['nonsense'], /unknown command `nonsense`: check, .* or rollover/],
  [['a.example'], /mxseal check a\.example/],
  [['check', '--josn', 'a.example'], /unknown flag `--josn`; did you mean `--json`\?/],
  [['check', 'a.example', '--goal', 'enforce'], /`check` has no use for --goal/],
  [['replay', prose, '--require', 'dane'], /`replay` has no use for --require/],
  [['lint', prose, '--starttls'], /`lint` has no use for --starttls/],
  [['check', 'user@a.example', ...CLOSED], /`user@a\.example`: .*; give the domain alone: a\.example$/m],
  [['check', 'mailto:user@a.example', ...CLOSED], /give the domain alone: a\.example$/m],
  [['check', 'https://user:word@a.example:8443/path?x#y', ...CLOSED], /give the domain alone: a\.example$/m],
  [['check', 'a.example:25', ...CLOSED], /give the domain alone: a\.example$/m],
  [['check', '192.0.2.1', ...CLOSED], /an IP address has no policy/],
  [['check', 'a.example', 'b..example', ...CLOSED], /`b\.\.example`: not a domain name/],
  [['check', ' a.example', ...CLOSED], /a space stands at its end/],
  [['lookup', 'https://a.example', 'MX', ...CLOSED], /give the domain alone: a\.example$/m],
  [['publish', 'user@a.example', '--mx', 'mx.a.example'], /give the domain alone: a\.example$/m],
  [['rollover', 'https://mx.a.example/', '--current', prose], /give the domain alone: mx\.a\.example$/m],
  [['check', 'a.example', '--port', '25.5', ...CLOSED], /--port takes a whole number/],
  [['check', 'a.example', '--at', '2026-03-01', ...CLOSED], /--at takes a time such as 2026-03-01T12:00:00Z, not `2026-03-01`/],
  [['rollover', '--policy', 'a.example', '--since', 'yesterday'], /--since takes a time/],
  [['check', 'a.example', '--store', empty, ...CLOSED], /--store: .*empty: that is no directory/],
  [['check', 'a.example', '--ca', empty, ...CLOSED], /--ca: .*empty: .*BEGIN CERTIFICATE/],
  [['check', 'a.example', '--ca', folder, ...CLOSED], /--ca: .*folder: that is a directory/],
  [['replay', folder], /folder: that is a directory/],
  [['replay', empty], /empty: no evidence as `mxseal check --evidence FILE` writes it: it is empty/],
  [['replay', '-'], /standard input: no evidence .* it is empty/],
  [['replay', wide], /wide: no evidence .* UTF-16/],
  [['lint', folder], /folder: that is a directory/],
  [['report', folder], /folder: that is a directory/],
  [['tlsa', prose], /prose: neither a certificate nor a public key/],
  [['rollover', 'mx.a.example', '--current', prose], /prose: neither a certificate nor a public key/],
  [['publish', 'a.example', '--mx', 'mx.a.example', '--policy-out', folder], /--policy-out: .*folder: that is a directory/],
  [['publish', 'a.example', '--mx', 'mx.a.example', '--policy-out', path.join(scratch, 'no', 'where')], /--policy-out: .*no: there is no such directory/],
];

test('a mistake of the command line: exit code 2, nothing on standard output, what it is and what was meant', { timeout: 120_000 }, async () => {
  const left = [...MISTAKES];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [args, words] = next;
      const { code, out, err } = await cli(args);
      assert.deepEqual([code, out], [2, ''], `${args.join(' ')}: ${err}`);
      assert.match(err, words);
      assert.match(err, /^(resolver: .*\n)?mxseal: .*\nTry `mxseal --help`\.\n$/);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
});

test('a store that is not there yet is no mistake, and is not made for nothing', async () => {
  const store = path.join(scratch, 'new', 'store');
  assert.equal((await cli(['check', 'a.example', '--store', store, ...CLOSED])).code, 3);
  assert.equal(existsSync(store), false);
});

test('lint: a record that is none is told as such, and is not fine', async () => {
  for (const text of ['', 'v=spf1 -all']) {
    const { code, out } = await cli(['lint', '--txt', text]);
    assert.deepEqual([code, out], [1, '_mta-sts: no such record, which is as if there were none\n'], text);
  }
});

test('report --check: what a stranger calls a domain ends nothing', async () => {
  const policies = ['no domain!', 'a.example'].map((domain) => ({
    policy: { 'policy-type': 'sts', 'policy-domain': domain },
    summary: { 'total-successful-session-count': 0, 'total-failure-session-count': 3 },
    'failure-details': [{ 'result-type': 'validation-failure', 'failed-session-count': 3 }],
  }));
  const dateRange = { 'start-datetime': '2026-03-01T00:00:00Z', 'end-datetime': '2026-03-01T23:59:59Z' };
  const report = file('report.json', JSON.stringify({ 'organization-name': 'x', 'date-range': dateRange, 'contact-info': 'a@b.example', 'report-id': '1', policies }));
  const { code, out, err } = await cli(['report', report, '--check', ...CLOSED]);
  assert.deepEqual([code, err], [1, 'not checked: `no domain!` is no domain\n']);
  assert.match(out, /a\.example: 3 of 3 sessions failed/);
});

test('help on a command, by either word order', async () => {
  for (const command of ['publish', 'rollover', 'tlsa']) {
    assert.deepEqual(await cli(['help', command]), await cli([command, '--help']), command);
  }
});

test('a disk that is full: a line and exit code 2, no stack', async () => {
  const full = openSync('/dev/full', 'w');
  const { code, err } = await cli(['lint', prose], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  assert.equal(code, 2);
  assert.match(err, /^mxseal: standard output can't be written: ENOSPC.*\n$/);
});

test('Ctrl-C in the middle of a check ends it there, without a word', { timeout: 60_000 }, async (t) => {
  const silent = createSocket('udp4');
  t.after(() => silent.close());
  const asked = once(silent, 'message');
  await new Promise((resolve) => silent.bind(0, '127.0.0.1', () => resolve(undefined)));
  const child = spawn(process.execPath, [CLI, 'check', 'a.example', '--dns', `127.0.0.1:${silent.address().port}`, '--timeout', '600'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  await asked;
  child.kill('SIGINT');
  const [code, signal] = await once(child, 'close');
  assert.deepEqual([code, signal, said], [null, 'SIGINT', '']);
});

test('forty columns: every line of a verdict that has spaces to break at fits', () => {
  for (const name of ['enforce-good', 'mx-outside', 'dane-good', 'txt-servfail']) {
    const verdict = Check.replay(JSON.parse(load(`tests/evidence/${name}.lab.json`)));
    for (const line of formatVerdict(verdict, { width: 40 }).split('\n')) {
      assert.ok(line.length <= 40 || !line.trim().replace(/^[→✗!·✓] /, '').includes(' '), `${name}: ${line}`);
    }
  }
});
