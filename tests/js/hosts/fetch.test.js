/** The pinned fetch against real TLS servers on loopback, HTTP/1.1 and HTTP/2, good and hostile. */
import assert from 'node:assert/strict';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { nodeFetch } from '../../../js/hosts/fetch.js';
import { policyAnswer } from '../../../js/hosts/policy-answer.js';
import { certificate } from './certificates.js';
import { causeCode, hold, tcpServer, until } from './loopback.js';

const LIMIT = { timeout: 5_000 };
const HOST = 'mta-sts.mail.example';
const root = certificate('Test Root', { ca: true });
const leaf = certificate(HOST, { by: root });
const POLICY = 'version: STSv1\nmode: none\nmax_age: 1\n';
const ca = [Buffer.from(root.pem)];
const url = (/** @type {number} */ port) => `https://${HOST}:${port}/.well-known/mta-sts.txt`;
const addresses = ['127.0.0.1'];

/** @type {import('node:http').RequestListener} */
const good = (_, reply) => void reply.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(POLICY);

/**
 * @param {import('node:test').TestContext} t
 * @param {import('node:http').RequestListener} [onRequest]
 * @param {import('./certificates.js').Made} [shown]
 * @param {{ host?: string, port?: number }} [at]
 */
function https(t, onRequest = good, shown = leaf, { host, port } = {}) {
  return hold(t, createServer({ cert: shown.pem, key: shown.key }, onRequest), host, port);
}

for (const version of ['HTTP/1.1', 'HTTP/2']) {
  test(`${version}: the policy, asked for by the name of the URL`, LIMIT, async (t) => {
    /** @type {any[]} */ const seen = [];
    const onRequest = (/** @type {any} */ request, /** @type {any} */ reply) => {
      const { method, url: path, headers, socket } = request;
      seen.push({ method, path, host: headers[':authority'] ?? headers.host, sni: (request.stream?.session.socket ?? socket).servername });
      good(request, reply);
    };
    const options = { cert: leaf.pem, key: leaf.key };
    const server = version === 'HTTP/2' ? createSecureServer(options, onRequest) : createServer(options, onRequest);
    const { port, sockets } = await hold(t, server);
    const response = await nodeFetch({ ca })(url(port), { addresses });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(response.redirected, false);
    assert.equal(await response.text(), POLICY);
    assert.deepEqual(seen, [{ method: 'GET', path: '/.well-known/mta-sts.txt', host: `${HOST}:${port}`, sni: HOST }]);
    await until(() => sockets.size === 0);
  });

  test(`${version}: the body ends after 65537 octets of 10 MB, and the connection with it`, LIMIT, async (t) => {
    let [written, closed] = [0, false];
    const onRequest = (/** @type {any} */ _, /** @type {any} */ reply) => {
      reply.writeHead(200, { 'content-type': 'text/plain' });
      const more = () => {
        while (!closed && written < 10_000_000) {
          written += 10_000;
          if (!reply.write(Buffer.alloc(10_000, 0x61))) return;
        }
      };
      reply.on('drain', more).on('close', () => (closed = true));
      more();
    };
    const options = { cert: leaf.pem, key: leaf.key };
    const server = version === 'HTTP/2' ? createSecureServer(options, onRequest) : createServer(options, onRequest);
    const { port, sockets } = await hold(t, server);
    const body = await (await nodeFetch({ ca })(url(port), { addresses })).arrayBuffer();
    assert.equal(body.byteLength, 65_537);
    await until(() => sockets.size === 0);
    assert.ok(written < 10_000_000, `${written} octets were sent`);
  });
}

test('a redirect is returned as it is and never followed', LIMIT, async (t) => {
  const { port, counted } = await https(t, (_, reply) => void reply.writeHead(302, { location: '/elsewhere' }).end('moved'));
  const response = await nodeFetch({ ca })(url(port), { addresses, redirect: 'follow' });
  assert.deepEqual([response.status, response.headers.get('location')], [302, '/elsewhere']);
  assert.equal(await response.text(), 'moved');
  assert.equal(counted.connections, 1);
});

test('statuses without a body, and those that no Response can hold', LIMIT, async (t) => {
  const { port, sockets } = await https(t, (request, reply) => {
    if (request.headers['x-status'] === '101') return void request.socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
    return void request.socket.end(`HTTP/1.1 ${request.headers['x-status']} X\r\ncontent-length: 0\r\n\r\n`);
  });
  const get = (/** @type {number} */ status) => nodeFetch({ ca })(url(port), { addresses, headers: { 'x-status': String(status) } });
  for (const status of [204, 205, 304]) {
    const response = await get(status);
    assert.deepEqual([response.status, response.body], [status, null]);
  }
  for (const status of [101, 600, 999]) await assert.rejects(get(status), (error) => causeCode(error) === 'connect', String(status));
  await until(() => sockets.size === 0);
});

