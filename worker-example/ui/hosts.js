/** Each mail host: what a sender must demand of it, and why. It says what `requirement` means and decides nothing. */

import { element } from './element.js';
import { reason } from './steps.js';

/** @type {Record<import('mxseal').Requirement, { tone: string, phrase: string }>} */
const REQUIREMENTS = {
  opportunistic: { tone: 'poor', phrase: 'Encrypted if offered; nobody checks who answers' },
  encrypted: { tone: 'fair', phrase: 'Must encrypt; nobody checks who answers' },
  webpki: { tone: 'good', phrase: 'Must encrypt and show a certificate from a public authority' },
  dane: { tone: 'good', phrase: 'Must encrypt and show the certificate that its DNS pins' },
  'dane+webpki': { tone: 'good', phrase: 'Must encrypt and show a certificate that both its DNS and a public authority vouch for' },
  unusable: { tone: 'bad', phrase: 'Gets no mail from a sender that obeys the policy' },
};

/** @type {Record<import('mxseal').HostVerdict['conformance'], string>} */
const CONFORMANCES = {
  met: 'it does',
  unmet: 'it does not',
  unobserved: 'not contacted from here',
};

/** @param {import('mxseal').HostVerdict[]} hosts */
export function hostsSection(hosts) {
  if (hosts.length === 0) return null;
  return element(
    'section',
    { class: 'hosts', 'aria-labelledby': 'hosts' },
    element('h2', { id: 'hosts' }, hosts.length === 1 ? 'The mail host' : `The ${hosts.length} mail hosts`),
    element('ul', {}, ...hosts.map(hostItem)),
  );
}

/** @param {import('mxseal').HostVerdict} host */
function hostItem({ host, preference, addresses, requirement, sts, conformance, because }) {
  const { tone, phrase } = REQUIREMENTS[requirement];
  return element(
    'li',
    { 'data-tone': tone, 'data-requirement': requirement },
    element('h3', {}, element('span', { class: 'host-name' }, host), ' ', element('span', { class: 'preference' }, `preference ${preference}`)),
    element('p', { class: 'requirement' }, phrase, requirement === 'unusable' ? null : element('span', { class: 'conformance' }, ` · ${CONFORMANCES[conformance]}`)),
    element(
      'details',
      {},
      element('summary', {}, 'Why'),
      reason(because),
      element(
        'dl',
        {},
        ...row('Addresses', addresses.length === 0 ? 'none' : addresses.map(({ ip }) => ip).join(', ')),
        ...(sts === null ? [] : row('MTA-STS', `${sts.mode}, ${sts.pattern === null ? 'matched by no pattern' : `matched by ${sts.pattern}`}`)),
        ...row('Requirement', requirement),
      ),
    ),
  );
}

/** @param {string} name @param {string} value */
function row(name, value) {
  return [element('dt', {}, name), element('dd', {}, value)];
}
