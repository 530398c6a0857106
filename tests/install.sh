#!/usr/bin/env bash
# Installs what the tests need beside Rust and Node, where it is missing: Debian's Chromium and its driver, and parsedmarc
# in an environment of its own. Does nothing where it is there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
requirements=$root/tests/reports/requirements.txt
environment=$root/.tools/parsedmarc-$(sed -n 's/^parsedmarc==//p' "$requirements")

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v chromedriver >/dev/null || missing+=(chromium-driver)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! cmp -s "$requirements" "$environment/requirements.txt"; then
  echo "installing parsedmarc into .tools/"
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$requirements"
  cp "$requirements" "$environment/"
fi
