#!/usr/bin/env bash
# Runs the black-box check of flags, endpoints and shapes against the built binaries, where it is beside the project.
set -euo pipefail
cd "$(dirname "$0")/.."
check=${MC_SHARED:-../shared}/check/contract.py
if [ ! -f "$check" ]; then
    echo "contract: skipped, $check is not there"
    exit 0
fi
MC_BIN=${MC_BIN:-.build/debug} python3 "$check"
