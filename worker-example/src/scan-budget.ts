/**
 * What a scan's checks may take from the internet: subrequests of one invocation and of one check, time and octets.
 * Where one is spent, the hosts fail; the engine then judges what was seen, so a check always ends in a verdict.
 */

import { doh } from 'mxseal';
import type { DnsHost, FetchHost } from 'mxseal';
import { words } from './env.ts';
import type { Env } from './env.ts';
import { policyFetch } from './policy-fetch.ts';
import type { Faults } from './scan-faults.ts';
import { CHECK_OCTETS } from './scan-limits.ts';
import type { Plan } from './scan-limits.ts';

/** Subrequests of one invocation, which its checks share. */
export class Invocation {
  left: number;

  constructor(readonly plan: Plan) {
    this.left = plan.subrequests;
  }

  /** Whether a check may begin. */
  get open(): boolean {
    return this.left >= this.plan.startSubrequests;
  }
}

/** The hosts of one check, and what became of them. */
export class CheckBudget {
  /** The invocation had nothing left for this check, which on its own would have had more. */
  starved = false;
  readonly dns: DnsHost;
  readonly fetch: FetchHost;
  #subrequests = 0;
  #octets = 0;
  readonly #over: AbortSignal;

  constructor(
    readonly invocation: Invocation,
    env: Env,
    { checkMs, lookupMs }: Faults,
  ) {
    this.#over = AbortSignal.timeout(checkMs);
    const get: FetchHost = (url, init) => this.#send(() => fetch(url, this.#until(init)));
    const ask = doh({ urls: words(env.DOH), fetch: get, timeoutMs: lookupMs, parallel: CONNECTIONS });
    this.dns = async (query, init) => {
      const message = await ask(query, init);
      this.#octets += message.length;
      return message;
    };
    this.fetch = async (url, init) => {
      try {
        return await this.#send(() => policyFetch(url, this.#until(init)));
      } catch {
        // As often as a resolver is asked.
        return await this.#send(() => policyFetch(url, this.#until(init)));
      }
    };
  }

  async #send(request: () => Promise<Response>): Promise<Response> {
    this.#over.throwIfAborted();
    if (this.#octets > CHECK_OCTETS) throw new Error('the check has read its share');
    if (this.#subrequests >= this.invocation.plan.checkSubrequests) throw new Error('the check has made its subrequests');
    if (this.invocation.left <= 0) {
      this.starved = true;
      throw new Error('the invocation has made its subrequests');
    }
    this.#subrequests += 1;
    this.invocation.left -= 1;
    return request();
  }

  #until<T extends { signal?: AbortSignal | null }>(init: T): T & { signal: AbortSignal } {
    return { ...init, signal: init.signal ? AbortSignal.any([init.signal, this.#over]) : this.#over };
  }
}

/** An invocation has so many that wait for headers; the platform lets others wait. */
const CONNECTIONS = 6;
