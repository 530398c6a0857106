/**
 * The scan API: POST /api/scan takes a list, GET /api/scan/:id says how far it is, DELETE /api/scan/:id ends it.
 * Results are in scan-export.ts; the work is done by the queue's consumer in scan-queue.ts.
 */

import { problem } from './problem.ts';
import type { Call } from './router.ts';
import { faultsAllowed } from './scan-faults.ts';
import { LINES, RECHECK_DAYS } from './scan-limits.ts';
import { plan, ranges, sendRanges } from './scan-queue.ts';
import { ScanStore } from './scan-store.ts';
import type { Scan } from './scan-store.ts';
import { entries, listFormat } from './scan-upload.ts';

/** 202 with the scan, whose first domains are being checked by then. `?recheck=7` checks them again a week after the end. */
export async function startScan({ request, env, url }: Call): Promise<Response> {
  if (!faultsAllowed(env)) return problem('ERR_NOT_CONFIGURED', 'FAULTS is for a network with trust anchors of its own');
  const format = listFormat(request.headers.get('content-type'));
  if (format === null) return problem('ERR_MEDIA_TYPE', 'a list is text/plain, text/csv or application/jsonl');
  const recheckDays = recheck(url);
  if (Number.isNaN(recheckDays)) return problem('ERR_INVALID_ARGUMENT', `\`recheck\` is a number of days from 1 to ${RECHECK_DAYS}`);
  const id = crypto.randomUUID();
  const store = new ScanStore(env.DB);
  let lines = 0;
  try {
    for await (const group of entries(request.body ?? new Blob([]).stream(), format)) {
      if (lines === 0) await store.open(id, { recheckDays });
      lines += group.length;
      if (lines > LINES) {
        await store.end(id, 'broken');
        return problem('ERR_TOO_LARGE', `a list has at most ${LINES} lines`);
      }
      if ((await store.add(id, group)) !== 'receiving') return problem('ERR_CONFLICT', 'the scan was ended while its list came in', { more: { id } });
      const domains = group.filter(({ reason }) => reason === null).map(({ line }) => line);
      await sendRanges(env.SCAN, ranges(id, domains, plan(env).domains));
    }
  } catch (error) {
    await store.end(id, 'broken');
    throw error;
  }
  if (lines === 0) return problem('ERR_INVALID_CONTENT', 'the list is empty');
  await store.received(id);
  return answer(await store.scan(id), 202, { location: `/api/scan/${id}` });
}

export async function showScan({ env, parameters }: Call): Promise<Response> {
  const scan = await new ScanStore(env.DB).scan(parameters.id ?? '');
  return scan === null ? unknownScan() : answer(scan, 200);
}

/** Ends a scan, and the re-check that one which is done still has before it. Checks under way write their rows no more. */
export async function cancelScan({ env, parameters }: Call): Promise<Response> {
  const store = new ScanStore(env.DB);
  const before = await store.scan(parameters.id ?? '');
  if (before === null) return unknownScan();
  const ended = before.state === 'broken' || (before.state === 'done' && before.recheckAt === null);
  if (ended) return problem('ERR_CONFLICT', `the scan has ended already: ${before.state}`);
  await store.end(before.id, 'cancelled');
  return answer(await store.scan(before.id), 200);
}

export function unknownScan(): Response {
  return problem('ERR_NOT_FOUND', 'there is no such scan');
}

function answer(scan: Scan | null, status: number, headers: Record<string, string> = {}): Response {
  if (scan === null) return unknownScan();
  // Lines that hold neither a new domain nor a new mistake.
  const duplicates = scan.lines - scan.domains - scan.invalid;
  return Response.json({ ...scan, duplicates }, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

/** Null: none; NaN: not one. */
function recheck(url: URL): number | null {
  const text = url.searchParams.get('recheck');
  if (text === null) return null;
  const days = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return days >= 1 && days <= RECHECK_DAYS ? days : Number.NaN;
}
