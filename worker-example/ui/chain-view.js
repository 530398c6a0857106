/** The chain of trust in a sentence, as a picture, and as the table that says the same; and what of it ends when. */

import { chainPicture } from './chain-picture.js';
import { inOrder } from './chain.js';
import { deadlines } from './deadlines.js';
import { entrySentence, keysSentence, reasonWords, span, zoneName } from './dnssec-words.js';
import { element } from './element.js';
import { day, distance } from './time.js';
import { badge, securityBadge } from './tone.js';

/** @typedef {import('./chain.js').Trust} Trust */

/** @param {Trust | null} trust @param {string} at */
export function chainView(trust, at) {
  if (trust === null) return element('p', { class: 'aside' }, 'DNSSEC was not asked for in this check.');
  const summary = sentence(trust);
  return element(
    'div',
    {},
    element('p', {}, summary),
    trust.hosts === 0 ? null : element('p', { class: 'aside' }, `The last ${trust.hosts} of the mail hosts are left out here.`),
    trust.top.length === 0 ? null : chainPicture(trust, at, summary),
    element('details', {}, element('summary', {}, 'The same as a table'), table(trust)),
  );
}

/** Where it breaks, or what it proves. @param {Trust} trust */
function sentence({ top, loose }) {
  const zones = inOrder(top);
  const questions = [...zones.flatMap((zone) => zone.questions), ...loose];
  const broken = zones.find(({ link }) => link.status === 'bogus');
  if (broken !== undefined)
    return `The chain breaks at ${zoneName(broken.link.zone)}: ${reasonWords(broken.link.reason ?? 'it is not to be believed')}.`;
  const forged = questions.find(({ status }) => status === 'bogus');
  if (forged !== undefined)
    return `The zones hold, but the answer to ${forged.name} ${forged.type} is not to be believed: ${reasonWords(forged.reason ?? '')}.`;
  const open = questions.filter(({ status }) => status === 'indeterminate');
  if (open.length > 0)
    return `${open.length === 1 ? 'One answer' : `${open.length} answers`} could not be judged: ${open.map(({ name, type }) => `${name} ${type}`).join(', ')}.`;
  const ends = zones.filter(({ link }) => link.status === 'insecure').map(({ link }) => zoneName(link.zone));
  if (ends.length > 0)
    return `The chain ends where signing ends: ${ends.join(', ')} ${ends.length === 1 ? 'is' : 'are'} not signed.`;
  return 'Every answer that decides is proven by signatures, from the trust anchor down.';
}

/** @param {Trust} trust */
function table({ top, loose }) {
  const head = ['Zone or answer', 'Status', 'Vouched for by', 'Keys', 'Signatures hold', 'Reason'];
  const rows = inOrder(top).flatMap(({ link, parent, questions }) => [
    row(
      zoneName(link.zone),
      link.status,
      entrySentence(link, parent) + (parent === null || link.ds.length === 0 ? '' : ` at ${zoneName(parent)}`),
      keysSentence(link),
      link.signatures,
      link.reason,
    ),
    ...questions.map((question) => answerRow(question)),
  ]);
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Chain of trust as a table' },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name)))),
      element('tbody', {}, ...rows, ...loose.map(answerRow)),
    ),
  );
}

/** @param {import('./chain.js').Question} question */
function answerRow({ name, type, status, reason, signatures }) {
  const signers = [...new Set(signatures.map(({ signer, keyTag }) => `key ${keyTag} of ${zoneName(signer)}`))].join(', ');
  return row(`${name} ${type}`, status, signers, '', signatures, reason);
}

/** @param {string} name @param {import('mxseal').SecurityStatus} status @param {string} by @param {string} keys @param {import('mxseal').ChainSignature[]} signatures @param {string | null} reason */
function row(name, status, by, keys, signatures, reason) {
  const held = span(signatures);
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, element('code', {}, name)),
    element('td', {}, securityBadge(status)),
    element('td', {}, by),
    element('td', {}, keys),
    element('td', {}, ...(held === null ? [] : [day(held.from), ' to ', day(held.to)])),
    element('td', {}, reason === null ? '' : reasonWords(reason)),
  );
}

/** @param {import('mxseal').Verdict} verdict @param {Trust | null} trust @param {typeof import('mxseal/check')} engine */
export function deadlineView(verdict, trust, engine) {
  const dated = deadlines(verdict, trust, engine);
  if (dated.length === 0) return element('p', { class: 'aside' }, 'Nothing that this page could see has an end.');
  return element(
    'ol',
    { class: 'dated' },
    ...dated.map(({ at, what, then }) =>
      element(
        'li',
        { 'data-over': at < verdict.at },
        element('p', { class: 'when' }, day(at), element('span', { class: 'aside' }, ` ${distance(at, verdict.at)}`)),
        element(
          'p',
          {},
          at < verdict.at ? badge('bad', 'over') : null,
          at < verdict.at ? ' ' : null,
          element('strong', {}, what),
          ' ',
          element('span', { class: 'aside' }, then),
        ),
      ),
    ),
  );
}
