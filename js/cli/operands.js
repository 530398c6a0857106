/** What people give where a domain, a host or a time belongs, and what they meant by it. */

import { Check } from '../index.js';
import { oneLine } from '../hosts/failure.js';
import { Usage } from './exit.js';

/**
 * A domain that mail can be for.
 * @param {string} text
 * @returns {string}
 */
export function domainOf(text) {
  try {
    new Check(text).free();
    return text;
  } catch (error) {
    const words = oneLine(error).replace(/: ".*$/, '');
    throw new Usage(`\`${shortened(text)}\`: ${words}${hint(text)}`);
  }
}

/**
 * A name of any kind, but no address and no URL.
 * @param {string} text
 * @returns {string}
 */
export function nameOf(text) {
  if (/@|:\/\//.test(text)) throw new Usage(`\`${shortened(text)}\` is no name${hint(text)}`);
  return text;
}

/**
 * @param {string | undefined} text
 * @param {string} flag
 */
export function timeOf(text, flag) {
  if (text === undefined) return undefined;
  try {
    new Check('example', { at: text }).free();
    return text;
  } catch {
    throw new Usage(`${flag} takes a time such as 2026-03-01T12:00:00Z, not \`${shortened(text)}\``);
  }
}

/** @param {string} text */
function hint(text) {
  if (/^\s|\s$/.test(text)) return '; a space stands at its end';
  if (/^(\d+\.){3}\d+$|^\[/.test(text)) return '; an IP address has no policy, name the domain behind the @ of mail addresses';
  const inner = text.replace(/^([a-z][a-z+.-]*:\/\/|mailto:)/i, '').replace(/^.*@/, '').split(/[/:?#]/)[0] ?? '';
  if (inner === text || !/^[^\s@]+\.[^\s@]+$/.test(inner)) return '';
  return `; give the domain alone: ${shortened(inner)}`;
}

/** @param {string} text */
function shortened(text) {
  const plain = text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
  return plain.length <= 80 ? plain : `${plain.slice(0, 80)}…`;
}
