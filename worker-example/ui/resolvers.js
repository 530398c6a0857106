/**
 * Who is asked for the DNS. A page can only ask servers that speak DNS-over-HTTPS (RFC 8484) and allow other origins
 * (CORS); these are known to. A link may name its own server by `?doh=`, and the page shows that it did.
 */

import { element } from './element.js';

const KNOWN = [
  { name: 'Cloudflare', url: 'https://cloudflare-dns.com/dns-query' },
  { name: 'Google', url: 'https://dns.google/dns-query' },
];
const OTHER = 'other';

/**
 * @param {HTMLSelectElement} select
 * @param {HTMLInputElement} input for the address of another server
 */
export function resolverChoice(select, input) {
  select.append(
    ...KNOWN.map(({ name, url }) => element('option', { value: url }, name)),
    element('option', { value: OTHER }, 'Another server'),
  );
  // first.js does the same before the first paint.
  const reveal = () => document.documentElement.toggleAttribute('data-own-resolver', select.value === OTHER);
  select.addEventListener('change', () => {
    if (reveal()) input.focus();
  });
  return {
    /** The address of the chosen server, or null where what was typed is none. */
    get url() {
      return select.value === OTHER ? address(input.value) : select.value;
    },
    /** The choice as a link holds it: null for the first of the list. */
    get parameter() {
      return this.url === KNOWN[0]?.url ? null : this.url;
    },
    /** @param {string | null} url */
    choose(url) {
      const known = url === null ? KNOWN[0] : KNOWN.find((one) => one.url === url);
      select.value = known?.url ?? OTHER;
      input.value = known === undefined ? (url ?? '') : '';
      reveal();
    },
  };
}

/** HTTPS, or a server on this machine. */
function address(/** @type {string} */ text) {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname } = new URL(text);
  const local = protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname);
  return protocol === 'https:' || local ? text : null;
}
