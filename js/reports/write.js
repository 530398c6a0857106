/** A report on its way out (RFC 8460 §5): compressed by the platform, everything else by the engine. */

import { clock, record } from '../engine.js';
import { receiver } from '../receiver.js';
import { gzip as compress } from './gzip.js';
import { toText } from './json.js';

/**
 * The JSON, the body for HTTPS, and a mail that is yet to be signed.
 * @type {typeof import('../types.d.ts').writeReport}
 */
export async function writeReport(report, o = {}) {
  const { submitter = null, from = null, to = null, gzip = true, at } = record(o, 'options');
  const envelope = { submitter, from, to, gzip: Boolean(gzip), at: clock(at) };
  const given = toText(report);
  const json = new TextEncoder().encode(receiver((wasm) => wasm.reportJson(given)));
  const body = envelope.gzip ? await compress(json) : json;
  const packed = receiver((wasm) => wasm.packReport(given, envelope, body));
  return { json, body, ...packed };
}
