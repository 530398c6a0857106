// The signed tree: root, the TLD, one zone a mail domain, and the faults that a row asks for. Signed by ldns; keys are kept between builds.
// Algorithms and denial of existence come from the table (RFC 8624 §3.1; NSEC3 without salt or iterations, RFC 9276 §3.1).
import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addresses, domains, TLD } from './table.mjs'
import { run } from './run.mjs'

const HOUR = 3600
const DAY = 24 * HOUR
const NO_SUCH_ALGORITHM = 200

/** Writes every zone file and `anchors` (the root's DS). Returns `[{ origin, file }]`; a lame zone has a file that does not exist. */
export function buildZones(state, now) {
  const lab = { state, folder: join(state, 'zones'), keys: join(state, 'keys', 'dns'), seconds: Math.floor(now / 1000) }
  rmSync(lab.folder, { recursive: true, force: true })
  for (const path of [lab.folder, lab.keys]) mkdirSync(path, { recursive: true })

  const zones = []
  const delegations = [`ns IN A ${addresses.authority.split(':')[0]}`, `dns IN A ${addresses.resolver.split(':')[0]}`]
  for (const { name, alias } of domains.filter((domain) => domain.alias)) delegations.push(`${name}. IN CNAME ${alias}.${TLD}.`)
  for (const domain of domains.filter(({ zone }) => zone)) {
    delegations.push(`${domain.name}. IN NS ns.${TLD}.`, ...delegationSigner(lab, domain))
    zones.push({ origin: `${domain.name}.`, file: mailZone(lab, domain) })
    for (const label of domain.zone.lame) zones.push({ origin: `${label}.${domain.name}.`, file: join(lab.folder, 'absent') })
  }
  const top = { algorithm: 'ECDSAP256SHA256', denial: 'nsec3', keys: 'pair' }
  const root = { algorithm: 'RSASHA256', denial: 'nsec', keys: 'pair' }
  zones.push({ origin: `${TLD}.`, file: signed(lab, `${TLD}.`, top, delegations) })
  zones.push({ origin: '.', file: signed(lab, '.', root, [`${TLD}. IN NS ns.${TLD}.`, `ns.${TLD}. IN A ${addresses.authority.split(':')[0]}`, ds(lab, `${TLD}.`, top)]) })
  writeFileSync(join(state, 'anchors'), `${ds(lab, '.', root)}\n`)
  return zones
}

function mailZone(lab, domain) {
  const { name, zone } = domain
  const lines = [
    ...domain.hosts.filter(({ preference }) => preference !== null).map((host) => `@ IN MX ${host.preference} ${host.name}.`),
    ...domain.hosts.map((host) => `${host.name}. IN A ${host.server.address}`),
    ...domain.records,
    ...domain.txt.map((text) => `_mta-sts IN TXT ${quoted(text)}`),
    ...domain.tlsrpt.map((text) => `_smtp._tls IN TXT ${quoted(text)}`),
    ...(domain.web?.address ? [`mta-sts IN A ${addresses[domain.web.address]}`] : []),
    ...Object.entries(domain.tlsa).flatMap(([label, records]) => records.map((record) => `${tlsaOwner(label)} IN TLSA ${tlsa(lab, domain, label, record)}`)),
    ...zone.lame.map((label) => `${label} IN NS ns.${TLD}.`),
  ]
  switch (zone.fault) {
    case 'lame': return join(lab.folder, 'absent')
    case 'unsigned':
    case 'unknown-algorithm': return plain(lab, `${name}.`, lines)
    case 'expired': return signed(lab, `${name}.`, zone, lines, [-60 * DAY, -30 * DAY])
    case 'tampered':
    case 'tampered-tlsa':
    case 'tampered-address': return tampered(signed(lab, `${name}.`, zone, lines), zone.fault)
    default: return signed(lab, `${name}.`, zone, lines)
  }
}

// What the parent says: nothing (proven unsigned), a DS that fits, or one that cannot (RFC 4035 §5.2).
function delegationSigner(lab, { name, zone }) {
  switch (zone.fault) {
    case 'lame':
    case 'unsigned': return []
    case 'unknown-algorithm': return [`${name}. IN DS 12345 ${NO_SUCH_ALGORITHM} 2 ${'00'.repeat(32)}`]
    case 'bad-ds': return [ds(lab, `${name}.`, zone).replace(/[0-9a-f]{64}/i, '00'.repeat(32))]
    default: return [ds(lab, `${name}.`, zone)]
  }
}

