/** What `mxseal/tlsrpt` exports. */
export { explain, parseReport, parseTlsRptRecord, readReport, sendReports, summarizeReports, Tally, writeReport } from '../types.js';
