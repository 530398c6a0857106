/** Hosts that answer from evidence: every kind of answer, in memory and from a file, and what was never recorded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyAnswer } from '../../../js/hosts/policy-answer.js';
import { replay } from '../../../js/hosts/replay.js';
import { causeCode } from './loopback.js';
import { query, response } from './message.js';

const mx = query('mail.example');
const txt = query('_mta-sts.mail.example', { type: 16 });
const lost = query('lost.example');
const policyUrl = (/** @type {string} */ name) => `https://mta-sts.${name}.example/.well-known/mta-sts.txt`;
const target = { host: 'mx.mail.example', port: 25, serverName: 'mx.mail.example', addresses: ['192.0.2.1', '2001:db8::1'] };
const session = { starttls: true, chain: [Uint8Array.of(0x30, 0), Uint8Array.of(0x30, 1, 5)], tlsVersion: 'TLSv1.3', error: null };

const policies = /** @type {[string, any][]} */ ([
  ['good', { kind: 'policy', httpStatus: 200, contentType: 'text/plain', body: new Uint8Array([0x76, 0xff, 0]), redirected: false }],
  ['untyped', { kind: 'policy', httpStatus: 200, contentType: null, body: new Uint8Array(0), redirected: false }],
  ['oversize', { kind: 'policy', httpStatus: 200, contentType: 'text/plain', body: new Uint8Array(65_537).fill(0x61), redirected: false }],
  ['missing', { kind: 'policy', httpStatus: 404, contentType: 'text/html', body: new Uint8Array(0), redirected: false }],
  ['no-content', { kind: 'policy', httpStatus: 204, contentType: null, body: new Uint8Array(0), redirected: false }],
  ['odd', { kind: 'policy', httpStatus: 999, contentType: null, body: new Uint8Array(0), redirected: false }],
  ['moved', { kind: 'policy', httpStatus: 301, contentType: 'text/html', body: new Uint8Array(0), redirected: true }],
  ['hidden', { kind: 'policy', httpStatus: 0, contentType: null, body: new Uint8Array(0), redirected: true }],
  ['tls', { kind: 'failed', cause: 'tls', message: 'certificate has expired' }],
  ['slow', { kind: 'failed', cause: 'timeout', message: 'no answer within 60000 ms' }],
  ['worker', { kind: 'unsupported' }],
]);

const evidence = {
  answers: [
    { stage: 1, need: { kind: 'dns', query: mx, name: 'mail.example', type: 'MX' }, answer: { kind: 'dns', message: response(mx, { rest: [1] }) } },
    { stage: 1, need: { kind: 'dns', query: txt, name: '_mta-sts.mail.example', type: 'TXT' }, answer: { kind: 'dns', message: response(txt) } },
    { stage: 1, need: { kind: 'dns', query: lost, name: 'lost.example', type: 'MX' }, answer: { kind: 'failed', cause: 'timeout', message: 'gone' } },
    ...policies.map(([name, answer]) => ({ stage: 2, need: { kind: 'policy', url: policyUrl(name), addresses: [] }, answer })),
    { stage: 4, need: { kind: 'starttls', target }, answer: { kind: 'starttls', sessions: [session] } },
    { stage: 4, need: { kind: 'starttls', target: { ...target, port: 26 } }, answer: { kind: 'unsupported' } },
    { stage: 4, need: { kind: 'starttls', target: { ...target, port: 27 } }, answer: { kind: 'failed', cause: 'connect', message: 'no way' } },
  ],
};
/** As from a file: octets are base64. */
const parsed = JSON.parse(JSON.stringify(evidence, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value)));

for (const [form, recorded] of /** @type {[string, any][]} */ ([['in memory', evidence], ['from a file', parsed]])) {
  test(`${form}: DNS by the octets of the query`, async () => {
    const { dns } = replay(recorded);
    assert.deepEqual(await dns(mx, {}), response(mx, { rest: [1] }));
    assert.deepEqual(await dns(Uint8Array.from(txt), {}), response(txt));
    await assert.rejects(dns(lost, {}), (error) => causeCode(error) === 'timeout' && /** @type {Error} */ (error).message === 'gone');
  });

  for (const [name, answer] of policies) {
    test(`${form}: a policy becomes the answer that was recorded: ${name}`, async () => {
      const { fetch } = replay(recorded);
      assert.deepEqual(await policyAnswer(fetch, { url: policyUrl(name), addresses: ['192.0.2.1'] }), answer);
    });
  }

  test(`${form}: sessions by host, port and addresses`, async () => {
    const { starttls } = replay(recorded);
    assert.deepEqual(await starttls({ ...target, addresses: [...target.addresses].reverse(), timeoutMs: 5 }, {}), [session]);
    assert.equal(await starttls({ ...target, port: 26 }, {}), 'unsupported');
    await assert.rejects(starttls({ ...target, port: 27 }, {}), (error) => causeCode(error) === 'connect');
  });
}

test('what was never recorded is refused in words', async () => {
  const { dns, fetch, starttls } = replay(/** @type {any} */ (evidence));
  await assert.rejects(dns(query('other.example'), {}), /the evidence holds no answer for this DNS query/);
  await assert.rejects(dns(query('mail.example', { type: 1 }), {}), /holds no answer/);
  await assert.rejects(fetch('https://other.example/', {}), /no answer for a policy at `https:\/\/other\.example\/`/);
  for (const other of [{ host: 'mx2.mail.example' }, { port: 28 }, { addresses: ['192.0.2.1'] }, { addresses: [] }]) {
    await assert.rejects(starttls({ ...target, ...other }, {}), /no answer for a session with `mx2?\.mail\.example` port \d+/);
  }
});

test('an answer of the wrong kind is refused', async () => {
  const { dns } = replay(/** @type {any} */ ({ answers: [{ need: { kind: 'dns', query: mx }, answer: { kind: 'starttls', sessions: [] } }] }));
  await assert.rejects(dns(mx, {}), /answers this DNS query with `starttls`/);
});

test('what one caller does to an answer, the next does not see', async () => {
  const { dns, starttls } = replay(/** @type {any} */ (evidence));
  (await dns(mx, {})).fill(0);
  const first = await starttls(target, {});
  assert.ok(Array.isArray(first));
  first[0]?.chain[0]?.fill(0);
  assert.deepEqual(await dns(mx, {}), response(mx, { rest: [1] }));
  assert.deepEqual(await starttls(target, {}), [session]);
});

test('it stops when told to', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  const { dns, fetch, starttls } = replay(/** @type {any} */ (evidence));
  for (const call of [() => dns(mx, { signal }), () => fetch(policyUrl('good'), { signal }), () => starttls(target, { signal })]) {
    await assert.rejects(async () => call(), /^Error: enough$/);
  }
});

test('what is no evidence is refused at once', () => {
  for (const bad of [null, undefined, {}, { answers: {} }, 'text']) {
    assert.throws(() => replay(/** @type {any} */ (bad)), { code: 'ERR_INVALID_ARGUMENT' });
  }
});
