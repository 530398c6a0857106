/**
 * `js/types.d.ts` held to the engine: values that it gives are written as TypeScript literals, which the compiler
 * checks for members too many and too few; and every member of a type occurs in a value.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import * as mxseal from 'mxseal';
import ts from 'typescript';
import { maker } from '../suite/plan.js';
import { files, load, root } from './project.js';

/** @typedef {[type: string, value: unknown]} Sample */

const TYPES = `${root}js/types.d.ts`;
const samples = [...(await ofChecks()), ...ofVectors(), ...ofPlans(), ...(await ofFetches())];
const program = compile('types-sample.ts', samples);

test('what the engine gives is of its declared type', (t) => {
  t.diagnostic(`${samples.length} values`);
  assert.deepEqual(problems(program), []);
});

test('a member too many, too few or of another type is told', () => {
  const [finding] = /** @type {mxseal.Verdict} */ (valuesOf('Verdict')[0]).findings;
  const { clause, ...short } = /** @type {mxseal.Finding} */ (finding);
  const [lookup] = /** @type {mxseal.Lookup<string>[]} */ (valuesOf('Lookup<string>'));
  /** @type {Sample[]} */
  const wrong = [
    ['Finding', short],
    ['Finding', { ...finding, more: clause }],
    ['Finding', { ...finding, severity: 'fatal' }],
    ['Lookup<string>', { ...lookup, security: { ...lookup?.security, more: 1 } }],
    ['Lookup<string>', { ...lookup, records: null }],
    ['Answer', { kind: 'dns', message: 'AAAA' }],
    ['Answer', { kind: 'unsupported', message: '' }],
  ];
  const told = problems(compile('types-wrong.ts', wrong));
  assert.deepEqual(wrong.map((_, at) => told.some((line) => line.startsWith(`${at + 2}: `))), wrong.map(() => true), told.join('\n'));
});

test('every member of a type occurs', () => {
  const [verdicts, evidence] = /** @type {[mxseal.Verdict[], mxseal.Evidence[]]} */ ([valuesOf('Verdict'), valuesOf('Evidence')]);
  const facts = verdicts.map((verdict) => verdict.facts);
  const [hosts, observed] = [verdicts.flatMap((verdict) => verdict.hosts), facts.flatMap((one) => one.hosts)];
  const sessions = observed.flatMap((host) => (host.sessions.kind === 'observed' ? host.sessions.sessions : []));
  const missing = Object.entries({
    Verdict: verdicts,
    Facts: facts,
    HostVerdict: hosts,
    HostPolicy: hosts.flatMap((host) => host.policies),
    SessionVerdict: hosts.flatMap((host) => host.session ?? []),
    SenderOutcome: verdicts.flatMap((verdict) => Object.values(verdict.senders)),
    Finding: verdicts.flatMap((verdict) => verdict.findings),
    Step: verdicts.flatMap((verdict) => verdict.because),
    Lookup: facts.flatMap((one) => [one.mx, one.stsTxt, one.tlsRptTxt]),
    PolicyFacts: facts.map((one) => one.policy),
    HostFacts: observed,
    ObservedSession: sessions,
    Evidence: evidence,
    Options: evidence.map((one) => one.options),
    StsPolicy: valuesOf('StsPolicy'),
    CacheStep: valuesOf('CacheStep'),
    CachedPolicy: valuesOf('CacheStep').flatMap((step) => /** @type {mxseal.CacheStep} */ (step).entry ?? []),
    FetchedPolicy: valuesOf('FetchedPolicy'),
    Tlsa: valuesOf('Tlsa'),
    DaneOutcome: valuesOf('DaneOutcome'),
    TlsaOutcome: valuesOf('DaneOutcome').flatMap((one) => /** @type {mxseal.DaneOutcome} */ (one).records),
    CertificateDescription: valuesOf('CertificateDescription'),
    PublishedPolicy: valuesOf('PublishedPolicy'),
    PublishedRecord: valuesOf('PublishedRecord'),
    Rollover: valuesOf('Rollover'),
    RolloverStep: valuesOf('RolloverStep'),
  }).flatMap(([type, values]) => {
    const keys = new Set(values.flatMap((value) => Object.keys(/** @type {object} */ (value))));
    return membersOf(type).filter((key) => !keys.has(key)).map((key) => `${type}.${key}`);
  });
  assert.deepEqual(missing, []);
});

/** @param {string} type */
function valuesOf(type) {
  const values = samples.filter(([name]) => name === type).map(([, value]) => value);
  assert.ok(values.length > 0, `no sample of ${type}`);
  return values;
}

/** Everything that a check takes and gives, with the recorded answers. */
async function ofChecks() {
  /** @type {Sample[]} */
  const found = [];
  for (const domain of Object.keys(JSON.parse(load('tests/evidence/expect.json')))) {
    const recorded = JSON.parse(load(`tests/evidence/${domain}.json`));
    const { at, options, roots, cachedPolicy } = recorded;
    const onNeed = (/** @type {mxseal.Need} */ need) => found.push(['Need', need]);
    const { verdict, evidence } = await mxseal.conduct(domain, { at, options, roots, cachedPolicy, onNeed, ...mxseal.replay(recorded) });
    found.push(['Verdict', verdict], ['Evidence', evidence], ['Verdict', mxseal.Check.replay(recorded)]);
    found.push(['Verdict', mxseal.decide(verdict.facts, evidence.options)], ['Lookup<string>', verdict.facts.stsTxt]);
    found.push(['Answer', evidence.answers[0]?.answer]);
    for (const root of evidence.roots ?? []) found.push(['CertificateDescription', mxseal.describeCertificate(root)]);
    for (const host of verdict.hosts) found.push(...ofSessions(verdict, host, evidence.roots ?? []));
  }
  const [first, ...others] = found.filter(([type]) => type === 'Verdict').map(([, value]) => /** @type {mxseal.Verdict} */ (value));
  for (const other of others) found.push(['Finding[]', mxseal.compare(/** @type {mxseal.Verdict} */ (first), other)]);
  return found;
}

