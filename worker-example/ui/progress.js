/** What the engine is asking just now, by stage. The line keeps its height, so that nothing below it moves. */

import { element } from './element.js';

/** @type {Record<import('mxseal').Need['stage'], string>} */
const STAGES = {
  1: 'Mail hosts and announcements',
  2: 'Addresses and policy',
  3: 'Pinned certificates',
  4: 'Mail hosts themselves',
};

/** @param {HTMLElement} line what is seen @param {HTMLElement} status what is heard */
export function progressOn(line, status) {
  const text = element('span', { class: 'asking' });
  const parts = Object.keys(STAGES).map(() => element('span'));
  const stages = element('span', { class: 'stages' }, ...parts);
  let asked = 0;
  let stage = 0;
  const reach = (/** @type {number} */ now) => {
    stage = now;
    parts.forEach((part, index) => (part.dataset.state = index + 1 < now ? 'done' : index + 1 === now ? 'now' : 'ahead'));
  };
  return {
    start(/** @type {string} */ domain) {
      asked = 0;
      reach(0);
      text.textContent = 'Loading the engine';
      line.replaceChildren(stages, text);
      line.dataset.running = '';
      status.textContent = `Checking ${domain}.`;
    },
    need(/** @type {import('mxseal').Need} */ need) {
      asked += 1;
      if (need.stage > stage) {
        reach(need.stage);
        status.textContent = `${STAGES[need.stage]}.`;
      }
      text.textContent = `${STAGES[need.stage]} · ${asked} asked · ${subject(need)}`;
    },
    stop(/** @type {string} */ said) {
      delete line.dataset.running;
      line.replaceChildren();
      status.textContent = said;
    },
  };
}

/** @param {import('mxseal').Need} need */
function subject(need) {
  switch (need.kind) {
    case 'dns':
      return `${need.name} ${need.type}`;
    case 'policy':
      return need.url;
    case 'starttls':
      return `${need.target.host}:${need.target.port}`;
  }
}
