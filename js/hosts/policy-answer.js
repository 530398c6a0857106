/**
 * From a FetchHost to an answer: one GET of a policy file as RFC 8461 §3.3 wants it made (no redirect, no HTTP
 * cache, a limit on time and size). It reports; whether status, media type and body will do is the engine's to say.
 */
import { failedAnswer, failure } from './failure.js';
import { discard, isRedirect, plainGet, readBody } from './http.js';
import { abortable, invalidArgument, record } from './mistake.js';
import { milliseconds, within } from './time-limit.js';

/** @typedef {import('../types.d.ts').FetchHost} FetchHost */
/** @typedef {import('../types.d.ts').PolicyAnswer} PolicyAnswer */

/** One octet more than the engine takes (64 KiB), so that it sees what is too long. */
const BODY_OCTETS = 64 * 1024 + 1;

/** RFC 8461 §3.3 suggests a minute. */
const TIMEOUT_MS = 60_000;

/**
 * Fetches a policy. Every failure is an answer; only the caller's own abort rejects, with its reason, and a mistake of the caller.
 *
 * A redirect gives `redirected: true` and no body. Browsers hide all else of it (`opaqueredirect`): its `httpStatus`
 * is then 0 and its `contentType` null, since a status that nobody saw is not made up. The body is read where the
 * status is 200 and empty otherwise: nothing reads an error page.
 * @param {FetchHost | typeof fetch} fetchHost
 * @param {{ url: string, addresses?: string[] }} need `addresses`: for hosts that can pin them
 * @param {{ signal?: AbortSignal, timeoutMs?: number, ca?: Uint8Array[] }} [o] for the whole fetch, 60,000 ms by default
 * @returns {Promise<PolicyAnswer>}
 */
export async function policyAnswer(fetchHost, need, o = {}) {
  const { signal, timeoutMs, ca } = record(o, 'options');
  if (typeof fetchHost !== 'function') throw invalidArgument('`fetch` is no function');
  if (typeof record(need, 'need').url !== 'string') throw invalidArgument('`need.url` is not a string');
  abortable(signal);
  signal?.throwIfAborted();
  const limitMs = milliseconds(timeoutMs, TIMEOUT_MS);
  try {
    return await within(limitMs, signal, (inner) => get(fetchHost, need, ca, inner));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    return failedAnswer(error);
  }
}

/**
 * @param {FetchHost} fetchHost
 * @param {{ url: string, addresses?: string[] }} need
 * @param {Uint8Array[] | undefined} ca
 * @param {AbortSignal} signal
 * @returns {Promise<PolicyAnswer>}
 */
async function get(fetchHost, { url, addresses }, ca, signal) {
  // A platform's fetch passes over members it does not know.
  const pins = { ...(addresses && { addresses }), ...(ca && { ca }) };
  const response = await fetchHost(url, { ...plainGet(), ...pins, signal });
  if (typeof response?.headers?.get !== 'function') throw failure('opaque', 'the fetch host gave no Response');
  if (response.type === 'opaque' || response.type === 'error') {
    throw failure('opaque', 'the platform hides the answer');
  }
  const redirected = isRedirect(response);
  const [httpStatus, contentType] = [response.status, response.headers.get('content-type')];
  if (redirected || httpStatus !== 200) {
    discard(response);
    return { kind: 'policy', httpStatus, contentType, body: new Uint8Array(0), redirected };
  }
  return { kind: 'policy', httpStatus, contentType, body: await readBody(response, BODY_OCTETS, signal), redirected };
}
