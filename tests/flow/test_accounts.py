# SPDX-License-Identifier: EUPL-1.2
"""Accounts as people live them: signing up, signing in, mailed links, sessions, tokens, the languages of mails; what is
kept of secrets (nothing); and mails on their way through a relay that fails. Invitations, members and the rights of tokens
are in test_organisation.py, every route for everybody in test_rights.py."""
import glob
import json
import os
import re
import signal
import threading
import uuid

from entregent import Client, Daemon, check, each, equal, need, offer, run, siret, wait_for
from people import COOKIE, Person, audit, mails, person, text_of, wait_mail
from smtp import DROP, HOLD, Relay

PASSWORD, OTHER = "trois chevaux au pré vert", "un âne gris sous la pluie"
SESSION, SESSIONS, TICKETS, PERSON, ORG = "/v1/session", "/v1/sessions", "/v1/tickets", "/v1/person", "/v1/organisation"


def faults(answer):
    """An answer 422 as {pointer: code}."""
    equal(answer.status, 422, answer)
    return {e["pointer"]: e["code"] for e in answer.json["errors"]}


def refused(answer, status, code):
    equal((answer.status, answer.json["code"]), (status, code), answer)
    return answer


def form(number=1, address="zoe@x.fr", **more):
    """What is filled in to sign up."""
    return {"siret": siret(number), "organisation": f"Régie {number}", "kinds": ["buyer"], "name": "Zoé Roy", "email": address, **more}


def ticket_of(message):
    return re.search(r"/ticket\?t=([A-Za-z0-9_-]{54})\s", text_of(message) + " ")[1]


def mailed(d, address, ask):
    """The mail that asking brings to the address."""
    before = len(mails(d, address))
    ask()
    return wait_for(lambda: mails(d, address)[before:], f"a mail to {address}")[0]


def link(d, kind, address):
    """A link that was asked for."""
    return ticket_of(mailed(d, address, lambda: Person(d.port).post(f"{TICKETS}/{kind}", {"email": address}, expect=202)))


def sign_up(d, number=1, address="zoe@x.fr", password=PASSWORD, **more):
    """A person who signed up and has just used the link."""
    who = Person(d.port, email=address)
    ticket = ticket_of(mailed(d, address, lambda: who.post("/v1/signup", form(number, address, **more), expect=202)))
    answer = who.post(TICKETS, {"ticket": ticket, "password": password}, expect=200)
    who.took(answer).id = answer.json["person"]["id"]
    who.organisation = answer.json["organisation"] and answer.json["organisation"]["id"]
    return who


def sign_in(d, address="zoe@x.fr", password=PASSWORD):
    who = Person(d.port, email=address)
    return who.took(who.post(SESSION, {"email": address, "password": password}, expect=200))


def counts(d, *tables):
    return tuple(int(d.sql(f"select count(*) from {t}")) for t in tables)


# ---- Signing up

def test_the_siret_comes_first():
    with Daemon() as d:
        nobody = Person(d.port)
        for good in (siret(1), "73282932000074", "35600000000048"):
            equal(nobody.get(f"/v1/enterprises/{good}"), {"siret": good, "registered": []}, "nobody has it yet")
        # La Poste's establishments need not satisfy Luhn: the sum of their digits is a multiple of five.
        digits = next(n for n in (f"356000000{i:05d}" for i in range(10001, 99999)) if sum(map(int, n)) % 5 == 0
                      and sum(sum(divmod(int(c) * (1 + i % 2), 10)) for i, c in enumerate(reversed(n))) % 10)
        equal(nobody.get(f"/v1/enterprises/{digits}")["registered"], [], "La Poste")
        wrong = str(int(digits) + 1)
        for bad in (siret(1)[:-1] + str((int(siret(1)[-1]) + 1) % 10), wrong, "1234567890123", "732829320000744", "7328293200007x",
                    "732%20829320000", "0"):
            equal(faults(nobody("GET", f"/v1/enterprises/{bad}")), {"/siret": "bad_siret"}, bad)
            if "%" not in bad and len(bad) <= 14:
                equal(faults(nobody.post("/v1/signup", form(siret=bad))), {"/siret": "bad_siret"}, bad)


def test_what_is_wrong_is_named():
    with Daemon() as d:
        nobody = Person(d.port)
        post = lambda **more: nobody.post("/v1/signup", {k: v for k, v in form(**more).items() if v is not None})
        equal(faults(nobody.post("/v1/signup", {})), dict.fromkeys(("/siret", "/name", "/email", "/organisation", "/kinds"), "required"), "nothing")
        equal(faults(post(organisation=None, kinds=None)), {"/organisation": "required", "/kinds": "required"}, "no organisation")
        equal(faults(post(email="zoe")), {"/email": "bad_mail"}, "no address")
        equal(faults(post(email="zoe@x.fr\r\nBcc: all@x.fr")), {"/email": "bad_text"}, "two addresses")
        equal(faults(post(name="Zoé\nGagnez : http://x", organisation="a\tb")), {"/name": "bad_text", "/organisation": "bad_text"}, "lines")
        equal(faults(post(join="x")), {"/join": "wrong_type"}, "no id")
        equal(faults(post(join=str(uuid.uuid4()))), {"/join": "not_one_of"}, "no such organisation")
        equal(faults(post(kinds=["moderator"], structures=["X"], language="de")),
              {"/kinds": "not_one_of", "/structures": "not_one_of", "/language": "not_one_of"}, "words")
        # What only the server says is not taken.
        own = {"moderator": True, "id": str(uuid.uuid4()), "role": "owner", "declared": [], "suspended": "no", "confirmed": True}
        equal(faults(post(**own)), {f"/{k}": "unknown_field" for k in own}, "mass assignment")
        # Whoever fills in the form has not shown whose address it is: the password is chosen behind the link.
        equal(faults(post(password=PASSWORD)), {"/password": "unknown_field"}, "no password yet")
        equal(counts(d, "person", "organisation", "ticket", "outbox"), (0, 0, 0, 0), "nothing was stored")


