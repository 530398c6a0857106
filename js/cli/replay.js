/** `mxseal replay`: recorded evidence judged again; no network, no clock. */

import { Check } from '../index.js';
import { show } from './check.js';
import { exitOf, gravest, Usage } from './exit.js';
import { evidence } from './files.js';

/**
 * @param {string[]} files
 * @param {Record<string, any>} flags
 */
export async function runReplay(files, flags) {
  if (files.length === 0) throw new Usage('name an evidence file');
  const codes = [];
  for (const file of files) {
    const verdict = Check.replay(await evidence(file));
    show(verdict, flags);
    codes.push(exitOf(verdict));
  }
  return gravest(codes);
}
