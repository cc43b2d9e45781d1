#!/usr/bin/env bash
# Two operators on this machine, five processes, three registrations of a migrating UE. Exit 0 only if all three went as they should.
#   KEEP=1      leave the services running afterwards, and say how to talk to them
#   MC_BIN=DIR  take the binaries from there (default .build/debug, which is built soonest)
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(cd "${MC_BIN:-.build/debug}" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/mc-demo.XXXXXX")
partner=partner.example
primary=primary.example
declare -A admin api sip
pids=()

stop() {
    [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
}
finish() {
    local status=$?
    if [ "$status" -ne 0 ]; then
        echo
        echo "the demonstration failed; the services' last lines:"
        tail -n 3 "$work"/*.log
    fi
    if [ "${KEEP:-0}" != 1 ] || [ "$status" -ne 0 ]; then
        stop
        rm -rf "$work"
    fi
}
trap finish EXIT

title() { printf '\n== %s\n' "$*"; }

# start ROLE BINARY FLAGS…: in the background, until its ready line tells the ports.
start() {
    local role=$1 binary=$2 line=
    shift 2
    (cd "$work" && exec "$bin/$binary" --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 --log-format text "$@" 2>"$work/$role.log") &
    pids+=($!)
    for _ in $(seq 200); do
        line=$(grep -m1 '"event":"ready"' "$work/$role.log" 2>/dev/null || true)
        [ -n "$line" ] && break
        kill -0 "${pids[-1]}" 2>/dev/null || break
        sleep 0.02
    done
    [ -n "$line" ] || { echo "$binary did not start: $(cat "$work/$role.log")" >&2; return 1; }
    api[$role]=$(sed 's/.*"listen":"\([^"]*\)".*/\1/' <<<"$line")
    admin[$role]=$(sed 's/.*"admin":"\([^"]*\)".*/\1/' <<<"$line")
    sip[$role]=$(sed -n 's/.*"sip":\["\([^"]*\)".*/\1/p' <<<"$line")
    printf '   %-22s api %-18s admin %-18s %s\n' "$role" "${api[$role]}" "${admin[$role]}" "${sip[$role]}"
}

# put URL FILE: shows the command, then does it.
put() {
    echo "   curl -X PUT http://$1 -H 'Content-Type: application/json' -d @$2"
    local answer
    answer=$(curl -sS -X PUT "http://$1" -H 'Content-Type: application/json' -d "@$work/$2" -o "$work/answer" -w '%{http_code}')
    case "$answer" in 200 | 201) ;; *) echo "   answered $answer: $(cat "$work/answer")" >&2; return 1 ;; esac
}

# write FILE: standard input, with what it may hold readable by the owner only.
write() { (umask 077 && cat >"$work/$1"); }

new_trace() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
admins() { local role; for role in "${!admin[@]}"; do printf -- '--admin %s ' "${admin[$role]}"; done; }
# shellcheck disable=SC2046
ladder() { "$bin/mmsctl" trace show "$1" $(admins); }
# whole TRACE: draws the ladder of a registration of which every service has recorded its steps.
whole() { ladder "$1" | tee "$work/ladder" && grep -q '  registered  12/12  ' "$work/ladder"; }
register() {
    local trace=$1 isim=$2 status=0
    shift 2
    echo "   mc-ue register --server ${sip[partner-sip-core]} --impi visitor1@$partner --impu sip:visitor1@$partner --isim $isim"
    "$bin/mc-ue" register --server "${sip[partner-sip-core]}" --impi "visitor1@$partner" --impu "sip:visitor1@$partner" \
        --isim "$work/$isim" --trace "$trace" "$@" 2>&1 | sed 's/^/   /' || status=${PIPESTATUS[0]}
    return "$status"
}

# lab_pki SYSTEM: an authority of that system's own, and certificates for its services. trust NAME SYSTEM…: whom a service believes.
lab_pki() {
    echo "   mmsctl pki init --directory pki/$1 --system $1 && mmsctl pki issue --directory pki/$1 --service all"
    (cd "$work" && mkdir -p pki && "$bin/mmsctl" pki init --directory "pki/$1" --system "$1" >/dev/null && "$bin/mmsctl" pki issue --directory "pki/$1" --service all >/dev/null)
}
trust() {
    local name=$1 system
    shift
    for system in "$@"; do
        cat "$work/pki/$system/ca.crt" >>"$work/pki/$name.ca"
        cat "$work/pki/$system/ca.crl" >>"$work/pki/$name.crl"
    done
}
# tls SYSTEM SERVICE TRUST: the flags of a service that shows this certificate and believes these authorities.
tls() { printf -- '--tls-certificate pki/%s/%s.crt --tls-key pki/%s/%s.key --tls-ca pki/%s.ca --tls-crl pki/%s.crl' "$1" "$2" "$1" "$2" "$3" "$3"; }

title "A laboratory PKI: one authority for each system, which can vouch for that system's names only"
lab_pki $primary
lab_pki $partner
trust at-home $primary
trust abroad $partner
trust between-systems $primary $partner

