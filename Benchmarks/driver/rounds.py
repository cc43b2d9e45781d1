"""Subjects under load, in interleaved rounds."""
import os, statistics, sys

from . import load, processes

ROUNDS = int(os.environ.get("ROUNDS", 5))
SECONDS = int(os.environ.get("SECONDS_PER_ROUND", 3))
WARM_UP_SECONDS = 1


class Subject:
    """A row of the table: where the load goes, and whose CPU counts."""

    def __init__(self, name, url, servers, generator, pinned=True):
        self.name, self.url, self.servers, self.generator, self.pinned = name, url, servers, generator, pinned

    def measure(self, seconds):
        before = sum(server.cpu_seconds() for server in self.servers)
        answered, p50, p99 = self.generator.requests(self.url, seconds, self.pinned)
        cpu = sum(server.cpu_seconds() for server in self.servers) - before
        if p50 is None:
            p50, p99 = self.generator.latency(self.url, self.pinned)
        return {"perSecond": answered / seconds, "cpuMicroseconds": cpu * 1e6 / answered, "p50": p50, "p99": p99}


class Group:
    """Rows that are measured against each other. `rounds[name]` has one dictionary a round; `skipped[name]` the reason there is none."""

    def __init__(self, title):
        self.title, self.subjects, self.rounds, self.skipped = title, [], {}, {}

    def add(self, name, make):
        """`make` starts the servers and returns (url, servers, generator, pinned)."""
        try:
            self.subjects.append(Subject(name, *make()))
        except processes.NotStarted as error:
            self.skip(name, str(error))

    def skip(self, name, reason):
        self.skipped[name] = reason
        print(f"  skipped: {name}: {reason}", file=sys.stderr)

    def run(self):
        print(f"{self.title}: {len(self.subjects)} rows, {ROUNDS} rounds of {SECONDS} s", file=sys.stderr)
        for subject in list(self.subjects):
            try:
                if isinstance(subject.generator, load.HTTP2):
                    subject.generator.probe(subject.url)
                subject.measure(WARM_UP_SECONDS)
            except load.Failed as error:
                self.subjects.remove(subject)
                self.skip(subject.name, str(error))
        for _ in range(ROUNDS):
            for subject in self.subjects:
                self.measure(subject)
        processes.stop_all()
        return self

    def measure(self, subject):
        if subject.name in self.skipped:
            return
        try:
            self.rounds.setdefault(subject.name, []).append(subject.measure(SECONDS))
        except load.Failed as error:
            self.rounds.pop(subject.name, None)
            self.skip(subject.name, str(error))

    def medians(self):
        return {name: {key: statistics.median(one[key] for one in rounds) for key in rounds[0]} for name, rounds in self.rounds.items()}

    def ratio(self, name, other, key):
        """Median over the rounds of `name` / `other`, with the least and the greatest; None where one of them was not measured."""
        if name not in self.rounds or other not in self.rounds:
            return None
        ratios = sorted(one[key] / two[key] for one, two in zip(self.rounds[name], self.rounds[other]))
        return statistics.median(ratios), ratios[0], ratios[-1]
