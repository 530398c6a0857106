/** `mxseal/dane`: TLSA records and certificates (RFC 6698, RFC 7671, RFC 7672), without a driver. */

import { bytes, clock, engine, record, text, toAscii } from './engine.js';

/**
 * A TLSA record: presentation form, RFC 3597 form, or its octets.
 * @type {typeof import('./types.d.ts').parseTlsa}
 */
export function parseTlsa(rdata) {
  const input = typeof rdata === 'string' ? rdata : bytes(rdata, 'rdata');
  return engine((wasm) => wasm.parseTlsa(input));
}

/**
 * The certificate path as MTA-STS wants it (RFC 8461 §4.2).
 * @type {typeof import('./types.d.ts').verifyWebPki}
 */
export function verifyWebPki(o) {
  const { chain, host, roots, at } = record(o, 'arguments');
  return engine((wasm) => wasm.verifyWebPki({ chain, host: toAscii(host), roots, at: clock(at) }));
}

/**
 * A certificate in fields, DER or PEM.
 * @type {typeof import('./types.d.ts').describeCertificate}
 */
export function describeCertificate(certificate) {
  const [der] = typeof certificate === 'string' ? certificatesFromPem(certificate) : [bytes(certificate, 'certificate')];
  return engine((wasm) => wasm.describeCertificate(/** @type {Uint8Array} */ (der)));
}

/**
 * The certificates of a PEM text, DER, in their order (RFC 7468).
 * @type {typeof import('./types.d.ts').certificatesFromPem}
 */
export function certificatesFromPem(pem) {
  return engine((wasm) => wasm.certificatesFromPem(text(pem, 'pem')));
}
