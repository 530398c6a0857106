/**
 * A list of domains that mean harm: they change nothing but their own rows, and nothing is fetched but from a resolver and
 * from policy hosts with public addresses. Every request that leaves the Worker is recorded.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import dnsPacket from 'dns-packet';
import { startServer } from './scan-server.mjs';
import { bindings, client, lasting } from './scans.mjs';
import { SeededNetwork, seedDomains } from './seeded.mjs';
import { startWorker } from './worker.mjs';

const MARKUP = '<img src=x onerror=alert(1)>';
const ENFORCE = (domain) => `version: STSv1\r\nmode: enforce\r\nmx: mx.${domain}\r\nmax_age: 604800\r\n`;
const table = { records: {}, policies: {}, forged: new Set() };
const good = seedDomains(99, 60, table).map(({ domain }) => domain);
const network = new SeededNetwork(table, 99, 0);

/** Publishes a domain with an enforced policy, but for what is given. */
function publish(domain, { policy = { body: ENFORCE(domain) }, address = { A: ['185.199.108.7'] }, ...records } = {}) {
  Object.assign(table.records, {
    [domain]: { MX: [{ preference: 10, exchange: `mx.${domain}` }] },
    [`mx.${domain}`]: { A: ['185.199.109.25'] },
    [`_mta-sts.${domain}`]: { TXT: [['v=STSv1; id=1']] },
    [`mta-sts.${domain}`]: address,
    ...records,
  });
  table.policies[`https://mta-sts.${domain}/.well-known/mta-sts.txt`] = policy;
}

/** RFC 6890 and RFC 4291: addresses that no policy host has. */
const FORBIDDEN = [
  ['A', '127.0.0.1'], ['A', '10.1.2.3'], ['A', '172.16.0.1'], ['A', '192.168.1.1'], ['A', '169.254.169.254'], ['A', '0.0.0.0'],
  ['A', '100.64.0.1'], ['A', '224.0.0.1'], ['A', '255.255.255.255'], ['AAAA', '::1'], ['AAAA', '::'], ['AAAA', 'fe80::1'],
  ['AAAA', 'fd00::1'], ['AAAA', '::ffff:127.0.0.1'], ['AAAA', '::ffff:10.0.0.1'], ['AAAA', 'ff02::1'],
];
FORBIDDEN.forEach(([type, address], index) => publish(`forbidden${index}.example`, { address: { [type]: [address] } }));

const REDIRECTS = ['http://169.254.169.254/latest/meta-data/', 'https://127.0.0.1/', 'https://elsewhere.example/', '//elsewhere.example/x'];
REDIRECTS.forEach((location, index) => publish(`redirect${index}.example`, { policy: { status: [301, 302, 307, 308][index], location } }));

publish('markup.example', {
  policy: { body: `version: STSv1\nmode: ${MARKUP}\nmx: ${MARKUP}\nmax_age: 60\n` },
  '_smtp._tls.markup.example': { TXT: [[`v=TLSRPTv1; rua=${MARKUP}`]] },
});
publish('markup-txt.example', { '_mta-sts.markup-txt.example': { TXT: [[`v=STSv1; id=${MARKUP}`]] } });
publish('markup-mx.example', { 'markup-mx.example': { MX: [{ preference: 10, exchange: `${MARKUP}.markup-mx.example` }] } });
publish('many-mx.example', { 'many-mx.example': { MX: Array.from({ length: 400 }, (_, index) => ({ preference: index, exchange: `mx${index}.many-mx.example` })) } });
publish('loop.example', { 'loop.example': { CNAME: ['loop2.example'] }, 'loop2.example': { CNAME: ['loop3.example'] }, 'loop3.example': {} });
publish('big-policy.example', { policy: { body: 'x'.repeat(10_000_000) } });
for (const name of ['drip-policy', 'endless-policy', 'huge-dns', 'drip-dns', 'html-dns', 'garbage-dns', 'long-dns', 'error-dns']) publish(`${name}.example`);
network.reread();

