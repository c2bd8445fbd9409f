# SPDX-License-Identifier: EUPL-1.2
"""Who is to meet whom: requests of the organiser, of matches and of people by their badges; slots that are picked on acceptance."""
import html
import json
import os
import random
import re
import threading
from urllib.parse import urlencode

from entregent import Client, Daemon, check, directory, each, equal, need, offer, run, wait_for
from meetings import body
from people import mails, person, text_of
from private import sealed

MISSING = "01890a5d-ac96-774b-bcce-b302099a8057"
FORM = "application/x-www-form-urlencoded"


class Convention:
    """An open convention, filled by its organiser over the API. people: names, the first letter b or s says the side."""

    def __init__(self, client, people=(), pairs=(), state="open", **more):
        self.client, self.people, self.requests = client, {}, {}
        self.id = client.post("/v1/conventions", body(**more), expect=201).json["id"]
        self.path = f"/v1/conventions/{self.id}"
        for name in people:
            self.add(name)
        for pair in pairs:
            self.ask(*pair)
        if state == "open":
            self.move("open")

    def add(self, name, **more):
        made = self.client.post(f"{self.path}/participants", {"name": name, "email": f"{name}@{self.id[-12:]}.example.org", "company": f"Chez {name}",
                                                              "side": "buyer" if name[0] == "b" else "supplier", **more}, expect=201).json
        self.people[name] = made["id"]

    def ask(self, first, second, **more):
        made = self.client.post(f"{self.path}/requests", {"first": self.people[first], "second": self.people[second], **more}, expect=201).json
        self.requests[first, second] = made["id"]
        return made

    def move(self, state):
        return self.client.post(f"{self.path}/state", {"state": state}, expect=200).json

    def view(self):
        return self.client.get(self.path)


class Badge:
    """What a participant does by its secret link, without an account."""

    def __init__(self, d, convention, name):
        self.client, self.name = Client(d.port), name
        self.ticket = sealed(d, "badge", d.sql(f"select key from participant where id = '{convention.people[name]}'"))
        self.path, self.page = f"/v1/badges/{self.ticket}", f"/badge/{self.ticket}"

    def read(self):
        return self.client.get(self.path)

    def put(self, expect=200, **more):
        return self.client.put(self.path, more, self.read()["participant"]["version"], expect)

    def wish(self, who, expect=201, **more):
        return self.client.post(f"{self.path}/requests", {"with": who, **more}, expect=expect).json

    def answer(self, request, word, expect=200):
        return self.client.post(f"{self.path}/answers", {"request": request, "answer": word}, expect=expect).json

    def press(self, expect=200, **form):
        return self.client("POST", self.page, urlencode(form), {"Content-Type": FORM}, expect).text


def faults(answer):
    return [(e["pointer"], e["code"]) for e in answer.json["errors"]]


def test_organiser_requests():
    """The organiser asks for others: accepted at once, once for each pair; nobody else sees or changes it."""
    with Daemon() as d:
        organiser, other = d.organisation("organiser", 1), d.organisation("organiser", 2)
        c = Convention(organiser, ["b1", "b2", "s1", "s2"], slots=4, tables=2)
        ask = f"{c.path}/requests"
        made = organiser.post(ask, {"first": c.people["b1"], "second": c.people["s1"], "priority": 4, "message": "Voyons-nous"}, expect=201)
        equal(made.json["state"], "accepted", "nobody is waited for")
        equal((made.json["origin"], made.json["priority"], made.json["message"], made.json["meeting"]), ("organiser", 4, "Voyons-nous", None), "as asked")
        equal((made.json["first"]["name"], made.json["second"]["name"]), ("b1", "s1"), "who")
        equal(made.headers["Location"], f"/v1/requests/{made.json['id']}", "where")
        again = organiser.post(ask, {"first": c.people["s1"], "second": c.people["b1"], "priority": 5}, expect=200).json
        equal((again["id"], again["priority"]), (made.json["id"], 5), "the same pair, wanted more")
        equal(faults(organiser.post(ask, {"first": c.people["b1"], "second": c.people["b1"]}, expect=422)), [("/second", "same_person")], "itself")
        equal(faults(organiser.post(ask, {"first": c.people["b1"], "second": MISSING}, expect=422)), [("/second", "unknown_id")], "nobody")
        equal(faults(organiser.post(ask, {"first": MISSING, "second": c.people["b1"]}, expect=422)), [("/first", "unknown_id")], "nobody")
        equal(faults(organiser.post(ask, {"first": "b1", "second": c.people["b1"]}, expect=422)), [("/first", "wrong_type")], "no id")
        equal(faults(organiser.post(ask, {"first": c.people["b1"]}, expect=422)), [("/second", "required")], "half of it")
        # Somebody else's is as one that is not there, and nothing happens in it.
        happened = c.view()["happened"]
        for path, sent in ((ask, {"first": c.people["b1"], "second": c.people["s2"]}), (f"/v1/requests/{made.json['id']}/answer", {"answer": "withdrawn"})):
            other.post(path, sent, expect=404)
        other("GET", ask, expect=404)
        other("GET", f"/v1/requests/{made.json['id']}", expect=404)
        other("PUT", f"/v1/requests/{made.json['id']}", {"slot": 1}, {"If-Match": '"1"'}, 404)
        equal(c.view()["happened"], happened, "nothing happened")
        # Lists, by state and by participant.
        c.ask("b2", "s1")
        equal(len(organiser.all(ask + "?limit=1")), 2, "page after page")
        equal(len(organiser.all(f"{ask}?participant={c.people['b2']}")), 1, "those of one")
        equal(len(organiser.all(ask + "?state=waiting")), 2, "accepted, and nowhere yet")
        equal(len(organiser.all(ask + "?state=asked")), 0, "none waits for an answer")
        organiser("GET", ask + "?state=lost", expect=422)
        organiser("GET", ask + "?participant=b1", expect=422)
        # Withdrawn, and asked for once more.
        gone = organiser.post(f"/v1/requests/{made.json['id']}/answer", {"answer": "withdrawn"}, expect=200).json
        equal(gone["state"], "withdrawn", "withdrawn")
        equal(organiser.post(f"/v1/requests/{made.json['id']}/answer", {"answer": "withdrawn"}, expect=409).json["code"], "state", "twice")
        equal(organiser.post(ask, {"first": c.people["b1"], "second": c.people["s1"]}, expect=200).json["id"], made.json["id"], "it comes back")
        c.move("cancelled")
        equal(organiser.post(ask, {"first": c.people["b1"], "second": c.people["s2"]}, expect=409).json["code"], "state", "too late")


