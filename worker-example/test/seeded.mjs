/**
 * A network that a seed makes: domains, what the DNS and their policy hosts say of them, and what must therefore be
 * found, written down by the rules of RFC 8461 and RFC 7505 and not by any engine. Of its answers some fail, also by the
 * seed: the nth answer to a question always does or never.
 */

import dnsPacket from 'dns-packet';
import { Network } from './network.mjs';
import { answerOfRoot } from './signed-root.mjs';
import { SignedZone } from './signed-zone.mjs';

/** FNV-1a over the text, mixed (the finaliser of MurmurHash3). */
export function hash(/** @type {unknown[]} */ ...parts) {
  let value = 0x811c9dc5;
  for (const character of parts.join(' ')) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193) >>> 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** The one that is signed. */
const SIGNED = 'signed';
const TOP_LEVEL = ['com', 'net', 'org', 'de', 'fr', 'nl', 'se', 'br', 'jp', 'io', 'example', 'test'];
const policy = (mode, patterns) => ['version: STSv1', `mode: ${mode}`, ...patterns.map((one) => `mx: ${one}`), 'max_age: 604800', ''].join('\r\n');
const all = (hosts, requirement) => hosts.map((host) => [host, requirement]);

const tlsa = (usage) => ({ usage, selector: 1, matchingType: 1, certificate: Buffer.alloc(32, 0xda) });

/** Kinds of domains by how often they come in a hundred: what they publish, and what follows. */
const KINDS = [
  // RFC 7672 §2.2: secure MX, addresses and TLSA records.
  [8, (domain, hosts) => ({ zone: SIGNED, hosts, tlsa: tlsa(3), expected: ['protected', all(hosts, 'dane'), null] })],
  // RFC 7672 §2.2: secure TLSA records, and none of them usable, as usage 0 is not (§3.1.3): TLS, but not whose.
  [2, (domain, hosts) => ({ zone: SIGNED, hosts, tlsa: tlsa(0), expected: ['partial', all(hosts, 'encrypted'), null] })],
  [3, (domain, hosts) => ({ zone: SIGNED, hosts, expected: ['unprotected', all(hosts, 'opportunistic'), null] })],
  // RFC 7672 §2.1.1: mail waits while the MX is bogus.
  [1, (domain, hosts) => ({ zone: SIGNED, hosts, forged: true, expected: ['broken', [], null] })],
  [18, (domain, hosts) => ({ hosts, policy: { body: policy('enforce', hosts) }, expected: ['protected', all(hosts, 'webpki'), 'enforce'] })],
  [10, (domain, hosts) => ({ hosts, policy: { body: policy('enforce', [`*.${domain}`]) }, expected: ['protected', all(hosts, 'webpki'), 'enforce'] })],
  [12, (domain, hosts) => ({ hosts, policy: { body: policy('testing', hosts) }, expected: ['testing', all(hosts, 'opportunistic'), 'testing'] })],
  [18, (domain, hosts) => ({ hosts, expected: ['unprotected', all(hosts, 'opportunistic'), null] })],
  // RFC 8461 §4.1: `*` is one label, so none of the hosts matches.
  [5, (domain, hosts) => ({ hosts, policy: { body: policy('enforce', [`*.mail.${domain}`]) }, expected: ['broken', all(hosts, 'unusable'), 'enforce'] })],
  [5, (domain, hosts) => {
    const two = [`a.${domain}`, `b.backup.${domain}`];
    return { hosts: two, policy: { body: policy('enforce', [`*.${domain}`]) }, expected: ['partial', [[two[0], 'webpki'], [two[1], 'unusable']], 'enforce'] };
  }],
  // RFC 7505 §3.
  [4, () => ({ hosts: null, mx: [{ preference: 0, exchange: '.' }], expected: ['no-mail', [], null] })],
  [4, () => ({ hosts: null, expected: ['no-mail', [], null] })],
  // RFC 5321 §5.1: an address and no MX.
  [4, (domain) => ({ hosts: null, address: true, expected: ['unprotected', [[domain, 'opportunistic']], null] })],
  // RFC 8461 §3.3: no redirect is followed, and only 200 brings a policy.
  [2, (domain, hosts) => ({ hosts, policy: { status: 301, location: `https://www.${domain}/` }, expected: ['unprotected', all(hosts, 'opportunistic'), null] })],
  [2, (domain, hosts) => ({ hosts, policy: { status: 404 }, expected: ['unprotected', all(hosts, 'opportunistic'), null] })],
  [1, (domain, hosts) => ({ hosts, txt: [['v=STSv1; id=not-alphanumeric']], policy: { body: policy('enforce', hosts) }, expected: ['unprotected', all(hosts, 'opportunistic'), null] })],
  [1, () => ({ hosts: null, servfail: true, expected: ['unknown', [], null] })],
];

