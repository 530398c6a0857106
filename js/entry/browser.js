/** Browsers: the engine's URL; it is compiled while it streams in. */

export default new URL('../../pkg/mxseal_bg.wasm', import.meta.url);

/** Whether one check may wait for what another has begun. */
export const sharesWork = true;
