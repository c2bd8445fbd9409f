# SPDX-License-Identifier: EUPL-1.2
"""What a buyer sees before posting: the counts are those of posting it, and those of each change are those of posting the change."""
import csv
import datetime
import json
import math
import random

from entregent import ROOT, Client, Daemon, check, directory, equal, need, offer, run, say

PATH = "/v1/needs/preview"
COMMUNES = {}  # whose centre is built in, and where they lie: prefectures
with open(f"{ROOT}/sql/reference/departement.tsv", encoding="utf-8") as f:
    for row in csv.DictReader(f, delimiter="\t"):
        if row["prefecture"] in ("63113", "69123", "03190", "75056"):
            COMMUNES[row["prefecture"]] = (float(row["lat"]), float(row["lon"]))
STRUCTURES = ("EI", "ACI", "EA", "ESAT", "SCOP", "association", "SEP", None)
CODES = ("90000000", "90910000", "90911000", "90911200", "90911300", "90914000", "90919200", "90920000", "77310000", "77314000")
PLACES = ("commune:63113", "commune:69123", "departement:63", "departement:69", "departement:03", "region:84", "nuts:FRK14", "FR")
LABELS = ("ISO 9001", "Ecocert", "RSEi")
ARTICLES = ("L2113-12", "L2113-13", "L2113-13-1", "L2113-15")


def suppliers(d, count, first=100):
    return [d.organisation("supplier", first + i, structure=STRUCTURES[i % len(STRUCTURES)]) for i in range(count)]


def lot_of(answer, i=0):
    return answer["lots"][i]


def changes(lot, kind):
    return [c for c in lot["changes"] if c["change"] == kind]


def apply(lot, change):
    """The lot as a change of the answer says it would be."""
    new = dict(lot)
    for name in ("value", "places", "cpv", "labels"):
        if name in change:
            new[name] = change[name]
    if change["change"] == "open":
        del new["reserved"]
    elif change["change"] == "reserve":
        new["reserved"] = change["reserved"]
    return new


def found(d, buyer, drafts):
    """How many suppliers match each, by posting them all."""
    posted = [buyer.need({"kind": "devis", "title": "Un besoin", "places": ["FR"], **draft})["id"] for draft in drafts]
    d.matched()
    totals = [buyer.get(f"/v1/needs/{id}/matches?limit=1")["total"] for id in posted]
    for id in posted:
        buyer.post(f"/v1/needs/{id}/cancel", expect=200)
    return totals


def random_offer(rng):
    def range_of():
        least = rng.choice((0, 1000, 20000))
        return rng.choice(({}, {"min": least}, {"max": least + 30000}, {"min": least, "max": least + 9000}))
    capabilities = []
    for _ in range(rng.randint(1, 3)):
        capability = {"cpv": rng.choice(CODES), "areas": rng.sample(PLACES, rng.randint(1, 2)), "value": range_of(),
                      "excluded": ["amiante"] if rng.random() < .2 else []}
        if rng.random() < .3:
            capability |= {"areas": [], "radius": rng.choice((5, 60, 140))}
        capabilities.append(capability)
    return {"seat": f"commune:{rng.choice(list(COMMUNES))}", "labels": rng.sample(LABELS, rng.randint(0, 3)), "capabilities": capabilities}


def random_draft(rng, blocked):
    lots = []
    for i in range(rng.randint(1, 3)):
        lot = {"number": 3 * i + 1, "cpv": rng.sample(CODES, rng.randint(1, 2))}
        if rng.random() < .6:
            lot["places"] = rng.sample(PLACES[:-1], rng.randint(1, 2))
        if rng.random() < .6:
            lot["value"] = rng.choice(({"min": 30001}, {"max": 50000}, {"min": 12000, "max": 60003}))
        if rng.random() < .4:
            lot["reserved"] = rng.sample(ARTICLES, rng.randint(1, 2))
        if rng.random() < .3:
            lot["labels"] = rng.sample(LABELS, rng.randint(1, 2))
        if rng.random() < .3:
            lot["title"] = "Avec amiante"
        lots.append(lot)
    draft = {"lots": lots, "blocked": blocked if rng.random() < .3 else []}
    return draft | ({"places": rng.sample(PLACES, 1)} if rng.random() < .7 else {})


