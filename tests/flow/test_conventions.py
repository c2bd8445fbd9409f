# SPDX-License-Identifier: EUPL-1.2
"""Conventions and their people as an organiser makes and changes them, and what others see of it."""
import datetime
import itertools
import json
import threading

from entregent import Client, Daemon, check, each, equal, run
from people import person, text_of, wait_mail

SOON = datetime.date.today() + datetime.timedelta(days=30)


def at(hour, minute=0, day=SOON):
    return f"{day}T{hour:02}:{minute:02}:00+01:00"


def plan(**more):
    """Two sessions of four slots, three tables."""
    return {"name": "Rendez-vous de Thiers", "place": "Halle", "public": True, "tables": ["T1", "T2", "T3"], "sessions": [
        {"name": "matin", "start": at(9), "slots": 4, "minutes": 20, "breaks": [{"after": 2, "minutes": 15}]},
        {"name": "après-midi", "start": at(14), "slots": 4, "minutes": 20}], **more}


def made(organiser, **more):
    return organiser.post("/v1/conventions", plan(**more), 201).json


def opened(organiser, **more):
    c = made(organiser, **more)
    return organiser.post(f"/v1/conventions/{c['id']}/state", {"state": "open"}, 200).json


def joined(organiser, c, name, expect=201, **more):
    return organiser.post(f"/v1/conventions/{c['id']}/participants", {"name": name, "email": f"{name.lower()}@exemple.fr", **more}, expect).json


def published(d, c, meetings):
    """A timetable that holds, by SQL: [(one participant, the other, slot, table's number)]; the ids of the requests."""
    ids = []
    d.sql(f"insert into timetable (id, convention, number, state, made, published) values ('{c['id']}', '{c['id']}', 1, 'final', 'hand', now()); "
          f"update convention set current = '{c['id']}', numbers = 1 where id = '{c['id']}'")
    for first, second, slot, seat in meetings:
        ids.append(d.sql("with r as (insert into request (id, convention, first, second, people, origin, priority, state) values (gen_random_uuid(), "
                         f"'{c['id']}', '{first['id']}', '{second['id']}', '{{1,2}}', 'organiser', 3, 'accepted') returning id, convention) "
                         "select id from r"))
        d.sql(f"insert into meeting (request, convention, slot, seat) values ('{ids[-1]}', '{c['id']}', {slot}, {seat})")
    return ids


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(datetime.timezone.utc)


def test_what_was_written_is_laid_out():
    with Daemon() as d:
        organiser = d.organisation("organiser", 1, "Organisatrice")
        a = organiser.post("/v1/conventions", plan(until=str(SOON - datetime.timedelta(days=3)), most=6), 201)
        c = a.json
        equal((a.headers["Location"], a.headers["ETag"]), (f"/v1/conventions/{c['id']}", '"1"'), "where it is")
        equal([(s["slot"], s["session"]) for s in c["slots"]], list(zip(range(1, 9), ["matin"] * 4 + ["après-midi"] * 4)), "slots")
        equal([instant(s["start"]) for s in c["slots"][:4]], [instant(at(9)), instant(at(9, 20)), instant(at(9, 55)), instant(at(10, 15))], "around the break")
        equal((instant(c["starts"]), instant(c["ends"])), (instant(at(9)), instant(at(15, 20))), "hours")
        equal({k: c[k] for k in ("state", "version", "mode", "acceptance", "across", "auto", "public", "most", "lost", "participants", "requests", "meetings", "current",
                                 "repair", "tables")},
              {"state": "draft", "version": 1, "mode": "organiser", "acceptance": True, "across": False, "auto": True, "public": True, "most": 6, "lost": [],
               "participants": {}, "requests": {}, "meetings": 0, "current": None, "repair": None, "tables": ["T1", "T2", "T3"]}, "its view")
        check(c["hall"].startswith(f"http://127.0.0.1:{d.port}/v1/halls/") and len(c["hall"].split("/")[-1]) == 54, c["hall"])
        got = organiser("GET", f"/v1/conventions/{c['id']}", expect=200)
        equal((got.json, got.headers["ETag"]), (c, '"1"'), "read again")
        equal(organiser.put(f"/v1/conventions/{c['id']}", c, 1, 200).json, c, "what was read may be written back, and changes nothing")
        # Made twice with one key it is one.
        key = {"Idempotency-Key": "once"}
        first, again = (organiser.post("/v1/conventions", plan(name="Deux"), 201, headers=key) for _ in range(2))
        equal((again.json, again.headers["Location"], again.headers["Idempotency-Replayed"]), (first.json, first.headers["Location"], "true"), "the same again")
        equal(organiser.post("/v1/conventions", plan(name="Trois"), 422, headers=key).json["code"], "key_reused", "another body")
        equal([x["name"] for x in organiser.all("/v1/conventions?mine=1&limit=1")], ["Deux", "Rendez-vous de Thiers"], "mine, the last first")
        check("hall" not in organiser.get("/v1/conventions?mine=1")["items"][0], "secret addresses are not in lists")


