/** The caller's own mistakes (DESIGN: errors and findings are two things), and the checks of arguments that need no engine. */

/** A mistake of the caller, or an aborted check. What a domain does wrong is data. */
export class MxsealError extends Error {
  /**
   * @param {import('../types.d.ts').MxsealErrorCode} code
   * @param {string} message lower case, no full stop
   * @param {{ cause?: unknown }} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = 'MxsealError';
    /** @type {import('../types.d.ts').MxsealErrorCode} */
    this.code = code;
  }
}

/** @param {string} message */
export function invalidArgument(message) {
  return new MxsealError('ERR_INVALID_ARGUMENT', message);
}

/**
 * A value as a message shows it: JSON where it has any, and no more than one line can hold.
 * @param {unknown} value
 * @returns {string}
 */
export function shown(value) {
  let text;
  try {
    text = JSON.stringify(value);
  } catch {
    // A BigInt, a circle, a getter that throws.
  }
  text ??= `a ${typeof value}`;
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {any}
 */
export function record(value, name) {
  if (typeof value === 'object' && value !== null) return value;
  throw invalidArgument(`\`${name}\` is not an object`);
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {any[]}
 */
export function list(value, name) {
  if (Array.isArray(value)) return value;
  throw invalidArgument(`\`${name}\` is not an array`);
}

/**
 * Nothing, or a function.
 * @param {unknown} value
 * @param {string} name
 */
export function callable(value, name) {
  if (value !== undefined && value !== null && typeof value !== 'function') throw invalidArgument(`\`${name}\` is no function`);
}

/**
 * Nothing, or a signal.
 * @param {any} value
 */
export function abortable(value) {
  if (value === undefined || value === null) return;
  if (typeof value === 'object' && typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function') return;
  throw invalidArgument('`signal` is no AbortSignal: give the `signal` of an AbortController');
}

/**
 * What JSON can't hold: a BigInt, a circle, what is nested too deep. Others' errors, of getters, are passed on.
 * @param {string} name
 * @param {unknown} error
 */
export function unwritable(name, error) {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  return new MxsealError('ERR_INVALID_ARGUMENT', `\`${name}\` can't be written as JSON: ${error.message.split('\n')[0]}`, { cause: error });
}
