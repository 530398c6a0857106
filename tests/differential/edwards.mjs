/**
 * edwards25519 in a few lines (RFC 8032 §5.1), to make keys and signatures that no library makes: points of small and
 * of mixed order, encodings that are not canonical. Slow and not constant in time.
 */

import { createHash } from 'node:crypto';

export const P = 2n ** 255n - 19n;
/** The order of the base point. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (a, m = P) => ((a % m) + m) % m;
const power = (base, exponent) => {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) result = mod(result * b);
  return result;
};
const inverse = (a) => power(a, P - 2n);
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** @returns {[bigint, bigint] | null} the point with that y whose x is even, or odd */
export function withY(y, odd = false) {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(x * x) !== square) return null;
  return [(x & 1n) === (odd ? 1n : 0n) ? x : mod(-x), y];
}

export const BASE = /** @type {[bigint, bigint]} */ (withY(mod(4n * inverse(5n))));
export const IDENTITY = /** @type {[bigint, bigint]} */ ([0n, 1n]);

export function add([x1, y1], [x2, y2]) {
  const k = mod(D * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + k)), mod((y1 * y2 + x1 * x2) * inverse(1n - k))];
}

export function multiply(scalar, point) {
  let result = IDENTITY;
  for (let p = point, s = scalar; s > 0n; s >>= 1n, p = add(p, p)) if (s & 1n) result = add(result, p);
  return result;
}

/** The eight points of small order: the multiples of one of order eight. */
export function smallOrder() {
  for (let y = 2n; ; y += 1n) {
    const point = withY(y);
    if (point === null) continue;
    const torsion = multiply(L, point);
    const points = Array.from({ length: 8 }, (_, k) => multiply(BigInt(k), torsion));
    if (new Set(points.map(String)).size === 8) return points;
  }
}

/** `y` with the sign of `x`; `y` may be P or more, which is not canonical. */
export function encode([x, y]) {
  return littleEndian(y | ((x & 1n) << 255n));
}

export function littleEndian(number) {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();
}

export function number(octets) {
  return BigInt(`0x${Buffer.from(octets).reverse().toString('hex')}`);
}

/** The scalar that binds a signature to its key and message. */
export function challenge(r, key, message) {
  return mod(number(createHash('sha512').update(r).update(key).update(message).digest()), L);
}
