#!/usr/bin/env bash
# Removes what was built before this folder was copied or moved: SwiftPM's module cache holds the old path and refuses every further build
# ("compiled with module cache path …"). Each folder of built files keeps in `built-at` where it was made; one that has no such file yet tells it
# by the paths in its build plan.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$(pwd -P)

mkdir -p .build
for folder in .build .build-static Fuzzing/.build Benchmarks/.build Benchmarks/Baselines/.build; do
    [ -d "$folder" ] || continue
    if [ -f "$folder/built-at" ]; then
        made=$(cat "$folder/built-at")
    else
        made=$(find "$folder" -maxdepth 1 -name '*.yaml' -exec grep -ohm 1 "\"/[^\"]*/$folder/" {} + | head -n 1)
        made=${made#\"}
        made=${made%"/$folder/"}
    fi
    if [ -n "$made" ] && [ "$made" != "$here" ]; then
        echo "$folder was built in $made and cannot be used in $here: removed, it is built again"
        rm -rf "$folder"
        mkdir -p "$folder"
    fi
    echo "$here" >"$folder/built-at"
done
