# SPDX-License-Identifier: EUPL-1.2
"""What a person and an organisation take away and erase, what goes by itself with time, and what no log ever holds."""
import contextlib
import csv
import glob
import io
import json
import os
import re

from entregent import Client, Daemon, check, equal, need, offer, run, siret, wait_for
from people import Person, audit, check_chain, mails, moderator, person, quoted, text_of, wait_mail
from smtp import Relay

PASSWORD = "quatre chevaux broutent"
EMAIL, NAME = "jeanne.dupre@exemple.fr", "Jeanne Dupré-Ardent"


def sign_up(d, address=EMAIL, name=NAME, number=1, kind="buyer", password=PASSWORD, **more):
    """By the mailed link, as people do; the person, signed in."""
    nobody, before = Person(d.port), len(mails(d, address))
    nobody.post("/v1/signup", {"siret": siret(number), "organisation": f"Organisation {number}", "kinds": [kind], "name": name,
                               "email": address, **more}, expect=202)
    wait_for(lambda: len(mails(d, address)) > before, "the mail")
    ticket = re.search(r"t=([\w-]+)", text_of(mails(d, address)[-1]))[1]
    answer = nobody.post("/v1/tickets", {"ticket": ticket, **({"password": password} if password else {})}, expect=200)
    who = Person(d.port, email=address, name=name).took(answer)
    who.id, who.organisation = answer.json["person"]["id"], answer.json["organisation"]["id"]
    return who


def problem(answer, status):
    equal(answer.status, status, repr(answer))
    p = answer.json
    return p["errors"][0]["pointer"] + " " + p["errors"][0]["code"] if p.get("errors") else p["code"]


def found(d, *words):
    """The tables in whose rows one of the words stands, in any column."""
    tables = d.sql("select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1").splitlines()
    check(len(tables) > 15, tables)
    like = " or ".join(f"strpos(lower(x::text), lower({quoted(w)})) > 0" for w in words)
    rows = d.sql(" union all ".join(f"select '{t}' from {t} x where {like} group by 1" for t in tables))
    return sorted(set(rows.split()))


def columns_with(d, value, *names):
    """The columns of those names that hold the value."""
    where = ", ".join(quoted(n) for n in names)
    columns = [c.split("|") for c in d.sql("select table_name, column_name from information_schema.columns where table_schema = 'public' "
                                           f"and column_name in ({where})").splitlines()]
    check(len(columns) >= 3, columns)
    return [f"{t}.{c}" for t, c in columns if int(d.sql(f"select count(*) from {t} where {c}::text = {quoted(value)}"))]


def leaves(value):
    if isinstance(value, dict):
        return sum(map(leaves, value.values()))
    return sum(map(leaves, value)) if isinstance(value, list) else 1


def awake(d):
    """Mails of notices go at any hour."""
    d.sql("update channel set quiet_from = null, quiet_to = null")


def alert_of(d, address, name):
    """An alert of who has no account, confirmed by its link; its feed."""
    nobody = Client(d.port)
    nobody.post("/v1/alerts/ask", {"name": name, "words": ["introuvable"], "email": address}, expect=202)
    ticket = re.search(r"t=([\w-]+)", text_of(wait_mail(d, address, "alerte Entregent")))[1]
    return nobody.post("/v1/tickets", {"ticket": ticket}, expect=200).json["feed"]


def letters(d, *words):
    """Files of mails in which one of the words stands."""
    return [str(m["Subject"]) for m in mails(d) if any(w in m.as_string() + text_of(m) for w in words)]


def check_csv(client, path, whole):
    """The same as the JSON export, one row for each value, and no formula."""
    answer = client("GET", path + "?format=csv", expect=200)
    equal(answer.headers["Content-Type"], "text/csv; charset=utf-8; header=present", "type")
    check(re.fullmatch(r'attachment; filename="entregent-[a-z0-9]+-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"]), answer.headers)
    check(answer.body.startswith(b"\xef\xbb\xbfsection,item,field,value\r\n"), answer.body[:60])
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))[1:]
    equal({len(r) for r in rows}, {4}, "cells a row")
    equal(len(rows), leaves(whole), "rows")
    check(not [c for r in rows for c in r if c[:1] in tuple("=+-@\t\r")], "a formula")
    return rows


