#!/usr/bin/env bash
# Builds the images with buildah and runs compose.yaml with podman-compose, where no container engine's daemon is needed.
#
# usage: docker/build-and-run.sh [build|run|down]      without an argument: build, run, down
# Exits 0 when the demo service did, 77 with a line "skipped: …" where a tool is missing.
#
# Optional variables:
#   BUILD_IMAGE, RUNTIME_IMAGE  other base images than the Dockerfile's
#   BASE                        registry: use those images.  debootstrap: make a Debian base here, and mount a toolchain into the build.
#                               Unset: debootstrap where that tool and a toolchain are at hand and the images cannot be pulled.
#   SWIFT_TOOLCHAIN_DIR         the toolchain to mount: the folder that holds usr/bin/swift (default: the one on PATH)
#   EXTRA_MOUNTS                more mounts for the build, "SOURCE:TARGET[:ro] …" (default: what git's url.….insteadOf points at, and
#                               git's system configuration, so that package sources kept on this machine are found)
#   DEBIAN_MIRROR               for debootstrap
#   KEEP=1                      leave the containers running after the demo
set -euo pipefail
cd "$(dirname "$0")/.."

debian_base=localhost/mc-migration/debian:bookworm
project=mc-migration
demo_seconds_max=180
default_build_image=docker.io/library/swift:6.3-bookworm
default_runtime_image=docker.io/library/debian:bookworm-slim
# What swift.org's Debian images hold beside the toolchain.
prerequisites="binutils ca-certificates git libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses6 libstdc++-12-dev libxml2-dev zlib1g-dev"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "skipped: $tool not installed"; exit 77; }
    done
}

fail() { echo "build-and-run: $*" >&2; exit 1; }

# Laptops' and CI machines' limits differ from what podman asks for by default, and asking for more than one has is refused.
configure_podman() {
    local files
    files=$(ulimit -Hn)
    [ "$files" != unlimited ] && [ "$files" -lt 65536 ] || files=65536
    {
        echo '[containers]'
        echo "default_ulimits = [\"nofile=$files:$files\", \"nproc=4096:4096\"]"
        # podman-compose 1.0 passes no pids_limit on.
        echo 'pids_limit = 64'
        echo '[engine]'
        # crun refuses machines that mix the two kinds of cgroups.
        ! command -v runc >/dev/null || echo 'runtime = "runc"'
    } >"$work/containers.conf"
    export CONTAINERS_CONF=$work/containers.conf
    # podman's health checks are systemd's timers. Without systemd check_health below asks once.
    [ -d /run/systemd/system ] || export DISABLE_HC_SYSTEMD=true
}

has_image() { buildah inspect --type image "$1" >/dev/null 2>&1; }

toolchain() {
    local swift
    if [ -n "${SWIFT_TOOLCHAIN_DIR:-}" ]; then
        echo "$SWIFT_TOOLCHAIN_DIR"
    elif swift=$(command -v swift); then
        swift=$(readlink -f "$swift")
        dirname "$(dirname "$(dirname "$swift")")"
    fi
}

choose_base() {
    [ -z "${BASE:-}" ] || return 0
    BASE=registry
    if has_image "${BUILD_IMAGE:-$default_build_image}" || [ -n "${BUILD_IMAGE:-}" ]; then return 0; fi
    if timeout 900 buildah pull -q "$default_build_image" >/dev/null 2>&1; then return 0; fi
    if ! command -v debootstrap >/dev/null; then echo "skipped: no base image can be pulled and debootstrap is not installed"; exit 77; fi
    [ -n "$(toolchain)" ] || { echo "skipped: no base image can be pulled and no Swift toolchain is on PATH"; exit 77; }
    [ "$(id -u)" = 0 ] || { echo "skipped: no base image can be pulled and debootstrap needs root"; exit 77; }
    BASE=debootstrap
    echo "no registry answers: base by debootstrap, toolchain from $(toolchain)"
}

