/** A look-up for people: the verdict first, then the records, then the chain link by link. */

/** Mnemonics of the IANA registry "DNS Security Algorithm Numbers". @type {Record<number, string>} */
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

/**
 * @param {string} name
 * @param {string} type
 * @param {import('./types.d.ts').LookupResult} result
 */
export function formatLookup(name, type, result) {
  const { status, rcode, reason, records, hops, chain, signatures, validUntil } = result;
  const lines = [`${name} ${type}: ${status.toUpperCase()}${rcode === 'NOERROR' ? '' : `, ${rcode}`}`];
  if (reason) lines.push(`  ${reason}${result.ede === null ? '' : ` [EDE ${result.ede}]`}`);
  for (const { owner, target, status: step } of hops) lines.push(`  ${owner} is an alias of ${target} (${step})`);
  for (const record of records) lines.push(`  ${record.name} ${record.ttl} ${record.type} ${record.data}`);
  if (records.length === 0 && (status === 'secure' || status === 'insecure')) lines.push('  no records');
  if (validUntil) lines.push(`  may be kept until ${validUntil}`);
  lines.push('chain');
  for (const link of chain) lines.push(...formatLink(link));
  for (const signature of signatures) lines.push(`  ${formatSignature(signature)}`);
  for (const { remedy } of result.findings) if (remedy) lines.push(`to do: ${remedy}`);
  return lines.join('\n');
}

/** @param {import('./types.d.ts').ChainLink} link */
function formatLink({ zone, status, reason, ds, keys, signatures, cached }) {
  const name = zone === '.' ? '. (root)' : zone;
  if (reason) return [`  ${name}: ${status}, ${reason}`];
  const by = cached ? 'kept from before' : ds.length === 0 ? 'trust anchor' : `DS ${ds.map((one) => one.keyTag).join(', ')}`;
  const own = keys.map(({ keyTag, algorithm }) => `${keyTag} ${ALGORITHMS[algorithm] ?? algorithm}`);
  return [`  ${name}: ${status} by ${by}; keys ${own.join(', ')}`, ...signatures.map((one) => `    ${formatSignature(one)}`)];
}

/** @param {import('./types.d.ts').ChainSignature} signature */
function formatSignature({ typeCovered, signer, keyTag, algorithm, inception, expiration }) {
  return `${typeCovered} signed by ${signer === '.' ? 'the root' : signer} ${keyTag} ${ALGORITHMS[algorithm] ?? algorithm}, ${inception} to ${expiration}`;
}
