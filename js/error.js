/** The caller's own mistakes (DESIGN: errors and findings are two things). What a domain does wrong is data. */

/** A mistake of the caller, or an aborted check. */
export class MxsealError extends Error {
  /**
   * @param {import('./types.d.ts').MxsealErrorCode} code
   * @param {string} message lower case, no full stop
   * @param {{ cause?: unknown }} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = 'MxsealError';
    /** @type {import('./types.d.ts').MxsealErrorCode} */
    this.code = code;
  }
}

/** @param {string} message */
export function invalidArgument(message) {
  return new MxsealError('ERR_INVALID_ARGUMENT', message);
}
