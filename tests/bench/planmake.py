# SPDX-License-Identifier: EUPL-1.2
"""Agendas from a seed: python3 tests/bench/planmake.py [--seed N] [--out DIR] [CASE...]; without --out, the cases.

Each case becomes DIR/CASE.json (wire/agenda.h) and, where there is room for all meetings, DIR/CASE.dzn (the MiniZinc data of the
literature: one day, no weights). That there is a place for all meetings is known because they are drawn slot by slot: in each
slot people who are there are paired, at most as many pairs as there are tables, nobody twice with the same one, first those with
the most meetings left for the slots they have left. Then the slots are forgotten, and the meetings shuffled.

As organisers have it:
 sides    buyers meet suppliers. Buyers are booked out (20 of 24 slots); suppliers have a few meetings or many (lognormal).
 anyone   everybody may meet everybody. How many meetings a person has is lognormal too, cut off at the slots there are: about a
          third has every slot taken, which is what fills a convention and what makes its timetable hard.
 trades   twelve; three meetings of five are within one.
 tables   a room for meetings / slots, and 4 % more; `tight`: not one more.
 absent   one in ten comes late or leaves early (by at most a quarter), or has to speak somewhere (1 to 3 slots).
 weights  1 to 5, as 1 : 2 : 4 : 2 : 1.
"""
import argparse
import json
import os
import random

WEIGHTS, SHARES = (1, 2, 3, 4, 5), (1, 2, 4, 2, 1)
TRADES = 12
SAME_TRADE = 0.6
AWAY = 0.1      # of the people
SPARE = 0.04    # of the tables
HOURS = {1: ["09:00"], 2: ["09:00", "14:00"]}

# sessions: slots of each; two a day. most: meetings of a person.
CASES = {
    "sides-400": {"sides": (160, 240), "meetings": 3200, "sessions": [12, 12], "each": 20},
    "sides-400-absent": {"sides": (160, 240), "meetings": 3200, "sessions": [12, 12], "each": 20, "away": AWAY},
    "sides-400-tight": {"sides": (160, 240), "meetings": 3200, "sessions": [12, 12], "each": 20, "spare": 0},
    "anyone-400": {"people": 400, "meetings": 3200, "sessions": [10, 10]},
    "anyone-400-absent": {"people": 400, "meetings": 3200, "sessions": [10, 10], "away": AWAY},
    "anyone-400-tight": {"people": 400, "meetings": 3200, "sessions": [10, 10], "spare": 0},
    "sides-3000": {"sides": (600, 2400), "meetings": 15000, "sessions": [8, 7, 8, 7], "away": AWAY, "weighed": True},
    "anyone-3000": {"people": 3000, "meetings": 15000, "sessions": [8, 7, 8, 7], "away": AWAY, "weighed": True},
    "few-anyone-93": {"people": 93, "meetings": 440, "sessions": [12], "minutes": 15, "away": AWAY, "weighed": True, "more": 420},
    "few-sides-326": {"sides": (26, 300), "meetings": 480, "sessions": [10, 10], "weighed": True, "more": 620, "booths": True},
    "firms-93": {"people": 150, "firms": 93, "meetings": 590, "sessions": [12], "minutes": 15, "away": AWAY / 2, "weighed": True},
}
TINY = {
    "tiny-anyone": {"people": 14, "meetings": 34, "sessions": [3, 3], "away": AWAY},
    "tiny-sides": {"sides": (5, 8), "meetings": 21, "sessions": [4, 3]},
    "tiny-few": {"people": 12, "meetings": 20, "sessions": [4], "weighed": True, "more": 25},
}


