/**
 * The suite that every JavaScript runtime runs: the vectors, the recorded checks, and the driver, through the public
 * API. It knows no runtime: what it reads comes through `load`, what it tests comes as an argument.
 */

import { feedingOrder } from './order.js';
import { driver, expectations, sameAsRust } from './evidence.js';
import { FILES, vectorCases } from './vectors.js';

/** @typedef {{ id: string, run: () => void | Promise<void> }} Case */

/**
 * @param {typeof import('../../js/index.js')} mxseal
 * @param {(path: string) => string | Promise<string>} load the text of a file, its path from the root of the project
 * @returns {Promise<{ passed: number, failed: { id: string, message: string }[] }>}
 */
export async function run(mxseal, load) {
  /** @param {string} path */
  const json = async (path) => JSON.parse(await load(path));
  /** @type {Case[]} */
  const cases = [];
  for (const file of FILES) cases.push(...vectorCases(mxseal, file, await json(`tests/vectors/${file}`)));
  for (const [domain, want] of Object.entries(await json('tests/evidence/expect.json'))) {
    const evidence = await json(`tests/evidence/${domain}.json`);
    cases.push(
      { id: `${domain} expectations`, run: () => expectations(mxseal, evidence, want) },
      { id: `${domain} same as Rust`, run: async () => sameAsRust(mxseal, evidence, await load(`target/replay/${domain}.json`)) },
      { id: `${domain} driver`, run: () => driver(mxseal, evidence) },
      { id: `${domain} feeding order`, run: () => feedingOrder(mxseal, evidence) },
    );
  }

  let passed = 0;
  const failed = [];
  for (const { id, run } of cases) {
    try {
      await run();
      passed += 1;
    } catch (error) {
      failed.push({ id, message: error instanceof Error ? error.message : JSON.stringify(error) });
    }
  }
  return { passed, failed };
}
