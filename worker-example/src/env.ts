/** The bindings of wrangler.jsonc, and what is read from them. */

import { doh } from 'mxseal';
import type { CheckStart, DnsHost } from 'mxseal';

export type Env = {
  /** The page. */
  ASSETS: Fetcher;
  /** DNS-over-HTTPS servers in the order to ask, with spaces or commas between. */
  DOH: string;
  /**
   * What every check starts from, as JSON: `{ "at": …, "options": { "anchors": […], "allowPrivateAddresses": true } }`.
   * For a lab with a DNS root of its own, and for tests; a public deployment leaves it out.
   */
  CHECK?: string;
};

/** The clock and options of every check; the present and the defaults where nothing else is said. */
export function checkStart(env: Env): Pick<CheckStart, 'at' | 'options'> {
  return env.CHECK ? JSON.parse(env.CHECK) : {};
}

/** The DNS as this deployment asks it. */
export function dnsHost(env: Env): DnsHost {
  return doh({ urls: env.DOH.split(/[\s,]+/).filter((url) => url !== '') });
}