/** Answers that the tables cannot give, by what the asked name ends with. */
const OWN = {
  'drip-policy.example': ({ response, dns }) => dns ? undefined : drip(response, 'text/plain', 'v'),
  'endless-policy.example': ({ response, dns }) => dns ? undefined : flood(response, 'text/plain'),
  'huge-dns.example': ({ response }) => flood(response, 'application/dns-message'),
  'drip-dns.example': ({ response }) => drip(response, 'application/dns-message', '\0'),
  'html-dns.example': () => new Response(MARKUP, { headers: { 'content-type': 'text/html' } }),
  'garbage-dns.example': ({ dns }) => message(Buffer.concat([dns.subarray(0, 2), Buffer.from([0x80, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Buffer.alloc(60_000, 0xc0)])),
  // As long as a message may be, all of one TXT set.
  'long-dns.example': ({ question }) => message(dnsPacket.encode({ type: 'response', id: 0, flags: 0x180, questions: [question], answers: question.type === 'TXT' ? Array.from({ length: 200 }, () => ({ type: 'TXT', name: question.name, ttl: 60, data: ['v=STSv1; id=1;'.padEnd(250, 'x')] })) : [] })),
  'error-dns.example': () => new Response(MARKUP, { status: 500 }),
};

function message(octets) {
  return new Response(octets, { headers: { 'content-type': 'application/dns-message' } });
}

/** An octet at a time, without an end. */
function drip(response, contentType, octet) {
  response.writeHead(200, { 'content-type': contentType });
  const timer = setInterval(() => response.write(octet), 50);
  response.on('close', () => clearInterval(timer));
}

/** As fast as it is read, without an end. */
function flood(response, contentType) {
  response.writeHead(200, { 'content-type': contentType });
  const block = Buffer.alloc(65_536, 0x20);
  const more = () => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', more);
  more();
}

const asked = [];
function answer(href, response) {
  asked.push(href);
  const url = new URL(href);
  const query = url.searchParams.get('dns');
  const dns = query === null ? null : Buffer.from(query, 'base64url');
  const question = dns && dnsPacket.decode(dns).questions[0];
  const name = (question?.name ?? url.hostname).toLowerCase();
  const own = Object.keys(OWN).find((suffix) => name === suffix || name.endsWith(`.${suffix}`));
  // A loop closes where the resolver follows it no further.
  if (name === 'loop3.example' && question?.type === 'MX') {
    const answers = ['loop.example', 'loop2.example', 'loop3.example'].map((owner, index, all) => ({ type: 'CNAME', name: owner, ttl: 60, data: all[(index + 1) % 3] }));
    return message(dnsPacket.encode({ type: 'response', id: 0, flags: 0x180, questions: [question], answers }));
  }
  if (own !== undefined) {
    const given = OWN[own]({ response, dns, question });
    if (given !== undefined || response.headersSent) return given;
  }
  return network.answer(href);
}

const HOSTILE = [
  ...Object.keys(table.records).filter((name) => /^(forbidden|redirect|markup|many|loop|big|drip|endless|huge|html|garbage|long|error)[^.]*\.example$/.test(name)),
  'localhost', '127.0.0.1', '[::1]', 'localhost.localdomain', '169.254.169.254', MARKUP, `=HYPERLINK("https://elsewhere.example")`, '@SUM(A1)', "'; DROP TABLE scans; --",
  '../../etc/passwd', 'good.example/../x', `${'a.'.repeat(126)}example`, '%00', '\u202Egpj.example',
];

let server, worker, api;
before(async () => {
  server = await startServer(answer);
  worker = await startWorker(server.url, bindings({ lookupMs: 400, policyMs: 600, checkMs: 2_000, lastTry: 2 }));
  api = client(worker);
});
after(async () => {
  await worker.dispose();
  await server.close();
});

const scanned = async (list) => {
  const { id } = await api.start(list.join('\n'));
  const scan = await api.until(id, ({ state }) => state === 'done');
  return { id, scan, rows: await api.rows(id) };
};

test('hostile domains change no row but their own, and nothing is fetched that must not be', async () => {
  const alone = await scanned(good);
  assert.equal(alone.scan.checked, good.length);
  asked.length = 0;
  // Hostile and good ones in the same messages.
  const mixed = [...good];
  HOSTILE.forEach((domain, index) => mixed.splice((index * 3) % mixed.length, 0, domain));
  const among = await scanned(mixed);

  assert.equal(among.scan.waiting, 0);
  assert.deepEqual(lasting(among.rows.filter(({ domain }) => good.includes(domain))), lasting(alone.rows));
  const hostile = among.rows.filter(({ domain }) => !good.includes(domain));
  assert.equal(new Set(among.rows.map(({ domain }) => domain)).size, among.rows.length);
  assert.equal(hostile.length, HOSTILE.length);
  for (const row of hostile) {
    assert.ok(['checked', 'invalid'].includes(row.status), JSON.stringify(row));
    assert.notEqual(row.posture, 'protected', JSON.stringify(row));
  }

  for (const href of asked) {
    const url = new URL(href);
    if (url.href.startsWith('https://doh.test/dns-query?dns=')) continue;
    const [, domain] = /^https:\/\/mta-sts\.([^/]+)\/\.well-known\/mta-sts\.txt$/.exec(href) ?? [];
    assert.ok(domain !== undefined && mixed.includes(domain), `fetched ${href}`);
    assert.doesNotMatch(domain, /^forbidden/, `fetched ${href}`);
  }
  const redirected = asked.filter((href) => /^https:\/\/mta-sts\.redirect\d/.test(href));
  assert.equal(redirected.length, REDIRECTS.length);

  const jsonl = await api.call(`/api/scan/${among.id}/results?format=jsonl`);
  assert.equal(jsonl.headers.get('content-type'), 'application/jsonl');
  assert.equal(jsonl.headers.get('x-content-type-options'), 'nosniff');
  assert.ok((await jsonl.text()).includes(JSON.stringify(MARKUP).slice(1, -1)));
  const csv = await (await api.call(`/api/scan/${among.id}/results?format=csv`)).text();
  for (const line of csv.split('\r\n')) assert.doesNotMatch(line, /^"?[=+\-@]/);
  assert.match(csv, /"'=HYPERLINK\(""https:\/\/elsewhere\.example""\)"/);
});

test('the free plan: no invocation makes more subrequests than it may, and every domain ends', async () => {
  const free = await startWorker(server.url, bindings({ lookupMs: 5_000, checkMs: 60_000, lastTry: 2 }, { SCAN_PLAN: 'free' }));
  try {
    asked.length = 0;
    const { id } = await client(free).start([...good.slice(0, 12), 'many-mx.example', ...good.slice(12, 24)].join('\n'));
    await client(free).until(id, ({ state }) => state === 'done');
    const rows = await client(free).rows(id);
    const paid = await scanned(good.slice(0, 24));
    assert.deepEqual(lasting(rows.filter(({ domain }) => good.includes(domain))), lasting(paid.rows));
    const { status, posture } = rows.find(({ domain }) => domain === 'many-mx.example');
    assert.equal(status, 'checked');
    assert.notEqual(posture, 'protected');
    // 45 a check, three times: with its message, and twice alone.
    const many = asked.filter((href) => href.includes('many-mx') || dnsName(href).endsWith('many-mx.example'));
    assert.ok(many.length > 45 && many.length <= 3 * 45, String(many.length));
  } finally {
    await free.dispose();
  }
});

function dnsName(href) {
  const query = new URL(href).searchParams.get('dns');
  return query === null ? '' : dnsPacket.decode(Buffer.from(query, 'base64url')).questions[0].name;
}
