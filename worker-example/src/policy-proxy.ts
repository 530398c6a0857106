/**
 * GET /api/policy/:domain: what https://mta-sts.<domain>/.well-known/mta-sts.txt answers, for a page that may not
 * read it itself, because few policy hosts send CORS headers. It judges nothing.
 *
 * The lock: the engine is asked first. The fetch happens only where the engine itself would fetch, that is for a valid
 * domain that announces a policy and whose policy host has no private address, and only the URL that it names.
 * No redirect is followed, and of a long body only the first 64 KiB and one octet are read.
 */

import { check, policyAnswer } from 'mxseal';
import type { FetchHost, PolicyAnswer } from 'mxseal';
import { refusal } from './check.ts';
import { dnsHost, options } from './env.ts';
import { policyFetch } from './policy-fetch.ts';
import { problem } from './problem.ts';
import type { Call } from './router.ts';

export async function proxyPolicy({ env, parameters: { domain = '' } }: Call): Promise<Response> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(PROXY_MS)]);
  let answer: PolicyAnswer | null = null;
  const capture: FetchHost = async (url, init) => {
    answer = await policyAnswer(policyFetch, { url }, { signal: init.signal ?? signal, timeoutMs: FETCH_MS });
    stop.abort();
    throw new Error('the proxy has what it came for');
  };
  try {
    await check(domain, { dns: dnsHost(env), fetch: capture, options: options(env), signal });
  } catch (error) {
    // The abort after the capture ends the check this way too.
    if (answer === null) return refusal(error);
  }
  return answer === null
    ? problem('ERR_NO_POLICY', 'the engine sees no policy to fetch for this domain')
    : asResponse(answer);
}

/** `body` is base64. */
function asResponse(answer: PolicyAnswer): Response {
  if (answer.kind !== 'policy') {
    const cause = answer.kind === 'failed' ? answer.cause : 'opaque';
    return problem('ERR_POLICY_FETCH', 'the policy file could not be fetched', { more: { cause } });
  }
  const { httpStatus, contentType, body, redirected } = answer;
  // RFC 8461 §3.3: a policy is never taken from an HTTP cache.
  const headers = { 'cache-control': 'no-store' };
  return Response.json({ httpStatus, contentType, body: base64(body), redirected }, { headers });
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

const FETCH_MS = 30_000;
const PROXY_MS = 60_000;
