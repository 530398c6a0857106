/** What to publish and in which order: records to copy, the way to and from a policy, the way to a new key. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Network } from './network.mjs';
import { PageTest, inspect, settled } from './page.mjs';
import { fileOf, recording, settingsOf } from './recorded.mjs';

let t;
before(
  async () =>
    (t = await PageTest.start(new Network({ records: {}, policies: {} }), settingsOf(await recording('dane-good.lab')))),
);
after(() => t?.stop());

async function open(page, name) {
  await page.goto(t.origin);
  await page.click('#local summary');
  await page.waitForSelector('#local[data-ready]');
  await page.setInputFiles('#local-file', fileOf(name));
  await settled(page);
  await page.click('.publish .open');
  await page.waitForSelector('.publish-output > div');
}

const steps = (page, within) =>
  page.evaluate(
    (within) =>
      [...document.querySelectorAll(`${within} .rollover-steps > li`)].map(({ dataset }) => [dataset.step, dataset.status]),
    within,
  );
const records = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.publish-output > div:first-child .published > code')].map(({ textContent }) => textContent),
  );

test('what is published as it should be needs nothing, and stays to the octet', () =>
  t.onPage(async (page) => {
    await open(page, 'dane-and-sts.lab');
    assert.match((await records(page))[0], /^_mta-sts\.dane-and-sts\.lab\. 3600 IN TXT "v=STSv1; id=1;"$/);
    assert.match(await page.textContent('.publish-output'), /The policy stays as it is.*Nothing is to be done/);
  }));

test('each record is copied as a line and as a value', () =>
  t.onPage(async (page) => {
    await open(page, 'not-configured.lab');
    await page.fill('#publish-rua', 'mailto:tls@not-configured.lab');
    const record = '[data-record="_smtp._tls.not-configured.lab TXT"]';
    for (const [name, text] of [
      ['Copy line', '_smtp._tls.not-configured.lab. 3600 IN TXT "v=TLSRPTv1; rua=mailto:tls@not-configured.lab"'],
      ['Copy value', 'v=TLSRPTv1; rua=mailto:tls@not-configured.lab'],
    ]) {
      await page.click(`.publish-output > div:first-child ${record} >> text=${name}`);
      await page.waitForSelector(`${record} >> text=Copied`);
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
    }
    await page.click('.publish-output > div:first-child .record .copy');
    await page.waitForSelector('.publish-output > div:first-child .record >> text=Copied');
    assert.equal(
      await page.evaluate(() => navigator.clipboard.readText()),
      'version: STSv1\r\nmode: testing\r\nmx: mx.not-configured.lab\r\nmax_age: 86400\r\n',
    );
  }));

/** RFC 8461 §8.1: the file before the record; §8.3: to withdraw, `none` first, for the largest max_age, and then the rest. */
const ORDERS = [
  ['not-configured.lab', 'testing', ['serve-policy', 'announce-policy']],
  ['enforce-good.lab', 'none', ['serve-policy', 'announce-policy', 'withdraw-record', 'withdraw-policy']],
];

for (const [name, goal, order] of ORDERS) {
  test(`${name} to ${goal}: ${order.join(', ')}`, () =>
    t.onPage(async (page) => {
      await open(page, name);
      await page.selectOption('#publish-goal', goal);
      await page.waitForFunction(
        (goal) => document.querySelector('.publish-output pre').textContent.includes(`mode: ${goal}`),
        goal,
      );
      const seen = await steps(page, '.publish-output');
      assert.deepEqual(
        seen.map(([code]) => code),
        order,
      );
      assert.equal(seen[0][1], 'now');
      await page.evaluate(() => document.querySelectorAll('.publish details').forEach((one) => (one.open = true)));
      await inspect(page, `publish-${goal}`);
    }));
}

test('a withdrawal waits for the largest max_age', () =>
  t.onPage(async (page) => {
    await open(page, 'enforce-good.lab');
    await page.selectOption('#publish-goal', 'none');
    await page.waitForSelector('[data-step="withdraw-record"]');
    // Recorded on 24 November 2026, max_age one week.
    assert.match(await page.textContent('[data-step="announce-policy"]'), /Then wait 7 days, until 1 Dec 2026/);
    assert.match(await page.textContent('[data-step="withdraw-record"]'), /Not before 1 Dec 2026/);
  }));

test('a goal that the engine refuses is refused in its words', () =>
  t.onPage(async (page) => {
    await open(page, 'enforce-good.lab');
    await page.fill('#publish-mx', '192.0.2.1');
    await page.waitForSelector('.publish-output [data-tone="bad"], .publish-output .field-error');
    assert.equal(await page.locator('.publish-output > div:first-child .record-list').count(), 0);
  }));

test('the way to a new key: both records first, the old one last (RFC 7671 §8.1)', () =>
  t.onPage(async (page) => {
    const key = execFileSync('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], {
      stdio: 'pipe',
    });
    const pem = execFileSync('openssl', ['pkey', '-pubout'], { input: key }).toString();
    const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: pem });
    const digest = execFileSync('openssl', ['dgst', '-sha256', '-r'], { input: der }).toString().slice(0, 64);
    await open(page, 'dane-and-sts.lab');
    await page.fill('#key-next', pem);
    await page.waitForSelector('.key-change [data-step]');
    assert.deepEqual(await steps(page, '.key-change'), [
      ['publish-records', 'now'],
      ['deploy-chain', 'later'],
      ['finish-records', 'later'],
    ]);
    const lines = await page.evaluate(() =>
      ['publish-records', 'finish-records'].map((code) =>
        [...document.querySelectorAll(`.key-change [data-step="${code}"] .published > code`)].map(({ textContent }) =>
          textContent.toLowerCase(),
        ),
      ),
    );
    assert.deepEqual(
      lines.map((set) => set.length),
      [2, 1],
    );
    for (const set of lines)
      assert.ok(
        set.some((line) => line.includes(digest)),
        `${digest} is not in ${set}`,
      );
    await page.fill('#key-next', 'no key');
    await page.waitForSelector('.key-change li[data-code="rollover-next-insufficient"]');
  }));
