# SPDX-License-Identifier: EUPL-1.2
"""kill -9 of the daemon at random moments during an import: python3 tests/flow/torture.py BUILD [--rounds N] [--seed N]

Meanwhile one buyer posts single needs with an Idempotency-Key, repeated until they are acknowledged, and one supplier
listens, going on after its last event id. At the end:
  nothing acknowledged is lost      every id that the import's report or a 201 named is in the database, once
  nothing is there twice            as many needs as lines and keys
  nothing told is missing           matching everything anew (as after new reference data) finds nothing more to tell
  the listener has heard everything every notice of its organisation, none of another
"""
import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time

import entregent
from entregent import Daemon, Stream, check, equal, need, say, siret, wait_for

TRADES = [("8121Z", "90910000"), ("8130Z", "77310000"), ("4334Z", "45442100"), ("5621Z", "55500000"), ("3832Z", "90510000")]
CODES = ["90911200", "90919200", "77311000", "45442110", "55523100", "90511000", "90000000", "72000000"]
DEPARTEMENTS = ["03", "15", "43", "63", "42", "69"]


def suppliers(path, count):
    with open(path, "w") as f:
        f.write("siret\tkind\tname\tnaf\tpost_code\tcity\tdepartment\tlon\tlat\n")
        for i in range(count):
            kind, naf, d = ["EI", "ACI", "AI"][i % 3], TRADES[i % 5][0], DEPARTEMENTS[i % 6]
            f.write(f"{siret(1000000 + i)}\t{kind}\tSupplier {i}\t{naf}\t{d}000\t\t{d}\t\t\n")


def contracts(path, count, rng):
    with open(path, "w") as f:
        for i in range(count):
            f.write(json.dumps({
                "id": f"T{i}", "acheteur": {"id": siret(2000000 + i % 50), "nom": f"Commune {i % 50}"},
                "objet": f"Marché {i}", "codeCPV": rng.choice(CODES), "dureeMois": 12, "montant": rng.randrange(1000, 90000),
                "lieuExecution": {"code": rng.choice(DEPARTEMENTS), "typeCode": "Code département"}}) + "\n")


class Poster(threading.Thread):
    """Posts one need after the other; each until it is acknowledged."""

    def __init__(self, buyer):
        super().__init__(daemon=True)
        self.buyer, self.ids, self.stopped = buyer, [], False

    def run(self):
        while not self.stopped or self.pending:
            self.pending = True
            key = f"key-{len(self.ids)}"
            try:
                answer = self.buyer("POST", "/v1/needs", need("90911200", title=key), {"Idempotency-Key": key})
                if answer.status == 201:
                    self.ids.append(answer.json["id"])
                    self.pending = False
            except OSError:
                pass
            time.sleep(0.01)


class Listener(threading.Thread):
    """Hears everything of one supplier across all breaks."""

    def __init__(self, supplier):
        super().__init__(daemon=True)
        self.supplier, self.heard, self.strange, self.stopped, self.last = supplier, {}, 0, False, "0"

    def run(self):
        while not self.stopped:
            try:
                with Stream(self.supplier.again(), last=self.last) as stream:
                    while not self.stopped:
                        event = stream.event(1)
                        if event and event.id:
                            self.strange += event.kind == "reset"
                            self.heard[event.id] = self.heard.get(event.id, 0) + 1
                            self.last = event.id
            except (OSError, EOFError, entregent.Failure, ValueError):
                time.sleep(0.05)


def rounds(daemon, client, path, count, rng):
    """Imports the file again and again while the daemon is killed; returns the seconds until it was ready again."""
    report, ready = path + ".report", []
    env = {**entregent.environment(), "ENTREGENT_SERVER": f"http://127.0.0.1:{daemon.port}", "ENTREGENT_TOKEN": client.token}
    command = [f"{entregent.BUILD}/entregent", "need", "import", "--format", "decp", "--batch", "20", "--retry", "60",
               "--report", report, "--json", path]
    importer = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    entregent.running.add(importer)
    size = lambda: os.path.getsize(report) if os.path.exists(report) else 0
    for _ in range(count):
        before = size()
        wait_for(lambda: size() > before or importer.poll() is not None, "the import goes on")
        time.sleep(rng.uniform(0.0, 0.3))
        daemon.kill()
        began = time.monotonic()
        daemon.start()
        ready.append(time.monotonic() - began)
        if importer.poll() is not None:  # it ended: what follows is acknowledged again, and must make nothing twice
            equal(importer.returncode, 0, "the import's exit status")
            importer = subprocess.Popen(command[:-5] + ["--retry", "60", "--json", path], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            entregent.running.add(importer)
    equal(importer.wait(600), 0, "the import's exit status")
    with open(report) as f:
        return ready, [json.loads(line) for line in f if line.strip()]


def total(daemon, what):
    return int(daemon.sql(f"select count(*) from {what}"))


def torture(count, seed, lines):
    rng = random.Random(seed)
    with Daemon() as daemon:
        folder = os.path.dirname(daemon.data)
        organiser = daemon.organisation("organiser", 9000001)
        suppliers(f"{folder}/suppliers.tsv", 300)
        contracts(f"{folder}/contracts.jsonl", lines, rng)
        daemon.cli(organiser, "offer", "import", f"{folder}/suppliers.tsv")
        first = siret(1000000)
        supplier = organiser.again()
        supplier.token = json.loads(daemon.admin("token", "new", "--org", first, "--json"))["token"]
        poster, listener = Poster(daemon.organisation("buyer", 9000002)), Listener(supplier)
        poster.start(), listener.start()
        ready, results = rounds(daemon, organiser, f"{folder}/contracts.jsonl", count, rng)
        poster.stopped = True
        poster.join()
        daemon.matched()

        acknowledged = {r["id"] for r in results if r["id"]}
        equal(len(results), lines, "lines acknowledged")
        stored = set(daemon.sql("select id from need").split())
        lost = (acknowledged | set(poster.ids)) - stored
        equal(len(lost), 0, "acknowledged needs that are not stored")
        equal(len(stored), lines + len(set(poster.ids)), "needs stored")
        equal(len(set(poster.ids)), len(poster.ids), "needs of different keys")

        notices, matches = total(daemon, "notice"), total(daemon, "match")
        daemon.sql("insert into journal (subject, what) values ('reference', 'loaded')")
        daemon.matched()
        equal((total(daemon, "notice"), total(daemon, "match")), (notices, matches), "notices and matches after matching anew")
        check(notices > lines, "hardly anything matched: the test says nothing")

        own = set(daemon.sql(f"select n.id from notice n join organisation o on o.id = n.organisation where o.siret = '{first}'").split())
        wait_for(lambda: set(listener.heard) >= own, "the listener hears the rest")
        listener.stopped = True
        equal(set(listener.heard) - own, set(), "events of nobody")
        equal(listener.strange, 0, "resets")
        repeated = sum(n - 1 for n in listener.heard.values())
        ready.sort()
        say(f"killed {count} times during an import of {lines} lines and {len(poster.ids)} single posts: 0 acknowledged lost, "
            f"0 twice, {notices} notices, 0 missing; listener heard {len(own)}, {repeated} repeated; "
            f"ready again after {ready[len(ready) // 2]:.2f} s (median), {ready[-1]:.2f} s (most)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", type=int, default=60000)
    options = parser.parse_args()
    sys.argv[2:] = []
    def kill_at_random():
        torture(options.rounds, options.seed, options.lines)
    entregent.run(kill_at_random, seconds=60 + options.rounds * 12)