def test_passwords_that_are_weak():
    with Daemon() as d:
        nobody = Person(d.port)
        ticket = ticket_of(mailed(d, "zoe@x.fr", lambda: nobody.post("/v1/signup", form(organisation="Régie de Thiers"), expect=202)))
        for weak, why in (("court", "too_short"), ("é" * 11, "too_short"), ("motdepasse123", "weak_password"), ("Azerty123456", "weak_password"),
                          ("P@ssw0rd2025!", "weak_password"), ("Marseille13000!", "weak_password"), ("aaaaaaaaaaaaaa", "weak_password"),
                          ("zoe@x.fr Zoé Roy", "weak_password"), ("Régie de Thiers 63", "weak_password")):
            equal(faults(nobody.post(TICKETS, {"ticket": ticket, "password": weak})), {"/password": why}, weak)
        equal(counts(d, "person"), (0,), "nobody yet")
        nobody.post(TICKETS, {"ticket": ticket, "password": PASSWORD}, expect=200)
        sign_in(d)


def test_nothing_is_there_before_the_link_is_used():
    with Daemon() as d:
        nobody = Person(d.port)
        body = form(address="Zoe@X.fr", structures=["EI"], kinds=["supplier", "organiser"])
        ticket = ticket_of(mailed(d, "zoe@x.fr", lambda: nobody.post("/v1/signup", body, expect=202)))
        equal(counts(d, "person", "organisation", "member", "session", "ticket"), (0, 0, 0, 0, 1), "stored")
        refused(nobody.post(SESSION, {"email": "zoe@x.fr", "password": PASSWORD}), 401, "bad_signin")
        equal(nobody.get(f"/v1/enterprises/{siret(1)}")["registered"], [], "not registered")
        # The link works once, and only as it is.
        for bad in (ticket[:-1] + ("A" if ticket[-1] != "A" else "B"), ticket[::-1], ticket + "A", ticket[:-1], "x", "A" * 54):
            refused(nobody.post(TICKETS, {"ticket": bad}), 401, "bad_ticket")
        equal(counts(d, "person"), (0,), "nobody yet")
        answer = nobody.post(TICKETS, {"ticket": ticket, "password": PASSWORD}, expect=200)
        cookie = answer.headers["Set-Cookie"]
        check(re.fullmatch(rf"{COOKIE}=ent_[A-Za-z0-9_-]{{43}}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000", cookie), cookie)
        zoe = Person(d.port).took(answer)
        equal({k: answer.json["person"][k] for k in ("name", "email", "language", "moderator", "password")},
              {"name": "Zoé Roy", "email": "zoe@x.fr", "language": "fr", "moderator": False, "password": True}, "the person")
        made = answer.json["organisation"]
        equal((made["siret"], made["kinds"], made["structures"], made["declared"]), (siret(1), ["supplier"], [], ["EI", "organiser"]),
              "what it says of itself is declared; an organiser is confirmed by a moderator")
        equal((answer.json["role"], zoe.get(SESSION)), ("owner", answer.json), "the session")
        refused(nobody.post(TICKETS, {"ticket": ticket}), 401, "bad_ticket")
        equal(counts(d, "person", "organisation", "member", "session"), (1, 1, 1, 1), "once")
        equal(d.sql("select count(*) from ticket where args <> '{}'"), "0", "what was filled in is not kept")
        equal([len(audit(d, w)) for w in ("person_made", "organisation_made", "claim_declared")], [1, 1, 2], "audit")
        # A link has its time.
        late = ticket_of(mailed(d, "late@x.fr", lambda: nobody.post("/v1/signup", form(2, "late@x.fr"), expect=202)))
        d.sql("update ticket set expires = now() - interval '1 second'")
        refused(nobody.post(TICKETS, {"ticket": late}), 401, "bad_ticket")
        equal(counts(d, "person"), (1,), "nobody more")


def test_somebody_else_gives_my_address():
    """It neither voids the link that was mailed to me nor puts anything of theirs into my account."""
    with Daemon() as d:
        nobody = Person(d.port)
        mine = ticket_of(mailed(d, "zoe@x.fr", lambda: nobody.post("/v1/signup", form(), expect=202)))
        mailed(d, "zoe@x.fr", lambda: nobody.post("/v1/signup", form(2, name="Eve", organisation="Eve SA"), expect=202))
        answer = nobody.post(TICKETS, {"ticket": mine, "password": PASSWORD}, expect=200).json
        equal((answer["person"]["name"], answer["organisation"]["name"]), ("Zoé Roy", "Régie 1"), "mine")
        equal(counts(d, "person", "organisation", "member"), (1, 1, 1), "and nothing else")
        sign_in(d)


def test_a_known_address_signs_up_again():
    """The answer does not say that it is known, the mail does; and nothing changes."""
    with Daemon() as d:
        zoe = sign_up(d, language="en")
        before = d.sql("select p.*, o.* from person p, organisation o")
        nobody = Person(d.port)
        fresh = nobody.post("/v1/signup", form(3, "new@x.fr"), expect=202)
        again = []
        mail = mailed(d, "zoe@x.fr", lambda: again.append(nobody.post("/v1/signup", form(2, "ZOE@x.fr", name="Eve"))))
        equal((again[0].status, again[0].body), (202, fresh.body), "the same answer")
        equal(sorted(again[0].headers.keys()), sorted(fresh.headers.keys()), "the same headers")
        equal(mail["Subject"], "You already have an account", "in the language of the account")
        check("/ticket" not in text_of(mail) and "Eve" not in str(mail), "nothing to click")
        equal(d.sql("select p.*, o.* from person p, organisation o"), before, "as it was")
        equal(d.sql("select count(*) from ticket where email = 'zoe@x.fr' and used is null"), "0", "no link")
        equal(zoe.get(SESSION)["person"]["name"], "Zoé Roy", "she is signed in as before")


