/**
 * A FetchHost for Node that connects to no address but those it is given, so that a name cannot be rebound between the
 * engine's look at its addresses and the GET (RFC 8461 §3.3, §10.2). https and GET only; a redirect is returned as it
 * is; the body ends after 64 KiB and one octet; one limit of time holds until the body's end.
 *
 * Limits: without `addresses` the system resolves the name. With extra roots Node's own environment (`NODE_EXTRA_CA_CERTS`,
 * `--use-openssl-ca`) is not looked at. It asks for no content coding and undoes none.
 */
import { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { causeOf, failure, oneLine } from './failure.js';
import { invalidArgument, record, shown } from './mistake.js';
import { NULL_BODY } from './http.js';
import { exchange } from './http-exchange.js';
import { milliseconds, timeLimit, unlessAborted } from './time-limit.js';
import { openTls } from './tls-connection.js';

/** @typedef {import('../types.d.ts').FetchHost} FetchHost */

const TIMEOUT_MS = 60_000; // RFC 8461 §3.3
/** One octet more than the engine takes, so that it sees what is too long. */
const BODY_OCTETS = 64 * 1024 + 1;

/**
 * @param {object} [o]
 * @param {number} [o.timeoutMs] from the call to the end of the body, 60,000 by default
 * @param {Uint8Array | string | (Uint8Array | string)[]} [o.ca] more roots beside Node's, PEM or DER
 * @returns {FetchHost} throws an Error whose `cause.code` is `tls`, `dns`, `connect` or `timeout`
 * @example
 * const fetch = nodeFetch({ ca: await readFile('lab-ca.pem') });
 */
export function nodeFetch(o = {}) {
  const { timeoutMs, ca } = record(o, 'options');
  const limitMs = milliseconds(timeoutMs, TIMEOUT_MS);
  const roots = [ca ?? []].flat();
  const usual = contextOf(roots);

  return async (url, init = {}) => {
    const target = URL.canParse(url) ? new URL(url) : null;
    if (target?.protocol !== 'https:') throw invalidArgument(`${shown(url)} is no https URL`);
    if ((init.method ?? 'GET').toUpperCase() !== 'GET') throw invalidArgument('this host knows GET only');
    const secureContext = init.ca?.length ? contextOf([...roots, ...init.ca]) : usual;
    init.signal?.throwIfAborted();
    const limit = timeLimit(limitMs, init.signal);
    try {
      return await get(target, init, secureContext, limitMs, limit);
    } catch (error) {
      limit.end();
      throw error;
    }
  };
}

/**
 * @param {URL} url
 * @param {RequestInit & { addresses?: string[] }} init
 * @param {import('node:tls').SecureContext} secureContext
 * @param {number} timeoutMs
 * @param {ReturnType<typeof timeLimit>} limit ended with the body
 * @returns {Promise<Response>}
 */
async function get(url, init, secureContext, timeoutMs, limit) {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const addresses = init.addresses ?? (await unlessAborted(limit.signal, addressesOf(host)));
  const port = Number(url.port || 443);
  const socket = await openTls({ host, addresses, port, secureContext, timeoutMs, signal: limit.signal });
  const finish = () => {
    limit.end();
    socket.destroy();
  };
  try {
    const headers = new Headers(init.headers ?? {});
    headers.set('accept-encoding', 'identity');
    if (!headers.has('user-agent')) headers.set('user-agent', 'mxseal');
    const { status, fields, body } = await unlessAborted(limit.signal, exchange(socket, url, headers));
    if (status < 200 || status > 599) throw failure('connect', `HTTP status ${status} is none of a final answer`);
    body.on('error', () => {}); // the reader, if there is one, sees it
    limit.relax(); // a body that nobody reads holds no process
    if (!NULL_BODY.includes(status)) {
      const stream = boundedStream(body, limit.signal, finish);
      return new Response(stream, { status, headers: headersOf(fields) });
    }
    finish();
    return new Response(null, { status, headers: headersOf(fields) });
  } catch (error) {
    finish();
    throw error;
  }
}

/**
 * The body up to its limit, then the end; the connection is let go with it.
 * @param {import('node:stream').Readable} body
 * @param {AbortSignal} signal
 * @param {() => void} finish
 * @returns {ReadableStream<Uint8Array>}
 */
function boundedStream(body, signal, finish) {
  const chunks = body[Symbol.asyncIterator]();
  let left = BODY_OCTETS;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await unlessAborted(signal, chunks.next());
          const part = done ? new Uint8Array(0) : new Uint8Array(value.subarray(0, left));
          left -= part.length;
          if (part.length > 0) controller.enqueue(part);
          if (!done && left > 0) return;
          finish();
          controller.close();
        } catch (error) {
          finish();
          if (signal.aborted) throw signal.reason;
          throw failure(causeOf(error, 'connect'), `the body broke off: ${oneLine(error)}`, error);
        }
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}

/**
 * @param {string} host
 * @returns {Promise<string[]>}
 */
async function addressesOf(host) {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw failure('dns', `\`${host}\`: ${oneLine(error)}`, error);
  }
}

/**
 * @param {(Uint8Array | string)[]} extra
 * @returns {import('node:tls').SecureContext} with Node's roots, and these added
 */
function contextOf(extra) {
  try {
    const roots = extra.map(pemOf);
    for (const root of roots) new X509Certificate(root); // the context would pass over what it can't read
    const own = roots.length === 0 ? {} : { ca: [...rootCertificates, ...roots] };
    return createSecureContext({ minVersion: 'TLSv1.2', ...own });
  } catch (error) {
    throw invalidArgument(`a root certificate of \`ca\` cannot be read: ${oneLine(error)}`);
  }
}

/**
 * @param {Uint8Array | string} certificate
 * @returns {string}
 */
function pemOf(certificate) {
  const bytes = Buffer.from(/** @type {Uint8Array} */ (certificate));
  if (bytes.includes('-----BEGIN ')) return bytes.toString('latin1');
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/**
 * @param {[string, string][]} fields
 * @returns {Headers} without those that no Headers can hold
 */
function headersOf(fields) {
  const headers = new Headers();
  for (const [name, value] of fields) {
    try {
      headers.append(name, value);
    } catch {
      // An octet outside of what Fetch allows; nothing that is read here may hold it.
    }
  }
  return headers;
}
