# SPDX-License-Identifier: EUPL-1.2
"""The web client: python3 tests/bench/web.py BUILD [--minutes M] [--json]

What the first pages cost: bytes over the wire with nothing cached, and milliseconds until one can use them on a CPU slowed down four times, median of
five. Then a list of matches stays open for M minutes (2) while a need that fits is posted every two seconds: memory of its page, minute by minute.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("build")
parser.add_argument("--minutes", type=float, default=2)
parser.add_argument("--json", action="store_true")
options = parser.parse_args()
web = os.path.join(HERE, "../web")
subprocess.run(["npm", "ci", "--silent"], cwd=web, check=True)
sys.exit(subprocess.run([sys.executable, os.path.join(web, "stage.py"), options.build, os.path.join(web, "costs.mjs"), str(options.minutes), *(["json"] if options.json else [])],
                        env={**os.environ, "STAGE_SECONDS": str(int(options.minutes * 60) + 300)}).returncode)
