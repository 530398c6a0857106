// The table of the lab, resolved: domains.json and servers.json with full names, defaults and, for every certificate,
// the host names that use it. Says nothing about how a server is configured.
import { readFileSync } from 'node:fs'

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
const named = ({ about, ...rows }) => rows

const servers = read('servers.json')
export const TLD = 'lab'
export const addresses = servers.addresses
export const certificates = named(servers.certificates)
export const mxServers = named(servers.mx)
export const webServers = named(servers.web)

const absolute = (label, zone) => (label === '@' ? zone : `${label}.${zone}`)

/** Every domain with its defaults filled in; `hosts` are all names with an address: `{ label, name, server, preference }` (`preference` null = not an MX). */
export const domains = read('domains.json').domains.map((row) => {
  const name = `${row.name}.${TLD}`
  const host = (label, server, preference) => {
    if (!mxServers[server]) throw new Error(`${name}: no such MX server \`${server}\``)
    return { label, name: absolute(label, name), server: mxServers[server], serverName: server, preference }
  }
  const web = row.web ?? (row.policy ? 'plain' : null)
  if (web && !webServers[web]) throw new Error(`${name}: no such policy host \`${web}\``)
  return {
    ...row,
    name,
    zone: row.zone === null ? null : { algorithm: 'ECDSAP256SHA256', denial: 'nsec', keys: 'single', fault: null, lame: [], ...row.zone },
    hosts: [
      ...(row.mx ?? []).map(([preference, label, server]) => host(label, server, preference)),
      ...(row.hosts ?? []).map(([label, server]) => host(label, server, null)),
    ],
    records: row.records ?? [],
    txt: row.txt ?? [],
    tlsrpt: row.tlsrpt ?? [],
    tlsa: row.tlsa ?? {},
    alias: row.alias ?? null,
    policy: row.policy ?? null,
    web: web && { ...webServers[web], name: web },
    expect: { dns: 'secure', txt: 'absent', policy: null, tlsrpt: 'absent', ...row.expect },
  }
})

/** The names that a certificate with `names: "users"` must carry. */
export function users(certificate) {
  const names = new Set()
  for (const domain of domains) {
    for (const host of domain.hosts) if (host.server.certificate === certificate) names.add(host.name)
    if (domain.web?.certificate === certificate) names.add(`mta-sts.${domain.name}`)
  }
  return [...names].sort()
}

/** Octets of the policy file of a domain, or null. `octets` pads a valid policy to an exact size with extension lines (RFC 8461 §3.2). */
export function policyText({ policy }) {
  if (!policy) return null
  if (policy.text !== undefined) return policy.text
  const head = ['version: STSv1', `mode: ${policy.mode}`, ...policy.mx.map((mx) => `mx: ${mx}`), `max_age: ${policy.maxAge}`, ''].join('\n')
  return policy.octets ? head + padding(policy.octets - head.length) : head
}

// A line is `pad: x…x` and LF; the last one takes what is left, never less than one `x`.
function padding(octets) {
  const line = (length) => `pad: ${'x'.repeat(length - 6)}\n`
  const full = 64
  const rest = full + (octets % full)
  return line(full).repeat((octets - rest) / full) + line(rest)
}
