/** What is pasted or dropped is told by its content, judged in the page, and asks nobody. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Network } from './network.mjs';
import { PageTest, inspect, settled, shown } from './page.mjs';
import { fileOf, recording, settingsOf } from './recorded.mjs';

let t, directory, certificate, digest;
before(async () => {
  t = await PageTest.start(new Network({ records: {}, policies: {} }), settingsOf(await recording('dane-good.lab')));
  directory = await mkdtemp(path.join(tmpdir(), 'mxseal-page-'));
  const file = (name) => path.join(directory, name);
  execFileSync(
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
      file('key.pem'),
      '-out',
      file('certificate.pem'),
      '-days',
      '30',
      '-subj',
      '/CN=mx.local.example',
      '-addext',
      'subjectAltName=DNS:mx.local.example',
    ],
    { stdio: 'pipe' },
  );
  certificate = await readFile(file('certificate.pem'), 'utf8');
  const key = execFileSync('openssl', ['x509', '-in', file('certificate.pem'), '-pubkey', '-noout']);
  const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: key });
  digest = execFileSync('openssl', ['dgst', '-sha256', '-r'], { input: der }).toString().slice(0, 64);
});
after(() => Promise.all([t?.stop(), directory && rm(directory, { recursive: true })]));

/** Opens the panel; from then on no request may leave the page, to nobody. */
async function panel(page) {
  await page.goto(t.origin);
  await page.click('#local summary');
  await page.waitForSelector('#local[data-ready]');
  await page.waitForLoadState('networkidle');
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  return asked;
}

/** The title of each thing that was recognised. */
async function paste(page, text) {
  await page.fill('#local-text', text);
  await page.waitForFunction(() => document.querySelector('.local-result h2') !== null);
  return page.evaluate(() => [...document.querySelectorAll('.local-result h2')].map(({ textContent }) => textContent));
}

const DIG = `
; <<>> DiG 9.20 <<>> TXT _mta-sts.example.com
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1
;; flags: qr rd ra ad; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1
;; QUESTION SECTION:
;_mta-sts.example.com.		IN	TXT
;; ANSWER SECTION:
_mta-sts.example.com.	300	IN	TXT	"v=STSv1; " "id=20260301;"
;; Query time: 3 msec
`;
/** A shape of RFC 1035 §5.1: parentheses over lines, a comment. */
const ZONE = `_25._tcp.mx.example.com. 3600 IN TLSA 3 1 1 ( ; of the present key
  ${'ab'.repeat(16)}
  ${'cd'.repeat(16)} )
_smtp._tls.example.com. IN TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
`;

const PASTED = [
  [
    'a policy',
    'version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmax_age: 604800\r\n',
    ['MTA-STS policy'],
    /a sender keeps it for 7 days/,
  ],
  [
    'a policy that is none, at its line',
    'version: STSv1\nmode: enforced\nmx: mx.example.com\nmax_age: 604800\n',
    ['MTA-STS policy'],
    /Not a valid policy/,
  ],
  ['a TXT record as it stands', 'v=STSv1; id=20260301', ['Record TXT: MTA-STS'], /valid/],
  ['TXT records that are one too many', '"v=STSv1; id=1"\n"v=STSv1; id=2"', ['Record TXT: MTA-STS'], /multiple/],
  ['a record for reports', 'v=TLSRPTv1; rua=mailto:tls@example.com', ['Record TXT: TLS-RPT'], /valid/],
  ['TLSA data', `3 1 1 ${'ab'.repeat(32)}`, ['Record TLSA'], /DANE-EE, public key, SHA2-256/],
  ['TLSA data of a wrong length', '3 1 1 abcd', ['Record TLSA'], /Error/],
  [
    'output of dig',
    DIG,
    ['Output of dig', '_mta-sts.example.com TXT: MTA-STS'],
    /flags qr rd ra ad.*v=STSv1; id=20260301;.*valid/s,
  ],
  ['lines of a zone', ZONE, ['_25._tcp.mx.example.com TLSA', '_smtp._tls.example.com TXT: TLS-RPT'], /DANE-EE/],
  ['what is nothing of this', 'Dear postmaster, our mail is late.', ['Not recognised'], /none of what can be judged/],
  [
    'a private key, which it refuses',
    '-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n',
    ['A private key'],
    /Keep it to yourself/,
  ],
  [
    'markup, as text',
    'version: STSv1\nmode: <img src=x onerror=alert(1)>\nmx: <b>x</b>\nmax_age: 1\n',
    ['MTA-STS policy'],
    /<img src=x onerror=alert\(1\)>/,
  ],
];

