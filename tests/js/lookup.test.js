/** `lookup` and `mxseal lookup`: whatever hosts and callers do, there is a result or an `MxsealError`; nothing is asked twice. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, mock, test } from 'node:test';
import * as mxseal from 'mxseal';
import { response } from './hosts/message.js';

const { lookup, stringify } = mxseal;
const folder = new URL('../dnssec/recorded/', import.meta.url);
const scratch = mkdtempSync(path.join(tmpdir(), 'mxseal-lookup-'));
after(() => rmSync(scratch, { recursive: true }));

/** @param {string} name */
const group = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
const typical = group('typical');

/**
 * A host that answers from a recording, and what it was asked: round by round, a round being what is asked before anything
 * is answered.
 * @param {any} recorded
 */
function host({ messages, at, anchors, bounds }) {
  const known = new Map(Object.entries(messages).map(([key, text]) => [key.toLowerCase(), Buffer.from(/** @type {string} */ (text), 'base64')]));
  const asked = new Map();
  /** @type {string[][]} */
  const rounds = [];
  let open = 0;
  return {
    at,
    anchors,
    ...bounds,
    rounds,
    /** @param {{ query: Uint8Array, name: string, type: string }} need */
    onNeed({ query, name, type }) {
      if (open === 0) rounds.push([]);
      open += 1;
      rounds.at(-1)?.push(`${name} ${type}`);
      asked.set(query, `${name} ${type}`.toLowerCase());
    },
    /** @param {Uint8Array} query */
    async dns(query) {
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return new Uint8Array(known.get(asked.get(query)) ?? response(query));
    },
  };
}

/** @param {string} code */
const mistake = (code) => (/** @type {unknown} */ error) => error instanceof mxseal.MxsealError && error.code === code;
const mx = /** @type {const} */ (['example.typical', 'MX']);

test('a proven answer, its chain from the anchor down, and what to keep', async () => {
  const result = await lookup(...mx, host(typical));
  assert.equal(result.status, 'secure');
  assert.deepEqual([result.rcode, result.canonicalName, result.source, result.reason, result.ede], ['NOERROR', 'example.typical', 'validated', null, null]);
  assert.deepEqual(result.records.map(({ type, data }) => `${type} ${data}`), ['MX 10 mx1.example.typical.', 'MX 20 mx2.example.typical.']);
  assert.equal(result.validUntil, '2026-06-15T12:05:00Z');
  assert.deepEqual(result.chain.map(({ zone, status, parent, cached }) => [zone, status, parent, cached]), [
    ['.', 'secure', null, false],
    ['typical', 'secure', '.', false],
    ['example.typical', 'secure', 'typical', false],
  ]);
  for (const { ds, keys, signatures } of result.chain.slice(1)) {
    assert.ok(ds.every((one) => keys.some(({ keyTag, algorithm }) => keyTag === one.keyTag && algorithm === one.algorithm)));
    assert.deepEqual(signatures.map(({ typeCovered }) => typeCovered), ['DS', 'DNSKEY']);
  }
  assert.deepEqual(result.signatures.map(({ typeCovered, signer }) => [typeCovered, signer]), [['MX', 'example.typical']]);
  assert.deepEqual(result.chainCache.map(({ zone, status }) => [zone, status]), [['.', 'secure'], ['typical', 'secure'], ['example.typical', 'secure']]);
  assert.deepEqual(result.findings.map(({ code }) => code), ['dnssec-secure']);
});

test('nothing is asked twice; a plain look-up takes two rounds at most, with what was kept one', async () => {
  for (const { name, type } of typical.cases) {
    const cold = host(typical);
    const first = await lookup(name, type, cold);
    assert.ok(cold.rounds.length <= 2, `${name} ${type}: ${JSON.stringify(cold.rounds)}`);
    const all = cold.rounds.flat();
    assert.equal(new Set(all).size, all.length, `${name} ${type}`);
    const warm = host(typical);
    const second = await lookup(name, type, { ...warm, chainCache: first.chainCache });
    assert.deepEqual([second.status, second.records, second.validUntil], [first.status, first.records, first.validUntil]);
    assert.deepEqual(second.chainCache, first.chainCache);
    assert.deepEqual(warm.rounds, [[`${name} ${type}`]]);
    assert.ok(second.chain.every(({ cached }) => cached));
  }
});

