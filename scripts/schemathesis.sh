#!/usr/bin/env bash
# Lets schemathesis try the interface documents on the built services: see scripts/schemathesis_run.py. Installs it once, below .build.
set -euo pipefail
cd "$(dirname "$0")/.."
home=.build/schemathesis
wanted=scripts/schemathesis.txt

# The copy of the list is written last, so that an installation that was cut off is begun anew.
if ! cmp -s "$wanted" "$home/installed"; then
    echo "schemathesis: installing it in $home"
    rm -rf "$home"
    mkdir -p .build
    python3 -m venv "$home"
    if ! "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$wanted"; then
        echo "schemathesis could not be installed: it comes from PyPI (https://pypi.org), or from the index in PIP_INDEX_URL" >&2
        exit 69
    fi
    cp "$wanted" "$home/installed"
fi
exec python3 -B scripts/schemathesis_run.py "$@"
