/** Where a domain wants its reports (RFC 8460 §3): its `_smtp._tls` TXT record, as a look-up brings it. */

import { engine } from '../engine.js';

/**
 * @param {Pick<import('../types.d.ts').LookupResult, 'status' | 'rcode' | 'records' | 'reason'>} answer
 * @returns {{ rua: string[] | null, reason: string }} null: not known now
 */
export function destinationsOf({ status, rcode, records, reason }) {
  if (status === 'bogus' || status === 'indeterminate') return { rua: null, reason: reason ?? `the DNS answer is ${status}` };
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return { rua: null, reason: `the DNS answers ${rcode}` };
  const texts = records.filter(({ type }) => type === 'TXT').map(({ data }) => joined(data));
  const { value, status: found } = engine((wasm) => wasm.parseTlsRptRecord(texts));
  if (value === null) return { rua: [], reason: `the domain's record is ${found}` };
  return { rua: value.rua, reason: 'none of the destinations takes reports' };
}

/**
 * The address of a `mailto:` URI (RFC 6068 §2); what it wants in headers is not ours to write.
 * @param {string} uri
 */
export function mailboxOf(uri) {
  const [first = ''] = uri.replace(/^mailto:/i, '').replace(/\?.*$/s, '').split(',');
  return decodeURIComponent(first);
}

/**
 * The strings of a TXT record in presentation form (RFC 1035 §5.1), joined.
 * @param {string} data
 */
function joined(data) {
  const strings = data.match(/"(?:[^"\\]|\\.)*"|(?:[^\s"\\]|\\.)+/gs) ?? [];
  return strings
    .map((one) => one.replace(/^"(.*)"$/s, '$1').replace(/\\(\d{3})|\\(.)/gs, (_, code, plain) => (code ? String.fromCharCode(Number(code)) : plain)))
    .join('');
}
