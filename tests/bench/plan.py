# SPDX-License-Identifier: EUPL-1.2
"""Timetables: python3 tests/bench/plan.py BUILD [--instances GLOB] [--seconds S] [--peers minizinc,clasp,cbc] [--jobs N] [--json]
                                            [--data DIR] [--spread D] [--large] [--seed N] [--program PATH]

Each agenda of the literature (DIR/*.dzn, ../shared/data/meetings beside the checkout by default) is given to `entregent plan solve
--json --seconds S`, its answer to `entregent plan check`, and again to planrules.py, which shares no code with the program; best
known values are those of DIR/best_known.tsv. Then each peer has the same seconds for it, alone with the other jobs; planrules.py
counts what a peer's answer is worth, too. Seconds are wall time of the whole process, translation included. `*`: proven.
--large: the agendas of planmake.py instead, with the targets beside what was reached, every level with its bound; s of a level:
since when it is so, in the program's own progress (told every 0.2 s at most). Peers get those in which all meetings are placed,
CBC is asked for the weight of the others.
Ends with status 1 when an answer is wrong, the program's or a peer's, or when one shows that another's bound is; a target that is
missed is only shown.
"""
import argparse
import csv
import fnmatch
import glob
import json
import os
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flow"))
import entregent  # noqa: E402
import planmake  # noqa: E402
import planpeers  # noqa: E402
from entregent import SHARED, check, directory, environment, skip  # noqa: E402
from planrules import LEVELS, MORE_IS_BETTER, Problem, faults, read_problem, read_timetable, value  # noqa: E402

GRACE = 30        # seconds over its limit after which the program is ended
PUBLISH = 10      # seconds for the timetable that is published before somebody does not come
WAITING = 40      # meetings that wait for such a place
REPLAN = ("--levels", "weight,fairness,change,gaps,tables") # who is published stays where it is before gaps are mended
lock = threading.Lock()


def say(*words):
    with lock:
        print("#", *words, file=sys.stderr, flush=True)


# ---- The program

