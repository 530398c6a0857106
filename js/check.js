/**
 * The drivers: `Check`, which does no I/O, and `check`, which lends it hosts. Needs are answered side by side and
 * fed as they come; whatever a host does, every need ends in an answer.
 */

import { answerCopy } from './answer.js';
import { noneAstray, optionsOf, rootsOf, storable } from './arguments.js';
import { clock, engine, record, toAscii } from './engine.js';
import { MxsealError, invalidArgument } from './error.js';
import { failedAnswer } from './hosts/failure.js';
import { abortable, callable, shown } from './hosts/mistake.js';
import { policyAnswer } from './hosts/policy-answer.js';
import { milliseconds, orStop, unlessAborted, within } from './hosts/time-limit.js';
import { policyCache } from './policy-cache.js';

/** @typedef {import('./types.d.ts').Need} Need */
/** @typedef {import('./types.d.ts').Answer} Answer */
/** @typedef {import('./types.d.ts').CheckOptions} CheckOptions */

/** What a host may take before the driver stops it and goes on without it, in milliseconds. */
const LIMIT = { dns: 15_000, policy: 60_000, starttls: 60_000 };

/** The sans-IO driver: `needs()` out, `feed()` in, until there is a `verdict`. */
export class Check {
  /** @type {import('../pkg/mxseal.js').Check | null} null once freed */
  #inner;

  /**
   * @param {string} domain
   * @param {import('./types.d.ts').CheckStart} [o]
   */
  constructor(domain, o = {}) {
    const { at, options = null, roots = null, cachedPolicy = null, chainCache = null } = record(o, 'options');
    noneAstray(o);
    const start = { at: clock(at), options: optionsOf(options), roots: rootsOf(roots), cachedPolicy, chainCache };
    this.#inner = engine((wasm) => new wasm.Check(toAscii(domain), start));
  }

