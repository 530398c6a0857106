/** What `mxseal` exports; hosts that need `node:` are in `mxseal/hosts`. */
export * from '../types.js';
export * from './portable.js';
