/** Equality of plain data, with the path to the first difference. */

/**
 * @param {unknown} got
 * @param {unknown} want
 * @param {string} [path]
 */
export function equal(got, want, path = 'result') {
  const [a, b] = [plain(got), plain(want)];
  if (Object.is(a, b)) return;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) {
    throw new Error(`${path}: got ${JSON.stringify(a)}, want ${JSON.stringify(b)}`);
  }
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  for (const key of keys) equal(a[key], b[key], `${path}.${key}`);
}

function plain(value) {
  return value === undefined ? null : value;
}
