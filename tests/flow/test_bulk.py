# SPDX-License-Identifier: EUPL-1.2
"""Offers by the million: one request whose body is read while its answer is written, and what becomes of each line."""
import contextlib
import json
import os
import random
import signal
import socket
import ssl
import subprocess
import threading
import time

from entregent import PATIENCE, Client, Daemon, Failure, check, directory, equal, need, offer, run, say, siret, wait_for

ROUTE = "/v1/imports/offers"


def record(number, cpv="90911200", **more):
    """A line for the supplier of that number."""
    fields = {"siret": siret(number), "name": f"Structure {number}", "offer": offer(cpv)}
    return {k: v for k, v in {**fields, **more}.items() if v is not None}


def dumped(lines):
    return b"".join((line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode()) + b"\n" for line in lines)


class Exchange:
    """One request on a connection of its own: the test says when which bytes go out, and reads the answer as it comes."""

    def __init__(self, client, headers=(), length=None, begin=True, room=None, tls=None, port=None):
        self.socket = socket.socket()
        if room:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port or client.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket)
        self.buffer, self.text, self.head, self.ended = b"", b"", None, False
        if begin:
            self.begin(client, headers, length)

    def begin(self, client, headers=(), length=None):
        body = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        lines = [f"POST {ROUTE} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {client.token}",
                 "Content-Type: application/x-ndjson", body, *headers]
        self.raw("\r\n".join(lines).encode() + b"\r\n\r\n")
        self.text, self.head, self.ended = b"", None, False

    def raw(self, data):
        self.socket.sendall(data)
        return self

    def chunk(self, data):
        return self.raw(b"%x\r\n%b\r\n" % (len(data), data))

    def send(self, *lines):
        return self.chunk(dumped(lines))

    def end(self):
        return self.raw(b"0\r\n\r\n")

    def more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise EOFError
        self.buffer += data

    def until(self, mark):
        while mark not in self.buffer:
            self.more()
        piece, self.buffer = self.buffer.split(mark, 1)
        return piece

    def status(self):
        """Reads the head of the next answer."""
        head = self.until(b"\r\n\r\n").decode()
        self.head = {k.lower(): v for k, v in (line.split(": ", 1) for line in head.split("\r\n")[1:])}
        return int(head[9:12])

    def some(self):
        """Reads one chunk of the answer."""
        size = int(self.until(b"\r\n"), 16)
        while len(self.buffer) < size + 2:
            self.more()
        self.text += self.buffer[:size]
        check(self.buffer[size:size + 2] == b"\r\n", "a chunk ends so")
        self.buffer = self.buffer[size + 2:]
        self.ended = size == 0

    def line(self):
        """The next line of the answer; None when it has ended."""
        if self.head is None:
            equal(self.status(), 200, "status")
            equal(self.head["transfer-encoding"], "chunked", "its answer")
        while b"\n" not in self.text:
            if self.ended:
                equal(self.text, b"", "behind the last line")
                return None
            self.some()
        line, self.text = self.text.split(b"\n", 1)
        return json.loads(line)

    def lines(self):
        """All lines that are left."""
        return list(iter(self.line, None))

    def body(self):
        """That of an answer with a length."""
        while len(self.buffer) < int(self.head["content-length"]):
            self.more()
        size = int(self.head["content-length"])
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return json.loads(body)

    def closed(self):
        """Whether the server closes now, without another word."""
        try:
            self.more()
        except (EOFError, ssl.SSLError):
            return True
        return False

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def imported(client, lines, **more):
    """What is told of each line, and the last word."""
    answer = client("POST", ROUTE, dumped(lines), type="application/x-ndjson", expect=200, **more)
    told = [json.loads(line) for line in answer.text.splitlines()]
    check(told[-1].get("done") is True, "it ends with done:", answer)
    return {t["line"]: t for t in told if "line" in t}, told[-1]


def counts(last):
    return last["taken"], last["repaired"], last["refused"], last["new"]


def codes(told):
    return [f"{e['code']} {e['pointer']}" for e in told.get("errors", told.get("warnings"))]


def stored(d):
    return int(d.sql("select count(*) from offer"))


