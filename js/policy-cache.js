/**
 * A PolicyStore among checks that run side by side: one fetch of a policy serves all of them, and none writes over a policy that another
 * fetched later (RFC 8461 §5.1, §10.2: a policy lost is a downgrade). What is in force, and when to fetch, is the engine's to say.
 * Where a platform lets no request wait for another's work (Workers), each check fetches and writes by itself.
 */

import { sharesWork } from './hosts/sharing.js';
import { unlessAborted, within } from './hosts/time-limit.js';

/** @typedef {import('./types.d.ts').Answer} Answer */
/** @typedef {import('./types.d.ts').CachedPolicy} CachedPolicy */
/** @typedef {import('./types.d.ts').PolicyStore} PolicyStore */
/** @typedef {{ answer: Promise<Answer>, users: Set<object>, stop: AbortController }} SharedFetch */

/** What a store may take before the check goes on without it, in milliseconds. */
const LIMIT_MS = 5_000;

/** @type {WeakMap<PolicyStore, { fetches: Map<string, SharedFetch>, writes: Map<string, Promise<void>> }>} */
const shelves = new WeakMap();

/**
 * What one check does with the store; without a store it remembers and shares nothing.
 * @param {PolicyStore | undefined} store
 * @param {string} domain
 */
export function policyCache(store, domain) {
  const shelf = store && sharesWork ? (shelves.get(store) ?? { fetches: new Map(), writes: new Map() }) : undefined;
  if (store && shelf) shelves.set(store, shelf);
  const me = {};
  /** @type {Map<string, SharedFetch>} */
  const joined = new Map();

  return {
    /**
     * A store that fails or is silent remembers nothing; it must not cost the check.
     * @param {AbortSignal} signal
     * @returns {Promise<CachedPolicy | null>}
     */
    async read(signal) {
      if (!store) return null;
      try {
        return (await within(LIMIT_MS, signal, async () => store.get(domain))) ?? null;
      } catch (error) {
        if (signal.aborted) throw error;
        return null;
      }
    },

    /**
     * The answer of the fetch that another check of this store has begun, or else of a new one. It goes on while any of them waits.
     * @param {{ url: string, addresses: string[] }} need the same URL at the same addresses is the same fetch
     * @param {number} limitMs
     * @param {AbortSignal} signal
     * @param {(signal: AbortSignal) => Promise<Answer>} fetch
     * @returns {Promise<Answer>}
     */
    fetch({ url, addresses }, limitMs, signal, fetch) {
      if (!shelf) return fetch(signal);
      const key = JSON.stringify([url, [...addresses].sort()]);
      const shared = shelf.fetches.get(key) ?? begin(limitMs, fetch);
      shelf.fetches.set(key, shared);
      joined.set(key, shared);
      shared.users.add(me);
      return unlessAborted(signal, shared.answer);
    },

    /**
     * @param {CachedPolicy | null} before what the check began with
     * @param {CachedPolicy | null} after
     * @param {AbortSignal} signal
     */
    async write(before, after, signal) {
      if (!store || !after || JSON.stringify(before) === JSON.stringify(after)) return;
      // One after the other: between looking and writing no other check of this process writes.
      const turn = (shelf?.writes.get(domain) ?? Promise.resolve()).then(() => within(LIMIT_MS, null, () => replace(store, domain, after))).catch(() => {});
      shelf?.writes.set(domain, turn);
      void turn.then(() => shelf?.writes.get(domain) === turn && shelf?.writes.delete(domain));
      // What could not be stored is fetched again next time.
      await unlessAborted(signal, turn).catch(() => {});
    },

    /** The check is over: who comes later finds the policy in the store, or fetches anew. */
    leave() {
      for (const [key, shared] of joined) {
        if (shelf?.fetches.get(key) === shared) shelf.fetches.delete(key);
        shared.users.delete(me);
        if (shared.users.size === 0) shared.stop.abort();
      }
      joined.clear();
    },
  };
}

/**
 * @param {number} limitMs
 * @param {(signal: AbortSignal) => Promise<Answer>} fetch
 * @returns {SharedFetch}
 */
function begin(limitMs, fetch) {
  const stop = new AbortController();
  const answer = within(limitMs, stop.signal, fetch);
  // Every check that waits may have gone.
  answer.catch(() => {});
  return { answer, users: new Set(), stop };
}

/**
 * @param {PolicyStore} store
 * @param {string} domain
 * @param {CachedPolicy} entry
 */
async function replace(store, domain, entry) {
  const now = await Promise.resolve()
    .then(() => store.get(domain))
    .catch(() => null);
  if (fetchedAt(now) > fetchedAt(entry)) return;
  // RFC 8461 §8.3: who leaves MTA-STS waits for the largest life ever seen.
  await store.set(domain, { ...entry, largestMaxAge: Math.max(entry.largestMaxAge, Number(now?.largestMaxAge) || 0) });
}

/** @param {CachedPolicy | null} entry */
function fetchedAt(entry) {
  const time = Date.parse(entry?.fetchedAt ?? '');
  return Number.isNaN(time) ? -Infinity : time;
}
