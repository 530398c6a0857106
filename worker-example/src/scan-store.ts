/**
 * Scans in D1: the statements about them (those of the clock are in scan-schedule.ts). A row becomes final once: each write says `WHERE status =
 * 'waiting'`, and the counters of the scan move in the same transaction by what it changed. So a message that comes
 * twice, a consumer that throws after its writes, and two that do the same work lose nothing and double nothing.
 */

import type { Finding } from 'mxseal';
import { CHANGES_A_WRITE } from './scan-limits.ts';
import type { Entry } from './scan-upload.ts';

export type ScanState = 'receiving' | 'running' | 'done' | 'cancelled' | 'broken';

export type Scan = {
  id: string;
  state: ScanState;
  createdAt: string;
  progressedAt: string;
  doneAt: string | null;
  lines: number;
  domains: number;
  invalid: number;
  waiting: number;
  checked: number;
  failed: number;
  recheckDays: number | null;
  recheckAt: string | null;
  previous: string | null;
};

export type FinalStatus = 'checked' | 'failed' | 'invalid';

/** What a domain ends with. */
export type FinalRow = {
  domain: string;
  status: FinalStatus;
  reason: string | null;
  posture: string | null;
  action: string | null;
  checkedAt: string;
  validUntil: string | null;
  hosts: [string, string][] | null;
  stsMode: string | null;
  tlsRpt: boolean | null;
  findings: string[] | null;
  tries: number | null;
  evidence: string | null;
};

export type Change = { domain: string; place: number } & Pick<Finding, 'code' | 'severity' | 'subject' | 'message' | 'clause'>;

/** A row as it is exported: JSON columns as text. */
export type StoredRow = { domain: string; line: number; status: FinalStatus | 'waiting' } & Record<
  'reason' | 'posture' | 'action' | 'checkedAt' | 'validUntil' | 'hosts' | 'stsMode' | 'findings' | 'evidence',
  string | null
> &
  Record<'tlsRpt' | 'tries', number | null>;

export class ScanStore {
  constructor(readonly db: D1Database) {}

  async open(id: string, o: { recheckDays: number | null; previous?: string }): Promise<void> {
    const now = new Date().toISOString();
    await this.db
      .prepare('INSERT INTO scans (id, created_at, progressed_at, recheck_days, previous) VALUES (?1, ?2, ?2, ?3, ?4)')
      .bind(id, now, o.recheckDays, o.previous ?? null)
      .run();
  }

  /** Adds entries; a domain that is there already stays as it is. The state says whether the scan still takes any. */
  async add(id: string, entries: Entry[]): Promise<ScanState | null> {
    const of = (wanted: (entry: Entry) => boolean) => JSON.stringify(entries.filter(wanted).map((entry) => [entry.domain, entry.line, entry.reason]));
    const insert = (status: string, json: string) =>
      this.db
        .prepare(
          `INSERT OR IGNORE INTO scan_rows (scan, domain, line, status, reason)
           SELECT ?1, json_extract(value, '$[0]'), json_extract(value, '$[1]'), ?2, json_extract(value, '$[2]') FROM json_each(?3)
           WHERE (SELECT state FROM scans WHERE id = ?1) = 'receiving'`,
        )
        .bind(id, status, json);
    const results = await this.db.batch<{ state: ScanState }>([
      insert('waiting', of(({ reason }) => reason === null)),
      this.db
        .prepare('UPDATE scans SET domains = domains + changes(), waiting = waiting + changes(), lines = lines + ?2, progressed_at = ?3 WHERE id = ?1')
        .bind(id, entries.length, new Date().toISOString()),
      insert('invalid', of(({ reason }) => reason !== null)),
      this.db.prepare('UPDATE scans SET invalid = invalid + changes() WHERE id = ?1').bind(id),
      this.db.prepare('SELECT state FROM scans WHERE id = ?1').bind(id),
    ]);
    return results.at(-1)?.results[0]?.state ?? null;
  }

  /** All is there that will be. */
  async received(id: string): Promise<void> {
    await this.db
      .prepare(
        `UPDATE scans SET state = CASE waiting WHEN 0 THEN 'done' ELSE 'running' END, ${DONE_WHEN('waiting = 0')}
         WHERE id = ?1 AND state = 'receiving'`,
      )
      .bind(id, new Date().toISOString())
      .run();
  }

  /** Ends a live scan, whose waiting rows stay as they are, and has no scan checked again. */
  async end(id: string, state: 'cancelled' | 'broken'): Promise<void> {
    await this.db.batch([
      this.db
        .prepare("UPDATE scans SET state = ?2, done_at = ?3 WHERE id = ?1 AND state IN ('receiving', 'running')")
        .bind(id, state, new Date().toISOString()),
      this.db.prepare('UPDATE scans SET recheck_at = NULL WHERE id = ?1').bind(id),
    ]);
  }

  async scan(id: string): Promise<Scan | null> {
    return this.db.prepare(`SELECT ${SCAN} FROM scans WHERE id = ?1`).bind(id).first<Scan>();
  }

