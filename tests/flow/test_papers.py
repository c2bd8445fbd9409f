# SPDX-License-Identifier: EUPL-1.2
"""What participants take with them: calendars as libical reads them, mails, sheets, cards, QR codes as a reader sees them; and what came
of their meetings."""
import csv
import datetime
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import urllib.parse

import entregent
from entregent import Client, Daemon, check, equal, need, offer, run, skip, wait_for
from meetings import Convention
from people import mails, person, text_of, wait_mail
from private import sealed

PEOPLE = ("bAnna", "bLeo", "s1", "s2", "s3")
START = "2049-03-02T09:00:00+01:00"
PLACES = {("bAnna", "s1"): (1, "T1"), ("bAnna", "s2"): (2, "T2"), ("bLeo", "s1"): (2, "T1"), ("bLeo", "s3"): (4, "T3")}


def path_of(url):
    """What is asked for at that address of ours."""
    parts = urllib.parse.urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def read_calendar(text):
    """Its events by UID, as libical reads them; its METHOD."""
    done = subprocess.run([f"{entregent.BUILD}/tests/drive_ical"], input=text.encode(), capture_output=True, timeout=20)
    check(done.returncode == 0, "libical objects", done.stderr.decode(), text)
    events = [json.loads(line) for line in done.stdout.decode().splitlines()]
    by_uid = {e["uid"]: e for e in events}
    equal(len(by_uid), len(events), "each UID stands once")
    return by_uid, re.search(r"^METHOD:(\w+)\r$", text, re.M)[1]


def links(o, c, name):
    return {kind: path_of(url) for kind, url in o.get(f"/v1/participants/{c.people[name]}")["links"].items()}


def hour(slot, minutes=0):
    at = datetime.datetime.fromisoformat(START).astimezone(datetime.timezone.utc) + datetime.timedelta(minutes=20 * (slot - 1) + minutes)
    return at.strftime("%Y%m%dT%H%M%SZ")


def calendars(d, o, c):
    """Of each person: its events by request."""
    reader, found = Client(d.port), {}
    for name in c.people:
        answer = reader("GET", links(o, c, name)["agenda"], expect=200)
        check(answer.headers["Content-Type"].startswith("text/calendar"), answer.headers)
        events, method = read_calendar(answer.text)
        equal(method, "PUBLISH", "its method")
        found[name] = {uid.split("@")[0]: e for uid, e in events.items()}
    return found


def programme(d, o, people=PEOPLE, places=None, final=True, **more):
    """A published timetable with those places: {(name, name): (slot, table)}."""
    places = places or PLACES
    c = Convention(d, o, people, places, start=START, **more)
    c.publish(c.draft(places), final)
    return c


def says_what_holds(found, c, places):
    """Each calendar has the meetings of its person, no others, each where it is."""
    for name, events in found.items():
        own = {c.requests[pair]: (pair, place) for pair, place in places.items() if name in pair}
        equal({id for id, e in events.items() if e["status"] == "CONFIRMED"}, set(own), f"the meetings of {name}")
        for id, (pair, (slot, table)) in own.items():
            e, other = events[id], pair[pair[0] == name]
            equal((e["start"], e["end"], e["location"], e["transp"]), (hour(slot), hour(slot, 20), f"Halle\\, table {table}", "OPAQUE"), f"{name} with {other}")
            equal(e["summary"], f"Rendez-vous : {other} (Chez {other})", f"{name} with {other}")


