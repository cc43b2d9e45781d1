#!/usr/bin/env python3
"""Vectors per second: AuthDB with group commit against one commit per vector, and through the chain of PartnerMMS, PrimaryMMS and AuthDB.

    make bench            (needs h2load, Debian: nghttp2-client; writes Benchmarks/results.json)

Everything runs on loopback, one after the other in interleaved rounds, and stops by itself. The figures are medians; on a shared machine
only the ratios mean much. CPU is user + system of the services, per request.
"""
import json, os, re, shutil, statistics, subprocess, sys, tempfile, time, urllib.request

BIN = os.path.abspath(os.environ.get("MC_BIN", ".build/release"))
ROUNDS, SECONDS, CONCURRENCY, SUBSCRIBERS = int(os.environ.get("ROUNDS", 5)), int(os.environ.get("SECONDS_PER_ROUND", 3)), 64, 1
PARTNER, PRIMARY = "partner.example", "primary.example"
HOME, AWAY = "user1@" + PRIMARY, "visitor1@" + PARTNER


class Service:
    def __init__(self, work, name, *flags):
        self.process = subprocess.Popen(
            [os.path.join(BIN, name), "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-level", "error", *flags],
            stderr=subprocess.PIPE, cwd=work, text=True)
        for line in self.process.stderr:
            if '"event":"ready"' in line:
                ready = json.loads(line)
                self.api, self.admin = "http://" + ready["listen"], "http://" + ready["admin"]
                return
        sys.exit(f"{name} did not start")

    def cpu_seconds(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def put(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="PUT")
    urllib.request.urlopen(request).close()


def subscriber(authdb):
    put(f"{authdb.admin}/admin/v1/subscribers/{HOME}",
        {"impus": ["sip:" + HOME], "algorithm": "MILENAGE", "k": os.urandom(16).hex(), "opc": os.urandom(16).hex()})


def load(url, services, body_file):
    """One round of h2load: requests per second, CPU microseconds per request, p50 and p99 in milliseconds."""
    before = sum(s.cpu_seconds() for s in services)
    log = body_file + ".log"
    result = subprocess.run(
        ["h2load", "--h1", "-c", str(CONCURRENCY), "-D", str(SECONDS), "--warm-up-time=1", "-t", "1", "-d", body_file,
         "-H", "Content-Type: application/json", f"--log-file={log}", url], capture_output=True, text=True)
    cpu = sum(s.cpu_seconds() for s in services) - before
    done = re.search(r"(\d+) succeeded, (\d+) failed", result.stdout)
    if not done or int(done[2]) or int(done[1]) == 0:
        sys.exit(f"h2load against {url}:\n{result.stdout}\n{result.stderr}")
    times = sorted(int(line.split()[2]) / 1000 for line in open(log) if line.split()[1] == "200")
    os.unlink(log)
    rate = float(re.search(r"finished in [^,]+, ([\d.]+) req/s", result.stdout)[1])
    # h2load counts what came after the warm-up; the CPU is that of the whole run.
    return {"perSecond": rate, "cpuMicroseconds": cpu * 1e6 / (rate * (SECONDS + 1)), "p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100]}


def main():
    if not shutil.which("h2load"):
        sys.exit("h2load is missing (Debian: apt-get install nghttp2-client)")
    work = tempfile.mkdtemp(prefix="mc-bench.")
    body = os.path.join(work, "body.json")
    json.dump({"cscfServerName": "sip:scscf." + PARTNER, "sipAuthenticationScheme": "DIGEST-AKAV1-MD5"}, open(body, "w"))
    at_home = ["--system-id", PRIMARY, "--insecure-peer-as", PRIMARY]
    grouped = Service(work, "authdb", "--database", "grouped.sqlite", *at_home)
    single = Service(work, "authdb", "--database", "single.sqlite", "--commit-batch-max", "1", *at_home)
    chained = Service(work, "authdb", "--database", "chained.sqlite", *at_home)
    primary = Service(work, "primary-mms", "--database", "primary.sqlite", "--sip-database", chained.api, "--system-id", PRIMARY, "--insecure-peer-as", PARTNER)
    partner = Service(work, "partner-mms", "--database", "partner.sqlite", "--system-id", PARTNER, "--insecure-peer-as", PARTNER)
    services = [grouped, single, chained, primary, partner]
    try:
        for authdb in (grouped, single, chained):
            subscriber(authdb)
        put(f"{primary.admin}/admin/v1/partner-systems/{PARTNER}", {"enabled": True})
        put(f"{primary.admin}/admin/v1/migration-authorisations/{HOME}/{PARTNER}", {"services": ["mcptt"]})
        put(f"{partner.admin}/admin/v1/primary-systems/{PRIMARY}", {"apiRoots": [primary.api]})
        put(f"{partner.admin}/admin/v1/bindings/{AWAY}", {"primaryImpi": HOME, "primarySystemId": PRIMARY, "services": ["mcptt"],
            "publicIdentities": [{"partner": "sip:" + AWAY, "primary": "sip:" + HOME}]})
        path = "/nhss-ims-ueau/v1/{}/security-information/generate-sip-auth-data"
        rows = {"AuthDB, group commit": (grouped.api + path.format(HOME), [grouped]),
                "AuthDB, one commit per vector": (single.api + path.format(HOME), [single]),
                "PartnerMMS > PrimaryMMS > AuthDB": (partner.api + path.format(AWAY), [partner, primary, chained])}
        results = {name: [] for name in rows}
        for _ in range(ROUNDS):
            for name, (url, under_load) in rows.items():
                results[name].append(load(url, under_load, body))
    finally:
        for service in services:
            service.stop()
        shutil.rmtree(work, ignore_errors=True)
    medians = {name: {key: statistics.median(r[key] for r in rounds) for key in rounds[0]} for name, rounds in results.items()}
    print(f"{CONCURRENCY} concurrent, HTTP/1.1, one subscriber, median of {ROUNDS} rounds of {SECONDS} s")
    print(f"{'':36}{'vectors/s':>10}{'CPU us':>9}{'p50 ms':>9}{'p99 ms':>9}")
    for name, row in medians.items():
        print(f"{name:36}{row['perSecond']:10.0f}{row['cpuMicroseconds']:9.1f}{row['p50']:9.2f}{row['p99']:9.2f}")
    ratios = sorted(g["perSecond"] / s["perSecond"] for g, s in zip(results["AuthDB, group commit"], results["AuthDB, one commit per vector"]))
    print(f"group commit against one commit per vector: {statistics.median(ratios):.1f} x (rounds {ratios[0]:.1f} to {ratios[-1]:.1f})")
    json.dump({"rounds": results, "medians": medians}, open("Benchmarks/results.json", "w"), indent=1)


if __name__ == "__main__":
    main()
