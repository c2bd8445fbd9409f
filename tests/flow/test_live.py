# SPDX-License-Identifier: EUPL-1.2
"""The day of a convention: streams, the hall board, arrivals; people who withdraw, who do not come or come late, tables that are lost,
and the repairs that follow, played with 93 firms and 590 meetings; two daemons; a daemon that dies in between."""
import contextlib
import datetime
import json
import random
import re
import signal
import threading

from entregent import Client, Daemon, Stream, check, each, equal, run, say, wait_for
from meetings import Convention, drawn
from private import sealed

SHOWN = {"timetable", "arrived", "missing", "withdraw", "table_lost", "table_found", "convention"}  # on a hall board
MINUTE = datetime.timedelta(minutes=1)


def begins(minutes):
    """An hour so many minutes from now."""
    return (datetime.datetime.now(datetime.timezone.utc) + minutes * MINUTE).isoformat(timespec="seconds")


def settled(v):
    """The convention, once no repair is due and none is under way."""
    return wait_for(lambda: (c := v.view())["repair"] is None and c, "the timetable is mended", 120)


def at(address):
    """The path of a secret address."""
    return address[address.index("/", 8):]


def hall(v):
    return at(v.view()["hall"])


def shift(v, minutes, **more):
    """Another hour for the first session."""
    now = v.view()
    session = {**now["sessions"][0], "start": begins(minutes)}
    keep = {k: now[k] for k in ("name", "place", "mode", "acceptance", "tables")}
    v.client("PUT", v.path, {**keep, "sessions": [session], **more}, {"If-Match": f'"{now["version"]}"'}, 200)


def read(client, v, last, until, path=None):
    """The events of a stream behind `last` up to a number."""
    with Stream(client, last, path or v.path + "/events") as stream:
        events = []
        while not events or int(events[-1].id) < until:
            e = stream.event()
            check(e, f"nothing comes any more behind {events[-1:]} before {until}")
            events.append(e)
        return events


class Follower(threading.Thread):
    """Reads a stream that is cut again and again, and goes on behind the last number."""

    def __init__(self, client, path):
        super().__init__()
        self.client, self.path, self.events, self.random, self.cuts, self.failure = client.again(), path, [], random.Random(5), 0, None
        self.until = None  # to be read, then it ends
        self.start()

    def last(self):
        return int(self.events[-1].id) if self.events else 0

    def run(self):
        try:
            while self.until is None or self.last() < self.until:
                with Stream(self.client, self.last(), self.path) as stream:
                    for _ in range(self.random.randrange(1, 20)):
                        if self.until is not None and self.last() >= self.until:
                            return
                        e = stream.event(0.3)
                        if e is None:
                            break
                        self.events.append(e)
                self.cuts += 1
        except Exception as e:
            self.failure = e

    def read_to(self, seq):
        self.until = seq
        self.join(60)
        check(not self.is_alive() and self.failure is None, "the stream is read to its end", self.failure)
        return self.events


# ---- A whole day

BUYERS, SUPPLIERS, MEETINGS, SLOTS, TABLES = 31, 62, 590, 28, 36


