/** The TLS-RPT record (RFC 8460 §3). */

import { engine, records } from './engine.js';

/**
 * The `_smtp._tls` TXT RR set.
 * @type {typeof import('./types.d.ts').parseTlsRptRecord}
 */
export function parseTlsRptRecord(rrset) {
  return engine((wasm) => wasm.parseTlsRptRecord(records(rrset)));
}
