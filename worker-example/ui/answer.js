/** An answer of the DNS: what was asked, what came, and what DNSSEC says of it. */

import { element } from './element.js';
import { securityBadge } from './tone.js';

/** @type {Record<import('mxseal').Outcome, string>} */
const OUTCOMES = {
  found: '',
  'no-data': 'no such record',
  nxdomain: 'no such name',
  failed: 'could not be found out',
  'not-asked': 'not asked',
};

/** @param {import('mxseal').Lookup<unknown>} lookup */
export function answerBadge({ outcome, security }) {
  if (outcome === 'not-asked' || security.source === 'none') return null;
  return securityBadge(security.status);
}

/** Why there is nothing; null where there is something. @param {import('mxseal').Lookup<unknown>} lookup */
export function emptiness({ outcome, reason }) {
  if (outcome === 'found') return null;
  return element('span', { class: 'aside' }, OUTCOMES[outcome], reason === null ? null : `: ${reason}`);
}

/** A name, its type, the records as published one a line. @param {string} name @param {string} type @param {import('mxseal').Lookup<unknown>} lookup @param {string[]} records */
export function recordBlock(name, type, lookup, records) {
  return element(
    'div',
    { class: 'record' },
    element(
      'p',
      { class: 'record-name' },
      element('code', {}, name),
      ' ',
      element('span', { class: 'aside' }, type),
      ' ',
      answerBadge(lookup),
      ' ',
      emptiness(lookup),
    ),
    records.length === 0
      ? null
      : element(
          'pre',
          { tabindex: '0', 'aria-label': `${name} ${type}` },
          ...records.map((record) => element('code', { class: 'line' }, record, '\n')),
        ),
  );
}
