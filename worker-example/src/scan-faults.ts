/**
 * Faults that the tests ask for, by the binding `FAULTS`: a consumer that throws after its writes or crashes, and times that a test
 * can wait for. They are refused wherever the trust anchor is the root's of IANA, so no deployment on the real DNS has them.
 */

import type { Env } from './env.ts';
import { BACK_OFF_SECONDS, CHECK_MS, LOOKUP_MS, POLICY_MS, STALL_SECONDS } from './scan-limits.ts';

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
};

const NONE: Faults = {
  throwsAfterWrites: 0,
  crashesAt: null,
  backOffSeconds: BACK_OFF_SECONDS,
  stallSeconds: STALL_SECONDS,
  checkMs: CHECK_MS,
  lookupMs: LOOKUP_MS,
  policyMs: POLICY_MS,
};

/** @throws {Error} where the binding stands on the real DNS */
export function faults({ FAULTS, TRUST_ANCHORS }: Env): Faults {
  if (FAULTS === undefined) return NONE;
  if ((TRUST_ANCHORS ?? '').trim() === '') throw new Error('FAULTS is for a network with trust anchors of its own');
  return { ...NONE, ...JSON.parse(FAULTS) };
}

/** The same delivery throws each time it is asked about, and no other is bound to. */
export function throwsNow({ throwsAfterWrites }: Faults, delivery: string): boolean {
  let hash = 0x811c9dc5; // FNV-1a
  for (const character of delivery) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash % 100 < throwsAfterWrites;
}
