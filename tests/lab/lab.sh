#!/bin/bash
# The lab: real servers on loopback, in every posture of domains.json. README.md holds the map.
# usage: lab.sh start | stop | status      LAB_DIR = state folder (default: .lab at the root of the project)
# Every process listens on 127.0.0.0/8 only, has a pid file in run/, and is ended by that pid, after its identity is checked.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=${LAB_DIR:-$here/../../.lab}
mkdir -p "$lab" && lab=$(cd "$lab" && pwd -P) || exit 1
servers=(nsd unbound stub nginx postfix)
PATH=$PATH:/usr/sbin:/sbin

main() {
  case ${1:-} in
    start) start ;;
    stop) stop ;;
    status) status ;;
    *) echo "usage: lab.sh start | stop | status" >&2; exit 2 ;;
  esac
}

start() {
  [ "$(id -u)" = 0 ] || die "the lab listens on ports 25 and 443: run it as root"
  # Names go into configuration files of five programs.
  [[ $lab =~ ^[A-Za-z0-9_./-]+$ ]] || die "the state folder's name must be plain: $lab"
  "$here/install.sh" || exit 1
  stop
  node "$here/build.mjs" "$lab" || die "the lab could not be built"
  # shellcheck disable=SC1091
  . "$lab/lab.env"
  local kind address port
  while read -r kind address port; do
    free "$address" "$port" || die "$address:$port is taken by another process"
  done <"$lab/endpoints"
  local server
  for server in "${servers[@]}"; do
    printf '%-16s' "$server"
    local begun=${EPOCHREALTIME/./}
    "start_$server" || fail "$server"
    echo "$(((${EPOCHREALTIME/./} - begun) / 1000)) ms"
  done
  wait_for_answers
  summary
}

stop() {
  local i
  for ((i = ${#servers[@]} - 1; i >= 0; i--)); do end "${servers[i]}"; done
}

status() {
  local server missing=0
  for server in "${servers[@]}"; do
    if running "$server"; then echo "$server runs, pid $(<"$lab/run/$server.pid")"; else echo "$server does not run"; missing=1; fi
  done
  return $missing
}

start_nsd() { nsd -c "$lab/nsd/nsd.conf" </dev/null >"$lab/nsd/start.log" 2>&1; }
start_unbound() { unbound -c "$lab/unbound/unbound.conf" </dev/null >"$lab/unbound/start.log" 2>&1; }
start_nginx() { nginx -c "$lab/nginx/nginx.conf" -e "$lab/nginx/error.log" </dev/null >"$lab/nginx/start.log" 2>&1; }

start_stub() {
  mkdir -p "$lab/stub"
  # shellcheck disable=SC2046 — one word an endpoint
  setsid node "$here/stub.mjs" $(<"$lab/stubs") </dev/null >"$lab/stub/start.log" 2>&1 &
  echo $! >"$lab/run/stub.pid"
}

start_postfix() {
  local data
  data=$(postconf -c "$lab/postfix/conf" -h data_directory) && mkdir -p "$data" && chown postfix "$data" || return 1
  postfix -c "$lab/postfix/conf" start </dev/null >"$lab/postfix/start.log" 2>&1 || return 1
  tr -dc 0-9 <"$lab/postfix/queue/pid/master.pid" >"$lab/run/postfix.pid"
}

# A pid file alone proves nothing: the process must carry this lab's folder in its command line, or work in it.
running() {
  local pid
  pid=$(cat "$lab/run/$1.pid" 2>/dev/null) && [[ $pid =~ ^[0-9]+$ ]] && [ -d "/proc/$pid" ] || return 1
  case $1 in
    postfix) [ "$(readlink "/proc/$pid/cwd")" = "$lab/postfix/queue" ] ;;
    stub) tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$here/stub.mjs" ;;
    *) tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$lab/$1/$1.conf" ;;
  esac
}

end() {
  local pid i
  if running "$1"; then
    pid=$(<"$lab/run/$1.pid")
    kill "$pid"
    # A process that ended but was not yet reaped runs no more: it has neither command line nor folder.
    for ((i = 0; i < 100; i++)); do running "$1" || break; sleep 0.05; done
    ! running "$1" || kill -KILL "$pid"
    [ "$1" != postfix ] || rm -rf /run/mxseal-lab
  fi
  rm -f "$lab/run/$1.pid"
}

# Up to 20 s: every endpoint takes a connection (a mail server greets, the resolver validates), and every process still lives.
wait_for_answers() {
  local i server silent=
  for ((i = 0; i < 200; i++)); do
    if answers; then
      for server in "${servers[@]}"; do running "$server" || fail "$server"; done
      return
    fi
    sleep 0.1
  done
  fail "${silent:-the lab}"
}

answers() {
  local kind address port
  while read -r kind address port; do
    silent="$address:$port"
    case $kind in
      smtp) greets "$address" "$port" || return 1 ;;
      tcp) listening "$address" "$port" || return 1 ;;
    esac
  done <"$lab/endpoints"
  silent="the resolver"
  dig +time=1 +tries=1 +dnssec @"${LAB_DNS%:*}" -p "${LAB_DNS#*:}" lab. SOA | grep -q 'flags:.* ad[ ;]'
}

# Workers of a server that was just ended may hold its socket for a moment.
free() { local i; for ((i = 0; i < 30; i++)); do listening "$1" "$2" || return 0; sleep 0.1; done; return 1; }
listening() { timeout 1 bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null; }
greets() { timeout 2 bash -c "exec 3<>/dev/tcp/$1/$2 && read -r line <&3 && [[ \$line == 220* ]] && echo QUIT >&3" 2>/dev/null; }

summary() {
  echo
  echo "The lab runs: $(grep -c '\.lab"' "$lab/lab.json") domains, $(grep -c ^smtp "$lab/endpoints") Postfix services. Try, for instance:"
  echo "  mxseal check enforce-good.lab --dns $LAB_DNS --starttls --ca $LAB_CA --anchors $LAB_ANCHORS --allow-private"
  echo "Domains:"
  sed -n 's/^    "\(.*\.lab\)".*/\1/p' "$lab/lab.json" | column -c "${COLUMNS:-120}" 2>/dev/null || sed -n 's/^    "\(.*\.lab\)".*/  \1/p' "$lab/lab.json"
}

fail() {
  echo "lab: $1 does not answer; the last lines of the logs:" >&2
  if [ -d "$lab/$1" ]; then tail -n 5 "$lab/$1"/*.log; else tail -n 5 "$lab"/*/*.log; fi >&2
  stop
  exit 1
}

die() {
  echo "lab: $1" >&2
  exit 1
}

main "$@"
