/** Wrong arguments of every kind at every public function: an `MxsealError` that says which, or an answer; never an error of the engine's. */

import assert from 'node:assert/strict';
import { rootCertificates } from 'node:tls';
import { mock, test } from 'node:test';
import * as mxseal from 'mxseal';
import { fileStore, nodeFetch, starttls, udp } from 'mxseal/hosts';
import { load } from './project.js';

const { Check, MxsealError, Tally, check, conduct, lookup, sendReports } = /** @type {any} */ (mxseal);
const evidence = JSON.parse(load('tests/evidence/enforce-good.lab.json'));
const hosts = mxseal.replay(evidence);
const { at, domain, options } = evidence;
const { verdict, chainCache } = await conduct(domain, { ...hosts, at, options });
const [pem = ''] = rootCertificates;
const [root] = mxseal.certificatesFromPem(pem);
const [leaf] = evidence.answers.find(({ need }) => need.kind === 'starttls').answer.sessions[0].chain.map((one) => new Uint8Array(Buffer.from(one, 'base64')));
const session = { starttls: true, chain: [leaf], tlsVersion: 'TLSv1.3', helo: 'mx.example', sendingIp: '192.0.2.1', receivingIp: '192.0.2.2', error: null };
const judged = mxseal.judgeSession({ host: verdict.hosts[0], session, at });
const tally = new Tally();
tally.add({ session, results: judged.results, at, host: 'mx.example' });
const [report] = tally.reports({ organizationName: 'Sender', contactInfo: 'tls@sender.example' });
const policy = { mode: 'enforce', mx: ['mx.example'], maxAge: 86_400, extensions: [], lines: [] };
const cachedPolicy = { policy, id: '1', fetchedAt: at, largestMaxAge: 86_400, lastAttempt: { at, id: '1', outcome: 'fetched' } };
const served = { policy: 'version: STSv1\r\nmode: testing\r\nmx: mx.example\r\nmax_age: 86400\r\n', id: '1', mx: ['10 mx.example'] };
const { signal } = new AbortController();
const record = { status: 'insecure', rcode: 'NOERROR', reason: null, records: [{ name: 'x', type: 'TXT', ttl: 1, data: '"v=TLSRPTv1; rua=mailto:a@b.example"' }] };
const sending = { reports: [report], lookup: async () => record, dns: hosts.dns, fetch: hosts.fetch, mail: async () => {}, deliveries: [], at: '2030-01-01T00:00:00Z', random: () => 0, spreadSeconds: 0, onDelivery() {}, signal };
const rest = { signatureLife: 86_400, negativeTtl: 300, propagation: 0, since: at, at, ttl: 3600 };