def test_the_same_enterprise():
    """Known by its SIREN: to be joined, with an owner's consent, or set apart."""
    with Daemon() as d:
        zoe, branch = sign_up(d), siret(1, 2)
        nobody = Person(d.port)
        refused(nobody.post("/v1/signup", form(siret=branch, email="ali@x.fr")), 409, "siret_taken")
        refused(nobody.post("/v1/signup", form(email="ali@x.fr")), 409, "siret_taken")
        refused(nobody.post("/v1/signup", form(email="ali@x.fr", separate=True)), 409, "siret_taken")
        equal(nobody.get(f"/v1/enterprises/{branch}")["registered"], [{"id": zoe.organisation, "siret": siret(1), "name": "Régie 1"}],
              "no more is said of it")
        equal(faults(nobody.post("/v1/signup", form(2, "ali@x.fr", join=zoe.organisation))), {"/join": "not_one_of"}, "another enterprise")
        # Asked, then accepted.
        join = {"siret": branch, "join": zoe.organisation, "organisation": None, "kinds": None}
        ali = sign_up(d, address="ali@x.fr", name="Ali Ben", language="en", **join)
        equal((ali.organisation, ali.get(SESSION)["role"]), (None, None), "he acts for nobody")
        equal([o["role"] for o in ali.get(SESSION)["organisations"]], ["asked"], "he has asked")
        refused(ali("GET", ORG), 403, "forbidden")
        refused(ali.put(SESSION, {"organisation": zoe.organisation}), 404, "not_found")
        wait_mail(d, "zoe@x.fr", "Ali Ben demande à rejoindre Régie 1")
        equal(zoe.get(ORG)["name"], "Régie 1", "what he sent of it changed nothing")
        zoe.put(f"{ORG}/members/{ali.id}", {"role": "editor"}, expect=200)
        wait_mail(d, "ali@x.fr", "You have joined Régie 1")
        equal(ali.put(SESSION, {"organisation": zoe.organisation}, expect=200).json["role"], "editor", "he may act")
        ali.need(need())
        # Asked, then refused.
        bob = sign_up(d, address="bob@x.fr", name="Bob", **join)
        zoe("DELETE", f"{ORG}/members/{bob.id}", expect=204)
        wait_mail(d, "bob@x.fr", "n'a pas été acceptée")
        equal(bob.get(SESSION)["organisations"], [], "he is in none")
        # Set apart.
        eve = sign_up(d, address="eve@x.fr", siret=branch, separate=True)
        equal((eve.get(SESSION)["role"], eve.get(ORG)["siret"]), ("owner", branch), "her own")
        equal(len(nobody.get(f"/v1/enterprises/{siret(1, 3)}")["registered"]), 2, "both are registered")
        refused(nobody.post("/v1/signup", form(siret=branch, email="joe@x.fr", separate=True)), 409, "siret_taken")


def test_two_sign_up_the_same_at_once():
    """Whoever uses the link first has it; the other has asked to join."""
    with Daemon() as d:
        tickets = [ticket_of(mailed(d, a, lambda: Person(d.port).post("/v1/signup", form(1, a), expect=202))) for a in ("zoe@x.fr", "ali@x.fr")]
        found, lock = [], threading.Lock()

        def use(ticket):
            answer = Person(d.port).post(TICKETS, {"ticket": ticket}, expect=200).json
            with lock:
                found.append(answer)
        each(tickets, use)
        equal(sorted(str(a["role"]) for a in found), ["None", "owner"], "roles")
        equal(counts(d, "organisation"), (1,), "organisations")
        other = next(a for a in found if not a["role"])
        equal([o["role"] for o in other["organisations"]], ["asked"], "asked")
        owner = next(a for a in found if a["role"])
        wait_mail(d, owner["person"]["email"], "demande à rejoindre")
        # One link in many hands: once.
        ticket = ticket_of(mailed(d, "eve@x.fr", lambda: Person(d.port).post("/v1/signup", form(2, "eve@x.fr"), expect=202)))
        statuses = []
        each(range(8), lambda _: statuses.append(Person(d.port).post(TICKETS, {"ticket": ticket}).status))
        equal(sorted(statuses), [200] + [401] * 7, "one link")


# ---- Signing in

def test_sign_in():
    with Daemon() as d:
        zoe = sign_up(d)
        sign_up(d, 2, "link@x.fr", password=None)
        nobody = Person(d.port)
        fresh = nobody.post(SESSION, {"email": " ZOE@X.FR ", "password": PASSWORD}, expect=200)
        check(fresh.headers["Set-Cookie"].split(";")[0] != f"{COOKIE}={zoe.cookie}", "each session has a secret of its own")
        equal(Person(d.port).took(fresh).get(SESSION), fresh.json, "the session")
        # Neither the answer nor its headers tell a wrong password from an unknown address or one without a password.
        answers = [nobody.post(SESSION, {"email": e, "password": p}) for e, p in (
            ("zoe@x.fr", OTHER), ("nobody@x.fr", PASSWORD), ("link@x.fr", PASSWORD), ("zoe@x.fr", PASSWORD + "!"), ("zoe@x.fr", PASSWORD.upper()))]
        equal({(a.status, a.body, tuple(sorted(a.headers.keys()))) for a in answers},
              {(401, answers[0].body, tuple(sorted(answers[0].headers.keys())))}, "refusals")
        equal((answers[0].json["code"], answers[0].headers["Set-Cookie"]), ("bad_signin", None), "refused")
        equal(faults(nobody.post(SESSION, {"email": "zoe", "password": "x"})), {"/email": "bad_mail"}, "no address")
        equal(faults(nobody.post(SESSION, {"email": "zoe@x.fr"})), {"/password": "required"}, "no password")
        # A cookie that was given before is not taken over.
        planted = Person(d.port, "ent_" + "A" * 43)
        answer = planted.post(SESSION, {"email": "zoe@x.fr", "password": PASSWORD}, expect=200)
        refused(planted("GET", SESSION), 401, "bad_token")
        equal(planted.took(answer).get(SESSION)["role"], "owner", "the new one works")


