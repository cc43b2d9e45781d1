#!/usr/bin/env python3
"""Asks a service for authentication vectors with a Python HTTP client, several times on one connection.

    http_client.py h2|httpx URL [--ca FILE --certificate FILE --key FILE] [--count N]

h2 is hyper-h2 driven by hand over one socket, with all requests open at once; httpx is httpx[http2]. Prints one line per answer,
"STATUS PROTOCOL", and succeeds if every one is 200 over HTTP/2. Debian packages python3-h2 and python3-httpx.
"""
import argparse
import json
import socket
import ssl
import sys
import urllib.parse

BODY = json.dumps({"cscfServerName": "sip:s", "sipAuthenticationScheme": "DIGEST-AKAV1-MD5"}).encode()
PATIENCE_SECONDS = 10


def context(options):
    made = ssl.create_default_context(cafile=options.ca)
    made.load_cert_chain(options.certificate, options.key)
    return made


def connected(url, options):
    raw = socket.create_connection((url.hostname, url.port), PATIENCE_SECONDS)
    if url.scheme == "http":
        return raw
    wanted = context(options)
    wanted.set_alpn_protocols(["h2"])
    secured = wanted.wrap_socket(raw, server_hostname=url.hostname)
    if secured.selected_alpn_protocol() != "h2":
        sys.exit(f"ALPN agreed on {secured.selected_alpn_protocol()}")
    return secured


def with_h2(url, options):
    import h2.connection
    import h2.events

    stream_of = connected(url, options)
    connection = h2.connection.H2Connection()
    connection.initiate_connection()
    for _ in range(options.count):
        stream = connection.get_next_available_stream_id()
        fields = [
            (":method", "POST"), (":scheme", url.scheme), (":authority", url.netloc), (":path", url.path),
            ("content-type", "application/json"), ("content-length", str(len(BODY))),
        ]
        connection.send_headers(stream, fields)
        connection.send_data(stream, BODY, end_stream=True)
    stream_of.sendall(connection.data_to_send())
    statuses, open_streams = {}, options.count
    while open_streams:
        received = stream_of.recv(65536)
        if not received:
            sys.exit("the connection ended before all was answered")
        for event in connection.receive_data(received):
            if isinstance(event, h2.events.ResponseReceived):
                fields = {bytes(name) if isinstance(name, bytes) else name.encode(): value for name, value in event.headers}
                statuses[event.stream_id] = int(fields[b":status"])
            elif isinstance(event, h2.events.DataReceived):
                connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                open_streams -= 1
            elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
                sys.exit(f"the service gave up: {event}")
        stream_of.sendall(connection.data_to_send())
    connection.close_connection()
    stream_of.sendall(connection.data_to_send())
    stream_of.close()
    return [(status, "HTTP/2") for status in statuses.values()]


def with_httpx(url, options):
    import httpx

    secured = url.scheme == "https"
    # Without TLS there is no ALPN: by prior knowledge then.
    client = httpx.Client(http1=secured, http2=True, verify=context(options) if secured else True, timeout=PATIENCE_SECONDS, trust_env=False)
    with client:
        answers = [client.post(url.geturl(), content=BODY, headers={"content-type": "application/json"}) for _ in range(options.count)]
        return [(answer.status_code, answer.http_version) for answer in answers]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("client", choices=["h2", "httpx"])
    parser.add_argument("url")
    parser.add_argument("--ca")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--count", type=int, default=5)
    options = parser.parse_args()
    url = urllib.parse.urlsplit(options.url)
    answers = (with_h2 if options.client == "h2" else with_httpx)(url, options)
    for status, protocol in answers:
        print(status, protocol)
    return 0 if len(answers) == options.count and all(answer == (200, "HTTP/2") for answer in answers) else 1


sys.exit(main())
