/** The order in which answers come must not show: ten orders a recording, the same ten in every runtime. */

import { assertSameText } from './equal.js';
import { start } from './evidence.js';

const ORDERS = 10;

/**
 * @param {typeof import('../../js/index.js')} mxseal
 * @param {any} evidence
 */
export function feedingOrder(mxseal, evidence) {
  const wanted = { verdict: mxseal.stringify(mxseal.Check.replay(evidence)), evidence: JSON.stringify(evidence) };
  for (let seed = 1; seed <= ORDERS; seed += 1) {
    const random = randomFrom(seed);
    const machine = new mxseal.Check(evidence.domain, start(evidence));
    const waiting = machine.needs();
    while (waiting.length > 0) {
      const [need] = /** @type {[any]} */ (waiting.splice(Math.floor(random() * waiting.length), 1));
      machine.feed(need.id, recorded(mxseal, evidence, need));
      waiting.push(...machine.needs());
    }
    if (!machine.verdict) throw new Error(`seed ${seed}: no verdict after the last answer`);
    assertSameText(`seed ${seed}, verdict`, mxseal.stringify(machine.verdict), wanted.verdict);
    assertSameText(`seed ${seed}, evidence`, mxseal.stringify(machine.evidence), wanted.evidence);
  }
}

/**
 * @param {typeof import('../../js/index.js')} mxseal
 * @param {any} evidence
 * @param {any} need
 */
function recorded(mxseal, evidence, { id, stage, ...need }) {
  const key = mxseal.stringify(need);
  const found = evidence.answers.find((/** @type {any} */ one) => one.stage === stage && JSON.stringify(one.need) === key);
  if (!found) throw new Error(`need ${id} was never recorded: ${key}`);
  return found.answer;
}

/**
 * Mulberry32: numbers from 0 to 1, the same for the same seed.
 * @param {number} seed
 */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