def test_sign_in_by_link():
    with Daemon() as d:
        sign_up(d, password=None)
        nobody = Person(d.port)
        known, unknown = (nobody.post(f"{TICKETS}/signin", {"email": e}, expect=202) for e in ("zoe@x.fr", "nobody@x.fr"))
        equal((known.body, sorted(known.headers.keys())), (unknown.body, sorted(unknown.headers.keys())), "the same answer")
        first = ticket_of(wait_mail(d, "zoe@x.fr", "Votre lien de connexion"))
        second = link(d, "signin", "zoe@x.fr")
        refused(nobody.post(TICKETS, {"ticket": first}), 401, "bad_ticket")
        zoe = Person(d.port).took(nobody.post(TICKETS, {"ticket": second, "password": "x" * 12 + OTHER}, expect=200))
        equal((zoe.get(SESSION)["role"], zoe.get(SESSION)["person"]["password"]), ("owner", False), "in, and no password by that")
        refused(nobody.post(TICKETS, {"ticket": second}), 401, "bad_ticket")
        for kind in ("signup", "email", "invite", "x", ""):
            refused(nobody.post(f"{TICKETS}/{kind}", {"email": "zoe@x.fr"}), 404, "not_found")
        equal(mails(d, "nobody@x.fr"), [], "nobody else was written to")
        equal(d.sql("select count(*) from ticket where email = 'nobody@x.fr'"), "0", "nor is anything kept of them")
        # She may give herself one.
        zoe.put(PERSON + "/password", {"password": PASSWORD}, expect=204)
        equal(sign_in(d).get(SESSION)["person"]["password"], True, "a password")


def test_reset():
    with Daemon() as d:
        zoe, elsewhere = sign_up(d), sign_in(d)
        nobody = Person(d.port)
        signin, old = link(d, "signin", "zoe@x.fr"), link(d, "reset", "zoe@x.fr")
        reset = link(d, "reset", "zoe@x.fr")
        mine, common = (Client(d.port, zoe.post("/v1/tokens", {"label": "x", "scopes": ["read"], "personal": p}, expect=201).json["token"])
                        for p in (True, False))
        refused(nobody.post(TICKETS, {"ticket": old, "password": OTHER}), 401, "bad_ticket")
        equal(faults(nobody.post(TICKETS, {"ticket": reset})), {"/password": "required"}, "no password")
        equal(faults(nobody.post(TICKETS, {"ticket": reset, "password": "motdepasse123"})), {"/password": "weak_password"}, "a weak one")
        equal((zoe.get(SESSION)["role"], elsewhere.get(SESSION)["role"]), ("owner", "owner"), "nothing has happened yet")
        here = Person(d.port).took(nobody.post(TICKETS, {"ticket": reset, "password": OTHER}, expect=200))
        equal(here.get(SESSION)["role"], "owner", "signed in")
        for former in (zoe, elsewhere):
            refused(former("GET", SESSION), 401, "bad_token")
        refused(nobody.post(SESSION, {"email": "zoe@x.fr", "password": PASSWORD}), 401, "bad_signin")
        sign_in(d, password=OTHER)
        wait_mail(d, "zoe@x.fr", "Votre mot de passe a changé")
        refused(mine("GET", ORG), 401, "bad_token")
        equal(common.get(ORG)["name"], "Régie 1", "the organisation's token is not hers")
        for used in (reset, signin):  # what was mailed to whoever made it necessary is void too
            refused(nobody.post(TICKETS, {"ticket": used, "password": PASSWORD}), 401, "bad_ticket")
        equal(len(audit(d, "password_reset")), 1, "audit")


def test_password():
    with Daemon() as d:
        zoe, elsewhere = sign_up(d), sign_in(d)
        mailed_before = link(d, "reset", "zoe@x.fr")
        put = lambda **body: zoe.put(PERSON + "/password", body)
        equal(faults(put(password=OTHER)), {"/former": "required"}, "the present one is asked for")
        equal(faults(put(password=OTHER, former=OTHER)), {"/former": "bad_signin"}, "and must be right")
        equal(faults(put(password="Zoé Roy zoe@x.fr", former=PASSWORD)), {"/password": "weak_password"}, "her name is no password")
        equal(elsewhere.get(SESSION)["role"], "owner", "nothing has happened yet")
        equal(put(password=OTHER, former=PASSWORD).status, 204, "changed")
        equal(zoe.get(SESSION)["role"], "owner", "this session stays")
        refused(elsewhere("GET", SESSION), 401, "bad_token")
        refused(Person(d.port).post(SESSION, {"email": "zoe@x.fr", "password": PASSWORD}), 401, "bad_signin")
        refused(Person(d.port).post(TICKETS, {"ticket": mailed_before, "password": PASSWORD}), 401, "bad_ticket")
        sign_in(d, password=OTHER)
        wait_mail(d, "zoe@x.fr", "Votre mot de passe a changé")
        equal(len(audit(d, "password_changed")), 1, "audit")


def test_change_of_address():
    with Daemon() as d:
        zoe, elsewhere, eve = sign_up(d), sign_in(d), sign_up(d, 2, "eve@x.fr", password=None)
        me = {"name": "Zoé Roy", "language": "fr"}
        for password in ({}, {"password": OTHER}):
            equal(faults(zoe.put(PERSON, {**me, "email": "new@x.fr", **password})),
                  {"/password": "bad_signin" if password else "required"}, "the password, once more")
        equal(mails(d, "new@x.fr"), [], "no mail")
        new = ticket_of(mailed(d, "new@x.fr", lambda: zoe.put(PERSON, {**me, "email": "New@x.fr", "password": PASSWORD}, expect=200)))
        equal(zoe.get(SESSION)["person"]["email"], "zoe@x.fr", "it counts once the link is used")
        before = link(d, "signin", "zoe@x.fr")
        answer = Person(d.port).post(TICKETS, {"ticket": new}, expect=200)
        equal(answer.json["person"]["email"], "new@x.fr", "now it counts")
        wait_mail(d, "zoe@x.fr", "Votre adresse a changé")
        for former in (zoe, elsewhere):
            refused(former("GET", SESSION), 401, "bad_token")
        refused(Person(d.port).post(SESSION, {"email": "zoe@x.fr", "password": PASSWORD}), 401, "bad_signin")
        refused(Person(d.port).post(TICKETS, {"ticket": before}), 401, "bad_ticket")
        zoe = sign_in(d, "new@x.fr")
        # The address of somebody else: the answer does not tell, and the link does nothing.
        answer = zoe.put(PERSON, {**me, "email": "eve@x.fr", "password": PASSWORD}, expect=200)
        equal(answer.json["person"]["email"], "new@x.fr", "the same answer")
        stolen = ticket_of(wait_mail(d, "eve@x.fr", "Confirmez votre nouvelle adresse"))
        refused(Person(d.port).post(TICKETS, {"ticket": stolen}), 401, "bad_ticket")
        equal(d.sql("select string_agg(email, ',' order by email) from person"), "eve@x.fr,new@x.fr", "addresses")
        equal(d.sql("select count(*) from outbox where kind = 'email_changed'"), "1", "who was told of a change")
        # Without a password the session is enough; her own address again asks for nothing.
        zoe.put(PERSON, {**me, "email": "NEW@x.fr"}, expect=200)
        mailed(d, "eve2@x.fr", lambda: eve.put(PERSON, {"name": "Eve", "language": "fr", "email": "eve2@x.fr"}, expect=200))
        equal(eve.get(SESSION)["person"]["name"], "Eve", "the name counts at once")


