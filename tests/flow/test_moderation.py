# SPDX-License-Identifier: EUPL-1.2
"""What moderators decide: needs that wait, claims, who may join, suspensions, reports."""
import json

from entregent import Client, Daemon, Stream, check, equal, need, offer, run, siret
from people import audit, check_chain, moderator, person, text_of, wait_mail

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


def kinds(client):
    return [n["kind"] for n in client.notices()]


def code(answer, status):
    """The word of a refusal; of a faulty field, its pointer and word."""
    equal(answer.status, status, repr(answer))
    problem = answer.json
    return problem["errors"][0]["pointer"] + " " + problem["errors"][0]["code"] if problem.get("errors") else problem["code"]


def decide(who, path, expect=200, **body):
    return who.post(f"/v1/moderation/{path}", body, expect=expect).json


def pair(d, structure="EI"):
    """A buyer with an owner, a supplier with an owner and an offer."""
    buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2, structure=structure)
    supplier.put("/v1/offer", offer(), expect=201)
    d.matched()
    return (buyer, person(d, "acheteuse@exemple.fr", "Anne Achat", buyer.id),
            supplier, person(d, "vendeur@exemple.fr", "Victor Vente", supplier.id))


def test_a_need_waits():
    with Daemon("moderation=1") as d:
        buyer, owner, supplier, _ = pair(d)
        mod = moderator(d)
        with Stream(supplier, 0) as stream:
            made = buyer.need(need(title="Nettoyage du gymnase"))
            id = made["id"]
            equal(made["state"], "pending", "state")
            d.matched()
            equal((kinds(supplier), kinds(buyer)), ([], []), "notices")
            for path in (f"/v1/needs/{id}", f"/v1/needs/{id}/explain"):
                equal(supplier("GET", path).status, 404, path)
            equal(supplier.get("/v1/needs")["items"], [], "what others see")
            equal(supplier.get("/v1/offer/needs")["items"], [], "matches")
            equal([n["id"] for n in buyer.get("/v1/needs?mine=1")["items"]], [id], "what its owner sees")
            equal([(n["id"], n["buyer"]["id"]) for n in mod.get("/v1/moderation")["needs"]], [(id, buyer.id)], "what waits")
            equal(buyer.post(f"/v1/needs/{id}/publish").status, 409, "its owner cannot")
            # Amended while it waits, it waits on.
            equal(buyer.put(f"/v1/needs/{id}", need(title="Nettoyage des gymnases"), version=1, expect=200).json["state"], "pending", "state")
            equal(mod.get("/v1/moderation")["needs"][0]["title"], "Nettoyage des gymnases", "title")
            # No: a draft again, with the reason by mail.
            equal(decide(mod, f"needs/{id}", verdict="no", reason="Le CPV ne dit pas la même chose.")["state"], "draft", "refused")
            check("Le CPV ne dit pas la même chose." in text_of(wait_mail(d, owner.email, "À revoir", "gymnases")))
            equal(mod.get("/v1/moderation")["needs"], [], "what waits")
            equal(buyer.post(f"/v1/needs/{id}/publish", expect=200).json["state"], "pending", "posted again")
            # Yes: out, matched and told.
            equal(decide(mod, f"needs/{id}", verdict="yes")["state"], "published", "accepted")
            event = stream.event()
            equal((event.kind, event.json["need"]["id"]), ("match", id), "the supplier is told")
            d.matched()
            equal((kinds(supplier), kinds(buyer)), (["match"], ["matched"]), "notices")
            equal(supplier.get(f"/v1/needs/{id}")["title"], "Nettoyage des gymnases", "seen now")
            wait_mail(d, owner.email, "Publié", "gymnases")
            equal([s for s, _ in audit(d, "need_refused", buyer.id) + audit(d, "need_accepted", buyer.id)], [id, id], "audit")
        check_chain(d)


