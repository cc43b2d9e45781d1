"""usage: python3 -m unittest driver.test_abuser      (in Benchmarks/)

The control of the abuse measurement against a server that stalls: it must never give that server a reason to close the connection.
"""
import socket, struct, unittest

from . import abuser

STREAMS_MAX = 100
TICKS = 1_000
OK = b"\x88"


class Server:
    """Takes one connection, which the peer opens at its first tick, and does what the test says."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connection, self.unread, self.open = None, b"", set()

    def close(self):
        self.listener.close()
        if self.connection:
            self.connection.close()

    def accept(self):
        self.connection, _ = self.listener.accept()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.settimeout(5)
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        while len(self.unread) < len(preface):
            self.unread += self.connection.recv(1)
        assert self.unread == preface
        self.unread = b""
        self.connection.setblocking(False)

    def read(self):
        """Whatever has come; the streams it has begun are open from then on."""
        try:
            self.unread += self.connection.recv(1 << 20)
        except BlockingIOError:
            return
        while len(self.unread) >= 9 and len(self.unread) >= 9 + int.from_bytes(self.unread[:3], "big"):
            if self.unread[3] == abuser.HEADERS:
                self.open.add(int.from_bytes(self.unread[5:9], "big"))
            self.unread = self.unread[9 + int.from_bytes(self.unread[:3], "big"):]

    def allow(self, count):
        self.connection.sendall(abuser.frame(abuser.SETTINGS, 0, 0, struct.pack(">HI", abuser.CONCURRENT_STREAMS, count)))

    def end(self, stream, *frames):
        self.open.discard(stream)
        for frame in frames:
            self.connection.sendall(frame)


class ControlTests(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.peer = abuser.Peer(self.server.port, abuser.CLASSES[abuser.CONTROL])
        self.peer.tick()
        self.addCleanup(lambda: self.peer.connection and self.peer.end())
        self.server.accept()

    def ticks(self, is_so=lambda: False):
        """Lets the peer go on until it is so, or for long. Never are there more streams open than are allowed."""
        for _ in range(TICKS):
            self.peer.tick()
            self.server.read()
            self.assertLessEqual(len(self.server.open), STREAMS_MAX)
            if is_so():
                return True
        return False

    def test_waits_for_the_servers_settings(self):
        self.ticks()
        self.assertEqual(self.server.open, set())
        self.server.allow(STREAMS_MAX)
        self.assertTrue(self.ticks(lambda: self.server.open))

    def test_has_no_more_streams_open_than_a_server_that_stalls_allows(self):
        self.server.allow(STREAMS_MAX)
        for _ in range(5):
            self.ticks()
            stalled = sorted(self.server.open)
            self.assertGreater(len(stalled), STREAMS_MAX // 2)
            for number, stream in enumerate(stalled):
                # An answer without content, one with content, one in pieces, a stream that is refused.
                headers = abuser.frame(abuser.HEADERS, abuser.END_HEADERS, stream, OK)
                ending = abuser.frame(abuser.HEADERS, abuser.END_HEADERS | abuser.END_STREAM, stream, OK)
                content = abuser.frame(abuser.DATA, abuser.END_STREAM, stream, b"{}")
                refusal = abuser.frame(abuser.RESET, 0, stream, struct.pack(">I", 7))
                pieces = [bytes([byte]) for byte in headers + content]
                self.server.end(stream, *[[ending], [headers, content], pieces, [refusal]][number % 4])
            self.assertTrue(self.ticks(lambda: self.server.open and min(self.server.open) > stalled[-1]))
        self.assertEqual((self.peer.connections, self.peer.closed), (1, 0))

    def test_an_answer_that_has_only_begun_makes_no_room(self):
        self.server.allow(STREAMS_MAX)
        self.ticks()
        stalled = set(self.server.open)
        for stream in stalled:
            self.server.connection.sendall(abuser.frame(abuser.HEADERS, abuser.END_HEADERS, stream, OK))
        self.ticks()
        self.assertEqual(self.server.open, stalled)

    def test_a_server_that_allows_fewer_streams_than_a_burst_has_is_a_failure(self):
        self.server.allow(10)
        with self.assertRaises(SystemExit):
            self.ticks()


if __name__ == "__main__":
    unittest.main()
