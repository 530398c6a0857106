/**
 * What the hosts that speak through `fetch` share: a request that carries nothing of its user and takes nothing
 * from a cache, and the bounded reading of a body. No `node:` import: it runs wherever `fetch` does.
 */
import { failure } from './failure.js';

/** Wishes that not every platform has; workerd throws at those it has not. */
const WISHES = /** @type {[keyof RequestInit, string][]} */ ([
  ['cache', 'no-store'],
  ['credentials', 'omit'],
  ['referrerPolicy', 'no-referrer'],
]);

/** Redirects that a client would follow (RFC 9110 §15.4). */
const REDIRECTS = [301, 302, 303, 307, 308];

/** Statuses whose Response must not have a body (Fetch §2.2.3). */
export const NULL_BODY = [101, 103, 204, 205, 304];

/**
 * A GET that follows no redirect, with as many of the wishes as this platform takes.
 * @returns {RequestInit}
 */
export function plainGet() {
  /** @type {RequestInit} */
  const init = { method: 'GET', redirect: 'manual' };
  for (const [field, value] of WISHES) {
    const wish = { [field]: value };
    try {
      new Request('https://host.invalid/', wish);
      Object.assign(init, wish);
    } catch {
      // This platform does without it: it has no cookies, no referrer or no cache to begin with.
    }
  }
  return init;
}

/**
 * Whether the answer is a redirect, or came by one that a host followed all the same.
 * @param {Response} response
 * @returns {boolean}
 */
export function isRedirect(response) {
  return response.type === 'opaqueredirect' || response.redirected || REDIRECTS.includes(response.status);
}

/**
 * At most `limit` octets of the body; what is longer is cut there and the connection let go.
 * @param {Response} response
 * @param {number} limit
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array>}
 */
export async function readBody(response, limit, signal) {
  if (!response.body) return new Uint8Array(0);
  const reader = response.body.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  try {
    while (length < limit) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      if (!(value instanceof Uint8Array)) throw failure('opaque', 'the body is no stream of octets');
      const part = value.subarray(0, limit - length);
      parts.push(part);
      length += part.length;
    }
    signal.throwIfAborted();
    return joined(parts, length);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * @param {Uint8Array[]} parts
 * @param {number} length of all
 * @returns {Uint8Array}
 */
function joined(parts, length) {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Lets a body go that nobody reads.
 * @param {Response} response
 */
export function discard(response) {
  if (response.body && !response.body.locked) void response.body.cancel().catch(() => {});
}
