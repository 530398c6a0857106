/** Around the verdict: the chain as picture and table, dates, changes since the last check, evidence, colours, paper, calm. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Check } from 'mxseal';
import { Network, RecordedNetwork } from './network.mjs';
import { PageTest, settled, shown } from './page.mjs';
import { recording, settingsOf } from './recorded.mjs';

let t;
before(
  async () =>
    (t = await PageTest.start(new Network({ records: {}, policies: {} }), settingsOf(await recording('dane-good.lab')))),
);
after(() => t?.stop());

/** Shows a recorded domain, asked live of the recording. */
async function onRecorded(name, work, o = {}) {
  const evidence = await recording(name);
  t.network = new RecordedNetwork(evidence);
  await t.onPage(
    async (page) => {
      await t.check(page, evidence.domain);
      await work(page, evidence);
    },
    { at: evidence.at, ...o },
  );
}

/** The lab's zones as tests/lab signs or breaks them; `expect.json` has the statuses of the MX question. */
const CHAINS = [
  [
    'dane-good.lab',
    [
      ['.', 'secure'],
      ['lab', 'secure'],
      ['dane-good.lab', 'secure'],
    ],
    /from the trust anchor down/,
  ],
  [
    'not-configured.lab',
    [
      ['.', 'secure'],
      ['lab', 'secure'],
      ['not-configured.lab', 'insecure'],
    ],
    /ends where signing ends: not-configured\.lab is not signed/,
  ],
  [
    'bad-ds.lab',
    [
      ['.', 'secure'],
      ['lab', 'secure'],
      ['bad-ds.lab', 'bogus'],
    ],
    /breaks at bad-ds\.lab/,
  ],
  [
    'expired-signatures.lab',
    [
      ['.', 'secure'],
      ['lab', 'secure'],
      ['expired-signatures.lab', 'bogus'],
    ],
    /breaks at expired-signatures\.lab.*expired/,
  ],
  [
    'bogus.lab',
    [
      ['.', 'secure'],
      ['lab', 'secure'],
      ['bogus.lab', 'secure'],
    ],
    /answer to bogus\.lab MX is not to be believed/,
  ],
];

for (const [name, zones, sentence] of CHAINS) {
  test(`the chain of ${name} is drawn, told and tabled alike`, () =>
    onRecorded(name, async (page) => {
      const seen = await page.evaluate(() => ({
        drawn: [...document.querySelectorAll('.chain-picture [data-zone]')].map(({ dataset }) => [dataset.zone, dataset.status]),
        cuts: document.querySelectorAll('.chain-picture .cut').length,
        described: document.querySelector('.chain-picture desc').textContent,
        said: document.querySelector('.chain p').textContent,
        rows: [...document.querySelectorAll('.chain tbody th')].map(({ textContent }) => textContent),
      }));
      assert.deepEqual(seen.drawn, zones);
      assert.equal(seen.cuts, zones.filter(([, status]) => status === 'bogus').length);
      assert.match(seen.said, sentence);
      assert.equal(seen.described, seen.said);
      for (const [zone] of zones) assert.ok(seen.rows.includes(zone === '.' ? '. (root)' : zone), `${zone} is not in the table`);
    }));
}

test('the picture asks the network for nothing', () =>
  onRecorded('dane-good.lab', async (page) => {
    const before = t.network.asked.length;
    await page.reload();
    await settled(page);
    const once = t.network.asked.slice(before);
    assert.equal(new Set(once).size, once.length, 'a question was asked twice');
  }));

test('what ends when is one list, the earliest first', () =>
  onRecorded('dane-and-sts.lab', async (page) => {
    const dates = await page.evaluate(() => [...document.querySelectorAll('.dated time')].map(({ dateTime }) => dateTime));
    assert.ok(dates.length >= 2);
    assert.deepEqual(dates, [...dates].sort());
    assert.match(
      await page.textContent('.dated'),
      /A sender that fetches the policy now keeps it until then.*A signature of dane-and-sts\.lab ends/,
    );
  }));

test('the next check tells what changed since the last', () =>
  onRecorded('enforce-good.lab', async (page, evidence) => {
    assert.equal(await page.locator('.changes, .unchanged').count(), 0);
    await page.click('.actions >> text=Check again');
    await page.waitForSelector('.unchanged');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'verdict', 'the keyboard goes on at the verdict');
    const body = Buffer.from('version: STSv1\nmode: testing\nmx: *.enforce-good.lab\nmax_age: 604800\n').toString('base64');
    const answers = evidence.answers.map((one) =>
      one.need.kind === 'policy' ? { ...one, answer: { ...one.answer, body } } : one,
    );
    t.network = new RecordedNetwork({ ...evidence, answers });
    await page.click('.actions >> text=Check again');
    await page.waitForSelector('.changes');
    assert.equal((await shown(page)).posture, 'testing');
    const codes = await page.evaluate(() =>
      [...document.querySelectorAll('.changes li[data-code]')].map(({ dataset }) => dataset.code),
    );
    assert.ok(codes.includes('posture-worsened'), codes.join());
  }));

