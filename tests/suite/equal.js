/** Equality of plain data, and how a difference is told. Absent and null are two things here. */

/**
 * @param {unknown} a
 * @param {unknown} b
 * @returns {boolean}
 */
export function equal(a, b) {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([key, value]) => Object.hasOwn(b, key) && equal(value, /** @type {any} */ (b)[key]));
}

/**
 * @param {string} what
 * @param {unknown} got
 * @param {unknown} want
 */
export function assertEqual(what, got, want) {
  if (!equal(got, want)) throw new Error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

/**
 * Two long texts: tells the place where they part.
 * @param {string} what
 * @param {string} got
 * @param {string} want
 */
export function assertSameText(what, got, want) {
  if (got === want) return;
  let at = 0;
  while (at < got.length && got[at] === want[at]) at += 1;
  /** @param {string} text */
  const around = (text) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  throw new Error(`${what}: differ at character ${at}: got ${around(got)}, want ${around(want)}`);
}
