/**
 * The engine behind its boundary, and checks that arguments are of the shape the glue can take. It holds no rule about mail.
 */

import source from '#module';
import * as glue from '../pkg/mxseal.js';
import { MxsealError, invalidArgument } from './error.js';
import { shown } from './hosts/mistake.js';
import { moduleOf } from './module.js';

export { list, record } from './hosts/mistake.js';

/** @typedef {import('./types.d.ts').Clock} Clock */

const judge = moduleOf(glue, source);

/**
 * Instantiates the engine. It has happened already when an import of the package resolves.
 * @param {WebAssembly.Module | Uint8Array | URL} [module] default: the file beside the package
 * @returns {Promise<void>}
 */
export async function init(module) {
  await judge.init(module);
}

await init();

/**
 * Calls into the engine.
 * @template T
 * @param {(engine: typeof glue) => T} work
 * @returns {T}
 */
export function engine(work) {
  return judge.call(work);
}

/**
 * @param {Clock | undefined} at default: now
 * @param {string} [name]
 * @returns {string} RFC 3339
 */
export function clock(at, name = 'at') {
  if (at === undefined || at === null) return new Date().toISOString();
  if (typeof at === 'string') return at;
  if (at instanceof Date && !Number.isNaN(at.getTime())) return at.toISOString();
  throw invalidArgument(`\`${name}\` is neither a valid Date nor an RFC 3339 string`);
}

/**
 * The A-label form of what a person types (UTS #46, by the platform's URL parser).
 * @param {unknown} domain
 * @returns {string}
 */
export function toAscii(domain) {
  const invalid = () => new MxsealError('ERR_INVALID_DOMAIN', `not a domain name: ${shown(domain)}`);
  if (typeof domain !== 'string') throw invalid();
  if (/^[\x21-\x7e]*$/.test(domain)) return domain;
  if (/[\x00-\x20/:@?#%[\]\\<>^|]/.test(domain)) throw invalid();
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    throw invalid();
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {string}
 */
export function text(value, name) {
  if (typeof value === 'string') return value;
  throw invalidArgument(`\`${name}\` is not a string`);
}

/**
 * One string is one TXT record.
 * @param {unknown} rrset
 * @returns {string[]}
 */
export function records(rrset) {
  return (Array.isArray(rrset) ? rrset : [rrset]).map((one) => text(one, 'rrset'));
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {Uint8Array}
 */
export function bytes(value, name) {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw invalidArgument(`\`${name}\` is not a Uint8Array`);
}

/**
 * A TLSA record; one in text must be readable, and whether it can be used is the engine's to say.
 * @param {any} given
 */
export function tlsaOf(given) {
  if (typeof given !== 'string') return given;
  const { value, findings } = engine((wasm) => wasm.parseTlsa(given));
  if (value) return value;
  throw invalidArgument(`\`tlsa\`: ${findings.find((/** @type {any} */ { severity }) => severity === 'error')?.message}`);
}
