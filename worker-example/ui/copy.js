/** A button that puts a text on the clipboard, and says so. */

import { element } from './element.js';

/** @param {string} text @param {string} name */
export function copyButton(text, name = 'Copy') {
  const button = element('button', { type: 'button', class: 'copy' }, name);
  button.addEventListener('click', async () => {
    button.textContent = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'Not allowed',
    );
    setTimeout(() => (button.textContent = name), SHOWN_MS);
  });
  return button;
}

const SHOWN_MS = 1600;
