// One Postfix instance: a `127.0.0.N:25` service an MX posture, each with its own certificate. It takes mail for the lab's domains and throws it
// away; every other recipient is refused, and neither queue manager nor delivery agent is configured. What Postfix cannot play (silence, a dropped connection) is stub.mjs.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mxServers } from './table.mjs'

// The one folder outside the state folder (a lock and a random seed): Postfix opens it by its full path as its own user, who need not be
// able to reach the state folder, a clone in a private temporary folder for instance. All else it opens as root or relative to the queue.
export const DATA = '/run/mxseal-lab'

export function buildMail(state) {
  const folder = join(state, 'postfix')
  for (const name of ['conf', 'queue']) mkdirSync(join(folder, name), { recursive: true, mode: 0o755 })
  writeFileSync(join(folder, 'conf', 'main.cf'), main(folder))
  writeFileSync(join(folder, 'conf', 'master.cf'), master(state))
}

const main = (folder) => `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${DATA}
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
myhostname = mx.lab
mydomain = lab
myorigin = lab
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
smtpd_relay_restrictions = check_recipient_access inline:{lab=DISCARD}, reject
smtpd_recipient_restrictions =
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_timeout = 60s
in_flow_delay = 0
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_session_cache_database =
tls_random_source = dev:/dev/urandom
`

const master = (state) => `${Object.entries(mxServers).filter(([, server]) => server.kind === 'postfix').map(([name, server]) => service(state, name, server)).join('')}tlsmgr  unix  - - n 1000? 1 tlsmgr
rewrite unix  - - n - - trivial-rewrite
cleanup unix  n - n - 0 cleanup
anvil   unix  - - n - 1 anvil
proxymap unix - - n - - proxymap
error   unix  - - n - - error
postlog unix-dgram n - n - 1 postlogd
`

function service(state, name, { address, certificate, protocols }) {
  const options = [`myhostname=mx-${name}.lab`]
  if (certificate) options.push(`smtpd_tls_chain_files=${state}/certificates/${certificate}.key.pem,${state}/certificates/${certificate}.chain.pem`)
  else options.push('smtpd_tls_security_level=none')
  // OpenSSL 3 speaks TLS 1.0 and 1.1 at security level 0 only.
  if (protocols) options.push(`smtpd_tls_protocols=${protocols}`, 'tls_medium_cipherlist=DEFAULT@SECLEVEL=0')
  return `${address}:25 inet n - n - - smtpd\n${options.map((option) => `  -o ${option}\n`).join('')}`
}
