/**
 * Takes one rule after the other out of the validator and looks for a case that turns red:
 *
 *   node tests/dnssec/rules.mjs [rule …]
 *
 * tests/dnssec/rules.json: `id`, `clause`, `rule` (in words), `edits` (text of a source that stands there once, and what
 * stands in its place without the rule), `red` (the first test or case that failed, written by this script). It works on a
 * copy in target/rules/, and ends with exit code 1 where the removal of a rule is noticed by nothing.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TABLE = path.join(ROOT, 'tests/dnssec/rules.json');
const COPY = path.join(ROOT, 'target/rules/source');
const CARGO = { CARGO_TARGET_DIR: path.join(ROOT, 'target/rules/build'), CARGO_PROFILE_DEV_DEBUG: '0', RUST_BACKTRACE: '0' };
/** The tests that change every octet take longest; what they alone notice is looked for last. */
const STAGES = [['--skip', 'octets::'], ['octets::']];

const rules = JSON.parse(readFileSync(TABLE, 'utf8'));
const chosen = process.argv.slice(2);
const unknown = chosen.filter((id) => !rules.some((rule) => rule.id === id));
if (unknown.length > 0) throw new Error(`no rule \`${unknown[0]}\``);

copy();
const clean = failure();
if (clean) throw new Error(`red without any change: ${clean}`);
const unnoticed = [];
for (const rule of rules.filter(({ id }) => chosen.length === 0 || chosen.includes(id))) {
  const before = new Map();
  for (const { file, find, replace } of rule.edits) {
    const text = readFileSync(path.join(COPY, file), 'utf8');
    if (!before.has(file)) before.set(file, text);
    if (text.split(find).length !== 2) throw new Error(`${rule.id}: ${file} does not hold once: ${find}`);
    writeFileSync(path.join(COPY, file), text.replace(find, () => replace));
  }
  const red = failure();
  for (const [file, text] of before) writeFileSync(path.join(COPY, file), text);
  console.log(`${rule.id}: ${red ?? 'UNNOTICED'}`);
  if (red === null) unnoticed.push(rule.id);
  rule.red = red;
  writeFileSync(TABLE, `[\n${rules.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
}
if (unnoticed.length > 0) {
  console.error(`no case turns red without: ${unnoticed.join(', ')}`);
  process.exitCode = 1;
}

/** What git knows and what is new, as it is now; an `rlib` is all that the tests link. */
function copy() {
  rmSync(COPY, { recursive: true, force: true });
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'tests', 'bench', 'Cargo.toml', 'Cargo.lock', 'README.md'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of listed.split('\n').filter(Boolean)) {
    mkdirSync(path.dirname(path.join(COPY, file)), { recursive: true });
    cpSync(path.join(ROOT, file), path.join(COPY, file));
  }
  const manifest = path.join(COPY, 'Cargo.toml');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('crate-type = ["cdylib", "rlib"]\n\n', 'crate-type = ["rlib"]\n\n'));
}

/** @returns {string | null} the first case that failed */
function failure() {
  for (const stage of STAGES) {
    const run = spawnSync('cargo', ['test', '--quiet', '--test', 'dnssec', '--', ...stage], {
      cwd: COPY, env: { ...process.env, ...CARGO }, encoding: 'utf8', timeout: 600_000, maxBuffer: 1 << 28,
    });
    if (run.status === 0) continue;
    const compiled = /^error(\[|:) (?!test failed)/m.exec(run.stderr);
    if (compiled) {
      console.error(run.stderr.slice(compiled.index, compiled.index + 2_000));
      return null;
    }
    // The tests name the case at the start of a line: `red group/case`.
    const [, named] = /^red (\S*[^\s:])/m.exec(run.stdout + run.stderr) ?? [];
    const [, test] = /^    (\S+)$/m.exec(run.stdout) ?? /^---- (\S+) stdout/m.exec(run.stdout) ?? [];
    const [, overflown] = /^thread '(\S+)' .*has overflowed its stack/m.exec(run.stderr) ?? [];
    if (overflown) return `${overflown} (without end)`;
    return named ?? test ?? (run.signal ? `timed out in ${stage.join(' ')}` : 'failed');
  }
  return null;
}
