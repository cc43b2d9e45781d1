"""The services that schemathesis tries, with the records of a user who may migrate."""
import json
import os
import subprocess
import time
import urllib.error
import urllib.request

PRIMARY, PARTNER = "primary.example", "partner.example"
HOME, AWAY = f"user1@{PRIMARY}", f"visitor1@{PARTNER}"
START_SECONDS, STOP_SECONDS, ANSWER_SECONDS = 10, 30, 5


class Failed(Exception):
    """The check cannot be made, for a reason that has nothing to do with a document."""


class Service:
    """A process on free ports."""

    def __init__(self, program, name, flags, folder):
        self.name, self.log = name, folder / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [program, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", *flags],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_until_ready(self):
        """Reads the ready line, which tells the ports."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            for line in self.log.read_text(errors="replace").splitlines():
                if line.startswith('{"event":"ready"'):
                    ready = json.loads(line)
                    self.address = {"signalling": ready["listen"], "admin": ready["admin"]}
                    return
            time.sleep(0.02)
        raise Failed(f"{self.name} did not start: {self.log.read_text(errors='replace')}")

    def url(self, listener):
        return f"http://{self.address[listener]}"

    def document(self):
        with urllib.request.urlopen(self.url("admin") + "/openapi.json", timeout=ANSWER_SECONDS) as answer:
            return json.load(answer)

    def put(self, path, record):
        request = urllib.request.Request(
            f"{self.url('admin')}/admin/v1/{path}", json.dumps(record).encode(), {"Content-Type": "application/json"}, method="PUT")
        try:
            urllib.request.urlopen(request, timeout=ANSWER_SECONDS).close()
        except urllib.error.HTTPError as error:
            raise Failed(f"{self.name} refuses {path}: {error.read().decode(errors='replace')}") from error

    def stop(self):
        """Returns what was wrong with the end; None where nothing was."""
        self.process.terminate()
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return f"{self.name} does not end"
        return None if status == 0 else f"{self.name} ended with {status}: {self.log.read_text(errors='replace')[-2000:]}"


class Laboratory:
    """Five services of two systems. The primary's SIP core is not tried itself, because it is the same program as the partner's."""

    def __init__(self, programs, folder):
        self.programs, self.folder, self.processes, self.is_left = programs, folder, {}, False

    def start(self):
        # Without a bound on the rate: an answer that there were too many questions says nothing of the question.
        core = ["--sip-listen", "udp:127.0.0.1:0", "--user-rate", "off"]
        authdb = self.run("authdb", "authdb", [*system(PRIMARY), "--database", "authdb.sqlite"])
        primary_core = self.run("sip-core-stub", "primary-sip-core", [
            *system(PRIMARY), *realm(PRIMARY), *core, "--database", "none", "--authentication-source", authdb.url("signalling")])
        primary_mms = self.run("primary-mms", "primary-mms", [
            "--system-id", PRIMARY, "--insecure-peer-as", PARTNER, "--user-rate", "off", "--database", "primary.sqlite",
            "--sip-database", primary_core.url("signalling")])
        partner_mms = self.run("partner-mms", "partner-mms", [*system(PARTNER), "--database", "partner.sqlite"])
        self.run("sip-core-stub", "sip-core-stub", [
            *system(PARTNER), *realm(PARTNER), *core, "--database", "core.sqlite", "--authentication-source", partner_mms.url("signalling")])
        authdb.put(f"subscribers/{HOME}", {"impus": [f"sip:{HOME}"], "k": os.urandom(16).hex(), "opc": os.urandom(16).hex()})
        primary_mms.put(f"partner-systems/{PARTNER}", {"certificateNames": [PARTNER]})
        primary_mms.put(f"migration-authorisations/{HOME}/{PARTNER}", {"services": ["mcptt"]})
        partner_mms.put(f"primary-systems/{PRIMARY}", {"apiRoots": [primary_mms.url("signalling")]})
        partner_mms.put(f"bindings/{AWAY}", {
            "primaryImpi": HOME, "primarySystemId": PRIMARY, "services": ["mcptt"],
            "publicIdentities": [{"partner": f"sip:{AWAY}", "primary": f"sip:{HOME}"}]})

    def run(self, program, name, flags):
        if not (self.programs / program).exists():
            raise Failed(f"there is no {self.programs / program}: swift build")
        self.processes[name] = Service(self.programs / program, name, flags, self.folder)
        self.processes[name].wait_until_ready()
        return self.processes[name]

    def leave(self):
        """Lets the services run on, and says how to talk to them."""
        self.is_left = True
        for service in self.processes.values():
            print(f"{service.name:18} {service.url('signalling')}  admin {service.url('admin')}  kill {service.process.pid}")
        print(f"their files and logs are in {self.folder}")

    def stop(self):
        if self.is_left:
            return []
        return [fault for fault in [service.stop() for service in reversed(self.processes.values())] if fault]


def system(name):
    return ["--system-id", name, "--insecure-peer-as", name]


def realm(name):
    return ["--realm", name, "--server-name", f"sip:scscf.{name}"]
