/** Cloudflare Workers: the engine as a module of the bundle; Workers compile no bytes at run time. */

export { default } from '../../pkg/mxseal_bg.wasm';
