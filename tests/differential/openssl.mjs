/**
 * OpenSSL's word on one signature, by Node's crypto. Keys are octets: of RSA as in RFC 3110 §2, of a curve the
 * coordinates `x | y`, of Ed25519 the compressed point.
 */

import { constants, createPublicKey, verify } from 'node:crypto';

/**
 * @param {string} algorithm such as `rsa-sha256`, `pss-sha384`, `p256-raw-sha256`, `p384-der-sha512`, `ed25519`
 * @returns {boolean} good; a key or signature that OpenSSL cannot read is not
 */
export function good(algorithm, key, message, signature) {
  const [kind, ...rest] = algorithm.split('-');
  const hash = rest.at(-1) ?? null;
  try {
    const options = { key: publicKey(kind, key), ...PADDING[kind], ...(rest[0] === 'raw' ? { dsaEncoding: 'ieee-p1363' } : {}) };
    return verify(hash, message, /** @type {any} */ (options), signature);
  } catch (error) {
    if (/** @type {any} */ (error).code?.startsWith('ERR_OSSL') || /** @type {any} */ (error).code === 'ERR_CRYPTO_INVALID_JWK') return false;
    throw error;
  }
}

const PADDING = {
  rsa: { padding: constants.RSA_PKCS1_PADDING },
  pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
};

function publicKey(kind, key) {
  const text = (from, to) => key.subarray(from, to).toString('base64url');
  const half = key.length / 2;
  switch (kind) {
    case 'p256':
    case 'p384':
      return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: kind === 'p256' ? 'P-256' : 'P-384', x: text(0, half), y: text(half) } });
    case 'ed25519':
      return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: text(0) } });
    default:
      return createPublicKey({ format: 'jwk', key: { kty: 'RSA', e: text(1, 1 + key[0]), n: text(1 + key[0]) } });
  }
}