# ---- Sessions

def test_two_organisations():
    with Daemon() as d:
        zoe, second = sign_up(d), d.organisation("supplier", 2, "Atelier")
        third = d.organisation("buyer", 3, "Autre")
        d.admin("person", "add", "--email", "zoe@x.fr", "--name", "Zoé Roy", "--org", second.id, "--role", "editor")
        equal([(o["name"], o["role"]) for o in zoe.get(SESSION)["organisations"]], [("Atelier", "editor"), ("Régie 1", "owner")], "both")
        posted = zoe.need(need())["id"]
        refused(zoe.put("/v1/offer", offer()), 403, "forbidden")
        answer = zoe.put(SESSION, {"organisation": second.id}, expect=200).json
        equal((answer["organisation"]["name"], answer["role"]), ("Atelier", "editor"), "she acts for the other")
        zoe.put("/v1/offer", offer(), expect=201)
        refused(zoe.post("/v1/needs", need()), 403, "forbidden")
        refused(zoe("DELETE", f"/v1/organisation/members/{zoe.id}"), 403, "needs_scope")
        for foreign in (third.id, str(uuid.uuid4()), "x"):
            refused(zoe.put(SESSION, {"organisation": foreign}), 404, "not_found")
        equal(zoe.get(ORG)["id"], second.id, "nothing has changed by that")
        # Another session of hers acts for whom it did.
        other = sign_in(d)
        equal((other.get(SESSION)["organisation"]["id"], zoe.get(SESSION)["organisation"]["id"]), (zoe.organisation, second.id), "each its own")
        zoe.put(SESSION, {"organisation": zoe.organisation}, expect=200)
        equal(zoe.get("/v1/needs?mine=1")["items"][0]["id"], posted, "back again")


def test_sessions():
    with Daemon() as d:
        zoe, ali = sign_up(d), sign_up(d, 2, "ali@x.fr")
        second, third = sign_in(d), sign_in(d)
        listed = second.get(SESSIONS)["items"]
        equal((len(listed), [s["current"] for s in listed].count(True)), (3, 1), "three, one of them this one")
        equal(set(listed[0]), {"id", "created", "device", "seen", "expires", "current"}, "what is said of them")
        equal([s["id"] for s in listed if s["current"]] != [s["id"] for s in third.get(SESSIONS)["items"] if s["current"]], True, "another")
        equal(len(ali.get(SESSIONS)["items"]), 1, "those of others are not seen")
        # One of them ends: the phone that was lost. Not one of somebody else, and not twice.
        lost = sign_in(d)
        number = next(s["id"] for s in lost.get(SESSIONS)["items"] if s["current"])
        refused(ali("DELETE", f"{SESSIONS}/{number}"), 404, "not_found")
        check("Set-Cookie" not in zoe("DELETE", f"{SESSIONS}/{number}", expect=204).headers, "this one stays")
        refused(lost("GET", SESSION), 401, "bad_token")
        refused(zoe("DELETE", f"{SESSIONS}/{number}"), 404, "not_found")
        # Out: the cookie is taken away and is worth nothing.
        answer = second("DELETE", SESSION, expect=204)
        check(answer.headers["Set-Cookie"].startswith(f"{COOKIE}=; Path=/; Secure;") and "Max-Age=0" in answer.headers["Set-Cookie"], answer.headers)
        for method, path in (("GET", SESSION), ("GET", "/v1/needs"), ("DELETE", SESSION)):
            refused(second(method, path), 401, "bad_token")
        equal(len(zoe.get(SESSIONS)["items"]), 2, "the others stay")
        # Out everywhere, at once.
        fourth = sign_in(d)
        for s in (zoe, third, fourth):
            equal(s.get(SESSION)["role"], "owner", "in")
        check("Max-Age=0" in third("DELETE", SESSIONS, expect=204).headers["Set-Cookie"], "its cookie goes too")
        for s in (zoe, third, fourth):
            refused(s("GET", SESSION), 401, "bad_token")
        equal(ali.get(SESSION)["role"], "owner", "nobody else is out")
        # A session has its time; use prolongs it.
        late, used = sign_in(d), sign_in(d)
        ids = {s: next(x["id"] for x in s.get(SESSIONS)["items"] if x["current"]) for s in (late, used)}
        d.sql(f"update session set expires = now() - interval '1 second' where id = '{ids[late]}'")
        d.sql(f"update session set seen = now() - interval '1 hour', expires = now() + interval '1 hour' where id = '{ids[used]}'")
        d.restart()  # what is remembered of them is gone
        refused(late("GET", SESSION), 401, "bad_token")
        equal(used.get(SESSION)["role"], "owner", "still in")
        wait_for(lambda: d.sql(f"select seen > now() - interval '1 minute' and expires > now() + interval '29 days' from session where id = '{ids[used]}'") == "t",
                 "its use is noted")
        for forged in ("ent_" + "A" * 43, ids[used], "", "x", used.cookie[:-1], used.cookie + "A"):
            check(Person(d.port, forged)("GET", SESSION).status == 401, forged)
        check(Client(d.port, used.cookie)("GET", SESSION).status == 401, "a cookie is no token")