class Day:
    """A convention that its organiser fills with one table of people and their wishes, plans and publishes; and what then happens."""

    def __init__(self, d):
        self.daemon, self.client = d, d.organisation("organiser", 1)
        self.v = Convention(d, self.client, slots=SLOTS, tables=TABLES, start=begins(600))
        names, pairs = drawn(11, BUYERS, SUPPLIERS, MEETINGS)
        wishes = {b: "|".join(f"{s}@example.org" for x, s in pairs if x == b) for b in names}
        rows = ["name,email,company,side,wishes"]
        rows += [f"{n},{n}@example.org,Chez {n},{'buyer' if n[0] == 'b' else 'supplier'},{wishes.get(n, '')}" for n in names]
        done = self.client("POST", self.v.path + "/import", "\n".join(rows) + "\n", expect=200, type="text/csv")
        results = [json.loads(line) for line in done.text.splitlines()]
        check(not any(r["errors"] for r in results), "all rows are taken", [r for r in results if r["errors"]][:3])
        self.people = {p["name"]: p["id"] for p in self.client.all(self.v.path + "/participants?limit=200")}
        equal(len(self.people), BUYERS + SUPPLIERS, "people")
        self.gone, self.missing = set(), {}  # names; slots of a name

    def version(self):
        return self.v.timetable(self.v.view()["current"]["id"])

    def places(self):
        return {m["request"]: (m["slot"], m["table"]) for m in self.version()["meetings"]}

    def ends_at(self, what, name, **more):
        with contextlib.closing(self.client.again()) as c:
            c.post(f"/v1/participants/{self.people[name]}/{what}", more if what == "missing" else None, expect=200)

    def withdraw(self, name):
        """Half of them by their own badge."""
        self.gone.add(name)
        if name[0] == "b":
            self.ends_at("withdraw", name)
            return
        badge = at(self.client.again().get(f"/v1/participants/{self.people[name]}")["links"]["badge"])
        with contextlib.closing(Client(self.daemon.port)) as c:
            c.post("/v1" + badge.replace("/badge/", "/badges/") + "/withdraw", expect=200)

    def no_show(self, name, until=None):
        self.ends_at("missing", name, **({"until": until} if until else {}))
        self.missing[name] = self.client.again().get(f"/v1/participants/{self.people[name]}")["missing"]

    def table(self, name, lost):
        with contextlib.closing(self.client.again()) as c:
            c.post(self.v.path + "/tables", {"table": name, "lost": lost}, expect=200)

    def check_rules(self, begun):
        """What is published keeps every rule, looked at from outside; begun: the last slot that has begun."""
        view, version = self.v.view(), self.version()
        names = {id: name for name, id in self.people.items()}
        seats, busy = set(), set()
        for m in version["meetings"]:
            for key in [(m["slot"], m["table"])] + [(m["slot"], p) for p in m["people"]]:
                check(key not in busy, "twice at once", key)
                busy.add(key)
            seats.add(m["table"])
            for p in m["people"]:
                check(m["slot"] not in self.missing.get(names[p], ()), names[p], "is not there in", m["slot"])
                check(m["slot"] <= begun or names[p] not in self.gone, names[p], "has withdrawn")
            check(m["slot"] <= begun or m["table"] not in view["lost"], m["table"], "is lost")
        equal(self.daemon.sql(f"select count(*) from booking where convention = '{self.v.id}'"), str(2 * len(version["meetings"])), "bookings")
        return version

    def check_repairs(self, since):
        """Of each version of a repair: how many of those that could stay did not, as its proof says; and all concerned are told."""
        proven = 0
        versions = [t for t in self.client.get(self.v.path + "/timetables")["items"] if t["number"] > since and t["state"] != "dropped"]
        for t in versions:
            equal(t["made"], "repair", "made")
            items = self.client.get(f"/v1/timetables/{t['id']}/difference")["items"]
            told = self.daemon.sql(f"select participant from notice where convention = '{self.v.id}' and need_version = {t['number']} and participant is not null").split()
            equal(sorted(set(told)), sorted({p["id"] for i in items for p in i["people"]}), f"who is told of version {t['number']}")
            equal(len(told), len(set(told)), "each once")
            change = t["levels"].get("change", {})
            proven += change.get("proven", False)
            left = {m["request"] for m in self.v.timetable(t["id"])["left_out"]}
            # Of the third slot, which is on, only those are let out who wait in vain.
            later = [i for i in items if i["what"] != "added" and i["was"]["slot"] > 3]
            moved = [i for i in later if i["request"] in left or (i["what"] == "moved" and i["is"]["slot"] != i["was"]["slot"])]
            equal(len(moved), change.get("value"), f"moves of version {t['number']}")
        return versions, proven


