/**
 * Faults that the tests ask for, by the binding `FAULTS`: a consumer that throws after its writes or crashes, and times and
 * tries that a test can wait for. They are refused wherever the trust anchor is the root's of IANA, so no deployment on the real DNS has them.
 */

import type { Env } from './env.ts';
import { BACK_OFF_SECONDS, CHECK_MS, LAST_TRY, LOOKUP_MS, POLICY_MS, STALL_SECONDS } from './scan-limits.ts';

export type Faults = {
  /** How many of a hundred deliveries throw after their writes. */
  throwsAfterWrites: number;
  /** A domain whose check crashes the consumer. */
  crashesAt: string | null;
  backOffSeconds: number;
  stallSeconds: number;
  checkMs: number;
  lookupMs: number;
  policyMs: number;
  lastTry: number;
};

const NONE: Faults = {
  throwsAfterWrites: 0,
  crashesAt: null,
  backOffSeconds: BACK_OFF_SECONDS,
  stallSeconds: STALL_SECONDS,
  checkMs: CHECK_MS,
  lookupMs: LOOKUP_MS,
  policyMs: POLICY_MS,
  lastTry: LAST_TRY,
};

/** @throws {Error} where the binding stands on the real DNS */
export function faults(env: Env): Faults {
  if (!faultsAllowed(env)) throw new Error('FAULTS is for a network with trust anchors of its own');
  return env.FAULTS === undefined ? NONE : { ...NONE, ...JSON.parse(env.FAULTS) };
}

/** False where they are asked for and refused. */
export function faultsAllowed({ FAULTS, TRUST_ANCHORS }: Env): boolean {
  return FAULTS === undefined || (TRUST_ANCHORS ?? '').trim() !== '';
}

/** The same delivery throws each time it is asked about, and no other is bound to. */
export function throwsNow({ throwsAfterWrites }: Faults, delivery: string): boolean {
  let hash = 0x811c9dc5; // FNV-1a
  for (const character of delivery) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash % 100 < throwsAfterWrites;
}

/** Says so in the log, where a test can count it. */
export function fail(what: string): never {
  console.log(what);
  throw new Error(what);
}
