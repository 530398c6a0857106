/**
 * The hosted policies: D1 is what is true, KV what is served. D1 is written first and in one transaction with history
 * and audit log; what did not reach KV then is brought there by the schedule.
 */

import type { StsMode } from 'mxseal';
import type { Env } from './env.ts';
import { KV_SECONDS } from './policy-host.ts';
import type { PolicyMetadata } from './policy-host.ts';
import type { Publication } from './policy-publication.ts';

/** When a policy in testing is to enforce. Both conditions hold for reports on this policy since it is served. */
export type Schedule = {
  notBefore: string;
  /** max_age in seconds from then on. */
  maxAge: number;
  minimumSessions: number;
  maximumFailures: number;
  /** What was missing when it was last looked at. */
  waitingFor: string[];
};

export type HostedPolicy = { domain: string; body: string; id: string; mode: StsMode; maxAge: number; since: string; served: boolean; schedule: Schedule | null };
export type Change = { actor: 'admin' | 'schedule'; address: string | null; at: Date; action: string };

export async function readPolicy(env: Env, domain: string): Promise<HostedPolicy | null> {
  const row = await env.DB.prepare('SELECT * FROM policies WHERE domain = ?').bind(domain).first<Row>();
  return row === null ? null : hosted(row);
}

/** In the order of their names, from the one after `after`. */
export async function listPolicies(env: Env, after: string, count: number): Promise<HostedPolicy[]> {
  const { results } = await env.DB.prepare('SELECT * FROM policies WHERE domain > ? ORDER BY domain LIMIT ?').bind(after, count).all<Row>();
  return results.map(hosted);
}

export async function policiesWithSchedule(env: Env): Promise<HostedPolicy[]> {
  return (await env.DB.prepare('SELECT * FROM policies WHERE schedule IS NOT NULL').all<Row>()).results.map(hosted);
}

/** The last entries of history and audit log, newest first. */
export async function readHistory(env: Env, domain: string) {
  const [history, audit] = await env.DB.batch<Record<string, unknown>>([
    env.DB.prepare('SELECT id, mode, max_age AS maxAge, since, until, body AS policy FROM policy_history WHERE domain = ? ORDER BY number DESC LIMIT 100').bind(domain),
    env.DB.prepare('SELECT at, actor, address, action, detail FROM audit_log WHERE domain = ? ORDER BY number DESC LIMIT 100').bind(domain),
  ]);
  const entries = audit!.results.map(({ detail, ...entry }) => ({ ...entry, detail: JSON.parse(String(detail)) as unknown }));
  return { history: history!.results, audit: entries };
}

/** Serves a policy in the place of the one before; the same one again changes its schedule only. */
export async function publish(env: Env, domain: string, { body, id, mode, maxAge }: Publication, schedule: Schedule | null, change: Change): Promise<void> {
  const at = change.at.toISOString();
  const prior = await readPolicy(env, domain);
  const plan = schedule === null ? null : JSON.stringify(schedule);
  const replace = [
    env.DB.prepare('UPDATE policy_history SET until = ? WHERE domain = ? AND until IS NULL').bind(at, domain),
    env.DB.prepare('INSERT INTO policy_history (domain, body, id, mode, max_age, since) VALUES (?, ?, ?, ?, ?, ?)').bind(domain, body, id, mode, maxAge, at),
    env.DB
      .prepare(
        `INSERT INTO policies (domain, body, id, mode, max_age, since, schedule) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (domain) DO UPDATE
         SET body = excluded.body, id = excluded.id, mode = excluded.mode, max_age = excluded.max_age, since = excluded.since, served = 0, schedule = excluded.schedule`,
      )
      .bind(domain, body, id, mode, maxAge, at, plan),
  ];
  const keep = [env.DB.prepare('UPDATE policies SET schedule = ? WHERE domain = ?').bind(plan, domain)];
  await env.DB.batch([...(prior?.id === id ? keep : replace), audit(env, domain, change, { before: prior?.id ?? null, id, mode, maxAge, schedule })]);
  await serve(env, domain);
}

export async function remove(env: Env, domain: string, change: Change): Promise<void> {
  await env.DB.batch([
    env.DB.prepare('UPDATE policy_history SET until = ? WHERE domain = ? AND until IS NULL').bind(change.at.toISOString(), domain),
    env.DB.prepare('DELETE FROM policies WHERE domain = ?').bind(domain),
    audit(env, domain, change, {}),
  ]);
  await serve(env, domain);
}

/** What the schedule still waits for; nothing that a sender sees. */
export async function noteWaiting(env: Env, { domain, id }: HostedPolicy, schedule: Schedule): Promise<void> {
  await env.DB.prepare('UPDATE policies SET schedule = ? WHERE domain = ? AND id = ?').bind(JSON.stringify(schedule), domain, id).run();
}

/**
 * RFC 8461 §8.3: a policy can be in a sender's cache for its max_age after it was last served, and one before it longer.
 * The time when none of them is left; null while one that is not of mode `none` is still served.
 */
export async function expiry(env: Env, domain: string): Promise<Date | null> {
  const { results } = await env.DB.prepare("SELECT until, max_age FROM policy_history WHERE domain = ? AND mode <> 'none'").bind(domain).all<{ until: string | null; max_age: number }>();
  const ends = results.map(({ until, max_age }) => (until === null ? Infinity : Date.parse(until) + (KV_SECONDS + max_age) * 1000));
  const last = Math.max(0, ...ends);
  return last === Infinity ? null : new Date(last);
}

/** Every policy that D1 has and KV may not. */
export async function serveMissing(env: Env): Promise<void> {
  const { results } = await env.DB.prepare('SELECT domain FROM policies WHERE served = 0 LIMIT 100').all<{ domain: string }>();
  for (const { domain } of results) await serve(env, domain);
}

/** Brings KV to what D1 says, and looks again: of two changes at once the later one in D1 is to be the last in KV. */
async function serve(env: Env, domain: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const policy = await readPolicy(env, domain);
    if (policy === null) await env.POLICIES.delete(domain);
    else await env.POLICIES.put(domain, policy.body, { metadata: { id: policy.id } satisfies PolicyMetadata });
    if (policy !== null) await env.DB.prepare('UPDATE policies SET served = 1 WHERE domain = ? AND id = ?').bind(domain, policy.id).run();
    if ((await readPolicy(env, domain))?.id === policy?.id) return;
  }
}

function audit(env: Env, domain: string, { actor, address, at, action }: Change, detail: object): D1PreparedStatement {
  return env.DB
    .prepare('INSERT INTO audit_log (at, actor, address, action, domain, detail) VALUES (?, ?, ?, ?, ?, ?)')
    .bind(at.toISOString(), actor, address, action, domain, JSON.stringify(detail));
}

type Row = { domain: string; body: string; id: string; mode: StsMode; max_age: number; since: string; served: number; schedule: string | null };

function hosted({ max_age, served, schedule, ...row }: Row): HostedPolicy {
  return { ...row, maxAge: max_age, served: served === 1, schedule: schedule === null ? null : (JSON.parse(schedule) as Schedule) };
}
