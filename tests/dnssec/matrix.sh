#!/bin/bash
# The DNSSEC matrix: a signed tree with its own root on loopback, right and wrong, and what unbound and delv say of it.
# usage: matrix.sh record [GROUP…]   builds the tree, asks, writes recorded/
#        matrix.sh check [GROUP…]    builds it anew and fails where unbound's status is not the recorded one
# MATRIX_DIR = state folder (default: .matrix at the root of the project). Every process is bounded in time and ended by its pid.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${MATRIX_DIR:-$here/../../.matrix}
mkdir -p "$state" && state=$(cd "$state" && pwd -P) || exit 1
python=$state/venv/bin/python
longest=900
PATH=$PATH:/usr/sbin:/sbin
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1

main() {
  local command=${1:-}
  case $command in record | check) shift ;; *) echo "usage: matrix.sh record | check [GROUP...]" >&2; exit 2 ;; esac
  [ "$(id -u)" = 0 ] || die "the servers listen on port 53: run it as root"
  [[ $state =~ ^[A-Za-z0-9_./-]+$ ]] || die "the state folder's name must be plain: $state"
  "$here/../lab/install.sh" || exit 1
  environment || die "no Python environment"
  [ "$state/clock.so" -nt "$here/matrix/clock.c" ] || cc -shared -fPIC -O1 -o "$state/clock.so" "$here/matrix/clock.c" || die "no C compiler for delv's clock"
  exec 9>"$state/lock" && flock -n 9 || die "another run uses $state"
  "$python" -m matrix.build "$state" || die "the tree could not be built"
  trap stop EXIT
  start
  timeout "$longest" "$python" -m matrix.oracle "$state" "$command" "$here/recorded" "$@" 9>&-
}

# The packages of requirements.txt, in an environment of the tests' own.
environment() {
  cmp -s "$here/requirements.txt" "$state/venv/requirements.txt" && return
  rm -rf "$state/venv"
  python3 -m venv "$state/venv" && "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" && cp "$here/requirements.txt" "$state/venv/"
}

start() {
  nsd-checkconf "$state/nsd.conf" || die "nsd does not take its configuration"
  timeout "$longest" nsd -d -c "$state/nsd.conf" </dev/null >"$state/nsd.out" 2>&1 9>&- &
  servers=($!)
  timeout "$longest" "$python" -m matrix.authority 127.0.83.2 53 "$state/made.json" "$longest" </dev/null >"$state/authority.log" 2>&1 9>&- &
  servers+=($!)
  local address i
  for address in 127.0.83.1 127.0.83.2; do
    for ((i = 0; ; i++)); do
      timeout 1 bash -c "exec 3<>/dev/tcp/$address/53" 2>/dev/null && break
      [ $i -lt 100 ] || die "$address does not answer: $(tail -n 3 "$state/nsd.log" "$state/authority.log" 2>&1)"
      sleep 0.1
    done
  done
}

# `timeout` hands the signal on to its own child.
stop() { kill "${servers[@]}" 2>/dev/null; wait "${servers[@]}" 2>/dev/null; }

die() {
  echo "matrix: $1" >&2
  exit 1
}

main "$@"
