# SPDX-License-Identifier: EUPL-1.2
"""Webhooks through the whole daemon: what is signed, repeated, given up and replayed; endpoints that hold up nobody else."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import threading
import time

from deliver import Post
from entregent import ROOT, check, equal, need, offer, run, say, wait_for


class Endpoint:
    """Takes webhooks and answers by what `answers` says, one after the other, then 204. HANG: not before release().
    came: [(seconds, headers, body)]."""
    HANG = "hang"

    def __init__(self, *answers, always=204):
        endpoint, self.answers, self.always, self.came = self, list(answers), always, []
        self.lock, self.released, self.most, self.open = threading.Lock(), threading.Event(), 0, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with endpoint.lock:
                    endpoint.came.append((time.monotonic(), {k.lower(): v for k, v in self.headers.items()}, body))
                    answer = endpoint.answers.pop(0) if endpoint.answers else endpoint.always
                    endpoint.open += 1
                    endpoint.most = max(endpoint.most, endpoint.open)
                if answer == Endpoint.HANG:
                    endpoint.released.wait()
                with endpoint.lock:
                    endpoint.open -= 1
                if answer != Endpoint.HANG:
                    self.send_response(answer)
                    self.send_header("Content-Length", "5")
                    self.end_headers()
                    self.wfile.write(b"said.")

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 256

            def handle_error(self, *_):
                pass
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def told(self):
        """What came: [(webhook-id, payload)]."""
        with self.lock:
            return [(h["webhook-id"], json.loads(b)) for _, h, b in self.came]

    def bodies(self):
        """{webhook-id: [body, ...]}."""
        found = {}
        with self.lock:
            for _, h, b in self.came:
                found.setdefault(h["webhook-id"], []).append(b)
        return found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def hook(client, url, **more):
    """A webhook of the organisation: its record with the secret."""
    return client.post("/v1/channels", {"kind": "webhook", "url": url, "personal": False, **more}, expect=201).json


def pair(d):
    """Without people: nothing but webhooks."""
    buyer, supplier = d.organisation("buyer", 1), d.supplier(2)
    d.settled()
    return buyer, supplier


def check_signed(channel, came):
    _, headers, body = came
    signatures = dict(s.split(",", 1) for s in headers["webhook-signature"].split(" "))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    code = hmac.new(base64.b64decode(channel["secret"].removeprefix("whsec_")), content, hashlib.sha256).digest()
    equal(base64.b64decode(signatures["v1"]), code, "HMAC")
    check(abs(int(headers["webhook-timestamp"]) - time.time()) < 60, "timestamp", headers["webhook-timestamp"])
    equal(len(base64.b64decode(signatures["v1a"])), 64, "ed25519")


def due_again(d):
    """Whatever waits for a further try is tried now, also what rests."""
    d.sql("update outbox set due = now() where state = 'due'; update channel set rest = null")


def test_signed_and_repeated():
    """Each try of a notice has the same webhook-id and the same body; what is shown once is not shown again."""
    with Endpoint(500, 503, Endpoint.HANG, 302) as e, Post("webhook_ms=1500") as d:
        buyer, supplier = pair(d)
        channel = hook(supplier, e.url)
        check(channel["secret"].startswith("whsec_") and channel["public_key"].startswith("whpk_"), channel)
        check("secret" not in supplier.get(f"/v1/channels/{channel['id']}"), "shown once")
        check(channel["secret"] not in d.sql("select secret from channel where kind = 'webhook'"), "not stored openly")
        made = buyer.need(need())["id"]

        def done():
            due_again(d)
            return d.sql("select state from outbox") == "done"
        wait_for(done, "delivered at last")
        equal(len(e.came), 5, "tries")
        (id, bodies), = e.bodies().items()
        equal((id, len(set(bodies))), (d.sql("select id from outbox"), 1), "one id, one body")
        for came in e.came:
            check_signed(channel, came)
        payload, notice = json.loads(bodies[0]), supplier.notices()[0]
        equal((payload["type"], payload["data"]), ("entregent.match", notice), "what it says")
        equal((notice["need"]["id"], notice["lots"][0]["lot"]), (made, 1), "what it says")
        check(payload["timestamp"][:19] == notice["at"][:19], payload["timestamp"], notice["at"])
        item, = supplier.get(f"/v1/channels/{channel['id']}/deliveries")["items"]
        equal([item[k] for k in ("id", "state", "attempts", "kind", "notice")], [id, "done", 5, "match", notice["id"]], "the list")


def test_what_is_withdrawn_meanwhile_says_the_same():
    with Endpoint(500) as e, Post() as d:
        buyer, supplier = pair(d)
        hook(supplier, e.url)
        buyer.need(need())
        wait_for(lambda: len(e.came) == 1, "the first try")
        wait_for(lambda: d.sql("select state from outbox") == "due", "it failed")
        supplier.put("/v1/offer", offer(active=False), 1, 200)
        d.matched()
        due_again(d)
        wait_for(lambda: len(e.came) >= 3, "the second try, and the withdrawal")
        d.drained()
        equal([len(set(b)) for b in e.bodies().values()], [1, 1], "bodies of each id")
        equal(sorted(p["type"] for _, p in e.told()), ["entregent.match"] * 2 + ["entregent.withdrawn"], "what came")


def test_every_kind_goes_out():
    """What the organisation is told, its webhook is told, once each: also to the buyer."""
    with Endpoint() as e, Endpoint() as bought, Post() as d:
        buyer, supplier = pair(d)
        hook(supplier, e.url)
        hook(buyer, bought.url)
        d.owner(supplier)
        body = need(deadline="2031-01-01T12:00:00Z")
        made = buyer.need(body)["id"]
        d.drained()
        buyer.put(f"/v1/needs/{made}", {**body, "title": "Autrement"}, 1, 200)
        d.drained()
        supplier.post(f"/v1/needs/{made}/interested", {}, expect=200)
        d.drained()
        d.sql("update match set told = now() - interval '50 days'; update need set deadline = now() + interval '6 days'")
        d.settled()
        buyer.post(f"/v1/needs/{made}/award", expect=200)
        d.settled()
        for client, endpoint, kinds in ((supplier, e, ["match", "amended", "closing", "awarded"]), (buyer, bought, ["matched", "matched", "interest"])):
            equal([p["data"]["kind"] for _, p in endpoint.told()], kinds, "kinds")
            equal([p["data"] for _, p in endpoint.told()], client.notices(), "the very notices")
            equal(len(endpoint.bodies()), len(kinds), "ids")


def test_gone_is_gone():
    with Endpoint(204, 410) as e, Post() as d:
        buyer, supplier = pair(d)
        channel = hook(supplier, e.url)
        path = f"/v1/channels/{channel['id']}"
        for i in range(3):
            buyer.need(need(title=f"Besoin {i}"))
            wait_for(lambda: d.sql("select count(*) from outbox where state in ('due', 'claimed')") == "0" and d.numbers()["dispatch_lag"] == 0, "tried")
            d.drained()
        d.settled()
        equal(len(e.came), 2, "tries")
        now = supplier.get(path)
        check(now["active"] is False and "410" in now["said"], now)
        equal([x["state"] for x in supplier.get(f"{path}/deliveries")["items"]], ["failed", "done"], "deliveries; none for the third need")
        equal(supplier.post(f"{path}/replay").status, 409, "it is switched off")
        equal(supplier.post(f"{path}/test").status, 409, "it is switched off")
        supplier("PUT", path, {"kind": "webhook", "url": e.url, "personal": False}, expect=200)
        equal(supplier.post(f"{path}/replay", expect=200).json["count"], 1, "on again")
        d.drained()
        equal([p["data"]["need"]["title"] for _, p in e.told()], ["Besoin 0", "Besoin 1", "Besoin 1"], "what came")
        equal(e.came[1][1]["webhook-id"], e.came[2][1]["webhook-id"], "the same id")
        equal(e.came[1][2], e.came[2][2], "and body")


def test_the_test_button():
    with Endpoint() as e, Post() as d:
        buyer, supplier = pair(d)
        channel = hook(supplier, e.url)
        path = f"/v1/channels/{channel['id']}"
        id = supplier.post(f"{path}/test", expect=202).json["id"]
        wait_for(lambda: e.came, "the test comes")
        equal([(i, p["type"], p["data"]) for i, p in e.told()], [(id, "entregent.test", {"channel": channel["id"]})], "what comes")
        check_signed(channel, e.came[0])
        equal(buyer.post(f"{path}/test").status, 404, "nobody else's")
        feed = supplier.post("/v1/channels", {"kind": "feed", "personal": False}, expect=201).json
        equal(supplier.post(f"/v1/channels/{feed['id']}/test").status, 409, "not of a feed")
        # It does not wait for an endpoint's rest: whoever presses it wants to know now.
        e.always = 500
        buyer.need(need())
        wait_for(lambda: d.sql("select count(*) from channel where rest > now()") == "1", "it rests")
        d.sql("update channel set rest = now() + interval '20 minutes'; update outbox set due = now() + interval '20 minutes' where state = 'due'")
        e.always = 204
        count = len(e.came)
        supplier.post(f"{path}/test", expect=202)
        wait_for(lambda: len(e.came) == count + 1, "the test comes")
        # A secret that another key boxed is said, not tried.
        d.sql("update channel set secret = 'AAAA' where kind = 'webhook'")
        supplier.post(f"{path}/test", expect=202)
        wait_for(lambda: "key_file" in str(supplier.get(f"{path}/deliveries?state=failed")), "it says why")


def test_a_failing_endpoint_rests():
    """While it rests nothing is tried, and one success ends it; after the last try it is given up, listed, and replayed."""
    with Endpoint(always=500) as e, Post() as d:
        buyer, supplier = pair(d)
        channel = hook(supplier, e.url)
        path = f"/v1/channels/{channel['id']}"
        buyer.need(need(title="Besoin 0"))
        wait_for(lambda: d.sql("select count(*) from channel where rest > now()") == "1", "it rests")
        d.sql("update channel set rest = now() + interval '20 minutes'; update outbox set due = now() + interval '20 minutes' where state = 'due'")
        for i in range(1, 8):
            buyer.need(need(title=f"Besoin {i}"))
        d.settled()
        equal((len(e.came), d.numbers()['outbox_later{channel="webhook"}']), (1, 8), "tries, what waits")
        e.always = 204
        due_again(d)
        d.drained()
        equal(sorted(p["data"]["need"]["title"] for _, p in e.told()[1:]), [f"Besoin {i}" for i in range(8)], "all")
        equal(d.sql("select rest is null from channel where kind = 'webhook'"), "t", "it rests no more")
        # Nine tries later it is given up.
        e.always = 500
        buyer.need(need(title="Perdu"))
        d.settled()
        d.sql("update outbox set since = now() - interval '80 hours', attempts = 9, due = now() where state = 'due'; update channel set rest = null")
        wait_for(lambda: d.numbers()['outbox_failed{channel="webhook"}'] == 1, "given up")
        failed, = supplier.get(f"{path}/deliveries?state=failed")["items"]
        equal([failed[k] for k in ("kind", "attempts", "said", "answer")], ["match", 10, "HTTP 500", "said."], "the list")
        check("due" not in failed, failed)
        e.always = 204
        equal(buyer.post(f"{path}/replay").status, 404, "nobody else's")
        equal(supplier.post(f"{path}/replay?delivery={failed['id']}", expect=200).json["count"], 1, "replayed")
        d.drained()
        last = e.told()[-1]
        equal((last[0], last[1]["data"]["need"]["title"]), (failed["id"], "Perdu"), "it came, with its id")
        equal([len(set(b)) for b in e.bodies().values()], [1] * 9, "bodies of each id")
        equal(supplier.post(f"{path}/replay", expect=200).json["count"], 0, "nothing is left")


def backlog(d, buyer, supplier, endpoint, count):
    """A webhook with so many deliveries that wait for its rest to end; its path."""
    channel = hook(supplier, endpoint.url)["id"]
    d.sql(f"update channel set rest = now() + interval '20 minutes' where id = '{channel}'")
    for i in range(count):
        buyer.need(need(title=f"Besoin {i}"))
    d.settled()
    equal((d.sql("select count(*) from outbox where state = 'due'"), len(endpoint.came)), (str(count), 0), "what waits, tries")
    return f"/v1/channels/{channel}"


def one_round(d):
    """Ends the rest, and waits until the endpoint rests again and nothing is under way."""
    d.sql("update channel set rest = null where kind = 'webhook'")
    wait_for(lambda: d.sql("select (select count(*) from outbox where attempts > 0) > 0 and (select count(*) from outbox where state = 'claimed') = 0 "
                           "and (select rest > now() from channel where kind = 'webhook')") == "t", "it rests again")
    d.settled()


def test_a_backlog_is_not_made_up_for():
    """Tries that the schedule had in the past are not made at once when an endpoint was left alone for long; what is older
    than the schedule is given up together."""
    with Endpoint(always=500) as e, Post() as d:
        buyer, supplier = pair(d)
        path = backlog(d, buyer, supplier, e, 20)
        d.sql("update outbox set since = now() - interval '40 hours', due = now() - interval '39 hours' where state = 'due'")
        one_round(d)
        check(1 <= len(e.came) <= 4, "tries:", len(e.came))
        equal(d.sql("select count(*), max(attempts) from outbox where state = 'due'"), "20|1", "what waits, tries of each")
        equal(d.sql("select bool_and(due > now()) from outbox where attempts > 0"), "t", "when they are tried again")
        # Twelve of them become older than the schedule is long.
        tried = len(e.came)
        d.sql("update outbox set attempts = 0, due = now() - interval '1 minute', since = now() - interval '1 hour' where state = 'due'")
        d.sql("update outbox set due = now() - interval '2 hours', since = now() - interval '77 hours' where id in "
              "(select id from outbox where state = 'due' order by created, id limit 12)")
        one_round(d)
        check(1 <= len(e.came) - tried <= 4, "tries:", len(e.came) - tried)
        failed = supplier.get(f"{path}/deliveries?state=failed&limit=50")["items"]
        equal((len(failed), {f["said"] for f in failed}), (12, {"HTTP 500"}), "given up together")
        equal(d.sql("select count(*), max(attempts) from outbox where state = 'due'"), "8|0", "what is younger still waits")
        e.always = 204
        equal(supplier.post(f"{path}/replay", expect=200).json["count"], 12, "replayed")
        due_again(d)
        d.drained()
        taken = {p["data"]["need"]["title"] for _, p in e.told()[tried:]}
        equal(taken, {f"Besoin {i}" for i in range(20)}, "all came in the end")
        equal([len(set(b)) for b in e.bodies().values()], [1] * 20, "bodies of each id")


def test_who_rests_is_not_asked_for():
    """A delivery of a daemon that died, to an endpoint that rests, asks for nothing until the rest is over; and however much
    rests, it hides nobody else's."""
    with open(os.path.join(ROOT, "sql/query/outbox_next.sql")) as f:
        statement = f.read().replace("$1", "'webhook'").replace("$2", "''")
    with Endpoint(always=500) as e, Post() as d:
        buyer, supplier = pair(d)
        backlog(d, buyer, supplier, e, 3)
        calm = d.writes()

        def minutes():
            return int(d.sql(statement)) / 60000
        d.sql("update outbox set due = now() - interval '2 minutes', state = 'claimed', attempts = 1, lease = now() - interval '1 minute' "
              "where id = (select id from outbox where state = 'due' order by id limit 1)")
        check(10 < minutes() <= 20, "minutes until the next:", minutes())
        writes = d.writes()
        check(writes < 2 * calm, "the database is asked again and again:", writes, calm)
        # A try of it that fails does not end the rest earlier.
        d.sql("select outbox_settle(id, attempts, 'due', now() + interval '5 seconds', 'HTTP 500', null, now() + interval '5 seconds', false) "
              "from outbox where state = 'claimed'")
        check(10 < minutes() <= 20, "minutes until the next:", minutes())
        equal((d.sql("select count(*) from outbox where state = 'due'"), e.came), ("3", []), "what waits, tries")
        # One that is due later, behind a thousand that rest.
        d.sql("insert into notice (organisation, kind, need, need_version, offer_version, step, body) select organisation, kind, need, g, 0, -5, "
              "body from (select * from notice where kind = 'match' order by id limit 1) n, generate_series(10, 1010) g")
        d.ticked()
        wait_for(lambda: d.numbers()["dispatch_lag"] == 0, "all of it waits")
        d.sql("insert into outbox (id, channel, kind, channel_id, due) select gen_random_uuid(), 'webhook', 'test', id, now() + interval '7 minutes' "
              "from channel where kind = 'webhook'")
        equal(d.sql("select count(*) from outbox where state = 'due'"), "1005", "what waits")
        check(1 < minutes() <= 7, "minutes until the next:", minutes())


