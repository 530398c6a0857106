/** `mxseal lint`: what is published, with every finding under the place it is about. */

import { parseStsPolicy, parseStsRecord, parseTlsa, parseTlsRptRecord, stringify } from '../index.js';
import { findingLines, painter } from '../format.js';
import { EXIT, gravest, Usage, widthOf } from './exit.js';
import { octets } from './files.js';

/** @typedef {import('../types.d.ts').Finding} Finding */

/**
 * @param {string[]} files
 * @param {Record<string, any>} flags
 */
export async function runLint(files, flags) {
  /** @type {[string, string, { findings: Finding[], value: unknown }][]} */
  const results = [];
  for (const file of files) {
    const body = await octets(file);
    results.push([file === '-' ? 'standard input' : file, new TextDecoder().decode(body), parseStsPolicy(body)]);
  }
  if (flags.txt) results.push(['_mta-sts', flags.txt.join('\n'), parseStsRecord(flags.txt)]);
  if (flags.tlsrpt) results.push(['_smtp._tls', flags.tlsrpt.join('\n'), parseTlsRptRecord(flags.tlsrpt)]);
  for (const one of flags.tlsa ?? []) results.push(['TLSA', one, parseTlsa(one)]);
  if (results.length === 0) throw new Usage('name a policy file, or give --txt, --tlsrpt or --tlsa');
  for (const [name, text, result] of results) {
    process.stdout.write(flags.json ? `${stringify(/** @type {any} */ (result))}\n` : report(name, text, result));
  }
  // A record that is not there is no fault of a domain; of who asks about one it is.
  const broken = results.some(([, , { findings, value }]) => value === null || findings.some(({ severity }) => severity === 'error'));
  return gravest([broken ? EXIT.errors : EXIT.fine]);
}

/**
 * @param {string} name
 * @param {string} text
 * @param {{ findings: Finding[], value: unknown }} result
 */
function report(name, text, { findings, value }) {
  const colour = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
  const paint = painter(colour);
  const broken = findings.some(({ severity }) => severity === 'error');
  const usable = broken ? paint('warn', 'has errors') : paint('good', 'valid');
  const none = broken ? 'not valid' : 'no such record, which is as if there were none';
  const verdict = value === null ? paint('bad', none) : usable;
  const source = text.split('\n');
  const width = widthOf(process.stdout);
  const lines = findings.flatMap((finding) => [...excerpt(source, finding, width), ...findingLines(finding, paint, width), '']);
  return `${[`${name}: ${verdict}`, '', ...lines].join('\n').trimEnd()}\n`;
}

/**
 * The line with a caret under the column.
 * @param {string[]} source
 * @param {Finding} finding
 * @param {number} width
 */
function excerpt(source, { span }, width) {
  if (!span) return [];
  const line = [...(source[span.line - 1] ?? '')].map((c) => (/[\p{Cc}\p{Cf}]/u.test(c) ? ' ' : c));
  const number = `${span.line}: `;
  const shown = Math.min(90, width - 2 - number.length);
  const from = Math.max(0, span.column - Math.floor((shown * 2) / 3));
  return [`  ${number}${line.slice(from, from + shown).join('')}`, `  ${' '.repeat(number.length + span.column - 1 - from)}^`];
}
