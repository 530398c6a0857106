/**
 * Every state of the page, light and wide, dark and on a phone: accessible by axe-core, no wider than its window,
 * and a screenshot of each to look at. The verdicts are of recorded checks and of a table, a posture each at the least.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Network, RecordedNetwork } from './network.mjs';
import { LOOKS, PageTest, inspect, settled, unfold } from './page.mjs';
import { fileOf, recording, settingsOf } from './recorded.mjs';
import { ANCHOR } from './signed-root.mjs';
import { TABLE } from './table.mjs';

/** Asked live, as recorded; `dropped` shows what sessions showed too. */
const RECORDED = [
  ['protected', 'enforce-good.lab'],
  ['testing', 'testing-good.lab'],
  ['partial', 'mx-outside.lab'],
  ['unprotected', 'not-configured.lab'],
  ['broken', 'bad-ds.lab'],
  ['no-mail', 'null-mx.lab'],
  ['unknown', 'txt-servfail.lab'],
];
const DROPPED = ['dane-and-sts.lab', 'dane-mismatch.lab', 'wrong-name.lab'];

const table = new Network(TABLE);
let t, lab, first;
before(async () => {
  first = await recording('enforce-good.lab');
  t = await PageTest.start(table, { TRUST_ANCHORS: ANCHOR });
  lab = await PageTest.start(table, settingsOf(first));
});
after(() => Promise.all([t?.stop(), lab?.stop()]));

for (const look of LOOKS) {
  const suffix = `${look.colorScheme}-${look.width}`;

  test(`empty, refused, running, failed and what strangers publish: ${suffix}`, () =>
    t.onPage(async (page) => {
      await page.goto(t.origin);
      await inspect(page, `empty-${suffix}`);
      await page.goto(t.linkTo('no domain'));
      await page.waitForSelector('#domain[aria-invalid]');
      await inspect(page, `invalid-${suffix}`);
      for (const domain of ['markup.example', 'hostile.example']) {
        await t.check(page, domain);
        await unfold(page);
        await inspect(page, `${domain}-${suffix}`);
      }
      let answer = () => {};
      await page.route('**/dns-query?*', async (route) => {
        await new Promise((resolve) => (answer = resolve));
        await route.abort().catch(() => {});
      });
      await page.goto(t.linkTo('good.example'));
      await page.waitForSelector('#progress[data-running] .asking');
      await inspect(page, `running-${suffix}`);
      answer();
      await page.route('**/*.wasm', (route) => route.abort());
      await page.goto(t.linkTo('good.example'));
      await page.waitForSelector('.failure');
      await inspect(page, `error-${suffix}`);
    }, look));

  for (const [posture, name] of RECORDED) {
    test(`${posture}: ${name}, ${suffix}`, async () => {
      const evidence = await recording(name);
      lab.network = new RecordedNetwork(evidence);
      await lab.onPage(
        async (page) => {
          await lab.check(page, evidence.domain);
          assert.equal(await page.getAttribute('.verdict', 'data-posture'), posture);
          await unfold(page);
          await page.waitForSelector('#local[data-ready]');
          await inspect(page, `${posture}-${suffix}`);
        },
        { ...look, at: evidence.at },
      );
    });
  }

  test(`with what mail hosts showed, what to publish, and what-if: ${suffix}`, () =>
    lab.onPage(
      async (page) => {
        for (const name of DROPPED) {
          await page.goto(lab.origin);
          await page.click('#local summary');
          await page.waitForSelector('#local[data-ready]');
          await page.setInputFiles('#local-file', fileOf(name));
          await settled(page);
          await inspect(page, `dropped-${name}-${suffix}`);
        }
        await page.click('.publish .open');
        await page.waitForSelector('.publish-output > div');
        await page.click('.what-if .open');
        await page.selectOption('#what-if-mode', 'withdrawn');
        await page.waitForSelector('.compared [data-changed]');
        await unfold(page);
        await inspect(page, `what-if-${suffix}`);
      },
      { ...look, at: first.at },
    ));
}