def test_a_day():
    """Published the day before; from the third slot on people fail to come, and at each moment the timetable holds."""
    with Daemon("repair_seconds=30", "tick_ms=1000", "page_most=500") as d:
        day = Day(d)
        v = day.v
        organiser, board = Follower(day.client, v.path + "/events"), Follower(Client(d.port, "none"), hall(v) + "/events")
        draft = v.planned(seconds=8)
        check(draft["placed"] >= MEETINGS - 5, "nearly all meetings are placed", draft["placed"])
        v.publish(draft, final=True)
        shift(v, -50)  # slots of 20 minutes: the third is on
        before, since = day.places(), v.view()["current"]["number"]
        r = random.Random(3)
        names = r.sample(sorted(day.people), 20)
        out, away, late = names[:10], names[10:18], names[18:]
        rounds = [[(day.withdraw, n)] for n in out[:3]] + [[(day.no_show, n)] for n in away[:3]]
        rounds += [[(day.no_show, late[0], 8)], [(day.table, "T7", True)]]
        rounds += [[(day.withdraw, n) for n in out[3:]] + [(day.no_show, late[1], 6)]]  # all at once
        rounds += [[(day.no_show, n) for n in away[3:]] + [(day.table, "T8", True)]]
        for facts in rounds:
            each(facts, lambda fact: fact[0](*fact[1:]))
            settled(v)
            day.check_rules(begun=3)
        day.table("T7", False)
        day.ends_at("arrived", late[0])
        settled(v)
        after = day.check_rules(begun=3)
        versions, proven = day.check_repairs(since)
        check(len(versions) >= 8, "a version for each time", len(versions))
        met = {id: place for id, place in before.items() if place[0] <= 2}
        equal({id: day.places().get(id) for id in met}, met, "what has taken place stays")
        kept = sum(day.places().get(id) == place for id, place in before.items())
        last = v.view()["happened"]
        events = organiser.read_to(last)
        equal([int(e.id) for e in events], list(range(1, last + 1)), "every happening once, in order")
        kinds = [e.kind for e in events]
        equal([kinds.count(k) for k in ("withdraw", "missing", "table_lost", "table_found", "arrived")], [10, 10, 2, 1, 1], "what happened")
        equal(kinds.count("timetable"), len(versions) + 1, "versions told")
        shown = [e.id for e in events if e.kind in SHOWN]
        # Behind the last that a board shows nothing comes: its reader waits in vain.
        seen = [e for e in board.read_to(int(shown[-1])) if e.kind != "slot"]
        equal([e.id for e in seen], shown, "what the board is told")
        check(all(set(e.json) == {"at", "kind"} for e in seen), "of nobody by name")
        say(f"590 meetings, 20 people and 2 tables fail: {len(versions)} repairs, least change proven for {proven}; {kept} of {len(before)} meetings as published, "
            f"{after['placed']} left; streams cut {organiser.cuts + board.cuts} times")


# ---- Streams

def test_streams():
    with Daemon("organisation_streams=2", "heartbeat_ms=200") as d:
        one, other = d.organisation("organiser", 1), d.organisation("organiser", 2)
        v = Convention(d, one, ["b1", "s1"], [("b1", "s1")])
        events = v.path + "/events"
        equal(other("GET", events).status, 404, "somebody else's")
        equal(one("GET", "/v1/conventions/01890a5d-ac96-774b-bcce-b302099a8057/events").status, 404, "nobody's")
        equal(Client(d.port)("GET", events).status, 401, "without a token")
        with Stream(one, path=events) as s:
            equal([s.next().kind, s.next().kind], ["retry", ":"], "the greeting")
            beat = s.next()
            equal((beat.kind, beat.data), (":", "beat"), "it lives")
            one.post(v.path + "/participants", {"name": "s2", "email": "s2@example.org", "side": "supplier"}, expect=201)
            e = s.event()
            equal((e.kind, e.json["count"], int(e.id)), ("participants", 1, v.view()["happened"]), "what comes")
            with Stream(one) as notices:
                notices.next()
                equal(one("GET", events).status, 429, "notices and conventions are counted together")
                equal(one("GET", "/v1/events").status, 429, "both ways")
            with Stream(other) as own:
                own.next()
        happened = v.view()["happened"]
        equal([int(e.id) for e in read(one, v, 1, happened)], list(range(2, happened + 1)), "behind the first")
        equal([int(e.id) for e in read(one, v, None, happened, events + "?since=2")], list(range(3, happened + 1)), "?since=2")
        for unknown in (happened + 7, "not-a-number"):
            with Stream(one, unknown, events) as s:
                e = s.event()
                equal((e.kind, int(e.id), e.json["kind"]), ("reset", happened, "reset"), f"Last-Event-ID: {unknown}")
        d.sql(f"delete from happening where convention = '{v.id}' and seq <= 2")  # as after 90 days
        with Stream(one, 1, events) as s:
            equal(s.event().kind, "reset", "what is forgotten")
        equal(int(read(one, v, 2, happened)[0].id), 3, "who has seen all that is forgotten has lost nothing")


