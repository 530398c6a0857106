/**
 * The platform's fetch as a host for the policy file (RFC 8461 §3.3), for no other URL than that of one.
 * It pins no addresses: the engine refuses private ones before, and the edge network routes to none. A server that the
 * edge cannot reach, or whose certificate it refuses, is answered by the edge itself with a status from 520 to 530; a
 * policy host behind the same edge can send these too, so they stay what they are: not 200.
 */

import type { FetchHost } from 'mxseal';

export const policyFetch: FetchHost = async (url, init) => {
  if (!POLICY_URL.test(url)) throw new Error('not the address of a policy file');
  return fetch(url, init);
};

/** Every octet is one that means the same to every reader of a URL. */
const POLICY_URL = /^https:\/\/mta-sts(?:\.[a-z0-9_-]+)+\/\.well-known\/mta-sts\.txt$/;
