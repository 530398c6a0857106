/** The UDP and TCP host against servers that behave, lie, cut short, stall and vanish. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { udp } from '../../../js/hosts/udp.js';
import { causeCode, tcpServer, udpServer, until } from './loopback.js';
import { query, response } from './message.js';

const LIMIT = { timeout: 5_000 };
const asked = query('Mail.example');
const idOf = (/** @type {Uint8Array} */ message) => ((message[0] ?? 0) << 8) | (message[1] ?? 0);

/** @param {Uint8Array} message */
function framed(message) {
  return Buffer.from([message.length >> 8, message.length & 255, ...message]);
}

/** UDP and TCP on one port; TCP closes at once unless told otherwise. */
async function resolver(/** @type {import('node:test').TestContext} */ t, /** @type {any} */ onUdp, /** @type {any} */ onTcp = (/** @type {any} */ s) => s.destroy()) {
  const tcp = await tcpServer(t, onTcp);
  await udpServer(t, onUdp, { port: tcp.port });
  return tcp;
}

test('the answer comes back under the id of the caller, the wire saw random ones from random ports', LIMIT, async (t) => {
  /** @type {Set<number>} */ const ids = new Set();
  /** @type {Set<number>} */ const ports = new Set();
  const { port } = await udpServer(t, (message, reply, from) => {
    ids.add(idOf(message));
    ports.add(from.port);
    reply(response(message, { rest: [1, 2, 3] }));
  });
  const dns = udp({ server: `127.0.0.1:${port}` });
  for (let at = 0; at < 20; at += 1) assert.deepEqual(await dns(asked, {}), response(asked, { rest: [1, 2, 3] }));
  assert.ok(ids.size > 15, `${ids.size} ids in 20 queries`);
  assert.ok(ports.size > 15, `${ports.size} ports in 20 queries`);
});

test('a question repeated in other case is the same question (RFC 4343)', LIMIT, async (t) => {
  const { port } = await udpServer(t, (message, reply) => {
    const answer = response(message);
    for (let at = 12; at < answer.length - 5; at += 1) if ((answer[at] ?? 0) > 0x60) answer[at] = (answer[at] ?? 0) - 0x20;
    reply(answer);
  });
  const message = await udp({ server: `127.0.0.1:${port}` })(asked, {});
  assert.equal(Buffer.from(message).includes('MAIL'), true);
});

const forgeries = /** @type {[string, (message: Buffer) => Uint8Array][]} */ ([
  ['another id', (m) => response(m, { id: (idOf(m) + 1) & 0xffff })],
  ['another name', (m) => response(query('evil.example', { id: idOf(m) }))],
  ['another type', (m) => response(query('Mail.example', { id: idOf(m), type: 1 }))],
  ['a query, not a response', (m) => Uint8Array.from(m)],
  ['no question', (m) => Uint8Array.of(m[0] ?? 0, m[1] ?? 0, 0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0)],
  ['two questions', (m) => response(m).map((octet, at) => (at === 5 ? 2 : octet))],
  ['a header cut short', (m) => response(m).subarray(0, 11)],
  ['nothing', () => new Uint8Array(0)],
  ['garbage', () => new Uint8Array(300).fill(0xff)],
]);
for (const [what, forge] of forgeries) {
  test(`passed over until the true answer comes: ${what}`, LIMIT, async (t) => {
    const { port } = await udpServer(t, (message, reply) => {
      reply(forge(message));
      setTimeout(() => reply(response(message, { rest: [7] })), 20);
    });
    assert.deepEqual(await udp({ server: `127.0.0.1:${port}` })(asked, {}), response(asked, { rest: [7] }));
  });
  test(`never taken: ${what}`, LIMIT, async (t) => {
    const { port } = await resolver(t, (/** @type {Buffer} */ m, /** @type {any} */ reply) => reply(forge(m)));
    await assert.rejects(udp({ server: `127.0.0.1:${port}`, timeoutMs: 100, retries: 0 })(asked, {}), /no resolver answered/);
  });
}

test('an answer from another port is not heard', LIMIT, async (t) => {
  const other = createSocket('udp4');
  t.after(() => other.close());
  const { port } = await udpServer(t, (message, reply, from) => {
    other.send(response(message, { rest: [6, 6, 6] }), from.port, from.address);
    setTimeout(() => reply(response(message, { rest: [1] })), 50);
  });
  assert.deepEqual(await udp({ server: `127.0.0.1:${port}` })(asked, {}), response(asked, { rest: [1] }));
});

test('TC=1 goes to TCP, also where TCP comes octet by octet', LIMIT, async (t) => {
  const big = Array(5_000).fill(9);
  const { port } = await resolver(
    t,
    (/** @type {Buffer} */ m, /** @type {any} */ reply) => reply(response(m, { truncated: true })),
    (/** @type {import('node:net').Socket} */ socket) =>
      socket.once('data', (chunk) => {
        const answer = framed(response(chunk.subarray(2), { rest: big }));
        for (const octet of answer.subarray(0, 40)) socket.write(Buffer.of(octet));
        socket.write(answer.subarray(40));
      }),
  );
  assert.deepEqual(await udp({ server: `127.0.0.1:${port}` })(asked, {}), response(asked, { rest: big }));
});

