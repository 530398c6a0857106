/** Ed25519: signatures of OpenSSL's, and signatures and keys that only arithmetic makes (RFC 8032 §5.1.7). */

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { BASE, IDENTITY, L, P, add, challenge, encode, littleEndian, multiply, number, smallOrder } from './edwards.mjs';
import { flip, general } from './mutations.mjs';

/** @returns {[object, [string, object][]][]} each a signature, and what is tried with it */
export function edwards() {
  const groups = [];
  const { privateKey, key } = make();
  const { key: otherKey } = make();
  for (let length = 0; length < 300; length += 23) {
    const message = randomBytes(length);
    groups.push([{ label: `${length} octets signed`, algorithm: 'ed25519', key, message, signature: sign(null, message, privateKey) }, []]);
  }
  const message = randomBytes(80);
  const base = { label: 'signed', algorithm: 'ed25519', key, message, signature: sign(null, message, privateKey) };
  groups.push([base, [...general(base, { otherKey, otherHashes: [] }), ...scalars(base), ...points(base)]]);
  groups.push(...ofSmallOrder(), ...ofMixedOrder());
  return groups;
}

/** `S` at and beyond the edges: it must be below L. */
function scalars({ signature }) {
  const r = signature.subarray(0, 32);
  const s = number(signature.subarray(32));
  const of = (what, value) => [what, { signature: Buffer.concat([r, littleEndian(value)]) }];
  return [
    ...[1n, 2n, 7n, 8n, 15n].filter((k) => s + k * L < 2n ** 256n).map((k) => of(`S + ${k} L`, s + k * L)),
    of('S as L - S', L - s),
    of('S zero', 0n),
    of('S one', 1n),
    of('S L - 1', L - 1n),
    of('S L', L),
    of('S with its highest bit', s | (1n << 255n)),
    of('S with bit 253', s | (1n << 253n)),
  ];
}

/** Keys and `R` of small order, canonical and not, in place of the good ones. */
function points({ key, signature }) {
  const s = signature.subarray(32);
  const cases = [
    ['key of the other sign', { key: flip(key, 31, 7) }],
    ['R of the other sign', { signature: flip(signature, 31, 7) }],
    ['the key as R', { signature: Buffer.concat([key, s]) }],
  ];
  for (const [what, encoding] of smallEncodings()) {
    cases.push([`key ${what}`, { key: encoding }]);
    cases.push([`R ${what}`, { signature: Buffer.concat([encoding, s]) }]);
  }
  return cases;
}

/** Keys of small order with signatures that fit under the plain equation, the message searched for. */
function ofSmallOrder() {
  const groups = [];
  for (const [what, key] of smallEncodings()) {
    const r = encode(multiply(5n, BASE));
    for (const R of [r, encode(IDENTITY)]) {
      const signature = Buffer.concat([R, littleEndian(R === r ? 5n : 0n)]);
      // The challenge is a multiple of eight: the key falls out of the equation.
      const message = search((text) => challenge(R, key, text) % 8n === 0n);
      const other = search((text) => challenge(R, key, text) % 8n === 3n);
      const label = `${R === r ? 'R a good point' : 'R the identity'}, key ${what}, challenge 0 modulo 8`;
      groups.push([{ label, algorithm: 'ed25519', key, message, signature }, [['challenge 3 modulo 8', { message: other }]]]);
    }
  }
  return groups;
}

/** A key with a part of order eight: only where the challenge is a multiple of eight is its signature one. */
function ofMixedOrder() {
  const secret = number(createHash('sha512').update(randomBytes(32)).digest()) % L;
  const [, torsion] = smallOrder();
  const key = encode(add(multiply(secret, BASE), torsion));
  const nonce = number(createHash('sha512').update(randomBytes(32)).digest()) % L;
  const R = encode(multiply(nonce, BASE));
  const signed = (message) => Buffer.concat([R, littleEndian((nonce + challenge(R, key, message) * secret) % L)]);
  const message = search((text) => challenge(R, key, text) % 8n === 0n);
  const other = search((text) => challenge(R, key, text) % 8n !== 0n);
  const mixedR = encode(add(multiply(nonce, BASE), torsion));
  return [[{ label: 'key of mixed order', algorithm: 'ed25519', key, message, signature: signed(message) }, [
    ['the challenge no multiple of eight', { message: other, signature: signed(other) }],
    ['mixed-order R', { signature: Buffer.concat([mixedR, signed(message).subarray(32)]) }],
  ]]];
}

function smallEncodings() {
  const canonical = smallOrder().map((point, k) => [`of small order ${k}`, encode(point)]);
  // Zero as P, one as P + 1, with either sign: RFC 8032 §5.1.3 takes none of them, and no negative zero.
  const written = (y, negative) => littleEndian(y | (negative ? 1n << 255n : 0n));
  return [
    ...canonical,
    ['0 written as p', written(P, false)],
    ['0 written as p, negative', written(P, true)],
    ['1 written as p + 1', written(P + 1n, false)],
    ['1 written as p + 1, negative', written(P + 1n, true)],
    ['1 with a negative zero', written(1n, true)],
    ['-1 with a negative zero', written(P - 1n, true)],
    ['2^255 - 1', Buffer.concat([Buffer.alloc(31, 0xff), Buffer.of(0x7f)])],
  ];
}

function search(fits) {
  for (;;) {
    const message = randomBytes(16);
    if (fits(message)) return message;
  }
}

function make() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, key: Buffer.from(/** @type {string} */ (publicKey.export({ format: 'jwk' }).x), 'base64url') };
}
