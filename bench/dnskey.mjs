/** Public keys as the RDATA of a DNSKEY has them: RFC 3110 §2 (RSA), RFC 6605 §4 (ECDSA), RFC 8080 §3 (Ed25519). */

/**
 * @param {import('node:crypto').KeyObject} publicKey its exponent, where it has one, below 256 octets
 * @returns {Buffer}
 */
export function dnskey(publicKey) {
  const jwk = publicKey.export({ format: 'jwk' });
  const octets = (member) => Buffer.from(jwk[member], 'base64url');
  switch (jwk.kty) {
    case 'RSA':
      return Buffer.concat([Buffer.of(octets('e').length), octets('e'), octets('n')]);
    case 'EC':
      return Buffer.concat([octets('x'), octets('y')]);
    default:
      return octets('x');
  }
}
