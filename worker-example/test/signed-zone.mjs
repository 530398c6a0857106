/**
 * A signed top-level domain below the tests' root: its key, its DS, and answers from a table with their signatures. What is
 * not in the table is denied as RFC 9824 §3.1 does it: the name is there, with none of the types that are asked for.
 */

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import dnsPacket from 'dns-packet';
import { signed } from './signed-root.mjs';

const ALGORITHM = 15; // RFC 8080
const TTL = 300;

export class SignedZone {
  #key = generateKeyPairSync('ed25519');
  #dnskey;
  #keyTag;

  /**
   * @param {string} name
   * @param {Record<string, Record<string, unknown[]>>} records of the table, by owner and type
   * @param {Set<string>} forged owners whose signatures are false
   */
  constructor(name, records, forged) {
    Object.assign(this, { name, records, forged });
    this.#dnskey = { flags: 257, algorithm: ALGORITHM, key: this.#key.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32) };
    const rdata = dnsPacket.dnskey.encode(this.#dnskey).subarray(2);
    // RFC 4034 §B.
    const sum = rdata.reduce((all, octet, index) => all + (index % 2 === 0 ? octet << 8 : octet), 0);
    this.#keyTag = (sum + (sum >>> 16)) & 0xffff;
    // RFC 4034 §5.1.4, RFC 4509 §2.
    const digest = createHash('sha256').update(dnsPacket.name.encode(name)).update(rdata).digest();
    /** What the root says of it. */
    this.delegation = signed(name, 'DS', { keyTag: this.#keyTag, algorithm: ALGORITHM, digestType: 2, digest });
  }

  /** @returns {{ answers: object[], authorities?: object[] }} */
  answer(/** @type {string} */ owner, /** @type {string} */ type) {
    const at = owner === this.name ? { DNSKEY: [this.#dnskey] } : (this.records[owner] ?? {});
    if (at[type] !== undefined) return { answers: this.#signed(owner, type, at[type]) };
    const soa = { mname: `ns.${this.name}`, rname: `hostmaster.${this.name}`, serial: 1, refresh: 3600, retry: 900, expire: 604_800, minimum: TTL };
    const nsec = { nextDomain: `\0.${owner}`, rrtypes: [...Object.keys(at), 'RRSIG', 'NSEC'] };
    return { answers: [], authorities: [...this.#signed(this.name, 'SOA', [soa]), ...this.#signed(owner, 'NSEC', [nsec])] };
  }

  /** RFC 4034 §3.1.8.1, the records in canonical order (§6.3). */
  #signed(name, type, all) {
    const records = all.map((data) => ({ name, type, ttl: TTL, class: 'IN', data }));
    const now = Math.floor(Date.now() / 1000);
    const rrsig = {
      typeCovered: type, algorithm: ALGORITHM, labels: name.split('.').length, originalTTL: TTL, inception: now - 3600,
      expiration: now + 86_400, keyTag: this.#keyTag, signersName: this.name, signature: Buffer.alloc(0),
    };
    const sorted = records.map((record) => Buffer.from(dnsPacket.answer.encode(record))).sort(Buffer.compare);
    const signature = sign(null, Buffer.concat([dnsPacket.rrsig.encode(rrsig).subarray(2), ...sorted]), this.#key.privateKey);
    if (this.forged.has(name)) signature[0] ^= 1;
    return [...records, { name, type: 'RRSIG', ttl: TTL, class: 'IN', data: { ...rrsig, signature } }];
  }
}
