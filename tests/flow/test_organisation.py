# SPDX-License-Identifier: EUPL-1.2
"""An organisation, its people, invitations and tokens, by those who may and those who may not; and the audit log of it."""
import json
import re
import uuid
from datetime import datetime, timedelta

from entregent import Client, Daemon, check, equal, need, offer, run, siret, wait_for
from people import Person, audit, mails, person, text_of, wait_mail

OPEN = ("signin_address=0", "signin_account=0")  # the limits have their own test
ORG, MEMBERS, INVITATIONS = "/v1/organisation", "/v1/organisation/members", "/v1/organisation/invitations"
FOREIGN = (str(uuid.uuid4()), "x", "00000000-0000-7000-8000-000000000000")


def faults(answer):
    """An answer 422 as {pointer: code}."""
    equal(answer.status, 422, answer)
    return {e["pointer"]: e["code"] for e in answer.json["errors"]}


def refused(answer, status, code):
    equal(answer.status, status, answer)
    equal(answer.json["code"], code, answer)
    return answer


def version(client):
    return client.get(ORG)["version"]


def change(client, expect=200, **fields):
    """Changes the organisation as it stands."""
    own = client.get(ORG)
    body = {"name": own["name"], "kinds": own["kinds"], "structures": own["structures"] + [c for c in own["declared"] if c != "organiser"], **fields}
    return client.put(ORG, body, own["version"], expect)


def limited(d, client, *scopes):
    """The same organisation with a token of these scopes only."""
    token = d.admin("token", "new", "--org", client.id, "--scopes", ",".join(scopes)).strip()
    return Client(d.port, token, client.siret, client.id)


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


# ---- The organisation

def test_own():
    with Daemon(*OPEN) as d:
        a, b = d.organisation("buyer", 1, "Ville"), d.organisation("supplier", 2, "Atelier", "EI")
        answer = a("GET", ORG, expect=200)
        equal(answer.headers["ETag"], '"1"', "its version")
        equal(answer.headers["Cache-Control"], "no-store", "not to be kept")
        equal(answer.json, {"id": a.id, "siret": a.siret, "name": "Ville", "kinds": ["buyer"], "structures": [], "declared": [],
                            "version": 1, "suspended": None, "contact": None}, "as its own people see it")
        good = {"name": "Ville de Riom", "kinds": ["buyer"], "contact_name": "Anne Roy", "contact_email": "Marches@Riom.FR",
                "contact_phone": "04 73 00 00 00"}
        refused(a.put(ORG, good), 428, "if_match_needed")
        refused(a("PUT", ORG, good, {"If-Match": "*"}), 412, "changed")
        refused(a("PUT", ORG, good, {"If-Match": "1"}), 412, "changed")
        check("(1)" in refused(a.put(ORG, good, 7), 412, "changed").json["detail"], "the present version is named")
        equal(faults(a.put(ORG, {}, 1)), {"/name": "required", "/kinds": "required"}, "what is needed")
        equal(faults(a.put(ORG, {**good, "kinds": []}, 1)), {"/kinds": "required"}, "at least one kind")
        equal(faults(a.put(ORG, {**good, "kinds": ["king"]}, 1)), {"/kinds": "not_one_of"}, "a kind that is none")
        equal(faults(a.put(ORG, {**good, "contact_email": "marches@"}, 1)), {"/contact_email": "bad_mail"}, "no address")
        equal(faults(a.put(ORG, {**good, "name": "Ville\nBcc: x", "contact_phone": "1\t2"}, 1)),
              {"/name": "bad_text", "/contact_phone": "bad_text"}, "several lines")
        # What only the server writes is not taken from a body.
        own = {"id": b.id, "siret": b.siret, "declared": [], "version": 9, "suspended": None, "contact": {}, "erased": None}
        equal(faults(a.put(ORG, {**good, **own}, 1)), {f"/{name}": "unknown_field" for name in own}, "mass assignment")
        equal(version(a), 1, "nothing was written")
        answer = a.put(ORG, good, 1, expect=200)
        equal(answer.headers["ETag"], '"2"', "the next version")
        equal((answer.json["name"], answer.json["contact"]), ("Ville de Riom", {"name": "Anne Roy", "email": "marches@riom.fr",
              "phone": "04 73 00 00 00"}), "written")
        equal(a.get(ORG), answer.json, "read back")
        refused(a.put(ORG, good, 1), 412, "changed")
        # Others see the new name, and no contact.
        d.matched()
        made = a.need(need())
        seen = b.get(f"/v1/needs/{made['id']}")
        equal(seen["buyer"], {"id": a.id, "siret": a.siret, "name": "Ville de Riom"}, "as others see it")
        check("riom.fr" not in json.dumps(b.get("/v1/needs")), "no contact for others")
        equal(change(a).json["contact"], {}, "a contact that is left out is forgotten")
        # Who may not.
        for client in (limited(d, a, "read"), limited(d, a, "read", "needs", "offers", "conventions"),
                       person(d, "e@x.fr", "E", a.id, "editor"), person(d, "r@x.fr", "R", a.id, "reader")):
            equal(client.get(ORG)["id"], a.id, "reading is for all")
            check("administer" in refused(client.put(ORG, good, version(a)), 403, "needs_scope").json["detail"], "the scope is named")
            refused(client("GET", ORG + "/audit"), 403, "needs_scope")
        refused(limited(d, a, "administer")("GET", ORG), 403, "needs_scope")
        refused(Client(d.port)("GET", ORG), 401, "no_token")
        alone = person(d, "alone@x.fr", "Alone")
        refused(alone("GET", ORG), 403, "forbidden")
        refused(alone.put(ORG, good, 1), 403, "forbidden")


