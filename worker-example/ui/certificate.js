/** The certificates that a mail host showed, the leaf first, and whether a public authority vouches for them. */

import { element } from './element.js';
import { day, distance } from './time.js';
import { badge } from './tone.js';

/** @param {import('mxseal').HostFacts} facts @param {string} at @param {typeof import('mxseal/check')} engine */
export function chainBlock({ host, sessions: seen }, at, engine) {
  switch (seen.kind) {
    case 'observed':
      return element('div', {}, ...seen.sessions.map((session) => sessionBlock(session, host, at, engine)));
    case 'failed':
      return element('span', { class: 'aside' }, `not seen: ${seen.message}`);
    case 'unsupported':
      return element('span', { class: 'aside' }, 'not seen: a page cannot open port 25');
    case 'not-asked':
      return element('span', { class: 'aside' }, `not asked for: ${seen.reason}`);
  }
}

/** @param {import('mxseal').ObservedSession} session @param {string} host @param {string} at @param {typeof import('mxseal/check')} engine */
function sessionBlock({ chain, starttls, tlsVersion, receivingIp, webPki, error }, host, at, engine) {
  const way = [receivingIp ?? null, tlsVersion ?? null, starttls ? null : 'no STARTTLS'].filter((part) => part !== null);
  return element(
    'div',
    { class: 'session' },
    element(
      'p',
      {},
      way.join(', '),
      ' ',
      webPki === null || webPki === undefined || chain.length === 0
        ? null
        : webPki.status === 'valid'
          ? badge('good', 'vouched for by a trusted authority')
          : badge('poor', `no trusted authority vouches for it${webPki.reason === null ? '' : `: ${webPki.reason}`}`),
      error === null || error === undefined ? null : badge('bad', `${error.stage} failed: ${error.message}`),
    ),
    chain.length === 0
      ? null
      : element('ol', { class: 'certificates' }, ...chain.map((der, index) => certificateItem(der, index, at, engine, host))),
  );
}

/** @param {Uint8Array} der @param {number} index @param {string} at @param {typeof import('mxseal/check')} engine @param {string} host whose name comes first */
export function certificateItem(der, index, at, engine, host = '') {
  const described = describe(der, engine);
  if (typeof described === 'string') return element('li', {}, badge('bad', `not a certificate: ${described}`));
  const { subject, issuer, notBefore, notAfter, dnsNames, publicKey, spkiSha256, isCa } = described;
  const state = at > notAfter ? badge('bad', 'expired') : at < notBefore ? badge('bad', 'not valid yet') : null;
  return element(
    'li',
    {},
    element(
      'p',
      {},
      element('strong', {}, dnsNames.length > 0 ? someNames(dnsNames, host) : subject),
      ' ',
      element('span', { class: 'aside' }, isCa ? 'authority' : index === 0 ? 'its own' : ''),
      ' ',
      state,
    ),
    element(
      'p',
      { class: 'aside' },
      `${publicKey.algorithm}${publicKey.bits === null ? '' : ` ${publicKey.bits}`}, issued by ${issuer}`,
    ),
    element('p', { class: 'aside' }, day(notBefore), ' to ', day(notAfter), `, ends ${distance(notAfter, at)}`),
    element('p', { class: 'aside digest' }, 'key SHA2-256 ', element('code', {}, spkiSha256)),
  );
}

/** @param {Uint8Array} der @param {typeof import('mxseal/check')} engine */
function describe(der, engine) {
  try {
    return engine.describeCertificate(der);
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/** The host's own name first. @param {string[]} names @param {string} host */
function someNames(names, host) {
  const sorted = [...names].sort((a, b) => Number(b === host) - Number(a === host));
  const shown = sorted.slice(0, MOST_NAMES);
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}

const MOST_NAMES = 5;
