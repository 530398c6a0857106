/** TLS reports that are pasted or dropped: as JSON, gzip and mail, summed up and explained, and nobody is asked. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Network } from './network.mjs';
import { PageTest, inspect, settled } from './page.mjs';
import { fileOf, recording, settingsOf } from './recorded.mjs';

let t;
before(
  async () =>
    (t = await PageTest.start(new Network({ records: {}, policies: {} }), settingsOf(await recording('wrong-name.lab')))),
);
after(() => t?.stop());

/** RFC 8460 §4.4. @param {string} id @param {number} successful @param {number} failed */
function report(id, successful, failed, organization = 'Sender <b>One</b>') {
  const failure = {
    'result-type': 'certificate-host-mismatch',
    'sending-mta-ip': '192.0.2.1',
    'receiving-mx-hostname': 'mx.wrong-name.lab',
    'receiving-ip': '198.51.100.1',
    'failed-session-count': failed,
  };
  return JSON.stringify({
    'organization-name': organization,
    'date-range': { 'start-datetime': '2026-11-23T00:00:00Z', 'end-datetime': '2026-11-23T23:59:59Z' },
    'contact-info': 'tls@sender.example',
    'report-id': id,
    policies: [
      {
        policy: {
          'policy-type': 'sts',
          'policy-string': ['version: STSv1', 'mode: enforce', 'mx: mx.wrong-name.lab', 'max_age: 604800'],
          'policy-domain': 'wrong-name.lab',
          'mx-host': ['mx.wrong-name.lab'],
        },
        summary: { 'total-successful-session-count': successful, 'total-failure-session-count': failed },
        'failure-details': failed === 0 ? [] : [failure],
      },
    ],
  });
}

/** RFC 8460 §5.3. @param {string} json */
function mail(json) {
  const body = gzipSync(json).toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    'From: tls@sender.example',
    'To: tls@wrong-name.lab',
    'Subject: Report Domain: wrong-name.lab Submitter: sender.example Report-ID: <3@sender.example>',
    'MIME-Version: 1.0',
    'TLS-Report-Domain: wrong-name.lab',
    'TLS-Report-Submitter: sender.example',
    'Content-Type: multipart/report; report-type="tlsrpt"; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'A report.',
    '--b',
    'Content-Type: application/tlsrpt+gzip',
    'Content-Transfer-Encoding: base64',
    '',
    body,
    '--b--',
    '',
  ].join('\r\n');
}

const file = (name, content) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });

async function panel(page) {
  await page.goto(t.origin);
  await page.click('#local summary');
  await page.waitForSelector('#local[data-ready]');
  await page.waitForLoadState('networkidle');
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  return asked;
}

const told = async (page) => {
  await page.waitForSelector('.local-result .reported');
  return page.evaluate(() => ({
    head: document.querySelector('.reported p').textContent,
    failures: [...document.querySelectorAll('.reported tbody tr')].map((row) =>
      [...row.querySelectorAll('td, th')].map(({ textContent }) => textContent.trim()),
    ),
  }));
};

const SHAPES = [
  ['JSON', file('report.json', report('1', 90, 10))],
  ['gzip', file('report', gzipSync(report('2', 90, 10)))],
  ['a mail', file('report.eml', mail(report('3', 90, 10)))],
];

for (const [shape, content] of SHAPES) {
  test(`a report as ${shape}`, () =>
    t.onPage(async (page) => {
      const asked = await panel(page);
      await page.setInputFiles('#local-file', content);
      const { head, failures } = await told(page);
      assert.match(head, /^wrong-name\.lab 10 of 100 sessions failed$/);
      assert.equal(failures.length, 1);
      assert.deepEqual(failures[0], ['10', 'certificate-host-mismatch', 'mx.wrong-name.lab', 'sts', 'Sender <b>One</b>']);
      assert.equal(await page.locator('.local-result b').count(), 0);
      assert.deepEqual(asked, []);
    }));
}

test('many reports are summed up, and what came twice counts once', () =>
  t.onPage(async (page) => {
    await panel(page);
    const files = [
      file('1.json', report('1', 90, 10)),
      file('1-again.json.gz', gzipSync(report('1', 90, 10))),
      file('2.eml', mail(report('2', 60, 40, 'Sender Two'))),
    ];
    await page.setInputFiles('#local-file', files);
    const { head, failures } = await told(page);
    assert.match(head, /^wrong-name\.lab 50 of 200 sessions failed$/);
    assert.equal(failures[0][0], '50');
    assert.match(await page.textContent('.local-result'), /1 came more than once/);
    await inspect(page, 'reports');
  }));

test('with a verdict on the domain in sight, the failures are explained', () =>
  t.onPage(async (page) => {
    await panel(page);
    await page.setInputFiles('#local-file', fileOf('wrong-name.lab'));
    await settled(page);
    await page.fill('#local-text', report('1', 90, 10));
    await told(page);
    assert.match(await page.textContent('.local-result'), /By the verdict on wrong-name\.lab below/);
    assert.equal(await page.locator('.verdict').count(), 1, 'the verdict stays');
  }));

test('what only looks like a report is told to be none', () =>
  t.onPage(async (page) => {
    await panel(page);
    await page.setInputFiles('#local-file', [file('cut.json.gz', gzipSync(report('1', 1, 1)).subarray(0, 60))]);
    await page.waitForSelector('.local-result [data-tone="bad"]');
    assert.match(await page.textContent('.local-result'), /no report: cut\.json\.gz/);
  }));
