/**
 * The drivers: `Check`, which does no I/O, and `check`, which lends it hosts. Needs are answered side by side and
 * fed as they come; whatever a host does, every need ends in an answer.
 */

import { clock, engine, record, toAscii } from './engine.js';
import { MxsealError } from './error.js';
import { failedAnswer } from './hosts/failure.js';
import { policyAnswer } from './hosts/policy-answer.js';

/** @typedef {import('./types.d.ts').Need} Need */
/** @typedef {import('./types.d.ts').Answer} Answer */
/** @typedef {import('./types.d.ts').CheckOptions} CheckOptions */

/** What a host may take before the driver goes on without it, in milliseconds. */
const LIMIT = { dns: 15_000, policy: 60_000, starttls: 60_000 };

/** The sans-IO driver: `needs()` out, `feed()` in, until there is a `verdict`. */
export class Check {
  /** @type {import('../pkg/mxseal.js').Check} */
  #inner;

  /**
   * @param {string} domain
   * @param {import('./types.d.ts').CheckStart} [o]
   */
  constructor(domain, o = {}) {
    const { at, options = null, roots = null, cachedPolicy = null } = record(o, 'options');
    const start = { at: clock(at), options, roots, cachedPolicy };
    this.#inner = engine((wasm) => new wasm.Check(toAscii(domain), start));
  }

