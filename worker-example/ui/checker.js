/** One check in this page: the engine, and the hosts that a page can lend it. The engine is loaded at the first. */

import { policyHost } from './policy-host.js';
import { settings } from './settings.js';

/** @typedef {typeof import('mxseal/check')} Engine */
/** @typedef {{ verdict: import('mxseal').Verdict, evidence: import('mxseal').Evidence, sources: string[] }} Outcome */

/**
 * @param {string} domain
 * @param {{ doh: string, signal: AbortSignal, onNeed(need: import('mxseal').Need): void }} options
 * @returns {Promise<Outcome>}
 */
export async function checkHere(domain, { doh: url, signal, onNeed }) {
  const { conduct, doh } = await engine();
  const sources = [`DNS answers came from ${new URL(url).host}.`];
  const fetch = policyHost((way) => sources.push(POLICY_SOURCES[way]));
  const { verdict, evidence } = await conduct(domain, { dns: doh({ urls: [url] }), fetch, options: settings(), signal, onNeed });
  return { verdict, evidence, sources };
}

/** The same check as it would be had the policy host answered with this file. @param {Outcome} outcome @param {string} text @returns {Promise<Outcome>} */
export async function withPolicy({ evidence, sources }, text) {
  const { Check } = await engine();
  const body = new TextEncoder().encode(text);
  const answers = evidence.answers.map((one) =>
    one.need.kind === 'policy'
      ? {
          ...one,
          answer: /** @type {const} */ ({ kind: 'policy', httpStatus: 200, contentType: 'text/plain', body, redirected: false }),
        }
      : one,
  );
  const pasted = { ...evidence, answers };
  return { verdict: Check.replay(pasted), evidence: pasted, sources: [...sources, 'The policy file was pasted here.'] };
}

/** A failed load is tried again by the next check. */
export function engine() {
  loading ??= import('mxseal/check').catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** @type {Promise<Engine> | null} */
let loading = null;

const POLICY_SOURCES = {
  direct: 'The policy file was read by this page.',
  proxy: 'The policy file was read through this site, since its server lets no other page read it.',
};
