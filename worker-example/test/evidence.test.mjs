/**
 * Recorded answers of real servers (tests/evidence of the package), given again to the Worker in workerd and to the page
 * in Chromium, at the time of the recording and with the lab's trust anchor and private addresses allowed. Both must come
 * to what expect.json demands of each host, which was written before the recording, and to the posture and findings that
 * Node comes to. None of the three opens port 25 here, so what sessions showed is left out.
 */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { check } from 'mxseal';
import { setPage, startBrowser, startDoh } from './browser.mjs';
import { RecordedNetwork } from './network.mjs';
import { startWorker } from './worker.mjs';

const directory = new URL('../../tests/evidence/', import.meta.url);
const expectations = JSON.parse(await readFile(new URL('expect.json', directory), 'utf8'));
const names = (await readdir(directory)).filter((name) => name.endsWith('.json') && name !== 'expect.json');
const read = async (name) => [name, JSON.parse(await readFile(new URL(name, directory), 'utf8'))];
// A check that began with a chain cache did not ask what these would.
const recorded = (await Promise.all(names.map(read))).filter(([, { chainCache }]) => chainCache.length === 0);
const anchors = [...new Set(recorded.flatMap(([, { options }]) => options.anchors))];

const SETTINGS = { TRUST_ANCHORS: anchors.join('\n'), ALLOW_PRIVATE_ADDRESSES: 'true' };

let network, worker, doh, browser, context, origin;
before(async () => {
  const current = { answer: (href) => network.answer(href) };
  browser = await startBrowser();
  [worker, doh] = await Promise.all([startWorker(current.answer, SETTINGS), startDoh(current)]);
  origin = (await worker.ready).origin;
  context = await browser.newContext();
  await setPage(context, { 'trust-anchors': SETTINGS.TRUST_ANCHORS, 'allow-private-addresses': 'true' });
});
after(() => Promise.all([worker?.dispose(), doh?.close(), browser?.close()]));

test('there is evidence', () => assert.ok(recorded.length > 0));

for (const [file, evidence] of recorded) {
  test(`${file}: Node, the Worker and the page agree`, async () => {
    const { at, domain } = evidence;
    network = new RecordedNetwork(evidence);
    const here = await check(domain, {
      at,
      options: { anchors, allowPrivateAddresses: true },
      dns: async (query) => new Uint8Array(network.resolve(query)),
      fetch: async (url) => network.answer(url),
      starttls: async () => 'unsupported',
    });
    const { mx, hosts: wanted } = expectations[domain];
    assert.equal(here.facts.mx.security.status, mx);
    const hosts = wanted.map(([host, requirement]) => [host, requirement]);
    assert.deepEqual(outline(here.hosts), hosts);
    const expected = { posture: here.posture, hosts, findings: here.findings.map(({ code }) => code).sort() };

    const verdict = await (await worker.dispatchFetch(`${origin}/api/check/${domain}`, { headers: { 'x-clock': at } })).json();
    assert.deepEqual(verdict.facts.mx.security, { status: mx, source: 'validated' });
    assert.deepEqual({ posture: verdict.posture, hosts: outline(verdict.hosts), findings: verdict.findings.map(({ code }) => code).sort() }, expected);

    const page = await context.newPage();
    await page.clock.setFixedTime(at);
    await page.goto(`${origin}/?${new URLSearchParams({ domain, doh: doh.url })}`);
    await page.waitForSelector('.verdict');
    const shown = await page.evaluate(() => ({
      posture: document.querySelector('.verdict').dataset.posture,
      hosts: [...document.querySelectorAll('.hosts > ul > li')].map((item) => [item.querySelector('.host-name').textContent, item.dataset.requirement]),
      findings: [...document.querySelectorAll('.findings > ul > li')].map((item) => item.dataset.code).sort(),
    }));
    await page.close();
    assert.deepEqual(shown, expected);
  });
}

function outline(hosts) {
  return hosts.map(({ host, requirement }) => [host, requirement]);
}
