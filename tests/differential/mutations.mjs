/** What is tried with a good signature. Each `[what, { algorithm?, key?, message?, signature? }]`: what differs from it. */

import { constants, createHash, privateEncrypt } from 'node:crypto';

/** What is tried with every algorithm; `keyFrom` octets of the key are none of its number's. */
export function general({ key, message, signature }, { otherKey, otherHashes, keyFrom = 0 }) {
  const cases = [
    ['another key', { key: otherKey }],
    ['message with a bit flipped', { message: flip(message, message.length >> 1, 3) }],
    ['message cut short', { message: message.subarray(0, -1) }],
    ['message with an octet more', { message: Buffer.concat([message, Buffer.of(0)]) }],
    ['no message', { message: Buffer.alloc(0) }],
    ['no signature', { signature: Buffer.alloc(0) }],
    ['signature of zeros', { signature: Buffer.alloc(signature.length) }],
    ['signature of ones', { signature: Buffer.alloc(signature.length, 0xff) }],
    ['signature without its first octet', { signature: signature.subarray(1) }],
    ['signature without its last octet', { signature: signature.subarray(0, -1) }],
    ['half a signature', { signature: signature.subarray(0, signature.length >> 1) }],
    ['zero before the signature', { signature: Buffer.concat([Buffer.of(0), signature]) }],
    ['zero after the signature', { signature: Buffer.concat([signature, Buffer.of(0)]) }],
    ['signature twice', { signature: Buffer.concat([signature, signature]) }],
    ...otherHashes.map((algorithm) => [`as ${algorithm}`, { algorithm }]),
  ];
  for (const [octet, bit] of spread(signature.length)) {
    cases.push([`signature, bit ${bit} of octet ${octet} flipped`, { signature: flip(signature, octet, bit) }]);
  }
  for (const [octet, bit] of spread(key.length - keyFrom)) {
    cases.push([`key, bit ${bit} of octet ${octet} flipped`, { key: flip(key, keyFrom + octet, bit) }]);
  }
  return cases;
}

/** RSA: signatures that are the same number, or nearly, and encodings that only a lax verifier takes (RFC 8017 §8.2.2). */
export function rsa(algorithm, { key, message, signature }, privateKey) {
  const size = signature.length;
  const n = key.subarray(1 + key[0]);
  const modulus = big(n);
  const of = (value) => bytes(value, size);
  const cases = [
    ['signature 1', { signature: of(1n) }],
    ['signature n - 1', { signature: of(modulus - 1n) }],
    ['signature n', { signature: n }],
    ['n - signature', { signature: of(modulus - big(signature)) }],
    ['modulus with zeros before it', { key: Buffer.concat([key.subarray(0, 1 + key[0]), Buffer.alloc(3), n]) }],
    ['exponent with zeros before it', { key: Buffer.concat([Buffer.of(key[0] + 2, 0, 0), key.subarray(1)]) }],
    ['exponent 1', { key: Buffer.concat([Buffer.of(1, 1), n]) }],
    ['exponent 2', { key: Buffer.concat([Buffer.of(1, 2), n]) }],
    ['even modulus', { key: flip(key, key.length - 1, 0) }],
    ['modulus 0', { key: Buffer.concat([key.subarray(0, 1 + key[0]), Buffer.alloc(size)]) }],
  ];
  if (plusN(key, signature)) cases.push(['signature + n', { signature: of(big(signature) + modulus) }]);
  if (!algorithm.startsWith('rsa-')) return cases;
  const hash = algorithm.slice(4);
  const info = digestInfo(hash, message);
  const sign = (octets, padding) => privateEncrypt({ key: privateKey, padding }, octets);
  const pkcs1 = (octets) => ({ signature: sign(octets, constants.RSA_PKCS1_PADDING) });
  const plain = (octets) => ({ signature: sign(octets, constants.RSA_NO_PADDING) });
  const padded = (first, filling, separator, content) => Buffer.concat(
    [Buffer.from(first), Buffer.alloc(size - first.length - separator.length - content.length, filling), Buffer.from(separator), content]);
  return [
    ...cases,
    ['encoding made by hand', plain(padded([0, 1], 0xff, [0], info))],
    ['hash without its DigestInfo', pkcs1(createHash(hash).update(message).digest())],
    ['DigestInfo without NULL', pkcs1(withoutNull(info))],
    ['DigestInfo with an octet after it', pkcs1(Buffer.concat([info, Buffer.of(0)]))],
    ['DigestInfo with a long length', pkcs1(Buffer.concat([Buffer.of(0x30, 0x81), info.subarray(1)]))],
    ['DigestInfo of another tag', pkcs1(flip(info, 0, 0))],
    ['DigestInfo of another algorithm', pkcs1(flip(info, 12, 1))],
    ['DigestInfo with a bit of the hash flipped', pkcs1(flip(info, info.length - 1, 0))],
    ['padding of block type 2', plain(padded([0, 2], 0xff, [0], info))],
    ['padding of block type 0', plain(padded([0, 0], 0x00, [0], info))],
    ['padding of other octets', plain(padded([0, 1], 0xfe, [0], info))],
    ['padding cut short, octets after the hash', plain(Buffer.concat(
      [Buffer.from('0001ffffffffffffffff00', 'hex'), info, Buffer.alloc(size - 11 - info.length, 0xab)]))],
    ['padding without its end', plain(padded([0, 1], 0xff, [0xff], info))],
    ['first octet not zero', plain(flip(padded([0, 1], 0xff, [0], info), 1, 1))],
  ];
}

