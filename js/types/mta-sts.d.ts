/** What `mxseal/mta-sts` exports. */
export { classifyFetch, fetchPolicy, matchMx, nextCacheState, parseStsPolicy, parseStsRecord } from '../types.js';
