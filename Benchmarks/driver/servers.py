"""How each server is started. Each function returns the process and the root of its URLs."""
import os

from . import builds
from .processes import CORES, Process, free_port, work


def threads(pinned):
    """One thread on one core, else one for each."""
    return "1" if pinned else str(CORES)


def started(command, port, pinned):
    process = Process(command, pinned)
    process.wait_for_port(port)
    return process, f"http://127.0.0.1:{port}"


def kit(*flags, pinned=True, loops=None):
    port = free_port()
    return started([builds.KIT, "--port", str(port), "--loops", loops or threads(pinned), *flags], port, pinned)


def epoll():
    port = free_port()
    return started([builds.EPOLL, str(port)], port, True)


def hummingbird(*flags, pinned=True):
    """One thread where it is pinned, else the group of threads that NIO chooses, shared with the client."""
    port = free_port()
    return started([builds.HUMMINGBIRD, "--port", str(port), *(["--threads", "1"] if pinned else []), *flags], port, pinned)


def flying_fox():
    port = free_port()
    return started([builds.FLYING_FOX, "--port", str(port)], port, True)


def written(name, text):
    path = os.path.join(work, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def document_root():
    """A folder with the canned answer in a file, for those that serve files."""
    folder = os.path.join(work, "files")
    os.makedirs(folder, exist_ok=True)
    octets = "000102030405060708090a0b0c0d0e0f"
    vector = f'{{"rand":"{octets}","xres":"2021222324252627","autn":"{octets}","ck":"{octets}","ik":"{octets}"}}'
    written("files/vector", f'{{"impi":"user1@primary.example","3gAkaAvs":[{vector}]}}')
    return folder


def nginx(http2=False):
    """One process; `return`, with the answer in the configuration."""
    port = free_port()
    with open(os.path.join(document_root(), "vector")) as file:
        answer = file.read()
    configuration = written(f"nginx-{port}.conf", f"""
daemon off; master_process off; pid {work}/nginx-{port}.pid; error_log stderr emerg;
events {{ worker_connections 16384; }}
http {{
    access_log off; keepalive_requests 1000000000; default_type application/json;
    client_body_temp_path {work}/body-{port}; proxy_temp_path {work}/proxy-{port}; fastcgi_temp_path {work}/fastcgi-{port};
    uwsgi_temp_path {work}/uwsgi-{port}; scgi_temp_path {work}/scgi-{port};
    server {{ listen 127.0.0.1:{port}{' http2' if http2 else ''}; location / {{ return 200 '{answer}'; }} }}
}}
""")
    # Debian keeps it where only root's PATH leads.
    binary = next((path for path in ("/usr/sbin/nginx", "/usr/bin/nginx") if os.path.exists(path)), "nginx")
    return started([binary, "-p", work, "-c", configuration], port, True)


def h2o():
    port = free_port()
    user = "user: root\n" if os.geteuid() == 0 else ""
    configuration = written(f"h2o-{port}.conf", f"""
{user}num-threads: 1
listen: {{ host: 127.0.0.1, port: {port} }}
hosts: {{ default: {{ paths: {{ "/": {{ file.dir: {document_root()} }} }} }} }}
""")
    return started(["h2o", "-m", "worker", "-c", configuration], port, True)


def nghttpd():
    port = free_port()
    return started(["nghttpd", "--no-tls", "-n1", "-d", document_root(), str(port)], port, True)
