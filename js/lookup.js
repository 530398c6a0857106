/**
 * One question to the DNS, validated by the engine: the answer, its status, and the chain that proves it. The
 * resolver is trusted with nothing but bringing octets.
 */

import { clock, engine, record, text, toAscii } from './engine.js';
import { MxsealError, invalidArgument } from './error.js';
import { failedAnswer } from './hosts/failure.js';
import { abortable, callable } from './hosts/mistake.js';
import { orStop, unlessAborted, within } from './hosts/time-limit.js';

/** What one answer may take, in milliseconds. */
const LIMIT = 15_000;

/**
 * @type {typeof import('./types.d.ts').lookup}
 */
export async function lookup(name, type, o) {
  const { dns, signal, at, anchors = null, chainCache = null, nsec3, allowSha1Signatures = null, onNeed } = record(o, 'options');
  if (typeof dns !== 'function') throw invalidArgument('`dns` is no function');
  callable(onNeed, 'onNeed');
  abortable(signal);
  const { insecureAbove = null, bogusAbove = null } = nsec3 == null ? {} : record(nsec3, 'nsec3');
  const start = {
    name: toAscii(name),
    type: text(type, 'type'),
    at: clock(at),
    anchors,
    chainCache,
    allowSha1Signatures,
    insecureAbove,
    bogusAbove,
  };
  const machine = engine((wasm) => new wasm.Lookup(start));
  const stop = new AbortController();
  const aborted = () => new MxsealError('ERR_ABORTED', 'the look-up was aborted', { cause: signal?.reason });
  if (signal?.aborted) throw aborted();
  const onAbort = () => stop.abort(aborted());
  signal?.addEventListener('abort', onAbort, { once: true });
  /** @param {{ id: number, query: Uint8Array, name: string, type: string }} need @returns {Promise<void>} */
  const settle = async (need) => {
    orStop(stop, onNeed?.(need));
    const answer = await answerOf(dns, need, stop.signal);
    if (stop.signal.aborted) return;
    if (answer instanceof Uint8Array) engine(() => machine.feed(need.id, answer));
    else engine(() => machine.fail(need.id, answer));
    await Promise.all(engine(() => machine.needs()).map(settle));
  };
  try {
    await unlessAborted(stop.signal, Promise.all(engine(() => machine.needs()).map(settle)));
    const result = engine(() => machine.result());
    if (!result) throw new Error('every question is answered and there is no result');
    return result;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
    machine.free();
  }
}

/**
 * @param {import('./types.d.ts').DnsHost} dns
 * @param {{ query: Uint8Array }} need
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array | string>} the message, or in short why there is none
 */
async function answerOf(dns, { query }, signal) {
  try {
    const message = await within(LIMIT, signal, async (inner) => dns(query, { signal: inner }));
    return message instanceof Uint8Array ? new Uint8Array(message) : 'opaque: the host gave no Uint8Array';
  } catch (error) {
    const answer = failedAnswer(error);
    return answer.kind === 'failed' ? `${answer.cause}: ${answer.message.slice(0, 200)}` : answer.kind;
  }
}