def test_a_person_takes_it_away():
    with Daemon() as d:
        jeanne = sign_up(d)
        jeanne("PUT", "/v1/person", {"name": "=Jeanne, \"JD\"", "language": "fr"}, expect=200)
        jeanne.post("/v1/tokens", {"label": "essai", "scopes": ["read"]}, expect=201)
        jeanne.post("/v1/tickets/reset", {"email": EMAIL}, expect=202)
        other = d.organisation("supplier", 7)
        d.sql(f"insert into member (person, organisation, role) values ('{jeanne.id}', '{other.id}', 'editor'); "
              f"insert into token (hash, organisation, person, label) values (repeat('0', 64), '{other.id}', '{jeanne.id}', 'ailleurs'); "
              f"insert into contact values ('{other.id}', 'Jeanne', {quoted(EMAIL.title())}, '0473000000')")
        wait_mail(d, EMAIL, "mot de passe")
        awake(d)
        hook = jeanne.post("/v1/channels", {"kind": "webhook", "url": "https://crochet.invalid/jeanne", "label": "à elle", "active": False}, expect=201).json
        alert_of(d, EMAIL, "Presse")
        asked = jeanne.post("/v1/needs", need(), expect=201).json["id"]
        other.put("/v1/offer", offer(), expect=201)
        d.matched()
        other.post(f"/v1/needs/{asked}/interested", {"message": "Avec plaisir"}, expect=200)
        wait_mail(d, EMAIL, "intéressé")
        wait_for(lambda: d.sql("select count(*) from outbox where state <> 'done'") == "0", "the mail is out")
        answer = jeanne("GET", "/v1/person/export", expect=200)
        check(answer.headers["Content-Disposition"].endswith('.json"'), answer.headers)
        whole = answer.json
        equal((whole["person"]["email"], whole["person"]["id"], whole["person"]["password"]), (EMAIL, jeanne.id, True), "the person")
        check("argon2" not in answer.text and "hash" not in answer.text, "no secret leaves")
        equal(sorted((m["organisation"]["id"], m["role"]) for m in whole["memberships"]),
              sorted([(jeanne.organisation, "owner"), (other.id, "editor")]), "memberships")
        equal(sorted(t["label"] for t in whole["tokens"]), ["ailleurs", "essai"], "tokens of every organisation")
        equal((len(whole["sessions"]), sorted(c["organisation"] for c in whole["contacts"])), (1, sorted([other.id, jeanne.organisation])), "sessions, contacts: its own is shared with who is interested")
        equal(sorted(m["kind"] for m in whole["mails"]), ["alert", "reset", "signup"], "mails")
        equal([k["kind"] for k in whole["links"]], ["signup", "reset", "alert"], "links")
        equal(sorted((c["kind"], c["organisation"] == jeanne.organisation) for c in whole["channels"]),
              [("feed", False), ("mail", False), ("mail", False), ("mail", True), ("webhook", True)], "channels of both organisations and of the alert")
        equal([(c["label"], c["url"]) for c in whole["channels"] if c["id"] == hook["id"]], [("à elle", "https://crochet.invalid/jeanne")], "the webhook")
        check(hook["secret"] not in answer.text and d.sql(f"select secret from channel where id = '{hook['id']}'") not in answer.text, "its secret")
        equal([(b["kind"], b["state"]) for b in whole["deliveries"]], [("match", "done"), ("interest", "done")], "what was delivered, in both")
        equal([(a["name"], a["found"]) for a in whole["alerts"]], [("Presse", [])], "alerts of the address")
        equal({"person_made", "organisation_made", "token_made"} - {a["what"] for a in whole["audit"]}, set(), "log")
        rows = check_csv(jeanne, "/v1/person/export", jeanne.get("/v1/person/export"))
        check(["person", "", "name", "'=Jeanne, \"JD\""] in rows and ["person", "", "email", EMAIL] in rows, rows[:9])
        equal(problem(jeanne("GET", "/v1/person/export?format=xml"), 422), "/format not_one_of", "format")
        equal(problem(other("GET", "/v1/person/export"), 403), "needs_person", "a token")
        theirs = person(d, "paul@exemple.fr", "Paul", jeanne.organisation, role="reader")
        equal(theirs.get("/v1/person/export")["person"]["email"], "paul@exemple.fr", "each has its own")
        check(EMAIL not in theirs("GET", "/v1/person/export").text, "and nobody else's")


