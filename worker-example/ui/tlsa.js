/** TLSA records by the words of RFC 7218, and which of them the certificates match. */

import { answerBadge, emptiness } from './answer.js';
import { copyButton } from './copy.js';
import { element } from './element.js';
import { badge } from './tone.js';

const USAGES = ['PKIX-TA', 'PKIX-EE', 'DANE-TA', 'DANE-EE'];
const SELECTORS = ['whole certificate', 'public key'];
const MATCHINGS = ['in full', 'SHA2-256', 'SHA2-512'];

/** @param {import('mxseal').Tlsa} tlsa */
export function tlsaWords({ usage, selector, matchingType }) {
  return [
    USAGES[usage] ?? `usage ${usage}`,
    SELECTORS[selector] ?? `selector ${selector}`,
    MATCHINGS[matchingType] ?? `matching type ${matchingType}`,
  ].join(', ');
}

/**
 * @param {import('mxseal').HostVerdict} host
 * @param {import('mxseal').HostFacts} facts
 * @param {string} at
 * @param {typeof import('mxseal/check')} engine
 */
export function tlsaBlock(host, { dane, sessions }, at, engine) {
  if (dane.kind === 'not-asked') return element('span', { class: 'aside' }, `not asked for: ${dane.reason}`);
  const chain =
    sessions.kind === 'observed' ? (sessions.sessions.find((session) => session.chain.length > 0)?.chain ?? null) : null;
  return element(
    'div',
    {},
    ...dane.tlsa.map(({ name, base, lookup }) => {
      const names = base === host.tlsaBase ? host.referenceNames : [base];
      const outcome = chain === null || lookup.records.length === 0 ? null : held(lookup.records, chain, names, at, engine);
      return element(
        'div',
        { class: 'record' },
        element('p', { class: 'record-name' }, element('code', {}, name), ' ', answerBadge(lookup), ' ', emptiness(lookup)),
        element('ul', { class: 'tlsa-list' }, ...lookup.records.map((tlsa, index) => tlsaItem(tlsa, outcome, index, engine))),
      );
    }),
  );
}

/**
 * A stranger's names and certificates may be such that nothing can be said.
 * @param {import('mxseal').Tlsa[]} tlsa
 * @param {Uint8Array[]} chain
 * @param {string[]} names
 * @param {string} at
 * @param {typeof import('mxseal/check')} engine
 */
function held(tlsa, chain, names, at, engine) {
  try {
    return engine.verifyDane({ tlsa, chain, names, at });
  } catch {
    return null;
  }
}

/**
 * @param {import('mxseal').Tlsa} tlsa
 * @param {import('mxseal').DaneOutcome | null} outcome of the chain that was seen
 * @param {number} index
 * @param {typeof import('mxseal/check')} engine
 */
export function tlsaItem(tlsa, outcome, index, engine) {
  const text = engine.formatTlsa(tlsa);
  const judged = outcome?.records.find((one) => one.index === index);
  const matched = outcome?.matched?.index === index;
  return element(
    'li',
    {},
    element(
      'p',
      {},
      tlsaWords(tlsa),
      ' ',
      matched
        ? badge('good', 'matches the certificate')
        : judged?.why
          ? badge(judged.usable ? 'poor' : 'bad', judged.why === 'tlsa-no-match' ? 'does not match the certificate' : judged.why)
          : null,
    ),
    element(
      'div',
      { class: 'copied' },
      element('code', {}, text.length > LONG ? `${text.slice(0, LONG)}…` : text),
      copyButton(text),
    ),
  );
}

/** `3 1 2` and a SHA2-512 digest; a whole certificate is for machines. */
const LONG = 6 + 128;