def test_claims():
    """New claims are declared, confirmed ones stay, those left out are given up; nobody makes itself an organiser."""
    with Daemon(*OPEN) as d:
        a = d.organisation("supplier", 1, structure="EI")
        said = change(a, structures=["EI", "SCOP"], kinds=["supplier", "organiser"]).json
        equal((said["structures"], said["declared"], said["kinds"]), (["EI"], ["SCOP", "organiser"], ["supplier"]), "declared only")
        refused(a("GET", "/v1/needs/00000000-0000-7000-8000-000000000000/matches"), 403, "forbidden")
        said = change(a, kinds=["supplier"]).json
        equal((said["structures"], said["declared"]), (["EI"], ["SCOP"]), "the claim to organise is given up")
        said = change(a, structures=[]).json
        equal((said["structures"], said["declared"]), ([], []), "all are given up")
        said = change(a, structures=["EI"]).json
        equal((said["structures"], said["declared"]), ([], ["EI"]), "what was given up must be confirmed again")
        equal([s for s, _ in audit(d, "claim_declared", a.id)], ["SCOP", "organiser", "EI"], "audit")
        equal([s for s, _ in audit(d, "claim_withdrawn", a.id)], ["organiser", "EI", "SCOP"], "audit")
        o = d.organisation("organiser", 2)
        equal(change(o, kinds=["organiser", "buyer"]).json["kinds"], ["organiser", "buyer"], "who is one stays one")
        said = change(o, kinds=["buyer"]).json
        equal((said["kinds"], said["declared"]), (["buyer"], []), "until it gives that up")
        said = change(o, kinds=["buyer", "organiser"]).json
        equal((said["kinds"], said["declared"]), (["buyer"], ["organiser"]), "declared again")
        equal(audit(d, "organisation_changed", o.id), [(o.id, "")] * 2, "each change of kinds is in the log")


def test_reserved():
    """A lot reserved to enterprises of a kind is told to confirmed ones only, at once when a claim is given up."""
    with Daemon(*OPEN) as d:
        buyer, a = d.organisation("buyer", 1), d.organisation("supplier", 2, structure="EI")
        a.put("/v1/offer", offer(), expect=201)
        made = buyer.need(need(reserved=["L2113-13"]))
        matches = f"/v1/needs/{made['id']}/matches"
        wait_for(lambda: buyer.get(matches)["total"] == 1, "it is found")
        change(a, structures=[])
        wait_for(lambda: buyer.get(matches)["total"] == 0, "and no more without its kind")
        change(a, structures=["EI"])
        d.matched()
        equal(buyer.get(matches)["total"], 0, "a declared kind is not enough")


