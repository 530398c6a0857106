/** How a store files a domain: names are the same in any case and with or without the final dot (RFC 1035 §2.3.3). */

import { invalidArgument } from '../hosts/mistake.js';

/**
 * @param {string} domain
 * @returns {string}
 */
export function keyOf(domain) {
  if (typeof domain !== 'string') throw invalidArgument('`domain` is not a string');
  return domain.toLowerCase().replace(/\.$/, '');
}
