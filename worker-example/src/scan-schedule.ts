/**
 * What the clock does for scans: a scan that stands still gets its messages anew (a queue keeps them for days, not for
 * good, and an upload can die between a write and a send), an upload that stands still is over, and a scan whose time has
 * come is checked again, as a new scan that names the one before. Old scans are removed.
 */

import type { Env } from './env.ts';
import { faults } from './scan-faults.ts';
import { KEPT_DAYS, LINES_A_WRITE, REMOVED_OBJECTS, REMOVED_ROWS, SWEPT_MESSAGES, SWEPT_SCANS } from './scan-limits.ts';
import { plan, ranges, sendRanges } from './scan-queue.ts';
import { SCAN, ScanStore } from './scan-store.ts';
import type { Scan } from './scan-store.ts';

export async function sweepScans(env: Env): Promise<void> {
  const now = Date.now();
  const still = new Date(now - faults(env).stallSeconds * 1000).toISOString();
  const { results } = await env.DB.prepare(
    `SELECT ${SCAN} FROM scans WHERE state IN ('receiving', 'running') AND progressed_at <= ?1 ORDER BY progressed_at LIMIT ${SWEPT_SCANS}`,
  )
    .bind(still)
    .all<Scan>();
  for (const scan of results) await revive(scan, env);
  const due = await env.DB.prepare(`SELECT ${SCAN} FROM scans WHERE recheck_at <= ?1 ORDER BY recheck_at LIMIT ${SWEPT_SCANS}`)
    .bind(new Date(now).toISOString())
    .all<Scan>();
  for (const scan of due.results) await begin(scan, env);
  await remove(new Date(now - KEPT_DAYS * DAY_MS).toISOString(), env);
}

/** Messages for the rows that wait; what is under way as well is done twice and written once. */
async function revive(scan: Scan, env: Env): Promise<void> {
  const store = new ScanStore(env.DB);
  if (scan.state === 'receiving' && scan.previous === null) return store.end(scan.id, 'broken');
  if (scan.state === 'receiving') return copy(scan.id, scan.previous ?? '', env);
  const size = plan(env).domains;
  const { results } = await env.DB.prepare("SELECT line FROM scan_rows WHERE scan = ?1 AND status = 'waiting' ORDER BY line LIMIT ?2")
    .bind(scan.id, size * SWEPT_MESSAGES)
    .all<{ line: number }>();
  await sendRanges(env.SCAN, ranges(scan.id, results.map(({ line }) => line), size));
  await touch(scan.id, env);
}

/** The re-check of a scan; the one after is the new scan's to begin. */
async function begin(scan: Scan, env: Env): Promise<void> {
  const id = crypto.randomUUID();
  const now = new Date().toISOString();
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO scans (id, created_at, progressed_at, recheck_days, previous)
       SELECT ?2, ?3, ?3, recheck_days, id FROM scans WHERE id = ?1 AND recheck_at IS NOT NULL`,
    ).bind(scan.id, id, now),
    env.DB.prepare('UPDATE scans SET recheck_at = NULL WHERE id = ?1').bind(scan.id),
  ]);
  await copy(id, scan.id, env);
}

/** Takes over the domains of the scan before, in their order, from where an earlier attempt stopped. */
async function copy(id: string, previous: string, env: Env): Promise<void> {
  const store = new ScanStore(env.DB);
  for (;;) {
    const { results } = await env.DB.prepare(
      `SELECT domain, (SELECT lines FROM scans WHERE id = ?1) + row_number() OVER (ORDER BY domain) AS line FROM scan_rows
       WHERE scan = ?2 AND status IN ('checked', 'failed') AND domain > coalesce((SELECT max(domain) FROM scan_rows WHERE scan = ?1), '')
       ORDER BY domain LIMIT ?3`,
    )
      .bind(id, previous, LINES_A_WRITE)
      .all<{ domain: string; line: number }>();
    if (results.length === 0) return store.received(id);
    if ((await store.add(id, results.map((row) => ({ ...row, reason: null })))) !== 'receiving') return;
    await sendRanges(env.SCAN, ranges(id, results.map(({ line }) => line), plan(env).domains));
  }
}

/** A part of an old scan that no other needs: rows and objects, and the scan itself when these are gone. */
async function remove(before: string, env: Env): Promise<void> {
  const old = await env.DB.prepare(
    `SELECT id FROM scans WHERE done_at < ?1 AND recheck_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM scans AS next WHERE next.previous = scans.id AND next.state IN ('receiving', 'running')) LIMIT 1`,
  )
    .bind(before)
    .first<{ id: string }>();
  if (old === null) return;
  const { objects } = await env.RAW.list({ prefix: `scans/${old.id}/`, limit: REMOVED_OBJECTS });
  if (objects.length > 0) await env.RAW.delete(objects.map(({ key }) => key));
  const some = (table: string) =>
    env.DB.prepare(`DELETE FROM ${table} WHERE scan = ?1 AND domain IN (SELECT domain FROM ${table} WHERE scan = ?1 LIMIT ${REMOVED_ROWS})`).bind(old.id);
  const results = await env.DB.batch([some('scan_rows'), some('scan_changes')]);
  const gone = objects.length + results.reduce((sum, { meta }) => sum + meta.changes, 0);
  if (gone === 0) await env.DB.prepare('DELETE FROM scans WHERE id = ?1').bind(old.id).run();
}

async function touch(id: string, env: Env): Promise<void> {
  await env.DB.prepare('UPDATE scans SET progressed_at = ?2 WHERE id = ?1').bind(id, new Date().toISOString()).run();
}

const DAY_MS = 86_400_000;
