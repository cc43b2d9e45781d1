#!/usr/bin/env python3
"""Writes the hand-made seeds of the fuzzers into Corpus/<fuzzer>/<name>. What a run finds beyond them is kept elsewhere (README.md)."""
import base64
import pathlib
import struct

CORPUS = pathlib.Path(__file__).resolve().parent / "Corpus"


def lines(text: str) -> bytes:
    """Text with the line ends of the wire."""
    return text.replace("\n", "\r\n").encode()


# HTTP/1

REQUEST = {
    "get": lines("GET /admin/v1/subscribers?limit=2&cursor=a%40b HTTP/1.1\nHost: a.example:80\nAccept: */*\n\n"),
    "absolute": lines("GET http://a.example/p?q HTTP/1.1\nHost: b\n\n"),
    "options": lines("OPTIONS * HTTP/1.1\nHost: a\n\n"),
    "old": lines("GET / HTTP/1.0\nConnection: keep-alive\n\n"),
    "empty-line": lines("\nGET / HTTP/1.1\nHost: a\nConnection: x, close\n\n"),
    "length": lines("POST /x HTTP/1.1\nHost: a\nContent-Type: application/json\nContent-Length: 2\n\n{}"),
    "continue": lines("PUT /x HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 3\n\nabc"),
    "chunked": lines("POST /x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n3\nabc\n0A\n0123456789\n0\nT: u\n\n"),
    "pipelined": lines("GET /1 HTTP/1.1\nHost: a\n\nPOST /2 HTTP/1.1\nHost: a\nContent-Length: 2\n\nok\nDELETE /3 HTTP/1.1\nHost: a\n\n"),
    "both-lengths": lines("POST /x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 5\n\n0\n\n"),
    "folded": lines("GET / HTTP/1.1\nHost: a\nX: 1\n 2\n\n"),
    "bare-line-feed": b"GET / HTTP/1.1\nHost: a\n\n",
    "extension": lines("POST /x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n1;a=b\nz\n0\n\n"),
    "long-line": lines("GET /" + "a" * 130 + " HTTP/1.1\nHost: a\n\n"),
    "long-head": lines("GET / HTTP/1.1\nHost: a\nX: " + "a" * 520 + "\n\n"),
    "many-fields": lines("GET / HTTP/1.1\nHost: a\n" + "X: y\n" * 8 + "\n"),
    "large-body": lines("POST / HTTP/1.1\nHost: a\nContent-Length: 257\n\n") + b"x" * 257,
}
RESPONSE = {
    "ok": lines("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 2\n\n{}"),
    "chunked": lines("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n"),
    "until-close": lines("HTTP/1.0 200 OK\n\nhello"),
    "kept": lines("HTTP/1.0 200 OK\nConnection: keep-alive\nContent-Length: 1\n\nx"),
    "interim": lines("HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nLink: <x>\n\nHTTP/1.1 204 No Content\n\n"),
    "not-modified": lines('HTTP/1.1 304 Not Modified\nETag: "a"\nContent-Length: 5\n\n'),
    "no-reason": lines("HTTP/1.1 503\nRetry-After: 1\nContent-Length: 0\n\n"),
    "next": lines("HTTP/1.1 201 Created\nLocation: /x\nContent-Length: 0\n\nHTTP/1.1 200 OK\n\n"),
}
TARGET = {
    "path": b"/admin/v1/subscribers/user%40home.example",
    "query": b"/admin/v1/subscribers?limit=10&cursor=a%20b&trace",
    "absolute": b"http://a.example:8080/p?q",
    "authority": b"https://a.example",
    "asterisk": b"*",
    "dots": b"/a/%2e%2E/../b",
    "slash": b"/a%2Fb/%25/...",
    "broken": b"/%4",
    "nul": b"/%00",
    "items": b"limit=1&limit=2&cursor=%ff",
}
ROUTER = {
    "nhss": b"/nhss-ims-ueau/v1/user%40home.example/security-information/generate-sip-auth-data",
    "list": b"/admin/v1/subscribers",
    "subscriber": b"/admin/v1/subscribers/user@home.example",
    "registration": b"/admin/v1/registrations/sip%3Auser%40home.example",
    "authorisation": b"/admin/v1/migration-authorisations/user@home.example/mc.partner.example",
    "text": b"/t/a%2Fb%C3%A9/x",
    "two": b"/t/a/%25",
    "empty": b"/t//x",
}

