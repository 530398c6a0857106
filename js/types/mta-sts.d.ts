/** What `mxseal/mta-sts` exports. */
export { classifyFetch, fetchPolicy, matchMx, nextCacheState, parseStsPolicy, parseStsRecord, planRollover, publishSts } from '../types.js';
