# SPDX-License-Identifier: EUPL-1.2
"""Every case of malformed.http is answered as written, and the daemon is none the worse."""
import os
import subprocess
import sys

from entregent import ROOT, Daemon, check, equal, need, run, say


def test_malformed():
    with Daemon() as d:
        done = subprocess.run([sys.executable, f"{ROOT}/tests/flow/malformed.py", f"127.0.0.1:{d.port}"],
                              capture_output=True, text=True, timeout=140, env=dict(os.environ))
        print(done.stdout, done.stderr)
        equal(done.returncode, 0, "status of malformed.py")
        buyer = d.organisation("buyer", 1)
        check(buyer.need(need())["state"] == "published", "still at work")
        d.matched()
        equal(buyer.notices()[0]["kind"], "matched", "still matching")
        equal(d.metric("http_connections"), 2, "connections left open") # this one's and the buyer's
        say(done.stdout.strip().split("\n")[-1])


run(test_malformed)
