/**
 * Prints every ratio of the project in one run: builds the optimised modules, then runs what the files of
 * bench/parts/ bring. A part exports `title`, and `cases(context)`, which returns a list of
 *
 *   { name, contenders: { [contender]: () => unknown }, ratios: [[a, b, atMost?], …] }
 *
 * or, where the work is waited for, `times` that it has taken by itself in the place of contenders.
 * A contender does its work once a call and throws where the outcome is wrong. A ratio is the median time of `a`
 * over that of `b`; the bound `atMost`, where there is one, is an acceptance criterion, and missing it ends with exit
 * code 1. `node bench/run.mjs [part …] [--json]`
 */

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';
import { loadModules } from './modules.mjs';

const json = process.argv.includes('--json');
const chosen = process.argv.slice(2).filter((argument) => argument !== '--json');
const parts = readdirSync(new URL('parts/', import.meta.url)).filter((file) => file.endsWith('.mjs')).sort();
const unknown = chosen.filter((name) => !parts.includes(`${name}.mjs`));
if (unknown.length > 0) {
  console.error(`bench: no part \`${unknown[0]}\`; there are ${parts.map((file) => file.slice(0, -4)).join(', ')}`);
  process.exit(2);
}

execFileSync(process.execPath, [fileURLToPath(new URL('../tools/build.mjs', import.meta.url)), 'bench'], {
  stdio: ['ignore', 2, 2],
});
const context = await loadModules();
const results = [];
for (const file of parts.filter((name) => chosen.length === 0 || chosen.includes(name.slice(0, -4)))) {
  const { title, cases } = await import(new URL(`parts/${file}`, import.meta.url).href);
  if (!json) console.log(`\n${title}`);
  for (const { name, contenders, times: given, ratios } of await cases(context)) {
    const times = given ?? measure(contenders);
    const result = { part: file.slice(0, -4), name, times, ratios: ratios.map((ratio) => judge(times, ratio)) };
    results.push(result);
    if (!json) print(result);
  }
}
if (json) console.log(JSON.stringify(results, null, 2));
if (results.some(({ ratios }) => ratios.some(({ met }) => met === false))) process.exitCode = 1;

function judge(times, [a, b, atMost = null]) {
  const ratio = times[a].median / times[b].median;
  return { a, b, ratio, atMost, met: atMost === null ? null : ratio <= atMost };
}

function print({ name, times, ratios }) {
  console.log(`  ${name}`);
  for (const [contender, { median, low, high }] of Object.entries(times)) {
    console.log(`    ${contender.padEnd(28)} ${ms(median)} ms   (${ms(low)} to ${ms(high)})`);
  }
  for (const { a, b, ratio, atMost, met } of ratios) {
    const bound = atMost === null ? '' : `, at most ${atMost}: ${met ? 'met' : 'MISSED'}`;
    console.log(`    ${a} / ${b} = ${ratio.toFixed(2)}${bound}`);
  }
}

function ms(milliseconds) {
  return milliseconds.toFixed(3).padStart(8);
}
