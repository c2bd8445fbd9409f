# SPDX-License-Identifier: EUPL-1.2
"""The timetable benchmark in its small form: agendas made here, no peers, and the shape of what it says. That its own reading of the
rules finds what is wrong is tested, too, beside `entregent plan check`. No time is asserted."""
import json
import os
import subprocess
import sys

from entregent import BUILD, ROOT, check, directory, environment, equal, run, say

sys.path.insert(0, os.path.join(ROOT, "tests/bench"))
import planmake  # noqa: E402
from planrules import Problem, faults  # noqa: E402

COMPLETE = ("tiny-anyone", "tiny-sides")
LEVELS = ["change", "fairness", "gaps", "tables", "weight"]


def made():
    folder = directory()
    for name in COMPLETE:
        planmake.write(planmake.make(name), folder)
    return folder


def test_table():
    folder = made()
    with open(f"{folder}/best_known.tsv", "w") as f:
        f.write("instance\tpublished_optimum\tverified_here\n")
    done = subprocess.run([sys.executable, f"{ROOT}/tests/bench/plan.py", BUILD, "--data", folder, "--seconds", "5", "--jobs", "2",
                           "--json"], capture_output=True, text=True, timeout=140, env=environment())
    check(done.returncode == 0, done.stdout, done.stderr)
    result = json.loads(done.stdout.strip().split("\n")[-1])
    equal([r["name"] for r in result["instances"]], sorted(COMPLETE), "instances")
    for row in result["instances"]:
        ours = row["ours"]
        equal((ours["feasible"], ours["check"], ours["wrong"], row["peers"]), (True, True, [], {}), row["name"])
        equal(sorted(ours["levels"]), LEVELS, "levels")
        check(0 <= ours["bound"] <= ours["value"] and ours["seconds"] > 0, ours)
        equal(ours["placed"], planmake.TINY[row["name"]]["meetings"], "all are placed")
    equal(sorted(result["totals"]["ours"]), ["best", "found", "median", "proven", "sum", "worst"], "totals")
    equal(result["totals"]["ours"]["found"], len(COMPLETE), "found")
    check("the whole set" in done.stdout, done.stdout)


def entregent(*words):
    return subprocess.run([f"{BUILD}/entregent", "plan", *words], capture_output=True, text=True, timeout=60, env=environment())


def broken(agenda, problem, answer):
    """The same answer with something wrong in it, and what."""
    first = answer["meetings"][0]
    own = problem.own[problem.pair[problem.meeting[first["id"]]][0]]
    ids = {problem.meetings[m]["id"] for m in own}
    other = next(m for m in answer["meetings"] if m["id"] in ids and m["id"] != first["id"])
    apart = next(m for m in answer["meetings"] if m["slot"] == first["slot"] and m["id"] != first["id"])
    yield "somebody is in two meetings at once", {**first, "slot": other["slot"]}, agenda
    yield "a table has two meetings at once", {**first, "table": apart["table"]}, agenda
    yield "a meeting is not placed", None, agenda

    def changed(kind, which, **fields):
        return {**agenda, kind: [{**x, **fields} if x["id"] in which else x for x in agenda[kind]]}
    person = problem.people[problem.pair[problem.meeting[first["id"]]][0]]["id"]
    yield "somebody is not there", first, changed("people", [person], absent=[first["slot"]])
    yield "somebody takes fewer meetings", first, changed("people", [person], most=1)
    yield "somebody wants a rest", first, changed("people", [p["id"] for p in agenda["people"]], rest=1)
    yield "a meeting is forbidden there", first, changed("meetings", [first["id"]], forbidden=[first["slot"]])
    yield "a meeting is locked elsewhere", first, changed("meetings", [first["id"]], slot=first["slot"] % problem.slots + 1)
    early, late = sorted((first, other), key=lambda m: m["slot"])
    yield "a meeting comes too early", first, changed("meetings", [early["id"]], after=[late["id"]])


def test_faults_are_found():
    """Every wrong answer is refused by both who judge them; neither knows the other."""
    folder = directory()
    agenda = planmake.make("tiny-anyone")
    path, answer = planmake.write(agenda, folder), f"{folder}/answer.json"
    done = entregent("solve", "--seconds", "5", "--silent", "--out", answer, path)
    check(done.returncode == 0, done.stdout, done.stderr)
    with open(answer) as f:
        right = json.load(f)
    problem = Problem(agenda)
    kinds = 0
    for what, first, told in broken(agenda, problem, right):
        meetings = ([first] if first else []) + right["meetings"][1:]
        with open(f"{folder}/told.json", "w") as f:
            json.dump(told, f)
        with open(f"{folder}/wrong.json", "w") as f:
            json.dump({"meetings": meetings}, f)
        by = {m["id"]: m for m in meetings}
        slot = [by[m["id"]]["slot"] - 1 if m["id"] in by else None for m in agenda["meetings"]]
        table = [by[m["id"]]["table"] if m["id"] in by else None for m in agenda["meetings"]]
        check(faults(Problem(told), slot, table, 2), "planrules does not see that", what)
        done = entregent("check", f"{folder}/told.json", f"{folder}/wrong.json")
        equal(done.returncode, 1, f"plan check when {what}: {done.stdout}{done.stderr}")
        kinds += 1
    equal(entregent("check", path, answer).returncode, 0, "the right one")
    say(f"{kinds} kinds of fault are found by both")


def test_few_slots():
    """An agenda for which there is no room: as much weight as can be, and what the benchmark counts is what is said."""
    folder = directory()
    agenda = planmake.make("tiny-few")
    path, answer = planmake.write(agenda, folder), f"{folder}/answer.json"
    done = entregent("solve", "--json", "--seconds", "5", "--silent", "--out", answer, path)
    check(done.returncode == 0, done.stdout, done.stderr)
    said = json.loads(done.stdout.strip().split("\n")[-1])
    with open(answer) as f:
        found = json.load(f)
    check(0 < said["placed"] < len(agenda["meetings"]), said)
    equal(len(found["meetings"]), said["placed"], "placed")
    equal(len(found["left_out"]), len(agenda["meetings"]) - said["placed"], "left out, each with a reason")


run(test_table, test_faults_are_found, test_few_slots)
