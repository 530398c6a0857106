/** From a fetch to an answer: the platform's own fetch on loopback, and hosts that behave badly. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { policyAnswer } from '../../../js/hosts/policy-answer.js';
import { hold, until } from './loopback.js';

const LIMIT = { timeout: 5_000 };
const POLICY = 'version: STSv1\nmode: none\nmax_age: 1\n';
const none = new Uint8Array(0);

/**
 * @param {import('node:test').TestContext} t
 * @param {import('node:http').RequestListener} onRequest
 */
async function server(t, onRequest) {
  const held = await hold(t, createServer(onRequest));
  return { ...held, need: { url: `http://127.0.0.1:${held.port}/p`, addresses: ['127.0.0.1'] } };
}

test('a policy as it was served', LIMIT, async (t) => {
  const { need } = await server(t, (_, r) => void r.writeHead(200, { 'content-type': 'text/plain' }).end(POLICY));
  assert.deepEqual(await policyAnswer(fetch, need), {
    kind: 'policy',
    httpStatus: 200,
    contentType: 'text/plain',
    body: new Uint8Array(Buffer.from(POLICY)),
    redirected: false,
  });
});

test('the body stops at 65537 octets', LIMIT, async (t) => {
  const { need, counted } = await server(t, (_, r) => void r.writeHead(200).end(Buffer.alloc(10_000_000, 0x61)));
  const answer = await policyAnswer(fetch, need);
  assert.equal(answer.kind === 'policy' && answer.body.length, 65_537);
  await until(() => counted.ended > 0); // Node's fetch may open another in its place
});

const answers = /** @type {[string, any, { httpStatus: number, contentType: string | null, redirected: boolean }][]} */ ([
  ['404', [404, { 'content-type': 'text/html' }], { httpStatus: 404, contentType: 'text/html', redirected: false }],
  ['204', [204, {}], { httpStatus: 204, contentType: null, redirected: false }],
  ['304', [304, {}], { httpStatus: 304, contentType: null, redirected: false }],
  ['301', [301, { location: '/q' }], { httpStatus: 301, contentType: null, redirected: true }],
  ['308', [308, { location: '/q' }], { httpStatus: 308, contentType: null, redirected: true }],
]);
for (const [what, [status, headers], expected] of answers) {
  test(`status ${what}, without its body and never followed`, LIMIT, async (t) => {
    const { need, counted } = await server(t, (_, r) => void r.writeHead(status, headers).end(status === 404 ? 'no' : undefined));
    assert.deepEqual(await policyAnswer(fetch, need), { kind: 'policy', body: none, ...expected });
    assert.equal(counted.connections, 1);
  });
}

test('a redirect that a browser hides has no status', LIMIT, async () => {
  const hidden = Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' } });
  const answer = await policyAnswer(async () => hidden, { url: 'https://mta-sts.mail.example/' });
  assert.deepEqual(answer, { kind: 'policy', httpStatus: 0, contentType: null, body: none, redirected: true });
});

test('a host that followed a redirect is found out', LIMIT, async () => {
  const followed = Object.defineProperty(new Response(POLICY), 'redirected', { value: true });
  const answer = await policyAnswer(async () => followed, { url: 'https://mta-sts.mail.example/' });
  assert.equal(answer.kind === 'policy' && answer.redirected && answer.body.length === 0, true);
});

