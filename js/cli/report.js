/** `mxseal report FILE…`: what TLS reports say, and with a verdict what their failures come from. */

import { Check, MxsealError, explain, readReport, stringify, summarizeReports } from '../index.js';
import { painter, plain } from '../format.js';
import { formatReports } from '../format-report.js';
import { verdictOf } from './check.js';
import { EXIT, Usage, widthOf } from './exit.js';
import { evidence, octets } from './files.js';

/** @typedef {import('../types.d.ts').Finding} Finding */
/** @typedef {{ file: string, findings: Finding[], read: boolean }} Source */

/**
 * @param {string[]} files
 * @param {Record<string, any>} flags
 */
export async function runReport(files, flags) {
  if (files.length === 0) throw new Usage('name the files of reports: JSON, .json.gz or whole mails (- reads standard input)');
  /** @type {Source[]} */
  const sources = [];
  const reports = [];
  for (const file of files) {
    const { value, findings } = await readReport(await octets(file));
    sources.push({ file: file === '-' ? 'standard input' : file, findings, read: value !== null });
    if (value) reports.push(value);
  }
  const summary = summarizeReports(reports);
  const verdicts = await verdictsFor(summary, flags);
  const explained = verdicts.flatMap((verdict) => explain(summary, verdict));
  const paint = painter(Boolean(process.stdout.isTTY) && !process.env.NO_COLOR);
  const width = widthOf(process.stdout);
  const text = flags.json
    ? stringify(/** @type {any} */ ({ sources, summary, explained }))
    : formatReports({ sources, summary, explained, checked: verdicts.map(({ domain }) => domain) }, paint, width);
  process.stdout.write(`${text}\n`);
  if (sources.some((source) => !source.read)) return EXIT.errors;
  return summary.domains.some(({ failed }) => failed > 0) ? EXIT.errors : EXIT.fine;
}

/**
 * What the failures are held against: a recorded check, or one made now.
 * @param {import('../types.d.ts').Summary} summary
 * @param {Record<string, any>} flags
 */
async function verdictsFor({ domains }, flags) {
  if (flags.evidence && flags.check) throw new Usage('give --evidence or --check, not both');
  if (flags.evidence) return [Check.replay(await evidence(flags.evidence))];
  if (!flags.check) return [];
  const names = domains.filter(({ domain, failed }) => domain !== null && failed > 0).map(({ domain }) => String(domain));
  const verdicts = await Promise.all(names.map((name) => verdictOf(name, flags).catch((error) => {
    // What a report calls a domain is a stranger's word.
    if (!(error instanceof MxsealError && error.code === 'ERR_INVALID_DOMAIN')) throw error;
    process.stderr.write(`not checked: \`${plain(name).slice(0, 80)}\` is no domain\n`);
    return null;
  })));
  return verdicts.filter((verdict) => verdict !== null);
}
