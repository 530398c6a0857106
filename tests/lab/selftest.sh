#!/bin/bash
# Holds every server of the running lab to the posture that it claims, with independent tools only: dig and kdig (through unbound), curl,
# openssl. The expectations stand in domains.json and servers.json; nothing of mxseal takes part. Exit code 1 if any line fails.
# usage: selftest.sh [WORD]     only the lines that hold WORD
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=${LAB_DIR:-$here/../../.lab}
lab=$(cd "$lab" && pwd -P) || exit 1
# shellcheck disable=SC1091
. "$lab/lab.env"
resolver=(@"${LAB_DNS%:*}" -p "${LAB_DNS#*:}")
doh=${LAB_DOH#https://}; doh=${doh%%/*}
# Most of a line's time is waiting.
workers=6

main() {
  local i good bad
  for ((i = 0; i < workers; i++)); do work "$i" "${1:-}" >"$lab/run/selftest.$i" & done
  wait
  [ -n "${1:-}" ] || { check_doh; check_relay; check_listeners; } >>"$lab/run/selftest.0"
  cat "$lab/run/selftest".* | sort -k 2,2 -k 3,3
  good=$(cat "$lab/run/selftest".* | grep -c '^ok ')
  bad=$(cat "$lab/run/selftest".* | grep -c '^BAD ')
  rm -f "$lab/run/selftest".* "$lab/run/body".*
  echo "$good good, $bad bad"
  [ "$bad" = 0 ] && [ "$good" -gt 0 ]
}

# WORKER WORD: its share of the lines.
work() {
  local kind a b c d e f body=$lab/run/body.$1
  while IFS=$'\t' read -r kind a b c d e f; do
    "check_$kind" "$a" "$b" "$c" "$d" "$e" "$f"
  done < <(grep -F -- "$2" "$lab/expectations.tsv" | awk -v worker="$1" -v all="$workers" 'NR % all == worker')
}

# say KIND SUBJECT WANT GOT
say() {
  local mark=ok
  [ "$3" = "$4" ] || mark=BAD
  printf '%-4s %-4s %-46s %s%s\n' $mark "$1" "$2" "$4" "$([ $mark = ok ] || echo " (wanted $3)")"
}

check_dns() { say dns "$1 $2" "$3" "$(security dig +time=5 +tries=1 +dnssec "${resolver[@]}" "$1" "$2")"; }

# secure | insecure | nxdomain | servfail, of what a tool prints
security() {
  "$@" 2>&1 | tr '[:upper:]' '[:lower:]' | awk '
    /status: /  { sub(/.*status: /, ""); sub(/[,;].*/, ""); rcode = $0 }
    /flags: qr/ { ad = / ad[ ;]/ }
    END { print rcode == "noerror" ? (ad ? "secure" : "insecure") : rcode == "nxdomain" && ad ? "nxdomain" : rcode == "servfail" ? rcode : "rcode " rcode }'
}

# DOMAIN ADDRESS CURL-EXIT STATUS TYPE OCTETS (`-` = not asked). The address comes from the lab's resolver.
check_web() {
  local host=mta-sts.$1 want=$4 got code
  got=$(address_of "$host")
  [ "$2" = "$got" ] && [ "$2" != - ] || { say web "$1 address" "$2" "$got"; return; }
  got=$(curl -s --max-time 4 --cacert "$LAB_CA" --resolve "$host:443:$2" -o "$body" -w '%{http_code} %{content_type}' "https://$host/.well-known/mta-sts.txt")
  code=$?
  if [ "$3" != - ]; then
    want="curl $3" got="curl $code"
  else
    if [ "$5" = - ]; then got=${got%% *}; else want="$want $5"; fi
    [ "$6" = - ] || { want="$want $6"; got="$got $(stat -c %s "$body")"; }
  fi
  say web "$1" "$want" "$got"
}

address_of() { local found; found=$(dig +short +cd +time=5 +tries=1 "${resolver[@]}" "$1" A); echo "${found:--}"; }

# HOST ADDRESS WHAT-IT-SHOWS
check_mx() {
  local resolved
  resolved=$(address_of "$1")
  [ "$resolved" = "$2" ] || { say mx "$1 address" "$2" "$resolved"; return; }
  case $3 in
    [0-9]*) say mx "$1 ${2##*.}" "$3 250" "$(verify_code "$1" "$2") $(after_tls "$1" "$2")" ;;
    no-starttls) say mx "$1 ${2##*.}" "220 no STARTTLS" "$(plain_ehlo "$2")" ;;
    old-tls) say mx "$1 ${2##*.}" "TLSv1.2: no, TLSv1.1: yes" "TLSv1.2: $(speaks "$1" "$2" -tls1_2), TLSv1.1: $(speaks "$1" "$2" -tls1_1)" ;;
    silent | drop | refused) say mx "$1 ${2##*.}" "$3" "$(silence "$2")" ;;
  esac
}

