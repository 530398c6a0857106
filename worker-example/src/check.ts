/**
 * GET /api/check/:domain: the engine's verdict as JSON.
 * A Worker cannot open port 25, so there is no STARTTLS host here and every MX stays `unobserved`.
 */

import { check, MxsealError, stringify } from 'mxseal';
import type { Verdict } from 'mxseal';
import { dnsHost, options } from './env.ts';
import { policyFetch } from './policy-fetch.ts';
import { problem } from './problem.ts';
import type { Call } from './router.ts';

export async function checkDomain({ env, parameters: { domain = '' } }: Call): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(CHECK_MS);
    const verdict = await check(domain, { dns: dnsHost(env), fetch: policyFetch, options: options(env), signal });
    return new Response(stringify(verdict), {
      headers: { 'content-type': 'application/json', 'cache-control': cacheControl(verdict) },
    });
  } catch (error) {
    return refusal(error);
  }
}

/** The caller's mistakes and the clock's, as problems; whatever else went wrong is ours. */
export function refusal(error: unknown): Response {
  if (error instanceof MxsealError && error.code === 'ERR_INVALID_DOMAIN') {
    return problem('ERR_INVALID_DOMAIN', error.message);
  }
  if (error instanceof MxsealError && error.code === 'ERR_ABORTED') {
    return problem('ERR_TIMEOUT', 'the check took too long');
  }
  console.error(error);
  return problem('ERR_INTERNAL', 'the check failed for a reason of our own');
}

/** As long as the verdict itself is good, within bounds; what could not be found out is asked again at once. */
function cacheControl({ posture, validUntil }: Verdict): string {
  if (posture === 'unknown' || validUntil === null) return 'no-store';
  const seconds = Math.floor((Date.parse(validUntil) - Date.now()) / 1000);
  return seconds < 1 ? 'no-store' : `public, max-age=${Math.min(seconds, CACHE_SECONDS)}`;
}

/** A resolver that does not answer and a policy host that does not either still end in a verdict before this. */
export const CHECK_MS = 90_000;
/** A domain's owner who has mended something should not wait longer to see it. */
const CACHE_SECONDS = 300;