def test_streams_end():
    """With the token, with the board's address, with the daemon."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "s1"], [("b1", "s1")])
        nobody = Client(d.port, "none")
        former = hall(v)
        with Stream(one, path=v.path + "/events") as own, Stream(nobody, path=former + "/events") as board:
            own.next(), board.next()
            address = at(one.post(v.path + "/hall", expect=200).json["hall"])
            check(address != former, "another address")
            ended(board)
            equal([nobody("GET", former).status, nobody("GET", former + "/events").status], [404, 404], "the former address")
            equal(nobody("GET", address).status, 200, "the new one")
            (token,) = one.get("/v1/tokens")["items"]
            again = d.organisation("organiser", 1)
            again("DELETE", f"/v1/tokens/{token['id']}", expect=204)
            ended(own)
        with Stream(nobody, path=address + "/events") as board, Stream(again, path=v.path + "/events") as own:
            for s in (board, own):
                equal([s.next().kind, s.next().kind], ["retry", ":"], "the greeting")
            d.process.send_signal(signal.SIGTERM)
            for s in (board, own):
                e = s.next()
                equal(e and e.kind, "retry", "when to come again")
                ended(s)


def ended(stream):
    try:
        while (e := stream.event()) is not None:
            check(e.kind == "convention", "nothing more", e)
        raise AssertionError("the stream goes on")
    except EOFError:
        pass


# ---- The board and arrivals

def test_board():
    with Daemon("heartbeat_ms=300") as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "b2", "s1", "s2"], [("b1", "s1"), ("b2", "s2"), ("b2", "s1")], slots=3, start=begins(600))
        v.publish(v.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (1, "T2"), ("b2", "s1"): (3, "T1")}), final=True)
        nobody, path = Client(d.port, "none"), hall(v)
        now = nobody.get(path)
        equal([s["slot"] for s in now["slots"]], [1, 2], "before it begins: the first two")
        equal([s["on"] for s in now["slots"]], [False, False], "none is on")
        equal([(m["table"], [p["name"] for p in m["people"]]) for m in now["slots"][0]["meetings"]], [("T1", ["b1", "s1"]), ("T2", ["b2", "s2"])], "tables")
        check("@" not in json.dumps(now) and v.people["b1"] not in json.dumps(now), "names, nothing else")
        with Stream(nobody, now["seq"], path + "/events") as board:
            # By SQL the first slot begins in a moment: the interface takes whole seconds alone, and needs some to be asked.
            d.sql(f"update convention set body = jsonb_set(body, '{{sessions,0,start}}', to_jsonb(now() + interval '6 seconds')) where id = '{v.id}'; "
                  f"select convention_settle(c), happen(c.id, 'convention', '{{}}') from convention c where id = '{v.id}'")
            equal(board.event().kind, "convention", "its hours have moved")
            e = board.event()
            equal((e.kind, e.id, e.json["kind"], e.json["slot"]), ("slot", None, "slot", 1), "a slot begins")
            now = nobody.get(path)
            equal([(s["slot"], s["on"]) for s in now["slots"]], [(1, True), (2, False)], "the first is on")
            one.post(f"/v1/participants/{v.people['b2']}/arrived", expect=200)
            e = board.event()
            equal((e.kind, set(e.json)), ("arrived", {"at", "kind"}), "somebody arrives, the board is not told who")
            equal(nobody.get(path)["arrived"], 1, "who is there")
            one.post(f"/v1/participants/{v.people['s2']}/missing", {}, expect=200)
            kinds = [board.event().kind, board.event().kind]
            equal(kinds, ["missing", "timetable"], "one is missing, and the timetable is mended")
            settled(v)
            one.post(v.path + "/tables", {"table": "T1", "lost": True}, expect=200)
            equal([board.event().kind, board.event().kind], ["table_lost", "timetable"], "a table is lost")
            settled(v)
        now = nobody.get(path)
        equal(now["lost"], ["T1"], "lost")
        equal([(m["table"], m["changed"]) for m in now["slots"][0]["meetings"]], [("T1", False)], "what has begun stays")
        v.move("cancelled")
        equal(nobody("GET", path).status, 404, "cancelled")
        equal(nobody("GET", f"/v1/halls/{sealed(d, 'badge', v.people['b1'])}").status, 404, "another kind of link")


def test_arrival():
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "s1", "s2"], [("b1", "s1")], start=begins(600))
        code = at(one.get(f"/v1/participants/{v.people['b1']}")["links"]["checkin"])
        ticket = code.split("t=")[1]
        person = Client(d.port)

        def press(t):
            return person("POST", "/checkin", f"t={t}", type="application/x-www-form-urlencoded")
        early = person("GET", code, expect=200).text
        check("<form" not in early and "b1" in early and "Rendez-vous de Thiers" in early, "too early", early)
        press(ticket)
        equal(v.view()["participants"], {"listed": 3}, "nothing has happened")
        equal(d.sql("select count(*) from participant where arrived is not null"), "0", "nor by the button")
        shift(v, 200)
        page = person("GET", code, expect=200)
        check("<form" in page.text and "Arrivé(e)" in page.text and "Chez b1" in page.text, "the button", page.text)
        check("I am here" in person("GET", code, headers={"Accept-Language": "en"}).text, "in English")
        equal(d.sql("select count(*) from participant where arrived is not null"), "0", "a GET changes nothing")
        with Stream(one, path=v.path + "/events") as s:
            s.next()
            done = press(ticket)
            check(done.status == 200 and "<form" not in done.text and "Arrivée notée" in done.text, "noted", done)
            e = s.event()
            equal((e.kind, e.json["participant"]["name"]), ("arrived", "b1"), "the organiser sees it")
            check("Arrivée notée" in press(ticket).text, "again")
        equal(one.get(f"/v1/participants/{v.people['b1']}")["version"], 2, "once")
        for wrong in ("", "x" * 54, ticket[:-1], sealed(d, "badge", v.people["b1"])):
            equal([person("GET", f"/checkin?t={wrong}").status, press(wrong).status], [404, 404], f"no ticket: {wrong}")
        equal(person("GET", "/checkin").status, 404, "none")
        one.post(f"/v1/participants/{v.people['s1']}/withdraw", expect=200)
        gone = sealed(d, "checkin", d.sql(f"select key from participant where id = '{v.people['s1']}'"))
        equal(person("GET", f"/checkin?t={gone}").status, 404, "who has withdrawn")


# ---- Repairs

def repairs(v):
    return [p for p in v.client.get(v.path + "/plans")["items"] if p["kind"] == "repair"]


def test_to_be_seen_first():
    """Where the organiser wants to see a repair first, a draft is made and nothing is told."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "s1", "s2"], [("b1", "s1"), ("b1", "s2")], auto=False)
        v.publish(v.draft({("b1", "s1"): (1, "T1"), ("b1", "s2"): (2, "T1")}), final=True)
        one.post(f"/v1/participants/{v.people['s1']}/missing", {"until": 2}, expect=200)
        settled(v)
        equal(v.places(v.view()["current"]), {("b1", "s1"): (1, "T1"), ("b1", "s2"): (2, "T1")}, "published is what was")
        draft = one.get(v.path + "/timetables")["items"][0]
        equal((draft["state"], draft["made"], draft["why"]["what"]), ("draft", "repair", "missing"), "the draft")
        equal(v.places(draft)["b1", "s2"], (2, "T1"), "nobody else moves")
        check(v.places(draft)["b1", "s1"][0] > 2, "the one moves", v.places(draft))
        v.publish(draft)
        equal(v.view()["current"]["id"], draft["id"], "published by hand")