# JSON

JSON = {
    "everything": b'{"a":[1,-0.5e+3,true,false,null,""],"b":{"c":{}},"d":"\\u00e9\\ud83d\\ude00\\n\\"\\\\\\/"}',
    "escaped-names": b'{"a":1,"\\u0062":{"\\u0061":2,"a\\u0000":3},"c":[{"d":"e"},[[]]]}',
    "duplicate": b'{"a":1,"\\u0061":2}',
    "space": b" [ 1 ,\t2 ,\r\n3 ] ",
    "number": b"-12345678901234567890.5e-308",
    "deep": b"[" * 16 + b"]" * 16,
    "surrogate": b'"\\ud83d"',
    "utf8": '"é😀\u0301"'.encode(),
}
KEY = "00112233445566778899aabbccddeeff"
VECTOR = f'{{"rand":"{KEY}","xres":"0011223344556677","autn":"{KEY}","ck":"{KEY}","ik":"{KEY}"}}'
WIRE = {
    "request": b'{"cscfServerName":"sip:core.example","sipAuthenticationScheme":"DIGEST-AKAV1-MD5","sipNumberAuthItems":1}',
    "resynchronisation": (
        '{"cscfServerName":"sip:core.example","sipAuthenticationScheme":"DIGEST-AKAV1-MD5","sipNumberAuthItems":5,"resynchronizationInfo":{"rand":"'
        + KEY + '","auts":"' + KEY[:28] + '"},"impu":"sip:user@home.example","visitedSystem":"mc.partner.example"}').encode(),
    "result": f'{{"impi":"user@home.example","impu":"tel:+4930123","3gAkaAvs":[{VECTOR},{VECTOR}]}}'.encode(),
    "problem": b'{"title":"x","status":400,"cause":"MANDATORY_IE_INCORRECT","invalidParams":[{"param":"/impu","reason":"is bad"}]}',
}
IDENTITY = {
    "impi": b"User.name@Home.Example",
    "sip": b"sip:u%41%40:%2f@Home.example:5060;user=phone?a=b",
    "sips": b"SIPS:a@[2001:DB8::1]:5061",
    "tel": b"tel:+49-30-(123);phone-context=x",
    "system": b"mc.Partner.example",
    "trace": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "next-trace": b"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-more",
}

# SIP

HEAD = (
    "REGISTER sip:home.example SIP/2.0\nVia: SIP/2.0/{transport} 192.0.2.1:5060;branch=z9hG4bKa;rport\nMax-Forwards: 70\n"
    "From: <sip:user@home.example>;tag=1\nTo: <sip:user@home.example>\nCall-ID: c@192.0.2.1\nCSeq: 1 REGISTER\n")
NONCE = base64.b64encode(bytes(range(32))).decode()
AUTHORIZATION = (
    'Authorization: Digest username="user@home.example",realm="home.example",nonce="' + NONCE + '",uri="sip:home.example",response="'
    + KEY + '",algorithm=AKAv1-MD5,qop=auth,nc=00000001,cnonce="x",auts="' + base64.b64encode(bytes(14)).decode() + '"\n')
REGISTER = (
    HEAD + "Contact: \"A \\\" B\" <sip:user@192.0.2.1:5060;transport=udp>;expires=600;q=0.5, <sip:b@[2001:db8::1]>\nExpires: 3600\n" + AUTHORIZATION
    + "Require: path, sec-agree\nSupported: path\nPath: <sip:p.example;lr>\nSession-ID: " + KEY + ";remote=" + "0" * 32 + "\nContent-Length: 2\n\nhi")