def test_sides():
    """Where only buyers meet suppliers, others cannot be asked for."""
    with Daemon() as d:
        c = Convention(d.organisation("organiser", 1), ["b1", "b2", "s1"], across=True)
        refused = c.client.post(f"{c.path}/requests", {"first": c.people["b1"], "second": c.people["b2"]}, expect=422)
        equal(faults(refused), [("/second", "same_side")], "two buyers")
        c.ask("b1", "s1")
        b1 = Badge(d, c, "b1")
        equal([p["name"] for p in b1.client.get(f"{b1.path}/people")["items"]], ["s1"], "whom it may ask")


def put_rules(c, request, expect=200, **rules):
    version = c.client.get(f"/v1/requests/{request}")["version"]
    return c.client.put(f"/v1/requests/{request}", rules, version, expect)


def test_pins():
    """What is pinned is checked against what else is fixed, and refused with one sentence."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        c = Convention(organiser, ["b1", "b2", "s1", "s2"], [("b1", "s1"), ("b1", "s2"), ("b2", "s2")], slots=4, tables=2)
        first, second, third = (c.requests[p] for p in (("b1", "s1"), ("b1", "s2"), ("b2", "s2")))
        got = put_rules(c, first, slot=2, table="T1", priority=5).json
        equal((got["slot"], got["table"], got["priority"], got["meeting"]), (2, "T1", 5, None), "pinned; it moves nothing by itself")
        clash = put_rules(c, second, 409, slot=2).json
        equal(clash["code"], "conflict", "b1 is taken then")
        check("b1" in clash["detail"] and "2" in clash["detail"], clash["detail"])
        equal(put_rules(c, third, 409, slot=2, table="T1").json["code"], "conflict", "the table is taken then")
        put_rules(c, third, slot=2, table="T2")
        put_rules(c, second, 409, after=[first], slot=1)
        put_rules(c, second, after=[first], forbidden=[3])
        equal(put_rules(c, second, 409, forbidden=[1, 2, 3, 4]).json["code"], "conflict", "nowhere")
        for rules, field, what in (({"slot": 5}, "slot", "5"), ({"table": "T9"}, "table", "T9"), ({"session": "soir"}, "session", "soir"), ({"after": [MISSING]}, "after", MISSING)):
            refused = put_rules(c, second, 422, **rules)
            equal(faults(refused), [("/" + field, "unknown_id")], rules)
            check(what in refused.json["errors"][0]["detail"], refused)
        # What is left out is none; an old version changes nothing.
        got = put_rules(c, first).json
        check("slot" not in got and "table" not in got and got["priority"] == 5, got)
        organiser("PUT", f"/v1/requests/{first}", {"slot": 1}, {"If-Match": '"1"'}, 412)
        organiser("PUT", f"/v1/requests/{first}", {"slot": 1}, expect=428)


def test_badge():
    """Somebody without an account says by its link when it comes, whom it wants to meet, what it answers."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        c = Convention(organiser, ["b1", "s1", "s2"], acceptance=True, wishes=2)
        b1, s1, s2 = (Badge(d, c, n) for n in ("b1", "s1", "s2"))
        read = b1.client("GET", b1.path, expect=200)
        equal((read.json["participant"]["name"], read.json["participant"]["email"], read.json["meetings"], read.json["requests"]), ("b1", f"b1@{c.id[-12:]}.example.org", [], []), "its own")
        equal(read.headers["ETag"], f'"{read.json["participant"]["version"]}"', "its version")
        check("tables" not in read.json["programme"] and len(read.json["programme"]["slots"]) == 8, "the programme, not the tables")
        equal(sorted(read.json["links"]), ["agenda", "checkin", "sheet"], "its addresses")
        # When, and how many.
        got = b1.put(absent=[7, 8], most=2).json
        equal((got["state"], got["absent"], got["most"]), ("listed", [7, 8], 2), "set")
        equal(b1.put(state="coming").json["absent"], [7, 8], "what is left out stays")
        equal(b1.put(absent=[]).json["absent"], [], "there all day")
        b1.client.put(b1.path, {"most": 3}, 1, 412)
        b1.client("PUT", b1.path, {"most": 3}, expect=428)
        equal(faults(b1.put(422, absent=[65])), [("/absent/0", "out_of_range")], "no such slot")
        # A wish waits for the other; a wish of both is a yes.
        wish = b1.wish(c.people["s1"], message="Un devis ?", priority=5)
        equal((wish["state"], wish["origin"], wish["second"]["name"]), ("asked", "wish", "s1"), "it waits")
        check("forbidden" not in wish and "after" not in wish and "slot" not in wish, wish)
        seen = s1.read()["requests"]
        equal([(r["by"], r["state"], r["message"], r["with"]["name"]) for r in seen], [("other", "asked", "Un devis ?", "b1")], "s1 sees it")
        s2.answer(wish["id"], "accepted", 404)
        b1.answer(wish["id"], "accepted", 404)
        equal(s1.wish(c.people["b1"], 200)["state"], "accepted", "both wish it")
        equal(b1.read()["requests"][0]["state"], "accepted", "b1 sees it")
        # Refused; asked again only by who refused.
        wish = b1.wish(c.people["s2"])
        equal(s2.answer(wish["id"], "declined")["state"], "declined", "refused")
        equal(b1.wish(c.people["s2"], 409)["code"], "state", "once is enough")
        equal(b1.answer(wish["id"], "withdrawn", 409)["code"], "state", "nor is the refusal taken away, to ask again")
        equal(s2.wish(c.people["b1"], 200)["state"], "asked", "s2 has thought again")
        equal(b1.answer(wish["id"], "accepted")["state"], "accepted", "and b1 agrees")
        equal(s2.answer(wish["id"], "withdrawn")["state"], "withdrawn", "who asks may withdraw")
        equal(faults(b1.client.post(f"{b1.path}/requests", {"with": MISSING}, expect=422)), [("/with", "unknown_id")], "nobody")
        equal(faults(b1.client.post(f"{b1.path}/requests", {"with": c.people["b1"]}, expect=422)), [("/with", "same_person")], "itself")
        # People: by words, without itself; one that is found shows what is asked already.
        equal(sorted(p["name"] for p in b1.client.get(f"{b1.path}/people")["items"]), ["s1", "s2"], "the others")
        equal([p.get("request") for p in b1.client.get(f"{b1.path}/people?q=CHEZ+s1")["items"]], ["accepted"], "one of them")
        check("email" not in json.dumps(b1.client.get(f"{b1.path}/people")), "no addresses")
        # Gone for good; a link that is none opens nothing.
        equal(b1.client.post(f"{b1.path}/withdraw", expect=200).json["state"], "withdrawn", "gone")
        equal(b1.put(409, state="coming").json["code"], "state", "for good")
        b1.wish(c.people["s1"], 409)
        for link in (b1.ticket[:-1] + ("A" if b1.ticket[-1] != "A" else "B"), "x", sealed(d, "agenda", MISSING), sealed(d, "badge", MISSING)):
            for method, path, sent in (("GET", "", None), ("GET", "/people", None), ("POST", "/withdraw", None), ("POST", "/requests", {"with": c.people["s1"]}),
                                       ("POST", "/answers", {"request": wish["id"], "answer": "declined"})):
                equal(b1.client(method, f"/v1/badges/{link}{path}", sent).status, 404, method + path)
        # Erased, its link is worth nothing any more.
        organiser("DELETE", f"/v1/participants/{c.people['s2']}", expect=204)
        s2.client("GET", s2.path, expect=404)


