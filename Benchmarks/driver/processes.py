"""Processes that are measured: started on a core, watched through /proc, and ended by their own process id."""
import atexit, json, os, select, shutil, socket, subprocess, tempfile, time

# Where servers and load generators run when they are pinned; no pinning on a machine with one core.
CORES = os.cpu_count() or 1
SERVER_CORE, LOAD_CORE = "0", "1"
START_SECONDS = 10

running = []
work = tempfile.mkdtemp(prefix="mc-bench.", dir=os.environ.get("TMPDIR"))


class NotStarted(Exception):
    """Why a server cannot be measured; the text goes into the table."""


def pinning(core, pinned):
    return ["taskset", "-c", core] if pinned and CORES >= 2 else []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """One server process. `cpu_seconds` is user + system of all its threads, those that have ended too."""

    def __init__(self, command, pinned=True, watched=False):
        if not shutil.which(command[0]):
            raise NotStarted(f"{os.path.basename(command[0])} is missing")
        self.errors = tempfile.TemporaryFile(dir=work)
        self.child = subprocess.Popen(
            pinning(SERVER_CORE, pinned) + command, cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if watched else self.errors)
        self.pid = self.child.pid
        running.append(self)

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS:"))

    def wait_for_port(self, port):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                self.stop()
                raise NotStarted(self.last_words() or f"it ended with status {self.child.returncode}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise NotStarted(f"it did not listen within {START_SECONDS} s")

    def last_words(self):
        self.errors.seek(0)
        return self.errors.read()[-200:].decode("utf-8", "replace").strip().rsplit("\n", 1)[-1]

    def stop(self):
        if self in running:
            running.remove(self)
        self.child.terminate()
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Service(Process):
    """One of the services, which tells its addresses in the log line `ready`."""

    def __init__(self, binary, *flags, pinned=True):
        super().__init__(
            [binary, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-level", "error", *flags], pinned, watched=True)
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
        self.stop()
        raise NotStarted(f"{os.path.basename(binary)} did not get ready: {last[-200:].decode('utf-8', 'replace').strip()}")


def stop_all():
    for process in list(running):
        process.stop()


@atexit.register
def clean_up():
    stop_all()
    shutil.rmtree(work, ignore_errors=True)