test('silence over UDP goes to TCP', LIMIT, async (t) => {
  const { port } = await resolver(t, () => {}, (/** @type {import('node:net').Socket} */ socket) =>
    socket.once('data', (chunk) => socket.write(framed(response(chunk.subarray(2))))),
  );
  assert.deepEqual(await udp({ server: `127.0.0.1:${port}`, timeoutMs: 100 })(asked, {}), response(asked));
});

const tcpTroubles = /** @type {[string, string, (socket: import('node:net').Socket) => void][]} */ ([
  ['closes at once', 'connect', (socket) => socket.destroy()],
  ['closes amid the answer', 'connect', (socket) => socket.once('data', (c) => socket.end(framed(response(c.subarray(2))).subarray(0, 9)))],
  ['answers another id', 'dns', (socket) => socket.once('data', (c) => socket.write(framed(response(c.subarray(2), { id: idOf(c.subarray(2)) ^ 1 }))))],
  ['sends a length of nothing', 'dns', (socket) => socket.write(Buffer.of(0, 0))],
  ['never answers', 'timeout', () => {}],
  ['dribbles', 'timeout', (socket) => socket.write(Buffer.of(255, 255, 1))],
]);
for (const [what, code, onTcp] of tcpTroubles) {
  test(`TCP that ${what} is \`${code}\``, LIMIT, async (t) => {
    const { port, sockets } = await resolver(t, (/** @type {Buffer} */ m, /** @type {any} */ reply) => reply(response(m, { truncated: true })), onTcp);
    const dns = udp({ server: `127.0.0.1:${port}`, timeoutMs: 150, retries: 0 });
    await assert.rejects(dns(asked, {}), (error) => causeCode(error) === code);
    await until(() => sockets.size === 0);
  });
}

test('the next server is asked where one is dead, and each round anew', LIMIT, async (t) => {
  let seen = 0;
  const { port } = await udpServer(t, (message, reply) => {
    seen += 1;
    if (seen > 1) reply(response(message));
  });
  const server = ['127.0.0.2:1', `127.0.0.1:${port}`];
  assert.deepEqual(await udp({ server, timeoutMs: 100, retries: 1 })(asked, {}), response(asked));
  assert.equal(seen, 2);
});

test('a port that refuses says `connect` and names the server', LIMIT, async () => {
  await assert.rejects(udp({ server: '127.0.0.2:1', retries: 0 })(asked, {}), (error) => {
    assert.match(/** @type {Error} */ (error).message, /127\.0\.0\.2 port 1: TCP: .*ECONNREFUSED/);
    return causeCode(error) === 'connect';
  });
});

test('IPv6', LIMIT, async (t) => {
  const { port } = await udpServer(t, (message, reply) => reply(response(message)), { host: '::1' });
  assert.deepEqual(await udp({ server: `[::1]:${port}` })(asked, {}), response(asked));
});

test('the caller can stop it, before and while it waits, and no further try is made', LIMIT, async (t) => {
  let seen = 0;
  const { port } = await udpServer(t, () => (seen += 1));
  const dns = udp({ server: `127.0.0.1:${port}`, timeoutMs: 4_000 });
  const stop = new AbortController();
  const waiting = dns(asked, { signal: stop.signal });
  await until(() => seen === 1);
  stop.abort(new Error('enough'));
  await assert.rejects(waiting, /^Error: enough$/);
  await assert.rejects(dns(asked, { signal: stop.signal }), /^Error: enough$/);
  assert.equal(seen, 1);
});

test('many at once', LIMIT, async (t) => {
  const { port } = await udpServer(t, (message, reply) => reply(response(message)));
  const dns = udp({ server: `127.0.0.1:${port}` });
  const names = Array.from({ length: 64 }, (_, at) => query(`host${at}.example`));
  assert.deepEqual(await Promise.all(names.map((name) => dns(name, {}))), names.map((name) => response(name)));
});

test('a server is an address, never a name', () => {
  for (const server of ['localhost:53', 'dns.example', '127.0.0.1:0', '127.0.0.1:65536', '[::1', '', '1.2.3:53', []]) {
    assert.throws(() => udp({ server }), { code: 'ERR_INVALID_ARGUMENT' }, JSON.stringify(server));
  }
  for (const server of ['127.0.0.1', '::1', '[::1]', '[::1]:5353', ['127.0.0.1:53', '::1']]) assert.ok(udp({ server }));
  for (const o of [{ timeoutMs: 0 }, { timeoutMs: NaN }, { retries: -1 }, { retries: 1.5 }]) {
    assert.throws(() => udp({ server: '127.0.0.1', ...o }), { code: 'ERR_INVALID_ARGUMENT' });
  }
});

test('what is no query is refused before anything is sent', async () => {
  const dns = udp({ server: '127.0.0.2:1' });
  const pointer = Uint8Array.of(0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1);
  for (const bad of [new Uint8Array(0), asked.subarray(0, -1), pointer, query('a.example').fill(0, 5, 6)]) {
    await assert.rejects(dns(bad, {}), { code: 'ERR_INVALID_ARGUMENT' });
  }
});