def test_an_organisation_takes_it_away():
    with Daemon() as d:
        jeanne = sign_up(d, kind="supplier", structures=["ESAT"])
        paul = person(d, "paul@exemple.fr", "Paul", jeanne.organisation, role="editor")
        buyer = d.organisation("buyer", 7)
        jeanne("PUT", "/v1/offer", offer(description="=2+2"), expect=201)
        id = buyer.need(need(title="Nettoyage"))["id"]
        jeanne.post("/v1/organisation/invitations", {"email": "zoe@exemple.fr", "role": "reader"}, expect=201)
        jeanne.post("/v1/reports", {"need": id, "reason": "other"}, expect=201)
        wait_mail(d, "zoe@exemple.fr")
        d.matched()
        hook = jeanne.post("/v1/channels", {"kind": "webhook", "url": "https://crochet.invalid/nous", "personal": False, "active": False}, expect=201).json
        paul.post("/v1/channels", {"kind": "webhook", "url": "https://crochet.invalid/paul", "active": False}, expect=201)
        alert = jeanne.post("/v1/alerts", {"name": "Nos écoles", "words": ["nettoyage"]}, expect=201).json["id"]
        jeanne.post(f"/v1/needs/{id}/interested", {"message": "Avec plaisir"}, expect=200)
        d.matched()
        whole = jeanne.get("/v1/organisation/export")
        equal([(c["kind"], c["id"]) for c in whole["channels"]], [("webhook", hook["id"])], "the organisation's channels, not its members'")
        equal([(a["id"], [f["need"] for f in a["found"]]) for a in whole["alerts"]], [(alert, [id])], "alerts and what they found")
        equal((whole["matches"][0]["answer"], whole["matches"][0]["message"], whole["answers"]), ("interested", "Avec plaisir", []), "answers")
        check(hook["secret"] not in json.dumps(whole) and "crochet.invalid/paul" not in json.dumps(whole), "no secret")
        equal(whole["organisation"]["declared"], ["ESAT"], "the organisation")
        equal(sorted(m["email"] for m in whole["members"]), sorted([EMAIL, paul.email]), "members")
        equal([i["email"] for i in whole["invitations"]], ["zoe@exemple.fr"], "invitations")
        equal([m["need"] for m in whole["matches"]], [id], "matches")
        equal(sorted(n["kind"] for n in whole["notices"]), ["match", "match"], "notices: of the offer, of the alert")
        equal([r["reason"] for r in whole["reports"]], ["other"], "reports")
        check({"claim_declared", "invited"} <= {a["what"] for a in whole["audit"]}, whole["audit"])
        rows = check_csv(jeanne, "/v1/organisation/export", whole)
        check(["offer", "", "description", "'=2+2"] in rows and ["offer", "", "capabilities.1.cpv", "90911200"] in rows, rows)
        equal(problem(jeanne("GET", "/v1/organisation/export?format="), 422), "/format not_one_of", "format")
        equal(problem(paul("GET", "/v1/organisation/export"), 403), "needs_scope", "an editor")
        theirs = buyer("GET", "/v1/organisation/export", expect=200)
        equal((theirs.json["members"], theirs.json["reports"]), ([], []), "a buyer's own")
        equal([(a["need"], a["answer"], a["message"], a["offer"]["id"], a["contact"]["email"]) for a in theirs.json["answers"]],
              [(id, "interested", "Avec plaisir", jeanne.organisation, EMAIL)], "the answers it got, with the contact that was shared")
        jeanne.post(f"/v1/needs/{id}/declined", {"reason": "too_far"}, expect=200)
        theirs = buyer("GET", "/v1/organisation/export", expect=200)
        check(EMAIL not in theirs.text, "no member of another")


