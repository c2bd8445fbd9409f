# SPDX-License-Identifier: EUPL-1.2
"""Live streams: nothing is lost, nothing is somebody else's, whoever does not read is dropped and comes back."""
import random
import signal
import threading

from entregent import Daemon, Stream, check, equal, need, offer, run, say, wait_for

MANY = 300


def test_cut_at_random():
    """300 needs are posted while the supplier's stream is cut again and again: each is told, in order, once."""
    random.seed(3)
    with Daemon() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        posted = []

        def post():
            c = buyer.again()
            for i in range(MANY):
                posted.append(c.need(need(title=f"Besoin {i}"))["id"])
        poster = threading.Thread(target=post)
        seen, last, cuts = [], 0, 0
        poster.start()
        while len(seen) < MANY:
            with Stream(supplier, last) as stream:
                for _ in range(random.randrange(1, 30)):
                    e = stream.event()
                    check(e is not None, f"nothing comes any more after {len(seen)} of {MANY}")
                    equal(e.kind, "match", "kind")
                    check(int(e.id) > int(last), "ids rise:", last, e.id)
                    last = e.id
                    seen.append(e.json["need"]["id"])
                    if len(seen) == MANY:
                        break
            cuts += 1
        poster.join()
        equal(len(set(seen)), MANY, "different needs told")
        equal(sorted(seen), sorted(posted), "what was told is what was posted")
        equal([n["id"] for n in supplier.notices()][-1], last, "the last notice is the last event")
        say(f"{MANY} notices through {cuts} streams, none lost, none twice")


def test_without_last_id_only_what_comes():
    with Daemon() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        buyer.need(need(title="Avant"))
        wait_for(supplier.notices, "it is told")
        with Stream(supplier) as stream:
            equal([stream.next().kind, stream.next().kind], ["retry", ":"], "the greeting")
            buyer.need(need(title="Après"))
            equal(stream.event().json["need"]["title"], "Après", "the first event")


def test_reset():
    with Daemon() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        for i in range(3):
            buyer.need(need(title=f"Besoin {i}"))
        d.matched()
        last = supplier.notices()[-1]["id"]
        for unknown in ("999999", "not-a-number", "-4"):
            with Stream(supplier, unknown) as stream:
                e = stream.event()
                equal((e.kind, e.json["kind"]), ("reset", "reset"), f"Last-Event-ID: {unknown}")
                buyer.need(need(title=f"Après {unknown}"))
                equal(stream.event().json["need"]["title"], f"Après {unknown}", "it goes on with what comes")
        with Stream(supplier, last) as stream:
            equal(stream.event().json["need"]["title"], "Après 999999", "a known id goes on behind it")
        # As the purge does once notices are over their time.
        d.sql("update notice set at = now() - interval '91 days' where id <= " + last)
        d.sql("select purge(90, 24, 7, 5000)")
        d.restart()
        with Stream(supplier, 0) as stream:
            equal(stream.event().kind, "reset", "an id of what was forgotten")
        with Stream(supplier, last) as stream:
            equal(stream.event().json["need"]["title"], "Après 999999", "the last id forgotten has lost nothing")


def test_heartbeat():
    with Daemon("heartbeat_ms=200") as d:
        with Stream(d.organisation("buyer", 1)) as stream:
            beats = 0
            while beats < 3:
                e = stream.next()
                check(e, "a beat comes")
                beats += e.kind == ":" and e.data == "beat"


def test_of_nobody_else():
    with Daemon("heartbeat_ms=100") as d:
        buyer, other = d.organisation("buyer", 1), d.organisation("buyer", 2)
        near, far = d.organisation("supplier", 3), d.organisation("supplier", 4)
        near.put("/v1/offer", offer(), expect=201)
        far.put("/v1/offer", offer(areas=["departement:69"], seat="commune:69123"), expect=201)
        with Stream(near, 0) as a, Stream(far, 0) as b, Stream(other, 0) as c, Stream(buyer, 0) as own:
            buyer.need(need())
            equal((a.event().kind, own.event().kind), ("match", "matched"), "those it concerns")
            for stream in (b, c):
                beats = 0
                while beats < 3:
                    e = stream.next()
                    check(e and e.kind in (":", "retry"), "somebody else's", e)
                    beats += e.data == "beat"


