#!/bin/sh
# Inside the demo container: waits until both operators are ready, provisions one migrating user through the admin sockets and
# registers it as a UE. Exits 0 only when every answer was the expected one.
set -eu
umask 077

partner=partner.example
primary=primary.example
services="authdb.$primary sip-core.$primary mms.$primary mms.$partner sip-core.$partner"
user=user1@$primary
visitor=visitor1@$partner
# TS 35.208 test set 1: public test keys, no subscriber's.
k=465b5ce8b199b49faa5f0a2ee238a6bc
opc=cd63cb71954a9f4e48a5994e37a02baf
amf=8000
wait_seconds=${DEMO_WAIT_SECONDS:-60}

fail() { echo "demo: $*" >&2; exit 1; }
step() { echo "demo: $*"; }

# request METHOD SERVICE PATH [BODY]: leaves the status in $status and the body in /tmp/answer; status 000 when nobody answers.
request() {
    if [ $# -eq 4 ]; then set -- "$1" "$2" "$3" -H 'Content-Type: application/json' --data "$4"; fi
    method=$1 service=$2 path=$3; shift 3
    : >/tmp/answer
    status=$(curl -sS -m 5 -o /tmp/answer -w '%{http_code}' -X "$method" --unix-socket "/run/$service/admin.sock" "$@" \
        "http://localhost$path" 2>/tmp/error) || status=000
}

put() {
    request PUT "$@"
    case $status in
    200 | 201 | 204) step "$1 has $2" ;;
    *) fail "$1 refused $2: $status $(cat /tmp/answer /tmp/error)" ;;
    esac
}

for service in $services; do
    waited=0
    until request GET "$service" /readyz && [ "$status" = 200 ]; do
        [ "$waited" -lt "$wait_seconds" ] || fail "$service is not ready after $wait_seconds s: $status $(cat /tmp/answer /tmp/error)"
        waited=$((waited + 1))
        sleep 1
    done
    step "$service is ready"
done

# The networks keep the operators apart: from the partner's access network the primary's database has not even a name. An engine may ask
# the world's name servers for it, and wait for those it cannot reach from here: so not for long.
for hidden in authdb.$primary sip-core.$primary mms.$primary; do
    if RES_OPTIONS='timeout:1 attempts:1' getent hosts "$hidden" >/dev/null; then fail "$hidden is visible from the partner's access network"; fi
done

# Who shows no certificate is not let in. curl believes to be through before the service has seen that, so what fails is sending (55)
# or receiving (56); anything else, such as nobody there (7), would prove nothing.
code=0
curl -sk --http1.1 -m 5 "https://mms.$partner:8083/" >/dev/null || code=$?
case $code in
55 | 56) step "mms.$partner talks to nobody without a certificate" ;;
*) fail "mms.$partner did not end TLS with a caller that has no certificate (curl exits $code)" ;;
esac

admin=/admin/v1
put mms.$partner "$admin/primary-systems/$primary" "{\"apiRoots\":[\"https://mms.$primary:8082\"],\"enabled\":true}"
put mms.$primary "$admin/partner-systems/$partner" "{\"enabled\":true,\"certificateNames\":[\"$partner\"]}"
put authdb.$primary "$admin/subscribers/$user" \
    "{\"impus\":[\"sip:$user\"],\"algorithm\":\"MILENAGE\",\"k\":\"$k\",\"opc\":\"$opc\",\"amf\":\"$amf\",\"enabled\":true}"
put mms.$primary "$admin/migration-authorisations/$user/$partner" '{"services":["mcptt"],"enabled":true}'
put mms.$partner "$admin/bindings/$visitor" "{\"primaryImpi\":\"$user\",\"primarySystemId\":\"$primary\",
    \"publicIdentities\":[{\"partner\":\"sip:$visitor\",\"primary\":\"sip:$user\"}],\"services\":[\"mcptt\"],\"enabled\":true}"

printf '{"k":"%s","opc":"%s","amf":"%s","sqn":"000000000000"}\n' "$k" "$opc" "$amf" >/tmp/isim.json
core=$(getent ahostsv4 sip-core.$partner | { read -r address rest; echo "$address"; })
[ -n "$core" ] || fail "sip-core.$partner has no address"

# register IMPI FLAGS…: as the UE that holds the ISIM above.
register() {
    impi=$1; shift
    mc-ue register --server "udp:$core:5060" --impi "$impi" --impu "sip:$impi" --isim /tmp/isim.json "$@"
}

step "registering $visitor at udp:$core:5060"
trace=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
register "$visitor" --trace "$trace" || fail "the UE could not register"
request GET sip-core.$partner "$admin/registrations/sip%3Avisitor1%40$partner"
[ "$status" = 200 ] || fail "the partner's SIP core does not know the registration: $status $(cat /tmp/answer)"
step "the partner's SIP core holds sip:$visitor"

# The twelve steps, as the services recorded them.
set --
for service in $services; do set -- "$@" --admin "unix:/run/$service/admin.sock"; done
mmsctl trace show "$trace" "$@" >/tmp/ladder || fail "the services did not record a registration: $(cat /tmp/ladder)"
cat /tmp/ladder
grep -q '  registered  12/12  ' /tmp/ladder || fail "the services did not record a whole registration"

# The refusal beside the acceptance: nobody bound this identity, so the same ISIM gets nowhere with it.
# Exit code 3 is a refusal by the server; silence or a wrong command line would be another one, and prove nothing.
code=0
register "stranger@$partner" >/tmp/stranger 2>&1 || code=$?
[ "$code" = 3 ] || fail "a user without a binding was not refused (mc-ue exits $code): $(cat /tmp/stranger)"
step "stranger@$partner was refused"
step "succeeded"
