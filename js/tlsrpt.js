/** `mxseal/tlsrpt`: the TLS-RPT record (RFC 8460 §3) and reports (§4, §5), without a driver. */

import { engine, records } from './engine.js';

export { parseReport, readReport } from './reports/read.js';
export { sendReports } from './reports/send.js';
export { explain, summarizeReports } from './reports/summary.js';
export { Tally } from './reports/tally.js';
export { writeReport } from './reports/write.js';

/**
 * The `_smtp._tls` TXT RR set.
 * @type {typeof import('./types.d.ts').parseTlsRptRecord}
 */
export function parseTlsRptRecord(rrset) {
  return engine((wasm) => wasm.parseTlsRptRecord(records(rrset)));
}