def test_kind_given_up():
    with Daemon(*OPEN) as d:
        buyer, a = d.organisation("buyer", 1), d.organisation("supplier", 2, "Atelier", "EI")
        a.put("/v1/offer", offer(), expect=201)
        first = buyer.need(need())["id"]
        found = lambda id: [m["offer"]["id"] for m in buyer.get(f"/v1/needs/{id}/matches")["items"]]
        wait_for(lambda: found(first) == [a.id], "the supplier is found")
        equal(change(a, kinds=["buyer"]).json["kinds"], ["buyer"], "a buyer now")
        # What a caller may is not what it was, at once.
        refused(a("GET", "/v1/offer"), 403, "forbidden")
        wait_for(lambda: found(first) == [], "its offer is withdrawn")
        equal([n["kind"] for n in a.notices()], ["match", "withdrawn"], "and it is told")
        equal(buyer("GET", f"/v1/offers/{a.id}").status, 404, "nobody sees it")
        equal(buyer("GET", f"/v1/needs/{first}/explain?offer={a.id}").status, 404, "nor explains it")
        second = buyer.need(need())["id"]
        d.matched()
        equal(found(second), [], "it meets no new need")
        d.restart()
        third = buyer.need(need())["id"]
        d.matched()
        equal((found(third), d.metric("offers")), ([], 0), "nor after a start")
        change(a, kinds=["buyer", "supplier"])
        for id in (first, second, third):
            wait_for(lambda: found(id) == [a.id], "back with the kind, its offer is found again")
        equal(a.get("/v1/offer")["version"], 1, "as it was")
        # Suppliers were told of its needs: a buyer ends them before it is one no more.
        check("(needs: 3)" in refused(change(buyer, None, kinds=["supplier"]), 409, "state").json["detail"], "what hinders")
        for id in (first, second, third):
            buyer.post(f"/v1/needs/{id}/cancel", expect=200)
        equal(change(buyer, kinds=["supplier"]).json["kinds"], ["supplier"], "then it may")
        refused(buyer.post("/v1/needs", need()), 403, "forbidden")


def test_import_brings_back():
    """A register that lists who gave the kind up makes it a supplier again, whose offer is matched again."""
    with Daemon(*OPEN) as d:
        a = d.organisation("supplier", 1, structure="EI")
        a.put("/v1/offer", offer(), expect=201)
        d.matched()
        equal(d.metric("offers"), 1, "there")
        change(a, kinds=["buyer"])
        d.matched()
        equal(d.metric("offers"), 0, "gone")
        d.sql("select organisation_join('[{\"line\":1,\"org\":\"%s\",\"siret\":\"%s\",\"name\":\"x\"}]', 'supplier')" % (uuid.uuid4(), a.siret))
        wait_for(lambda: d.metric("offers") == 1, "there again")
        equal(a.get(ORG)["kinds"], ["buyer", "supplier"], "with its kind")


# ---- Its people

def test_members():
    with Daemon(*OPEN) as d:
        org, other = d.organisation("buyer", 1, "Ville"), d.organisation("buyer", 2)
        owner, editor = person(d, "owner@x.fr", "Odile", org.id), person(d, "editor@x.fr", "Émile", org.id, "editor")
        reader, asking = person(d, "reader@x.fr", "Régis", org.id, "reader"), person(d, "asking@x.fr", "Aïda", org.id, "asked")
        stranger = person(d, "stranger@x.fr", "Sara", other.id)
        listed = reader.get(MEMBERS)
        equal([(m["person"], m["name"], m["email"], m["role"]) for m in listed["items"]],
              [(p.id, p.name, p.email, r) for p, r in ((owner, "owner"), (editor, "editor"), (reader, "reader"), (asking, "asked"))], "all")
        equal(listed["next"], None, "on one page")
        equal([m["person"] for m in other.get(MEMBERS)["items"]], [stranger.id], "nobody of another organisation")
        refused(asking("GET", MEMBERS), 403, "forbidden")
        # Who may not, and whom it does not concern.
        for client in (reader, editor, limited(d, org, "read", "needs")):
            refused(client.put(f"{MEMBERS}/{reader.id}", {"role": "owner"}), 403, "needs_scope")
            refused(client("DELETE", f"{MEMBERS}/{owner.id}"), 403, "needs_scope")
        for id in (*FOREIGN, stranger.id):
            refused(owner.put(f"{MEMBERS}/{id}", {"role": "reader"}), 404, "not_found")
            refused(owner("DELETE", f"{MEMBERS}/{id}"), 404, "not_found")
        equal(stranger.get(MEMBERS)["items"][0]["role"], "owner", "she is what she was")
        equal(faults(owner.put(f"{MEMBERS}/{reader.id}", {"role": "asked"})), {"/role": "not_one_of"}, "no such role to give")
        equal(faults(owner.put(f"{MEMBERS}/{reader.id}", {})), {"/role": "required"}, "a role is needed")
        # A role is another at once.
        refused(reader.post("/v1/needs", need()), 403, "needs_scope")
        made = owner.put(f"{MEMBERS}/{reader.id}", {"role": "editor"}, expect=200).json
        equal({k: made[k] for k in ("person", "name", "email", "role")},
              {"person": reader.id, "name": "Régis", "email": "reader@x.fr", "role": "editor"}, "as in the list")
        reader.need(need())
        owner.put(f"{MEMBERS}/{reader.id}", {"role": "reader"}, expect=200)
        refused(reader.post("/v1/needs", need()), 403, "needs_scope")
        # Who asks to join is answered by mail.
        owner.put(f"{MEMBERS}/{asking.id}", {"role": "reader"}, expect=200)
        wait_mail(d, "asking@x.fr", "Ville", "acceptée")
        asking.put("/v1/session", {"organisation": org.id}, expect=200)
        equal(asking.get(ORG)["id"], org.id, "a member now")
        late = person(d, "late@x.fr", "Léa", org.id, "asked")
        equal(owner("DELETE", f"{MEMBERS}/{late.id}").status, 204, "refused")
        wait_mail(d, "late@x.fr", "Ville", "n'a pas été acceptée")
        # There is always an owner.
        for answer in (owner.put(f"{MEMBERS}/{owner.id}", {"role": "reader"}), owner("DELETE", f"{MEMBERS}/{owner.id}"),
                       org.put(f"{MEMBERS}/{owner.id}", {"role": "editor"}), owner.post("/v1/organisation/leave")):
            refused(answer, 409, "last_owner")
        owner.put(f"{MEMBERS}/{editor.id}", {"role": "owner"}, expect=200)
        equal(owner.post("/v1/organisation/leave").status, 204, "with another owner she may leave")
        refused(owner("GET", ORG), 403, "forbidden")
        equal(owner.get("/v1/session")["organisations"], [], "she is in none")
        refused(owner.post("/v1/organisation/leave"), 403, "needs_scope")
        # Who is removed is out at once, with its tokens.
        token = reader.post("/v1/tokens", {"label": "mine", "scopes": ["read"]}, expect=201).json["token"]
        program = Client(d.port, token)
        equal(program.get(ORG)["id"], org.id, "the token works")
        equal(editor("DELETE", f"{MEMBERS}/{reader.id}").status, 204, "removed")
        refused(program("GET", ORG), 401, "bad_token")
        refused(reader("GET", ORG), 403, "forbidden")
        refused(editor("DELETE", f"{MEMBERS}/{reader.id}"), 404, "not_found")
        # The last one may go when nobody is left behind.
        equal(editor("DELETE", f"{MEMBERS}/{asking.id}").status, 204, "removed")
        equal(editor.post("/v1/organisation/leave").status, 204, "left")
        refused(org("GET", MEMBERS), 401, "bad_token")  # nobody answers for it any more: its tokens went with the last one
        equal(d.sql(f"select reason from report where organisation = '{org.id}'"), "orphaned", "moderators are told")
        equal([s for s, _ in audit(d, "member_left", org.id)], [late.id, owner.id, reader.id, asking.id, editor.id], "audit")
        equal(len(audit(d, "role_changed", org.id)), 3, "audit")


