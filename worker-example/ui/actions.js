/** What can be done with a verdict: check again, share its link, keep its evidence. */

import { copyButton } from './copy.js';
import { element } from './element.js';

/**
 * @param {{ domain: string, link: string | null, again: (() => void) | null, evidence: string | null, at: string }} o
 */
export function actionBar({ domain, link, again, evidence, at }) {
  return element(
    'div',
    { class: 'actions' },
    again === null ? null : button('Check again', again),
    link === null ? null : copyButton(link, 'Copy link'),
    evidence === null ? null : button('Download evidence', () => download(`${domain}.${at.slice(0, 10)}.mxseal.json`, evidence)),
    button('Print', () => print()),
  );
}

/** @param {string} name @param {() => void} act */
function button(name, act) {
  const node = element('button', { type: 'button' }, name);
  node.addEventListener('click', act);
  return node;
}

/** @param {string} name @param {string} text */
function download(name, text) {
  const href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  element('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
