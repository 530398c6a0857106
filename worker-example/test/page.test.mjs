/** The question and its answer: the form, the address, the verdict, the policy's ways, what strangers publish, links and copies. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Network } from './network.mjs';
import { PageTest, settled, shown } from './page.mjs';
import { ANCHOR } from './signed-root.mjs';
import { TABLE } from './table.mjs';

const network = new Network(TABLE);
/** @type {PageTest} */
let t;
before(async () => (t = await PageTest.start(network, { TRUST_ANCHORS: ANCHOR })));
after(() => t?.stop());
const onPage = (...work) => t.onPage(...work);
const check = (...what) => t.check(...what);
const linkTo = (...what) => t.linkTo(...what);

const SENTENCES = [
  ['good.example', 'protected', /^Mail to good\.example is sealed: every mail host must encrypt/],
  ['half.example', 'partial', /sealed only in part/],
  ['testing.example', 'testing', /not sealed yet: its policy is being tested/],
  ['plain.example', 'unprotected', /is not sealed: no sender is told/],
  ['wrong-mx.example', 'broken', /does not get through from every sender/],
  ['null.example', 'no-mail', /^null\.example takes no mail\.$/],
  ['servfail.example', 'unknown', /could not be found out\.$/],
];

for (const [domain, posture, sentence] of SENTENCES) {
  test(`${domain} is ${posture}, in a sentence, as the Worker says it is`, () =>
    onPage(async (page) => {
      await check(page, domain);
      const seen = await shown(page);
      assert.equal(seen.posture, posture);
      assert.match(seen.sentence, sentence);
      assert.equal(seen.status, seen.sentence);
      const verdict = await (await t.worker.dispatchFetch(`${t.origin}/api/check/${domain}`)).json();
      assert.equal(verdict.posture, posture);
      assert.deepEqual(seen.hosts, Object.fromEntries(verdict.hosts.map(({ host, requirement }) => [host, requirement])));
      assert.deepEqual(seen.findings.sort(), verdict.findings.map(({ code }) => code).sort());
    }));
}

test("the colour scheme is the reader's", async () => {
  const paper = [];
  for (const colorScheme of ['light', 'dark']) {
    await onPage(
      async (page) => {
        await page.goto(t.origin);
        paper.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      },
      { colorScheme },
    );
  }
  assert.deepEqual(paper, ['rgb(251, 250, 247)', 'rgb(20, 23, 27)']);
});

test('the keyboard is enough, and the address is the link to share', () =>
  onPage(async (page) => {
    await page.goto(`${t.origin}/?doh=${encodeURIComponent(t.doh.url)}`);
    for (const name of ['the skip link', 'the wordmark', 'the colours', 'the domain']) await page.keyboard.press('Tab', { name });
    await page.keyboard.type('good.example');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.verdict');
    assert.equal(page.url(), linkTo('good.example'));
    await page.goBack();
    await page.waitForSelector('.intro');
    assert.equal(await page.inputValue('#domain'), '');
    await page.goForward();
    await page.waitForSelector('.verdict');
    assert.equal((await shown(page)).posture, 'protected');
  }));

test('a domain is read as people write it', () =>
  onPage(async (page) => {
    await check(page, '  GOOD.example. ');
    assert.equal((await shown(page)).posture, 'protected');
  }));

test('what strangers publish is shown as text', () =>
  onPage(async (page) => {
    for (const [domain, text] of [
      ['hostile.example', '<script>document.title=1</script>'],
      ['markup.example', '<b>enforce</b>'],
    ]) {
      await check(page, domain);
      const { foreign, words, title } = await page.evaluate(() => ({
        foreign: document.querySelectorAll('#result :is(script, img, b, iframe, style, object)').length,
        words: document.querySelector('#result').textContent,
        title: document.title,
      }));
      assert.equal(foreign, 0);
      assert.ok(words.includes(text), `${text} is not in: ${words}`);
      assert.equal(title.split(':')[0], domain);
    }
  }));

