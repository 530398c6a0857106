/** What-ifs on the facts: who would stop, for how long a kept policy holds, and what `compare` tells of it. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Network } from './network.mjs';
import { PageTest, settled } from './page.mjs';
import { fileOf, recording, settingsOf } from './recorded.mjs';

let t;
before(
  async () =>
    (t = await PageTest.start(new Network({ records: {}, policies: {} }), settingsOf(await recording('dane-good.lab')))),
);
after(() => t?.stop());

async function editor(page, name) {
  await page.goto(t.origin);
  await page.click('#local summary');
  await page.waitForSelector('#local[data-ready]');
  await page.setInputFiles('#local-file', fileOf(name));
  await settled(page);
  await page.click('.what-if .open');
  await page.waitForSelector('.compared');
}

/** What each kind of sender would do then; a second column where one keeps the present policy. */
function then(page) {
  return page.evaluate(() => ({
    stops: document.querySelector('.what-if-sentence .badge').textContent,
    rows: Object.fromEntries(
      [...document.querySelectorAll('.compared tbody tr')].map((row) => [
        row.dataset.sender,
        [...row.querySelectorAll('td .badge')].slice(1).map(({ textContent }) => textContent),
      ]),
    ),
  }));
}

const SEALED = 'Delivers, sealed';
const OPEN = 'Delivers, not sealed';
const HELD = 'Holds the mail back';

/**
 * From dane-and-sts.lab, where all is well: `[what is chosen, who would stop, mta-sts, dane, opportunistic]`.
 * A TLSA record that matches nothing stops DANE senders (RFC 7672 §2.2), a bad certificate those of MTA-STS (RFC 8461
 * §4.2) and not those of DANE-EE (RFC 7672 §3.1.1), and no TLS at all stops both.
 */
const CHOICES = [
  [{}, /No kind/, [SEALED], [SEALED], [OPEN]],
  [{ 'what-if-certificate-0': 'other-key' }, /MTA-STS and DANE; DANE only/, [SEALED], [HELD], [OPEN]],
  [{ 'what-if-certificate-0': 'other-key', 'what-if-tlsa-0': 'match' }, /No kind/, [SEALED], [SEALED], [OPEN]],
  [{ 'what-if-certificate-0': 'expired' }, /: MTA-STS only$/, [HELD], [SEALED], [OPEN]],
  [{ 'what-if-certificate-0': 'wrong-name' }, /: MTA-STS only$/, [HELD], [SEALED], [OPEN]],
  [{ 'what-if-certificate-0': 'untrusted' }, /: MTA-STS only$/, [HELD], [SEALED], [OPEN]],
  [{ 'what-if-certificate-0': 'no-tls' }, /MTA-STS only; MTA-STS and DANE; DANE only/, [HELD], [HELD], [OPEN]],
  [{ 'what-if-tlsa-0': 'none' }, /No kind/, [SEALED], [OPEN], [OPEN]],
  [{ 'what-if-tlsa-0': 'other' }, /MTA-STS and DANE; DANE only/, [SEALED], [HELD], [OPEN]],
  [{ 'what-if-tlsa-0': 'failed' }, /MTA-STS and DANE; DANE only/, [SEALED], [HELD], [OPEN]],
  [{ 'what-if-mode': 'testing' }, /No kind/, [OPEN], [SEALED], [OPEN]],
  [{ 'what-if-mode': 'none' }, /No kind/, [OPEN], [SEALED], [OPEN]],
  // Whoever keeps the policy goes by it (RFC 8461 §3.3).
  [{ 'what-if-mode': 'withdrawn' }, /No kind/, [OPEN, SEALED], [SEALED, SEALED], [OPEN, OPEN]],
];

test('each change stops whom it must, and nobody else', () =>
  t.onPage(async (page) => {
    await editor(page, 'dane-and-sts.lab');
    for (const [chosen, stops, sts, dane, opportunistic] of CHOICES) {
      await page.click('.what-if-form [type="reset"]');
      for (const [id, value] of Object.entries(chosen)) await page.selectOption(`#${id}`, value);
      await page.waitForTimeout(50);
      const seen = await then(page);
      const name = JSON.stringify(chosen);
      assert.match(seen.stops, stops, name);
      assert.deepEqual([seen.rows['mta-sts'], seen.rows.dane, seen.rows.opportunistic], [sts, dane, opportunistic], name);
    }
  }));

test('a mail host that the policy does not list gets nothing from MTA-STS, and a kept policy lasts for its max_age', () =>
  t.onPage(async (page) => {
    await editor(page, 'enforce-good.lab');
    await page.fill('#what-if-mx', 'mail.enforce-good.lab');
    await page.waitForTimeout(50);
    const seen = await then(page);
    assert.match(seen.stops, /MTA-STS only; MTA-STS and DANE$/);
    // Recorded on 24 November 2026 with a max_age of a week.
    assert.match(await page.textContent('.what-if-output dl'), /mode enforce, max_age 7 days.* until 1 Dec 2026/);
    await page.uncheck('#what-if-id');
    await page.waitForTimeout(50);
    assert.deepEqual(
      (await then(page)).rows['mta-sts'],
      [HELD, SEALED],
      'with the old id nobody who keeps the policy learns of the new',
    );
  }));

test('what else would change is told by comparing the verdicts', () =>
  t.onPage(async (page) => {
    await editor(page, 'enforce-good.lab');
    await page.selectOption('#what-if-mode', 'testing');
    await page.waitForSelector('.compared [data-changed]');
    const codes = await page.evaluate(() =>
      [...document.querySelectorAll('.what-if-output .finding-list > li')].map(({ dataset }) => dataset.code),
    );
    assert.ok(codes.includes('posture-worsened'), codes.join());
    assert.ok(codes.includes('requirement-changed'), codes.join());
  }));

test('a host more that nobody lists, a host less', () =>
  t.onPage(async (page) => {
    await editor(page, 'enforce-good.lab');
    await page.fill('#what-if-added', 'mx.elsewhere.test');
    await page.check('#what-if-gone-1');
    await page.waitForTimeout(50);
    const codes = await page.evaluate(() =>
      [...document.querySelectorAll('.what-if-output .finding-list > li')].map(({ dataset }) => dataset.code),
    );
    for (const code of ['mx-added', 'mx-removed', 'sts-mx-not-listed'])
      assert.ok(codes.includes(code), `${code} is not in ${codes}`);
  }));

test('the keyboard reaches the editor and leaves it', () =>
  t.onPage(async (page) => {
    await editor(page, 'dane-good.lab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'what-if-mode');
    const seen = [];
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press('Tab');
      seen.push(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
      if (seen.at(-1) === 'json') break;
    }
    assert.equal(seen.at(-1), 'json', seen.join());
    for (const id of [
      'what-if-max-age',
      'what-if-mx',
      'what-if-id',
      'what-if-certificate-0',
      'what-if-tlsa-0',
      'what-if-gone-0',
      'what-if-added',
    ])
      assert.ok(seen.includes(id), `${id} is passed over`);
  }));
