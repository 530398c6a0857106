/**
 * The consumer of a scan's queue, and that of its dead letters. A message names lines of a scan; the rows are in D1, so
 * what is final already is not done again, however often a message comes.
 *
 * A message that comes again with more than one row waiting is taken apart first: what crashed it meets no sibling twice.
 */

import type { Env } from './env.ts';
import { Invocation } from './scan-budget.ts';
import { ChainCache, anchorsName } from './scan-chain.ts';
import { changesOf } from './scan-changes.ts';
import { checkRow, unchecked } from './scan-check.ts';
import type { Outcome } from './scan-check.ts';
import { keepEvidence } from './scan-evidence.ts';
import { fail, faults, throwsNow } from './scan-faults.ts';
import { MESSAGES_A_SEND, PLANS } from './scan-limits.ts';
import type { Plan } from './scan-limits.ts';
import { ScanStore } from './scan-store.ts';

/** Lines `first` to `last` of a scan. */
export type ScanMessage = { scan: string; first: number; last: number };

type Row = { domain: string; line: number; previous: string | null };
type Seen = Extract<Outcome, { kind: 'seen' }>;

export async function consumeScan(batch: MessageBatch<ScanMessage>, env: Env): Promise<void> {
  const invocation = new Invocation(plan(env));
  for (const message of batch.messages) await work(message, env, invocation);
}

/** What crashed its consumer each time ends as failed. */
export async function buryScan(batch: MessageBatch<ScanMessage>, env: Env): Promise<void> {
  const store = new ScanStore(env.DB);
  for (const message of batch.messages) {
    const { scan, first, last } = message.body;
    const rows = await store.waiting(scan, first, last);
    const reason = 'given up: the check crashed each time it was tried';
    await store.finish(scan, rows.map(({ domain }) => unchecked(domain, 'failed', reason, null)));
    message.ack();
  }
}

/** Sends the messages, as many at a time as the platform takes. */
export async function sendRanges(queue: Queue<ScanMessage>, ranges: ScanMessage[], delaySeconds = 0): Promise<void> {
  for (let at = 0; at < ranges.length; at += MESSAGES_A_SEND) {
    await queue.sendBatch(ranges.slice(at, at + MESSAGES_A_SEND).map((body) => ({ body })), { delaySeconds });
  }
}

/** The lines of rows, in messages. */
export function ranges(scan: string, lines: number[], size: number): ScanMessage[] {
  const messages: ScanMessage[] = [];
  for (let at = 0; at < lines.length; at += size) {
    const part = lines.slice(at, at + size);
    messages.push({ scan, first: part[0] ?? 0, last: part.at(-1) ?? 0 });
  }
  return messages;
}

export function plan({ SCAN_PLAN }: Env): Plan {
  return PLANS[SCAN_PLAN === 'free' ? 'free' : 'paid'];
}

async function work(message: Message<ScanMessage>, env: Env, invocation: Invocation): Promise<void> {
  const { scan, first, last } = message.body;
  const [store, faulty] = [new ScanStore(env.DB), faults(env)];
  const rows = await store.waiting(scan, first, last);
  if (rows.length === 0) return message.ack();
  if (message.attempts > 1 && rows.length > 1) {
    await sendRanges(env.SCAN, ranges(scan, rows.map(({ line }) => line), 1));
    return message.ack();
  }
  if (rows.some(({ domain }) => domain === faulty.crashesAt)) fail('a crash that was asked for');
  const outcomes = await checkAll(rows, message.attempts, env, invocation);
  const lastTry = message.attempts >= faulty.lastTry;
  const done = outcomes.filter((outcome): outcome is Seen => outcome?.kind === 'seen' && (outcome.settled || lastTry));
  await write(done, `scans/${scan}/${message.id}-${message.attempts}.jsonl.gz`, scan, rows[0]?.previous ?? null, env);
  if (throwsNow(faulty, `${message.id} ${message.attempts}`)) fail('a fault that was asked for');

  // What had no subrequests left goes on at once, in an invocation of its own; it has failed at nothing.
  const rest = rows.filter((_, index) => (outcomes[index]?.kind ?? 'starved') === 'starved').map(({ line }) => line);
  await sendRanges(env.SCAN, ranges(scan, rest, Math.max(rest.length, 1)));
  const again = rows.filter((_, index) => isUnsettled(outcomes[index]) && !lastTry).map(({ line }) => line);
  const delaySeconds = faulty.backOffSeconds * 2 ** (message.attempts - 1);
  if (again.length === 1 && rows.length === 1) return message.retry({ delaySeconds });
  await sendRanges(env.SCAN, ranges(scan, again, 1), delaySeconds);
  message.ack();
}

function isUnsettled(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'seen' && !outcome.settled;
}

/** An outcome a row; none where the invocation was at its end before the check began. */
async function checkAll(rows: Row[], tries: number, env: Env, invocation: Invocation): Promise<(Outcome | undefined)[]> {
  const chain = new ChainCache(env.CHAIN, await anchorsName(env.TRUST_ANCHORS));
  await chain.prepare(rows.map(({ domain }) => domain));
  const outcomes: (Outcome | undefined)[] = new Array(rows.length);
  const faulty = faults(env);
  let next = 0;
  const worker = async () => {
    while (next < rows.length && invocation.open) {
      const index = next++;
      const row = rows[index];
      if (row !== undefined) outcomes[index] = await checkRow(row.domain, tries, env, invocation, chain, faulty);
    }
  };
  await Promise.all(Array.from({ length: invocation.plan.parallel }, worker));
  return outcomes;
}

/** Evidence first: a row never names an object that is not there. */
async function write(done: Seen[], key: string, scan: string, previous: string | null, env: Env): Promise<void> {
  await keepEvidence(env.RAW, key, done.map(({ file }) => file).filter((file) => file !== null));
  const rows = done.map(({ row, file }) => ({ ...row, evidence: file === null ? null : key }));
  const changes = previous === null ? [] : await changesOf(previous, done, env);
  await new ScanStore(env.DB).finish(scan, rows, changes);
}
