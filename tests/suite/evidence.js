/** The recorded checks: replayed, held against their expectation and Rust's bytes, fed in other orders, and driven. */

import { equal } from './equal.js';

const ORDERS = 10;

/** @returns {[id: string, attempt: () => void | Promise<void>][]} */
export function evidenceCases(mxseal, { evidence, expect, replayed }) {
  return Object.entries(evidence).flatMap(([domain, recorded]) => [
    [`${domain}: expected`, () => expected(mxseal.Check.replay(recorded), expect[domain])],
    [`${domain}: the bytes of Rust`, () => same(mxseal.stringify(mxseal.Check.replay(recorded)), replayed[domain])],
    [`${domain}: any order`, () => anyOrder(mxseal, recorded)],
    [`${domain}: driven`, () => driven(mxseal, recorded)],
    [`${domain}: facts are enough`, () => enough(mxseal, recorded)],
  ]);
}

/** How many attempts a recording makes. */
export const PER_EVIDENCE = 5;

function expected(verdict, want) {
  equal(verdict.facts.mx.security, { status: want.mx, source: 'validated' }, 'mx');
  equal(verdict.posture, want.posture, 'posture');
  const outline = ({ host, requirement, conformance, session, policies }) => {
    const results = (session?.results ?? policies).filter(({ resultType }) => resultType && !resultType.startsWith('sts-'));
    return [host, requirement, conformance, results[0]?.resultType ?? null];
  };
  equal(verdict.hosts.map(outline), want.hosts, 'hosts');
  const failed = verdict.hosts.flatMap(({ policies }) => policies).find(({ resultType }) => resultType?.startsWith('sts-'));
  equal(failed?.resultType ?? null, want.policy, 'policy');
  equal([...new Set(verdict.findings.map(({ code }) => code))].sort(), want.codes, 'codes');
}

function same(got, want) {
  if (typeof want !== 'string') throw new Error('Rust left no replay: run the Rust tests first');
  if (got === want) return;
  const at = [...got].findIndex((c, index) => c !== want[index]);
  throw new Error(`differs at ${at}: got ${got.slice(at - 40, at + 40)}, want ${want.slice(at - 40, at + 40)}`);
}

function anyOrder(mxseal, recorded) {
  const reference = mxseal.stringify(mxseal.Check.replay(recorded));
  for (let seed = 1; seed <= ORDERS; seed += 1) {
    const random = generator(seed);
    const machine = new mxseal.Check(recorded.domain, recorded);
    const open = machine.needs();
    while (open.length > 0) {
      const [need] = open.splice(Math.floor(random() * open.length), 1);
      machine.feed(need.id, answerOf(recorded, need));
      open.push(...machine.needs());
    }
    same(mxseal.stringify(machine.verdict), reference);
    same(mxseal.stringify(machine.evidence), mxseal.stringify(recorded));
  }
}

/** The driver with the recorded hosts, as an application would use it. */
async function driven(mxseal, recorded) {
  const hosts = mxseal.replay(recorded);
  const { at, roots, options, cachedPolicy, chainCache } = recorded;
  const verdict = await mxseal.check(recorded.domain, { ...hosts, at, roots, options, cachedPolicy, chainCache });
  equal(verdict.posture, mxseal.Check.replay(recorded).posture, 'posture');
  equal(verdict.hosts.map(({ host, requirement, conformance }) => [host, requirement, conformance]),
    mxseal.Check.replay(recorded).hosts.map(({ host, requirement, conformance }) => [host, requirement, conformance]), 'hosts');
}

function enough(mxseal, recorded) {
  const verdict = mxseal.Check.replay(recorded);
  const text = mxseal.stringify(verdict);
  same(mxseal.stringify(mxseal.decide(verdict.facts, recorded.options)), text);
  same(mxseal.stringify(mxseal.decide(JSON.parse(text).facts, recorded.options)), text);
  equal(mxseal.compare(verdict, JSON.parse(text)), [], 'compare');
}

function answerOf({ answers }, need) {
  const key = ({ kind, name, type, url, target }) => [kind, name, type, url, target?.host].join(' ');
  const found = answers.find((recorded) => key(recorded.need) === key(need));
  if (!found) throw new Error(`nothing is recorded for ${key(need)}`);
  return found.answer;
}

/** A small generator (mulberry32), so that an order that fails can be seen again. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
