/**
 * OpenSSL's digests of 0 to 300 octets: the first four octets of each, and SHA-256 of all of them one after the other.
 * The message of length `n` holds `(7 i + n) mod 256` at `i`.
 */

import { createHash } from 'node:crypto';

/** @returns {string} the file */
export function digests() {
  const rows = ['sha1', 'sha256', 'sha384', 'sha512'].map((hash) => {
    const each = Array.from({ length: 301 }, (_, n) => (
      createHash(hash).update(Buffer.from(Array.from({ length: n }, (_, i) => (7 * i + n) % 256))).digest()));
    const first = Buffer.concat(each.map((digest) => digest.subarray(0, 4))).toString('base64');
    return { hash, first, all: createHash('sha256').update(Buffer.concat(each)).digest('base64') };
  });
  return `${JSON.stringify(rows, null, 2)}\n`;
}
