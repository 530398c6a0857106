/** One recorded check, again and again: the whole of `conduct`, on hosts that answer from the recording. Runs on Node and workerd. */

import { conduct } from '../../js/index.js';
import { replay } from '../../js/hosts/replay.js';

/** @returns what the next check may start from */
export async function warm(recording) {
  return (await one(recording, [])).chainCache;
}

export async function repeat(recording, count, chainCache) {
  for (let made = 0; made < count; made += 1) {
    const { verdict } = await one(recording, chainCache);
    if (verdict.posture !== 'protected') throw new Error(`the recorded check is ${verdict.posture}`);
  }
}

function one({ domain, at, options, roots, answers }, chainCache) {
  const given = roots?.map((root) => Uint8Array.from(atob(root), (character) => character.charCodeAt(0)));
  return conduct(domain, { at, options, roots: given, chainCache, ...replay({ answers }) });
}