def test_calendars():
    """Everybody's calendar says what holds; when something moves, its UID stays and its SEQUENCE rises, and nothing else changes."""
    with Daemon() as d:
        o = d.organisation("organiser", 1, "CC Thiers")
        c = programme(d, o)
        first = calendars(d, o, c)
        says_what_holds(first, c, PLACES)
        moved, gone = ("bAnna", "s1"), ("bLeo", "s3")
        second_places = {**PLACES, moved: (5, "T2")}
        del second_places[gone]
        c.publish(c.draft(second_places), True)
        second = calendars(d, o, c)
        says_what_holds(second, c, second_places)
        for pair in PLACES:
            for name in pair:
                before, after = first[name][c.requests[pair]], second[name][c.requests[pair]]
                equal(after["uid"], before["uid"], "the UID")
                rise = int(after["sequence"]) - int(before["sequence"])
                equal((rise, after["status"]), {moved: (1, "CONFIRMED"), gone: (1, "CANCELLED")}.get(pair, (0, "CONFIRMED")), f"{name} of {pair}")
                check(pair in (moved, gone) or before == after, "nothing else changes", before, after)
        equal(second["bLeo"][c.requests[gone]]["transp"], "TRANSPARENT", "what is cancelled takes no time")
        c.publish(c.draft(PLACES), True)
        third = calendars(d, o, c)
        says_what_holds(third, c, PLACES)
        equal(int(third["bLeo"][c.requests[gone]]["sequence"]), int(second["bLeo"][c.requests[gone]]["sequence"]) + 1, "it is there again")


def test_a_calendar_is_its_persons():
    """Who has read it is told so; another address, or that of another kind, opens nothing."""
    with Daemon() as d:
        o = d.organisation("organiser", 1)
        c = programme(d, o)
        own, reader = links(o, c, "bAnna"), Client(d.port)
        tag = reader("GET", own["agenda"], expect=200).headers["ETag"]
        equal(reader("GET", own["agenda"], headers={"If-None-Match": tag}).status, 304, "read already")
        c.publish(c.draft({**PLACES, ("bAnna", "s1"): (5, "T2")}), True)
        check(reader("GET", own["agenda"], headers={"If-None-Match": tag}, expect=200).headers["ETag"] != tag, "it has changed")
        secret = own["agenda"].rsplit("/", 1)[1]
        for path in (f"/agenda/{own['badge'].rsplit('/', 1)[1]}", f"/sheet/{secret}", f"/badge/{secret}", "/agenda/x",
                     own["agenda"][:-1] + ("A" if own["agenda"][-1] != "A" else "B")):
            reader("GET", path, expect=404)


def test_hours_that_move():
    """The organiser moves the whole morning: every event moves with it."""
    with Daemon() as d:
        o = d.organisation("organiser", 1)
        c = programme(d, o)
        first = calendars(d, o, c)
        now = c.view()
        later = {k: now[k] for k in ("name", "place", "mode", "acceptance", "public", "across", "sessions", "tables", "most") if k in now}
        later["sessions"][0]["start"] = "2049-03-02T10:00:00+01:00"
        o.put(c.path, later, version=now["version"], expect=200)
        for name, events in calendars(d, o, c).items():
            for id, e in events.items():
                before = first[name][id]
                equal((int(e["start"][9:11]), int(e["sequence"])), (int(before["start"][9:11]) + 1, int(before["sequence"]) + 1), name)
        wait_mail(d, f"banna@{c.id[-12:]}.example.org", "Votre programme change", "déplacé (auparavant : 9 h 00 – 9 h 20, table T1)")
        second = calendars(d, o, c)
        o.put(c.path, {**later, "place": "Gymnase"}, version=now["version"] + 1, expect=200)
        for name, events in calendars(d, o, c).items():
            for id, e in events.items():
                before = second[name][id]
                equal((e["start"], int(e["sequence"])), (before["start"], int(before["sequence"]) + 1), f"{name}, elsewhere")
                check(e["location"].startswith("Gymnase"), e)
        wait_mail(d, f"banna@{c.id[-12:]}.example.org", "Votre programme change", "Lieu : Gymnase", "déplacé (auparavant : 10 h 00 – 10 h 20, table T1, Halle)")


def test_who_declines():
    """Who says that it does not come after all is told that its meetings are gone: its calendar file has them no more."""
    with Daemon() as d:
        o = d.organisation("organiser", 1)
        c = programme(d, o)
        badge = links(o, c, "bAnna")["badge"].replace("/badge/", "/v1/badges/")
        me = Client(d.port)
        me("PUT", badge, {"state": "declined"}, {"If-Match": me("GET", badge).headers["ETag"]}, expect=200)
        sent = attached(wait_mail(d, f"banna@{c.id[-12:]}.example.org", "Votre programme change"))
        equal([(m, len(e)) for m, e in sent.items()], [("CANCEL", 2)], "what is cancelled")


