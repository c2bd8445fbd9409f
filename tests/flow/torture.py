# SPDX-License-Identifier: EUPL-1.2
"""What no failure may cost: python3 tests/flow/torture.py BUILD BUILD_WITH_FAULTS [--rounds N] [--seed N] [--only PART]

Four parts: kill_daemon (N times, 1000 unless said otherwise; see load.py), kill_postgres (a tenth of it), nth_failure (for
every n from 100 rounds on, fewer below; see faults.py), journal (1000 rows a round, 20,000 at least; see journal.py). The
last line is one JSON object: the parts' figures, and whether all of it held.
"""
import argparse
import atexit
import json
import signal
import sys
import time
import traceback

import entregent
import faults
import journal
import load
from entregent import equal, say

READY_S = 2  # most until it is ready again


def kill_daemon(options):
    figures = load.kill_daemon(options.rounds, options.seed)
    entregent.check(figures["ready_worst_s"] < READY_S, "ready again only after", figures["ready_worst_s"], "s")
    return figures


def kill_postgres(options):
    return load.kill_postgres(max(1, options.rounds // 10), options.seed)


def nth_failure(options):
    entregent.BUILD = options.faults
    with faults.Faults() as f:
        return {point.replace("-", "_"): f.every(point, step=1 if options.rounds >= 100 else 13) for point in faults.POINTS}


def read_journal(options):
    figures = journal.missed(max(20000, 1000 * options.rounds), 900)
    equal(figures["missed"], 0, "rows of the journal missed")
    return figures


PARTS = {"kill_daemon": kill_daemon, "kill_postgres": kill_postgres, "nth_failure": nth_failure, "journal": read_journal}


def main(options):
    told, good, began = {}, True, time.monotonic()
    for name, part in PARTS.items():
        if options.only not in (None, name):
            continue
        entregent.BUILD = options.build
        try:
            told[name] = part(options)
        except (Exception, AssertionError) as e:
            good, told[name] = False, {"failed": str(e) or repr(e)}
            traceback.print_exc(file=sys.stdout)
        entregent.end_processes()
        say(name, told[name])
    print(json.dumps({"benchmark": "torture", **told, "seconds": round(time.monotonic() - began), "ok": good}), flush=True)
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("faults")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=PARTS)
    options = parser.parse_args()
    atexit.register(entregent.end_processes)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGALRM, entregent.on_alarm)
    signal.alarm(900 + options.rounds * 6)
    sys.exit(0 if main(options) else 1)
