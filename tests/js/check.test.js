/** The driver `check`: whatever hosts, stores and callers do, there is a verdict or an `MxsealError`. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { mock, test } from 'node:test';
import * as mxseal from 'mxseal';
import { udp } from 'mxseal/hosts';
import { response } from './hosts/message.js';

/** @typedef {import('../../js/types.d.ts').Evidence} Evidence */
/** @typedef {import('../../js/types.d.ts').CheckOptions} CheckOptions */

const { Check, check, conduct, memoryStore, replay, stringify } = mxseal;
const folder = new URL('../evidence/', import.meta.url);
const recorded = readdirSync(folder).filter((name) => name.endsWith('.lab.json'));

/** @param {string} name @returns {Evidence} */
const evidenceOf = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const good = evidenceOf('enforce-good.lab.json');

/** The roots of a recorded check, as octets. @param {Evidence} evidence @returns {Uint8Array[] | null} */
const rootsOf = ({ roots }) => roots && roots.map((one) => new Uint8Array(Buffer.from(String(one), 'base64')));

/** What the recorded check was given, its hosts included. @param {Evidence} evidence @returns {CheckOptions} */
const given = (evidence) => ({ ...replay(evidence), at: evidence.at, options: evidence.options, roots: rootsOf(evidence) });

/** @param {string} code */
const mistake = (code) => (/** @type {unknown} */ error) => error instanceof mxseal.MxsealError && error.code === code;

/** @template T @param {T} value @returns {() => Promise<T>} */
const always = (value) => async () => value;
/** @returns {Promise<never>} */
const never = () => new Promise(() => {});

test('the recorded checks, host by host: the verdict of the replay, and the same evidence', async () => {
  for (const name of recorded) {
    const evidence = evidenceOf(name);
    const { verdict, evidence: again } = await conduct(evidence.domain, given(evidence));
    assert.equal(stringify(verdict), stringify(Check.replay(evidence)), name);
    // `replay` says in words of its own that an answer failed.
    if (!evidence.answers.some(({ answer }) => answer.kind === 'failed')) {
      assert.deepEqual(JSON.parse(stringify(again)), evidence, name);
    }
  }
});

test('answers in any order, late or at once, give the same verdict', async () => {
  const wanted = stringify(Check.replay(good));
  for (let seed = 1; seed <= 20; seed += 1) {
    const { needs, feed, result } = machine(good);
    let [state, open] = [seed, needs()];
    while (open.length > 0) {
      state = (state * 48_271) % 0x7fff_ffff;
      const [need] = open.splice(state % open.length, 1);
      feed(/** @type {any} */ (need));
      open = [...open, ...needs()];
    }
    assert.equal(stringify(/** @type {any} */ (result())), wanted, `seed ${seed}`);
  }
});

/** @param {Evidence} evidence */
function machine(evidence) {
  const engine = new Check(evidence.domain, { at: evidence.at, options: evidence.options, roots: rootsOf(evidence) });
  /** @param {any} need */
  const key = ({ kind, ...need }) => JSON.stringify([kind, need.name, need.type, need.url, need.target]);
  const answers = new Map(evidence.answers.map(({ need, answer }) => [key(need), answer]));
  return {
    needs: () => engine.needs(),
    /** @param {import('../../js/types.d.ts').Need} need */
    feed: (need) => engine.feed(need.id, /** @type {any} */ (answers.get(key(need)))),
    result: () => engine.verdict,
  };
}

test('three rounds of DNS at most, one more where an alias leads into another zone, and nothing is asked twice', async () => {
  const abroad = ['dane-alias-out.lab', 'dane-unsigned-alias.lab', 'dane-tlsa-alias.lab', 'dane-tlsa-insecure.lab', 'dane-cname-domain.lab'];
  let most = 0;
  for (const name of recorded) {
    const evidence = evidenceOf(name);
    const hosts = given(evidence);
    /** A round is what is asked while nothing of it is answered. @type {string[][]} */
    const rounds = [];
    let open = 0;
    await check(evidence.domain, {
      ...hosts,
      onNeed(need) {
        if (need.kind !== 'dns') return;
        if (open === 0) rounds.push([]);
        open += 1;
        rounds.at(-1)?.push(`${need.name} ${need.type}`.toLowerCase());
      },
      async dns(query, init) {
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return hosts.dns?.(query, init) ?? never();
      },
    });
    const all = rounds.flat();
    assert.equal(new Set(all).size, all.length, name);
    // Where the alias leads is known with its answer only, and whether its zone is signed a round later (RFC 7672 §2.2.2).
    if (abroad.includes(evidence.domain)) {
      assert.ok(rounds.length <= 4, `${name}: ${JSON.stringify(rounds)}`);
      continue;
    }
    assert.ok(rounds.length <= 3, `${name}: ${JSON.stringify(rounds)}`);
    most = Math.max(most, rounds.length);
  }
  assert.equal(most, 3);
});

