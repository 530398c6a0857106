/** What `mxseal --help` says. */

export const HELP = `mxseal: may this mail go to this host, under which TLS requirements, and why?

  mxseal check DOMAIN…        look at live domains
  mxseal lookup NAME TYPE     ask the DNS, and prove the answer by DNSSEC
  mxseal replay FILE…         judge recorded evidence again, without a network
  mxseal lint FILE            check a policy file (- reads standard input)
  mxseal lint --txt STRING    check an _mta-sts record; --tlsrpt and --tlsa likewise
  mxseal report FILE…         what TLS reports say: JSON, .json.gz, whole mails (- reads standard input)
  mxseal tlsa FILE…           TLSA records of certificates or keys
  mxseal publish DOMAIN       the policy file and records to publish
  mxseal rollover HOST        dated steps of a change of key, or with --policy of a policy
                              (each of these three has its own --help)

check, and lookup where it applies
  --dns ADDRESS:PORT    ask this resolver over UDP and TCP (default: the system's)
  --doh URL             ask this resolver over HTTPS; both may be given several times
  --starttls            connect to the mail hosts and look at their certificates
  --ca FILE             trust these certificates too (PEM)
  --anchors FILE        trust anchors of DNSSEC, DS or DNSKEY lines
  --trust-ad            believe the resolver's AD bit
  --require LEVEL       none, tls, authenticated or dane: what you demand of every host
  --allow-private       private and loopback addresses may be connected to
  --port N              SMTP port (25)    --helo NAME   name to greet with
  --at TIME             judge as of this time, 2026-03-01T12:00:00Z
  --timeout SECONDS     for each answer (10)
  --store DIRECTORY     keep policies there, as a sender does
  --evidence FILE       write all answers, for replay

report, to say what failures come from
  --check               check each domain that has failures now, with the flags above
  --evidence FILE       or hold them against this recorded check

  --json                print the whole verdict as JSON
  --version  --help

examples
  mxseal check example.com
  mxseal check example.com --doh https://dns.example/dns-query --starttls
  mxseal check example.com --starttls --evidence example.json && mxseal replay example.json
  mxseal lookup _25._tcp.mx.example.com TLSA --doh https://dns.example/dns-query
  mxseal lint .well-known/mta-sts.txt
  mxseal lint --txt 'v=STSv1; id=20260301;'
  mxseal report reports/*.json.gz --check --starttls

exit codes
  0 fine   1 findings of severity error   2 usage   3 could not be found out`;
