/** The JSON of files: what Rust's `to_json` writes of the same value. */

import { record } from './engine.js';
import { unwritable } from './hosts/mistake.js';

/**
 * Octets as base64 (RFC 4648 §4), compact, keys in their order.
 * @type {typeof import('./types.d.ts').stringify}
 */
export function stringify(value) {
  // `this` holds the member as it is: a Buffer has turned into something else by the time it is handed over.
  record(value, 'value');
  try {
    return JSON.stringify(value, function (key, member) {
      const own = this[key];
      return own instanceof Uint8Array ? base64(own) : member;
    });
  } catch (error) {
    throw unwritable('value', error);
  }
}

/** @param {Uint8Array} octets */
function base64(octets) {
  let binary = '';
  for (let at = 0; at < octets.length; at += 0x8000) binary += String.fromCharCode(...octets.subarray(at, at + 0x8000));
  return btoa(binary);
}
