/**
 * One suite for every runtime: the vectors, the recorded checks, the DANE differential and the DNSSEC matrix through the
 * JavaScript API. It imports nothing of any platform; the runner of each gives it the package and the files.
 */

import { daneCases } from './dane.js';
import { dnssecCases } from './dnssec.js';
import { evidenceCases } from './evidence.js';
import { planCases } from './plan.js';
import { vectorCases } from './vectors.js';

/**
 * @param {typeof import('mxseal')} mxseal
 * @param {{ vectors: Record<string, any[]>, evidence: Record<string, any>, expect: Record<string, any>, replayed: Record<string, string>, dane: Record<string, any>, dnssec: Record<string, any> }} files
 * @returns {Promise<{ passed: number, failed: { id: string, message: string }[] }>}
 */
export async function run(mxseal, files) {
  const failed = [];
  let passed = 0;
  const cases = [
    ...vectorCases(mxseal, files.vectors),
    ...planCases(mxseal, files.vectors),
    ...evidenceCases(mxseal, files),
    ...daneCases(mxseal, files.dane),
    ...dnssecCases(mxseal, files.dnssec),
  ];
  for (const [id, attempt] of cases) {
    try {
      await attempt();
      passed += 1;
    } catch (error) {
      failed.push({ id, message: String(error?.message ?? error).slice(0, 2000) });
    }
  }
  return { passed, failed };
}
