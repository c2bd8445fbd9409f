# SPDX-License-Identifier: EUPL-1.2
"""The matching rules end to end: both directions, only the difference, and explained as it was matched."""
import datetime
import random
import time

from entregent import Daemon, check, each, equal, need, offer, run, say, wait_for


class World:
    """A daemon with organisations made when they are first named: b1, b2 buyers, s1, s2 suppliers."""

    def __init__(self, *settings):
        self.d, self.made = Daemon(*settings), {}

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.d.__exit__(*what)

    def __getattr__(self, name):
        if name not in self.made:
            number = int(name[1:]) + 1000 * ord(name[0])
            self.made[name] = self.d.organisation({"b": "buyer", "s": "supplier", "o": "organiser"}[name[0]], number)
        return self.made[name]

    def structured(self, name, structure):
        self.made[name] = self.d.organisation("supplier", int(name[1:]) + 1000 * ord(name[0]), structure=structure)
        return self.made[name]

    def offer(self, who, **fields):
        """Writes the offer, whatever it was."""
        now = who("GET", "/v1/offer")
        version = now.json["version"] if now.status == 200 else None
        who.put("/v1/offer", offer(**fields), version, 200 if version else 201)

    def amend(self, who, n, **fields):
        """Amends the need to the given one; its JSON."""
        version = who.get(f"/v1/needs/{n['id']}")["version"]
        return who.put(f"/v1/needs/{n['id']}", need(**fields), version, 200).json

    def found(self, n):
        """The SIRETs of who matches, best first."""
        self.d.matched()
        owner = next(c for c in self.made.values() if c.id == n["buyer"]["id"])
        return [m["offer"]["siret"] for m in owner.all(f"/v1/needs/{n['id']}/matches")]

    def told(self, who, n=None):
        """The kinds of notices, earliest first."""
        self.d.matched()
        return [x["kind"] for x in who.notices() if n is None or x["need"]["id"] == n["id"]]


def test_both_directions():
    with World() as w:
        first = w.b1.need(need())
        equal(w.told(w.b1), ["matched"], "the buyer is told")
        equal(w.b1.notices()[-1]["suppliers"], 0, "that there is nobody yet")
        w.offer(w.s1)
        equal(w.found(first), [w.s1.siret], "a new offer meets the open need")
        equal(w.told(w.s1), ["match"], "and its supplier is told")
        second = w.b1.need(need(title="Un autre"))
        equal(w.found(second), [w.s1.siret], "a new need meets the offer")
        equal(w.b1.notices()[-1]["suppliers"], 1, "the buyer is told how many")
        equal(w.told(w.s1), ["match", "match"], "the supplier is told")
        mine = w.s1.get("/v1/offer/needs")["items"]
        equal({m["need"]["id"] for m in mine}, {first["id"], second["id"]}, "the supplier sees both")


def test_amended_need():
    with World() as w:
        w.offer(w.s1)
        w.offer(w.s2, areas=["departement:69"], seat="commune:69123")
        w.offer(w.s3, areas=["FR"])
        n = w.b1.need(need())
        equal(w.found(n), [w.s1.siret, w.s3.siret], "at first")
        w.amend(w.b1, n, places=["departement:69"], title="Nettoyage à Lyon")
        equal(w.told(w.s1), ["match", "withdrawn"], "who no longer fits")
        equal(w.told(w.s2), ["match"], "who fits now")
        equal(w.told(w.s3), ["match", "amended"], "who still fits")
        changes = [{"field": "/title", "before": "Nettoyage de locaux", "after": "Nettoyage à Lyon"},
                   {"field": "/places", "before": "departement:63", "after": "departement:69"}]
        equal(w.s3.notices()[-1]["changes"], changes, "what changed, for who still fits")
        equal(w.s1.notices()[-1]["changes"], changes, "and for who does not")
        equal([x["suppliers"] for x in w.b1.notices()], [2, 2], "what the buyer is told")
        w.amend(w.b1, n, places=["departement:69"], title="Nettoyage à Lyon")
        equal(w.told(w.s3), ["match", "amended"], "nothing changed, nothing told")
        w.amend(w.b1, n, places=["departement:63"])
        equal(w.told(w.s1), ["match", "withdrawn", "match"], "who fits again is told again")
        equal(w.told(w.s2), ["match", "withdrawn"], "who does not")
        equal(w.found(n), [w.s1.siret, w.s3.siret], "as at first")


