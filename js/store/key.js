/**
 * How a store files a domain: names are the same in any case and with or without the final dot (RFC 1035 §2.3.3).
 * @param {string} domain
 * @returns {string}
 */
export function keyOf(domain) {
  return domain.toLowerCase().replace(/\.$/, '');
}
