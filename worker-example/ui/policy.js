/** MTA-STS as published: the record that announces it, and the policy file line by line, each finding at its line. */

import { recordBlock } from './answer.js';
import { clauseLink } from './clause.js';
import { capital, element, prose, section } from './element.js';
import { remedyBlock } from './findings.js';
import { duration } from './time.js';
import { SEVERITIES, badge } from './tone.js';

/** @typedef {import('mxseal').Finding} Finding */

/** @param {import('mxseal').Verdict} verdict @param {typeof import('mxseal/check')} engine @param {Node | null} aid shown where the file could not be read */
export function policySection({ facts }, engine, aid) {
  const { stsTxt, policy, nextHop } = facts;
  const record = stsTxt.records.length === 0 ? [] : engine.parseStsRecord(stsTxt.records).findings;
  return section(
    'policy',
    'MTA-STS',
    recordBlock(`_mta-sts.${nextHop}`, 'TXT', stsTxt, stsTxt.records),
    notes(record),
    policyFile(policy, engine),
    unseen(policy) ? aid : null,
  );
}

/** The fetch says nothing that a sender would see: the browser hid what happened. @param {import('mxseal').PolicyFacts} policy */
export function unseen({ answer }) {
  return answer !== null && (answer.kind === 'unsupported' || (answer.kind === 'failed' && answer.cause === 'opaque'));
}

/** @type {Record<NonNullable<import('mxseal').PolicyFacts['notFetched']>, string>} */
const NOT_FETCHED = {
  'not-announced': 'not asked for: nothing announces it',
  'not-due': 'not asked for: a policy that is kept from before is fresh',
  'not-public': 'not asked for: its host has no public address',
  unresolved: 'not asked for: its host has no address',
};

/** @param {import('mxseal').PolicyFacts} facts @param {typeof import('mxseal/check')} engine */
function policyFile({ url, answer, notFetched }, engine) {
  const state = () => {
    if (answer === null) return NOT_FETCHED[notFetched ?? 'not-announced'];
    if (answer.kind === 'policy')
      return answer.redirected ? 'redirected' : `HTTP ${answer.httpStatus}, ${answer.contentType ?? 'no media type'}`;
    return answer.kind === 'failed' ? `could not be read: ${answer.message}` : 'could not be read from here';
  };
  const body = answer?.kind === 'policy' && answer.body.length > 0 ? answer.body : null;
  return element(
    'div',
    { class: 'record' },
    element('p', { class: 'record-name' }, element('code', {}, url), ' ', element('span', { class: 'aside' }, state())),
    body === null || answer === null ? null : policyText(body, engine, { refused: refusal(answer, engine) }),
  );
}

/** What stands against the answer, not against its text. @param {import('mxseal').PolicyAnswer} answer @param {typeof import('mxseal/check')} engine */
function refusal(answer, engine) {
  const { status, reason } = engine.classifyFetch(answer);
  return status === 'fetched' ? null : (reason ?? 'it cannot be had');
}

/**
 * @param {Uint8Array | string} body
 * @param {typeof import('mxseal/check')} engine
 * @param {{ mend?: boolean, refused?: string | null }} [o] `mend`: what to write is offered at the line; `refused`: why a
 *   sender takes no such file, whatever it says
 */
export function policyText(body, engine, { mend = false, refused = null } = {}) {
  const { value, findings } = engine.parseStsPolicy(body);
  const text = typeof body === 'string' ? body : new TextDecoder('utf-8').decode(body);
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const shown = lines.slice(0, MOST_LINES);
  const at = (/** @type {number} */ line) => findings.filter(({ span }) => span?.line === line);
  return element(
    'div',
    { class: 'policy-text' },
    element(
      'ol',
      { class: 'numbered' },
      ...shown.map((line, index) =>
        element(
          'li',
          { 'data-tone': worst(at(index + 1)) },
          element('code', {}, line.length > LONG_LINE ? `${line.slice(0, LONG_LINE)}…` : line),
          notes(at(index + 1), mend),
        ),
      ),
    ),
    lines.length > shown.length ? element('p', { class: 'aside' }, `${lines.length - shown.length} more lines`) : null,
    notes(
      findings.filter(({ span }) => span === null || span.line > shown.length),
      mend,
    ),
    value === null
      ? element('p', {}, badge('bad', 'Not a valid policy: senders go on without it'))
      : refused !== null
        ? element('p', {}, badge('bad', `Valid as a text, but no sender takes it like this: ${refused}`))
        : element('p', { class: 'aside' }, `Valid; a sender keeps it for ${duration(value.maxAge)}.`),
  );
}

/** @param {Finding[]} findings */
function worst(findings) {
  const order = Object.keys(SEVERITIES);
  const [first] = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return first === undefined ? null : SEVERITIES[first.severity].tone;
}

/** What is to be said right there, in short; the list of findings says it with its remedy. @param {Finding[]} findings @param {boolean} mend */
export function notes(findings, mend = false) {
  if (findings.length === 0) return null;
  return element(
    'ul',
    { class: 'notes' },
    ...findings.map(({ severity, message, remedy, clause }) =>
      element(
        'li',
        {},
        badge(SEVERITIES[severity].tone, SEVERITIES[severity].word),
        ' ',
        prose(capital(message)),
        ' ',
        clauseLink(clause),
        remedy === null ? null : mend ? remedyBlock(remedy) : element('span', { class: 'aside' }, ' → ', prose(remedy)),
      ),
    ),
  );
}

const MOST_LINES = 200;
const LONG_LINE = 500;
