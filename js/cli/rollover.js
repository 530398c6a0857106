/** `mxseal rollover`: the dated steps of a change of key or policy, and which one is next. */

import { conduct, lookup, parseStsRecord, planRollover, stringify } from '../index.js';
import { formatRollover } from '../format-plan.js';
import { starttls } from '../hosts/node.js';
import { setUp } from './check.js';
import { chain, count, exitOfFindings, idOf, octets, tell } from './files.js';
import { anchorsOf, choice, network } from './network.js';
import { nameOf, timeOf } from './operands.js';
import { Usage } from './exit.js';

export const ROLLOVER_HELP = `mxseal rollover: dated steps that break no mail, caches of every age included

mxseal rollover HOST              a new key or certificate at a mail host
  --current FILE    the chain in use before the change, PEM or DER
  --next FILE       the chain, or the public key, in use after it
  --tlsa RECORD     the TLSA records as published now; several times
  --target 'U S M'  parameters in the end, as in --target '3 1 1'; several times
  --served FILE     the chain the host shows now (default: that of --current)
  --signature-life SECONDS   of the signatures over the records
  --live            look the records and the chain up, with the flags of lookup

mxseal rollover --policy DOMAIN   a change of policy or MX hosts
  --goal MODE --max-age SECONDS --next-mx HOST…    where it leads; none removes MTA-STS
  --current FILE --current-id ID --mx HOST…        where it starts
  --largest-max-age SECONDS                        the largest ever served
  --seen FILE --seen-id ID --seen-mx HOST…         what is there now; --live looks it up
  --mx-ttl SECONDS  TTL of the MX records

  --ttl SECONDS     TTL of the records as their own servers give it (3600)
  --negative-ttl SECONDS   how long absence is cached (SOA)
  --propagation SECONDS    until every name server has a change
  --since TIME      when what is seen now was put in place
  --at TIME   --json

examples
  mxseal rollover mx.example.com --current chain.pem --next next.pem --tlsa '3 1 1 01d09d19…'
  mxseal rollover mx.example.com --current chain.pem --next next.pem --live --since 2026-03-01T12:00:00Z
  mxseal rollover --policy example.com --current mta-sts.txt --current-id 1 --mx mx.example.com --goal none`;

/**
 * @param {string[]} operands
 * @param {Record<string, any>} flags
 */
export async function runRollover(operands, flags) {
  const [name = '', ...more] = operands;
  if (!name || more.length > 0) throw new Usage('name one mail host, or --policy and one domain');
  nameOf(name);
  if (!flags.current && !flags.policy) throw new Usage('--current takes the chain in use before the change');
  const timing = {
    ttl: count(flags.ttl, '--ttl') ?? 3600,
    negativeTtl: count(flags['negative-ttl'], '--negative-ttl'),
    propagation: count(flags.propagation, '--propagation') ?? 0,
    since: timeOf(flags.since, '--since'),
    at: timeOf(flags.at, '--at'),
  };
  const rollover = planRollover({ ...timing, ...(flags.policy ? await ofPolicy(name, flags) : await ofKey(name, flags)) });
  if (flags.json) process.stdout.write(`${stringify(rollover)}\n`);
  else {
    tell(rollover.findings);
    process.stdout.write(formatRollover(rollover));
  }
  return exitOfFindings(rollover.findings);
}

/**
 * @param {string} host
 * @param {Record<string, any>} flags
 * @returns {Promise<any>}
 */
async function ofKey(host, flags) {
  const port = count(flags.port, '--port') ?? 25;
  const live = flags.live ? await seenKey(host, port, flags) : null;
  if (live && !flags.ttl) process.stderr.write(`TTL ${live.ttl} s is taken for the records; give --ttl what their zone says\n`);
  return {
    ...(live && !flags.ttl && { ttl: live.ttl }),
    kind: 'tlsa',
    host,
    port,
    tlsa: live?.tlsa ?? flags.tlsa ?? [],
    current: await chain(flags.current),
    next: flags.next ? await chain(one(flags.next, '--next')) : null,
    served: live?.served ?? (flags.served ? await chain(flags.served) : null),
    target: flags.target?.map(parameters) ?? null,
    signatureLife: count(flags['signature-life'], '--signature-life'),
  };
}