# ---- Invitations

def link_of(message):
    return re.search(r"\?t=([A-Za-z0-9_-]{54})\b", text_of(message))[1]


def test_invitations():
    with Daemon(*OPEN) as d:
        org, other = d.organisation("supplier", 1, "Atelier du Lac"), d.organisation("buyer", 2)
        owner, known = person(d, "owner@x.fr", "Odile", org.id), person(d, "known@x.fr", "Karim", other.id)
        equal(faults(owner.post(INVITATIONS, {})), {"/email": "required", "/role": "required"}, "what is needed")
        equal(faults(owner.post(INVITATIONS, {"email": "a@b", "role": "king"})), {"/role": "not_one_of"}, "no such role")
        equal(faults(owner.post(INVITATIONS, {"email": "nobody", "role": "reader"})), {"/email": "bad_mail"}, "no address")
        answer = owner.post(INVITATIONS, {"email": "New@X.fr", "role": "editor"}, expect=201)
        made = answer.json
        equal(answer.headers["Location"], f"{INVITATIONS}/{made['id']}", "where it is")
        equal(set(made), {"id", "email", "role", "created", "expires"}, "what is said of it")
        equal((made["email"], made["role"]), ("new@x.fr", "editor"), "as it was meant")
        equal(moment(made["expires"]) - moment(made["created"]), timedelta(days=7), "good for seven times a link's time")
        mail = wait_mail(d, "new@x.fr", "Atelier du Lac vous invite")
        # Whether the address has an account does not show.
        answer = owner.post(INVITATIONS, {"email": "known@x.fr", "role": "reader", "language": "en"}, expect=201)
        equal(set(answer.json), set(made), "the same answer")
        wait_mail(d, "known@x.fr", "Atelier du Lac invites you")
        owner("POST", INVITATIONS, {"email": "english@x.fr", "role": "reader"}, {"Accept-Language": "en"}, expect=201)
        wait_mail(d, "english@x.fr", "invites you")
        check("member" in refused(owner.post(INVITATIONS, {"email": "OWNER@x.fr", "role": "reader"}), 409, "state").json["detail"],
              "a member is told to be one")
        equal([i["email"] for i in owner.get(INVITATIONS)["items"]], ["new@x.fr", "known@x.fr", "english@x.fr"], "under way")
        equal(other.get(INVITATIONS)["items"], [], "those of others are not seen")
        # The last one counts.
        again = owner.post(INVITATIONS, {"email": "new@x.fr", "role": "reader"}, expect=201).json
        visitor = Person(d.port)
        refused(visitor.post("/v1/tickets", {"ticket": link_of(mail), "name": "Nour"}), 401, "bad_ticket")
        wait_for(lambda: d.sql(f"select count(*) from outbox where state = 'done' and ticket = '{again['id']}'") == "1", "the second mail")
        mail = mails(d, "new@x.fr")[-1]
        # Taken back: not by others; then the link is worth nothing.
        for client, id in ((other, again["id"]), (owner, FOREIGN[0]), (owner, FOREIGN[1])):
            refused(client("DELETE", f"{INVITATIONS}/{id}"), 404, "not_found")
        english = next(i for i in owner.get(INVITATIONS)["items"] if i["email"] == "english@x.fr")
        equal(owner("DELETE", f"{INVITATIONS}/{english['id']}").status, 204, "taken back")
        refused(owner("DELETE", f"{INVITATIONS}/{english['id']}"), 404, "not_found")
        refused(visitor.post("/v1/tickets", {"ticket": link_of(wait_mail(d, "english@x.fr")), "name": "Eve"}), 401, "bad_ticket")
        # Used: a new person becomes a member, a known one too.
        equal(faults(visitor.post("/v1/tickets", {"ticket": link_of(mail)})), {"/name": "required"}, "a new person has a name")
        visitor.took(visitor.post("/v1/tickets", {"ticket": link_of(mail), "name": "Nour"}, expect=200))
        equal((visitor.get("/v1/session")["role"], visitor.get(ORG)["id"]), ("reader", org.id), "she is in")
        refused(visitor.post("/v1/tickets", {"ticket": link_of(mail), "name": "Nour"}), 401, "bad_ticket")
        fresh = Person(d.port)
        fresh.took(fresh.post("/v1/tickets", {"ticket": link_of(wait_mail(d, "known@x.fr"))}, expect=200))
        equal(sorted(o["name"] for o in fresh.get("/v1/session")["organisations"]), ["Atelier du Lac", "buyer 2"], "in both")
        equal(owner.get(INVITATIONS)["items"], [], "none is left")
        equal([m["role"] for m in owner.get(MEMBERS)["items"]], ["owner", "reader", "reader"], "members")
        refused(visitor.post(INVITATIONS, {"email": "a@x.fr", "role": "reader"}), 403, "needs_scope")
        refused(visitor("GET", INVITATIONS), 403, "needs_scope")
        equal((len(audit(d, "invited", org.id)), len(audit(d, "invitation_withdrawn", org.id)), len(audit(d, "member_joined", org.id))),
              (4, 1, 2), "audit")
        # Who is suspended mails nobody.
        d.sql(f"select organisation_suspend('{org.id}', true, 'x')")
        refused(limited(d, org, "administer").post(INVITATIONS, {"email": "a@x.fr", "role": "reader"}), 403, "suspended")
        check(not re.search(r"[\w.]+@x\.fr", d.admin("audit", "list")), "no address in the audit log")
        check(not re.search(r"[\w.]+@x\.fr", d.read_log()), "nor in the log")