def test_over():
    """Who has met is asked what came of it, when the organiser ends the day as when the time does."""
    with Daemon("tick_ms=100") as d:
        o = d.organisation("organiser", 1)
        by_hand, by_time = programme(d, o), programme(d, o)
        begin(d, by_hand, 2)
        by_hand.move("over")
        begin(d, by_time, 8)
        d.sql(f"update convention set ends = now() where id = '{by_time.id}'")
        for c in by_hand, by_time:
            wait_for(lambda: c.view()["state"] == "over", "it ends")
            told = d.sql(f"select string_agg(p.name, ' ' order by p.name) from notice n join participant p on p.id = n.participant where n.convention = '{c.id}' and n.kind = 'feedback'")
            equal(told, {by_hand: "bAnna bLeo s1 s2", by_time: "bAnna bLeo s1 s2 s3"}[c], "who is asked")


def parts(mail):
    return {part.get_filename(): part.get_content() for part in mail.iter_attachments()}


def attached(mail):
    """The events of the calendars of a mail by their METHOD."""
    found = {}
    for part in mail.iter_attachments():
        equal(part.get_content_type(), "text/calendar", "an attachment")
        events, method = read_calendar(part.get_payload(decode=True).decode())
        equal(method, part.get_param("method"), "its method")
        found[method] = events
    return found


def test_mails():
    """A programme comes with a calendar; so does what changes, and what is cancelled is taken out of it."""
    with Daemon() as d:
        o = d.organisation("organiser", 1, "CC Thiers")
        c = programme(d, o, final=False)
        anna, s3 = f"banna@{c.id[-12:]}.example.org", f"s3@{c.id[-12:]}.example.org"
        mail = wait_mail(d, anna, "Votre programme, 2 rendez-vous : Rendez-vous de Thiers", "provisoire", "9 h 00 – 9 h 20, table T1 : s1 (Chez s1)")
        feed = calendars(d, o, c)["bAnna"]
        sent = attached(mail)
        equal(list(sent), ["PUBLISH"], "its calendars")
        for uid, e in sent["PUBLISH"].items():
            own = feed[uid.split("@")[0]]
            equal([e[k] for k in ("uid", "sequence", "start", "end", "summary", "location")], [own[k] for k in ("uid", "sequence", "start", "end", "summary", "location")], "mail and feed")
        check(links(o, c, "bAnna")["badge"] in text_of(mail), "the badge", text_of(mail))
        c.publish(c.draft({**{p: x for p, x in PLACES.items() if p != ("bLeo", "s3")}, ("bAnna", "s1"): (5, "T2")}), True)
        mail = wait_mail(d, anna, "Votre programme change", "10 h 20 – 10 h 40, table T2 : s1 (Chez s1) · déplacé (auparavant : 9 h 00 – 9 h 20, table T1)")
        equal([(m, len(e)) for m, e in attached(mail).items()], [("PUBLISH", 1)], "only what changed")
        mail = wait_mail(d, s3, "Votre programme change", "annulé")
        cancelled = attached(mail)
        equal([(m, [e["status"] for e in events.values()]) for m, events in cancelled.items()], [("CANCEL", ["CANCELLED"])], "taken out")
        equal(list(cancelled["CANCEL"])[0].split("@")[0], c.requests["bLeo", "s3"], "the meeting")
        equal(len(mails(d, f"s2@{c.id[-12:]}.example.org")), 1, "mails to whom nothing changes")


def test_called_off():
    with Daemon() as d:
        o = d.organisation("organiser", 1)
        c = programme(d, o)
        c.add(["s9"])
        d.sql(f"update participant set language = 'en' where id = '{c.people['s9']}'")
        c.move("cancelled")
        sent = attached(wait_mail(d, f"banna@{c.id[-12:]}.example.org", "Annulé : Rendez-vous de Thiers"))
        equal([(m, len(e)) for m, e in sent.items()], [("CANCEL", 2)], "what is cancelled")
        check(not attached(wait_mail(d, f"s9@{c.id[-12:]}.example.org", "Cancelled: Rendez-vous de Thiers")), "who had no meeting")
        check(all(e["status"] == "CANCELLED" for e in calendars(d, o, c)["bAnna"].values()), "its calendar")