def test_those_who_wait():
    """Who found no place waits; a place that is given up is filled, and nobody is moved for it."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "b2", "s1", "s2"], [("b1", "s1"), ("b2", "s1"), ("b2", "s2")], slots=2, tables=1)
        v.publish(v.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (2, "T1")}), final=True)
        equal([r["id"] for r in one.get(v.path + "/requests?state=waiting")["items"]], [v.requests["b2", "s1"]], "one waits")
        one.post(f"/v1/participants/{v.people['b1']}/withdraw", expect=200)
        settled(v)
        equal(v.places(v.view()["current"]), {("b2", "s1"): (1, "T1"), ("b2", "s2"): (2, "T1")}, "the place is filled")
        kinds = d.sql(f"select p.name, n.kind, n.body #>> '{{changes,0,what}}' from notice n join participant p on p.id = n.participant "
                      f"where n.convention = '{v.id}' and n.need_version = 2 order by 1").splitlines()
        equal(kinds, ["b1|changed|cancelled", "b2|changed|added", "s1|changed|added"], "who is told what first")


def test_what_has_begun_stays():
    """Whoever withdraws or fails in the afternoon has met in the morning; of the meeting under way only who is missing is let out."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "b2", "s1", "s2", "s3"], [("b1", "s1"), ("b2", "s2"), ("b1", "s3"), ("b2", "s1")], slots=6, start=begins(600))
        v.publish(v.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (2, "T1"), ("b1", "s3"): (2, "T2"), ("b2", "s1"): (5, "T1")}), final=True)
        shift(v, -30)
        one.post(f"/v1/participants/{v.people['s1']}/withdraw", expect=200)
        one.post(f"/v1/participants/{v.people['s2']}/missing", {"until": 4}, expect=200)
        settled(v)
        places = v.places(v.view()["current"])
        check(places.pop(("b2", "s2"))[0] >= 4, "who comes late meets later", places)
        equal(places, {("b1", "s1"): (1, "T1"), ("b1", "s3"): (2, "T2")}, "what has begun stays, what was to come goes")


