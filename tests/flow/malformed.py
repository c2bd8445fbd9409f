#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Plays every case of malformed.http against a running daemon: malformed.py [--tls] HOST:PORT [word in the name]

Each case is played twice, in one piece and byte by byte. Behind a case stands a second request. If the case is to be
refused, that request must never be answered: one answer, then the end of the connection. If the connection is kept,
it must be answered with its own 404, so that nothing of the case was taken for a request or the other way round.
"""
import os
import re
import socket
import ssl
import sys

SECOND = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
PATIENCE = 10  # seconds without a byte before a connection counts as left open
BYTEWISE = 1000  # longer cases are played in one piece only
ESCAPES = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}


def unescape(text):
    text = re.sub(rb"\{(\d+)\*([^{}]*)\}", lambda m: int(m[1]) * m[2], text)
    return re.sub(rb"\\(?:x([0-9a-f]{2})|([rnt0\\]))",
                  lambda m: bytes([int(m[1], 16)]) if m[1] else ESCAPES[m[2]], text)


def read_cases(path):
    cases = []
    for line in open(path, "rb").read().split(b"\n"):
        if line.startswith(b"== "):
            name, _, rest = line[3:].decode().rpartition(": ")
            words = rest.split()
            cases.append([name, words[0], words[1] if len(words) > 1 else "closes", b""])
        elif cases and not line.startswith(b"# "):
            cases[-1][3] += line
    return [(name, status, what, unescape(text)) for name, status, what, text in cases]


def read_answers(stream, heads):
    """The statuses of the answers until the connection ends. heads: whether the first one is to a HEAD request."""
    statuses = []
    while True:
        line = stream.readline()
        if not line:
            return statuses
        match = re.fullmatch(rb"HTTP/1\.1 (\d{3}) [A-Za-z -]*\r\n", line)
        if not match:
            raise ValueError(f"not a status line: {line[:60]!r}")
        length = 0
        while (line := stream.readline()) != b"\r\n":
            if not line.endswith(b"\r\n"):
                raise ValueError("cut short in the headers")
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if match[1] == b"100":
            continue
        statuses.append(match[1].decode())
        if heads and len(statuses) == 1:
            continue
        if len(stream.read(length)) != length:
            raise ValueError("cut short in the body")


def connect(address, tls):
    peer = socket.create_connection(address, timeout=PATIENCE)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not tls:
        return peer
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(peer)


def play(address, tls, status, what, data, bytewise):
    second = b"" if what == "ends" else SECOND
    wanted = [] if status == "none" else [status]
    if what == "keeps":
        wanted.append("404")
    with connect(address, tls) as peer:
        try:
            for i in range(len(data) if bytewise else 0):
                peer.send(data[i:i + 1])
            peer.sendall(second if bytewise else data + second)
            if what == "ends":
                socket.socket.shutdown(peer, socket.SHUT_WR)  # that of ssl would end the reading too
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            return "closed before the request was sent, which may destroy the answer"
        try:
            got = read_answers(peer.makefile("rb"), data.startswith(b"HEAD "))
        except socket.timeout:
            return "left open"
        except (ValueError, OSError) as error:
            return str(error)
    return None if got == wanted else f"{' then '.join(wanted) or 'no answer'} wanted, {' then '.join(got) or 'none'} came"


def main():
    tls = sys.argv[1:2] == ["--tls"]
    arguments = sys.argv[1 + tls:]
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    host, _, port = arguments[0].rpartition(":")
    word = arguments[1] if len(arguments) == 2 else ""
    passed = failed = 0
    for name, status, what, data in read_cases(os.path.join(os.path.dirname(__file__), "malformed.http")):
        if word not in name:
            continue
        faults = [play((host.strip("[]"), int(port)), tls, status, what, data, bytewise)
                  for bytewise in ([False, True] if len(data) <= BYTEWISE else [False])]
        if any(faults):
            failed += 1
            print(f"FAILED {name}: {next(filter(None, faults))}")
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
