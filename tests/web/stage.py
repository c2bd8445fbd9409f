# SPDX-License-Identifier: EUPL-1.2
"""A daemon with people on it, for a script in a browser: python3 tests/web/stage.py BUILD SCRIPT.mjs [ARGUMENT]...

The script gets in ENTREGENT_STAGE: server, data, program, and people by name, each with cookie, email, name, organisation, siret, token.
SETTINGS in the script, a line `// settings: name=value ...`, are given to the daemon.
"""
import json
import os
import re
import subprocess
import sys

SCRIPT, *MORE = sys.argv[2:]
del sys.argv[2:]
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flow"))
import entregent  # noqa: E402
from entregent import Daemon, check, environment, siret  # noqa: E402
from people import moderator, person  # noqa: E402

BROWSER = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SECONDS = int(os.environ.get("STAGE_SECONDS", 420))
# name, kinds, structure, its organisation's name, the person's
CAST = [("buyer", "buyer", None, "Ville de Clermont-Ferrand", "Ada Dupont"),
        ("otherbuyer", "buyer", None, "Département de l'Allier", "Bruno Roche"),
        ("supplier", "supplier", "EI", "Propre et Net", "Zoé Martin"),
        ("othersupplier", "supplier", "ESAT", "Les Jardins du Puy", "Karim Benali"),
        ("organiser", "organiser", None, "CRESS Auvergne-Rhône-Alpes", "Inès Laurent")]


def cast(d):
    people = {}
    for number, (name, kind, structure, organisation, who) in enumerate(CAST, 1):
        client = d.organisation(kind, number, organisation, structure)
        p = person(d, f"{name}@exemple.fr", who, client.id)
        people[name] = {"cookie": p.cookie, "email": p.email, "name": who, "organisation": client.id, "siret": client.siret, "token": client.token,
                        "company": organisation}
    m = moderator(d)
    people["moderator"] = {"cookie": m.cookie, "email": m.email, "name": m.name}
    return people


def main():
    with open(SCRIPT, encoding="utf-8") as f:
        found = re.search(r"^// settings: (.*)$", f.read(), re.M)
    with Daemon(*(found[1].split() if found else [])) as d:
        stage = {"server": f"http://127.0.0.1:{d.port}", "data": d.data, "program": f"{entregent.BUILD}/entregentd", "settings": d.settings,
                 "people": cast(d), "browser": BROWSER, "shots": os.path.join(entregent.ROOT, "build/shots")}
        done = subprocess.run(["node", SCRIPT, *MORE], env={**environment(), "ENTREGENT_STAGE": json.dumps(stage)}, timeout=SECONDS)
        check(done.returncode == 0, f"{os.path.basename(SCRIPT)}: status {done.returncode}")


if __name__ == "__main__":
    check(os.path.exists(BROWSER), f"no browser at {BROWSER} (CHROMIUM)")
    entregent.run(main, seconds=SECONDS)
