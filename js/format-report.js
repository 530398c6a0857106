/**
 * TLS reports for a person: for each domain what came through, then who could not deliver, why, and what mends it. It puts
 * words to what the summary and its findings say.
 */

import { findingLines, plain, wrap } from './format.js';

/** @typedef {import('./types.d.ts').DomainSummary} DomainSummary */
/** @typedef {import('./types.d.ts').FailureSummary} FailureSummary */
/** @typedef {import('./types.d.ts').SummaryGroup} SummaryGroup */
/** @typedef {import('./types.d.ts').Finding} Finding */
/** @typedef {ReturnType<typeof import('./format.js').painter>} Paint */

/** Lines of a list that are shown; the rest is counted. */
const MOST = 31;
const MOST_FAILURES = 20;

/** By result type: what a sender saw, and what mends it. @type {Record<string, [saw: string, mend: string]>} */
const RESULT = {
  'starttls-not-supported': ['offers no STARTTLS', 'turn on TLS for incoming mail on this host'],
  'certificate-host-mismatch': ['shows a certificate for another name, or is not in the policy', 'get a certificate that names this host, and list it in the policy'],
  'certificate-not-trusted': ['shows a certificate that leads to no trusted root', 'send the whole chain, of a public CA'],
  'certificate-expired': ['shows a certificate that has expired', 'renew it, and reload the mail server'],
  'validation-failure': ['fails in another way', 'check the domain with `mxseal check --starttls`'],
  'tlsa-invalid': ['has TLSA records of which none can be used', 'publish usage 3 or 2, selector 1, matching type 1'],
  'dnssec-invalid': ['cannot be looked up: DNSSEC does not hold', 'mend the signatures of the zone, or its DS records'],
  'dane-required': ['has no DANE, which the sender insists on', 'publish signed TLSA records, if you have agreed to'],
  'sts-policy-fetch-error': ['announces a policy that cannot be fetched', 'mend the web server of `mta-sts.` before the domain'],
  'sts-policy-invalid': ['serves a policy that is none', 'mend the policy file: `mxseal lint` says where'],
  'sts-webpki-invalid': ['serves its policy under a certificate that is not valid', 'renew the certificate of the policy host'],
};

/** @type {Record<string, string>} */
const POLICY = { sts: 'MTA-STS', tlsa: 'DANE', 'no-policy-found': 'no policy' };

/**
 * @param {{ sources: { file: string, findings: Finding[] }[], summary: import('./types.d.ts').Summary, explained: Finding[], checked: string[] }} all
 * @param {Paint} paint
 * @param {number} width
 * @returns {string}
 */
export function formatReports({ sources, summary, explained, checked }, paint, width) {
  const { reports, duplicates, domains } = summary;
  const again = duplicates > 0 ? `, ${duplicates} more came twice` : '';
  const lines = [`${count(reports, 'report')} read${again}`, ''];
  for (const { file, findings } of sources) lines.push(...sourceLines(file, findings, paint, width));
  for (const domain of domains) lines.push(...domainLines(domain, paint, width), '');
  if (checked.length > 0) {
    lines.push(`  ${paint('strong', `What it comes from, as ${checked.map(plain).join(', ')} stands`)}`);
    if (explained.length === 0) lines.push('    the reports hold no failures of it');
    for (const finding of explained) lines.push(...findingLines(finding, paint, width));
  }
  return lines.join('\n').trimEnd();
}

/**
 * Only what weighs: real reports leave out a lot that nobody misses.
 * @param {string} file
 * @param {Finding[]} findings
 * @param {Paint} paint
 * @param {number} width
 */
function sourceLines(file, findings, paint, width) {
  const grave = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  if (grave.length === 0) return [];
  const shown = grave.slice(0, 5).flatMap((finding) => findingLines(finding, paint, width));
  const rest = grave.length > 5 ? [`    and ${grave.length - 5} more; --json has all`] : [];
  return [`${plain(file)}:`, ...shown, ...rest, ''];
}