def rule(v, kind, id, **rules):
    """Other rules for a request or a participant, by the organiser."""
    path = f"/v1/{kind}/{id}"
    return v.client("PUT", path, rules, {"If-Match": f'"{v.client.get(path)["version"]}"'}, 200).json


def all_done(v):
    """No repair failed."""
    equal({p["state"] for p in repairs(v)}, {"done"}, "how the repairs ended")


def test_a_lost_booth():
    """A booth and a pin at a table that is lost bind nobody: who sits there moves, and others can still be helped."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "b2", "s1", "s2"], [("b1", "s1"), ("b2", "s2")], slots=3, rules={"s1": {"table": "T1"}})
        rule(v, "requests", v.requests["b2", "s2"], table="T2")
        v.publish(v.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (1, "T2")}), final=True)
        for table in ("T1", "T2"):
            one.post(v.path + "/tables", {"table": table, "lost": True}, expect=200)
            settled(v)
        places = v.places(v.view()["current"])
        equal({table for _, table in places.values()}, {"T3"}, "at the table that is left")
        one.post(f"/v1/participants/{v.people['b2']}/withdraw", expect=200)
        settled(v)
        equal(list(v.places(v.view()["current"])), [("b1", "s1")], "mended once more")
        all_done(v)
        told = d.sql("select body ->> 'state' from notice where kind = 'repaired'").split()
        equal(told, ["final"] * 3, "the organiser is told of each")


def test_a_failed_repair_leaves_out():
    """The solver's end without an answer: what the rules do not let stay goes, and the organiser is told."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "s1", "s2", "s3"], [("b1", "s1"), ("b1", "s2"), ("b1", "s3")], slots=4)
        v.publish(v.draft({("b1", "s1"): (1, "T1"), ("b1", "s2"): (2, "T1"), ("b1", "s3"): (4, "T1")}), final=True)
        d.sql(f"update participant set body = '{{\"rest\": 1}}' where id = '{v.people['b1']}'; update convention set repair = now() where id = '{v.id}'; "
              f"select plan_begin(null, '{v.id}', '{one.id}', '{{}}'); select plan_end('{one.id}', 'failed', null, null, null, '[]')")
        equal(v.places(v.view()["current"]), {("b1", "s1"): (1, "T1"), ("b1", "s3"): (4, "T1")}, "what may stay")
        equal(d.sql("select body ->> 'state', body ->> 'changes' from notice where kind = 'repaired'"), "final|1", "told")


