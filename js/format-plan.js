/**
 * Publications and plans for a person, as fragments of a zone file: records as they are, all other words as comments.
 * It puts words to what the engine says and judges nothing itself.
 */

/** @typedef {import('./types.d.ts').Rollover} Rollover */
/** @typedef {import('./types.d.ts').RolloverStep} RolloverStep */
/** @typedef {import('./types.d.ts').PublishedPolicy} PublishedPolicy */

const STATUS = { done: 'done', now: 'do it now', wait: 'next, not before', later: 'then, not before' };

/**
 * @param {NonNullable<import('./types.d.ts').Publication['value']>} published
 * @returns {string} lines with a line end each
 */
export function formatPublication({ zone, policy, changed }) {
  const id = changed ? 'the policy is new, and so is its id: serve it first, then publish the record' : 'the policy is as before, and so is its id';
  return `${[...policyLines(policy), `; ${id}`, ''].join('\n')}\n${zone}`;
}

/**
 * @param {Rollover} rollover
 * @returns {string} lines with a line end each
 */
export function formatRollover({ subject, steps, at, end }) {
  const lines = [`; ${plain(subject)}: ${place(at, steps.length)}${end && steps.length > 0 ? `, all over at ${end}` : ''}`];
  steps.forEach((step, index) => lines.push('', ...stepLines(step, index)));
  return `${lines.join('\n')}\n`;
}

/** @param {number | null} at @param {number} count */
function place(at, count) {
  if (at === null) return count === 0 ? 'no plan' : 'what is seen is the state after no step';
  if (count === 0) return 'nothing to do';
  return at === count ? `all ${count} steps are done` : `step ${at + 1} of ${count} is next`;
}

/** @param {RolloverStep} step @param {number} index */
function stepLines({ status, notBefore, what, clause, records, remove, policy, wait, check }, index) {
  const reasons = wait.because.map(({ fact, clause: rule, conclusion }) => `;      ${fact}: ${conclusion} [${rule}]`);
  return [
    `; ${index + 1}. ${STATUS[status]}${notBefore && status !== 'now' ? ` ${notBefore}` : ''}: ${plain(what)} [${clause}]`,
    ...(policy ? policyLines(policy).map((line) => line.replace(/^;/, ';   ')) : []),
    ...records.map(({ line }) => line),
    ...remove.map((one) => `;    remove ${plain(one)}`),
    ...(wait.seconds > 0 ? [`;    then wait ${wait.seconds} s${wait.until ? `, until ${wait.until}` : ''}`, ...reasons] : []),
    ...check.map(({ command, expect }) => `;    check: ${plain(command)}${expect.includes('\n') || expect === '' ? '' : `  → ${plain(expect)}`}`),
  ];
}

/** @param {PublishedPolicy} policy */
function policyLines({ url, text }) {
  return [`; serve at ${plain(url)}, as text/plain:`, ...text.split('\r\n').filter(Boolean).map((line) => `;   ${plain(line)}`)];
}

/** A stranger's text must not steer the terminal, nor leave its comment. @param {string} text */
function plain(text) {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
}
