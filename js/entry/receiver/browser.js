/** Browsers: the URL of the receiving side; it is compiled while it streams in. */

export default new URL('../../../pkg/receiver_bg.wasm', import.meta.url);