  /** The domains of a range of lines that are still to be checked, and the scan that this one repeats; none where it has ended. */
  async waiting(id: string, first: number, last: number): Promise<{ domain: string; line: number; previous: string | null }[]> {
    const { results } = await this.db
      .prepare(
        `SELECT domain, line, (SELECT previous FROM scans WHERE id = ?1) AS previous FROM scan_rows
         WHERE scan = ?1 AND status = 'waiting' AND line BETWEEN ?2 AND ?3 AND ${LIVE} ORDER BY line`,
      )
      .bind(id, first, last)
      .all<{ domain: string; line: number; previous: string | null }>();
    return results;
  }

  /** Makes waiting rows of a live scan final. */
  async finish(id: string, rows: FinalRow[], changes: Change[] = []): Promise<void> {
    const now = new Date().toISOString();
    const statements: D1PreparedStatement[] = [];
    for (let at = 0; at < changes.length; at += CHANGES_A_WRITE) {
      statements.push(this.db.prepare(INSERT_CHANGES).bind(id, JSON.stringify(changes.slice(at, at + CHANGES_A_WRITE))));
    }
    for (const status of ['checked', 'failed', 'invalid'] as const) {
      const those = rows.filter((row) => row.status === status);
      if (those.length === 0) continue;
      statements.push(
        this.db.prepare(FINISH).bind(id, JSON.stringify(those), status),
        this.db
          .prepare(
            `UPDATE scans SET ${status} = ${status} + changes(), waiting = waiting - changes(), progressed_at = ?2,
             domains = domains - ${status === 'invalid' ? 'changes()' : '0'},
             state = CASE WHEN state = 'running' AND waiting = changes() THEN 'done' ELSE state END,
             ${DONE_WHEN("state = 'running' AND waiting = changes()")} WHERE id = ?1`,
          )
          .bind(id, now),
      );
    }
    if (statements.length > 0) await this.db.batch(statements);
  }

  /** Rows after a domain, in the order of their names. */
  async page(id: string, after: string, limit: number): Promise<StoredRow[]> {
    const { results } = await this.db
      .prepare(`SELECT ${ROW} FROM scan_rows WHERE scan = ?1 AND domain > ?2 ORDER BY domain LIMIT ?3`)
      .bind(id, after, limit)
      .all<StoredRow>();
    return results;
  }

  async changes(id: string, after: { domain: string; place: number }, limit: number): Promise<Change[]> {
    const { results } = await this.db
      .prepare(
        `SELECT domain, place, code, severity, subject, message, clause FROM scan_changes
         WHERE scan = ?1 AND (domain, place) > (?2, ?3) ORDER BY domain, place LIMIT ?4`,
      )
      .bind(id, after.domain, after.place, limit)
      .all<Change>();
    return results;
  }

  /** Where the evidence of some domains is. */
  async evidence(id: string, domains: string[]): Promise<{ domain: string; evidence: string }[]> {
    const { results } = await this.db
      .prepare('SELECT domain, evidence FROM scan_rows WHERE scan = ?1 AND domain IN (SELECT value FROM json_each(?2)) AND evidence IS NOT NULL')
      .bind(id, JSON.stringify(domains))
      .all<{ domain: string; evidence: string }>();
    return results;
  }
}

const LIVE = "(SELECT state FROM scans WHERE id = ?1) IN ('receiving', 'running')";
const DONE_WHEN = (condition: string) =>
  `done_at = CASE WHEN ${condition} THEN ?2 ELSE done_at END,
   recheck_at = CASE WHEN ${condition} AND recheck_days IS NOT NULL THEN strftime('%Y-%m-%dT%H:%M:%fZ', ?2, '+' || recheck_days || ' days') ELSE recheck_at END`;

export const SCAN = `id, state, created_at AS createdAt, progressed_at AS progressedAt, done_at AS doneAt, lines, domains, invalid, waiting, checked,
  failed, recheck_days AS recheckDays, recheck_at AS recheckAt, previous`;

const ROW = `domain, line, status, reason, posture, action, checked_at AS checkedAt, valid_until AS validUntil, hosts, sts_mode AS stsMode,
  tls_rpt AS tlsRpt, findings, tries, evidence`;

/** One parameter holds all rows: D1 takes a hundred a statement, and a row has a dozen. */
const FINISH = `UPDATE scan_rows SET status = ?3, reason = value ->> 'reason', posture = value ->> 'posture', action = value ->> 'action',
  checked_at = value ->> 'checkedAt', valid_until = value ->> 'validUntil', hosts = value ->> 'hosts', sts_mode = value ->> 'stsMode',
  tls_rpt = value ->> 'tlsRpt', findings = value ->> 'findings', tries = value ->> 'tries', evidence = value ->> 'evidence'
  FROM json_each(?2)
  WHERE scan_rows.scan = ?1 AND scan_rows.domain = value ->> 'domain' AND scan_rows.status = 'waiting' AND ${LIVE}`;

/** Before the rows are final, so that who comes second adds none. */
const INSERT_CHANGES = `INSERT OR IGNORE INTO scan_changes (scan, domain, place, code, severity, subject, message, clause)
  SELECT ?1, value ->> 'domain', value ->> 'place', value ->> 'code', value ->> 'severity', value ->> 'subject', value ->> 'message', value ->> 'clause'
  FROM json_each(?2) WHERE ${LIVE} AND EXISTS
  (SELECT 1 FROM scan_rows WHERE scan = ?1 AND domain = value ->> 'domain' AND status = 'waiting')`;
