/** Where the browser may not read a policy file, a reader can: it is pasted, and the check goes on with it. */

import { element } from './element.js';

/** @param {(text: string) => void} onPolicy */
export function policyForm(onPolicy) {
  const area = element('textarea', {
    id: 'pasted-policy',
    rows: '5',
    spellcheck: 'false',
    placeholder: 'version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 604800',
  });
  const form = element(
    'form',
    { class: 'policy-form' },
    element('label', { for: 'pasted-policy' }, 'This page may not read the file. Open its address, and paste what it shows:'),
    area,
    element('button', { type: 'submit' }, 'Judge with this file'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onPolicy(area.value);
  });
  return form;
}
