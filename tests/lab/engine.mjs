/** The engine against the running lab, in this process: for options that the command line does not have. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { certificatesFromPem, check } from '../../js/index.js';
import { nodeFetch, starttls, udp } from '../../js/hosts/node.js';

export const state = process.env.LAB_DIR ?? fileURLToPath(new URL('../../.lab', import.meta.url));
export const lab = JSON.parse(readFileSync(path.join(state, 'lab.json'), 'utf8'));

const pem = readFileSync(lab.ca, 'utf8');
const anchors = readFileSync(lab.anchors, 'utf8').split('\n').filter((line) => line && !line.startsWith(';'));

/** `sts: false`: no policy can be fetched, so none is in force, as for a sender that does not know MTA-STS. */
export function observe(domain, options, { sts = true, timeoutMs = 8000 } = {}) {
  return check(domain, {
    dns: udp({ server: lab.dns, timeoutMs: 5000, retries: 0 }),
    fetch: sts ? nodeFetch({ timeoutMs, ca: [pem] }) : undefined,
    starttls: starttls({ timeoutMs }),
    roots: certificatesFromPem(pem),
    options: { ...options, anchors, allowPrivateAddresses: true },
  });
}
