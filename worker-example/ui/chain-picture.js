/**
 * The chain of trust as a picture: a card for each zone under the one that vouches for it, with its keys, the DS that
 * leads to it and how long its signatures hold, and the answers that hang on it. Where it breaks the line is cut.
 * Drawn in the reader's own pixels, so that it stays legible on a phone, and drawn again when the width changes.
 */

import { inOrder } from './chain.js';
import { entrySentence, keysSentence, reasonWords, span, zoneName } from './dnssec-words.js';
import { drawing, element } from './element.js';
import { securityTone } from './tone.js';

const ROW = { line: 17, pad: 11, gap: 14, indent: 18, bar: 4, char: 7.3 };

/** @param {import('./chain.js').Trust} trust @param {string} at @param {string} summary */
export function chainPicture(trust, at, summary) {
  const frame = element('div', { class: 'chain-picture' });
  const draw = (/** @type {number} */ width) =>
    frame.replaceChildren(picture(trust, at, summary, Math.max(280, Math.floor(width))));
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width > 0 && width !== drawn) draw((drawn = width));
  }).observe(frame);
  return frame;
}

/** @param {import('./chain.js').Trust} trust @param {string} at @param {string} summary @param {number} width */
function picture({ top }, at, summary, width) {
  /** @type {Map<string, { y: number, x: number, end: number }>} */
  const placed = new Map();
  /** @type {Node[]} */
  const nodes = [];
  let y = 1;
  for (const zone of inOrder(top)) {
    const x = 1 + zone.depth * ROW.indent;
    const { node, height } = card(zone, x, y, width - x - 1, at);
    const above = zone.parent === null ? undefined : placed.get(zone.parent);
    if (above !== undefined) nodes.push(branch(above, x, y, zone.link.status));
    nodes.push(node);
    placed.set(zone.link.zone, { x, y, end: y + height });
    y += height + ROW.gap;
  }
  return drawing(
    'svg',
    {
      role: 'img',
      width,
      height: y - ROW.gap + 1,
      viewBox: `0 0 ${width} ${y - ROW.gap + 1}`,
      'aria-labelledby': 'chain-title chain-description',
    },
    drawing('title', { id: 'chain-title' }, 'Chain of trust'),
    drawing('desc', { id: 'chain-description' }, summary),
    ...nodes,
  );
}

/** The line from a zone to the one it vouches for. @param {{ x: number, end: number }} above @param {number} x @param {number} y @param {import('mxseal').SecurityStatus} status */
function branch({ x: from, end }, x, y, status) {
  const turn = from + ROW.indent / 2;
  const middle = y + ROW.pad + ROW.line / 2;
  const line = drawing('path', { class: 'branch', d: `M${turn} ${end}V${middle}H${x}` });
  const cut = status === 'bogus' ? drawing('path', { class: 'cut', d: `M${turn - 5} ${middle - 15}l10 10m0 -10l-10 10` }) : null;
  return drawing('g', { 'data-tone': securityTone(status), 'data-status': status }, line, cut);
}

/** @param {import('./chain.js').Zone} zone @param {number} x @param {number} y @param {number} width @param {string} at */
function card({ link, parent, questions }, x, y, width, at) {
  const chars = Math.floor((width - 2 * ROW.pad) / ROW.char);
  /** @type {{ text: string, kind: string }[]} */
  const lines = [{ text: zoneName(link.zone), kind: 'zone' }];
  if (link.reason === null) {
    const keys = keysSentence(link);
    lines.push({ text: entrySentence(link, parent), kind: 'detail' });
    if (keys !== '') lines.push(...wrap(`keys ${keys}`, chars).map((text) => ({ text, kind: 'detail' })));
  } else {
    lines.push(...wrap(reasonWords(link.reason), chars).map((text) => ({ text, kind: 'fault' })));
  }
  let height = ROW.pad;
  const nodes = [];
  for (const { text, kind } of lines) {
    height += ROW.line;
    nodes.push(drawing('text', { class: kind, x: x + ROW.pad, y: y + height - 4 }, clip(text, chars)));
  }
  const held = span(link.signatures);
  if (held !== null) {
    nodes.push(...holds(held, at, x + ROW.pad, y + height + 4, width - 2 * ROW.pad));
    height += ROW.line + 10;
  }
  for (const question of questions) {
    height += ROW.line + 7;
    nodes.push(answer(question, x + ROW.pad, y + height - 4, chars));
    const words =
      question.reason !== null && question.reason !== link.reason ? wrap(reasonWords(question.reason), chars - 3) : [];
    for (const text of words)
      nodes.push(
        drawing(
          'text',
          { class: 'fault', x: x + ROW.pad + 18, y: y + (height += ROW.line) - 4, 'data-tone': securityTone(question.status) },
          clip(text, chars - 3),
        ),
      );
  }
  height += ROW.pad;
  const box = drawing('rect', { class: 'card', x, y, width, height, rx: 7 });
  return {
    height,
    node: drawing(
      'g',
      { 'data-tone': securityTone(link.status), 'data-zone': link.zone, 'data-status': link.status },
      box,
      ...nodes,
    ),
  };
}

/** How long the signatures hold, as a bar with the present in it. @param {{ from: string, to: string }} held @param {string} at @param {number} x @param {number} y @param {number} width */
function holds({ from, to }, at, x, y, width) {
  const [start, end, now] = [from, to, at].map((iso) => Date.parse(iso));
  const done = Math.min(1, Math.max(0, ((now ?? 0) - (start ?? 0)) / Math.max(1, (end ?? 0) - (start ?? 0))));
  return [
    drawing('rect', { class: 'span', x, y, width, height: ROW.bar, rx: 2 }),
    drawing('rect', { class: 'span-done', x, y, width: Math.max(2, width * done), height: ROW.bar, rx: 2 }),
    drawing('text', { class: 'date', x, y: y + 18 }, from.slice(0, 10)),
    drawing('text', { class: 'date', x: x + width, y: y + 18, 'text-anchor': 'end' }, to.slice(0, 10)),
  ];
}

/** @param {import('./chain.js').Question} question @param {number} x @param {number} y @param {number} chars */
function answer({ name, type, status }, x, y, chars) {
  const mark = {
    secure: 'M2 -4l3 3l6 -6',
    insecure: 'M2 -4h8',
    bogus: 'M2 -8l8 8m0 -8l-8 8',
    indeterminate: 'M2 -4h2m2 0h2m2 0h2',
  }[status];
  return drawing(
    'g',
    { 'data-tone': securityTone(status), 'data-question': `${name} ${type}`, 'data-status': status },
    drawing('path', { class: 'mark', d: mark, transform: `translate(${x} ${y})` }),
    drawing('text', { class: 'question', x: x + 18, y }, clip(`${type} ${name}`, chars - 3)),
  );
}

/** @param {string} text @param {number} chars */
function clip(text, chars) {
  return text.length > chars ? `${text.slice(0, Math.max(1, chars - 1))}…` : text;
}

/** @param {string} text @param {number} chars */
function wrap(text, chars) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= chars) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.slice(0, MOST_LINES);
}

const MOST_LINES = 4;
