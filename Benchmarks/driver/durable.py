"""Vectors per second with each sequence number on the disk before its vector is given out, alone and through the chain of the services."""
import json, os, urllib.request

from . import builds, servers
from .cases import OPERATION
from .load import HTTP1, HTTP2, Counting
from .processes import Service, work
from .rounds import Group

PARTNER, PRIMARY = "partner.example", "primary.example"
HOME, AWAY = "user1@" + PRIMARY, "visitor1@" + PARTNER
PATH = "/nhss-ims-ueau/v1/{}/security-information/generate-sip-auth-data"
GROUPED, SINGLE, GRDB = "AuthDB, group commit", "AuthDB, one commit per vector", "Hummingbird + GRDB, FULL (no AES)"
CHAIN, CHAIN_HTTP1 = "PartnerMMS > PrimaryMMS > AuthDB, h2c", "PartnerMMS > PrimaryMMS > AuthDB, HTTP/1.1"
CHAIN_BASELINE = "Hummingbird + AsyncHTTPClient + GRDB"
COUNTING = "counting for 4 ms on each core, nothing else"


def put(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="PUT")
    urllib.request.urlopen(request, timeout=10).close()


def authdb(name, *flags, pinned):
    service = Service(
        builds.service("authdb"), "--database", f"{name}.sqlite", "--system-id", PRIMARY, "--insecure-peer-as", PRIMARY, *flags, pinned=pinned)
    put(f"{service.admin}/admin/v1/subscribers/{HOME}",
        {"impus": ["sip:" + HOME], "algorithm": "MILENAGE", "k": os.urandom(16).hex(), "opc": os.urandom(16).hex()})
    return service


def alone(name, *flags):
    def make():
        service = authdb(name, *flags, pinned=True)
        return service.api + PATH.format(HOME), [service], HTTP1(), True
    return make


def baseline():
    process, root = servers.hummingbird("--database", os.path.join(work, "grdb.sqlite"))
    return root + OPERATION, [process], HTTP1(), True


def durable():
    group = Group("AuthDB, durable, 64 connections, one subscriber, pinned")
    group.add(GROUPED, alone("grouped"))
    group.add(SINGLE, alone("single", "--commit-batch-max", "1"))
    group.add(GRDB, baseline)
    return group.run()


def service_chain(name, generator, speaks):
    """A maker of partner, primary and database. The hops speak what the load generator does, all in the clear."""
    return lambda: started_chain(name, generator, "--hop-protocol", speaks)


def started_chain(name, generator, *flags):
    database = authdb(name, pinned=False)
    primary = Service(
        builds.service("primary-mms"), "--database", f"primary-{name}.sqlite", "--sip-database", database.api, "--system-id", PRIMARY,
        "--insecure-peer-as", PARTNER, "--user-rate", "off", *flags, pinned=False)
    partner = Service(
        builds.service("partner-mms"), "--database", f"partner-{name}.sqlite", "--system-id", PARTNER, "--insecure-peer-as", PARTNER, *flags,
        pinned=False)
    put(f"{primary.admin}/admin/v1/partner-systems/{PARTNER}", {"enabled": True})
    put(f"{primary.admin}/admin/v1/migration-authorisations/{HOME}/{PARTNER}", {"services": ["mcptt"]})
    put(f"{partner.admin}/admin/v1/primary-systems/{PRIMARY}", {"apiRoots": [primary.api]})
    put(f"{partner.admin}/admin/v1/bindings/{AWAY}", {
        "primaryImpi": HOME, "primarySystemId": PRIMARY, "services": ["mcptt"],
        "publicIdentities": [{"partner": "sip:" + AWAY, "primary": "sip:" + HOME}]})
    return partner.api + PATH.format(AWAY), [partner, primary, database], generator, False


def baseline_chain():
    database, root = servers.hummingbird("--database", os.path.join(work, "grdb-chained.sqlite"), pinned=False)
    primary, root = servers.hummingbird("--next", root, pinned=False)
    partner, root = servers.hummingbird("--next", root, pinned=False)
    return root + OPERATION, [partner, primary, database], HTTP1(), False


def durable_chain():
    group = Group("three hops with a durable AuthDB, 64 in flight, one subscriber, not pinned")
    group.add(CHAIN, service_chain("h2c", HTTP2(8, 8), "http2"))
    group.add(CHAIN_HTTP1, service_chain("http1", HTTP1(), "http1.1"))
    group.add(CHAIN_BASELINE, baseline_chain)
    # A p99 of the services can be told from the machine's own by this row's.
    group.add(COUNTING, lambda: (None, [], Counting(), False))
    return group.run()
