# SPDX-License-Identifier: EUPL-1.2
"""From the request to the event: python3 tests/bench/latency.py BUILD [--posts N] [--json]

One need after the other is posted; a supplier that it matches listens on a live stream. Measured: from sending the
request to its answer (committed), and to the event at the supplier (matched, stored, told). Between them pgbench inserts
single rows, as durably, into the same PostgreSQL. What counts are the ratios of the medians within this run.
"""
import argparse
import json
import os
import pwd
import re
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flow"))
import entregent  # noqa: E402
from entregent import Daemon, Stream, check, need, offer  # noqa: E402

BLOCKS = 10
ROW = 500  # bytes of what is inserted, about those of a need


def pgbench(daemon, count, clients=1, rate=None):
    """Seconds of each of so many single-row inserts, and how many it did a second. rate: no more than that a second."""
    folder = os.path.dirname(daemon.data)
    owner = pwd.getpwuid(os.stat(daemon.data).st_uid)
    url = daemon.admin("db", "url").strip()
    script = os.path.join(folder, "insert.sql")
    with open(script, "w") as f:
        f.write(f"insert into bench_insert (body) values (repeat('x', {ROW}));\n")
    os.chmod(script, 0o644)
    work = os.path.join(folder, "pgbench")
    if not os.path.isdir(work):
        os.mkdir(work)
        os.chown(work, owner.pw_uid, owner.pw_gid)
    log = f"log{time.monotonic_ns()}"
    more = {"user": owner.pw_uid, "group": owner.pw_gid} if os.getuid() == 0 else {}
    pace = [f"--rate={rate}"] if rate else []
    done = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-t", str(count // clients), "-f", script, "-l",
                           f"--log-prefix={log}", *pace, url], check=True, capture_output=True, text=True, cwd=work, **more)
    name = next(n for n in os.listdir(work) if n.startswith(log))
    with open(os.path.join(work, name)) as f:
        rows = [[int(n) for n in line.split()] for line in f]
    times = [(r[2] - (r[6] if rate else 0)) / 1e6 for r in rows]  # but the wait for its turn
    return times, float(re.search(r"tps = ([\d.]+) \(without", done.stdout)[1])


def posts(buyer, stream, count):
    answered, told = [], []
    for i in range(count):
        body = need(title=f"Nettoyage {i}")
        began = time.perf_counter()
        answer = buyer("POST", "/v1/needs", body)
        answered.append(time.perf_counter() - began)
        check(answer.status == 201, answer)
        id, event = answer.json["id"], None
        while not event or event.json["need"]["id"] != id:
            event = stream.event()
            check(event, "no event came")
        told.append(time.perf_counter() - began)
    return answered, told


def measure(count, as_json):
    with Daemon() as daemon:
        daemon.sql("create table bench_insert (id bigint generated always as identity primary key, body text)")
        buyer, supplier = daemon.organisation("buyer", 1), daemon.organisation("supplier", 2)
        supplier.put("/v1/offer", offer())
        daemon.matched()
        inserts, answered, told = [], [], []
        with Stream(supplier) as stream:
            posts(buyer, stream, 5), pgbench(daemon, 5)  # warm up
            for _ in range(BLOCKS):
                inserts += pgbench(daemon, count // BLOCKS)[0]
                a, t = posts(buyer, stream, count // BLOCKS)
                answered, told = answered + a, told + t
        result = {}
        for name, values in (("insert", inserts), ("answered", answered), ("told", told)):
            values.sort()
            result[name + "_median_ms"] = round(statistics.median(values) * 1000, 3)
            result[name + "_p99_ms"] = round(values[len(values) * 99 // 100] * 1000, 3)
        result["answered_ratio"] = round(result["answered_median_ms"] / result["insert_median_ms"], 2)
        result["told_ratio"] = round(result["told_median_ms"] / result["insert_median_ms"], 2)
        if as_json:
            print(json.dumps(result))
        else:
            for key, value in result.items():
                print(f"{key:20} {value}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--posts", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.argv[2:] = []

    def latency():
        measure(options.posts, options.json)
    entregent.run(latency, seconds=600)