const reject = (/** @type {unknown} */ error) => () => Promise.reject(error);
const failures = /** @type {[string, any, any][]} */ ([
  ['hidden by the platform', reject(new TypeError('Failed to fetch')), { kind: 'failed', cause: 'opaque', message: 'Failed to fetch' }],
  ['a hidden response', async () => Response.error(), { kind: 'failed', cause: 'opaque', message: 'the platform hides the answer' }],
  ['told by cause.code', reject(new Error('no', { cause: { code: 'tls' } })), { kind: 'failed', cause: 'tls', message: 'no' }],
  ['told by Node', reject(new TypeError('fetch failed', { cause: Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' }) })), { kind: 'failed', cause: 'dns', message: 'fetch failed: getaddrinfo ENOTFOUND x' }],
  ['not supported', reject(new Error('no', { cause: { code: 'unsupported' } })), { kind: 'unsupported' }],
  ['no Error at all', reject('a\nb\u001b[31m'), { kind: 'failed', cause: 'opaque', message: 'a b [31m' }],
  ['thrown at once', () => { throw new Error('at once'); }, { kind: 'failed', cause: 'opaque', message: 'at once' }],
  ['nothing at all', reject(undefined), { kind: 'failed', cause: 'opaque', message: 'undefined' }],
]);
for (const [what, host, expected] of failures) {
  test(`a failure: ${what}`, LIMIT, async () => {
    assert.deepEqual(await policyAnswer(host, { url: 'https://mta-sts.mail.example/' }), expected);
  });
}

test('an error whose cause is itself, and a long one', LIMIT, async () => {
  const error = Object.assign(new Error('x'.repeat(10_000)), { cause: /** @type {unknown} */ (null) });
  error.cause = error;
  const answer = await policyAnswer(() => Promise.reject(error), { url: 'https://mta-sts.mail.example/' });
  assert.deepEqual(answer, { kind: 'failed', cause: 'opaque', message: 'x'.repeat(300) });
});

for (const what of ['head', 'body']) {
  test(`a ${what} that never comes is \`timeout\`, and the connection is let go`, LIMIT, async (t) => {
    const { need, counted } = await server(t, (_, r) => what === 'body' && r.writeHead(200).write('v'));
    const answer = await policyAnswer(fetch, need, { timeoutMs: 150 });
    assert.equal(answer.kind === 'failed' && answer.cause, 'timeout');
    await until(() => counted.ended > 0); // Node's fetch may open another in its place
  });
}

test('a host that does not listen to its signal ends all the same, and a late body is let go', LIMIT, async () => {
  let cancelled = false;
  const late = () => new Promise((resolve) => setTimeout(() => resolve(new Response(new ReadableStream({ cancel: () => void (cancelled = true) }))), 100));
  const answer = await policyAnswer(/** @type {any} */ (late), { url: 'https://mta-sts.mail.example/' }, { timeoutMs: 30 });
  assert.equal(answer.kind === 'failed' && answer.cause, 'timeout');
  await until(() => cancelled);
});

test('only the caller rejects it, with the reason given', LIMIT, async (t) => {
  const { need, counted } = await server(t, () => {});
  const stop = new AbortController();
  const waiting = policyAnswer(fetch, need, { signal: stop.signal });
  await until(() => counted.connections === 1);
  stop.abort(new Error('enough'));
  await assert.rejects(waiting, /^Error: enough$/);
  await assert.rejects(policyAnswer(fetch, need, { signal: stop.signal }), /^Error: enough$/);
  await until(() => counted.ended > 0); // Node's fetch may open another in its place
});

test('pins and roots reach the host, what a platform would throw at does not', LIMIT, async () => {
  /** @type {any[]} */ const seen = [];
  const host = async (/** @type {string} */ _, /** @type {any} */ init) => (seen.push(init), new Response(''));
  const ca = [Uint8Array.of(1)];
  const Platform = globalThis.Request;
  globalThis.Request = /** @type {any} */ (class {
    constructor(/** @type {string} */ _, /** @type {object} */ init) {
      if ('credentials' in init || 'referrerPolicy' in init) throw new TypeError('not implemented');
    }
  });
  try {
    await policyAnswer(host, { url: 'https://mta-sts.mail.example/', addresses: ['192.0.2.1'] }, { ca });
  } finally {
    globalThis.Request = Platform;
  }
  const { signal, ...init } = seen[0];
  assert.ok(signal instanceof AbortSignal);
  assert.deepEqual(init, { method: 'GET', redirect: 'manual', cache: 'no-store', addresses: ['192.0.2.1'], ca });
});
