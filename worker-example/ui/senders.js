/** Who is protected: what a sender of each kind does with mail to the domain now, and why. */

import { element, section } from './element.js';
import { reason } from './steps.js';
import { badge } from './tone.js';

/** @type {[profile: import('mxseal').SenderProfile, name: string, example: string][]} */
export const SENDERS = [
  ['mta-sts', 'MTA-STS only', 'as Gmail'],
  ['dane+mta-sts', 'MTA-STS and DANE', 'a sender that applies both'],
  ['dane', 'DANE only', 'as Postfix'],
  ['opportunistic', 'Neither', 'encrypts where it is offered'],
];

/** @type {Record<import('mxseal').SenderOutcome['action'], { tone: import('./tone.js').Tone, phrase: string }>} */
const ACTIONS = {
  deliver: { tone: 'good', phrase: 'Delivers, sealed' },
  'deliver-unprotected': { tone: 'poor', phrase: 'Delivers, not sealed' },
  defer: { tone: 'bad', phrase: 'Holds the mail back' },
  fail: { tone: 'neutral', phrase: 'Returns the mail' },
  unknown: { tone: 'fair', phrase: 'Not known' },
};

/** @param {import('mxseal').Verdict['senders']} senders */
export function sendersSection(senders) {
  const head = element(
    'tr',
    { role: 'row' },
    ...['Sender applies', 'What it does now', 'Why'].map((name) => element('th', { scope: 'col', role: 'columnheader' }, name)),
  );
  return section(
    'senders',
    'Who is protected',
    element(
      'table',
      { role: 'table', 'aria-labelledby': 'senders' },
      element('thead', { role: 'rowgroup' }, head),
      element(
        'tbody',
        { role: 'rowgroup' },
        ...SENDERS.map(([profile, name, example]) => senderRow(profile, name, example, senders[profile])),
      ),
    ),
  );
}

/** @param {string} profile @param {string} name @param {string} example @param {import('mxseal').SenderOutcome} outcome */
function senderRow(profile, name, example, { action, because }) {
  return element(
    'tr',
    { role: 'row', 'data-sender': profile, 'data-action': action },
    element('th', { scope: 'row', role: 'rowheader' }, name, ' ', element('span', { class: 'aside' }, example)),
    element('td', { role: 'cell' }, actionBadge(action)),
    element('td', { role: 'cell' }, reason(because)),
  );
}

/** @param {import('mxseal').SenderOutcome['action']} action */
export function actionBadge(action) {
  const { tone, phrase } = ACTIONS[action];
  return badge(tone, phrase);
}
