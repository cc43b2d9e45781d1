#!/usr/bin/env python3
"""Counts the instructions that one question costs each service, in user space, by `valgrind --tool=callgrind`.

    scripts/instructions.py                      measures the binaries of .build/release (make release)
    scripts/instructions.py --bin DIR            measures those of another folder, for instance of an older version
    scripts/instructions.py --against DIR        measures both, and fails where a figure has risen by more than 3 %
    scripts/instructions.py authdb               measures one of authdb, primary-mms, partner-mms
    scripts/instructions.py --impu               asks with the member `impu`, as sip-core-stub does; without it the question is the standard's own

The counts of one run can be compared; those of another run differ by some 3 % where the machine was busier. Each service is measured twice in a running chain partner-mms > primary-mms > authdb over
h2c, with a smaller and a larger number of questions; the difference is what the further questions cost, without start and stop. Everything
runs on loopback, on files in a temporary folder. Needs valgrind and h2load (scripts/packages.sh bench).
"""
import argparse
import json
import os
import pathlib
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVICES = ["partner-mms", "primary-mms", "authdb"]
PARTNER, PRIMARY = "partner.example", "primary.example"
HOME, VISITOR = "user1@" + PRIMARY, "visitor1@" + PARTNER
PATH = "/nhss-ims-ueau/v1/{}/security-information/generate-sip-auth-data"
# The smaller number already fills what a service remembers of the latest questions: 10,000 flow events.
FEWER, MORE = 6_000, 16_000
RISE_MAX = 1.03
ANSWERED_SHARE_MIN = 0.995
# All questions are for one user: more than primary-mms grants by default. The bound stays on, so that its cost is in the figure.
os.environ["MC_USER_RATE"] = "1000000/1000000"
START_SECONDS, LOAD_SECONDS, STOP_SECONDS = 30, 240, 60


class Failure(Exception):
    pass


class Service:
    """One process, under callgrind if it is the one that is measured. Its ready line tells where it listens."""

    def __init__(self, folder, name, measured, *flags):
        self.counts = folder / f"{name}.callgrind"
        command = [str(folder / "bin" / name), "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-level", "error", *flags]
        if measured:
            command = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={self.counts}", *command]
        # One core is one event loop: how many questions share a turn of a loop is then the same in each run.
        command = ["taskset", "-c", str(min(os.sched_getaffinity(0))), *command] if measured else command
        self.child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline, last = time.monotonic() + START_SECONDS, b""
        while select.select([self.child.stderr], [], [], max(0, deadline - time.monotonic()))[0]:
            line = self.child.stderr.readline()
            if not line:
                break
            last = line
            if b'"event":"ready"' in line:
                ready = json.loads(line)
                self.api, self.admin = "http://" + ready["listen"], "http://" + ready["admin"]
                return
        self.child.kill()
        raise Failure(f"{name} did not get ready: {last.decode('utf-8', 'replace').strip()}")

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()

    def instructions(self):
        found = re.search(r"^(?:totals|summary): (\d+)", self.counts.read_text(), re.MULTILINE)
        if not found:
            raise Failure(f"{self.counts.name} holds no total")
        return int(found.group(1))


def put(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="PUT")
    urllib.request.urlopen(request, timeout=30).close()


def chain(folder, measured, running):
    """Starts the three services and provisions one user; returns the running services by name."""
    def start(name, *flags):
        running[name] = Service(folder, name, name == measured, "--database", f"{name}.sqlite", *flags)
        return running[name]

    authdb = start("authdb", "--system-id", PRIMARY, "--insecure-peer-as", PRIMARY)
    primary = start("primary-mms", "--system-id", PRIMARY, "--insecure-peer-as", PARTNER, "--sip-database", authdb.api)
    partner = start("partner-mms", "--system-id", PARTNER, "--insecure-peer-as", PARTNER)
    put(f"{authdb.admin}/admin/v1/subscribers/{HOME}",
        {"impus": ["sip:" + HOME], "algorithm": "MILENAGE", "k": os.urandom(16).hex(), "opc": os.urandom(16).hex()})
    put(f"{primary.admin}/admin/v1/partner-systems/{PARTNER}", {"enabled": True})
    put(f"{primary.admin}/admin/v1/migration-authorisations/{HOME}/{PARTNER}", {"services": ["mcptt"]})
    put(f"{partner.admin}/admin/v1/primary-systems/{PRIMARY}", {"apiRoots": [primary.api]})
    put(f"{partner.admin}/admin/v1/bindings/{VISITOR}", {
        "primaryImpi": HOME, "primarySystemId": PRIMARY, "services": ["mcptt"],
        "publicIdentities": [{"partner": "sip:" + VISITOR, "primary": "sip:" + HOME}]})


def ask(url, extension, questions, folder):
    """Eight connections with four questions each under way. A busy machine may let a few of them run into their deadline, which changes no figure."""
    body = folder / "question.json"
    body.write_text(json.dumps({"cscfServerName": "sip:scscf." + PARTNER, "sipAuthenticationScheme": "DIGEST-AKAV1-MD5", **extension}))
    done = subprocess.run(
        ["h2load", "-n", str(questions), "-c", "8", "-m", "4", "-t", "1", "-d", str(body), "-H", "content-type: application/json", url],
        capture_output=True, text=True, timeout=LOAD_SECONDS)
    answered = re.search(r"(\d+) 2xx", done.stdout)
    if not answered or int(answered.group(1)) < questions * ANSWERED_SHARE_MIN:
        raise Failure("too few questions were answered with 200:\n" + done.stdout[-1500:] + done.stderr[-500:])


def total(binaries, measured, with_impu, questions):
    """Instructions of one run of `measured`, from its start to its end."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mc-instructions."))
    running = {}
    try:
        (folder / "bin").mkdir()
        for name in SERVICES:
            # Valgrind reads debug information for minutes, or not at all.
            shutil.copy(binaries / name, folder / "bin" / name)
            subprocess.run(["strip", "--strip-debug", str(folder / "bin" / name)], check=True)
        chain(folder, measured, running)
        impi = VISITOR if measured == "partner-mms" else HOME
        ask(running[measured].api + PATH.format(impi), {"impu": "sip:" + impi} if with_impu else {}, questions, folder)
        running[measured].stop()
        return running[measured].instructions()
    finally:
        for service in reversed(list(running.values())):
            service.stop()
        shutil.rmtree(folder, ignore_errors=True)


def per_question(binaries, name, with_impu):
    return round((total(binaries, name, with_impu, MORE) - total(binaries, name, with_impu, FEWER)) / (MORE - FEWER))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("services", nargs="*", choices=[*SERVICES, []], metavar="SERVICE")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / ".build/release")
    parser.add_argument("--against", type=pathlib.Path, help="binaries to compare with")
    parser.add_argument("--impu", action="store_true")
    options = parser.parse_args()
    for tool in ["valgrind", "h2load", "strip", "taskset"]:
        if not shutil.which(tool):
            print(f"instructions: {tool} is missing", file=sys.stderr)
            return 69
    risen = 0
    for name in options.services or SERVICES:
        count = per_question(options.bin, name, options.impu)
        line = f"{name:12} {count:9,} instructions per question"
        if options.against:
            before = per_question(options.against, name, options.impu)
            line += f", {before:,} before: {count / before - 1:+.1%}"
            risen += count > before * RISE_MAX
        print(line, flush=True)
    return 1 if risen else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"instructions: {failure}", file=sys.stderr)
        sys.exit(1)
