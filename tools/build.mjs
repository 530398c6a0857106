/**
 * Builds pkg/ from src/: the wasm target, wasm-bindgen of the version in Cargo.lock, what makes it small; and Mozilla's
 * roots beside it. What is there already is not made again: a stamp names the inputs.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { writeRoots } from './roots.mjs';
import { shrink } from './shrink.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET = 'wasm32-unknown-unknown';
/** Two modules, so that a page that only checks loads no planning of rollovers. */
const MODULES = [
  { name: 'mxseal', feature: 'wasm-engine', what: 'the engine (a minute or two the first time)' },
  { name: 'receiver', feature: 'wasm-receiver', what: 'the receiving side' },
];
const at = (...parts) => path.join(ROOT, ...parts);
const REGISTRY = path.join(process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo'), 'registry', 'src');
/**
 * Paths of this machine stay out of the module, so that every machine makes the same one. SHA-2 in loops (an option of
 * the crate) is 5 KiB less and takes no time that can be measured: what is hashed is short.
 */
const RUSTFLAGS = [`--remap-path-prefix=${REGISTRY}/=`, '--cfg', 'sha2_backend_soft="compact"'];
const RELEASE = ['--release', '--target', TARGET, '--config', `target.${TARGET}.rustflags=${JSON.stringify(RUSTFLAGS)}`];

const lock = readFileSync(at('Cargo.lock'), 'utf8');
const version = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1];
const tools = at('.tools', `wasm-bindgen-${version}`);
const stamp = at('pkg', '.stamp');

if (process.argv[2] === 'tools') {
  installBindgen();
} else if (process.argv[2] === 'bench') {
  buildBenchmark();
} else if (upToDate()) {
  console.log('pkg/ is up to date');
} else {
  build();
}

function build() {
  const began = Date.now();
  installTarget();
  const sizes = MODULES.map(({ name, feature, what }) => {
    step(`compiling ${what}`);
    run('cargo', ['build', ...RELEASE, '--lib', '--features', feature]);
    const octets = readFileSync(assemble(compiled('release', 'mxseal.wasm'), at('pkg'), name));
    return `pkg/${name}_bg.wasm: ${kib(octets.length)}, gzip ${kib(gzipSync(octets, { level: 9 }).length)}`;
  });
  step(`pkg/roots.js: ${writeRoots(ROOT)}`);
  writeFileSync(stamp, inputs());
  for (const size of sizes) step(size);
  step(`done in ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

function kib(size) {
  return `${(size / 1024).toFixed(1)} KiB`;
}

/**
 * What the benchmark runs: the engine with one more export, and dnssec-prover, each built by its own manifest and
 * both brought into their final form as pkg/ is.
 */
function buildBenchmark() {
  installTarget();
  step('compiling the engine of the benchmark');
  run('cargo', ['build', ...RELEASE, '--quiet', '--example', 'bench_engine', '--features', 'wasm']);
  once(compiled('release', 'examples', 'bench_engine.wasm'), at('target', 'bench', 'engine'));
  step('compiling dnssec-prover');
  const target = at('target', 'bench', 'prover-build');
  run('cargo', ['build', ...RELEASE, '--quiet', '--target-dir', target, '--locked'], at('bench', 'prover'));
  once(path.join(target, TARGET, 'release', 'bench_prover.wasm'), at('target', 'bench', 'prover'));
}

/** Assembles `from` in `directory` unless that was done with the same octets. */
function once(from, directory) {
  const hash = createHash('sha256').update(readFileSync(from)).update(readFileSync(at('tools', 'build.mjs'))).update(readFileSync(at('tools', 'shrink.mjs'))).digest('hex');
  const done = path.join(directory, '.stamp');
  if (existsSync(done) && readFileSync(done, 'utf8') === hash) return;
  assemble(from, directory, 'bench');
  writeFileSync(path.join(directory, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(done, hash);
}

/** @returns {string} the path of the optimised module */
function assemble(from, directory, name) {
  installBindgen();
  step('generating the bindings');
  run(path.join(tools, 'bin', 'wasm-bindgen'), ['--target', 'web', '--out-dir', directory, '--out-name', name, from]);
  step('optimising for size');
  const wasm = path.join(directory, `${name}_bg.wasm`);
  shrink(wasm);
  return wasm;
}

function compiled(...parts) {
  return path.join(process.env.CARGO_TARGET_DIR ?? at('target'), TARGET, ...parts);
}

function upToDate() {
  return existsSync(stamp) && MODULES.every(({ name }) => existsSync(at('pkg', `${name}_bg.wasm`))) && existsSync(at('pkg', 'roots.js')) && readFileSync(stamp, 'utf8') === inputs();
}

/** A hash of all that pkg/ is made from. */
function inputs() {
  const hash = createHash('sha256').update(version ?? '');
  const sources = readdirSync(at('src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath ?? entry.path, entry.name)));
  for (const name of ['Cargo.toml', 'Cargo.lock', 'package-lock.json', 'tools/build.mjs', 'tools/roots.mjs', 'tools/shrink.mjs', ...sources.sort()]) {
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

function run(command, args, cwd = ROOT) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error || status !== 0) fail(`\`${command}\` failed: ${error?.message ?? `exit code ${status}`}`);
}

function step(words) {
  console.log(`build: ${words}`);
}

function fail(words) {
  console.error(`build: ${words}`);
  process.exit(1);
}
