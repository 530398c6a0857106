/** `mxseal/check`: all that checks and judges, without the receiving side (reports, publishing, rollover). */

export { init } from './engine.js';
export { MxsealError } from './error.js';
export { Check, check, compare, conduct, decide, judgeSession } from './check.js';
export { lookup } from './lookup.js';
export { stringify } from './stringify.js';
export { classifyFetch, fetchPolicy, matchMx, nextCacheState, parseStsPolicy, parseStsRecord } from './mta-sts.js';
export { certificatesFromPem, describeCertificate, formatTlsa, parseTlsa, tlsaFor, verifyDane, verifyWebPki } from './dane.js';
export { parseTlsRptRecord } from './tlsrpt.js';
export * from './hosts/portable.js';
