/** The hosts that run on every platform; nothing here, or under it, imports `node:`. */
export { doh } from './doh.js';
export { policyAnswer } from './policy-answer.js';
export { replay } from './replay.js';
export { causeOf, failedAnswer } from './failure.js';
export { memoryStore } from '../store/memory.js';
