# SPDX-License-Identifier: EUPL-1.2
"""Real input: python3 tests/bench/realdata.py BUILD

Imports the public register of insertion enterprises and the essential procurement data that lie beside the checkout
(ENTREGENT_SHARED, ../shared by default) with the whole CPV and all communes, twice; prints counts, times, matches per need,
and three matches and three non-matches in words.
"""
import json
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flow"))
import entregent  # noqa: E402
from entregent import SHARED, Daemon, check, skip  # noqa: E402

FILES = [("offer", "siae", "data/suppliers/siae.tsv"), ("need", "decp", "data/needs/decp_aife.jsonl"),
         ("need", "decp", "data/needs/decp_marches_publics_info.jsonl")]


def load(daemon, organiser):
    for verb, format, name in FILES:
        began = time.monotonic()
        status, out, err = daemon.cli(organiser, verb, "import", "--format", format, "--json", f"{SHARED}/{name}", status=None)
        check(status == 0, err)
        counts = json.loads(out)
        check(counts["read"] == counts["taken"] + counts["repaired"] + counts["refused"], counts)
        print(f"{os.path.basename(name):36} {out.strip()}  ({time.monotonic() - began:.2f} s in all)")
        if counts["new"]:
            print("\n".join("    " + line for line in err.splitlines() if "  refused  " in line or "  repaired " in line))
    began = time.monotonic()
    daemon.matched()
    print(f"all matched {time.monotonic() - began:.2f} s after the last line was acknowledged")


def explain(daemon, organiser, sql, word):
    for row in daemon.sql(sql).splitlines():
        need, offer = row.split("|")
        status, out, err = daemon.cli(organiser, "--lang", "fr", "need", "explain", need, "--offer", offer, status=None)
        check(status == (0 if word == "match" else 1), out, err)
        print(f"\n-- {word}: {organiser.get(f'/v1/needs/{need}')['title'][:90]}\n{out.rstrip()}")


def realdata():
    if not os.path.isdir(f"{SHARED}/data/needs"):
        skip("no material beside the checkout")
    with Daemon() as daemon:
        organiser = daemon.organisation("organiser", 1)
        reference = f"{SHARED}/reference"
        print(daemon.admin("reference", "load", f"{reference}/eforms_code_fr.xml", f"{reference}/eforms_code_en.xml",
                           f"{reference}/communes.tsv").strip())
        load(daemon, organiser)
        counts = [int(n) for n in daemon.sql(
            "select count(m.organisation) from need n left join match m on m.need = n.id group by n.id").split()]
        counts.sort()
        print(f"\nmatches per need: {len(counts)} needs, {sum(counts)} matches, {sum(c == 0 for c in counts)} needs without; "
              f"median {statistics.median(counts):.0f}, p95 {counts[len(counts) * 95 // 100]}, max {counts[-1]}")
        print(f"journal rows {daemon.metric('journal_rows_total'):.0f}, matching took {daemon.metric('matcher_seconds_total'):.2f} s, "
              f"resident {daemon.metric('resident_bytes') / 2**20:.0f} MiB\n\nAgain:")
        load(daemon, organiser)
        explain(daemon, organiser, "select m.need, m.organisation from match m where m.score > 60 order by md5(m.need::text || m.organisation) limit 3", "match")
        explain(daemon, organiser, "select n.id, f.organisation from need n, offer f where "
                "left(n.body #>> '{lots,0,cpv,0}', 4) = left(f.body #>> '{capabilities,0,cpv}', 4) and not exists (select from match m "
                "where m.need = n.id and m.organisation = f.organisation) order by md5(n.id::text || f.organisation) limit 3",
                "no match")


if __name__ == "__main__":
    entregent.run(realdata, seconds=300)