/** @param {string[]} list @param {string} flag */
function one(list, flag) {
  if (list.length !== 1) throw new Usage(`${flag} takes one file here`);
  return /** @type {string} */ (list[0]);
}

/** @param {string} text */
function parameters(text) {
  const numbers = text.trim().split(/\s+/).map(Number);
  if (numbers.length !== 3 || !numbers.every((n) => Number.isInteger(n) && n >= 0 && n < 256)) {
    throw new Usage("--target takes usage, selector and matching type, as in --target '3 1 1'");
  }
  return numbers;
}

/** @param {string} host @param {number} port @param {Record<string, any>} flags */
async function seenKey(host, port, flags) {
  const { dns, timeoutMs } = network(flags);
  const ask = (/** @type {string} */ name, /** @type {string} */ type) => lookup(name, type, { dns, at: flags.at, anchors: anchorsOf(flags) ?? null });
  const [records, a, aaaa] = await Promise.all([ask(`_${port}._tcp.${host}`, 'TLSA'), ask(host, 'A'), ask(host, 'AAAA')]);
  if (records.status !== 'secure') process.stderr.write(`the TLSA records are not secure, so senders go without them: ${records.reason ?? records.status}\n`);
  const addresses = [...a.records, ...aaaa.records].filter(({ type }) => type === 'A' || type === 'AAAA').map(({ data }) => data);
  if (addresses.length === 0) throw new Usage(`${host} has no address that could be found`);
  const sessions = await starttls({ timeoutMs })({ host, port, serverName: host, addresses, timeoutMs }, {});
  const served = sessions === 'unsupported' ? [] : sessions.map((session) => session.chain).filter((shown) => shown.length > 0);
  if (!served[0]) throw new Usage(`${host} showed no certificate`);
  const published = records.records.filter(({ type }) => type === 'TLSA');
  // A resolver tells what is left of a TTL, so one that it tells may be too short.
  return { tlsa: published.map(({ data }) => data), served: served[0], ttl: Math.max(3600, ...published.map(({ ttl }) => ttl)) };
}

/**
 * @param {string} domain
 * @param {Record<string, any>} flags
 * @returns {Promise<any>}
 */
async function ofPolicy(domain, flags) {
  const seen = flags.seen || flags['seen-id'] || flags['seen-mx'];
  const current = { policy: flags.current ? await octets(flags.current) : null, id: idOf(flags['current-id']), mx: flags.mx ?? [], largestMaxAge: count(flags['largest-max-age'], '--largest-max-age') };
  return {
    kind: 'policy',
    domain,
    current,
    next: {
      ...(flags.goal && { goal: choice(flags.goal, ['testing', 'enforce', 'none'], '--goal') }),
      maxAge: count(flags['max-age'], '--max-age'),
      ...(flags['next-mx'] && { mx: flags['next-mx'] }),
    },
    seen: flags.live ? await seenPolicy(domain, flags)
      : seen ? { policy: flags.seen ? await octets(flags.seen) : current.policy, id: flags['seen-id'] ? idOf(flags['seen-id']) : current.id, mx: flags['seen-mx'] ?? current.mx } : null,
    mxTtl: count(flags['mx-ttl'], '--mx-ttl'),
  };
}

/** As a check sees it: a policy that nothing announces is not fetched. @param {string} domain @param {Record<string, any>} flags */
async function seenPolicy(domain, flags) {
  const { facts } = (await conduct(domain, setUp({ ...flags, starttls: false }))).verdict;
  const { answer } = facts.policy;
  return {
    policy: answer?.kind === 'policy' && answer.httpStatus === 200 ? answer.body : null,
    id: parseStsRecord(facts.stsTxt.records).value?.id ?? null,
    mx: facts.mx.records.map(({ preference, exchange }) => `${preference} ${exchange}`),
  };
}
