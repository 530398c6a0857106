/**
 * Edits of facts, for `decide` to be asked again: another policy, other mail hosts, another certificate, other TLSA
 * records. It changes what was seen and judges nothing.
 */

import { OTHER_CERTIFICATE, SOME_CERTIFICATE } from './what-if-certificates.js';

/** @typedef {import('mxseal').Facts} Facts */
/** @typedef {import('mxseal').HostFacts} HostFacts */
/** @typedef {'as-found' | 'same-key' | 'other-key' | 'expired' | 'wrong-name' | 'untrusted' | 'no-tls'} CertificateEdit */
/** @typedef {'as-found' | 'none' | 'match' | 'other' | 'failed'} TlsaEdit */
/** @typedef {{ mode: import('mxseal').StsMode | 'withdrawn', maxAge: number, mx: string[], newId: boolean }} PolicyEdit */
/** @typedef {{ policy: PolicyEdit | null, hosts: Record<string, { certificate: CertificateEdit, tlsa: TlsaEdit, gone: boolean }>, added: string | null }} Edits `policy` null: as it is */

/** The policy that senders find now, or keep. @param {Facts} facts @param {typeof import('mxseal/check')} engine @returns {import('mxseal').StsPolicy | null} */
export function presentPolicy({ policy: { answer, cached } }, engine) {
  const served = answer === null ? null : engine.classifyFetch(answer).policy;
  return served ?? cached?.policy ?? null;
}

/** As a sender sees it that knows the domain only from now on. @param {Facts} facts @param {Edits} edits @param {typeof import('mxseal/check')} engine @returns {Facts} */
export function edited(facts, edits, engine) {
  const changed = structuredClone(facts);
  if (edits.policy !== null) {
    setPolicy(changed, edits.policy);
    changed.policy.cached = null;
  }
  changed.hosts = changed.hosts.filter(({ host }) => edits.hosts[host]?.gone !== true);
  for (const host of changed.hosts) {
    const edit = edits.hosts[host.host];
    if (edit !== undefined) setHost(host, edit, engine);
  }
  const pattern = facts.hosts[0];
  if (edits.added !== null && pattern !== undefined) changed.hosts.push(addedHost(edits.added, pattern, changed.hosts));
  changed.mx.records = changed.hosts.map(({ host, preference }) => ({ preference, exchange: host }));
  return changed;
}

/** As a sender sees it that still keeps the present policy and does not learn of another. @param {Facts} facts edited @param {import('mxseal').StsPolicy} present @param {Facts} before */
export function kept(facts, present, before) {
  const keeper = structuredClone(facts);
  const id = /\bid=([A-Za-z0-9]{1,32})/.exec(before.stsTxt.records[0] ?? '')?.[1] ?? '0';
  keeper.policy.cached = { policy: present, id, fetchedAt: facts.at, largestMaxAge: present.maxAge, lastAttempt: null };
  keeper.policy.answer = null;
  keeper.policy.notFetched = 'not-due';
  return keeper;
}

/** @param {Facts} facts @param {PolicyEdit} edit */
function setPolicy({ stsTxt, policy }, { mode, maxAge, mx, newId }) {
  if (mode === 'withdrawn') {
    Object.assign(stsTxt, { outcome: 'nxdomain', reason: null, records: [] });
    Object.assign(policy, { answer: null, notFetched: 'not-announced' });
    return;
  }
  if (newId || stsTxt.outcome !== 'found')
    Object.assign(stsTxt, { outcome: 'found', reason: null, records: [`v=STSv1; id=whatif${maxAge % 1_000_000}`] });
  const text = ['version: STSv1', `mode: ${mode}`, ...mx.map((pattern) => `mx: ${pattern}`), `max_age: ${maxAge}`, ''].join('\n');
  const answer = {
    kind: 'policy',
    httpStatus: 200,
    contentType: 'text/plain',
    body: new TextEncoder().encode(text),
    redirected: false,
  };
  Object.assign(policy, { answer, notFetched: null });
}

