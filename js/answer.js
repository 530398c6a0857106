/**
 * An answer as the engine gets it: a copy, made before the engine is entered. Buffers that were transferred and getters that throw or
 * call back would otherwise stop it half-way, and it could not be entered again.
 */

import { MxsealError } from './error.js';
import { oneLine } from './hosts/failure.js';
import { record } from './hosts/mistake.js';

/** answer, sessions, session, error, member */
const DEEPEST = 5;

/**
 * @param {unknown} answer
 * @returns {import('./types.d.ts').Answer}
 */
export function answerCopy(answer) {
  record(answer, 'answer');
  try {
    return copy(answer, DEEPEST);
  } catch (error) {
    throw new MxsealError('ERR_WRONG_ANSWER', `the answer can't be read: ${oneLine(error)}`, { cause: error });
  }
}

/**
 * @param {any} value
 * @param {number} depth
 * @returns {any}
 */
function copy(value, depth) {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return new Uint8Array(value);
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((one) => copy(one, depth - 1));
  return Object.fromEntries(Object.keys(value).map((name) => [name, copy(value[name], depth - 1)]));
}