def test_none_waits_for_another():
    """An endpoint that hangs with a hundred deliveries due has a few at a time; everybody else is told meanwhile, and the
    database is left in peace."""
    with Endpoint(always=Endpoint.HANG) as bad, Endpoint() as good, Post("webhook_ms=600000") as d:
        buyer, supplier = d.organisation("buyer", 1), d.supplier(2)
        other = d.supplier(3)
        hook(supplier, bad.url)
        hook(other, good.url)
        d.settled()
        calm = d.writes()
        for i in range(100):
            buyer.need(need(title=f"Besoin {i}"))
        wait_for(lambda: len(good.bodies()) == 100, "all of the good one's arrive")
        check(bad.open > 0, "the bad one hangs")
        posted = time.monotonic()
        buyer.need(need(title="Pendant ce temps"))
        wait_for(lambda: len(good.bodies()) == 101, "one more")
        say(f"beside an endpoint that hangs, from posting to another one's webhook: {good.came[-1][0] - posted:.3f} s")
        check(bad.most <= 8, "at a time:", bad.most)
        writes = d.writes()
        check(writes < 2 * calm, "the database is asked again and again:", writes, calm)
        equal(d.numbers()['outbox_sent_total{channel="webhook"}'], 101, "sent")
        # Once it answers again, the rest goes.
        bad.always = 204
        bad.released.set()

        def all_there():
            due_again(d)
            return len(bad.bodies()) == 101 and d.sql("select count(*) from outbox where state <> 'done'") == "0"
        wait_for(all_there, "the rest")
        equal([len(set(b)) for b in bad.bodies().values()], [1] * 101, "bodies of each id")


