#!/usr/bin/env bash
# The Python environment in .venv, from the hashed locks: environment.sh base | dev. `make` calls this.
# base runs the site; dev also checks it. Needs python3 (3.11 or newer) and nothing else.
set -euo pipefail

cd "$(dirname "$0")/.."
wanted=$1
venv=.venv

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3.11 python3; do
    if command -v "$candidate" > /dev/null &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  say "Convoy needs Python 3.11 or newer. On Debian 12: apt-get install python3 python3-venv"
  say "(another interpreter: make PYTHON=/path/to/python3.11 ...)"
  exit 1
}

make_venv() {
  local python
  python=$(find_python)
  if ! "$python" -c 'import ensurepip' 2> /dev/null; then # Debian keeps it in a package of its own
    if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
      say "installing python3-venv"
      log=$(mktemp)
      { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; } \
        < /dev/null > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
      rm -f "$log"
    else
      say "python3-venv is missing. On Debian: sudo apt-get install python3-venv"
      exit 1
    fi
  fi
  say "making $venv with $("$python" --version)"
  "$python" -m venv "$venv"
}

[ -x "$venv/bin/python" ] || make_venv
say "installing requirements/$wanted.txt"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
if "$venv/bin/uv" --version > /dev/null 2>&1 ||
  "$venv/bin/python" -m pip install -q --require-hashes -r requirements/tools.txt; then
  # dev is exact: what no lock names goes. base only adds, so that `make run` after `make test` removes nothing.
  if [ "$wanted" = dev ]; then mode=sync; else mode="install -r"; fi
  # shellcheck disable=SC2086
  "$venv/bin/uv" pip $mode "requirements/$wanted.txt" -q --require-hashes --python "$venv/bin/python"
else
  say "no uv for this machine: pip alone takes a minute longer"
  "$venv/bin/python" -m pip install -q --require-hashes -r "requirements/$wanted.txt"
fi

# Each picture is read by a process of its own, which may write nothing: it would compile these anew every time.
compiled="PIL pillow_heif"
# shellcheck disable=SC2086
(cd "$venv"/lib/python3*/site-packages && ../../../bin/python -m compileall -q $compiled)
