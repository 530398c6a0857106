/** Reads what the suite needs; for runners, on Node. */

import { readdirSync, readFileSync } from 'node:fs';
import { countDane } from './dane.js';
import { countDnssec } from './dnssec.js';
import { PER_EVIDENCE } from './evidence.js';
import { countPlans } from './plan.js';
import { countVectors } from './vectors.js';

const at = (path) => new URL(`../../${path}`, import.meta.url);
const json = (path) => JSON.parse(readFileSync(at(path), 'utf8'));

export function readFiles() {
  const names = (path) => readdirSync(at(path)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  const vectors = Object.fromEntries(names('tests/vectors').map((name) => [name, json(`tests/vectors/${name}.json`)]));
  const domains = names('tests/evidence').filter((name) => name !== 'expect');
  const evidence = Object.fromEntries(domains.map((name) => [name, json(`tests/evidence/${name}.json`)]));
  const target = process.env.MXSEAL_REPLAY ?? 'target/replay';
  const replayed = Object.fromEntries(domains.map((name) => [name, text(`${target}/${name}.json`)]));
  const dane = { recorded: json('tests/dane/recorded.json'), exceptions: json('tests/dane/exceptions.json') };
  const groups = Object.fromEntries(names('tests/dnssec/recorded').map((name) => [name, json(`tests/dnssec/recorded/${name}.json`)]));
  const dnssec = { groups, digests: JSON.parse(text(`${target}/dnssec.json`) ?? 'null') };
  return { vectors, evidence, expect: json('tests/evidence/expect.json'), replayed, dane, dnssec };
}

/** How many must pass. */
export function count({ vectors, evidence, dane, dnssec }) {
  return countVectors(vectors) + countPlans(vectors) + countDane(dane) + countDnssec(dnssec) + PER_EVIDENCE * Object.keys(evidence).length;
}

function text(path) {
  try {
    return readFileSync(at(path), 'utf8');
  } catch {
    return null;
  }
}
