/**
 * A PolicyStore that lives as long as its process: cached MTA-STS policies (RFC 8461 §3.3) by policy domain.
 * It keeps what it is given; what is in force is the engine's to say. Runs on every platform.
 */
import { keyOf } from './key.js';

/** @typedef {import('../types.d.ts').CachedPolicy} CachedPolicy */
/** @typedef {import('../types.d.ts').PolicyStore} PolicyStore */

/**
 * @returns {PolicyStore}
 */
export function memoryStore() {
  /** @type {Map<string, CachedPolicy>} */
  const entries = new Map();
  return {
    async get(domain) {
      const entry = entries.get(keyOf(domain));
      return entry === undefined ? null : structuredClone(entry);
    },
    async set(domain, entry) {
      entries.set(keyOf(domain), structuredClone(entry));
    },
  };
}