/**
 * @param {DomainSummary} domain
 * @param {Paint} paint
 * @param {number} width
 */
function domainLines(domain, paint, width) {
  const all = domain.successful + domain.failed;
  const name = domain.domain ?? 'a domain that the reports do not name';
  const tone = domain.failed === 0 ? 'good' : domain.failingPerMille >= 100 ? 'bad' : 'warn';
  const said = domain.failed === 0 ? `all ${count(all, 'session')} went well` : `${domain.failed} of ${count(all, 'session')} failed (${share(domain.failingPerMille)})`;
  return [
    `${paint('strong', plain(name))}: ${paint(tone, said)}, ${span(domain.firstSeen, domain.lastSeen)}`,
    '',
    ...failureLines(domain.failures, paint, width),
    ...groupLines('By day', domain.days, paint),
    ...groupLines('By sender', domain.senders, paint),
    ...groupLines('By policy', domain.policyTypes.map((group) => ({ ...group, name: POLICY[group.name ?? ''] ?? group.name })), paint),
  ];
}

/**
 * @param {FailureSummary[]} failures
 * @param {Paint} paint
 * @param {number} width
 */
function failureLines(failures, paint, width) {
  if (failures.length === 0) return [];
  const lines = failures.slice(0, MOST_FAILURES).flatMap((failure) => {
    const [saw, mend] = RESULT[failure.resultType ?? ''] ?? ['fails in a way that no RFC names', 'ask the sender'];
    const host = failure.mx ?? 'the domain';
    const code = [failure.resultType ?? 'no result type', failure.reason].filter(Boolean).join(', ');
    const by = failure.organizations.join(', ') || 'somebody';
    const under = POLICY[failure.policyType ?? ''] ?? failure.policyType ?? 'a policy of no type';
    const [first = '', ...more] = wrap(`✗ ${count(failure.failed, 'session')}: ${host} ${saw} (${code})`, '    ', width);
    return [
      first.replace('✗', () => paint('bad', '✗')),
      ...more,
      ...wrap(`seen by ${by} under ${under}, ${span(failure.firstSeen, failure.lastSeen)}`, '      ', width),
      ...wrap(`→ ${mend}`, '      ', width),
    ];
  });
  const rest = failures.length > MOST_FAILURES ? [`    and ${failures.length - MOST_FAILURES} more ways of failing; --json has all`] : [];
  return [`  ${paint('strong', 'Who cannot deliver, and why')}`, ...lines, ...rest, ''];
}

/**
 * @param {string} title
 * @param {SummaryGroup[]} groups
 * @param {Paint} paint
 */
function groupLines(title, groups, paint) {
  const shown = groups.slice(-MOST);
  const names = shown.map(({ name }) => plain(name ?? 'not told'));
  const longest = Math.min(40, Math.max(...names.map((name) => name.length)));
  const lines = shown.map(({ successful, failed, failingPerMille }, index) => {
    const told = `${names[index]?.padEnd(longest)}  ${String((successful ?? 0) + failed).padStart(8)} sessions`;
    return failed === 0 ? `    ${told}` : `    ${told}, ${paint('bad', `${failed} failed`)} (${share(failingPerMille ?? 0)})`;
  });
  const rest = groups.length > MOST ? [`    and ${groups.length - MOST} earlier ones; --json has all`] : [];
  return [`  ${paint('strong', title)}`, ...lines, ...rest];
}

/** @param {number} perMille */
function share(perMille) {
  return `${(perMille / 10).toFixed(1)} %`;
}

/** @param {number} number @param {string} what */
function count(number, what) {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** @param {string | null} first @param {string | null} last */
function span(first, last) {
  const [from, to] = [first, last].map((time) => time?.slice(0, 10) ?? 'no date');
  return from === to ? `${from}` : `${from} to ${to}`;
}