def test_what_is_wrong_is_named():
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        late = {"name": "matin", "start": at(10), "slots": 4, "minutes": 20}
        for body, pointer, code in [
                (plan(name=None), "/name", "required"), (plan(sessions=[]), "/sessions", "too_few"), (plan(tables=[]), "/tables", "too_few"),
                (plan(tables=["A", " A "]), "/tables/1", "duplicate"), (plan(sessions=[late, {**late, "name": "soir"}]), "/sessions/1/start", "not_in_order"),
                (plan(sessions=[late, {**late, "start": at(15)}]), "/sessions/1/name", "duplicate"),
                (plan(sessions=[{**late, "start": f"{SOON}T10:00:00"}]), "/sessions/0/start", "bad_date"),
                (plan(sessions=[{**late, "slots": 65}]), "/sessions/0/slots", "out_of_range"),
                (plan(sessions=[{**late, "slots": 40}, {**late, "name": "soir", "start": at(9, 0, SOON + datetime.timedelta(days=1)), "slots": 25}]), "/sessions", "out_of_range"),
                (plan(sessions=[{**late, "breaks": [{"after": 4, "minutes": 5}]}]), "/sessions/0/breaks/0/after", "out_of_range"),
                (plan(mode="hasard"), "/mode", "not_one_of"), (plan(most=0), "/most", "out_of_range"), (plan(colour="red"), "/colour", "unknown_field")]:
            a = organiser.post("/v1/conventions", body, 422).json
            equal((a["code"], [(e["pointer"], e["code"]) for e in a["errors"]]), ("invalid", [(pointer, code)]), json.dumps(body)[:200])
        equal(organiser.all("/v1/conventions?mine=1"), [], "nothing was made")
        equal(organiser.post("/v1/conventions", "{", 400, type="application/json").json["code"], "bad_json", "no JSON")


def test_who_sees_it():
    with Daemon() as d:
        organiser, other, buyer = d.organisation("organiser", 1), d.organisation("organiser", 2), d.organisation("buyer", 3)
        owner = person(d, "paul@exemple.fr", "Paul", buyer.id)
        draft, hidden, public = made(organiser), opened(organiser, public=False), opened(organiser, name="Ouverts")
        for c in (draft, hidden):
            for who in (other, buyer):
                who.get(f"/v1/conventions/{c['id']}", 404)
        equal([x["id"] for x in buyer.all("/v1/conventions")], [public["id"]], "what is public and open")
        seen = buyer.get(f"/v1/conventions/{public['id']}")
        equal(sorted(seen), sorted({*plan(), "id", "state", "mode", "acceptance", "across", "starts", "ends", "slots", "organiser"} - {"tables"}), "what of it")
        # Whoever takes part sees it, though it is not public.
        joined(organiser, hidden, "Paul")
        equal({x["id"] for x in buyer.all("/v1/conventions")}, {public["id"], hidden["id"]}, "and what it takes part in")
        equal(owner.get(f"/v1/conventions/{hidden['id']}")["name"], "Rendez-vous de Thiers", "by a person of it")
        # Another organiser touches nothing.
        p = joined(organiser, public, "Zoé", email="zoe@exemple.fr")
        for method, path, body in [("PUT", f"/v1/conventions/{public['id']}", plan()), ("POST", f"/v1/conventions/{public['id']}/state", {"state": "closed"}),
                                   ("POST", f"/v1/conventions/{public['id']}/hall", None), ("POST", f"/v1/conventions/{public['id']}/tables", {"table": "T1", "lost": True}),
                                   ("GET", f"/v1/conventions/{public['id']}/participants", None), ("GET", f"/v1/participants/{p['id']}", None),
                                   ("POST", f"/v1/conventions/{public['id']}/participants", {"name": "X", "email": "x@exemple.fr"}),
                                   ("PUT", f"/v1/participants/{p['id']}", {"name": "X"}), ("DELETE", f"/v1/participants/{p['id']}", None),
                                   *(("POST", f"/v1/participants/{p['id']}/{what}", {} if what == "missing" else None) for what in ("invite", "withdraw", "missing", "arrived"))]:
            equal(other(method, path, body, {"If-Match": '"1"'}).status, 404, f"{method} {path} by another organiser")
        equal(buyer.post("/v1/conventions", plan(), 403).json["code"], "forbidden", "a buyer makes none")
        equal((organiser.get(f"/v1/conventions/{public['id']}")["version"], organiser.get(f"/v1/participants/{p['id']}")["version"]), (public["version"], 1), "untouched")


