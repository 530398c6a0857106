/** A labelled field of a form. */

import { element } from './element.js';

/** @param {string} id @param {string} label @param {readonly (readonly [value: string, label: string])[]} options */
export function choice(id, label, options) {
  const field = element('select', { id }, ...options.map(([value, text]) => element('option', { value }, text)));
  return { field, row: element('div', {}, element('label', { for: id }, label), field) };
}

/** @param {string} id @param {string} label @param {import('./element.js').Attributes} attributes */
export function entry(id, label, attributes) {
  const field = element('input', { id, ...attributes });
  return { field, row: element('div', {}, element('label', { for: id }, label), field) };
}
