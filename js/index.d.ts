/** What `mxseal` exports; hosts that need `node:` are in `mxseal/hosts`. */
export * from './types.d.ts';
export { causeOf, doh, failedAnswer, memoryStore, policyAnswer, replay } from './hosts/portable.js';
