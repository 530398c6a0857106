/** A verdict on the page, section by section. What is not needed to read the first is loaded after it. */

import { actionBar } from './actions.js';
import { changesSection } from './changes.js';
import { element } from './element.js';
import { findingsSection } from './findings.js';
import { hostsSection } from './hosts.js';
import { laterSections } from './later.js';
import { policyForm } from './policy-form.js';
import { policySection } from './policy.js';
import { sendersSection } from './senders.js';
import { tlsRptSection } from './tls-rpt.js';
import { verdictSection } from './verdict.js';

/** @typedef {import('./checker.js').Outcome} Outcome */

/**
 * @param {HTMLElement} place
 * @param {Outcome} outcome
 * @param {typeof import('mxseal/check')} engine
 * @param {{ link: string | null, again: (() => void) | null, before: import('mxseal').Verdict | null, onPolicy(text: string): void }} o
 */
export function showResult(place, outcome, engine, { link, again, before, onPolicy }) {
  const { verdict, evidence, sources } = outcome;
  const { domain, at, hosts, findings } = verdict;
  const actions = actionBar({ domain, at, link, again, evidence: engine.stringify(evidence) });
  const sections = [
    verdictSection(verdict, sources, actions),
    changesSection(before, verdict, engine),
    hosts.length === 0 ? null : sendersSection(verdict.senders),
    hostsSection(verdict, engine),
    policySection(verdict, engine, policyForm(onPolicy)),
    tlsRptSection(verdict, engine),
    findingsSection(findings),
    ...laterSections(outcome, engine),
  ].filter((section) => section !== null);
  const [first, ...rest] = sections;
  place.replaceChildren(...(first === undefined ? [] : [first]), contents(sections), ...rest);
}

/** Links to the sections by their headings. @param {HTMLElement[]} sections */
function contents(sections) {
  const headings = sections.flatMap((section) => [...section.querySelectorAll('h2[id]')]).filter(({ id }) => id !== 'verdict');
  const items = headings.map(({ id, textContent }) => element('li', {}, element('a', { href: `#${id}` }, textContent)));
  return element('nav', { class: 'contents', 'aria-label': 'Sections' }, element('ul', {}, ...items));
}
