/** A mail host changes its key: the TLSA records that it takes meanwhile, step by step (RFC 7671 §8). */

import { planRollover } from 'mxseal/mta-sts';
import { capital, element, prose } from './element.js';
import { stepsView } from './rollover.js';
import { choice, entry } from './fields.js';

/** @param {import('mxseal').Verdict} verdict */
export function keyChange({ facts, hosts, at }) {
  const pinned = facts.hosts.flatMap((one) => {
    const base = hosts.find(({ host }) => host === one.host)?.tlsaBase;
    const published = one.dane.kind === 'asked' ? one.dane.tlsa.find((asked) => asked.base === base) : undefined;
    const chain =
      one.sessions.kind === 'observed'
        ? (one.sessions.sessions.find((session) => session.chain.length > 0)?.chain ?? null)
        : null;
    return published === undefined || published.lookup.records.length === 0
      ? []
      : [{ host: published.base, tlsa: published.lookup.records, chain }];
  });
  if (pinned.length === 0) return null;
  const host = choice(
    'key-host',
    'Mail host',
    pinned.map(({ host }) => /** @type {const} */ ([host, host])),
  );
  const ttl = entry('key-ttl', 'TTL of its TLSA records, in seconds', { type: 'number', min: 0, max: 604_800, value: 3600 });
  const current = pem('key-current', 'The certificates that it shows now, PEM');
  const next = pem('key-next', 'The next certificates or the next public key, PEM');
  const output = element('div', { role: 'status' });
  const chosen = () => pinned.find((one) => one.host === host.field.value);
  const update = () => {
    const from = chosen();
    current.row.hidden = from?.chain != null;
    const shows = from?.chain ?? current.field.value.trim();
    if (from === undefined || shows === '' || next.field.value.trim() === '') return output.replaceChildren();
    try {
      output.replaceChildren(
        stepsView(
          planRollover({
            kind: 'tlsa',
            host: from.host,
            domain: facts.nextHop,
            tlsa: from.tlsa,
            ttl: Number(ttl.field.value) || 0,
            current: shows,
            next: next.field.value,
            at,
          }),
        ),
      );
    } catch (error) {
      output.replaceChildren(element('p', { class: 'field-error' }, prose(capital(/** @type {Error} */ (error).message))));
    }
  };
  const form = element(
    'form',
    { class: 'publish-form' },
    element('fieldset', {}, element('legend', {}, 'A mail host gets a new key'), host.row, ttl.row, current.row, next.row),
  );
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  update();
  return element('div', { class: 'key-change' }, element('h3', {}, 'The steps to a new key'), form, output);
}

/** @param {string} id @param {string} label */
function pem(id, label) {
  const field = element('textarea', {
    id,
    rows: 3,
    spellcheck: 'false',
    autocomplete: 'off',
    placeholder: '-----BEGIN CERTIFICATE-----',
  });
  return { field, row: element('div', { class: 'whole' }, element('label', { for: id }, label), field) };
}
