/** `mxseal publish`: policy file and records for a goal, copy-ready; with `--live` held against what is there now. */

import { writeFileSync } from 'node:fs';
import { certificatesFromPem, conduct, publishSts, stringify } from '../index.js';
import { formatPublication } from '../format-plan.js';
import { setUp } from './check.js';
import { byHost, chain, count, exitOfFindings, idOf, octets, tell, writable } from './files.js';
import { choice, read } from './network.js';
import { nameOf, timeOf } from './operands.js';
import { Usage } from './exit.js';

export const PUBLISH_HELP = `mxseal publish DOMAIN: the policy file and records to publish, as lines of a zone file

  --goal MODE           testing (default), enforce or none
  --mx HOST             an mx line, patterns too; several times (default: the hosts of --cert, --next and --live)
  --cert HOST=FILE      the chain this host shows now: TLSA 3 1 1 of its key
  --next HOST=FILE      the certificate or public key it shows next: TLSA of that too
  --rua URI             where TLS reports go, mailto: or https:; several times
  --policy-host WHERE   addresses of mta-sts.DOMAIN, or the name it is an alias of
  --max-age SECONDS     life of the policy         --ttl SECONDS   of the records (3600)
  --previous FILE --previous-id ID   what is published now; the id changes only with the policy
  --live                look at the domain first, with the flags of check: hosts, chains, policy, id
  --ca FILE             hold certificates against these roots; with --live the system's too
  --policy-out FILE     write the policy file there
  --json

examples
  mxseal publish example.com --mx mx.example.com --rua mailto:tls-reports@example.com
  mxseal publish example.com --goal enforce --live --policy-out mta-sts.txt
  mxseal publish example.com --cert mx.example.com=chain.pem --next mx.example.com=next.pub`;

/**
 * @param {string[]} operands
 * @param {Record<string, any>} flags
 */
export async function runPublish(operands, flags) {
  const [domain, ...more] = operands;
  if (!domain || more.length > 0) throw new Usage('name one domain, as in `mxseal publish example.com --mx mx.example.com`');
  nameOf(domain);
  writable(flags['policy-out'], '--policy-out');
  const verdict = flags.live ? (await conduct(domain, setUp({ ...flags, starttls: true }))).verdict : null;
  const [certificates, nexts] = [byHost(flags.cert, '--cert'), byHost(flags.next, '--next')];
  const seen = verdict?.facts.hosts.map(({ host }) => host) ?? [];
  const names = [...new Set([...certificates.keys(), ...nexts.keys(), ...seen])];
  const hosts = await Promise.all(names.map(async (host) => {
    const [now, next] = [certificates.get(host), nexts.get(host)];
    return { host, ...(now && { chain: await chain(now) }), ...(next && { next: await octets(next) }) };
  }));
  const previous = flags.previous || flags['previous-id'];
  const publication = publishSts({
    domain,
    goal: choice(flags.goal ?? 'testing', ['testing', 'enforce', 'none'], '--goal'),
    ...(flags.mx && { mx: flags.mx }),
    ...(names.length > 0 && { hosts }),
    rua: flags.rua ?? [],
    policyHost: flags['policy-host'] ?? [],
    maxAge: count(flags['max-age'], '--max-age'),
    ttl: count(flags.ttl, '--ttl'),
    port: count(flags.port, '--port'),
    previous: previous ? { policy: flags.previous ? await octets(flags.previous) : null, id: idOf(flags['previous-id']) } : null,
    verdict,
    roots: flags.ca && !flags.live ? flags.ca.flatMap((/** @type {string} */ file) => certificatesFromPem(read(file, '--ca'))) : null,
    at: timeOf(flags.at, '--at'),
  });
  if (flags.json) process.stdout.write(`${stringify(publication)}\n`);
  else {
    tell(publication.findings);
    if (publication.value) process.stdout.write(formatPublication(publication.value));
  }
  if (flags['policy-out'] && publication.value) writeFileSync(flags['policy-out'], publication.value.policy.body);
  return exitOfFindings(publication.findings);
}
