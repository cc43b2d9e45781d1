#!/usr/bin/env bash
# Installs the Debian packages that are missing. usage: packages.sh build|test|bench
#   build: what the program is built and shown with.   test: also the peers and judges of the tests.
#   bench: also the load generators, and the servers that HTTPKit is compared with.
set -euo pipefail

build="libssl-dev libmimalloc-dev libnghttp2-dev libsqlite3-dev pkg-config curl"
test="$build sip-tester libosmocore-utils python3-yaml python3-jsonschema python3-venv sqlite3 openssl sslscan nghttp2-client python3-h2 python3-httpx"
bench="$build libcurl4-openssl-dev libxml2-dev nghttp2-client nghttp2-server wrk nginx-light h2o"

case "${1:-}" in
    build) wanted=$build ;;
    test) wanted=$test ;;
    bench)
        wanted=$bench
        # The measurement starts its own nginx and h2o; Debian's are to stay down.
        export RUNLEVEL=1
        ;;
    *) echo "usage: $0 build|test|bench" >&2; exit 64 ;;
esac

missing=
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "please install:$missing" >&2; exit 69; }
    as_root=sudo
fi
echo "installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $as_root apt-get update -q && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "could not install:$missing" >&2
    exit 69
fi
