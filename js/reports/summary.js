/** What reports amount to, and what their failures come from: asked of the engine. */

import { record } from '../engine.js';
import { invalidArgument } from '../error.js';
import { receiver } from '../receiver.js';
import { toText } from './json.js';

/**
 * @type {typeof import('../types.d.ts').summarizeReports}
 */
export function summarizeReports(reports) {
  if (!Array.isArray(reports)) throw invalidArgument('`reports` is not an array');
  const texts = reports.map(toText);
  return receiver((wasm) => wasm.summarizeReports(texts));
}

/**
 * @type {typeof import('../types.d.ts').explain}
 */
export function explain(summary, verdict) {
  const { domains } = record(summary, 'summary');
  if (!Array.isArray(domains)) throw invalidArgument('`summary.domains` is not an array');
  // The rest of a summary is large and explains nothing.
  const failures = domains.map(({ domain, failures }) => ({ domain, failures }));
  return receiver((wasm) => wasm.explain(failures, record(verdict, 'verdict')));
}