def test_states():
    """Every move from every state: those of the table, and no other."""
    allowed = {("draft", "open"), ("draft", "cancelled"), ("open", "closed"), ("open", "over"), ("open", "cancelled"), ("closed", "open"), ("closed", "over"), ("closed", "cancelled")}
    path = {"draft": [], "open": ["open"], "closed": ["open", "closed"], "over": ["open", "closed", "over"], "cancelled": ["cancelled"]}
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        for state, to in itertools.product(path, path):
            c = made(organiser)
            for step in path[state]:
                organiser.post(f"/v1/conventions/{c['id']}/state", {"state": step}, 200)
            a = organiser.post(f"/v1/conventions/{c['id']}/state", {"state": to})
            wanted = 422 if to == "draft" else 200 if (state, to) in allowed else 409
            equal((a.status, a.json.get("state" if wanted == 200 else "code")), (wanted, {200: to, 409: "state", 422: "invalid"}[wanted]), f"{state} -> {to}")
            equal(organiser.get(f"/v1/conventions/{c['id']}")["state"], to if wanted == 200 else state, "afterwards")
        ended = organiser.put(f"/v1/conventions/{c['id']}", plan(), len(path["cancelled"]) + 1, 409).json
        equal(ended["code"], "state", "what has ended is not changed")
        joined(organiser, c, "Zoe", 409)


def test_changes():
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        c = opened(organiser)
        path, version = f"/v1/conventions/{c['id']}", c["version"]
        equal(organiser.put(path, plan(), None, 428).json["code"], "if_match_needed", "without a version")
        equal(organiser.put(path, plan(name="X"), 1, 412).json["code"], "changed", "another version")
        # Tables that are named again keep what they are, others come and go.
        organiser.post(f"{path}/tables", {"table": "T2", "lost": True}, 200)
        c = organiser.put(path, plan(tables=["T2", "Estrade", "T1"]), version, 200).json
        equal((c["version"], sorted(c["tables"]), c["lost"]), (version + 1, ["Estrade", "T1", "T2"], ["T2"]), "tables")
        equal(organiser.post(f"{path}/tables", {"table": "T2", "lost": False}, 200).json["lost"], [], "found again")
        equal(organiser.post(f"{path}/tables", {"table": "T9", "lost": True}, 422).json["errors"][0],
              {"pointer": "/table", "code": "unknown_id", "detail": "« T9 » n'existe pas."}, "no such table")
        # Ten at once, one version: one wins.
        answers, lock = [], threading.Lock()

        def put(n):
            a = organiser.again().put(path, plan(name=f"Nom {n}"), c["version"])
            with lock:
                answers.append(a.status)
        each(range(10), put, threads=10)
        equal(sorted(answers), [200] + [412] * 9, "ten writers of one version")
        # The hall board's address can be taken back.
        before = organiser.get(path)["hall"]
        after = organiser.post(f"{path}/hall", None, 200).json["hall"]
        check(before != after and organiser.get(path)["hall"] == after, "another address", before, after)
        kinds = d.sql(f"select string_agg(kind, ' ' order by seq), max(seq) = count(*) and min(seq) = 1 from happening where convention = '{c['id']}'")
        equal(kinds, "convention table_lost convention table_found convention convention|t", "what happened, without gaps")


