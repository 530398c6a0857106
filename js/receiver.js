/**
 * The receiving side behind its boundary: reports, what to publish, the steps of a change. A module of its own, so
 * that who only checks does not load it.
 */

import source from '#receiver';
import * as glue from '../pkg/receiver.js';
import { moduleOf } from './module.js';

const { init, call } = moduleOf(glue, source);

await init();

/**
 * Calls into the receiving side.
 * @template T
 * @param {(receiver: typeof glue) => T} work
 * @returns {T}
 */
export function receiver(work) {
  return call(work);
}
