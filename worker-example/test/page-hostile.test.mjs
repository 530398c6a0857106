/** Markup in every field that a stranger fills: records, policy, headers, greetings, certificates, evidence. All of it is shown as text. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Network } from './network.mjs';
import { PageTest, inspect, settled, unfold } from './page.mjs';
import { recording, settingsOf } from './recorded.mjs';
import { ANCHOR } from './signed-root.mjs';

const MARKUP = '<img src=x onerror=alert(1)>';

let t;
before(
  async () =>
    (t = await PageTest.start(new Network({ records: {}, policies: {} }), settingsOf(await recording('dane-and-sts.lab')))),
);
after(() => t?.stop());

/** What the page itself draws has no such elements. */
async function onlyText(page, texts) {
  await unfold(page);
  const { foreign, words } = await page.evaluate(() => ({
    foreign: [
      ...document.querySelectorAll('main :is(img, script, iframe, object, embed, b, i, style, link, base, form[action^="//"])'),
    ].map(({ outerHTML }) => outerHTML),
    words: document.querySelector('#result').textContent,
  }));
  assert.deepEqual(foreign, []);
  for (const text of texts) assert.ok(words.includes(text), `${text} is not shown`);
}

test('of a live check', () =>
  t.onPage(async (page) => {
    const hostile = new Network({
      records: {
        'hostile.test': {
          MX: [
            { preference: 10, exchange: 'mx.<b>x</b>.hostile.test' },
            { preference: 20, exchange: 'mx.hostile.test' },
          ],
        },
        'mx.<b>x</b>.hostile.test': { A: ['185.199.109.25'] },
        'mx.hostile.test': { CNAME: ['<script>alert(1)</script>.hostile.test'] },
        '<script>alert(1)</script>.hostile.test': { A: ['185.199.109.26'] },
        '_mta-sts.hostile.test': { TXT: [['v=STSv1; id=1;'], [`v=STSv1; id=${MARKUP}`]] },
        'mta-sts.hostile.test': { A: ['185.199.108.7'] },
        '_smtp._tls.hostile.test': { TXT: [[`v=TLSRPTv1; rua=mailto:${MARKUP}@hostile.test,https://x/"${MARKUP}`]] },
      },
      policies: {},
    });
    t.network = hostile;
    await page.addInitScript((anchor) => {
      new MutationObserver(() => document.querySelector('meta[name="trust-anchors"]')?.setAttribute('content', anchor)).observe(
        document,
        { childList: true, subtree: true },
      );
    }, ANCHOR);
    await t.check(page, 'hostile.test');
    await onlyText(page, [MARKUP]);
    await inspect(page, 'hostile-live');
  }));

test('of evidence: greetings, versions, errors, headers, bodies, certificates', () =>
  t.onPage(async (page) => {
    const evidence = await recording('dane-and-sts.lab');
    const der = execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        '/dev/null',
        '-outform',
        'DER',
        '-days',
        '30',
        '-subj',
        `/CN=${MARKUP.replaceAll('=', '\\=')}`,
      ],
      { stdio: 'pipe' },
    );
    for (const { answer } of evidence.answers) {
      if (answer.kind === 'policy') {
        answer.contentType = `text/html; x="${MARKUP}"`;
        answer.body = Buffer.from(`version: STSv1\nmode: ${MARKUP}\n${MARKUP}: 1\nmx: ${MARKUP}\nmax_age: ${MARKUP}\n`).toString(
          'base64',
        );
      }
      if (answer.kind === 'starttls') {
        for (const session of answer.sessions) {
          Object.assign(session, {
            chain: [der.toString('base64'), Buffer.from(MARKUP).toString('base64')],
            tlsVersion: MARKUP,
            helo: MARKUP,
            error: { stage: 'smtp', code: MARKUP, message: MARKUP },
          });
        }
      }
    }
    await page.goto(t.origin);
    await page.click('#local summary');
    await page.waitForSelector('#local[data-ready]');
    await page.setInputFiles('#local-file', {
      name: `${MARKUP}.json`,
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(evidence)),
    });
    await settled(page);
    // RFC 4514 §2.4 escapes angle brackets in a name.
    await onlyText(page, [
      MARKUP,
      `mode: ${MARKUP}`,
      `CN=${MARKUP.replace(/[<>]/g, '\\$&')}`,
      `text/html; x="${MARKUP}"`,
      `${MARKUP}.json`,
    ]);
    await inspect(page, 'hostile-evidence');
  }));

test('of a link: neither the domain nor the resolver is more than text', () =>
  t.onPage(async (page) => {
    for (const link of [
      `?domain=${encodeURIComponent(MARKUP)}`,
      `?domain=a.test&doh=${encodeURIComponent(`javascript:${MARKUP}`)}`,
      `?domain=a.test&doh=${encodeURIComponent(MARKUP)}`,
    ]) {
      await page.goto(`${t.origin}/${link}`);
      await page.waitForSelector('[aria-invalid]');
      assert.equal(await page.locator('main img').count(), 0);
    }
  }));
