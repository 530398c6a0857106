/** One check in this page: the engine, and the hosts that a page can lend it. The engine is loaded at the first. */

import { policyHost } from './policy-host.js';
import { settings } from './settings.js';

/**
 * @param {string} domain
 * @param {{ doh: string, signal: AbortSignal, onNeed(need: import('mxseal').Need): void }} options
 * @returns {Promise<{ verdict: import('mxseal').Verdict, sources: string[] }>}
 */
export async function checkHere(domain, { doh: url, signal, onNeed }) {
  const { check, doh } = await engine();
  const sources = [`DNS answers came from ${new URL(url).host}.`];
  const fetch = policyHost((way) => sources.push(POLICY_SOURCES[way]));
  const verdict = await check(domain, { dns: doh({ urls: [url] }), fetch, options: settings(), signal, onNeed });
  return { verdict, sources };
}

/** A failed load is tried again by the next check. */
export function engine() {
  loading ??= import('mxseal').catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** @type {Promise<typeof import('mxseal')> | null} */
let loading = null;

const POLICY_SOURCES = {
  direct: 'The policy file was read by this page.',
  proxy: 'The policy file was read through this site, since its server lets no other page read it.',
};
