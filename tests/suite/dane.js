/** The DANE differential through the JavaScript API: tests/dane/recorded.json, its exceptions as in Rust; and what only this API has. */

import { equal } from './equal.js';

const RESULT_TYPES = { 9: 'certificate-expired', 10: 'certificate-expired', 62: 'certificate-host-mismatch', 65: 'validation-failure' };

/** @returns {[id: string, attempt: () => void][]} */
export function daneCases(mxseal, { recorded, exceptions }) {
  const certificates = Object.fromEntries(Object.entries(recorded.certificates).map(([name, der]) => [name, decode(der)]));
  const ours = new Map(exceptions.flatMap((one) => one.ids.map((id) => [id, one.ours])));
  return [
    ...recorded.cases.map((one) => [`dane: ${one.id}`, () => judge(mxseal, certificates, one, ours.get(one.id))]),
    ['tlsaFor', () => makes(mxseal, certificates.ok, recorded.cases)],
    ['verifyDane refuses arguments of another shape', () => refuses(mxseal, certificates.ok)],
  ];
}

/** How many attempts there are. */
export function countDane({ recorded }) {
  return recorded.cases.length + 2;
}

function judge(mxseal, certificates, { id, chain, tlsa, name, at, pkix, openssl }, exception) {
  const more = pkix ? { allowPkix: true, roots: [certificates.root] } : {};
  // Text as it is published, or the record itself.
  const records = id.length % 2 === 0 ? tlsa : tlsa.map((text) => mxseal.parseTlsa(text).value);
  const got = mxseal.verifyDane({ tlsa: records, chain: chain.map((one) => certificates[one]), names: [name], at, ...more });
  equal(got.records.map(({ index }) => index), tlsa.map((_, index) => index), 'records');
  if (exception) return equal(told(got), exception, 'told');
  if (openssl.code === 0) {
    return equal([got.status, got.matched, got.resultType, got.reason], ['authenticated', openssl.matched, null, null], 'outcome');
  }
  const status = openssl.code === null ? 'no-usable-records' : 'failed';
  const type = openssl.code === null ? 'tlsa-invalid' : RESULT_TYPES[openssl.code] ?? 'certificate-not-trusted';
  equal([got.status, got.matched, got.resultType], [status, null, type], 'outcome');
}

function told({ matched, resultType, reason }) {
  return matched ? `authenticated ${matched.index} ${matched.depth}` : `${resultType} ${reason}`;
}

function makes(mxseal, der, cases) {
  const pem = `-----BEGIN CERTIFICATE-----\n${btoa(String.fromCharCode(...der)).match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;
  const published = (words) => cases.find(({ id }) => id === `ok mid root < ${words} ok`).tlsa[0];
  for (const usage of [2, 3]) {
    for (const selector of [0, 1]) {
      for (const matchingType of [0, 1, 2]) {
        const text = published(`${usage} ${selector} ${matchingType}`);
        const tlsa = mxseal.tlsaFor(der, { usage, selector, matchingType });
        equal(mxseal.formatTlsa(tlsa), text, text);
        equal(mxseal.tlsaFor(pem, { usage, selector, matchingType }), mxseal.parseTlsa(text).value, text);
      }
    }
  }
  equal(mxseal.formatTlsa(mxseal.tlsaFor(der)), published('3 1 1'), 'the default');
  throws(() => mxseal.tlsaFor('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'));
  throws(() => mxseal.tlsaFor(new Uint8Array()));
  throws(() => mxseal.tlsaFor(der, { usage: 4 }));
  for (const usage of [256 + 3, 2 ** 32 + 3, -1, 3.5, '3']) throws(() => mxseal.tlsaFor(der, { usage }));
  throws(() => mxseal.tlsaFor(5));
}

function refuses(mxseal, leaf) {
  const good = { tlsa: ['3 1 1 00'], chain: [leaf], names: ['a.example'] };
  equal(mxseal.verifyDane(good).status, 'no-usable-records', 'status');
  equal(mxseal.verifyDane({ ...good, tlsa: [] }).resultType, null, 'no records');
  for (const bad of [{ tlsa: '3 1 1 00' }, { tlsa: ['3 1 x'] }, { tlsa: [5] }, { chain: [5] }, { names: 'a.example' }, { digestOrder: ['x'] }, { at: 'x' }]) {
    throws(() => mxseal.verifyDane({ ...good, ...bad }));
  }
  throws(() => mxseal.verifyDane());
}

function throws(attempt) {
  try {
    attempt();
  } catch (error) {
    return equal(error.code, 'ERR_INVALID_ARGUMENT', 'code');
  }
  throw new Error(`${attempt} does not throw`);
}

function decode(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
