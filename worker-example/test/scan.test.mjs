/** The scan API: what it takes and refuses, what becomes of bad lines, duplicates, crashes and cancelling, exports, re-checks. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Check } from 'mxseal';
import { startServer } from './scan-server.mjs';
import { TOKEN, bindings, client, lasting } from './scans.mjs';
import { SeededNetwork, seedDomains } from './seeded.mjs';
import { startWorker } from './worker.mjs';

const CRASHES = 'crashes.example';
const table = { records: {}, policies: {}, forged: new Set() };
const domains = seedDomains(7, 120, table);
const names = domains.map(({ domain }) => domain);
const network = new SeededNetwork(table, 7, 0);
let server, worker, api;
before(async () => {
  server = await startServer((href) => network.answer(href));
  worker = await startWorker(server.url, bindings({ crashesAt: CRASHES }));
  api = client(worker);
});
after(async () => {
  await worker.dispose();
  await server.close();
});

const done = ({ state }) => state === 'done';

test('every address of a scan wants the admin token', async () => {
  const { id } = await api.start('good.example\n');
  for (const [method, path] of [
    ['POST', '/api/scan'],
    ['GET', `/api/scan/${id}`],
    ['DELETE', `/api/scan/${id}`],
    ['GET', `/api/scan/${id}/results`],
    ['GET', `/api/scan/${id}/changes`],
    ['GET', `/api/scan/${id}/evidence/good.example`],
  ]) {
    for (const authorization of [undefined, `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, 'Bearer ']) {
      const response = await worker.dispatchFetch(`http://127.0.0.1${path}`, { method, headers: authorization === undefined ? {} : { authorization } });
      assert.equal(response.status, 401, `${method} ${path}`);
      assert.equal((await response.json()).code, 'ERR_UNAUTHORIZED');
    }
  }
  assert.notEqual((await api.json(`/api/scan/${id}`)).state, 'cancelled');
});

const REFUSED = [
  ['no list', { headers: { 'content-type': 'text/plain' } }, 422, 'ERR_INVALID_CONTENT'],
  ['blank lines', { headers: { 'content-type': 'text/plain' }, body: '\n \r\n' }, 422, 'ERR_INVALID_CONTENT'],
  ['a media type that is no list', { headers: { 'content-type': 'application/json' }, body: '[]' }, 415, 'ERR_MEDIA_TYPE'],
  ['no media type', { body: new Uint8Array([0x61]) }, 415, 'ERR_MEDIA_TYPE'],
];
for (const [what, init, status, code] of REFUSED) {
  test(`${what} is refused`, async () => {
    const response = await api.call('/api/scan', { method: 'POST', ...init });
    assert.equal(response.status, status);
    assert.equal((await response.json()).code, code);
  });
}

test('arguments that are none are refused', async () => {
  for (const query of ['?recheck=0', '?recheck=366', '?recheck=soon', '?recheck=1.5', '?recheck=']) {
    const response = await api.call(`/api/scan${query}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a.example\n' });
    assert.equal(response.status, 400, query);
  }
  const { id } = await api.start('good.example\n');
  assert.equal((await api.call(`/api/scan/${id}/results?format=xml`)).status, 400);
});

test('a scan that does not exist is not found', async () => {
  for (const [method, path] of [['GET', ''], ['DELETE', ''], ['GET', '/results'], ['GET', '/changes'], ['GET', '/evidence/a.example']]) {
    const response = await api.call(`/api/scan/00000000-0000-4000-8000-000000000000${path}`, { method });
    assert.equal(response.status, 404, `${method} ${path}`);
  }
});

const BAD = ['-', 'a..b', 'user@host', '192.0.2.1', `${'x'.repeat(64)}.example`, 'x'.repeat(3_000), '=cmd|x!A1', 'exa mple', '\u0000', '<b>'];

test('text: one row a line that is a domain or a mistake, one for those that say the same', async () => {
  const good = names.slice(0, 6);
  const list = ['\uFEFF', ...good.map((name, index) => ['', `${name.toUpperCase()}.`, `  ${name} `][index % 3] || name), ...good, 'bücher.example', ...BAD, '-'].join('\r\n');
  const { id } = await api.start(list);
  const scan = await api.until(id, done);
  const rows = await api.rows(id);
  assert.deepEqual([scan.domains, scan.invalid, scan.duplicates, scan.checked, rows.length], [7, BAD.length, 7, 7, 7 + BAD.length]);
  const checked = rows.filter(({ status }) => status === 'checked').map(({ domain }) => domain);
  assert.deepEqual(checked.sort(), [...good, 'xn--bcher-kva.example'].sort());
  for (const { reason, domain, posture } of rows.filter(({ status }) => status === 'invalid')) {
    assert.ok(reason.length > 10 && reason.length <= 257 && domain.length <= 257);
    assert.equal(posture, null);
  }
  const long = rows.find(({ domain }) => domain.startsWith('xxx') && domain.length === 257);
  assert.match(long.reason, /characters/);
});

const FORMATS = [
  ['text/csv', `Domain,owner\r\n${names[0]},a\r\n"${names[1]}","b, c"\r\n`, 2],
  ['text/csv; charset=utf-8; header=absent', `${names[0]},a\n${names[1]}`, 2],
  ['application/jsonl', `"${names[0]}"\n{"rank":2,"domain":"${names[1]}"}\n{"name":"x"}\n7\n{broken\n`, 2],
  ['application/x-ndjson', `{"domain":"${names[0]}"}\n`, 1],
];
for (const [type, list, count] of FORMATS) {
  test(`${type}: ${JSON.stringify(list.slice(0, 12))}`, async () => {
    const { id } = await api.start(list, { type });
    await api.until(id, done);
    const rows = await api.rows(id);
    assert.deepEqual(rows.filter(({ status }) => status === 'checked').map(({ domain }) => domain).sort(), names.slice(0, count).sort());
    assert.equal(rows.filter(({ status }) => status === 'invalid').length, list.includes('broken') ? 3 : 0);
  });
}

test('a list comes in parts of any size, also in the middle of a character', async () => {
  const octets = new TextEncoder().encode(`${names.slice(0, 10).join('\n')}\nbücher.example`);
  let at = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (at >= octets.length) return controller.close();
      controller.enqueue(octets.subarray(at, (at += 7)));
    },
  });
  const response = await worker.dispatchFetch('http://127.0.0.1/api/scan', { method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/plain' }, body, duplex: 'half' });
  const { domains, location } = { ...(await response.json()), location: response.headers.get('location') };
  assert.equal(response.status, 202);
  assert.equal(domains, 11);
  const rows = await api.rows(location.split('/').at(-1));
  assert.ok(rows.some(({ domain }) => domain === 'xn--bcher-kva.example'));
});

test('what crashes its consumer ends as failed, and takes no other along', async () => {
  const list = [...names.slice(0, 30), CRASHES, ...names.slice(30, 60)];
  const { id } = await api.start(list.join('\n'));
  const scan = await api.until(id, done);
  assert.deepEqual([scan.checked, scan.failed, scan.waiting], [60, 1, 0]);
  const rows = await api.rows(id);
  const crashed = rows.filter(({ status }) => status === 'failed');
  assert.deepEqual(crashed.map(({ domain }) => domain), [CRASHES]);
  assert.match(crashed[0].reason, /crashed/);
});

test('a cancelled scan stops, and says so in each row that was not checked', async () => {
  const { id } = await api.start(names.join('\n'));
  const cancelled = await (await api.call(`/api/scan/${id}`, { method: 'DELETE' })).json();
  assert.equal(cancelled.state, 'cancelled');
  const { checked } = await api.json(`/api/scan/${id}`);
  // Later scans go through the same queue, so by its end the messages of this one have come too.
  await api.until((await api.start(names.slice(0, 3).join('\n'))).id, done);
  const rows = await api.rows(id);
  assert.equal(rows.length, names.length);
  assert.equal(rows.filter(({ status }) => status === 'cancelled').length, names.length - checked);
  assert.equal((await api.call(`/api/scan/${id}`, { method: 'DELETE' })).status, 200);
  const { id: other } = await api.start(`${names[0]}\n`);
  await api.until(other, done);
  assert.equal((await api.call(`/api/scan/${other}`, { method: 'DELETE' })).status, 409);
});

test('an export goes on behind a domain', async () => {
  const { id } = await api.start(names.join('\n'));
  await api.until(id, done);
  const all = await api.rows(id);
  assert.deepEqual(all.map(({ domain }) => domain), [...names].sort());
  const rest = await api.rows(id, `&after=${all[49].domain}`);
  assert.deepEqual(rest, all.slice(50));
});

test('CSV: as many fields in each line, and no formula', async () => {
  const { id } = await api.start(['=1+1', '+1', '-1', '@x', '"quoted",comma', names[0]].join('\n'));
  await api.until(id, done);
  const response = await api.call(`/api/scan/${id}/results?format=csv`);
  assert.match(response.headers.get('content-type'), /^text\/csv/);
  assert.match(response.headers.get('content-disposition'), /^attachment; filename="results-[0-9a-f-]{36}\.csv"$/);
  const records = parseCsv(await response.text());
  assert.equal(records.length, 7);
  for (const record of records) {
    assert.equal(record.length, records[0].length);
    for (const field of record) assert.doesNotMatch(field, /^\s*[=+\-@]/);
  }
  assert.deepEqual(records.slice(1).map(([domain]) => domain.replace(/^'/, '')).sort(), ['"quoted",comma', '+1', '-1', '=1+1', '@x', names[0]].sort());
});

test('the evidence of each domain replays to what its row says', async () => {
  const { id } = await api.start(names.slice(0, 20).join('\n'));
  await api.until(id, done);
  for (const { domain, posture, hosts } of await api.rows(id)) {
    const response = await api.call(`/api/scan/${id}/evidence/${domain}`);
    assert.equal(response.status, 200);
    const verdict = Check.replay(await response.json());
    assert.deepEqual({ posture: verdict.posture, hosts: verdict.hosts.map(({ host, requirement }) => [host, requirement]) }, { posture, hosts });
  }
  assert.equal((await api.call(`/api/scan/${id}/evidence/${names[50]}`)).status, 404);
  assert.equal((await api.call(`/api/scan/${id}/evidence/a..b`)).status, 400);
});

test('a re-check is a scan of its own and records what changed, and nothing else', async () => {
  const list = names.slice(0, 60);
  const { id } = await api.start(list.join('\n'), { query: '?recheck=7' });
  const scan = await api.until(id, done);
  assert.equal(Date.parse(scan.recheckAt) - Date.parse(scan.doneAt), 7 * 86_400_000);
  await api.sweep();
  const db = await worker.getD1Database('DB');
  const next = () => db.prepare('SELECT id FROM scans WHERE previous = ?1').bind(id).first();
  assert.equal(await next(), null, 'it is not due yet');

  // One withdraws its policy, one breaks it.
  const [withdrawn, broken] = domains.filter(({ posture, domain }) => posture === 'protected' && list.includes(domain)).map(({ domain }) => domain);
  const saved = structuredClone({ records: table.records, policies: table.policies });
  delete table.records[`_mta-sts.${withdrawn}`];
  const url = `https://mta-sts.${broken}/.well-known/mta-sts.txt`;
  table.policies[url] = { body: 'version: STSv1\r\nmode: enforce\r\nmx: other.example\r\nmax_age: 604800\r\n' };
  network.reread();
  try {
    await db.prepare('UPDATE scans SET recheck_at = ?2 WHERE id = ?1').bind(id, new Date().toISOString()).run();
    await api.sweep();
    await api.sweep();
    const again = await next();
    const second = await api.until(again.id, done);
    assert.deepEqual([second.previous, second.domains, second.checked, second.recheckDays], [id, 60, 60, 7]);
    assert.equal((await api.json(`/api/scan/${id}`)).recheckAt, null);
    const text = await (await api.call(`/api/scan/${again.id}/changes?format=jsonl`)).text();
    const changes = text.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual([...new Set(changes.map(({ domain }) => domain))].sort(), [withdrawn, broken].sort());
    const worsened = changes.filter(({ code }) => code === 'posture-worsened').map(({ domain, message }) => [domain, message]);
    assert.equal(worsened.length, 2);
    assert.match(worsened.find(([domain]) => domain === withdrawn)[1], /protected.*unprotected/);
    assert.match(worsened.find(([domain]) => domain === broken)[1], /protected.*broken/);
    const others = (rows) => lasting(rows.filter(({ domain }) => domain !== withdrawn && domain !== broken));
    assert.deepEqual(others(await api.rows(again.id)), others(await api.rows(id)));
    assert.match(await (await api.call(`/api/scan/${again.id}/changes?format=csv`)).text(), /^domain,code,severity,subject,message,clause\r\n/);
  } finally {
    Object.assign(table, saved);
    network.reread();
  }
});

test('a list of long mistakes is a list all the same', async () => {
  const bad = Array.from({ length: 3_000 }, (_, index) => `${index} ${'\u{1f512}"\u65e5'.repeat(100)}`);
  const { id, invalid, state } = await api.start([...bad, names[0]].join('\n'));
  assert.equal(invalid, bad.length);
  assert.ok(state === 'running' || state === 'done');
  await api.until(id, done);
  assert.equal((await api.rows(id)).length, bad.length + 1);
});

test('a re-check that is to come can be called off', async () => {
  const { id } = await api.start(`${names[0]}\n`, { query: '?recheck=1' });
  await api.until(id, done);
  const response = await api.call(`/api/scan/${id}`, { method: 'DELETE' });
  assert.deepEqual([response.status, (await response.json()).recheckAt], [200, null]);
  const again = await api.call(`/api/scan/${id}`, { method: 'DELETE' });
  assert.deepEqual([again.status, (await again.json()).code], [409, 'ERR_CONFLICT']);
});

test('an upload that broke off is over when it has stood still', async () => {
  const db = await worker.getD1Database('DB');
  const { id } = await api.start(names.slice(0, 2).join('\n'));
  await api.until(id, done);
  await db.prepare("UPDATE scans SET state = 'receiving' WHERE id = ?1").bind(id).run();
  await api.sweep();
  assert.equal((await api.json(`/api/scan/${id}`)).state, 'broken');
});

test('an old scan is removed with its rows and its evidence, and no other', async () => {
  const db = await worker.getD1Database('DB');
  const bucket = await worker.getR2Bucket('RAW');
  const [old, young] = [await api.start(names.slice(0, 5).join('\n')), await api.start(names.slice(0, 5).join('\n'))];
  await api.until(young.id, done);
  const kept = async ({ id }) => [(await api.call(`/api/scan/${id}`)).status, (await bucket.list({ prefix: `scans/${id}/` })).objects.length,
    (await db.prepare('SELECT count(*) AS count FROM scan_rows WHERE scan = ?1').bind(id).first()).count];
  const before = [await kept(old), await kept(young)];
  for (const [status, objects, rows] of before) assert.ok(status === 200 && objects > 0 && rows === 5);
  await db.prepare("UPDATE scans SET done_at = '2020-01-01T00:00:00.000Z' WHERE id = ?1").bind(old.id).run();
  await api.sweep();
  await api.sweep();
  assert.deepEqual(await kept(old), [404, 0, 0]);
  assert.deepEqual(await kept(young), before[1]);
});

test('faults are refused on the real DNS, and no deployment asks for them', async () => {
  const real = await startWorker(server.url, { ...bindings(), TRUST_ANCHORS: '' });
  try {
    const response = await client(real).call('/api/scan', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a.example\n' });
    assert.equal(response.status, 503);
    assert.equal((await response.json()).code, 'ERR_NOT_CONFIGURED');
  } finally {
    await real.dispose();
  }
  assert.doesNotMatch(await readFile(new URL('../wrangler.jsonc', import.meta.url), 'utf8'), /FAULTS|TRUST_ANCHORS/);
});

/** RFC 4180. */
function parseCsv(text) {
  const records = [];
  for (const line of text.split('\r\n').slice(0, -1)) {
    const fields = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)];
    records.push(fields.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain));
  }
  return records;
}