/**
 * @param {mxseal.Verdict} verdict
 * @param {mxseal.HostVerdict} host
 * @param {Uint8Array[]} roots
 * @returns {Sample[]}
 */
function ofSessions({ at, facts }, host, roots) {
  const observed = facts.hosts.find((one) => one.host === host.host)?.sessions;
  if (observed?.kind !== 'observed') return [];
  return observed.sessions.flatMap(({ webPki, ...session }) => [
    ['SessionVerdict', mxseal.judgeSession({ host, session, roots, at })],
    ['WebPkiOutcome', mxseal.verifyWebPki({ chain: session.chain, host: host.host, roots, at })],
    ...session.chain.slice(0, 1).map((leaf) => /** @type {Sample} */ (['DaneOutcome', mxseal.verifyDane({ tlsa: [mxseal.tlsaFor(leaf), '3 1 1 00'], chain: session.chain, names: [host.host], at })])),
  ]);
}

/** What the functions without a driver give. */
function ofVectors() {
  /** @type {Sample[]} */
  const found = [];
  /** @type {Record<string, (input: any) => void>} */
  const takes = {
    'sts-record': ({ rrset }) => strings(rrset) && found.push(['ReturnType<typeof types.parseStsRecord>', mxseal.parseStsRecord(rrset)]),
    'sts-policy': ({ text }) => {
      const checked = mxseal.parseStsPolicy(text ?? '');
      found.push(['Checked<StsPolicy>', checked]);
      if (checked.value) found.push(['StsPolicy', checked.value]);
    },
    'tlsrpt-record': ({ rrset }) => strings(rrset) && found.push(['ReturnType<typeof types.parseTlsRptRecord>', mxseal.parseTlsRptRecord(rrset)]),
    tlsa: ({ text }) => {
      const checked = mxseal.parseTlsa(text ?? new Uint8Array(0));
      found.push(['Checked<Tlsa>', checked]);
      if (checked.value) found.push(['Tlsa', checked.value]);
    },
    'sts-cache': (input) => found.push(['CacheStep', mxseal.nextCacheState(input)]),
  };
  for (const [name, take] of Object.entries(takes)) {
    assert.ok(files.includes(`tests/vectors/${name}.json`));
    for (const { input } of JSON.parse(load(`tests/vectors/${name}.json`))) take(input);
  }
  return found;
}

/** Publications and plans, by their vectors. */
function ofPlans() {
  const rows = (/** @type {string} */ name) => JSON.parse(load(`tests/vectors/${name}.json`));
  const { expand } = maker(rows('certificates'));
  /** @type {Sample[]} */
  const found = [];
  for (const { input } of rows('publish')) {
    const publication = mxseal.publishSts(expand(input));
    found.push(['Publication', publication]);
    if (publication.value) found.push(['PublishedPolicy', publication.value.policy], ...publication.value.records.map((one) => /** @type {Sample} */ (['PublishedRecord', one])));
  }
  for (const { input } of rows('rollover')) {
    const plan = mxseal.planRollover(expand(input));
    found.push(['Rollover', plan], ...plan.steps.map((step) => /** @type {Sample} */ (['RolloverStep', step])));
  }
  return found;
}

/** A policy, a redirect, and none. */
async function ofFetches() {
  const body = 'version: STSv1\nmode: enforce\nmx: mx.mail.example\nmax_age: 86400\n';
  return Promise.all([200, 301, 404].map(async (status) => {
    const fetch = async () => new Response(body, { status, headers: { 'content-type': 'text/plain' } });
    return /** @type {Sample} */ (['FetchedPolicy', await mxseal.fetchPolicy('mail.example', { fetch })]);
  }));
}

/** @param {unknown[]} rrset */
function strings(rrset) {
  return rrset.every((one) => typeof one === 'string');
}

/**
 * One constant a line, after a line that imports.
 * @param {string} name
 * @param {Sample[]} constants
 */
function compile(name, constants) {
  const words = new Set(constants.flatMap(([type]) => type.match(/\b[A-Z]\w+/g) ?? []));
  words.delete('ReturnType');
  const head = `import type * as types from '../js/types.d.ts'; import type { ${[...words].join(', ')} } from '../js/types.d.ts';`;
  const lines = constants.map(([type, value], at) => `export const v${at}: ${type} = ${literal(value)};`);
  mkdirSync(`${root}target`, { recursive: true });
  writeFileSync(`${root}target/${name}`, `${[head, ...lines].join('\n')}\n`);
  return ts.createProgram([`${root}target/${name}`], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  });
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function literal(value) {
  if (value instanceof Uint8Array) return 'new Uint8Array()';
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  return `{ ${Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${literal(member)}`).join(', ')} }`;
}

/** @param {ts.Program} compiled */
function problems(compiled) {
  return ts.getPreEmitDiagnostics(compiled).map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 600)}`;
  });
}

/** @param {string} type */
function membersOf(type) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(TYPES);
  const alias = source?.statements.find((node) => ts.isTypeAliasDeclaration(node) && node.name.text === type);
  assert.ok(alias, `${type} is no type`);
  return checker.getTypeAtLocation(alias).getProperties().map(({ name }) => name);
}
