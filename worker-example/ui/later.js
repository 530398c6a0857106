/**
 * The sections that nobody waits for: the chain of trust and what ends when, loaded behind the verdict, with their room kept
 * so that nothing moves; what to publish and what if, loaded for whoever asks.
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
  if (facts.hosts.length > 0) sections.push(publish(outcome, engine), whatIf(outcome, engine));
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

/**
 * What is loaded only for whoever asks for it.
 * @param {string} id
 * @param {string} title
 * @param {string} text what it is for
 * @param {string} label of the button
 * @param {() => Promise<HTMLElement>} load
 */
function onDemand(id, title, text, label, load) {
  const open = element('button', { type: 'button', class: 'open' }, label);
  const place = element('div', {}, open);
  open.addEventListener('click', async () => {
    open.disabled = true;
    try {
      const view = await load();
      place.replaceChildren(view);
      view.querySelector('select')?.focus();
    } catch (error) {
      console.error(error);
      open.disabled = false;
      place.replaceChildren(open, element('p', { class: 'field-error', role: 'alert' }, 'This part could not be loaded.'));
    }
  });
  return section(id, title, element('p', { class: 'aside' }, text), place);
}

/** @param {Outcome} outcome @param {Engine} engine */
function publish({ verdict }, engine) {
  const text =
    'The policy file and the records for a goal, made and checked by the engine, and the dated steps from what is published now to there, or to a new key of a mail host.';
  return onDemand('publish', 'What to publish, and in which order', text, 'Make the records', async () =>
    (await import('./publish.js')).publishView(verdict, engine),
  );
}

/** @param {Outcome} outcome @param {Engine} engine */
function whatIf({ verdict, evidence }, engine) {
  const text =
    'Change the policy, a certificate or the TLSA records here, before you do it in earnest: see which senders would stop, and for how long those that keep the present policy would go on with it.';
  return onDemand('what-if', 'What if', text, 'Try a change', async () =>
    (await import('./what-if.js')).whatIfEditor(verdict, evidence.options, engine),
  );
}
