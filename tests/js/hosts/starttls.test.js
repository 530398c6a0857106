/**
 * The STARTTLS host against servers on loopback. The chain it reports is held against what the server was configured
 * to send, and against what `openssl s_client -showcerts` saw of the same server.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { TLSSocket, createSecureContext } from 'node:tls';
import { starttls } from '../../../js/hosts/starttls.js';
import { certificate } from './certificates.js';
import { tcpServer, until } from './loopback.js';

const LIMIT = { timeout: 5_000 };
const HOST = 'mx.mail.example';
const root = certificate('Test Root', { ca: true });
const middle = certificate('Test Issuing CA', { ca: true, by: root });
const leaf = certificate(HOST, { by: middle });
const stranger = certificate('stranger.example');

/**
 * @typedef {object} Behaviour
 * @property {string} [greeting]
 * @property {string} [ehlo]
 * @property {string} [ready] the reply to STARTTLS
 * @property {string} [ehloAfter]
 * @property {import('node:tls').SecureContextOptions} [tls]
 * @property {(socket: import('node:net').Socket) => void} [instead] of TLS
 */

/**
 * An SMTP server that does as it is told; `said` is what clients sent, `sni` the names they asked for.
 * @param {import('node:test').TestContext} t
 * @param {Behaviour} [b]
 * @param {{ host?: string, port?: number }} [at]
 */
async function smtp(t, b = {}, at = {}) {
  /** @type {string[]} */ const said = [];
  /** @type {unknown[]} */ const sni = [];
  const dialogue = (/** @type {import('node:stream').Duplex} */ stream, /** @type {string} */ ehlo, /** @type {() => void} */ upgrade) => {
    let text = '';
    stream.on('error', () => {}).on('data', function onData(chunk) {
      text += chunk;
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        said.push(line);
        if (line.startsWith('EHLO')) stream.write(ehlo);
        else if (line === 'QUIT') stream.end('221 bye\r\n');
        else if (line === 'STARTTLS') {
          const ready = b.ready ?? '220 go\r\n';
          if (ready.startsWith('220')) stream.removeListener('data', onData);
          stream.write(ready, () => ready.startsWith('220') && upgrade());
        }
      }
    });
  };
  const held = await tcpServer(t, (socket) => {
    socket.write(b.greeting ?? '220 mx ESMTP\r\n');
    dialogue(socket, b.ehlo ?? '250-mx.mail.example greets\r\n250-SIZE 1\r\n250 starttls\r\n', () => {
      if (b.instead) return b.instead(socket);
      const secureContext = createSecureContext({ cert: leaf.pem + middle.pem, key: leaf.key, ...b.tls });
      const secure = new TLSSocket(socket, { isServer: true, secureContext, SNICallback: (name, done) => (sni.push(name), done(null, secureContext)) });
      dialogue(secure, b.ehloAfter ?? '250-mx.mail.example greets\r\n250 REQUIRETLS\r\n', () => {});
      return undefined;
    });
  }, at);
  return { ...held, said, sni };
}

/** @param {number} port @param {object} [o] */
const targetOf = (port, o) => ({ host: HOST, port, serverName: HOST, addresses: ['127.0.0.1'], ...o });

/** One session with one address. */
async function observed(/** @type {number} */ port, /** @type {object} */ o = {}, /** @type {object} */ options = {}) {
  const sessions = await starttls({ helo: 'client.example', ...options })(targetOf(port, o), {});
  assert.ok(Array.isArray(sessions) && sessions.length === 1 && sessions[0]);
  return sessions[0];
}

test('a whole session', LIMIT, async (t) => {
  const { port, said, sni, sockets } = await smtp(t);
  assert.deepEqual(await observed(port), {
    starttls: true,
    chain: [leaf.der, middle.der],
    tlsVersion: 'TLSv1.3',
    requireTls: true,
    helo: 'mx.mail.example',
    sendingIp: '127.0.0.1',
    receivingIp: '127.0.0.1',
    error: null,
  });
  assert.deepEqual(said, ['EHLO client.example', 'STARTTLS', 'EHLO client.example', 'QUIT']);
  assert.deepEqual(sni, [HOST]);
  await until(() => sockets.size === 0);
});