def imports_over(d, client):
    """Waits until the organisation may import again."""
    wait_for(lambda: client("POST", ROUTE, b"", type="application/x-ndjson").status == 200, "the import has ended")


# ---- Lines and their answers

def test_streamed_both_ways():
    """Each refusal comes at once, what is stored soon after; the body goes on meanwhile."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        with Exchange(organiser) as x:
            x.send(record(11), record(12), {"siret": "12"})
            refused = x.line()
            equal((refused["line"], refused["status"]), (3, "refused"), "the third line")
            equal(codes(refused), ["required /name", "required /offer", "bad_siret /siret"], "why")
            equal(x.line(), {"upto": 3, "taken": 2, "repaired": 0, "refused": 1, "new": 2}, "stored before the body has ended")
            equal(stored(d), 2, "indeed")
            x.send(b"", record(13, cpv="90911200-1", line=70), record(13))
            repaired = x.line()
            equal((repaired["line"], repaired["status"], repaired["new"], codes(repaired)),
                  (70, "repaired", False, ["check_digit /offer/capabilities/0/cpv"]), "a repair")
            equal(x.line(), {"upto": 6, "taken": 3, "repaired": 1, "refused": 1, "new": 3}, "the same SIRET twice is one offer; empty lines count")
            x.chunk(dumped([record(14)])[:-1]).end()  # the last line needs no end
            last = {"upto": 7, "taken": 4, "repaired": 1, "refused": 1, "new": 4}
            equal(x.lines(), [last, {"done": True, **last}], "the rest")
            equal(repaired["id"], d.sql(f"select id from organisation where siret = '{siret(13)}'"), "whose it is")
        equal(imported(organiser, [])[1], {"done": True, "upto": 0, "taken": 0, "repaired": 0, "refused": 0, "new": 0}, "an empty body")


BAD = [
    (b"not JSON", "line_not_json "),
    ({"siret": siret(1), "name": "A", "offer": offer(), "kind": 1}, "unknown_field /kind"),
    (record(2, cpv="9"), "bad_cpv /offer/capabilities/0/cpv"),
    (record(3, offer={"capabilities": []}), "too_few /offer/capabilities"),
    (record(4, name="a\nb"), "bad_text /name"),
    (record(5, structures=["ABC"]), "not_one_of /structures/0"),
    (record(6, offer=offer(areas=["departement:99"])), "unknown_place /offer/capabilities/0/areas/0"),
    (b'{"siret": "' + siret(7).encode() + b'", "name": "a", "name": "b"}', "line_not_json "),
    (b"\xff\xfe", "line_not_json "),
    (b"[" * 200000, "line_not_json "),
    (b'"' + b"x" * 262143 + b'"', "too_long "),
    (b"x" * 3000000, "too_long "),
]


def test_many():
    """Five thousand, some of them bad: each of these is told by its line, all others are stored, matched, and not made twice."""
    with Daemon() as d:
        organiser, buyer = d.organisation("organiser", 1), d.organisation("buyer", 2)
        n = buyer.need(need(reserved=["L2113-13"]))
        lines, why = [], {}
        for i in range(5000):
            lines.append(record(100 + i, structures=["EI"] if i % 2 else None))
            if i % 450 == 7:
                lines.append(BAD[len(why) % len(BAD)][0])
                why[len(lines)] = BAD[len(why) % len(BAD)][1]
        began = time.monotonic()
        told, last = imported(organiser, lines)
        seconds = time.monotonic() - began
        equal({number: codes(t)[0] for number, t in told.items()}, why, "the refused ones")
        equal(counts(last), (5000, 0, len(why), 5000), "counts")
        equal(stored(d), 5000, "offers")
        d.matched()
        equal(len(buyer.all(f"/v1/needs/{n['id']}/matches?limit=500")), 2500, "those of the right kind meet the need")
        told, last = imported(organiser, lines)
        equal(counts(last), (5000, 0, len(why), 0), "once more")
        equal(d.sql("select count(*), max(version) from offer"), "5000|1", "nothing twice, nothing written anew")
        lines[3] = record(103, offer=offer("45000000"))
        equal(counts(imported(organiser, lines)[1]), (5000, 0, len(why), 0), "with one that has changed")
        equal(d.sql("select sum(version) from offer"), "5001", "that one is replaced")
        d.matched()
        equal(len(buyer.all(f"/v1/needs/{n['id']}/matches?limit=500")), 2499, "and no longer matches")
        equal(d.sql("select count(*) from offer where packed is null"), "0", "each is packed")
        d.admin("audit", "verify")
        say(f"5000 offers in {seconds:.1f} s")


def test_bytes_come_as_they_like():
    random.seed(5)
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        lines = [record(50 + i) if i % 3 else BAD[i % 9][0] for i in range(60)] + [b'{"line": 7, "siret": "x"}']
        body = dumped(lines).replace(b"\n", b"\r\n", 20)
        wanted, last = imported(organiser, lines)

        def pieces(most):
            at = 0
            while at < len(body):
                size = random.randrange(1, most + 1)
                yield body[at:at + size]
                at += size

        def judge(x, what):
            got = x.lines()
            equal({t["line"]: t for t in got if "line" in t}, wanted, what)
            equal((got[-1]["upto"], counts(got[-1])), (last["upto"], (*counts(last)[:3], 0)), what)
        for most in (1, 7, 100, 5000, len(body)):
            with Exchange(organiser) as x:
                for piece in pieces(most):
                    x.chunk(piece)
                judge(x.end(), f"chunks of up to {most}")
        with Exchange(organiser, length=len(body)) as x:
            for piece in pieces(300):
                x.raw(piece)
            judge(x, "with a length")
        with Exchange(organiser, begin=False) as x:  # head, body and all byte by byte, with an extension and a trailer
            head = (f"POST {ROUTE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {organiser.token}\r\nContent-Type: application/x-ndjson\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n").encode()
            for i in head + b"%x;a=b\r\n" % len(body) + body + b"\r\n0\r\nX-Trailer: 1\r\n\r\n":
                x.raw(bytes([i]))
            judge(x, "byte by byte")


# ---- Rights

def test_whose_offer():
    with Daemon() as d:
        organiser, supplier, buyer = d.organisation("organiser", 1), d.organisation("supplier", 2), d.organisation("buyer", 3)
        told, last = imported(supplier, [record(2), record(4)])
        equal((codes(told[2]), counts(last)), (["not_yours /siret"], (1, 0, 1, 1)), "a supplier brings its own")
        told, last = imported(supplier, [record(2, structures=["EA"])])
        equal((codes(told[1]), counts(last)), (["left_out /structures"], (0, 1, 0, 0)), "and no kind for itself")
        seventh = d.organisation("supplier", 7)
        imported(organiser, [record(7, structures=["EA"])])
        equal(seventh.get("/v1/organisation")["structures"], ["EA"], "an organiser does")
        version = supplier.get("/v1/offer")["version"]
        supplier.put("/v1/offer", offer("45000000"), version, 200)
        told, _ = imported(organiser, [record(2), record(5)])
        equal((list(told), codes(told[1])), ([1], ["own_words /siret"]), "what its owner has written stays")
        equal(supplier.get("/v1/offer")["capabilities"][0]["cpv"], "45000000", "indeed")
        equal(counts(imported(supplier, [record(2, "77310000")])[1]), (1, 0, 0, 0), "but its owner replaces it by an import")
        mine = supplier.get("/v1/offer")
        equal((mine["capabilities"][0]["cpv"], mine["version"]), ("77310000", version + 2), "indeed")
        told, _ = imported(organiser, [record(2)])
        equal(codes(told[1]), ["own_words /siret"], "and has written it so")
        equal(supplier.get("/v1/offer"), mine, "nothing has changed")
        # What it brings as it is confirms it.
        fifth = d.organisation("supplier", 5)
        before = fifth.get("/v1/offer")
        equal(counts(imported(fifth, [record(5)])[1]), (1, 0, 0, 0), "the same once more")
        equal(fifth.get("/v1/offer"), before, "is no new version")
        equal(codes(imported(organiser, [record(5, "45000000")])[0][1]), ["own_words /siret"], "but its owner's from then on")
        sixth = d.organisation("supplier", 6)
        equal(counts(imported(sixth, [record(6), record(6, "77310000")])[1]), (2, 0, 0, 1), "a new one, twice in one import")
        equal(codes(imported(organiser, [record(6)])[0][1]), ["own_words /siret"], "is its owner's too")
        equal(sixth.get("/v1/offer")["capabilities"][0]["cpv"], "77310000", "the last of them")
        told, _ = imported(organiser, [record(3)])
        equal(told, {}, "a buyer that offers something")
        check(set(buyer.get("/v1/organisation")["kinds"]) == {"buyer", "supplier"}, "is a supplier too")


def test_refused_before_the_body():
    """Who may not is told so without a byte of the body, which is not asked for; the connection closes behind it."""
    with Daemon() as d:
        organiser, buyer = d.organisation("organiser", 1), d.organisation("buyer", 2)
        expects = ["Expect: 100-continue"]
        for who, status, code in ((buyer, 403, "forbidden"), (Client(d.port, "ent_" + "A" * 43), 401, "bad_token")):
            with Exchange(who, expects) as x:
                equal(x.status(), status, code)
                equal((x.body()["code"], x.head["connection"]), (code, "close"), "its answer")
                check(x.closed(), "nothing more")
        with Exchange(organiser, begin=False) as x:
            x.raw(f"POST {ROUTE}?x=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {organiser.token}\r\nContent-Type: application/x-ndjson\r\n"
                  "Content-Length: 99999999999999\r\n\r\n".encode())
            equal(x.status(), 422, "a parameter that it has not")
        with Exchange(organiser, begin=False) as x:
            x.raw(f"POST {ROUTE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {organiser.token}\r\nContent-Type: application/json\r\n"
                  "Content-Length: 9\r\n\r\n".encode())
            equal(x.status(), 415, "another type")
        with Exchange(organiser, expects) as x:
            equal(x.status(), 100, "who may is asked for the body")
            x.head = None
            equal(counts(x.send(record(11)).end().lines()[-1]), (1, 0, 0, 1), "which follows")
        with Exchange(buyer, length=1 << 40) as x:  # one that does not wait
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for _ in range(200):
                    x.raw(b"x" * 65536)
            equal(x.status(), 403, "the answer is there all the same")


# ---- The connection

def test_the_next_request():
    """Behind a body that was read whole the connection goes on, also with what was sent ahead."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        get = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        with Exchange(organiser) as x:
            x.send(record(11)).end()
            equal(counts(x.lines()[-1]), (1, 0, 0, 1), "the first")
            x.raw(get)
            equal((x.status(), x.body()), (200, {"status": "ok"}), "between")
            body = dumped([record(12)])
            x.begin(organiser, length=len(body))
            x.raw(body + get + get)
            equal(counts(x.lines()[-1]), (1, 0, 0, 1), "the second")
            for _ in range(2):
                equal((x.status(), x.body()), (200, {"status": "ok"}), "sent ahead")
            x.begin(organiser)
            x.end()
            equal(len(x.lines()), 1, "an empty one")
            x.begin(organiser, ["Connection: close"])
            x.end()
            equal(len(x.lines()), 1, "the last")
            check(x.closed(), "closed, as asked for")


