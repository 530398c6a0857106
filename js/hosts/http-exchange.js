/**
 * One GET over a TLS connection that stands: HTTP/2 (RFC 9113) where the handshake chose it, HTTP/1.1 (RFC 9112) else.
 * It hands out status, fields and the body as it comes; it follows nothing, keeps nothing and decodes nothing.
 */
import { request } from 'node:http';
import { connect } from 'node:http2';
import { failure } from './failure.js';

/**
 * @typedef {object} Exchange
 * @property {number} status
 * @property {[string, string][]} fields
 * @property {import('node:stream').Readable} body
 */

/**
 * @param {import('node:tls').TLSSocket} socket
 * @param {URL} url
 * @param {Headers} headers
 * @returns {Promise<Exchange>} rejects where the connection ends first
 */
export function exchange(socket, url, headers) {
  return socket.alpnProtocol === 'h2' ? overHttp2(socket, url, headers) : overHttp1(socket, url, headers);
}

/**
 * @param {import('node:tls').TLSSocket} socket
 * @param {URL} url
 * @param {Headers} headers
 * @returns {Promise<Exchange>}
 */
function overHttp1(socket, url, headers) {
  return new Promise((resolve, reject) => {
    const get = request({
      createConnection: () => socket,
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { ...Object.fromEntries(headers), host: url.host, connection: 'close' },
    });
    get.on('error', (error) => reject(failure('connect', `HTTP/1.1: ${error.message}`, error)));
    get.on('upgrade', () => reject(failure('connect', 'HTTP/1.1: the server changes to another protocol')));
    get.on('close', () => reject(failure('connect', 'HTTP/1.1: closed before the answer')));
    get.on('response', (message) => {
      /** @type {[string, string][]} */
      const fields = [];
      for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
        fields.push([message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '']);
      }
      resolve({ status: message.statusCode ?? 0, fields, body: message });
    });
    get.end();
  });
}

/**
 * @param {import('node:tls').TLSSocket} socket
 * @param {URL} url
 * @param {Headers} headers
 * @returns {Promise<Exchange>}
 */
function overHttp2(socket, url, headers) {
  return new Promise((resolve, reject) => {
    const session = connect(url.origin, { createConnection: () => socket, settings: { enablePush: false } });
    session.on('error', (error) => reject(failure('connect', `HTTP/2: ${error.message}`, error)));
    const get = session.request({
      ...Object.fromEntries(headers),
      ':method': 'GET',
      ':scheme': 'https',
      ':authority': url.host,
      ':path': `${url.pathname}${url.search}`,
    });
    get.on('error', (error) => reject(failure('connect', `HTTP/2: ${error.message}`, error)));
    get.on('close', () => {
      reject(failure('connect', 'HTTP/2: closed before the answer'));
      session.destroy();
    });
    get.on('response', (message) => {
      const named = Object.entries(message).filter(([name]) => !name.startsWith(':'));
      const fields = named.flatMap(([name, value]) =>
        [value ?? []].flat().map((one) => /** @type {[string, string]} */ ([name, String(one)])),
      );
      resolve({ status: Number(message[':status']), fields, body: get });
    });
    get.end();
  });
}