def test_tokens():
    with Daemon() as d:
        zoe, org = sign_up(d), None
        org = zoe.organisation
        ali = person(d, "ali@x.fr", "Ali", org, "owner")
        make = lambda who, **more: Client(d.port, who.post("/v1/tokens", {"label": "x", "scopes": ["read"], **more}, expect=201).json["token"])
        own, common = make(ali), make(ali, personal=False)
        # Its last use is shown.
        seen = lambda: {t["personal"]: t["seen"] for t in ali.get("/v1/tokens")["items"]}
        equal(seen(), {True: None, False: None}, "not used yet")
        check(Person(d.port, own.token)("GET", SESSION).status == 401, "a token is no cookie")
        refused(own("GET", SESSION), 403, "needs_person")
        for token in (own, common):
            equal(token.get(ORG)["id"], org, "it works")
        wait_for(lambda: all(seen().values()), "its use is noted")
        # A person's token goes with the person, the organisation's stays.
        zoe("DELETE", f"/v1/organisation/members/{ali.id}", expect=204)
        refused(own("GET", ORG), 401, "bad_token")
        equal(common.get(ORG)["id"], org, "the organisation's")
        equal([t["personal"] for t in zoe.get("/v1/tokens")["items"]], [False], "the only one left")
        # Each has its time.
        brief = make(zoe, days=1)
        d.sql("update token set expires = now() - interval '1 second' where person is not null")
        refused(brief("GET", ORG), 401, "bad_token")
        # Signing out is not for programs.
        keeps = make(zoe)
        zoe("DELETE", SESSIONS, expect=204)
        equal(keeps.get(ORG)["id"], org, "a token is no session")


def test_roles():
    with Daemon() as d:
        owner = sign_up(d, kinds=["buyer", "supplier"])
        org = owner.organisation
        reader, editor = (person(d, f"{r}@x.fr", r, org, r) for r in ("reader", "editor"))
        posted = editor.need(need())
        editor.put("/v1/offer", offer(), expect=201)
        for who in (reader, editor, owner):
            equal((who.get("/v1/needs?mine=1")["items"][0]["id"], who.get("/v1/offer")["id"]), (posted["id"], org), "all read")
            equal(len(who.get(ORG + "/members")["items"]), 3, "and know each other")
        writes = (("POST", "/v1/needs", need(), None), ("PUT", f"/v1/needs/{posted['id']}", need(title="Neuf"), 1),
                  ("POST", f"/v1/needs/{posted['id']}/close", None, None), ("PUT", "/v1/offer", offer(), 1))
        for method, path, body, version in writes:
            refused(reader(method, path, body, {"If-Match": f'"{version}"'} if version else {}), 403, "needs_scope")
        administers = (("PUT", ORG, {"name": "Neuve", "kinds": ["buyer", "supplier"]}), ("GET", ORG + "/audit", None),
                       ("GET", ORG + "/export", None), ("GET", ORG + "/invitations", None),
                       ("POST", ORG + "/invitations", {"email": "new@x.fr", "role": "owner"}),
                       ("PUT", f"{ORG}/members/{reader.id}", {"role": "owner"}), ("DELETE", f"{ORG}/members/{owner.id}", None),
                       ("DELETE", ORG, {"confirm": siret(1)}))
        for who in (reader, editor):
            for method, path, body in administers:
                refused(who(method, path, body, {"If-Match": '"1"'}), 403, "needs_scope")
        editor.put(f"/v1/needs/{posted['id']}", need(title="Neuf"), 1, expect=200)
        owner.put(ORG, {"name": "Neuve", "kinds": ["buyer", "supplier"]}, owner.get(ORG)["version"], expect=200)
        equal((reader.get(ORG)["name"], reader.get(f"/v1/needs/{posted['id']}")["title"]), ("Neuve", "Neuf"), "what was changed")


# ---- Languages

def test_languages_of_mails():
    with Daemon() as d:
        nobody = Person(d.port)
        # Before there is an account: what was chosen, else what the browser says, else French.
        cases = ((None, None, "fr"), (None, "en-GB, fr;q=0.5", "en"), ("fr", "en", "fr"), ("en", "fr", "en"), (None, "de", "fr"))
        for i, (chosen, accepted, wanted) in enumerate(cases):
            body = form(10 + i, f"p{i}@x.fr", **({"language": chosen} if chosen else {}))
            headers = {"Accept-Language": accepted} if accepted else {}
            mail = mailed(d, f"p{i}@x.fr", lambda: nobody("POST", "/v1/signup", body, headers, expect=202))
            equal((mail["Subject"], mail["Content-Language"]), ({"fr": "Confirmez votre adresse", "en": "Confirm your address"}[wanted], wanted), cases[i])
            check(f'<html lang="{wanted}">' in mail.get_body(("html",)).get_content(), "HTML")
            check(f'href="http://127.0.0.1:{d.port}/ticket?t={ticket_of(mail)}"' in mail.get_body(("html",)).get_content(), "a link to click")
            check("Zoé" not in mail.as_string(), "nothing that was typed in goes to an address that nobody has confirmed")
        # Then the person's own.
        zoe = sign_up(d, language="en")
        english = lambda: Person(d.port)("POST", f"{TICKETS}/reset", {"email": "zoe@x.fr"}, {"Accept-Language": "fr"}, expect=202)
        equal(mailed(d, "zoe@x.fr", english)["Subject"], "Choose a new password", "as she chose")
        zoe.put(PERSON, {"name": "Zoé Roy", "language": "fr"}, expect=200)
        equal(mailed(d, "zoe@x.fr", english)["Subject"], "Choisir un nouveau mot de passe", "as she chose since")


# ---- Secrets

