/** `mxseal/tlsrpt`: the TLS-RPT record (RFC 8460 §3) and reports (§4, §5), without a driver. */

export * from '../tlsrpt.js';
export * from '../reports/index.js';
