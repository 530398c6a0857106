/** TLSA records and certificates (RFC 6698, RFC 7671, RFC 7672). */

import { rootsOf } from './arguments.js';
import { bytes, clock, engine, list, record, text, tlsaOf, toAscii } from './engine.js';
import { invalidArgument } from './error.js';

/**
 * A TLSA record: presentation form, RFC 3597 form, or its octets.
 * @type {typeof import('./types.d.ts').parseTlsa}
 */
export function parseTlsa(rdata) {
  const input = typeof rdata === 'string' ? rdata : bytes(rdata, 'rdata');
  return engine((wasm) => wasm.parseTlsa(input));
}

/**
 * A record as zone files have it: `3 1 1` and hexadecimal (RFC 6698 §2.2).
 * @type {typeof import('./types.d.ts').formatTlsa}
 */
export function formatTlsa(tlsa) {
  const { usage, selector, matchingType, data } = record(tlsa, 'tlsa');
  octetsOf(usage, selector, matchingType);
  return [usage, selector, matchingType, [...bytes(data, 'data')].map((octet) => octet.toString(16).padStart(2, '0')).join('')].join(' ');
}

/**
 * The record of a certificate or public key, DER or PEM; `3 1 1` where nothing else is asked for.
 * @type {typeof import('./types.d.ts').tlsaFor}
 */
export function tlsaFor(input, o = {}) {
  const octets = typeof input === 'string' ? new TextEncoder().encode(input) : bytes(input, 'input');
  const { usage = 3, selector = 1, matchingType = 1 } = record(o, 'options');
  octetsOf(usage, selector, matchingType);
  return engine((wasm) => wasm.tlsaFor(octets, usage, selector, matchingType));
}

/**
 * Whether TLSA records authenticate a chain (RFC 7671, RFC 7672 §3).
 * @type {typeof import('./types.d.ts').verifyDane}
 */
export function verifyDane(o) {
  const { tlsa, chain, names, at, allowPkix, roots, digestOrder } = record(o, 'arguments');
  const records = list(tlsa, 'tlsa').map(tlsaOf);
  const hosts = list(names, 'names').map(toAscii);
  return engine((wasm) => wasm.verifyDane({ tlsa: records, chain, names: hosts, at: clock(at), allowPkix, roots: rootsOf(roots), digestOrder }));
}

/**
 * The certificate path as MTA-STS wants it (RFC 8461 §4.2).
 * @type {typeof import('./types.d.ts').verifyWebPki}
 */
export function verifyWebPki(o) {
  const { chain, host, roots, at } = record(o, 'arguments');
  return engine((wasm) => wasm.verifyWebPki({ chain, host: toAscii(host), roots: rootsOf(roots), at: clock(at) }));
}

/**
 * A certificate in fields, DER or PEM.
 * @type {typeof import('./types.d.ts').describeCertificate}
 */
export function describeCertificate(certificate) {
  let given = typeof certificate === 'string' ? certificate : bytes(certificate, 'certificate');
  // A file is read as octets, one in PEM too. DER begins with a SEQUENCE.
  if (typeof given !== 'string' && given[0] !== 0x30) {
    const pem = new TextDecoder('latin1').decode(given);
    if (pem.includes('-----BEGIN ')) given = pem;
  }
  const [der] = typeof given === 'string' ? certificatesFromPem(given) : [given];
  return engine((wasm) => wasm.describeCertificate(/** @type {Uint8Array} */ (der)));
}

/**
 * The certificates of a PEM text, DER, in their order (RFC 7468).
 * @type {typeof import('./types.d.ts').certificatesFromPem}
 */
export function certificatesFromPem(pem) {
  return engine((wasm) => wasm.certificatesFromPem(text(pem, 'pem')));
}

/** @param {unknown[]} numbers */
function octetsOf(...numbers) {
  const isOctet = (/** @type {any} */ number) => Number.isInteger(number) && number >= 0 && number < 256;
  if (!numbers.every(isOctet)) throw invalidArgument('usage, selector and matching type are numbers from 0 to 255');
}
