#!/usr/bin/env node
/** The command line: which command, its exit code, and one line for what went wrong. */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runCheck } from './cli/check.js';
import { HELP } from './cli/help.js';
import { runLookup } from './cli/lookup.js';
import { runLint } from './cli/lint.js';
import { PUBLISH_HELP, runPublish } from './cli/publish.js';
import { runReplay } from './cli/replay.js';
import { runReport } from './cli/report.js';
import { ROLLOVER_HELP, runRollover } from './cli/rollover.js';
import { TLSA_HELP, runTlsa } from './cli/tlsa.js';
import { EXIT, Usage } from './cli/exit.js';
import { OPTIONS, meant, onlyItsOwn, unknownFlag } from './cli/flags.js';
import { plain } from './format.js';
import { oneLine } from './hosts/failure.js';

/** @type {Record<string, (operands: string[], flags: any) => Promise<number>>} */
const COMMANDS = { check: runCheck, lookup: runLookup, replay: runReplay, lint: runLint, report: runReport, tlsa: runTlsa, publish: runPublish, rollover: runRollover };

/** Commands with a page of help to themselves. @type {Record<string, string>} */
const PAGES = { tlsa: TLSA_HELP, publish: PUBLISH_HELP, rollover: ROLLOVER_HELP };

/** A closed pipe (`| head`) is no error of ours; a full disk is nobody's, and must not look like an answer. */
process.stdout.on('error', (error) => {
  if (/** @type {{ code?: string }} */ (error).code === 'EPIPE') process.exit(EXIT.fine);
  process.stderr.write(`mxseal: standard output can't be written: ${oneLine(error)}\n`);
  process.exit(EXIT.usage);
});
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} argv */
async function main(argv) {
  try {
    const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
    const [name = '', ...operands] = positionals;
    if (values.version) return print(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);
    const [topic = ''] = name === 'help' ? operands : [name];
    if ((values.help || name === 'help') && PAGES[topic]) return print(PAGES[topic]);
    if (values.help || name === '' || name === 'help') return name === '' && !values.help ? usage(HELP) : print(HELP);
    const command = COMMANDS[name];
    if (!command) throw new Usage(`unknown command \`${plain(name)}\`${othersThan(name)}`);
    onlyItsOwn(name, values);
    return await command(operands, values);
  } catch (error) {
    const { code = '' } = /** @type {{ code?: string }} */ (error ?? {});
    const mistaken = error instanceof Usage || code.startsWith('ERR_PARSE_ARGS') || code.startsWith('ERR_INVALID');
    process.stderr.write(`mxseal: ${unknownFlag(plain(oneLine(error))).replace(/^arguments of \w+: (options: )?/, '')}\n`);
    if (mistaken) process.stderr.write('Try `mxseal --help`.\n');
    return EXIT.usage;
  }
}

/** The command that was meant, or all. @param {string} name */
function othersThan(name) {
  const names = Object.keys(COMMANDS);
  if (name.includes('.')) return `; to look at a domain: mxseal check ${plain(name)}`;
  return meant(name, names) || `: ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
  return EXIT.fine;
}

/** @param {string} text */
function usage(text) {
  process.stderr.write(`${text}\n`);
  return EXIT.usage;
}