def test_as_if_posted():
    """Random offers and drafts: every number is what posting gives."""
    rng, counted, seen = random.Random(5), 0, set()
    with Daemon() as d:
        both = d.organisation("buyer,supplier", 1, structure="EI")  # its own offer does not count
        both.put("/v1/offer", offer(cpv="90000000", areas=["FR"]), expect=201)
        crew = suppliers(d, 16)
        for s in crew:
            s.put("/v1/offer", random_offer(rng), expect=201)
        crew[3].put("/v1/offer", {**crew[3].get("/v1/offer"), "active": False}, 1, 200)
        d.matched()
        for _ in range(9):
            draft = random_draft(rng, [crew[0].siret, crew[1].siret[:9]])
            answer = both.post(PATH, draft, expect=200).json
            equal(answer["complete"], True, "there was time")
            equal([lot["lot"] for lot in answer["lots"]], [lot["number"] for lot in draft["lots"]], "lots")
            asked, wanted = [draft], [answer["suppliers"]]
            for lot, shown in zip(draft["lots"], answer["lots"]):
                asked.append({**draft, "lots": [lot]})
                wanted.append(shown["suppliers"])
                for change in shown["changes"]:
                    asked.append({**draft, "lots": [apply(lot, change)]})
                    wanted.append(change["suppliers"])
                    seen.add((change["change"], (change["suppliers"] > shown["suppliers"]) - (change["suppliers"] < shown["suppliers"])))
                lost = [x["suppliers"] for x in shown["lost"]]
                check(all(lost) and shown["suppliers"] + shown["several"] + max(lost, default=0) <= shown["trade"]
                      <= shown["suppliers"] + shown["several"] + sum(lost), shown)
            got = found(d, both, asked)
            for ask, number, total in zip(asked, wanted, got):
                equal(number, total, f"suppliers of {ask}")
            counted += len(asked)
    for change in (("reserve", -1), ("open", 1), ("split", 1), ("split", -1), ("place", 1), ("label", 1), ("cpv", 1)):
        check(change in seen, change, "never came", seen)
    say(f"{counted} counts equal to the matches of the need posted so")


def kilometres(a, b):
    (lat, lon), (lat2, lon2) = ([math.radians(x) for x in p] for p in (a, b))
    h = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(h))


def test_what_keeps_away():
    """One offer for each reason, each with one capability: who is lost to what."""
    soon = (datetime.date.today() + datetime.timedelta(days=400)).isoformat()
    whole = {"cpv": "90911200", "areas": ["departement:63"], "labels": ["ISO 9001"], "services": ["services"], "value": {"max": 50000}}
    offers = [
        ("EI", "", {}), ("ACI", "", {"cpv": "90000000"}),
        ("EI", "trade", {"cpv": "77310000"}), ("EI", "inactive", {"active": False}),
        ("EI", "place", {"areas": ["departement:69"]}), ("EI", "place", {"areas": ["commune:69123"]}), ("EI", "place", {"areas": [], "radius": 3, "seat": "commune:69123"}),
        ("EI", "service", {"services": ["works"]}), ("EI", "value", {"value": {"max": 10}}), ("EI", "value", {"value": {"min": 90000}}),
        ("ESAT", "reserved", {}), ("EI", "labels", {"labels": []}), ("EI", "exclusions", {"excluded": ["vitres"]}),
        ("EI", "availability", {"full_until": soon}),
        ("EI", "several", {"value": {"max": 10}, "areas": ["departement:69"]}),
    ]
    with Daemon() as d:
        for i, (structure, _, change) in enumerate(offers):
            d.organisation("supplier", 100 + i, structure=structure).put("/v1/offer", offer(**{**whole, **change}), expect=201)
        d.matched()
        buyer = d.organisation("buyer", 1)
        draft = {"title": "Lavage des vitres", "places": ["commune:63113"], "lots": [{
            "cpv": ["90911200"], "services": ["services"], "value": {"min": 100, "max": 2000}, "reserved": ["L2113-13"], "labels": ["iso 9001"]}]}
        lot = lot_of(buyer.post(PATH, draft, expect=200).json)
        expected = {}
        for _, why, _ in offers:
            expected[why] = expected.get(why, 0) + 1
        equal((lot["suppliers"], lot["several"]), (expected[""], expected["several"]), "reached, and kept away by several")
        order = ("place", "service", "value", "reserved", "labels", "exclusions", "availability")
        equal([(x["condition"], x["suppliers"]) for x in lot["lost"]], [(k, expected[k]) for k in order], "each by its reason, in their order")
        equal(lot["trade"], len(offers) - 2, "all of the trade that are active")
        english = buyer("POST", PATH, draft, {"Accept-Language": "en"}, 200).json
        equal([x["text"] for x in lot["lost"]], ["Lieu", "Nature des prestations", "Montant", "Réservation", "Labels exigés", "Exclusions", "Disponibilité"], "in French")
        equal([x["text"] for x in lot_of(english)["lost"]], ["Place", "Kind of service", "Value", "Reservation", "Required labels", "Exclusions", "Availability"],
              "in English")
        equal(lot_of(english)["changes"], lot["changes"], "numbers have no language")
        # Two capabilities: one fails the place alone, the other the value alone. It is lost to both, and not to several.
        d.organisation("supplier", 200, structure="EI").put("/v1/offer", {"labels": ["ISO 9001"], "capabilities": [
            {"cpv": "90911200", "areas": ["departement:69"]}, {"cpv": "90910000", "areas": ["FR"], "value": {"max": 10}}]}, expect=201)
        d.matched()
        after = lot_of(buyer.post(PATH, draft, expect=200).json)
        before, now = ({x["condition"]: x["suppliers"] for x in x["lost"]} for x in (lot, after))
        equal(now, {**before, "place": before["place"] + 1, "value": before["value"] + 1}, "each way in counts")
        equal((after["trade"], after["several"]), (lot["trade"] + 1, lot["several"]), "and it is one")


