/** All hosts, for Node and for what has its `node:` modules. */
export * from './portable.js';
export { nodeFetch } from './fetch.js';
export { starttls } from './starttls.js';
export { udp } from './udp.js';
export { fileStore } from '../store/file.js';