def test_meetings_hold_what_they_use():
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        c = opened(organiser)
        path = f"/v1/conventions/{c['id']}"
        a, b = joined(organiser, c, "Ada"), joined(organiser, c, "Bob", table="T3")
        (request,) = published(d, c, [(a, b, 8, 3)])
        short = plan(sessions=plan()["sessions"][:1])
        equal(organiser.put(path, short, c["version"], 409).json, {"type": "urn:entregent:error:in_use", "title": organiser.put(path, short, c["version"], 409).json["title"],
              "status": 409, "code": "in_use", "detail": "Des rendez-vous publiés ou fixés occupent ce que vous retirez (slots)."}, "a slot in use")
        equal(organiser.put(path, plan(tables=["T1", "T2"]), c["version"], 409).json["code"], "in_use", "a table in use")
        # The afternoon begins later: the meeting moves with it, both are told, its number in calendars rises.
        later = plan()
        later["sessions"][1]["start"] = at(14, 30)
        organiser.put(path, later, c["version"], 200)
        equal(d.sql(f"select lower(during) = '{at(15, 30)}'::timestamptz, (select bool_and(b.during = m.during) and count(*) = 2 from booking b where b.request = m.request) "
                    f"from meeting m where request = '{request}'"), "t|t", "its hours, and both bookings")
        equal(d.sql(f"select sequence from request where id = '{request}'"), "1", "sequence")
        told = [json.loads(line) for line in d.sql(f"select body from notice where convention = '{c['id']}' and kind in ('changed', 'timetable') order by id").splitlines()]
        equal([(t["participant"]["name"], [(x["what"], instant(x["was"]["start"]), instant(x["start"]), x["with"]["name"]) for x in t["changes"]]) for t in told],
              [(n, [("moved", instant(at(15)), instant(at(15, 30)), w)]) for n, w in (("Ada", "Bob"), ("Bob", "Ada"))], "what each is told")
        # A booth in use stays, too, without any meeting.
        d.sql(f"delete from meeting where convention = '{c['id']}'")
        equal(organiser.put(path, plan(tables=["T1", "T2"]), c["version"] + 1, 409).json["code"], "in_use", "a booth in use")
        # Called off: who was to come is told, nothing is left in the hall.
        organiser.post(f"{path}/state", {"state": "cancelled"}, 200)
        equal(d.sql(f"select string_agg(kind || ' ' || (body #>> '{{participant,name}}'), ' ' order by id) from notice where convention = '{c['id']}' and kind = 'called_off'"),
              "called_off Ada called_off Bob", "called off")


