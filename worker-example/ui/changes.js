/** What changed since the last check of the domain in this browser. */

import { element, section } from './element.js';
import { findingsList } from './findings.js';
import { distance, time } from './time.js';

/**
 * @param {import('mxseal').Verdict | null} before
 * @param {import('mxseal').Verdict} after
 * @param {typeof import('mxseal/check')} engine
 */
export function changesSection(before, after, engine) {
  if (before === null) return null;
  const changed = difference(before, after, engine);
  if (changed === null) return null;
  const since = element('span', {}, time(before.at), ` (${distance(before.at, after.at)})`);
  if (changed.length === 0)
    return element('p', { class: 'unchanged' }, 'Nothing changed since the last check here, ', since, '.');
  return section(
    'changes',
    'What changed',
    element('p', { class: 'aside' }, 'Since the last check here, ', since, '.'),
    findingsList(changed),
  );
}

/** A verdict of an older engine may not be readable any more. */
function difference(
  /** @type {import('mxseal').Verdict} */ before,
  /** @type {import('mxseal').Verdict} */ after,
  /** @type {typeof import('mxseal/check')} */ engine,
) {
  try {
    return engine.compare(before, after);
  } catch {
    return null;
  }
}
