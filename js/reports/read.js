/**
 * A report as it arrives (RFC 8460 §5): JSON, gzip of it, or a whole mail. It is brought to JSON here, within bounds;
 * what it says is the engine's to read. Signatures of mails are not verified.
 */

import { bytes } from '../engine.js';
import { receiver } from '../receiver.js';
import { gunzip, isGzip } from './gzip.js';
import { fromText } from './json.js';

/** @typedef {import('../types.d.ts').Checked<import('../types.d.ts').TlsReport>} Read */
/** @typedef {{ signed: boolean, domain: string | null, submitter: string | null, mediaType: string, reports: number }} MailHeaders */

/** As `src/limits.rs` has them. */
const JSON_OCTETS = 10 * 1024 * 1024;
const MAIL_OCTETS = 15 * 1024 * 1024;

/** By media type first; where no part has one of the RFC's, by what else senders and relays write. */
const REPORT_TYPES = [/^application\/tlsrpt\+(gzip|json)$/, /^application\/(x-)?gzip$|^application\/json$/, /^application\/octet-stream$/];
const REPORT_NAME = /\.json(\.gz)?$/i;
const ENCRYPTED = /^application\/((x-)?pkcs7-mime|pgp-encrypted)$/;

/**
 * The JSON of a report (RFC 8460 §4.4).
 * @type {typeof import('../types.d.ts').parseReport}
 */
export function parseReport(json) {
  return fromText(receiver((wasm) => wasm.parseReport(bytes(json, 'json'))));
}

/**
 * JSON, gzip, or a mail (RFC 8460 §5.2, §5.3).
 * @type {typeof import('../types.d.ts').readReport}
 */
export async function readReport(input) {
  const octets = bytes(input, 'bytes');
  if (isGzip(octets)) return unpack(octets, null);
  return isMail(octets) ? readMail(octets) : parseReport(octets);
}

/**
 * @param {Uint8Array} octets
 * @param {MailHeaders | null} headers
 * @returns {Promise<Read>}
 */
async function unpack(octets, headers) {
  let json = octets;
  if (isGzip(octets)) {
    try {
      const inflated = await gunzip(octets, JSON_OCTETS);
      if (inflated === null) return unreadable('too-large', '');
      json = inflated;
    } catch (error) {
      return unreadable('compression', error);
    }
  }
  return headers ? fromText(receiver((wasm) => wasm.parseReportMail(json, headers))) : parseReport(json);
}

/**
 * A header field, or the line that mailboxes put before a mail; JSON begins with neither.
 * @param {Uint8Array} octets
 */
function isMail(octets) {
  const start = String.fromCharCode(...octets.subarray(0, 200)).replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  return /^([\x21-\x39\x3b-\x7e]+[ \t]*:|From )/.test(start) && !/^["[{]/.test(start);
}

/**
 * @param {Uint8Array} octets
 * @returns {Promise<Read>}
 */
async function readMail(octets) {
  if (octets.length > MAIL_OCTETS) return unreadable('mail-too-large', '');
  let mail;
  try {
    // Only here: who reads no mails loads no parser.
    const { default: PostalMime } = await import('postal-mime');
    mail = await PostalMime.parse(octets, { attachmentEncoding: 'arraybuffer' });
  } catch (error) {
    return unreadable('mail', error);
  }
  const parts = mail.attachments.map(({ mimeType, filename, content }) => ({
    mediaType: String(mimeType).toLowerCase(),
    name: filename ?? '',
    content: content instanceof ArrayBuffer ? new Uint8Array(content) : content,
  }));
  const reports = REPORT_TYPES.map((type) => parts.filter(({ mediaType }) => type.test(mediaType)))
    .concat([parts.filter(({ name }) => REPORT_NAME.test(name))])
    .find(({ length }) => length > 0) ?? [];
  const [part] = reports;
  if (!part || typeof part.content === 'string') {
    const sealed = parts.find(({ mediaType }) => ENCRYPTED.test(mediaType));
    if (sealed) return unreadable('mail-encrypted', sealed.mediaType);
    return unreadable('mail-empty', parts.map(({ mediaType }) => mediaType).join(', ') || 'text only');
  }
  /** @param {string} name */
  const header = (name) => mail.headers.find(({ key }) => key === name)?.value.trim() ?? null;
  return unpack(part.content, {
    signed: header('dkim-signature') !== null,
    domain: header('tls-report-domain'),
    submitter: header('tls-report-submitter'),
    mediaType: part.mediaType,
    reports: reports.length,
  });
}

/**
 * @param {string} why
 * @param {unknown} detail
 * @returns {Read}
 */
function unreadable(why, detail) {
  const words = detail instanceof Error ? detail.message : String(detail);
  return fromText(receiver((wasm) => wasm.unreadableReport(why, words)));
}
