/** What PUT /api/policies/:domain takes: a policy file as text/plain, or its fields and a schedule as JSON. */

import type { StsMode } from 'mxseal';
import { bodyOf, jsonOf, mediaType } from './body.ts';
import { publication, reportsTo, written } from './policy-publication.ts';
import type { Before, Publication } from './policy-publication.ts';
import type { Schedule } from './policy-store.ts';
import { problem } from './problem.ts';

export type PolicyInput = { publication: Publication; schedule: Schedule | null };

/** Throws the refusal. */
export async function policyInput(request: Request, domain: string, before: Before): Promise<PolicyInput> {
  const rua = reportsTo(new URL(request.url));
  if (mediaType(request) === 'text/plain') {
    return { publication: await written(domain, utf8(await bodyOf(request, POLICY_OCTETS)), before, rua), schedule: null };
  }
  const { mode, mx = [], maxAge, schedule = null, ...rest } = await jsonOf(request, POLICY_OCTETS);
  const unknown = Object.keys(rest);
  if (unknown.length > 0) throw invalid('the body has `mode`, `mx`, `maxAge` and `schedule`, nothing else');
  if (!isMode(mode)) throw invalid('`mode` is one of testing, enforce, none');
  if (!Array.isArray(mx) || !mx.every((pattern) => typeof pattern === 'string')) throw invalid('`mx` is a list of patterns');
  const life = maxAge ?? MAX_AGE[mode];
  if (!isWhole(life)) throw invalid('`maxAge` is a whole number of seconds');
  if (schedule !== null && mode !== 'testing') throw invalid('`schedule` belongs to a policy of mode testing');
  return { publication: publication(domain, { mode, mx, maxAge: life }, before, rua), schedule: schedule === null ? null : scheduleOf(schedule) };
}

function scheduleOf(given: unknown): Schedule {
  if (typeof given !== 'object' || given === null) throw invalid('`schedule` is an object');
  const { notBefore, maxAge = MAX_AGE.enforce, minimumSessions = 1, maximumFailures = 0, ...rest } = given as Record<string, unknown>;
  if (Object.keys(rest).length > 0) throw invalid('`schedule` has `notBefore`, `maxAge`, `minimumSessions` and `maximumFailures`, nothing else');
  if (typeof notBefore !== 'string' || !TIME.test(notBefore) || Number.isNaN(Date.parse(notBefore))) throw invalid('`schedule.notBefore` is a time of RFC 3339');
  if (!isWhole(maxAge) || !isWhole(minimumSessions) || !isWhole(maximumFailures)) throw invalid('`maxAge`, `minimumSessions` and `maximumFailures` are whole numbers');
  return { notBefore: new Date(notBefore).toISOString(), maxAge, minimumSessions, maximumFailures, waitingFor: [] };
}

function utf8(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw invalid('the policy is not UTF-8');
  }
}

const invalid = (detail: string) => problem('ERR_INVALID_CONTENT', detail);
const isMode = (value: unknown): value is StsMode => value === 'testing' || value === 'enforce' || value === 'none';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
/** RFC 8461 §3.2: weeks or more where it enforces; §8.3: a day where it ends. */
const MAX_AGE: Record<StsMode, number> = { enforce: 1_209_600, testing: 86_400, none: 86_400 };
/** RFC 8461 §3.2 lets senders stop at 64 KiB. */
const POLICY_OCTETS = 64 * 1024;
