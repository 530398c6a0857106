/** The steps of a change: what to do, not before when, how to see that it is done, and what to wait for after it. */

import { clauseLink } from './clause.js';
import { copyButton } from './copy.js';
import { capital, element, prose } from './element.js';
import { findingsList } from './findings.js';
import { policyFile, recordLine } from './published.js';
import { reason } from './steps.js';
import { duration, time } from './time.js';
import { badge } from './tone.js';

/** @type {Record<import('mxseal').RolloverStep['status'], { word: string, tone: import('./tone.js').Tone }>} */
const STATUSES = {
  done: { word: 'Done', tone: 'good' },
  now: { word: 'Now', tone: 'fair' },
  wait: { word: 'Next', tone: 'neutral' },
  later: { word: 'Later', tone: 'neutral' },
};

/** @param {import('mxseal').Rollover} plan */
export function stepsView({ steps, at, end, findings }) {
  return element(
    'div',
    { class: 'rollover' },
    steps.length > 0 && at === steps.length ? element('p', {}, badge('good', 'All of it is done')) : null,
    steps.length === 0 && findings.length === 0
      ? element('p', { class: 'aside' }, 'Nothing is to be done: it is published as it should be.')
      : null,
    element('ol', { class: 'rollover-steps' }, ...steps.map(stepItem)),
    end === null || at === steps.length
      ? null
      : element('p', { class: 'aside' }, 'All is done and waited for by ', time(end), '.'),
    findings.length === 0 ? null : findingsList(findings),
  );
}

/** @param {import('mxseal').RolloverStep} step */
function stepItem({ code, status, what, clause, notBefore, records, remove, policy, wait, check }) {
  const { word, tone } = STATUSES[status];
  return element(
    'li',
    { 'data-step': code, 'data-status': status },
    element(
      'p',
      { class: 'step-head' },
      badge(tone, word),
      ' ',
      element('strong', {}, prose(capital(what))),
      ' ',
      clauseLink(clause),
    ),
    notBefore === null || status === 'now' ? null : element('p', { class: 'aside' }, 'Not before ', time(notBefore), '.'),
    policy === null ? null : policyFile(policy),
    records.length === 0 ? null : element('div', { class: 'record-list' }, ...records.map(recordLine)),
    remove.length === 0 ? null : element('p', {}, 'Remove ', element('code', {}, remove.join(', ')), '.'),
    check.length === 0
      ? null
      : element(
          'details',
          {},
          element('summary', {}, 'How to see that it is done'),
          ...check.map(({ command, expect }) =>
            element(
              'div',
              { class: 'record' },
              element('div', { class: 'copied' }, element('code', {}, command), copyButton(command)),
              element(
                'p',
                { class: 'aside' },
                expect.trim() === '' ? 'answers nothing' : 'answers ',
                expect.trim() === '' ? null : element('code', {}, expect.trim()),
              ),
            ),
          ),
        ),
    wait.seconds === 0
      ? null
      : element(
          'details',
          {},
          element(
            'summary',
            {},
            `Then wait ${duration(wait.seconds)}`,
            ...(wait.until === null ? [] : [', until ', time(wait.until)]),
          ),
          reason(wait.because),
        ),
  );
}
