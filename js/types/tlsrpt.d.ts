/** What `mxseal/tlsrpt` exports. */
export { parseTlsRptRecord } from '../types.js';
