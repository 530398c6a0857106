/** The reason of a decision: what was seen, the rule, what follows. */

import { clauseLink } from './clause.js';
import { capital, element, prose } from './element.js';

/** @param {import('mxseal').Step[]} steps */
export function reason(steps) {
  return element('ol', { class: 'steps' }, ...steps.map(step));
}

/** @param {import('mxseal').Step} step */
function step({ fact, clause, conclusion }) {
  return element(
    'li',
    {},
    element('span', { class: 'fact' }, prose(capital(fact))),
    ' ',
    element('span', { class: 'conclusion' }, prose(conclusion)),
    ' ',
    clauseLink(clause),
  );
}
