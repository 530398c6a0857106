/**
 * One question and its answer over UDP or TCP (RFC 1035 §4.2, RFC 7766), hardened as RFC 5452 §9 asks:
 * a fresh socket on a random port, a random id, and no answer taken but one that repeats id and question.
 * It tries once; retries and the choice of servers are `udp.js`'s.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { failure } from './failure.js';

/** @typedef {{ address: string, port: number, family: 4 | 6 }} Server */

/** Ports that are tried before the system chooses one. */
const PORT_DRAWS = 8;

/**
 * Sends the query as one datagram and waits for the answer to it; all other datagrams are passed over (RFC 5452 §4).
 * Settles when the signal fires at the latest.
 * @param {Server} server
 * @param {Uint8Array} query its id is the random one
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array>}
 */
export async function overUdp(server, query, signal) {
  const socket = await boundSocket(server, signal);
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      signal.throwIfAborted();
      socket.on('error', (error) => reject(failure('connect', `UDP: ${error.message}`, error)));
      /** @param {Error} [error] */
      const connected = (error) => {
        if (error) return reject(failure('connect', `UDP: ${error.message}`, error));
        if (signal.aborted) return undefined; // the socket is closed
        // Connected: the system drops what comes from elsewhere; what was queued before is dropped here.
        const peer = socket.remoteAddress();
        socket.on('message', (message, from) => {
          if (from.address === peer.address && from.port === peer.port && answers(message, query)) {
            resolve(new Uint8Array(message));
          }
        });
        return socket.send(query);
      };
      socket.connect(server.port, server.address, connected);
    });
  } finally {
    socket.on('error', () => {});
    socket.close();
  }
}

/**
 * A socket on a port drawn from all above 1023 (RFC 5452 §9.2).
 * @param {Server} server
 * @param {AbortSignal} signal
 * @returns {Promise<import('node:dgram').Socket>}
 */
async function boundSocket(server, signal) {
  for (let draw = 0; ; draw += 1) {
    signal.throwIfAborted();
    const socket = createSocket(server.family === 6 ? 'udp6' : 'udp4');
    try {
      return await new Promise((resolve, reject) => {
        socket.once('error', reject);
        socket.bind(draw < PORT_DRAWS ? randomInt(1024, 65_536) : 0, () => {
          socket.removeListener('error', reject);
          resolve(socket);
        });
      });
    } catch (error) {
      socket.close();
      if (draw >= PORT_DRAWS) throw failure('connect', 'UDP: no port is free', error);
    }
  }
}

/**
 * Asks over TCP, each message behind its length in two octets (RFC 1035 §4.2.2).
 * @param {Server} server
 * @param {Uint8Array} query
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array>}
 */
export async function overTcp(server, query, signal) {
  signal.throwIfAborted();
  const socket = connect({ host: server.address, port: server.port, noDelay: true });
  socket.on('error', () => {});
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      socket.once('error', (error) => reject(failure('connect', `TCP: ${error.message}`, error)));
      socket.once('close', () => reject(failure('connect', 'TCP: closed before the answer was whole')));
      let received = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
        const message = new Uint8Array(received.subarray(2, 2 + received.readUInt16BE(0)));
        if (answers(message, query)) resolve(message);
        else reject(failure('dns', 'TCP: the answer is to another question'));
      });
      const length = Buffer.alloc(2);
      length.writeUInt16BE(query.length);
      socket.write(Buffer.concat([length, query])); // one segment (RFC 7766 §8)
    });
  } finally {
    socket.destroy();
  }
}

/**
 * Whether the message answers the query: a response with its id and its one question, letters in any case (RFC 5452 §9.1).
 * @param {Uint8Array} message
 * @param {Uint8Array} query
 * @returns {boolean}
 */
function answers(message, query) {
  const end = questionEnd(query);
  if (end === null || message.length < end || ((message[2] ?? 0) & 0x80) === 0) return false;
  return [0, 1, 4, 5].every((at) => message[at] === query[at]) && sameOctets(message, query, 12, end);
}

/**
 * Where the one question of a query ends.
 * @param {Uint8Array} query
 * @returns {number | null} null where it has another number of questions, or none that is whole
 */
export function questionEnd(query) {
  if (query.length > 65_535 || query[4] !== 0 || query[5] !== 1) return null;
  let at = 12;
  for (let label = query[at]; label !== 0; label = query[at]) {
    if (label === undefined || label > 63) return null; // a pointer has nothing to point to (RFC 1035 §4.1.4)
    at += 1 + label;
  }
  const end = at + 5;
  return end <= query.length ? end : null;
}

/**
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 * @param {number} start
 * @param {number} end its last four octets, type and class, have no letters
 * @returns {boolean}
 */
function sameOctets(left, right, start, end) {
  for (let at = start; at < end; at += 1) {
    const [a, b] = [left[at] ?? 0, right[at] ?? 0];
    if (at < end - 4 ? lower(a) !== lower(b) : a !== b) return false;
  }
  return true;
}

/**
 * ASCII only (RFC 4343 §3). A length octet is below 64 and no letter.
 * @param {number} octet
 * @returns {number}
 */
function lower(octet) {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}