def test_a_person_is_erased():
    with Daemon() as d:
        jeanne = sign_up(d)
        paul = person(d, "paul@exemple.fr", "Paul", jeanne.organisation, role="owner")
        other = d.organisation("supplier", 7)
        owner = person(d, "olga@exemple.fr", "Olga", other.id)
        token = jeanne.post("/v1/tokens", {"label": "essai", "scopes": ["read"]}, expect=201).json["token"]
        id = jeanne.post("/v1/needs", need(), expect=201).json["id"]
        jeanne.post("/v1/tickets/reset", {"email": EMAIL}, expect=202)
        owner.post("/v1/organisation/invitations", {"email": EMAIL, "role": "reader"}, expect=201)
        wait_mail(d, EMAIL, "invite")
        # A mail to others that names her waits, she asks to join elsewhere, and is somebody's contact.
        d.sql(f"insert into outbox (id, channel, kind, email, language, person, args, due) values (gen_random_uuid(), 'mail', 'asked', '{owner.email}', 'fr', "
              f"'{owner.id}', jsonb_build_object('name', {quoted(NAME)}, 'person', '{jeanne.id}'), now() + interval '1 hour'); "
              f"insert into member (person, organisation, role) values ('{jeanne.id}', '{other.id}', 'asked'); "
              f"insert into contact values ('{jeanne.organisation}', {quoted(NAME)}, {quoted(EMAIL.upper())}, '0473000000')")
        # Her own ways to be told, and an alert of her address; a mail of a notice that went out.
        awake(d)
        jeanne.post("/v1/channels", {"kind": "webhook", "url": "https://crochet.invalid/", "label": f"De {NAME}", "active": False}, expect=201)
        feed = alert_of(d, EMAIL, f"Alerte de {NAME}").rsplit("/", 1)[1]
        other.put("/v1/offer", offer(), expect=201)
        d.matched()
        other.post(f"/v1/needs/{id}/interested", {}, expect=200)
        wait_mail(d, EMAIL, "intéressé")
        wait_mail(d, paul.email, "intéressé")
        wait_for(lambda: d.sql("select count(*) from outbox where state <> 'done' and due < now()") == "0", "the mails are out")
        waits = d.sql(f"select c.id from channel c where c.person = '{jeanne.id}' and c.kind = 'mail' and c.alert is null and c.organisation = '{jeanne.organisation}'")
        d.sql(f"insert into held (channel, notice) select '{waits}', max(id) from notice where organisation = '{jeanne.organisation}'")
        equal(found(d, EMAIL, NAME), ["alert", "channel", "contact", "outbox", "person", "ticket"], "before")
        check("person.email" in columns_with(d, EMAIL, "email", "person"), "before")

        def erase(who=jeanne, **body):
            return who("DELETE", "/v1/person", body)
        equal(problem(erase(), 422), "/confirm required", "nothing said")
        equal(problem(erase(confirm="autre@exemple.fr", password=PASSWORD), 422), "/confirm not_one_of", "another address")
        equal(problem(erase(confirm=EMAIL), 422), "/password required", "no password")
        equal(problem(erase(confirm=EMAIL, password="autre chose ici"), 422), "/password bad_signin", "a wrong password")
        equal(problem(erase(Client(d.port, token), confirm=EMAIL, password=PASSWORD), 403), "needs_person", "a token")
        equal(problem(jeanne("DELETE", "/v1/person", {"confirm": EMAIL}, {"Origin": "https://ailleurs.example"}), 403), "bad_origin", "another site")
        equal(found(d, EMAIL, NAME), ["alert", "channel", "contact", "outbox", "person", "ticket"], "nothing is gone yet")
        check(len(letters(d, EMAIL)) >= 4, letters(d, EMAIL))

        answer = erase(confirm=EMAIL.upper(), password=PASSWORD)
        equal(answer.status, 200, repr(answer))
        said = answer.json
        equal({k: said["erased"][k] for k in ("person", "sessions", "tokens", "contacts")}, {"person": 1, "sessions": 1, "tokens": 1, "contacts": 1}, "what went")
        equal({k: said["erased"][k] for k in ("mails", "channels", "alerts")}, {"mails": 6, "channels": 2, "alerts": 1},
              "four to her and one about her, one of a notice; her mail and her webhook; her address's alert")
        equal([k["what"] for k in said["kept"]], ["audit"], "what stays")
        check(said["kept"][0]["why"].startswith("Il prouve qui a fait quoi"), said["kept"], "the reason is in the language of who asks")
        check("Max-Age=0" in answer.headers["Set-Cookie"], answer.headers)

        equal(found(d, EMAIL, NAME, "jeanne"), [], "address and name")
        equal(found(d, jeanne.id), ["audit"], "the number")
        equal(letters(d, EMAIL, NAME), [], "mails of the folder")
        equal(Client(d.port)("GET", f"/feed/{feed}").status, 404, "the feed of her alert")
        equal(d.sql(f"select count(*) from channel where person = '{paul.id}'"), "1", "another's channel stays")
        equal(columns_with(d, EMAIL, "email", "person"), [], "columns")
        equal(columns_with(d, jeanne.id, "email", "person", "reporter"), [], "columns")
        equal(problem(jeanne("GET", "/v1/session"), 401), "bad_token", "the session")
        equal(problem(Client(d.port, token)("GET", "/v1/needs"), 401), "bad_token", "the token")
        equal(problem(Person(d.port).post("/v1/session", {"email": EMAIL, "password": PASSWORD}), 401), "bad_signin", "signing in")
        Person(d.port).post("/v1/tickets/signin", {"email": EMAIL}, expect=202)
        equal(found(d, EMAIL), [], "asking for a link leaves nothing")
        equal([(p["email"]) for p in paul.get("/v1/organisation/members")["items"]], [paul.email], "the others stay")
        equal(paul.get(f"/v1/needs/{id}")["state"], "published", "so do the organisation's needs")
        equal(audit(d, "person_erased"), [(jeanne.id, "")], "log")
        check(check_chain(d) > 5, "a chain")
        equal(sign_up(d, number=8).get("/v1/session")["person"]["email"], EMAIL, "the address is free again")


