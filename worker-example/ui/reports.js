/** TLS reports as one picture: what senders counted, and every way of failing that they saw (RFC 8460 §4). */

import { element, part } from './element.js';
import { findingsList } from './findings.js';
import { day } from './time.js';
import { badge } from './tone.js';

/** A module of its own; the panel asks for it when it is opened, so that nothing is asked for when something is judged. */
export function reportReader() {
  return import('mxseal/tlsrpt');
}

/** @param {{ name: string, bytes: Uint8Array }[]} given @param {import('mxseal').Verdict | null} present */
export async function reportsSection(given, present) {
  const { explain, readReport, summarizeReports } = await reportReader();
  const read = await Promise.all(given.map(async ({ name, bytes }) => ({ name, ...(await readReport(bytes)) })));
  const reports = read.flatMap(({ value }) => value ?? []);
  const summary = summarizeReports(reports);
  const findings = read.flatMap(({ findings }) => findings);
  const lost = read.filter(({ value }) => value === null).map(({ name }) => name);
  return part(
    given.length === 1 ? 'A TLS report' : `${given.length} TLS reports`,
    lost.length === 0 ? null : element('p', {}, badge('bad', `no report: ${lost.join(', ')}`)),
    summary.duplicates === 0
      ? null
      : element('p', { class: 'aside' }, `${summary.duplicates} came more than once and count once.`),
    ...summary.domains.map(domainBlock),
    present === null || !summary.domains.some(({ domain }) => domain === present.domain)
      ? null
      : explanation(explain(summary, present), present.domain),
    findings.length === 0 ? null : findingsList(findings),
  );
}

/** @param {import('mxseal').Finding[]} findings @param {string} domain */
function explanation(findings, domain) {
  return findings.length === 0
    ? null
    : element('div', {}, element('p', {}, `By the verdict on ${domain} below:`), findingsList(findings));
}

/** @param {import('mxseal').DomainSummary} summary */
function domainBlock({ domain, successful, failed, failures, senders, firstSeen, lastSeen }) {
  return element(
    'div',
    { class: 'reported' },
    element(
      'p',
      {},
      element('strong', {}, domain ?? 'a domain that the report does not name'),
      ' ',
      failed === 0
        ? badge('good', `${successful} sessions, none failed`)
        : badge('bad', `${failed} of ${successful + failed} sessions failed`),
    ),
    element(
      'p',
      { class: 'aside' },
      `Seen by ${names(senders.map(({ name }) => name))}`,
      ...(firstSeen === null || lastSeen === null ? [] : [', ', day(firstSeen), ' to ', day(lastSeen)]),
    ),
    failures.length === 0 ? null : failureTable(failures, domain ?? ''),
  );
}

/** @param {import('mxseal').FailureSummary[]} failures @param {string} domain */
function failureTable(failures, domain) {
  const head = ['Sessions', 'What failed', 'Mail host', 'Policy', 'Seen by'];
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Failures of ${domain}` },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name)))),
      element(
        'tbody',
        {},
        ...failures
          .slice(0, MOST)
          .map(({ failed, resultType, reason, mx, policyType, organizations }) =>
            element(
              'tr',
              {},
              element('td', {}, String(failed)),
              element(
                'th',
                { scope: 'row' },
                resultType ?? 'not told',
                reason === null ? null : element('span', { class: 'aside' }, ` ${reason}`),
              ),
              element('td', {}, mx ?? 'not told'),
              element('td', {}, policyType ?? 'not told'),
              element('td', {}, names(organizations)),
            ),
          ),
      ),
    ),
  );
}

/** @param {(string | null)[]} list */
function names(list) {
  const shown = list.slice(0, 4).map((name) => name ?? 'somebody');
  return `${shown.join(', ')}${list.length > shown.length ? ` and ${list.length - shown.length} more` : ''}`;
}

const MOST = 100;
