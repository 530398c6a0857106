/**
 * The editor of what-ifs: what each kind of sender would do were the policy, a certificate or the TLSA records another,
 * beside what it does now, and for how long a sender that keeps the present policy goes by it.
 */

import { capital, element, pairs, prose } from './element.js';
import { plus } from './deadlines.js';
import { findingsList } from './findings.js';
import { SENDERS, actionBadge } from './senders.js';
import { distance, duration, time } from './time.js';
import { badge } from './tone.js';
import { choice, entry } from './fields.js';
import { edited, kept, presentPolicy } from './what-if-facts.js';
import { POSTURES } from './verdict.js';

/** @typedef {import('mxseal').Verdict} Verdict */
/** @typedef {import('./what-if-facts.js').Edits} Edits */

/** @type {[value: string, label: string][]} */
const MODES = [
  ['as-found', 'as it is'],
  ['enforce', 'enforce'],
  ['testing', 'testing'],
  ['none', 'none'],
  ['withdrawn', 'no record any more'],
];
/** @type {[import('./what-if-facts.js').CertificateEdit, string][]} */
const CERTIFICATES = [
  ['as-found', 'as found'],
  ['same-key', 'valid, the same key'],
  ['other-key', 'valid, but another key and authority'],
  ['expired', 'expired'],
  ['wrong-name', 'for another name'],
  ['untrusted', 'of no public authority'],
  ['no-tls', 'none: STARTTLS is not offered'],
];
/** @type {[import('./what-if-facts.js').TlsaEdit, string][]} */
const TLSA = [
  ['as-found', 'as found'],
  ['none', 'none'],
  ['match', '3 1 1 of the key that it shows'],
  ['other', '3 0 1 of another certificate'],
  ['failed', 'not to be found out'],
];

