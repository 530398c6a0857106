/**
 * GET /api/reports/:domain: what TLS reports of the last days amount to, and what their failures come from as far as a
 * check of the domain now can tell. `?days=` goes back from 1 to 365, 30 by default.
 */

import { check, explain, MxsealError, summarizeReports } from 'mxseal';
import type { Finding, Summary, TlsReport, Verdict } from 'mxseal';
import { CHECK_MS, refusal } from './check.ts';
import { dnsHost, domainName, options } from './env.ts';
import { policyFetch } from './policy-fetch.ts';
import { problem } from './problem.ts';
import { reportsOf } from './report-store.ts';
import type { StoredReport } from './report-store.ts';
import type { Call } from './router.ts';

export async function showReports(call: Call): Promise<Response> {
  const days = Number(call.url.searchParams.get('days') ?? DAYS);
  if (!Number.isInteger(days) || days < 1 || days > 365) return problem('ERR_INVALID_ARGUMENT', '`days` is a number from 1 to 365');
  try {
    const domain = domainName(call.parameters.domain ?? '');
    const since = new Date(Date.now() - days * 86_400_000);
    const stored = await reportsOf(call.env, domain, since, REPORTS + 1);
    const kept = stored.slice(0, REPORTS);
    // Of those by one name and id the first counts: signed ones go before those that nobody signed.
    const counted = [...kept].sort((one, other) => Number(one.signedBy === null) - Number(other.signedBy === null));
    const summary = summarizeReports(counted.map(({ report }) => about(domain, report)));
    const verdict = summary.domains.some(({ failed }) => failed > 0) ? await verdictOn(domain, call) : null;
    const body = {
      domain,
      since: since.toISOString(),
      /** Whether there are more of that time, which are left out. */
      truncated: stored.length > REPORTS,
      reports: kept.map(outline),
      summary: summary satisfies Summary,
      posture: verdict?.posture ?? null,
      explanations: verdict === null ? ([] as Finding[]) : explain(summary, verdict),
    };
    return Response.json(body, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return refusal(error);
  }
}

/** A report may have policies of other domains too, which are not this one's business. */
function about(domain: string, report: TlsReport): TlsReport {
  const mine = (name: string | null) => name?.toLowerCase().replace(/\.$/, '') === domain;
  return { ...report, policies: report.policies.filter(({ policy }) => mine(policy.policyDomain)) };
}

function outline({ report: { organizationName, reportId, contactInfo, dateRange }, receivedAt, via, signedBy }: StoredReport) {
  return { organizationName, reportId, contactInfo, dateRange, receivedAt, via, signedBy };
}

/** null where there is none in time: the summary is worth showing without. */
async function verdictOn(domain: string, { env, request }: Call): Promise<Verdict | null> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(CHECK_MS)]);
  try {
    return await check(domain, { dns: dnsHost(env), fetch: policyFetch, options: options(env), signal });
  } catch (error) {
    if (error instanceof MxsealError) return null;
    throw error;
  }
}

const DAYS = 30;
/** One a sender and day (RFC 8460 §4.1): a month of seventeen senders. */
const REPORTS = 500;
