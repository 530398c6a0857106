/**
 * The recorded checks of `tests/evidence`: what their replay comes to, that it is what Rust writes byte for byte, and
 * that the driver, its hosts answering from the recording, comes to the same.
 */

import { assertEqual, assertSameText } from './equal.js';

/** @typedef {typeof import('../../js/index.js')} Mxseal */

/**
 * Against the expectations that were written by hand.
 * @param {Mxseal} mxseal
 * @param {any} evidence
 * @param {any} want
 */
export function expectations(mxseal, evidence, want) {
  const verdict = mxseal.Check.replay(evidence);
  assertEqual('posture', verdict.posture, want.posture);
  assertEqual('hosts', verdict.hosts.map(outline), want.hosts);
  const policies = verdict.hosts.flatMap((host) => host.policies);
  const failed = policies.find(({ resultType }) => resultType?.startsWith('sts-'));
  assertEqual('policy', failed?.resultType ?? null, want.policy);
  assertEqual('codes', [...new Set(verdict.findings.map(({ code }) => code))].sort(), want.codes);
}

/**
 * @param {Mxseal} mxseal
 * @param {any} evidence
 * @param {string} rust
 */
export function sameAsRust(mxseal, evidence, rust) {
  assertSameText('verdict', mxseal.stringify(mxseal.Check.replay(evidence)), rust);
}

/**
 * @param {Mxseal} mxseal
 * @param {any} evidence
 */
export async function driver(mxseal, evidence) {
  const hosts = mxseal.replay(evidence);
  const verdict = await mxseal.check(evidence.domain, { ...start(evidence), ...hosts });
  assertSameText('verdict', mxseal.stringify(verdict), mxseal.stringify(mxseal.Check.replay(evidence)));
}

/**
 * What the recorded check started from.
 * @param {any} evidence
 * @returns {import('../../js/types.d.ts').CheckStart}
 */
export function start({ at, options, roots, cachedPolicy }) {
  return { at, options, roots, cachedPolicy };
}

/**
 * Host, requirement, conformance, and the result type of its session or of its place outside the policy.
 * @param {import('../../js/types.d.ts').HostVerdict} host
 */
function outline({ host, requirement, conformance, session, policies }) {
  const results = session?.results ?? policies;
  const own = results.find(({ resultType }) => resultType && !resultType.startsWith('sts-'));
  return [host, requirement, conformance, own?.resultType ?? null];
}