def test_verdicts_that_are_refused():
    with Daemon("moderation=1") as d:
        buyer, owner, supplier, _ = pair(d)
        mod = moderator(d)
        id = buyer.need(need(deadline="2099-05-18"))["id"]
        path = f"/v1/moderation/needs/{id}"
        yes = {"verdict": "yes"}
        equal(code(owner.post(path, yes), 403), "needs_scope", "an owner")
        equal(code(buyer.post(path, yes), 403), "needs_person", "a token")
        equal(code(Client(d.port).post(path, yes), 401), "no_token", "nobody")
        equal(code(mod("POST", path, yes, {"Origin": "https://ailleurs.example"}), 403), "bad_origin", "another site")
        equal(code(owner("GET", "/v1/moderation"), 403), "needs_scope", "the list")
        equal(code(mod.post(path, {}), 422), "/verdict required", "no verdict")
        equal(code(mod.post(path, {"verdict": "maybe"}), 422), "/verdict not_one_of", "an unknown one")
        equal(code(mod.post(path, {**yes, "state": "published"}), 422), "/state unknown_field", "more")
        equal(code(mod.post(f"/v1/moderation/needs/{NOBODY}", yes), 404), "not_found", "unknown")
        equal(code(mod.post("/v1/moderation/needs/x", yes), 404), "not_found", "no id")
        draft = buyer.post("/v1/needs?draft=1", need(), expect=201).json["id"]
        equal(code(mod.post(f"/v1/moderation/needs/{draft}", yes), 404), "not_found", "a draft is its owner's")
        d.sql(f"update need set deadline = now() - interval '1 minute' where id = '{id}'")
        equal(code(mod.post(path, yes), 422), "/deadline past", "too late")
        equal(decide(mod, f"needs/{id}", verdict="no", reason="Trop tard")["state"], "draft", "no is never too late")
        other = buyer.need(need())["id"]
        decide(mod, f"needs/{other}", **yes)
        equal(code(mod.post(f"/v1/moderation/needs/{other}", yes), 409), "state", "twice")
        equal(code(mod("GET", "/v1/moderation?limit=0"), 422), "/limit out_of_range", "limit")
        for n in range(3):
            buyer.need(need(title=f"Besoin {n}"))
        equal([n["title"] for n in mod.get("/v1/moderation?limit=2")["needs"]], ["Besoin 0", "Besoin 1"], "the oldest first")


def test_amendments_go_out_and_are_looked_at():
    with Daemon("moderation=1") as d:
        buyer, _, supplier, _ = pair(d)
        mod = moderator(d)
        id = buyer.need(need())["id"]
        decide(mod, f"needs/{id}", verdict="yes")
        d.matched()
        version = buyer.get(f"/v1/needs/{id}")["version"]
        equal(buyer.put(f"/v1/needs/{id}", need(description="Autre chose"), version=version, expect=200).json["state"], "amended", "state")
        d.matched()
        equal(kinds(supplier), ["match", "amended"], "the supplier")
        report, = mod.get("/v1/moderation")["reports"]
        equal((report["reason"], report["need"]["id"], report["organisation"]["id"]), ("amended", id, buyer.id), "the report")
        check(decide(mod, f"reports/{report['id']}", reason="Lu")["closed"], "closed")
        equal(mod.get("/v1/moderation")["reports"], [], "reports")
        equal(audit(d, "report_closed", buyer.id), [(report["id"], "")], "audit")
        equal(code(mod.post(f"/v1/moderation/reports/{report['id']}", {}), 404), "not_found", "twice")


def test_an_organisers_imports_do_not_wait():
    """Whoever a moderator has confirmed as an organiser answers for what it brings."""
    with Daemon("moderation=1") as d:
        _, _, supplier, _ = pair(d)
        organiser, mod = d.organisation("organiser", 3), moderator(d)
        line = {"id": "2026-1", "_type": "Marché", "acheteur": {"id": siret(77), "nom": "Ville de Riom"}, "objet": "Nettoyage des écoles",
                "codeCPV": "90911200", "procedure": "Procédure adaptée", "dureeMois": 12, "montant": 50000, "dateNotification": "2026-01-15",
                "lieuExecution": {"code": "63113", "typeCode": "Code commune", "nom": "Clermont-Ferrand"}}
        answer = organiser("POST", "/v1/imports/decp", json.dumps(line), type="application/x-ndjson", expect=200)
        check(json.loads(answer.text)["new"], answer)
        d.matched()
        equal(kinds(supplier), ["match"], "the supplier")
        equal(mod.get("/v1/moderation")["needs"], [], "what waits")