class Page(html.parser.HTMLParser):
    """A printed page: its sections' texts, its QR codes, what is open at the end."""
    ALONE = {"meta", "br", "hr", "link", "path"}

    def __init__(self, text):
        super().__init__()
        self.sections, self.open, self.tags = [], [], set()
        self.feed(text)
        self.close()
        equal(self.open, [], "what is not closed")

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "section":
            self.sections.append("")
        if tag not in self.ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.ALONE:
            equal(self.open.pop(), tag, "what is closed")
            if self.sections:
                self.sections[-1] += " "

    def handle_data(self, data):
        if self.sections:
            self.sections[-1] += data

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)


def decoded(svg):
    """What a reader sees in the code."""
    size, scale = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1]), 6
    rows = [[255] * (size * scale) for _ in range(size * scale)]
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg.split("<path d=")[1]):
        for row in range(int(y) * scale, (int(y) + 1) * scale):
            for column in range(int(x) * scale, (int(x) + int(run)) * scale):
                rows[row][column] = 0
    path = os.path.join(entregent.directory(), "code.pgm")
    with open(path, "wb") as f:
        f.write(b"P5 %d %d 255\n" % (size * scale, size * scale) + b"".join(map(bytes, rows)))
    done = subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, timeout=20, text=True)
    return done.stdout.strip()


def test_sheets():
    """A page for each person with its meetings, and a code that leads to its arrival; a page for each table."""
    if not shutil.which("zbarimg"):
        skip("no zbarimg")
    with Daemon() as d:
        o, other = d.organisation("organiser", 1), d.organisation("organiser", 2)
        c = programme(d, o)
        c.add(["s<b>&"])
        d.sql(f"update participant set language = 'en' where id = '{c.people['s<b>&']}'")
        answer = o("GET", f"{c.path}/sheets", expect=200)
        check("style-src 'unsafe-inline'" in answer.headers["Content-Security-Policy"] and "script" not in answer.headers["Content-Security-Policy"], answer.headers)
        page = Page(answer.text)
        equal(len(page.sections), 6, "sheets")
        check("script" not in page.tags, page.tags)
        by_name = {s.split("arrive" if "Show it" in s else "arrivée")[1].split()[0]: s for s in page.sections}
        equal(set(by_name), {*PEOPLE, "s<b>&"}, "whose sheets")
        for name in PEOPLE:
            for pair, (slot, table) in PLACES.items():
                at = f"{9 + (slot - 1) // 3} h {(slot - 1) % 3 * 20:02} –"
                check((f"{at}" in by_name[name] and f"{table} {pair[pair[0] == name]} " in by_name[name]) == (name in pair), name, pair, by_name[name])
        check("mardi 2 mars 2049" in by_name["bAnna"] and "Programme n° 1" in by_name["bAnna"], by_name["bAnna"])
        check("No meetings for now." in by_name["s<b>&"], by_name["s<b>&"])
        codes = [decoded(svg) for svg in re.findall(r"<svg .*?</svg>", answer.text, re.S)]
        wanted = {o.get(f"/v1/participants/{id}")["links"]["checkin"] for id in c.people.values()}
        equal(set(codes), wanted, "what the codes say")
        own = o.get(f"/v1/participants/{c.people['bAnna']}")["links"]
        equal(decoded(o("GET", f"/v1/participants/{c.people['bAnna']}/qr", expect=200).text), own["checkin"], "a code of its own")
        sheet = Page(Client(d.port)("GET", path_of(own["sheet"]), expect=200).text)
        check(len(sheet.sections) == 1 and "bAnna" in sheet.sections[0], sheet.sections)
        cards = Page(o("GET", f"{c.path}/cards", expect=200).text).sections
        equal([card.split()[0] for card in cards], ["T1", "T2", "T3"], "cards")
        check("bAnna , Chez bAnna s1 , Chez s1" in " ".join(cards[0].split()) and "bLeo" not in cards[1], cards)
        for path in (f"{c.path}/sheets", f"{c.path}/cards", f"/v1/participants/{c.people['bAnna']}/qr", f"{c.path}/outcomes"):
            other("GET", path, expect=404)
            Client(d.port)("GET", path, expect=401)


