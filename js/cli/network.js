/** What the flags say of the network: resolver, policy host, certificates, trust anchors. */

import { readFileSync } from 'node:fs';
import { getServers } from 'node:dns';
import { Check, certificatesFromPem } from '../index.js';
import { doh, nodeFetch, udp } from '../hosts/node.js';
import { Usage } from './exit.js';
import { troubleWith } from './files.js';

/** @param {Record<string, any>} flags */
export function network(flags) {
  const pem = (flags.ca ?? []).map((/** @type {string} */ file) => read(file, '--ca'));
  const own = pem.flatMap((/** @type {string} */ text, /** @type {number} */ at) => {
    try {
      return certificatesFromPem(text);
    } catch (error) {
      throw new Usage(`--ca: ${flags.ca[at]}: ${/** @type {Error} */ (error).message}`);
    }
  });
  const timeoutMs = number(flags.timeout ?? '10', '--timeout', 1, 600) * 1000;
  const fetch = nodeFetch({ timeoutMs, ...(own.length > 0 && { ca: own }) });
  return { own, timeoutMs, fetch, dns: resolver(flags, timeoutMs, fetch) };
}

/**
 * The trust anchors of a file: a DS or DNSKEY record a line, as `dig` prints it; blank lines and comments count for nothing.
 * @param {Record<string, any>} flags
 * @returns {string[] | undefined}
 */
export function anchorsOf({ anchors: file }) {
  if (!file) return undefined;
  const lines = read(file, '--anchors').split('\n').map((line, index) => ({ line: line.trim(), place: `${file}, line ${index + 1}` }));
  const records = lines.filter(({ line }) => line !== '' && !line.startsWith(';'));
  if (records.length === 0) throw new Usage(`--anchors: ${file} holds no DS or DNSKEY record`);
  return records.map(({ line, place }) => {
    try {
      // The engine reads an anchor when a check begins.
      new Check('example', { options: { anchors: [line] } }).free();
    } catch (error) {
      throw new Usage(`--anchors: ${place}: ${/** @type {Error} */ (error).message}`);
    }
    return line;
  });
}

/**
 * @param {Record<string, any>} flags
 * @param {number} timeoutMs
 * @param {import('../types.d.ts').FetchHost} fetch
 */
function resolver(flags, timeoutMs, fetch) {
  if (flags.doh && flags.dns) throw new Usage('give --doh or --dns, not both');
  if (flags.doh) {
    // Node's own fetch takes no extra CA and speaks no HTTP/2; this one does both, at one connection a query, of which
    // resolvers take few from one client.
    return doh({ urls: flags.doh, fetch, timeoutMs: timeoutMs / 2, parallel: 4, retries: 1 });
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

/** @param {string} file @param {string} flag */
export function read(file, flag) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Usage(`${flag}: ${troubleWith(file, error)}`);
  }
}

/** @param {string} value @param {string} flag @param {number} least @param {number} most @param {boolean} [whole] */
export function number(value, flag, least, most, whole = false) {
  const result = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  if (!(result >= least && result <= most) || (whole && !Number.isInteger(result))) {
    throw new Usage(`${flag} takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
  }
  return result;
}

/** @template {string} T @param {string} value @param {T[]} choices @param {string} flag @returns {T} */
export function choice(value, choices, flag) {
  const found = choices.find((one) => one === value);
  if (!found) throw new Usage(`${flag} takes ${choices.join(', ')}`);
  return found;
}
