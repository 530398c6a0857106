/** The last verdict of a domain, kept in this browser only, so that the next one can say what changed since. */

/** @param {string} domain @returns {import('mxseal').Verdict | null} with octets as base64, which the engine reads as well */
export function remembered(domain) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + domain) ?? 'null');
  } catch {
    return null;
  }
}

/** A storage that is full or forbidden remembers nothing. @param {string} domain @param {string} verdict */
export function remember(domain, verdict) {
  try {
    localStorage.removeItem(PREFIX + domain);
    const kept = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of kept.slice(0, Math.max(0, kept.length - MOST + 1))) localStorage.removeItem(key);
    localStorage.setItem(PREFIX + domain, verdict);
  } catch {}
}

/** Domains; a verdict has some ten kilobytes, and browsers keep five megabytes. */
const MOST = 40;
const PREFIX = 'mxseal:last:';
