/**
 * Elements from data. Every string becomes a text node or an attribute, never markup, so that what strangers publish
 * in the DNS or serve over HTTPS is shown as it is and can do nothing.
 */

/** @typedef {Node | string | null | undefined | false} Child what is no node and no text is left out */
/** @typedef {Record<string, string | number | boolean | null | undefined>} Attributes null, undefined and false leave one out */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** @param {string} tag @param {Attributes} attributes @param {...Child} children */
export function drawing(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** @template {Element} N @param {N} node @param {Attributes} attributes @param {Child[]} children */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child instanceof Node || typeof child === 'string'));
  return node;
}

/** A text whose `quoted` parts are code: the engine's messages put input in backticks. */
export function prose(/** @type {string} */ text) {
  const span = element('span');
  text.split('`').forEach((part, index, { length }) => {
    if (part === '') return;
    // An odd last backtick opens nothing; it stays a backtick.
    const unclosed = index === length - 1 && index % 2 === 1;
    span.append(unclosed ? `\`${part}` : index % 2 === 1 ? element('code', {}, part) : part);
  });
  return span;
}

/** The engine's messages begin in lower case; a paragraph does not. What is quoted stays as it is. */
export function capital(/** @type {string} */ text) {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** A section of the result, named by its heading. @param {string} id @param {string} title @param {...Child} children */
export function section(id, title, ...children) {
  return element('section', { class: id, 'aria-labelledby': id }, element('h2', { id, tabindex: '-1' }, title), ...children);
}

/** A section of what is judged here alone. @param {string} title @param {...Child} children */
export function part(title, ...children) {
  return element('section', { 'aria-label': title }, element('h2', {}, title), ...children);
}

/** Pairs of a name and what is said of it. @param {...([string, ...Child[]] | null)} rows null leaves one out */
export function pairs(...rows) {
  return element(
    'dl',
    {},
    ...rows.flatMap((row) => {
      if (row === null) return [];
      const [name, ...children] = row;
      return [element('dt', {}, name), element('dd', {}, ...children)];
    }),
  );
}
