#!/bin/sh
# Inside the pki container: an authority for each operator, and for each service, in its own volume at /run/NAME, its certificate and key
# and the authorities that it believes. Run again it keeps the authorities and renews all that they issue.
set -eu
umask 077

for system in primary.example partner.example; do
    [ -e "/run/pki/$system/ca.crt" ] || mmsctl pki init --directory "/run/pki/$system" --system "$system"
    mmsctl pki crl --directory "/run/pki/$system"
done

# equip SERVICE.SYSTEM AUTHORITY…: the certificate comes last, because without it a service does not start.
equip() {
    host=$1 service=${1%%.*} system=${1#*.}; shift
    for kind in crt crl; do
        for authority; do cat "/run/pki/$authority/ca.$kind"; done >"/run/$host/ca.$kind"
    done
    mmsctl pki issue --directory "/run/pki/$system" --service "$service" --out "/run/$host/service"
}

equip authdb.primary.example primary.example
equip sip-core.primary.example primary.example
equip mms.primary.example primary.example partner.example
equip mms.partner.example primary.example partner.example
equip sip-core.partner.example partner.example
