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
  readonly #end: number;

  /** `patient`: the last try, which asks more often, since what it does not see is not seen. */
  constructor(
    readonly invocation: Invocation,
    env: Env,
    { checkMs, lookupMs }: Faults,
    patient: boolean,
  ) {
    this.#end = Date.now() + checkMs;
    const again = patient ? PATIENT_TRIES : TRIES;
    const get: FetchHost = (url, init) => this.#send(() => fetch(url, init));
    const ask = doh({ urls: words(env.DOH), fetch: get, timeoutMs: lookupMs, retries: again });
    this.dns = async (query, init) => {
      // Where no resolver answers it has asked again by itself.
      for (let left = again; ; left -= 1) {
        const message = await ask(query, init);
        this.#octets += message.length;
        if (left === 0 || isAnswer(query, message)) return message;
      }
    };
    this.fetch = (url, init) => persistent(again, () => this.#send(() => policyFetch(url, init)));
  }

  async #send(request: () => Promise<Response>): Promise<Response> {
    // What is under way ends by its own limit.
    if (Date.now() > this.#end) throw new Error('the time of the check is over');
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
}

/** A policy file, asked for again where nobody answers or the server has failed; in the end, what came. */
async function persistent(again: number, request: () => Promise<Response>): Promise<Response> {
  for (let left = again; left > 0; left -= 1) {
    try {
      const response = await request();
      if (response.status < 500) return response;
      void response.body?.cancel().catch(() => {});
    } catch {
      // The next one may do better.
    }
  }
  return request();
}

/** Whether a resolver did its work: it repeats the question (RFC 5452 §3) and did not fail at it (RFC 1035 §4.1.1: SERVFAIL is 2). */
function isAnswer(query: Uint8Array, message: Uint8Array): boolean {
  let end = HEADER_OCTETS;
  for (let length = query[end]; length !== undefined && length > 0; length = query[end]) end += length + 1;
  end += 5;
  const question = query.subarray(HEADER_OCTETS, end);
  return ((message[3] ?? 0) & 0x0f) !== 2 && question.every((octet, index) => message[HEADER_OCTETS + index] === octet);
}

/** Further tries of a question or a fetch. */
const TRIES = 1;
const PATIENT_TRIES = 3;
/** RFC 1035 §4.1.1. */
const HEADER_OCTETS = 12;
