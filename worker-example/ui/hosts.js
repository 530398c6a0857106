/** Each mail host: what a sender must demand of it, what it showed, and why. It says what `requirement` means and decides nothing. */

import { emptiness } from './answer.js';
import { chainBlock } from './certificate.js';
import { element, pairs, section } from './element.js';
import { reason } from './steps.js';
import { tlsaBlock } from './tlsa.js';
import { securityBadge, sign } from './tone.js';

/** @typedef {typeof import('mxseal/check')} Engine */

/** @type {Record<import('mxseal').Requirement, { tone: import('./tone.js').Tone, phrase: string }>} */
export const REQUIREMENTS = {
  opportunistic: { tone: 'poor', phrase: 'Encrypted if offered; nobody checks who answers' },
  encrypted: { tone: 'fair', phrase: 'Must encrypt; nobody checks who answers' },
  webpki: { tone: 'good', phrase: 'Must encrypt and show a certificate from a public authority' },
  dane: { tone: 'good', phrase: 'Must encrypt and show the certificate that its DNS pins' },
  'dane+webpki': {
    tone: 'good',
    phrase: 'Must encrypt and show a certificate that both its DNS and a public authority vouch for',
  },
  unusable: { tone: 'bad', phrase: 'Gets no mail from a sender that obeys the policy' },
};

/** @type {Record<import('mxseal').HostVerdict['conformance'], string>} */
const CONFORMANCES = {
  met: 'it does',
  unmet: 'it does not',
  unobserved: 'not contacted from here',
};

/** With more, what a host shows is folded. */
const OPEN = 4;

/** @param {import('mxseal').Verdict} verdict @param {Engine} engine */
export function hostsSection(verdict, engine) {
  const { hosts } = verdict;
  if (hosts.length === 0) return null;
  return section(
    'hosts',
    hosts.length === 1 ? 'The mail host' : `The ${hosts.length} mail hosts`,
    element('ul', { class: 'host-list' }, ...hosts.map((host) => hostItem(host, verdict, engine, hosts.length <= OPEN))),
  );
}

/** @param {import('mxseal').HostVerdict} host @param {import('mxseal').Verdict} verdict @param {Engine} engine @param {boolean} open */
function hostItem(host, verdict, engine, open) {
  const { requirement, conformance } = host;
  const { tone, phrase } = REQUIREMENTS[requirement];
  const shown = requirement !== 'unusable' && conformance === 'unmet' ? 'bad' : tone;
  const facts = verdict.facts.hosts.find((one) => one.host === host.host);
  return element(
    'li',
    { 'data-tone': shown, 'data-requirement': requirement },
    element(
      'h3',
      {},
      element('span', { class: 'host-name' }, host.host),
      ' ',
      element('span', { class: 'aside' }, `preference ${host.preference}`),
    ),
    element(
      'p',
      { class: 'requirement' },
      sign(shown),
      element(
        'span',
        {},
        phrase,
        requirement === 'unusable' ? null : element('span', { class: 'conformance' }, ` · ${CONFORMANCES[conformance]}`),
      ),
    ),
    element(
      'details',
      { open },
      element('summary', {}, 'Why, and what it shows'),
      reason(host.because),
      pairs(
        ['Addresses', addresses(host, facts)],
        host.sts === null
          ? null
          : [
              'MTA-STS',
              `${host.sts.mode}, ${host.sts.pattern === null ? 'matched by no pattern' : `matched by ${host.sts.pattern}`}`,
            ],
        ['Must show', mustShow(host)],
        facts === undefined ? null : ['Certificate', chainBlock(facts, verdict.at, engine)],
        facts === undefined ? null : ['TLSA', tlsaBlock(host, facts, verdict.at, engine)],
      ),
    ),
  );
}

/** @param {import('mxseal').HostVerdict} host @param {import('mxseal').HostFacts | undefined} facts */
function addresses({ addresses: found }, facts) {
  const none = facts === undefined ? null : (emptiness(facts.a) ?? emptiness(facts.aaaa));
  if (found.length === 0) return element('span', {}, none ?? 'none');
  return element(
    'ul',
    { class: 'inline' },
    ...found.map(({ ip, status }) => element('li', {}, element('code', {}, ip), ' ', securityBadge(status))),
  );
}

/** @param {import('mxseal').HostVerdict} host */
function mustShow({ requirement, referenceNames, serverName }) {
  const asked = element('span', { class: 'aside' }, ` asked for as ${serverName}`);
  if (requirement === 'opportunistic' || requirement === 'encrypted') return element('span', {}, 'any certificate', asked);
  if (requirement === 'unusable') return element('span', { class: 'aside' }, 'it is not asked');
  return element('span', {}, 'a certificate for ', element('code', {}, referenceNames.join(', ')), asked);
}
