/** The policy stores: what is set is got, in memory and in a folder, also where the folder is damaged. */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileStore } from '../../../js/store/file.js';
import { memoryStore } from '../../../js/store/memory.js';

/** @typedef {import('../../../js/types.d.ts').CachedPolicy} CachedPolicy */

/** @param {number} maxAge @returns {CachedPolicy} */
const entry = (maxAge) => ({
  policy: { mode: 'enforce', mx: ['*.mail.example'], maxAge, extensions: [['a', 'é']], lines: ['version: STSv1', 'mode: enforce'] },
  id: '20260101',
  fetchedAt: '2026-01-01T00:00:00Z',
  largestMaxAge: maxAge,
  lastAttempt: { at: '2026-01-01T00:00:00Z', id: null, outcome: 'fetched' },
});
/** @type {CachedPolicy} */
const empty = { policy: null, id: null, fetchedAt: null, largestMaxAge: 0, lastAttempt: null };

/** @param {import('node:test').TestContext} t */
async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), 'mxseal-store-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

for (const kind of ['memory', 'file']) {
  const open = async (/** @type {import('node:test').TestContext} */ t) =>
    kind === 'memory' ? memoryStore() : fileStore(join(await folder(t), 'made', 'when needed'));

  test(`${kind}: what is set is got, what is not is null`, async (t) => {
    const store = await open(t);
    assert.equal(await store.get('mail.example'), null);
    await store.set('mail.example', entry(1));
    await store.set('other.example', empty);
    assert.deepEqual(await store.get('mail.example'), entry(1));
    assert.deepEqual(await store.get('other.example'), empty);
    assert.equal(await store.get('example'), null);
    await store.set('mail.example', entry(2));
    assert.deepEqual(await store.get('mail.example'), entry(2));
  });

  test(`${kind}: a name is the same in any case and with its dot`, async (t) => {
    const store = await open(t);
    await store.set('Mail.Example.', entry(1));
    assert.deepEqual(await store.get('mAIL.example'), entry(1));
  });

  test(`${kind}: of many sets at once the last call stands`, async (t) => {
    const store = await open(t);
    await Promise.all(Array.from({ length: 30 }, (_, at) => store.set('mail.example', entry(at))));
    assert.deepEqual(await store.get('mail.example'), entry(29));
  });

  test(`${kind}: an entry is a copy`, async (t) => {
    const store = await open(t);
    const given = entry(1);
    await store.set('mail.example', given);
    given.policy?.mx.push('evil.example');
    (await store.get('mail.example'))?.policy?.mx.push('evil.example');
    assert.deepEqual(await store.get('mail.example'), entry(1));
  });

  test(`${kind}: names that would leave a folder, or not fit a file system`, async (t) => {
    const store = await open(t);
    const long = Array(4).fill('x'.repeat(62)).join('.');
    const names = ['..', '../up', '/etc/passwd', 'a/b', 'a\\b', '%2e', '.hidden', 'nul\u0000', '_dmarc.x', 'é', "it's*", long, `${long}y`, 'con', 'a.json', ''];
    for (const [at, name] of names.entries()) await store.set(name, entry(at));
    for (const [at, name] of names.entries()) assert.deepEqual(await store.get(name), entry(at), JSON.stringify(name));
  });
}

test('the folder holds one file a domain and nothing beside', async (t) => {
  const path = await folder(t);
  const inside = join(path, 'inside');
  const store = fileStore(inside);
  await Promise.all([store.set('mail.example', entry(1)), store.set('mail.example', entry(2)), store.set('../out', entry(3))]);
  assert.deepEqual((await readdir(inside)).sort(), ['%2e.%2fout.json', 'mail.example.json']);
  assert.deepEqual(await readdir(path), ['inside']);
});

test('another process sees whole entries only, while one writes', async (t) => {
  const path = await folder(t);
  const [writer, reader] = [fileStore(path), fileStore(path)];
  await writer.set('mail.example', entry(0));
  const writing = (async () => {
    for (let at = 1; at < 40; at += 1) await writer.set('mail.example', entry(at));
  })();
  let ended = false;
  void writing.then(() => (ended = true));
  while (!ended) assert.notEqual(await reader.get('mail.example'), null);
  await writing;
});

const damages = /** @type {[string, (text: string) => string | Buffer][]} */ ([
  ['empty', () => ''],
  ['cut short', (text) => text.slice(0, -20)],
  ['not JSON', () => 'policy'],
  ['null', () => 'null'],
  ['an array', () => '[]'],
  ['of another domain', (text) => text.replace('"mail.example"', '"evil.example"')],
  ['without an entry', () => '{"domain":"mail.example"}'],
  ['with a wrong mode', (text) => text.replace('"enforce"', '"enforced"')],
  ['with a wrong max_age', (text) => text.replace('"maxAge":7', '"maxAge":"7"')],
  ['with a negative largest max_age', (text) => text.replace('"largestMaxAge":7', '"largestMaxAge":-7')],
  ['with a wrong mx', (text) => text.replace('["*.mail.example"]', '"*.mail.example"')],
  ['with a wrong attempt', (text) => text.replace('"outcome":"fetched"', '"outcome":1')],
  ['without a time', (text) => text.replace('"fetchedAt"', '"fetched"')],
  ['too long', (text) => `${text}${' '.repeat(2 * 1024 * 1024)}`],
  ['binary', () => Buffer.from([0, 0xff, 0xfe])],
]);
for (const [what, damage] of damages) {
  test(`a file that is ${what} counts as absent and is replaced by the next set`, async (t) => {
    const path = await folder(t);
    const store = fileStore(path);
    await store.set('mail.example', entry(7));
    const file = join(path, 'mail.example.json');
    const before = await readFile(file, 'utf8');
    const after = damage(before);
    assert.notEqual(String(after), before);
    await writeFile(file, after);
    assert.equal(await store.get('mail.example'), null);
    await store.set('mail.example', entry(8));
    assert.deepEqual(await store.get('mail.example'), entry(8));
  });
}

test('get never rejects, set does where it cannot write, and leaves nothing behind', async (t) => {
  const path = await folder(t);
  await writeFile(join(path, 'file'), '');
  const blocked = fileStore(join(path, 'file'));
  assert.equal(await blocked.get('mail.example'), null);
  await assert.rejects(blocked.set('mail.example', entry(1)));
  await mkdir(join(path, 'mail.example.json'));
  const store = fileStore(path);
  assert.equal(await store.get('mail.example'), null);
  await assert.rejects(store.set('mail.example', entry(1)));
  assert.deepEqual((await readdir(path)).sort(), ['file', 'mail.example.json']);
  assert.equal(await store.get(/** @type {any} */ (undefined)), null);
  await rm(join(path, 'mail.example.json'), { recursive: true });
  await store.set('mail.example', entry(2));
  assert.deepEqual(await store.get('mail.example'), entry(2));
});
