/**
 * A limit of time joined with the caller's AbortSignal: nothing a host does outlives either.
 * Timers are gone when the work is.
 */
import { failure } from './failure.js';
import { invalidArgument } from './mistake.js';

/** The longest delay of a timer, 2^31 - 1 ms; a longer one would fire at once. */
const LONGEST_MS = 0x7fff_ffff;

/**
 * A signal that fires with the caller's reason, or with a `timeout` failure after `ms` milliseconds.
 * @param {number} ms
 * @param {AbortSignal | null} [outer]
 * @returns {{ signal: AbortSignal, end: () => void, relax: () => void }} `end` releases the timer,
 *   `relax` lets a Node process end before the timer
 */
export function timeLimit(ms, outer) {
  const controller = new AbortController();
  // Joined, not listened to: the signal of a check has dozens of these beneath it at once.
  const signal = outer ? AbortSignal.any([outer, controller.signal]) : controller.signal;
  const timer = setTimeout(() => controller.abort(failure('timeout', `no answer within ${ms} ms`)), ms);
  const end = () => clearTimeout(timer);
  const relax = () => /** @type {any} */ (timer).unref?.();
  return { signal, end, relax };
}

/**
 * Runs `work` and settles no later than the limit, even where the work never does; its signal tells it to stop.
 * @template T
 * @param {number} ms
 * @param {AbortSignal | null | undefined} outer
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function within(ms, outer, work) {
  outer?.throwIfAborted();
  const limit = timeLimit(ms, outer);
  try {
    return await unlessAborted(limit.signal, work(limit.signal));
  } finally {
    limit.end();
  }
}

/**
 * The promise, or the signal's reason if that comes first.
 * @template T
 * @param {AbortSignal} signal
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export function unlessAborted(signal, promise) {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * What a callback promises is not waited for; where it is broken, the work stops as if the callback had thrown.
 * @param {AbortController} stop
 * @param {unknown} promised
 */
export function orStop(stop, promised) {
  Promise.resolve(promised).catch((error) => stop.abort(error));
}

/**
 * A number of milliseconds that a caller gave, or the default.
 * @param {unknown} value
 * @param {number} otherwise
 * @param {string} [name]
 * @returns {number}
 */
export function milliseconds(value, otherwise, name = 'timeoutMs') {
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'number' || !(value > 0)) {
    throw invalidArgument(`\`${name}\` is a number of milliseconds above 0`);
  }
  return Math.min(Math.ceil(value), LONGEST_MS);
}

/**
 * A number of further tries that a caller gave, or the default.
 * @param {unknown} value
 * @param {number} otherwise
 * @returns {number}
 */
export function tries(value, otherwise) {
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 10) {
    throw invalidArgument('`retries` is a whole number from 0 to 10');
  }
  return value;
}
