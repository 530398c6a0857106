/**
 * A policy on its way out: made of its fields or taken as written, judged by the engine, and given its id.
 * The id is made of the content, so that it changes if and only if the policy does (RFC 8461 §3.1).
 */

import { lookup, matchMx, parseStsPolicy, publishSts } from 'mxseal';
import type { Finding, PublishedRecord, StsMode } from 'mxseal';
import { dnsHost, options } from './env.ts';
import type { Env } from './env.ts';
import { problem } from './problem.ts';

export type Publication = { body: string; id: string; mode: StsMode; maxAge: number; mx: string[]; findings: Finding[] };

/** What senders may hold now. */
export type Before = { body: string; id: string } | null;
type Fields = { mode: StsMode; mx: string[]; maxAge: number };

/** A policy of these fields. Throws the refusal where the engine finds an error in it. */
export function publication(domain: string, { mode, mx, maxAge }: Fields, before: Before, rua: string[] = []): Publication {
  const previous = before === null ? null : { policy: before.body, id: before.id };
  const { value, findings } = publishSts({ domain, goal: mode, mx, maxAge, hosts: [], previous, rua });
  if (value === null) throw refused(findings);
  const { text, id } = value.policy;
  return { body: text, id, mode, maxAge, mx, findings };
}

/** A policy as it is written. The engine's id stands for its fields; one with extensions is known by its octets. */
export async function written(domain: string, body: string, before: Before, rua: string[] = []): Promise<Publication> {
  const { value, findings } = parseStsPolicy(body);
  if (value === null || findings.some(({ severity }) => severity === 'error')) throw refused(findings);
  const { mode, mx, maxAge, extensions } = value;
  const { id, findings: advice } = publication(domain, { mode, mx, maxAge }, before, rua);
  const more = advice.filter(({ code }) => !findings.some((finding) => finding.code === code));
  return { body, id: extensions.length === 0 ? id : await digestOf(body), mode, mx, maxAge, findings: [...findings, ...more] };
}

/** What is to stand in the DNS beside it, for a Worker at this address. */
export function records(domain: string, { body, id, mode, maxAge }: Omit<Publication, 'mx' | 'findings'>, url: URL): PublishedRecord[] {
  const mx = parseStsPolicy(body).value?.mx ?? [];
  // An alias leads to a name; under a bare address there is none.
  const policyHost = /[a-z]/i.test(url.hostname.split('.').at(-1) ?? '') ? [url.hostname] : undefined;
  const fields = { domain, goal: mode, mx, maxAge, hosts: [], policyHost, rua: reportsTo(url) };
  // The engine keeps the id of what is published already, and it knows the text by its fields alone.
  const policy = publishSts(fields).value?.policy.text ?? null;
  return publishSts({ ...fields, previous: { policy, id } }).value?.records ?? [];
}

/** Where this Worker takes reports (RFC 8460 §3). */
export function reportsTo({ host }: URL): string[] {
  return [`https://${host}/tlsrpt`];
}

function refused(findings: Finding[]): Response {
  return problem('ERR_INVALID_CONTENT', 'the engine finds errors in this policy', { more: { findings } });
}

/** What a policy becomes when only its mode and life change; further fields stay. */
export function withMode(body: string, mode: StsMode, maxAge: number): string {
  return body.replace(/^mode:.*?(?=\r?$)/m, `mode: ${mode}`).replace(/^max_age:.*?(?=\r?$)/m, `max_age: ${maxAge}`);
}

/**
 * The mail hosts that the policy leaves out: where it enforces, no mail would reach them (RFC 8461 §4.1).
 * null: the DNS did not say which mail hosts there are.
 */
export async function uncovered(domain: string, { mx }: Publication, env: Env): Promise<string[] | null> {
  const { anchors } = options(env);
  const found = await lookup(domain, 'MX', { dns: dnsHost(env), anchors, signal: AbortSignal.timeout(LOOKUP_MS) });
  if (found.status === 'bogus' || found.status === 'indeterminate' || !['NOERROR', 'NXDOMAIN'].includes(found.rcode)) return null;
  const exchanges = found.records.filter(({ type }) => type === 'MX').map(({ data }) => data.split(' ').at(-1)!.replace(/\.$/, ''));
  // RFC 5321 §5.1: without an MX record the domain itself is the mail host.
  const hosts = exchanges.length > 0 ? exchanges : [domain];
  return hosts.filter((host) => host !== '' && matchMx(mx, host) === null);
}

/** 128 bits of it: RFC 8461 §3.1 has room for 32 letters and digits. */
async function digestOf(body: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)));
  return Array.from(digest.subarray(0, 16), (octet) => octet.toString(16).padStart(2, '0')).join('');
}

const LOOKUP_MS = 20_000;