def test_changed_offer():
    with World() as w:
        near, far = w.b1.need(need()), w.b1.need(need(places=["departement:69"]))
        w.offer(w.s1, areas=["region:84"])
        equal((w.told(w.s1, near), w.told(w.s1, far)), (["match"], ["match"]), "wide")
        w.offer(w.s1)
        equal((w.told(w.s1, near), w.told(w.s1, far)), (["match"], ["match", "withdrawn"]), "narrowed")
        w.offer(w.s1, active=False)
        equal((w.told(w.s1, near), w.found(near)), (["match", "withdrawn"], []), "paused")
        w.offer(w.s1, active=False, description="Toujours fermé")
        equal(len(w.told(w.s1)), 4, "nothing new while it is paused")
        w.offer(w.s1)
        equal((w.told(w.s1, near), w.found(near)), (["match", "withdrawn", "match"], [w.s1.siret]), "open again")
        w.offer(w.s1, areas=["region:84"])
        equal((w.told(w.s1, near)[2:], w.told(w.s1, far)), (["match"], ["match", "withdrawn", "match"]), "widened")
        full = (datetime.date.today() + datetime.timedelta(days=60)).isoformat()
        soon = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        starts = w.b1.need(need(start=soon))
        equal(w.found(starts), [w.s1.siret], "before it is full")
        w.offer(w.s1, full_until=full)
        equal(w.told(w.s1, starts), ["match", "withdrawn"], "full until after the start")


def test_nothing_twice_after_a_restart():
    with World() as w:
        for i in range(1, 6):
            w.offer(getattr(w, f"s{i}"))
        needs = [w.b1.need(need(title=f"Besoin {i}")) for i in range(20)]
        w.amend(w.b1, needs[0], places=["departement:03"])
        w.d.matched()
        before = {name: c.notices() for name, c in w.made.items()}
        equal(len(before["s1"]), 21, "notices before")
        w.d.restart()
        last = w.b1.need(need(title="Après"))
        equal(len(w.found(last)), 5, "matches after the restart")
        for name, c in w.made.items():
            equal(c.notices()[:-1], before[name], f"what {name} was told before")
        w.d.kill()
        w.d.start()
        w.d.matched()
        equal(len(w.s1.notices()), 22, "after a kill")


def test_hard_conditions():
    with World() as w:
        ei, ea, scop = w.structured("s1", "EI"), w.structured("s2", "EA"), w.structured("s3", "SCOP")
        for s in (ei, ea, scop):
            w.offer(s, labels=["ISO 9001"] if s is ea else [], value={"min": 1000, "max": 50000}, services=["services"],
                    excluded=["amiante"])

        def matching(**fields):
            got = set(w.found(w.b1.need(need(**fields))))
            return {name for name, c in (("ei", ei), ("ea", ea), ("scop", scop)) if c.siret in got}
        equal(matching(), {"ei", "ea", "scop"}, "an open lot")
        equal(matching(reserved=["L2113-12"]), {"ea"}, "sheltered workshops")
        equal(matching(reserved=["L2113-13"]), {"ei"}, "work integration")
        equal(matching(reserved=["L2113-12", "L2113-13"]), {"ei", "ea"}, "both")
        equal(matching(reserved=["L2113-15"]) >= {"scop"}, True, "the social economy")
        equal(matching(reserved=["L2113-13-1"]), set(), "prison work")
        equal(matching(labels=["iso 9001"]), {"ea"}, "a required label, however written")
        equal(matching(value={"min": 60000}), set(), "a value too high")
        equal(matching(value={"min": 40000, "max": 60000}), {"ei", "ea", "scop"}, "a value that meets")
        equal(matching(services=["works"]), set(), "another kind of service")
        equal(matching(description="Locaux amiantés, amiante en toiture"), set(), "an excluded word")
        equal(matching(cpv="90910000"), {"ei", "ea", "scop"}, "a lot coded more broadly")
        equal(matching(cpv="90911300"), set(), "a neighbour in the tree")
        equal(matching(cpv="90911299"), {"ei", "ea", "scop"}, "an unknown code below")
        # A kind that is registered later opens what is reserved.
        n = w.b1.need(need(reserved=["L2113-12"], title="Réservé"))
        equal(w.found(n), [ea.siret], "before")
        w.d.admin("org", "add", "--kind", "supplier", "--siret", scop.siret, "--name", "Scop adaptée", "--structure", "EA")
        wait_for(lambda: len(w.found(n)) == 2, "after")


