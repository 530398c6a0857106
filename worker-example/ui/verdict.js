/** The verdict in one sentence, with its reason and what it rests on. It says what `posture` means and decides nothing. */

import { element } from './element.js';
import { reason } from './steps.js';
import { time } from './time.js';
import { sign } from './tone.js';

/** @type {Record<import('mxseal').Posture, { word: string, tone: import('./tone.js').Tone, sentence: string }>} */
export const POSTURES = {
  protected: {
    word: 'Protected',
    tone: 'good',
    sentence: 'Mail to {} is sealed: every mail host must encrypt and prove its name.',
  },
  partial: {
    word: 'Partly protected',
    tone: 'fair',
    sentence: 'Mail to {} is sealed only in part: not every mail host must encrypt and prove its name.',
  },
  testing: {
    word: 'Testing',
    tone: 'fair',
    sentence: 'Mail to {} is not sealed yet: its policy is being tested, so a failure is reported and the mail goes anyway.',
  },
  unprotected: {
    word: 'Unprotected',
    tone: 'poor',
    sentence: 'Mail to {} is not sealed: no sender is told to encrypt or to check who answers.',
  },
  broken: {
    word: 'Broken',
    tone: 'bad',
    sentence: 'Mail to {} does not get through from every sender: some that obey its policy can deliver to no host.',
  },
  'no-mail': { word: 'No mail', tone: 'neutral', sentence: '{} takes no mail.' },
  unknown: { word: 'Unknown', tone: 'neutral', sentence: 'How mail to {} is protected could not be found out.' },
};

/**
 * @param {import('mxseal').Verdict} verdict
 * @param {string[]} sources where the facts came from, a sentence each
 * @param {Node} actions
 */
export function verdictSection(verdict, sources, actions) {
  const { domain, at, validUntil, posture, because } = verdict;
  const { word, tone } = POSTURES[posture];
  const [before, after = ''] = sentenceOf(verdict).split('{}');
  return element(
    'section',
    { class: 'verdict', 'data-tone': tone, 'data-posture': posture, 'aria-labelledby': 'verdict' },
    element('p', { class: 'posture' }, sign(tone), word),
    element('h2', { id: 'verdict', tabindex: '-1' }, before ?? '', element('strong', {}, domain), after),
    reason(because),
    element(
      'p',
      { class: 'provenance' },
      element(
        'span',
        {},
        'Checked ',
        time(at),
        validUntil === null ? null : ', good until ',
        validUntil === null ? null : time(validUntil),
        '.',
      ),
      ...sources.map((source) => element('span', {}, ` ${source}`)),
    ),
    actions,
  );
}

/** The sentence alone, for those who hear the page. */
export function verdictSentence(/** @type {import('mxseal').Verdict} */ verdict) {
  return sentenceOf(verdict).replace('{}', () => verdict.domain);
}

/** @param {import('mxseal').Verdict} verdict */
function sentenceOf({ posture, hosts }) {
  return posture === 'broken' && hosts.length === 0 ? NOT_BELIEVED : POSTURES[posture].sentence;
}

/** RFC 7672 §2.1.1: where the MX records are bogus there is no host to try. */
const NOT_BELIEVED =
  'Mail to {} does not get through from every sender: one that checks DNSSEC must not believe where it should go.';
