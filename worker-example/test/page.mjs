/** The page as the tests see it: served by the Worker in workerd, opened in headless Chromium, asking a DNS of the test's own. */

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setPage, startBrowser, startDoh } from './browser.mjs';
import { startWorker } from './worker.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = new URL('screenshots/', import.meta.url);

export class PageTest {
  /**
   * @param {{ answer(href: string): Response }} network
   * @param {{ TRUST_ANCHORS: string, ALLOW_PRIVATE_ADDRESSES?: string }} settings of the Worker and the page
   */
  static async start(network, settings) {
    const self = new PageTest();
    self.network = network;
    self.settings = {
      'trust-anchors': settings.TRUST_ANCHORS,
      'allow-private-addresses': settings.ALLOW_PRIVATE_ADDRESSES ?? '',
    };
    const answer = (href) => self.network.answer(href);
    await mkdir(screenshots, { recursive: true });
    // The browser first: where there is none, nothing else is left running.
    self.browser = await startBrowser();
    [self.worker, self.doh] = await Promise.all([startWorker(answer, settings), startDoh({ answer })]);
    self.origin = (await self.worker.ready).origin;
    return self;
  }

  stop() {
    return Promise.all([this.worker.dispose(), this.doh.close(), this.browser.close()]);
  }

  /** Runs `work` on a fresh page; no script may fail and no content may be refused meanwhile. */
  async onPage(work, { width = 1000, colorScheme = 'light', at = null, ...context } = {}) {
    const opened = await this.browser.newContext({ viewport: { width, height: 800 }, colorScheme, ...context });
    try {
      await setPage(opened, this.settings);
      await opened.grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await opened.newPage();
      if (at !== null) await page.clock.setFixedTime(at);
      const complaints = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('dialog', (dialog) => (complaints.push(`a dialog: ${dialog.message()}`), dialog.dismiss()));
      page.on('console', (message) => /Content Security Policy|Trusted/.test(message.text()) && complaints.push(message.text()));
      await work(page);
      assert.deepEqual(complaints, []);
    } finally {
      await opened.close();
    }
  }

  linkTo(domain, resolver = this.doh.url) {
    return `${this.origin}/?${new URLSearchParams({ domain, doh: resolver })}`;
  }

  /** Until all is there that is loaded behind the verdict. */
  async check(page, domain, resolver) {
    await page.goto(this.linkTo(domain, resolver));
    await settled(page);
  }
}

export async function settled(page) {
  await page.waitForSelector('.verdict');
  await page.waitForFunction(() => document.querySelector('#result [aria-busy]') === null);
}

export function shown(page) {
  return page.evaluate(() => ({
    posture: document.querySelector('.verdict').dataset.posture,
    sentence: document.querySelector('.verdict h2').textContent,
    hosts: Object.fromEntries(
      [...document.querySelectorAll('.hosts > ul > li')].map((item) => [
        item.querySelector('.host-name').textContent,
        item.dataset.requirement,
      ]),
    ),
    senders: Object.fromEntries(
      [...document.querySelectorAll('.senders tbody tr')].map((row) => [row.dataset.sender, row.dataset.action]),
    ),
    findings: [...document.querySelectorAll('.findings > ul > li')].map((item) => item.dataset.code),
    status: document.querySelector('#status').textContent,
  }));
}

/** Zero violations, and nothing wider than the page. */
export async function inspect(page, name) {
  await page.screenshot({ path: new URL(`${name}.png`, screenshots).pathname, fullPage: true });
  const { wide, passes, violations } = await page.evaluate(async (source) => {
    // The page takes no foreign script; evaluated by the debugger it needs no leave.
    (0, eval)(source);
    const { violations, passes } = await globalThis.axe.run();
    return {
      passes: passes.map(({ id }) => id),
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    };
  }, axe);
  assert.equal(wide, 0, `${name} is wider than its window`);
  assert.ok(passes.includes('color-contrast'), `${name}: axe looked at nothing`);
  assert.deepEqual(violations, [], name);
}

export const unfold = (page) =>
  page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));

/** The ways to look at a page. Contrast does not hang on the width, nor width on the colours: the other two would tell nothing new. */
export const LOOKS = [
  { colorScheme: 'light', width: 1000 },
  { colorScheme: 'dark', width: 360 },
];
