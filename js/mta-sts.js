/** Record, policy, matching and cache of MTA-STS (RFC 8461). */

import { bytes, clock, engine, record, records, toAscii } from './engine.js';
import { MxsealError, invalidArgument } from './error.js';
import { abortable } from './hosts/mistake.js';
import { policyAnswer } from './hosts/policy-answer.js';

/** @typedef {import('./types.d.ts').StsPolicy} StsPolicy */

/**
 * The `_mta-sts` TXT RR set (RFC 8461 §3.1).
 * @type {typeof import('./types.d.ts').parseStsRecord}
 */
export function parseStsRecord(rrset) {
  return engine((wasm) => wasm.parseStsRecord(records(rrset)));
}

/**
 * The policy file (RFC 8461 §3.2).
 * @type {typeof import('./types.d.ts').parseStsPolicy}
 */
export function parseStsPolicy(body) {
  const octets = typeof body === 'string' ? new TextEncoder().encode(body) : bytes(body, 'body');
  return engine((wasm) => wasm.parseStsPolicy(octets));
}

/**
 * The pattern that matches the host (RFC 8461 §4.1), or null.
 * @type {typeof import('./types.d.ts').matchMx}
 */
export function matchMx(patterns, host) {
  return engine((wasm) => wasm.matchMx(record(patterns, 'patterns'), toAscii(host)));
}

/**
 * One step of the sender's policy cache (RFC 8461 §3.3, §5.1).
 * @type {typeof import('./types.d.ts').nextCacheState}
 */
export function nextCacheState(o) {
  const { entry = null, txt, fetch = null, at } = record(o, 'arguments');
  return engine((wasm) => wasm.nextCacheState({ entry, txt, fetch, at: clock(at) }));
}

/**
 * A policy fetch, judged (RFC 8461 §3.3, RFC 8460 §4.3.2.2).
 * @type {typeof import('./types.d.ts').classifyFetch}
 */
export function classifyFetch(answer, lenientContentType = false) {
  if (typeof lenientContentType !== 'boolean') throw invalidArgument('`lenientContentType` is no boolean');
  return engine((wasm) => wasm.classifyFetch(record(answer, 'answer'), lenientContentType));
}

/**
 * Fetches the policy of a domain (RFC 8461 §3.3).
 * @type {typeof import('./types.d.ts').fetchPolicy}
 */
export async function fetchPolicy(domain, o) {
  const { fetch, timeoutMs, signal } = record(o, 'options');
  if (typeof fetch !== 'function') throw invalidArgument('`fetch` is no function');
  abortable(signal);
  const url = engine((wasm) => wasm.policyUrl(toAscii(domain)));
  try {
    const answer = await policyAnswer(fetch, { url }, { timeoutMs, signal });
    return classifyFetch(answer);
  } catch (error) {
    if (signal?.aborted) throw new MxsealError('ERR_ABORTED', 'the fetch was aborted', { cause: error });
    throw error;
  }
}
