/** `mxseal tlsa`: the TLSA record of a certificate or key, as a line of a zone file where a host is named. */

import { formatTlsa, planRollover, stringify, tlsaFor } from '../index.js';
import { chain, count, exitOfFindings, tell } from './files.js';
import { nameOf } from './operands.js';
import { Usage } from './exit.js';

export const TLSA_HELP = `mxseal tlsa FILE…: TLSA records of certificates or public keys, PEM or DER (- reads standard input)

  --host NAME       print lines of a zone file for this mail host
  --port N          SMTP port (25)      --ttl N   TTL of the lines (3600)
  --usage N --selector N --matching N   parameters (3 1 1)
  --json

examples
  mxseal tlsa cert.pem
  mxseal tlsa --host mx.example.com cert.pem next-cert.pem
  openssl s_client -starttls smtp -connect mx.example.com:25 </dev/null | mxseal tlsa --host mx.example.com -`;

/**
 * @param {string[]} files
 * @param {Record<string, any>} flags
 */
export async function runTlsa(files, flags) {
  if (files.length === 0) throw new Usage('name a file with a certificate or public key');
  const [usage, selector, matchingType] = ['usage', 'selector', 'matching'].map((name, at) => count(flags[name], `--${name}`) ?? [3, 1, 1][at]);
  const parameters = /** @type {any} */ ({ usage, selector, matchingType });
  if (flags.host !== undefined) nameOf(flags.host);
  const chains = await Promise.all(files.map(chain));
  const tlsa = chains.map(([leaf]) => tlsaFor(/** @type {Uint8Array} */ (leaf), parameters));
  const distinct = tlsa.filter((one, at) => tlsa.findIndex((other) => formatTlsa(other) === formatTlsa(one)) === at);
  if (!flags.host) {
    process.stdout.write(flags.json ? `${stringify(distinct)}\n` : distinct.map((one) => `${formatTlsa(one)}\n`).join(''));
    return 0;
  }
  const ttl = count(flags.ttl, '--ttl') ?? 3600;
  const port = count(flags.port, '--port') ?? 25;
  // What the engine says of the set, the first chain being the one in use.
  const [current = []] = chains;
  const { subject, findings } = planRollover({ kind: 'tlsa', host: flags.host, port, ttl, tlsa: distinct, current });
  const records = distinct.map((one) => {
    const data = formatTlsa(one);
    return { owner: subject, type: 'TLSA', ttl, data, value: data, line: `${subject}. ${ttl} IN TLSA ${data}` };
  });
  if (flags.json) process.stdout.write(`${JSON.stringify({ records, findings })}\n`);
  else process.stdout.write(records.map(({ line }) => `${line}\n`).join(''));
  const told = findings.filter(({ code }) => code !== 'tlsa-record-stale');
  if (!flags.json) tell(told);
  return exitOfFindings(told);
}
