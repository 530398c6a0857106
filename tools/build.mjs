/**
 * Builds pkg/ from src/: the wasm target, wasm-bindgen of the version in Cargo.lock, wasm-opt -Oz; and Mozilla's
 * roots beside it. What is there already is not made again: a stamp names the inputs.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { writeRoots } from './roots.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET = 'wasm32-unknown-unknown';
/**
 * wasm-opt. A function with one caller is taken into it only where it is small: one large function with a hundred
 * locals takes fewer octets than two, and a sixth more once compressed.
 */
const PASSES = ['-Oz', '--one-caller-inline-max-function-size', '30'];
const at = (...parts) => path.join(ROOT, ...parts);

const lock = readFileSync(at('Cargo.lock'), 'utf8');
const version = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1];
const tools = at('.tools', `wasm-bindgen-${version}`);
const stamp = at('pkg', '.stamp');

if (process.argv[2] === 'tools') {
  installBindgen();
} else if (upToDate()) {
  console.log('pkg/ is up to date');
} else {
  build();
}

function build() {
  const began = Date.now();
  installTarget();
  step('compiling the engine (a minute or two the first time)');
  run('cargo', ['build', '--release', '--lib', '--target', TARGET, '--features', 'wasm']);
  installBindgen();
  step('generating the bindings');
  const compiled = path.join(process.env.CARGO_TARGET_DIR ?? at('target'), TARGET, 'release', 'mxseal.wasm');
  run(path.join(tools, 'bin', 'wasm-bindgen'), ['--target', 'web', '--out-dir', at('pkg'), '--out-name', 'mxseal', compiled]);
  step('optimising for size');
  const wasm = at('pkg', 'mxseal_bg.wasm');
  // No feature flags: `--all-features` makes a module that Node does not take.
  run(process.execPath, [at('node_modules', 'binaryen', 'bin', 'wasm-opt'), ...PASSES, wasm, '-o', wasm]);
  step(`pkg/roots.js: ${writeRoots(ROOT)}`);
  writeFileSync(stamp, inputs());
  const octets = readFileSync(wasm);
  const kib = (size) => `${(size / 1024).toFixed(1)} KiB`;
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  step(`pkg/mxseal_bg.wasm: ${kib(octets.length)}, gzip ${kib(gzipSync(octets, { level: 9 }).length)}, in ${seconds} s`);
}

function upToDate() {
  return existsSync(stamp) && existsSync(at('pkg', 'mxseal_bg.wasm')) && existsSync(at('pkg', 'roots.js')) && readFileSync(stamp, 'utf8') === inputs();
}

/** A hash of all that pkg/ is made from. */
function inputs() {
  const hash = createHash('sha256').update(version ?? '');
  const sources = readdirSync(at('src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath ?? entry.path, entry.name)));
  for (const name of ['Cargo.toml', 'Cargo.lock', 'package-lock.json', 'tools/build.mjs', 'tools/roots.mjs', ...sources.sort()]) {
    hash.update(`${name}\0`).update(readFileSync(at(name)));
  }
  return hash.digest('hex');
}

function installTarget() {
  const sysroot = execFileSync('rustc', ['--print', 'sysroot'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const installed = path.join(sysroot, 'lib', 'rustlib', TARGET, 'lib');
  if (existsSync(installed)) return;
  step(`adding the Rust target ${TARGET}`);
  // rustup may end with an error over a component it can't fetch, with the target in place: look, don't believe.
  spawnSync('rustup', ['target', 'add', TARGET], { cwd: ROOT, stdio: 'inherit', timeout: 120_000 });
  if (!existsSync(installed)) fail(`the Rust target ${TARGET} is missing: rustup target add ${TARGET}`);
}

function installBindgen() {
  if (existsSync(path.join(tools, 'bin', 'wasm-bindgen-test-runner'))) return;
  step(`installing wasm-bindgen ${version} into .tools/ (two minutes, once)`);
  const options = ['--version', version, '--debug', '--root', tools, '--target-dir', at('.tools', 'target')];
  run('cargo', ['install', 'wasm-bindgen-cli', ...options]);
  rmSync(at('.tools', 'target'), { recursive: true, force: true });
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error || status !== 0) fail(`\`${command}\` failed: ${error?.message ?? `exit code ${status}`}`);
}

function step(words) {
  console.log(`build: ${words}`);
}

function fail(words) {
  console.error(`build: ${words}`);
  process.exit(1);
}
