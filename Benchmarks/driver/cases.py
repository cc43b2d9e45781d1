"""One service by itself, and three hops without a database."""
from . import certificates, servers
from .load import HTTP1, HTTP2
from .rounds import Group

KIT, HUMMINGBIRD, FLYING_FOX = "HTTPKit", "Hummingbird", "FlyingFox"
EPOLL, NGINX, H2O, NGHTTPD = "C epoll (canned)", "nginx (return)", "h2o (GET of a file)", "nghttpd (file)"
IMPI = "user1@primary.example"
OPERATION = f"/nhss-ims-ueau/v1/{IMPI}/security-information/generate-sip-auth-data"


def single(start, generator, pinned=True):
    """A maker of one server under load at `/vector`."""
    def make():
        process, root = start()
        return root + "/vector", [process], generator, pinned
    return make


def http1():
    group = Group("one service, POST JSON, HTTP/1.1, 64 connections, pinned")
    post = HTTP1()
    group.add(KIT, single(servers.kit, post))
    group.add(EPOLL, single(servers.epoll, post))
    group.add(NGINX, single(servers.nginx, post))
    group.add(H2O, single(servers.h2o, HTTP1(posts=False)))
    group.add(HUMMINGBIRD, single(servers.hummingbird, post))
    group.add(FLYING_FOX, single(servers.flying_fox, post))
    return group.run()


def http1_unpinned():
    group = Group("one service, POST JSON, HTTP/1.1, 64 connections, not pinned")
    for name, start in ((KIT, servers.kit), (HUMMINGBIRD, servers.hummingbird)):
        group.add(name, single(lambda start=start: start(pinned=False), HTTP1(), pinned=False))
    return group.run()


def http2():
    group = Group("one service, POST JSON, h2c, 8 connections of 32 streams, pinned")
    post = HTTP2()
    group.add(KIT, single(servers.kit, post))
    group.add(NGHTTPD, single(servers.nghttpd, post))
    group.add(H2O, single(servers.h2o, HTTP2(posts=False)))
    group.add(NGINX, single(lambda: servers.nginx(http2=True), post))
    group.add(HUMMINGBIRD, single(lambda: servers.hummingbird("--h2c"), post))
    return group.run()


CHAIN_H2C, CHAIN_TLS, CHAIN_HTTP1 = "HTTPKit, h2c", "HTTPKit, h2 on mTLS between hops", "HTTPKit, HTTP/1.1"
CHAIN_BASELINE = "Hummingbird + AsyncHTTPClient"


def three_hops(start, generator, *flags):
    """A maker of three servers, of which two ask the next one; JSON is decoded and encoded at each."""
    def make():
        last, root = start(pinned=False)
        middle, root = start("--next", root, *flags, pinned=False)
        first, root = start("--next", root, *flags, pinned=False)
        return root + OPERATION, [first, middle, last], generator, False
    return make


def secured_hops():
    """The load generator has no certificate, so the first hop is asked in the clear."""
    tls = ["--tls", certificates.folder(), "--http2"]
    last, root = servers.kit(*tls, "--secure", pinned=False)
    middle, root = servers.kit(*tls, "--secure", "--next", root.replace("http:", "https:"), pinned=False)
    first, root = servers.kit(*tls, "--next", root.replace("http:", "https:"), pinned=False)
    return root + OPERATION, [first, middle, last], HTTP2(8, 8), False


def chain():
    group = Group("three hops, JSON decoded and encoded at each, 64 in flight, not pinned")
    group.add(CHAIN_H2C, three_hops(servers.kit, HTTP2(8, 8), "--http2"))
    group.add(CHAIN_TLS, secured_hops)
    group.add(CHAIN_HTTP1, three_hops(servers.kit, HTTP1(), "--http1"))
    group.add(CHAIN_BASELINE, three_hops(servers.hummingbird, HTTP1()))
    return group.run()