def test_slots_get_other_numbers():
    """A session that gains, loses or precedes: what is said of slots means the hours it meant."""
    def hours(path):
        return {s["slot"]: instant(s["start"]) for s in organiser.get(path)["slots"]}

    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        c = opened(organiser, auto=False)
        path, morning, afternoon = f"/v1/conventions/{c['id']}", *plan()["sessions"]
        a, b, e = (joined(organiser, c, name, **more) for name, more in (("Ada", {"absent": [2, 4, 5]}), ("Bob", {}), ("Eve", {})))
        first, second, third = published(d, c, [(a, b, 6, 1), (b, e, 1, 1), (a, e, 7, 1)])
        organiser.put(f"/v1/requests/{second}", {"slot": 1, "session": "matin", "forbidden": [5, 8]}, 1, 200)
        organiser.put(f"/v1/requests/{third}", {"session": "après-midi"}, 1, 200)
        d.sql(f"update participant set missing = '{{5}}' where id = '{b['id']}'; update convention set repair = null where id = '{c['id']}'")
        draft = organiser.post(f"{path}/timetables", {"from": c["id"]}, 201).json["id"]

        def said():
            at_slot = hours(path)
            version = organiser.get(f"/v1/timetables/{draft}")
            return ([[at_slot[x] for x in numbers] for numbers in (organiser.get(f"/v1/participants/{a['id']}")["absent"], organiser.get(f"/v1/participants/{b['id']}")["missing"],
                                                                  organiser.get(f"/v1/requests/{second}")["forbidden"], [organiser.get(f"/v1/requests/{second}")["slot"]])],
                    [organiser.get(f"/v1/requests/{r}").get("session") for r in (second, third)], sorted(at_slot[m["slot"]] for m in version["meetings"]),
                    [instant(organiser.get(f"/v1/requests/{r}")["meeting"]["start"]) for r in (first, second, third)])
        before, version = said(), organiser.get(path)["version"]
        early = {"name": "accueil", "start": at(8), "slots": 1, "minutes": 30}
        for sessions in ([{**morning, "slots": 5}, afternoon], [early, {**morning, "slots": 6}, afternoon], [morning, afternoon], [{**morning, "name": "tôt"}, {**afternoon, "slots": 5}], [morning, afternoon]):
            changed = organiser.put(path, plan(auto=False, sessions=sessions), version, 200).json
            version = changed["version"]
            got = said()
            if sessions[0]["name"] == "tôt":
                equal(got[1], ["tôt", "après-midi"], "a renamed session")
            else:
                equal(got, before, [(s["name"], s["slots"]) for s in sessions])
        equal(d.sql(f"select count(*) from notice where convention = '{c['id']}' and kind in ('timetable', 'changed')"), "0", "nobody is told: no hour has changed")
        for sessions in ([morning], [afternoon], [{**morning, "name": "x", "slots": 4}, {**afternoon, "slots": 2, "name": "y"}]):
            equal(organiser.put(path, plan(auto=False, sessions=sessions), version, 409).json["code"], "in_use", "what is in use does not go")
        d.sql(f"select plan_begin('{organiser.id}', '{c['id']}', '{organiser.id}', '{{}}')")
        equal(organiser.put(path, plan(auto=False, sessions=[{**morning, "slots": 5}, afternoon]), version, 409).json["code"], "plan_running", "a run knows the former numbers")
        organiser.put(path, plan(auto=False, sessions=[morning, {**afternoon, "slots": 5}]), version, 200)


