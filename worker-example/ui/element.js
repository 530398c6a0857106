/**
 * Elements from data. Every string becomes a text node or an attribute, never markup, so that what strangers publish
 * in the DNS or serve over HTTPS is shown as it is and can do nothing.
 */

/**
 * @param {string} tag
 * @param {Record<string, string | boolean | null>} attributes null and false leave one out
 * @param {...(Node | string | null)} children null leaves one out
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null));
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