def test_the_last_owner_stays():
    with Daemon() as d:
        jeanne = sign_up(d)
        paul = person(d, "paul@exemple.fr", "Paul", jeanne.organisation, role="editor")
        elsewhere = person(d, "eva@exemple.fr", "Eva", d.organisation("supplier", 7).id, role="owner")
        d.sql(f"insert into member (person, organisation, role, since) select '{jeanne.id}', organisation, 'reader', now() - interval '1 day' from member where person = '{elsewhere.id}'")
        body = {"confirm": EMAIL, "password": PASSWORD}
        equal(problem(jeanne("DELETE", "/v1/person", body), 409), "last_owner", "paul would have no owner")
        equal(len(jeanne.get("/v1/session")["organisations"]), 2, "all stays as it was, elsewhere too")
        jeanne("PUT", f"/v1/organisation/members/{paul.id}", {"role": "owner"}, expect=200)
        jeanne("DELETE", "/v1/person", body, expect=200)
        # Alone, with nobody but who asks to join, the owner may go; without a password the address is enough.
        person(d, "max@exemple.fr", "Max", paul.get("/v1/organisation")["id"], role="asked")
        equal(paul("DELETE", "/v1/person", {"confirm": paul.email}).status, 200, "the last one")
        equal(d.sql(f"select role from member where organisation = '{jeanne.organisation}'"), "asked", "who is left")
        check_chain(d)


