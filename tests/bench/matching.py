# SPDX-License-Identifier: EUPL-1.2
"""Matching: python3 tests/bench/matching.py BUILD [--offers N] [--needs M] [--json] [--quick] [--budget S] [--engines A,B]

The program matching makes offers and needs from a seed (tests/bench/workload.h says how they are spread) and asks each
engine for every offer that matches each need, all its lots, in one thread:
  ours                 core/offerindex in the best way of this processor; ours_WAY in each way it has; also the best 20 scored
  scan                 all capabilities, packed
  postgresql_btree     a covering btree on (place, CPV), index-only
  postgresql_gin       int[] columns in one GIN index
  postgresql_joins     normalised tables and btrees
PostgreSQL is one of its own, with everything in shared memory, statements planned beforehand, results as binary, all lots of a
need in one round trip. A need's time is the median of its repeats. A layout too slow for all needs within its budget (seconds,
each) is asked the first of them, of which there are then fewer. All must give the same sets, those of core/match.
"""
import argparse
import contextlib
import json
import os
import pwd
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flow"))
import entregent  # noqa: E402
from entregent import ROOT, check, directory, environment, wait_for  # noqa: E402

QUICK = {"offers": 10000, "needs": 100, "budget": 3, "rounds": 3, "open_lots": 5000}
ACCOUNTS = ("postgres", "entregent", "nobody")  # whom root starts PostgreSQL as


def programs():
    """The folder of the newest PostgreSQL."""
    versions = [v for v in os.listdir("/usr/lib/postgresql") if os.path.exists(f"/usr/lib/postgresql/{v}/bin/postgres")]
    return f"/usr/lib/postgresql/{max(versions, key=int)}/bin"


def account():
    if os.getuid() != 0:
        return {}
    known = {a.pw_name: a for a in pwd.getpwall()}
    owner = next(known[name] for name in ACCOUNTS if name in known)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def settings(folder, offers):
    """Everything stays in memory; nothing has to outlive this run."""
    shared = max(256, offers * 5 // 1024)  # MB
    return {"listen_addresses": "", "unix_socket_directories": folder, "shared_buffers": f"{shared}MB", "jit": "off", "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "8GB",
            "autovacuum": "off", "huge_pages": "try", "effective_cache_size": f"{shared * 2}MB", "max_connections": "10",
            "lc_messages": "C"}


@contextlib.contextmanager
def postgresql(offers):
    """A PostgreSQL of its own; the conninfo."""
    folder, bin, owner = directory(), programs(), account()
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    run = {"env": environment(), "cwd": folder, **owner}
    made = subprocess.run([f"{bin}/initdb", "-D", f"{folder}/data", "-U", "bench", "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8"],
                          capture_output=True, text=True, **run)
    check(made.returncode == 0, made.stderr)
    options = [word for name, value in settings(folder, offers).items() for word in ("-c", f"{name}={value}")]
    with open(f"{folder}/log", "w") as log:
        process = subprocess.Popen([f"{bin}/postgres", "-D", f"{folder}/data", *options], stdout=log, stderr=log, **run)
    entregent.running.add(process)

    def ready():
        check(process.poll() is None, "postgres ended:", open(f"{folder}/log").read()[-2000:])
        return subprocess.run([f"{bin}/pg_isready", "-q", "-h", folder], env=environment()).returncode == 0
    try:
        wait_for(ready, "PostgreSQL is ready", pause=0.1)
        yield f"host={folder} user=bench dbname=postgres"
    finally:
        process.terminate()
        process.wait()
        entregent.running.discard(process)


def ask(options, conninfo):
    """Runs the program; what it found, and whether all was equal."""
    command = [f"{entregent.BUILD}/tests/bench_matching", "--reference", f"{ROOT}/sql/reference", "--layouts", f"{ROOT}/tests/bench/matching"]
    for name in ("offers", "needs", "seed", "budget", "rounds", "open_lots", "engines", "triples"):
        value = getattr(options, name)
        if value is not None:
            command += [f"--{name.replace('_', '-')}", str(value)]
    if conninfo:
        command += ["--postgresql", conninfo]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    entregent.running.add(process)
    out = process.communicate()[0]
    entregent.running.discard(process)
    check(out.strip(), f"bench_matching ended with status {process.returncode}")
    return json.loads(out)


def number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(result):
    engines = result["engines"]
    ours = engines.get("ours")
    rows = [("engine", "median us", "p99 us", "best 20", "p99 us", "bytes/offer", "build s", "needs", "median/ours", "p99/ours")]
    for name, e in engines.items():
        by = [number(e[k] / ours[k]) if ours else "-" for k in ("median_us", "p99_us")]
        rows.append((name + (f" ({e['way']})" if name == "ours" else ""), number(e["median_us"]), number(e["p99_us"]),
                     number(e.get("best20_median_us")), number(e.get("best20_p99_us")), f"{e['bytes_per_offer']:.0f}",
                     f"{e['build_s']:.2f}", f"{e['needs']:.0f}", *by))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]))


