/** GET /api/reports/:domain in the real workerd: what reports amount to, and what their failures come from. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseReport, summarizeReports } from 'mxseal';
import { Network } from './network.mjs';
import { described } from './openapi.mjs';
import { KEYS, report, reportMail } from './reports.mjs';
import { ANCHOR } from './signed-root.mjs';
import { TABLE } from './table.mjs';
import { asker, startWorker } from './worker.mjs';

const TOKEN = '0123456789abcdef0123456789abcdef';
const DAY = 86_400_000;
const network = new Network({ ...TABLE, records: { ...TABLE.records, ...KEYS } });
let worker;
before(async () => (worker = await startWorker((href) => network.answer(href), { TRUST_ANCHORS: ANCHOR, ADMIN_TOKEN: TOKEN, REPORT_DOMAINS: '*' })));
after(() => worker.dispose());

const ask = described(asker(() => worker));
const show = (path, headers = { authorization: `Bearer ${TOKEN}` }) => ask(`/api/reports/${path}`, { headers });
const send = (content) => ask('/tlsrpt', { method: 'POST', headers: { 'content-type': 'application/tlsrpt+json' }, body: Buffer.from(JSON.stringify(content)) });
const dated = (daysAgo) => {
  const day = new Date(Date.now() - daysAgo * DAY).toISOString().slice(0, 10);
  return { 'date-range': { 'start-datetime': `${day}T00:00:00Z`, 'end-datetime': `${day}T23:59:59Z` } };
};

test('a domain without reports has an empty summary, and is not checked', async () => {
  network.asked.length = 0;
  const response = await show('plain.example');
  assert.equal(response.status, 200);
  const { summary, reports, explanations, posture } = await response.json();
  assert.deepEqual({ summary, reports, explanations, posture }, { summary: { reports: 0, duplicates: 0, domains: [] }, reports: [], explanations: [], posture: null });
  assert.deepEqual(network.asked, []);
});

test('reports are added up, and their failures held against a check', async () => {
  const domain = 'good.example';
  const contents = [report({ domain, id: '1', ...dated(2) }), report({ domain, id: '2', 'organization-name': 'Company-Z', ...dated(1) })];
  for (const content of [...contents, contents[0]]) assert.ok((await send(content)).ok);
  const body = await (await show(domain)).json();
  const [whole] = body.summary.domains;
  assert.deepEqual([body.summary.reports, body.summary.duplicates, whole.domain, whole.successful, whole.failed], [2, 0, domain, 2 * 5326, 2 * 303]);
  assert.deepEqual(body.summary, JSON.parse(JSON.stringify(summarizeReports(contents.toReversed().map((content) => parseReport(Buffer.from(JSON.stringify(content))).value)))));
  assert.deepEqual(body.reports.map(({ reportId, via, signedBy }) => [reportId, via, signedBy]), [['2', 'https', null], ['1', 'https', null]]);
  assert.equal(body.posture, 'protected');
  assert.ok(body.explanations.length > 0);
  assert.equal(body.truncated, false);
});

test('of two reports by one name and id, the one that was signed is added up', async () => {
  const content = report({ domain: 'signed.example', id: 'twice', ...dated(1) });
  const other = report({ domain: 'signed.example', id: 'twice', ...dated(1) });
  other.policies[0].summary['total-successful-session-count'] = 7;
  const parameters = new URLSearchParams({ from: 'sts-reporting@company-x.example', to: 'reports@signed.example' });
  const mailed = await worker.dispatchFetch(`http://127.0.0.1/cdn-cgi/handler/email?${parameters}`, { method: 'POST', body: await reportMail(other) });
  assert.ok(mailed.ok, await mailed.text());
  for (const id of ['twice', 'once']) assert.ok((await send({ ...content, 'report-id': id })).ok);
  const { summary, reports } = await (await show('signed.example')).json();
  assert.deepEqual(reports.map(({ reportId, signedBy }) => [reportId, signedBy]), [['once', null], ['twice', null], ['twice', 'company-x.example']]);
  assert.deepEqual([summary.reports, summary.duplicates, summary.domains[0].successful], [2, 1, 7 + 5326]);
});

test('only the days that are asked for, and only policies of the domain', async () => {
  const [other] = report({ domain: 'testing.example' }).policies;
  const { policies, ...content } = report({ domain: 'half.example', id: 'old', ...dated(40) });
  assert.ok((await send({ ...content, policies: [...policies, other, other] })).ok);
  assert.equal((await (await show('half.example')).json()).reports.length, 0);
  const { summary, reports } = await (await show('half.example?days=60')).json();
  assert.equal(reports.length, 1);
  assert.deepEqual(summary.domains.map(({ domain, failed }) => [domain, failed]), [['half.example', 303]]);
  assert.deepEqual((await (await show('testing.example?days=60')).json()).summary.domains.map(({ failed }) => failed), [606]);
  for (const days of ['0', '366', 'x', '1.5']) assert.equal((await show(`half.example?days=${days}`)).status, 400, days);
});

test('it wants the token, and a domain', async () => {
  for (const headers of [{}, { authorization: 'Bearer x' }]) assert.equal((await show('good.example', headers)).status, 401);
  for (const name of ['-', 'a..b', '%ff']) assert.equal((await show(name)).status, 400, name);
  assert.equal((await ask('/api/reports/good.example', { method: 'POST' })).status, 405);
});
