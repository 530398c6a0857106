/**
 * The sections that nobody waits for: the chain of trust, what ends when, what to publish, what if. Their headings and their
 * room are there at once, so that nothing moves; what they show is loaded behind the verdict.
 */

import { element, section } from './element.js';

/** @typedef {import('./checker.js').Outcome} Outcome */
/** @typedef {typeof import('mxseal/check')} Engine */

/** @param {Outcome} outcome @param {Engine} engine */
export function laterSections(outcome, engine) {
  const { facts } = outcome.verdict;
  const chain = later('chain', 'Chain of trust', zones(facts.nextHop));
  const deadlines = later('deadlines', 'What ends next, and when', 3);
  const sections = [chain, deadlines];
  fill([chain, deadlines], async () => {
    const { chainOfTrust } = await import('./chain.js');
    const { chainView, deadlineView } = await import('./chain-view.js');
    const trust = await chainOfTrust(outcome.evidence, facts, engine);
    return [chainView(trust, outcome.verdict.at), deadlineView(outcome.verdict, trust, engine)];
  });
  if (facts.hosts.length > 0) sections.push(whatIf(outcome, engine));
  return sections;
}

/** The zones that a chain to this name most often has, the root one of them: so much room it takes. */
const zones = (/** @type {string} */ name) => Math.min(name.split('.').length + 1, 6);

/** @param {string} id @param {string} title @param {number} rows */
function later(id, title, rows) {
  const one = section(id, title, element('div', { class: 'later', 'aria-busy': 'true' }, 'Loading…'));
  one.style.setProperty('--rows', String(rows));
  return one;
}

/** @param {HTMLElement[]} sections @param {() => Promise<Node[]>} load one node a section */
async function fill(sections, load) {
  const put = (/** @type {Node[]} */ nodes) =>
    sections.forEach((one, index) => one.lastElementChild?.replaceWith(nodes[index] ?? ''));
  try {
    put(await load());
  } catch (error) {
    console.error(error);
    put(sections.map(() => element('p', { class: 'aside' }, 'This part could not be loaded.')));
  }
}

/** @param {Outcome} outcome @param {Engine} engine */
function whatIf(outcome, engine) {
  const open = element('button', { type: 'button', class: 'open' }, 'Try a change');
  const place = element('div', {}, open);
  open.addEventListener('click', async () => {
    open.disabled = true;
    const { whatIfEditor } = await import('./what-if.js');
    const editor = whatIfEditor(outcome.verdict, outcome.evidence.options, engine);
    place.replaceChildren(editor);
    editor.querySelector('select')?.focus();
  });
  return section(
    'what-if',
    'What if',
    element(
      'p',
      { class: 'aside' },
      'Change the policy, a certificate or the TLSA records here, before you do it in earnest: see which senders would stop, and for how long those that keep the present policy would go on with it.',
    ),
    place,
  );
}
