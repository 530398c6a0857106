// Builds everything the lab's servers read into the state folder: certificates, zones, policies, configurations, and what a user of the lab
// needs to know (lab.json, lab.env). Does nothing while the last build is of the same sources and young enough. Starts no server.
// usage: node build.mjs STATE-FOLDER
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildCertificates } from './build/certificates.mjs'
import { buildDns } from './build/dns.mjs'
import { buildMail } from './build/mail.mjs'
import { addresses, domains, mxServers } from './build/table.mjs'
import { buildWeb } from './build/web.mjs'
import { buildZones, tlsaOwner } from './build/zones.mjs'

const OLDEST_BUILD_MS = 3 * 24 * 3600e3
const here = dirname(fileURLToPath(import.meta.url))
const state = resolve(process.argv[2])
const stamp = join(state, 'stamp')
const now = Date.now()

if (fresh()) {
  console.log('certificates, zones and configurations are up to date')
} else {
  rmSync(stamp, { force: true })
  mkdirSync(join(state, 'run'), { recursive: true })
  step('certificates', () => buildCertificates(state, now))
  const zones = step('zones', () => buildZones(state, now))
  step('configurations', () => {
    buildDns(state, zones)
    buildWeb(state)
    buildMail(state)
    describe()
  })
  writeFileSync(stamp, sources())
}

function step(name, build) {
  const begun = Date.now()
  const result = build()
  console.log(`${name.padEnd(16)}${((Date.now() - begun) / 1000).toFixed(1)} s`)
  return result
}

function fresh() {
  try {
    return readFileSync(stamp, 'utf8') === sources() && now - statSync(stamp).mtimeMs < OLDEST_BUILD_MS
  } catch {
    return false
  }
}

// A hash of the lab's own files and of the folder, whose name stands in every configuration.
function sources() {
  const hash = createHash('sha256').update(state)
  const names = [...readdirSync(here), ...readdirSync(join(here, 'build')).map((name) => join('build', name))]
  for (const name of names.filter((candidate) => /\.(mjs|json)$/.test(candidate)).sort()) hash.update(name).update(readFileSync(join(here, name)))
  return hash.digest('hex')
}

function describe() {
  const lab = {
    dns: addresses.resolver, doh: `https://${addresses.doh}/dns-query`, authority: addresses.authority,
    ca: join(state, 'ca.pem'), anchors: join(state, 'anchors'), domains: domains.map(({ name }) => name),
  }
  writeFileSync(join(state, 'lab.json'), `${JSON.stringify(lab, null, 2)}\n`)
  writeFileSync(join(state, 'lab.env'), `LAB_DNS=${lab.dns}\nLAB_DOH=${lab.doh}\nLAB_CA='${lab.ca}'\nLAB_ANCHORS='${lab.anchors}'\n`)
  const stubs = Object.values(mxServers).filter(({ kind }) => kind === 'silent' || kind === 'drop')
  writeFileSync(join(state, 'stubs'), [`silent=${addresses.webSilent}:443`, ...stubs.map(({ kind, address }) => `${kind}=${address}:25`), ''].join('\n'))
  const talking = Object.values(mxServers).filter(({ kind }) => kind === 'postfix').map(({ address }) => `smtp ${address} 25`)
  const listening = [`${addresses.web}:443`, `${addresses.webSilent}:443`, addresses.doh, addresses.authority, addresses.resolver, ...stubs.map(({ address }) => `${address}:25`)]
  writeFileSync(join(state, 'endpoints'), [...talking, ...listening.map((address) => `tcp ${address.replace(':', ' ')}`), ''].join('\n'))
  writeFileSync(join(state, 'expectations.tsv'), expectations())
}

// What selftest.sh holds the servers to, one line a question.
function expectations() {
  const lines = [['dns', 'lab', 'SOA', 'secure'], ['dns', 'dns.lab', 'A', 'secure']]
  for (const { name, zone, expect, web, policy, hosts, tlsa } of domains) {
    lines.push(['dns', name, 'MX', expect.dns])
    if (expect.txt === 'error') lines.push(['dns', `_mta-sts.${name}`, 'TXT', 'servfail'])
    for (const label of Object.keys(tlsa)) lines.push(['dns', `${tlsaOwner(label)}.${name}`, 'TLSA', expect.tlsa ?? expect.dns])
    for (const label of zone?.lame ?? []) if (label.startsWith('_25._tcp')) lines.push(['dns', `${label}.${name}`, 'TLSA', 'servfail'])
    if (web) lines.push(['web', name, web.address ? addresses[web.address] : '-', web.shows.curl ?? '-', web.shows.status ?? '-', web.shows.type ?? '-', policy?.octets ?? '-'])
    for (const host of zone?.fault === 'tampered-address' ? [] : hosts) lines.push(['mx', host.name, host.server.address, host.server.shows])
  }
  return `${lines.map((line) => line.join('\t')).join('\n')}\n`
}