def begin(d, c, slots):
    """Moves the hours so that so many slots have begun."""
    d.sql(f"begin; with s as (select lower(during) as at from convention_slot where convention = '{c.id}' and number = {slots}) "
          f"update convention_slot x set during = tstzrange(lower(x.during) + (now() - s.at), upper(x.during) + (now() - s.at)) from s where x.convention = '{c.id}'; "
          f"update convention set starts = (select min(lower(during)) from convention_slot where convention = '{c.id}'), "
          f"ends = (select max(upper(during)) from convention_slot where convention = '{c.id}') where id = '{c.id}'; commit")


def test_outcomes():
    """Both sides say what came of a meeting, once it has begun; the organiser reads it, as a list and as a table."""
    with Daemon() as d:
        o = d.organisation("organiser", 1)
        c = programme(d, o)
        begin(d, c, 2)
        visitor = Client(d.port)
        anna, s1 = (f"/v1{links(o, c, name)['badge'].replace('/badge/', '/badges/')}/outcomes" for name in ("bAnna", "s1"))
        held, later, foreign = c.requests["bAnna", "s1"], c.requests["bLeo", "s3"], c.requests["bLeo", "s1"]
        said = visitor.post(anna, {"request": held, "met": True, "useful": True, "follow_up": "quote"}, expect=200).json
        equal({k: said[k] for k in ("request", "met", "useful", "follow_up")}, {"request": held, "met": True, "useful": True, "follow_up": "quote"}, "what is kept")
        visitor.post(s1, {"request": held, "met": True, "useful": False}, expect=200)
        visitor.post(s1, {"request": held, "met": True, "useful": False, "follow_up": "contact"}, expect=200)
        visitor.post(s1, {"request": foreign, "met": False}, expect=200)
        for path, body, status in ((anna, {"request": foreign, "met": True}, 422), (anna, {"request": "x", "met": True}, 422), (anna, {"request": held}, 422),
                                   (anna, {"request": held, "met": True, "follow_up": "maybe"}, 422), (f"{anna[:-9]}x/outcomes", {"request": held, "met": True}, 404)):
            visitor.post(path, body, expect=status)
        leo = f"/v1{links(o, c, 'bLeo')['badge'].replace('/badge/', '/badges/')}/outcomes"
        equal(visitor.post(leo, {"request": later, "met": True}, expect=409).json["code"], "state", "before it began")
        found = o.get(f"{c.path}/outcomes")
        equal(found["sum"], {"meetings": 4, "said": 2, "met": 1, "useful": 1, "follow_up": {"quote": 1, "contact": 1}}, "in all")
        by_id = {i["request"]: i for i in found["items"]}
        equal(sorted((x["met"], x["useful"], x["follow_up"]) for x in by_id[held]["outcomes"]), [(True, False, "contact"), (True, True, "quote")], "both sides")
        equal([len(by_id[c.requests[p]]["outcomes"]) for p in PLACES], [2, 0, 1, 0], "who said something")
        paged = [i["request"] for i in o.all(f"{c.path}/outcomes?limit=1")]
        equal(sorted(paged), sorted(by_id), "page by page")
        answer = o("GET", f"{c.path}/outcomes?format=csv", expect=200)
        rows = {r["meeting"]: r for r in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))}
        equal(set(rows), set(by_id), "the rows")
        row = rows[held]
        equal([row[k] for k in ("table", "name1", "met1", "useful1", "follow_up1", "name2", "met2", "useful2", "follow_up2")],
              ["T1", "bAnna", "true", "true", "quote", "s1", "true", "false", "contact"], "a row")
        o("GET", f"{c.path}/outcomes?format=xml", expect=422)


