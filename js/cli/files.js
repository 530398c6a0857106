/** The files of commands, and the findings of those that publish and plan. */

import { createReadStream } from 'node:fs';
import { certificatesFromPem, parseStsRecord } from '../index.js';
import { findingLines, painter } from '../format.js';
import { EXIT, Usage } from './exit.js';

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
    throw new Usage(/** @type {Error} */ (error).message);
  }
  return new Uint8Array(Buffer.concat(parts).subarray(0, MOST));
}

/**
 * Recorded evidence.
 * @param {string} file
 * @returns {Promise<any>}
 */
export async function evidence(file) {
  const text = new TextDecoder().decode(await octets(file));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Usage(`${file}: ${/** @type {Error} */ (error).message}`);
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
  return text.includes('-----BEGIN CERTIFICATE') ? certificatesFromPem(text) : [read];
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
  for (const finding of findings) process.stderr.write(`${findingLines(finding, paint, 100).join('\n')}\n`);
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
