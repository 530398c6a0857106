/**
 * Sessions, counted into reports (RFC 8460 §4). The engine counts; what comes again in the same shape is counted here
 * first and handed over in one, since most sessions of a day do.
 */

import { bytes, clock, record, text } from '../engine.js';
import { invalidArgument } from '../error.js';
import { unwritable } from '../hosts/mistake.js';
import { receiver } from '../receiver.js';

/** Shapes that are remembered at once; a domain has a few a day. */
const SHAPES = 4096;
const DAY = 86_400_000;

/** @typedef {import('../types.d.ts').TlsReport} TlsReport */

export class Tally {
  /** @type {import('../../pkg/receiver.js').Tally | null} null once freed */
  #inner;
  /** Arguments that the engine has taken once, and how often they came again. @type {Map<string, { given: object, more: number }>} */
  #again = new Map();

  constructor() {
    this.#inner = receiver((wasm) => new wasm.Tally());
  }

  /** @type {import('../types.d.ts').Tally['add']} */
  add(o) {
    const { session, results, at, host = null } = record(o, 'arguments');
    const { sendingIp = null, receivingIp = null, helo = null } = session == null ? {} : record(session, 'session');
    const when = clock(at);
    const key = shape([Math.floor(Date.parse(when) / DAY), host, sendingIp, receivingIp, helo, results]);
    const known = this.#again.get(key);
    if (known) {
      known.more += 1;
      return;
    }
    const given = { results, sendingIp, host, helo, receivingIp, at: when };
    receiver(() => this.#tally.add(given, 1));
    if (this.#again.size === SHAPES) this.#settle();
    this.#again.set(key, { given: structuredClone(given), more: 0 });
  }

  /** @type {import('../types.d.ts').Tally['merge']} */
  merge(other) {
    if (!(other instanceof Tally)) throw invalidArgument('`other` is no Tally');
    // What it counted twice over where it is the same one: a copy then.
    const theirs = other === this ? Tally.from(this.toBytes()) : other;
    receiver(() => this.#settle().merge(theirs.#settle()));
  }

  /** @returns {Uint8Array} */
  toBytes() {
    return receiver(() => this.#settle().toBytes());
  }

  /**
   * @param {Uint8Array} octets
   * @returns {Tally}
   */
  static from(octets) {
    const tally = new Tally();
    const inner = receiver((wasm) => wasm.Tally.fromBytes(bytes(octets, 'bytes')));
    tally.free();
    tally.#inner = inner;
    return tally;
  }

  /** @type {import('../types.d.ts').Tally['reports']} */
  reports(o) {
    const { organizationName, contactInfo, before = null } = record(o, 'arguments');
    const given = {
      organizationName: text(organizationName, 'organizationName'),
      contactInfo: text(contactInfo, 'contactInfo'),
      before: before === null ? null : clock(before, 'before'),
    };
    return receiver(() => this.#settle().reports(given)).map((json) => /** @type {TlsReport} */ (JSON.parse(json)));
  }

  /** @type {import('../types.d.ts').Tally['forget']} */
  forget(before) {
    receiver(() => this.#settle().forget(clock(before, 'before')));
  }

  /** @returns {number} */
  get omitted() {
    return receiver(() => this.#settle().omitted());
  }

  free() {
    this.#again.clear();
    this.#inner?.free();
    this.#inner = null;
  }

  #settle() {
    const tally = this.#tally;
    for (const { given, more } of this.#again.values()) if (more > 0) tally.add(given, more);
    this.#again.clear();
    return tally;
  }

  get #tally() {
    if (this.#inner === null) throw invalidArgument('the tally was freed: take `toBytes` or `reports` before `free`');
    return this.#inner;
  }
}

/** @param {unknown[]} parts */
function shape(parts) {
  try {
    return JSON.stringify(parts);
  } catch (error) {
    throw unwritable('results', error);
  }
}
