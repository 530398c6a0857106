/** Cloudflare Workers: the engine as a module of the bundle; Workers compile no bytes at run time. */

export { default } from '../../pkg/mxseal_bg.wasm';

/** What one request has begun, no other may wait for or stop: it ends with its request. */
export const sharesWork = false;