def test_invitation_limits():
    with Daemon("signin_address=0", "signin_account=3") as d:
        org = d.organisation("buyer", 1)
        for _ in range(3):
            org.post(INVITATIONS, {"email": "often@x.fr", "role": "reader"}, expect=201)
        answer = refused(org.post(INVITATIONS, {"email": "OFTEN@x.fr", "role": "reader"}), 429, "too_many")
        check(int(answer.headers["Retry-After"]) > 60, "when to come again")
        org.post(INVITATIONS, {"email": "other@x.fr", "role": "reader"}, expect=201)


# ---- Tokens

def token(client, *scopes, expect=201, label="x", **more):
    return client.post("/v1/tokens", {"label": label, "scopes": list(scopes), **more}, expect=expect)


def days(made):
    return round((moment(made["expires"]) - moment(made["created"])) / timedelta(days=1))


def test_tokens():
    with Daemon(*OPEN) as d:
        org, other = d.organisation("buyer", 1), d.organisation("buyer", 2)
        owner, editor = person(d, "owner@x.fr", "Odile", org.id), person(d, "editor@x.fr", "Émile", org.id, "editor")
        # A person's own, by default.
        answer = token(editor, "read", "needs", label="script")
        made = answer.json
        equal(answer.headers["Cache-Control"], "no-store", "not to be kept")
        equal(answer.headers["Location"], f"/v1/tokens/{made['id']}", "where it is")
        equal(set(made), {"id", "token", "label", "scopes", "personal", "created", "expires"}, "what is said of it")
        equal((made["label"], made["scopes"], made["personal"], days(made)), ("script", ["read", "needs"], True, 365), "as it was meant")
        program = Client(d.port, made["token"])
        program.need(need())
        refused(program("PUT", "/v1/session", {"organisation": other.id}), 403, "needs_person")
        refused(program("GET", ORG + "/audit"), 403, "needs_scope")
        check(made["token"] not in json.dumps(editor.get("/v1/tokens")), "it is shown once")
        check(made["token"] not in d.sql("select string_agg(to_jsonb(t)::text, '') from token t"), "and kept nowhere")
        # No more than one has, and nothing but what is a scope.
        equal(faults(token(editor, "read", "administer", expect=422)), {"/scopes": "needs_scope"}, "beyond the role")
        equal(faults(token(owner, "moderate", expect=422)), {"/scopes": "not_one_of"}, "no token moderates")
        equal(faults(token(owner, expect=422)), {"/scopes": "required"}, "at least one")
        equal(faults(token(owner, "read", days=0, expect=422)), {"/days": "out_of_range"}, "no time")
        equal(faults(token(owner, "read", days=3651, expect=422)), {"/days": "out_of_range"}, "more than ten years")
        equal(faults(token(owner, "read", label=" ", expect=422)), {"/label": "required"}, "what it is for")
        equal(faults(token(owner, "read", organisation=other.id, expect=422)), {"/organisation": "unknown_field"}, "nowhere else")
        # The organisation's are for who administers it.
        refused(token(editor, "read", personal=False, expect=None), 403, "needs_scope")
        common = token(owner, "read", "administer", personal=False, days=10).json
        equal((common["personal"], days(common)), (False, 10), "the organisation's")
        program2 = Client(d.port, common["token"])
        refused(token(program2, "read", personal=True, expect=None), 403, "needs_person")
        # What a token makes reaches no farther and lasts no longer than itself.
        child = token(program2, "read", days=100).json
        equal((child["personal"], days(child), child["expires"] == common["expires"]), (False, 10, True), "its end is that of its maker")
        equal(days(token(program2, "read", days=3).json), 3, "an earlier end stays")
        equal(faults(token(program2, "needs", expect=422)), {"/scopes": "needs_scope"}, "not what it has not")
        refused(token(limited(d, org, "read"), "read", expect=None), 403, "needs_scope")
        equal(days(token(program, "needs", personal=True, days=400).json), 365, "a personal token's too")
        equal(token(org, "read", days=3650).json["personal"], False, "an endless one sets no end")
        # Who sees which.
        labels = lambda client: sorted((t["label"], t["personal"]) for t in client.get("/v1/tokens")["items"])
        equal(labels(editor), [("script", True), ("x", True)], "an editor: its own")
        equal([p for _, p in labels(owner)], [False] * 6, "an owner: its own and the organisation's")
        equal(labels(limited(d, org, "read")), [], "a token that only reads: none")
        equal([p for _, p in labels(other)], [False], "another organisation: its own")
        # Who revokes which.
        for client, id in ((other, common["id"]), (editor, common["id"]), (owner, made["id"]), (owner, FOREIGN[0]), (owner, "x")):
            refused(client("DELETE", f"/v1/tokens/{id}"), 404, "not_found")
        equal(program.get(ORG)["id"], org.id, "it still works")
        equal(editor("DELETE", f"/v1/tokens/{made['id']}").status, 204, "revoked")
        refused(program("GET", ORG), 401, "bad_token")
        refused(editor("DELETE", f"/v1/tokens/{made['id']}"), 404, "not_found")
        equal(owner("DELETE", f"/v1/tokens/{common['id']}").status, 204, "revoked")
        refused(program2("GET", ORG), 401, "bad_token")
        # A personal token shrinks with the role.
        mine = Client(d.port, token(editor, "read", "needs").json["token"])
        owner.put(f"{MEMBERS}/{editor.id}", {"role": "reader"}, expect=200)
        refused(mine.post("/v1/needs", need()), 403, "needs_scope")
        equal(mine.get(ORG)["id"], org.id, "to what the role still gives")
        equal(len(audit(d, "token_revoked", org.id)), 2, "audit")