test('no question of the matrix is asked twice', async () => {
  for (const file of readdirSync(folder)) {
    const recorded = group(path.basename(file, '.json'));
    for (const { name, type } of recorded.cases.slice(0, 12)) {
      const asking = host(recorded);
      await lookup(name, type, asking);
      const all = asking.rounds.flat();
      assert.equal(new Set(all).size, all.length, `${file} ${name} ${type}`);
    }
  }
});

test("a caller's own mistakes", async () => {
  const good = host(typical);
  /** @type {[string, any, any, any][]} */
  const cases = [
    ['ERR_INVALID_DOMAIN', 'a b', 'A', good],
    ['ERR_INVALID_DOMAIN', `${'a'.repeat(64)}.example`, 'A', good],
    ['ERR_INVALID_ARGUMENT', 'a.example', 'NONSENSE', good],
    ['ERR_INVALID_ARGUMENT', 'a.example', 'TYPE65536', good],
    ['ERR_INVALID_ARGUMENT', 'a.example', 'A', { ...good, anchors: ['not an anchor'] }],
    ['ERR_INVALID_ARGUMENT', 'a.example', 'A', { ...good, anchors: 'not a list' }],
    ['ERR_INVALID_ARGUMENT', 'a.example', 'A', { ...good, at: 'yesterday' }],
    ['ERR_INVALID_ARGUMENT', 'a.example', 'A', { ...good, chainCache: [{}] }],
    ['ERR_INVALID_ARGUMENT', 'a.example', 'A', { ...good, nsec3: { insecureAbove: -1 } }],
    ['ERR_INVALID_ARGUMENT', 'a.example', 'A', { ...good, dns: undefined }],
    ['ERR_INVALID_ARGUMENT', 'a.example', 'A', undefined],
  ];
  for (const [code, name, type, options] of cases) {
    await assert.rejects(lookup(name, type, options), mistake(code), `${code} ${name} ${type}`);
  }
  assert.deepEqual(good.rounds, []);
});

test('names as people write them', async () => {
  for (const name of ['EXAMPLE.typical', 'example.typical.']) {
    assert.equal((await lookup(name, 'mx', host(typical))).status, 'secure', name);
  }
});

test('hosts that throw or give garbage: indeterminate, with the reason', async () => {
  /** @type {Record<string, any>} */
  const hosts = {
    rejects: async () => Promise.reject(new Error('down')),
    throws() {
      throw new TypeError('at once');
    },
    nothing: async () => undefined,
    text: async () => 'hello',
    empty: async () => new Uint8Array(),
    short: async () => new Uint8Array(11),
    noise: async () => new Uint8Array(600).fill(0xc0),
    long: async () => new Uint8Array(70_000),
    echo: async (/** @type {Uint8Array} */ query) => query,
    'throws nothing': async () => Promise.reject(undefined),
  };
  for (const [name, dns] of Object.entries(hosts)) {
    const result = await lookup(...mx, { dns, at: typical.at, anchors: typical.anchors });
    assert.equal(result.status, 'indeterminate', name);
    assert.match(result.reason ?? '', /^lookup-failed: /, name);
    assert.deepEqual([result.records, result.validUntil, result.chainCache], [[], null, []], name);
    assert.deepEqual(result.findings.map(({ code }) => code), ['dnssec-indeterminate'], name);
  }
});

test('a host that hangs is given up after a while', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    /** @type {AbortSignal[]} */
    const signals = [];
    const pending = lookup(...mx, {
      at: typical.at,
      anchors: typical.anchors,
      dns: (_, { signal }) => new Promise(() => signal && signals.push(signal)),
    });
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(60_000);
    const result = await pending;
    assert.equal(result.status, 'indeterminate');
    assert.match(result.reason ?? '', /timeout/);
    assert.ok(signals.length > 1 && signals.every(({ aborted }) => aborted));
  } finally {
    mock.timers.reset();
  }
});