def test_asking_again():
    """Who is asked by somebody once more is told of it once a day at most."""
    with Daemon() as d:
        c = Convention(d.organisation("organiser", 1), ["b1", "s1", "s2"], acceptance=True)
        b1, s1 = (Badge(d, c, n) for n in ("b1", "s1"))

        def told():
            return int(d.sql(f"select count(*) from notice where kind = 'request' and participant = '{c.people['s1']}'"))

        def again(message):
            b1.answer(b1.wish(c.people["s1"], None, message=message)["id"], "withdrawn")
        for i in range(3):
            again(f"encore {i}")
        equal(told(), 1, "in a day")
        Badge(d, c, "s2").wish(c.people["s1"])
        equal(told(), 2, "by somebody else")
        d.sql("update notice set at = at - interval '25 hours'")
        equal((b1.wish(c.people["s1"], 200)["state"], told()), ("asked", 3), "on the next day")
        equal([r["state"] for r in s1.read()["requests"] if r["by"] == "other"], ["asked"] * 2, "its page shows what waits")


def test_wishes_end():
    """So many wishes each, until a day, as long as it is open."""
    with Daemon() as d:
        c = Convention(d.organisation("organiser", 1), ["b1", "s1", "s2", "s3"], acceptance=True, wishes=2)
        b1 = Badge(d, c, "b1")
        b1.wish(c.people["s1"])
        wish = b1.wish(c.people["s2"])
        equal(faults(b1.client.post(f"{b1.path}/requests", {"with": c.people["s3"]}, expect=422)), [("/with", "too_many_wishes")], "two are enough")
        b1.answer(wish["id"], "withdrawn")
        b1.wish(c.people["s3"])
        c.move("closed")
        equal(Badge(d, c, "s3").wish(c.people["s1"], 409)["code"], "state", "closed to wishes")
        equal(Badge(d, c, "s1").answer(b1.read()["requests"][0]["id"], "accepted")["state"], "accepted", "not to answers")


def test_participations():
    """Members see what their people take part in; the badge only who it is, and owners."""
    with Daemon() as d:
        organiser, buyer = d.organisation("organiser", 1), d.organisation("buyer", 2)
        owner = person(d, "owner@example.org", "Ode Owner", buyer.id)
        reader = person(d, "reader@example.org", "Rémi Reader", buyer.id, "reader")
        c = Convention(organiser)
        c.add("b1", email="reader@example.org")
        mine = reader.get("/v1/participations")["items"]
        equal([(p["mine"], p["convention"]["name"], p["state"], p["meetings"], p["email"]) for p in mine], [(True, "Rendez-vous de Thiers", "listed", 0, "reader@example.org")], "its own")
        check(mine[0]["badge"].endswith(Badge(d, c, "b1").page), mine)
        for scopes, badge in ((["read"], None), (["read", "needs"], mine[0]["badge"])):
            token = reader if scopes == ["read"] else owner
            token = Client(d.port, token.post("/v1/tokens", {"label": "à moi", "scopes": scopes}, 201).json["token"])
            equal([p["badge"] for p in token.get("/v1/participations")["items"]], [badge], f"a token of {scopes}: a badge writes")
        equal([(p["mine"], p["badge"]) for p in owner.get("/v1/participations")["items"]], [(False, mine[0]["badge"])], "the owner's people")
        of_token = buyer.get("/v1/participations")["items"]
        equal([(p["mine"], p["badge"], p.get("email")) for p in of_token], [(False, None, None)], "a token is nobody")
        equal(organiser.get("/v1/participations")["items"], [], "not theirs")


