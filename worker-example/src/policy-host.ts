/**
 * GET https://mta-sts.<domain>/.well-known/mta-sts.txt for every domain in KV (RFC 8461 §3.2, §3.3): the policy as it
 * was published, by the host that is asked for. It judges nothing; what is in KV has been judged.
 */

import { problem } from './problem.ts';
import type { Call } from './router.ts';

/** A name under which policies are asked for, and nothing else of this Worker. */
export function isPolicyHost(hostname: string): boolean {
  return hostname.startsWith(PREFIX);
}

export async function servePolicy({ request, env, url }: Call): Promise<Response> {
  const domain = url.hostname.slice(PREFIX.length).replace(/\.$/, '');
  const { value, metadata } = await env.POLICIES.getWithMetadata<PolicyMetadata>(domain, { type: 'text', cacheTtl: KV_SECONDS });
  if (value === null || metadata === null) return problem('ERR_NO_POLICY', 'no policy is hosted here for this domain');
  const headers = {
    // A checker in a page may read it too.
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    // RFC 8461 §3.3: senders take no policy from an HTTP cache; who has one all the same asks whether it is still so.
    'cache-control': 'no-cache',
    etag: `"${metadata.id}"`,
  };
  const unchanged = matches(request.headers.get('if-none-match'), headers.etag);
  if (unchanged) return new Response(null, { status: 304, headers });
  // RFC 8461 §3.3: senders take text/plain only.
  return new Response(value, { headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } });
}

/** Kept beside each policy in KV. */
export type PolicyMetadata = { id: string };

/** RFC 9110 §13.1.2: weak comparison. */
function matches(given: string | null, etag: string): boolean {
  if (given === null) return false;
  return given.trim() === '*' || given.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

const PREFIX = 'mta-sts.';
/** How long a place on the edge may go on with what KV told it, and so how long an old policy may still be served. */
export const KV_SECONDS = 60;
