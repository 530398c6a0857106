/** The flags of each command: what somebody gives a command that has no use for it is a mistake, and what is nearly right is named. */

import { Usage } from './exit.js';

/** @satisfies {import('node:util').ParseArgsConfig['options']} */
export const OPTIONS = /** @type {const} */ ({
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  json: { type: 'boolean' },
  doh: { type: 'string', multiple: true },
  dns: { type: 'string', multiple: true },
  starttls: { type: 'boolean' },
  ca: { type: 'string', multiple: true },
  anchors: { type: 'string' },
  'allow-private': { type: 'boolean' },
  at: { type: 'string' },
  port: { type: 'string' },
  require: { type: 'string' },
  'trust-ad': { type: 'boolean' },
  store: { type: 'string' },
  evidence: { type: 'string' },
  helo: { type: 'string' },
  timeout: { type: 'string' },
  txt: { type: 'string', multiple: true },
  tlsrpt: { type: 'string', multiple: true },
  tlsa: { type: 'string', multiple: true },
  check: { type: 'boolean' },
  host: { type: 'string' },
  usage: { type: 'string' },
  selector: { type: 'string' },
  matching: { type: 'string' },
  ttl: { type: 'string' },
  goal: { type: 'string' },
  mx: { type: 'string', multiple: true },
  cert: { type: 'string', multiple: true },
  next: { type: 'string', multiple: true },
  rua: { type: 'string', multiple: true },
  'policy-host': { type: 'string', multiple: true },
  'policy-out': { type: 'string' },
  'max-age': { type: 'string' },
  previous: { type: 'string' },
  'previous-id': { type: 'string' },
  live: { type: 'boolean' },
  policy: { type: 'boolean' },
  current: { type: 'string' },
  'current-id': { type: 'string' },
  served: { type: 'string' },
  target: { type: 'string', multiple: true },
  'signature-life': { type: 'string' },
  'next-mx': { type: 'string', multiple: true },
  'largest-max-age': { type: 'string' },
  seen: { type: 'string' },
  'seen-id': { type: 'string' },
  'seen-mx': { type: 'string', multiple: true },
  'mx-ttl': { type: 'string' },
  'negative-ttl': { type: 'string' },
  propagation: { type: 'string' },
  since: { type: 'string' },
});

const CHECK = 'doh dns starttls ca anchors allow-private at port require trust-ad store evidence helo timeout';

/** Beside `--json`. @type {Record<string, string[]>} */
const OF = Object.fromEntries(Object.entries({
  check: CHECK,
  lookup: CHECK,
  report: `${CHECK} check`,
  replay: '',
  lint: 'txt tlsrpt tlsa',
  tlsa: 'host port ttl usage selector matching',
  publish: `${CHECK} goal mx cert next rua policy-host policy-out max-age ttl previous previous-id live`,
  rollover: `${CHECK} current next tlsa target served signature-life live policy goal max-age next-mx current-id mx largest-max-age seen seen-id seen-mx mx-ttl ttl negative-ttl propagation since`,
}).map(([command, flags]) => [command, flags.split(' ')]));

/**
 * @param {string} command
 * @param {object} given
 */
export function onlyItsOwn(command, given) {
  const own = [...(OF[command] ?? []), 'json', 'help', 'version'];
  const stray = Object.keys(given).find((flag) => !own.includes(flag));
  if (stray) throw new Usage(`\`${command}\` has no use for --${stray}`);
}

/**
 * What `parseArgs` says of a flag that nobody has, and the flag that was meant.
 * @param {string} message
 */
export function unknownFlag(message) {
  const [, flag = ''] = /^Unknown option '--?([^']+)'/.exec(message) ?? [];
  if (flag === '') return message;
  return `unknown flag \`${flag.length > 1 ? '--' : '-'}${flag}\`${meant(flag, Object.keys(OPTIONS), '--')}`;
}

/**
 * `; did you mean …?`, where one of the words is that near.
 * @param {string} word
 * @param {string[]} words
 * @param {string} [before]
 */
export function meant(word, words, before = '') {
  const near = words.map((one) => ({ one, far: distance(word.toLowerCase(), one) })).sort((a, b) => a.far - b.far)[0];
  return near && near.far <= Math.min(2, near.one.length - 2) ? `; did you mean \`${before}${near.one}\`?` : '';
}

/** Letters to change, add, leave out or swap (Damerau, Levenshtein). @param {string} a @param {string} b */
function distance(a, b) {
  const rows = [[...Array(b.length + 1).keys()]];
  const at = (/** @type {number} */ i, /** @type {number} */ j) => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= Math.min(a.length, 40); i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), swap));
    }
  }
  return at(Math.min(a.length, 40), b.length);
}
