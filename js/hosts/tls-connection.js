/**
 * A TLS connection to a pinned address: TLS 1.2 or later (RFC 8996), the certificate held against the roots and
 * against the name of the URL's host (RFC 9525 §6.3), whatever address it is on. It resolves no name.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { causeOf, codeOf, failure, oneLine } from './failure.js';
import { unlessAborted, within } from './time-limit.js';

/**
 * Opens TLS to the first of the addresses that takes a connection.
 * @param {object} o
 * @param {string} o.host the name or address that the certificate must show
 * @param {string[]} o.addresses tried in their order, each with its share of the time
 * @param {number} o.port
 * @param {import('node:tls').SecureContext} o.secureContext
 * @param {number} o.timeoutMs
 * @param {AbortSignal} o.signal its firing destroys the socket, also later
 * @returns {Promise<import('node:tls').TLSSocket>} `alpnProtocol` is `h2`, `http/1.1` or false
 */
export async function openTls({ host, addresses, port, secureContext, timeoutMs, signal }) {
  const socket = await openTcp(addresses, port, timeoutMs, signal);
  const secure = connectTls({
    socket,
    secureContext,
    ALPNProtocols: ['h2', 'http/1.1'],
    ...(isIP(host) === 0 && { servername: host }), // no address in SNI (RFC 6066 §3)
    checkServerIdentity: (_, certificate) => nameError(host, certificate.raw),
  });
  secure.on('error', () => {});
  signal.addEventListener('abort', () => secure.destroy(), { once: true });
  try {
    await unlessAborted(signal, secured(secure));
    return secure;
  } catch (error) {
    secure.destroy();
    socket.destroy();
    if (signal.aborted) throw signal.reason;
    const code = codeOf(error);
    const words = `TLS with \`${host}\`: ${oneLine(error)}${code === null ? '' : ` (${code})`}`;
    throw failure(causeOf(error, 'tls'), words, error);
  }
}

/**
 * @param {import('node:tls').TLSSocket} secure
 * @returns {Promise<void>} once the certificate was accepted
 */
function secured(secure) {
  return new Promise((resolve, reject) => {
    secure.once('secureConnect', resolve);
    secure.once('error', reject);
    secure.once('close', () => reject(failure('connect', 'closed before the handshake was over')));
  });
}

/**
 * @param {string[]} addresses
 * @param {number} port
 * @param {number} timeoutMs
 * @param {AbortSignal} signal
 * @returns {Promise<import('node:net').Socket>}
 */
async function openTcp(addresses, port, timeoutMs, signal) {
  let last = failure('connect', 'there is no address to connect to');
  for (const address of addresses) {
    try {
      if (isIP(address) === 0) throw failure('connect', `\`${address}\` is no IP address`);
      return await within(Math.ceil(timeoutMs / addresses.length), signal, async (inner) => {
        const socket = connect({ host: address, port, noDelay: true });
        socket.on('error', () => {});
        try {
          await once(socket, 'connect', { signal: inner });
          return socket;
        } catch (error) {
          socket.destroy();
          throw error;
        }
      });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      last = failure(causeOf(error, 'connect'), `${address} port ${port}: ${oneLine(error)}`, error);
    }
  }
  throw last;
}

/**
 * DNS-ID or IP-ID only: no common name, and `*` only as the whole left-most label (RFC 8461 §3.3, RFC 9525 §6.3).
 * @param {string} host
 * @param {Buffer} der
 * @returns {Error | undefined}
 */
function nameError(host, der) {
  const certificate = new X509Certificate(der);
  const rules = /** @type {const} */ ({ subject: 'never', wildcards: true, partialWildcards: false });
  if (isIP(host) === 0 ? certificate.checkHost(host, rules) : certificate.checkIP(host)) return undefined;
  const names = certificate.subjectAltName ?? 'no name at all';
  const error = new Error(`the certificate is not for this name, it shows ${names.slice(0, 200)}`);
  return Object.assign(error, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
}
