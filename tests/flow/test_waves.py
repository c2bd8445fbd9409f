# SPDX-License-Identifier: EUPL-1.2
"""Needs told in waves, the best first, nobody twice and everybody in time; offers that are full until a day."""
import datetime

from deliver import Post, kinds
from entregent import check, equal, need, offer, run

UTC = datetime.timezone.utc


def in_days(days):
    return (datetime.datetime.now(UTC) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


# Better by place and value: the number is the rank.
QUALITIES = [{"value": {"min": 1000, "max": 9000}}, {"value": {"min": 2500, "max": 2600}}, {"cpv": "90911000", "value": {"min": 1000, "max": 9000}},
             {"cpv": "90911000", "value": {"min": 2500, "max": 2600}}, {"cpv": "90910000", "value": {"min": 1000, "max": 9000}},
             {"cpv": "90910000", "value": {"min": 2500, "max": 2600}}, {"cpv": "90910000"}, {"cpv": "90900000"}]


def many(d, count=8):
    """A buyer, and suppliers of which each scores less than the one before."""
    buyer = d.organisation("buyer", 1)
    suppliers = [d.supplier(10 + i, **QUALITIES[i]) for i in range(count)]
    for i, s in enumerate(suppliers):
        d.owner(s)
    d.settled()
    return buyer, suppliers


def waved(title="Par vagues", days=60, **more):
    return need(title=title, value={"min": 2000, "max": 3000}, **{"deadline": in_days(days), "wave": 3, "wave_hours": 24, **more})


def told(suppliers, id=None, kind="match"):
    """Which of them were told, by number."""
    return [i for i, s in enumerate(suppliers) if any(n["kind"] == kind and id in (None, n["need"]["id"]) for n in s.notices())]


def hours_pass(d, hours=24):
    d.sql(f"update need set wave = wave - interval '{hours} hours'")
    d.settled()


def test_the_best_first():
    with Post() as d:
        buyer, suppliers = many(d)
        made = buyer.need(waved())["id"]
        d.settled()
        held = buyer.get(f"/v1/needs/{made}/matches?answer=held")["items"]
        scores = [m["score"] for m in buyer.get(f"/v1/needs/{made}/matches")["items"] + held]
        equal((len(scores), sorted(scores, reverse=True)), (8, scores), "scores, in order")
        equal(told(suppliers), [0, 1, 2], "the first wave")
        funnel = buyer.get(f"/v1/needs/{made}/funnel")
        equal([funnel[k] for k in ("matched", "told", "held")], [8, 3, 5], "funnel")
        wave = datetime.datetime.fromisoformat(funnel["next_wave"])
        check(abs((wave - datetime.datetime.now(UTC)).total_seconds() - 86400) < 120, wave)
        equal(suppliers[5].get("/v1/offer/needs")["items"], [], "who waits sees nothing")
        hours_pass(d, 23)
        equal(told(suppliers), [0, 1, 2], "an hour before")
        hours_pass(d, 1)
        equal(told(suppliers), [0, 1, 2, 3, 4, 5], "the second wave")
        d.settled()
        hours_pass(d)
        equal(told(suppliers), list(range(8)), "the last")
        equal([kinds(s) for s in suppliers], [["match"]] * 8, "nobody twice")
        equal([d.sql(f"select count(*) from outbox b join channel c on c.id = b.channel_id where c.organisation = '{s.id}'") for s in suppliers], ["1"] * 8, "mails")
        equal(buyer.get(f"/v1/needs/{made}/funnel").get("next_wave"), None, "nobody waits")
        # Who comes now goes with the next one.
        late = d.supplier(30)
        d.settled()
        equal(kinds(late), [], "late")
        hours_pass(d)
        equal((kinds(late), kinds(suppliers[0])), (["match"], ["match"]), "with the next wave")


def test_until_enough_are_interested():
    with Post() as d:
        buyer, suppliers = many(d)
        made = buyer.need(waved(wave_until=2))["id"]
        d.settled()
        for s in suppliers[:2]:
            s.post(f"/v1/needs/{made}/interested", {}, expect=200)
        for _ in range(3):
            hours_pass(d)
        equal(told(suppliers), [0, 1, 2], "enough are interested")
        late = d.supplier(30, **QUALITIES[0])
        d.settled()
        hours_pass(d)
        equal(kinds(late), [], "so the one who comes later waits too")
        # One of them declines: on it goes.
        suppliers[0].post(f"/v1/needs/{made}/declined", {"reason": "no_capacity"}, expect=200)
        hours_pass(d)
        equal(told([*suppliers, late]), [0, 1, 2, 3, 4, 8], "the next wave, the best first")
        suppliers[3].post(f"/v1/needs/{made}/interested", {}, expect=200)
        # Near the deadline all are told, enough or not: five days before, wherever the next wave was set.
        d.sql("update need set deadline = now() + interval '5 days 1 hour', wave = now() + interval '1 hour'")
        d.settled()
        equal(len(told([*suppliers, late])), 6, "an hour before")
        d.sql("update need set deadline = now() + interval '5 days', wave = now()")
        d.settled()
        equal(len(told([*suppliers, late])), 9, "all")
        equal([len(s.notices()) for s in [*suppliers, late]], [1] * 9, "nobody twice")
        # From then on whoever comes is told at once.
        last = d.supplier(31)
        d.settled()
        equal(kinds(last), ["match"], "the last one")


def test_the_minimum_of_days():
    """Waves further apart than the deadline is away: the rest is told in time, also when the deadline comes nearer."""
    with Post() as d:
        buyer, suppliers = many(d, 5)
        made = buyer.need(waved(days=20, wave_hours=720))["id"]
        d.settled()
        at = d.sql("select deadline - wave = interval '5 days' from need")
        equal((told(suppliers), at), ([0, 1, 2], "t"), "the last wave is five days before the deadline")
        far = buyer.need(waved(title="Loin", days=90, wave_hours=720))["id"]
        d.settled()
        buyer.put(f"/v1/needs/{far}", waved(title="Loin", days=12, wave_hours=720), version=1, expect=200)
        d.settled()
        equal((told(suppliers, far), d.sql(f"select deadline - wave = interval '5 days' from need where id = '{far}'")), ([0, 1, 2], "t"), "nearer")
        buyer.put(f"/v1/needs/{far}", waved(title="Loin", days=4, wave_hours=720), version=2, expect=200)
        d.settled()
        equal(told(suppliers, far), list(range(5)), "too near for waves")
        soon = buyer.need(waved(title="Bientôt", days=3))["id"]
        d.settled()
        equal(told(suppliers, soon), list(range(5)), "posted too late for waves")
        equal([sum(n["kind"] == "match" and n["need"]["id"] == far for n in s.notices()) for s in suppliers], [1] * 5, "nobody twice")
        equal(told(suppliers, made), [0, 1, 2], "the other one waits")


def test_without_a_deadline():
    """An amendment brings no wave before its hour."""
    with Post() as d:
        buyer, suppliers = many(d)
        body = {k: v for k, v in waved().items() if k != "deadline"}
        made = buyer.need(body)["id"]
        d.settled()
        buyer.put(f"/v1/needs/{made}", {**body, "description": "Plus de mots"}, version=1, expect=200)
        d.settled()
        equal((told(suppliers), told(suppliers, kind="amended")), ([0, 1, 2], [0, 1, 2]), "told, and told of the change")
        hours_pass(d)
        equal(told(suppliers), [0, 1, 2, 3, 4, 5], "the next")


def test_amended_meanwhile():
    with Post() as d:
        buyer, suppliers = many(d, 6)
        made = buyer.need(waved())["id"]
        d.settled()
        # Nobody who waits hears of changes, of a withdrawal, or of an end.
        buyer.put(f"/v1/needs/{made}", waved(description="Plus de mots"), version=1, expect=200)
        d.settled()
        equal(told(suppliers, kind="amended"), [0, 1, 2], "amended")
        suppliers[4].put("/v1/offer", offer(areas=["departement:69"], seat="commune:69123"), 1, 200)
        d.settled()
        equal(kinds(suppliers[4]), [], "withdrawn while it waited")
        suppliers[1].put("/v1/offer", offer(areas=["departement:69"], seat="commune:69123"), 1, 200)
        d.settled()
        equal(kinds(suppliers[1]), ["match", "amended", "withdrawn"], "withdrawn after it was told")
        equal([buyer.get(f"/v1/needs/{made}/funnel")[k] for k in ("told", "held", "withdrawn")], [3, 2, 1], "funnel")
        # Without waves all are told.
        body = waved(description="Plus de mots")
        del body["wave"], body["wave_hours"]
        buyer.put(f"/v1/needs/{made}", body, version=2, expect=200)
        d.settled()
        equal(told(suppliers), [0, 1, 2, 3, 5], "all the others")
        equal([kinds(suppliers[i]) for i in (3, 5)], [["match"]] * 2, "nobody twice")
        # One that waits when the need ends hears nothing.
        gone = buyer.need(waved(title="Annulé"))["id"]
        d.settled()
        count = len(told(suppliers, gone))
        buyer.post(f"/v1/needs/{gone}/cancel", expect=200)
        d.settled()
        hours_pass(d)
        equal((count, len(told(suppliers, gone)), len(told(suppliers, gone, "cancelled"))), (3, 3, 3), "told of the end")


def test_full_until():
    """An offer that is full meets nothing; when the day has come it meets what is open, once."""
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        day = (datetime.datetime.now(UTC) + datetime.timedelta(days=10)).strftime("%Y-%m-%d")
        version = supplier.get("/v1/offer")["version"]
        supplier.put("/v1/offer", offer(full_until=day), version, 200)
        d.drained()
        made = buyer.need(need(deadline=in_days(40)))["id"]
        d.settled()
        equal(kinds(supplier), [], "full")
        today = datetime.datetime.now(UTC).strftime("%Y-%m-%d")
        d.sql(f"update offer set packed = null, body = jsonb_set(body, '{{full_until}}', '\"{today}\"') where organisation = '{supplier.id}'")
        d.settled()
        equal([(n["kind"], n["need"]["id"]) for n in supplier.notices()], [("match", made)], "free again")
        equal(len(d.mails(owner)), 1, "mails")
        rows = d.sql("select count(*) from journal")
        d.settled()
        equal(d.sql("select count(*) from journal"), rows, "looked at once")


run(test_the_best_first, test_until_enough_are_interested, test_the_minimum_of_days, test_without_a_deadline, test_amended_meanwhile,
    test_full_until, seconds=300)