test('abort: before, and while a host hangs; the host is told', async () => {
  const before = host(typical);
  await assert.rejects(lookup(...mx, { ...before, signal: AbortSignal.abort('enough') }), mistake('ERR_ABORTED'));
  assert.deepEqual(before.rounds, []);
  const stop = new AbortController();
  /** @type {AbortSignal[]} */
  const signals = [];
  const pending = lookup(...mx, {
    signal: stop.signal,
    dns: (_, { signal }) => new Promise(() => signal && signals.push(signal)),
  });
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort('enough');
  await assert.rejects(pending, (/** @type {any} */ error) => mistake('ERR_ABORTED')(error) && error.cause === 'enough');
  assert.ok(signals.length > 1 && signals.every(({ aborted }) => aborted));
});

test('a resolver that strips signatures is named', async () => {
  const stripped = group('stripped');
  const [{ name, type }] = stripped.cases;
  const result = await lookup(name, type, host(stripped));
  assert.equal(result.status, 'indeterminate');
  assert.match(result.reason ?? '', /^resolver-strips-dnssec: /);
  assert.match(result.findings[0].remedy ?? '', /resolver/);
});

test('stringify writes what Rust writes of a result', async () => {
  const text = stringify(await lookup(...mx, host(typical)));
  const { chainCache } = JSON.parse(text);
  assert.equal(typeof chainCache[0].data, 'string');
  // What a file keeps is taken back.
  const again = await lookup(...mx, { ...host(typical), chainCache: chainCache.map((/** @type {any} */ one) => ({ ...one, data: Buffer.from(one.data, 'base64') })) });
  assert.equal(again.status, 'secure');
});

// ---------------------------------------------------------------- the command line

const CLI = fileURLToPath(new URL('../../js/cli.js', import.meta.url));

/** @param {string[]} args @returns {Promise<{ code: number | null, out: string, err: string }>} */
function cli(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, 'lookup', ...args], { timeout: 60_000 });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** The name and type of a question. @param {Buffer} message @param {string[]} types by number */
function questionOf(message, types) {
  const labels = [];
  let at = 12;
  for (; message[at] > 0; at += message[at] + 1) labels.push(message.toString('latin1', at + 1, at + 1 + message[at]));
  return `${labels.join('.') || '.'} ${types[message.readUInt16BE(at + 1)]}`.toLowerCase();
}

/**
 * A resolver on loopback that answers from a recording, or as `reply` wants.
 * @param {import('node:test').TestContext} t
 * @param {any} recorded
 * @param {(query: Buffer) => Buffer} [reply]
 */
async function resolver(t, recorded, reply) {
  /** @type {string[]} */
  const types = [];
  Object.assign(types, { 1: 'A', 2: 'NS', 5: 'CNAME', 15: 'MX', 16: 'TXT', 28: 'AAAA', 43: 'DS', 48: 'DNSKEY', 52: 'TLSA' });
  const known = new Map(Object.entries(recorded.messages).map(([key, text]) => [key.toLowerCase(), Buffer.from(/** @type {any} */ (text), 'base64')]));
  const server = createSocket('udp4');
  t.after(() => server.close());
  server.on('message', (query, { port, address }) => {
    const message = reply ? reply(query) : Buffer.from(known.get(questionOf(query, types)) ?? response(query));
    query.copy(message, 0, 0, 2);
    server.send(message, port, address);
  });
  await new Promise((resolve) => server.bind(0, '127.0.0.1', () => resolve(undefined)));
  const anchors = path.join(scratch, `anchors-${server.address().port}`);
  writeFileSync(anchors, `${recorded.anchors.join('\n')}\n`);
  return ['--dns', `127.0.0.1:${server.address().port}`, '--anchors', anchors, '--at', recorded.at, '--timeout', '5'];
}

test('mxseal lookup: secure, for people and as JSON', async (t) => {
  const network = await resolver(t, typical);
  const people = await cli([...mx, ...network]);
  assert.deepEqual([people.code, people.err], [0, '']);
  const lines = people.out.trimEnd().split('\n');
  assert.equal(lines[0], 'example.typical MX: SECURE');
  assert.ok(lines.includes('  example.typical 300 MX 10 mx1.example.typical.'));
  assert.match(people.out, /^ {2}\. \(root\): secure by trust anchor; keys \d+ \w+/m);
  assert.match(people.out, /^ {2}typical: secure by DS \d+; keys \d+ \w+/m);
  assert.match(people.out, /^ {2}MX signed by example\.typical \d+ ECDSAP256SHA256, 2026-\S+Z to 2026-\S+Z$/m);
  const json = await cli([...mx, ...network, '--json']);
  assert.deepEqual([json.code, json.err], [0, '']);
  assert.equal(json.out, `${stringify(await lookup(...mx, host(typical)))}\n`);
  assert.match((await cli(['mx1.example.typical', ...network])).out, /^mx1\.example\.typical A: SECURE\n/);
});