def test_people():
    with Daemon("convention_people=4") as d:
        organiser, buyer = d.organisation("organiser", 1), d.organisation("buyer", 3, "Mairie de Thiers")
        person(d, "paul@exemple.fr", "Paul", buyer.id)
        c = opened(organiser)
        path = f"/v1/conventions/{c['id']}/participants"
        a = organiser.post(path, {"name": "Zoé", "email": "Zoe@Exemple.fr", "company": "Régie", "side": "supplier", "language": "en", "absent": [1, 2], "most": 3, "rest": 1,
                                  "table": "T2", "bound": 7}, 201)
        zoe = a.json
        equal((a.headers["Location"], a.headers["ETag"]), (f"/v1/participants/{zoe['id']}", '"1"'), "where it is")
        for name in ("created", "updated", "id"):
            zoe.pop(name)
        equal(zoe, {"name": "Zoé", "email": "zoe@exemple.fr", "company": "Régie", "side": "supplier", "language": "en", "absent": [1, 2], "missing": [], "most": 3, "rest": 1,
                    "table": "T2", "bound": 7, "state": "listed", "version": 1, "requests": 0, "meetings": 0}, "its view")
        id = a.json["id"]
        equal(organiser.post(path, {"name": "Une autre", "email": "zoe@exemple.fr", "bound": 8}, 200).json["name"], "Zoé", "known, it stays as it is")
        paul = joined(organiser, c, "Paul")
        equal((paul["organisation"], paul["company"]), (buyer.id, "Mairie de Thiers"), "of an organisation here")
        for body, pointer, code in [({"name": "X", "email": "nulle part"}, "/email", "bad_mail"), ({"name": "X", "email": "x@exemple.fr", "table": "T9"}, "/table", "unknown_id"),
                                    ({"name": "X", "email": "x@exemple.fr", "absent": [1, 1]}, "/absent/1", "duplicate"), ({"email": "x@exemple.fr"}, "/name", "required"),
                                    ({"name": "X", "email": "x@exemple.fr", "absent": [65]}, "/absent/0", "out_of_range"), ({"name": "X", "email": "x@exemple.fr", "id": id}, "/id", "unknown_field")]:
            equal([(e["pointer"], e["code"]) for e in organiser.post(path, body, 422).json["errors"]], [(pointer, code)], body)
        # All of its rules are written at once: what is left out is none.
        at_id = f"/v1/participants/{id}"
        equal(organiser.put(at_id, {"name": "Zoé"}, 2, 412).json["code"], "changed", "another version")
        equal(organiser.put(at_id, {"name": "Zoé", "table": "T9"}, 1, 422).json["errors"][0]["pointer"], "/table", "no such booth")
        new = organiser.put(at_id, {"name": "Zoé D.", "absent": [4], "rest": 0}, 1, 200)
        equal((new.headers["ETag"], {k: new.json.get(k) for k in ("name", "company", "side", "language", "absent", "most", "rest", "table", "bound", "version")}),
              ('"2"', {"name": "Zoé D.", "company": None, "side": None, "language": "en", "absent": [4], "most": None, "rest": 0, "table": None, "bound": None, "version": 2}), "its rules")
        # Its secret addresses are its organiser's to give out.
        links = organiser.get(at_id)["links"]
        equal([x.rsplit("/", 1)[0] for x in links.values()], [f"http://127.0.0.1:{d.port}" + p for p in ("/badge", "/agenda", "", "/sheet")], "where they lead")
        check(links["checkin"].split("/")[-1].startswith("checkin?t=") and len({x[-54:] for x in links.values()}) == 3, links)
        desk = person(d, "desk@exemple.fr", "Accueil", organiser.id)
        reads = Client(d.port, desk.post("/v1/tokens", {"label": "lecture", "scopes": ["read"]}, 201).json["token"])
        check("links" not in reads.get(at_id) and "links" in desk.get(at_id), "whoever reads only is not given what writes")
        for page in (f"{at_id}/qr", f"/v1/conventions/{c['id']}/sheets"):
            equal((reads("GET", page).status, desk("GET", page).status), (403, 200), "nor the arrivals' codes")
        joined(organiser, c, "Ada"), joined(organiser, c, "Bob")
        equal(joined(organiser, c, "Cléo", 409, email="cleo@exemple.fr")["code"], "state", "more people than convention_people")
        joined(organiser, c, "Ada", 200)
        listed = organiser.get(f"{path}?limit=2")
        equal((listed["total"], len(listed["items"])), (4, 2), "a page")
        equal({p["name"] for p in organiser.all(f"{path}?limit=1")}, {"Zoé D.", "Paul", "Ada", "Bob"}, "all pages")
        equal([p["name"] for p in organiser.all(f"{path}?q=mairie%20de")], ["Paul"], "by words")
        equal(organiser.all(f"{path}?q=%25"), [], "a percent sign is one")
        equal((organiser.get(f"{path}?state=declined")["total"], organiser("GET", f"{path}?state=ailleurs").status), (0, 422), "by state")
        organiser.get(f"/v1/conventions/{id}/participants", 404)


def test_inviting():
    with Daemon() as d:
        organiser = d.organisation("organiser", 1, "Organisatrice")
        c = opened(organiser)
        zoe = organiser.post(f"/v1/conventions/{c['id']}/participants?invite=1", {"name": "Zoé", "email": "zoe@exemple.fr"}, 201).json
        equal(zoe["state"], "invited", "asked")
        wait_mail(d, "zoe@exemple.fr", "Thiers", "/badge/")
        equal(organiser.post(f"/v1/participants/{zoe['id']}/invite", None, 409).json["code"], "state", "twice in an hour")
        d.sql("update notice set at = at - interval '2 hours'")
        equal(organiser.post(f"/v1/participants/{zoe['id']}/invite", None, 200).json["version"], 2, "once more")
        ada = joined(organiser, c, "Ada")
        equal(organiser.post(f"/v1/participants/{ada['id']}/invite", None, 200).json["state"], "invited", "who was entered is asked")
        check("/badge/" in text_of(wait_mail(d, "ada@exemple.fr", "Thiers")), "the badge's address")
        d.sql(f"update participant set state = 'coming' where id = '{ada['id']}'")
        equal(organiser.post(f"/v1/participants/{ada['id']}/invite", None, 409).json["detail"].count("coming"), 1, "who comes is not asked")
        equal(organiser.get(f"/v1/conventions/{c['id']}")["participants"], {"invited": 1, "coming": 1}, "in number")


