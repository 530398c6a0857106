/** Reports in D1: each one once by organisation, report id and signer, and its policies by domain. */

import type { TlsReport } from 'mxseal';
import type { Env } from './env.ts';

export type Received = { report: TlsReport; domains: string[]; at: Date; via: 'https' | 'mail'; signedBy: string | null; raw: string; digest: string };

/** What became of it: `changed` is one that has the name and the signer of another and says something else. */
export type Stored = 'stored' | 'duplicate' | 'changed';

/** Only policies of `domains` are kept for their domain. */
export async function storeReport(env: Env, { report, domains, at, via, signedBy, raw, digest }: Received): Promise<Stored> {
  const organization = report.organizationName ?? '';
  // A report without an id is known by its content.
  const reportId = report.reportId ?? `sha256:${digest}`;
  const { startDatetime, endDatetime } = report.dateRange;
  const insert = env.DB
    .prepare('INSERT OR IGNORE INTO reports (organization, report_id, received_at, via, signed_by, raw, digest, report) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .bind(organization, reportId, at.toISOString(), via, signedBy, raw, digest, JSON.stringify(report));
  const policies = report.policies.flatMap(({ policy, summary }) => {
    const domain = policy.policyDomain?.toLowerCase().replace(/\.$/, '') ?? '';
    const counts = { successful: summary.totalSuccessfulSessionCount ?? 0, failed: summary.totalFailureSessionCount ?? 0 };
    return domains.includes(domain) ? [{ domain, type: policy.policyType, ...counts }] : [];
  });
  // All in one statement: of the same report that comes twice at once, the second finds that the first has them.
  const count = env.DB
    .prepare(
      `INSERT INTO report_policies (report, domain, policy_type, begin_at, end_at, successful, failed)
       SELECT number, value ->> 'domain', value ->> 'type', ?, ?, value ->> 'successful', value ->> 'failed' FROM reports, json_each(?)
       WHERE organization = ? AND report_id = ? AND signed_by IS ? AND digest = ? AND NOT EXISTS (SELECT 1 FROM report_policies WHERE report = number)`,
    )
    .bind(startDatetime, endDatetime, JSON.stringify(policies), organization, reportId, signedBy, digest);
  const name = env.DB
    .prepare('SELECT digest FROM reports WHERE organization = ? AND report_id = ? AND signed_by IS ?')
    .bind(organization, reportId, signedBy);
  let known = await name.first<string>('digest');
  if (known === null) {
    const [inserted] = await env.DB.batch([insert, count]);
    if (inserted!.meta.changes > 0) return 'stored';
    known = await name.first<string>('digest');
  }
  return known === digest ? 'duplicate' : 'changed';
}

export type StoredReport = { report: TlsReport; receivedAt: string; via: string; signedBy: string | null };

/** The newest reports with a policy of this domain that ended on `since` or later. */
export async function reportsOf(env: Env, domain: string, since: Date, count: number): Promise<StoredReport[]> {
  const { results } = await env.DB
    .prepare(
      `SELECT report, received_at, via, signed_by FROM reports WHERE number IN (
         SELECT report FROM report_policies WHERE domain = ? AND (end_at IS NULL OR end_at >= ?)
       ) ORDER BY number DESC LIMIT ?`,
    )
    .bind(domain, since.toISOString(), count)
    .all<{ report: string; received_at: string; via: string; signed_by: string | null }>();
  return results.map(({ report, received_at, via, signed_by }) => ({ report: JSON.parse(report) as TlsReport, receivedAt: received_at, via, signedBy: signed_by }));
}

/**
 * Sessions that MTA-STS applied to, in reports on days that began at `since` or later. Of reports by one name and id one
 * counts, a signed one before one that nobody signed.
 */
export async function stsSessions(env: Env, domain: string, since: string): Promise<{ sessions: number; failures: number }> {
  const row = await env.DB
    .prepare(
      `SELECT SUM(successful) AS successful, SUM(failed) AS failed FROM report_policies JOIN reports ON reports.number = report_policies.report
       WHERE domain = ? AND policy_type = 'sts' AND begin_at >= ? AND NOT EXISTS (
         SELECT 1 FROM reports AS other WHERE other.organization = reports.organization AND other.report_id = reports.report_id
           AND (other.signed_by IS NOT NULL, other.number) > (reports.signed_by IS NOT NULL, reports.number)
       )`,
    )
    .bind(domain, since)
    .first<{ successful: number | null; failed: number | null }>();
  const [successful, failed] = [row?.successful ?? 0, row?.failed ?? 0];
  return { sessions: successful + failed, failures: failed };
}