test('without a name, EHLO gives the address (RFC 5321 §4.1.4)', LIMIT, async (t) => {
  const four = await smtp(t);
  await observed(four.port, {}, { helo: undefined });
  assert.equal(four.said[0], 'EHLO [127.0.0.1]');
  const six = await smtp(t, {}, { host: '::1' });
  assert.equal((await observed(six.port, { addresses: ['::1'] }, { helo: undefined })).error, null);
  assert.equal(six.said[0], 'EHLO [IPv6:::1]');
});

const chains = /** @type {[string, import('./certificates.js').Made[]][]} */ ([
  ['leaf alone', [leaf]],
  ['leaf and issuer', [leaf, middle]],
  ['leaf, issuer and root', [leaf, middle, root]],
  ['leaf and root, the issuer missing', [leaf, root]],
  ['leaf and a stranger', [leaf, stranger]],
  ['in the wrong order', [leaf, root, middle]],
  ['the leaf twice', [leaf, leaf, middle]],
  ['the issuer thrice', [leaf, middle, middle, middle]],
  ['a self-signed leaf', [stranger]],
  ['a self-signed leaf and what it has nothing to do with', [stranger, root, leaf]],
  ['sixty certificates, more than one record holds', [leaf, ...Array(59).fill(middle)]],
]);
const versions = /** @type {[string, import('node:tls').SecureContextOptions][]} */ ([
  ['TLSv1.3 AES-256', { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_256_GCM_SHA384' }],
  ['TLSv1.3 AES-128', { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' }],
  ['TLSv1.3 ChaCha20', { minVersion: 'TLSv1.3', ciphers: 'TLS_CHACHA20_POLY1305_SHA256' }],
  ['TLSv1.3 after a retry', { minVersion: 'TLSv1.3', ecdhCurve: 'secp521r1' }],
  ['TLSv1.2', { maxVersion: 'TLSv1.2' }],
  ['TLSv1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
  ['TLSv1', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
]);
for (const [what, sent] of chains) {
  test(`the chain as it was sent, in every version: ${what}`, { timeout: 15_000 }, async (t) => {
    const pem = sent.map((one) => one.pem).join('');
    for (const [version, options] of versions) {
      const { port } = await smtp(t, { tls: { cert: pem, key: sent[0]?.key, ...options } });
      const session = await observed(port);
      assert.equal(session.error, null);
      assert.equal(session.tlsVersion, version.split(' ')[0]);
      assert.deepEqual(session.chain, sent.map((one) => one.der), version);
      if (version === 'TLSv1.3 AES-256') assert.deepEqual(session.chain, await shownByOpenssl(port));
    }
  });
}

/** @param {number} port @returns {Promise<Uint8Array[]>} */
async function shownByOpenssl(port) {
  const args = ['s_client', '-starttls', 'smtp', '-connect', `127.0.0.1:${port}`, '-showcerts'];
  const running = promisify(execFile)('openssl', args, { timeout: 4_000 });
  running.child.stdin?.end('QUIT\r\n');
  const { stdout } = await running.catch((error) => error);
  const found = stdout.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g) ?? [];
  // The leaf is printed once more, under "Server certificate".
  const list = stdout.slice(0, stdout.indexOf('\nServer certificate')).match(/-----BEGIN/g)?.length ?? 0;
  return found.slice(0, list).map((/** @type {string} */ one) => new Uint8Array(new X509Certificate(one).raw));
}

test('certificates that are expired, for another name, or old and weak are reported and not judged', LIMIT, async (t) => {
  const old = certificate(HOST, { old: true });
  assert.match(new X509Certificate(old.pem).toLegacyObject().bits?.toString() ?? '', /^1024$/);
  for (const shown of [certificate(HOST, { expired: true }), stranger, old]) {
    const { port } = await smtp(t, { tls: { cert: shown.pem, key: shown.key, ciphers: 'DEFAULT@SECLEVEL=0' } });
    const session = await observed(port);
    assert.deepEqual([session.error, session.chain], [null, [shown.der]]);
  }
});

test('an SNI is a name: none for an address, no dot at the end', LIMIT, async (t) => {
  const { port, sni } = await smtp(t);
  for (const serverName of ['127.0.0.1', 'mx.mail.example.']) assert.equal((await observed(port, { serverName })).error, null);
  assert.deepEqual(sni, [HOST]);
});

test('no STARTTLS offered is no error', LIMIT, async (t) => {
  for (const ehlo of ['250 mx.mail.example\r\n', '250-mx.mail.example\r\n250-XSTARTTLS\r\n250 SIZE STARTTLS\r\n', '502 no\r\n']) {
    const { port, said } = await smtp(t, { ehlo });
    const session = await observed(port);
    assert.deepEqual([session.starttls, session.error, session.chain, session.tlsVersion], [false, null, [], null]);
    assert.deepEqual(said, ['EHLO client.example', 'QUIT']);
  }
});

test('REQUIRETLS counts only after TLS (RFC 8689 §2)', LIMIT, async (t) => {
  const { port } = await smtp(t, { ehlo: '250-mx\r\n250-REQUIRETLS\r\n250 STARTTLS\r\n', ehloAfter: '250-mx.after\r\n250 SIZE\r\n' });
  const session = await observed(port);
  assert.deepEqual([session.requireTls, session.helo], [false, 'mx.after']);
});

const quiet = () => {};
const troubles = /** @type {[string, Behaviour, { starttls: boolean, stage: string, code: string | RegExp }][]} */ ([
  ['greets with 554', { greeting: '554-no\r\n554 mail here\r\n' }, { starttls: false, stage: 'smtp', code: '554' }],
  ['greets with 421', { greeting: '421 later\r\n' }, { starttls: false, stage: 'smtp', code: '421' }],
  ['greets with garbage', { greeting: '\u0000\u0001\u0002 what\r\n' }, { starttls: false, stage: 'smtp', code: 'invalid-reply' }],
  ['speaks HTTP', { greeting: 'HTTP/1.1 200 OK\r\n\r\n' }, { starttls: false, stage: 'smtp', code: 'invalid-reply' }],
  ['does not greet', { greeting: '' }, { starttls: false, stage: 'smtp', code: 'ETIMEDOUT' }],
  ['greets in half a line', { greeting: '220 mx' }, { starttls: false, stage: 'smtp', code: 'ETIMEDOUT' }],
  ['greets in a line without end', { greeting: `220 ${'x'.repeat(5_000)}` }, { starttls: false, stage: 'smtp', code: 'invalid-reply' }],
  ['greets in lines without end', { greeting: '220-x\r\n'.repeat(50_000) }, { starttls: false, stage: 'smtp', code: 'invalid-reply' }],
  ['changes the code within a reply', { ehlo: '250-mx\r\n251 STARTTLS\r\n' }, { starttls: false, stage: 'smtp', code: 'invalid-reply' }],
  ['answers EHLO with 421', { ehlo: '421 busy\r\n' }, { starttls: false, stage: 'smtp', code: '421' }],
  ['does not answer EHLO', { ehlo: '' }, { starttls: false, stage: 'smtp', code: 'ETIMEDOUT' }],
  ['answers STARTTLS with 454', { ready: '454 TLS not available\r\n' }, { starttls: true, stage: 'starttls', code: '454' }],
  ['does not answer STARTTLS', { ready: '' }, { starttls: true, stage: 'starttls', code: 'ETIMEDOUT' }],
  ['injects a reply behind the 220', { ready: '220 go\r\n250-mx\r\n250 REQUIRETLS\r\n' }, { starttls: true, stage: 'starttls', code: 'plaintext-after-starttls' }],
  ['injects half a line behind the 220', { ready: '220 go\r\n2' }, { starttls: true, stage: 'starttls', code: 'plaintext-after-starttls' }],
  ['goes on in the clear', { instead: (s) => s.write('250-mx\r\n250 REQUIRETLS\r\n') }, { starttls: true, stage: 'handshake', code: /^(EPROTO|ERR_SSL_)/ }],
  ['closes in the handshake', { instead: (s) => s.destroy() }, { starttls: true, stage: 'handshake', code: /^(ECONNRESET|closed)$/ }],
  ['ends in the handshake', { instead: (s) => s.end() }, { starttls: true, stage: 'handshake', code: /^(ECONNRESET|closed)$/ }],
  ['stalls in the handshake', { instead: quiet }, { starttls: true, stage: 'handshake', code: 'ETIMEDOUT' }],
  ['sends a record without end', { instead: (s) => s.write(Buffer.from('1603030fff02', 'hex')) }, { starttls: true, stage: 'handshake', code: 'ETIMEDOUT' }],
  ['sends an alert', { instead: (s) => s.write(Buffer.from('15030300020228', 'hex')) }, { starttls: true, stage: 'handshake', code: /HANDSHAKE_FAILURE/ }],
]);
for (const [what, behaviour, { starttls: offered, stage, code }] of troubles) {
  test(`a server that ${what}: \`${stage}\``, LIMIT, async (t) => {
    const { port, sockets } = await smtp(t, behaviour);
    const session = await observed(port, { timeoutMs: 400 });
    assert.equal(session.starttls, offered);
    assert.equal(session.error?.stage, stage);
    if (typeof code === 'string') assert.equal(session.error?.code, code);
    else assert.match(session.error?.code ?? '', code);
    assert.match(session.error?.message ?? '', /^[\x20-\x7e]{3,300}$/);
    assert.deepEqual([session.chain, session.requireTls], [[], null]);
    await until(() => sockets.size === 0);
  });
}

for (const [what, ehloAfter, code] of [['421', '421 later\r\n', '421'], ['nothing', '', 'ETIMEDOUT'], ['garbage', 'x\r\n', 'invalid-reply']]) {
  test(`EHLO after TLS answered with ${what}: the chain was seen all the same`, LIMIT, async (t) => {
    const { port } = await smtp(t, { ehloAfter });
    const session = await observed(port, { timeoutMs: 600 });
    assert.deepEqual([session.error?.stage, session.error?.code, session.requireTls], ['smtp', code, null]);
    assert.deepEqual([session.chain, session.tlsVersion], [[leaf.der, middle.der], 'TLSv1.3']);
  });
}

test('one session an address in their order, never another address, never a name', LIMIT, async (t) => {
  const { port } = await smtp(t, {}, { host: '127.0.0.5' });
  const addresses = ['127.0.0.2', '127.0.0.5', 'localhost', '127.0.0.5', '127.0.0.6', '127.0.0.7'];
  const sessions = await starttls()(targetOf(port, { addresses }), {});
  assert.ok(Array.isArray(sessions));
  assert.deepEqual(
    sessions.map((s) => [s.receivingIp, s.error?.stage, s.error?.code]),
    addresses.map((ip) => [ip, ...(ip === '127.0.0.5' ? [undefined, undefined] : ['connect', ip === 'localhost' ? 'EINVAL' : 'ECONNREFUSED'])]),
  );
  assert.deepEqual(await starttls()(targetOf(port, { addresses: [] }), {}), []);
});

/** Servers of one behaviour on one port of several addresses. */
async function farm(/** @type {import('node:test').TestContext} */ t, /** @type {Behaviour} */ behaviour, /** @type {number} */ size) {
  const addresses = Array.from({ length: size }, (_, at) => `127.0.0.${at + 10}`);
  /** @type {Awaited<ReturnType<typeof smtp>>[]} */ const servers = [];
  for (const host of addresses) servers.push(await smtp(t, behaviour, { host, port: servers[0]?.port ?? 0 }));
  return { port: servers[0]?.port ?? 0, addresses, open: () => servers.reduce((sum, { sockets }) => sum + sockets.size, 0) };
}

test('no more than four connections at once', LIMIT, async (t) => {
  const { port, addresses, open } = await farm(t, { greeting: '' }, 9);
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, open())), 5);
  t.after(() => clearInterval(watch));
  const sessions = await starttls()(targetOf(port, { addresses, timeoutMs: 200 }), {});
  assert.ok(Array.isArray(sessions));
  assert.deepEqual(sessions.map((s) => s.error?.code), Array(9).fill('ETIMEDOUT'));
  assert.ok(most > 1 && most <= 4, `${most} at once`);
});

test('a server that holds on after QUIT is left', LIMIT, async (t) => {
  const { port, sockets } = await tcpServer(t, (socket) => {
    socket.write('220 mx\r\n');
    socket.on('data', (chunk) => chunk.toString().startsWith('EHLO') && socket.write('250 mx\r\n'));
  });
  assert.equal((await observed(port)).error, null);
  await until(() => sockets.size === 0);
});

test('the caller can stop it at any stage; every socket is let go', LIMIT, async (t) => {
  for (const behaviour of [{ greeting: '' }, { ehlo: '' }, { ready: '' }, { instead: quiet }, { ehloAfter: '' }]) {
    const { port, addresses, open } = await farm(t, behaviour, 6);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 150);
    await assert.rejects(Promise.resolve(starttls()(targetOf(port, { addresses }), { signal: stop.signal })), /^Error: enough$/);
    await until(() => open() === 0);
  }
});

test('a name for EHLO cannot carry a second command', () => {
  for (const helo of ['', 'a b', 'a\r\nMAIL FROM:<>', 'é', 'x'.repeat(256)]) {
    assert.throws(() => starttls({ helo }), { code: 'ERR_INVALID_ARGUMENT' });
  }
});
