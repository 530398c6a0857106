/** DNS over HTTPS against a plain server on loopback: the transport's rules, the fallback list, bounds and ends. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { doh } from '../../../js/hosts/doh.js';
import { causeCode, hold, tcpServer, until } from './loopback.js';
import { query, response } from './message.js';

const LIMIT = { timeout: 5_000 };
const TYPE = { 'content-type': 'application/dns-message' };
const asked = query('mail.example');

/**
 * @param {import('node:test').TestContext} t
 * @param {import('node:http').RequestListener} onRequest
 */
async function resolver(t, onRequest) {
  const held = await hold(t, createServer(onRequest));
  return { ...held, url: `http://127.0.0.1:${held.port}/dns-query` };
}

/** @type {import('node:http').RequestListener} */
const good = (_, reply) => void reply.writeHead(200, TYPE).end(response(asked, { rest: [1, 2] }));

test('GET as in the example of RFC 8484 §4.1.1', LIMIT, async () => {
  const example = Uint8Array.from(
    Buffer.from('0000010000010000000000000161' + '3e36326368617261637465726c6162656c2d6d616b65732d62617365363475726c2d64697374696e63742d66726f6d2d7374616e646172642d626173653634076578616d706c6503636f6d0000010001', 'hex'),
  );
  /** @type {[string, RequestInit][]} */ const calls = [];
  const dns = doh({
    urls: 'https://dnsserver.example.net/dns-query{?dns}',
    fetch: async (/** @type {any} */ url, /** @type {RequestInit} */ init = {}) => {
      calls.push([String(url), init]);
      return new Response(/** @type {any} */ (response(example)), { headers: TYPE });
    },
  });
  await dns(example, {});
  const [url, init] = calls[0] ?? ['', {}];
  assert.equal(
    url,
    'https://dnsserver.example.net/dns-query?dns=AAABAAABAAAAAAAAAWE-NjJjaGFyYWN0ZXJsYWJlbC1tYWtlcy1iYXNlNjR1cmwtZGlzdGluY3QtZnJvbS1zdGFuZGFyZC1iYXNlNjQHZXhhbXBsZQNjb20AAAEAAQ',
  );
  assert.equal(new Headers(init.headers).get('accept'), 'application/dns-message');
  assert.deepEqual([init.method, init.redirect, init.credentials, init.cache, init.referrerPolicy], ['GET', 'manual', 'omit', 'no-store', 'no-referrer']);
});

test('the message comes back as it was sent', LIMIT, async (t) => {
  const { url } = await resolver(t, (request, reply) => {
    assert.equal(request.headers.accept, 'application/dns-message');
    reply.writeHead(200, { 'content-type': 'Application/DNS-Message; x=y' }).end(response(asked, { rest: [1, 2] }));
  });
  assert.deepEqual(await doh({ urls: `${url}?key=1` })(asked, {}), response(asked, { rest: [1, 2] }));
});