def test_rules_that_come_too_late():
    """A cap, a rest, an absence, a booth set when meetings have begun: these stay, what is to come follows, and others are mended."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        pairs = [("b1", "s1"), ("b1", "s2"), ("b1", "s3"), ("b2", "s3"), ("b2", "s4")]
        v = Convention(d, one, ["b1", "b2", "s1", "s2", "s3", "s4"], pairs, slots=8, start=begins(600))
        v.publish(v.draft({("b1", "s1"): (1, "T1"), ("b1", "s2"): (2, "T1"), ("b1", "s3"): (5, "T1"), ("b2", "s3"): (1, "T2"), ("b2", "s4"): (4, "T2")}), final=True)
        shift(v, -30)
        badge = "/v1" + at(one.get(f"/v1/participants/{v.people['b1']}")["links"]["badge"]).replace("/badge/", "/badges/")
        Client(d.port)("PUT", badge, {"most": 1, "absent": [1]}, {"If-Match": '"1"'}, 200)
        settled(v)
        begun = {("b1", "s1"): (1, "T1"), ("b1", "s2"): (2, "T1"), ("b2", "s3"): (1, "T2")}
        equal(v.places(v.view()["current"]), {**begun, ("b2", "s4"): (4, "T2")}, "two have begun, the third is too many")
        rule(v, "participants", v.people["b1"], name="b1", rest=2, table="T3")
        settled(v)
        one.post(f"/v1/participants/{v.people['s4']}/missing", {"until": 5}, expect=200)
        settled(v)
        places = v.places(v.view()["current"])
        check(places.pop(("b2", "s4"), (0,))[0] >= 5, "who comes late meets later", places)
        check(places.get(("b1", "s3"), (5, "T3")) >= (5, "T3"), "behind its rest", places)
        places.pop(("b1", "s3"), None)
        equal(places, begun, "what has begun stays")
        all_done(v)


def test_what_is_over_is_published():
    """A draft of the day before changes nothing in a slot that has begun."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "b2", "s1", "s2"], [("b1", "s1"), ("b2", "s2"), ("b1", "s2")], slots=6, start=begins(600))
        v.publish(v.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (4, "T2")}), final=True)
        before = [v.draft(places) for places in ({("b2", "s2"): (4, "T2")}, {("b1", "s1"): (3, "T1")}, {("b1", "s1"): (1, "T2")},
                                                 {("b1", "s1"): (1, "T1"), ("b2", "s2"): (1, "T2")})]
        good = v.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (5, "T2")})
        shift(v, -10)
        for draft, who in zip(before, ("b1 et s1", "b1 et s1", "b1 et s1", "b2 et s2")):
            got = v.publish(draft, expect=409)
            told = [re.sub(r"(?<=le créneau d)(e|u .* à) \d+ h \d\d(?= a commencé)", "e …", e["detail"]) for e in got["errors"]]
            equal((got["code"], told), ("conflict", [f"Ce n'est pas possible : {who} : le créneau de … a commencé, ce qui y est publié ne change plus."]), who)
        equal(v.places(v.view()["current"]), {("b1", "s1"): (1, "T1"), ("b2", "s2"): (4, "T2")}, "nothing is published")
        for pair, slot in ((("b1", "s1"), 3), (("b2", "s2"), 1), (("b1", "s2"), 1)):
            moved = one("POST", f"/v1/timetables/{good['id']}/moves", {"request": v.requests[pair], "slot": slot, "dry": True}, {"If-Match": '"1"'}, 409)
            equal(moved.json["code"], "conflict", "nor by hand")
        equal(v.publish(good)["placed"], 2, "what is to come may change")