CHALLENGE = (
    "SIP/2.0 401 Unauthorized\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;received=192.0.2.9;rport=5060\nFrom: <sip:u@h.example>;tag=1\n"
    "To: <sip:u@h.example>;tag=2\nCall-ID: c\nCSeq: 1 REGISTER\nWWW-Authenticate: Digest realm=\"h.example\",nonce=\"" + NONCE
    + "\",algorithm=AKAv1-MD5,qop=\"auth,auth-int\",opaque=\"o\",stale=TRUE,ck=\"" + KEY + "\",ik=\"" + KEY + "\"\n"
    "Service-Route: <sip:s.example;lr>\nP-Associated-URI: <tel:+4930123>, <sip:u@h.example>\nMin-Expires: 60\nContent-Length: 0\n\n")
SUBSCRIBE = (
    HEAD.replace("REGISTER", "SUBSCRIBE") + "Contact: <sip:user@192.0.2.1>\nEvent: reg;id=7\nExpires: 600000\n"
    "Accept: application/reginfo+xml;q=0.5, */*;q=0\nRecord-Route: <sip:p.example;lr>\nP-Asserted-Identity: <sip:user@home.example>, <tel:+15550100>\n\n")
SIP = {
    "register": lines(REGISTER.format(transport="UDP")),
    "challenge": lines(CHALLENGE),
    "subscribe": lines(SUBSCRIBE.format(transport="UDP")),
    "folded": lines("OPTIONS tel:+4930123;phone-context=a.example SIP/2.0\nv: SIP / 2.0 / TLS\n h.example\n ;branch=z9hG4bKb\nf: A B <sip:a%41@b>;tag=1\nt: sip:c@d\n"
                    "i: x\nCSeq: 2147483647  OPTIONS\nm: *\nl: 0\n\n"),
    "cancel": lines(HEAD.format(transport="UDP").replace("REGISTER", "CANCEL") + "\n"),
    "unsupported": lines(HEAD.format(transport="UDP").replace("REGISTER sip:", "REGISTER mailto:") + "\n"),
    "truncated": lines(HEAD.format(transport="UDP") + "Content-Length: 9\n\nx"),
}
STREAM = {
    "two": lines("\n\n" + REGISTER.format(transport="TCP") + "\n\n\n" + CHALLENGE + "\n\n"),
    "no-length": lines(HEAD.format(transport="TCP") + "\n"),
    "large": lines(HEAD.format(transport="TCP") + "Content-Length: 2000\n\n"),
}

# AKA

AUTS = {
    # TS 35.208 §4.3.1, test set 1: K, OPc, RAND; the rest is made up.
    "set-1": bytes.fromhex("465b5ce8b199b49faa5f0a2ee238a6bc" + "cd63cb71954a9f4e48a5994e37a02baf" + "23553cbe9637a89d218ae64dae47bf35") + bytes(14)
    + struct.pack(">Q", 1 << 28) + bytes(5) + b"\x20" + bytes(16),
    "greatest": b"\xff" * 92,
    "zero": bytes(92),
}
NONCES = {
    "nonce": NONCE.encode(),
    "server-data": base64.b64encode(bytes(range(40))),
    "auts": base64.b64encode(bytes(range(14))),
    "hex": KEY.encode(),
    "stray-bits": b"AB==",
    "padding": b"A===",
}

# HTTP/2 (RFC 9113)


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name: str, value: str) -> bytes:
    """A field without indexing, name and value in plain text (RFC 7541 §6.2.2)."""
    return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = frame(4, 0, 0)