def command(*words):
    """What it printed, its status, and the seconds it took."""
    began = time.monotonic()
    process = subprocess.Popen([options.program, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env=environment())
    entregent.running.add(process)
    try:
        out, err = process.communicate(timeout=options.seconds + 60 + GRACE)
    finally:
        process.kill()
        entregent.running.discard(process)
    return out, err, process.returncode, time.monotonic() - began


def timetable_of(path, folder):
    return os.path.join(folder, f"{os.path.basename(path)}.timetable.json")


def solve(problem, path, folder, seconds, *more):
    """Its answer, checked twice: what the table shows, and what is wrong with it."""
    answer = timetable_of(path, folder)
    out, err, _, took = command("plan", "solve", "--json", "--verbose", "--silent", "--seconds", seconds, "--spread", options.spread,
                                *more, "--out", answer, path)
    try:
        *before, said = (json.loads(line) for line in out.splitlines())
    except ValueError:
        return {"feasible": False, "proven": False, "value": None, "bound": None, "seconds": took, "check": None, "reason": None,
                "wrong": [f"no object at the end: {(out + err)[-300:]}"]}
    row = {"feasible": said["feasible"], "proven": said["proven"], "value": None, "bound": said["bound"], "placed": said["placed"],
           "seconds": took, "check": None, "reason": said["reason"], "wrong": [],
           "progress": [line["progress"] for line in before]}
    if said["feasible"]:
        slot, table = read_timetable(problem, answer)
        found = value(problem, slot, table)
        row["check"] = command("plan", "check", path, answer)[2] == 0
        row["value"], row["levels"] = found["gaps"], levels(answer, found)
        row["wrong"] = faults(problem, slot, table, options.spread)[:5]
        row["wrong"] += [] if row["check"] else ["plan check finds a fault"]
        row["wrong"] += [f"{said[k]} {k} are said, {found[k]} there" for k in ("gaps", "placed") if said[k] != found[k]]
        row["wrong"] += [f"{name}: {level['said']} is said, {level['value']} there" for name, level in row["levels"].items()
                         if level["said"] != level["value"]]
    return row


def levels(answer, found):
    """Every level as counted here, beside its value and bound as said there."""
    with open(answer) as f:
        said = json.load(f)["levels"]
    return {name: {"value": found[name], "said": said[name]["value"], "bound": said[name]["bound"], "proven": said[name]["proven"],
                   "off": off(name, found[name], said[name]["bound"])} for name in LEVELS}


def off(name, reached, bound):
    """How far from its bound, as a share of it (of 1 where it is 0); None: there is no bound."""
    if bound is None:
        return None
    return max(0, bound - reached if name in MORE_IS_BETTER else reached - bound) / max(1, bound)


# ---- The peers

def ask(peer, problem, data, seconds):
    folder = directory()
    began = time.monotonic()
    row = {"value": None, "proven": False, "infeasible": False, "wrong": []}
    try:
        slots, row["proven"], row["infeasible"] = planpeers.PEERS[peer](problem, data, options.spread, folder, began + seconds)
        if slots:
            row["wrong"] = faults(problem, slots, None, options.spread)[:5]
            row["value"] = value(problem, slots, None)["gaps" if problem.complete else "weight"]
    except (planpeers.Late, subprocess.TimeoutExpired):
        pass
    row["seconds"] = time.monotonic() - began
    return row


def belied(level, ours, peers):
    """What a peer's valid answer shows to be untrue: a bound that it passes, a best that it betters."""
    if not ours.get("levels"):
        return [f"no timetable is said, {p} has one" for p, row in peers.items() if ours["proven"] and row["value"] is not None]
    of, sign = ours["levels"][level], -1 if level in MORE_IS_BETTER else 1
    return [f"{level}: bound {of['bound']}, {p} has {row['value']}" for p, row in peers.items()
            if row["value"] is not None and not row["wrong"] and sign * row["value"] < sign * of["bound"]]


# ---- The agendas of the literature

def best_known(folder):
    path = os.path.join(folder, "best_known.tsv")
    if not os.path.exists(path):
        return {}
    with open(path, newline="") as f:
        return {row["instance"]: row["verified_here"] or row["published_optimum"] for row in csv.DictReader(f, delimiter="\t")}


def against(best, row):
    """What contradicts the best known value, which is proven."""
    if best == "UNSAT":
        return ["feasible, though there is no timetable"] if row["value"] is not None else []
    wrong = []
    if row.get("infeasible") or (row.get("feasible") is False and row["proven"]):
        wrong.append(f"no timetable is said, best known {best}")
    if row["value"] is not None and (row["value"] < int(best) or (row["proven"] and row["value"] != int(best))):
        wrong.append(f"{row['value']}{'*' if row['proven'] else ''}, best known {best}")
    if (row.get("bound") or 0) > int(best):
        wrong.append(f"bound {row['bound']}, best known {best}")
    return wrong


def each(jobs, work):
    """work(job) for all, options.jobs at a time; the seconds of the whole."""
    began = time.monotonic()
    entregent.each(jobs, work, threads=options.jobs)
    return time.monotonic() - began


def closed(row):
    """Its value is proven, or that there is none."""
    return bool(row["proven"] or row.get("infeasible"))


def literature():
    known = best_known(options.data)
    paths = sorted(p for p in glob.glob(os.path.join(options.data, "*.dzn"))
                   if fnmatch.fnmatch(os.path.basename(p)[:-4], options.instances))
    if not paths:
        skip(f"no agendas in {options.data}")
    rows = {p: {"name": os.path.basename(p)[:-4], "best": known.get(os.path.basename(p)[:-4]), "peers": {}} for p in paths}
    problems = {p: read_problem(p, rows[p]["name"]) for p in paths}
    folder = directory()

    def ours(path):
        rows[path]["ours"] = solve(problems[path], path, folder, options.seconds)
        rows[path]["ours"].pop("progress", None)
        say(rows[path]["name"], told(rows[path]["ours"]), f"{rows[path]['ours']['seconds']:.2f} s")

    def theirs(job):
        peer, path = job
        rows[path]["peers"][peer] = ask(peer, problems[path], path, options.seconds)
        say(rows[path]["name"], peer, told(rows[path]["peers"][peer]), f"{rows[path]['peers'][peer]['seconds']:.2f} s")
    wall = each(paths, ours)
    each([(peer, path) for path in paths for peer in options.peers], theirs)
    for row in rows.values():
        row["ours"]["wrong"] += belied("gaps", row["ours"], row["peers"])
        for answer in [row["ours"], *row["peers"].values()]:
            answer["wrong"] += against(row["best"], answer) if row["best"] else []
    return {"seconds": options.seconds, "jobs": options.jobs, "wall": wall, "instances": list(rows.values()),
            "totals": {who: totals([(r["best"], r["ours"] if who == "ours" else r["peers"][who]) for r in rows.values()])
                       for who in ("ours", *options.peers)}}


def totals(answers):
    seconds = [a["seconds"] for _, a in answers]
    return {"best": sum(b is not None and (closed(a) if b == "UNSAT" else a["value"] == int(b)) for b, a in answers),
            "proven": sum(closed(a) for _, a in answers), "found": sum(a["value"] is not None for _, a in answers),
            "sum": sum(seconds), "median": statistics.median(seconds), "worst": max(seconds)}


# ---- What is shown

def told(row):
    if row["value"] is not None:
        return f"{row['value']}{'*' if row['proven'] else ''}"
    return "UNSAT" if row.get("infeasible") or (row.get("feasible") is False and row["proven"]) else "-"


def aligned(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]).rstrip())


