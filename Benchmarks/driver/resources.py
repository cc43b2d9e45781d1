"""What costs memory and time without load: idle connections, the start, the size."""
import os, re, resource, shutil, socket, ssl, statistics, subprocess, time

from . import builds, certificates, servers
from .load import BODY
from .processes import NotStarted, Process, Service, free_port, work

IDLE_CONNECTIONS = 10_000
# Sockets opened before the first reading, so that what a server allocates once is not counted.
FIRST_CONNECTIONS = 200
STARTS = 11
SETTLE_SECONDS = 1.5
REQUEST = (f"POST /vector HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}").encode()


def allow_descriptors():
    """Servers inherit the limit. Returns how many connections one process may hold."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return IDLE_CONNECTIONS if hard == resource.RLIM_INFINITY else min(IDLE_CONNECTIONS, hard - 100 - FIRST_CONNECTIONS)


def asked_once(port, count, secured=lambda connection: connection):
    """Connections that each have had one answer and are kept."""
    connections = []
    for _ in range(count):
        plain = socket.create_connection(("127.0.0.1", port), 5)
        # A request behind a handshake's last message would wait for the peer's delayed acknowledgement.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = secured(plain)
        connections.append(connection)
        connection.sendall(REQUEST)
        if b" 200 " not in whole_answer(connection)[:20]:
            raise NotStarted(f"connection {len(connections)} was refused")
    return connections


def whole_answer(connection):
    answer = b""
    while not (length := re.search(rb"\r\ncontent-length: *(\d+).*?\r\n\r\n", answer, re.I | re.S)) or len(answer) < length.end() + int(length[1]):
        part = connection.recv(4096)
        if not part:
            raise NotStarted("a connection was closed")
        answer += part
    return answer


def idle_bytes(start, secured=lambda connection: connection):
    """Growth of the resident set for one idle connection, the kernel's own memory aside."""
    count = allow_descriptors()
    process, root = start()
    port = int(root.rsplit(":", 1)[1])
    connections = []
    try:
        connections = asked_once(port, FIRST_CONNECTIONS, secured)
        time.sleep(SETTLE_SECONDS)
        before = process.resident_bytes()
        connections += asked_once(port, count, secured)
        time.sleep(SETTLE_SECONDS)
        return (process.resident_bytes() - before) / count
    finally:
        for connection in connections:
            connection.close()
        process.stop()


def cold_start(make):
    """Median milliseconds from exec to ready, over `STARTS` starts. `make(number)` returns the process when it is ready."""
    times = []
    for number in range(STARTS):
        began = time.monotonic()
        process = make(number)
        times.append((time.monotonic() - began) * 1000)
        process.stop()
    return statistics.median(times)


def start_authdb(number):
    return Service(
        shipped_authdb(), "--database", f"cold{number}.sqlite", "--system-id", "primary.example", "--insecure-peer-as", "primary.example",
        pinned=False)


def start_to_first_answer(binary):
    """A server of the measurement, ready when it has answered once."""
    def make(_):
        port = free_port()
        process = Process([binary, "--port", str(port)], pinned=False)
        while process.child.poll() is None:
            try:
                asked_once(port, 1)[0].close()
                return process
            except ConnectionRefusedError:
                time.sleep(0.0005)
        raise NotStarted("it ended")
    return make


def shipped_authdb():
    return builds.STATIC_AUTHDB if os.path.exists(builds.STATIC_AUTHDB) else builds.service("authdb")


def authdb_idle_bytes():
    process = start_authdb("idle")
    time.sleep(SETTLE_SECONDS)
    try:
        return process.resident_bytes()
    finally:
        process.stop()


def binary_bytes():
    if not os.path.exists(builds.STATIC_AUTHDB):
        raise NotStarted("authdb was not built with a static standard library")
    stripped = shutil.copy(builds.STATIC_AUTHDB, os.path.join(work, "authdb.stripped"))
    subprocess.run(["strip", stripped], check=True)
    return os.path.getsize(stripped)


def measured(rows):
    """Each row's value, or the reason there is none."""
    values, skipped = {}, {}
    for name, measure in rows.items():
        try:
            values[name] = measure()
        except (NotStarted, OSError) as error:
            skipped[name] = str(error)
    return values, skipped


KIT_IDLE, BASELINE_IDLE, TLS_IDLE = "HTTPKit, idle connection, B", "Hummingbird, idle connection, B", "HTTPKit, idle connection on mTLS, B"
START, KIT_START, BASELINE_START = "authdb, exec to ready, ms", "HTTPKit, exec to first answer, ms", "Hummingbird, exec to first answer, ms"
RESIDENT, BINARY = "authdb, idle, MB", "authdb, static and stripped, MB"


def secured_idle_bytes():
    folder = certificates.folder()
    context = ssl.create_default_context(cafile=os.path.join(folder, "authority.pem"))
    context.load_cert_chain(os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem"))
    context.set_alpn_protocols(["http/1.1"])
    return idle_bytes(
        lambda: servers.kit("--tls", folder, "--secure"), lambda connection: context.wrap_socket(connection, server_hostname="localhost"))


MILENAGE, VECTOR = "MILENAGE f1...f5, a fresh key each, ns", "a whole vector, a fresh key each, ns"
TIMER_SECONDS = 60


def milenage():
    try:
        done = subprocess.run([builds.VECTOR_TIMER], capture_output=True, text=True, timeout=TIMER_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return {}, {MILENAGE: str(error)}
    functions, vectors, _ = done.stdout.split()
    return {MILENAGE: float(functions), VECTOR: float(vectors)}, {}


def idle():
    return measured({KIT_IDLE: lambda: idle_bytes(servers.kit), BASELINE_IDLE: lambda: idle_bytes(servers.hummingbird), TLS_IDLE: secured_idle_bytes})


def start():
    return measured({
        START: lambda: cold_start(start_authdb), KIT_START: lambda: cold_start(start_to_first_answer(builds.KIT)),
        BASELINE_START: lambda: cold_start(start_to_first_answer(builds.HUMMINGBIRD)), RESIDENT: lambda: authdb_idle_bytes() / 1e6,
        BINARY: lambda: binary_bytes() / 1e6})
