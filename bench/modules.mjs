/** The modules under test, as `node tools/build.mjs bench` left them: optimised, each in an instance of its own. */

import { readFileSync } from 'node:fs';

const BUILT = new URL('../target/bench/', import.meta.url);

/** @returns {Promise<{ engine: any, prover: any }>} the exports of the engine with `benchVerify`, and of dnssec-prover */
export async function loadModules() {
  return { engine: await load('engine'), prover: await load('prover') };
}

async function load(name) {
  const exports = await import(new URL(`${name}/bench.js`, BUILT).href);
  exports.initSync({ module: readFileSync(new URL(`${name}/bench_bg.wasm`, BUILT)) });
  return exports;
}
