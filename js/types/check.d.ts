/** What `mxseal/check` exports: all that checks and judges, without the receiving side. */
export type * from '../types.js';
export * from './portable.js';
export {
  Check,
  MxsealError,
  certificatesFromPem,
  check,
  classifyFetch,
  compare,
  conduct,
  decide,
  describeCertificate,
  fetchPolicy,
  formatTlsa,
  init,
  judgeSession,
  lookup,
  matchMx,
  nextCacheState,
  parseStsPolicy,
  parseStsRecord,
  parseTlsRptRecord,
  parseTlsa,
  stringify,
  tlsaFor,
  verifyDane,
  verifyWebPki,
} from '../types.js';
