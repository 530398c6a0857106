/** TLS reports for the tests: the example of RFC 8460 Appendix B, and mails signed by implementations that are not ours. */

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import nodemailer from 'nodemailer';

const ORGANIZATION = { domain: 'company-x.example', selector: 'tls' };
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const key = (record) => ({ TXT: [record.match(/.{1,200}/g)] });
const spki = ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** RFC 8460 Appendix B. */
export function report({ domain = 'company-y.example', id = '5065427c-23d3-47ca-b6e0-946ea0e8c4be', contact = 'sts-reporting@company-x.example', ...more } = {}) {
  const failure = (resultType, count, rest) => ({ 'result-type': resultType, 'failed-session-count': count, ...rest });
  return {
    'organization-name': 'Company-X',
    'date-range': { 'start-datetime': '2016-04-01T00:00:00Z', 'end-datetime': '2016-04-01T23:59:59Z' },
    'contact-info': contact,
    'report-id': id,
    policies: [
      {
        policy: {
          'policy-type': 'sts',
          'policy-string': ['version: STSv1', 'mode: testing', `mx: *.mail.${domain}`, 'max_age: 86400'],
          'policy-domain': domain,
          'mx-host': `*.mail.${domain}`,
        },
        summary: { 'total-successful-session-count': 5326, 'total-failure-session-count': 303 },
        'failure-details': [
          failure('certificate-expired', 100, { 'sending-mta-ip': '2001:db8:abcd:0012::1', 'receiving-mx-hostname': `mx1.mail.${domain}` }),
          failure('starttls-not-supported', 200, { 'sending-mta-ip': '2001:db8:abcd:0013::1', 'receiving-mx-hostname': `mx2.mail.${domain}`, 'receiving-ip': '203.0.113.56' }),
          failure('validation-failure', 3, { 'sending-mta-ip': '198.51.100.62', 'receiving-ip': '203.0.113.58', 'receiving-mx-hostname': `mx-backup.mail.${domain}`, 'failure-reason-code': 'X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED' }),
        ],
      },
    ],
    ...more,
  };
}

/** RFC 8460 §5.3, with a signature by nodemailer, or by `signMail`. */
export async function reportMail(content, { dkim = true, gzip = (bytes) => bytes, domainName = ORGANIZATION.domain, to = 'reports@company-y.example', headers = {} } = {}) {
  const body = gzip(Buffer.from(JSON.stringify(content)));
  const packed = body[0] === 0x1f;
  const transport = nodemailer.createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    ...(dkim && { dkim: { domainName, keySelector: ORGANIZATION.selector, privateKey: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) } }),
  });
  const { message } = await transport.sendMail({
    from: 'sts-reporting@company-x.example',
    to,
    subject: `Report Domain: company-y.example Submitter: company-x.example Report-ID: <${content['report-id']}>`,
    headers: { 'TLS-Report-Domain': 'company-y.example', 'TLS-Report-Submitter': 'company-x.example', ...headers },
    text: 'This is an aggregate TLS report.',
    attachments: [{ content: body, contentType: `application/tlsrpt+${packed ? 'gzip' : 'json'}`, filename: `company-x.example!company-y.example!1459468800!1459555199.json${packed ? '.gz' : ''}` }],
  });
  return message;
}

/** A signature of Ed25519 over a mail without one, in the relaxed forms (RFC 8463 §3, RFC 6376 §3.4). `tags` adds to it. */
export function signMail(mail, tags = '', { domain = ORGANIZATION.domain, selector = 'ed' } = {}) {
  const [head, ...rest] = mail.toString('latin1').split('\r\n\r\n');
  const lines = rest.join('\r\n\r\n').split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').trimEnd());
  while (lines.at(-1) === '') lines.pop();
  const bh = createHash('sha256').update(`${lines.join('\r\n')}\r\n`, 'latin1').digest('base64');
  const relaxed = (field) => field.replace(/\r\n/g, '').replace(/[ \t]+/g, ' ').replace(/^([^:]*?) ?: ?/, (_, name) => `${name.toLowerCase()}:`).trimEnd();
  const from = head.split(/\r\n(?![ \t])/).find((field) => /^from:/i.test(field));
  const own = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=${domain}; s=${selector}; h=From;${tags} bh=${bh}; b=`;
  const digest = createHash('sha256').update(`${relaxed(from)}\r\n${relaxed(own)}`, 'latin1').digest();
  return Buffer.from(`${own}${sign(null, digest, ed25519.privateKey).toString('base64')}\r\n${mail.toString('latin1')}`, 'latin1');
}

/** RFC 6376 §3.6.2, RFC 8463 §4. */
export const KEYS = {
  'tls._domainkey.company-x.example': key(`v=DKIM1; s=tlsrpt; p=${spki(rsa)}`),
  'tls._domainkey.stranger.example': key(`v=DKIM1; p=${spki(rsa)}`),
  'ed._domainkey.company-x.example': key(`v=DKIM1; k=ed25519; p=${ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`),
  'revoked._domainkey.company-x.example': key('v=DKIM1; k=ed25519; p='),
  'other._domainkey.company-x.example': key(`v=DKIM1; k=ed25519; s=calendar; p=${ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`),
  'failing._domainkey.company-x.example': { TXT: 'SERVFAIL' },
  // RFC 6376 Appendix C.
  'brisbane._domainkey.example.com': key(
    'v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB',
  ),
};

/** RFC 6376 Appendix A.2, with the blanks that its signature was made over: the page shows some of them otherwise. */
export const RFC_6376 = Buffer.from(
  `DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
      c=simple/simple; q=dns/txt; i=joe@football.example.com;
      h=Received : From : To : Subject : Date : Message-ID;
      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
      4bmp/YzhwvcubU4=;
Received: from client1.football.example.com  [192.0.2.1]
      by submitserver.example.com with SUBMISSION;
      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game. Are you hungry yet?

Joe.
`.replaceAll('\n', '\r\n'),
);
