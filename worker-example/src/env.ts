/** The bindings of wrangler.jsonc, and what is read from them. */

import { doh } from 'mxseal';
import type { DnsHost, Options } from 'mxseal';

export type Env = {
  /** The page. */
  ASSETS: Fetcher;
  /** DNS-over-HTTPS servers in the order to ask, with spaces or commas between. */
  DOH: string;
  /** For a network with a root of its own: DS or DNSKEY records, one a line. Absent: the root's of IANA. */
  TRUST_ANCHORS?: string;
  /** For a network without public addresses: `true` lets policy hosts have private ones. Absent or anything else: refused. */
  ALLOW_PRIVATE_ADDRESSES?: string | boolean;
};

/** The DNS as this deployment asks it. */
export function dnsHost(env: Env): DnsHost {
  return doh({ urls: env.DOH.split(/[\s,]+/).filter((url) => url !== '') });
}

/** What the engine is told beside its defaults: nothing, where the two bindings of a private network are absent. */
export function options({ TRUST_ANCHORS, ALLOW_PRIVATE_ADDRESSES }: Env): Options {
  const anchors = (TRUST_ANCHORS ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return {
    ...(anchors.length > 0 && { anchors }),
    ...(String(ALLOW_PRIVATE_ADDRESSES) === 'true' && { allowPrivateAddresses: true }),
  };
}
