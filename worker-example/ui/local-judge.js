/** What was recognised, judged by the engine's own parsers and shown: a section for each thing. */

import { certificateItem } from './certificate.js';
import { copyButton } from './copy.js';
import { capital, element, part, prose } from './element.js';
import { findingsList } from './findings.js';
import { policyText } from './policy.js';
import { reportsSection } from './reports.js';
import { tlsaItem } from './tlsa.js';
import { badge } from './tone.js';

/** @typedef {typeof import('mxseal/check')} Engine */
/** @typedef {import('./recognise.js').Recognised} Recognised */
/** @typedef {{ sections: HTMLElement[], said: string }} Judged */

/** @param {{ name: string, what: Recognised }[]} items @param {Engine} engine @param {import('mxseal').Verdict | null} present @returns {Promise<Judged>} */
export async function judged(items, engine, present) {
  const sections = [];
  const reports = items.flatMap(({ name, what }) => (what.kind === 'report' ? [{ name, bytes: what.bytes }] : []));
  for (const { name, what } of items) sections.push(...one(name, what, engine));
  if (reports.length > 0) sections.push(await reportsSection(reports, present));
  const errors = sections.reduce((sum, section) => sum + section.querySelectorAll('[data-tone="bad"]').length, 0);
  const titles = sections.map((section) => section.querySelector('h2')?.textContent ?? '').filter((title) => title !== '');
  return {
    sections,
    said: titles.length === 0 ? '' : `${titles.join(', ')}: ${errors === 0 ? 'no errors' : `errors: ${errors}`}.`,
  };
}

/** @param {string} name @param {Recognised} what @param {Engine} engine @returns {HTMLElement[]} */
function one(name, what, engine) {
  try {
    switch (what.kind) {
      case 'policy':
        return [part('MTA-STS policy', policyText(what.bytes, engine, { mend: true }))];
      case 'certificates':
        return [certificates(what.certificates, what.tlsa, engine)];
      case 'records':
        return records(what.records, what.said, engine);
      case 'private-key':
        return [
          part(
            'A private key',
            element(
              'p',
              {},
              badge('bad', 'Keep it to yourself'),
              ' It has not left this page, and nothing here needs it: paste the certificate, or the public key.',
            ),
          ),
        ];
      case 'unknown':
        return [part('Not recognised', element('p', {}, `${capital(name)} is none of what can be judged here.`))];
      default:
        return [];
    }
  } catch (error) {
    return [part('Not readable', element('p', { class: 'field-error' }, prose(capital(/** @type {Error} */ (error).message))))];
  }
}

/** @param {Uint8Array | string} given @param {string[]} lines TLSA records beside it @param {Engine} engine */
function certificates(given, lines, engine) {
  const chain = typeof given === 'string' ? engine.certificatesFromPem(given) : [given];
  const [leaf] = chain;
  const at = new Date().toISOString();
  const key = leaf ?? given;
  const tlsa = engine.formatTlsa(engine.tlsaFor(key));
  return part(
    leaf === undefined ? 'A public key' : chain.length === 1 ? 'A certificate' : `A chain of ${chain.length} certificates`,
    chain.length === 0
      ? null
      : element('ol', { class: 'certificates' }, ...chain.map((der, index) => certificateItem(der, index, at, engine))),
    element('p', { class: 'aside' }, 'The TLSA record of its key, at _25._tcp. and the name of the mail host:'),
    element('div', { class: 'copied' }, element('code', {}, tlsa), copyButton(tlsa)),
    leaf === undefined || lines.length === 0 ? null : heldAgainst(chain, leaf, lines, at, engine),
  );
}

/** @param {Uint8Array[]} chain @param {Uint8Array} leaf @param {string[]} lines @param {string} at @param {Engine} engine */
function heldAgainst(chain, leaf, lines, at, engine) {
  const tlsa = lines.flatMap((line) => engine.parseTlsa(line).value ?? []);
  // The name of the host was not given: any name of the certificate will do for DANE-TA.
  const names = engine.describeCertificate(leaf).dnsNames;
  const outcome = tlsa.length === 0 ? null : engine.verifyDane({ tlsa, chain, names, at });
  const word =
    outcome === null
      ? badge('bad', 'no TLSA record can be read')
      : outcome.status === 'authenticated'
        ? badge('good', 'the records authenticate the chain')
        : badge('bad', outcome.reason ?? outcome.status);
  return element(
    'div',
    {},
    element('p', {}, word),
    element('ul', { class: 'tlsa-list' }, ...tlsa.map((one, index) => tlsaItem(one, outcome, index, engine))),
  );
}

/** @param {import('./zone-lines.js').ZoneRecord[]} records @param {string[]} said @param {Engine} engine */
function records(records, said, engine) {
  /** @type {Map<string, import('./zone-lines.js').ZoneRecord[]>} */
  const sets = new Map();
  for (const record of records) {
    const key = `${record.owner} ${record.type}${record.owner === '' && record.type === 'TXT' ? purpose(record) : ''}`;
    sets.set(key, [...(sets.get(key) ?? []), record]);
  }
  const head =
    said.length === 0
      ? []
      : [
          part(
            'Output of dig',
            element('p', { class: 'aside' }, `The resolver says: ${said.join(', ')}. What it says of DNSSEC is its word alone.`),
          ),
        ];
  return [...head, ...[...sets.values()].map((set) => recordSet(set, engine))];
}

/** `_mta-sts`, `_smtp._tls`, by the owner or else by what is in it. @param {import('./zone-lines.js').ZoneRecord} record */
function purpose({ owner, data }) {
  if (owner.startsWith('_mta-sts.') || owner === '_mta-sts') return 'sts';
  if (owner.startsWith('_smtp._tls')) return 'tlsrpt';
  return /^\s*v\s*=\s*sts/i.test(data) ? 'sts' : /^\s*v\s*=\s*tlsrpt/i.test(data) ? 'tlsrpt' : 'other';
}

/** @param {import('./zone-lines.js').ZoneRecord[]} set @param {Engine} engine */
function recordSet(set, engine) {
  const [first] = set;
  const { owner = '', type = '' } = first ?? {};
  const title = `${owner === '' ? 'Record' : owner} ${type}`;
  const data = set.map((record) => record.data);
  const shown = element(
    'pre',
    { tabindex: '0', 'aria-label': title },
    ...data.map((line) => element('code', { class: 'line' }, line, '\n')),
  );
  if (type === 'TLSA') {
    const parsed = data.map((line) => engine.parseTlsa(line));
    return part(
      title,
      element(
        'ul',
        { class: 'tlsa-list' },
        ...parsed.flatMap(({ value }, index) => (value === null ? [] : [tlsaItem(value, null, index, engine)])),
      ),
      findingsList(parsed.flatMap(({ findings }) => findings)),
    );
  }
  const meaning = first === undefined || type !== 'TXT' ? 'other' : purpose(first);
  if (meaning === 'other') return part(title, shown);
  const { status, findings } = meaning === 'sts' ? engine.parseStsRecord(data) : engine.parseTlsRptRecord(data);
  return part(
    `${title}: ${meaning === 'sts' ? 'MTA-STS' : 'TLS-RPT'}`,
    shown,
    element('p', {}, status === 'valid' ? badge('good', 'valid') : badge('bad', status)),
    findingsList(findings),
  );
}
