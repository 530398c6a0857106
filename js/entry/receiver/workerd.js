/** Cloudflare Workers: the receiving side as a module of the bundle; Workers compile no bytes at run time. */

export { default } from '../../../pkg/receiver_bg.wasm';