def test_a_buyer_is_erased():
    with Daemon() as d:
        jeanne, supplier = sign_up(d), d.organisation("supplier", 7)
        paul = person(d, "paul@exemple.fr", "Paul", jeanne.organisation, role="editor")
        supplier.put("/v1/offer", offer(), expect=201)
        org, number = jeanne.organisation, siret(1)
        token = json.loads(d.admin("token", "new", "--org", number, "--json"))["token"]
        own = jeanne.post("/v1/tokens", {"label": "à moi", "scopes": ["read", "administer"]}, expect=201).json["token"]
        open_one = jeanne.post("/v1/needs", need(title="Ouvert"), headers={"Idempotency-Key": "k"}).json["id"]
        draft = jeanne.post("/v1/needs?draft=1", need(title="Brouillon"), expect=201).json["id"]
        closed = jeanne.post("/v1/needs", need(title="Clos"), expect=201).json["id"]
        jeanne.post(f"/v1/needs/{closed}/close", expect=200)
        jeanne.post("/v1/organisation/invitations", {"email": "zoe@exemple.fr", "role": "reader"}, expect=201)
        d.sql(f"insert into contact values ('{org}', 'Accueil', 'accueil@exemple.fr', '0473000000')")
        wait_mail(d, "zoe@exemple.fr")
        feeds = [jeanne.post("/v1/channels", {"kind": "feed", "label": "Flux perdu", "personal": mine}, expect=201).json["link"].rsplit("/", 1)[1]
                 for mine in (True, False)]
        jeanne.post("/v1/channels", {"kind": "webhook", "url": "https://crochet.invalid/perdu", "personal": False, "active": False}, expect=201)
        jeanne.post("/v1/alerts", {"name": "Alerte perdue", "words": ["ouvert"]}, expect=201)
        d.matched()
        before = len(supplier.notices())

        def erase(who, **body):
            return who("DELETE", "/v1/organisation", body)
        body = {"confirm": number, "password": PASSWORD}
        equal(problem(erase(Client(d.port, token), **body), 403), "needs_person", "the organisation's token")
        equal(problem(erase(paul, confirm=number), 403), "needs_scope", "an editor")
        equal(problem(erase(jeanne, confirm=siret(2), password=PASSWORD), 422), "/confirm not_one_of", "another SIRET")
        equal(problem(erase(jeanne, confirm=number), 422), "/password required", "no password")
        equal(problem(erase(Client(d.port, own), **body), 403), "needs_person", "a personal token")
        equal(problem(erase(jeanne, confirm=number, password="autre chose ici"), 422), "/password bad_signin", "a wrong password")
        equal(d.sql(f"select erased is null from organisation where id = '{org}'"), "t", "nothing is gone yet")

        said = erase(jeanne, **body)
        equal(said.status, 200, repr(said))
        equal({k: said.json["erased"][k] for k in ("members", "drafts", "offers", "tokens")}, {"members": 2, "drafts": 1, "offers": 0, "tokens": 2}, "what went")
        equal([(k["what"], k.get("count")) for k in said.json["kept"]], [("needs", 2), ("organisation", None), ("audit", None)], "what stays")
        check("1825 jours" in said.json["kept"][0]["why"], said.json["kept"], "the days of the setting")
        d.matched()
        equal([(n["kind"], n["need"]["id"]) for n in supplier.notices()[before:]], [("cancelled", open_one)], "the supplier is told")
        equal(supplier.get(f"/v1/needs/{open_one}")["state"], "cancelled", "the open need")
        equal(supplier("GET", f"/v1/needs/{draft}").status, 404, "the draft")
        equal(supplier.get("/v1/offer/needs")["items"], [], "what fits")
        equal(found(d, org), ["audit", "need", "notice", "organisation"], "where it still stands: as the buyer in what suppliers were told")
        equal(d.sql(f"select count(*) from notice where organisation = '{org}'"), "0", "what it was told")
        equal(found(d, "perdu"), [], "alerts and channels")
        equal([Client(d.port)("GET", f"/feed/{feed}").status for feed in feeds], [404, 404], "its feeds")
        equal(found(d, "accueil@exemple.fr", "zoe@exemple.fr"), [], "contacts, invitations and their mails")
        for dead in (token, own):
            equal(problem(Client(d.port, dead)("GET", "/v1/needs"), 401), "bad_token", "tokens")
        session = jeanne.get("/v1/session")
        equal((session["organisation"], session["organisations"]), (None, []), "the person is still there, without it")
        check_chain(d)
        again = sign_up(d, "anne@exemple.fr", "Anne", 1)
        equal(again.get("/v1/session")["role"], "owner", "who signs up again owns it")
        again.post("/v1/needs", need(), expect=201)


def test_a_supplier_is_erased():
    with Daemon() as d:
        jeanne, buyer = sign_up(d, kind="supplier"), d.organisation("buyer", 7)
        jeanne("PUT", "/v1/offer", offer(), expect=201)
        id = buyer.need(need())["id"]
        d.matched()
        jeanne.post(f"/v1/needs/{id}/interested", {"message": "Un mot perdu"}, expect=200)
        d.matched()
        equal([(m["answer"], m["contact"]["email"]) for m in buyer.get(f"/v1/needs/{id}/matches")["items"]], [("interested", EMAIL)], "before")
        equal(buyer.notices()[-1]["message"], "Un mot perdu", "what the buyer was told")
        jeanne("DELETE", "/v1/organisation", {"confirm": siret(1), "password": PASSWORD}, expect=200)
        d.matched()
        equal(buyer.get(f"/v1/needs/{id}/matches"), {"items": [], "total": 0, "next": None}, "the buyer's list")
        equal(buyer("GET", f"/v1/offers/{jeanne.organisation}").status, 404, "the offer")
        equal(buyer("GET", f"/v1/needs/{id}/explain?offer={jeanne.organisation}").status, 404, "why it matched")
        equal(d.sql(f"select count(*) from notice where organisation = '{jeanne.organisation}'"), "0", "notices")
        equal(found(d, "Un mot perdu"), [], "what it wrote")
        check("message" not in buyer.notices()[-1] and buyer.notices()[-1]["kind"] == "interest", "the notice stays", buyer.notices()[-1])
        later = buyer.need(need(title="Plus tard"))["id"]
        d.restart()
        d.matched()
        buyer.close()
        equal(buyer.get(f"/v1/needs/{later}/matches")["total"], 0, "nor later")
        register = f"siret\tkind\tname\tnaf\tpost_code\tcity\tdepartment\tlon\tlat\n{siret(1)}\tEI\tX\t8121Z\t63000\tClermont-Ferrand\t63\t3.08\t45.78\n"
        d.organisation("organiser", 9)("POST", "/v1/imports/siae?first=2", register, type="text/tab-separated-values", expect=200)
        equal(d.sql(f"select count(*) from offer where organisation = '{jeanne.organisation}'"), "0", "a register does not bring it back")
        check_chain(d)