  /** @returns {Need[]} every need once */
  needs() {
    return engine(() => this.#machine.needs());
  }

  /**
   * @param {number} id
   * @param {Answer} answer
   */
  feed(id, answer) {
    if (!Number.isInteger(id) || id < 0 || id > 0xffff_ffff) {
      throw new MxsealError('ERR_UNKNOWN_NEED', `need ${shown(id)} was never handed out`);
    }
    const given = answerCopy(answer);
    engine(() => this.#machine.feed(id, given));
  }

  /** @returns {import('./types.d.ts').Verdict | null} */
  get verdict() {
    return engine(() => this.#machine.verdict());
  }

  /** @returns {import('./types.d.ts').Evidence} */
  get evidence() {
    return engine(() => this.#machine.evidence());
  }

  /** @returns {import('./types.d.ts').CachedPolicy | null} */
  get cachedPolicy() {
    return engine(() => this.#machine.cachedPolicy());
  }

  /** @returns {import('./types.d.ts').ChainCacheEntry[]} */
  get chainCache() {
    return engine(() => this.#machine.chainCache());
  }

  /** Gives the engine's memory back at once; without it the garbage collector does, where the platform has one that can. */
  free() {
    this.#inner?.free();
    this.#inner = null;
  }

  get #machine() {
    if (this.#inner === null) throw invalidArgument('the check was freed: take what it holds before `free`');
    return this.#inner;
  }

  /**
   * @param {import('./types.d.ts').Evidence} evidence as it was, or as parsed from its file
   * @param {import('./types.d.ts').Options} [options] others than the recorded ones: a what-if
   * @returns {import('./types.d.ts').Verdict}
   */
  static replay(evidence, options) {
    return engine((wasm) => wasm.Check.replay(record(evidence, 'evidence'), optionsOf(options)));
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
 * The same, with its evidence and what the next check may start from of the DNSSEC chain.
 * @param {string} domain
 * @param {CheckOptions} [o]
 * @returns {Promise<import('./types.d.ts').Conducted>}
 */
export async function conduct(domain, o = {}) {
  const { store, signal, onNeed } = record(o, 'options');
  for (const host of /** @type {const} */ (['dns', 'fetch', 'starttls', 'onNeed'])) callable(o[host], host);
  abortable(signal);
  storable(store);
  const name = toAscii(domain);
  if (signal?.aborted) throw aborted(signal);
  const stop = new AbortController();
  const onAbort = () => stop.abort(aborted(signal));
  signal?.addEventListener('abort', onAbort, { once: true });
  const cache = policyCache(store, policyDomain(name, o.options));
  /** @type {Check | undefined} */
  let machine;
  try {
    const cachedPolicy = o.cachedPolicy ?? (await cache.read(stop.signal));
    const begun = (machine = o.cachedPolicy ? new Check(name, o) : begin(name, o, cachedPolicy));
    /** @param {Need} need @returns {Promise<void>} */
    const settle = async (need) => {
      orStop(stop, onNeed?.(need));
      const answer = await answerOf(need, o, cache, stop.signal);
      if (stop.signal.aborted) return;
      feed(begun, need, answer);
      await Promise.all(begun.needs().map(settle));
    };
    await unlessAborted(stop.signal, Promise.all(begun.needs().map(settle)));
    const { verdict, evidence, chainCache } = machine;
    if (!verdict) throw new Error('every need is answered and there is no verdict');
    await cache.write(cachedPolicy, machine.cachedPolicy, stop.signal);
    return { verdict, evidence, chainCache };
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
    cache.leave();
    machine?.free();
  }
}

/**
 * Whose policy the store keeps: the smart host's own, where mail goes through one (RFC 8461 §3.4).
 * @param {string} name
 * @param {import('./types.d.ts').Options | null} [options]
 */
function policyDomain(name, options) {
  return typeof options?.relay?.host === 'string' ? options.relay.host : name;
}

/**
 * A stored entry that the engine can't read counts as absent.
 * @param {string} name
 * @param {CheckOptions} o
 * @param {import('./types.d.ts').CachedPolicy | null} cachedPolicy
 */
function begin(name, o, cachedPolicy) {
  if (cachedPolicy === null) return new Check(name, o);
  try {
    return new Check(name, { ...o, cachedPolicy });
  } catch (error) {
    if (!(error instanceof MxsealError)) throw error;
    return new Check(name, o);
  }
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
 * @param {ReturnType<typeof policyCache>} cache
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function answerOf(need, o, cache, signal) {
  try {
    const limit = need.kind === 'policy' ? milliseconds(o.options?.stsTimeoutMs, LIMIT.policy) : LIMIT[need.kind];
    return await within(limit, signal, (inner) => ask(need, o, cache, limit, inner));
  } catch (error) {
    return failedAnswer(error);
  }
}

/**
 * @param {Need} need
 * @param {CheckOptions} o
 * @param {ReturnType<typeof policyCache>} cache
 * @param {number} timeoutMs
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function ask(need, { dns, fetch, starttls }, cache, timeoutMs, signal) {
  switch (need.kind) {
    case 'dns':
      return dns ? { kind: 'dns', message: await dns(need.query, { signal }) } : { kind: 'unsupported' };
    case 'policy':
      if (!fetch) return { kind: 'unsupported' };
      return cache.fetch(need, timeoutMs, signal, (inner) => policyAnswer(fetch, need, { signal: inner, timeoutMs }));
    case 'starttls': {
      if (!starttls) return { kind: 'unsupported' };
      const sessions = await starttls(need.target, { signal });
      return sessions === 'unsupported' ? { kind: 'unsupported' } : { kind: 'starttls', sessions };
    }
  }
}

/** @param {AbortSignal | undefined} signal */
function aborted(signal) {
  return new MxsealError('ERR_ABORTED', 'the check was aborted', { cause: signal?.reason });
}

/**
 * Facts to a verdict; a what-if is an edit of facts.
 * @type {typeof import('./types.d.ts').decide}
 */
export function decide(facts, options) {
  return engine((wasm) => wasm.decide(record(facts, 'facts'), optionsOf(options)));
}

/**
 * The judgement after one handshake (RFC 8461 §4.2, RFC 8460 §4.3).
 * @type {typeof import('./types.d.ts').judgeSession}
 */
export function judgeSession(o) {
  const { host, session, roots = null, earlier = null, more = null, at } = record(o, 'arguments');
  return engine((wasm) => wasm.judgeSession({ host, session, roots: rootsOf(roots), earlier, more, at: clock(at) }));
}

/**
 * What changed between two verdicts.
 * @type {typeof import('./types.d.ts').compare}
 */
export function compare(before, after) {
  return engine((wasm) => wasm.compare(record(before, 'before'), record(after, 'after')));
}
