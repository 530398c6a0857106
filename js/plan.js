/**
 * What to publish, and the steps of a change (RFC 8461 §8, RFC 7671 §8), brought into the shape that the engine takes:
 * PEM becomes DER, texts become octets, names A-labels. What may be published, and when, the engine says.
 */

import { rootsOf } from './arguments.js';
import { certificatesFromPem } from './dane.js';
import { bytes, clock, list, record, tlsaOf, toAscii } from './engine.js';
import { invalidArgument } from './error.js';
import { shown } from './hosts/mistake.js';
import { receiver } from './receiver.js';

/**
 * Policy and records for a goal.
 * @type {typeof import('./types.d.ts').publishSts}
 */
export function publishSts(o) {
  const given = record(o, 'arguments');
  const facts = given.verdict == null ? null : record(record(given.verdict, 'verdict').facts, 'verdict.facts');
  const { mx, rua, hosts } = given;
  const previous = given.previous == null ? undefined : record(given.previous, 'previous');
  const reports = given.reports == null ? undefined : record(given.reports, 'reports');
  const request = {
    ...given,
    verdict: undefined,
    reports: undefined,
    reportedSessions: reports?.sessions,
    reportedFailures: reports?.failures,
    facts,
    domain: toAscii(given.domain ?? facts?.domain),
    mx: mx != null ? list(mx, 'mx').map(pattern) : undefined,
    rua: rua != null ? list(rua, 'rua') : undefined,
    hosts: hosts != null ? list(hosts, 'hosts').map(host) : undefined,
    previous: previous ? { ...previous, policy: octets(previous.policy, 'previous.policy') } : undefined,
    policyHost: given.policyHost ?? undefined,
    roots: rootsOf(given.roots ?? undefined),
    at: clock(given.at),
  };
  return receiver((wasm) => wasm.publishSts(request));
}

/**
 * Dated safe steps.
 * @type {typeof import('./types.d.ts').planRollover}
 */
export function planRollover(o) {
  const given = record(o, 'arguments');
  if (given.kind !== 'tlsa' && given.kind !== 'policy') throw invalidArgument(`\`kind\` is \`tlsa\` or \`policy\`, not ${shown(given.kind)}`);
  const since = given.since == null ? undefined : clock(given.since, 'since');
  const request = { ...given, ...(given.kind === 'tlsa' ? ofTlsa(given) : ofPolicy(given)), since, at: clock(given.at) };
  return receiver((wasm) => wasm.planRollover(request));
}

/** @param {any} given */
function ofTlsa({ host, domain, tlsa, current, next, served, target }) {
  return {
    host: toAscii(host),
    domain: domain != null ? toAscii(domain) : undefined,
    tlsa: list(tlsa, 'tlsa').map(tlsaOf),
    current: chain(current, 'current'),
    next: chain(next, 'next'),
    served: chain(served, 'served'),
    target: target != null ? list(target, 'target').map(parameters) : undefined,
  };
}

/** As a record that has these parameters, and says nothing. @param {unknown} given */
function parameters(given) {
  const [usage, selector, matchingType] = list(given, 'target');
  return { usage, selector, matchingType, data: new Uint8Array() };
}

/** @param {any} given */
function ofPolicy({ domain, current, next, seen }) {
  const { goal, maxAge, mx } = record(next, 'next');
  return {
    domain: toAscii(domain),
    current: state(current, 'current'),
    seen: seen != null ? state(seen, 'seen') : state(current, 'current'),
    next: undefined,
    goal,
    maxAge,
    nextMx: mx != null ? list(mx, 'next.mx').map(mxHost) : undefined,
  };
}

/** @param {any} given @param {string} name */
function state(given, name) {
  const { policy, mx, ...rest } = record(given, name);
  return { ...rest, policy: octets(policy, `${name}.policy`), mx: list(mx, `${name}.mx`).map(mxHost) };
}

/** @param {any} given */
function host(given) {
  const { host: name, chain: shown, next, ...rest } = record(given, 'host');
  return { ...rest, host: toAscii(name), chain: chain(shown, 'chain'), next: octets(next, 'next') };
}

/** `*.example.com` has no place in a URL, by which U-labels are read. @param {unknown} text */
function pattern(text) {
  return typeof text === 'string' && text.startsWith('*.') ? `*.${toAscii(text.slice(2))}` : plain(text);
}

/** `10 mx.example.com`. @param {unknown} text */
function mxHost(text) {
  const [, preference = '', name = text] = typeof text === 'string' ? (/^\s*(\d+)\s+(.*)$/.exec(text) ?? []) : [];
  return preference === '' ? plain(text) : `${preference} ${plain(name)}`;
}

/** What the URL parser refuses is the engine's to name. @param {unknown} text */
function plain(text) {
  if (typeof text !== 'string') throw invalidArgument('a mail host is a string');
  try {
    return toAscii(text);
  } catch {
    return text;
  }
}

/**
 * A chain in DER; or a public key, which has no chain.
 * @param {unknown} given
 * @param {string} name
 */
function chain(given, name) {
  if (given === undefined || given === null) return undefined;
  if (Array.isArray(given)) return given.map((one) => bytes(one, name));
  if (typeof given === 'string' && given.includes('BEGIN CERTIFICATE')) return certificatesFromPem(given);
  return [octets(given, name)];
}

/** @param {unknown} given @param {string} name */
function octets(given, name) {
  if (given === undefined || given === null) return undefined;
  return typeof given === 'string' ? new TextEncoder().encode(given) : bytes(given, name);
}