def report_literature(result):
    rows = [("instance", "best", "ours", "bound", "s", "check", *(word for p in options.peers for word in (p, "s")))]
    for r in result["instances"]:
        ours = r["ours"]
        check_word = "-" if ours["check"] is None else "ok" if ours["check"] and not ours["wrong"] else "WRONG"
        peers = [word for p in options.peers for word in (told(r["peers"][p]), f"{r['peers'][p]['seconds']:.2f}")]
        rows.append((r["name"], r["best"] or "-", told(ours), "-" if ours["bound"] is None else str(ours["bound"]),
                     f"{ours['seconds']:.2f}", check_word, *peers))
    aligned(rows)
    count = len(result["instances"])
    for who, t in result["totals"].items():
        print(f"{who}: best known {t['best']} of {count}, proven {t['proven']}, seconds {t['sum']:.1f} in all, median {t['median']:.2f}, "
              f"worst {t['worst']:.2f}")
    print(f"the whole set: {result['wall']:.1f} s, {result['jobs']} at a time, at most {result['seconds']} s each")
    for r in result["instances"]:
        if r["ours"]["reason"]:
            print(f"{r['name']}: {r['ours']['reason']}")


def number(name, n):
    return "-" if n is None else f"{n / 1e9:.4f}" if name == "fairness" else f"{n:,}"


def report_large(result):
    rows = [("case", "level", "value", "bound", "off", "proven", "target", "reached", "s")]
    for r in result["large"]:
        for name, level in (r["ours"].get("levels") or {}).items():
            goal = r["targets"].get(name)
            far = "-" if level["off"] is None else f"{level['off'] * 100:.2f} %"
            word = "" if goal is None else "proven" if goal == "proven" else f"{goal * 100:g} %"
            at = r["reached"].get(name)
            rows.append((r["name"], name, number(name, level["value"]), number(name, level["bound"]), far,
                         "yes" if level["proven"] else "no", word,
                         "" if goal is None else "NO" if at is None or at > r["limit"] else "yes", "" if at is None else f"{at:.2f}"))
        rows.append((r["name"], "all", f"{r['ours'].get('placed') or 0:,} placed", "", "", "", f"{r['limit']} s", "",
                     f"{r['ours']['seconds']:.2f}"))
        rows += [(r["name"], peer, told(row), "", "", "yes" if row["proven"] else "no", "", "", f"{row['seconds']:.2f}")
                 for peer, row in r["peers"].items()]
    if len(rows) > 1:
        aligned(rows)
    for s in result["stops"]:
        print(f"stop-{s['name']}: stopped after {s['after']} s, ended {s['ms']:.0f} ms later with {s['placed']:,} placed")


# ---- Large agendas

EVERY = {level: 0.03 for level in LEVELS}
PROVEN = {"change": "proven"}
WHOLE = {"weight": 0.0, "gaps": 0.01}
# case: seconds, targets
LARGE = {name: (30, WHOLE) if "-400" in name else (60, EVERY) if "-3000" in name else (30, {"weight": 0.01})
         for name in planmake.CASES if name != "firms-93"}
STOPPED = [("sides-400", 1), ("sides-400", 10), ("anyone-3000", 1), ("anyone-3000", 10)] # case, seconds after which it is stopped


def within(r):
    """When each target was reached."""
    return {name: met(name, goal, r["ours"]) for name, goal in r["targets"].items()}


def met(name, goal, row):
    """The seconds of its own progress since when the program has what is aimed at; None: not at the end."""
    def there(levels):
        level = levels[name]
        if goal == "proven" or level["value"] is None:
            return level["proven"]
        far = off(name, level["value"], level["bound"])
        return far is not None and far <= goal
    if not row.get("levels") or not there(row["levels"]):
        return None
    at = row["seconds"]
    for line in row["progress"][::-1]:
        if not there(line["levels"]):
            break
        at = line["seconds"]
    return at


