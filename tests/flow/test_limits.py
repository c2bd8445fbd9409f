# SPDX-License-Identifier: EUPL-1.2
"""Every limit ends in the one documented answer, and the others go on being served."""
import socket
import time

from entregent import PATIENCE, Client, Daemon, Stream, check, equal, need, run, say, wait_for


def connect(d):
    s = socket.create_connection(("127.0.0.1", d.port), timeout=PATIENCE)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def rest(s):
    """What comes until the server closes, and how many seconds that took."""
    began, got = time.monotonic(), b""
    try:
        while chunk := s.recv(65536):
            got += chunk
    except ConnectionResetError:
        pass
    s.close()
    return got, time.monotonic() - began


def test_deadlines():
    with Daemon("head_ms=300", "body_ms=400", "idle_ms=500") as d:
        s = connect(d)
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        got, seconds = rest(s)
        check(got.startswith(b"HTTP/1.1 408 "), "an endless head", got)
        check(seconds < PATIENCE / 2, "in time")
        s = connect(d)
        s.sendall(b"POST /v1/needs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{")
        check(rest(s)[0].startswith(b"HTTP/1.1 408 "), "an endless body")
        equal(rest(connect(d))[0], b"", "a connection that says nothing gets no answer")
        s = connect(d)
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        got, _ = rest(s)
        check(got.startswith(b"HTTP/1.1 200 ") and got.count(b"HTTP/1.1") == 1, "answered, then closed when idle", got)


def test_absolute_deadline():
    """A byte now and then does not put the deadline off."""
    with Daemon("head_ms=500", "body_ms=500") as d:
        for begin in (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
                      b"POST /v1/needs HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
                      b"POST /v1/needs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;"):
            s = connect(d)
            s.sendall(begin)

            def ended():
                try:
                    s.send(b"a")
                    s.settimeout(0.05)
                    return s.recv(65536)
                except (TimeoutError, socket.timeout):
                    return None
                except OSError:
                    return b"closed"
            answer = wait_for(ended, "the drip ends")
            check(answer == b"closed" or answer.startswith(b"HTTP/1.1 408 "), begin, answer)
            s.close()


def test_sizes():
    with Daemon("head_bytes=1024", "body_bytes=1024") as d:
        s = connect(d)
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 2000)
        check(rest(s)[0].startswith(b"HTTP/1.1 431 "), "a long head")
        s = connect(d)
        s.sendall(b"POST /v1/needs HTTP/1.1\r\nHost: x\r\nContent-Length: 1025\r\n\r\n")
        check(rest(s)[0].startswith(b"HTTP/1.1 413 "), "a long body is refused before it comes")
        s = connect(d)
        s.sendall(b"POST /v1/needs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"100\r\n" + b"a" * 256 + b"\r\n")
        s.sendall((b"100\r\n" + b"a" * 256 + b"\r\n") * 5)
        check(rest(s)[0].startswith(b"HTTP/1.1 413 "), "a long body in chunks")
        buyer = d.organisation("buyer", 1)
        buyer.need(need())
        answer = buyer.post("/v1/needs", need(description="a" * 2000))
        equal((answer.status, answer.json["code"]), (413, "too_large"), "a long need")


def test_connections():
    with Daemon("connections=20") as d:
        crowd = [connect(d) for _ in range(20)]

        def turned_away():
            s = connect(d)
            crowd.append(s)
            s.settimeout(0.2)
            try:
                return s.recv(4096).startswith(b"HTTP/1.1 503 ")
            except (TimeoutError, socket.timeout):
                return False
        wait_for(turned_away, "one more is turned away")
        check(len(crowd) <= 25, "not many more than the limit")
        for s in crowd:
            s.close()

        def served():
            try:
                return Client(d.port)("GET", "/healthz").status == 200
            except OSError:
                return False
        wait_for(served, "room again")


def test_streams():
    with Daemon("streams=2") as d:
        buyer = d.organisation("buyer", 1)
        with Stream(buyer), Stream(buyer):
            answer = buyer("GET", "/v1/events")
            equal(answer.status, 503, "a stream too many")
            check(answer.headers["Retry-After"], "when to come again")
        wait_for(lambda: d.metric("streams") == 0, "they are gone")
        with Stream(buyer):
            pass


def test_slow_loris():
    """200 connections that never finish their request, while others are served."""
    with Daemon("head_ms=2000") as d:
        buyer = d.organisation("buyer", 1)
        began = time.monotonic()
        crowd = [connect(d) for _ in range(200)]
        for i, s in enumerate(crowd):
            s.sendall(b"POST /v1/needs HTTP/1.1\r\nHost: x\r\n" if i % 2 else b"G")
        slowest = 0
        while d.metric("http_connections") > 100:
            at = time.monotonic()
            buyer.need(need())
            slowest = max(slowest, time.monotonic() - at)
            check(at - began < PATIENCE, "the slow ones are still there")
        wait_for(lambda: d.metric("http_connections") <= 2, "all are closed")
        check(d.metric("http_timeouts_total") >= 200, "each by its deadline")
        say(f"200 slow connections closed after {time.monotonic() - began:.1f} s; slowest posting meanwhile {slowest * 1000:.0f} ms")
        for s in crowd:
            s.close()


def test_pipelining_without_reading():
    """Requests sent ahead wait in the kernel; a peer that does not read its answers is closed."""
    with Daemon("write_ms=500") as d:
        before = d.metric("resident_bytes")
        s = connect(d)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.settimeout(0.2)
        request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"

        def ended():
            try:
                for _ in range(100):
                    s.sendall(request)
                return False
            except (TimeoutError, socket.timeout):
                return False
            except OSError:
                return True
        wait_for(ended, "it is closed")
        s.close()
        check(d.metric("resident_bytes") - before < 64 << 20, "memory")


def test_nobody_takes_all():
    """One address has so many connections, one organisation so many streams; what ends makes room."""
    with Daemon("address_connections=6", "organisation_streams=2") as d:
        buyer, other = d.organisation("buyer", 1), d.organisation("buyer", 2)
        with Stream(buyer), Stream(buyer):
            answer = buyer("GET", "/v1/events")
            equal((answer.status, answer.json["code"]), (429, "too_many"), "a third stream of one organisation")
            buyer.close()
            with Stream(other):
                pass
        held = []
        while len(held) < 20:
            held.append(connect(d))
            held[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            if held[-1].recv(12) != b"HTTP/1.1 200":
                break
        check(len(held) <= 7, "connections of one address", len(held))
        far = socket.create_connection(("127.0.0.1", d.port), source_address=("127.0.0.2", 0), timeout=PATIENCE)
        far.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        check(rest(far)[0].startswith(b"HTTP/1.1 200 "), "another address goes on")
        for s in held:
            s.close()
        wait_for(lambda: Client(d.port)("GET", "/healthz").status == 200, "room again")


run(test_deadlines, test_absolute_deadline, test_sizes, test_connections, test_streams, test_slow_loris,
    test_pipelining_without_reading, test_nobody_takes_all)
