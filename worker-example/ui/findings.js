/** What there is to say about what the domain publishes, the worst first, each with its clause and its remedy. */

import { clauseLink } from './clause.js';
import { copyButton } from './copy.js';
import { capital, element, prose, section } from './element.js';
import { SEVERITIES, badge } from './tone.js';

/** @param {import('mxseal').Finding[]} findings */
export function findingsSection(findings) {
  return findings.length === 0 ? null : section('findings', 'Findings', findingsList(findings));
}

/** @param {import('mxseal').Finding[]} findings */
export function findingsList(findings) {
  const order = Object.keys(SEVERITIES);
  const sorted = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return element('ul', { class: 'finding-list' }, ...sorted.map(findingItem));
}

/** @param {import('mxseal').Finding} finding */
function findingItem({ code, severity, subject, span, message, clause, remedy }) {
  const { word, tone } = SEVERITIES[severity];
  return element(
    'li',
    { 'data-tone': tone, 'data-code': code },
    element('p', { class: 'severity' }, badge(tone, word)),
    element(
      'div',
      {},
      element('p', { class: 'message' }, prose(capital(message))),
      remedy === null ? null : remedyBlock(remedy),
      element(
        'p',
        { class: 'origin' },
        element('span', { class: 'subject' }, subject),
        span === null ? null : ` line ${span.line}, column ${span.column}`,
        ' ',
        clauseLink(clause),
        ' ',
        element('code', {}, code),
      ),
    ),
  );
}

/** A remedy is the mended line itself, or a sentence that may quote what to write, before anything else: that is copied. */
export function remedyBlock(/** @type {string} */ remedy) {
  const whole = MENDED.test(remedy);
  const write = whole ? remedy : (/`([^`]+)`/.exec(remedy)?.[1] ?? null);
  const text = whole ? element('code', {}, remedy) : prose(capital(remedy));
  return element('div', { class: 'remedy' }, element('p', {}, text), write === null ? null : copyButton(write));
}

/** A line of a policy (RFC 8461 §3.2), or a TXT record (RFC 8461 §3.1, RFC 8460 §3). */
const MENDED = /^(?:(?:version|mode|mx|max_age): |v=)\S/;