def imported(answer):
    return [json.loads(line) for line in answer.text.splitlines()]


def test_import():
    """People by a table as spreadsheets write it: each row taken, repaired or refused by itself; again, nothing new."""
    table = "\ufeffName;Courriel\n"
    with Daemon("convention_people=6") as d:
        organiser = d.organisation("organiser", 1)
        c = Convention(organiser, tables=2, slots=4)
        path, csv = f"{c.path}/import", {"Content-Type": "text/csv; charset=utf-8"}
        refused = organiser("POST", path, table, csv, 422)
        equal(faults(refused), [("/header/1", "unknown_field"), ("/header", "line_columns")], "no such column, and none of the addresses")
        equal(faults(organiser("POST", path, "", csv, 422)), [("/header", "required")], "nothing at all")
        equal(organiser("POST", path, {"name": 1}, expect=415).json["code"], "bad_type", "no table")
        rows = ("\ufeffName;EMAIL;side;company;most;absent;table;wishes;language\r\n"
                "Anne;Anne@Example.org;Acheteur;\"Mairie; Thiers\";3;1|2;T1;bob@example.org | carl@example.org|nobody@example.org|pas une adresse;en\r\n"
                "Bob;bob@example.org;supplier;;;;;anne@example.org;\r\n"
                "Carl;carl@example.org;FOURNISSEUR;;;;;;\r\n"
                ";dora@example.org;;;;;;;\r\n"
                "Ève;eve;;;;;;;\r\n"
                "Fred;fred@example.org;vendeur;;0;9|9;;;\r\n"
                "Guy;guy@example.org;;;;;T9;;\r\n"
                "Hervé;herve@example.org\r\n"
                "Anne encore;anne@example.org;;;;;;;\r\n")
        got = imported(organiser("POST", path, rows, csv, 200))
        equal([(g["line"], g["status"], g["new"]) for g in got],
              [(2, "repaired", True), (3, "taken", True), (4, "taken", True), (5, "refused", False), (6, "refused", False), (7, "refused", False), (8, "refused", False),
               (9, "refused", False), (10, "taken", False)], "row by row")
        equal([(w["pointer"], w["code"]) for w in got[0]["warnings"]], [("/wishes/3", "bad_mail"), ("/wishes/2", "unknown_id")], "wishes that lead nowhere")
        equal([sorted((e["pointer"], e["code"]) for e in g["errors"]) for g in got[3:8]],
              [[("/name", "required")], [("/email", "bad_mail")], [("/absent/1", "duplicate"), ("/most", "out_of_range"), ("/side", "not_one_of")], [("/table", "unknown_id")],
               [("", "line_columns")]], "why not")
        equal(got[8]["id"], got[0]["id"], "the same address is the same person")
        anne = organiser.get(f"/v1/participants/{got[0]['id']}")
        equal([anne[k] for k in ("name", "email", "company", "side", "most", "absent", "table", "language", "state")],
              ["Anne", "anne@example.org", "Mairie; Thiers", "buyer", 3, [1, 2], "T1", "en", "listed"], "as the table has it")
        requests = organiser.all(f"{c.path}/requests")
        equal(sorted((r["first"]["name"], r["second"]["name"], r["priority"], r["state"]) for r in requests),
              [("Anne", "Bob", 3, "accepted"), ("Anne", "Carl", 3, "accepted")], "one request for each pair")
        again = imported(organiser("POST", path, rows, csv, 200))
        equal([g["new"] for g in again], [False] * 9, "nothing is new")
        equal(len(organiser.all(f"{c.path}/participants")), 3, "three people")
        # As many as there is room for, invited by mail.
        more = "name,email\n" + "".join(f"P{i},p{i}@example.org\n" for i in range(5))
        got = imported(organiser("POST", path + "?invite=1", more, csv, 200))
        equal([g["status"] for g in got], ["taken"] * 3 + ["refused"] * 2, "six in all")
        equal({e["code"] for g in got[3:] for e in g["errors"]}, {"state"}, "no room")
        equal(organiser.get(f"/v1/participants/{got[0]['id']}")["state"], "invited", "it is asked")
        equal(d.sql("select count(*) from notice where kind = 'invited'"), "3", "and told")
        d.organisation("organiser", 2)("POST", path, more, csv, 404)
        c.move("cancelled")
        organiser("POST", path, more, csv, 409)


