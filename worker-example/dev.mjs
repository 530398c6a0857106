/**
 * `npm run dev`: the Worker and its page on this machine, with recorded answers for a network. The recordings are those of
 * tests/evidence at the root; the clock stands where they were made, since signatures end, and goes on from there.
 * Nothing leaves the machine. What KV, D1 and R2 hold is kept in .wrangler/dev.
 */

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import './build.mjs';
import { startDoh } from './test/browser.mjs';
import { RecordedNetwork } from './test/network.mjs';
import { startWorker } from './test/worker.mjs';

const from = (...parts) => path.join(path.dirname(fileURLToPath(import.meta.url)), ...parts);
const PORT = Number(process.env.PORT ?? 8787);
const TOKEN = 'only-for-this-machine-0123456789';

const recordings = await readRecordings(from('../tests/evidence'));
const network = RecordedNetwork.of(recordings);
const anchors = [...new Set(recordings.flatMap(({ options }) => options.anchors ?? []))].join('\n');
const at = recordings.map(({ at }) => at).sort().at(-1);
const doh = await startDoh(network);
await writePage(from('dist/ui'), from('dist/dev-ui'));
const bindings = { TRUST_ANCHORS: anchors, ALLOW_PRIVATE_ADDRESSES: 'true', ADMIN_TOKEN: TOKEN, REPORT_DOMAINS: '*', CLOCK: at };
const worker = await startWorker((href) => network.answer(href), bindings, { state: from('.wrangler/dev'), port: PORT, page: from('dist/dev-ui') });

const origin = `http://127.0.0.1:${PORT}`;
console.log(`
The page     ${origin}/?domain=enforce-good.lab&doh=${encodeURIComponent(doh.url)}
The API      curl ${origin}/api/check/enforce-good.lab
Admin        curl -H 'authorization: Bearer ${TOKEN}' ${origin}/api/policies
Domains      ${recordings.map(({ domain }) => domain).join(' ')}

The time is ${at}. Ctrl-C ends it.`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => worker.dispose().then(() => process.exit(0)));

/** A check that began with a chain cache did not ask what these answer. */
async function readRecordings(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && name !== 'expect.json');
  const all = await Promise.all(names.map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8'))));
  return all.filter(({ chainCache }) => chainCache.length === 0);
}

/** The page with the settings and the clock of this network. */
async function writePage(source, target) {
  await mkdir(target, { recursive: true });
  await cp(source, target, { recursive: true });
  const html = await readFile(path.join(source, 'index.html'), 'utf8');
  const filled = html
    .replace('name="trust-anchors" content=""', `name="trust-anchors" content="${anchors.replaceAll('"', '&quot;')}"`)
    .replace('name="allow-private-addresses" content=""', 'name="allow-private-addresses" content="true"')
    .replace('<script type="module"', '<script src="/clock.js"></script>\n<script type="module"');
  await writeFile(path.join(target, 'index.html'), filled);
  await writeFile(path.join(target, 'clock.js'), `const Now = Date;
const shift = Now.parse(${JSON.stringify(at)}) - ${Date.now()};
globalThis.Date = class extends Now {
  constructor(...given) { super(...(given.length > 0 ? given : [Date.now()])); }
  static now() { return Now.now() + shift; }
};
`);
}