test('no host at all: unknown, and nothing is thrown', async () => {
  const verdict = await check('example.com');
  assert.equal(verdict.posture, 'unknown');
  assert.equal(verdict.action, 'defer');
});

test('hosts that are broken cost a verdict of `unknown`, never an exception', async () => {
  const reject = async () => Promise.reject(new Error('down'));
  const throwing = () => {
    throw new TypeError('at once');
  };
  const dns = { reject, throwing, nothing: always(undefined), text: always('hello'), empty: always(new Uint8Array()) };
  const more = {
    short: always(new Uint8Array(11)),
    noise: always(new Uint8Array(600).fill(0xc0)),
    long: always(new Uint8Array(70_000)),
    'throws nothing': async () => Promise.reject(undefined),
    echo: async (/** @type {Uint8Array} */ query) => query,
  };
  for (const [name, host] of Object.entries({ ...dns, ...more })) {
    const verdict = await check('example.com', { dns: /** @type {any} */ (host) });
    assert.equal(verdict.posture, 'unknown', name);
  }
});

test('a resolver that cannot be reached, or refuses: unknown, with the reason', async () => {
  const silent = await check('example.com', { dns: udp({ server: '127.0.0.1:1', timeoutMs: 300, retries: 0 }) });
  assert.equal(silent.posture, 'unknown');
  assert.match(silent.facts.mx.reason ?? '', /./);
  const refused = await check('example.com', {
    async dns(query) {
      const message = response(query);
      message[3] = 0x85; // REFUSED
      return message;
    },
  });
  assert.equal(refused.posture, 'unknown');
});

test('broken policy hosts and mail hosts: a verdict, and the rest of the facts stay', async () => {
  const broken = {
    reject: async () => Promise.reject(new Error('down')),
    nothing: always(undefined),
    number: always(42),
    list: always([{}]),
    'no response': always({ status: 200 }),
  };
  for (const [name, host] of Object.entries(broken)) {
    const hosts = { fetch: /** @type {any} */ (host), starttls: /** @type {any} */ (host) };
    const { hosts: mail } = await check(good.domain, { ...given(good), ...hosts });
    assert.deepEqual(mail.map((one) => [one.host, one.conformance]), [
      ['mx1.enforce-good.lab', 'unobserved'],
      ['mx2.enforce-good.lab', 'unobserved'],
    ], name);
  }
});

