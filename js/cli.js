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
import { oneLine } from './hosts/failure.js';

/** @satisfies {import('node:util').ParseArgsConfig['options']} */
const OPTIONS = /** @type {const} */ ({
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

/** @type {Record<string, (operands: string[], flags: any) => Promise<number>>} */
const COMMANDS = { check: runCheck, lookup: runLookup, replay: runReplay, lint: runLint, report: runReport, tlsa: runTlsa, publish: runPublish, rollover: runRollover };

/** Commands with a page of help to themselves. @type {Record<string, string>} */
const PAGES = { tlsa: TLSA_HELP, publish: PUBLISH_HELP, rollover: ROLLOVER_HELP };

/** A closed pipe (`| head`) is no error of ours. */
process.stdout.on('error', (error) => {
  if (/** @type {{ code?: string }} */ (error).code === 'EPIPE') process.exit(EXIT.fine);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} argv */
async function main(argv) {
  try {
    const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
    const [name = '', ...operands] = positionals;
    if (values.version) return print(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);
    if (values.help && PAGES[name]) return print(PAGES[name]);
    if (values.help || name === '' || name === 'help') return name === '' && !values.help ? usage(HELP) : print(HELP);
    const command = COMMANDS[name];
    if (!command) throw new Usage(`unknown command \`${name}\`: ${Object.keys(COMMANDS).slice(0, -1).join(', ')} or ${Object.keys(COMMANDS).at(-1)}`);
    return await command(operands, values);
  } catch (error) {
    const { code = '' } = /** @type {{ code?: string }} */ (error ?? {});
    const mistaken = error instanceof Usage || code.startsWith('ERR_PARSE_ARGS') || code.startsWith('ERR_INVALID');
    process.stderr.write(`mxseal: ${oneLine(error)}\n`);
    if (mistaken) process.stderr.write('Try `mxseal --help`.\n');
    return EXIT.usage;
  }
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