def test_near():
    with Daemon() as d:
        centre = COMMUNES["63113"]
        points = [(centre[0] + step, centre[1]) for step in (0, .05, .089, .091, .2)]
        for i, (lat, lon) in enumerate(points):
            d.organisation("supplier", 100 + i).put("/v1/offer", offer(areas=["FR"], point={"lat": lat, "lon": lon}), expect=201)
        d.organisation("supplier", 200).put("/v1/offer", {"capabilities": [{"cpv": "90911200", "areas": ["FR"]}]}, expect=201)
        d.matched()
        buyer = d.organisation("buyer", 1)

        def near(*places):
            lot = lot_of(buyer.post(PATH, need(places=places), expect=200).json)
            equal(lot["suppliers"], 6, "all are reached")
            return lot["near"]
        equal(near("commune:63113"), sum(kilometres(centre, p) <= 10 for p in points), "within 10 km")
        equal(near("commune:69123", "commune:63113"), near("commune:63113"), "of any of the communes")
        equal((near("departement:63"), near("commune:63999")), (0, 0), "a département is no point, nor is a commune that is not known")


def test_codes():
    """The parent is the nearest that the vocabulary knows; siblings are shown when they bring more, the best three."""
    with Daemon() as d:
        crew = iter(suppliers(d, 14))
        for code, count in (("90911100", 1), ("90911300", 2), ("90914000", 3), ("90917000", 1), ("90918000", 2), ("90919000", 3), ("77310000", 1)):
            for _ in range(count):
                next(crew).put("/v1/offer", offer(cpv=code, areas=["FR"]), expect=201)
        d.matched()
        buyer = d.organisation("buyer", 1)

        def cpv(*codes):
            lot = lot_of(buyer.post(PATH, need(cpv=list(codes), places=["FR"]), expect=200).json)
            return lot["suppliers"], [(c["instead"], c["label"]["code"], c["suppliers"]) for c in changes(lot, "cpv")]
        equal(cpv("90911200"), (0, [("90911200", "90911000", 3), ("90911200", "90911300", 2), ("90911200", "90911100", 1)]), "climbs and looks beside")
        equal(cpv("90911000"), (3, [("90911000", "90910000", 12)]), "none beside brings more")
        equal(cpv("90917000"), (1, [("90917000", "90910000", 12), ("90917000", "90911000", 3), ("90917000", "90914000", 3), ("90917000", "90919000", 3)]),
              "three beside")
        equal(cpv("90000000"), (12, []), "a division")
        equal(cpv("90911290"), (0, [("90911290", "90911200", 0)]), "a code that does not exist climbs to one that does")
        equal(cpv("77310000", "90911200")[1][:2], [("77310000", "77300000", 1), ("90911200", "90911000", 4)], "each code in its turn")
        lot = lot_of(buyer.post(PATH, need(cpv=["77310000", "90911200"], places=["FR"]), expect=200).json)
        equal(changes(lot, "cpv")[1]["cpv"], ["77310000", "90911000"], "the other code stays")
        label = changes(lot, "cpv")[1]["label"]
        equal((label["fr"], label["en"]), ("Nettoyage de logements, bâtiments et vitres", "Dwelling, building and window cleaning"), "its labels")


