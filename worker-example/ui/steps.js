/** The reason of a decision: what was seen, the rule, what follows. */

import { clauseLink } from './clause.js';
import { capital, element, prose } from './element.js';

/** @param {import('../../js/types.d.ts').Step[]} steps */
export function reason(steps) {
  return element('ol', { class: 'steps' }, ...steps.map(step));
}

/** @param {import('../../js/types.d.ts').Step} step */
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
