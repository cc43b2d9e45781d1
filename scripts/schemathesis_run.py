#!/usr/bin/env python3
"""Lets schemathesis try the interface documents on running services.

    scripts/schemathesis.sh                    all four services
    scripts/schemathesis.sh authdb             some of them
    KEEP=1 scripts/schemathesis.sh authdb      leaves the services running, so that the printed curl commands can be repeated
    SEED=7 scripts/schemathesis.sh             other random requests than those of every day

The services are the built programs (MC_BIN, by default .build/debug) on free ports. They belong to two systems with a user who may migrate, so that a
question to the partner's SIP core is answered by AuthDB. Each service is asked for its document at /openapi.json. The signalling operations of all
services come first, because the administration changes the records that they need.

Prints a line for each listener, and for each finding a curl command that repeats it. Ends with 1 where there is a finding. What is no finding is said
in scripts/schemathesis_hooks.py.
"""
import concurrent.futures
import functools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from schemathesis_services import Failed, Laboratory

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The one that takes longest first.
SERVICES = ("partner-mms", "authdb", "primary-mms", "sip-core-stub")
LISTENERS = ("signalling", "admin")
SEED = os.environ.get("SEED", "20260302")
# Random requests for each operation, in two phases: each by itself, and in sequences. Before them come requests that follow from the document alone.
EXAMPLES = {"signalling": 100, "admin": 25}
RUN_SECONDS = 600


def document_of(listener, document):
    """The operations of one listener: schemathesis asks one address."""
    paths = {path: dict(item) for path, item in document["paths"].items() if item["x-listener"] == listener}
    for item in paths.values():
        item.pop("servers", None)
    return {**document, "paths": paths}


class Run:
    """One run of schemathesis, on the operations of one listener of a service."""

    def __init__(self, name, process, listener, document, folder):
        self.name = name
        described, report = folder / f"{name}.json", folder / f"{name}.report.json"
        described.write_text(json.dumps(document))
        begun = time.monotonic()
        run = subprocess.run(
            [ROOT / ".build/schemathesis/bin/python", "-m", "schemathesis.cli", "--config-file", ROOT / "scripts/schemathesis.toml", "run", described,
             "--url", process.url(listener), "--checks", "all", "--seed", SEED, "--max-examples", str(EXAMPLES[listener]), "--no-color",
             "--report", "json", "--report-json-path", report],
            cwd=folder, env={**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(ROOT / "scripts"),
                             "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=RUN_SECONDS)
        self.seconds = time.monotonic() - begun
        self.text, self.has_passed = run.stdout, run.returncode == 0
        summary = json.loads(report.read_text()) if report.exists() else {}
        self.operations = summary.get("operations", {}).get("tested", 0)
        self.cases = summary.get("test_cases", {}).get("generated", 0)
        self.findings = summary.get("test_cases", {}).get("unique_failures", 0)
        # A run that tried nothing, or stopped half way, has found nothing either.
        is_whole = self.operations > 0 and summary.get("complete") and not summary.get("test_cases", {}).get("errored")
        if self.has_passed and not is_whole:
            self.has_passed, self.text = False, f"{self.text}\n{self.name}: the run is not complete"

    def line(self):
        return f"{self.name:26} {self.operations:3} operations {self.cases:5} cases {self.findings:4} findings  {self.seconds:5.1f} s"


def check_that_it_finds(process, folder):
    """Tries a document that is wrong: a check that finds nothing any more would go unnoticed."""
    document = document_of("admin", process.document())
    document["paths"] = {"/version": document["paths"]["/version"]}
    document["paths"]["/version"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = {"type": "array"}
    run = Run("a wrong document", process, "admin", document, folder)
    if run.findings == 0:
        raise Failed(f"schemathesis finds nothing in a document that is wrong:\n{run.text}")


def tried(laboratory, services, folder):
    """Tries all, as many services at once as there are processors, and returns the runs with findings."""

    def run(listener, service):
        process = laboratory.processes[service]
        return Run(f"{service} {listener}", process, listener, document_of(listener, process.document()), folder)

    failed = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for listener in LISTENERS:
            for result in pool.map(functools.partial(run, listener), services):
                print(result.line(), flush=True)
                if not result.has_passed:
                    failed.append(result)
    return failed


def main(arguments):
    unknown = [name for name in arguments if name not in SERVICES]
    if unknown:
        print(f"there is no service {', '.join(unknown)}; there are {', '.join(SERVICES)}", file=sys.stderr)
        return 64
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the services end, too
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mc-schemathesis."))
    laboratory = Laboratory(pathlib.Path(os.environ.get("MC_BIN", ROOT / ".build/debug")).resolve(), folder)
    keep, faults = os.environ.get("KEEP") == "1", []
    try:
        laboratory.start()
        check_that_it_finds(laboratory.processes["authdb"], folder)
        for run in tried(laboratory, [name for name in SERVICES if name in (arguments or SERVICES)], folder):
            print(run.text)
            faults.append(run.name)
        if keep:
            laboratory.leave()
    except Failed as failed:
        faults.append(str(failed))
    finally:
        # A service that crashed, or does not end, is a fault although schemathesis cannot see it.
        faults += laboratory.stop()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    for fault in faults:
        print(f"schemathesis: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
