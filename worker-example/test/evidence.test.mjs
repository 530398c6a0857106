/**
 * Recorded answers of real servers (tests/evidence of the package), given again to the Worker in workerd and to the page
 * in Chromium. Both must come to what expect.json demands of each host, which was written before the recording, and to
 * the posture and findings that Node comes to. None of the three opens port 25 here, so what sessions showed is left out.
 */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { check } from 'mxseal';
import { startBrowser, startDoh } from './browser.mjs';
import { RecordedNetwork } from './network.mjs';
import { startWorker } from './worker.mjs';

const directory = new URL('../../tests/evidence/', import.meta.url);
const expectations = JSON.parse(await readFile(new URL('expect.json', directory), 'utf8'));
const files = (await readdir(directory)).filter((name) => name.endsWith('.json') && name !== 'expect.json');

// Where and when the recordings were made: the lab's trust anchor, its loopback addresses, the last clock of all.
const evidences = await Promise.all(files.map(async (name) => JSON.parse(await readFile(new URL(name, directory), 'utf8'))));
const start = {
  at: evidences.map(({ at }) => at).sort().at(-1),
  options: {
    allowPrivateAddresses: true,
    anchors: [...new Set(evidences.flatMap(({ options }) => options.anchors ?? []))],
  },
};

let network, worker, doh, browser, origin;
before(async () => {
  const current = { answer: (href) => network.answer(href) };
  [worker, doh, browser] = await Promise.all([startWorker(current.answer, start), startDoh(current), startBrowser()]);
  origin = (await worker.ready).origin;
});
after(() => Promise.all([worker?.dispose(), doh?.close(), browser?.close()]));

test('there is evidence', () => assert.ok(files.length > 0));

for (const file of files) {
  test(`${file}: Node, the Worker and the page agree`, async () => {
    const evidence = JSON.parse(await readFile(new URL(file, directory), 'utf8'));
    network = new RecordedNetwork(evidence);
    const here = await check(evidence.domain, {
      ...start,
      dns: async (query) => new Uint8Array(network.resolve(query)),
      fetch: async (url) => network.answer(url),
      starttls: async () => 'unsupported',
    });
    const hosts = expectations[evidence.domain].hosts.map(([host, requirement]) => [host, requirement]);
    assert.deepEqual(outline(here.hosts), hosts);
    const expected = { posture: here.posture, hosts, findings: here.findings.map(({ code }) => code).sort() };

    const verdict = await (await worker.dispatchFetch(`${origin}/api/check/${evidence.domain}`)).json();
    assert.deepEqual({ posture: verdict.posture, hosts: outline(verdict.hosts), findings: verdict.findings.map(({ code }) => code).sort() }, expected);

    const page = await browser.newPage();
    await page.addInitScript((check) => Object.assign(globalThis, { mxsealCheck: check }), start);
    await page.goto(`${origin}/?${new URLSearchParams({ domain: evidence.domain, doh: doh.url })}`);
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
