// One domain, rollover.lab, with servers of its own that a test may change while they run: nsd and a signed zone, unbound with the zone's key as
// its trust anchor, nginx for the policy, Postfix as the mail server. All on 127.0.2.0/24, as root; ended by their own pid.
//
//   const lab = await startServers(folder)          // folder: made anew
//   await lab.publish(['_25._tcp.mx.rollover.lab. 2 IN TLSA …'])   await lab.serve(policy or null)   await lab.show('a')   lab.stop()
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const DOMAIN = 'rollover.lab'
export const HOST = `mx.${DOMAIN}`
export const ADDRESS = { authority: '127.0.2.53', resolver: '127.0.2.54', web: '127.0.2.80', mail: '127.0.2.25' }
const AUTHORITY_PORT = 5353
// Postfix opens it by its full path as its own user.
const DATA = '/run/mxseal-rollover'
const BINARIES = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, OPENSSL_CONF: '/dev/null' }

export async function startServers(folder) {
  if (process.getuid() !== 0) throw new Error('ports 25, 53 and 443 need root')
  rmSync(folder, { recursive: true, force: true })
  for (const name of ['zone', 'web', 'postfix/conf', 'postfix/queue', 'keys', 'nsd', 'unbound', 'nginx']) mkdirSync(join(folder, name), { recursive: true, mode: 0o755 })
  const lab = new Servers(folder)
  try {
    await lab.start()
  } catch (error) {
    lab.stop()
    throw error
  }
  return lab
}

export function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: BINARIES, timeout: 30e3, ...options })
}

class Servers {
  #folder
  #serial = 1

