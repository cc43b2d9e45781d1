"""What honest clients notice of a peer that abuses HTTP/2, class by class.

The honest load is open: so many requests per second, far from what the server can do, so that its p99 is the wait and not the queue that the
load makes itself. What it is held against is not an idle machine but a control: the same process, at the same pace, writes requests of as
many bytes that are in order. The abuser shares the core of the load generator and its bytes have to be read by somebody; both are so in the
control as well, and what is left of the difference is what the abuse costs beyond what any client may ask for.
"""
import json, os, subprocess, sys

from . import abuser, load, processes, servers
from .rounds import Group

ALONE, CONTROL = "nobody else", abuser.CONTROL
CLASSES = [name for name in abuser.CLASSES if name != CONTROL]
CONNECTIONS, PER_SECOND = 8, 4_000
# By which the abuser ends after the load.
MARGIN_SECONDS = 0.5


class Beside:
    """h2load at a steady rate, with an abuser of this class beside it; with none where there is no class."""

    def __init__(self, kind):
        self.kind = kind
        self.honest = load.HTTP2(CONNECTIONS, 4)
        self.name = f"h2c, -c{CONNECTIONS}, {PER_SECOND}/s"

    def requests(self, url, seconds, pinned):
        """Returns the requests answered and p50 and p99 in ms."""
        child = self.abuser(url, seconds + MARGIN_SECONDS, pinned) if self.kind else None
        try:
            if child and child.stdout.readline() != "ready\n":
                raise load.Failed("the abuser did not begin: " + child.stderr.read()[-200:])
            answered, times = self.measured(url, seconds, pinned)
            if child:
                self.check(child)
        finally:
            if child and child.poll() is None:
                child.kill()
                child.wait()
        return answered, times[len(times) // 2] / 1000, times[len(times) * 99 // 100] / 1000

    def abuser(self, url, seconds, pinned):
        port = url.split("/")[2].rsplit(":", 1)[1]
        return subprocess.Popen(
            [*processes.pinning(processes.LOAD_CORE, pinned), sys.executable, "-m", "driver.abuser", self.kind, port, str(seconds)],
            cwd=os.path.dirname(os.path.dirname(os.path.abspath(__file__))), text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)

    def measured(self, url, seconds, pinned):
        log = os.path.join(processes.work, "beside.log")
        pace = ["-D", str(seconds), f"--rps={PER_SECOND // CONNECTIONS}", f"--log-file={log}"]
        try:
            answered = self.honest.answered(load.run(self.honest.command(url, *pace), seconds, pinned))
            with open(log) as file:
                times = sorted(int(line.rsplit("\t", 1)[1]) for line in file)
        finally:
            if os.path.exists(log):
                os.unlink(log)
        # Who is kept waiting asks less: fewer than were due are a finding, not a sample.
        if answered < seconds * PER_SECOND * 0.9:
            raise load.Failed(f"only {answered} of {seconds * PER_SECOND} requests could be made")
        return answered, times

    def check(self, child):
        output, errors = child.communicate(timeout=processes.START_SECONDS)
        if child.returncode:
            raise load.Failed("the abuser failed: " + errors[-200:])
        done = json.loads(output)
        if (done["closed"] > 0) != abuser.CLASSES[self.kind].ends:
            raise load.Failed(f"of {done['connections']} connections {done['closed']} were closed by the server")


def abuse():
    group = Group(f"h2c, {PER_SECOND}/s on {CONNECTIONS} connections, beside one peer that sends 16 KiB every 5 ms, pinned")
    process, root = servers.kit()
    for kind in [None, CONTROL, *CLASSES]:
        group.add(kind or ALONE, lambda kind=kind: (root + "/vector", [process], Beside(kind), True))
    return group.run()
