/** Every route of the Worker, in the real workerd. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Network } from './network.mjs';
import { described } from './openapi.mjs';
import { ANCHOR } from './signed-root.mjs';
import { TABLE } from './table.mjs';
import { asker, startWorker } from './worker.mjs';

const network = new Network(TABLE);
let worker;
before(async () => (worker = await startWorker((href) => network.answer(href), { TRUST_ANCHORS: ANCHOR })));
after(() => worker.dispose());

const get = described(asker(() => worker));

const POSTURES = [
  ['good.example', 'protected', { 'mx1.good.example': 'webpki', 'mx2.good.example': 'webpki' }],
  ['testing.example', 'testing', { 'mx.testing.example': 'opportunistic' }],
  ['plain.example', 'unprotected', { 'mx.plain.example': 'opportunistic' }],
  ['wrong-mx.example', 'broken', { 'mx.wrong-mx.example': 'unusable' }],
  ['half.example', 'partial', { 'mx.half.example': 'webpki', 'backup.elsewhere.example': 'unusable' }],
  ['redirect.example', 'unprotected', { 'mx.redirect.example': 'opportunistic' }],
  ['null.example', 'no-mail', {}],
  ['absent.example', 'no-mail', {}],
  ['servfail.example', 'unknown', {}],
];

for (const [domain, posture, hosts] of POSTURES) {
  test(`GET /api/check/${domain} is ${posture}`, async () => {
    const response = await get(`/api/check/${domain}`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json');
    const verdict = await response.json();
    assert.equal(verdict.domain, domain);
    assert.equal(verdict.posture, posture);
    assert.deepEqual(Object.fromEntries(verdict.hosts.map(({ host, requirement }) => [host, requirement])), hosts);
    // Outside the policy a host does not conform, whoever looks (RFC 8461 §5).
    for (const { requirement, conformance } of verdict.hosts) assert.equal(conformance, requirement === 'unusable' ? 'unmet' : 'unobserved');
  });
}

test('a verdict may be cached as long as it is good, and no longer than five minutes', async () => {
  const known = (await get('/api/check/good.example')).headers.get('cache-control');
  const seconds = Number(/^public, max-age=(\d+)$/.exec(known)?.[1]);
  assert.ok(seconds > 0 && seconds <= 300, known);
  assert.equal((await get('/api/check/servfail.example')).headers.get('cache-control'), 'no-store');
});

test('HEAD answers as GET without the body', async () => {
  for (const path of ['/api/check/good.example', '/api/policy/good.example', '/api/check/-', '/api/nothing']) {
    const [got, head] = [await get(path), await get(path, { method: 'HEAD' })];
    assert.equal(head.status, got.status, path);
    assert.equal(head.headers.get('content-type'), got.headers.get('content-type'), path);
    assert.equal(await head.text(), '', path);
  }
});

const INVALID = ['-', 'a..b', 'ex%20ample.com', '%ff', '%3Cscript%3E', `${'a'.repeat(64)}.example`, 'a.b%2Fc', 'a.b%23.example', 'a%3A8443%2F.example', 'user%40198.41.0.4%2F.example', '198.41.0.4', '%00', '[::1]', 'exa%0Ample'];

for (const domain of INVALID) {
  test(`\`${domain}\` is no domain`, async () => {
    for (const product of ['check', 'policy']) {
      network.asked.length = 0;
      const response = await get(`/api/${product}/${domain}`);
      assert.equal(response.status, 400);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      const { code, detail } = await response.json();
      assert.equal(code, 'ERR_INVALID_DOMAIN');
      assert.equal(typeof detail, 'string');
      assert.deepEqual(network.asked, []);
    }
  });
}

test('other methods are refused by name', async () => {
  for (const path of ['/api/check/good.example', '/api/policy/good.example']) {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const response = await get(path, { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get('allow'), 'GET, HEAD');
      assert.equal((await response.json()).code, 'ERR_METHOD_NOT_ALLOWED');
    }
  }
});

test('other paths are not found, in JSON', async () => {
  for (const path of ['/api', '/api/', '/api/check', '/api/check/', '/api/check/a/b', '/api/policy/', '/nothing', '/_headers']) {
    const response = await get(path);
    assert.equal(response.status, 404, path);
    assert.equal((await response.json()).code, 'ERR_NOT_FOUND');
  }
});

test('every answer of the API carries the security headers', async () => {
  for (const path of ['/api/check/plain.example', '/api/policy/plain.example', '/api/check/-', '/api/nothing']) {
    const { headers } = await get(path);
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('access-control-allow-origin'), null);
  }
});

test('the page comes with its policy, and its parts with a long life', async () => {
  const page = await get('/');
  assert.equal(page.status, 200);
  const policy = page.headers.get('content-security-policy');
  assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
  const html = await page.text();
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=/);
  const [wasm] = /\/assets\/[^"]+\.wasm/.exec(html);
  const engine = await get(wasm);
  assert.equal(engine.headers.get('content-type'), 'application/wasm');
  assert.match(engine.headers.get('cache-control'), /immutable/);
});

test('the proxy hands over a policy as it was served', async () => {
  const response = await get('/api/policy/good.example');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const { body, ...rest } = await response.json();
  assert.deepEqual(rest, { httpStatus: 200, contentType: 'text/plain', redirected: false });
  assert.equal(atob(body), TABLE.policies['https://mta-sts.good.example/.well-known/mta-sts.txt'].body);
});

test('the proxy follows no redirect', async () => {
  network.asked.length = 0;
  const { httpStatus, redirected } = await (await get('/api/policy/redirect.example')).json();
  assert.deepEqual({ httpStatus, redirected }, { httpStatus: 301, redirected: true });
  assert.deepEqual(network.asked.filter((asked) => asked.startsWith('https:')), ['https://mta-sts.redirect.example/.well-known/mta-sts.txt']);
});

test('the proxy reads 64 KiB and one octet, no more', async () => {
  const { body } = await (await get('/api/policy/huge.example')).json();
  assert.equal(atob(body).length, 64 * 1024 + 1);
});

test('the proxy fetches only where the engine would', async () => {
  for (const domain of ['plain.example', 'private.example', 'absent.example', 'localhost', '127.0.0.1']) {
    network.asked.length = 0;
    const response = await get(`/api/policy/${domain}`);
    assert.ok([400, 404].includes(response.status), `${domain}: ${response.status}`);
    assert.deepEqual(network.asked.filter((asked) => asked.startsWith('http')), [], domain);
  }
});

test('a policy host that is not there is a failed fetch, not a failed Worker', async () => {
  const { policies, ...rest } = TABLE;
  const { 'https://mta-sts.good.example/.well-known/mta-sts.txt': _, ...others } = policies;
  network.table = { ...rest, policies: others };
  try {
    const response = await get('/api/policy/good.example');
    assert.equal(response.status, 502);
    assert.equal((await response.json()).code, 'ERR_POLICY_FETCH');
    assert.equal((await (await get('/api/check/good.example', { headers: { 'cache-control': 'no-cache' } })).json()).posture, 'unknown');
  } finally {
    network.table = TABLE;
  }
});