  constructor(folder) { this.#folder = folder }

  path(name) { return join(this.#folder, name) }

  /** The CA, and leaf certificates `a`, `b`, `c` of the mail host, each with a key of its own, and the policy host's. */
  #certificates() {
    const key = (name) => run('openssl', ['genpkey', '-quiet', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', this.path(`keys/${name}.key`)])
    key('ca')
    run('openssl', ['req', '-x509', '-config', this.#config(), '-new', '-key', this.path('keys/ca.key'), '-subj', '/CN=rollover CA', '-days', '90',
      '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', this.path('ca.pem')])
    for (const [name, host] of [['a', HOST], ['b', HOST], ['c', HOST], ['web', `mta-sts.${DOMAIN}`]]) {
      key(name)
      writeFileSync(this.path(`keys/${name}.ext`), `basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:${host}\n`)
      run('openssl', ['req', '-config', this.#config(), '-new', '-key', this.path(`keys/${name}.key`), '-subj', `/CN=${name}`, '-out', this.path(`keys/${name}.csr`)])
      run('openssl', ['x509', '-req', '-in', this.path(`keys/${name}.csr`), '-CA', this.path('ca.pem'), '-CAkey', this.path('keys/ca.key'), '-CAcreateserial', '-days', '80',
        '-extfile', this.path(`keys/${name}.ext`), '-out', this.path(`${name}.pem`)])
    }
  }

  #config() {
    const file = this.path('keys/openssl.cnf')
    writeFileSync(file, '[req]\ndistinguished_name = dn\n[dn]\n')
    return file
  }

  async start() {
    this.#certificates()
    const cwd = this.path('keys')
    this.zoneKey = run('ldns-keygen', ['-r', '/dev/urandom', '-a', 'ECDSAP256SHA256', '-k', `${DOMAIN}.`], { cwd }).trim()
    writeFileSync(this.path('anchors'), run('ldns-key2ds', ['-n', '-2', `${this.zoneKey}.key`], { cwd }))
    this.#sign([])
    writeFileSync(this.path('nsd/nsd.conf'), nsd(this.#folder))
    writeFileSync(this.path('unbound/unbound.conf'), unbound(this.#folder))
    writeFileSync(this.path('nginx/nginx.conf'), nginx(this.#folder))
    writeFileSync(this.path('postfix/conf/main.cf'), main(this.#folder))
    writeFileSync(this.path('postfix/conf/master.cf'), master)
    writeFileSync(this.path('resolv.conf'), `nameserver ${ADDRESS.resolver}\noptions trust-ad edns0 timeout:5 attempts:1\n`)
    this.#certify('a')
    mkdirSync(DATA, { recursive: true })
    chownSync(DATA, Number(run('id', ['-u', 'postfix'])), 0)
    for (const [command, ...args] of [
      ['nsd', '-c', this.path('nsd/nsd.conf')], ['unbound', '-c', this.path('unbound/unbound.conf')],
      ['nginx', '-c', this.path('nginx/nginx.conf'), '-e', this.path('nginx/error.log')], ['postfix', '-c', this.path('postfix/conf'), 'start'],
    ]) run(command, args, { stdio: 'ignore' })
    for (const [address, port] of [[ADDRESS.web, 443], [ADDRESS.mail, 25]]) await until(() => listening(address, port), `${address}:${port}`)
    await until(() => this.ask(ADDRESS.resolver, 53, DOMAIN, 'SOA').length > 0, 'the resolver')
  }

  /** Zone lines take the place of those before; back when the authority gives them. @param {string[]} lines */
  async publish(lines) {
    this.#sign(lines)
    process.kill(this.#pid('nsd'), 'SIGHUP')
    const serial = String(this.#serial - 1)
    await until(() => this.ask(ADDRESS.authority, AUTHORITY_PORT, DOMAIN, 'SOA').some((line) => line.split(' ')[2] === serial), 'the new zone')
  }

  /** @param {string | null} text */
  async serve(text) {
    const file = this.path('web/mta-sts.txt')
    if (text === null) return rmSync(file, { force: true })
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }

  /** The mail server shows another certificate; back when every new connection gets it. @param {string} name */
  async show(name) {
    this.#certify(name)
    run('postfix', ['-c', this.path('postfix/conf'), 'reload'], { stdio: 'ignore' })
    const want = run('openssl', ['x509', '-in', this.path(`${name}.pem`), '-noout', '-serial'])
    await until(() => shown() === want, `certificate ${name}`)
  }

  #certify(name) {
    const file = this.path('postfix/shown.pem')
    writeFileSync(`${file}.new`, readFileSync(this.path(`keys/${name}.key`), 'utf8') + readFileSync(this.path(`${name}.pem`), 'utf8'), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  /** Records by dig, as `+short` gives them. */
  ask(server, port, name, type) {
    const out = attempt(() => run('dig', ['+short', '+time=1', '+tries=1', `@${server}`, '-p', String(port), name, type]))
    return (out ?? '').split('\n').filter((line) => line && !line.startsWith(';'))
  }

  #sign(lines) {
    const file = this.path('zone/plain')
    writeFileSync(file, [
      `$ORIGIN ${DOMAIN}.`, '$TTL 2', `@ IN SOA ns.${DOMAIN}. hostmaster.${DOMAIN}. ${this.#serial} 3600 900 604800 2`, '@ IN NS ns', `ns IN A ${ADDRESS.authority}`,
      `@ IN MX 10 ${HOST}.`, `${HOST}. IN A ${ADDRESS.mail}`, ...lines, '',
    ].join('\n'))
    this.#serial += 1
    const now = Math.floor(Date.now() / 1000)
    run('ldns-signzone', ['-i', String(now - 3600), '-e', String(now + 30 * 86400), '-f', this.path('zone/signed.new'), file, this.zoneKey], { cwd: this.path('keys') })
    renameSync(this.path('zone/signed.new'), this.path('zone/signed'))
  }

  #pid(server) {
    const file = { nsd: 'nsd/pid', unbound: 'unbound/pid', nginx: 'nginx/pid', postfix: 'postfix/queue/pid/master.pid' }[server]
    return existsSync(this.path(file)) ? Number(readFileSync(this.path(file), 'utf8').trim()) : 0
  }

  stop() {
    for (const server of ['postfix', 'nginx', 'unbound', 'nsd']) {
      const pid = this.#pid(server)
      // A pid file alone proves nothing: the process must name this folder, or work in it.
      const own = pid > 0 && (server === 'postfix' ? attempt(() => run('readlink', [`/proc/${pid}/cwd`])) : attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')))
      if (own && own.includes(this.#folder)) attempt(() => process.kill(pid))
    }
    rmSync(DATA, { recursive: true, force: true })
  }
}

function attempt(work) {
  try { return work() } catch { return null }
}

async function until(holds, what) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return
    await sleep(50)
  }
  throw new Error(`${what} does not answer`)
}

const listening = (host, port) => new Promise((answer) => {
  const socket = connect({ host, port }, () => { socket.destroy(); answer(true) })
  socket.on('error', () => answer(false))
})

function shown() {
  const chain = attempt(() => run('openssl', ['s_client', '-starttls', 'smtp', '-connect', `${ADDRESS.mail}:25`], { input: '', stdio: ['pipe', 'pipe', 'ignore'] }))
  return chain && run('openssl', ['x509', '-noout', '-serial'], { input: chain, stdio: ['pipe', 'pipe', 'pipe'] })
}

const nsd = (folder) => `server:
  ip-address: ${ADDRESS.authority}@${AUTHORITY_PORT}
  username: ""
  pidfile: "${folder}/nsd/pid"
  logfile: "${folder}/nsd/log"
  zonelistfile: "${folder}/nsd/zone.list"
  xfrdfile: "${folder}/nsd/xfrd.state"
  xfrdir: "${folder}/nsd"
  database: ""
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "${DOMAIN}."
  zonefile: "${folder}/zone/signed"
`

// It knows no other zone: whatever else is asked is refused at once.
const unbound = (folder) => `server:
  interface: ${ADDRESS.resolver}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  num-threads: 1
  username: ""
  chroot: ""
  directory: "${folder}/unbound"
  pidfile: "${folder}/unbound/pid"
  logfile: "${folder}/unbound/log"
  use-syslog: no
  module-config: "validator iterator"
  trust-anchor-file: "${folder}/anchors"
  local-zone: "." refuse
  local-zone: "${DOMAIN}." transparent
  aggressive-nsec: no
remote-control:
  control-enable: no
stub-zone:
  name: "${DOMAIN}."
  stub-addr: ${ADDRESS.authority}@${AUTHORITY_PORT}
`

const nginx = (folder) => `user root;
worker_processes 1;
pid ${folder}/nginx/pid;
error_log ${folder}/nginx/error.log;
events { worker_connections 64; }
http {
  access_log off;
  types { }
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${folder}/nginx/${kind};\n`).join('')}
  server {
    listen ${ADDRESS.web}:443 ssl;
    server_name mta-sts.${DOMAIN};
    ssl_certificate ${folder}/web.pem;
    ssl_certificate_key ${folder}/keys/web.key;
    location = /.well-known/mta-sts.txt { default_type text/plain; alias ${folder}/web/mta-sts.txt; }
  }
}
`

const main = (folder) => `compatibility_level = 3.6
queue_directory = ${folder}/postfix/queue
data_directory = ${DATA}
maillog_file = ${folder}/postfix/log
maillog_file_prefixes = ${folder}
myhostname = ${HOST}
myorigin = ${DOMAIN}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
mydestination =
relay_domains =
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:this server takes no mail
default_transport = error:this server takes no mail
smtpd_relay_restrictions = reject
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = may
smtpd_tls_chain_files = ${folder}/postfix/shown.pem
smtpd_tls_session_cache_database =
smtp_tls_CAfile = ${folder}/ca.pem
smtp_dns_support_level = dnssec
tls_random_source = dev:/dev/urandom
`

const master = `${ADDRESS.mail}:25 inet n - n - - smtpd
tlsmgr  unix  - - n 1000? 1 tlsmgr
rewrite unix  - - n - - trivial-rewrite
anvil   unix  - - n - 1 anvil
proxymap unix - - n - - proxymap
error   unix  - - n - - error
postlog unix-dgram n - n - 1 postlogd
`
