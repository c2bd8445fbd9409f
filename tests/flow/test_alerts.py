# SPDX-License-Identifier: EUPL-1.2
"""Saved alerts: found in both directions, told by mail and feed, of an address only once its owner said so; feeds and
calendars as programs read them."""
import datetime
import json
import re
import urllib.parse
import xml.etree.ElementTree as xml

from deliver import Post, check_once, kinds, link, path_of
from entregent import Client, check, equal, need, offer, run
from people import moderator
from receivers import Hooks

ATOM = "{http://www.w3.org/2005/Atom}"
ALERT = {"name": "Vitres du Puy-de-Dôme", "cpv": ["90911000"], "places": ["departement:63"]}


def in_days(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def found(client, alert):
    return [i["need"]["title"] for i in client.get(f"/v1/alerts/{alert}/needs")["items"]]


def notices_of(d, alert):
    return d.sql(f"select kind from notice where alert = '{alert}' order by id").split()


def told_by(d, alert):
    return [json.loads(line) for line in d.sql(f"select notice_json(n) from notice n where alert = '{alert}' order by id").splitlines()]


def wide_awake(d):
    """No quiet hours: the test runs at night too. What was told meanwhile waits for the morning no more."""
    d.sql("update channel set quiet_from = null, quiet_to = null; update outbox set due = now() where state = 'due' and attempts = 0 and due > now() + interval '1 minute'")


def network(d):
    """A person of an organisation that has no offer, told by mail of what its alerts find."""
    org = d.organisation("organiser", 7)
    return org, d.owner(org)


def test_both_directions():
    with Post() as d:
        buyer, (org, owner) = d.organisation("buyer", 1), network(d)
        d.settled()
        before = buyer.need(need(title="Avant", cpv="90911200"))
        buyer.need(need(title="Autre chose", cpv="72000000"))
        d.settled()
        alert = owner.post("/v1/alerts?rhythm=now", ALERT, expect=201).json
        wide_awake(d)
        d.settled()
        id = alert["id"]
        equal(found(owner, id), ["Avant"], "what was open is found when the alert is saved")
        buyer.need(need(title="Après", cpv="90911300"))
        buyer.need(need(title="Loin", cpv="90911300", places=["departement:69"]))
        d.settled()
        equal(sorted(found(owner, id)), ["Après", "Avant"], "and what is posted later")
        equal([owner.get(f"/v1/alerts/{id}")["needs"], notices_of(d, id)], [2, ["match", "match"]], "needs, notices")
        equal([n["kind"] for n in org.notices() if "alert" not in n], [], "they are the alert's, not the organisation's")
        check_once(d.mails(owner))
        equal(sorted(s.split(" ·")[0] for s in d.subjects(owner)), ["Après", "Avant"], "mails")
        check("Vitres du Puy-de-Dôme" in d.mails(owner)[0].text() and "Pas pour nous" not in d.mails(owner)[0].text(), d.mails(owner)[0].text())
        # Changed: what it finds no more is withdrawn, what it finds now is told.
        changed = {**ALERT, "places": ["departement:69"]}
        equal(owner.put(f"/v1/alerts/{id}", changed, expect=None).status, 428, "a change says of what version")
        owner.put(f"/v1/alerts/{id}", changed, 1, 200)
        d.settled()
        equal(found(owner, id), ["Loin"], "found by the changed one")
        # An amendment: the need fits no more, then again; a small one is told with the difference.
        far = next(n for n in buyer.get("/v1/needs?mine=1")["items"] if n["title"] == "Loin")
        path = f"/v1/needs/{far['id']}"
        count = len(notices_of(d, id))
        buyer.put(path, need(title="Loin", cpv="90911300", places=["departement:69"], deadline=in_days(30)), 1, 200)
        d.settled()
        buyer.put(path, need(title="Loin", cpv="72000000", places=["departement:69"], deadline=in_days(30)), 2, 200)
        d.settled()
        equal((notices_of(d, id)[count:], found(owner, id)), (["amended", "withdrawn"], []), "amended, then gone")
        buyer.put(path, need(title="Loin", cpv="90911300", places=["departement:69"], deadline=in_days(30)), 3, 200)
        d.settled()
        buyer.post(f"{path}/award", expect=200)
        d.settled()
        equal(notices_of(d, id)[count + 2:], ["match", "awarded"], "again, then awarded")
        # Deleted: nothing more is told.
        equal(org("GET", f"/v1/alerts/{id}").status, 200, "the organisation's")
        equal(buyer("GET", f"/v1/alerts/{id}").status, 404, "nobody else's")
        equal(buyer("DELETE", f"/v1/alerts/{id}").status, 404, "nobody else's")
        owner("DELETE", f"/v1/alerts/{id}", expect=204)
        mails = len(d.mails(owner))
        buyer.need(need(title="Trop tard", cpv="90911300", places=["departement:69"]))
        d.settled()
        equal((len(d.mails(owner)), d.sql("select count(*) from hit")), (mails, "0"), "nothing more")
        check(before["id"], "posted")


def test_an_alert_reminds():
    """Of a deadline that comes near, as the offer's notices do; not of a need that it finds no more."""
    with Post() as d:
        buyer, (org, owner) = d.organisation("buyer", 1), network(d)
        id = owner.post("/v1/alerts?rhythm=now", ALERT, expect=201).json["id"]
        wide_awake(d)
        kept, lost = (buyer.need(need(title=t, cpv="90911200", deadline=in_days(60)))["id"] for t in ("Gardé", "Perdu"))
        d.settled()
        buyer.put(f"/v1/needs/{lost}", need(title="Perdu", cpv="72000000", deadline=in_days(60)), 1, 200)
        d.settled()
        d.sql("update hit set at = now() - interval '50 days'; update need set deadline = now() + interval '6 days 12 hours'")
        d.settled()
        equal([(n["kind"], n["days"], n["need"]["id"]) for n in told_by(d, id) if n["kind"] == "closing"], [("closing", 7, kept)], "reminder")
        equal([s.split(" ·")[0] for s in d.subjects(owner)[3:]], ["Dans 7 jours : Gardé"], "mails")


def test_every_condition_of_an_alert():
    with Post() as d:
        buyer, other, (org, owner) = d.organisation("buyer", 1), d.organisation("buyer", 2), network(d)
        alerts = {"words": {"name": "mots", "words": ["gymnase"]}, "value": {"name": "montant", "value": {"min": 50000}},
                  "reserved": {"name": "réservé", "reserved": ["L2113-12"]}, "buyers": {"name": "acheteur", "buyers": [other.siret[:9]]},
                  "places": {"name": "lieu", "places": ["region:84"]}, "all": {"name": "tout"}}
        ids = {k: owner.post("/v1/alerts?rhythm=none", a).json.get("id") for k, a in alerts.items()}
        buyer.need(need(title="Nettoyage du gymnase", value={"min": 1000, "max": 2000}))
        buyer.need(need(title="Halle", places=["departement:75"], value={"min": 60000, "max": 90000}))
        buyer.need(need(title="Réservé", places=["departement:75"], reserved=["L2113-12"], value={"max": 10}))
        other.need(need(title="D'un autre", places=["departement:75"], value={"max": 10}))
        d.settled()
        wanted = {"words": ["Nettoyage du gymnase"], "value": ["Halle"], "reserved": ["Réservé"], "buyers": ["D'un autre"],
                  "places": ["Nettoyage du gymnase"]}
        equal({k: found(owner, ids[k]) for k in wanted}, wanted, "found")
        equal(d.sql("select count(*) from outbox where channel_id is not null"), "0", "no mail was asked for")


def confirm(d, browser, address, alert=ALERT, query=""):
    """Asks for an alert of an address and uses the link; the answer to the link."""
    browser.post(f"/v1/alerts/ask{query}", {**alert, "email": address}, expect=202)
    d.drained()
    url = re.search(r"https://\S+/ticket\S+", d.mails(address)[-1].text()).group(0)
    page = browser("GET", path_of(url), expect=200)
    token = re.search(r'name="ticket" value="([^"]+)"', page.text).group(1)
    return page, token


def test_an_address_without_an_account():
    with Post() as d:
        buyer, browser, address = d.organisation("buyer", 1), Client(0), "lea@journal.fr"
        browser.port = d.port
        d.settled()
        page, token = confirm(d, browser, address, query="?rhythm=now")
        buyer.need(need(title="Avant le clic", cpv="90911200"))
        d.settled()
        equal((len(d.mails(address)), d.sql("select count(*) from alert")), (1, "0"), "the confirmation alone")
        browser("GET", "/ticket?t=" + token)
        d.settled()
        equal(d.sql("select count(*) from alert"), "0", "a GET confirms nothing")
        answer = browser("POST", "/ticket", urllib.parse.urlencode({"ticket": token}), type="application/x-www-form-urlencoded", expect=200)
        check("Set-Cookie" not in answer.headers, "no session is opened")
        feed = path_of(re.search(r'href="(https://[^"]+/feed/[^"]+)"', answer.text).group(1))
        wide_awake(d)
        d.settled()
        buyer.need(need(title="Après le clic", cpv="90911300"))
        d.settled()
        equal([s.split(" ·")[0] for s in d.subjects(address)[1:]], ["Avant le clic", "Après le clic"], "told")
        equal(len(xml.fromstring(browser("GET", feed, expect=200).body).findall(ATOM + "entry")), 2, "and by its feed")
        equal(browser("POST", "/ticket", urllib.parse.urlencode({"ticket": token}), type="application/x-www-form-urlencoded").status, 401, "used once")
        # RFC 8058: one POST without a cookie, to the address in the header.
        mail = d.mails(address)[-1]
        url = mail.message["List-Unsubscribe"]
        check(re.fullmatch(r"<https://[^<>, ]+>", url), url)
        equal(mail.message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "header")
        check("List-Unsubscribe" not in d.mails(address)[0].message, "the confirmation is no list")
        path = path_of(url.strip("<>"))
        equal(path, path_of(link(mail, "Ne plus recevoir ces messages")), "the same link in the mail")
        page = browser("GET", path, expect=200)
        check(ALERT["name"] in page.text and d.sql("select count(*) from alert") == "1", "a GET asks and changes nothing")
        browser("POST", path, "List-Unsubscribe=One-Click", type="application/x-www-form-urlencoded", expect=200)
        d.settled()
        equal(d.sql("select (select count(*) from alert), (select count(*) from channel where label is distinct from 'tick'), (select count(*) from hit)"),
              "0|0|0", "the alert is gone")
        equal(browser("POST", path, "List-Unsubscribe=One-Click", type="application/x-www-form-urlencoded").status, 200, "asked twice")
        equal(browser("GET", feed).status, 404, "its feed too")
        buyer.need(need(title="Trop tard", cpv="90911300"))
        d.settled()
        equal(len(d.mails(address)), 3, "nothing more")
        equal(browser.post("/v1/alerts/ask", ALERT).json["errors"][0]["pointer"], "/email", "without an address")
        equal(browser.post("/v1/alerts/ask?rhythm=none", {**ALERT, "email": address}).status, 422, "without a mail")


def test_an_organisation_unsubscribes():
    """A member's mail stops, the alert and the others' mails go on."""
    with Post() as d:
        buyer, _, supplier, victor = d.pair()
        d.settled()
        buyer.need(need())
        d.settled()
        path = path_of(d.mails(victor)[0].message["List-Unsubscribe"].strip("<>"))
        Client(d.port)("POST", path, "List-Unsubscribe=One-Click", type="application/x-www-form-urlencoded", expect=200)
        buyer.need(need(title="Encore"))
        d.settled()
        equal((len(d.mails(victor)), kinds(supplier)), (1, ["match", "match"]), "mails, notices")
        channel = d.channel(victor)
        equal((channel["active"], channel["said"]), (False, "unsubscribed"), "what its owner sees")
        d.set(victor)
        buyer.need(need(title="De nouveau"))
        d.settled()
        equal([s.split(" ·")[0] for s in d.subjects(victor)], ["Nettoyage de locaux", "De nouveau"], "on again")


def test_who_is_suspended_hears_nothing():
    """Nor of what its alerts find; once it is restored, of what is found then."""
    with Hooks() as hooks, Post() as d:
        buyer, (org, owner), mod = d.organisation("buyer", 1), network(d), moderator(d)
        id = owner.post("/v1/alerts?rhythm=now", ALERT, expect=201).json["id"]
        org.post("/v1/channels", {"kind": "webhook", "url": hooks.url, "personal": False, "alert": id}, expect=201)
        wide_awake(d)
        d.settled()

        def suspend(suspended):
            mod.post(f"/v1/moderation/organisations/{org.id}", {"suspended": suspended, "reason": "Plainte fondée"}, expect=200)
            d.settled()
            return len(d.mails(owner))

        def told():
            return [s.split(" ·")[0] for s in d.subjects(owner)[before:]], [json.loads(b[0])["data"]["need"]["title"] for b in hooks.got.values()]
        before = suspend(True)
        buyer.need(need(title="Pendant", cpv="90911200"))
        d.settled()
        equal((told(), d.sql("select count(*) from outbox where channel_id is not null")), (([], []), "0"), "suspended")
        before = suspend(False)
        buyer.need(need(title="Ensuite", cpv="90911300"))
        d.settled()
        equal(told(), (["Ensuite"], ["Ensuite"]), "restored")


# ---- Feeds and calendars

def read_calendar(text):
    """Its events: {UID: {property: value}}, by the rules of RFC 5545."""
    check(text.endswith("\r\n") and "\n" not in text.replace("\r\n", ""), "lines end by CR LF")
    check(all(len(line.encode()) <= 75 for line in text.split("\r\n")), "no line is over 75 octets")
    events, event, open_ = {}, None, []
    for line in text.replace("\r\n ", "").split("\r\n")[:-1]:
        name, _, value = re.fullmatch(r"([A-Z-]+)((?:;[^:]*)?):(.*)", line).groups()
        if name == "BEGIN":
            open_.append(value)
            event = {} if value == "VEVENT" else event
        elif name == "END":
            equal(open_.pop(), value, "nesting")
            if value == "VEVENT":
                check({"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event), event)
                events[event["UID"]], event = event, None
        elif event is not None:
            check(name not in event, "twice", line)
            event[name] = re.sub(r"\\(.)", lambda m: "\n" if m.group(1) in "nN" else m.group(1), value)
    equal(open_, [], "nesting")
    return events


def test_a_feed():
    with Post() as d:
        buyer, _, supplier, victor = d.pair()
        alert = victor.post("/v1/alerts?rhythm=none", {**ALERT, "name": "L'été & <moi>"}, expect=201).json["id"]
        made = victor.post("/v1/channels", {"kind": "feed", "alert": alert}, expect=201).json
        reader, path = Client(d.port), path_of(made["link"])
        empty = reader("GET", path, expect=200)
        equal(len(xml.fromstring(empty.body).findall(ATOM + "entry")), 0, "nothing yet")
        one = buyer.need(need(title='Vitres "& <b>', cpv="90911300"))["id"]
        d.settled()
        answer = reader("GET", path, expect=200, headers={"If-None-Match": empty.headers["ETag"]})
        equal(answer.headers["Content-Type"], "application/atom+xml; charset=utf-8", "type")
        feed = xml.fromstring(answer.body)
        entry, = feed.findall(ATOM + "entry")
        check("L'été & <moi>" in feed.find(ATOM + "title").text and 'Vitres "& <b>' in entry.find(ATOM + "title").text, answer.text)
        same = reader("GET", path, headers={"If-None-Match": answer.headers["ETag"]})
        equal((same.status, same.body, same.headers["ETag"]), (304, b"", answer.headers["ETag"]), "not changed")
        buyer.post(f"/v1/needs/{one}/cancel", expect=200)
        d.settled()
        later = reader("GET", path, expect=200, headers={"If-None-Match": answer.headers["ETag"]})
        entries = xml.fromstring(later.body).findall(ATOM + "entry")
        ids = [e.find(ATOM + "id").text for e in entries]
        check(len(ids) == len(set(ids)) == 2 and ids[1] == entry.find(ATOM + "id").text, ids)
        for bad in (path[:-1] + ("A" if path[-1] != "A" else "B"), path.replace("/feed/", "/calendar/"), "/feed/x"):
            equal(reader("GET", bad).status, 404, bad)
        victor("DELETE", f"/v1/channels/{made['id']}", expect=204)
        equal(reader("GET", path).status, 404, "deleted")


def test_a_calendar():
    with Post() as d:
        buyer, _, supplier, victor = d.pair()
        made = victor.post("/v1/channels", {"kind": "calendar"}, expect=201).json
        reader, path = Client(d.port), path_of(made["link"])
        equal(read_calendar(reader("GET", path, expect=200).text), {}, "nothing yet")
        title = "Vitres, « été » ; \\ et plus encore, pour que la ligne se plie au milieu d'un caractère : éééééééééé"
        deadline = in_days(30)
        one = buyer.need(need(title=title, deadline=deadline))["id"]
        two = buyer.need(need(title="Second", deadline=deadline))["id"]
        three = buyer.need(need(title="Décliné", deadline=deadline))["id"]
        buyer.need(need(title="Sans échéance"))
        d.settled()
        supplier.post(f"/v1/needs/{three}/declined", {"reason": "other"}, expect=200)
        answer = reader("GET", path, expect=200)
        check(answer.headers["Content-Type"].startswith("text/calendar"), answer.headers)
        before = read_calendar(answer.text)
        by_need = {u.split("@")[0]: e for u, e in before.items()}
        equal(set(by_need), {one, two}, "deadlines of what was told, and not declined")
        check(title in by_need[one]["SUMMARY"], by_need[one])
        equal(by_need[one]["DTSTART"], deadline.replace("-", "").replace(":", ""), "when, in UTC")
        equal(reader("GET", path, headers={"If-None-Match": answer.headers["ETag"]}).status, 304, "not changed")
        moved = in_days(40)
        buyer.put(f"/v1/needs/{one}", need(title=title, deadline=moved), 1, 200)
        buyer.post(f"/v1/needs/{two}/cancel", expect=200)
        d.settled()
        after = {u.split("@")[0]: e for u, e in read_calendar(reader("GET", path, expect=200, headers={"If-None-Match": answer.headers["ETag"]}).text).items()}
        equal(after[one]["DTSTART"], moved.replace("-", "").replace(":", ""), "moved")
        for id in (one, two):
            check(int(after[id]["SEQUENCE"]) > int(by_need[id]["SEQUENCE"]), "SEQUENCE rises", by_need[id], after[id])
            equal(after[id]["UID"], by_need[id]["UID"], "UID")
        equal([after[one].get("STATUS"), after[two].get("STATUS")], [by_need[one].get("STATUS"), "CANCELLED"], "status")
        # Withdrawn by a change of the offer alone.
        supplier.put("/v1/offer", offer(active=False), 1, 200)
        d.settled()
        last = {u.split("@")[0]: e for u, e in read_calendar(reader("GET", path, expect=200).text).items()}
        equal(last[one]["STATUS"], "CANCELLED", "no longer for us")


run(test_both_directions, test_an_alert_reminds, test_every_condition_of_an_alert, test_an_address_without_an_account, test_an_organisation_unsubscribes,
    test_who_is_suspended_hears_nothing, test_a_feed, test_a_calendar, seconds=300)