def test_on_the_day():
    with Daemon() as d:
        organiser = d.organisation("organiser", 1)
        c = opened(organiser)
        a, b = joined(organiser, c, "Ada"), joined(organiser, c, "Bob")
        published(d, c, [(a, b, 5, 1)])

        def change(who, what, body=None, expect=200):
            return organiser.post(f"/v1/participants/{who['id']}/{what}", body, expect).json
        equal(change(a, "missing", {"until": 3})["missing"], [1, 2], "late until the third slot")
        equal(change(a, "arrived")["missing"], [], "arrived before: open again")
        check("arrived" in change(a, "arrived"), "arrived")
        away = change(a, "missing", {})
        equal((away["missing"], "arrived" in away), (list(range(1, 9)), False), "not at all today")
        equal(change(b, "missing", {"until": 65}, 422)["errors"][0]["pointer"], "/until", "no such slot")
        equal(change(b, "withdraw")["state"], "withdrawn", "withdrawn")
        equal(change(b, "withdraw", None, 409)["code"], "state", "twice")
        equal(change(b, "arrived", None, 409)["code"], "state", "and then arrived")
        kinds = d.sql(f"select string_agg(kind, ' ' order by seq) from happening where convention = '{c['id']}' and kind in ('missing', 'arrived', 'withdraw')")
        equal(kinds, "missing arrived arrived missing withdraw", "what streams tell")
        # Erased: nothing of it is left but that somebody was there.
        equal(organiser("DELETE", f"/v1/participants/{a['id']}").status, 204, "erased")
        text = d.sql(f"select p::text || coalesce((select string_agg(n::text, '') from notice n where n.participant = p.id), '') from participant p where id = '{a['id']}'")
        check("ada" not in text.lower(), text)
        equal(organiser.get(f"/v1/participants/{a['id']}")["name"], "…", "its name")
        equal(organiser("DELETE", f"/v1/participants/{c['id']}").status, 404, "nobody of that id")


def test_a_person_leaves():
    """Who has an account takes away what it took part in; erased, it is withdrawn, nameless, and its badge opens nothing."""
    with Daemon() as d:
        organiser, buyer = d.organisation("organiser", 1), d.organisation("buyer", 3, "Mairie de Thiers")
        person(d, "adele@exemple.fr", "Adèle", buyer.id)
        paul = person(d, "paul@exemple.fr", "Paul Durand", buyer.id, "reader")
        c = opened(organiser)
        p = joined(organiser, c, "Paul")
        equal([x["said"]["name"] for x in paul.get("/v1/person/export")["participations"]], ["Paul"], "its export")
        equal([x["said"]["id"] for x in buyer.get("/v1/organisation/export")["participations"]], [p["id"]], "its organisation's")
        exported = organiser.get("/v1/organisation/export")["conventions"]
        equal([(x["name"], [y["name"] for y in x["people"]], "hall" in x) for x in exported], [("Rendez-vous de Thiers", ["Paul"], False)], "the organiser's")
        badge = organiser.get(f"/v1/participants/{p['id']}")["links"]["badge"]
        paul("DELETE", "/v1/person", {"confirm": "paul@exemple.fr"}, expect=200)
        left = organiser.get(f"/v1/participants/{p['id']}")
        equal((left["name"], left["state"], "email" in left, left.get("organisation")), ("…", "withdrawn", False, None), "what is left")
        equal(organiser.again()("GET", badge.split(str(d.port))[1]).status, 404, "its badge")
        equal(d.sql("select count(*) from participant p where p::text ilike '%paul%' or p::text ilike '%durand%'"), "0", "its name")


run(test_what_was_written_is_laid_out, test_what_is_wrong_is_named, test_who_sees_it, test_states, test_changes, test_meetings_hold_what_they_use, test_slots_get_other_numbers,
    test_people, test_inviting, test_on_the_day, test_a_person_leaves)
