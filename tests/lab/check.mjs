/**
 * Runs the command line against the running lab, once over UDP/TCP and once over DoH, and holds every verdict against
 * domains.json; given a word, only the domains whose name holds it. With `--record` it also writes the evidence of the domains that tests/evidence/expect.json names.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Check, decide, stringify } from '../../js/index.js';
import { lab, observe } from './engine.mjs';

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const word = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? '';
const table = JSON.parse(readFileSync(at('domains.json'), 'utf8')).domains.filter(({ name }) => name.includes(word));
const recorded = Object.keys(JSON.parse(readFileSync(at('../evidence/expect.json'), 'utf8')));
const record = process.argv.includes('--record');
const scratch = mkdtempSync(path.join(tmpdir(), 'mxseal-lab-'));

let good = 0;
const bad = [];
for (const [way, flags] of [['dns', ['--dns', lab.dns]], ['doh', ['--doh', lab.doh]]]) {
  // Another way to the same answers: the rows of both standards together need it once only.
  const queue = table.filter(({ expect }) => way === 'dns' || !expect.full?.judged);
  // Hosts that never answer cost a time-out each: six at a time.
  await Promise.all(Array.from({ length: 6 }, () => work(queue, way, flags)));
}
rmSync(scratch, { recursive: true });
for (const line of bad) console.error(line);
console.log(`${good} passed, ${bad.length} failed`);
process.exitCode = bad.length === 0 && good > 0 ? 0 : 1;

async function work(queue, way, flags) {
  for (let row = queue.shift(); row; row = queue.shift()) {
    const domain = `${row.name}.lab`;
    const keep = record && way === 'dns' && recorded.includes(domain);
    const evidence = keep ? at(`../evidence/${domain}.json`) : path.join(scratch, `${way}-${domain}.json`);
    const { code, out, err } = await cli(['check', domain, '--json', '--evidence', evidence, ...flags]);
    const problems = await compare(row, domain, code, out, err);
    if (problems.length === 0 && `${stringify(Check.replay(JSON.parse(readFileSync(evidence, 'utf8'))))}\n` !== out) problems.push('the replay gives another verdict');
    if (problems.length === 0) good += 1;
    else bad.push(`${way} ${domain} (${row.expect.clause}): ${problems.join('; ')}`);
  }
}

function cli(args) {
  const common = ['--starttls', '--ca', lab.ca, '--anchors', lab.anchors, '--allow-private', '--timeout', '8'];
  const child = spawn(process.execPath, [at('../../js/cli.js'), ...args, ...common], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part) => (text.out += part));
  child.stderr.setEncoding('utf8').on('data', (part) => (text.err += part));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...text })));
}

/** What differs from the table: posture, hosts, status of the MX question, policy, exit code, and that the reason is there. */
async function compare({ expect }, domain, code, out, err) {
  let verdict;
  try {
    verdict = JSON.parse(out);
  } catch {
    return [`exit ${code}, no verdict: ${err.trim()}`];
  }
  // `full`: what a check finds that validates DNSSEC and looks at TLSA too; where it is not given, both find the same.
  const { posture, hosts } = expect.full ?? expect.sts;
  const { policy, ...want } = { policy: expect.policy ?? null, posture, hosts };
  const problems = [];
  const got = { posture: verdict.posture, hosts: verdict.hosts.map(outline) };
  if (JSON.stringify(got) !== JSON.stringify(want)) problems.push(`got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
  const { status, source } = verdict.facts.mx.security;
  const wanted = expect.status ?? expect.dns ?? 'secure';
  if (status !== wanted || source !== 'validated') problems.push(`MX: got ${status} (${source}), want ${wanted} (validated)`);
  const failed = verdict.hosts.flatMap((host) => host.policies).find(({ resultType }) => resultType?.startsWith('sts-'));
  if ((failed?.resultType ?? null) !== policy) problems.push(`policy: got ${failed?.resultType ?? null}, want ${policy}`);
  const errors = verdict.findings.some(({ severity }) => severity === 'error');
  const exit = want.posture === 'unknown' ? 3 : errors ? 1 : 0;
  if (code !== exit) problems.push(`exit code ${code}, want ${exit}`);
  if (['broken', 'unknown'].includes(want.posture) && !errors && !verdict.findings.some(({ severity }) => severity === 'warning')) {
    problems.push('no finding names the cause');
  }
  if (verdict.because.length === 0) problems.push('no reason is given');
  const others = await Promise.all((expect.options ?? []).map((row) => optional(row, domain, verdict)));
  return [...problems, ...details(expect.full ?? {}, verdict), ...others.flat()];
}

/** What a row says beyond that: each session's judgement, the senders, the TLSA base domains, every finding. */
function details({ judged, senders, base, codes }, verdict) {
  const found = {
    judged: verdict.hosts.filter(({ session }) => session).map(({ host, session }) => [host, session.action, session.results.map(({ policyType, resultType }) => [policyType, resultType])]),
    senders: ['mta-sts', 'dane', 'dane+mta-sts', 'opportunistic'].map((kind) => verdict.senders[kind].action),
    base: verdict.hosts.map(({ host, tlsaBase }) => [host, tlsaBase]),
    codes: [...new Set(verdict.findings.map(({ code }) => code))].sort(),
  };
  return Object.entries({ judged, senders, base, codes })
    .filter(([key, want]) => want && JSON.stringify(want) !== JSON.stringify(found[key]))
    .map(([key, want]) => `${key}: got ${JSON.stringify(found[key])}, want ${JSON.stringify(want)}`);
}

/** The same facts under other options of the sender; but what unsigned MX records lead to, only a half-dane sender asks. */
async function optional({ options, ...want }, domain, { facts }) {
  const { posture, hosts } = options.insecureMx ? await observe(domain, options) : decide(facts, options);
  const got = { posture, hosts: hosts.map(outline) };
  return JSON.stringify(got) === JSON.stringify(want) ? [] : [`${JSON.stringify(options)}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`];
}

/** Host, requirement, conformance, and the result type of its session or of its place outside the policy. */
function outline({ host, requirement, conformance, session, policies }) {
  const results = (session?.results ?? policies).filter(({ resultType }) => resultType && !resultType.startsWith('sts-'));
  return [host, requirement, conformance, results[0]?.resultType ?? null];
}
