#!/bin/bash
# Installs by apt what the lab needs and is missing; does nothing where all is present.
# The daemons of the packages are never started: they would listen on every address.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

packages=()
while read -r command package; do
  command -v "$command" >/dev/null || packages+=("$package")
done <<'COMMANDS'
nsd nsd
unbound unbound
ldns-signzone ldnsutils
postfix postfix
posttls-finger postfix
unshare util-linux
nginx nginx-light
openssl openssl
dig bind9-dnsutils
kdig knot-dnsutils
dnssec-signzone bind9-utils
delv bind9-dnsutils
curl curl
cc gcc
ss iproute2
COMMANDS
# Without it `python3 -m venv` makes an environment that has no pip.
python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
[ ${#packages[@]} -gt 0 ] || exit 0

[ "$(id -u)" = 0 ] || { echo "lab: missing ${packages[*]}; run as root to install" >&2; exit 1; }
command -v apt-get >/dev/null || { echo "lab: missing ${packages[*]}, and no apt-get to install them" >&2; exit 1; }
echo "installing ${packages[*]}"

# invoke-rc.d and deb-systemd-invoke ask this file; 101 = do not start.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install --no-install-recommends "${packages[@]}" >/dev/null

# Nor at the next boot.
if [ -d /run/systemd/system ]; then
  for package in "${packages[@]}"; do
    case $package in nsd | unbound | postfix) systemctl disable --now "$package" ;; nginx-light) systemctl disable --now nginx ;; esac
  done
fi
