/**
 * A TLS report on its way in, by whichever door: read by the engine, kept only for domains that this deployment answers
 * for, once. What it claims is stored as a claim; nothing here acts on it.
 */

import { readReport } from 'mxseal';
import type { Finding, TlsReport } from 'mxseal';
import { domainName, words } from './env.ts';
import type { Env } from './env.ts';
import { storeReport } from './report-store.ts';

export type Intake =
  | { outcome: 'stored' | 'duplicate' | 'changed'; report: TlsReport; domains: string[]; findings: Finding[] }
  | { outcome: 'not-hosted'; report: TlsReport }
  | { outcome: 'unreadable'; findings: Finding[] };

export type Door = { via: 'https'; signers: null } | { via: 'mail'; signers: string[] };

/** Of a mail that no `signers` vouch for, the report is unreadable (RFC 8460 §3: it is to be ignored). */
export async function takeReport(env: Env, octets: Uint8Array, { via, signers }: Door): Promise<Intake> {
  const { value: report, findings } = await readReport(octets);
  if (report === null) return { outcome: 'unreadable', findings };
  const signedBy = signers === null ? null : (signers.find((signer) => isReporter(signer, report)) ?? undefined);
  if (signedBy === undefined) return { outcome: 'unreadable', findings: [] };
  const domains = await ours(env, report);
  if (domains.length === 0) return { outcome: 'not-hosted', report };
  if (JSON.stringify(report).length > STORED_LENGTH) return { outcome: 'unreadable', findings: [] };

  const at = new Date();
  const digest = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', octets)));
  const raw = `reports/${at.toISOString().slice(0, 10)}/${digest}`;
  await env.RAW.put(raw, octets);
  const outcome = await storeReport(env, { report, domains, at, via, signedBy, raw, digest });
  if (outcome !== 'stored') await forgetRaw(env, raw);
  return { outcome, report, domains, findings };
}

/** The policy domains of the report whose reports are taken, each once. */
async function ours(env: Env, { policies }: TlsReport): Promise<string[]> {
  const named = [...new Set(policies.flatMap(({ policy }) => canonical(policy.policyDomain)))].slice(0, DOMAINS);
  const setting = words(env.REPORT_DOMAINS.toLowerCase());
  if (setting.includes('*')) return named;
  const hosted = setting.includes('hosted') ? await hostedAmong(env, named) : [];
  return named.filter((domain) => setting.includes(domain) || hosted.includes(domain));
}

async function hostedAmong(env: Env, domains: string[]): Promise<string[]> {
  const { results } = await env.DB
    .prepare('SELECT domain FROM policies WHERE domain IN (SELECT value FROM json_each(?))')
    .bind(JSON.stringify(domains))
    .all<{ domain: string }>();
  return results.map(({ domain }) => domain);
}

/** RFC 8460 §3: signed by the reporting domain, that is the one of its contact, or by one above it. */
function isReporter(signer: string, { contactInfo }: TlsReport): boolean {
  const [contact] = canonical(contactInfo?.trim().split('@').at(-1)?.replace(/>$/, '') ?? null);
  return contact !== undefined && (contact === signer || contact.endsWith(`.${signer}`));
}

/** None where it is no domain name. */
function canonical(name: string | null): string[] {
  try {
    return name === null ? [] : [domainName(name)];
  } catch {
    return [];
  }
}

/** What came before may be the same octets on the same day. */
async function forgetRaw(env: Env, raw: string): Promise<void> {
  const used = await env.DB.prepare('SELECT 1 FROM reports WHERE raw = ?').bind(raw).first();
  if (used === null) await env.RAW.delete(raw);
}

function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** A report is of one policy domain (RFC 8460 §4.4 has one a report); a list of thousands is none. */
const DOMAINS = 50;
/** A row of D1 holds two million octets. */
const STORED_LENGTH = 1_500_000;
