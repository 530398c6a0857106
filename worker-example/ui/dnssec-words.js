/** The numbers of DNSSEC by their names in the IANA registries, and a chain's parts in short sentences. */

/** DNS Security Algorithm Numbers. @type {Record<number, string>} */
const ALGORITHMS = {
  5: 'RSASHA1',
  7: 'RSASHA1-NSEC3-SHA1',
  8: 'RSASHA256',
  10: 'RSASHA512',
  13: 'ECDSAP256SHA256',
  14: 'ECDSAP384SHA384',
  15: 'ED25519',
  16: 'ED448',
};
/** DS RR Type Digest Algorithms. @type {Record<number, string>} */
const DIGESTS = { 1: 'SHA-1', 2: 'SHA-256', 4: 'SHA-384' };
/** RFC 4034 §2.1.1: Secure Entry Point. */
const SEP = 1;

/** @param {string} zone */
export function zoneName(zone) {
  return zone === '.' ? '. (root)' : zone;
}

/** @param {import('mxseal').ChainLink} link */
export function keysSentence({ keys }) {
  return keys
    .map(({ keyTag, algorithm, flags }) => `${keyTag}${flags & SEP ? ' KSK' : ' ZSK'} ${ALGORITHMS[algorithm] ?? algorithm}`)
    .join(', ');
}

/** @param {import('mxseal').ChainLink} link @param {string | null} parent */
export function entrySentence({ ds, cached, status }, parent) {
  if (ds.length > 0)
    return `DS ${ds.map(({ keyTag, digestType }) => `${keyTag} ${DIGESTS[digestType] ?? digestType}`).join(', ')}`;
  if (cached) return 'kept from an earlier check';
  if (parent === null) return 'trust anchor';
  return status === 'insecure' ? 'no usable DS' : 'DS not confirmed';
}

/** `code: words (owner TYPE)`, the words alone. @param {string} reason */
export function reasonWords(reason) {
  return reason.replace(/^[a-z0-9-]+: /, '');
}

/** From the last beginning to the first end: while all of them hold. @param {import('mxseal').ChainSignature[]} signatures */
export function span(signatures) {
  if (signatures.length === 0) return null;
  const from =
    signatures
      .map(({ inception }) => inception)
      .sort()
      .at(-1) ?? '';
  const to = signatures.map(({ expiration }) => expiration).sort()[0] ?? '';
  return { from, to };
}