def test_who_waits_is_placed_at_once():
    """Whatever makes room: slots, caps, somebody who comes, another pin; an arrival that was waited for makes none."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "s1", "s2", "s3"], [("b1", "s1"), ("b1", "s2")], slots=2, tables=1, most=1)
        v.publish(v.draft({("b1", "s1"): (1, "T1")}), final=True)
        one.post(f"/v1/participants/{v.people['s1']}/arrived", expect=200)
        settled(v)
        equal(repairs(v), [], "nobody was missing")

        def put(**more):
            now = v.view()
            v.client("PUT", v.path, {**{k: now[k] for k in ("name", "place", "mode", "acceptance", "sessions", "tables", "most")}, **more}, {"If-Match": f'"{now["version"]}"'}, 200)
            settled(v)
        put(name="Autrement")
        equal(repairs(v), [], "a name makes no room")
        put(most=9)
        equal(v.places(v.view()["current"]), {("b1", "s1"): (1, "T1"), ("b1", "s2"): (2, "T1")}, "a cap")
        v.ask([("b1", "s3")])
        put(sessions=[{**v.view()["sessions"][0], "slots": 4}])
        equal(v.places(v.view()["current"])["b1", "s3"], (3, "T1"), "slots")
        rule(v, "requests", v.requests["b1", "s3"], slot=4)
        settled(v)
        equal(v.places(v.view()["current"])["b1", "s3"], (4, "T1"), "a pin")
        v.daemon.sql(f"update participant set state = 'invited' where id = '{v.people['s3']}'; update request set state = 'asked' where id = '{v.requests['b1', 's3']}'; "
                     f"delete from meeting where request = '{v.requests['b1', 's3']}'")
        badge = "/v1" + at(one.get(f"/v1/participants/{v.people['s3']}")["links"]["badge"]).replace("/badge/", "/badges/")
        Client(d.port).post(badge + "/answers", {"request": v.requests["b1", "s3"], "answer": "accepted"}, expect=200)
        settled(v)
        equal(v.places(v.view()["current"]).get(("b1", "s3")), (4, "T1"), "who comes by saying yes")


def test_beside_a_plan():
    """A repair does not wait for a plan."""
    with Daemon() as d:
        one = d.organisation("organiser", 1)
        v = Convention(d, one, ["b1", "s1"], [("b1", "s1")])
        v.publish(v.draft({("b1", "s1"): (1, "T1")}), final=True)
        d.sql(f"select plan_begin('{one.id}', '{v.id}', '{one.id}', '{{}}')")  # as if it ran elsewhere, for a minute
        one.post(f"/v1/participants/{v.people['s1']}/withdraw", expect=200)
        settled(v)
        equal((v.places(v.view()["current"]), one.get(f"/v1/plans/{one.id}")["state"]), ({}, "running"), "mended meanwhile")
        equal(v.plan(expect=409)["code"], "plan_running", "plans are one at a time")


def test_two_daemons():
    """Both serve the streams of a convention, and one of them mends it, once."""
    with Daemon() as home:
        home.make()
        shared = "database_url=" + home.admin("db", "url").strip(), f"key_file={home.data}/secret.key"
        with Daemon(*shared) as a, Daemon(*shared) as b:
            one = a.organisation("organiser", 1)
            there = Client(b.port, one.token)
            v = Convention(a, one, ["b1", "b2", "s1", "s2"], [("b1", "s1"), ("b2", "s2")])
            v.publish(v.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (1, "T2")}), final=True)
            seen = v.view()["happened"]
            with Stream(there, seen, v.path + "/events") as stream, Stream(one, seen, v.path + "/events") as near:
                for name in ("s1", "s2"):
                    one.post(f"/v1/participants/{v.people[name]}/missing", {"until": 2}, expect=200)
                settled(v)
                last = v.view()["happened"]
                both = []
                for s in (stream, near):
                    got = [s.event()]
                    while int(got[-1].id) < last:
                        got.append(s.event())
                    both.append([(e.id, e.kind) for e in got])
                equal(both[0], both[1], "the same stream at both")
            begun = repairs(v)
            check(len(begun) <= 2, "no repair is made twice", begun)
            equal({slot for slot, _ in v.places(v.view()["current"]).values()} & {1}, set(), "mended")


def test_killed():
    """The daemon dies after a fact was stored, before and while it is mended: the next one mends it."""
    with Daemon("tick_ms=300", "repair_seconds=30") as d:
        one = d.organisation("organiser", 1)
        names, pairs = drawn(2, 12, 20, 140)
        v = Convention(d, one, names, pairs, slots=16, tables=10)
        v.publish(v.planned(), final=True)
        d.process.send_signal(signal.SIGSTOP)
        d.sql(f"select status from participant_is('{one.id}', '{v.people['s1']}', 'withdraw', null)")
        d.kill()
        d.start()
        settled(v)
        check(all("s1" not in pair for pair in v.places(v.view()["current"])), "mended after the start")
        one.post(f"/v1/participants/{v.people['s2']}/withdraw", expect=200)
        wait_for(lambda: repairs(v)[0]["state"] == "running" or len(repairs(v)) > 1, "it begins")
        d.kill()
        d.start()
        d.sql("update plan set seen = now() - interval '16 seconds' where state = 'running'")  # as if nobody had said anything for so long
        settled(v)
        check(all("s2" not in pair for pair in v.places(v.view()["current"])), "mended by another run")


run(test_streams, test_streams_end, test_board, test_arrival, test_to_be_seen_first, test_those_who_wait, test_what_has_begun_stays, test_a_lost_booth,
    test_a_failed_repair_leaves_out, test_rules_that_come_too_late, test_what_is_over_is_published, test_who_waits_is_placed_at_once, test_beside_a_plan,
    test_two_daemons, test_killed, test_a_day, seconds=400)