def test_an_organisation_holds_up_nobody_else():
    """Nor do sixty endpoints of one organisation that all hang."""
    with Endpoint(always=Endpoint.HANG) as bad, Endpoint() as good, Post("webhook_ms=600000") as d:
        buyer, supplier, other = d.organisation("buyer", 1), d.supplier(2), d.supplier(3)
        hook(other, good.url)
        d.settled()
        channel = hook(supplier, bad.url)["id"]
        d.sql("insert into channel (id, organisation, kind, url, secret, public_key) select gen_random_uuid(), organisation, kind, url, secret, "
              f"public_key from channel, generate_series(1, 60) where id = '{channel}'")
        for i in range(6):
            buyer.need(need(title=f"Besoin {i}"))
        wait_for(lambda: len(good.bodies()) == 6, "all of the good one's arrive")
        wait_for(lambda: bad.open >= 30, "the bad ones hang")
        for i in range(6, 10):
            buyer.need(need(title=f"Besoin {i}"))
            wait_for(lambda: len(good.bodies()) == i + 1, "one more", 5)
        check(bad.most <= 64, "at a time:", bad.most)


def test_what_is_refused():
    with Post("webhook_networks=10.9.9.9") as d:
        buyer, supplier = pair(d)
        for url in ("http://10.0.0.1/hook", "https://192.168.1.1/", "http://[::1]/", "ftp://exemple.fr/", "https://user:pw@exemple.fr/", "nonsense", "https://exemple.fr\\@127.0.0.1/", "http://127.1/"):
            problem = supplier.post("/v1/channels", {"kind": "webhook", "url": url, "personal": False}, expect=422).json
            equal(problem["errors"][0]["pointer"], "/url", url)
        equal(supplier.post("/v1/channels", {"kind": "webhook", "personal": False}).json["errors"][0]["pointer"], "/url", "without a URL")
        channel = hook(supplier, "http://localhost/hook")
        buyer.need(need())
        wait_for(lambda: d.sql("select said from outbox") == "forbidden address", "an address inside is refused, and not named")
        check("forbidden address 127.0.0.1" in d.read_log() or "forbidden address ::1" in d.read_log(), "the operator reads which")
        check("127.0.0.1" not in supplier("GET", f"/v1/channels/{channel['id']}/deliveries").text, "nobody else does")


run(test_signed_and_repeated, test_what_is_withdrawn_meanwhile_says_the_same, test_every_kind_goes_out, test_gone_is_gone, test_the_test_button,
    test_a_failing_endpoint_rests, test_a_backlog_is_not_made_up_for, test_who_rests_is_not_asked_for, test_none_waits_for_another,
    test_an_organisation_holds_up_nobody_else, test_what_is_refused, seconds=400)
