/**
 * Whether a call may wait for what another has begun. In Cloudflare Workers none may: what a request began ends with it, and whoever
 * waits for that hangs. Told at run time, so that it holds for hosts by themselves and in every bundle: only Workers have a
 * `WebSocketPair`, and of every compatibility date; `navigator` tells their name since 2022 only.
 */
export const sharesWork = !('WebSocketPair' in globalThis);
