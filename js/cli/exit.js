/** Exit codes of the command line, and the width that it writes in. */

export const EXIT = { fine: 0, errors: 1, usage: 2, unknown: 3 };

/** A mistake on the command line. */
export class Usage extends Error {}

/**
 * `unknown` goes before findings of severity error.
 * @param {import('../types.d.ts').Verdict} verdict
 */
export function exitOf(verdict) {
  if (verdict.posture === 'unknown') return EXIT.unknown;
  return verdict.findings.some(({ severity }) => severity === 'error') ? EXIT.errors : EXIT.fine;
}

/**
 * The code of several: the gravest, with `unknown` before findings.
 * @param {number[]} codes
 */
export function gravest(codes) {
  return Math.max(EXIT.fine, ...codes);
}

/**
 * Columns to fill; a pseudo-terminal that nobody sized has 0.
 * @param {NodeJS.WriteStream} stream
 */
export function widthOf({ columns }) {
  return Math.max(40, Math.min(columns || 100, 110));
}
