/** `mxseal check`: the hosts of Node, one verdict a domain. */

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { certificatesFromPem, conduct, stringify } from '../index.js';
import { fileStore, starttls } from '../hosts/node.js';
import { formatVerdict } from '../format.js';
import { exitOf, gravest, Usage, widthOf } from './exit.js';
import { troubleWith } from './files.js';
import { anchorsOf, choice, network, number } from './network.js';
import { domainOf, timeOf } from './operands.js';

/**
 * @param {string[]} domains
 * @param {Record<string, any>} flags
 */
export async function runCheck(domains, flags) {
  if (domains.length === 0) throw new Usage('name a domain to check');
  if (flags.evidence && domains.length > 1) throw new Usage('--evidence takes one domain at a time');
  domains.forEach(domainOf);
  const settings = setUp(flags);
  const codes = [];
  for (const domain of domains) {
    const { verdict, evidence } = await conduct(domain, { ...settings, onNeed: progress() });
    clearProgress();
    show(verdict, flags);
    if (flags.evidence) await writeFile(flags.evidence, `${JSON.stringify(JSON.parse(stringify(evidence)), null, 1)}\n`);
    codes.push(exitOf(verdict));
  }
  return gravest(codes);
}

/**
 * The verdict on a domain as `check` makes it, for a command that shows something else.
 * @param {string} domain
 * @param {Record<string, any>} flags
 */
export async function verdictOf(domain, flags) {
  const { verdict } = await conduct(domain, { ...setUp(flags), onNeed: progress() });
  clearProgress();
  return verdict;
}

/**
 * @param {import('../types.d.ts').Verdict} verdict
 * @param {Record<string, any>} flags
 */
export function show(verdict, flags) {
  const colour = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
  const width = widthOf(process.stdout);
  process.stdout.write(flags.json ? `${stringify(verdict)}\n` : `${formatVerdict(verdict, { colour, width })}\n`);
}

/** @param {Record<string, any>} flags */
export function setUp(flags) {
  const { own, timeoutMs, fetch, dns } = network(flags);
  const anchors = anchorsOf(flags);
  return {
    dns,
    fetch,
    starttls: flags.starttls ? starttls({ timeoutMs, ...(flags.helo && { helo: flags.helo }) }) : undefined,
    roots: [...rootCertificates.flatMap((text) => certificatesFromPem(text)), ...own],
    at: timeOf(flags.at, '--at'),
    store: flags.store === undefined ? undefined : folder(flags.store),
    options: {
      port: number(flags.port ?? '25', '--port', 1, 65535, true),
      stsTimeoutMs: timeoutMs,
      allowPrivateAddresses: Boolean(flags['allow-private']),
      ...(flags['trust-ad'] && { dnssec: /** @type {const} */ ('trust-ad') }),
      ...(flags.require && { require: choice(flags.require, ['none', 'tls', 'authenticated', 'dane'], '--require') }),
      ...(anchors && { anchors }),
    },
  };
}

/** A store that can't be written would remember nothing, and say so nowhere. @param {string} path */
function folder(path) {
  if (path === '') throw new Usage('--store takes the name of a directory');
  try {
    // It is made with the first policy.
    let there = resolve(path);
    while (!existsSync(there)) there = dirname(there);
    if (!statSync(there).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    accessSync(there, constants.W_OK);
  } catch (error) {
    throw new Usage(`--store: ${troubleWith(path, error)}`);
  }
  return fileStore(path);
}

/** Which stages are under way, on a terminal only. */
function progress() {
  const { isTTY } = process.stderr;
  let asked = 0;
  /** @param {import('../types.d.ts').Need} need */
  return (need) => {
    asked += 1;
    if (isTTY) process.stderr.write(`\r\u001b[Kstage ${need.stage}: ${asked} asked, last ${need.kind}`);
  };
}

function clearProgress() {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}