/** Every public function with arguments that it takes. @type {[name: string, call: (...given: any[]) => unknown, args: any[]][]} */
const CALLS = [
  ['check', check, [domain, { ...hosts, at, options, store: mxseal.memoryStore(), roots: [root], cachedPolicy, chainCache: chainCache.slice(0, 1), signal, onNeed() {} }]],
  ['new Check', (name, o) => new Check(name, o).free(), [domain, { at, options, roots: [root], cachedPolicy, chainCache: chainCache.slice(0, 1) }]],
  ['feed', (id, answer) => fed((machine) => machine.feed(id, answer)), [0, { kind: 'failed', cause: 'dns', message: 'x' }]],
  ['feed', (answer) => fed((machine) => machine.feed(0, answer)), [{ kind: 'dns', message: new Uint8Array(12) }]],
  ['replay', Check.replay, [evidence, options]],
  ['lookup', lookup, [domain, 'MX', { dns: hosts.dns, anchors: options.anchors, chainCache: chainCache.slice(0, 1), at, nsec3: { insecureAbove: 50, bogusAbove: 500 }, allowSha1Signatures: false, signal, onNeed() {} }]],
  ['decide', mxseal.decide, [verdict.facts, options]],
  ['judgeSession', mxseal.judgeSession, [{ host: verdict.hosts[0], session, roots: [root], earlier: [judged], more: true, at }]],
  ['compare', mxseal.compare, [verdict, verdict]],
  ['stringify', mxseal.stringify, [{ member: new Uint8Array(1) }]],
  ['parseStsRecord', mxseal.parseStsRecord, [['v=STSv1; id=1;']]],
  ['parseStsPolicy', mxseal.parseStsPolicy, ['version: STSv1\n']],
  ['matchMx', mxseal.matchMx, [['*.example'], 'mx.example']],
  ['nextCacheState', mxseal.nextCacheState, [{ entry: cachedPolicy, txt: { kind: 'valid', id: '1' }, fetch: { kind: 'fetched', policy }, at }]],
  ['classifyFetch', mxseal.classifyFetch, [{ kind: 'policy', httpStatus: 200, contentType: 'text/plain', body: new Uint8Array(3), redirected: false }, true]],
  ['fetchPolicy', mxseal.fetchPolicy, [domain, { fetch: hosts.fetch, timeoutMs: 1000, signal }]],
  ['publishSts', mxseal.publishSts, [{ domain: 'a.example', mx: ['mx.example'], rua: ['mailto:a@b.example'], hosts: [{ host: 'mx.example', chain: [leaf], next: leaf, tlsa: true }], policyHost: ['192.0.2.1'], ttl: 3600, port: 25, maxAge: 86_400, goal: 'testing', previous: { policy: served.policy, id: '1' }, reports: { sessions: 1, failures: 0 }, verdict, roots: [root], at }]],
  ['planRollover', mxseal.planRollover, [{ kind: 'tlsa', host: 'mx.example', domain: 'a.example', port: 25, tlsa: [mxseal.tlsaFor(leaf)], current: [leaf], next: [leaf], served: [leaf], target: [[3, 1, 1]], ...rest }]],
  ['planRollover', mxseal.planRollover, [{ kind: 'policy', domain: 'a.example', current: { ...served, largestMaxAge: 86_400 }, next: { goal: 'enforce', maxAge: 604_800, mx: ['mx.example'] }, seen: served, mxTtl: 3600, ...rest }]],
  ['parseTlsRptRecord', mxseal.parseTlsRptRecord, [['v=TLSRPTv1; rua=mailto:a@b.example']]],
  ['parseTlsa', mxseal.parseTlsa, ['3 1 1 00']],
  ['formatTlsa', mxseal.formatTlsa, [mxseal.tlsaFor(leaf)]],
  ['tlsaFor', mxseal.tlsaFor, [leaf, { usage: 3, selector: 1, matchingType: 1 }]],
  ['verifyDane', mxseal.verifyDane, [{ tlsa: [mxseal.tlsaFor(leaf)], chain: [leaf], names: ['mx.example'], at, allowPkix: true, roots: [root], digestOrder: [2, 1] }]],
  ['verifyWebPki', mxseal.verifyWebPki, [{ chain: [leaf], host: 'mx.example', roots: [root], at }]],
  ['describeCertificate', mxseal.describeCertificate, [leaf]],
  ['certificatesFromPem', mxseal.certificatesFromPem, [pem]],
  ['parseReport', mxseal.parseReport, [new TextEncoder().encode('{}')]],
  ['readReport', mxseal.readReport, [new TextEncoder().encode('{}')]],
  ['writeReport', mxseal.writeReport, [report, { submitter: 'sender.example', from: 'tls@sender.example', to: 'a@b.example', gzip: true, at }]],
  ['Tally.add', (o) => new Tally().add(o), [{ session, results: judged.results, at, host: 'mx.example' }]],
  ['Tally.merge', (other) => new Tally().merge(other), [tally]],
  ['Tally.from', (octets) => Tally.from(octets).free(), [tally.toBytes()]],
  ['Tally.reports', (o) => tally.reports(o), [{ organizationName: 'Sender', contactInfo: 'tls@sender.example', before: at }]],
  ['Tally.forget', (before) => new Tally().forget(before), [at]],
  ['summarizeReports', mxseal.summarizeReports, [[report]]],
  ['explain', mxseal.explain, [mxseal.summarizeReports([report]), verdict]],
  ['sendReports', sendReports, [sending]],
  ['doh', mxseal.doh, [{ urls: ['https://dns.example/'], fetch, timeoutMs: 5, parallel: 3, retries: 1 }]],
  ['replay (hosts)', mxseal.replay, [evidence]],
  ['policyAnswer', mxseal.policyAnswer, [hosts.fetch, { url: `https://mta-sts.${domain}/.well-known/mta-sts.txt`, addresses: ['192.0.2.1'] }, { signal, timeoutMs: 500, ca: [] }]],
  ['causeOf', mxseal.causeOf, [new Error('x')]],
  ['failedAnswer', mxseal.failedAnswer, [new Error('x')]],
  ['udp', udp, [{ server: ['127.0.0.1:1'], timeoutMs: 5, retries: 0 }]],
  ['nodeFetch', nodeFetch, [{ timeoutMs: 5, ca: [root] }]],
  ['starttls', starttls, [{ helo: 'mx.example', timeoutMs: 5 }]],
  ['fileStore', fileStore, ['policies']],
];

