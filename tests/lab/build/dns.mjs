// Configuration of nsd, authority of every zone, and of unbound, the validating resolver with the lab's own trust anchor (UDP, TCP, DoH).
// Both run as the caller and listen on loopback only. unbound finds each zone by a stub. Port 53 of the resolver's address is for programs that know no other port (a Postfix that sends).
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addresses } from './table.mjs'

export function buildDns(state, zones) {
  for (const server of ['nsd', 'unbound']) mkdirSync(join(state, server), { recursive: true })
  writeFileSync(join(state, 'nsd', 'nsd.conf'), nsd(state, zones))
  writeFileSync(join(state, 'unbound', 'unbound.conf'), unbound(state, zones))
}

// A zone whose file does not exist is answered with SERVFAIL: that is how a lame zone is made.
const nsd = (state, zones) => `server:
  ip-address: ${at(addresses.authority)}
  username: ""
  pidfile: "${state}/run/nsd.pid"
  logfile: "${state}/nsd/nsd.log"
  zonesdir: "${state}/zones"
  zonelistfile: "${state}/nsd/zone.list"
  xfrdfile: "${state}/nsd/xfrd.state"
  xfrdir: "${state}/nsd"
  database: ""
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${zones.map(({ origin, file }) => `zone:\n  name: "${origin}"\n  zonefile: "${file}"\n`).join('')}`

// CD clear: bogus data becomes SERVFAIL. Extended errors (RFC 8914) say why.
const unbound = (state, zones) => `server:
  interface: ${at(addresses.resolver)}
  interface: ${at(addresses.doh)}
  interface: ${addresses.resolver.split(':')[0]}@53
  https-port: ${addresses.doh.split(':')[1]}
  tls-service-key: "${state}/certificates/doh.key.pem"
  tls-service-pem: "${state}/certificates/doh.chain.pem"
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  num-threads: 1
  incoming-num-tcp: 200
  username: ""
  chroot: ""
  directory: "${state}/unbound"
  pidfile: "${state}/run/unbound.pid"
  logfile: "${state}/unbound/unbound.log"
  use-syslog: no
  module-config: "validator iterator"
  trust-anchor-file: "${state}/anchors"
  val-log-level: 2
  ede: yes
  qname-minimisation: no
  aggressive-nsec: no
remote-control:
  control-enable: no
${zones.map(({ origin }) => `stub-zone:\n  name: "${origin}"\n  stub-addr: ${at(addresses.authority)}\n`).join('')}`

const at = (address) => address.replace(':', '@')