// `usage selector matching OF`: the data is made from the certificate that OF names (RFC 6698 §2.1): `leaf`, the one that the host serves,
// or a file of the state folder's `certificates`. `nothing`: of no certificate; `short`: the digest of the leaf, cut to 20 octets.
function tlsa(lab, domain, label, record) {
  const [usage, selector, matching, of] = record.split(' ')
  const own = () => domain.hosts.find((candidate) => candidate.label === label).server.certificate
  const certificate = () => new X509Certificate(readFileSync(join(lab.state, 'certificates', `${['leaf', 'short'].includes(of) ? own() : of}.pem`)))
  const content = of === 'nothing' ? Buffer.from('nothing') : selector === '1' ? certificate().publicKey.export({ type: 'spki', format: 'der' }) : certificate().raw
  const data = matching === '0' ? content : createHash(matching === '2' ? 'sha512' : 'sha256').update(content).digest()
  return `${usage} ${selector} ${matching} ${(of === 'short' ? data.subarray(0, 20) : data).toString('hex')}`
}

function plain(lab, origin, lines) {
  const file = join(lab.folder, `${fileName(origin)}.zone`)
  writeFileSync(file, [
    `$ORIGIN ${origin}`, '$TTL 300', `@ IN SOA ns.${TLD}. hostmaster.${TLD}. ${lab.seconds} 3600 900 604800 60`, `@ IN NS ns.${TLD}.`, ...lines, '',
  ].join('\n'))
  return file
}

function signed(lab, origin, zone, lines, [from, to] = [-2 * HOUR, 30 * DAY]) {
  const file = plain(lab, origin, lines)
  const denial = { nsec: [], nsec3: ['-n', '-t', '0'], 'nsec3-opt-out': ['-n', '-t', '0', '-p'] }[zone.denial]
  const [inception, expiration] = [from, to].map((offset) => String(lab.seconds + offset))
  run('ldns-signzone', ['-i', inception, '-e', expiration, ...denial, '-f', `${file}.signed`, file, ...keyNames(lab, origin, zone)], { cwd: lab.keys })
  return `${file}.signed`
}

// Another preference in the MX record, another octet in the TLSA data or in the address of `mx`, the old signature beside it.
const TAMPERING = {
  'tampered': [/(\sIN\s+MX\s+)10 /, '$1666 '],
  'tampered-tlsa': [/(\sIN\s+TLSA\s+\d \d \d )[0-9a-f]{2}/i, '$100'],
  'tampered-address': [/^(mx\..*\sIN\s+A\s+127\.0\.0\.)\d+/m, '$199'],
}

function tampered(file, how) {
  const text = readFileSync(file, 'utf8')
  const altered = text.replace(...TAMPERING[how])
  if (altered === text) throw new Error(`${file}: nothing to tamper with`)
  writeFileSync(file, altered)
  return file
}

const ds = (lab, origin, zone) => run('ldns-key2ds', ['-n', '-2', `${keyNames(lab, origin, zone)[0]}.key`], { cwd: lab.keys }).trim()

// Base names of the zone's keys, the one with the SEP bit first. `single`: one key signs all (RFC 6781 §3.1).
function keyNames(lab, origin, { algorithm, keys }) {
  const roles = keys === 'pair' ? ['ksk', 'zsk'] : ['ksk']
  return roles.map((role) => {
    const note = join(lab.keys, `${fileName(origin)}.${algorithm}.${role}`)
    if (!existsSync(note)) {
      const size = algorithm.startsWith('RSA') ? ['-b', '2048'] : []
      const sep = role === 'ksk' ? ['-k'] : []
      writeFileSync(note, run('ldns-keygen', ['-r', '/dev/urandom', '-a', algorithm, ...size, ...sep, origin], { cwd: lab.keys }).trim())
    }
    return readFileSync(note, 'utf8')
  })
}

/** Where the TLSA records of a host stand, relative to its zone (RFC 7672 §2.2.3). */
export const tlsaOwner = (label) => (label === '@' ? '_25._tcp' : `_25._tcp.${label}`)

const fileName = (origin) => (origin === '.' ? 'root' : origin.slice(0, -1))
const quoted = (text) => `"${text.replace(/["\\]/g, '\\$&')}"`