/** @param {HostFacts} facts @param {{ certificate: CertificateEdit, tlsa: TlsaEdit }} edit @param {typeof import('mxseal/check')} engine */
function setHost(facts, { certificate, tlsa }, engine) {
  const session =
    facts.sessions.kind === 'observed' ? (facts.sessions.sessions.find(({ chain }) => chain.length > 0) ?? null) : null;
  const chain = certificate === 'other-key' ? [OTHER_CERTIFICATE] : (session?.chain ?? [SOME_CERTIFICATE]);
  const records = facts.dane.kind === 'asked' ? facts.dane.tlsa.flatMap(({ lookup }) => lookup.records) : [];
  if (certificate !== 'as-found') {
    facts.sessions = {
      kind: 'observed',
      sessions: [
        {
          starttls: certificate !== 'no-tls',
          chain: certificate === 'no-tls' ? [] : chain,
          tlsVersion: certificate === 'no-tls' ? null : 'TLSv1.3',
          error: null,
          webPki: WEB_PKI[certificate],
        },
      ],
    };
    // Without a chain that was seen, one stands for it; the records that are to match it must be its own.
    const stands = session === null && certificate !== 'other-key' && certificate !== 'no-tls';
    if (stands && records.length > 0 && tlsa === 'as-found') setTlsa(facts, [engine.tlsaFor(SOME_CERTIFICATE)]);
  }
  if (tlsa === 'none') setTlsa(facts, []);
  if (tlsa === 'match') setTlsa(facts, [engine.tlsaFor(chain[0] ?? SOME_CERTIFICATE)]);
  if (tlsa === 'other') setTlsa(facts, [engine.tlsaFor(OTHER_CERTIFICATE, { selector: 0 })]);
  if (tlsa === 'failed')
    for (const one of asked(facts))
      Object.assign(one.lookup, {
        outcome: 'failed',
        reason: 'the zone does not answer',
        records: [],
        security: { status: 'indeterminate', source: 'validated' },
      });
}

/** @param {HostFacts} facts @param {import('mxseal').Tlsa[]} records */
function setTlsa(facts, records) {
  asked(facts).forEach(({ lookup }, index) =>
    Object.assign(
      lookup,
      index === 0 && records.length > 0
        ? { outcome: 'found', reason: null, records }
        : { outcome: 'nxdomain', reason: null, records: [] },
    ),
  );
}

/** @param {HostFacts} facts */
function asked({ dane }) {
  return dane.kind === 'asked' ? dane.tlsa : [];
}

/** It has an address in a zone like that of the first host, nothing pinned, and nobody has seen it. @param {string} host @param {HostFacts} like @param {HostFacts[]} hosts @returns {HostFacts} */
function addedHost(host, like, hosts) {
  const { a, aaaa, dane } = structuredClone(like);
  if (dane.kind === 'asked') {
    dane.tlsa = dane.tlsa.slice(0, 1).map(({ lookup }) => ({
      base: host,
      name: `_25._tcp.${host}`,
      lookup: { ...lookup, outcome: 'nxdomain', reason: null, canonicalName: `_25._tcp.${host}`, hops: [], records: [] },
    }));
  }
  const preference = Math.max(0, ...hosts.map(({ preference }) => preference)) + 10;
  return {
    host,
    preference,
    a: { ...a, canonicalName: host, hops: [] },
    aaaa: { ...aaaa, canonicalName: host, hops: [] },
    dane,
    sessions: { kind: 'unsupported' },
  };
}

/** What path validation would say (RFC 8461 §4.2). @type {Record<CertificateEdit, import('mxseal').WebPkiOutcome | null>} */
const WEB_PKI = {
  'as-found': null,
  'same-key': { status: 'valid', resultType: null, reason: null },
  'other-key': { status: 'valid', resultType: null, reason: null },
  expired: { status: 'invalid', resultType: 'certificate-expired', reason: 'expired' },
  'wrong-name': { status: 'invalid', resultType: 'certificate-host-mismatch', reason: 'no-name-matches' },
  untrusted: { status: 'invalid', resultType: 'certificate-not-trusted', reason: 'self-signed' },
  'no-tls': null,
};