test('only the addresses given, in their order, until one connects', LIMIT, async (t) => {
  const first = await https(t, (_, reply) => void reply.end('first'), leaf, { host: '127.0.0.3' });
  const second = await https(t, (_, reply) => void reply.end('second'), leaf, { host: '127.0.0.4', port: first.port });
  const get = async (/** @type {string[]} */ of) => (await nodeFetch({ ca })(url(first.port), { addresses: of })).text();
  assert.equal(await get(['127.0.0.3', '127.0.0.4']), 'first');
  assert.equal(await get(['127.0.0.4', '127.0.0.3']), 'second');
  assert.equal(await get(['127.0.0.2', 'no address', '127.0.0.4']), 'second');
  assert.equal(first.counted.connections + second.counted.connections, 3);
  await assert.rejects(get([]), (error) => causeCode(error) === 'connect');
  await assert.rejects(get(['127.0.0.2']), /127\.0\.0\.2 port \d+: .*ECONNREFUSED/);
});

test('a URL that names an address cannot lead past the pins', LIMIT, async (t) => {
  const shown = certificate('address', { by: root, san: 'IP:127.0.0.3' });
  const { port, counted } = await https(t, good, shown, { host: '127.0.0.3' });
  await assert.rejects(nodeFetch({ ca })(`https://127.0.0.3:${port}/`, { addresses: ['127.0.0.2'] }), (error) => causeCode(error) === 'connect');
  assert.equal(counted.connections, 0);
  assert.equal(await (await nodeFetch({ ca })(`https://127.0.0.3:${port}/`, {})).text(), POLICY);
  await assert.rejects(nodeFetch({ ca })(`https://127.0.0.4:${port}/`, { addresses: ['127.0.0.3'] }), (error) => causeCode(error) === 'tls');
});

const certificates = /** @type {[string, import('./certificates.js').Made, RegExp | null][]} */ ([
  ['of another root', certificate(HOST, { by: certificate('Other Root', { ca: true }) }), /UNABLE_TO|unable to/],
  ['self-signed', certificate(HOST), /self.signed/],
  ['expired', certificate(HOST, { by: root, expired: true }), /expired.*CERT_HAS_EXPIRED/],
  ['for another name', certificate('other.example', { by: root }), /not for this name.*other\.example/],
  ['with a common name only', certificate(HOST, { by: root, san: null }), /not for this name.*no name at all/],
  ['with the name among others', certificate('x', { by: root, san: `DNS:a.example,DNS:${HOST.toUpperCase()}` }), null],
  ['with a wildcard for the left-most label', certificate('x', { by: root, san: 'DNS:*.mail.example' }), null],
  ['with a wildcard for part of a label', certificate('x', { by: root, san: 'DNS:m*.mail.example' }), /not for this name/],
  ['with a wildcard two labels up', certificate('x', { by: root, san: 'DNS:*.example' }), /not for this name/],
]);
for (const [what, shown, words] of certificates) {
  test(`a certificate ${what} is ${words ? 'refused as `tls`' : 'accepted'}`, LIMIT, async (t) => {
    const { port, sockets } = await https(t, good, shown);
    const get = nodeFetch({ ca })(url(port), { addresses });
    if (words === null) return assert.equal(await (await get).text(), POLICY);
    await assert.rejects(get, (error) => {
      assert.match(/** @type {Error} */ (error).message, words);
      assert.doesNotMatch(/** @type {Error} */ (error).message, /\n/);
      assert.equal(causeCode(error), 'tls');
      return true;
    });
    return until(() => sockets.size === 0);
  });
}

test('more roots are added, as PEM or DER, for the host or for one call', LIMIT, async (t) => {
  const { port } = await https(t);
  for (const own of [root.pem, Buffer.from(root.pem), root.der]) {
    assert.equal((await nodeFetch({ ca: own })(url(port), { addresses })).status, 200);
    assert.equal((await nodeFetch()(url(port), { addresses, ca: [Buffer.from(own)] })).status, 200);
  }
  const unrelated = certificate('Unrelated', { ca: true });
  assert.equal((await nodeFetch({ ca: unrelated.pem })(url(port), { addresses, ca: [root.der] })).status, 200);
  await assert.rejects(nodeFetch({ ca: unrelated.pem })(url(port), { addresses }), (error) => causeCode(error) === 'tls');
  assert.throws(() => nodeFetch({ ca: Buffer.from('garbage') }), { code: 'ERR_INVALID_ARGUMENT' });
});

test('TLS 1.1 is refused as `tls`', LIMIT, async (t) => {
  const options = { cert: leaf.pem, key: leaf.key, minVersion: /** @type {const} */ ('TLSv1'), maxVersion: /** @type {const} */ ('TLSv1.1'), ciphers: 'DEFAULT@SECLEVEL=0' };
  const { port } = await hold(t, createServer(options, good));
  await assert.rejects(nodeFetch({ ca })(url(port), { addresses }), (error) => causeCode(error) === 'tls');
});

