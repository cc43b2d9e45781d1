"""Load generators: wrk for HTTP/1.1, h2load for HTTP/2. Each run is bounded and says what it saw, or why it is worth nothing."""
import os, re, subprocess

from . import builds, processes

IN_FLIGHT = 64
BODY = '{"cscfServerName":"sip:scscf.partner.example","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}'
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}
# An h2load run of its own tells the latency: to log each request costs the generator a write.
LATENCY_SECONDS = 1


class Failed(Exception):
    """A run with errors in it."""


def in_work(name, text):
    path = os.path.join(processes.work, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def run(command, seconds, pinned):
    command = processes.pinning(processes.LOAD_CORE, pinned) + command
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 15, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{command[0]} did not end") from error
    except FileNotFoundError as error:
        raise Failed(f"{error.filename} is missing") from error
    return done.stdout + done.stderr


def milliseconds(text):
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(value) * UNITS[unit]


class HTTP1:
    """wrk with 64 connections and one request on each; POST with the body, or GET."""

    name = f"HTTP/1.1, -c{IN_FLIGHT}"

    def __init__(self, posts=True):
        self.posts = posts

    def requests(self, url, seconds, pinned):
        """Returns the requests answered and p50 and p99 in ms."""
        script = f"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{BODY}'\n" if self.posts else ""
        path = in_work("post.lua" if self.posts else "get.lua", script)
        output = run(["wrk", "-t1", f"-c{IN_FLIGHT}", f"-d{seconds}s", "--latency", "--timeout", "10s", "-s", path, url], seconds, pinned)
        done = re.search(r"(\d+) requests in", output)
        if not done or int(done[1]) == 0 or "Non-2xx" in output or "Socket errors" in output:
            raise Failed("wrk: " + (re.search(r".*(Non-2xx|Socket errors|unable).*", output) or ["no answer"])[0].strip())
        quantile = {share: milliseconds(re.search(rf"^ +{share}% +(\S+)", output, re.M)[1]) for share in (50, 99)}
        return int(done[1]), quantile[50], quantile[99]


class HTTP2:
    """h2load with prior knowledge: so many connections with so many streams on each."""

    def __init__(self, connections=8, streams=32, posts=True):
        self.connections, self.streams, self.posts = connections, streams, posts
        self.name = f"h2c, -c{connections} -m{streams}"

    def command(self, url, *more):
        body = ["-d", in_work("body.json", BODY), "-H", "Content-Type: application/json"] if self.posts else []
        return ["h2load", "-t1", "-c", str(self.connections), "-m", str(self.streams), *body, *more, url]

    @staticmethod
    def answered(output):
        """Requests answered with 2xx; anything else makes the run worthless."""
        done = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored", output)
        status = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", output)
        if not done or not status or int(done[2]) == 0 or int(done[3]) or sum(int(status[i]) for i in (2, 3, 4)):
            raise Failed("h2load: " + (status[0] if status and done and int(done[1]) else "no answer over HTTP/2"))
        return int(status[1])

    def requests(self, url, seconds, pinned):
        answered = self.answered(run(self.command(url, "-D", str(seconds)), seconds, pinned))
        return answered, None, None

    def latency(self, url, pinned):
        log = os.path.join(processes.work, "h2load.log")
        try:
            self.answered(run(self.command(url, "-D", str(LATENCY_SECONDS), f"--log-file={log}"), LATENCY_SECONDS, pinned))
            with open(log) as file:
                times = sorted(int(line.rsplit("\t", 1)[1]) for line in file)
        finally:
            if os.path.exists(log):
                os.unlink(log)
        return times[len(times) // 2] / 1000, times[len(times) * 99 // 100] / 1000

    def probe(self, url):
        self.answered(run([*self.command(url)[:-1], "-n", str(self.connections), url], 5, False))


class Counting:
    """No load at all: a thread on each core counts for 4 ms and again. What it takes longer for is the machine's doing."""

    name = "counting"

    def requests(self, _, seconds, pinned):
        threads = []
        try:
            for core in range(processes.CORES):
                command = ["taskset", "-c", str(core), builds.COUNTER, str(seconds)]
                threads.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))
            times = sorted(int(line) for thread in threads for line in thread.communicate(timeout=seconds + 15)[0].splitlines())
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failed(f"the counter did not run: {error}") from error
        finally:
            for thread in threads:
                thread.kill()
        if not times:
            raise Failed("nothing was counted")
        return len(times), times[len(times) // 2] / 1000, times[len(times) * 99 // 100] / 1000