def test_secrets_are_nowhere():
    """Passwords, their hashes, cookies, tokens and links: in no answer but their own, not in the database's files, not in a log."""
    with Daemon("log_debug=1") as d:
        said, secrets = [], {PASSWORD, OTHER, "wrong password 1"}
        call = Client.__call__

        def listen(self, *arguments, **more):
            answer = call(self, *arguments, **more)
            said.append(answer.text + str(answer.headers))
            return answer
        Client.__call__ = listen
        try:
            zoe = sign_up(d)
            secrets |= {zoe.cookie, ticket_of(mails(d, "zoe@x.fr")[0])}
            refused(Person(d.port).post(SESSION, {"email": "zoe@x.fr", "password": "wrong password 1"}), 401, "bad_signin")
            other = sign_in(d)
            reset = link(d, "reset", "zoe@x.fr")
            unused = link(d, "signin", "zoe@x.fr")
            secrets |= {other.cookie, reset, unused}
            token = other.post("/v1/tokens", {"label": "x", "scopes": ["read"]}, expect=201).json["token"]
            secrets.add(token)
            Client(d.port, token).get(ORG)
            for path in (SESSION, SESSIONS, "/v1/tokens", PERSON + "/export", ORG + "/export", ORG + "/audit", ORG, ORG + "/members", ORG + "/invitations"):
                other.get(path)
            other.put(PERSON, {"name": "Zoé", "language": "fr", "email": "new@x.fr", "password": PASSWORD}, expect=200)
            secrets.add(ticket_of(wait_mail(d, "new@x.fr")))
            after = Person(d.port).took(Person(d.port).post(TICKETS, {"ticket": link(d, "reset", "zoe@x.fr"), "password": OTHER}, expect=200))
            secrets.add(after.cookie)
            hash = d.sql("select password from person")
            check(hash.startswith("$argon2id$v=19$m=65536,t=2,p=1$"), hash)
        finally:
            Client.__call__ = call
        everything = "\n".join(said)
        check("argon2" not in everything and hash.split("$")[-1] not in everything, "a hash was answered")
        for word in secrets - {token, zoe.cookie, other.cookie, after.cookie}:
            check(word not in everything, word, "was answered")
        for word in (token, zoe.cookie, other.cookie, after.cookie):
            equal(everything.count(word), 1, "shown once")
        d.sql("checkpoint")
        files = [f for f in glob.glob(d.data + "/**", recursive=True) if os.path.isfile(f) and "/mail/" not in f] + [d.log]
        check(len(files) > 500, len(files), "files")
        seen = 0
        for path in files:
            with open(path, "rb") as f:
                content = f.read()
            seen += b"zoe@x.fr" in content
            for word in secrets:
                check(word.encode() not in content, word, "stands in", path)
        check(seen > 0, "what is kept is found this way")
        check("zoe@x.fr" not in d.read_log(), "an address in the log")


# ---- Limits

def test_limits():
    with Daemon("signin_account=3") as d:
        sign_up(d)
        statuses = {}
        for address in ("zoe@x.fr", "nobody@x.fr"):
            answers = [Person(d.port).post(SESSION, {"email": a, "password": OTHER}) for a in (address, address.upper(), address, address)]
            statuses[address] = [a.status for a in answers]
            check(int(answers[-1].headers["Retry-After"]) > 60, "when to come again")
        # Signing up counted once for her.
        equal(statuses, {"zoe@x.fr": [401, 401, 429, 429], "nobody@x.fr": [401, 401, 401, 429]}, "known and unknown")
        refused(Person(d.port).post(SESSION, {"email": "zoe@x.fr", "password": PASSWORD}), 429, "too_many")
        refused(Person(d.port).post(f"{TICKETS}/reset", {"email": "zoe@x.fr"}), 429, "too_many")
        refused(Person(d.port).post("/v1/signup", form(5, "zoe@x.fr")), 429, "too_many")
        sign_up(d, 2, "ali@x.fr")
        for _ in range(8):  # a right one does not count
            sign_in(d, "ali@x.fr")
    with Daemon("signin_address=4") as d:
        statuses = [Person(d.port).post(SESSION, {"email": f"p{i}@x.fr", "password": OTHER}).status for i in range(6)]
        equal(statuses, [401] * 4 + [429] * 2, "by address of the client")
        equal(Person(d.port)("GET", "/v1/enterprises/" + siret(1)).status, 429, "what could be enumerated counts too")
        equal(Person(d.port)("GET", "/healthz").status, 200, "the rest goes on")


def test_a_full_pool():
    """What does not fit into the queue is refused at once, the rest is answered."""
    with Daemon("password_threads=1", "password_queue=2") as d:
        sign_up(d)
        statuses = []
        each(range(24), lambda i: statuses.append(Person(d.port).post(SESSION, {"email": ("zoe@x.fr", "no@x.fr")[i % 2], "password": PASSWORD}).status), 12)
        check(set(statuses) <= {200, 401, 429} and statuses.count(429) > 0 and statuses.count(200) + statuses.count(401) > 2, statuses)
        sign_in(d)


# ---- Mails on their way

def postmaster(d):
    try:
        with open(glob.glob(f"{d.data}/pg/*/postmaster.pid")[0]) as f:
            return int(f.readline())
    except (OSError, IndexError, ValueError):
        return None  # it is being started


def relayed(relay, *more):
    return Daemon(f"smtp_url=smtp://127.0.0.1:{relay.port}", "smtp_tls=0", *more)


def ask(d, address):
    Person(d.port).post(f"{TICKETS}/signin", {"email": address}, expect=202)


def people(d, *names):
    for name in names:
        person(d, f"{name}@x.fr", name)


def taken(relay, address):
    return [m for m in list(relay.mails) if m.recipients == [address]]


def outbox(d, address, columns="state, attempts"):
    return d.sql(f"select {columns} from outbox where email = '{address}'")


