/** For tests on Node: the project's files. */

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** @param {string} path from the root of the project */
export function load(path) {
  try {
    return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  } catch (cause) {
    throw new Error(`${path} cannot be read; what is in target/ is written by \`cargo test --test check --test types\``, { cause });
  }
}

const VECTORS = ['sts-record', 'sts-policy', 'mx-match', 'tlsrpt-record', 'tlsa', 'sts-fetch', 'sts-cache'];
const recordings = readdirSync(new URL('../evidence/', import.meta.url)).filter((name) => name.endsWith('.lab.json'));

/** All that the suite loads. */
export const files = [
  ...VECTORS.map((name) => `tests/vectors/${name}.json`),
  'tests/evidence/expect.json',
  ...recordings.flatMap((name) => [`tests/evidence/${name}`, `target/replay/${name}`]),
];
