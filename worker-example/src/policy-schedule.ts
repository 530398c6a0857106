/**
 * What the clock does for the policy host: policies in testing that may enforce now, do; what KV lacks, it gets.
 * A policy is promoted when its time has come, its reports say that enough sessions went well and few enough failed, and
 * it names every mail host that the domain has (RFC 8461 §3.2, §8).
 */

import type { Env } from './env.ts';
import { uncovered, withMode, written } from './policy-publication.ts';
import { noteWaiting, policiesWithSchedule, publish, serveMissing } from './policy-store.ts';
import type { HostedPolicy } from './policy-store.ts';
import { stsSessions } from './report-store.ts';

export async function keepPolicies(env: Env, at: Date): Promise<void> {
  await serveMissing(env);
  for (const policy of await policiesWithSchedule(env)) await promoteIfDue(env, policy, at).catch(console.error);
}

async function promoteIfDue(env: Env, policy: HostedPolicy, at: Date): Promise<void> {
  const { domain, schedule } = policy;
  if (schedule === null || Date.parse(schedule.notBefore) > at.getTime()) return;
  const promoted = await written(domain, withMode(policy.body, 'enforce', schedule.maxAge), policy);
  const { sessions, failures } = await stsSessions(env, domain, policy.since);
  const left = await uncovered(domain, promoted, env);
  const waitingFor = [
    ...(sessions < schedule.minimumSessions ? [`${schedule.minimumSessions} sessions; reports tell of ${sessions}`] : []),
    ...(failures > schedule.maximumFailures ? [`no more than ${schedule.maximumFailures} failures; reports tell of ${failures}`] : []),
    ...(left === null ? ['the mail hosts, which the DNS does not tell'] : left.map((host) => `a pattern for ${host}`)),
  ];
  if (waitingFor.length > 0) return noteWaiting(env, policy, { ...schedule, waitingFor });
  await publish(env, domain, promoted, null, { actor: 'schedule', address: null, at, action: 'promote' });
}