def test_blocked_and_own():
    with World() as w:
        w.offer(w.s1)
        w.offer(w.s2, blocked=[w.b2.siret])
        w.offer(w.s3)
        equal(w.found(w.b1.need(need(blocked=[w.s1.siret]))), [w.s2.siret, w.s3.siret], "blocked by the buyer")
        equal(w.found(w.b1.need(need(blocked=[w.s1.siret[:9]]))), [w.s2.siret, w.s3.siret], "by its SIREN")
        equal(w.found(w.b2.need(need())), [w.s1.siret, w.s3.siret], "blocked by the supplier")
        equal(w.told(w.s1), ["match"], "what the blocked one hears")
        # One organisation that buys and offers.
        w.d.admin("org", "add", "--kind", "buyer", "--siret", w.s3.siret, "--name", "Les deux")

        def may_post():
            answer = w.s3.post("/v1/needs", need(title="Le sien"))
            return answer.json if answer.status == 201 else None
        equal(w.found(wait_for(may_post, "its new kind holds")), [w.s1.siret, w.s2.siret], "never its own offer")


def test_drafts_and_ends():
    with World() as w:
        w.offer(w.s1)
        draft = w.b1.post("/v1/needs?draft=1", need(), 201).json
        w.offer(w.s2)
        equal((w.told(w.s1), w.told(w.b1), w.found(draft)), ([], [], []), "a draft tells nothing")
        w.b1.post(f"/v1/needs/{draft['id']}/publish", expect=200)
        equal((w.told(w.s1), w.told(w.s2), w.told(w.b1)), (["match"], ["match"], ["matched"]), "published")
        for move, kind in (("close", "closed"), ("award", "awarded")):
            w.b1.post(f"/v1/needs/{draft['id']}/{move}", expect=200)
            equal(w.told(w.s1)[-1], kind, "told")
        other = w.b1.need(need())
        w.b1.post(f"/v1/needs/{other['id']}/cancel", expect=200)
        equal((w.told(w.s1, other), w.told(w.s2, other)), (["match", "cancelled"],) * 2, "cancelled")
        w.offer(w.s3)
        equal((w.told(w.s3), w.s3.get("/v1/offer/needs")["items"]), ([], []), "who comes later hears nothing of it")
        w.offer(w.s1, active=False)
        equal(w.told(w.s1, other), ["match", "cancelled"], "what is over is not withdrawn")


def test_deadline():
    with World() as w:
        w.offer(w.s1)
        end = int(time.time()) + 2
        n = w.b1.need(need(deadline=datetime.datetime.fromtimestamp(end, datetime.timezone.utc).isoformat()))
        equal(w.found(n), [w.s1.siret], "before the deadline")
        wait_for(lambda: time.time() > end + 1.1, "the deadline passes")
        w.offer(w.s2)
        equal((w.told(w.s2), w.s2.get("/v1/needs")["items"], w.s1.get("/v1/offer/needs")["items"]), ([], [], []), "over")
        equal(w.s2.get(f"/v1/needs/{n['id']}/explain")["matches"], False, "explained so")


