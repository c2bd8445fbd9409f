# SPDX-License-Identifier: EUPL-1.2
"""The rules of a timetable and what it is worth, in Python: what the benchmark holds every answer against, the program's and the
peers'. Written from daemon/core/agenda.h, timetable.h and verify.h; it shares no code with what it judges. Slots from 0 in here,
from 1 in files."""
import json
import re

LEVELS = ("weight", "fairness", "gaps", "change", "tables")
MORE_IS_BETTER = ("weight", "fairness")
ALL = 10**9  # the whole, as fairness counts


# ---- Agendas

def dzn_agenda(text, name):
    """The literature's data as the agenda that wire/dzn.h makes of it."""
    def value(variable):
        return re.search(rf"\b{variable}\s*=\s*([^;]*);", text)[1]

    def numbers(variable):
        return [int(n) for n in re.findall(r"\d+", value(variable))]

    def sets(variable):
        return [[int(n) for n in re.findall(r"\d+", s)] for s in re.findall(r"\{([^}]*)\}", value(variable))]
    slots, morning, requested = numbers("nTotalSlots")[0], numbers("nMorningSlots")[0], numbers("requested")
    half = {1: "morning", 2: "afternoon"}
    meetings = []
    for i, (fixed, after) in enumerate(zip(numbers("fixed"), sets("precedences"))):
        a, b, session = requested[3 * i:3 * i + 3]
        meeting = {"id": str(i + 1), "people": [str(a), str(b)], "weight": 1, "after": [str(m) for m in after]}
        meeting.update({"session": half[session]} if session in half else {})
        meeting.update({"slot": fixed} if fixed else {})
        meetings.append(meeting)
    sessions = [{"name": n, "slots": s} for n, s in (("morning", morning), ("afternoon", slots - morning)) if s]
    people = [{"id": str(i + 1), "absent": [s for s in away if s]} for i, away in enumerate(sets("forbidden"))]
    return {"name": name, "complete": True, "sessions": sessions, "tables": numbers("nTables")[0], "people": people,
            "meetings": meetings}


