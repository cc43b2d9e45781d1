"""What the figures are held against. Each target is a ratio between two rows of a group, or one row's figure."""
from . import abuse, cases, durable, resources

KIT, HUMMINGBIRD = cases.KIT, cases.HUMMINGBIRD


class Target:
    """`bound` is met from below (`<=`) or from above (`>=`)."""

    def __init__(self, text, sense, bound, unit, case, name, other=None, key=None):
        self.text, self.sense, self.bound, self.unit = text, sense, bound, unit
        self.case, self.name, self.other, self.key = case, name, other, key

    def value(self, groups, figures):
        """(median, least, greatest), the median alone for a figure; None if it was not measured."""
        if self.key is None:
            return (figures[self.name],) if self.name in figures else None
        group = groups.get(self.case)
        if group is None:
            return None
        if self.other is not None:
            return group.ratio(self.name, self.other, self.key)
        values = sorted(one[self.key] for one in group.rounds.get(self.name, []))
        return (values[len(values) // 2], values[0], values[-1]) if values else None

    def is_met(self, value):
        return value[0] <= self.bound if self.sense == "<=" else value[0] >= self.bound


class Less(Target):
    """How many times less the first row takes than the second one."""

    def value(self, groups, figures):
        ratio = groups[self.case].ratio(self.other, self.name, self.key) if self.case in groups else None
        return ratio


CPU, RATE = "cpuMicroseconds", "perSecond"

TARGETS = [
    Target("HTTP/1.1 POST, CPU against C epoll", "<=", 1.18, "x", "http1", KIT, cases.EPOLL, CPU),
    Less("HTTP/1.1 POST, less CPU than Hummingbird, pinned", ">=", 6, "x", "http1", KIT, HUMMINGBIRD, CPU),
    Less("HTTP/1.1 POST, less CPU than Hummingbird, not pinned", ">=", 4, "x", "http1-unpinned", KIT, HUMMINGBIRD, CPU),
    Target("HTTP/2 POST, rate against nghttpd's", ">=", 1, "x", "http2", KIT, cases.NGHTTPD, RATE),
    Target("HTTP/2 POST, rate against h2o's (GET)", ">=", 0.85, "x", "http2", KIT, cases.H2O, RATE),
    Target("HTTP/2 POST, rate against Hummingbird's", ">=", 40, "x", "http2", KIT, HUMMINGBIRD, RATE),
    *(Target(f"p99 beside {name}", "<=", 2, "x", "abuse", name, abuse.CONTROL, "p99") for name in abuse.CLASSES),
    Less("three hops, HTTP/1.1, less CPU than Hummingbird + AHC", ">=", 10, "x", "chain", cases.CHAIN_HTTP1, cases.CHAIN_BASELINE, CPU),
    Less("three hops, h2c, less CPU than Hummingbird + AHC", ">=", 18, "x", "chain", cases.CHAIN_H2C, cases.CHAIN_BASELINE, CPU),
    Target("durable vectors, rate against one commit each", ">=", 8, "x", "durable", durable.GROUPED, durable.SINGLE, RATE),
    Less("three hops, durable, h2c, less CPU than HB + AHC + GRDB", ">=", 18, "x", "durable-chain", durable.CHAIN, durable.CHAIN_BASELINE, CPU),
    Target("three hops, durable, h2c, p99 at 64 in flight", "<=", 10, " ms", "durable-chain", durable.CHAIN, key="p99"),
    Target("three hops on mTLS, CPU against h2c", "<=", 1.6, "x", "chain", cases.CHAIN_TLS, cases.CHAIN_H2C, CPU),
    Target("MILENAGE f1...f5 with a fresh key", "<=", 300, " ns", "milenage", resources.MILENAGE),
    Target("idle connection, plain", "<=", 512, " B", "idle", resources.KIT_IDLE),
    Target("idle connection, mTLS", "<=", 22_000, " B", "idle", resources.TLS_IDLE),
    Target("authdb, cold start to ready", "<=", 20, " ms", "start", resources.START),
    Target("authdb, idle resident set", "<=", 15, " MB", "start", resources.RESIDENT),
    Target("authdb, static and stripped", "<=", 20, " MB", "start", resources.BINARY),
]
