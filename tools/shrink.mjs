/**
 * Makes a module small over the wire, without changing what it does: `wasm-opt -Oz`, no code that only words a panic,
 * and an order of functions that gzip likes.
 */

import binaryen from 'binaryen';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const WASM_OPT = fileURLToPath(new URL('../node_modules/binaryen/bin/wasm-opt', import.meta.url));
/**
 * A function with one caller is taken into it only where it is small: one large function with a hundred locals takes
 * fewer octets than two, and a sixth more once compressed. It is the same with an expression that is kept in a local for
 * a second use. No feature flags: `--all-features` makes a module that Node does not take.
 */
const PASSES = ['-Oz', '--one-caller-inline-max-function-size', '20', '--skip-pass=local-cse', '--skip-pass=memory-packing'];
/**
 * What Rust's library calls to say that it panics. In WebAssembly nobody hears the words: they go to a standard error
 * that is not there, and then the module traps. These trap at once.
 */
const PANIC = /rust_begin_unwind$|^core(\[\w+\])?::(panicking::|str::slice_error_fail|slice::index::slice_index_fail|(option|result)::(unwrap|expect)_failed)/;

/** Of deflate (RFC 1951 §2), less what one function is long: how far back a repetition may lie. */
const WINDOW = 30_000;
/** Octets in a row that two functions share. */
const GRAM = 6;
/** In more functions than this a run of octets says nothing about which two are alike. */
const COMMON = 1_000;

/** @param {string} wasm path of a module with the names of its functions, as wasm-bindgen writes it; replaced */
export function shrink(wasm) {
  writeFileSync(wasm, withoutPanicWords(readFileSync(wasm)));
  wasmOpt(...PASSES, wasm, '-o', wasm);
  const octets = readFileSync(wasm);
  writeFileSync(wasm, Buffer.concat([octets, ranks(octets, order(functionBodies(octets)))]));
  wasmOpt('--reorder-functions-by-name', wasm, '-o', wasm);
}

function wasmOpt(...args) {
  const { status, error } = spawnSync(process.execPath, [WASM_OPT, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error || status !== 0) throw new Error(`wasm-opt ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}

/**
 * @param {Uint8Array} octets
 * @returns {Uint8Array}
 */
function withoutPanicWords(octets) {
  binaryen.setDebugInfo(true); // the names of functions
  const module = binaryen.readBinary(octets);
  const functions = Array.from({ length: module.getNumFunctions() }, (_, at) => binaryen.getFunctionInfo(module.getFunctionByIndex(at)));
  const panics = functions.filter(({ name, module: imported }) => imported === '' && PANIC.test(name));
  if (panics.length < 5) throw new Error('the names of the functions of Rust that panic are others now: see PANIC');
  for (const { name, params, results } of panics) {
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  const smaller = module.emitBinary();
  module.dispose();
  return smaller;
}

/**
 * Functions so that each follows those it shares most with, as far back as deflate sees: the next is always the one
 * that repeats most of what stands in the window.
 * @param {Uint8Array[]} bodies
 * @returns {number[]} indices of `bodies`
 */
function order(bodies) {
  const grams = bodies.map(gramsOf);
  /** @type {Map<number, number[]>} */
  const users = new Map();
  grams.forEach((own, at) => own.forEach((gram) => users.get(gram)?.push(at) ?? users.set(gram, [at])));
  const shared = new Float64Array(bodies.length);
  /** @type {Map<number, number>} */
  const seen = new Map();
  const count = (/** @type {number} */ at, /** @type {1 | -1} */ step) => {
    for (const gram of grams[at]) {
      const before = seen.get(gram) ?? 0;
      seen.set(gram, before + step);
      const using = users.get(gram);
      if (Math.min(before, before + step) === 0 && using.length < COMMON) for (const user of using) shared[user] += step;
    }
  };
  const [placed, left] = [[], new Set(bodies.keys())];
  for (let [next, oldest, within] = [0, 0, 0]; left.size > 0; next = best(left, shared, bodies)) {
    left.delete(next);
    placed.push(next);
    count(next, 1);
    within += bodies[next].length;
    for (; within > WINDOW && oldest < placed.length - 1; oldest += 1) {
      within -= bodies[placed[oldest]].length;
      count(placed[oldest], -1);
    }
  }
  return placed;
}

function best(left, shared, bodies) {
  let [found, most] = [-1, -1];
  for (const at of left) {
    const score = shared[at] / Math.sqrt(bodies[at].length + 8);
    if (score > most) [found, most] = [at, score];
  }
  return found;
}

/** @returns {Set<number>} a hash of each run of GRAM octets */
function gramsOf(body) {
  const grams = new Set();
  for (let at = 0; at + GRAM <= body.length; at += 1) {
    let hash = 0;
    for (let next = at; next < at + GRAM; next += 1) hash = Math.imul(hash, 0x01000193) ^ body[next];
    grams.add(hash);
  }
  return grams;
}

// ------------------------------------------------------------------ the binary format (WebAssembly core §5)

/** @returns {Uint8Array[]} what the code section holds (§5.5.13), function by function */
function functionBodies(octets) {
  const reader = new Reader(sections(octets).find(({ id }) => id === 10).octets);
  return Array.from({ length: reader.number() }, () => reader.take(reader.number()));
}

/** How many functions are imported (§5.5.5): they come first in the count of functions. */
function importedFunctions(octets) {
  const reader = new Reader(sections(octets).find(({ id }) => id === 2)?.octets ?? Uint8Array.of(0));
  const kinds = Array.from({ length: reader.number() }, () => {
    reader.take(reader.number());
    reader.take(reader.number());
    const kind = reader.number();
    if (kind !== 0) throw new Error(`an import of kind ${kind}: wasm-bindgen imports functions only`);
    reader.number();
    return kind;
  });
  return kinds.length;
}

/** A name section (§7.4.1) whose names sort as `placed` has it. */
function ranks(octets, placed) {
  const first = importedFunctions(octets);
  const names = placed.map((at, rank) => [at, String(rank).padStart(6, '0')]).sort(([one], [other]) => one - other);
  const map = [number(names.length), ...names.flatMap(([at, name]) => [number(first + at), text(name)])];
  return section(0, Buffer.concat([text('name'), section(1, Buffer.concat(map))]));
}

function sections(octets) {
  const reader = new Reader(octets.subarray(8));
  const found = [];
  while (reader.left > 0) found.push({ id: reader.number(), octets: reader.take(reader.number()) });
  return found;
}

function section(id, octets) {
  return Buffer.concat([number(id), number(octets.length), octets]);
}

function text(words) {
  return Buffer.concat([number(words.length), Buffer.from(words)]);
}

/** LEB128 (§5.2.2). */
function number(value) {
  const octets = [];
  for (; value > 0x7f; value >>>= 7) octets.push((value & 0x7f) | 0x80);
  return Buffer.from([...octets, value]);
}

class Reader {
  constructor(octets) {
    this.octets = octets;
    this.at = 0;
  }

  get left() {
    return this.octets.length - this.at;
  }

  take(length) {
    this.at += length;
    return this.octets.subarray(this.at - length, this.at);
  }

  number() {
    for (let [value, shift] = [0, 0]; ; shift += 7) {
      const octet = this.octets[this.at];
      this.at += 1;
      value |= (octet & 0x7f) << shift;
      if (octet < 0x80) return value >>> 0;
    }
  }
}