def test_broken_bodies():
    """What is no body ends the import: by a status while nothing was told, else by a last line; then the connection closes."""
    with Daemon("body_ms=1500") as d:
        organiser = d.organisation("organiser", 1)

        def broken(what, status, code, *pieces, shut=False):
            for told in (False, True):
                with Exchange(organiser) as x:
                    if told:
                        x.send(b"{}")
                        equal(x.line()["status"], "refused", "what was told before")
                    for piece in pieces:
                        x.raw(piece)
                    if shut:
                        x.socket.shutdown(socket.SHUT_WR)
                    if told:
                        last = x.lines()[-1]
                        equal((last["error"]["status"], last["error"]["code"]), (status, code), what)
                    else:
                        equal((x.status(), x.body()["code"]), (status, code), what)
                    check(x.closed(), "closed after", what)
        broken("no size", 400, "bad_request", b"xyz\r\n")
        broken("no end of a chunk", 400, "bad_request", b"3\r\n{} abc")
        broken("a size without end", 400, "bad_request", b"1" * 17 + b"\r\n")
        broken("a bare line feed", 400, "bad_request", b"3\n")
        broken("half a request behind it", 400, "bad_request", b"3\r\n \t\n\r\n0\r\nGET / HTTP/1.1\r\n")
        broken("cut off", 400, "bad_request", b"100\r\n{", shut=True)
        broken("silence", 408, "timeout", b"100\r\n{")
        broken("silence from the start", 408, "timeout")
        imports_over(d, organiser)