def case(agenda, folder, limit, targets, *more):
    path, problem = planmake.write(agenda, folder), Problem(agenda)
    row = {"name": agenda["name"], "limit": limit, "targets": targets, "peers": {},
           "ours": solve(problem, path, folder, min(limit, options.seconds), *more)}
    row["reached"] = within(row)
    row["ours"].pop("progress", None)
    say(row["name"], "done")
    for peer in options.peers:
        if agenda["complete"] or peer in planpeers.WEIGHING:
            row["peers"][peer] = ask(peer, problem, path.replace(".json", ".dzn"), min(limit, options.seconds))
    row["ours"]["wrong"] += belied("gaps" if agenda["complete"] else "weight", row["ours"], row["peers"])
    return row


def no_show(folder):
    """The busiest of 93 firms' people does not come."""
    agenda = planmake.make("firms-93", options.seed)
    yield case(agenda, folder, PUBLISH, {})
    path = timetable_of(agenda["name"] + ".json", folder)
    check(os.path.exists(path), "nothing was published that could be planned again")
    with open(path) as f:
        timetable = json.load(f)
    meets = [p for m in agenda["meetings"] for p in m["people"]]
    person = max(sorted(set(meets)), key=meets.count)
    for waiting, word in ((0, "no-show"), (WAITING, "no-show-waiting")):
        then = {**planmake.without(agenda, timetable, person, waiting, options.seed), "name": f"{agenda['name']}-{word}"}
        yield case(then, folder, 1, PROVEN, *REPLAN)


def stop(name, folder, after):
    """How long it takes from SIGTERM to the end, with the best it had."""
    path, answer = planmake.write(planmake.make(name, options.seed), folder), f"{folder}/stopped.json"
    with subprocess.Popen([options.program, "plan", "solve", "--json", "--silent", "--seconds", "600", "--out", answer, path],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        time.sleep(after)
        began = time.monotonic()
        process.terminate()
        said = json.loads(process.stdout.read().splitlines()[-1])
        process.wait()
        return {"name": name, "after": after, "ms": 1000 * (time.monotonic() - began), "placed": said["placed"]}


def large():
    folder, rows = directory(), []
    for name, (limit, targets) in LARGE.items():
        if fnmatch.fnmatch(name, options.instances):
            rows.append(case(planmake.make(name, options.seed), folder, limit, targets))
    if fnmatch.fnmatch("firms-93", options.instances):
        rows += no_show(folder)
    stops = [stop(name, folder, after) for name, after in STOPPED if fnmatch.fnmatch(f"stop-{name}", options.instances)]
    check(rows or stops, "no case is called", options.instances)
    return {"large": rows, "stops": stops}


# ----

def wrong(result):
    for r in result.get("instances", result.get("large")):
        for who, row in {"ours": r["ours"], **r["peers"]}.items():
            yield from (f"{r['name']}: {who}: {word}" for word in row["wrong"])


def read_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--instances", default="*", help="only those whose names are like this")
    parser.add_argument("--seconds", type=int, help="for each instance (20); with --large, at most, less than its target's")
    parser.add_argument("--peers", default="", help=f"of {','.join(planpeers.PEERS)}, between commas")
    parser.add_argument("--jobs", type=int, default=1, help="instances at a time")
    parser.add_argument("--data", default=os.path.join(SHARED, "data/meetings"))
    parser.add_argument("--spread", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="of the large agendas")
    parser.add_argument("--program", help="in place of BUILD/entregent")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--json", action="store_true")
    found = parser.parse_args()
    found.peers = [p for p in found.peers.split(",") if p]
    if set(found.peers) - set(planpeers.PEERS):
        parser.error(f"no such peer: {', '.join(set(found.peers) - set(planpeers.PEERS))}")
    found.seconds = found.seconds or (3600 if found.large else 20)
    found.program = os.path.abspath(found.program or f"{found.build}/entregent")
    sys.argv[2:] = []
    return found


if __name__ == "__main__":
    options = read_options()
    result = {}

    def plan():
        result.update(large() if options.large else literature())
        (report_large if options.large else report_literature)(result)
        found = list(wrong(result))
        check(not found, "\n".join(["wrong answers:", *found]))

    try:
        entregent.run(plan, seconds=4 * 3600)
    finally:
        if options.json and result:
            print(json.dumps(result), flush=True)