make_debian_base() {
    has_image "$debian_base" && return 0
    local root=$work/root mirror container
    nice -n 10 debootstrap --variant=minbase bookworm "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$work/debootstrap.log" 2>&1 \
        || { tail -n 20 "$work/debootstrap.log" >&2; fail "debootstrap failed"; }
    mirror=$(awk '$1 == "deb" { print $2; exit }' "$root/etc/apt/sources.list")
    {
        echo "deb $mirror bookworm main"
        echo "deb $mirror bookworm-updates main"
        echo "deb ${mirror%/}-security bookworm-security main"
    } >"$root/etc/apt/sources.list"
    rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb "$root"/var/log/*.log
    container=$(buildah from scratch)
    buildah add -q "$container" "$root" / >/dev/null
    buildah config --cmd /bin/bash "$container"
    buildah commit -q "$container" "$debian_base" >/dev/null
    buildah rm "$container" >/dev/null
    rm -rf "$root"
}

# Prints "SOURCE:TARGET:ro" for every local folder that git is told to use in place of a URL, and for git's system configuration.
git_mounts() {
    local folder
    git config --get-regexp '^url\..*\.insteadof$' 2>/dev/null | while read -r name _; do
        folder=${name#url.}
        folder=${folder%.insteadof}
        folder=${folder#file://}
        case $folder in /?*) [ ! -d "$folder" ] || echo "${folder%/}:${folder%/}:ro" ;; esac
    done | sort -u
    [ ! -f /etc/gitconfig ] || echo /etc/gitconfig:/etc/gitconfig:ro
}

build_images() {
    need buildah
    choose_base
    local options=(--isolation chroot --format docker --layers --ignorefile docker/Dockerfile.dockerignore -f docker/Dockerfile) mount service
    if [ "$BASE" = debootstrap ]; then
        make_debian_base
        options+=(-v "$(toolchain):/opt/swift:ro" --build-arg "BUILD_IMAGE=${BUILD_IMAGE:-$debian_base}"
            --build-arg "RUNTIME_IMAGE=${RUNTIME_IMAGE:-$debian_base}" --build-arg "BUILD_PACKAGES=$prerequisites")
        EXTRA_MOUNTS=${EXTRA_MOUNTS-$(git_mounts)}
    else
        options+=(--build-arg "BUILD_IMAGE=${BUILD_IMAGE:-$default_build_image}"
            --build-arg "RUNTIME_IMAGE=${RUNTIME_IMAGE:-$default_runtime_image}")
    fi
    for mount in ${EXTRA_MOUNTS:-}; do options+=(-v "$mount"); done
    options+=(--build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)")

    for service in authdb primary-mms partner-mms sip-core-stub; do
        echo "building $service"
        bud "${options[@]}" --build-arg "SERVICE=$service" -t "localhost/mc-migration/$service" .
    done
    echo "building demo"
    bud "${options[@]}" --target demo -t localhost/mc-migration/demo .
}

bud() {
    nice -n 10 buildah bud "$@" >"$work/build.log" 2>&1 || { tail -n 60 "$work/build.log" >&2; fail "the build failed"; }
}

compose() { podman-compose -p "$project" -f docker/compose.yaml "$@"; }

# podman-compose 1.0 leaves the networks.
compose_down() {
    compose down -v >/dev/null 2>&1 || true
    podman network ls -q --filter "label=io.podman.compose.project=$project" | xargs -r podman network rm >/dev/null || true
}

run_demo() {
    need podman podman-compose
    configure_podman
    # A new laboratory each time, so that what it shows does not hang on what an earlier run left in the databases.
    compose_down
    compose up -d --no-build >"$work/up.log" 2>&1 || { cat "$work/up.log" >&2; fail "podman-compose up failed"; }
    local code=1
    code=$(timeout "$demo_seconds_max" podman wait "${project}_demo_1") || code="none within $demo_seconds_max s"
    podman logs "${project}_demo_1" 2>&1 || true
    [ "$code" != 0 ] || check_health || code="0, and yet a service is not healthy"
    [ "$code" = 0 ] || show_services
    [ -n "${KEEP:-}" ] || stop_all
    [ "$code" = 0 ] || fail "the demo's exit code: $code"
}

check_health() {
    local container
    for container in $(podman ps --filter "label=io.podman.compose.project=$project" --format '{{.Names}}'); do
        podman healthcheck run "$container" >/dev/null || { echo "$container is not healthy"; return 1; }
        echo "$container is healthy"
    done
}

show_services() {
    local container
    for container in $(podman ps -a --filter "label=io.podman.compose.project=$project" --format '{{.Names}}'); do
        echo "--- $container: $(podman inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$container")"
        podman logs --tail 20 "$container" 2>&1 || true
    done
}

stop_all() {
    need podman podman-compose
    configure_podman
    compose_down
}

case ${1:-all} in
    all) need buildah podman podman-compose; build_images; run_demo ;;
    build) build_images ;;
    run) run_demo ;;
    down) stop_all ;;
    *) echo "usage: $0 [build|run|down]" >&2; exit 64 ;;
esac
