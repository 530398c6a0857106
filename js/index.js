/** The public names; an entry instantiates the engine and passes them on. */

export * from './checker.js';
export { planRollover, publishSts } from './plan.js';
export * from './reports/index.js';