test('every text that is pasted is recognised, judged, and asked about nowhere', () =>
  t.onPage(async (page) => {
    const asked = await panel(page);
    for (const [name, text, titles, words] of PASTED) {
      await page.click('.local-body .files button');
      await page.waitForFunction(() => document.querySelector('.local-result').childElementCount === 0);
      assert.deepEqual(await paste(page, text), titles, name);
      assert.match(await page.textContent('.local-result'), words, name);
      assert.equal(await page.locator('.local-result :is(img, b, script)').count(), 0, name);
    }
    await inspect(page, 'local');
    assert.deepEqual(asked, []);
  }));

test('a finding stands under its line', () =>
  t.onPage(async (page) => {
    await panel(page);
    await paste(page, 'version: STSv1\nmode: enforced\nmx: mx.example.com\nmax_age: 604800\n');
    const marked = await page.evaluate(() =>
      [...document.querySelectorAll('.numbered > li')].map((line) => line.querySelectorAll('.notes li').length),
    );
    assert.deepEqual(marked, [0, 1, 0, 0]);
  }));

test('a certificate is described, its TLSA record is that of OpenSSL, and records beside it are held against it', () =>
  t.onPage(async (page) => {
    const asked = await panel(page);
    assert.deepEqual(await paste(page, certificate), ['A certificate']);
    assert.match(await page.textContent('.local-result .certificates'), /mx\.local\.example/);
    assert.equal(await page.textContent('.local-result .copied code'), `3 1 1 ${digest}`);
    for (const [record, words] of [
      [`3 1 1 ${digest}`, /the records authenticate the chain/],
      [`3 1 1 ${'00'.repeat(32)}`, /tlsa-no-match/],
    ]) {
      await paste(page, `${certificate}\n${record}\n`);
      await page.waitForFunction(
        (source) => new RegExp(source).test(document.querySelector('.local-result').textContent),
        words.source,
      );
    }
    assert.deepEqual(asked, []);
  }));

test('recorded evidence is replayed, with what sessions showed, and its chain is drawn', () =>
  t.onPage(async (page) => {
    await page.goto(t.origin);
    await page.click('#local summary');
    await page.waitForSelector('#local[data-ready]');
    const asked = [];
    page.on('request', (request) => !request.url().startsWith(`${t.origin}/assets/`) && asked.push(request.url()));
    await page.setInputFiles('#local-file', fileOf('dane-mismatch.lab'));
    await settled(page);
    const { posture, hosts, senders } = await shown(page);
    // tests/evidence/expect.json: the TLSA record matches no certificate (RFC 7672 §2.2).
    assert.equal(posture, 'broken');
    assert.deepEqual(hosts, { 'mx.dane-mismatch.lab': 'dane' });
    assert.deepEqual(senders, {
      'mta-sts': 'deliver-unprotected',
      'dane+mta-sts': 'defer',
      dane: 'defer',
      opportunistic: 'deliver-unprotected',
    });
    assert.match(await page.textContent('.hosts .tlsa-list'), /does not match the certificate/);
    assert.equal(await page.locator('.chain-picture [data-status="secure"][data-zone="dane-mismatch.lab"]').count(), 1);
    assert.deepEqual(asked, []);
  }));

test('evidence is dropped anywhere', () =>
  t.onPage(async (page) => {
    await page.goto(t.origin);
    const text = await readFile(fileOf('enforce-good.lab'), 'utf8');
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'recorded.json'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, text);
    await settled(page);
    assert.equal((await shown(page)).posture, 'protected');
    assert.match(await page.textContent('.provenance'), /comes from recorded\.json; nothing was asked/);
  }));

test('what calls itself evidence and is none is refused', () =>
  t.onPage(async (page) => {
    await panel(page);
    await page.fill('#local-text', '{"format":"mxseal-evidence","version":1}');
    await page.waitForSelector('.local-result .field-error');
    assert.equal(await page.locator('.verdict').count(), 0);
  }));
