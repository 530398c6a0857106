/** `mxseal/mta-sts`: record, policy, matching and cache of MTA-STS (RFC 8461), what to publish and in what order; without a driver. */

export * from '../mta-sts.js';
export { planRollover, publishSts } from '../plan.js';