def test_maker_gone():
    """A token that another process has revoked is remembered for a moment, but makes nothing any more."""
    with Daemon(*OPEN) as d:
        org = d.organisation("buyer", 1)
        equal(org.get(ORG)["id"], org.id, "remembered")
        d.sql("delete from token")
        refused(token(org, "read", expect=None), 401, "bad_token")
        equal(d.sql("select count(*) from token"), "0", "nothing was made")


# ---- The audit log

def test_audit_list():
    with Daemon(*OPEN) as d:
        org, other = d.organisation("buyer", 1), d.organisation("buyer", 2)
        owner = person(d, "owner@x.fr", "Odile", org.id)
        for i in range(5):
            change(owner, name=f"Ville {i}")
        first = owner.get(ORG + "/audit?limit=2")
        equal([e["what"] for e in first["items"]], ["organisation_changed"] * 2, "the latest first")
        entry = first["items"][0]
        equal((entry["person"], entry["by"], entry["organisation"], entry["subject"]), (owner.id, org.id, org.id, org.id), "who and whose")
        check("rights" not in entry, "what only the daemon needs is not shown")
        entries = owner.all(ORG + "/audit?limit=2")
        seqs = [e["seq"] for e in entries]
        equal(seqs, sorted(set(seqs), reverse=True), "page after page")
        check(all(e["organisation"] == org.id for e in entries), "its own only")
        equal(len(entries), 5 + 2, "all: the claim of its kind, its token, the changes")
        check(not {e["seq"] for e in other.all(ORG + "/audit")} & set(seqs), "others see theirs")
        equal(faults(owner("GET", ORG + "/audit?cursor=x")), {"/cursor": "wrong_type"}, "a cursor that is none")
        equal(faults(owner("GET", ORG + "/audit?limit=0")), {"/limit": "out_of_range"}, "a limit that is none")