const WRONG = [
  undefined, null, 0, -1, 1.5, NaN, Infinity, 2 ** 53, 10n ** 30n, true, '', 'xyzzy', 'x'.repeat(70_000), 'a\0b', '\ud800', Symbol('s'), () => {}, {}, [], [null], ['x'], [1],
  new Date(), new Date(NaN), new Date(8.64e15), new Date(-8.64e15), Buffer.from('abc'), new Uint8Array(9).subarray(2, 5), new Uint16Array(2), new ArrayBuffer(4), new Map(), { member: { member: 1 } },
];

/** @param {(machine: any) => void} work */
function fed(work) {
  const machine = new Check(domain, { at });
  machine.needs();
  work(machine);
  machine.free();
}

/** Every place within three levels. @param {any} value @param {number} depth @param {(string | number)[]} at @returns {(string | number)[][]} */
function places(value, depth, at = []) {
  const leaf = depth === 0 || typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || ![Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));
  const keys = leaf ? [] : Array.isArray(value) && at.length > 0 ? [...value.keys()].slice(0, 1) : Object.keys(value);
  return [...(at.length > 0 ? [at] : []), ...keys.flatMap((key) => places(value[key], depth - 1, [...at, key]))];
}

/** @param {any} value @param {(string | number)[]} at @param {unknown} wrong @returns {any} */
function withWrong(value, [key, ...more], wrong) {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[/** @type {any} */ (key)] = more.length === 0 ? wrong : withWrong(value[/** @type {any} */ (key)], more, wrong);
  return copy;
}

test('a wrong value in every place of every argument', { timeout: 120_000 }, async (t) => {
  let tried = 0;
  for (const [name, call, args] of CALLS) {
    await call(...args);
    for (const at of places(args, 3)) {
      for (const wrong of WRONG) {
        tried += 1;
        try {
          await call(...withWrong(args, at, wrong));
        } catch (error) {
          const what = `${name} ${at.join('.')} = ${typeof wrong} ${Object.prototype.toString.call(wrong)}`;
          assert.ok(error instanceof MxsealError, `${what}: ${/** @type {any} */ (error)?.stack}`);
          assert.ok(error.message.length > 10 && error.message.length < 700, `${what}: ${error.message.length} characters`);
        }
      }
    }
  }
  t.diagnostic(`${tried} wrong arguments`);
});

