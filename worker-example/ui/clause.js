/** A clause such as `RFC 8461 §3.2`, as a link to its text. */

import { element } from './element.js';

/** @param {string} clause */
export function clauseLink(clause) {
  const [, rfc, section] = /^RFC (\d{1,5})(?: §([\d.]+))?/.exec(clause) ?? [];
  if (rfc === undefined) return element('span', { class: 'clause' }, clause);
  const href = `https://www.rfc-editor.org/rfc/rfc${rfc}${section === undefined ? '' : `#section-${section}`}`;
  return element('a', { class: 'clause', href, rel: 'noreferrer', target: '_blank' }, clause);
}