/** Whether signature + n takes no more octets than n. */
export function plusN(key, signature) {
  return big(signature) + big(key.subarray(1 + key[0])) < 256n ** BigInt(signature.length);
}

/** ECDSA: the two numbers at and beyond the edges (FIPS 186-5 §6.4.2). `write` is the form of the algorithm. */
export function ecdsa({ key, signature }, { order, prime, read, write }) {
  const [r, s] = read(signature);
  const pair = (what, a, b) => [what, { signature: write(a, b) }];
  const half = key.length / 2;
  const x = big(key.subarray(0, half));
  const y = big(key.subarray(half));
  const point = (what, a, b) => [what, { key: Buffer.concat([bytes(a, half), bytes(b, half)]) }];
  return [
    pair('s as n - s', r, order - s),
    pair('r as n - r', order - r, s),
    pair('r and s exchanged', s, r),
    pair('r zero', 0n, s),
    pair('s zero', r, 0n),
    pair('both zero', 0n, 0n),
    pair('both one', 1n, 1n),
    pair('r one', 1n, s),
    pair('r n', order, s),
    pair('s n', r, order),
    pair('both n - 1', order - 1n, order - 1n),
    pair('r the prime', prime, s),
    point('the other y', x, prime - y),
    point('no point: y + 1', x, (y + 1n) % prime),
    point('x the prime', prime, y),
    point('x and y exchanged', y, x),
    point('the point 0, 0', 0n, 0n),
  ];
}

/** ECDSA in DER: what BER allows and DER does not (X.690 §10.1), and what neither does. */
export function der({ signature }, { read, raw, size }) {
  const [r, s] = read(signature).map(integer);
  const of = (what, ...parts) => [what, { signature: Buffer.concat(parts) }];
  const sequence = (...parts) => tlv(0x30, Buffer.concat(parts));
  const content = Buffer.concat([r, s]);
  const pad = (element) => tlv(2, Buffer.concat([Buffer.of(0), element.subarray(2)]));
  const bare = (element) => tlv(2, element.subarray(element[2] === 0 ? 3 : 2));
  return [
    of('as r | s', raw(...read(signature))),
    of('made by hand', sequence(r, s)),
    of('length in a long form', Buffer.of(0x30, 0x81, content.length), content),
    of('length in a longer form', Buffer.of(0x30, 0x82, 0, content.length), content),
    of('indefinite length', Buffer.of(0x30, 0x80), content, Buffer.of(0, 0)),
    of('r with a zero too many', sequence(pad(r), s)),
    of('s with a zero too many', sequence(r, pad(s))),
    of('r without a leading zero', sequence(bare(r), s)),
    of('s without a leading zero', sequence(r, bare(s))),
    of('r of no octets', sequence(tlv(2, Buffer.alloc(0)), s)),
    of('r negative', sequence(tlv(2, bytes(256n ** BigInt(size + 1) - read(signature)[0], size + 1)), s)),
    of('a third number', sequence(r, s, integer(1n))),
    of('only one number', sequence(r)),
    of('NULL inside', sequence(r, s, Buffer.of(5, 0))),
    of('octets after it', sequence(r, s), Buffer.of(5, 0)),
    of('a SET', tlv(0x31, content)),
    of('r as ENUMERATED', sequence(Buffer.concat([Buffer.of(10), r.subarray(1)]), s)),
    of('length too great', Buffer.of(0x30, content.length + 1), content),
    of('length too small', Buffer.of(0x30, content.length - 1), content),
  ];
}

export function flip(octets, at, bit) {
  const flipped = Buffer.from(octets);
  flipped[at] ^= 1 << bit;
  return flipped;
}

export function big(octets) {
  return octets.length === 0 ? 0n : BigInt(`0x${octets.toString('hex')}`);
}

export function bytes(number, size) {
  return Buffer.from(number.toString(16).padStart(2 * size, '0'), 'hex');
}

/** DER, of fewer than 128 octets. */
export function tlv(tag, content) {
  return Buffer.concat([Buffer.of(tag, content.length), content]);
}

export function integer(number) {
  const hex = number.toString(16);
  const octets = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return tlv(2, octets[0] >= 0x80 ? Buffer.concat([Buffer.of(0), octets]) : octets);
}

/** Octets and bits at both ends and in between. */
function spread(length) {
  return [[0, 7], [0, 0], [length >> 2, 4], [length >> 1, 2], [(3 * length) >> 2, 5], [length - 1, 7], [length - 1, 0]];
}

const OIDS = { sha1: '2b0e03021a', sha256: '608648016503040201', sha384: '608648016503040202', sha512: '608648016503040203' };

function digestInfo(hash, message) {
  const algorithm = tlv(0x30, Buffer.concat([tlv(6, Buffer.from(OIDS[hash], 'hex')), Buffer.of(5, 0)]));
  return tlv(0x30, Buffer.concat([algorithm, tlv(4, createHash(hash).update(message).digest())]));
}

function withoutNull(info) {
  const inner = info.subarray(2);
  const algorithm = inner.subarray(2, inner[1]);
  return tlv(0x30, Buffer.concat([tlv(0x30, algorithm), inner.subarray(2 + inner[1])]));
}