def test_drafts_and_faults():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        d.organisation("supplier", 2, structure="EI").put("/v1/offer", offer(), expect=201)
        d.matched()
        tables = ("need", "journal", "notice", "match", "idempotency", "outbox", "audit")
        stored = d.sql(" union all ".join(f"select count(*) from {t}" for t in tables))
        equal(buyer.post(PATH, {"lots": [{"cpv": ["90911200"]}]}, expect=200).json["suppliers"], 1, "one code is enough")
        equal(buyer.post(PATH, {"title": "", "kind": None, "places": [], "lots": [{"title": " "}, {"cpv": ["90911200"], "labels": []}]}, expect=200).json["suppliers"], 1,
              "empty fields are missing ones")
        lots = buyer.post(PATH, {"lots": [{"cpv": []}, {"cpv": ["90911200"]}]}, expect=200).json["lots"]
        equal([(lot["lot"], lot["suppliers"], lot["trade"]) for lot in lots], [(1, 0, 0), (2, 1, 1)], "a lot that has no code yet reaches nobody")
        got = buyer.post(PATH, need(cpv="90911200-1"), expect=200).json
        equal([(w["pointer"], w["code"]) for w in got["warnings"]], [("/lots/0/cpv/0", "check_digit")], "warnings are told")
        full = {**need(), "id": "x", "state": "draft", "version": 3}
        equal(buyer.post(PATH, full, expect=200).json["suppliers"], 1, "a need as it is shown")

        def refused(body, *pairs):
            answer = buyer("POST", PATH, body, {"Accept-Language": "en"})
            equal((answer.status, [(e["pointer"], e["code"]) for e in answer.json["errors"]]), (422, list(pairs)), f"{body}")
            return answer.json["errors"][0]["detail"]
        equal(refused({}, ("/lots", "too_few")), "At least 1 needed.", "in English")
        equal(buyer.post(PATH, {}).json["errors"][0]["detail"], "Il en faut au moins 1.", "in French")
        refused({"lots": [{}, {"cpv": []}]}, ("/lots/0/cpv", "too_few"))
        refused({"lots": [{"cpv": ["909"]}], "places": ["Lyon"], "titel": "x"}, ("/places/0", "bad_place"), ("/lots/0/cpv/0", "bad_cpv"), ("/titel", "unknown_field"))
        refused({"lots": [{"cpv": ["90911200"], "value": {"min": 5, "max": 4}}]}, ("/lots/0/value", "inverted"))
        refused(need(deadline="2020-01-01"), ("/deadline", "past"))
        equal(buyer("POST", PATH, b"{", {"Content-Type": "application/json"}, 400).json["code"], "bad_json", "no JSON")
        equal(buyer("POST", PATH + "?draft=1", need()).status, 422, "no such parameter")
        equal(d.sql(" union all ".join(f"select count(*) from {t}" for t in tables)), stored, "nothing is stored")


def test_rights():
    with Daemon() as d:
        buyer, supplier, organiser = d.organisation("buyer", 1), d.organisation("supplier", 2), d.organisation("organiser", 3)
        supplier.put("/v1/offer", offer(), expect=201)
        d.matched()
        reader = json.loads(d.admin("token", "new", "--org", buyer.siret, "--scopes", "read", "--json"))["token"]
        offers = json.loads(d.admin("token", "new", "--org", buyer.siret, "--scopes", "offers", "--json"))["token"]
        for who in (buyer, organiser, Client(d.port, reader)):
            equal(who.post(PATH, need(), expect=200).json["suppliers"], 1, "buyers and organisers, by the scope read")
        equal(supplier.post(PATH, need(), expect=403).json["code"], "forbidden", "no supplier")
        equal(Client(d.port, offers).post(PATH, need(), expect=403).json["code"], "needs_scope", "not without the scope")
        equal(Client(d.port).post(PATH, need(), expect=401).json["code"], "no_token", "nobody")
        equal(buyer("GET", PATH).status, 404, "it is no need")


