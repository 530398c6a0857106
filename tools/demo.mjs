/** The main job on recorded evidence of real servers: a verdict for each domain, no network. */

import { readdirSync, readFileSync } from 'node:fs';
import { Check } from 'mxseal';
import { formatVerdict } from '../js/format.js';

const directory = new URL('../tests/evidence/', import.meta.url);
const told = [
  'enforce-good.lab',
  'testing-good.lab',
  'mx-outside.lab',
  'expired-cert.lab',
  'policy-redirect.lab',
  'dane-good.lab',
  'dane-mismatch.lab',
  'not-configured.lab',
  'null-mx.lab',
  'bogus.lab',
];
const there = new Set(readdirSync(directory));
const colour = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
for (const domain of told.filter((name) => there.has(`${name}.json`))) {
  const verdict = Check.replay(JSON.parse(readFileSync(new URL(`${domain}.json`, directory), 'utf8')));
  console.log(formatVerdict(verdict, { colour, width: Math.min(process.stdout.columns ?? 100, 110) }));
}
console.log('Recorded answers, judged again here. A live domain: node js/cli.js check example.com --starttls');