ACK = frame(4, 1, 0)
# :method GET and POST, :scheme http, :path / and index entries (RFC 7541 Appendix A).
GET = b"\x82\x86\x84" + literal(":authority", "a.example")
POST = b"\x83\x86" + literal(":path", "/x?y=1") + literal("content-type", "application/json")
# An entry that goes into the dynamic table, and one read out of it (RFC 7541 §6.2.1, §6.1).
INDEXED = b"\x40\x01a\x01b" + b"\xbe"
# "a.example" in Huffman code would do as well; here a broken one.
HUFFMAN = b"\x00\x82\xff\xff\x01x"
DATA, HEADERS, PRIORITY, RST_STREAM, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 5, 6, 7, 8, 9
END_STREAM, END_HEADERS, PADDED = 1, 4, 8
BEGIN = PREFACE + SETTINGS + ACK
HTTP2 = {
    "preface": PREFACE,
    "settings": PREFACE + frame(4, 0, 0, struct.pack(">HIHIHI", 1, 0, 3, 100, 4, 65535)) + ACK,
    "get": BEGIN + frame(HEADERS, END_STREAM | END_HEADERS, 1, GET),
    "post": BEGIN + frame(HEADERS, END_HEADERS, 1, POST) + frame(DATA, 0, 1, b"{") + frame(DATA, END_STREAM, 1, b"}"),
    "length": BEGIN + frame(HEADERS, END_HEADERS, 1, POST + literal("content-length", "2")) + frame(DATA, END_STREAM | PADDED, 1, b"\x03{}\0\0\0"),
    "expect": BEGIN + frame(HEADERS, END_HEADERS, 1, POST + literal("expect", "100-continue")) + frame(DATA, END_STREAM, 1, b"x"),
    "trailers": BEGIN + frame(HEADERS, END_HEADERS, 1, POST) + frame(DATA, 0, 1, b"x") + frame(HEADERS, END_STREAM | END_HEADERS, 1, literal("t", "u")),
    "continuation": BEGIN + frame(HEADERS, END_STREAM, 1, GET[:5]) + frame(CONTINUATION, 0, 1, GET[5:9]) + frame(CONTINUATION, END_HEADERS, 1, GET[9:]),
    "table": BEGIN + frame(HEADERS, END_STREAM | END_HEADERS, 1, GET + INDEXED) + frame(HEADERS, END_STREAM | END_HEADERS, 3, GET + b"\xbe"),
    "huffman": BEGIN + frame(HEADERS, END_STREAM | END_HEADERS, 1, GET + HUFFMAN),
    "many": BEGIN + b"".join(frame(HEADERS, END_STREAM | END_HEADERS, 1 + 2 * number, GET) for number in range(6)),
    "reset": BEGIN + frame(HEADERS, END_HEADERS, 1, POST) + frame(RST_STREAM, 0, 1, struct.pack(">I", 8)),
    "ping": BEGIN + frame(PING, 0, 0, bytes(range(8))) + frame(PING, 1, 0, bytes(8)),
    "goaway": BEGIN + frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0) + b"bye"),
    "window": BEGIN + frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1000)) + frame(HEADERS, END_STREAM | END_HEADERS, 1, GET)
    + frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 0x7FFFFFFF)),
    "priority": BEGIN + frame(PRIORITY, 0, 1, struct.pack(">IB", 3, 16)) + frame(HEADERS, END_STREAM | END_HEADERS, 1, GET),
    "push": BEGIN + frame(PUSH_PROMISE, END_HEADERS, 1, struct.pack(">I", 2) + GET),
    "unknown": BEGIN + frame(0x42, 0xFF, 0, b"x") + frame(HEADERS, END_STREAM | END_HEADERS, 1, GET),
    "large-body": BEGIN + frame(HEADERS, END_HEADERS, 1, POST) + frame(DATA, END_STREAM, 1, b"x" * 257),
    "connection-field": BEGIN + frame(HEADERS, END_STREAM | END_HEADERS, 1, GET + literal("connection", "close")),
    "http1": lines("GET / HTTP/1.1\nHost: a\n\n"),
}

SEEDS = {
    "request": REQUEST, "response": RESPONSE, "target": TARGET, "router": ROUTER, "json": JSON, "wire": WIRE, "identity": IDENTITY, "sip": SIP,
    "sip-stream": STREAM, "auts": AUTS, "nonce": NONCES, "http2": HTTP2,
}

if __name__ == "__main__":
    for fuzzer, seeds in SEEDS.items():
        folder = CORPUS / fuzzer
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in seeds.items():
            (folder / name).write_bytes(content)
    print(f"{sum(map(len, SEEDS.values()))} seeds for {len(SEEDS)} fuzzers in {CORPUS}")