test('a host that never answers and heeds no signal: the driver goes on, and has told it to stop', async (t) => {
  /** @type {AbortSignal[]} */
  const signals = [];
  const silent = (/** @type {unknown} */ _, /** @type {any} */ { signal }) => (signals.push(signal), never());
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const running = check('example.com', { dns: silent, fetch: silent, starttls: silent });
  let verdict = /** @type {import('../../js/types.d.ts').Verdict | null} */ (null);
  running.then((value) => (verdict = value));
  for (let turn = 0; turn < 20 && !verdict; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal((await running).posture, 'unknown');
  assert.ok(signals.length > 0 && signals.every(({ aborted }) => aborted));
});

test('`stsTimeoutMs` bounds the policy host', async () => {
  const options = { ...good.options, stsTimeoutMs: 30 };
  const { facts } = await check(good.domain, { ...given(good), options, fetch: never });
  assert.equal(facts.policy.answer?.kind, 'failed');
  assert.equal(/** @type {any} */ (facts.policy.answer).cause, 'timeout');
});

test('an abort: before, while hosts work, while the store is read', async () => {
  await assert.rejects(check('example.com', { signal: AbortSignal.abort(), dns: () => assert.fail('asked') }), mistake('ERR_ABORTED'));
  for (const place of /** @type {const} */ (['dns', 'store'])) {
    const controller = new AbortController();
    /** @type {AbortSignal | undefined} */
    let seen;
    const stuck = (/** @type {unknown} */ _, /** @type {any} */ init) => {
      seen = init?.signal;
      queueMicrotask(() => controller.abort(new Error('enough')));
      return never();
    };
    const hosts = place === 'dns' ? { dns: stuck } : { store: { get: /** @type {any} */ (stuck), set: never } };
    await assert.rejects(check('example.com', { signal: controller.signal, ...hosts }), (/** @type {any} */ error) => {
      return mistake('ERR_ABORTED')(error) && error.cause?.message === 'enough';
    });
    if (place === 'dns') assert.equal(seen?.aborted, true);
  }
});

test('the store is asked first and told last', async () => {
  const store = memoryStore();
  await check(good.domain, { ...given(good), store });
  const entry = await store.get(good.domain);
  assert.equal(entry?.policy?.mode, 'enforce');
  // A day later nothing of it can be fetched: the policy is in force all the same (RFC 8461 §5.1).
  const at = new Date(Date.parse(good.at) + 3_600_000);
  const fetch = async () => Promise.reject(new Error('down'));
  const verdict = await check(good.domain, { ...given(good), at, fetch, store });
  assert.deepEqual(verdict.hosts.map(({ requirement }) => requirement), ['webpki', 'webpki']);
  const stranger = await check(good.domain, { ...given(good), at, fetch });
  assert.deepEqual(stranger.hosts.map(({ requirement }) => requirement), ['opportunistic', 'opportunistic']);
});

test('a store that throws, rejects or holds something else does not cost the check', async () => {
  const broken = async () => Promise.reject(new Error('disk full'));
  const throwing = () => {
    throw new Error('at once');
  };
  const wanted = stringify(await check(good.domain, given(good)));
  for (const store of [{ get: broken, set: broken }, { get: throwing, set: throwing }, { get: always(undefined), set: throwing }]) {
    assert.equal(stringify(await check(good.domain, { ...given(good), store: /** @type {any} */ (store) })), wanted);
  }
  const strange = { get: always({ policy: 'what' }), set: always(undefined) };
  assert.equal(stringify(await check(good.domain, { ...given(good), store: /** @type {any} */ (strange) })), wanted);
});

/** A recorded check from a chain cache, and how much it asked. @param {Evidence} evidence @param {any} chainCache */
async function asked(evidence, chainCache) {
  /** @type {string[]} */
  const seen = [];
  const onNeed = (/** @type {any} */ { kind, name, type }) => seen.push(kind === 'dns' ? `${name} ${type}` : kind);
  return { ...(await conduct(evidence.domain, { ...given(evidence), chainCache, onNeed })), seen };
}

test('the chain cache of a check: the next one asks less, for its own domain and for others, and says the same', async () => {
  const cold = await asked(good, null);
  const warm = await asked(good, cold.chainCache);
  assert.equal(stringify(warm.verdict), stringify(cold.verdict));
  const chain = (/** @type {string[]} */ seen) => seen.filter((one) => / (DS|DNSKEY)$/.test(one)).sort();
  // Whether `mta-sts.enforce-good.lab` and the hosts are zones of their own needs no asking: their answers are signed.
  assert.deepEqual(chain(cold.seen), ['. DNSKEY', 'enforce-good.lab DNSKEY', 'enforce-good.lab DS', 'lab DNSKEY', 'lab DS']);
  assert.deepEqual(chain(warm.seen), []);
  assert.equal(warm.seen.length, cold.seen.length - 5);
  const other = evidenceOf('mx-outside.lab.json');
  const [alone, after] = [await asked(other, []), await asked(other, cold.chainCache)];
  assert.equal(stringify(after.verdict), stringify(alone.verdict));
  assert.deepEqual(chain(after.seen), ['mx-outside.lab DNSKEY', 'mx-outside.lab DS']);
  assert.equal(after.seen.length, alone.seen.length - 3);
});

test('the chain cache: plain data of zones and their expiry, which survives JSON', async () => {
  const { chainCache, verdict } = await asked(good, null);
  assert.deepEqual(chainCache.map(({ zone, status }) => [zone, status]), [['.', 'secure'], ['lab', 'secure'], ['enforce-good.lab', 'secure']]);
  for (const entry of chainCache) {
    assert.equal(Object.getPrototypeOf(entry), Object.prototype);
    assert.ok(entry.data instanceof Uint8Array && entry.data.length > 0);
    assert.ok(entry.expiresAt > good.at, entry.expiresAt);
  }
  assert.deepEqual(structuredClone(chainCache), chainCache);
  const stored = JSON.parse(stringify(chainCache));
  const again = await asked(good, stored);
  assert.equal(stringify(again.verdict), stringify(verdict));
  assert.equal(again.seen.length, good.answers.length - 5);
  assert.equal(stringify(again.evidence.chainCache), stringify(chainCache));
  assert.equal(stringify(Check.replay(again.evidence)), stringify(verdict));
});

test('the chain cache: a proof that a zone is unsigned is kept too; what has expired is passed over', async () => {
  const unsigned = evidenceOf('not-configured.lab.json');
  const { chainCache, verdict, seen } = await asked(unsigned, null);
  assert.deepEqual(chainCache.map(({ zone, status }) => [zone, status]), [['.', 'secure'], ['lab', 'secure'], ['not-configured.lab', 'insecure']]);
  const warm = await asked(unsigned, chainCache);
  assert.equal(stringify(warm.verdict), stringify(verdict));
  assert.ok(warm.seen.length < seen.length);
  const expired = chainCache.map((entry) => ({ ...entry, expiresAt: unsigned.at }));
  const cold = await asked(unsigned, expired);
  assert.deepEqual(cold.seen.sort(), seen.sort());
  assert.equal(stringify(cold.verdict), stringify(verdict));
});

test('`onNeed` sees every need once', async () => {
  /** @type {number[]} */
  const seen = [];
  await check(good.domain, { ...given(good), onNeed: ({ id }) => seen.push(id) });
  assert.equal(new Set(seen).size, seen.length);
  assert.equal(seen.length, good.answers.length);
});

test('two checks at once share nothing', async () => {
  const [one, other] = [good, evidenceOf('no-starttls.lab.json')];
  const both = await Promise.all([one, other].map((evidence) => check(evidence.domain, given(evidence))));
  assert.deepEqual(both.map(stringify), [one, other].map((evidence) => stringify(Check.replay(evidence))));
});

test('no domain: ERR_INVALID_DOMAIN', async () => {
  const texts = ['', '.', 'a..b', 'a b.com', 'a/b.com', 'x@example.com', 'example.com:25', 'http://example.com', 'é/b.com'];
  const others = ['é:25', 'user@é.com', 'é?q', `${'x'.repeat(64)}.com`, `${'x.'.repeat(130)}com`, '[::1]', 'a\0b.com', 5, null, undefined, {}];
  for (const domain of [...texts, ...others]) {
    await assert.rejects(check(/** @type {any} */ (domain)), mistake('ERR_INVALID_DOMAIN'), JSON.stringify(domain));
    assert.throws(() => new Check(/** @type {any} */ (domain)), mistake('ERR_INVALID_DOMAIN'), JSON.stringify(domain));
  }
});

test('U-labels become A-labels', async () => {
  assert.equal((await check('münchen.example')).domain, 'xn--mnchen-3ya.example');
  assert.equal((await check('BÜCHER.Example.')).domain, 'xn--bcher-kva.example');
});

test('wrong arguments: ERR_INVALID_ARGUMENT, never an error of the glue', async () => {
  const wrong = /** @type {any[]} */ ([
    [null],
    ['text'],
    [{ at: 'yesterday' }],
    [{ at: new Date(NaN) }],
    [{ at: 7 }],
    [{ at: new Date(8.64e15) }],
    [{ options: 7 }],
    [{ options: { precedence: 'none such' } }],
    [{ options: { port: -1 } }],
    [{ roots: 'pem' }],
    [{ roots: ['x', 7] }],
    [{ dns: 'resolver' }],
    [{ fetch: {} }],
    [{ cachedPolicy: 'x' }],
    [{ chainCache: 'x' }],
    [{ chainCache: [{ zone: '.' }] }],
    [{ options: { anchors: ['. IN A 192.0.2.1'] } }],
  ]);
  for (const [o] of wrong) {
    await assert.rejects(check('example.com', o), mistake('ERR_INVALID_ARGUMENT'), JSON.stringify(o));
  }
  const fine = new Check('example.com');
  for (const call of [
    () => fine.feed(0, /** @type {any} */ (null)),
    () => fine.feed(0, /** @type {any} */ ({ kind: 'what' })),
    () => Check.replay(/** @type {any} */ ({})),
    () => Check.replay(/** @type {any} */ (null)),
    () => mxseal.decide(/** @type {any} */ ({})),
    () => mxseal.compare(/** @type {any} */ (1), /** @type {any} */ (2)),
    () => mxseal.parseStsRecord(/** @type {any} */ (5)),
    () => mxseal.parseStsRecord(/** @type {any} */ ([5])),
    () => mxseal.parseStsPolicy(/** @type {any} */ (5)),
    () => mxseal.parseTlsRptRecord(/** @type {any} */ (null)),
    () => mxseal.parseTlsa(/** @type {any} */ (5)),
    () => mxseal.matchMx(/** @type {any} */ ('x'), 'a.example'),
    () => mxseal.describeCertificate(/** @type {any} */ (5)),
    () => mxseal.describeCertificate('no PEM'),
    () => mxseal.describeCertificate(Uint8Array.of(1, 2, 3)),
    () => mxseal.certificatesFromPem(/** @type {any} */ (5)),
    () => mxseal.nextCacheState(/** @type {any} */ ({ entry: null })),
    () => mxseal.verifyWebPki(/** @type {any} */ ({ chain: 5, host: 'a.example', roots: [] })),
    () => mxseal.judgeSession(/** @type {any} */ ({})),
    () => stringify(/** @type {any} */ (undefined)),
  ]) {
    assert.throws(call, mistake('ERR_INVALID_ARGUMENT'), String(call));
  }
});

test('feeding: unknown needs and wrong kinds are told, and the check goes on', () => {
  const machine = new Check('example.com', { at: '2026-03-01T12:00:00Z' });
  assert.throws(() => machine.feed(0, { kind: 'unsupported' }), mistake('ERR_UNKNOWN_NEED')); // not handed out yet
  let needs = machine.needs();
  assert.deepEqual(machine.needs(), []);
  const [first] = needs;
  assert.ok(first);
  assert.throws(() => machine.feed(first.id, { kind: 'starttls', sessions: [] }), mistake('ERR_WRONG_ANSWER'));
  for (const id of [-1, 0.5, 1e9, NaN, 2 ** 32, /** @type {any} */ ('0')]) {
    assert.throws(() => machine.feed(id, { kind: 'unsupported' }), mistake('ERR_UNKNOWN_NEED'), String(id));
  }
  assert.equal(machine.verdict, null);
  for (; needs.length > 0; needs = machine.needs()) {
    for (const { id } of needs) machine.feed(id, { kind: 'failed', cause: 'dns', message: 'SERVFAIL' });
  }
  assert.equal(machine.verdict?.posture, 'unknown');
  assert.throws(() => machine.feed(first.id, { kind: 'unsupported' }), mistake('ERR_UNKNOWN_NEED')); // answered already
  machine.free();
});

test('stringify: octets as base64, and the replay of the text is the replay of the evidence', async () => {
  const { verdict, evidence } = await conduct(good.domain, given(good));
  const parsed = JSON.parse(stringify(evidence));
  assert.equal(stringify(Check.replay(parsed)), stringify(verdict));
  assert.equal(stringify(mxseal.decide(JSON.parse(stringify(verdict)).facts, evidence.options)), stringify(verdict));
  // RFC 4648 §10, and a Buffer is octets too.
  const octets = { f: new Uint8Array(Buffer.from('foobar')), b: Buffer.from('fo'), e: new Uint8Array(), n: null };
  assert.equal(stringify(/** @type {any} */ (octets)), '{"f":"Zm9vYmFy","b":"Zm8=","e":"","n":null}');
});

test('fetchPolicy: a policy, a failure, a mistake, an abort', async () => {
  const body = 'version: STSv1\r\nmode: testing\r\nmx: *.example.com\r\nmax_age: 86400\r\n';
  /** @type {string[]} */
  const urls = [];
  const fetch = async (/** @type {string} */ url) => (urls.push(url), new Response(body, { headers: { 'content-type': 'text/plain' } }));
  const fetched = await mxseal.fetchPolicy('Example.com', { fetch });
  assert.deepEqual([fetched.status, fetched.policy?.mode, fetched.policy?.maxAge], ['fetched', 'testing', 86_400]);
  assert.deepEqual(urls, ['https://mta-sts.example.com/.well-known/mta-sts.txt']);
  const missing = await mxseal.fetchPolicy('example.com', { fetch: async () => new Response('', { status: 404 }) });
  assert.deepEqual([missing.status, missing.resultType, missing.httpStatus], ['failed', 'sts-policy-fetch-error', 404]);
  const late = await mxseal.fetchPolicy('example.com', { fetch: never, timeoutMs: 20 });
  assert.deepEqual([late.status, late.resultType], ['failed', 'sts-policy-fetch-error']);
  await assert.rejects(mxseal.fetchPolicy('a b', { fetch }), mistake('ERR_INVALID_DOMAIN'));
  for (const o of [null, {}, { fetch: 5 }, { fetch, timeoutMs: -1 }, { fetch, timeoutMs: 'x' }]) {
    await assert.rejects(mxseal.fetchPolicy('example.com', /** @type {any} */ (o)), mistake('ERR_INVALID_ARGUMENT'), JSON.stringify(o));
  }
  const signal = AbortSignal.timeout(20);
  await assert.rejects(mxseal.fetchPolicy('example.com', { fetch: never, signal }), mistake('ERR_ABORTED'));
});
