/** Certificates made by the openssl command when a test asks for them; nothing is kept. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'mxseal-certificates-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** @typedef {{ name: string, pem: string, key: string, der: Uint8Array, file: string, keyFile: string }} Made */

/**
 * @param {string} name common name, and DNS name unless `san` says otherwise
 * @param {{ by?: Made, ca?: boolean, san?: string | null, expired?: boolean, old?: boolean }} [o] `by`: the issuer,
 *   itself by default; `old`: version 1, RSA with 1024 bits, SHA-1
 * @returns {Made}
 */
export function certificate(name, { by, ca = false, san = `DNS:${name}`, expired = false, old = false } = {}) {
  const stem = join(folder, String((count += 1)));
  const [file, keyFile, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) => `${stem}.${end}`);
  const kind = old ? ['rsa:1024'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  openssl('req', '-new', '-newkey', ...kind, '-nodes', '-keyout', keyFile, '-subj', `/CN=${name}`, '-out', request);
  const lines = [`basicConstraints=critical,CA:${ca ? 'TRUE' : 'FALSE'}`, ...(ca || san === null ? [] : [`subjectAltName=${san}`])];
  writeFileSync(extensions, `${lines.join('\n')}\n`);
  const issuer = by ? ['-CA', by.file, '-CAkey', by.keyFile, '-CAcreateserial'] : ['-signkey', keyFile];
  const form = old ? ['-sha1'] : ['-extfile', extensions];
  const days = ['-days', expired ? '-1' : '2'];
  openssl('x509', '-req', '-in', request, ...issuer, ...days, ...form, '-out', file);
  const pem = readFileSync(file, 'latin1');
  return { name, pem, key: readFileSync(keyFile, 'latin1'), der: new Uint8Array(new X509Certificate(pem).raw), file, keyFile };
}

/** @param {string[]} args */
function openssl(...args) {
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
}
