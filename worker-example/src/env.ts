/** The bindings of wrangler.jsonc and the secrets, and what is read from them. */

import { Check, doh } from 'mxseal';
import type { DnsHost, Options } from 'mxseal';
import type { ScanMessage } from './scan-queue.ts';

export type Env = {
  /** The page. */
  ASSETS: Fetcher;
  /** Policy host: the policy of each domain as it is served, by domain. */
  POLICIES: KVNamespace;
  /** Everything that has a history: policies, audit log, reports, scans. Its tables are in migrations/. */
  DB: D1Database;
  /** What came in or was seen, to the octet: reports under `reports/`, evidence of scans under `scans/`. */
  RAW: R2Bucket;
  /** Scans: which lines of which are to be checked. */
  SCAN: Queue<ScanMessage>;
  /** Scans: what was proven about the root and the top-level domains, for the next check. */
  CHAIN: KVNamespace;
  /** Scans: `free` keeps to the bounds of Cloudflare's free plan. Absent or anything else: those of the paid one. */
  SCAN_PLAN?: string;
  /** Scans, for tests: faults that are asked for (scan-faults.ts). Refused without TRUST_ANCHORS. */
  FAULTS?: string;
  /** Requests a client may make to the checker API. */
  CHECK_LIMIT: RateLimit;
  /** Reports a client may hand in. */
  REPORT_LIMIT: RateLimit;
  /** Secret: the bearer token of the admin API. Absent: there is no admin API. */
  ADMIN_TOKEN?: string;
  /** DNS-over-HTTPS servers in the order to ask, with spaces or commas between. */
  DOH: string;
  /** Whose TLS reports are taken: `hosted` (policies of this Worker), `*`, or domains with spaces between. */
  REPORT_DOMAINS: string;
  /** For a network with a root of its own: DS or DNSKEY records, one a line. Absent: the root's of IANA. */
  TRUST_ANCHORS?: string;
  /** For a network without public addresses: `true` lets policy hosts have private ones. Absent or anything else: refused. */
  ALLOW_PRIVATE_ADDRESSES?: string | boolean;
};

/** The DNS as this deployment asks it. */
export function dnsHost(env: Env): DnsHost {
  return doh({ urls: words(env.DOH) });
}

/** What the engine is told beside its defaults: nothing, where the two bindings of a private network are absent. */
export function options({ TRUST_ANCHORS, ALLOW_PRIVATE_ADDRESSES }: Env): Options {
  const anchors = (TRUST_ANCHORS ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return {
    ...(anchors.length > 0 && { anchors }),
    ...(String(ALLOW_PRIVATE_ADDRESSES) === 'true' && { allowPrivateAddresses: true }),
  };
}

/** A list in a variable: spaces or commas between. */
export function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

/** The domain as the engine writes it, A-labels in lower case. Throws what the engine throws for what is none. */
export function domainName(text: string): string {
  const check = new Check(text);
  try {
    return check.evidence.domain;
  } finally {
    check.free();
  }
}