/** @returns {{ domain: string, posture: string, hosts: [string, string][], stsMode: string | null, tlsRpt: boolean | null }[]} */
export function seedDomains(/** @type {number} */ seed, /** @type {number} */ count, /** @type {import('./network.mjs').Table} */ table) {
  return Array.from({ length: count }, (_, index) => {
    const of = (what) => hash(seed, index, what);
    let part = of('kind') % 100;
    const [, kind] = KINDS.find(([share]) => (part -= share) < 0) ?? KINDS[0];
    const zone = kind('', []).zone ?? TOP_LEVEL[of('zone') % TOP_LEVEL.length];
    const domain = `d${index}-${of('name').toString(36)}.${zone}`;
    const names = Array.from({ length: 1 + (of('hosts') % 2) }, (_, host) => `mx${host}.${domain}`);
    const published = kind(domain, names);
    const tlsRpt = published.hosts !== null && of('tlsrpt') % 3 === 0;
    publish(table, domain, { ...published, tlsRpt });
    const [posture, hosts, stsMode] = published.expected;
    return { domain, posture, hosts, stsMode, tlsRpt: published.servfail ? null : tlsRpt };
  });
}

function publish({ records, policies, forged = new Set() }, domain, { hosts, mx, address, servfail, policy, txt, tlsRpt, tlsa, forged: isForged }) {
  if (servfail) {
    for (const name of [domain, `_mta-sts.${domain}`, `mta-sts.${domain}`, `_smtp._tls.${domain}`]) {
      records[name] = { MX: 'SERVFAIL', TXT: 'SERVFAIL', A: 'SERVFAIL', AAAA: 'SERVFAIL' };
    }
    return;
  }
  if (hosts !== null || mx || address) records[domain] = {};
  if (address) records[domain].A = ['185.199.109.80'];
  if (hosts !== null || mx) records[domain].MX = mx ?? hosts.map((exchange, index) => ({ preference: 10 * (index + 1), exchange }));
  for (const host of hosts ?? []) records[host] = { A: ['185.199.109.25'], AAAA: ['2a00:1450::25'] };
  for (const host of tlsa ? hosts : []) records[`_25._tcp.${host}`] = { TLSA: [tlsa] };
  if (isForged) forged.add(domain);
  if (policy) {
    records[`_mta-sts.${domain}`] = { TXT: txt ?? [['v=STSv1; id=20260301T000000']] };
    records[`mta-sts.${domain}`] = { A: ['185.199.108.7'] };
    policies[`https://mta-sts.${domain}/.well-known/mta-sts.txt`] = policy;
  }
  if (tlsRpt) records[`_smtp._tls.${domain}`] = { TXT: [[`v=TLSRPTv1; rua=mailto:tls@${domain}`]] };
}

/** The network of such domains. `failing`: how many answers of a hundred fail. */
export class SeededNetwork extends Network {
  failed = 0;
  answered = 0;
  #names = new Set();
  #root = new Map();
  #count = new Map();

  constructor(/** @type {import('./network.mjs').Table} */ table, /** @type {number} */ seed, /** @type {number} */ failing) {
    super(table);
    this.zone = new SignedZone(SIGNED, table.records, table.forged ?? new Set());
    this.seed = seed;
    this.failing = failing;
    this.reread();
  }

  /** After a change of the table. */
  reread() {
    this.#names.clear();
    for (const name of Object.keys(this.table.records)) {
      for (let from = 0; from >= 0; from = name.indexOf('.', from) + 1 || -1) this.#names.add(name.slice(from));
    }
  }

  /** How often a question was asked, `name TYPE`. */
  times(/** @type {string} */ question) {
    return this.#count.get(question) ?? 0;
  }

  exists(name) {
    return this.#names.has(name);
  }

  /** Null: nobody answers. */
  answer(/** @type {string} */ href) {
    const query = new URL(href).searchParams.get('dns');
    const question = query === null ? null : dnsPacket.decode(Buffer.from(query, 'base64url')).questions[0];
    const what = question === null ? href : `${question.name} ${question.type}`;
    const nth = (this.#count.get(what) ?? 0) + 1;
    this.#count.set(what, nth);
    if (hash(this.seed, what, nth) % 100 < this.failing) {
      this.failed += 1;
      return this.#failure(hash(this.seed, what, nth, 'how') % 4, query);
    }
    this.answered += 1;
    return super.answer(href);
  }

  /** Nobody, a server's error, and for the DNS a resolver's error and octets that say nothing. */
  #failure(how, query) {
    if (how === 0) return null;
    if (how === 1 || query === null) return new Response('', { status: 503 });
    const message = Buffer.from(query, 'base64url');
    message[2] |= 0x80;
    message[3] = how === 2 ? 0x82 : 0x80;
    if (how === 3) message.fill(0xc0, 12);
    return new Response(message, { headers: { 'content-type': 'application/dns-message' } });
  }

  /** The root's answers are signed once. */
  resolve(query) {
    const { id, questions } = dnsPacket.decode(Buffer.from(query));
    const [{ name, type }] = questions;
    const owner = name.toLowerCase();
    const answer = owner === SIGNED && type === 'DS' ? { answers: this.zone.delegation } : (this.#ofRoot(owner, type) ?? this.#ofZone(owner, type));
    if (answer === null) return super.resolve(query);
    const flags = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE;
    return dnsPacket.encode({ type: 'response', id, flags, questions, ...answer });
  }

  #ofRoot(owner, type) {
    const key = `${owner} ${type}`;
    if (!this.#root.has(key)) this.#root.set(key, owner === '.' || (type === 'DS' && !owner.includes('.')) ? answerOfRoot(owner, type) : null);
    return this.#root.get(key);
  }

  #ofZone(owner, type) {
    return owner === SIGNED || owner.endsWith(`.${SIGNED}`) ? this.zone.answer(owner, type) : null;
  }
}