  /** @returns {Need[]} every need once */
  needs() {
    return engine(() => this.#inner.needs());
  }

  /**
   * @param {number} id
   * @param {Answer} answer
   */
  feed(id, answer) {
    if (!Number.isInteger(id) || id < 0 || id > 0xffff_ffff) {
      throw new MxsealError('ERR_UNKNOWN_NEED', `need ${String(id)} was never handed out`);
    }
    engine(() => this.#inner.feed(id, record(answer, 'answer')));
  }

  /** @returns {import('./types.d.ts').Verdict | null} */
  get verdict() {
    return engine(() => this.#inner.verdict());
  }

  /** @returns {import('./types.d.ts').Evidence} */
  get evidence() {
    return engine(() => this.#inner.evidence());
  }

  /** @returns {import('./types.d.ts').CachedPolicy | null} */
  get cachedPolicy() {
    return engine(() => this.#inner.cachedPolicy());
  }

  /** @returns {import('./types.d.ts').ChainCacheEntry[]} */
  get chainCache() {
    return engine(() => this.#inner.chainCache());
  }

  /**
   * @param {import('./types.d.ts').Evidence} evidence as it was, or as parsed from its file
   * @param {import('./types.d.ts').Options} [options] others than the recorded ones: a what-if
   * @returns {import('./types.d.ts').Verdict}
   */
  static replay(evidence, options) {
    return engine((wasm) => wasm.Check.replay(record(evidence, 'evidence'), options));
  }
}

/**
 * Checks a domain with the hosts that are given.
 * @param {string} domain
 * @param {CheckOptions} [o]
 * @returns {Promise<import('./types.d.ts').Verdict>}
 */
export async function check(domain, o = {}) {
  return (await conduct(domain, o)).verdict;
}

/**
 * The same, with its evidence.
 * @param {string} domain
 * @param {CheckOptions} [o]
 * @returns {Promise<{ verdict: import('./types.d.ts').Verdict, evidence: import('./types.d.ts').Evidence }>}
 */
export async function conduct(domain, o = {}) {
  const { store, signal, onNeed } = record(o, 'options');
  const name = toAscii(domain);
  const aborted = abortion(signal);
  const cachedPolicy = o.cachedPolicy ?? (await remembered(store, name));
  const machine = new Check(name, { ...o, cachedPolicy });
  const stop = new AbortController();
  /** @param {Need} need @returns {Promise<void>} */
  const settle = async (need) => {
    onNeed?.(need);
    const answer = await answerOf(need, o, stop.signal);
    if (stop.signal.aborted) return;
    feed(machine, need, answer);
    await Promise.all(machine.needs().map(settle));
  };
  try {
    await Promise.race([Promise.all(machine.needs().map(settle)), aborted.promise]);
  } finally {
    stop.abort();
    aborted.release();
  }
  const verdict = machine.verdict;
  if (!verdict) throw new MxsealError('ERR_ABORTED', 'the check ended without a verdict');
  await remember(store, name, cachedPolicy, machine.cachedPolicy);
  return { verdict, evidence: machine.evidence };
}

/**
 * A host that answers with something else than an answer has failed.
 * @param {Check} machine
 * @param {Need} need
 * @param {Answer} answer
 */
function feed(machine, need, answer) {
  try {
    machine.feed(need.id, answer);
  } catch (error) {
    if (!(error instanceof MxsealError)) throw error;
    machine.feed(need.id, { kind: 'failed', cause: 'opaque', message: `the host gave no answer: ${error.message}` });
  }
}

/**
 * @param {Need} need
 * @param {CheckOptions} o
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function answerOf(need, o, signal) {
  const limit = need.kind === 'policy' ? (o.options?.stsTimeoutMs ?? LIMIT.policy) : LIMIT[need.kind];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    const message = `no answer within ${limit} ms`;
    timer = setTimeout(() => resolve({ kind: 'failed', cause: 'timeout', message }), limit);
  });
  try {
    return /** @type {Answer} */ (await Promise.race([ask(need, o, limit, signal), late]));
  } catch (error) {
    return failedAnswer(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Need} need
 * @param {CheckOptions} o
 * @param {number} timeoutMs
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function ask(need, { dns, fetch, starttls }, timeoutMs, signal) {
  switch (need.kind) {
    case 'dns':
      return dns ? { kind: 'dns', message: await dns(need.query, { signal }) } : { kind: 'unsupported' };
    case 'policy':
      return fetch ? policyAnswer(fetch, need, { signal, timeoutMs }) : { kind: 'unsupported' };
    case 'starttls': {
      if (!starttls) return { kind: 'unsupported' };
      const sessions = await starttls(need.target, { signal });
      return sessions === 'unsupported' ? { kind: 'unsupported' } : { kind: 'starttls', sessions };
    }
  }
}

/**
 * A promise that rejects when the caller aborts.
 * @param {AbortSignal | undefined} signal
 */
function abortion(signal) {
  /** @param {(error: MxsealError) => void} reject */
  const error = (reject) => () => reject(new MxsealError('ERR_ABORTED', 'the check was aborted', { cause: signal?.reason }));
  let listener = () => {};
  const promise = new Promise((_, reject) => {
    listener = error(reject);
    if (signal?.aborted) listener();
    signal?.addEventListener('abort', listener, { once: true });
  });
  promise.catch(() => {});
  return { promise, release: () => signal?.removeEventListener('abort', listener) };
}

/**
 * A store that fails remembers nothing; it must not cost the check.
 * @param {import('./types.d.ts').PolicyStore | undefined} store
 * @param {string} name
 */
async function remembered(store, name) {
  try {
    return (await store?.get(name)) ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {import('./types.d.ts').PolicyStore | undefined} store
 * @param {string} name
 * @param {import('./types.d.ts').CachedPolicy | null} before
 * @param {import('./types.d.ts').CachedPolicy | null} after
 */
async function remember(store, name, before, after) {
  if (!store || !after || JSON.stringify(before) === JSON.stringify(after)) return;
  try {
    await store.set(name, after);
  } catch {
    // What could not be stored is fetched again next time.
  }
}

/**
 * Facts to a verdict; a what-if is an edit of facts.
 * @type {typeof import('./types.d.ts').decide}
 */
export function decide(facts, options) {
  return engine((wasm) => wasm.decide(record(facts, 'facts'), options));
}

/**
 * The judgement after one handshake (RFC 8461 §4.2, RFC 8460 §4.3).
 * @type {typeof import('./types.d.ts').judgeSession}
 */
export function judgeSession(o) {
  const { host, session, roots = null, earlier = null, more = null, at } = record(o, 'arguments');
  return engine((wasm) => wasm.judgeSession({ host, session, roots, earlier, more, at: clock(at) }));
}

/**
 * What changed between two verdicts.
 * @type {typeof import('./types.d.ts').compare}
 */
export function compare(before, after) {
  return engine((wasm) => wasm.compare(record(before, 'before'), record(after, 'after')));
}

/**
 * The JSON of files: octets as base64, compact, keys in their order.
 * @type {typeof import('./types.d.ts').stringify}
 */
export function stringify(value) {
  return JSON.stringify(record(value, 'value'), (_, member) => (member instanceof Uint8Array ? base64(member) : member));
}

/** @param {Uint8Array} octets */
function base64(octets) {
  let binary = '';
  for (let at = 0; at < octets.length; at += 0x8000) binary += String.fromCharCode(...octets.subarray(at, at + 0x8000));
  return btoa(binary);
}