def test_too_many():
    with Daemon("bulk_imports=2") as d:
        one, two, three = (d.organisation("organiser", i) for i in (1, 2, 3))
        with Exchange(one) as a, Exchange(two) as b:
            for x in (a, b):
                x.send(b"{}")
                equal(x.line()["status"], "refused", "under way")
            for client, status, code in ((one, 429, "too_many"), (three, 503, "unavailable")):
                answer = client("POST", ROUTE, dumped([record(9)]), type="application/x-ndjson")
                equal((answer.status, answer.json["code"]), (status, code), "one more")
                check(answer.headers["Retry-After"], "when to come again")
            equal(counts(a.send(record(11)).end().lines()[-1]), (1, 0, 1, 1), "those go on")
            equal(counts(imported(three, [record(12)])[1]), (1, 0, 0, 1), "and make room")
        imports_over(d, two)


# ---- Readers

def bad_lines(count):
    return b"{}\n" * count


def test_who_reads_slowly():
    """The answer is larger than all buffers: the body waits meanwhile, and nothing is lost."""
    number = 20000
    with Daemon("write_ms=3000", "body_ms=3000") as d:
        organiser = d.organisation("organiser", 1)
        before = d.metric("resident_bytes")
        with Exchange(organiser, room=65536) as x:
            def write():
                for _ in range(number // 200):
                    x.chunk(bad_lines(200))
                x.end()
            writer = threading.Thread(target=write)
            writer.start()
            seen, began = 0, time.monotonic()
            while line := x.line():
                seen += line.get("status") == "refused"
                last = line
                if seen % 400 == 0 and time.monotonic() - began < 8:
                    time.sleep(0.2)
            writer.join()
            equal((seen, counts(last)), (number, (0, 0, number, 0)), "all are told")
            check(time.monotonic() - began > 6, "it took longer than the deadlines")
        check(d.metric("resident_bytes") - before < 48 << 20, "memory grew by", d.metric("resident_bytes") - before)
        equal(d.metric("streams_dropped_total"), 0, "nobody is dropped")


def test_who_never_reads():
    with Daemon("write_ms=1000") as d:
        organiser = d.organisation("organiser", 1)
        organiser.get("/v1/organisation")
        before = d.metric("resident_bytes")
        with Exchange(organiser, room=4096) as x:
            x.socket.settimeout(0.1)

            def dropped():
                try:
                    for _ in range(50):
                        x.socket.send(b"3000\r\n" + b"{}\n" * 4096 + b"\r\n")
                except (TimeoutError, socket.timeout):
                    pass
                except OSError:
                    return True
                return False
            wait_for(dropped, "it is dropped")
            equal(d.metric("streams_dropped_total"), 1, "counted")
        check(d.metric("resident_bytes") - before < 48 << 20, "memory grew by", d.metric("resident_bytes") - before)
        imports_over(d, organiser)


# ---- Ends in the middle

def upto(x, least):
    """Reads until so many are stored."""
    while line := x.line():
        if line.get("upto", 0) >= least:
            return line["upto"]
    raise Failure("it ended before", least)


def test_cut_in_the_middle():
    """What upto said is stored; the next import finds the way free and makes nothing twice."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        lines = [record(100 + i) for i in range(6000)]
        with Exchange(organiser) as x:
            x.socket.settimeout(PATIENCE)
            x.send(*lines[:2500])
            sure = upto(x, 1)
            x.send(*lines[2500:4500])
            x.raw(b"ffff\r\n{\"siret\"")
        imports_over(d, organiser)
        had = stored(d)
        check(had >= sure, "stored", had, "of which sure", sure)
        last = imported(organiser, lines)[1]
        equal(counts(last), (6000, 0, 0, 6000 - had), "once more")
        equal(d.sql("select count(*), count(distinct organisation) from offer"), "6000|6000", "each once")
        say(f"cut after {had} stored, of which the client knew {sure}")


def postmaster(d):
    with open(f"{d.data}/pg/15/postmaster.pid") as f:
        return int(f.readline())


def hold_offers(d):
    with contextlib.suppress(Failure):  # it ends with its server
        d.sql("begin; lock table offer in exclusive mode; select pg_sleep(60)")


def waits(d, how):
    return d.sql(f"select count(*) from pg_locks where relation = 'offer'::regclass and {how}") != "0"


def test_postgres_dies():
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        lines = [record(100 + i) for i in range(8000)]
        with Exchange(organiser) as x:
            x.send(*lines[:3000])
            sure = upto(x, 1)
            held = threading.Thread(target=hold_offers, args=(d,))
            held.start()
            wait_for(lambda: waits(d, "granted and mode = 'ExclusiveLock'"), "the offers are held")
            x.send(*lines[3000:6000])
            wait_for(lambda: waits(d, "not granted"), "a batch is under way")
            os.kill(postmaster(d), signal.SIGKILL)
            held.join()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                x.send(*lines[6000:])
                x.end()
            got = x.lines()
            equal((got[-1].get("error") or {}).get("code"), "unavailable", f"the last word of {got[-1]}")
            sure = max([sure] + [line["upto"] for line in got if "upto" in line])
        wait_for(d.ready, "the daemon is ready again", 60)
        imports_over(d, organiser)
        had = int(d.sql(f"select count(*) from offer o join organisation g on g.id = o.organisation where g.siret in ({','.join(repr(r['siret']) for r in lines[:sure])})"))
        equal(had, sure, "what upto said is stored")
        equal(counts(imported(organiser, lines)[1])[:3], (8000, 0, 0), "once more")
        equal(stored(d), 8000, "each once")
        say(f"PostgreSQL killed after {sure} of 8000 were acknowledged")


def test_stop():
    """The daemon that stops says so, and what upto said is stored."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        with Exchange(organiser) as x:
            x.send(*[record(100 + i) for i in range(2100)])
            sure = upto(x, 1)
            d.process.send_signal(signal.SIGTERM)
            got = x.lines()
            equal(got[-1]["error"]["code"], "unavailable", "the last word")
            sure = max([sure] + [line["upto"] for line in got if "upto" in line])
            check(x.closed(), "then it closes")
        d.stop()
        d.start()
        check(stored(d) >= sure, "stored", stored(d), sure)


def test_tls():
    folder = directory()
    done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "9", "-subj",
                           "/CN=localhost", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"], capture_output=True, timeout=PATIENCE)
    check(done.returncode == 0, done.stderr)
    os.chmod(f"{folder}/key.pem", 0o644)
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        d.stop()
        d.settings += ["--set", f"tls_certificate={folder}/certificate.pem", "--set", f"tls_key={folder}/key.pem"]
        d.start(wait=False)
        context = ssl.create_default_context(cafile=f"{folder}/certificate.pem")
        context.check_hostname = False

        def ready():
            try:
                with Exchange(organiser, begin=False, tls=context) as x:
                    return x.raw(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").status() == 200
            except (OSError, EOFError):
                return False
        wait_for(ready, "it is ready")
        with Exchange(organiser, tls=context) as x:
            x.send(b"{}")
            equal(x.line()["status"], "refused", "while the body comes")
            for i in range(30):
                x.send(*[record(100 + i * 100 + k) for k in range(100)])
            x.end()
            equal(counts(x.lines()[-1]), (3000, 0, 1, 3000), "all")
            x.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            equal(x.status(), 200, "the connection goes on")


run(test_streamed_both_ways, test_many, test_bytes_come_as_they_like, test_whose_offer, test_refused_before_the_body,
    test_the_next_request, test_broken_bodies, test_too_many, test_who_reads_slowly, test_who_never_reads, test_cut_in_the_middle,
    test_postgres_dies, test_stop, test_tls, seconds=300)