def test_explained_as_it_is_now():
    """Of the offer as it was written last, to whom it concerns, as long as it is there to be matched."""
    with World() as w:
        w.offer(w.s1)
        n = w.b1.need(need())

        def asked(who):
            answer = who("GET", f"/v1/needs/{n['id']}/explain?offer={w.s1.id}")
            return answer.json["matches"] if answer.status == 200 else answer.status
        equal([asked(who) for who in (w.s1, w.b1, w.o1, w.b2, w.s2)], [True, True, True, 404, 404], "who may ask")
        equal(w.s2("GET", f"/v1/needs/{n['id']}/explain").status, 404, "who has no offer")
        w.offer(w.s1, active=False)
        equal((asked(w.s1), asked(w.b1)), (False, False), "at once")
        w.offer(w.s1)
        for change, back in (("suspended = now()", "suspended = null"), ("kinds = '{buyer}'", "kinds = '{supplier}'")):
            w.d.sql(f"update organisation set {change} where id = '{w.s1.id}'")
            equal(asked(w.b1), 404, change)
            w.d.sql(f"update organisation set {back} where id = '{w.s1.id}'")
            equal(asked(w.b1), True, back)


def test_order_by_score():
    with World() as w:
        w.offer(w.s1, cpv="90000000", areas=["FR"])
        w.offer(w.s2)
        w.offer(w.s3, keywords=["nettoyage"])
        w.offer(w.s4)
        w.offer(w.s5, areas=["commune:63113"])
        n = w.b1.need(need())
        equal(w.found(n)[:3], [w.s3.siret, w.s2.siret, w.s4.siret], "best first, earliest first among equals")
        items = w.b1.all(f"/v1/needs/{n['id']}/matches?limit=2")
        equal([m["score"] for m in items], sorted((m["score"] for m in items), reverse=True), "scores, page by page")
        equal(len({m["offer"]["id"] for m in items}), 5, "each once")
        for m in items:
            lot = max(m["lots"], key=lambda x: x["score"])
            equal((m["score"], sum(line["points"] for line in lot["lines"])), (lot["score"], lot["score"]), "the lines add up")
        partial = {m["offer"]["siret"]: m["partial"] for m in items}
        equal((partial[w.s5.siret], partial[w.s2.siret]), (True, False), "partly covered")


# ---- A small world: explain and matches agree about every pair

PLACES = ["commune:63113", "commune:69123", "commune:03190", "departement:63", "departement:69", "region:84", "region:11",
          "nuts:FRK14", "FR", "commune:75056"]
CODES = ["90911200", "90910000", "90900000", "90919200", "77310000", "77300000", "45442100", "45000000", "98310000", "79821000"]
WORDS = ["école", "bureaux", "amiante", "vitres", "repas"]
STRUCTURES = ["EI", "EA", "ESAT", "SCOP", "AI", "association", "autre"]


def some(r, choices, most):
    return r.sample(choices, r.randint(0, min(most, len(choices))))


def span(r):
    least = r.choice([0, 1000, 20000, 60000])
    return r.choice([{"min": least}, {"max": least + 30000}, {"min": least, "max": least + 25000}])


def random_need(r, suppliers):
    lots = []
    for number in range(1, r.choice([2, 2, 2, 3])):
        lot = {"number": number, "cpv": r.sample(CODES, r.choice([1, 1, 2]))}
        if r.random() < 0.5:
            lot["value"] = span(r)
        for field, choices, chance in (("services", ["services", "works", "supplies"], 0.3), ("labels", ["ISO 9001"], 0.1),
                                       ("reserved", ["L2113-12", "L2113-13", "L2113-15"], 0.2),
                                       ("criteria", ["bio", "local"], 0.3), ("places", PLACES, 0.2)):
            if r.random() < chance:
                lot[field] = some(r, choices, 2)
        lots.append(lot)
    n = {"kind": "devis", "title": " ".join(["Besoin de"] + some(r, WORDS, 3)), "places": r.sample(PLACES, r.choice([1, 1, 2])),
         "lots": lots}
    if r.random() < 0.2:
        n["blocked"] = [r.choice(suppliers).siret]
    if r.random() < 0.3:
        n["start"] = (datetime.date.today() + datetime.timedelta(days=40)).isoformat()
    return n