test('mxseal lookup: bogus ends with 1, insecure with 0, indeterminate with 3', async (t) => {
  const signatures = group('signatures');
  const bogus = await cli(['mx.expired.signatures', 'A', ...(await resolver(t, signatures))]);
  assert.deepEqual([bogus.code, bogus.err], [1, '']);
  assert.match(bogus.out, /^mx\.expired\.signatures A: BOGUS\n {2}signature-expired: the signature has expired \(mx\.expired\.signatures A\) \[EDE 7\]\n/);
  assert.doesNotMatch(bogus.out, /192\.0\.2\./);
  assert.match(bogus.out, /^to do: /m);
  const delegation = group('delegation');
  const insecure = await cli(['mx.sub.unsigned-nsec.delegation', 'A', ...(await resolver(t, delegation))]);
  assert.deepEqual([insecure.code, insecure.err], [0, '']);
  assert.match(insecure.out, /^mx\.sub\.unsigned-nsec\.delegation A: INSECURE\n {2}unsigned-delegation: /);
  const stripped = group('stripped');
  const [{ name, type }] = stripped.cases;
  const indeterminate = await cli([name, type, ...(await resolver(t, stripped))]);
  assert.deepEqual([indeterminate.code, indeterminate.err], [3, '']);
  assert.match(indeterminate.out, /INDETERMINATE\n {2}resolver-strips-dnssec: /);
});

test('mxseal lookup: what a resolver says never reaches the terminal as it is', async (t) => {
  const words = Buffer.from('\u001b[31mred\u0007');
  const network = await resolver(t, typical, (query) => {
    // SERVFAIL with an extended error (RFC 8914 §2): OPT, one option of code 15, INFO-CODE 22, and words.
    const option = Buffer.concat([Buffer.of(0, 15, 0, words.length + 2, 0, 22), words]);
    const end = query.indexOf(0, 12) + 5;
    const message = Buffer.concat([query.subarray(0, end), Buffer.of(0, 0, 41, 4, 208, 0, 0, 128, 0, 0, option.length), option]);
    message[2] = 0x81;
    message[3] = 0x82;
    message.set([0, 1, 0, 0, 0, 0, 0, 1], 4);
    return message;
  });
  const { code, out, err } = await cli([...mx, ...network]);
  assert.deepEqual([code, err], [3, '']);
  assert.match(out, /red/);
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('mxseal lookup: mistakes end with 2 and a line', async () => {
  /** @type {[string[], RegExp][]} */
  const cases = [
    [[], /give a name and a type/],
    [['a.example', 'A', 'B'], /give a name and a type/],
    [['a b', 'A', '--dns', '127.0.0.1:1'], /`a b`|domain name/],
    [['a.example', 'NONSENSE', '--dns', '127.0.0.1:1'], /NONSENSE|type/],
    [['a.example', 'A', '--dns', '127.0.0.1:1', '--at', 'yesterday'], /yesterday/],
    [['a.example', 'A', '--dns', '127.0.0.1:1', '--anchors', path.join(scratch, 'none')], /--anchors/],
  ];
  for (const [args, words] of cases) {
    const { code, out, err } = await cli(args);
    assert.deepEqual([code, out], [2, ''], args.join(' '));
    assert.match(err, words, args.join(' '));
    assert.match(err, /^mxseal: .*\nTry `mxseal --help`\.\n$/, args.join(' '));
  }
});

test('mxseal lookup: no resolver there', async () => {
  const { code, out, err } = await cli(['a.example', 'A', '--dns', '127.0.0.1:1', '--timeout', '1']);
  assert.deepEqual([code, err], [3, '']);
  assert.match(out, /^a\.example A: INDETERMINATE/);
});
