"""What is measured, built: HTTPKit's server, the C one, the baselines in Swift and the services, all Swift as it is shipped: with a static standard library."""
import os, subprocess, sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(HERE)
STATIC = os.path.join(ROOT, ".build-static")
SERVICES = os.path.abspath(os.environ.get("MC_BIN", os.path.join(STATIC, "release")))
SHIPPED = [os.path.join(ROOT, "scripts/release.sh"), "--static-swift-stdlib"]
BASELINE = ["swift", "build", "-c", "release", "--static-swift-stdlib"]

VECTOR_TIMER = os.path.join(HERE, ".build/release/VectorTimer")
KIT = os.path.join(HERE, ".build/release/KitServer")
EPOLL = os.path.join(HERE, ".build/CEpollServer")
COUNTER = os.path.join(HERE, ".build/Counter")
HUMMINGBIRD = os.path.join(HERE, "Baselines/.build/release/HummingbirdServer")
FLYING_FOX = os.path.join(HERE, "Baselines/.build/release/FlyingFoxServer")
STATIC_AUTHDB = os.path.join(STATIC, "release/authdb")


def service(name):
    return os.path.join(SERVICES, name)


def build(what, command, folder):
    print(f"building {what}", file=sys.stderr)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        print((done.stdout + done.stderr)[-3000:], file=sys.stderr)
        print(f"{what} did not build; its rows will be skipped", file=sys.stderr)


def build_all(cases):
    """A baseline that does not build costs its rows, not the measurement."""
    os.makedirs(os.path.join(HERE, ".build"), exist_ok=True)
    for name, path in [("CEpollServer", EPOLL), ("Counter", COUNTER)]:
        build(name, ["cc", "-O2", "-Wall", "-Wextra", "-o", path, f"{name}/main.c"], HERE)
    build("KitServer", [*SHIPPED, "--product", "KitServer"], HERE)
    if "milenage" in cases:
        build("VectorTimer", [*SHIPPED, "--product", "VectorTimer"], HERE)
    if {"http1", "http1-unpinned", "http2", "chain", "durable", "durable-chain"} & cases:
        build("the baselines (minutes, the first time)", BASELINE, os.path.join(HERE, "Baselines"))
    for product in ["authdb", "primary-mms", "partner-mms"]:
        build(product, [*SHIPPED, "--scratch-path", STATIC, "--product", product], ROOT)