def random_offer(r, buyers):
    capabilities = []
    for _ in range(r.choice([1, 2])):
        c = {"cpv": r.choice(CODES), "areas": r.sample(PLACES, r.choice([1, 1, 2]))}
        if r.random() < 0.4:
            c["radius"] = r.choice([10, 40, 150])
        if r.random() < 0.4:
            c["value"] = span(r)
        if r.random() < 0.3:
            c["services"] = some(r, ["services", "works", "supplies"], 2)
        c["keywords"], c["excluded"] = some(r, WORDS, 2), some(r, WORDS, 1) if r.random() < 0.4 else []
        capabilities.append(c)
    o = {"active": r.random() < 0.9, "seat": r.choice([p for p in PLACES if p.startswith("commune")]),
         "labels": some(r, ["iso 9001"], 1), "criteria": some(r, ["Bio", "local"], 2), "capabilities": capabilities}
    if r.random() < 0.1:
        o["full_until"] = (datetime.date.today() + datetime.timedelta(days=r.choice([20, 60]))).isoformat()
    if r.random() < 0.2:
        o["blocked"] = [r.choice(buyers).siret]
    return o


def agree(w, needs, buyers, suppliers):
    """For every pair: explain says what /matches shows, and what was told adds up to it. How many match."""
    w.d.matched()
    told = {}
    for s in suppliers:
        for x in s.notices():
            told[x["need"]["id"], s.id] = x["kind"] in ("match", "amended")
    counts = []

    def one(pair):
        n, buyer = pair
        buyer = buyer.again()
        shown = {m["offer"]["id"]: m for m in buyer.all(f"/v1/needs/{n}/matches")}
        for s in suppliers:
            e = buyer.get(f"/v1/needs/{n}/explain?offer={s.id}")
            equal(e["matches"], s.id in shown, f"need {n}, offer {s.id}: explained {e}, shown")
            equal(told.get((n, s.id), False), s.id in shown, f"need {n}, offer {s.id}: told")
            equal(e["matches"], any(p["matches"] for p in e["pairs"]), "the pairs of the explanation")
            for p in e["pairs"]:
                equal(p["matches"], all(c["holds"] for c in p["conditions"]), "the conditions of a pair")
            if e["matches"]:
                equal(e["score"], shown[s.id]["score"], f"need {n}, offer {s.id}: score")
        counts.append(len(shown))
    each(needs.items(), one, threads=4)
    return sum(counts)


def test_explain_agrees_with_matches():
    r = random.Random(11)
    with World() as w:
        buyers = [getattr(w, f"b{i}") for i in range(4)]
        suppliers = [w.structured(f"s{i}", r.choice(STRUCTURES)) for i in range(40)]
        needs = {}

        def post():
            b = r.choice(buyers)
            needs[b.need(random_need(r, suppliers))["id"]] = b
        for i in range(20):
            post()
        for s in suppliers:
            s.put("/v1/offer", random_offer(r, buyers), expect=201)
        for i in range(20):
            post()
        before = agree(w, needs, buyers, suppliers)
        check(60 < before < 1400, "a world worth looking at", before)
        for n in r.sample(sorted(needs), 15):
            needs[n].put(f"/v1/needs/{n}", random_need(r, suppliers), 1, 200)
        for s in r.sample(suppliers, 15):
            s.put("/v1/offer", random_offer(r, buyers), 1, 200)
        after = agree(w, needs, buyers, suppliers)
        w.d.restart()
        equal(agree(w, needs, buyers, suppliers), after, "after a restart")
        say(f"3 x 1600 pairs explained as matched; {before} matches, {after} after 30 changes")


run(test_both_directions, test_amended_need, test_changed_offer, test_nothing_twice_after_a_restart, test_hard_conditions,
    test_blocked_and_own, test_drafts_and_ends, test_deadline, test_explained_as_it_is_now, test_order_by_score, test_explain_agrees_with_matches)
