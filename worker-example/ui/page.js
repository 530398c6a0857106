/**
 * The entry: the form, the address of the page, and one check at a time. `?domain=` runs a check, `?doh=` names the
 * DNS-over-HTTPS server; submitting the form writes both, so that the address is the link to share.
 */

import { checkHere, engine } from './checker.js';
import { capital, element, prose } from './element.js';
import { findingsSection } from './findings.js';
import { hostsSection } from './hosts.js';
import { progressOn } from './progress.js';
import { resolverChoice } from './resolvers.js';
import { verdictSection, verdictSentence } from './verdict.js';

const form = /** @type {HTMLFormElement} */ (byId('form'));
const input = /** @type {HTMLInputElement} */ (byId('domain'));
const dohInput = /** @type {HTMLInputElement} */ (byId('doh'));
const fieldError = byId('domain-error');
const result = byId('result');
const intro = [...result.childNodes];
const title = document.title;
const progress = progressOn(byId('progress'), byId('status'));
const resolver = resolverChoice(/** @type {HTMLSelectElement} */ (byId('resolver')), dohInput, byId('doh-field'));
let running = new AbortController();

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const domain = input.value.trim();
  const address = new URL(location.pathname, location.origin);
  address.searchParams.set('domain', domain);
  if (resolver.parameter !== null) address.searchParams.set('doh', resolver.parameter);
  if (address.href !== location.href) history.pushState(null, '', address);
  void run(domain);
});
addEventListener('popstate', fromAddress);
fromAddress();
engine().catch(() => {}); // warm; a failure is shown by the check that needs it

function fromAddress() {
  const parameters = new URLSearchParams(location.search);
  const domain = parameters.get('domain');
  resolver.choose(parameters.get('doh'));
  input.value = domain ?? '';
  if (domain !== null) return void run(domain.trim());
  running.abort();
  document.title = title;
  progress.stop('');
  refuse(null);
  result.replaceChildren(...intro);
}

/** @param {string} domain */
async function run(domain) {
  running.abort();
  const { signal } = (running = new AbortController());
  progress.stop('');
  refuse(null);
  if (domain === '') return refuse(input, 'Type the part of an address after the @.');
  const { url } = resolver;
  if (url === null) return refuse(dohInput, 'This is no address of a DNS-over-HTTPS server: it begins with https://.');
  progress.start(domain);
  result.replaceChildren();
  result.setAttribute('aria-busy', 'true');
  try {
    const { verdict, sources } = await checkHere(domain, { doh: url, signal, onNeed: (need) => !signal.aborted && progress.need(need) });
    if (signal.aborted) return;
    document.title = `${verdict.domain}: ${verdict.posture} · mxseal`;
    const sections = [verdictSection(verdict, sources), hostsSection(verdict.hosts), findingsSection(verdict.findings)];
    result.replaceChildren(...sections.filter((section) => section !== null));
    linkJson(verdict.domain);
    progress.stop(verdictSentence(verdict));
  } catch (error) {
    if (signal.aborted) return;
    fail(error);
  } finally {
    if (!signal.aborted) result.removeAttribute('aria-busy');
  }
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
    element('div', { class: 'failure', role: 'alert' }, element('h2', {}, 'The check could not run'), element('p', {}, message ?? String(error)), element('p', {}, 'Check the connection and try again.')),
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

/** The same check by the Worker. @param {string} domain */
function linkJson(domain) {
  const path = `/api/check/${encodeURIComponent(domain)}`;
  byId('json').setAttribute('href', path);
  byId('json').replaceChildren(element('code', {}, path));
}

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