def verify(d, *more, broken=None):
    """What `audit verify` says: the head, or it fails with the entry that is broken."""
    status, out, err = d.admin("audit", "verify", *more, "--json", check_status=None)
    equal((status, bool(err)), (1, True) if broken else (0, False), f"{broken} {out} {err}")
    said = json.loads(out)
    if broken:
        equal((said["broken"], said["why"]), broken, err)
        check(f"{broken[0]} ({broken[1]})" in err, err)
    return said


def test_audit_verify():
    with Daemon(*OPEN) as d:
        org = d.organisation("buyer", 1)
        for i in range(6):
            change(org, name=f"Ville {i}")
        said = verify(d)
        count, anchor = said["entries"], f"{said['seq']}:{said['hash']}"
        equal(str(count), d.sql("select count(*) from audit"), "all are counted")
        equal(d.admin("audit", "verify"), f"{count} entries, head {count} {said['hash']}\n", "for people")
        lines = d.admin("audit", "list").splitlines()
        equal([json.loads(line)["seq"] for line in lines], list(range(1, count + 1)), "the list")
        verify(d, "--expect", anchor)
        change(org, name="Ville")
        equal(verify(d, "--expect", anchor)["entries"], count + 1, "an anchor of before is still in it")
        d.sql("select count(audit_add(null, 'x', 'y')) from generate_series(1, 2500)")
        count += 2500
        equal(verify(d, "--expect", anchor)["entries"], count + 1, "page after page")
        equal(len(d.admin("audit", "list").splitlines()), count + 1, "the list too")
        for wrong in ("x", "1", "0:" + "0" * 64, "1:" + "0" * 63, "1:" + "G" * 64):
            equal(d.admin("audit", "verify", "--expect", wrong, check_status=None)[0], 2, wrong)
        count += 1

        def tampered(statement, broken, *more):
            """Does it, looks, and puts everything back."""
            d.sql("create table kept as select * from audit; create table kept_head as select * from audit_head; "
                  f"alter table audit disable trigger audit_keep; {statement}")
            verify(d, *more, broken=broken)
            d.sql("delete from audit; insert into audit select * from kept; update audit_head h set seq = k.seq, hash = k.hash "
                  "from kept_head k; drop table kept, kept_head; alter table audit enable trigger audit_keep")
            verify(d, "--expect", anchor)
        tampered("update audit set entry = replace(entry, 'Ville 3', 'Ville 9') where entry like '%Ville 3%'",
                 (next(i for i, line in enumerate(lines, 1) if "Ville 3" in line), "hash"))
        tampered("delete from audit where seq = 4", (4, "gap"))
        tampered("delete from audit where seq = 1", (1, "gap"))
        tampered("insert into audit select 0, organisation, entry, hash from audit where seq = 1", (0, "gap"))
        tampered("update audit set seq = -seq where seq in (3, 4); update audit set seq = 7 + seq where seq < 0", (3, "hash"))
        tampered("update audit set organisation = null where seq = 5", (5, "organisation"))
        tampered(f"insert into audit select {count + 1}, organisation, entry, hash from audit where seq = {count}", (count + 1, "hash"))
        # The end is cut off: the note of the last entry gives it away; with that one put right, only an anchor does.
        cut = f"delete from audit where seq > {count - 3}"
        tampered(cut, (count - 3, "head"))
        cut += "; update audit_head h set seq = a.seq, hash = a.hash from (select * from audit order by seq desc limit 1) a"
        anchor = f"{count}:" + d.sql(f"select hash from audit where seq = {count}")
        tampered(cut, (count, "anchor"), "--expect", anchor)
        # Everything is written anew: the same.
        again = ("do $$ declare r record; link text := ''; begin update audit set entry = replace(entry, 'Ville 0', 'Ville 8'); "
                 "for r in select * from audit order by seq loop link := encode(sha256(convert_to(link || r.entry, 'UTF8')), 'hex'); "
                 "update audit set hash = link where seq = r.seq; end loop; update audit_head set hash = link; end $$")
        tampered(again, (count, "anchor"), "--expect", anchor)
        # The daemon itself cannot: its role may neither change nor delete, and the trigger stops the owner's slips.
        for statement in ("set role entregent_app; set app.rights = 'system'; update audit set entry = ''",
                          "set role entregent_app; set app.rights = 'system'; delete from audit", "delete from audit", "truncate audit"):
            status, _, err = d.admin("db", "psql", "--", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, check_status=None)
            check(status != 0 and ("permission denied" in err or "append-only" in err), statement, err)
        verify(d, "--expect", anchor)
        d.stop()
        verify(d, "--expect", anchor)
        d.start()


