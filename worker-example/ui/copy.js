/** A button that puts a text on the clipboard, and says so. */

import { element } from './element.js';

/** @param {string} text */
export function copyButton(text) {
  const button = element('button', { type: 'button', class: 'copy' }, 'Copy');
  button.addEventListener('click', async () => {
    button.textContent = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'Not allowed',
    );
    setTimeout(() => (button.textContent = 'Copy'), SHOWN_MS);
  });
  return button;
}

const SHOWN_MS = 1600;
