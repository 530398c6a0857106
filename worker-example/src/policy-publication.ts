/**
 * A policy on its way out: made of its fields or taken as written, judged by the engine, and given its id.
 * The id is made of the content, so that it changes if and only if the policy does (RFC 8461 §3.1).
 */

import { lookup, matchMx, parseStsPolicy } from 'mxseal';
import type { Finding, StsMode } from 'mxseal';
import { dnsHost, options } from './env.ts';
import type { Env } from './env.ts';
import { problem } from './problem.ts';

export type Publication = { body: string; id: string; mode: StsMode; maxAge: number; mx: string[]; findings: Finding[] };

/** Throws the refusal where the engine would not take the policy, or finds an error in it. */
export async function publication(body: string): Promise<Publication> {
  const { value, findings } = parseStsPolicy(body);
  if (value === null || findings.some(({ severity }) => severity === 'error')) {
    throw problem('ERR_INVALID_CONTENT', 'the engine finds errors in this policy', { more: { policy: body, findings } });
  }
  return { body, id: await idOf(body), mode: value.mode, maxAge: value.maxAge, mx: value.mx, findings };
}

/** RFC 8461 §3.2, lines ended as in its examples. */
export function policyText({ mode, mx, maxAge }: { mode: StsMode; mx: string[]; maxAge: number }): string {
  return ['version: STSv1', `mode: ${mode}`, ...mx.map((pattern) => `mx: ${pattern}`), `max_age: ${maxAge}`, ''].join('\r\n');
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

/** 128 bits of its digest: RFC 8461 §3.1 has room for 32 letters and digits. */
async function idOf(body: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)));
  return Array.from(digest.subarray(0, 16), (octet) => octet.toString(16).padStart(2, '0')).join('');
}

const LOOKUP_MS = 20_000;