def ago(days):
    return f"now() - interval '{days} days'"


def retain(d):
    """What the daemon does each hour with need_days=1825 and account_days=1095, and the mails that follow."""
    while d.sql("select retention(1825, 1095, 10)") == "t":
        pass
    with contextlib.closing(Person(d.port)) as nobody:  # any mail asked for lets all go that wait
        nobody.post("/v1/tickets/signin", {"email": "personne@exemple.fr"}, expect=202)


def test_what_is_ended_goes_with_time():
    with Daemon() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        owner = person(d, "anne@exemple.fr", "Anne", buyer.id)
        supplier.put("/v1/offer", offer(), expect=201)
        ids = [buyer.need(need(title=f"Besoin {n}"))["id"] for n in range(25)]
        running, recent, old = ids[0], ids[1], ids[2:]
        d.matched()
        for id in ids[1:]:
            buyer.post(f"/v1/needs/{id}/close", expect=200)
        supplier.post("/v1/reports", {"need": old[0], "reason": "other"}, expect=201)
        d.matched()
        d.sql(f"update need set updated = {ago(1794)} where id = '{recent}'; update need set updated = {ago(1796)} where id <> '{recent}'")
        retain(d)
        equal(d.sql("select count(*) from need where warned is not null"), str(len(old)), "warned of")
        equal(d.sql("select count(*) from outbox where kind = 'need_expires'"), str(len(old)), "mails")
        wait_mail(d, owner.email, "Bientôt effacé", "Besoin 2", "30 jours")
        retain(d)
        equal(d.sql("select count(*) from outbox where kind = 'need_expires'"), str(len(old)), "once")
        d.sql(f"update need set updated = {ago(1826)} where id <> '{recent}'; update need set warned = {ago(29)} where warned is not null")
        retain(d)
        equal(d.sql("select count(*) from need"), str(len(ids)), "not before the month is over")
        d.sql(f"update need set warned = {ago(31)} where warned is not null")
        retain(d)
        equal(sorted(d.sql("select id from need").split()), sorted([running, recent]), "what is left")
        equal(d.sql("select count(*) from report") + d.sql(f"select count(*) from match where need = '{old[0]}'")
              + d.sql(f"select count(*) from notice where need = '{old[0]}'"), "000", "reports, matches, notices")
        equal(supplier("GET", f"/v1/needs/{old[0]}").status, 404, "gone")
        equal(len(supplier.get("/v1/offer/needs")["items"]), 1, "the running one goes on")


def test_an_unused_account_goes_with_time():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        anne = person(d, "anne@exemple.fr", "Anne Oubliée", buyer.id)
        paul = person(d, "paul@exemple.fr", "Paul", buyer.id, role="reader")
        eva = person(d, "eva@exemple.fr", "Eva", buyer.id, role="editor")
        d.sql(f"update person set seen = {ago(1066)} where email like 'anne%' or email like 'paul%'")
        retain(d)
        equal(d.sql("select count(*) from outbox where kind = 'account_expires'"), "2", "warned")
        for who in (anne, paul):
            wait_mail(d, who.email, "sera effacé", "30 jours")
        d.sql(f"update session set seen = {ago(1)}")
        paul.get("/v1/session")  # who comes back stays
        wait_for(lambda: d.sql("select warned is null from person where email like 'paul%'") == "t", "the visit is noted")
        d.sql(f"update person set seen = {ago(1096)}, warned = {ago(29)} where email like 'anne%'")
        retain(d)
        check("person" in found(d, anne.email), "not before the month is over")
        d.sql(f"update person set warned = {ago(31)} where email like 'anne%'")
        retain(d)
        retain(d)
        equal(found(d, anne.email, anne.name), [], "gone")
        equal(d.sql(f"select role from member where person = '{eva.id}'"), "owner", "an editor takes over")
        equal(paul.get("/v1/session")["role"], "reader", "the other stays what it was")
        equal(audit(d, "role_changed", buyer.id), [(eva.id, "")], "log")
        rows = d.sql("select entry::jsonb -> 'detail' ->> 'why' from audit where entry::jsonb ->> 'what' = 'person_erased'")
        equal(rows, "unused", "why")
        check_chain(d)