def test_the_funnel_of_a_need():
    """What came of the meetings that a need led to stands in its funnel, for the buyer, who is not the organiser."""
    with Daemon() as d:
        o, buyer = d.organisation("organiser", 1), d.organisation("buyer", 2)
        person(d, "achats@riom.example.org", "Anna Achat", buyer.id)
        suppliers = [d.organisation("supplier", 10 + i) for i in range(2)]
        for i, s in enumerate(suppliers):
            person(d, f"devis{i}@esat.example.org", f"Léo {i}", s.id)
            s.put("/v1/offer", offer(), expect=201)
        d.matched()
        id = buyer.need(need())["id"]
        d.matched()
        c = Convention(d, o, start=START)
        equal(o.post(f"{c.path}/invitations", {"need": id}, expect=200).json["requests"], 2, "requests of the need")
        people = o.get(f"{c.path}/participants?limit=50")["items"]
        for p in people:
            path = "/v1/badges/" + sealed(d, "badge", d.sql(f"select key from participant where id = '{p['id']}'"))
            Client(d.port)("PUT", path, {"state": "coming"}, {"If-Match": Client(d.port)("GET", path).headers["ETag"]}, expect=200)
        requests = o.get(f"{c.path}/requests?limit=50")["items"]
        for r in requests:
            if r["state"] == "asked":
                o.post(f"/v1/requests/{r['id']}/answer", {"answer": "accepted"}, expect=200)
        made = o.post(f"{c.path}/timetables", {"meetings": [{"id": r["id"], "slot": i + 1, "table": "T1"} for i, r in enumerate(requests)]}, expect=201).json
        c.publish(made, True)
        equal({k: buyer.get(f"/v1/needs/{id}/funnel")[k] for k in ("requested", "meetings", "met", "useful", "follow_up")},
              {"requested": 2, "meetings": 2, "met": 0, "useful": 0, "follow_up": 0}, "before")
        begin(d, c, 2)
        for r, (met, useful, follow) in zip(requests, ((True, True, "contract"), (True, False, "none"))):
            badge = path_of(o.get(f"/v1/participants/{r['second']['id']}")["links"]["badge"])
            Client(d.port).post(f"/v1{badge.replace('/badge/', '/badges/')}/outcomes", {"request": r["id"], "met": met, "useful": useful, "follow_up": follow}, expect=200)
        equal({k: buyer.get(f"/v1/needs/{id}/funnel")[k] for k in ("requested", "meetings", "met", "useful", "follow_up")},
              {"requested": 2, "meetings": 2, "met": 2, "useful": 1, "follow_up": 1}, "after")


def test_unsubscribing():
    """Who wants no mails gets none, and stays in the programme."""
    with Daemon() as d:
        o = d.organisation("organiser", 1)
        c = programme(d, o)
        anna, s1 = (f"{name}@{c.id[-12:]}.example.org" for name in ("banna", "s1"))
        mail = wait_mail(d, anna, "Votre programme")
        address = re.fullmatch(r"<(.*)>", mail["List-Unsubscribe"])[1]
        equal(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "RFC 8058")
        Client(d.port)("GET", path_of(address), expect=200)
        Client(d.port)("POST", path_of(address), b"List-Unsubscribe=One-Click", expect=200, type="application/x-www-form-urlencoded")
        c.publish(c.draft({**PLACES, ("bAnna", "s1"): (5, "T2")}), True)
        wait_mail(d, s1, "Votre programme change")
        wait_for(lambda: d.sql("select count(*) from outbox where state in ('due', 'claimed')") == "0", "all mails are sent")
        equal(len(mails(d, anna)), 1, "mails to who unsubscribed")
        says_what_holds(calendars(d, o, c), c, {**PLACES, ("bAnna", "s1"): (5, "T2")})


def everything(d):
    """All rows of all tables as text."""
    tables = d.sql("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace").split()
    return {t: d.sql(f"select x::text from {t} x") for t in tables}


