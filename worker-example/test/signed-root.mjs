/**
 * The root zone of a network in a table: signed with a key of its own, which is the trust anchor here, and with every
 * top-level domain delegated to nobody's key (RFC 4035 §2.3, RFC 4034 §4). So the table's names are proven unsigned.
 */

import { generateKeyPairSync, sign } from 'node:crypto';
import dnsPacket from 'dns-packet';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
/** RFC 8080 §3: the key as it is, 32 octets at the end of its DER. */
const DNSKEY = { flags: 257, algorithm: 15, key: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32) };
const KEY_TAG = keyTag(dnsPacket.dnskey.encode(DNSKEY).subarray(2));
const SOA = { mname: 'ns.test', rname: 'hostmaster.test', serial: 1, refresh: 3600, retry: 900, expire: 604800, minimum: 300 };
const TTL = 300;

/** The trust anchor, a line. */
export const ANCHOR = `. IN DNSKEY ${DNSKEY.flags} 3 ${DNSKEY.algorithm} ${DNSKEY.key.toString('base64')}`;

/** What the root answers: its keys, and that it holds no DS of a top-level domain; null where it is not asked. */
export function answerOfRoot(/** @type {string} */ name, /** @type {string} */ type) {
  if (name === '.' && type === 'DNSKEY') return { answers: signed('.', 'DNSKEY', DNSKEY) };
  if (type !== 'DS' || name === '.' || name.includes('.')) return null;
  // RFC 4034 §4.1.2: NS and no SOA is a delegation; the next name is the last one's, the apex.
  const denial = signed(name, 'NSEC', { nextDomain: '.', rrtypes: ['NS', 'RRSIG', 'NSEC'] });
  return { answers: [], authorities: [...signed('.', 'SOA', SOA), ...denial] };
}

/** An RR set of one record with its signature (RFC 4034 §3.1.8.1); all names here are in lower case. */
export function signed(name, type, data) {
  const record = { name, type, ttl: TTL, class: 'IN', data };
  const now = Math.floor(Date.now() / 1000);
  const rrsig = {
    typeCovered: type, algorithm: DNSKEY.algorithm, labels: name === '.' ? 0 : 1, originalTTL: TTL, inception: now - 3600,
    expiration: now + 86_400, keyTag: KEY_TAG, signersName: '.', signature: Buffer.alloc(0),
  };
  const content = Buffer.concat([dnsPacket.rrsig.encode(rrsig).subarray(2), dnsPacket.answer.encode(record)]);
  const signature = sign(null, content, privateKey);
  return [record, { name, type: 'RRSIG', ttl: TTL, class: 'IN', data: { ...rrsig, signature } }];
}

/** RFC 4034 §B. */
function keyTag(/** @type {Buffer} */ rdata) {
  const sum = rdata.reduce((sum, octet, index) => sum + (index % 2 === 0 ? octet << 8 : octet), 0);
  return (sum + (sum >>> 16)) & 0xffff;
}
