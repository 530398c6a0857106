/**
 * Addresses are public ones, since the engine takes no others; nothing ever connects to them.
 */

/** Domains in every posture that MTA-STS alone can bring about, and some that mean no good. */

const sts = (id) => [[`v=STSv1; id=${id}`]];
const mx = (...hosts) => hosts.map((exchange, index) => ({ preference: 10 * (index + 1), exchange }));
const policy = (mode, patterns, maxAge = 604800) =>
  ['version: STSv1', `mode: ${mode}`, ...patterns.map((pattern) => `mx: ${pattern}`), `max_age: ${maxAge}`, ''].join('\r\n');

const DOMAINS = {
  'good.example': { mx: mx('mx1.good.example', 'mx2.good.example'), policy: { body: policy('enforce', ['*.good.example']) }, tlsRpt: true },
  'testing.example': { mx: mx('mx.testing.example'), policy: { body: policy('testing', ['mx.testing.example']) }, tlsRpt: true },
  'plain.example': { mx: mx('mx.plain.example') },
  'wrong-mx.example': { mx: mx('mx.wrong-mx.example'), policy: { body: policy('enforce', ['mail.wrong-mx.example']) } },
  'half.example': { mx: mx('mx.half.example', 'backup.elsewhere.example'), policy: { body: policy('enforce', ['mx.half.example']) } },
  'redirect.example': { mx: mx('mx.redirect.example'), policy: { status: 301, location: 'https://www.redirect.example/' } },
  'huge.example': { mx: mx('mx.huge.example'), policy: { body: 'x'.repeat(1_000_000) } },
  'hostile.example': {
    mx: mx('mx.hostile.example'),
    policy: { body: policy('<img src=x onerror=document.title=1>', ['*.hostile.example']) },
    txt: [['v=STSv1; id=<script>document.title=1</script>']],
  },
  'markup.example': { mx: mx('mx.markup.example'), policy: { body: `version: STSv1\nmode: <b>enforce</b>\nmx: <img src=x onerror=document.title=1>\nmax_age: 60\n` } },
  'private.example': { mx: mx('mx.private.example'), policy: { body: policy('enforce', ['mx.private.example']) }, policyAddress: '127.0.0.1' },
};

const records = {
  'null.example': { MX: [{ preference: 0, exchange: '.' }] },
  'servfail.example': { MX: 'SERVFAIL', TXT: 'SERVFAIL' },
  '_mta-sts.servfail.example': { TXT: 'SERVFAIL' },
  'mta-sts.servfail.example': { A: 'SERVFAIL', AAAA: 'SERVFAIL' },
  '_smtp._tls.servfail.example': { TXT: 'SERVFAIL' },
  'backup.elsewhere.example': { A: ['185.199.109.9'] },
};
const policies = {};
for (const [domain, { mx, policy, txt, tlsRpt, policyAddress = '185.199.108.7' }] of Object.entries(DOMAINS)) {
  records[domain] = { MX: mx };
  for (const { exchange } of mx) records[exchange] ??= { A: ['185.199.109.25'], AAAA: ['2a00:1450::25'] };
  if (policy !== undefined) {
    records[`_mta-sts.${domain}`] = { TXT: txt ?? sts('20260301T000000') };
    records[`mta-sts.${domain}`] = { A: [policyAddress] };
    policies[`https://mta-sts.${domain}/.well-known/mta-sts.txt`] = policy;
  }
  if (tlsRpt) records[`_smtp._tls.${domain}`] = { TXT: [[`v=TLSRPTv1; rua=mailto:tls@${domain}`]] };
}

/** Nothing here is signed; what a check must then not ask for. */
export const UNSIGNED = { options: { dnssec: 'off' } };

/** @type {import('./network.mjs').Table} */
export const TABLE = { records, policies };
