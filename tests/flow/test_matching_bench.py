# SPDX-License-Identifier: EUPL-1.2
"""The matching benchmark in its small form: every engine answers, and all give the same sets. No time is asserted."""
import json
import subprocess
import sys

from entregent import BUILD, ROOT, check, environment, equal, run, say

FIGURES = ("median_us", "p99_us", "bytes_per_offer", "build_s")


def test_engines_agree():
    done = subprocess.run([sys.executable, f"{ROOT}/tests/bench/matching.py", BUILD, "--quick", "--json"], capture_output=True,
                          text=True, timeout=140, env=environment())
    check(done.returncode == 0, done.stdout, done.stderr)
    result = json.loads(done.stdout.strip().split("\n")[-1])
    equal(result["equal"], True, "all sets are equal")
    engines = result["engines"]
    for name in ("ours", "ours_plain", "scan", "postgresql_joins", "postgresql_gin", "postgresql_btree"):
        check(name in engines, name, "is missing", list(engines))
        for figure in FIGURES:
            check(engines[name][figure] > 0, name, figure, engines[name])
    check("best20_median_us" in engines["ours"], engines["ours"])
    check(result["proven"]["matches"] > 1000, "core/match was asked about enough:", result["proven"])
    check(result["updates"]["count"] > 0 and result["needs_of_offer"]["offers"] > 0, result)
    say(f"{result['proven']['matches']} matches as core/match has them; engines: " + ", ".join(engines))


run(test_engines_agree)
