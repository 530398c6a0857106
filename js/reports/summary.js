/** What reports amount to, and what their failures come from: asked of the engine. */

import { list, record } from '../engine.js';
import { receiver } from '../receiver.js';
import { toText } from './json.js';

/**
 * @type {typeof import('../types.d.ts').summarizeReports}
 */
export function summarizeReports(reports) {
  const texts = list(reports, 'reports').map(toText);
  return receiver((wasm) => wasm.summarizeReports(texts));
}

/**
 * @type {typeof import('../types.d.ts').explain}
 */
export function explain(summary, verdict) {
  const { domains } = record(summary, 'summary');
  // The rest of a summary is large and explains nothing.
  const failures = list(domains, 'summary.domains').map((one) => {
    const { domain, failures } = record(one, 'summary.domains');
    return { domain, failures };
  });
  return receiver((wasm) => wasm.explain(failures, record(verdict, 'verdict')));
}
