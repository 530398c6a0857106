/**
 * Whether a call may wait for what another has begun. In Cloudflare Workers none may: what a request began ends with it, and whoever
 * waits for that hangs. Told at run time, by the name that Workers give themselves (compatibility date 2022-03-21 and later), so that
 * it holds for hosts by themselves and in every bundle.
 */
export const sharesWork = globalThis.navigator?.userAgent !== 'Cloudflare-Workers';