class Problem:
    """An agenda, as numbers."""

    def __init__(self, agenda):
        self.agenda = agenda
        self.people, self.meetings = agenda["people"], agenda["meetings"]
        self.person = {p["id"]: i for i, p in enumerate(self.people)}
        self.meeting = {m["id"]: i for i, m in enumerate(self.meetings)}
        self.day, self.session = [], {}
        day, date = 1, None
        for s in agenda["sessions"]:
            starts = s.get("start", "")[:10]
            day = s.get("day") or day + (date is not None and starts != date)
            date = starts
            self.session[s["name"]] = range(len(self.day), len(self.day) + s["slots"])
            self.day += [day] * s["slots"]
        self.slots = len(self.day)
        tables = agenda.get("tables", max(1, min(len(self.meetings), len(self.people) // 2)))
        self.table_names = [str(i + 1) for i in range(tables)] if isinstance(tables, int) else tables
        self.tables = len(self.table_names)
        self.pair = [[self.person[p] for p in m["people"]] for m in self.meetings]
        self.there = [set(range(self.slots)) - {s - 1 for s in p.get("absent", [])} for p in self.people]
        self.allowed = [self.places(i) for i in range(len(self.meetings))]
        self.own = [[] for _ in self.people]
        for i, pair in enumerate(self.pair):
            for p in pair:
                self.own[p].append(i)
        self.before = [(self.meeting[a], i) for i, m in enumerate(self.meetings) for a in m.get("after", [])]
        self.weight = [m.get("weight", 3) for m in self.meetings]
        self.complete = agenda.get("complete", False)

    def places(self, i):
        m = self.meetings[i]
        some = self.there[self.pair[i][0]] & self.there[self.pair[i][1]]
        some &= set(self.session.get(m["session"], ())) if "session" in m else some
        some &= {m["slot"] - 1} if "slot" in m else some
        return some - {s - 1 for s in m.get("forbidden", [])}


def read_problem(path, name):
    with open(path) as f:
        text = f.read()
    return Problem(json.loads(text) if path.endswith(".json") else dzn_agenda(text, name))


def read_timetable(problem, path):
    """Slot and table of each meeting, None where it is not placed; and faults of the file itself."""
    slot, table = [None] * len(problem.meetings), [None] * len(problem.meetings)
    with open(path) as f:
        for m in json.load(f)["meetings"]:
            if m.get("slot") is not None:
                slot[problem.meeting[m["id"]]] = m["slot"] - 1
                table[problem.meeting[m["id"]]] = str(m["table"])
    return slot, table


# ---- What must be so

def gaps(problem, p, slot):
    """Idle runs of a person between the first and the last meeting of a day, longer than the rest it asked for."""
    rest, found = problem.people[p].get("rest", 0), 0
    busy = sorted(slot[m] for m in problem.own[p] if slot[m] is not None)
    for before, after in zip(busy, busy[1:]):
        found += problem.day[before] == problem.day[after] and after - before - 1 > rest
    return found


def at_once(problem, slot, table):
    """Nobody, no table and no two people bound together in two meetings at once."""
    used = {}
    for i, s in enumerate(slot):
        if s is not None:
            for key in problem.pair[i] + ([] if table is None else [f"table {table[i]}"]):
                used.setdefault((s, key), []).append(i)
    for (s, key), some in used.items():
        if len(some) > 1:
            yield f"{key} has meetings {some} in slot {s + 1}"
    for pair in problem.agenda.get("bound", []):
        a, b = (problem.person[p] for p in pair)
        for s in range(problem.slots):
            if set(used.get((s, a), [])) ^ set(used.get((s, b), [])) and (s, a) in used and (s, b) in used:
                yield f"{pair}, bound together, meet others in slot {s + 1}"


def at_tables(problem, slot, table):
    for s in range(problem.slots):
        if slot.count(s) > problem.tables:
            yield f"slot {s + 1} has {slot.count(s)} meetings at {problem.tables} tables"
    if table is None:
        return
    for i, m in enumerate(problem.meetings):
        booths = [str(problem.people[p]["table"]) for p in problem.pair[i] if "table" in problem.people[p]]
        if slot[i] is not None and (table[i] not in problem.table_names or (booths and table[i] not in booths)
                                    or str(m.get("table", table[i])) != table[i]):
            yield f"meeting {m['id']} is at table {table[i]}"


def of_people(problem, slot):
    for p, person in enumerate(problem.people):
        busy = sorted(slot[m] for m in problem.own[p] if slot[m] is not None)
        if len(busy) > (person.get("most") or problem.slots):
            yield f"{person['id']} has {len(busy)} meetings"
        for a, b in zip(busy, busy[1:]):
            if problem.day[a] == problem.day[b] and b - a - 1 < person.get("rest", 0):
                yield f"{person['id']} has no rest between slots {a + 1} and {b + 1}"


def faults(problem, slot, table, spread):
    """Every rule that is broken, in words. table None: tables are not given out."""
    found = [*at_once(problem, slot, table), *at_tables(problem, slot, table), *of_people(problem, slot)]
    for i, s in enumerate(slot):
        name = problem.meetings[i]["id"]
        if s is None and (problem.complete or "slot" in problem.meetings[i]):
            found.append(f"meeting {name} is not placed")
        if s is not None and s not in problem.allowed[i]:
            found.append(f"meeting {name} is in slot {s + 1}")
    for a, b in problem.before:
        if slot[a] is not None and slot[b] is not None and slot[a] >= slot[b]:
            found.append(f"meeting {problem.meetings[a]['id']} is not before {problem.meetings[b]['id']}")
    if problem.complete:
        each = [gaps(problem, p, slot) for p in range(len(problem.people))]
        if max(each) - min(each) > spread:
            found.append(f"{min(each)} to {max(each)} gaps a person")
    return found


# ---- What it is worth

def value(problem, slot, table):
    """Every level, as core/timetable.h counts; and how many meetings are placed."""
    shares = [sum(slot[m] is not None for m in own) * ALL // len(own) for own in problem.own if own]
    old = [m.get("previous", {}).get("slot") for m in problem.meetings]
    changes = 0
    for own in problem.own if table else []:
        some = sorted((slot[m], table[m]) for m in own if slot[m] is not None)
        changes += sum(problem.day[a[0]] == problem.day[b[0]] and a[1] != b[1] for a, b in zip(some, some[1:]))
    return {"weight": sum(w for w, s in zip(problem.weight, slot) if s is not None),
            "fairness": min(shares, default=ALL),
            "gaps": sum(gaps(problem, p, slot) for p in range(len(problem.people))),
            "change": sum(o is not None and s != o - 1 for o, s in zip(old, slot)),
            "tables": changes, "placed": sum(s is not None for s in slot)}