def test_erased_while_it_is_planned():
    """A run that ends after somebody was erased does not bring the name back."""
    with Daemon() as d:
        o = d.organisation("organiser", 1)
        c = Convention(d, o, ("bZenobie", "s1", "s2"), [("bZenobie", "s1"), ("bZenobie", "s2")], start=START, rules={"s2": {"absent": [1, 2, 3, 4, 5, 6, 7, 8]}})
        plan = c.plan(seconds=30)
        d.sql(f"update plan set state = 'running' where id = '{plan['id']}'; select participant_erase(p) from participant p where p.id = '{c.people['bZenobie']}'; "
              f"select plan_end('{plan['id']}', 'done', '{{\"fr\": \"bZenobie\"}}', null, '[null, null]', '[{{\"meeting\": 1, \"kind\": \"absent\", \"fr\": \"bZenobie\", \"en\": \"bZenobie\"}}]')")
        left = {t: [row for row in rows.splitlines() if "Zenobie" in row] for t, rows in everything(d).items()}
        equal({t: rows for t, rows in left.items() if rows}, {}, "what is left of it")


def test_who_is_erased_leaves_nothing():
    """After an erasure the name, the address, the firm, the words and the links are nowhere, and the others still know that they met
    somebody."""
    with Daemon() as d:
        o = d.organisation("organiser", 1)
        c = Convention(d, o, ("bAnna", "bZenobie", "s1", "s2"), [("bAnna", "s1"), ("bZenobie", "s1"), ("bZenobie", "s2")], start=START, acceptance=True,
                       rules={"s2": {"absent": [1, 2, 3, 4, 5, 6, 7, 8]}})
        c.add(["s3"])
        c.publish(c.planned(), True)
        own = links(o, c, "bZenobie")
        s1, s3 = (f"{name}@{c.id[-12:]}.example.org" for name in ("s1", "s3"))
        wait_mail(d, s1, "bZenobie")
        Client(d.port).post(own["badge"].replace("/badge/", "/v1/badges/") + "/requests", {"with": c.people["s3"], "message": "Zenobie voudrait vous voir"}, expect=201)
        wait_mail(d, s3, "Zenobie voudrait vous voir")
        o.post(f"/v1/participants/{c.people['bZenobie']}/arrived", expect=200)
        was = {t for t, rows in everything(d).items() if "Zenobie" in rows}
        check(was >= {"participant", "request", "notice", "happening", "timetable"}, "where it was", was)
        o("DELETE", f"/v1/participants/{c.people['bZenobie']}", expect=204)
        wait_for(lambda: d.sql(f"select count(*) from meeting where convention = '{c.id}'") == "1", "its meeting is mended away")
        wait_for(lambda: d.sql("select count(*) from outbox where state in ('due', 'claimed')") == "0", "all mails are sent")
        left = {t: [row for row in rows.splitlines() if re.search("(?i)zenobie", row)] for t, rows in everything(d).items()}
        equal({t: rows for t, rows in left.items() if rows}, {}, "what is left of it")
        for path in (own["agenda"], own["badge"], own["sheet"], own["checkin"], own["badge"].replace("/badge/", "/v1/badges/")):
            equal(Client(d.port)("GET", path).status, 404, path)
        del c.people["bZenobie"]
        events = calendars(d, o, c)["s1"]
        equal({id: e["status"] for id, e in events.items()}, {c.requests["bAnna", "s1"]: "CONFIRMED", c.requests["bZenobie", "s1"]: "CANCELLED"}, "the other's calendar")
        check("nobie" not in str(events) and "nobie" not in o("GET", f"{c.path}/sheets", expect=200).text, "the other's papers")


if not os.path.exists(f"{entregent.BUILD}/tests/drive_ical"):
    skip("no libical")
run(test_calendars, test_a_calendar_is_its_persons, test_hours_that_move, test_who_declines, test_over, test_mails, test_called_off, test_sheets, test_outcomes, test_the_funnel_of_a_need,
    test_unsubscribing, test_erased_while_it_is_planned, test_who_is_erased_leaves_nothing)
