/**
 * What somebody pasted or dropped, told by its content alone: a policy file, TXT records, TLSA records, certificates,
 * output of `dig` or lines of a zone, a TLS report, recorded evidence. It parses no more than it must to tell.
 */

import { zoneLines } from './zone-lines.js';

/** @typedef {import('./zone-lines.js').ZoneRecord} ZoneRecord */
/**
 * @typedef {{ kind: 'empty' } | { kind: 'unknown' } | { kind: 'private-key' }
 *   | { kind: 'evidence', evidence: import('mxseal').Evidence }
 *   | { kind: 'report', bytes: Uint8Array }
 *   | { kind: 'certificates', certificates: Uint8Array | string, tlsa: string[] }
 *   | { kind: 'records', records: ZoneRecord[], said: string[] }
 *   | { kind: 'policy', bytes: Uint8Array }} Recognised
 */

/** @param {Uint8Array} bytes @returns {Recognised} */
export function recognise(bytes) {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { kind: 'report', bytes }; // RFC 1952 §2.3.1
  if (bytes[0] === 0x30 && bytes[1] === 0x82) return { kind: 'certificates', certificates: bytes, tlsa: [] }; // a DER sequence of some size
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') return { kind: 'empty' };
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return { kind: 'private-key' };
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text))
    return {
      kind: 'certificates',
      certificates: text,
      tlsa: tlsaLines(text.replace(/-----BEGIN [^-]+-----[^-]*-----END [^-]+-----/g, '')),
    };
  if (/^\s*\{/.test(text)) return json(text, bytes);
  if (MAIL.test(text)) return { kind: 'report', bytes };
  const { records, said } = zoneLines(text);
  if (records.length > 0 || said.length > 0) return { kind: 'records', records, said };
  const bare = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (bare.every((line) => TXT.test(line)))
    return {
      kind: 'records',
      said: [],
      records: bare.map((line) => ({ owner: '', type: 'TXT', data: line.replace(/^"|"$/g, '') })),
    };
  const tlsa = tlsaLines(text);
  if (tlsa.length > 0 && tlsa.length === bare.length)
    return { kind: 'records', said: [], records: tlsa.map((data) => ({ owner: '', type: 'TLSA', data })) };
  return bare.some((line) => POLICY.test(line)) ? { kind: 'policy', bytes } : { kind: 'unknown' };
}

/** @param {string} text @param {Uint8Array} bytes @returns {Recognised} */
function json(text, bytes) {
  try {
    const value = JSON.parse(text);
    if (value.format === 'mxseal-evidence') return { kind: 'evidence', evidence: value };
    return 'policies' in value || 'report-id' in value || 'organization-name' in value
      ? { kind: 'report', bytes }
      : { kind: 'unknown' };
  } catch {
    return /"(?:policies|report-id|organization-name)"/.test(text) ? { kind: 'report', bytes } : { kind: 'unknown' };
  }
}

/** @param {string} text */
function tlsaLines(text) {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => TLSA.test(line));
}

/** Header lines first, and the media type of RFC 8460 §6.4 somewhere. */
const MAIL = /^(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2}[\s\S]*tlsrpt/;
const TXT = /^"?\s*v\s*=\s*(?:STS|TLSRPT)v/i;
const TLSA = /^(?:\d{1,3}\s+\d{1,3}\s+\d{1,3}\s+[0-9a-fA-F][0-9a-fA-F\s]*|(?:PKIX|DANE)-(?:TA|EE)\s.*|\\#\s+\d+\s.*)$/;
const POLICY = /^\s*(?:version|mode|n?mx|max[_-]age)\s*[:=]/i;
