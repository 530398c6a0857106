/**
 * A whole DNSSEC check: the questions of one usual mail check through one validator, from the octets of the messages on,
 * against the verifications that it makes, alone; and the same with the chain cache of an earlier check.
 */

import { readFileSync } from 'node:fs';

export const title = 'DNSSEC of one mail check (tests/dnssec/recorded/typical.json)';

const RECORDING = new URL('../../tests/dnssec/recorded/typical.json', import.meta.url);
/** DNSKEY of three zones, DS of two, and one an RR set asked for. */
const SIGNATURES = 13;

export function cases({ engine }) {
  const dnssec = engine.BenchDnssec.read(readFileSync(RECORDING, 'utf8'));
  if (!dnssec) throw new Error('the recording is not secure throughout');
  const count = dnssec.signatures();
  if (count !== SIGNATURES) throw new Error(`${count} signatures instead of ${SIGNATURES}`);
  const works = { 'cold check': () => dnssec.cold(), 'its verifications': () => dnssec.verify(), 'warm check': () => dnssec.warm() };
  const contenders = Object.fromEntries(Object.entries(works).map(([name, work]) => [name, () => {
    if (!work()) throw new Error(`${name}: not secure`);
  }]));
  const ratios = [['cold check', 'its verifications', 1.25], ['warm check', 'cold check', 0.5]];
  return [{ name: `${count} signatures`, contenders, ratios }];
}
