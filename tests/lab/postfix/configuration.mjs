// main.cf and master.cf of the Postfix that sends. One delivery agent a level; the sender's local part chooses it. Loopback only, no retry:
// the caller asks again if it wants another attempt.

/** What each level is to Postfix (postconf(5)). `dane` is its own reading: MX records need no signature ("half-dane"). */
export const LEVELS = {
  dane: ['smtp_tls_security_level=dane'],
  'dane-signed-mx': ['smtp_tls_security_level=dane', 'smtp_tls_dane_insecure_mx_policy=may'],
  may: ['smtp_tls_security_level=may'],
}

export const configuration = ({ state, data, listener, ca }) => ({
  'main.cf': `compatibility_level = 3.6
queue_directory = ${state}/queue
data_directory = ${data}
maillog_file = ${state}/postfix.log
maillog_file_prefixes = ${state}
myhostname = sender.invalid
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_bind_address = 127.0.0.1
alias_maps =
alias_database =
local_recipient_maps =
relay_domains =
default_transport = discard:
sender_dependent_default_transport_maps = inline:{${Object.keys(LEVELS).map((level) => ` {${level}@sender.invalid=${level}:}`).join('')} }
smtpd_peername_lookup = no
smtp_dns_support_level = dnssec
smtp_tls_CAfile = ${ca}
smtp_tls_loglevel = 1
smtp_connect_timeout = 3s
smtp_helo_timeout = 3s
smtp_starttls_timeout = 5s
smtp_mx_session_limit = 0
smtp_mx_address_limit = 0
smtp_randomize_addresses = no
smtp_connection_cache_on_demand = no
smtp_tls_connection_reuse = no
default_destination_concurrency_failed_cohort_limit = 0
default_process_limit = 30
initial_destination_concurrency = 20
in_flow_delay = 0
queue_run_delay = 3000s
minimal_backoff_time = 3000s
maximal_backoff_time = 4000s
`,
  'master.cf': `${listener.host}:${listener.port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr    unix n - n 3000 1 qmgr
rewrite unix - - n - - trivial-rewrite
tlsmgr  unix - - n 1000? 1 tlsmgr
bounce  unix - - n - 0 bounce
defer   unix - - n - 0 bounce
discard unix - - n - - discard
error   unix - - n - - error
retry   unix - - n - - error
anvil   unix - - n - 1 anvil
proxymap unix - - n - - proxymap
showq   unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
${Object.entries(LEVELS).map(([level, options]) => `${level} unix - - n - - smtp\n${options.map((option) => `  -o ${option}\n`).join('')}`).join('')}`,
})
