/** Times for people: a date in UTC, and how far it is from another. */

import { element } from './element.js';

/** @param {string} iso */
export function time(iso) {
  const text = new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return element('time', { datetime: iso }, `${text} UTC`);
}

/** @param {string} iso */
export function day(iso) {
  return element('time', { datetime: iso }, new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }));
}

/** `in 3 days`, `2 hours ago`. @param {string} iso @param {string} from */
export function distance(iso, from) {
  const seconds = (Date.parse(iso) - Date.parse(from)) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[UNITS.length - 1] ?? ['second', 1];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

/** A length in seconds, in its largest whole unit. @param {number} seconds */
export function duration(seconds) {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size && seconds % size === 0) ?? ['second', 1];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ['year', 31_557_600],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];