test('a mistake is told where it would otherwise go by unseen, in words that mend it', async () => {
  /** @type {[call: () => unknown, words: RegExp][]} */
  const cases = [
    [() => check(domain, { ...hosts, require: 'dane' }), /`require` is one of `options`: give \{ options: \{ require/],
    [() => check(domain, { options: { precedance: 'dane' } }), /`options` has no `precedance`, but precedence, /],
    [() => check(domain, { options: { message: { requireTLS: true } } }), /`options.message` has no `requireTLS`, but requireTls, /],
    [() => check(domain, { options: { stsTimeoutMs: 0 } }), /`options.stsTimeoutMs` is a number of milliseconds above 0/],
    [() => mxseal.decide(verdict.facts, /** @type {any} */ ({ nsec3: { insecureabove: 1 } })), /`options.nsec3` has no `insecureabove`/],
    [() => Check.replay(evidence, { Require: 'tls' }), /`options` has no `Require`/],
    [() => check(domain, { options: { precedence: 1 } }), /precedence: found an integer, expected one of `both`, `dane`, `all`$/],
    [() => check(domain, { options: { port: null } }), /port: found null, expected a whole number$/],
    [() => check(domain, { options: { port: 70_000 } }), /port: found 70000, expected a whole number from 0 to 65535$/],
    [() => check(domain, { roots: rootCertificates.slice(0, 1) }), /`roots\[0\]` .* `certificatesFromPem`/],
    [() => check(domain, { roots: [root, Buffer.from(pem)] }), /`roots\[1\]` .* `certificatesFromPem`/],
    [() => mxseal.verifyWebPki({ chain: [leaf], host: 'a.example', roots: [Buffer.from(pem)] }), /`roots\[0\]`/],
    [() => check(domain, { store: {} }), /`store` has no functions `get` and `set`/],
    [() => check(domain, { signal: new AbortController() }), /`signal` is no AbortSignal/],
    [() => lookup(domain, undefined, { dns: hosts.dns }), /`type` is not a string/],
    [() => fileStore(/** @type {any} */ (undefined)), /`path` is not the path of a folder/],
    [() => mxseal.doh(/** @type {any} */ ({ urls: 'https://dns.example/', fetch: {} })), /`fetch` is no function/],
    [() => mxseal.formatTlsa(/** @type {any} */ ({ usage: '3', selector: 1, matchingType: 1, data: new Uint8Array(1) })), /numbers from 0 to 255/],
    [() => mxseal.planRollover(/** @type {any} */ ({ host: 'mx.example' })), /`kind` is `tlsa` or `policy`/],
    [() => mxseal.publishSts(/** @type {any} */ ({ domain: 'a.example', previous: 'version: STSv1' })), /`previous` is not an object/],
    [() => mxseal.publishSts(/** @type {any} */ ({ verdict: '{}' })), /`verdict` is not an object/],
    [() => mxseal.replay(JSON.stringify(evidence)), /JSON\.parse/],
    [() => mxseal.policyAnswer(/** @type {any} */ (undefined), { url: 'https://a.example/' }), /`fetch` is no function/],
    [() => sendReports({ ...sending, at: 'midnight' }), /`at` is no RFC 3339/],
    [() => sendReports({ ...sending, spreadSeconds: 86_400_000 }), /`spreadSeconds` is a number of seconds/],
    [() => sendReports({ ...sending, deliveries: [{ reportId: report.reportId, policyDomain: domain, status: 'waiting', attempts: 1, nextAttempt: 'soon' }] }), /`deliveries\[0\]` is no delivery/],
    [() => new Tally().add({ session: 'x', results: [], at }), /`session` is not an object/],
  ];
  for (const [call, words] of cases) {
    await assert.rejects(async () => call(), (error) => error instanceof MxsealError && error.code === 'ERR_INVALID_ARGUMENT' && words.test(error.message) || assert.fail(`${words}: ${error}`));
  }
});

test('the names of options are those of the types', () => {
  const types = load('js/types.d.ts');
  const [, body = ''] = /export type Options = \{\n([^]*?)\n\};/.exec(types) ?? [];
  const names = [...body.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
  const inner = [...body.matchAll(/^ {2}(\w+)\?: \{ (.*?) \}/gm)].flatMap(([, name, members = '']) => [...members.matchAll(/(\w+)\??:/g)].map(([, member]) => [name, member]));
  assert.ok(names.length > 10 && inner.length > 5, body);
  const told = (/** @type {object} */ given) => { try { Check.replay(evidence, given); } catch (error) { return /** @type {Error} */ (error).message; } };
  const known = (told({ other: 1 }) ?? '').replace(/^.*, but /, '').split(', ');
  assert.deepEqual(known, names);
  for (const [name = '', member = ''] of inner) assert.doesNotMatch(told({ [name]: { [member]: Symbol('none') } }) ?? '', /has no/, `${name}.${member}`);
});

test('a certificate in PEM may be read from its file', () => {
  const { sha256 } = mxseal.describeCertificate(pem);
  assert.equal(mxseal.describeCertificate(Buffer.from(`Root of somebody\n${pem}`)).sha256, sha256);
  assert.equal(mxseal.describeCertificate(/** @type {any} */ (root)).sha256, sha256);
});

test('a check or tally that was freed says so, and can be freed again', () => {
  const [machine, counted] = [new Check(domain), new Tally()];
  for (const one of [machine, counted, machine, counted]) one.free();
  for (const use of [() => machine.needs(), () => machine.verdict, () => machine.evidence, () => machine.feed(0, { kind: 'unsupported' }), () => counted.toBytes(), () => counted.omitted, () => new Tally().merge(counted)]) {
    assert.throws(use, (error) => error instanceof MxsealError && error.code === 'ERR_INVALID_ARGUMENT' && /was freed/.test(error.message));
  }
});

test('an answer that can\'t be read, or calls back, leaves the check as it was', () => {
  const machine = new Check(domain, { at });
  const [need] = machine.needs();
  const gone = new Uint8Array(12);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  const thrower = { kind: 'dns', get message() { throw new Error('mine'); } };
  for (const answer of [{ kind: 'dns', message: gone }, thrower]) {
    assert.throws(() => machine.feed(need.id, answer), { name: 'MxsealError', code: 'ERR_WRONG_ANSWER' });
  }
  machine.feed(need.id, { kind: 'dns', get message() { machine.needs(); return new Uint8Array(12); } });
  assert.equal(machine.verdict, null);
  machine.free();
});

test('hosts that throw anything, or answer with what was taken away: a verdict', async () => {
  const mute = Object.create(null);
  const trap = { get message() { throw trap; }, get cause() { throw trap; }, get code() { throw trap; } };
  const thrown = ['words', undefined, null, Symbol('s'), 5n, mute, trap, new Proxy({}, { get() { throw mute; } })];
  for (const error of thrown) {
    const dns = () => { throw error; };
    assert.equal((await check(domain, { ...hosts, dns, fetch: dns, starttls: dns, at, options })).posture, 'unknown');
    assert.equal((await lookup(domain, 'MX', { dns, at })).status, 'indeterminate');
  }
  const dns = async (/** @type {Uint8Array} */ query) => {
    const message = await hosts.dns(query, {});
    structuredClone(message.buffer, { transfer: [/** @type {ArrayBuffer} */ (message.buffer)] });
    return message;
  };
  assert.equal((await check(domain, { ...hosts, dns, at, options })).posture, 'unknown');
  assert.equal((await lookup(domain, 'MX', { dns, at })).status, 'indeterminate');
});

test('an `onNeed` that rejects ends the work as one that throws', async () => {
  const mine = new Error('mine');
  const onNeed = async () => { throw mine; };
  await assert.rejects(check(domain, { ...hosts, at, options, onNeed }), mine);
  await assert.rejects(lookup(domain, 'MX', { dns: hosts.dns, at, onNeed }), mine);
});

test('sending ends, whatever hangs: a look-up, a fetch that listens to nothing, a mail, a store', { timeout: 20_000 }, async () => {
  const never = () => new Promise(() => {});
  const https = { ...record, records: [{ ...record.records[0], data: '"v=TLSRPTv1; rua=https://b.example/"' }] };
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    for (const given of [{ lookup: never }, { mail: never }, { lookup: async () => https, fetch: never }]) {
      const [delivery] = await passing(sendReports({ ...sending, ...given }));
      assert.equal(delivery.status, 'waiting');
      assert.match(delivery.failures[0].reason, /no answer within/);
    }
    await assert.rejects(passing(sendReports({ ...sending, onDelivery: never })), /no answer within/);
  } finally {
    mock.timers.reset();
  }
});

test('a store that writes each delivery is waited for, and its error is the caller\'s', async () => {
  /** @type {string[]} */
  const written = [];
  await sendReports({ ...sending, onDelivery: async ({ status }) => void (await new Promise(setImmediate), written.push(status)) });
  assert.deepEqual(written, ['delivered']);
  const full = new Error('disk full');
  await assert.rejects(sendReports({ ...sending, onDelivery: async () => { throw full; } }), full);
});

/** Lets time pass until it settles. @template T @param {Promise<T>} work @returns {Promise<T>} */
async function passing(work) {
  let over = false;
  work.catch(() => {}).finally(() => (over = true));
  while (!over) {
    await new Promise(setImmediate);
    mock.timers.tick(60_000);
  }
  return work;
}
