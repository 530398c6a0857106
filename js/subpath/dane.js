/** `mxseal/dane`: TLSA records, chains and certificates (RFC 6698, RFC 7671, RFC 7672), and the steps of a rollover; without a driver. */

export * from '../dane.js';
export { planRollover } from '../plan.js';