def test_a_relay_that_refuses_first():
    with Relay() as relay, relayed(relay) as d:
        people(d, "zoe", "ali", "eve")
        relay.on("rcpt", "451 4.3.0 later")
        ask(d, "zoe@x.fr")
        wait_for(lambda: outbox(d, "zoe@x.fr", "state, attempts, said") == "due|1|451 4.3.0 later", "it is put off")
        equal(relay.mails, [], "not delivered yet")
        mail = wait_for(lambda: taken(relay, "zoe@x.fr"), "it is tried again")[0]
        wait_for(lambda: outbox(d, "zoe@x.fr") == "done|2", "it is done")
        equal(mail.message["Message-ID"], f"<{outbox(d, 'zoe@x.fr', 'id')}@localhost>", "Message-ID")
        Person(d.port).post(TICKETS, {"ticket": ticket_of(mail.message)}, expect=200)
        # Taken, but that was not heard: once more, under the same Message-ID.
        relay.on("dot", DROP)
        ask(d, "ali@x.fr")
        both = wait_for(lambda: len(taken(relay, "ali@x.fr")) == 2 and taken(relay, "ali@x.fr"), "it comes again")
        equal(len({m.message["Message-ID"] for m in both}), 1, "the same mail")
        wait_for(lambda: outbox(d, "ali@x.fr") == "done|2", "it is done")
        # Refused for good.
        relay.on("rcpt", "550 5.1.1 <eve@x.fr> unknown")
        ask(d, "eve@x.fr")
        wait_for(lambda: outbox(d, "eve@x.fr") == "failed|1", "it has failed")
        said = outbox(d, "eve@x.fr", "said, args")
        said, args = said.split("|")
        check(said.startswith("550 5.1.1") and "eve" not in said, said)
        equal((args, outbox(d, "zoe@x.fr", "args")), ('{"name": "eve"}', "{}"), "what is kept: of a failed one, so that an operator may have it repeated")
        ask(d, "zoe@x.fr")
        wait_for(lambda: len(taken(relay, "zoe@x.fr")) == 2, "others go out")
        equal((len(taken(relay, "eve@x.fr")), outbox(d, "eve@x.fr")), (0, "failed|1"), "it is not tried again")
        equal([d.metric(f"outbox_{m}_total") for m in ("sent", "retried", "failed")], [3, 2, 1], "metrics")
        equal(sum(any(x.startswith("RCPT TO:<eve") for x in s.said) for s in relay.sessions), 1, "tries")
        check("@x.fr" not in d.read_log(), "no address in the log")


def test_killed_between_claim_and_settlement():
    with Relay() as relay, relayed(relay) as d:
        people(d, "zoe", "ali")
        relay.on("dot", HOLD)
        ask(d, "zoe@x.fr")
        wait_for(lambda: taken(relay, "zoe@x.fr"), "it is being delivered")
        equal(outbox(d, "zoe@x.fr"), "claimed|1", "claimed")
        d.kill()
        relay.release()
        d.start()
        # Whoever claimed it may still be at it: nobody else touches it until the lease is over.
        ask(d, "ali@x.fr")
        wait_for(lambda: taken(relay, "ali@x.fr"), "others go out")
        equal((outbox(d, "zoe@x.fr"), len(taken(relay, "zoe@x.fr"))), ("claimed|1", 1), "the lease holds")
        d.sql("update outbox set lease = now() - interval '1 second' where state = 'claimed'")
        ask(d, "ali@x.fr")
        both = wait_for(lambda: len(taken(relay, "zoe@x.fr")) == 2 and taken(relay, "zoe@x.fr"), "it is sent again")
        equal(len({m.message["Message-ID"] for m in both}), 1, "the same mail")
        wait_for(lambda: outbox(d, "zoe@x.fr") == "done|2", "it is done")


def test_the_database_goes_while_a_mail_is_under_way():
    with Relay() as relay, relayed(relay) as d:
        people(d, "zoe", "ali")
        relay.on("dot", HOLD)
        ask(d, "zoe@x.fr")
        wait_for(lambda: taken(relay, "zoe@x.fr"), "it is being delivered")
        former = postmaster(d)
        os.kill(former, signal.SIGKILL)
        relay.release()
        wait_for(lambda: postmaster(d) not in (None, former), "PostgreSQL runs again")
        wait_for(d.ready, "the database is back")
        # Whether it could be settled or not: the next one goes out, and this one is not lost.
        ask(d, "ali@x.fr")
        wait_for(lambda: taken(relay, "ali@x.fr"), "others go out")
        d.sql("update outbox set lease = now() - interval '1 second' where state = 'claimed'")
        ask(d, "ali@x.fr")
        wait_for(lambda: outbox(d, "zoe@x.fr", "state") == "done", "it is done")
        equal(len({m.message["Message-ID"] for m in taken(relay, "zoe@x.fr")}), 1, "the same mail")


def test_two_daemons_deliver_each_mail_once():
    with Relay() as relay, relayed(relay) as home:
        shared = "database_url=" + home.admin("db", "url").strip(), f"key_file={home.data}/secret.key"
        with relayed(relay, *shared) as away:
            names = [f"p{i}" for i in range(30)]
            values = ", ".join(f"(gen_random_uuid(), '{n}@x.fr', '{n}')" for n in names)
            home.sql(f"insert into person (id, email, name) values {values}")
            each(enumerate(names), lambda job: ask((home, away)[job[0] % 2], f"{job[1]}@x.fr"))
            wait_for(lambda: home.sql("select count(*) from outbox where state = 'done'") == "30", "all are done")
            equal(sorted(m.recipients[0] for m in relay.mails), sorted(f"{n}@x.fr" for n in names), "each once")
            equal(home.sql("select max(attempts) from outbox"), "1", "attempts")
            equal(home.metric("outbox_sent_total") + away.metric("outbox_sent_total"), 30, "sent by both together")
            for d in (home, away):  # with the same key a link is good at either
                ticket = ticket_of(relay.mails[(home, away).index(d)].message)
                Person(d.port).post(TICKETS, {"ticket": ticket}, expect=200)


run(test_the_siret_comes_first, test_what_is_wrong_is_named, test_passwords_that_are_weak, test_nothing_is_there_before_the_link_is_used,
    test_somebody_else_gives_my_address, test_a_known_address_signs_up_again, test_the_same_enterprise, test_two_sign_up_the_same_at_once, test_sign_in, test_sign_in_by_link, test_reset, test_password,
    test_change_of_address, test_two_organisations, test_sessions, test_tokens, test_roles, test_languages_of_mails,
    test_secrets_are_nowhere, test_limits, test_a_full_pool, test_a_relay_that_refuses_first, test_killed_between_claim_and_settlement,
    test_the_database_goes_while_a_mail_is_under_way, test_two_daemons_deliver_each_mail_once, seconds=300)
