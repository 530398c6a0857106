/**
 * One signature: the engine, dnssec-prover and OpenSSL (Node's `crypto.verify`) on the same key, message and signature.
 * The two modules read the key from DNSKEY RDATA each time; Node has it read before.
 */

import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { dnskey } from '../dnskey.mjs';

export const title = 'Verification of one signature';

/** DNSSEC algorithm, how Node makes the key, the hash, and whether dnssec-prover knows it. */
const ALGORITHMS = [
  { name: 'RSA-2048, SHA-256', algorithm: 8, key: ['rsa', { modulusLength: 2048 }], hash: 'sha256', prover: true },
  { name: 'P-256', algorithm: 13, key: ['ec', { namedCurve: 'P-256' }], hash: 'sha256', prover: true },
  { name: 'P-384', algorithm: 14, key: ['ec', { namedCurve: 'P-384' }], hash: 'sha384', prover: true },
  { name: 'Ed25519', algorithm: 15, key: ['ed25519', {}], hash: null, prover: false },
];

export function cases({ engine, prover }) {
  return ALGORITHMS.map(({ name, algorithm, key: [type, options], hash, prover: known }) => {
    const { privateKey, publicKey } = generateKeyPairSync(type, options);
    // As long as the signed data of a small RR set.
    const message = Buffer.alloc(120, name);
    const signature = sign(hash, message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const key = dnskey(publicKey);
    const modules = { mxseal: engine, ...(known ? { 'dnssec-prover': prover } : {}) };
    const contenders = Object.fromEntries(Object.entries(modules).map(([who, module]) => {
      const check = (text) => module.benchVerify(algorithm, key, text, signature);
      if (check(message.subarray(1))) throw new Error(`${who} takes a signature over another message`);
      return [who, () => good(check(message), who)];
    }));
    const node = { key: publicKey, dsaEncoding: 'ieee-p1363' };
    contenders['crypto.verify'] = () => good(verify(hash, message, node, signature), 'crypto.verify');
    return { name, contenders, ratios: Object.keys(contenders).slice(1).map((other) => ['mxseal', other]) };
  });
}

function good(verified, who) {
  if (!verified) throw new Error(`${who} does not take a good signature`);
}
