# SPDX-License-Identifier: EUPL-1.2
"""A server that takes offers by the bulk route as the daemon does, and does on demand what a daemon seldom does: it breaks the
connection, refuses, answers late or in the middle of a line."""
import json
import select
import socket
import struct
import threading

from entregent import PATIENCE, Client


class Gone(Exception):
    """The client has closed its end."""


class BulkServer:
    """Use with `with`. Each connection is served by the next of `plays` (a function of the Exchange), the last one for ever."""

    def __init__(self, *plays):
        self.plays = list(plays) or [serve]
        self.exchanges = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.client = Client(self.port, "ent_token")
        self.failure = None
        self.thread = threading.Thread(target=self.accept, daemon=True)

    def accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            exchange = Exchange(peer)
            self.exchanges.append(exchange)
            try:
                exchange.read_head()
                (self.plays.pop(0) if len(self.plays) > 1 else self.plays[0])(exchange)
                exchange.close()
            except (Gone, ConnectionError):
                pass
            except Exception as e:  # noqa: told by the test
                self.failure = e
            peer.close()

    @property
    def records(self):
        """What came, of all connections."""
        return [r for e in self.exchanges for r in e.records]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(PATIENCE)
        if self.failure:
            raise self.failure


class Exchange:
    """One request: its records as they come, and what is answered meanwhile."""

    def __init__(self, peer):
        self.peer, self.buffer, self.body, self.records = peer, b"", b"", []
        self.sizes, self.ended, self.totals = [], False, dict.fromkeys(("taken", "repaired", "refused", "new"), 0)
        self.settled = 0  # records that were answered for

    def receive(self):
        piece = self.peer.recv(65536)
        if not piece:
            raise Gone
        self.buffer += piece

    def line(self):
        while b"\r\n" not in self.buffer:
            self.receive()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def read_head(self):
        self.peer.settimeout(PATIENCE)
        self.request = self.line().decode()
        self.headers = {}
        while line := self.line().decode():
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()

    def refuse(self, status, code, headers=""):
        body = json.dumps({"type": f"urn:entregent:error:{code}", "title": "Refused.", "status": status, "code": code}).encode()
        self.peer.sendall(f"HTTP/1.1 {status} No\r\nContent-Type: application/problem+json\r\n{headers}Content-Length: {len(body)}\r\n"
                          "Connection: close\r\n\r\n".encode() + body)

    def open(self):
        if "expect" in self.headers:
            self.peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")

    def raw(self, data):
        self.peer.sendall(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def say(self, **line):
        self.raw(json.dumps(line).encode() + b"\n")

    def end(self):
        self.peer.sendall(b"0\r\n\r\n")

    def more(self, most, idle=None):
        """Reads until `most` records are here, the body has ended, or nothing came for `idle` seconds."""
        while len(self.records) < most and not self.ended:
            if idle is not None and b"\r\n" not in self.buffer and not select.select([self.peer], [], [], idle)[0]:
                return
            size = int(self.line(), 16)
            while len(self.buffer) < size + 2:
                self.receive()
            self.body += self.buffer[:size]
            self.buffer = self.buffer[size + 2:]
            self.ended = size == 0
            *lines, self.body = self.body.split(b"\n")
            for line in lines:
                self.records.append(json.loads(line))
                self.sizes.append(len(line) + 1)

    def close(self):
        """Ends what is answered; unless what came meanwhile is read, too, the client could lose the end of it."""
        self.peer.shutdown(socket.SHUT_WR)
        while self.peer.recv(65536):
            pass

    def reset(self):
        """Breaks the connection, and what was answered last may be lost with it."""
        self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone

    def settle(self, upto=None, judge=lambda r: "taken"):
        """Answers for the records up to that many."""
        for r in self.records[self.settled:upto]:
            status = judge(r)
            self.totals[status] += 1
            self.totals["new"] += status != "refused"
            if status == "refused":
                self.say(line=r["line"], status=status, errors=[{"pointer": "/siret", "code": "bad_siret", "detail": "No SIRET."}])
            if status == "repaired":
                self.say(line=r["line"], status=status, id="x", new=True, warnings=[{"pointer": "/name", "code": "text_repaired", "detail": "Mended."}])
        self.settled = len(self.records) if upto is None else upto
        self.say(upto=self.last(), **self.totals)

    def last(self):
        return self.records[self.settled - 1]["line"] if self.settled else 0

    def done(self):
        self.say(done=True, upto=self.last(), **self.totals)
        self.end()


def serve(exchange, judge=lambda r: "taken", batch=2000):
    """As the daemon does."""
    exchange.open()
    while not exchange.ended:
        exchange.more(exchange.settled + batch)
        if len(exchange.records) > exchange.settled:
            exchange.settle(judge=judge)
    exchange.done()
