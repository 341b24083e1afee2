#!/usr/bin/env bash
# Makes the virtual environment from the hash-pinned requirements. Wheels are kept in the cache, so the next
# clone installs without a network. Usage: setup_venv.sh PYTHON VENV_DIR
set -euo pipefail
python=$1 venv=$2
wheels="${CONNECT_OPERATOR_CACHE:?}/wheels"
lock=requirements/dev.txt

if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "error: Python 3.11 or newer is needed; say which one with: make PYTHON=/path/to/python3 …" >&2
  exit 1
fi

# One that is there is brought up to date in place, so that whoever is using it can go on.
if ! "$venv/bin/python" -c '' 2>/dev/null; then
  echo "setup: making $venv with $("$python" --version)"
  rm -rf "$venv"
  "$python" -m venv "$venv"
fi
pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input)
mkdir -p "$wheels"

# The lock is complete, so pip has nothing to resolve (--no-deps); resolving, pip has taken a newer release of what is
# pinned for one that another package asks for with an extra, and then found no hash for it.
install() { "${pip[@]}" install -q --no-index --find-links "$wheels" --no-deps --require-hashes -r "$lock"; }
# The first attempt asks only the cache; pip's complaints about what is not there yet would only confuse.
if ! install 2>/dev/null; then
  echo "setup: fetching the pinned packages (once; kept in $wheels)"
  "${pip[@]}" download -q --no-deps --require-hashes -r "$lock" -d "$wheels"
  install
  "${pip[@]}" -q check
fi
"${pip[@]}" install -q --no-deps --no-build-isolation --no-index -e .
touch "$venv/.ready"
echo "setup: done; $venv/bin/connect-operator and $venv/bin/connect-sim are there"
