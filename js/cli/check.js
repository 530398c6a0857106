/** `mxseal check`: the hosts of Node, one verdict a domain. */

import { readFileSync } from 'node:fs';
import { getServers } from 'node:dns';
import { writeFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { certificatesFromPem, conduct, stringify } from '../index.js';
import { doh, fileStore, nodeFetch, starttls, udp } from '../hosts/node.js';
import { formatVerdict } from '../format.js';
import { exitOf, gravest, Usage } from './exit.js';

/**
 * @param {string[]} domains
 * @param {Record<string, any>} flags
 */
export async function runCheck(domains, flags) {
  if (domains.length === 0) throw new Usage('name a domain to check');
  if (flags.evidence && domains.length > 1) throw new Usage('--evidence takes one domain at a time');
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
 * @param {import('../types.d.ts').Verdict} verdict
 * @param {Record<string, any>} flags
 */
export function show(verdict, flags) {
  const { isTTY, columns } = process.stdout;
  const colour = Boolean(isTTY) && !process.env.NO_COLOR;
  // A pseudo-terminal that nobody sized has 0 columns.
  const width = Math.max(40, Math.min(columns || 100, 110));
  process.stdout.write(flags.json ? `${stringify(verdict)}\n` : `${formatVerdict(verdict, { colour, width })}\n`);
}

/** @param {Record<string, any>} flags */
function setUp(flags) {
  const pem = (flags.ca ?? []).map((/** @type {string} */ file) => read(file, '--ca'));
  const own = pem.flatMap((/** @type {string} */ text) => certificatesFromPem(text));
  const timeoutMs = number(flags.timeout ?? '10', '--timeout', 1, 600) * 1000;
  const policyHost = nodeFetch({ timeoutMs, ...(own.length > 0 && { ca: own }) });
  const port = number(flags.port ?? '25', '--port', 1, 65535);
  return {
    dns: resolver(flags, timeoutMs, policyHost),
    fetch: policyHost,
    starttls: flags.starttls ? starttls({ timeoutMs, ...(flags.helo && { helo: flags.helo }) }) : undefined,
    roots: [...rootCertificates.flatMap((text) => certificatesFromPem(text)), ...own],
    at: flags.at,
    store: flags.store ? fileStore(flags.store) : undefined,
    options: {
      port,
      stsTimeoutMs: timeoutMs,
      allowPrivateAddresses: Boolean(flags['allow-private']),
      ...(flags['trust-ad'] && { dnssec: /** @type {const} */ ('trust-ad') }),
      ...(flags.require && { require: choice(flags.require, ['none', 'tls', 'authenticated', 'dane'], '--require') }),
      ...(flags.anchors && { anchors: lines(read(flags.anchors, '--anchors')) }),
    },
  };
}

/**
 * @param {Record<string, any>} flags
 * @param {number} timeoutMs
 * @param {import('../types.d.ts').FetchHost} fetch
 */
function resolver(flags, timeoutMs, fetch) {
  if (flags.doh && flags.dns) throw new Usage('give --doh or --dns, not both');
  if (flags.doh) {
    // Node's own fetch takes no extra CA and speaks no HTTP/2; this one does both.
    return doh({ urls: flags.doh, fetch, timeoutMs: timeoutMs / 2, retries: 0 });
  }
  const server = flags.dns ?? getServers().map(withPort);
  if (!flags.dns) process.stderr.write(`resolver: ${server.join(', ')}\n`);
  return udp({ server, timeoutMs: Math.min(timeoutMs / 2, 5000), retries: 0 });
}

/** @param {string} address */
function withPort(address) {
  if (/^\[.*\](:\d+)?$|^[\d.]+:\d+$/.test(address)) return /:\d+$/.test(address.replace(/^\[.*\]/, '')) ? address : `${address}:53`;
  return address.includes(':') ? `[${address}]:53` : `${address}:53`;
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

/** @param {string} file @param {string} flag */
function read(file, flag) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Usage(`${flag}: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {string} text */
function lines(text) {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith(';'));
}

/** @param {string} value @param {string} flag @param {number} least @param {number} most */
function number(value, flag, least, most) {
  const result = Number(value);
  if (value.trim() === '' || !(result >= least && result <= most)) throw new Usage(`${flag} takes a number from ${least} to ${most}`);
  return result;
}

/** @template {string} T @param {string} value @param {T[]} choices @param {string} flag @returns {T} */
function choice(value, choices, flag) {
  const found = choices.find((one) => one === value);
  if (!found) throw new Usage(`${flag} takes ${choices.join(', ')}`);
  return found;
}