/** @param {Verdict} verdict @param {import('mxseal').Options} options @param {typeof import('mxseal/check')} engine */
export function whatIfEditor(verdict, options, engine) {
  const { facts } = verdict;
  const present = presentPolicy(facts, engine);
  const mode = choice('what-if-mode', 'Mode of the policy', MODES);
  const maxAge = entry('what-if-max-age', 'max_age, in seconds', {
    type: 'number',
    min: 0,
    max: 31_557_600,
    value: present?.maxAge ?? 604_800,
  });
  const patterns = element('textarea', {
    id: 'what-if-mx',
    rows: Math.min(6, Math.max(2, present?.mx.length ?? 2)),
    spellcheck: 'false',
  });
  patterns.value = (present?.mx ?? facts.hosts.map(({ host }) => host)).join('\n');
  const newId = element('input', { type: 'checkbox', id: 'what-if-id', checked: true });
  const added = entry('what-if-added', 'One more mail host', {
    type: 'text',
    placeholder: `mx9.${facts.nextHop}`,
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const hosts = facts.hosts.slice(0, MOST_HOSTS).map((host, index) => hostFields(host, index));
  const output = element('div', { class: 'what-if-output', role: 'status' });

  /** @returns {Edits} */
  const read = () => ({
    policy: policyEdit(),
    hosts: Object.fromEntries(hosts.map(({ host, value }) => [host, value()])),
    added: added.field.value.trim() === '' ? null : added.field.value.trim().toLowerCase(),
  });
  const policyEdit = () => {
    const mx = patterns.value.split(/[\s,]+/).filter((pattern) => pattern !== '');
    const seconds = Number(maxAge.field.value) || 0;
    const chosen = mode.field.value;
    if (chosen === 'as-found' && present === null) return null;
    const same = chosen === 'as-found' && seconds === present?.maxAge && mx.join() === present.mx.join();
    return same
      ? null
      : {
          mode: /** @type {import('mxseal').StsMode} */ (chosen === 'as-found' ? present?.mode : chosen),
          maxAge: seconds,
          mx,
          newId: newId.checked,
        };
  };
  const update = () => {
    try {
      output.replaceChildren(outcome(verdict, read(), present, options, engine));
    } catch (error) {
      output.replaceChildren(element('p', { class: 'field-error' }, prose(capital(/** @type {Error} */ (error).message))));
    }
  };
  const form = element(
    'form',
    { class: 'what-if-form' },
    element(
      'fieldset',
      {},
      element('legend', {}, 'MTA-STS'),
      mode.row,
      maxAge.row,
      element('div', {}, element('label', { for: 'what-if-mx' }, 'mx patterns, one a line'), patterns),
      element('div', { class: 'tick' }, newId, element('label', { for: 'what-if-id' }, 'the record gets a new id')),
    ),
    ...hosts.map(({ fields }) => fields),
    element('fieldset', {}, element('legend', {}, 'More hosts'), added.row),
    hosts.length === facts.hosts.length
      ? null
      : element('p', { class: 'aside' }, `The other ${facts.hosts.length - hosts.length} mail hosts stay as they are.`),
    element('button', { type: 'reset' }, 'Back to what is'),
  );
  form.addEventListener('input', update);
  form.addEventListener('reset', () =>
    setTimeout(() => {
      patterns.value = (present?.mx ?? facts.hosts.map(({ host }) => host)).join('\n');
      update();
    }),
  );
  form.addEventListener('submit', (event) => event.preventDefault());
  update();
  return element('div', { class: 'editor' }, form, output);
}

/** @param {import('mxseal').HostFacts} facts @param {number} index */
function hostFields({ host, dane }, index) {
  const certificate = choice(`what-if-certificate-${index}`, 'Certificate', CERTIFICATES);
  const tlsa = choice(
    `what-if-tlsa-${index}`,
    dane.kind === 'asked' ? 'TLSA records' : 'TLSA records: cannot count, the zone is not signed',
    TLSA,
  );
  tlsa.field.disabled = dane.kind !== 'asked';
  const gone = element('input', { type: 'checkbox', id: `what-if-gone-${index}` });
  return {
    host,
    fields: element(
      'fieldset',
      {},
      element('legend', {}, element('span', { class: 'host-name' }, host)),
      certificate.row,
      tlsa.row,
      element('div', { class: 'tick' }, gone, element('label', { for: `what-if-gone-${index}` }, 'no mail host any more')),
    ),
    value: () => ({
      certificate: /** @type {import('./what-if-facts.js').CertificateEdit} */ (certificate.field.value),
      tlsa: /** @type {import('./what-if-facts.js').TlsaEdit} */ (tlsa.field.value),
      gone: gone.checked,
    }),
  };
}

/** @param {Verdict} verdict @param {Edits} edits @param {import('mxseal').StsPolicy | null} present @param {import('mxseal').Options} options @param {typeof import('mxseal/check')} engine */
function outcome(verdict, edits, present, options, engine) {
  const changed = edited(verdict.facts, edits, engine);
  const after = engine.decide(changed, options);
  // A sender that sees a new id asks again (RFC 8461 §3.1); one that sees the old one, or none, goes on with what it keeps.
  const keeps = present !== null && edits.policy !== null && (edits.policy.mode === 'withdrawn' || !edits.policy.newId);
  const keeper = keeps ? engine.decide(kept(changed, present, verdict.facts), options) : null;
  const until = present === null ? null : plus(verdict.at, present.maxAge);
  const stopped = SENDERS.filter(([profile]) => stops(after, profile) && !stops(verdict, profile));
  const stoppedLate =
    keeper === null
      ? []
      : SENDERS.filter(([profile]) => stops(keeper, profile) && !stops(verdict, profile) && !stops(after, profile));
  const differences = engine.compare(verdict, after);
  return element(
    'div',
    {},
    element(
      'p',
      { class: 'what-if-sentence' },
      stopped.length > 0
        ? badge('bad', `Would stop: ${stopped.map(([, name]) => name).join('; ')}`)
        : badge('good', 'No kind of sender would stop'),
      ' ',
      element('span', { class: 'aside' }, `posture ${POSTURES[after.posture].word.toLowerCase()}`),
    ),
    stoppedLate.length > 0 && until !== null
      ? element(
          'p',
          {},
          badge('bad', `Would stop while it keeps the present policy: ${stoppedLate.map(([, name]) => name).join('; ')}`),
        )
      : null,
    table(verdict, after, keeper),
    pairs(
      present === null || until === null
        ? null
        : [
            'Kept policies',
            element(
              'span',
              {},
              `A sender that fetched the present policy now (mode ${present.mode}, max_age ${duration(present.maxAge)}) may go by it until `,
              time(until),
              ` (${distance(until, verdict.at)})${keeps ? ': it does not learn of the change before' : '; a new id makes it ask again before'}.`,
            ),
          ],
    ),
    differences.length === 0
      ? element('p', { class: 'aside' }, 'Nothing else would change.')
      : element(
          'details',
          {},
          element('summary', {}, `What else would change: ${differences.length}`),
          findingsList(differences),
        ),
  );
}

/** @param {Verdict} verdict @param {import('mxseal').SenderProfile} profile */
function stops({ senders }, profile) {
  return senders[profile].action === 'defer' || senders[profile].action === 'fail';
}

/** @param {Verdict} before @param {Verdict} after @param {Verdict | null} keeper */
function table(before, after, keeper) {
  const names = ['Sender applies', 'Now', 'Then', ...(keeper === null ? [] : ['Then, with the present policy kept'])];
  return element(
    'div',
    { class: 'compared' },
    element(
      'table',
      { role: 'table', 'aria-label': 'What each kind of sender would do' },
      element(
        'thead',
        { role: 'rowgroup' },
        element('tr', { role: 'row' }, ...names.map((name) => element('th', { scope: 'col', role: 'columnheader' }, name))),
      ),
      element(
        'tbody',
        { role: 'rowgroup' },
        ...SENDERS.map(([profile, name]) =>
          element(
            'tr',
            {
              role: 'row',
              'data-sender': profile,
              'data-changed': before.senders[profile].action !== after.senders[profile].action,
            },
            element('th', { scope: 'row', role: 'rowheader' }, name),
            ...[before, after, ...(keeper === null ? [] : [keeper])].map((verdict, index) =>
              element(
                'td',
                { role: 'cell' },
                element('span', { class: 'phone-only aside' }, `${names[index + 1]}: `),
                actionBadge(verdict.senders[profile].action),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

const MOST_HOSTS = 6;
