/**
 * What a caller gives a check, before the engine reads it: an option that has another name, or stands in another place, would be passed
 * over, and a demand with it; a root that is no DER would turn every certificate into an untrusted one.
 */

import { invalidArgument } from './error.js';
import { milliseconds } from './hosts/time-limit.js';

/** `Options`, and the members of those that are objects. */
const OPTIONS = {
  precedence: [],
  insecureMx: [],
  stsUnknown: [],
  dnssec: [],
  require: [],
  message: ['requireTls', 'tlsRequiredNo', 'emptyReturnPath', 'kind'],
  port: [],
  relay: ['host', 'mx'],
  lenientContentType: [],
  anchors: [],
  allowPrivateAddresses: [],
  allowSha1Signatures: [],
  digestOrder: [],
  nsec3: ['insecureAbove', 'bogusAbove'],
  stsTimeoutMs: [],
};

/**
 * `Options` with no name but theirs; the values are the engine's to read.
 * @template T
 * @param {T} options
 * @returns {T}
 */
export function optionsOf(options) {
  const given = /** @type {any} */ (options);
  if (typeof given !== 'object' || given === null) return options;
  noOthers(given, Object.keys(OPTIONS), 'options');
  for (const [name, members] of Object.entries(OPTIONS)) {
    if (members.length > 0 && typeof given[name] === 'object' && given[name] !== null) noOthers(given[name], members, `options.${name}`);
  }
  milliseconds(given.stsTimeoutMs, 1, 'options.stsTimeoutMs');
  return options;
}

/**
 * Options that stand beside `options`.
 * @param {Record<string, unknown>} start
 */
export function noneAstray(start) {
  const astray = Object.keys(OPTIONS).find((name) => start[name] !== undefined);
  if (astray) throw invalidArgument(`\`${astray}\` is one of \`options\`: give { options: { ${astray}: … } }`);
}

/**
 * Certificates in DER, each of which is a SEQUENCE (RFC 5280 §4.1). Base64 of them, as evidence has it, is the engine's to read.
 * @template T
 * @param {T} roots
 * @returns {T}
 */
export function rootsOf(roots) {
  if (!Array.isArray(roots)) return roots;
  roots.forEach((root, at) => {
    const pem = typeof root === 'string' && root.includes('-----BEGIN');
    if (pem || (root instanceof Uint8Array && root[0] !== 0x30)) {
      throw invalidArgument(`\`roots[${at}]\` is no certificate in DER; \`certificatesFromPem\` makes DER of PEM`);
    }
  });
  return roots;
}

/** @param {any} store */
export function storable(store) {
  if (store === undefined || store === null) return;
  if (typeof store?.get !== 'function' || typeof store.set !== 'function') throw invalidArgument('`store` has no functions `get` and `set`');
}

/** @param {object} given @param {string[]} names @param {string} what */
function noOthers(given, names, what) {
  if (Array.isArray(given)) return;
  const other = Object.entries(given).find(([name, value]) => value !== undefined && !names.includes(name));
  if (other) throw invalidArgument(`\`${what}\` has no \`${other[0].slice(0, 50)}\`, but ${names.join(', ')}`);
}