def test_limits():
    with Daemon("preview_ms=1") as d:
        buyer = d.organisation("buyer", 1)
        for s in suppliers(d, 5):
            s.put("/v1/offer", offer(areas=["FR"]), expect=201)
        d.matched()
        # Reading it is more than a millisecond's work already: then the first lot is counted and nothing else.
        codes = [f"9091{n:04}" for n in range(1000, 1020)]
        large = {"lots": [{"cpv": ["90911200"]}] + [{"cpv": codes, "value": {"min": 1000}, "places": ["commune:63113"]} for _ in range(199)]}
        got = buyer.post(PATH, large, expect=200).json
        check(got["complete"] is False and "suppliers" not in got and len(got["lots"]) < 200, "cut short", got)
        equal([lot["lot"] for lot in got["lots"]], list(range(1, len(got["lots"]) + 1)), "lots, in their order")
        first = lot_of(got)
        equal((first["suppliers"], first["trade"], "changes" in first), (5, 5, False), "the first is there, and right")
        for language, words in (("fr", ("non compté", "le total n'a pas été compté")), ("en", ("not counted", "the total was not counted"))):
            status, text, err = d.cli(buyer, "need", "preview", "-", "--lang", language, input=json.dumps(large), status=None)
            check(status == 0 and "Lot 1" in text and "Lot 200" not in text and words[0] in text and words[1] in err, status, text, err)
        # With one lot the total is its number, whatever the time.
        one = {"title": "Lavage", "lots": [{"cpv": ["90911200"] + codes[:19], "value": {"min": 1000}, "places": ["commune:63113"], "labels": ["ISO 9001"]}]}
        got = buyer.post(PATH, one, expect=200).json
        equal((got["suppliers"], len(got["lots"])), (lot_of(got)["suppliers"], 1), "one lot")
    with Daemon() as d:  # without limit
        buyer = d.organisation("buyer", 1)
        d.organisation("supplier", 2).put("/v1/offer", offer(areas=["FR"]), expect=201)
        d.matched()
        got = buyer.post(PATH, large, expect=200).json
        equal((got["complete"], got["suppliers"], len(got["lots"])), (True, 1, 200), "all of them")
        equal([i for i, lot in enumerate(got["lots"]) if "changes" in lot], list(range(20)), "only the first lots have changes")
    with Daemon("account_rate=1", "account_burst=3") as d:
        buyer = d.organisation("buyer", 1)
        answers = [buyer.post(PATH, need()) for _ in range(8)]
        check({a.status for a in answers} == {200, 429} and all("Retry-After" in a.headers for a in answers if a.status == 429), answers)


def test_command():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        for i, areas in enumerate((["departement:63"], ["departement:69"], ["FR"])):
            d.organisation("supplier", 100 + i, structure="EI").put("/v1/offer", offer(areas=areas, seat="commune:69123"), expect=201)
        d.matched()
        options = ["need", "preview", "--cpv", "90911200", "--place", "commune:63113", "--max", "40000"]
        body = {"places": ["commune:63113"], "lots": [{"cpv": ["90911200"], "value": {"max": 40000}}]}
        wanted = buyer("POST", PATH, body, {"Accept-Language": "en"}, 200).json
        equal(json.loads(d.cli(buyer, *options, "--json")), wanted, "--json by options")
        path = f"{directory()}/draft.json"
        with open(path, "w", encoding="utf-8") as f:
            json.dump(body, f)
        equal(json.loads(d.cli(buyer, "need", "preview", path, "--json")), wanted, "by a file")
        equal(json.loads(d.cli(buyer, "need", "preview", "-", "--json", input=json.dumps(body))), wanted, "by standard input")
        lines = d.cli(buyer, *options, "--lang", "en").split("\n")
        text = "\n".join(lines)
        for part in ("Suppliers reached", "1 Place", "Wider places: region:84", "Reserved: L2113-12, L2113-13", "Divided into equal parts (2 × up to 20000 €)",
                     "Another CPV code: 90911000 instead of 90911200 (Dwelling, building"):
            check(part in text, part, text)
        gains = [line.split()[0] for line in lines if line.startswith("  ") and line.split() and line.split()[0][0] in "+-="]
        numbers = [0 if g == "=" else int(g) for g in gains]
        equal((numbers, len(numbers)), (sorted(numbers, reverse=True), len(lot_of(wanted)["changes"])), "what brings most comes first")
        check(max(numbers) == 1 and min(numbers) == -2, gains)
        check("Fournisseurs touchés" in d.cli(buyer, *options, "--lang", "fr"), "in French")
        status, out, err = d.cli(buyer, "need", "preview", "--cpv", "12", "--lang", "en", status=None)
        check(status == 4 and not out and "--cpv" in err or "/lots/0/cpv/0" in err, status, out, err)
        equal(d.cli(buyer, "need", "preview", "--draft", "--cpv", "90911200", status=None)[0], 2, "an option it has not")
        equal(buyer.get("/v1/needs?mine=1")["items"], [], "nothing is posted")


run(test_as_if_posted, test_what_keeps_away, test_near, test_codes, test_drafts_and_faults, test_rights, test_limits, test_command)
