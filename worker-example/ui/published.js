/** A policy file and records as they are to be published, each to copy. */

import { copyButton } from './copy.js';
import { element } from './element.js';

/** @param {import('mxseal').PublishedPolicy} policy */
export function policyFile({ url, text }) {
  return element(
    'div',
    { class: 'record' },
    element('div', { class: 'copied' }, element('code', {}, url), copyButton(text)),
    element('pre', { tabindex: '0', 'aria-label': url }, element('code', {}, text)),
  );
}

/** @param {import('mxseal').PublishedRecord} record */
export function recordLine({ owner, type, line, value }) {
  return element(
    'div',
    { class: 'copied published', 'data-record': `${owner} ${type}` },
    element('code', {}, line),
    element('span', { class: 'buttons' }, copyButton(line, 'Copy line'), copyButton(value, 'Copy value')),
  );
}
