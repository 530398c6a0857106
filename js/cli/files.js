/** The files of commands, and the findings of those that publish and plan. */

import { createReadStream, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { certificatesFromPem, parseStsRecord, tlsaFor } from '../index.js';
import { findingLines, painter } from '../format.js';
import { EXIT, Usage, widthOf } from './exit.js';

/** @typedef {import('../types.d.ts').Finding} Finding */

/** No more is read of a file: more than anything may have that is read here, so that the engine can say so. */
const MOST = 20 * 1024 * 1024;

/**
 * @param {string} file `-` is standard input
 * @returns {Promise<Uint8Array>}
 */
export async function octets(file) {
  /** @type {Uint8Array[]} */
  const parts = [];
  let size = 0;
  try {
    for await (const part of file === '-' ? process.stdin : createReadStream(file)) {
      parts.push(part);
      size += part.length;
      if (size > MOST) break;
    }
  } catch (error) {
    throw new Usage(troubleWith(file, error));
  }
  return new Uint8Array(Buffer.concat(parts).subarray(0, MOST));
}

/**
 * What the system says of a file, in words; which file, it does not always say.
 * @param {string} file
 * @param {unknown} error
 */
export function troubleWith(file, error) {
  const { code = '', message } = /** @type {NodeJS.ErrnoException} */ (error);
  return `${file === '-' ? 'standard input' : file}: ${WORDS[code] ? `${WORDS[code]} (${code})` : message}`;
}

/** @type {Record<string, string>} */
const WORDS = {
  ENOENT: 'there is no such file',
  EISDIR: 'that is a directory, and a file is needed',
  ENOTDIR: 'that is no directory, and one is needed',
  EACCES: 'you may not open it',
  EPERM: 'you may not open it',
  EROFS: 'it is on a disk that is read only',
  ENOSPC: 'no space is left on the disk',
};

/**
 * A file to write when the work is done: what would fail then is told now.
 * @param {string | undefined} file
 * @param {string} flag
 */
export function writable(file, flag) {
  if (file === undefined) return;
  if (file === '') throw new Usage(`${flag} takes the name of a file`);
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    statSync(dirname(file));
  } catch (error) {
    const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
    throw new Usage(`${flag}: ${missing ? `${dirname(file)}: there is no such directory` : troubleWith(file, error)}`);
  }
}

/**
 * Recorded evidence.
 * @param {string} file
 * @returns {Promise<any>}
 */
export async function evidence(file) {
  const read = await octets(file);
  const text = new TextDecoder().decode(read);
  try {
    return JSON.parse(text);
  } catch (error) {
    const wide = (read[0] === 0xff && read[1] === 0xfe) || (read[0] === 0xfe && read[1] === 0xff);
    const words = text === '' ? 'it is empty' : wide ? 'it is UTF-16, and must be UTF-8' : /** @type {Error} */ (error).message;
    throw new Usage(`${file === '-' ? 'standard input' : file}: no evidence as \`mxseal check --evidence FILE\` writes it: ${words}`);
  }
}

/**
 * A chain, or one certificate or public key, in PEM or DER.
 * @param {string} file
 * @returns {Promise<Uint8Array[]>}
 */
export async function chain(file) {
  const read = await octets(file);
  const text = new TextDecoder('latin1').decode(read);
  try {
    const certificates = text.includes('-----BEGIN CERTIFICATE') ? certificatesFromPem(text) : [read];
    tlsaFor(/** @type {Uint8Array} */ (certificates[0]));
    return certificates;
  } catch (error) {
    throw new Usage(`${file === '-' ? 'standard input' : file}: ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * `mx.example.com=cert.pem`, by host.
 * @param {string[] | undefined} pairs
 * @param {string} flag
 * @returns {Map<string, string>}
 */
export function byHost(pairs, flag) {
  return new Map((pairs ?? []).map((pair) => {
    const [, host, file] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (!host || !file) throw new Usage(`${flag} takes HOST=FILE, as in ${flag} mx.example.com=cert.pem`);
    return [host, file];
  }));
}

/** The id of what somebody pastes: the bare id, or the whole record. @param {string | undefined} text */
export function idOf(text) {
  return text === undefined ? null : (parseStsRecord(text).value?.id ?? text);
}

/**
 * Findings go to standard error, so that standard output can be taken as it is.
 * @param {Finding[]} findings
 */
export function tell(findings) {
  const paint = painter(Boolean(process.stderr.isTTY) && !process.env.NO_COLOR);
  const width = widthOf(process.stderr);
  for (const finding of findings) process.stderr.write(`${findingLines(finding, paint, width).join('\n')}\n`);
}

/** @param {Finding[]} findings */
export function exitOfFindings(findings) {
  return findings.some(({ severity }) => severity === 'error') ? EXIT.errors : EXIT.fine;
}

/**
 * A flag that counts something, if it is given.
 * @param {string | undefined} value
 * @param {string} flag
 */
export function count(value, flag) {
  if (value === undefined) return undefined;
  if (!/^\d{1,10}$/.test(value)) throw new Usage(`${flag} takes a whole number`);
  return Number(value);
}
