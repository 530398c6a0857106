/**
 * What to publish for a goal, each record to copy, and the dated steps that lead there from what is published now. The
 * engine makes the records and the steps; this asks for the goal and shows them.
 */

import { planRollover, publishSts } from 'mxseal/mta-sts';
import { capital, element, prose } from './element.js';
import { findingsList } from './findings.js';
import { keyChange } from './key-change.js';
import { policyFile, recordLine } from './published.js';
import { stepsView } from './rollover.js';
import { choice, entry } from './fields.js';
import { presentPolicy } from './what-if-facts.js';

/** @typedef {typeof import('mxseal/check')} Engine */

/** @type {[import('mxseal').StsMode, string][]} */
const GOALS = [
  ['testing', 'testing: failures are reported'],
  ['enforce', 'enforce: failures stop the mail'],
  ['none', 'none: MTA-STS is withdrawn'],
];

/** @param {import('mxseal').Verdict} verdict @param {Engine} engine */
export function publishView(verdict, engine) {
  const { facts } = verdict;
  const present = presentPolicy(facts, engine);
  const reports = facts.tlsRptTxt.records.length === 0 ? null : engine.parseTlsRptRecord(facts.tlsRptTxt.records).value;
  const goal = choice('publish-goal', 'Goal', GOALS);
  goal.field.value = present?.mode ?? 'testing';
  const maxAge = entry('publish-max-age', 'max_age, in seconds', {
    type: 'number',
    min: 0,
    max: 31_557_600,
    placeholder: 'a day, or a week to enforce',
    value: present?.maxAge ?? '',
  });
  const rua = entry('publish-rua', 'TLS reports go to', {
    type: 'text',
    spellcheck: 'false',
    autocomplete: 'off',
    value: reports?.rua.join(', ') ?? `mailto:tls-reports@${facts.nextHop}`,
  });
  const ttl = entry('publish-ttl', 'TTL of the records, in seconds', { type: 'number', min: 0, max: 604_800, value: 3600 });
  const patterns = element('textarea', { id: 'publish-mx', rows: 2, spellcheck: 'false' });
  patterns.value = (present !== null && present.mx.length > 0 ? present.mx : facts.hosts.map(({ host }) => host)).join('\n');
  const output = element('div', { class: 'publish-output' });
  const update = () => {
    const asked = {
      goal: /** @type {import('mxseal').StsMode} */ (goal.field.value),
      maxAge: maxAge.field.value === '' ? undefined : Number(maxAge.field.value),
      ttl: Number(ttl.field.value) || 0,
      mx: patterns.value.split(/[\s,]+/).filter((one) => one !== ''),
      rua: rua.field.value.split(/[\s,]+/).filter((one) => one !== ''),
    };
    try {
      output.replaceChildren(publication(verdict, asked), order(verdict, asked, engine));
    } catch (error) {
      output.replaceChildren(element('p', { class: 'field-error' }, prose(capital(/** @type {Error} */ (error).message))));
    }
  };
  const form = element(
    'form',
    { class: 'publish-form' },
    element(
      'fieldset',
      {},
      element('legend', {}, 'What you want'),
      goal.row,
      maxAge.row,
      rua.row,
      ttl.row,
      element('div', {}, element('label', { for: 'publish-mx' }, 'mx patterns, one a line'), patterns),
    ),
  );
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  update();
  return element('div', {}, form, output, keyChange(verdict));
}

/** @typedef {{ goal: import('mxseal').StsMode, maxAge: number | undefined, ttl: number, mx: string[], rua: string[] }} Asked */

/** @param {import('mxseal').Verdict} verdict @param {Asked} asked */
function publication(verdict, asked) {
  const { value, findings } = publishSts({ ...asked, verdict, at: verdict.at });
  return element(
    'div',
    {},
    element('h3', {}, 'The file and the records'),
    value === null ? null : policyFile(value.policy),
    value === null ? null : element('div', { class: 'record-list' }, ...value.records.map(recordLine)),
    value === null || value.changed ? null : element('p', { class: 'aside' }, 'The policy stays as it is, and so does its id.'),
    findings.length === 0 ? null : findingsList(findings),
  );
}

/** From what is published now. @param {import('mxseal').Verdict} verdict @param {Asked} asked @param {Engine} engine */
function order({ facts, at }, { goal, maxAge, ttl }, engine) {
  const { answer } = facts.policy;
  const policy = answer?.kind === 'policy' && answer.httpStatus === 200 ? answer.body : null;
  const id = facts.stsTxt.records.length === 0 ? null : (engine.parseStsRecord(facts.stsTxt.records).value?.id ?? null);
  const mx = facts.hosts.map(({ host }) => host);
  if (policy === null && goal === 'none') return element('div');
  const plan = planRollover({
    kind: 'policy',
    domain: facts.nextHop,
    current: { policy, id, mx },
    next: { goal, maxAge },
    ttl,
    at,
  });
  return element('div', {}, element('h3', {}, 'In which order'), stepsView(plan));
}
