/**
 * The rows of `tests/vectors` (their format: its README), as strict as `tests/vectors.rs`: every member that a row
 * expects is compared, the findings as a whole list in their order.
 */

import { engine } from '../../js/engine.js';
import { equal } from './equal.js';

/** @typedef {typeof import('../../js/index.js')} Mxseal */
/** @typedef {(mxseal: Mxseal, input: any) => any} Runner */

/** @type {Record<string, Runner>} */
const RUNNERS = {
  'sts-record.json': (mxseal, { rrset }) => mxseal.parseStsRecord(rrset.map(characters)),
  'sts-policy.json': (mxseal, input) => mxseal.parseStsPolicy(octets(input)),
  'mx-match.json': (mxseal, { patterns, host }) => ({ matched: mxseal.matchMx(patterns, host) }),
  'tlsrpt-record.json': (mxseal, { rrset }) => mxseal.parseTlsRptRecord(rrset.map(characters)),
  'tlsa.json': (mxseal, { text, wire }) => {
    const checked = mxseal.parseTlsa(wire === undefined ? text : fromBase64(wire));
    return { ...checked, value: checked.value && { ...checked.value, data: hexadecimal(checked.value.data) } };
  },
  'sts-fetch.json': fetched,
  'sts-cache.json': (mxseal, input) => mxseal.nextCacheState(input),
};

export const FILES = Object.keys(RUNNERS);

/**
 * @param {Mxseal} mxseal
 * @param {string} file
 * @param {any[]} rows
 * @returns {import('./index.js').Case[]}
 */
export function vectorCases(mxseal, file, rows) {
  const runner = /** @type {Runner} */ (RUNNERS[file]);
  return rows.map(({ id, input, expect }) => ({
    id: `${file} ${id}`,
    async run() {
      const got = await runner(mxseal, input);
      const differences = Object.entries(expect)
        .filter(([name, want]) => !same(name, got[name], want))
        .map(([name, want]) => `${name}: got ${JSON.stringify(got[name])}, want ${JSON.stringify(want)}`);
      if (Object.keys(expect).length === 0) differences.push('the row expects nothing');
      if (differences.length > 0) throw new Error(differences.join('; '));
    },
  }));
}

/**
 * Through the public function, by a host that answers as the row says. It has no option for a lenient media type, so
 * those rows go to the engine.
 * @type {Runner}
 */
async function fetched(mxseal, { answer, lenientContentType }) {
  const whole = answer.kind === 'policy' ? { ...answer, body: octets(answer.body) } : answer;
  if (lenientContentType) return engine((wasm) => wasm.classifyFetch(whole, true));
  const url = 'https://mta-sts.mail.example/.well-known/mta-sts.txt';
  const answers = [{ stage: 2, need: { kind: 'policy', url, addresses: [] }, answer: whole }];
  const result = await mxseal.fetchPolicy('mail.example', mxseal.replay(/** @type {any} */ ({ answers })));
  if ((result.policy === null) !== (result.reason !== null)) throw new Error('a policy and a reason against it');
  return result;
}

/**
 * @param {string} name
 * @param {any} got
 * @param {any} want
 */
function same(name, got, want) {
  if (name === 'findings') return want.length === got.length && want.every((/** @type {any} */ one, /** @type {number} */ at) => sameFinding(got[at], one));
  if (name !== 'value' || want === null) return equal(got, want);
  return got !== null && Object.entries(want).every(([member, value]) => equal(got[member], value));
}

/**
 * @param {import('../../js/types.d.ts').Finding} got
 * @param {Record<string, unknown>} want
 */
function sameFinding({ code, severity, remedy, span }, want) {
  /** @type {Record<string, unknown>} */
  const seen = { code, severity, remedy, line: span?.line ?? null, column: span?.column ?? null };
  return Object.entries(want).every(([name, value]) => name in seen && seen[name] === value);
}

/**
 * A text as the README of the vectors gives it.
 * @param {any} value
 * @returns {Uint8Array}
 */
function octets(value) {
  if (value.base64 !== undefined) return fromBase64(value.base64);
  return new TextEncoder().encode(characters(value));
}

/**
 * The same for what takes strings only: as a TXT record comes out of JavaScript's own resolvers.
 * @param {any} value
 * @returns {string}
 */
function characters(value) {
  if (typeof value === 'string') return value;
  if (value.text !== undefined) return value.text;
  if (value.base64 !== undefined) return new TextDecoder().decode(fromBase64(value.base64));
  return value.repeat.map((/** @type {[string, number]} */ [text, count]) => text.repeat(count)).join('');
}

/** @param {string} text */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** @param {Uint8Array} octets */
function hexadecimal(octets) {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
