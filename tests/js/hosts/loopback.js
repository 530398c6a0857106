/** Servers on loopback that live as long as one test; every socket they hold is ended with them. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * @param {import('node:test').TestContext} t
 * @param {(socket: import('node:net').Socket) => void} onConnection
 * @param {{ host?: string, port?: number }} [o]
 */
export async function tcpServer(t, onConnection, { host = '127.0.0.1', port = 0 } = {}) {
  const server = createServer((socket) => {
    onConnection(socket);
    socket.resume(); // a socket that nobody reads does not see its end
  });
  return hold(t, server, host, port);
}

/**
 * Listens with any server that has `listen` and `close`.
 * @template {import('node:net').Server} S
 * @param {import('node:test').TestContext} t
 * @param {S} server
 * @param {string} [host]
 * @param {number} [port]
 */
export async function hold(t, server, host = '127.0.0.1', port = 0) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  const counted = { connections: 0, ended: 0 };
  server.on('connection', (/** @type {import('node:net').Socket} */ socket) => {
    counted.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => (sockets.delete(socket), (counted.ended += 1)));
  });
  server.listen(port, host);
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port: bound } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { server, port: bound, sockets, counted };
}

/**
 * @param {import('node:test').TestContext} t
 * @param {(message: Buffer, reply: (answer: Uint8Array) => void, from: import('node:dgram').RemoteInfo) => void} onMessage
 * @param {{ host?: string, port?: number }} [o]
 */
export async function udpServer(t, onMessage, { host = '127.0.0.1', port = 0 } = {}) {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  let open = true;
  socket.on('message', (message, from) => {
    onMessage(message, (answer) => open && socket.send(answer, from.port, from.address), from);
  });
  socket.on('error', () => {});
  socket.bind(port, host);
  await once(socket, 'listening');
  t.after(() => {
    open = false;
    socket.close();
  });
  return { port: socket.address().port };
}

/** Resolves once `true` comes of the condition; a test's own timeout bounds it. */
export async function until(/** @type {() => boolean} */ condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** @param {unknown} error */
export const causeCode = (error) => /** @type {any} */ (error)?.cause?.code;