def test_a_claim_counts_once_it_is_confirmed():
    with Daemon() as d:
        buyer, _, supplier, owner = pair(d, structure="SCOP")
        mod = moderator(d)
        version = owner.get("/v1/organisation")["version"]
        own = {"name": "Les Ateliers", "kinds": ["supplier"], "structures": ["SCOP", "ESAT"]}
        said = owner.put("/v1/organisation", own, version=version, expect=200).json
        equal((said["structures"], said["declared"]), (["SCOP"], ["ESAT"]), "declared")
        reserved = buyer.need(need(title="Réservé", reserved=["L2113-12"]))["id"]
        free = buyer.need(need(title="Ouvert"))["id"]
        d.matched()
        equal([n["need"]["title"] for n in supplier.notices()], ["Ouvert"], "before")
        shown, = buyer.get(f"/v1/needs/{free}/matches")["items"]
        equal((shown["offer"]["structures"], shown["offer"]["declared"]), (["SCOP"], ["ESAT"]), "what the buyer sees")
        equal([(c["organisation"]["id"], c["claim"]) for c in mod.get("/v1/moderation")["claims"]], [(supplier.id, "ESAT")], "what waits")
        path = f"claims/{supplier.id}"
        with Stream(supplier, supplier.notices()[-1]["id"]) as stream:
            said = decide(mod, path, claim="ESAT", verdict="yes", reason="FINESS 630000000")
            equal((said["structures"], said["declared"]), (["SCOP", "ESAT"], []), "confirmed")
            event = stream.event()
            equal((event.kind, event.json["need"]["id"]), ("match", reserved), "told")
            wait_mail(d, owner.email, "confirmé", "Établissement et service d'accompagnement par le travail")
            equal(mod.get("/v1/moderation")["claims"], [], "what waits")
            decide(mod, path, claim="ESAT", verdict="yes")  # it is so already
            equal(decide(mod, path, claim="ESAT", verdict="no", reason="Agrément retiré")["structures"], ["SCOP"], "taken back")
            event = stream.event()
            equal((event.kind, event.json["need"]["id"]), ("withdrawn", reserved), "told")
        equal(buyer.get(f"/v1/needs/{reserved}/matches")["items"], [], "matches")
        equal(len(buyer.get(f"/v1/needs/{free}/matches")["items"]), 1, "the other stays")
        wait_mail(d, owner.email, "non confirmé")
        equal(code(mod.post(f"/v1/moderation/{path}", {"claim": "ESAT", "verdict": "yes"}), 404), "not_found", "nobody claims it now")
        equal(code(mod.post(f"/v1/moderation/{path}", {"claim": "ESATS", "verdict": "yes"}), 422), "/claim not_one_of", "an unknown word")
        equal(code(mod.post(f"/v1/moderation/claims/{NOBODY}", {"claim": "ESAT", "verdict": "yes"}), 404), "not_found", "unknown")
        equal(audit(d, "claim_confirmed", supplier.id)[-1:], [("ESAT", "moderator")], "audit")
        equal(audit(d, "claim_refused", supplier.id), [("ESAT", "moderator")], "audit")


def test_every_change_of_a_claim_is_in_the_log():
    with Daemon() as d:
        _, _, supplier, owner = pair(d, structure="SCOP")
        organiser, mod = d.organisation("organiser", 3), moderator(d)
        log = [*audit(d, "claim_confirmed", supplier.id)]
        equal(sorted(log), [("SCOP", "operator"), ("supplier", "operator")], "by the operator")

        def say(*structures, kinds=("supplier",)):
            version = owner.get("/v1/organisation")["version"]
            return owner.put("/v1/organisation", {"name": "X", "kinds": list(kinds), "structures": list(structures)}, version=version, expect=200).json
        say("SCOP", "EA", "ESUS", kinds=("supplier", "organiser"))
        equal(sorted(s for s, _ in audit(d, "claim_declared", supplier.id)), ["EA", "ESUS", "organiser"], "declared")
        decide(mod, f"claims/{supplier.id}", claim="organiser", verdict="yes")
        check("organiser" in owner.get("/v1/organisation")["kinds"], "an organiser at once")
        say("EA", kinds=("supplier",))
        equal(sorted(s for s, _ in audit(d, "claim_withdrawn", supplier.id)), ["ESUS", "SCOP", "organiser"], "given up")
        register = f"siret\tkind\tname\tnaf\tpost_code\tcity\tdepartment\tlon\tlat\n{supplier.siret}\tEI\tX\t8121Z\t63000\tClermont-Ferrand\t63\t3.08\t45.78\n"
        organiser("POST", "/v1/imports/siae?first=2", register, type="text/tab-separated-values", expect=200)
        d.matched()
        decide(mod, f"claims/{supplier.id}", claim="EA", verdict="no")
        equal(owner.get("/v1/organisation")["structures"], ["EI"], "what is left")
        equal(audit(d, "claim_confirmed", supplier.id)[len(log):], [("organiser", "moderator"), ("EI", "siae")], "confirmed")
        equal(audit(d, "claim_refused", supplier.id), [("EA", "moderator")], "refused")
        by = d.sql("select distinct entry::jsonb ->> 'person' from audit where entry::jsonb ->> 'what' = 'claim_refused'")
        equal(by, mod.id, "who said so")
        check_chain(d)