def test_who_does_not_read_is_dropped():
    with Daemon("stream_bytes=4096", "write_ms=2000") as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        asleep = Stream(supplier, 0, read=False)
        asleep.socket.setsockopt(1, 8, 2048)  # SOL_SOCKET, SO_RCVBUF
        wait_for(lambda: d.metric("streams") == 1, "it listens")
        with Stream(supplier, 0) as awake:
            title, told = "Un besoin dont le titre est long : " + "x" * 250, 0
            while d.metric("streams_dropped_total") < 1:
                check(told < 5000, "it is never dropped")
                for _ in range(25):
                    buyer.need(need(title=title, places=[f"commune:63113", "departement:63"]))
                for _ in range(25):
                    equal(awake.event().kind, "match", "the other goes on")
                told += 25
            wait_for(lambda: d.metric("streams") == 1, "only the dropped one is gone")
            buyer.need(need(title="Fin"))
            equal(awake.event().json["need"]["title"], "Fin", "the other goes on")
        # What it had read, it has; it comes back with the last id and gets the rest.
        last, ended = 0, False
        while not ended:
            try:
                e = asleep.event() if hasattr(asleep, "head") else None
                if e is None:
                    asleep.socket.settimeout(3)
                    chunk = asleep.socket.recv(65536)
                    asleep.buffer += chunk
                    if b"\r\n\r\n" in asleep.buffer:
                        asleep.head, asleep.buffer = "read", asleep.buffer.split(b"\r\n\r\n", 1)[1]
                    ended = not chunk
                else:
                    last = int(e.id)
            except (EOFError, ConnectionResetError, TimeoutError):  # a peer that was given up may get no word of it
                ended = True
        asleep.close()
        with Stream(supplier, last) as again:
            read = [again.event()]
            while read[-1].json["need"]["title"] != "Fin":
                read.append(again.event())
        ids = [int(n["id"]) for n in supplier.notices()]
        equal([int(e.id) for e in read], [i for i in ids if i > last], "the rest, each once")
        say(f"dropped after {told} notices unread, {len(read)} of them read again after its return")


def test_drain():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        streams = [Stream(buyer) for _ in range(20)]
        for s in streams:
            equal([s.next().kind, s.next().kind], ["retry", ":"], "the greeting")
        d.process.send_signal(signal.SIGTERM)
        for s in streams:
            e = s.next()
            equal(e and e.kind, "retry", "when to come again")
            check(int(e.data) >= 1000, "a delay in milliseconds", e.data)
            try:
                check(s.next() is None, "nothing more")
                raise AssertionError("the stream goes on")
            except EOFError:
                s.close()


def test_database_gone_while_listening():
    """The database dies and comes back: the stream lives on and loses nothing."""
    with Daemon() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        with Stream(supplier, 0) as stream:
            for i in range(3):
                # 503 while the daemon has not yet connected again: repeated with its key, it is one posting.
                post = lambda: buyer("POST", "/v1/needs", need(title=f"Besoin {i}"), {"Idempotency-Key": f"besoin-{i}"})
                answers = []
                wait_for(lambda: answers.append(post()) or answers[-1].status != 503, "the posting is taken")
                equal(answers[-1].status, 201, "the posting")
                n = answers[-1].json
                d.sql("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'")
                e = stream.event()
                equal(e and e.json["need"]["id"], n["id"], "told all the same")
                wait_for(d.ready, "the database is back")


run(test_cut_at_random, test_without_last_id_only_what_comes, test_reset, test_heartbeat, test_of_nobody_else,
    test_who_does_not_read_is_dropped, test_drain, test_database_gone_while_listening)
