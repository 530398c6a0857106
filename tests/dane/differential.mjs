/**
 * The DANE differential: what `openssl s_client -dane_tlsa_rrdata` says of every case, against `openssl s_server` on
 * loopback.
 *
 *     node tests/dane/differential.mjs record            writes tests/dane/recorded.json
 *     node tests/dane/differential.mjs check [FILE]      makes all anew; OpenSSL must say what is recorded;
 *                                                        what it said goes to FILE for `cargo test --test dane`
 *
 * SMTP differs from s_client's defaults in two ways: DANE-EE looks at no names (RFC 7672 §3.1.1), which
 * `-dane_ee_no_namechecks` asks for, and usages 0 and 1 are not used, so no case but those marked `pkix` has any.
 * The security level is OpenSSL's own default, 1, whatever the distribution makes of it.
 */

import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificates } from './certificates.mjs';
import { CASES } from './cases.mjs';

const RECORDED = new URL('recorded.json', import.meta.url);
const ENV = { ...process.env, OPENSSL_CONF: '/dev/null' };
const AT_ONCE = 3;
let served = 0;

const [mode, file] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'mxseal-dane-'));
try {
  const found = await run();
  if (mode === 'record') {
    writeFileSync(RECORDED, text(found));
  } else if (mode === 'check') {
    if (file) writeFileSync(file, text(found));
    compare(found, JSON.parse(readFileSync(RECORDED, 'utf8')));
  } else {
    throw new Error('record, or check');
  }
  report(found);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  const names = makeCertificates(folder);
  for (const name of new Set(CASES.flatMap(({ chain, tlsa }) => [...chain, ...tlsa.map((one) => one.split(' ')[3])]))) {
    if (!name.endsWith('!')) continue;
    writeFileSync(at(`${name}.der`), flipped(readFileSync(at(`${name.slice(0, -1)}.der`))));
    names.push(name);
  }
  const used = new Set(['root']);
  const groups = group(CASES);
  const rows = new Map();
  const waiting = [...groups.values()];
  const work = async () => {
    for (let cases = waiting.shift(); cases; cases = waiting.shift()) {
      for (const name of cases[0].chain) used.add(name);
      const server = await serve(cases[0].chain);
      try {
        for (const one of cases) rows.set(one.id, await ask(server.port, one));
      } finally {
        server.end();
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (rows.size !== CASES.length) throw new Error(`${CASES.length - rows.size} ids stand twice`);
  const certificates = Object.fromEntries(names.filter((name) => used.has(name)).map((name) => [name, readFileSync(at(`${name}.der`)).toString('base64')]));
  return { openssl: await openssl(['version']), certificates, cases: CASES.map(({ id }) => rows.get(id)) };
}

function group(cases) {
  const groups = new Map();
  for (const one of cases) groups.set(one.chain.join(' '), [...(groups.get(one.chain.join(' ')) ?? []), one]);
  return groups;
}

/** A server for one chain. It ends by itself after its cases, or a minute. */
async function serve(chain) {
  const pem = (name) => `-----BEGIN CERTIFICATE-----\n${readFileSync(at(`${name}.der`)).toString('base64').match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;
  const id = `served-${(served += 1)}`;
  const [leaf, ...others] = chain;
  writeFileSync(at(`${id}.leaf`), pem(leaf));
  writeFileSync(at(`${id}.chain`), others.map(pem).join(''));
  const args = ['s_server', '-accept', '127.0.0.1:0', '-cert', `${id}.leaf`, '-key', `${leaf.replace('!', '')}.key`, '-no-CAfile', '-no-CApath', '-no-CAstore', '-tls1_3', '-cipher', 'DEFAULT@SECLEVEL=0'];
  if (others.length > 0) args.push('-cert_chain', `${id}.chain`);
  const server = spawn('openssl', args, { cwd: folder, env: ENV, stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000 });
  return new Promise((resolve, reject) => {
    let said = '';
    const heard = (data) => {
      said += data;
      const port = /^ACCEPT .*:(\d+)$/m.exec(said)?.[1];
      if (port) resolve({ port, end: () => server.kill() });
    };
    server.stdout.on('data', heard);
    server.stderr.on('data', heard);
    server.on('exit', () => reject(new Error(`s_server ${chain.join(' ')}: ${said}`)));
  });
}

async function ask(port, { id, cause, chain, tlsa, name, at: time, pkix }) {
  const records = tlsa.map(record);
  const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-dane_tlsa_domain', name, '-dane_ee_no_namechecks', '-verify_return_error',
    '-attime', String(Date.parse(time) / 1000), '-cipher', 'DEFAULT@SECLEVEL=1', '-no-CApath', '-no-CAstore', ...(pkix ? ['-CAfile', 'root.pem'] : ['-no-CAfile']),
    ...records.flatMap((one) => ['-dane_tlsa_rrdata', one])];
  const said = await openssl(args);
  return { id, cause, chain, tlsa: records, name, at: time, pkix, openssl: outcome(said, records, id) };
}

/** `code` of X509_V_ERR, 0 for success; `unusable` where it takes no record. */
function outcome(said, records, id) {
  const match = /^DANE TLSA (\d+ \d+ \d+) (?:\.\.\.)?([0-9a-f]+) (?:matched (?:TA|EE) certificate|signed the certificate) at depth (\d+)/m.exec(said);
  if (match && /^Verification: OK$/m.test(said)) {
    const [, parameters, tail, depth] = match;
    const index = records.findIndex((one) => one.startsWith(`${parameters} `) && one.endsWith(tail));
    return { code: 0, says: 'ok', matched: { index, depth: Number(depth) } };
  }
  const error = /^verify error:num=(\d+):(.*)$/m.exec(said);
  if (error) return { code: Number(error[1]), says: error[2], matched: null };
  if (/Failed to import any TLSA records/i.test(said)) return { code: null, says: 'unusable', matched: null };
  throw new Error(`${id}: s_client says\n${said}`);
}

/** A record as zone files have it. */
function record(words) {
  const [usage, selector, matching, source] = words.split(' ');
  if (source.startsWith('=')) return `${usage} ${selector} ${matching} ${source.slice(1)}`;
  const der = readFileSync(at(`${source}.der`));
  const selected = selector === '1' ? spki(source) : der;
  const data = matching === '0' ? selected : createHash(matching === '2' ? 'sha512' : 'sha256').update(selected).digest();
  return `${usage} ${selector} ${matching} ${data.toString('hex')}`;
}

function spki(name) {
  const pem = execFileSync('openssl', ['x509', '-in', `${name}.der`, '-inform', 'DER', '-noout', '-pubkey'], { cwd: folder, env: ENV, encoding: 'utf8' });
  return Buffer.from(pem.replace(/-----[^\n]*\n/g, ''), 'base64');
}

function flipped(der) {
  der[der.length - 1] ^= 1;
  return der;
}

function at(name) {
  return path.join(folder, name);
}

/** Runs openssl with no input; what it prints, whatever it returns. */
function openssl(args) {
  return new Promise((resolve) => {
    const child = execFile('openssl', args, { cwd: folder, env: ENV, timeout: 20_000 }, (_, out, err) => resolve(out + err));
    child.stdin.end();
  });
}

function compare(found, recorded) {
  const outline = ({ cases }) => Object.fromEntries(cases.map(({ id, openssl: { code, matched } }) => [id, JSON.stringify([code, matched])]));
  const [now, then] = [outline(found), outline(recorded)];
  const differ = [...new Set([...Object.keys(now), ...Object.keys(then)])].filter((id) => now[id] !== then[id]);
  for (const id of differ) console.error(`${id}: ${now[id]}, recorded ${then[id]}`);
  if (differ.length > 0) process.exitCode = 1;
}

function report({ openssl: version, cases }) {
  const refused = cases.filter(({ openssl: { code } }) => code !== 0);
  console.log(`${version.trim()}: ${cases.length} cases, ${refused.length} refused`);
  const causes = {};
  for (const { cause } of refused) causes[cause] = (causes[cause] ?? 0) + 1;
  console.log(causes);
}

/** One case a line. */
function text({ openssl: version, certificates, cases }) {
  const lines = (list) => list.map((one) => `    ${one}`).join(',\n');
  return `{
  "openssl": ${JSON.stringify(version.trim())},
  "certificates": {\n${lines(Object.entries(certificates).map(([name, der]) => `${JSON.stringify(name)}: ${JSON.stringify(der)}`))}
  },
  "cases": [\n${lines(cases.map((one) => JSON.stringify(one)))}
  ]\n}\n`;
}