test('what is no domain is refused at its field', () =>
  onPage(async (page) => {
    for (const domain of ['no domain', '<img src=x onerror=alert(1)>', 'a..b', '']) {
      await page.goto(linkTo(domain));
      await page.waitForSelector('#domain[aria-invalid]');
      assert.notEqual(await page.textContent('#domain-error'), '');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'domain');
      assert.equal(await page.locator('.verdict').count(), 0);
    }
  }));

test('a resolver is an https address, or this machine', () =>
  onPage(async (page) => {
    for (const url of ['javascript:alert(1)', 'http://doh.example/dns-query', 'nonsense']) {
      await page.goto(linkTo('good.example', url));
      await page.waitForSelector('#doh[aria-invalid]');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'doh');
    }
  }));

test('a resolver that is not there leaves the verdict open', () =>
  onPage(async (page) => {
    await check(page, 'good.example', 'http://127.0.0.1:1/dns-query');
    assert.equal((await shown(page)).posture, 'unknown');
  }));

const POLICY_SOURCES = [
  [
    'by this page, where its server allows that',
    (page) =>
      page.route('https://mta-sts.good.example/**', (route) =>
        route.fulfill({
          headers: { 'access-control-allow-origin': '*' },
          contentType: 'text/plain',
          body: TABLE.policies['https://mta-sts.good.example/.well-known/mta-sts.txt'].body,
        }),
      ),
    /read by this page/,
    'protected',
  ],
  ['through the Worker else', async () => {}, /read through this site/, 'protected'],
  [
    'not at all, and the verdict says so',
    (page) => page.route('**/api/policy/*', (route) => route.fulfill({ status: 404, body: 'no proxy' })),
    /^Checked [^.]*\. DNS answers came from [\d.:]+\.$/,
    'unknown',
  ],
];

for (const [title, arrange, provenance, posture] of POLICY_SOURCES) {
  test(`the policy is read ${title}`, () =>
    onPage(async (page) => {
      await arrange(page);
      await check(page, 'good.example');
      assert.match(await page.textContent('.provenance'), provenance);
      assert.equal((await shown(page)).posture, posture);
    }));
}

const COPIED = [
  ['half.example', 'sts-mx-not-listed', 'mx: backup.elsewhere.example'],
  ['half.example', 'tlsrpt-not-configured', 'v=TLSRPTv1; rua=mailto:…'],
  ['hostile.example', 'sts-record-id', 'v=STSv1; id=scriptdocumenttitle1script'],
];

for (const [domain, code, text] of COPIED) {
  test(`what is to be written is copied: ${text}`, () =>
    onPage(async (page) => {
      await check(page, domain);
      const button = page.locator(`.findings li[data-code="${code}"] .copy`);
      await button.click();
      await page.waitForFunction((element) => element.textContent === 'Copied', await button.elementHandle());
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
    }));
}

test('where nothing is to be written nothing is copied', () =>
  onPage(async (page) => {
    await check(page, 'markup.example');
    const finding = page.locator('.findings li[data-code="sts-cache-no-policy"]');
    assert.equal(await finding.locator('.remedy').count(), 1);
    assert.equal(await finding.locator('.copy').count(), 0);
  }));

test('a finding links to its clause', () =>
  onPage(async (page) => {
    await check(page, 'wrong-mx.example');
    const links = await page.evaluate(() =>
      [...document.querySelectorAll('#result a.clause')].map(({ href, textContent }) => [textContent, href]),
    );
    assert.ok(links.length > 0);
    for (const [clause, href] of links) {
      const [, rfc, section] = /^RFC (\d+) §([\d.]+)$/.exec(clause) ?? [];
      assert.equal(href, `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${section}`, clause);
    }
  }));

test('a later check is not overtaken by an earlier one', () =>
  onPage(async (page) => {
    await page.route('**/dns-query?*', async (route) => {
      const query = Buffer.from(new URL(route.request().url()).searchParams.get('dns'), 'base64url').toString('latin1');
      if (query.includes('testing')) await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue().catch(() => {});
    });
    await page.goto(linkTo('testing.example'));
    await page.fill('#domain', 'good.example');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.verdict');
    await page.waitForTimeout(500);
    assert.equal((await shown(page)).posture, 'protected');
  }));
