# SPDX-License-Identifier: EUPL-1.2
"""What is told reaches each channel once and at its hour: rhythm, quiet hours, least score, weekly cap; relays that fail,
daemons that die, several daemons; the moves of a delivery; what an operator sees of it."""
import datetime
import os
import re
import threading
import zoneinfo

from deliver import Post, check_once, kinds, path_of
from entregent import ROOT, Client, Daemon, Failure, check, equal, need, offer, run, wait_for
from people import person
from session import Session
from smtp import DROP, HOLD, Relay

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
UTC = datetime.timezone.utc


def in_days(days, hours=0):
    return (datetime.datetime.now(UTC) + datetime.timedelta(days=days, hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def hour_in_paris():
    return datetime.datetime.now(PARIS).hour


# ---- Hours

def first_showing(start, hour, weekday=None):
    """The first whole minute after start at which the clocks of Paris show that hour; where they skip it, the minute that
    they show instead."""
    at = start.replace(second=0, microsecond=0)
    before = at.astimezone(PARIS)
    for _ in range(9 * 24 * 60):
        at += datetime.timedelta(minutes=1)
        here = at.astimezone(PARIS)
        reached = (here.hour, here.minute) == (hour, 0) or (before.hour < hour < here.hour and before.date() == here.date())
        if reached and weekday in (None, here.isoweekday()):
            return at
        before = here
    raise Failure(f"no such hour: {start} {hour} {weekday}")


def test_hours_of_paris():
    """Around both changes of the clocks, hour by hour; of a week's digest too."""
    with Daemon() as d:
        for day, month in ((28, 3), (29, 3), (24, 10), (25, 10), (31, 12)):
            start = datetime.datetime(2026, month, day, tzinfo=PARIS).astimezone(UTC)
            froms = [start + datetime.timedelta(minutes=30 * i) for i in range(0, 56, 3)]
            cases = [(f, h, w) for f in froms for h, w in ((2, None), (3, None), (8, None), (0, None), (2, 7), (3, 1))]
            values = ", ".join(f"('{f:%Y-%m-%dT%H:%MZ}'::timestamptz, {h}, {w or 'null::int'})" for f, h, w in cases)
            got = d.sql("select to_char(paris_next(f, h, w) at time zone 'utc', 'YYYY-MM-DD HH24:MI') from (values "
                        f"{values}) v (f, h, w)").splitlines()
            for (f, h, w), at in zip(cases, got, strict=True):
                equal(at, f"{first_showing(f, h, w):%Y-%m-%d %H:%M}", f"from {f} the next {h} o'clock of weekday {w}")


def test_quiet_hours_of_every_kind():
    """Every pair of hours at every hour of two days, of which one has 25 hours: told at once, or at the end."""
    with Daemon() as d:
        start = datetime.datetime(2026, 10, 24, 0, 30, tzinfo=PARIS).astimezone(UTC)
        instants = [start + datetime.timedelta(hours=i) for i in range(0, 49, 2)]
        pairs = [(f, t) for f in (0, 2, 3, 7, 12, 20, 23) for t in (0, 2, 3, 7, 8, 20, 23)]
        org = d.organisation("buyer", 1).id
        values = ", ".join(f"({f}, {t})" for f, t in pairs)
        times = ", ".join(f"'{i:%Y-%m-%dT%H:%MZ}'::timestamptz" for i in instants)
        d.sql("delete from channel; insert into channel (id, organisation, kind, quiet_from, quiet_to) select gen_random_uuid(), "
              f"'{org}', 'mail', f, t from (values {values}) v (f, t)")
        rows = d.sql("select c.quiet_from, c.quiet_to, to_char(i at time zone 'utc', 'MM-DD HH24:MI'), to_char(channel_awake(c, i) at time zone "
                     f"'utc', 'MM-DD HH24:MI') from channel c, unnest(array[{times}]) i").splitlines()
        got = {tuple(r.split("|")[:3]): r.split("|")[3] for r in rows}
        equal(len(got), len(pairs) * len(instants), "cases")
        for f, t in pairs:
            for i in instants:
                h = i.astimezone(PARIS).hour
                quiet = f <= h < t if f < t else f > t and (h >= f or h < t)
                wanted = first_showing(i, t) if quiet else i
                equal(got[str(f), str(t), f"{i:%m-%d %H:%M}"], f"{wanted:%m-%d %H:%M}", f"quiet {f} to {t}, at {i}")


def test_at_night_nobody_is_mailed():
    h = hour_in_paris()
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        d.set(owner, quiet_from=(h - 1) % 24, quiet_to=(h + 2) % 24)
        d.settled()
        buyer.need(need())
        d.settled()
        equal((kinds(supplier), d.subjects(owner)), (["match"], []), "noticed, and not mailed")
        due = d.sql("select to_char(due at time zone 'Europe/Paris', 'HH24:MI'), due > now() from outbox where kind = 'match'")
        equal(due, f"{(h + 2) % 24:02d}:00|t", "when it is due")
        equal(d.numbers()['outbox_later{channel="mail"}'], 1, "what an operator sees")
        # A relay that fails in the morning is tried by the schedule from then on, not for the whole night at once.
        d.relay.on("rcpt", "451 4.3.0 later")
        d.sql("update outbox set due = now(), since = now(), created = now() - interval '11 hours' where kind = 'match'")
        wait_for(lambda: d.sql("select attempts from outbox where kind = 'match' and state = 'due'") == "1", "it was tried")
        wait_for(lambda: len(d.mails(owner)) == 1, "it is mailed at the second try")
        check(d.sql("select attempts from outbox where kind = 'match'") == "2", "tries")
        # Equal hours are none.
        d.set(owner, quiet_from=h, quiet_to=h)
        buyer.need(need(title="Le second"))
        d.settled()
        equal(len(d.mails(owner)), 2, "mailed at once")
        check_once(d.mails(owner))


def test_a_digest_waits_for_its_hour_awake():
    """A digest that falls into quiet hours (an hour so chosen, or a daemon that was down) waits for their end."""
    h = hour_in_paris()
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        d.set(owner, rhythm="daily", hour=h, quiet_from=(h - 1) % 24, quiet_to=(h + 2) % 24)
        buyer.need(need())
        d.settled()
        d.sql("update channel set digest = now() where digest is not null")
        d.settled()
        equal(d.subjects(owner), [], "not mailed")
        equal(d.sql("select to_char(due at time zone 'Europe/Paris', 'HH24') from outbox where kind = 'digest'"), f"{(h + 2) % 24:02d}", "due")


# ---- Rhythms

def held(d):
    return int(d.sql("select count(*) from held"))


def digest_now(d):
    d.sql("update channel set digest = now() where digest is not null")
    d.settled()


def test_digests():
    """Each need once, the best first, then by deadline; what came and went is not told."""
    with Post() as d:
        buyer, _, supplier, owner = d.pair(value={"min": 1000, "max": 9000})
        for rhythm in ("daily", "weekly"):
            already = len(d.mails(owner))
            d.set(owner, rhythm=rhythm, hour=9, weekday=3)
            buyer.need(need(title=f"Proche {rhythm}", value={"min": 2000, "max": 3000}, deadline=in_days(40)))
            buyer.need(need(title=f"Bientôt {rhythm}", places=["FR"], deadline=in_days(20)))
            far = buyer.need(need(title=f"Tard {rhythm}", places=["FR"], deadline=in_days(30)))
            gone = buyer.need(need(title=f"Parti {rhythm}"))
            d.drained()
            buyer.put(f"/v1/needs/{far['id']}", need(title=f"Tard {rhythm}", places=["FR"], deadline=in_days(25)), version=1, expect=200)
            buyer.post(f"/v1/needs/{gone['id']}/cancel", expect=200)
            d.settled()
            equal((len(d.mails(owner)), held(d)), (already, 6), "mails, notices held")
            digest = d.sql("select to_char(digest at time zone 'Europe/Paris', 'ID HH24:MI'), digest > now(), digest <= now() + interval '7 days' "
                           "from channel where digest is not null")
            check(re.fullmatch(r"\d 09:00\|t\|t" if rhythm == "daily" else r"3 09:00\|t\|t", digest), digest)
            digest_now(d)
            mail, = d.mails(owner)[already:]
            text = mail.text()
            places = [text.find(t) for t in (f"Proche {rhythm}", f"Bientôt {rhythm}", f"Tard {rhythm}")]
            heads = [line for line in text.splitlines() if any(t in line for t in ("Proche", "Bientôt", "Tard"))]
            check(-1 not in places and places == sorted(places), text)
            check("Parti" not in text and "Parti" not in mail.html(), text)
            equal(sum("Tard" in line for line in heads), 1, "how often a need that was amended stands there")
            check(mail.message["Subject"].startswith("3 besoins pour vous"), mail.message["Subject"])
            equal((held(d), d.sql("select count(*) from channel where digest is not null")), (0, "0"), "nothing is left")
        # Nothing left to tell: no mail, and none is owed.
        gone = buyer.need(need(title="Né et mort"))
        d.drained()
        buyer.post(f"/v1/needs/{gone['id']}/cancel", expect=200)
        d.drained()
        count = len(d.mails(owner))
        digest_now(d)
        equal((len(d.mails(owner)), d.sql("select count(*) from outbox where kind = 'digest' and state <> 'done'")), (count, "0"), "mails, owed")
        check_once(d.mails(owner))


def titles_of(mails):
    """How often each title of a need stands in the subjects and texts of mails (once a mail)."""
    counts = {}
    for m in mails:
        for title in set(re.findall(r"Besoin \d+", m.message["Subject"] + m.text())):
            counts[title] = counts.get(title, 0) + 1
    return counts


def test_a_rhythm_that_changes():
    """Whatever is held when the rhythm changes is told once, by the new one; at once means at once."""
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        rhythms = ("daily", "weekly", "now", "daily", "now", "weekly", "now")
        for i, rhythm in enumerate(rhythms):
            d.set(owner, rhythm=rhythm)
            buyer.need(need(title=f"Besoin {i}"))
            d.settled()
        equal(titles_of(d.mails(owner)), {f"Besoin {i}": 1 for i in range(len(rhythms))}, "how often each need was told")
        equal(held(d), 0, "held")
        check_once(d.mails(owner))


def test_a_week_has_room_for_ten():
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        d.set(owner, weekly_most=10)
        for i in range(13):
            buyer.need(need(title=f"Besoin {i}"))
            if i % 5 == 0:
                d.drained()
        d.settled()
        equal((len(d.mails(owner)), held(d)), (10, 3), "mails, held")
        # What happens to a need that waits waits with it; what happens to one that was told is told.
        needs = {n["title"]: n for n in buyer.get("/v1/needs?mine=1&limit=50")["items"]}
        told = titles_of(d.mails(owner))
        waiting = next(n for t, n in needs.items() if t not in told)
        known = next(n for t, n in needs.items() if t in told)
        for n in (waiting, known):
            buyer.put(f"/v1/needs/{n['id']}", need(title=n["title"], deadline=in_days(30)), version=1, expect=200)
        d.settled()
        equal((len(d.mails(owner)), held(d)), (11, 4), "mails, held")
        check(d.mails(owner)[-1].message["Subject"].startswith("Modifié : " + known["title"]), d.subjects(owner))
        digest_now(d)
        equal(len(d.mails(owner)), 12, "one digest")
        counts = titles_of(d.mails(owner))
        equal(counts, {f"Besoin {i}": 1 + (f"Besoin {i}" == known["title"]) for i in range(13)}, "how often each was told")
        # Eight days later there is room again.
        d.sql("update outbox set created = created - interval '8 days'")
        buyer.need(need(title="Besoin 99"))
        d.settled()
        equal((len(d.mails(owner)), held(d)), (13, 0), "mails, held")
        check_once(d.mails(owner))


def test_a_least_score():
    """Under it nothing is told; who was told of a need hears what becomes of it, whatever it scores then."""
    with Post() as d:
        buyer, _, supplier, owner = d.pair(value={"min": 1000, "max": 9000})
        good = need(title="Bon", value={"min": 2000, "max": 3000})
        one, two = buyer.need(good), buyer.need(need(title="Moyen", places=["FR"]))
        d.drained()
        scores = {m["need"]["title"]: m["score"] for m in supplier.get("/v1/offer/needs")["items"]}
        check(scores["Moyen"] < scores["Bon"], scores)
        equal(len(d.mails(owner)), 2, "both without a least score")
        d.set(owner, least_score=scores["Bon"])
        three, four = buyer.need({**good, "title": "Bon encore"}), buyer.need(need(title="Moyen encore", places=["FR"]))
        d.drained()
        equal(d.subjects(owner)[2:], [s for s in d.subjects(owner)[2:] if s.startswith("Bon encore")], "only the good one")
        equal(len(d.mails(owner)), 3, "mails")
        # The middling one that nobody was told of leaves without a word, the other one with one.
        buyer.put(f"/v1/needs/{four['id']}", need(title="Moyen encore", places=["departement:69"]), version=1, expect=200)
        buyer.put(f"/v1/needs/{three['id']}", {**need(title="Bon encore", places=["FR"])}, version=1, expect=200)
        d.drained()
        equal(kinds(supplier).count("withdrawn"), 1, "notices")
        equal([s.split(" :")[0] for s in d.subjects(owner)[3:]], ["Modifié"], "mails")
        buyer.put(f"/v1/needs/{three['id']}", need(title="Bon encore", places=["departement:69"]), version=2, expect=200)
        d.drained()
        equal([s.split(" :")[0] for s in d.subjects(owner)[4:]], ["Ne vous concerne plus"], "mails")


# ---- To the buyer and the supplier about deadlines

def shift(d, id, days, hours=0):
    """Moves the deadline, as if time had passed."""
    d.sql(f"update need set deadline = now() + interval '{days} days {hours} hours' where id = '{id}'")


def test_reminders():
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        first = buyer.need(need(title="Rappel", deadline=in_days(60)))["id"]
        d.settled()
        equal(kinds(supplier), ["match"], "far away")
        d.sql("update match set told = now() - interval '50 days'")
        shift(d, first, 7, 1)
        d.settled()
        equal(kinds(supplier), ["match"], "an hour before the mark")
        shift(d, first, 6, 23)
        d.settled()
        equal(kinds(supplier)[1:], ["closing"], "behind the mark")
        equal(supplier.notices()[-1]["days"], 7, "days")
        d.settled()
        # Somebody found now knows how long it is.
        late = d.organisation("supplier", 3)
        late_owner = d.owner(late)
        late.put("/v1/offer", offer(), expect=201)
        d.settled()
        shift(d, first, 1, 23)
        d.settled()
        equal([n.get("days") for n in supplier.notices()], [None, 7, 2], "the second mark")
        equal(kinds(late), ["match"], "who was found behind the first mark hears of none that it was told behind")
        check(d.subjects(owner)[1].startswith("Dans 7 jours :") and d.subjects(owner)[2].startswith("Dans 2 jours :"), d.subjects(owner))
        equal(len(d.mails(late_owner)), 1, "mails of the late one")
        # Both marks passed at once (the daemon was down): one reminder.
        second = buyer.need(need(title="Deux à la fois", deadline=in_days(60)))["id"]
        d.settled()
        d.sql("update match set told = now() - interval '50 days'")
        shift(d, second, 1)
        d.settled()
        equal([n.get("days") for n in supplier.notices() if n["need"]["id"] == second], [None, 1], "one reminder")
        # A deadline that moves: again when it comes near.
        buyer.put(f"/v1/needs/{second}", need(title="Deux à la fois", deadline=in_days(40)), version=1, expect=200)
        d.settled()
        d.sql(f"update need set deadline = now() + interval '6 days 20 hours' where id = '{second}'")
        d.settled()
        equal([n["kind"] for n in supplier.notices() if n["need"]["id"] == second], ["match", "closing", "amended", "closing"], "told again")
        check_once(d.mails(owner))


def test_who_is_told_of_an_end():
    """match, amended with the difference, withdrawn, closed, awarded, cancelled; who declined hears no more of ends."""
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        other = d.supplier(3)
        other_owner = d.owner(other)
        ends = {"close": "closed", "award": "awarded", "cancel": "cancelled"}
        for verb, kind in ends.items():
            made = buyer.need(need(title=f"Fin {verb}", deadline=in_days(30)))
            d.drained()
            buyer.put(f"/v1/needs/{made['id']}", need(title=f"Fin {verb}", deadline=in_days(31)), version=1, expect=200)
            d.drained()
            other.post(f"/v1/needs/{made['id']}/declined", {"reason": "other"}, expect=200)
            buyer.post(f"/v1/needs/{made['id']}/{verb}", expect=200)
            d.drained()
            mine = [n for n in supplier.notices() if n["need"]["id"] == made["id"]]
            equal([n["kind"] for n in mine], ["match", "amended", kind], verb)
            equal([c["field"] for c in mine[1]["changes"]], ["/deadline"], "the difference")
            equal([n["kind"] for n in other.notices() if n["need"]["id"] == made["id"]], ["match", "amended"], "who declined")
        made = buyer.need(need(title="Ailleurs"))
        d.drained()
        other.post(f"/v1/needs/{made['id']}/declined", {"reason": "too_far"}, expect=200)
        buyer.put(f"/v1/needs/{made['id']}", need(title="Ailleurs", places=["departement:69"]), version=1, expect=200)
        d.settled()
        withdrawn = supplier.notices()[-1]
        equal((withdrawn["kind"], [c["field"] for c in withdrawn["changes"]]), ("withdrawn", ["/places"]), "withdrawn")
        equal(other.notices()[-1]["kind"], "match", "who declined")
        check("Date limite" in d.mails(owner)[1].text() and "auparavant" in d.mails(owner)[1].text(), d.mails(owner)[1].text())
        equal([len(d.mails(owner)), len(d.mails(other_owner))], [11, 7], "mails")
        # Reminders of what was declined.
        made = buyer.need(need(title="Décliné", deadline=in_days(60)))
        d.drained()
        other.post(f"/v1/needs/{made['id']}/declined", {"reason": "too_large"}, expect=200)
        d.sql("update match set told = now() - interval '50 days'")
        shift(d, made["id"], 3)
        d.settled()
        equal([supplier.notices()[-1]["kind"], other.notices()[-1]["kind"]], ["closing", "match"], "reminders")


def test_the_buyer_hears_once_a_day():
    with Post() as d:
        buyer, anne, supplier, _ = d.pair()
        others = [d.supplier(3 + i) for i in range(4)]
        made = buyer.need(need())["id"]
        d.settled()
        path = f"/v1/needs/{made}/interested"
        supplier.post(path, {"message": "Avec plaisir"}, expect=200)
        d.settled()
        equal(kinds(buyer), ["matched", "interest"], "the first one at once")
        first = buyer.notices()[-1]
        equal((first["supplier"]["id"], first["message"]), (supplier.id, "Avec plaisir"), "who and what")
        for s in others[:2]:
            s.post(path, {}, expect=422)  # nobody to reach
            d.owner(s)
            s.post(path, {}, expect=200)
        supplier.post(path, {"message": "Encore"}, expect=200)
        d.settled()
        equal(kinds(buyer), ["matched", "interest"], "not before a day is over")
        d.sql("update need set interest_told = now() - interval '23 hours 59 minutes'")
        d.settled()
        equal(kinds(buyer), ["matched", "interest"], "nor a minute before")
        d.sql("update need set interest_told = now() - interval '1 day'")
        d.settled()
        last = buyer.notices()[-1]
        equal((last["kind"], last["interested"], last["total"]), ("interests", 2, 3), "the summary")
        d.sql("update need set interest_told = now() - interval '10 days'")
        d.settled()
        equal(len(buyer.notices()), 3, "none when nobody is new")
        equal(len(d.mails(anne)), 2, "mails")
        check("intéressé" in d.subjects(anne)[0] and d.subjects(anne)[1].startswith("2 nouveaux fournisseurs"), d.subjects(anne))


# ---- Relays that fail

def due_again(d):
    """Whatever waits for a further try is due now."""
    d.sql("update outbox set due = now() where state = 'due'")


def test_a_relay_that_fails():
    """Refused for now, dropped behind the dot, slow, hung up at each stage: nothing is lost, and a mail that comes twice has
    the same Message-ID."""
    with Post("smtp_ms=3000", "mails=3") as d:
        buyer, _, supplier, owner = d.pair()
        d.settled()
        told = [("greeting", DROP), ("ehlo", "421 4.3.2 busy"), ("mail", "451 4.3.0 later"), ("rcpt", "450 4.2.1 later"),
                ("rcpt", DROP), ("data", "452 4.3.1 full"), ("body", DROP), ("dot", "451 4.3.0 later"), ("dot", DROP), ("dot", DROP)]
        for stage, reply in told:
            d.relay.on(stage, reply)
        for i in range(12):
            buyer.need(need(title=f"Besoin {i}"))
            if i % 4 == 3:  # more than five at the same moment would be one mail
                d.matched()

        def all_there():
            due_again(d)
            return d.sql("select count(*) from outbox where state = 'done' and kind = 'match'") == "12"
        wait_for(all_there, "every mail is delivered")
        d.drained()
        mails = d.mails(owner)
        by_id = {}
        for m in mails:
            by_id.setdefault(m.message["Message-ID"], []).append(m)
        equal(len(by_id), 12, "mails by Message-ID")
        equal(sorted(titles_of(m[0] for m in by_id.values()).items()), sorted((f"Besoin {i}", 1) for i in range(12)), "needs")
        twice = [m for m in by_id.values() if len(m) > 1]
        check(1 <= len(twice) <= 2 and all(len(m) == 2 for m in twice), [len(m) for m in by_id.values()])
        for one, two in twice:
            equal((one.text(), one.html(), one.message["Subject"]), (two.text(), two.html(), two.message["Subject"]), "what came twice")
        equal(d.sql("select count(*) from outbox where state = 'failed'"), "0", "given up")
        n = d.numbers()
        check(n['outbox_retried_total{channel="mail"}'] >= 9 and n['outbox_sent_total{channel="mail"}'] == 12, n)
        # A relay that takes its time, then one that refuses for good.
        d.relay.on("dot", HOLD)
        buyer.need(need(title="Besoin 50"))
        wait_for(lambda: d.sql("select attempts from outbox where state = 'due'") == "1", "the slow one is given up for now")
        d.relay.release()
        due_again(d)
        d.drained()
        slow = [m.message["Message-ID"] for m in d.mails(owner) if "Besoin 50" in m.message["Subject"]]
        check(1 <= len(slow) <= 2 and len(set(slow)) == 1, slow)
        d.relay.on("rcpt", "550 5.1.1 no such user")
        buyer.need(need(title="Besoin 51"))
        d.drained()
        equal(d.sql("select state, attempts, said like '%550%' from outbox order by created desc limit 1"), "failed|1|t", "refused")
        # The owner of the channel sees and repeats it.
        path = f"/v1/channels/{d.channel(owner)['id']}"
        failed = owner.get(f"{path}/deliveries?state=failed")["items"]
        equal([(f["kind"], f["state"]) for f in failed], [("match", "failed")], "the list")
        equal(owner.post(f"{path}/replay", expect=200).json["count"], 1, "replayed")
        d.drained()
        equal(sum("Besoin 51" in s for s in d.subjects(owner)), 1, "it came")


def test_killed_while_delivering():
    """The lease of a daemon that died runs out: another try with the same Message-ID."""
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        d.settled()
        d.relay.on("dot", HOLD)
        buyer.need(need())
        wait_for(lambda: d.mails(owner), "the relay has it and says nothing")
        equal(d.sql("select state, lease > now() from outbox where kind = 'match'"), "claimed|t", "under way")
        d.kill()
        d.relay.release()
        d.start()
        d.ticked()
        equal(d.sql("select state, attempts from outbox where kind = 'match'"), "claimed|1", "still leased")
        equal(len(d.mails(owner)), 1, "mails")
        d.sql("update outbox set lease = now() - interval '1 second' where state = 'claimed'")
        buyer.need(need(title="Réveil"))  # whatever wakes the outbox
        d.drained()
        first, second, third = d.mails(owner)
        equal(len({m.message["Message-ID"] for m in (first, second, third)}), 2, "Message-IDs")
        equal(d.sql("select state, attempts from outbox where kind = 'match' order by created limit 1"), "done|2", "at the end")


def test_two_daemons_share_the_work():
    with Relay() as relay, Post(relay=relay) as home:
        database = "database_url=" + home.admin("db", "url").strip()
        buyer, _, supplier, owner = home.pair()
        home.settled()
        with Post(database, relay=relay) as away:
            near, far = buyer, buyer.again()
            far.port = away.port
            for i in range(40):
                (near, far)[i % 2].need(need(title=f"Besoin {i}"))
                if i % 4 == 3:
                    home.matched()
            home.settled()
            away.drained()
            equal(titles_of(home.mails(owner)), {f"Besoin {i}": 1 for i in range(40)}, "each once")
            check_once(home.mails(owner))
            sent = [x.numbers()['outbox_sent_total{channel="mail"}'] for x in (home, away)]
            equal(sum(sent), 40, "sent by both")
            check(min(sent) > 0, "shared", sent)


def test_many_at_once_are_one_mail():
    """An offer that meets what has been open for long: one mail now, not one for each; what comes later comes alone again."""
    with Post() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        owner = d.owner(supplier)
        for i in range(12):
            buyer.need(need(title=f"Ouvert {i}"))
        d.settled()
        supplier.put("/v1/offer", offer(), expect=201)
        d.settled()
        mails = d.mails(owner)
        equal(len(mails), 1, "mails")
        check(all(f"Ouvert {i}" in mails[0].text() for i in range(12)), mails[0].text())
        check("12" in mails[0].message["Subject"], mails[0].message["Subject"])
        buyer.need(need(title="Le suivant"))
        d.settled()
        check("Le suivant" in d.mails(owner)[-1].message["Subject"] and len(d.mails(owner)) == 2, "the next one")


# ---- The rules of the outbox

def test_the_moves_of_a_delivery():
    """Those of the database are those of core/delivery."""
    with open(os.path.join(ROOT, "daemon/core/delivery.c")) as f:
        source = f.read()
    table = re.findall(r"\[DELIVERY_(\w+)\] = \{(.*?)\},\n", source)
    allowed = {(a.lower(), b.lower()) for a, rest in table for b in re.findall(r"\[DELIVERY_(\w+)\] = true", rest)}
    equal(len(allowed), 6, "moves in the source")
    states = ("due", "claimed", "done", "failed")
    with Post() as d:
        d.pair()
        d.drained()
        d.sql("alter table outbox disable trigger outbox_moves; insert into outbox (id, channel, kind, email, language, due) values "
              "(gen_random_uuid(), 'mail', 'signup', 'x@exemple.fr', 'fr', now() + interval '1 hour'); alter table outbox enable trigger outbox_moves")

        def lease(state):
            return "now() + interval '1 hour'" if state == "claimed" else "null"
        for a in states:
            for b in states:
                d.sql(f"begin; alter table outbox disable trigger outbox_moves; update outbox set state = '{a}', lease = {lease(a)}; "
                      "alter table outbox enable trigger outbox_moves; commit")
                try:
                    d.sql(f"update outbox set state = '{b}', lease = {lease(b)}")
                    moved = True
                except Failure as e:
                    check("a delivery does not go from" in str(e), e)
                    moved = False
                equal(moved, a == b or (a, b) in allowed, f"{a} to {b}")


def test_a_channel_switched_off():
    """What waits is given up and can be replayed once it is on again; what is held is let go; nothing asks for it meanwhile."""
    h = hour_in_paris()
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        d.set(owner, quiet_from=(h - 1) % 24, quiet_to=(h + 2) % 24)
        d.settled()
        calm = d.writes()
        buyer.need(need(title="Besoin 1"))
        d.settled()
        d.set(owner, rhythm="daily")
        buyer.need(need(title="Besoin 2"))
        d.settled()
        equal(d.sql("select (select count(*) from held), (select count(*) from outbox where state = 'due')"), "1|1", "held, due")
        d.set(owner, active=False)
        equal(d.sql("select (select count(*) from held), (select count(*) from outbox where state = 'failed' and said = 'switched off')"), "0|1", "given up")
        buyer.need(need(title="Besoin 3"))
        d.settled()
        writes = d.writes()
        check(writes < 2 * calm, "the database is asked again and again:", writes, calm)
        equal((d.mails(owner), d.numbers()['outbox_oldest_seconds{channel="mail"}']), ([], 0), "mails, the oldest that is due")
        path = f"/v1/channels/{d.channel(owner)['id']}"
        equal(owner.post(f"{path}/replay").status, 409, "off")
        d.set(owner)
        buyer.need(need(title="Besoin 4"))
        equal(owner.post(f"{path}/replay", expect=200).json["count"], 1, "replayed")
        d.drained()
        equal(titles_of(d.mails(owner)), {"Besoin 1": 1, "Besoin 4": 1}, "told once it is on again")


def by_hand(d, owner, **settings):
    """A supplier's mail channel, and two sessions in which its notices are delivered step by step; how a notice more is made."""
    channel = d.set(owner, **settings)["id"]

    def tell(version):
        d.sql("insert into notice (organisation, kind, need, need_version, offer_version, step, body) select organisation, kind, need, "
              f"{version}, 0, -5, body from notice where kind = 'match' order by id limit 1")
    return channel, tell


def asleep(*settings):
    """A daemon that looks at its clock only when it starts: whoever tests does what it would do."""
    return Post("tick_ms=600000", "journal_poll_ms=600000", *settings)


def test_a_notice_meets_a_digest_that_goes_out():
    """A notice that is put aside for a digest while that one is made is in the next one, not nowhere."""
    with asleep() as d:
        buyer, _, supplier, owner = d.pair()
        buyer.need(need())
        d.drained()
        channel, tell = by_hand(d, owner, rhythm="daily")
        with Session(d) as digesting, Session(d) as dispatching:
            pid = dispatching("select pg_backend_pid()")[0]
            tell(50)
            dispatching("select * from dispatch(10)")
            equal(d.sql(f"select digest is not null from channel where id = '{channel}'"), "t", "a digest is planned")
            d.sql(f"update channel set digest = now() where id = '{channel}'")
            tell(51)
            digesting("begin; select digests(10)")
            failures = []

            def dispatch():
                try:
                    dispatching("select * from dispatch(10)")
                except Exception as e:  # raised below
                    failures.append(e)
            beside = threading.Thread(target=dispatch)
            beside.start()
            wait_for(lambda: not beside.is_alive() or d.sql(f"select wait_event_type from pg_stat_activity where pid = {pid}") == "Lock",
                     "the notice meets the digest")
            digesting("commit")
            beside.join()
            check(not failures, failures)
            equal(d.sql("select jsonb_array_length(args -> 'notices') from outbox where kind = 'digest'"), "1", "notices of the digest")
            equal(d.sql("select (select count(*) from held), (select digest is not null from channel where id = '" + channel + "')"), "1|t",
                  "what is held, and whether it has its time")
            d.sql("update channel set digest = now() where digest is not null")
            digesting("select digests(10)")
            equal(d.sql("select (select count(*) from held), (select count(*) from outbox where kind = 'digest')"), "0|2", "held, digests")


def test_a_channel_switched_off_meanwhile():
    """What is on its way to a channel when it is switched off is listed as failed, and replayed once it is on again."""
    with asleep() as d:
        buyer, _, supplier, owner = d.pair()
        buyer.need(need())
        d.drained()
        channel, tell = by_hand(d, owner)
        tell(50)
        with Session(d) as dispatching:
            dispatching("begin; select * from dispatch(10)")
            stop = path_of(d.mails(owner)[0].message["List-Unsubscribe"].strip("<>"))
            Client(d.port)("POST", stop, "List-Unsubscribe=One-Click", type="application/x-www-form-urlencoded", expect=200)
            dispatching("commit")
            dispatching("select digests(10)")
        equal([(i["state"], i.get("said")) for i in owner.get(f"/v1/channels/{channel}/deliveries")["items"]][:1], [("failed", "switched off")], "the list")
        equal(d.sql("select count(*) from outbox where state in ('due', 'claimed')"), "0", "nothing is stuck")
        equal(len(d.mails(owner)), 1, "mails while it is off")
        d.set(owner)
        equal(owner.post(f"/v1/channels/{channel}/replay", expect=200).json["count"], 1, "replayed")
        d.drained()
        equal(len(d.mails(owner)), 2, "mails")


def test_a_role_brings_a_channel_once():
    """Who may write for an organisation has one mail channel, whatever it was before and however often that changes."""
    with Post() as d:
        supplier = d.supplier(2)
        owner = d.owner(supplier)

        def channels(who):
            return d.sql(f"select count(*) from channel where person = '{who.id}' and kind = 'mail' and alert is null")

        def role(who, role):
            owner.put(f"/v1/organisation/members/{who.id}", {"role": role}, expect=200)
        plain = person(d, "simple@exemple.fr", "Simple", supplier.id, role="reader")
        equal(channels(plain), "0", "a reader's")
        role(plain, "editor")
        equal(channels(plain), "1", "of a reader who became an editor")
        for next_role in ("owner", "reader", "editor"):
            role(plain, next_role)
            equal(channels(plain), "1", f"then {next_role}")
        own = person(d, "choisi@exemple.fr", "Choisi", supplier.id, role="reader")
        chosen = own.post("/v1/channels", {"kind": "mail", "rhythm": "weekly"}, expect=201).json
        role(own, "editor")
        equal((d.channel(own)["id"], d.channel(own)["rhythm"]), (chosen["id"], "weekly"), "the one it made itself")


# ---- What an operator sees

def test_the_stall_alarm():
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        d.settled()
        equal(d.numbers()["journal_stalled_seconds"], 0, "calm")
        d.sql("begin; insert into journal (subject, key, version, what) values ('offer', gen_random_uuid(), 1, 'written')")
        pid = d.sql("select pg_backend_pid()").strip()
        made = buyer.need(need())
        line = wait_for(lambda: re.search(r"stall: .*wait behind an open transaction.*", d.read_log()), "the alarm", 12)
        check(f"process {pid} " in line.group(0), line.group(0))
        check(d.numbers()["journal_stalled_seconds"] >= 5, d.numbers()["journal_stalled_seconds"])
        equal((kinds(supplier), d.mails(owner)), ([], []), "nobody is told yet")
        d.sql("commit")
        d.drained()
        equal([n["need"]["id"] for n in supplier.notices()], [made["id"]], "told when it ended")
        wait_for(lambda: d.numbers()["journal_stalled_seconds"] == 0, "calm again")
        equal(len(re.findall("wait behind an open transaction", d.read_log())), 1, "said once")


def test_what_metrics_say():
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        d.settled()
        before = d.numbers()
        for name in ("due", "later", "claimed", "failed", "oldest_seconds", "waiting_attempts", "attempts_total", "sent_total",
                     "retried_total", "failed_total"):
            for channel in ("mail", "webhook"):
                check(f'outbox_{name}{{channel="{channel}"}}' in before, name, channel)
        d.relay.on("rcpt", "451 4.3.0 later")
        buyer.need(need())
        wait_for(lambda: d.numbers()['outbox_retried_total{channel="mail"}'] == 1, "a try failed")
        d.relay.on("rcpt", "550 5.1.1 never", 2)
        wait_for(lambda: d.numbers()['outbox_failed{channel="mail"}'] == 1, "given up")
        n = d.numbers()
        got = {k: n[f'outbox_{k}{{channel="mail"}}'] for k in ("attempts_total", "retried_total", "failed_total", "sent_total")}
        equal(got, {"attempts_total": 2, "retried_total": 1, "failed_total": 1, "sent_total": 0}, "by mail")
        equal([n[f'outbox_{k}{{channel="webhook"}}'] for k in ("attempts_total", "failed")], [0, 0], "by webhook")
        d.set(owner, rhythm="daily")
        buyer.need(need(title="Pour le résumé"))
        d.settled()
        equal(d.numbers()["digest_held"], 1, "held")


run(test_hours_of_paris, test_quiet_hours_of_every_kind, test_at_night_nobody_is_mailed, test_a_digest_waits_for_its_hour_awake, test_digests,
    test_a_rhythm_that_changes, test_a_week_has_room_for_ten, test_a_least_score, test_reminders, test_who_is_told_of_an_end,
    test_the_buyer_hears_once_a_day, test_a_relay_that_fails, test_killed_while_delivering, test_two_daemons_share_the_work, test_many_at_once_are_one_mail,
    test_the_moves_of_a_delivery, test_a_channel_switched_off, test_a_notice_meets_a_digest_that_goes_out,
    test_a_channel_switched_off_meanwhile, test_a_role_brings_a_channel_once, test_the_stall_alarm, test_what_metrics_say, seconds=400)
