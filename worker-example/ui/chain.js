/**
 * The chain of trust of the answers that decide: the MX record, and of each mail host the TLSA records or else the
 * address (RFC 7672 §2.2). The engine validates the recorded answers once more, one question at a time, and tells each
 * zone on the way; nothing is asked of the network.
 */

/** @typedef {import('mxseal').ChainLink} ChainLink */
/** @typedef {{ name: string, type: string, status: import('mxseal').SecurityStatus, reason: string | null, signatures: import('mxseal').ChainSignature[] }} Question */
/** @typedef {{ link: ChainLink, parent: string | null, depth: number, questions: Question[], children: Zone[] }} Zone */
/** @typedef {{ top: Zone[], loose: Question[], hosts: number }} Trust `loose`: answers of no known zone; `hosts`: mail hosts left out */

/**
 * @param {import('mxseal').Evidence} evidence
 * @param {import('mxseal').Facts} facts
 * @param {typeof import('mxseal/check')} engine
 * @returns {Promise<Trust | null>} null where DNSSEC was not asked for
 */
export async function chainOfTrust(evidence, facts, engine) {
  const { at, options, chainCache } = evidence;
  if ((options.dnssec ?? 'validate') !== 'validate') return null;
  const { dns } = engine.replay(evidence);
  const { anchors = null, nsec3 = {}, allowSha1Signatures = false } = options;
  /** @type {Map<string, Zone>} */
  const zones = new Map();
  /** @type {Question[]} */
  const loose = [];
  for (const [name, type] of questions(facts)) {
    const { chain, status, reason, signatures } = await engine.lookup(name, type, {
      dns,
      at,
      anchors,
      chainCache,
      nsec3,
      allowSha1Signatures,
    });
    const question = { name, type, status, reason, signatures };
    let above = null;
    for (const link of chain) above = enter(zones, link, above);
    if (above === null) loose.push(question);
    else above.questions.push(question);
  }
  const top = [...zones.values()].filter(({ parent }) => parent === null);
  return { top, loose, hosts: Math.max(0, facts.hosts.length - MOST_HOSTS) };
}

/** @param {Map<string, Zone>} zones @param {ChainLink} link @param {Zone | null} above @returns {Zone} */
function enter(zones, link, above) {
  const known = zones.get(link.zone);
  if (known !== undefined) return known;
  const zone = {
    link,
    parent: above?.link.zone ?? null,
    depth: above === null ? 0 : above.depth + 1,
    questions: [],
    children: [],
  };
  above?.children.push(zone);
  zones.set(link.zone, zone);
  return zone;
}

/** @param {import('mxseal').Facts} facts @returns {[name: string, type: string][]} */
function questions({ nextHop, mx, hosts }) {
  /** @type {[string, string][]} */
  const asked = [[mx.canonicalName ?? nextHop, 'MX']];
  for (const { host, dane } of hosts.slice(0, MOST_HOSTS)) {
    if (dane.kind === 'asked') asked.push(...dane.tlsa.map(({ name }) => /** @type {[string, string]} */ ([name, 'TLSA'])));
    else asked.push([host, 'A']);
  }
  return [...new Map(asked.map((one) => [one.join(' '), one])).values()];
}

/** Each zone before what lies in it. @param {Zone[]} zones @returns {Zone[]} */
export function inOrder(zones) {
  return zones.flatMap((zone) => [zone, ...inOrder(zone.children)]);
}

const MOST_HOSTS = 8;
