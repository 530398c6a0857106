/**
 * What a scan found, as CSV (RFC 4180) or JSON lines: rows, changes, and the evidence of one domain. Rows are streamed by
 * pages of D1 in the order of their domains; `?after=` goes on behind a domain, for a download that broke off.
 *
 * In CSV a field that a spreadsheet would take for a formula gets an apostrophe before it: names and findings hold what
 * strangers publish.
 */

import { stringify } from 'mxseal';
import { domainName } from './env.ts';
import { problem } from './problem.ts';
import type { Call } from './router.ts';
import { readEvidence } from './scan-evidence.ts';
import { ROWS_A_PAGE } from './scan-limits.ts';
import { ScanStore } from './scan-store.ts';
import type { Change, Scan, StoredRow } from './scan-store.ts';
import { unknownScan } from './scan.ts';

type Format = 'csv' | 'jsonl';
type Field = string | number | boolean | null;
type Line = Record<string, Field | Field[] | [string, string][]>;

const MEDIA_TYPE: Record<Format, string> = { csv: 'text/csv; charset=utf-8', jsonl: 'application/jsonl' };
const ROW_FIELDS = ['domain', 'line', 'status', 'reason', 'posture', 'action', 'checkedAt', 'validUntil', 'hosts', 'stsMode', 'tlsRpt', 'findings', 'tries', 'evidence'];
const CHANGE_FIELDS = ['domain', 'code', 'severity', 'subject', 'message', 'clause'];

/** GET /api/scan/:id/results?format=csv|jsonl&after=domain */
export async function exportRows(call: Call): Promise<Response> {
  const after = call.url.searchParams.get('after') ?? '';
  return exported(call, 'results', ROW_FIELDS, async (store, scan, last: StoredRow | null) => {
    const rows = await store.page(scan.id, last?.domain ?? after, ROWS_A_PAGE);
    return { page: rows, lines: rows.map((row) => rowLine(row, scan)) };
  });
}

/** GET /api/scan/:id/changes?format=csv|jsonl: of a re-check, against the scan before it. */
export async function exportChanges(call: Call): Promise<Response> {
  return exported(call, 'changes', CHANGE_FIELDS, async (store, scan, last: Change | null) => {
    const changes = await store.changes(scan.id, last ?? { domain: '', place: 0 }, ROWS_A_PAGE);
    return { page: changes, lines: changes.map(({ place: _, ...change }) => change) };
  });
}

/** GET /api/scan/:id/evidence/:domain: what POST /api/replay and the page take. */
export async function exportEvidence({ env, parameters }: Call): Promise<Response> {
  const store = new ScanStore(env.DB);
  const domain = nameOrNull(parameters.domain ?? '');
  if (domain === null) return problem('ERR_INVALID_DOMAIN', 'not a domain');
  const [place] = await store.evidence(parameters.id ?? '', [domain]);
  const evidence = place && (await readEvidence(env.RAW, place.evidence, new Set([domain]))).get(domain);
  if (evidence === undefined) return problem('ERR_NOT_FOUND', 'no evidence of this domain is kept for this scan');
  return new Response(stringify(evidence), { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
}

type Page<T> = (store: ScanStore, scan: Scan, last: T | null) => Promise<{ page: T[]; lines: Line[] }>;

async function exported<T>({ env, url, parameters }: Call, name: string, fields: string[], next: Page<T>): Promise<Response> {
  const format = url.searchParams.get('format') ?? 'jsonl';
  if (format !== 'csv' && format !== 'jsonl') return problem('ERR_INVALID_ARGUMENT', '`format` is csv or jsonl');
  const store = new ScanStore(env.DB);
  const scan = await store.scan(parameters.id ?? '');
  if (scan === null) return unknownScan();
  const body = stream(format, fields, (last: T | null) => next(store, scan, last));
  const disposition = `attachment; filename="${name}-${scan.id}.${format}"`;
  return new Response(body, { headers: { 'content-type': MEDIA_TYPE[format], 'content-disposition': disposition, 'cache-control': 'no-store' } });
}

/** A page is read when the one before it is gone, so a slow reader holds one. */
function stream<T>(format: Format, fields: string[], next: (last: T | null) => Promise<{ page: T[]; lines: Line[] }>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let last: T | null = null;
  let head = format === 'csv' ? csvLine(fields) : '';
  return new ReadableStream({
    async pull(controller) {
      const { page, lines } = await next(last);
      const text = lines.map((line) => (format === 'csv' ? csvLine(fields.map((field) => line[field] ?? null)) : `${JSON.stringify(line)}\n`));
      if (head !== '' || text.length > 0) controller.enqueue(encoder.encode(head + text.join('')));
      head = '';
      last = page.at(-1) ?? null;
      if (page.length < ROWS_A_PAGE) controller.close();
    },
  });
}

/** A row that will not be checked any more says so. */
function rowLine(row: StoredRow, { state }: Scan): Line {
  const ended = state === 'cancelled' || state === 'broken';
  return {
    ...row,
    status: row.status === 'waiting' && ended ? 'cancelled' : row.status,
    hosts: parsed<[string, string][]>(row.hosts),
    tlsRpt: row.tlsRpt === null ? null : row.tlsRpt === 1,
    findings: parsed<string[]>(row.findings),
  };
}

function parsed<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}

/** A list is its members with a space between; a host has its requirement behind `=`. */
function csvLine(fields: (Field | Field[] | [string, string][])[]): string {
  return `${fields.map((field) => csvField(Array.isArray(field) ? field.map((one) => (Array.isArray(one) ? one.join('=') : one)).join(' ') : field)).join(',')}\r\n`;
}

function csvField(field: Field): string {
  const text = field === null ? '' : String(field);
  const harmless = /^[=+\-@\t\r\n]/.test(text.trimStart()) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(harmless) || harmless !== harmless.trim() ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function nameOrNull(text: string): string | null {
  try {
    return domainName(text);
  } catch {
    return null;
  }
}
