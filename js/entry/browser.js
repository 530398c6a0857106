/** Browsers: the engine's URL; it is compiled while it streams in. */

export default new URL('../../pkg/mxseal_bg.wasm', import.meta.url);