test('the evidence that is downloaded replays to the verdict that was shown', () =>
  onRecorded('mx-outside.lab', async (page) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.actions >> text=Download evidence')]);
    const verdict = Check.replay(JSON.parse(await readFile(await download.path(), 'utf8')));
    const seen = await shown(page);
    assert.equal(verdict.posture, seen.posture);
    assert.deepEqual(verdict.findings.map(({ code }) => code).sort(), seen.findings.sort());
    assert.match(download.suggestedFilename(), /^mx-outside\.lab\.2026-11-24\.mxseal\.json$/);
  }));

test('a policy that the page may not read is pasted, and counts', () =>
  onRecorded('enforce-good.lab', async (page) => {
    await page.route('**/api/policy/*', (route) => route.fulfill({ status: 404, body: 'no proxy' }));
    await page.click('.actions >> text=Check again');
    await page.waitForSelector('.policy-form');
    assert.notEqual((await shown(page)).posture, 'protected');
    await page.fill('#pasted-policy', 'version: STSv1\nmode: enforce\nmx: *.enforce-good.lab\nmax_age: 604800\n');
    await page.click('.policy-form button');
    await page.waitForSelector('.verdict[data-posture="protected"]');
    assert.match(await page.textContent('.provenance'), /The policy file was pasted here/);
    assert.equal(await page.locator('.policy-form').count(), 0);
  }));

test("the reader's colours are kept", () =>
  onRecorded('null-mx.lab', async (page) => {
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [light, dark] = ['rgb(251, 250, 247)', 'rgb(20, 23, 27)'];
    for (const [name, colour] of [
      ['light', light],
      ['dark', dark],
    ]) {
      await page.click('#theme');
      assert.equal(await page.textContent('#theme'), `Colours: ${name}`);
      assert.equal(await paper(), colour);
    }
    await page.reload();
    assert.equal(await paper(), dark);
    await page.click('#theme');
    assert.equal(await paper(), light, "the system's again");
  }));

test('on paper nothing is folded, and nothing asks to be pressed', () =>
  onRecorded('enforce-good.lab', async (page) => {
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const { closed, visible } = await page.evaluate(() => ({
      closed: document.querySelectorAll('#result details:not([open])').length,
      visible: [...document.querySelectorAll('button, input, select, textarea, nav')].filter((node) => node.checkVisibility())
        .length,
    }));
    assert.deepEqual({ closed, visible }, { closed: 0, visible: 0 });
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.ok((await page.locator('#result details:not([open])').count()) > 0, 'and folded again after');
  }));

test('a link to a section moves there and checks nothing again', () =>
  onRecorded('enforce-good.lab', async (page) => {
    const before = t.network.asked.length;
    await page.click('.contents >> text=Findings');
    assert.match(page.url(), /#findings$/);
    await page.goBack();
    await page.waitForTimeout(100);
    assert.equal(t.network.asked.length, before);
    assert.equal(await page.locator('.verdict').count(), 1);
  }));

test('whoever wants less motion gets none', () =>
  onRecorded(
    'null-mx.lab',
    async (page) => {
      const moving = await page.evaluate(
        () =>
          [...document.querySelectorAll('*')].filter((node) => {
            const { animationName, scrollBehavior, transitionDuration } = getComputedStyle(node);
            return (
              animationName !== 'none' ||
              scrollBehavior === 'smooth' ||
              transitionDuration.split(', ').some((one) => parseFloat(one) > 0)
            );
          }).length,
      );
      assert.equal(moving, 0);
    },
    { reducedMotion: 'reduce' },
  ));

for (const width of [360, 1000]) {
  test(`nothing jumps, ${width} px`, async () => {
    const evidence = await recording('dane-and-sts.lab');
    t.network = new RecordedNetwork(evidence);
    await t.onPage(
      async (page) => {
        await page.addInitScript(() => {
          globalThis.shifts = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifts += entry.value;
          }).observe({ type: 'layout-shift', buffered: true });
        });
        await t.check(page, evidence.domain);
        await page.waitForTimeout(300);
        // What is loaded behind the verdict comes while the reader is there: scrolled to the end, it may not push what is in sight.
        await page.reload();
        await page.waitForSelector('.chain');
        await page.evaluate(() => document.querySelector('#chain').scrollIntoView({ behavior: 'instant' }));
        await settled(page);
        await page.waitForTimeout(300);
        assert.ok(seesShifts(await page.evaluate(() => PerformanceObserver.supportedEntryTypes)));
        const shifts = await page.evaluate(() => globalThis.shifts);
        assert.ok(shifts < 0.1, `${shifts}`);
      },
      { at: evidence.at, width },
    );
  });
}

/** A browser that cannot see a shift would see none. */
function seesShifts(types) {
  return types.includes('layout-shift');
}

test('the keyboard goes through the whole page and is never trapped, and where it is can be seen', () =>
  onRecorded('dane-and-sts.lab', async (page) => {
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    const unseen = [];
    const reached = new Set();
    for (let step = 0; step < 150; step += 1) {
      const { id, outline, last } = await page.evaluate(() => {
        const node = document.activeElement;
        return {
          id: node.id || node.textContent.slice(0, 30),
          outline: getComputedStyle(node).outlineStyle,
          last: node.id === 'json',
        };
      });
      reached.add(id);
      if (outline === 'none') unseen.push(id);
      if (last) break;
      await page.keyboard.press('Tab');
    }
    assert.ok(reached.has('json'), [...reached].join());
    assert.deepEqual(unseen, []);
    await page.evaluate(() => document.querySelector('.skip').focus());
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'result');
  }));