class Maker:
    def __init__(self, case, seed):
        self.draw = random.Random(seed)
        self.case = case
        self.slots = sum(case["sessions"])
        self.sides = case.get("sides")
        self.count = sum(self.sides) if self.sides else case["people"]
        self.wanted = case["meetings"]
        least = -(-self.wanted // self.slots)
        self.tables = case["sides"][0] if case.get("booths") else least + round(least * case.get("spare", SPARE))
        self.trade = [self.draw.randrange(TRADES) for _ in range(self.count)]
        self.there = [self.presence() for _ in range(self.count)]
        self.met = set()
        self.meetings = []  # (person, person, slot)
        self.left = self.degrees()

    def presence(self):
        every = set(range(self.slots))
        if self.draw.random() >= self.case.get("away", 0):
            return every
        part = self.draw.randint(1, max(1, self.slots // 4))
        hole = self.draw.randint(1, self.slots - 4) if self.slots > 5 else 1
        away = self.draw.choice([range(part), range(self.slots - part, self.slots), range(hole, hole + self.draw.randint(1, 3))])
        return every - set(away)

    def share(self, people, total, each):
        """How many meetings each of them is to have, total in all."""
        most = [len(self.there[p]) for p in people]
        drawn = [each or self.draw.lognormvariate(0, 0.45) * total / len(people) * 1.05 for _ in people]
        have = [max(1, min(m, round(d))) for m, d in zip(most, drawn)]
        step = 1 if sum(have) < total else -1
        while sum(have) != total:
            i = self.draw.randrange(len(people))
            if (have[i] < most[i]) if step > 0 else (have[i] > 1):
                have[i] += step
        return have

    def degrees(self):
        if not self.sides:
            return self.share(range(self.count), 2 * self.wanted, None)
        buyers, everybody = self.sides[0], range(self.count)
        return (self.share(everybody[:buyers], self.wanted, self.case.get("each", self.wanted // buyers))
                + self.share(everybody[buyers:], self.wanted, None))

    def add(self, a, b, slot):
        self.met.add((min(a, b), max(a, b)))
        self.meetings.append((a, b, slot))
        self.left[a] -= 1
        self.left[b] -= 1

    def apart(self, a, b):
        return a != b and (min(a, b), max(a, b)) not in self.met

    def partner(self, a, others):
        """One of others whom a has not met, rather of its trade; None."""
        same = [b for b in others if self.trade[b] == self.trade[a]] if self.draw.random() < SAME_TRADE else []
        for some in (same, others):
            for b in self.draw.sample(some, min(len(some), 12)) + some:
                if self.apart(a, b):
                    return b
        return None

    def fill(self, slot, rest):
        """Pairs of those who are there in this slot; rest: the slots that are not filled yet, this one among them."""
        def urgency(p):
            return self.left[p] / len(self.there[p] & rest) + self.draw.random() * 0.2
        able = sorted((p for p in range(self.count) if slot in self.there[p] and self.left[p] > 0), key=urgency, reverse=True)
        pairs = min(self.tables, -(-(self.wanted - len(self.meetings)) // len(rest)))
        if self.sides:
            first = [p for p in able if p < self.sides[0]][:pairs]
            second = [p for p in able if p >= self.sides[0]]
        else:
            first = able
            second = able
        done, used = 0, set()
        for a in first:
            if a in used or done == pairs:
                continue
            near = [b for b in second if b not in used and b != a][:2 * (pairs - done)]
            b = self.partner(a, near)
            if b is not None:
                self.add(a, b, slot)
                used |= {a, b}
                done += 1

    def complete(self):
        """Meetings that no slot took so far, between any two who are free then."""
        for slot in range(self.slots):
            busy = {p for a, b, s in self.meetings if s == slot for p in (a, b)}
            free = [p for p in range(self.count) if slot in self.there[p] and p not in busy]
            self.draw.shuffle(free)
            room = self.tables - len(busy) // 2
            while room > 0 and len(self.meetings) < self.wanted and free:
                a = free.pop()
                b = next((b for b in free if self.apart(a, b) and (not self.sides or (a < self.sides[0]) != (b < self.sides[0]))), None)
                if b is not None:
                    free.remove(b)
                    self.add(min(a, b), max(a, b), slot)
                    room -= 1

    def crowd(self, more):
        """Further wishes, for which there need not be room: popular people are wanted more (as 1 / rank)."""
        buyers = self.sides[0] if self.sides else 0
        first, second = (range(buyers), range(buyers, self.count)) if self.sides else (range(self.count),) * 2
        weights = [[1 / (3 + i) for i in range(len(group))] for group in (first, second)]
        until = len(self.meetings) + more
        while len(self.meetings) < until:
            a, b = self.draw.choices(first, weights[0])[0], self.draw.choices(second, weights[1])[0]
            if self.apart(a, b):
                self.add(a, b, None)

    def plant(self):
        order = list(range(self.slots))
        self.draw.shuffle(order)
        for i, slot in enumerate(order):
            self.fill(slot, set(order[i:]))
        self.complete()
        assert len(self.meetings) == self.wanted, "no room was found for all meetings: try another seed"
        self.crowd(self.case.get("more", 0))
        self.draw.shuffle(self.meetings)

    def sessions(self):
        minutes = self.case.get("minutes", 20)
        hours = HOURS[min(2, len(self.case["sessions"]))]
        found = []
        for i, slots in enumerate(self.case["sessions"]):
            day, half = divmod(i, len(hours))
            found.append({"name": f"day {day + 1} {('morning', 'afternoon')[half]}", "slots": slots,
                          "start": f"2030-03-{14 + day:02d}T{hours[half]}:00+01:00", "minutes": minutes})
        return found

    def person(self, p):
        side = "p" if not self.sides else "b" if p < self.sides[0] else "s"
        number = p + 1 if not self.sides or p < self.sides[0] else p + 1 - self.sides[0]
        person = {"id": f"{side}{number:04d}", "name": f"{({'p': 'Person', 'b': 'Buyer', 's': 'Supplier'})[side]} {number}"}
        if "firms" in self.case:
            person["organisation"] = f"Firm {p % self.case['firms'] + 1}"
        away = sorted(set(range(self.slots)) - self.there[p])
        if away:
            person["absent"] = [s + 1 for s in away]
        if self.case.get("booths") and side == "b":
            person["table"] = f"T{number}"
        return person

    def agenda(self, name):
        self.plant()
        people = [self.person(p) for p in range(self.count)]
        booths = self.case.get("booths")
        meetings = []
        for i, (a, b, _) in enumerate(self.meetings):
            meetings.append({"id": f"m{i + 1:05d}", "people": [people[a]["id"], people[b]["id"]]})
            if self.case.get("weighed"):
                meetings[-1]["weight"] = self.draw.choices(WEIGHTS, SHARES)[0]
        return {"name": name, "complete": not self.case.get("weighed"), "sessions": self.sessions(),
                "tables": [f"T{t + 1}" for t in range(self.tables)] if booths else self.tables, "people": people, "meetings": meetings}


def make(name, seed=1):
    return Maker({**CASES, **TINY}[name], seed).agenda(name)


def dzn(agenda):
    """The same for the literature's solvers: all meetings are to be placed, on one day, and weights are left out."""
    number = {p["id"]: i + 1 for i, p in enumerate(agenda["people"])}
    pairs = [[number[p] for p in m["people"]] for m in agenda["meetings"]]
    of = {i: [] for i in number.values()}
    for m, pair in enumerate(pairs):
        for p in pair:
            of[p].append(m + 2)
    tables = agenda["tables"] if isinstance(agenda["tables"], int) else len(agenda["tables"])
    slots = [s["slots"] for s in agenda["sessions"]]

    def sets(lists):
        return "[" + ",\n".join("{" + ",".join(map(str, some)) + "}" for some in lists) + "]"
    return "\n".join([
        f"nBusiness = {len(number)};", f"nMeetings = {len(pairs)};", f"nTables = {tables};", f"nTotalSlots = {sum(slots)};",
        f"nMorningSlots = {slots[0]};", "requested = [|" + "\n|".join(f"{a}, {b}, 3" for a, b in pairs) + "|];",
        "meetingsxBusiness = " + sets([1, *of[i]] for i in range(1, len(number) + 1)) + ";",
        f"nMeetingsBusiness = {[len(of[i]) for i in range(1, len(number) + 1)]};",
        "forbidden = " + sets([0, *p.get("absent", [])] for p in agenda["people"]) + ";",
        f"fixed = {[0] * len(pairs)};", "precedences = " + sets([] for _ in pairs) + ";", ""])


def without(agenda, timetable, person, waiting=0, seed=1):
    """The agenda on the day, when a person does not come: its meetings are gone, the others stand as they were published.
    waiting: so many pairs of the others would like to meet, too, if there is room now."""
    draw = random.Random(seed)
    stood = {m["id"]: m for m in timetable["meetings"]}
    meetings = []
    for m in agenda["meetings"]:
        if person in m["people"]:
            continue
        previous = stood.get(m["id"], {}).get("slot")
        meetings.append({**m, **({"previous": {"slot": previous, "table": stood[m["id"]]["table"]}} if previous else {})})
    met = {frozenset(m["people"]) for m in agenda["meetings"]}
    others = [p["id"] for p in agenda["people"] if p["id"] != person]
    while waiting:
        pair = draw.sample(others, 2)
        if frozenset(pair) not in met:
            met.add(frozenset(pair))
            meetings.append({"id": f"w{waiting:03d}", "people": pair, "weight": draw.choices(WEIGHTS, SHARES)[0]})
            waiting -= 1
    people = [p for p in agenda["people"] if p["id"] != person]
    return {**agenda, "name": f"{agenda['name']} without {person}", "people": people, "meetings": meetings}


def write(agenda, folder):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, agenda["name"])
    with open(f"{path}.json", "w") as f:
        json.dump(agenda, f, indent=1)
        f.write("\n")
    if "more" not in {**CASES, **TINY}.get(agenda["name"], {}):
        with open(f"{path}.dzn", "w") as f:
            f.write(dzn(agenda))
    return f"{path}.json"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out")
    options = parser.parse_args()
    for name in options.cases or CASES:
        if options.out:
            print(write(make(name, options.seed), options.out))
        else:
            print(name, CASES.get(name) or TINY[name])


if __name__ == "__main__":
    main()
