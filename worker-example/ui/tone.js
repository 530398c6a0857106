/** How good something is, said three times: by a word, by a sign of its own shape, and by a colour. */

import { drawing, element } from './element.js';

/** @typedef {'good' | 'fair' | 'poor' | 'bad' | 'neutral'} Tone */

/** Inside a circle: a tick, half of it filled, nothing, a cross, a bar. @type {Record<Tone, string>} */
const SIGNS = {
  good: 'M5 8.3l2.1 2.1L11.2 6',
  fair: 'M8 3.6v8.8a4.4 4.4 0 0 0 0-8.8z',
  poor: '',
  bad: 'M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6',
  neutral: 'M5.2 8h5.6',
};

/** @param {Tone} tone */
export function sign(tone) {
  return drawing(
    'svg',
    { class: 'sign', viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    drawing('circle', { cx: 8, cy: 8, r: 6.6 }),
    drawing('path', { d: SIGNS[tone], fill: tone === 'fair' ? 'currentColor' : null }),
  );
}

/** A sign and a word. @param {Tone} tone @param {string} word */
export function badge(tone, word) {
  return element('span', { class: 'badge', 'data-tone': tone }, sign(tone), word);
}

/** @type {Record<import('mxseal').SecurityStatus, { word: string, tone: Tone }>} */
const STATUSES = {
  secure: { word: 'signed', tone: 'good' },
  insecure: { word: 'unsigned', tone: 'neutral' },
  bogus: { word: 'not to be believed', tone: 'bad' },
  indeterminate: { word: 'not judged', tone: 'fair' },
};

/** What DNSSEC says of an answer (RFC 4033 §5). @param {import('mxseal').SecurityStatus} status */
export function securityBadge(status) {
  const { word, tone } = STATUSES[status];
  return badge(tone, word);
}

/** @param {import('mxseal').SecurityStatus} status */
export function securityTone(status) {
  return STATUSES[status].tone;
}

/** @type {Record<import('mxseal').Severity, { word: string, tone: Tone }>} */
export const SEVERITIES = {
  error: { word: 'Error', tone: 'bad' },
  warning: { word: 'Warning', tone: 'fair' },
  info: { word: 'Note', tone: 'neutral' },
  ok: { word: 'Good', tone: 'good' },
};