def test_import_large():
    """Two thousand rows, in batches."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        c = Convention(organiser, slots=8, tables=40)
        rows = "name,email,side,wishes\n" + "".join(f"N{i},n{i}@example.org,{'buyer' if i % 2 else 'supplier'},n{(i * 7 + 1) % 2000}@example.org\n" for i in range(2000))
        got = imported(organiser("POST", f"{c.path}/import", rows, {"Content-Type": "text/csv"}, 200))
        equal((len(got), {g["new"] for g in got}), (2000, {True}), "all of them")
        view = c.view()
        equal(view["participants"], {"listed": 2000}, "are there")
        check(view["requests"]["accepted"] > 1500, view["requests"])


def suppliers_of(d, count, first=100):
    """Enterprises with an offer that fits, each with a mail address; the nearer the better."""
    made = []
    for i in range(count):
        s = d.organisation("supplier", first + i, f"Atelier {i}", "EI")
        s.put("/v1/offer", offer(), expect=201)
        s.owner = person(d, f"atelier{i}@example.org", f"Patron {i}", s.id)
        made.append(s)
    return made


def test_invitation():
    """From a need's matches: its buyer and its suppliers are invited, a request for each with the priority of its score."""
    with Daemon() as d:
        organiser, buyer = d.organisation("organiser", 1), d.organisation("buyer", 2)
        person(d, "acheteuse@example.org", "Ève Acheteuse", buyer.id)
        suppliers = suppliers_of(d, 4)
        unreachable = d.organisation("supplier", 150, "Sans adresse", "EI")
        unreachable.put("/v1/offer", offer(), expect=201)
        posted = buyer.need(need())
        d.matched()
        matches = buyer.get(f"/v1/needs/{posted['id']}/matches")["items"]
        equal(len(matches), 5, "found")
        scores = {m["offer"]["name"]: m["score"] for m in matches}
        suppliers[0].owner.post(f"/v1/needs/{posted['id']}/interested", {}, expect=200)
        suppliers[1].owner.post(f"/v1/needs/{posted['id']}/declined", {"reason": "other"}, expect=200)
        c = Convention(organiser, acceptance=True, across=True)
        path = f"{c.path}/invitations"
        equal(faults(organiser.post(path, {"need": MISSING}, expect=422)), [("/need", "unknown_id")], "no such need")
        equal(faults(organiser.post(path, {"need": "x"}, expect=422)), [("/need", "wrong_type")], "no id")
        d.organisation("organiser", 3).post(path, {"need": posted["id"]}, expect=404)
        got = organiser.post(path, {"need": posted["id"], "answer": "interested"}, expect=200).json
        equal(got, {"found": 1, "invited": 2, "requests": 1, "unreachable": 0}, "the interested one, and the buyer")
        got = organiser.post(path, {"need": posted["id"]}, expect=200).json
        equal(got, {"found": 4, "invited": 2, "requests": 2, "unreachable": 1}, "all but who declined")
        equal(organiser.post(path, {"need": posted["id"]}, expect=200).json["requests"], 0, "again, nothing new")
        equal(organiser.post(path, {"need": posted["id"], "least_score": 100}, expect=200).json["found"], 0, "none is that good")
        people = {p["company"]: p for p in organiser.all(f"{c.path}/participants")}
        equal(sorted(people), ["Atelier 0", "Atelier 2", "Atelier 3", "buyer 2"], "who is invited")
        equal({p["state"] for p in people.values()}, {"invited"}, "and asked")
        check(not any("email" in p for p in people.values()), "their addresses are not the organiser's")
        requests = organiser.all(f"{c.path}/requests")
        for r in requests:
            equal((r["origin"], r["state"], r["need"], r["first"]["company"]), ("match", "asked", posted["id"], "buyer 2"), "of the match")
            equal(r["priority"], 1 + min(4, scores[r["second"]["company"]] // 20), "by its score")
        # The invitation leads to the page; answering is coming, and the address is known then.
        c.people = {p["company"]: p["id"] for p in people.values()}
        for what in (None, "arrived"):
            if what:
                organiser.post(f"/v1/participants/{c.people['Atelier 3']}/{what}", None, expect=200)
            hidden = organiser.get(f"/v1/participants/{c.people['Atelier 3']}")
            check("email" not in hidden and "links" not in hidden, "nor are their links, which lead to them", hidden)
        badge = Badge(d, c, "Atelier 0")
        equal(badge.read()["requests"][0]["need"]["title"], posted["title"], "what it is about")
        badge.answer(badge.read()["requests"][0]["id"], "accepted")
        came = organiser.get(f"/v1/participants/{c.people['Atelier 0']}")
        equal((came["email"], came["links"]["badge"].rsplit("/", 1)[1]), ("atelier0@example.org", badge.ticket), "it comes")
        refuser = Badge(d, c, "Atelier 2")
        refuser.answer(refuser.read()["requests"][0]["id"], "declined")
        equal(organiser.post(path, {"need": posted["id"]}, expect=200).json, {"found": 4, "invited": 0, "requests": 0, "unreachable": 1}, "who refused is not asked again")
        equal(buyer.get(f"/v1/needs/{posted['id']}/funnel")["requested"], 3, "the funnel counts them")
        # Badges of people who are only invited show nobody the others who have not said anything.
        equal([p["company"] for p in badge.client.get(f"{badge.path}/people")["items"]], [], "the buyer has not answered")


def busy(d, convention):
    """What the database has published: {participant's name: [(slot, table)]}, each sorted."""
    rows = d.sql("select p.name, m.slot, m.seat from meeting m join booking b on b.request = m.request join participant p on p.number = b.person "
                 f"where m.convention = '{convention}' order by 1, 2").splitlines()
    found = {}
    for name, slot, seat in (row.split("|") for row in rows):
        found.setdefault(name, []).append((int(slot), int(seat)))
    return found


def test_slot_on_acceptance():
    """The slot is picked when a request is accepted: the fewest gaps, the earliest slot, the table one of both has."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        c = Convention(organiser, ["b1", "b2", "s1", "s2", "s3"], mode="acceptance", acceptance=True, slots=5, tables=3)
        b1, b2, s1, s2, s3 = (Badge(d, c, n) for n in ("b1", "b2", "s1", "s2", "s3"))
        b1.put(absent=[1])

        def met(asker, badge, word="accepted"):
            badge.answer(asker.wish(c.people[badge.name])["id"], word)
            return [(m["slot"], m["table"], m["with"]["name"]) for m in asker.read()["meetings"]]
        equal(met(b1, s1), [(2, "T1", "s1")], "the earliest at which both are there")
        equal(c.view()["current"]["made"], "acceptance", "it is published")
        equal(met(b2, s1), [(1, "T1", "s1")], "no gap for s1, at its table")
        equal(met(b1, s2), [(2, "T1", "s1"), (3, "T1", "s2")], "no gap for b1, at its table")
        equal(met(b1, s3, "declined"), [(2, "T1", "s1"), (3, "T1", "s2")], "nothing for a no")
        equal(met(b2, s2), [(1, "T1", "s1"), (2, "T2", "s2")], "no gap for either; the first table is taken then")
        told = [n["kind"] for n in map(json.loads, d.sql(f"select json_build_object('kind', kind) from notice where participant = '{c.people['s1']}' order by id").splitlines())]
        equal(told, ["request", "timetable", "request", "changed"], "each is told of its own")
        # The request says where; the organiser's view, too.
        placed = organiser.all(f"{c.path}/requests?participant={c.people['s1']}")
        equal(sorted(r["meeting"]["slot"] for r in placed), [1, 2], "where they meet")
        # Nowhere: it waits. Once there is room, it is met.
        s3.put(absent=[1, 2, 3])
        b2.put(absent=[4, 5])
        equal(met(b2, s3)[-1][2], "s2", "they are never there together")
        equal(len(organiser.all(f"{c.path}/requests?state=waiting")), 1, "it waits")
        s3.put(absent=[])
        equal((3, "s3") in [(m["slot"], m["with"]["name"]) for m in b2.read()["meetings"]], True, "it has its slot now")


def test_rest_and_caps():
    """Slots picked on acceptance hold the rests and caps, also those of the whole convention; booths; bonds."""
    with Daemon() as d:
        c = Convention(d.organisation("organiser", 1), ["b1", "b2", "b3", "s1", "s2", "s3"], mode="acceptance", slots=8, tables=3, rest=1, most=2)
        for name, rules in (("s1", {"table": "T3"}), ("s2", {"table": "T2"}), ("b3", {"table": "T3"}), ("b1", {"bound": 1}), ("b2", {"bound": 1})):
            at = f"/v1/participants/{c.people[name]}"
            view = c.client.get(at)
            c.client.put(at, {"name": name, "side": view["side"], **rules}, view["version"], 200)
        equal(c.ask("b1", "s1")["meeting"]["table"], "T3", "the booth")
        second = c.ask("b1", "s2")["meeting"]["slot"]
        equal(second, 3, "a slot of rest between")
        equal(c.ask("b1", "s3")["meeting"], None, "two are enough")
        equal(c.ask("b2", "s2")["meeting"]["slot"] in (1, 3), False, "not when who is bound to it meets")
        equal(c.ask("b3", "s1")["meeting"]["table"], "T3", "the booth of both")
        c.add("s4", table="T1")
        check(c.ask("b3", "s4")["meeting"]["table"] in ("T1", "T3"), "one booth of two")


def test_acceptance_begins():
    """What was accepted before slots were picked on acceptance has its slot as soon as they are, the most wanted first; told together."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        for first in ("acceptance", "organiser"):
            c = Convention(organiser, ["b1", "s1", "s2"], mode=first, state="draft", slots=1, tables=2, most=1)
            c.ask("b1", "s1", priority=2)
            c.ask("b1", "s2", priority=4)
            c.move("open")
            if first == "organiser":
                equal(c.view()["meetings"], 0, "its organiser plans")
                now = c.view()
                organiser.put(c.path, {**{k: now[k] for k in ("name", "place", "acceptance", "sessions", "tables", "most")}, "mode": "acceptance"}, now["version"], 200)
            equal(sorted(busy(d, c.id)), ["b1", "s2"], "the one that is wanted most")
            now = c.view()
            organiser.put(c.path, {**{k: now[k] for k in ("name", "place", "mode", "acceptance", "tables")}, "sessions": [{**now["sessions"][0], "slots": 3}]}, now["version"], 200)
            equal(sorted(busy(d, c.id)), ["b1", "s1", "s2"], "there is room for both")


def test_accepted_meanwhile():
    """A draft and a repair that were begun before a slot was picked do not take it away."""
    with Daemon("tick_ms=200") as d:
        organiser = d.organisation("organiser", 1)
        c = Convention(organiser, ["b1", "s1", "s2", "s3"], mode="acceptance", acceptance=True, slots=4, tables=2)
        b1, s1, s2, s3 = (Badge(d, c, n) for n in ("b1", "s1", "s2", "s3"))
        s1.answer(b1.wish(c.people["s1"])["id"], "accepted")
        draft = organiser.post(f"{c.path}/timetables", {"from": c.view()["current"]["id"]}, expect=201).json
        s2.answer(b1.wish(c.people["s2"])["id"], "accepted")
        got = organiser("POST", f"/v1/timetables/{draft['id']}/publish", {"final": True}, {"If-Match": '"1"'}, 412).json
        equal((got["code"], sorted(busy(d, c.id))), ("overtaken", ["b1", "s1", "s2"]), "both stay")
        wish, plan = b1.wish(c.people["s3"])["id"], MISSING
        d.sql(f"update convention set repair = now() where id = '{c.id}'; select plan_begin(null, '{c.id}', '{plan}', '{{}}')")
        s3.answer(wish, "accepted")
        places = d.sql(f"select jsonb_agg(jsonb_build_object('slot', m.slot + 1, 'table', 'T1') order by x.ord) from plan p, unnest(p.requests) with ordinality x (request, ord) "
                       f"join meeting m using (request) where p.id = '{plan}'")
        equal(d.sql(f"select plan_end('{plan}', 'done', null, '{{}}', '{places}', '[]')"), "f", "it knew too little")
        equal(sorted(busy(d, c.id)), ["b1", "s1", "s2", "s3"], "all stay")
        wait_for(lambda: c.view()["repair"] is None, "run once more")
        equal(sorted(busy(d, c.id)), ["b1", "s1", "s2", "s3"], "all stay")


def test_accept_race():
    """Clients accept at the same moment, on connections of their own and beside the daemon: nobody and no table is in two meetings."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        people = [f"b{i}" for i in range(6)] + [f"s{i}" for i in range(6)]
        c = Convention(organiser, people, mode="acceptance", acceptance=True, slots=6, tables=4)
        badges = {n: Badge(d, c, n) for n in people}
        asked = [(b, s, badges[b].wish(c.people[s])["id"]) for b in people[:6] for s in people[6:]]
        barrier = threading.Barrier(12)

        def accept(worker):
            client = Client(d.port)
            mine = [(s, id) for k, (b, s, id) in enumerate(asked) if k % 12 == worker]
            barrier.wait()
            if worker < 8:
                for s, id in mine:
                    client.post(f"{badges[s].path}/answers", {"request": id, "answer": "accepted"}, expect=200)
            else:
                d.sql("".join(f"begin; set local app.rights = 'system'; select status from request_answer(null, '{id}', '{c.people[s]}', 'accepted'); commit;" for s, id in mine))
        each(range(12), accept, 12)
        found = busy(d, c.id)
        for name, slots in found.items():
            equal(len({s for s, _ in slots}), len(slots), f"{name} is in two meetings at once")
        seats = d.sql(f"select slot, seat, count(*) from meeting where convention = '{c.id}' group by 1, 2 having count(*) > 1")
        equal(seats, "", "a table is in two meetings at once")
        equal(len(organiser.all(f"{c.path}/requests?state=accepted")), 36, "all are accepted")
        # None waits that could be met: at each slot somebody of it is taken, or every table.
        slots = {n: {s for s, _ in found.get(n, [])} for n in people}
        full = {t for t in range(1, 7) if sum(t in s for s in slots.values()) == 2 * 4}
        waiting = organiser.all(f"{c.path}/requests?state=waiting")
        for r in waiting:
            equal(set(range(1, 7)) - full - slots[r["first"]["name"]] - slots[r["second"]["name"]], set(), "it could be met")
        equal(c.view()["meetings"], 36 - len(waiting), "what is met is counted")
        seqs = [int(s) for s in d.sql(f"select seq from happening where convention = '{c.id}' order by seq").splitlines()]
        equal(seqs, list(range(1, len(seqs) + 1)), "what happened is numbered without gaps")
        # The last place of two: one has it, the other waits.
        for round in range(3):
            two = Convention(organiser, ["b1", "b2", "s1", "s2"], mode="acceptance", acceptance=True, slots=1, tables=1)
            ids = [(Badge(d, two, s), Badge(d, two, b).wish(two.people[s])["id"]) for b, s in (("b1", "s1"), ("b2", "s2"))]
            each(ids, lambda x: x[0].answer(x[1], "accepted"), 2)
            equal(len(organiser.all(f"{two.path}/requests?state=waiting")), 1, "one waits")
            equal(two.view()["meetings"], 1, "one is met")


def test_gaps_are_the_solvers():
    """The rule by which a slot is picked counts gaps as core/agenda_gaps does: held against entregent plan check."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 2)
        r, where = random.Random(7), directory()
        sessions = [{"name": f"S{i}", "start": f"2049-03-{day:02d}T{hour:02d}:00:00+01:00", "slots": n, "minutes": 10}
                    for i, (day, hour, n) in enumerate(((2, 9, 5), (2, 14, 4), (3, 9, 6), (4, 9, 3)))]
        slots = sum(s["slots"] for s in sessions)
        for rest in (0, 1, 2):
            people = [f"b{i}" for i in range(5)] + [f"s{i}" for i in range(5)]
            c = Convention(organiser, people, [(b, s) for b in people[:5] for s in people[5:]], tables=5, sessions=sessions, rest=rest)
            # Any meetings at all, also such as break the rest: what is counted is the gaps.
            taken, places = set(), {}
            for pair, id in c.requests.items():
                free = [t for t in range(1, slots + 1) if not any((n, t) in taken for n in pair)]
                slot = r.choice(free)
                taken |= {(n, slot) for n in pair}
                places[id] = (slot, sum(1 for _, (s, _) in places.items() if s == slot) + 1)
            d.sql("begin; set local app.rights = 'system'; " + "".join(
                f"insert into meeting (request, convention, slot, seat) values ('{id}', '{c.id}', {slot}, {seat});" for id, (slot, seat) in places.items()) + "commit")
            ours = sum(map(int, d.sql(f"begin; set local app.rights = 'system'; select person_gaps(p, null) from participant p where convention = '{c.id}'; commit").splitlines()))
            more = r.randint(1, slots)
            one = c.people["b0"]
            agenda = {"sessions": sessions, "tables": [f"T{i + 1}" for i in range(5)], "people": [{"id": id, "rest": rest} for id in c.people.values()],
                      "meetings": [{"id": id, "people": [c.people[n] for n in pair]} for pair, id in c.requests.items()]}
            timetable = {"meetings": [{"id": id, "slot": slot, "table": f"T{seat}"} for id, (slot, seat) in places.items()]}
            equal(checked(d, where, agenda, timetable), ours, f"gaps with a rest of {rest}")
            # One meeting more, with somebody who is never there otherwise.
            if (("b0"), more) in taken:
                continue
            agenda["people"].append({"id": "x"})
            agenda["meetings"].append({"id": "y", "people": [one, "x"]})
            agenda["tables"].append("T9")
            timetable["meetings"].append({"id": "y", "slot": more, "table": "T9"})
            grown = int(d.sql(f"begin; set local app.rights = 'system'; select person_gaps(p, {more}) - person_gaps(p, null) from participant p where id = '{one}'; commit"))
            equal(checked(d, where, agenda, timetable), ours + grown, f"and with one more at slot {more}")


def checked(d, where, agenda, timetable):
    """Gaps as entregent plan check counts them."""
    names = [os.path.join(where, n) for n in ("agenda.json", "timetable.json")]
    for name, value in zip(names, (agenda, timetable)):
        with open(name, "w") as f:
            json.dump(value, f)
    _, out, err = d.cli(None, "plan", "check", "--json", *names, status=None)
    check(out, err)
    return json.loads(out)["gaps"]


def forms(page):
    """The forms of a page: {name: value} of what they hold, with the actions of their buttons."""
    found = []
    for form in re.findall(r'<form method="post".*?</form>', page, re.S):
        values = {html.unescape(n): html.unescape(v) for n, v in re.findall(r'<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"[^>]*>', form)
                  if not re.search(rf'<input type="(checkbox|radio)"[^>]*name="{n}"(?![^>]*checked)', form)}
        found.append((values, re.findall(r'name="action" value="(\w+)"', form)))
    return found


def form_with(page, action, **values):
    return next(v for v, actions in forms(page) if action in actions and all(v.get(k) == x for k, x in values.items()))


def test_page():
    """The same by plain HTML: opening the page changes nothing, each button does one thing and says what came of it."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        c = Convention(organiser, ["b1"], mode="acceptance", acceptance=True, slots=3, tables=2)
        made = organiser.post(f"{c.path}/participants?invite=1", {"name": "<b>Zoé</b>", "email": "zoe@example.org", "side": "supplier"}, expect=201).json
        c.people["zoe"] = made["id"]
        b1, zoe = Badge(d, c, "b1"), Badge(d, c, "zoe")
        mail = wait_for(lambda: next((m for m in mails(d, "zoe@example.org")), None), "the invitation")
        check(zoe.page in text_of(mail), "the mail leads to the page")
        before = d.sql("select version, state from participant order by id")
        page = zoe.client("GET", zoe.page, expect=200)
        equal(d.sql("select version, state from participant order by id"), before, "nothing is changed by looking")
        check("&lt;b&gt;Zoé" in page.text and "<b>" not in page.text, "names are text")
        check("script" not in page.text and "default-src 'none'" in page.headers["Content-Security-Policy"], page.headers)
        # It is invited: comes, but not at the first slot.
        form = form_with(page.text, "come")
        equal([form.get(f"slot{i}") for i in (1, 2, 3)], ["1", "1", "1"], "there all day unless it says otherwise")
        page = zoe.press(**{k: v for k, v in form.items() if k != "slot1"}, action="come")
        check("C'est noté" in page or "Noted" in page, page)
        equal([zoe.read()["participant"][k] for k in ("state", "absent")], ["coming", [1]], "it comes")
        stale = zoe.press(412, **form, action="come")
        check('role="alert"' in stale, "an old page changes nothing")
        equal(zoe.read()["participant"]["absent"], [1], "nothing")
        # b1 looks for it, asks; it accepts; the slot is there.
        found = b1.client("GET", b1.page + "?q=zo%C3%A9", expect=200).text
        check("ask" in [a for _, actions in forms(found) for a in actions], found)
        b1.press(**form_with(found, "ask"), action="ask")
        page = zoe.client("GET", zoe.page, expect=200).text
        page = zoe.press(**form_with(page, "accept"), action="accept")
        check("09:20" in page and "T1" in page and "b1" in page, "the meeting stands there")
        check("refuse" in [a for _, actions in forms(page) for a in actions], "it may think again")
        b1.press(404, action="accept", request=MISSING)
        b1.press(422, action="dance")
        b1.press(422, action="ask", **{"with": "nobody"})
        b1.press(409, action="outcome", request=zoe.read()["meetings"][0]["meeting"], met="true")
        # Gone, back with what was agreed, gone.
        page = zoe.press(action="withdraw")
        equal(zoe.read()["participant"]["state"], "withdrawn", "gone")
        equal(forms(page), [({}, ["return"])], "nothing else is left to press")
        zoe.press(action="return")
        wait_for(lambda: [m["slot"] for m in zoe.read()["meetings"]] == [2], "its meeting has its place again")
        equal(zoe.read()["participant"]["state"], "coming", "back")
        zoe.press(409, action="return")
        zoe.press(action="withdraw")
        for link in ("x", sealed(d, "agenda", MISSING)):
            zoe.client("GET", f"/badge/{link}", expect=404)
            zoe.client("POST", f"/badge/{link}", "action=come", {"Content-Type": FORM}, 404)
        check("en" in b1.client("GET", b1.page, headers={"Accept-Language": "en"}, expect=200).text.split(">", 2)[1], "in the reader's language")


run(test_organiser_requests, test_sides, test_pins, test_badge, test_asking_again, test_wishes_end, test_participations, test_import, test_import_large, test_invitation, test_slot_on_acceptance,
    test_rest_and_caps, test_acceptance_begins, test_accepted_meanwhile, test_accept_race, test_gaps_are_the_solvers, test_page, seconds=400)
