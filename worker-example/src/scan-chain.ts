/**
 * The chain cache of a scan: what checks proved about the root and the top-level domains, in KV for every isolate and in
 * the memory of this one. It is trusted input: only this file writes it, and only what the engine has validated.
 * A cache that fails costs a look-up, never a check.
 */

import { stringify } from 'mxseal';
import type { ChainCacheEntry } from 'mxseal';
import { CACHED_ZONES, KEYS_A_GET } from './scan-limits.ts';

/** Mail hosts are often under these, wherever the domain is. */
const COMMON_ZONES = ['.', 'com', 'net', 'org'];
/** Names the trust anchors of a deployment in a key of KV, which holds 512 octets. */
export async function anchorsName(anchors: string | undefined): Promise<string> {
  if ((anchors ?? '').trim() === '') return 'iana';
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(anchors));
  return Array.from(new Uint8Array(digest, 0, 16), (octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** Seconds that KV keeps an entry at least (the platform's bound). */
const SHORTEST_SECONDS = 60;

type Memory = Map<string, ChainCacheEntry>;
/** By the trust anchors that they rest on. */
const memories = new Map<string, Memory>();

export class ChainCache {
  readonly #memory: Memory;

  /** `anchors`: what the entries rest on; entries of others are not seen. */
  constructor(
    readonly kv: KVNamespace,
    readonly anchors: string,
  ) {
    this.#memory = memories.get(anchors) ?? new Map();
    memories.set(anchors, this.#memory);
  }

  /** Fetches what checks of these domains may start from. */
  async prepare(domains: string[]): Promise<void> {
    const zones = [...new Set([...COMMON_ZONES, ...domains.map(topLevel)])].filter((zone) => this.#fresh(zone) === null);
    for (let at = 0; at < zones.length; at += KEYS_A_GET) {
      try {
        const stored = await this.kv.get<Stored>(zones.slice(at, at + KEYS_A_GET).map((zone) => this.#key(zone)), 'json');
        for (const value of stored.values()) if (value !== null) this.#remember({ ...value, data: octets(value.data) });
      } catch (error) {
        console.warn('the chain cache was not read', error);
      }
    }
  }

  /** What a check of this domain starts from. */
  entries(domain: string): ChainCacheEntry[] {
    const zones = new Set([...COMMON_ZONES, topLevel(domain)]);
    return [...zones].map((zone) => this.#fresh(zone)).filter((entry) => entry !== null);
  }

  /** Keeps what a check proved, of the root and top-level domains; the zones below are of use to one domain only. */
  async keep(entries: ChainCacheEntry[]): Promise<void> {
    for (const entry of entries) {
      const zone = zoneName(entry.zone);
      if (zone.slice(0, -1).includes('.') || this.#fresh(zone) !== null) continue;
      this.#remember(entry);
      const seconds = Math.floor((Date.parse(entry.expiresAt) - Date.now()) / 1000);
      if (seconds < SHORTEST_SECONDS) continue;
      try {
        await this.kv.put(this.#key(zone), stringify([entry]).slice(1, -1), { expirationTtl: seconds });
      } catch (error) {
        // Another isolate writes the same key just now.
        console.warn('the chain cache was not written', error);
      }
    }
  }

  #fresh(zone: string): ChainCacheEntry | null {
    const entry = this.#memory.get(zone);
    return entry !== undefined && Date.parse(entry.expiresAt) > Date.now() + MARGIN_MS ? entry : null;
  }

  #remember(entry: ChainCacheEntry): void {
    const zone = zoneName(entry.zone);
    this.#memory.delete(zone);
    this.#memory.set(zone, entry);
    const [oldest] = this.#memory.keys();
    if (this.#memory.size > CACHED_ZONES && oldest !== undefined) this.#memory.delete(oldest);
  }

  #key(zone: string): string {
    return `chain ${this.anchors} ${zone}`;
  }
}

type Stored = Omit<ChainCacheEntry, 'data'> & { data: string };

/** An entry must outlast the check that starts from it. */
const MARGIN_MS = 60_000;

function zoneName(zone: string): string {
  return zone.toLowerCase().replace(/(?<=.)\.$/, '');
}

function topLevel(domain: string): string {
  return zoneName(domain).split('.').at(-1) ?? '';
}

function octets(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