def test_who_asks_to_join():
    with Daemon() as d:
        buyer, owner, _, _ = pair(d)
        mod = moderator(d)
        one, two = (person(d, f"{w}@exemple.fr", w.title(), buyer.id, role="asked") for w in ("paul", "jeanne"))
        waits = {m["person"]["email"]: m for m in mod.get("/v1/moderation")["members"]}
        equal(sorted(waits), [two.email, one.email], "who waits")
        equal(waits[one.email]["organisation"]["id"], buyer.id, "where")
        equal(one("GET", "/v1/organisation").status, 403, "may nothing yet")
        path = f"members/{waits[one.email]['id']}"
        said = decide(mod, path, role="editor")
        equal((said["person"], said["role"]), (one.id, "editor"), "accepted")
        one("PUT", "/v1/session", {"organisation": buyer.id}, expect=200)
        one.post("/v1/needs", need(), expect=201)
        wait_mail(d, one.email, "rejoint")
        equal(code(mod.post(f"/v1/moderation/{path}", {"role": "owner"}), 404), "not_found", "once")
        said = decide(mod, f"members/{waits[two.email]['id']}")
        equal((said["person"], said["role"]), (two.id, None), "refused")
        wait_mail(d, two.email, "n'a pas été acceptée")
        equal(mod.get("/v1/moderation")["members"], [], "who waits")
        equal(code(mod.post(f"/v1/moderation/members/{waits[two.email]['id']}", {"role": "king"}), 422), "/role not_one_of", "role")
        equal([s for s, _ in audit(d, "member_joined", buyer.id)], [one.id], "audit")


def suspend(mod, id, suspended, expect=200):
    return decide(mod, f"organisations/{id}", expect, suspended=suspended, reason="Plainte fondée")


def test_a_buyer_is_suspended():
    with Daemon() as d:
        buyer, owner, supplier, _ = pair(d)
        mod = moderator(d)
        open_ones = {buyer.need(need(title=f"Besoin {n}"))["id"] for n in range(3)}
        closed = buyer.need(need(title="Clos"))["id"]
        buyer.post(f"/v1/needs/{closed}/close", expect=200)
        d.matched()
        before = len(kinds(supplier))
        check(suspend(mod, buyer.id, True)["suspended"], "since when")
        d.matched()
        gone = supplier.notices()[before:]
        equal(({n["need"]["id"] for n in gone}, {n["kind"] for n in gone}, len(gone)), (open_ones, {"withdrawn"}, 3), "the supplier is told")
        equal(supplier.get("/v1/offer/needs")["items"], [], "what the supplier has")
        equal(supplier.get("/v1/needs")["items"], [], "what others see")
        some = next(iter(open_ones))
        equal(supplier("GET", f"/v1/needs/{some}").status, 404, "one")
        for who in (buyer, owner):
            equal(code(who.post("/v1/needs", need()), 403), "suspended", "posting")
            equal(code(who.put(f"/v1/needs/{some}", need(title="Y"), version=1), 403), "suspended", "amending")
            equal(len(who.get("/v1/needs?mine=1")["items"]), 4, "it reads")
            equal(len(who.get("/v1/organisation/export")["needs"]), 4, "it exports")
        check(owner.get("/v1/organisation")["suspended"], "its own page says so")
        check("Plainte fondée" in text_of(wait_mail(d, owner.email, "est suspendue")))
        told = len(kinds(supplier))
        suspend(mod, buyer.id, True)  # once more changes nothing
        d.restart()  # nor does a new start
        for client in (buyer, owner, supplier, mod):
            client.close()
        d.matched()
        equal(len(kinds(supplier)), told, "nothing new")
        equal(suspend(mod, buyer.id, False)["suspended"], None, "restored")
        d.matched()
        back = supplier.notices()[told:]
        equal(({n["need"]["id"] for n in back}, {n["kind"] for n in back}, len(back)), (open_ones, {"match"}, 3), "all come back")
        equal(len(supplier.get("/v1/offer/needs")["items"]), 3, "what the supplier has")
        buyer.need(need(title="Un de plus"))
        wait_mail(d, owner.email, "est rétablie")
        equal([s for s, _ in audit(d, "suspended", buyer.id) + audit(d, "restored", buyer.id)], [buyer.id] * 2, "audit")
        equal(suspend(mod, NOBODY, True, 404)["code"], "not_found", "unknown")


