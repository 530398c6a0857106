/**
 * One suite for every runtime: the vectors, the recorded checks and the DANE differential through the JavaScript API. It imports nothing of any
 * platform; the runner of each gives it the package and the files.
 */

import { daneCases } from './dane.js';
import { evidenceCases } from './evidence.js';
import { vectorCases } from './vectors.js';

/**
 * @param {typeof import('mxseal')} mxseal
 * @param {{ vectors: Record<string, any[]>, evidence: Record<string, any>, expect: Record<string, any>, replayed: Record<string, string>, dane: Record<string, any> }} files
 * @returns {Promise<{ passed: number, failed: { id: string, message: string }[] }>}
 */
export async function run(mxseal, files) {
  const failed = [];
  let passed = 0;
  for (const [id, attempt] of [...vectorCases(mxseal, files.vectors), ...evidenceCases(mxseal, files), ...daneCases(mxseal, files.dane)]) {
    try {
      await attempt();
      passed += 1;
    } catch (error) {
      failed.push({ id, message: String(error?.message ?? error).slice(0, 2000) });
    }
  }
  return { passed, failed };
}