def percents(spread, whole):
    return ", ".join(f"{name} {spread[name] / whole * 100:.3f} %" for name in ("mean", "p10", "p25", "p50", "p75", "p90", "p99", "most"))


def report(result):
    offers = result["offers"]
    print(f"{offers:,} offers, {result['needs']:,} needs of {result['lots']:,} lots, one thread")
    print(f"an offer in so many matches a need: {percents(result['matched'], offers)}; {result['matched']['none'] * 100:.1f} % match none")
    table(result)
    if "bytes" in result:
        print("bytes an offer, by part: " + ", ".join(f"{name} {value / offers:.1f}" for name, value in result["bytes"].items()))
    if "updates" in result:
        u = result["updates"]
        print(f"update: median {u['median_us']:.2f} us, p99 {u['p99_us']:.1f} us; needs after {u['count']:,}: median "
              f"{u['then_median_us']:.2f} us, p99 {u['then_p99_us']:.1f} us, {u['then_bytes_per_offer']:.0f} bytes an offer")
    if "needs_of_offer" in result:
        n = result["needs_of_offer"]
        print(f"open needs of an offer among {n['open_lots']:,} lots: median {number(n['median_us'])} us, p99 {number(n['p99_us'])} us, "
              f"{n['bytes_per_lot']:.0f} bytes a lot, built in {n['build_s']:.2f} s")
    m, c = result["memory"], result["candidates"]
    print(f"memory: {m['read_gb_s']:.1f} GB/s in order, {m['line_ns']:.0f} ns a line anywhere in {m['bytes'] >> 20} MiB; a need's capabilities in "
          f"its trade and places: median {number(c['p50'])}, p99 {number(c['p99'])}")
    if "scan" in result["engines"]:
        s = result["engines"]["scan"]
        print(f"the scan reads {s['bytes_read'] / 1e6:.1f} MB a need: {s['bytes_read'] / m['read_gb_s'] / 1e3:,.0f} us at that speed")
    p = result["proven"]
    print(f"all sets are {'equal' if result['equal'] else 'NOT EQUAL'}; core/match asked about {p['offers']:,} offers and {p['needs']:,} needs, "
          f"{p['matches']:,} matches")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--offers", type=int)
    parser.add_argument("--needs", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--budget", type=float, help="seconds for the scan and for each layout of PostgreSQL")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--open-lots", type=int)
    parser.add_argument("--engines", help="only these, between commas")
    parser.add_argument("--triples", help="a file for all (need, lot, offer)")
    parser.add_argument("--quick", action="store_true", help="10,000 offers and 100 needs")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.argv[2:] = []
    for name, value in (QUICK if options.quick else {"offers": 100000, "needs": 1000}).items():
        if getattr(options, name) is None:
            setattr(options, name, value)

    result = {}

    def matching():
        with contextlib.ExitStack() as stack:
            asked = not options.engines or "postgresql" in options.engines
            result.update(ask(options, stack.enter_context(postgresql(options.offers)) if asked else None))
        report(result)
        check(result["equal"], "the sets differ")

    try:
        entregent.run(matching, seconds=3600)
    finally:
        if options.json and result:
            print(json.dumps(result), flush=True)
