/** The recordings of tests/evidence, for the page to be shown with them. */

import { readFile } from 'node:fs/promises';

const directory = new URL('../../tests/evidence/', import.meta.url);

export const fileOf = (/** @type {string} */ name) => new URL(`${name}.json`, directory).pathname;

/** @param {string} name */
export async function recording(name) {
  return JSON.parse(await readFile(fileOf(name), 'utf8'));
}

/** What the recorded lab needs. @param {any} evidence */
export function settingsOf({ options }) {
  return { TRUST_ANCHORS: options.anchors.join('\n'), ALLOW_PRIVATE_ADDRESSES: 'true' };
}
