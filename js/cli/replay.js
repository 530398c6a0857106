/** `mxseal replay`: recorded evidence judged again; no network, no clock. */

import { readFileSync } from 'node:fs';
import { Check } from '../index.js';
import { show } from './check.js';
import { exitOf, gravest, Usage } from './exit.js';

/**
 * @param {string[]} files
 * @param {Record<string, any>} flags
 */
export async function runReplay(files, flags) {
  if (files.length === 0) throw new Usage('name an evidence file');
  const codes = [];
  for (const file of files) {
    const verdict = Check.replay(read(file));
    show(verdict, flags);
    codes.push(exitOf(verdict));
  }
  return gravest(codes);
}

/** @param {string} file */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Usage(`${file}: ${/** @type {Error} */ (error).message}`);
  }
}