/** Answers a request with raw octets over TLS. */
function raw(/** @type {import('node:test').TestContext} */ t, /** @type {(socket: import('node:tls').TLSSocket) => void} */ onRequest) {
  const server = createTlsServer({ cert: leaf.pem, key: leaf.key }, (socket) => {
    socket.on('error', () => {}).once('data', () => onRequest(socket));
  });
  return hold(t, server);
}

/** @param {import('node:tls').TLSSocket} socket */
function dribble(socket) {
  const timer = setInterval(() => socket.write('v'), 20);
  socket.on('close', () => clearInterval(timer));
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';
const hostile = /** @type {[string, string, (socket: import('node:tls').TLSSocket) => void][]} */ ([
  ['garbage', 'connect', (s) => s.end('220 mail.example ESMTP\r\n')],
  ['nothing', 'timeout', () => {}],
  ['an end', 'connect', (s) => s.end()],
  ['a head that dribbles', 'timeout', (s) => s.write('HTTP/1.1 20')],
  ['a body that dribbles', 'timeout', (s) => (s.write(`${HEAD}content-length: 9999\r\n\r\n`), dribble(s))],
  ['a body cut short', 'connect', (s) => s.end(`${HEAD}content-length: 99\r\n\r\nversion`)],
  ['broken chunks', 'connect', (s) => s.end(`${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n`)],
  ['fields without end', 'connect', (s) => s.end(`${HEAD}x: ${'y'.repeat(100_000)}\r\n\r\n`)],
]);
for (const [what, cause, onRequest] of hostile) {
  test(`a server that sends ${what} is \`${cause}\``, LIMIT, async (t) => {
    const { port, sockets } = await raw(t, onRequest);
    const answer = await policyAnswer(nodeFetch({ ca, timeoutMs: 400 }), { url: url(port), addresses });
    assert.equal(answer.kind === 'failed' && answer.cause, cause, JSON.stringify(answer));
    await until(() => sockets.size === 0);
  });
}

test('a server that speaks no TLS, and one that says nothing', LIMIT, async (t) => {
  for (const [onConnection, cause] of /** @type {[(s: import('node:net').Socket) => void, string][]} */ ([
    [(s) => s.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'tls'],
    [(s) => s.destroy(), 'connect'],
    [() => {}, 'timeout'],
  ])) {
    const { port, sockets } = await tcpServer(t, onConnection);
    await assert.rejects(nodeFetch({ ca, timeoutMs: 300 })(url(port), { addresses }), (error) => causeCode(error) === cause, cause);
    await until(() => sockets.size === 0);
  }
});

test('a body that nobody reads is let go when it is cancelled, or with the time', LIMIT, async (t) => {
  const { port, sockets } = await raw(t, (s) => s.write(`${HEAD}content-length: 99\r\n\r\nversion`));
  const cancelled = await nodeFetch({ ca })(url(port), { addresses });
  await cancelled.body?.cancel();
  await until(() => sockets.size === 0);
  const left = await nodeFetch({ ca, timeoutMs: 200 })(url(port), { addresses });
  await until(() => sockets.size === 0);
  await assert.rejects(left.text(), (error) => causeCode(error) === 'timeout');
});

test('the caller can stop it before, during the head and during the body', LIMIT, async (t) => {
  const { port, sockets, counted } = await raw(t, (s) => s.write(`${HEAD}content-length: 99\r\n\r\nversion`));
  const silent = await raw(t, () => {});
  const fetch = nodeFetch({ ca });
  const before = AbortSignal.abort(new Error('enough'));
  await assert.rejects(fetch(url(port), { addresses, signal: before }), /^Error: enough$/);
  assert.equal(counted.connections, 0);
  for (const at of [silent.port, port]) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 100);
    await assert.rejects(async () => (await fetch(url(at), { addresses, signal: stop.signal })).text(), /^Error: enough$/);
  }
  await until(() => sockets.size === 0 && silent.sockets.size === 0);
});

test('https and GET only', LIMIT, async () => {
  const fetch = nodeFetch();
  await assert.rejects(fetch('http://mail.example/', { addresses }), { code: 'ERR_INVALID_ARGUMENT' });
  await assert.rejects(fetch('not a URL', { addresses }), { code: 'ERR_INVALID_ARGUMENT' });
  await assert.rejects(fetch('https://mail.example/', { addresses, method: 'POST' }), { code: 'ERR_INVALID_ARGUMENT' });
});

test('a name that does not exist is `dns` where the system resolves', LIMIT, async () => {
  await assert.rejects(nodeFetch()('https://host.invalid/', {}), (error) => causeCode(error) === 'dns');
});
