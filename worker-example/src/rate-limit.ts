/**
 * How often one client may ask: Cloudflare's rate limit binding, counted where the client is connected.
 * A client is an IPv4 address or an IPv6 /64, the least that one customer of a network has to himself.
 */

import { problem } from './problem.ts';
import type { Env } from './env.ts';
import type { Answer, Call } from './router.ts';

export function limited(binding: 'CHECK_LIMIT' | 'REPORT_LIMIT', answer: Answer): Answer {
  return async (call) => (await tooMany(call, call.env[binding])) ?? answer(call);
}

/** The refusal where the client has asked too often (RFC 6585 §4), else null. */
export async function tooMany({ request }: Call, limit: Env['CHECK_LIMIT']): Promise<Response | null> {
  const { success } = await limit.limit({ key: client(request) });
  if (success) return null;
  return problem('ERR_RATE_LIMITED', 'too many requests from this address', { headers: { 'retry-after': String(PERIOD_SECONDS) } });
}

function client(request: Request): string {
  const address = request.headers.get('cf-connecting-ip') ?? 'unknown';
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const after = (tail ?? '').split(':').filter((group) => group !== '');
  const whole = tail === undefined ? groups : [...groups, ...Array(Math.max(0, 8 - groups.length - after.length)).fill('0'), ...after];
  return `${whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** `simple.period` of wrangler.jsonc. */
const PERIOD_SECONDS = 60;
