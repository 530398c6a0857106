/**
 * A DnsHost over HTTPS: RFC 8484, GET with the wire format (§4.1). Runs on workerd, browsers, Deno, Bun and Node.
 * It looks at the transport only: what the message says is the engine's to read and to validate.
 *
 * Limits: the `Age` of an answer from an HTTP cache is not taken off its TTLs (§5.1); the request asks for no cache.
 * The resolver's own name is resolved by the platform. A platform `fetch` says little of why it failed. Queries wait for a turn
 * while others of the same host are under way; in Workers none waits for another, and the platform queues what is too much.
 */
import { causeOf, failure, oneLine } from './failure.js';
import { callable, invalidArgument, record, shown } from './mistake.js';
import { discard, plainGet, readBody } from './http.js';
import { sharesWork } from './sharing.js';
import { milliseconds, tries, within } from './time-limit.js';

/** @typedef {import('../types.d.ts').DnsHost} DnsHost */
/** @typedef {import('../types.d.ts').FetchHost} FetchHost */

const MEDIA_TYPE = 'application/dns-message'; // RFC 8484 §6
const MESSAGE_OCTETS = 65_535; // RFC 1035 §4.2.2
const HEADER_OCTETS = 12; // RFC 1035 §4.1.1
const TIMEOUT_MS = 5_000;
const PARALLEL = 16;

/**
 * @param {object} o
 * @param {string | string[]} o.urls resolvers in the order they are tried, `https://dns.example/dns-query`; a trailing `{?dns}` is fine
 * @param {FetchHost | typeof fetch} [o.fetch] the platform's by default
 * @param {number} [o.timeoutMs] for one try, 5,000 by default
 * @param {number} [o.parallel] queries under way at once, 16 by default; the others wait for a turn. In Workers, where the platform
 *   bounds the connections of a request, none does
 * @param {number} [o.retries] further rounds over the whole list, 1 by default
 * @returns {DnsHost}
 * @throws {MxsealError} `ERR_INVALID_ARGUMENT`, as for a URL that is no resolver's (RFC 8484 §5: https)
 * @example
 * const dns = doh({ urls: ['https://dns.example/dns-query', 'https://dns.example.net/dns-query'] });
 */
export function doh(o) {
  const { urls, fetch: fetchHost, timeoutMs, parallel, retries } = record(o, 'options');
  callable(fetchHost, 'fetch');
  const resolvers = [urls ?? []].flat().map(resolver);
  if (resolvers.length === 0) throw invalidArgument('`urls` names no resolver');
  const [limitMs, again] = [milliseconds(timeoutMs, TIMEOUT_MS), tries(retries, 1)];
  const get = fetchHost ?? ((/** @type {string} */ url, /** @type {RequestInit} */ init) => fetch(url, init));

  const turns = inTurn(parallel ?? PARALLEL);

  return async (query, { signal } = {}) => {
    if (!(query instanceof Uint8Array)) throw invalidArgument('the query is no Uint8Array');
    const dns = base64url(query); // its id is 0, so that caches meet (RFC 8484 §4.1)
    /** @type {Map<string, unknown>} */
    const errors = new Map();
    for (let round = 0; round <= again; round += 1) {
      for (const url of resolvers) {
        signal?.throwIfAborted();
        try {
          return await turns(() => within(limitMs, signal, (inner) => ask(get, `${url}dns=${dns}`, inner)));
        } catch (error) {
          if (signal?.aborted) throw signal.reason;
          errors.set(url, error);
        }
      }
    }
    const words = [...errors].map(([url, error]) => `${new URL(url).host}: ${oneLine(error)}`);
    const last = [...errors.values()].at(-1);
    throw failure(causeOf(last), `no resolver answered (${words.join('; ')})`, last);
  };
}

/**
 * Lets so many run at once: a resolver limits what one client may have open, and a check asks dozens.
 * @param {number} count
 * @returns {<T>(work: () => Promise<T>) => Promise<T>}
 */
function inTurn(count) {
  if (!Number.isInteger(count) || count < 1) throw invalidArgument('`parallel` is a whole number above 0');
  if (!sharesWork) return (work) => work();
  let free = count;
  /** @type {(() => void)[]} */
  const waiting = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/**
 * One HTTP exchange.
 * @param {FetchHost} get
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array>}
 */
async function ask(get, url, signal) {
  const response = await get(url, { ...plainGet(), headers: { accept: MEDIA_TYPE }, signal });
  const mediaType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'none';
  if (response.status !== 200 || mediaType !== MEDIA_TYPE) {
    discard(response);
    const seen = response.status === 200 ? `the media type is \`${mediaType}\`` : `HTTP status ${response.status}`;
    throw failure('dns', `${seen}, which is no DNS answer`);
  }
  const message = await readBody(response, MESSAGE_OCTETS + 1, signal);
  if (message.length > MESSAGE_OCTETS) throw failure('dns', `the answer is longer than ${MESSAGE_OCTETS} octets`);
  const flags = message[2] ?? 0;
  if (message.length < HEADER_OCTETS || (flags & 0x80) === 0) throw failure('dns', 'the answer is no DNS response');
  return message;
}

/**
 * The resolver's URL up to where `dns=` goes.
 * @param {unknown} text
 * @returns {string}
 */
function resolver(text) {
  const template = (typeof text === 'string' ? text : '').replace(/\{\?dns\}$/, '');
  const url = URL.canParse(template) ? new URL(template) : null;
  // Reading: RFC 8484 §5 wants https; plain http is for a resolver of this machine, which no network can touch.
  const local = url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && local))) {
    throw invalidArgument(`\`urls\`: ${shown(text)} is no https URL of a resolver, such as https://dns.example/dns-query`);
  }
  url.hash = '';
  return `${url.href.replace(/\?$/, '')}${url.search === '' ? '?' : '&'}`;
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} RFC 4648 §5 without padding
 */
function base64url(bytes) {
  const text = Array.from(bytes, (octet) => String.fromCharCode(octet)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
