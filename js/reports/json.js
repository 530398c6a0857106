/** Reports cross to the engine and back as JSON text: there is one reader for them, and one writer. */

import { record } from '../engine.js';
import { MxsealError } from '../error.js';
import { unwritable } from '../hosts/mistake.js';

/** @typedef {import('../types.d.ts').TlsReport} TlsReport */

/**
 * @param {unknown} report
 * @returns {string}
 */
export function toText(report) {
  try {
    return JSON.stringify(record(report, 'report'));
  } catch (error) {
    throw error instanceof MxsealError ? error : unwritable('report', error);
  }
}

/**
 * @param {import('../types.d.ts').Checked<string>} checked
 * @returns {import('../types.d.ts').Checked<TlsReport>}
 */
export function fromText({ value, findings }) {
  return { value: value === null ? null : JSON.parse(value), findings };
}