# Without -verify_return_error the handshake goes on, and the code of the first error is printed.
verify_code() {
  timeout 5 openssl s_client -starttls smtp -connect "$2:25" -servername "$1" -verify_hostname "$1" -CAfile "$LAB_CA" </dev/null 2>/dev/null |
    sed -n 's/^ *Verify return code: \([0-9]*\).*/\1/p' | head -n 1
}

# EHLO must be answered inside TLS, whatever the certificate.
after_tls() {
  (printf 'EHLO client.lab\r\n'; sleep 0.2; printf 'QUIT\r\n'; sleep 0.1) |
    timeout 5 openssl s_client -quiet -starttls smtp -connect "$2:25" -servername "$1" 2>/dev/null | sed -n '/^250[ -]mx-/{s/^\(250\).*/\1/p;q}'
}

# HOST ADDRESS OPTION: is the handshake made with this version alone?
speaks() {
  timeout 5 openssl s_client -brief -starttls smtp -connect "$2:25" -servername "$1" "$3" -cipher 'DEFAULT@SECLEVEL=0' </dev/null 2>&1 |
    grep -q '^CONNECTION ESTABLISHED' && echo yes || echo no
}

# One plain SMTP dialogue: the greeting's code, and whether EHLO offers STARTTLS.
plain_ehlo() {
  timeout 3 bash -c "exec 3<>/dev/tcp/$1/25; printf 'EHLO client.lab\r\nQUIT\r\n' >&3; cat <&3" 2>/dev/null | tr -d '\r' |
    awk 'NR == 1 { code = $1 } /^250.STARTTLS/ { tls = 1 } END { print code, (tls ? "STARTTLS" : "no STARTTLS") }'
}

silence() {
  local out code
  out=$(timeout 2 bash -c "exec 3<>/dev/tcp/$1/25 || exit 7; cat <&3" 2>/dev/null)
  code=$?
  case $code:$out in 124:) echo silent ;; 0: | 1:) echo drop ;; 7:) echo refused ;; *) echo "code $code, \`$out\`" ;; esac
}

check_doh() {
  local kdig=(kdig +https +tls-ca="$LAB_CA" +tls-hostname=dns.lab +dnssec @"${doh%:*}" -p "${doh#*:}")
  say doh "enforce-good.lab MX" secure "$(security "${kdig[@]}" enforce-good.lab MX)"
  say doh "bogus.lab MX" servfail "$(security "${kdig[@]}" bogus.lab MX)"
  say doh "name 127.0.0.54 in the certificate" 0 "$(curl -s --max-time 4 --cacert "$LAB_CA" -o /dev/null "$LAB_DOH?dns=AAABAAABAAAAAAAAA2xhYgAABgAB"; echo $?)"
  say dns "bogus.lab MX explains itself" "EDE" "$(dig +time=5 +tries=1 "${resolver[@]}" bogus.lab MX | grep -o EDE | head -n 1)"
}

# No server takes a recipient outside the lab.
check_relay() {
  local kind address port
  while read -r kind address port; do
    say mx "no relay at $address" 554 "$(timeout 4 bash -c "exec 3<>/dev/tcp/$address/25; printf 'EHLO c.lab\r\nMAIL FROM:<>\r\nRCPT TO:<postmaster@elsewhere.example>\r\nQUIT\r\n' >&3; cat <&3" 2>/dev/null | sed -n 's/^\(5[0-9][0-9]\) .*/\1/p' | head -n 1)"
  done < <(grep ^smtp "$lab/endpoints")
}

# Nothing of the lab listens outside 127.0.0.0/8: sockets of its processes, by pid file, children included.
check_listeners() {
  local server pid pids=() outside
  for server in nsd unbound stub nginx postfix; do
    pid=$(<"$lab/run/$server.pid")
    pids+=("$pid" $(children "$pid"))
  done
  outside=$(ss -lntupH | grep -E "pid=($(IFS='|'; echo "${pids[*]}"))," | awk '{ print $5 }' | grep -vc '^127\.')
  say net "sockets outside 127.0.0.0/8" 0 "$outside"
}

children() { local child; for child in $(cat /proc/"$1"/task/*/children); do echo "$child"; children "$child"; done; }

main "$@"