def test_no_log_names_anybody():
    """Neither the daemon's log, at its most talkative, nor PostgreSQL's has an address, a name or where somebody sits."""
    address = "203.0.113.77"
    with Relay() as relay, Daemon("log_debug=1", "proxies=127.0.0.1", f"smtp_url={relay.url}", "smtp_tls=0", "moderation=1") as d:
        class Afar(Person):
            def __call__(self, method, path, body=None, headers=None, expect=None, type=None):
                far = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
                return super().__call__(method, path, body, {**far, **(headers or {})}, expect, type)

        def sign(email, name, number, **more):
            nobody = Afar(d.port)
            nobody.post("/v1/signup", {"siret": siret(number), "organisation": "Atelier", "kinds": ["buyer"], "name": name, "email": email,
                                       **more}, expect=202)
            mail = wait_for(lambda: next((m for m in relay.mails if email in m.recipients), None), "the mail")
            ticket = re.search(r"t=([\w-]+)", " ".join(mail.text().split()))[1]
            return Afar(d.port, email=email).took(nobody.post("/v1/tickets", {"ticket": ticket, "password": PASSWORD}, expect=200))
        nobody, jeanne = Afar(d.port), sign("max@exemple.fr", "Max Muster", 2)
        # The relay repeats the address in what it says.
        relay.on("rcpt", "550 5.1.1 <zoe@exemple.fr> unknown here")
        jeanne.post("/v1/organisation/invitations", {"email": "zoe@exemple.fr", "role": "reader"}, expect=201)
        wait_for(lambda: d.sql("select count(*) from outbox where state = 'failed'") == "1", "a mail fails")
        relay.on("rcpt", "451 4.2.1 max@exemple.fr: try later")
        nobody.post("/v1/tickets/signin", {"email": "max@exemple.fr"}, expect=202)
        wait_for(lambda: d.sql("select count(*) from outbox where state = 'due' and attempts = 1") == "1", "a mail is put off")
        mod = moderator(d)
        mod.__class__ = Afar
        nobody.post("/v1/session", {"email": "max@exemple.fr", "password": "faux mot de passe"}, expect=401)
        nobody.post("/v1/session", {"email": "pas une adresse", "password": "x"}, expect=422)
        nobody.post("/v1/session", "{\"email\": \"max@exemple.fr", type="application/json", expect=400)
        jeanne("PUT", "/v1/person", {"name": "Max Muster", "language": "fr", "email": mod.email, "password": PASSWORD})
        id = jeanne.post("/v1/needs", need(description="Contact : max@exemple.fr"), expect=201).json["id"]
        mod.post(f"/v1/moderation/needs/{id}", {"verdict": "no", "reason": "Écrivez à max@exemple.fr"}, expect=200)
        mod.post(f"/v1/moderation/organisations/{jeanne.get('/v1/session')['organisation']['id']}", {"suspended": True, "reason": "Max Muster"}, expect=200)
        d.admin("db", "psql", "--", "-X", "-q", "-c", "insert into person (id, email, name) values (gen_random_uuid(), 'max@exemple.fr', 'Max Muster')", check_status=None)
        d.admin("db", "psql", "--", "-X", "-q", "-c", "select 'max@exemple.fr'::int", check_status=None)
        jeanne.get("/v1/person/export")
        jeanne("DELETE", "/v1/person", {"confirm": "max@exemple.fr", "password": PASSWORD}, expect=200)
        equal(found(d, "max@exemple.fr"), ["need"], "an organisation's own words stay as said")
        d.stop()
        logs = {path: open(path, errors="replace").read() for path in [d.log, *glob.glob(os.path.join(d.data, "log", "*"))]}
        check(len(logs) >= 2 and len(logs[d.log]) > 500, list(logs))
        for path, text in logs.items():
            for word in ("@", "exemple.fr", "Muster", "Dératrice", address):
                lines = [line for line in text.splitlines() if word in line]
                check(not lines, os.path.basename(path), word, lines[:3])
            lines = [line for line in text.splitlines() if "127.0.0.1" in line and "listening on" not in line]
            check(not lines, os.path.basename(path), lines[:3])


run(test_a_person_takes_it_away, test_an_organisation_takes_it_away, test_a_person_is_erased, test_the_last_owner_stays,
    test_a_buyer_is_erased, test_a_supplier_is_erased, test_what_is_ended_goes_with_time, test_an_unused_account_goes_with_time,
    test_no_log_names_anybody)
