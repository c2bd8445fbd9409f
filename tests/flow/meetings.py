# SPDX-License-Identifier: EUPL-1.2
"""Conventions as tests make them over the API: sessions, tables, people, requests."""
import contextlib
import json
import os
import random
import uuid

from entregent import Daemon, Failure, wait_for
from people import quoted


def body(slots=8, tables=3, start="2049-03-02T09:00:00+01:00", **more):
    """One session."""
    return {"name": "Rendez-vous de Thiers", "place": "Halle", "mode": "organiser", "acceptance": False,
            "sessions": [{"name": "matin", "start": start, "slots": slots, "minutes": 20}],
            "tables": [f"T{i + 1}" for i in range(tables)], **more}


def chunks(items, size=200):
    return [items[i:i + size] for i in range(0, len(items), size)]


class Convention:
    """An open convention of an organiser. people: names, the first letter b or s says the side; pairs: (name, name). Both are stored by
    SQL, many at once, as their routes store them."""

    def __init__(self, daemon, client, people=(), pairs=(), state="open", rules=None, **more):
        self.daemon, self.client = daemon, client
        made = client.post("/v1/conventions", body(**more), expect=201)
        self.id = made.json["id"]
        self.path = f"/v1/conventions/{self.id}"
        self.people, self.names, self.requests = {}, {}, {}
        self.add(people, rules or {})
        self.ask(pairs)
        if state == "open":
            self.move("open")

    def add(self, people, rules=None):
        """rules: what is said of some of them: {name: {"absent": [1]}}."""
        rows = []
        for name in people:
            self.people[name] = str(uuid.uuid4())
            self.names[self.people[name]] = name
            rows.append({"id": self.people[name], "name": name, "email": f"{name.lower()}@{self.id[-12:]}.example.org", "company": f"Chez {name}",
                         "side": "buyer" if name[0] == "b" else "supplier", "body": (rules or {}).get(name, {})})
        self.store("participant_add", "", rows, "false")

    def ask(self, pairs, **more):
        rows = []
        for pair in pairs:
            self.requests[pair] = str(uuid.uuid4())
            rows.append({"id": self.requests[pair], "first": self.people[pair[0]], "second": self.people[pair[1]], "priority": 3, **more})
        self.store("request_add", "null,", rows, "'organiser'")

    def store(self, function, by, rows, more):
        for part in chunks([{"line": i, **row} for i, row in enumerate(rows, 1)]):
            self.daemon.sql(f"select count(*) from {function}('{self.client.id}', '{self.id}', {by} {quoted(json.dumps(part))}, {more})")

    def move(self, state):
        return self.client.post(f"{self.path}/state", {"state": state}, expect=200).json

    def view(self):
        return self.client.get(self.path)

    def plan(self, expect=202, **options):
        return self.client.post(f"{self.path}/plans", options, expect=expect).json

    def ended(self, plan):
        def look():
            got = self.client.get(f"/v1/plans/{plan['id']}")
            return got["state"] != "running" and got
        return wait_for(look, "the plan ends", 90)

    def planned(self, **options):
        """The draft of a run."""
        done = self.ended(self.plan(**{"seconds": 2, **options}))
        if done["state"] not in ("done", "stopped"):
            raise Failure(done)
        return self.timetable(done["timetable"])

    def timetable(self, id):
        return self.client.get(f"/v1/timetables/{id}")

    def publish(self, timetable, final=False, expect=200):
        return self.client("POST", f"/v1/timetables/{timetable['id']}/publish", {"final": final}, {"If-Match": f'"{timetable["version"]}"'}, expect).json

    def draft(self, places):
        """A version from outside. places: {(name, name): (slot, table)}."""
        meetings = [{"id": self.requests[pair], "slot": slot, "table": table} for pair, (slot, table) in places.items()]
        return self.client.post(f"{self.path}/timetables", {"meetings": meetings}, expect=201).json

    def places(self, timetable):
        """Where a version has its meetings: {(name, name): (slot, table)}."""
        pairs = {id: pair for pair, id in self.requests.items()}
        return {pairs[m["request"]]: (m["slot"], m["table"]) for m in self.timetable(timetable["id"])["meetings"]}


def drawn(seed, buyers, suppliers, count):
    """People and so many pairs of a buyer and a supplier."""
    r = random.Random(seed)
    b, s = [f"b{i}" for i in range(buyers)], [f"s{i}" for i in range(suppliers)]
    return b + s, r.sample([(x, y) for x in b for y in s], count)


def children(daemon, verb="plan"):
    """Processes that the daemon has plan."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/stat") as f:
                parent = int(f.read().rsplit(")", 1)[1].split()[1])
            with open(f"/proc/{pid}/cmdline") as f:
                words = f.read().split("\0")
            if parent == daemon.process.pid and words[1:2] == [verb]:
                found.append(int(pid))
    return found


__all__ = ["Convention", "Daemon", "body", "children", "drawn"]
