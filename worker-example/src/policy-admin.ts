/**
 * The admin API of the policy host: /api/policies and what is below it. Every answer says what is served and what is to
 * stand in the DNS beside it. A policy that is left is first one of mode `none` (RFC 8461 §8.3).
 */

import { MxsealError, parseStsPolicy } from 'mxseal';
import type { Finding, PublishedRecord } from 'mxseal';
import { domainName } from './env.ts';
import { KV_SECONDS } from './policy-host.ts';
import { policyInput } from './policy-input.ts';
import { publication, records, reportsTo, uncovered, withMode, written } from './policy-publication.ts';
import type { Publication } from './policy-publication.ts';
import * as store from './policy-store.ts';
import type { Change, HostedPolicy } from './policy-store.ts';
import { problem } from './problem.ts';
import type { Call } from './router.ts';

/** GET /api/policies?after=&limit= */
export async function listPolicies({ env, url }: Call): Promise<Response> {
  const limit = Number(url.searchParams.get('limit') ?? PAGE);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE) return problem('ERR_INVALID_ARGUMENT', `\`limit\` is a number from 1 to ${PAGE}`);
  const found = await store.listPolicies(env, url.searchParams.get('after') ?? '', limit + 1);
  const policies = found.slice(0, limit).map(({ body, ...policy }) => ({ ...policy, mx: parseStsPolicy(body).value?.mx ?? [] }));
  return json({ policies, next: found.length > limit ? policies.at(-1)!.domain : null });
}

/** GET /api/policies/:domain */
export async function getPolicy(call: Call): Promise<Response> {
  return json(await described(call, await wanted(call)));
}

/** GET /api/policies/:domain/history: also of a domain that is hosted no more. */
export async function getHistory(call: Call): Promise<Response> {
  const domain = named(call);
  const { history, audit } = await store.readHistory(call.env, domain);
  if (history.length === 0) return problem('ERR_NOT_FOUND', 'no policy of this domain was ever hosted here');
  return json({ domain, history, audit });
}

/** PUT /api/policies/:domain: 201 where none was hosted before. `?force=true` lets an enforced policy leave mail hosts out. */
export async function putPolicy(call: Call): Promise<Response> {
  const domain = named(call);
  const before = await store.readPolicy(call.env, domain);
  const { publication, schedule } = await policyInput(call.request, domain, before);
  await mayEnforce(call, domain, publication);
  await store.publish(call.env, domain, publication, schedule, by(call, 'publish'));
  return json(await described(call, await wanted(call), publication.findings), before === null ? 201 : 200);
}

/** POST /api/policies/:domain/promote: from testing to enforce now, whatever its schedule waits for. */
export async function promotePolicy(call: Call): Promise<Response> {
  const policy = await wanted(call);
  if (policy.mode !== 'testing') return problem('ERR_CONFLICT', `the policy is of mode ${policy.mode}, and only one of mode testing can be promoted`);
  const promoted = await written(policy.domain, withMode(policy.body, 'enforce', policy.schedule?.maxAge ?? policy.maxAge), policy, reportsTo(call.url));
  await mayEnforce(call, policy.domain, promoted);
  await store.publish(call.env, policy.domain, promoted, null, by(call, 'promote'));
  return json(await described(call, await wanted(call), promoted.findings));
}

/**
 * DELETE /api/policies/:domain, twice (RFC 8461 §8.3): the first makes it a policy of mode `none` (202), the second takes
 * it away when no sender can hold an earlier one any more (204), and until then is told when that will be (409).
 */
export async function deletePolicy(call: Call): Promise<Response> {
  const policy = await wanted(call);
  if (policy.mode !== 'none') {
    const none = publication(policy.domain, { mode: 'none', mx: [], maxAge: NONE_MAX_AGE }, policy);
    await store.publish(call.env, policy.domain, none, null, by(call, 'leave'));
    return json(await described(call, await wanted(call)), 202);
  }
  const safe = await store.expiry(call.env, policy.domain);
  if (safe === null) throw new Error('the history has a policy that is not of mode none and still served');
  const seconds = Math.ceil((safe.getTime() - Date.now()) / 1000);
  if (seconds > 0) {
    return problem('ERR_TOO_EARLY', 'a sender may still hold a policy that was served before, and would take its absence for an attack', {
      more: { safeToDeleteAt: safe.toISOString() },
      headers: { 'retry-after': String(seconds) },
    });
  }
  await store.remove(call.env, policy.domain, by(call, 'delete'));
  return new Response(null, { status: 204 });
}

/** Throws the refusal for a policy that would keep mail from a host that the domain has now. */
async function mayEnforce({ env, url }: Call, domain: string, policy: Publication): Promise<void> {
  if (policy.mode !== 'enforce' || url.searchParams.get('force') === 'true') return;
  const left = await uncovered(domain, policy, env);
  if (left === null) throw problem('ERR_CONFLICT', 'the DNS does not say which mail hosts there are, so nobody knows whether the policy leaves one out; `?force=true` enforces it all the same');
  if (left.length > 0) throw problem('ERR_CONFLICT', 'the policy leaves out mail hosts of the domain, and would keep mail from them; `?force=true` enforces it all the same', { more: { uncovered: left } });
}

type Described = Omit<HostedPolicy, 'body'> & {
  policy: string;
  mx: string[];
  findings: Finding[];
  records: (PublishedRecord & { notBefore: string | null })[];
  safeToDeleteAt: string | null;
};

/** `advice`: what the engine said when it was published; of one that is only looked at, what its text shows. */
async function described({ env, url }: Call, { body, ...policy }: HostedPolicy, advice?: Finding[]): Promise<Described> {
  const { value, findings } = parseStsPolicy(body);
  const safe = policy.mode === 'none' ? await store.expiry(env, policy.domain) : null;
  // RFC 8461 §8.1: the policy first, everywhere, then the record.
  const announced = new Date(Date.parse(policy.since) + KV_SECONDS * 1000).toISOString();
  return {
    ...policy,
    policy: body,
    mx: value?.mx ?? [],
    findings: advice ?? findings,
    records: records(policy.domain, { ...policy, body }, url).map((record) => ({ ...record, notBefore: record.owner.startsWith('_mta-sts.') ? announced : null })),
    safeToDeleteAt: safe?.toISOString() ?? null,
  };
}

async function wanted(call: Call): Promise<HostedPolicy> {
  const policy = await store.readPolicy(call.env, named(call));
  if (policy === null) throw problem('ERR_NO_POLICY', 'no policy is hosted here for this domain');
  return policy;
}

function named({ parameters: { domain = '' } }: Call): string {
  try {
    return domainName(domain);
  } catch (error) {
    if (error instanceof MxsealError) throw problem('ERR_INVALID_DOMAIN', error.message);
    throw error;
  }
}

function by({ request }: Call, action: string): Change {
  return { actor: 'admin', address: request.headers.get('cf-connecting-ip'), at: new Date(), action };
}

function json(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { 'cache-control': 'no-store' } });
}

const PAGE = 100;
/** RFC 8461 §8.3: a small one, such as a day. */
const NONE_MAX_AGE = 86_400;
