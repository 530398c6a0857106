/** GET /api/openapi.json: it describes the routes of index.ts, all of them and no others, and itself is well formed. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { describe } from './openapi.mjs';
import { asker, startWorker } from './worker.mjs';

let worker, document;
before(async () => {
  worker = await startWorker(() => assert.fail('nothing is to be asked'));
  const response = await asker(() => worker)('/api/openapi.json');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  document = await response.json();
});
after(() => worker.dispose());

test('it describes what index.ts routes', async () => {
  const source = await readFile(new URL('../src/index.ts', import.meta.url), 'utf8');
  const routes = [...source.matchAll(/route\('(\w+)', '([^']+)', (admin\()?/g)].map(([, method, path, admin]) => `${method} ${path.replace(/:(\w+)/g, '{$1}')} ${admin ? 'admin' : 'open'}`);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { security }]) => `${method.toUpperCase()} ${path} ${security ? 'admin' : 'open'}`));
  assert.ok(routes.length > 10);
  assert.deepEqual(operations.sort(), routes.sort());
});

test('every reference leads somewhere, and every parameter of a path is described', async () => {
  await describe(document);
  assert.equal(document.openapi, '3.1.0');
  for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) assert.ok(document.components.schemas[name], name);
  for (const [path, methods] of Object.entries(document.paths)) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters = [] } of Object.values(methods)) {
      assert.deepEqual(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name), wanted, path);
    }
  }
});

test('an answer that is not as described is told from one that is', async () => {
  const check = await describe(document);
  const answer = (body, status = 200, type = 'application/json') => new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
  const at = (path) => new URL(path, 'http://127.0.0.1');
  const good = { httpStatus: 200, contentType: null, body: '', redirected: false };
  await check('GET', at('/api/policy/a.example'), undefined, answer(good));
  for (const bad of [answer({ ...good, more: 1 }), answer({ ...good, body: 1 }), answer(good, 418), answer(good, 200, 'text/html')]) {
    await assert.rejects(check('GET', at('/api/policy/a.example'), undefined, bad), assert.AssertionError);
  }
});