def test_a_supplier_is_suspended():
    with Daemon() as d:
        buyer, _, supplier, owner = pair(d)
        mod = moderator(d)
        ids = [buyer.need(need(title=f"Besoin {n}"))["id"] for n in range(2)]
        d.matched()
        suspend(mod, supplier.id, True)
        d.matched()
        equal([buyer.get(f"/v1/needs/{i}/matches")["total"] for i in ids], [0, 0], "the buyer's lists")
        equal(kinds(supplier), ["match", "match", "withdrawn", "withdrawn"], "it is told")
        version = supplier.get("/v1/offer")["version"]
        equal(code(supplier.put("/v1/offer", offer(cpv="90910000"), version=version), 403), "suspended", "its offer")
        check(supplier.get("/v1/organisation/export")["offer"], "it exports")
        late = buyer.need(need(title="Entre-temps"))["id"]
        d.matched()
        equal(buyer.get(f"/v1/needs/{late}/matches")["total"], 0, "what comes meanwhile passes it by")
        suspend(mod, supplier.id, False)
        d.matched()
        equal([buyer.get(f"/v1/needs/{i}/matches")["total"] for i in ids + [late]], [1, 1, 1], "all is back")
        equal(kinds(supplier)[4:], ["match"] * 3, "it is told")


def test_reports():
    with Daemon() as d:
        buyer, _, supplier, _ = pair(d)
        mod = moderator(d)
        id = buyer.need(need(title="Louche"))["id"]
        draft = buyer.post("/v1/needs?draft=1", need(), expect=201).json["id"]
        path = "/v1/reports"
        made = supplier.post(path, {"need": id, "reason": "fraud", "remark": "Ce n'est pas la ville.\nVérifiez."}, expect=201).json
        check(made["id"] and made["at"], made)
        buyer.post(path, {"organisation": supplier.id, "reason": "claim"}, expect=201)
        for body, word in (({"reason": "spam"}, "/need required"), ({"need": id, "organisation": buyer.id, "reason": "spam"}, "/organisation wrong_type"),
                           ({"need": "x", "reason": "spam"}, "/need wrong_type"), ({"need": id}, "/reason required"),
                           ({"need": id, "reason": "bad"}, "/reason not_one_of"), ({"need": id, "reason": "spam", "remark": "a\u0007"}, "/remark bad_text"),
                           ({"need": id, "reason": "spam", "remark": "x" * 2001}, "/remark too_long"), ({"need": id, "reason": "spam", "closed": 1}, "/closed unknown_field")):
            equal(code(supplier.post(path, body), 422), word, str(body)[:80])
        for body in ({"need": NOBODY}, {"organisation": NOBODY}, {"need": draft}):
            equal(code(supplier.post(path, {**body, "reason": "other"}), 404), "not_found", body)
        equal(code(Client(d.port).post(path, {"need": id, "reason": "spam"}), 401), "no_token", "nobody")
        one, two = mod.get("/v1/moderation")["reports"]
        equal((one["need"]["id"], one["organisation"]["id"], one["reporter"]["id"], one["remark"]),
              (id, buyer.id, supplier.id, "Ce n'est pas la ville.\nVérifiez."), "of a need")
        equal((two["need"], two["organisation"]["id"], two["reason"]), (None, supplier.id, "claim"), "of an organisation")
        decide(mod, f"reports/{one['id']}")
        equal([r["id"] for r in mod.get("/v1/moderation")["reports"]], [two["id"]], "what is left")
        equal(code(mod.post(f"/v1/moderation/reports/{NOBODY}", {}), 404), "not_found", "unknown")


run(test_a_need_waits, test_verdicts_that_are_refused, test_amendments_go_out_and_are_looked_at,
    test_an_organisers_imports_do_not_wait, test_a_claim_counts_once_it_is_confirmed, test_every_change_of_a_claim_is_in_the_log,
    test_who_asks_to_join, test_a_buyer_is_suspended, test_a_supplier_is_suspended, test_reports)
