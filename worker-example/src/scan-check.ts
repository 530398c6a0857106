/** One domain of a scan: checked within its budget, and what of its verdict goes into its row. */

import { MxsealError, conduct, parseTlsRptRecord } from 'mxseal';
import type { Conducted, Verdict } from 'mxseal';
import { options } from './env.ts';
import type { Env } from './env.ts';
import { CheckBudget } from './scan-budget.ts';
import type { Invocation } from './scan-budget.ts';
import type { ChainCache } from './scan-chain.ts';
import { evidenceFile } from './scan-evidence.ts';
import type { Faults } from './scan-faults.ts';
import type { FinalRow } from './scan-store.ts';

/**
 * `seen`: a row that is final, or would be if no look-up had failed (`settled`), with its evidence file. `starved`: the invocation had no
 * subrequests left for it.
 */
export type Outcome =
  | { kind: 'seen'; settled: boolean; row: FinalRow; file: string | null; verdict: Verdict | null }
  | { kind: 'starved' };

export async function checkRow(domain: string, tries: number, env: Env, invocation: Invocation, chain: ChainCache, faults: Faults): Promise<Outcome> {
  const budget = new CheckBudget(invocation, env, faults, tries >= faults.lastTry);
  try {
    const conducted = await conduct(domain, {
      dns: budget.dns,
      fetch: budget.fetch,
      options: { ...options(env), stsTimeoutMs: faults.policyMs },
      chainCache: chain.entries(domain),
    });
    if (budget.starved) return { kind: 'starved' };
    await chain.keep(conducted.chainCache);
    const { verdict, evidence } = conducted;
    return { kind: 'seen', settled: isSettled(conducted), row: finalRow(verdict, tries), file: evidenceFile(evidence), verdict };
  } catch (error) {
    if (!(error instanceof MxsealError)) console.error(domain, error);
    const invalid = error instanceof MxsealError && error.code === 'ERR_INVALID_DOMAIN';
    const reason = error instanceof Error ? error.message : String(error);
    const row = unchecked(domain, invalid ? 'invalid' : 'failed', reason, tries);
    return { kind: 'seen', settled: invalid, row, file: null, verdict: null };
  }
}

/** A row without a verdict. */
export function unchecked(domain: string, status: 'failed' | 'invalid', reason: string, tries: number | null): FinalRow {
  const nothing = { posture: null, action: null, validUntil: null, hosts: null, stsMode: null, tlsRpt: null, findings: null, evidence: null };
  return { domain, status, reason, checkedAt: new Date().toISOString(), tries, ...nothing };
}

/** Whether another try could see no more: no host and no resolver failed, nor did a policy host's server (RFC 9110 §15.6). */
function isSettled({ verdict: { facts }, evidence }: Conducted): boolean {
  const hosts = facts.hosts.flatMap(({ a, aaaa, dane }) => [a, aaaa, ...(dane.kind === 'asked' ? dane.tlsa.map(({ lookup }) => lookup) : [])]);
  const lookups = [facts.mx, facts.stsTxt, facts.tlsRptTxt, facts.policy.a, facts.policy.aaaa, ...hosts];
  if (lookups.some(({ outcome, security }) => outcome === 'failed' || security.status === 'indeterminate')) return false;
  return !evidence.answers.some(({ answer }) => {
    if (answer.kind === 'policy') return answer.httpStatus >= 500;
    if (answer.kind === 'dns') return ((answer.message[3] ?? 0) & 0x0f) === SERVFAIL;
    return answer.kind === 'failed';
  });
}

function finalRow(verdict: Verdict, tries: number): FinalRow {
  const { domain, posture, action, at, validUntil, hosts, facts, findings } = verdict;
  const troubles = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  return {
    domain,
    status: 'checked',
    reason: null,
    posture,
    action,
    checkedAt: at,
    validUntil,
    hosts: hosts.map(({ host, requirement }) => [host, requirement]),
    stsMode: hosts.find(({ sts }) => sts !== null)?.sts?.mode ?? null,
    tlsRpt: facts.tlsRptTxt.outcome === 'failed' ? null : parseTlsRptRecord(facts.tlsRptTxt.records).status === 'valid',
    findings: [...new Set(troubles.map(({ code }) => code))].sort(),
    tries,
    evidence: null,
  };
}

/** RFC 1035 §4.1.1. */
const SERVFAIL = 2;
