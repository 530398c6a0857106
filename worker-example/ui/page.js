/**
 * The entry: the form, the address of the page, and one check at a time. `?domain=` runs a check, `?doh=` names the
 * DNS-over-HTTPS server; submitting the form writes both, so that the address is the link to share.
 */

import { checkHere, engine, withPolicy } from './checker.js';
import { byId, capital, element, prose } from './element.js';
import { remember, remembered } from './history.js';
import { localDoor } from './local-door.js';
import { foldedInPrint } from './print.js';
import { progressOn } from './progress.js';
import { resolverChoice } from './resolvers.js';
import { showResult } from './result.js';
import { themeChoice } from './theme-choice.js';
import { sign } from './tone.js';
import { verdictSentence } from './verdict.js';

/** @typedef {import('./checker.js').Outcome} Outcome */

const form = /** @type {HTMLFormElement} */ (byId('form'));
const input = /** @type {HTMLInputElement} */ (byId('domain'));
const dohInput = /** @type {HTMLInputElement} */ (byId('doh'));
const fieldError = byId('domain-error');
const result = byId('result');
const intro = [...result.childNodes];
const title = document.title;
const progress = progressOn(byId('progress'), byId('status'));
const resolver = resolverChoice(/** @type {HTMLSelectElement} */ (byId('resolver')), dohInput);
let running = new AbortController();
let search = '';
/** What is shown. @type {import('mxseal').Verdict | null} */
let present = null;

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const domain = input.value.trim();
  const address = linkTo(domain);
  if (address.href !== location.href) history.pushState(null, '', address);
  search = location.search;
  void run(domain);
});
// A link to a section is a step of history too, and no reason to check again.
addEventListener('popstate', () => location.search !== search && fromAddress());
localDoor(byId('local'), { onEvidence: showEvidence, present: () => present });
themeChoice(byId('theme'));
foldedInPrint();
fromAddress();
engine().catch(() => {}); // warm; a failure is shown by the check that needs it

function fromAddress() {
  search = location.search;
  const parameters = new URLSearchParams(search);
  const domain = parameters.get('domain');
  resolver.choose(parameters.get('doh'));
  input.value = domain ?? '';
  if (domain !== null) return void run(domain.trim());
  stop();
  document.title = title;
  result.replaceChildren(...intro);
}

/** What ran is over, and what it said is gone. */
function stop() {
  running.abort();
  running = new AbortController();
  present = null;
  progress.stop('');
  refuse(null);
  result.removeAttribute('aria-busy');
  return running.signal;
}

/** @param {string} domain */
async function run(domain) {
  const signal = stop();
  if (domain === '') return refuse(input, 'Type the part of an address after the @.');
  const { url } = resolver;
  if (url === null) return refuse(dohInput, 'This is no address of a DNS-over-HTTPS server: it begins with https://.');
  progress.start(domain);
  result.replaceChildren();
  result.setAttribute('aria-busy', 'true');
  try {
    const outcome = await checkHere(domain, { doh: url, signal, onNeed: (need) => !signal.aborted && progress.need(need) });
    if (signal.aborted) return;
    const again = () => void run(domain).then(() => document.getElementById('verdict')?.focus());
    const before = remembered(outcome.verdict.domain);
    const { stringify } = await show(outcome, { link: linkTo(domain).href, again, before });
    remember(outcome.verdict.domain, stringify(outcome.verdict));
  } catch (error) {
    if (!signal.aborted) fail(error);
  } finally {
    if (!signal.aborted) result.removeAttribute('aria-busy');
  }
}

/** Recorded evidence instead of a check. @param {import('mxseal').Evidence} evidence @param {string} name */
async function showEvidence(evidence, name) {
  const { Check } = await engine();
  const verdict = Check.replay(evidence);
  stop();
  input.value = verdict.domain;
  await show(
    { verdict, evidence, sources: [`All of it comes from ${name}; nothing was asked.`] },
    { link: null, again: null, before: null },
  );
  byId('verdict').scrollIntoView();
}

/**
 * @param {Outcome} outcome
 * @param {{ link: string | null, again: (() => void) | null, before: import('mxseal').Verdict | null }} o
 */
async function show(outcome, o) {
  const { verdict } = outcome;
  present = verdict;
  const ready = await engine();
  document.title = `${verdict.domain}: ${verdict.posture} · mxseal`;
  const onPolicy = async (/** @type {string} */ text) => {
    await show(await withPolicy(outcome, text), o);
    byId('verdict').focus();
  };
  showResult(result, outcome, ready, { ...o, onPolicy });
  linkJson(verdict.domain);
  progress.stop(verdictSentence(verdict));
  return ready;
}

/** @param {unknown} error */
function fail(error) {
  const { code, message } = /** @type {{ code?: string, message?: string }} */ (error);
  document.title = title;
  progress.stop('');
  if (code === 'ERR_INVALID_DOMAIN') {
    result.replaceChildren(...intro);
    return refuse(input, `${capital(message ?? 'not a domain name')}.`);
  }
  console.error(error);
  result.replaceChildren(
    element(
      'div',
      { class: 'failure', role: 'alert', 'data-tone': 'bad' },
      element('h2', {}, sign('bad'), 'The check could not run'),
      element('p', {}, `What it needs could not be loaded: ${message ?? String(error)}.`),
      element('p', {}, 'Check the connection and try again.'),
    ),
  );
}

/** Shows what is wrong with a field; null: nothing. @param {HTMLInputElement | null} field */
function refuse(field, text = '') {
  for (const one of [input, dohInput]) one.toggleAttribute('aria-invalid', false);
  fieldError.replaceChildren(prose(text));
  if (field === null) return;
  field.setAttribute('aria-invalid', 'true');
  field.focus();
}

/** @param {string} domain */
function linkTo(domain) {
  const address = new URL(location.pathname, location.origin);
  address.searchParams.set('domain', domain);
  if (resolver.parameter !== null) address.searchParams.set('doh', resolver.parameter);
  return address;
}

/** The same check by the Worker. @param {string} domain */
function linkJson(domain) {
  const path = `/api/check/${encodeURIComponent(domain)}`;
  byId('json').setAttribute('href', path);
  byId('json').replaceChildren(element('code', {}, path));
}
