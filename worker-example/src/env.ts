/** The bindings of wrangler.jsonc, and what is read from them. */

import { doh } from 'mxseal';
import type { DnsHost } from 'mxseal';

export type Env = {
  /** The page. */
  ASSETS: Fetcher;
  /** DNS-over-HTTPS servers in the order to ask, with spaces or commas between. */
  DOH: string;
};

/** The DNS as this deployment asks it. */
export function dnsHost(env: Env): DnsHost {
  return doh({ urls: env.DOH.split(/[\s,]+/).filter((url) => url !== '') });
}