title "Two operators: $primary, where the user is at home, and $partner, where the user goes"
# shellcheck disable=SC2046
{
start authdb authdb --system-id $primary $(tls $primary authdb at-home) --database authdb.sqlite
start primary-sip-core sip-core-stub --system-id $primary $(tls $primary sip-core-stub at-home) --realm $primary \
    --server-name sip:scscf.$primary --sip-listen udp:127.0.0.1:0 --database primary-sip-core.sqlite \
    --authentication-source "https://${api[authdb]}"
start primary-mms primary-mms --system-id $primary $(tls $primary primary-mms between-systems) --database primary.sqlite \
    --sip-database "https://${api[primary-sip-core]}"
start partner-mms partner-mms --system-id $partner $(tls $partner partner-mms between-systems) --database partner.sqlite
start partner-sip-core sip-core-stub --system-id $partner $(tls $partner sip-core-stub abroad) --realm $partner \
    --server-name sip:scscf.$partner --sip-listen udp:127.0.0.1:0 --sip-listen tcp:127.0.0.1:0 --database partner-sip-core.sqlite \
    --authentication-source "https://${api[partner-mms]}"
}
echo "   every hop: HTTP/2 over TLS, a certificate on both sides"

title "Provisioning: a subscriber at home, who may go to the partner, and what the partner calls them"
k=$(new_trace) opc=$(new_trace)
write subscriber.json <<<"{\"impus\":[\"sip:user1@$primary\"],\"algorithm\":\"MILENAGE\",\"k\":\"$k\",\"opc\":\"$opc\",\"amf\":\"8000\",\"enabled\":true}"
write isim.json <<<"{\"k\":\"$k\",\"opc\":\"$opc\",\"amf\":\"8000\",\"sqn\":\"000000000000\"}"
write isim-ahead.json <<<"{\"k\":\"$k\",\"opc\":\"$opc\",\"amf\":\"8000\",\"sqn\":\"000000100000\"}"
unset k opc
write partner-system.json <<<"{\"enabled\":true,\"certificateNames\":[\"$partner\"]}"
write authorisation.json <<<'{"services":["mcptt"],"enabled":true}'
write primary-system.json <<<"{\"apiRoots\":[\"https://${api[primary-mms]}\"],\"enabled\":true}"
binding="\"primaryImpi\":\"user1@$primary\",\"primarySystemId\":\"$primary\",\"publicIdentities\":[{\"partner\":\"sip:visitor1@$partner\",\"primary\":\"sip:user1@$primary\"}],\"services\":[\"mcptt\"]"
write binding.json <<<"{$binding,\"enabled\":true}"
write binding-disabled.json <<<"{$binding,\"enabled\":false}"
put "${admin[authdb]}/admin/v1/subscribers/user1@$primary" subscriber.json
put "${admin[primary-mms]}/admin/v1/partner-systems/$partner" partner-system.json
put "${admin[primary-mms]}/admin/v1/migration-authorisations/user1@$primary/$partner" authorisation.json
put "${admin[partner-mms]}/admin/v1/primary-systems/$primary" primary-system.json
put "${admin[partner-mms]}/admin/v1/bindings/visitor1@$partner" binding.json

title "1. The UE registers with its partner identities"
trace=$(new_trace)
register "$trace" isim.json
whole "$trace"

title "2. An ISIM whose sequence number is ahead: resynchronisation, then the registration"
trace=$(new_trace)
register "$trace" isim-ahead.json
whole "$trace"

title "3. The partner disables the binding: refused, and nobody at home is asked"
put "${admin[partner-mms]}/admin/v1/bindings/visitor1@$partner" binding-disabled.json
trace=$(new_trace)
status=0
register "$trace" isim.json || status=$?
[ "$status" -eq 3 ] || { echo "   mc-ue ended with $status where 3 (refused) was due" >&2; exit 1; }
# shellcheck disable=SC2310
if ladder "$trace"; then
    echo "   the ladder says that a refused registration succeeded" >&2
    exit 1
fi

title "All three went as they should."
if [ "${KEEP:-0}" = 1 ]; then
    put "${admin[partner-mms]}/admin/v1/bindings/visitor1@$partner" binding.json >/dev/null
    cat <<MSG

Left running, in $work. The binding is enabled again. Try:
   curl http://${admin[partner-mms]}/admin/v1/bindings/visitor1@$partner
   cd $work && curl --http2 --cacert pki/abroad.ca --cert pki/$partner/sip-core-stub.crt --key pki/$partner/sip-core-stub.key \\
     https://${api[partner-mms]}/nhss-ims-ueau/v1/visitor1@$partner/security-information/generate-sip-auth-data \\
     -H 'Content-Type: application/json' -d '{"cscfServerName":"sip:scscf.$partner","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}'
   curl http://${admin[partner-sip-core]}/admin/v1/registrations
   curl http://${admin[authdb]}/readyz?verbose
   $bin/mc-ue register --server ${sip[partner-sip-core]} --impi visitor1@$partner --impu sip:visitor1@$partner --isim $work/isim-ahead.json
Stop with:
   kill ${pids[*]}
MSG
    disown -a
fi