const troubles = /** @type {[string, string, RegExp, import('node:http').RequestListener][]} */ ([
  ['status 404', 'dns', /HTTP status 404/, (_, r) => r.writeHead(404, TYPE).end(response(asked))],
  ['status 503', 'dns', /HTTP status 503/, (_, r) => r.writeHead(503).end()],
  ['a redirect', 'dns', /HTTP status 302/, (q, r) => r.writeHead(302, { location: `${q.url}&again` }).end()],
  ['a web page', 'dns', /media type is `text\/html`/, (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<p>login')],
  ['no media type', 'dns', /media type is `none`/, (_, r) => r.writeHead(200).end(response(asked))],
  ['no octet', 'dns', /no DNS response/, (_, r) => r.writeHead(200, TYPE).end()],
  ['eleven octets', 'dns', /no DNS response/, (_, r) => r.writeHead(200, TYPE).end(response(asked).subarray(0, 11))],
  ['the query itself', 'dns', /no DNS response/, (_, r) => r.writeHead(200, TYPE).end(asked)],
  ['65536 octets', 'dns', /longer than 65535/, (_, r) => r.writeHead(200, TYPE).end(Buffer.alloc(65_536, 0xff))],
  ['a body without end', 'dns', /longer than 65535/, (_, r) => void endless(r.writeHead(200, TYPE))],
  ['a body that dribbles', 'timeout', /no answer within/, (_, r) => void r.writeHead(200, TYPE).write('x')],
  ['no answer', 'timeout', /no answer within/, () => {}],
  ['a body cut short', 'connect', /127\.0\.0\.1/, (_, r) => void r.writeHead(200, { ...TYPE, 'content-length': 99 }).write('x', () => r.destroy())],
  ['a connection closed', 'connect', /127\.0\.0\.1/, (q) => q.socket.destroy()],
]);
for (const [what, code, words, onRequest] of troubles) {
  test(`${what} is \`${code}\`, and the next resolver is asked`, LIMIT, async (t) => {
    const bad = await resolver(t, onRequest);
    const next = await resolver(t, good);
    const o = { timeoutMs: 300, retries: 0 };
    await assert.rejects(doh({ urls: bad.url, ...o })(asked, {}), (error) => {
      assert.match(/** @type {Error} */ (error).message, words);
      assert.equal(causeCode(error), code);
      return true;
    });
    assert.deepEqual(await doh({ urls: [bad.url, next.url], ...o })(asked, {}), response(asked, { rest: [1, 2] }));
  });
}

/** @param {import('node:http').ServerResponse} reply */
function endless(reply) {
  const more = () => {
    while (!reply.destroyed && reply.write(Buffer.alloc(16_384, 0xff)));
  };
  reply.on('drain', more);
  more();
}

test('garbage that is no HTTP, and a port that refuses', LIMIT, async (t) => {
  const { port } = await tcpServer(t, (socket) => socket.end('\x15\x03\x01garbage\r\n\r\n'));
  for (const at of [port, 2]) {
    await assert.rejects(doh({ urls: `http://127.0.0.1:${at}/`, retries: 0 })(asked, {}), (error) => causeCode(error) === 'connect');
  }
});

test('retries go over the whole list again', LIMIT, async (t) => {
  let seen = 0;
  const { url } = await resolver(t, (q, r) => ((seen += 1) < 3 ? r.writeHead(500).end() : good(q, /** @type {any} */ (r))));
  await assert.rejects(doh({ urls: url, retries: 1 })(asked, {}), /HTTP status 500/);
  assert.equal(seen, 2);
  assert.deepEqual(await doh({ urls: url, retries: 0 })(asked, {}), response(asked, { rest: [1, 2] }));
});

test('a fetch that never settles and does not listen ends with the time limit', LIMIT, async () => {
  const dns = doh({ urls: 'https://dns.example/', fetch: () => new Promise(() => {}), timeoutMs: 50, retries: 0 });
  await assert.rejects(dns(asked, {}), (error) => causeCode(error) === 'timeout');
});

test('a platform that hides its reasons is `opaque`', LIMIT, async () => {
  const dns = doh({ urls: 'https://dns.example/', fetch: () => Promise.reject(new TypeError('Failed to fetch')), retries: 0 });
  await assert.rejects(dns(asked, {}), (error) => causeCode(error) === 'opaque');
});

test('the caller can stop it; the connection is let go and nothing more is tried', LIMIT, async (t) => {
  let seen = 0;
  const { url, counted } = await resolver(t, () => (seen += 1));
  const stop = new AbortController();
  const waiting = doh({ urls: [url, url], timeoutMs: 4_000 })(asked, { signal: stop.signal });
  await until(() => seen === 1);
  stop.abort(new Error('enough'));
  await assert.rejects(waiting, /^Error: enough$/);
  await until(() => counted.ended === 1); // Node's fetch opens another in its place
  assert.equal(seen, 1);
});

test('a resolver is an https URL; plain http only of this machine (RFC 8484 §5)', () => {
  for (const urls of ['', 'dns.example', 'http://dns.example/', 'http://127.0.0.1.example/', 'ftp://dns.example/', []]) {
    assert.throws(() => doh({ urls }), { code: 'ERR_INVALID_ARGUMENT' }, JSON.stringify(urls));
  }
  for (const urls of ['https://dns.example/q', 'http://localhost:80/', 'http://[::1]/', ['https://a.example/', 'https://[::1]/']]) {
    assert.ok(doh({ urls }));
  }
});
