/**
 * A day of sessions into reports: `Tally`, and the same counting in plain JavaScript, which keeps whatever comes and is
 * not bounded. Both must find the same totals. The engine's memory must not grow with the number of sessions.
 */

import { Tally } from '../../js/reports/index.js';
import { initSync } from '../../pkg/receiver.js';
import { quantile } from '../measure.mjs';

export const title = 'Tally of sessions';

const ROUNDS = 3;
const WHO = { organizationName: 'Sender', contactInfo: 'tls@sender.example' };
/** WebAssembly pages of 64 KiB. */
const pages = () => initSync().memory.buffer.byteLength / 65_536;

export function cases() {
  const alike = { name: 'a million sessions with 200 domains, of which 5 % fail', sessions: 1_000_000, make: usual };
  const apart = { name: '20,000 sessions of which all fail and no two are alike', sessions: 20_000, make: unlike };
  return [alike, apart].map(({ name, sessions, make }) => {
    const taken = { mxseal: [], 'plain JavaScript': [] };
    let grown = '';
    for (let round = 0; round < ROUNDS; round += 1) {
      const tally = new Tally();
      const before = pages();
      let early = 0;
      const began = performance.now();
      for (let at = 0; at < sessions; at += 1) {
        tally.add(make(at));
        if (at === sessions / 4) early = pages();
      }
      const reports = tally.reports(WHO);
      taken.mxseal.push(performance.now() - began);
      grown = `memory ${before} pages before, ${early} after a quarter, ${pages()} at the end`;
      if (make === usual && pages() > early + 16) throw new Error(`the memory grows: ${grown}`);
      const plain = performance.now();
      const counted = plainTally(sessions, make);
      taken['plain JavaScript'].push(performance.now() - plain);
      same(reports, counted);
      tally.free();
    }
    const times = Object.fromEntries(Object.entries(taken).map(([who, all]) => [who, spread(all.sort((a, b) => a - b))]));
    const rate = Math.round(sessions / (times.mxseal.median / 1000) / 1000);
    return { name: `${name}: ${rate},000 a second, ${grown}`, times, ratios: [['mxseal', 'plain JavaScript']] };
  });
}

const POLICIES = Array.from({ length: 200 }, (_, index) => {
  const policyDomain = `d${index}.example`;
  const mx = `mx.${policyDomain}`;
  const sts = { policyType: 'sts', policyDomain, policyString: ['version: STSv1', 'mode: enforce', `mx: ${mx}`, 'max_age: 604800'], mxHost: [mx] };
  const tlsa = { policyType: 'tlsa', policyDomain, policyString: [`3 1 1 ${'00'.repeat(32)}`], mxHost: [mx] };
  const none = { policyType: 'no-policy-found', policyDomain, policyString: [], mxHost: [] };
  return { mx, applied: [[sts], [tlsa], [sts, tlsa], [none]][index % 4] };
});

function session(index, resultType, reason) {
  const { mx, applied } = POLICIES[index % 200];
  return {
    at: '2026-03-01T12:00:00Z',
    host: mx,
    session: { starttls: true, chain: [], helo: mx, sendingIp: `192.0.2.${index % 3}`, receivingIp: `198.51.100.${index % 2}` },
    results: applied.map((policy) => ({ ...policy, resultType, reason })),
  };
}

function usual(index) {
  return index % 20 === 7 ? session(index, 'certificate-expired', 'expired') : session(index, null, null);
}

function unlike(index) {
  return session(index, 'validation-failure', `code ${index}`);
}

/** What one would write by hand. */
function plainTally(sessions, make) {
  const domains = new Map();
  for (let at = 0; at < sessions; at += 1) {
    const { at: when, host, session: peer, results } = make(at);
    for (const { policyType, policyDomain, policyString, mxHost, resultType, reason } of results) {
      const day = `${when.slice(0, 10)} ${policyDomain}`;
      let policies = domains.get(day);
      if (!policies) domains.set(day, (policies = new Map()));
      const key = JSON.stringify([policyType, policyString, mxHost]);
      let policy = policies.get(key);
      if (!policy) policies.set(key, (policy = { successful: 0, failed: 0, details: new Map() }));
      if (resultType === null) {
        policy.successful += 1;
        continue;
      }
      policy.failed += 1;
      const detail = JSON.stringify([resultType, reason, peer.sendingIp, host, peer.helo, peer.receivingIp]);
      policy.details.set(detail, (policy.details.get(detail) ?? 0) + 1);
    }
  }
  return domains;
}

function same(reports, domains) {
  const ours = reports.flatMap(({ policies }) => policies.map(({ summary }) => [summary.totalSuccessfulSessionCount, summary.totalFailureSessionCount]));
  const theirs = [...domains.values()].flatMap((policies) => [...policies.values()].map(({ successful, failed }) => [successful, failed]));
  const sum = (list) => list.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
  if (ours.length !== theirs.length || String(sum(ours)) !== String(sum(theirs))) throw new Error('the two count another way');
}

function spread(sorted) {
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75), calls: 1 };
}