# ---- The operator

def test_person_add():
    with Daemon(*OPEN) as d:
        org = d.organisation("buyer", 1)
        add = lambda *more, status=0: d.admin("person", "add", *more, check_status=None if status else 0)
        for more in ((), ("--email", "a@x.fr"), ("--name", "A"), ("--email", "a@x.fr", "--name", "A", "--org", org.id),
                     ("--email", "a@x.fr", "--name", "A", "--role", "owner"), ("--email", "a@", "--name", "A"),
                     ("--email", "a@x.fr", "--name", "A\nB"), ("--email", "a@x.fr", "--name", "A", "--lang", "de"),
                     ("--email", "a@x.fr", "--name", "A", "--org", org.id, "--role", "asked")):
            equal(add(*more, status=2)[0], 2, more)
        equal(add("--email", "a@x.fr", "--name", "A", "--org", siret(77), "--role", "owner", status=1)[0], 1, "no such organisation")
        equal(d.sql("select count(*) from person"), "0", "nobody was added")
        made = json.loads(add("--email", "Mo@X.fr", "--name", "Mo", "--moderator", "--lang", "en", "--json"))
        equal({k: made[k] for k in ("email", "name", "moderator", "organisation", "role")},
              {"email": "mo@x.fr", "name": "Mo", "moderator": True, "organisation": None, "role": None}, "a moderator")
        equal(d.sql("select language from person"), "en", "the language")
        # Whom the operator entered signs in by a mailed link.
        visitor = Person(d.port)
        visitor.post("/v1/tickets/signin", {"email": "mo@x.fr"}, expect=202)
        visitor.took(visitor.post("/v1/tickets", {"ticket": link_of(wait_mail(d, "mo@x.fr"))}, expect=200))
        equal(visitor.get("/v1/moderation")["needs"], [], "and moderates")
        # What is new of a known one; by SIRET.
        equal(add("--email", "mo@x.fr", "--name", "Another", "--org", org.siret, "--role", "owner"), made["id"] + "\n", "the same person")
        equal(org.get(MEMBERS)["items"][0]["name"], "Mo", "as it was")
        equal(visitor.get("/v1/session")["person"]["moderator"], True, "still a moderator")
        equal(len(audit(d, "person_entered")), 2, "audit")


def test_token_scopes():
    with Daemon(*OPEN) as d:
        org = d.organisation("buyer", 1)
        for wrong in ("", "king", "read,", "read,moderate", "READ"):
            equal(d.admin("token", "new", "--org", org.id, "--scopes", wrong, check_status=None)[0], 2, wrong)
        reads = limited(d, org, "read")
        reads.get("/v1/needs")
        refused(reads.post("/v1/needs", need()), 403, "needs_scope")
        limited(d, org, "read", "needs").need(need())
        everything = d.sql("select array_to_string(scopes, ',') from token order by created limit 1")
        equal(everything, "read,needs,offers,conventions,administer", "without a choice: all")


run(test_own, test_claims, test_reserved, test_kind_given_up, test_import_brings_back, test_members, test_invitations,
    test_invitation_limits, test_tokens, test_maker_gone, test_audit_list, test_audit_verify, test_person_add, test_token_scopes,
    seconds=400)
