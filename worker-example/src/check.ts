/**
 * GET /api/check/:domain: the engine's verdict as JSON, or as a stream of events where `Accept` asks for one.
 * A verdict is kept as long as it says that it is good, and CACHE_SECONDS at most; `Cache-Control: no-cache` asks anew.
 * A check stops when its client leaves, or after CHECK_MS.
 * A Worker cannot open port 25, so there is no STARTTLS host here and every MX stays `unobserved`.
 */

import { check, MxsealError, stringify } from 'mxseal';
import type { Need, Verdict } from 'mxseal';
import { checkEvents } from './check-events.ts';
import { checkOptions } from './check-options.ts';
import { dnsHost, domainName } from './env.ts';
import { policyFetch } from './policy-fetch.ts';
import { problem } from './problem.ts';
import type { Call } from './router.ts';

export async function checkDomain(call: Call): Promise<Response> {
  const { request, env, url, context } = call;
  try {
    const domain = domainName(call.parameters.domain ?? '');
    const options = checkOptions(url.searchParams, env);
    const key = cacheKey(url.origin, domain, options);
    const fresh = /\bno-cache\b/i.test(request.headers.get('cache-control') ?? '');
    const events = accepts(request, 'text/event-stream');
    const cached = fresh ? undefined : await caches.default.match(key);
    if (cached !== undefined) return events ? checkEvents(async () => cached.text()) : found(cached);

    const run = async (stop: AbortSignal, onNeed?: (need: Need) => void) => {
      const signal = AbortSignal.any([stop, request.signal, AbortSignal.timeout(CHECK_MS)]);
      const verdict = await check(domain, { dns: dnsHost(env), fetch: policyFetch, options, signal, onNeed });
      const text = stringify(verdict);
      const seconds = cacheSeconds(verdict);
      if (seconds > 0) context.waitUntil(caches.default.put(key, asJson(text, seconds)));
      return { text, seconds };
    };
    if (events) return checkEvents(async (stop, onNeed) => (await run(stop, onNeed)).text);
    const { text, seconds } = await run(request.signal);
    const answer = asJson(text, seconds);
    answer.headers.set('cache-status', 'mxseal; fwd=miss');
    return answer;
  } catch (error) {
    return refusal(error);
  }
}

/** The caller's mistakes and the clock's, as problems; whatever else went wrong is ours. */
export function refusal(error: unknown): Response {
  if (error instanceof Response) return error;
  if (error instanceof MxsealError) {
    if (error.code === 'ERR_INVALID_DOMAIN') return problem('ERR_INVALID_DOMAIN', error.message);
    if (error.code === 'ERR_ABORTED') return problem('ERR_TIMEOUT', 'the check took too long');
  }
  console.error(error);
  return problem('ERR_INTERNAL', 'the check failed for a reason of our own');
}

function asJson(text: string, seconds: number): Response {
  const cacheControl = seconds > 0 ? `public, max-age=${seconds}` : 'no-store';
  const headers = { 'content-type': 'application/json', 'cache-control': cacheControl, vary: 'accept', date: new Date().toUTCString() };
  return new Response(text, { headers });
}

/** RFC 9211 says where an answer came from, `Age` how old it is (RFC 9111 §5.1). */
function found(cached: Response): Response {
  const { date, ...headers } = Object.fromEntries(cached.headers);
  const age = Math.max(0, Math.floor((Date.now() - Date.parse(date ?? '')) / 1000)) || 0;
  const life = Number(/max-age=(\d+)/.exec(headers['cache-control'] ?? '')?.[1] ?? 0);
  return new Response(cached.body, { headers: { ...headers, age: String(age), 'cache-status': `mxseal; hit; ttl=${life - age}` } });
}

/** The domain in one form, the options in one order. */
function cacheKey(origin: string, domain: string, options: object): string {
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${origin}/api/check/${domain}?${encodeURIComponent(JSON.stringify(sorted))}`;
}

/** As long as the verdict itself is good, within bounds; what could not be found out is asked again at once. */
function cacheSeconds({ posture, validUntil }: Verdict): number {
  if (posture === 'unknown' || validUntil === null) return 0;
  return Math.max(0, Math.min(CACHE_SECONDS, Math.floor((Date.parse(validUntil) - Date.now()) / 1000)));
}

/** Whether the media type is named, not merely allowed: a plain GET gets JSON. */
function accepts(request: Request, mediaType: string): boolean {
  const ranges = (request.headers.get('accept') ?? '').split(',').map((range) => range.split(';', 1)[0]!.trim().toLowerCase());
  return ranges.includes(mediaType);
}

/** A resolver that does not answer and a policy host that does not either still end in a verdict before this. */
export const CHECK_MS = 90_000;
/** A domain's owner who has mended something should not wait longer to see it. */
const CACHE_SECONDS = 300;
