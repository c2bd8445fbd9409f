# SPDX-License-Identifier: EUPL-1.2
"""Planning a day of meetings from the command line: solve, check and tables, their files and errors; no daemon."""
import csv
import html.parser
import io
import json
import os
import pty
import random
import re
import select
import signal
import subprocess
import time

from entregent import BAD_LOG, BUILD, PATIENCE, ROOT, SHARED, Failure, check, directory, environment, equal, run, running, say

DONE, NO, USAGE = 0, 1, 2
KEYS = ["feasible", "gaps", "bound", "proven", "placed", "seconds", "reason"]
DEMO = f"{ROOT}/demo/meetings.json"
MEETINGS = f"{SHARED}/data/meetings"


def plan(*words, status=DONE, input=None, lang="en"):
    """Runs `entregent plan`: its standard output and standard error. No server is asked, wherever it is said to be."""
    done = subprocess.run([f"{BUILD}/entregent", "plan", *map(str, words), "--lang", lang], input=input, capture_output=True, text=True,
                          timeout=120, env={**environment(), "ENTREGENT_SERVER": "nowhere"})
    check(not BAD_LOG.search(done.stderr), words, done.stderr)
    if done.returncode != status:
        raise Failure(f"plan {words}: status {done.returncode}, wanted {status}: {done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def solve(*words, **more):
    """The object for scripts: the last line, and the only one."""
    out, _ = plan("solve", "--json", *words, **more)
    answer = json.loads(out)
    equal(list(answer), KEYS, "keys")
    check(answer["seconds"] >= 0 and answer["bound"] <= answer["gaps"] or not answer["feasible"], answer)
    return answer


def written(value, name="agenda.json"):
    path = f"{directory()}/{name}"
    with open(path, "w", encoding="utf-8") as f:
        f.write(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1))
    return path


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return f.read()


def agenda(people, pairs, slots=6, tables=3, **more):
    return {"sessions": [{"name": "Matin", "slots": slots}], "tables": tables, "people": [{"id": p} for p in people],
            "meetings": [{"id": f"m{i + 1}", "people": list(pair)} for i, pair in enumerate(pairs)], **more}


def timed(a):
    return {**a, "sessions": [{**s, "start": "2027-05-18T09:00:00+02:00", "minutes": 20} for s in a["sessions"]]}


def drawn(seed, people=8, meetings=14):
    """A small agenda with a little of everything."""
    dice = random.Random(seed)
    names = [f"p{i}" for i in range(people)]
    a = agenda(names, [dice.sample(names, 2) for _ in range(meetings)], tables=dice.randint(2, 4))
    a["sessions"] = [{"name": "A", "slots": 4}, {"name": "B", "slots": 3}]
    for p in a["people"]:
        if dice.random() < 0.3:
            p["absent"] = dice.sample(range(1, 8), 2)
        if dice.random() < 0.2:
            p["most"] = dice.randint(1, 4)
        if dice.random() < 0.1:
            p["rest"] = 1
    for m in a["meetings"]:
        if dice.random() < 0.5:
            m["weight"] = dice.randint(1, 5)
        if dice.random() < 0.2:
            m["session"] = dice.choice("AB")
        if dice.random() < 0.2:
            m["previous"] = {"slot": dice.randint(1, 7), "table": "1"}
    a["bound"] = [["p0", "p1"]]
    a["meetings"][-1]["after"] = ["m1"]
    return a


# ---- solve

def test_the_demonstration():
    """What the README shows."""
    folder = directory()
    files = [f"{folder}/t.{suffix}" for suffix in ("json", "csv", "ics", "html")]
    out, err = plan("solve", DEMO, "--seconds", 10, "--out", ",".join(files))
    for words in ("meetings placed", "weight placed", "least served", "gaps", "Without a plan: first come, first served would leave"):
        check(words in out, words, "in", out)
    placed = int(re.search(r"meetings placed +(\d+) of 29", out)[1])
    check(placed >= 26, out)
    equal(out.count("was left out"), 29 - placed, "each that is left out has its reason")
    out, _ = plan("check", DEMO, files[0])
    check(out.startswith("OK\n") and f"{placed} of 29" in out, out)
    check("rendez-vous placés" in plan("solve", DEMO, "--seconds", 1, lang="fr")[0], "in French")
    answer = solve(DEMO, "--seconds", 2)
    equal((answer["feasible"], answer["reason"]), (True, None), "an answer")
    checked = json.loads(plan("check", DEMO, files[0], "--json")[0])
    equal((checked["valid"], checked["faults"], checked["placed"]), (True, [], placed), "check --json")
    listed = json.loads(read(files[0]))
    equal(len(listed["meetings"]) + len(listed["left_out"]), 29, "meetings in the file")
    equal(sorted(listed["levels"]), ["change", "fairness", "gaps", "tables", "weight"], "levels in the file")


def test_everything_drawn_is_valid():
    for seed in range(6):
        a = drawn(seed)
        problem, folder = written(a), directory()
        answer = solve(problem, "--seconds", 1, "--seed", seed, "--out", f"{folder}/t.json,{folder}/t.csv,{folder}/t.html")
        check(answer["feasible"], seed, answer)
        checked = json.loads(plan("check", problem, f"{folder}/t.json", "--json")[0])
        equal((checked["placed"], checked["gaps"]), (answer["placed"], answer["gaps"]), f"seed {seed}")
        rows = list(csv.DictReader(io.StringIO(read(f"{folder}/t.csv").lstrip("\ufeff"))))
        equal(len(rows), len(a["meetings"]), "a row each")
        equal(len([r for r in rows if r["slot"]]), answer["placed"], "rows with a slot")
        check(all(bool(r["slot"]) != bool(r["reason"]) for r in rows), "a slot or a reason")
        Page().read(f"{folder}/t.html")


def test_what_is_easy_is_proven():
    """Two buyers see two suppliers each: nobody waits, in the fewest slots or not; the same twice."""
    problem = written(agenda("abcd", ["ac", "ad", "bc", "bd"], tables=2, complete=True))
    answer = solve(problem, "--seconds", 20)
    equal((answer["gaps"], answer["bound"], answer["proven"], answer["placed"]), (0, 0, True, 4), "proven")
    again = solve("-", "--seconds", 20, input=read(problem))
    equal(again["gaps"], 0, "from standard input")
    out, _ = plan("solve", problem, "--levels", "weight,gaps,fairness,change,tables", "--seed", 5, "--memory", 64, "--spread", 0, "--silent")
    check("4 of 4" in out and "proven best" in out, out)


def test_proven_says_it_of_what_counts_before_gaps():
    """A has three meetings and two slots; whom it is fairest to leave out is open for a while."""
    names = ["A", "B", "C", "D", "E", "F"] + [side + str(i) for i in range(150) for side in "xy"]
    pairs = [("A", "B"), ("A", "C"), ("A", "D"), ("B", "E"), ("C", "F")] + [(f"x{i}", f"y{i}") for i in range(150)]
    a = agenda(names, pairs, slots=64, tables=20)
    a["people"][0]["absent"] = list(range(3, 65))
    for m in a["meetings"]:
        m["weight"] = 5 if m["id"] in ("m1", "m2") else 1
    path = f"{directory()}/t.json"
    for order, before in (("weight,fairness,gaps,change,tables", ("weight", "fairness")), ("weight,gaps,fairness,change,tables", ("weight",))):
        answer = solve(written(a), "--seconds", 2, "--levels", order, "--out", path)
        levels = json.loads(read(path))["levels"]
        equal(answer["proven"], levels["gaps"]["proven"] and all(levels[l]["proven"] for l in before), [order, levels])
        equal(levels["fairness"]["person"], "D", "the least served")
        check("person" not in levels["weight"], levels)
    solve(written(agenda("ab", ["ab"])), "--out", path)
    equal(json.loads(read(path))["levels"]["fairness"]["person"], None, "nobody has less than all")


def test_why_there_is_none():
    problem = written(agenda("abcde", ["ab", "ac", "ad", "ae"], slots=3, complete=True))
    answer = solve(problem, status=NO)
    reason = answer.pop("reason")
    answer.pop("seconds")
    equal(answer, {"feasible": False, "gaps": 0, "bound": 0, "proven": True, "placed": 0}, "infeasible")
    check("a has 4" in reason and "3" in reason, reason)
    out, _ = plan("solve", problem, status=NO)
    check(out.startswith("There is no timetable") and reason in out, out)
    check("a a 4 rendez-vous" in plan("solve", problem, lang="fr", status=NO)[0], "in French")
    path = f"{directory()}/none.json"
    plan("solve", problem, "--out", path, status=NO)
    check(not os.path.exists(path), "nothing is written")
    # The same, but all need not be placed: the one with the least weight stays out.
    a = agenda("abcde", ["ab", "ac", "ad", "ae"], slots=3)
    a["meetings"][2]["weight"] = 1
    out, _ = plan("solve", written(a), "--seconds", 10)
    check("3 of 4" in out and re.search(r"Meeting m3 \(a and d\)", out), out)
    answer = solve(written(a), "--seconds", 10)
    equal((answer["feasible"], answer["placed"]), (True, 3), "three of four")


def reason_of(a, lang="en"):
    """Why the only meeting that is left out is."""
    path = f"{directory()}/t.json"
    plan("solve", written(a), "--seconds", 5, "--out", path, lang=lang)
    left, = json.loads(read(path))["left_out"]
    return left["reason"]


def test_why_one_is_left_out():
    late = agenda("abcd", ["ab", "cd"], slots=3)
    late["meetings"][0]["slot"] = 3
    late["meetings"][1]["after"] = ["m1"]
    check("it must come after meeting m1 (a and b), which lies in slot 3 (Matin)" in reason_of(late), reason_of(late))
    check("il doit suivre le rendez-vous m1 (a et b), placé au créneau 3 (Matin)" in reason_of(late, "fr"), "in French")
    round = agenda("abcd", ["ab", "cd"], slots=3)
    round["meetings"][0]["after"], round["meetings"][1]["after"] = ["m2"], ["m1"]
    check("runs in a circle" in reason_of(round), reason_of(round))
    rest = agenda("abc", ["ab", "ac"], slots=3)
    rest["people"][0]["rest"], rest["meetings"][0]["slot"] = 1, 2
    check("a meets somebody else, rests or is not there" in reason_of(rest), reason_of(rest))
    bound = agenda("abcd", ["ab", "cd"], slots=1)
    bound["bound"], bound["meetings"][0]["slot"] = [["a", "c"]], 1
    check("goes with a (who meets somebody)" in reason_of(bound), reason_of(bound))


def test_a_lock_against_its_own_session():
    a = agenda("abc", ["ab", "ac"], complete=True)
    a["sessions"] = [{"name": "A", "slots": 2}, {"name": "B", "slots": 2}]
    a["meetings"][0].update(session="A", slot=3)
    wanted = "it is locked to a slot that its session does not have, or that is forbidden to it"
    check(wanted in solve(written(a), status=NO)["reason"], "JSON")
    out, _ = plan("check", written(a), written({"meetings": [{"id": "m1", "slot": 3, "table": "1"}, {"id": "m2", "slot": 4, "table": "1"}]}), status=NO)
    check("Meeting m1 (a and b) is locked to a slot that its session does not have" in out, out)
    fixed = written(SMALL.replace("fixed = [0, 0, 0]", "fixed = [3, 0, 0]"), "none.dzn")
    check(wanted in solve(fixed, status=NO)["reason"], "MiniZinc data")


# ---- Files

class Page(html.parser.HTMLParser):
    """A page that is closed as it was opened and asks for nothing from elsewhere."""
    VOID = {"meta", "br"}

    def __init__(self):
        super().__init__()
        self.open, self.classes, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        check(tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "form"}, tag)
        check(not any(name in ("src", "href", "style") or name.startswith("on") for name, _ in attributes), tag, attributes)
        if tag not in self.VOID:
            self.open.append(tag)
        self.classes += [value for name, value in attributes if name == "class" and tag == "section"]

    def handle_endtag(self, tag):
        equal(self.open.pop(), tag, "nesting")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            check("url(" not in data and "@import" not in data, data)
        else:
            self.text.append(data)

    def read(self, path):
        self.feed(read(path))
        self.close()
        equal(self.open, [], "nesting")
        return self


def events(text):
    """The events of a calendar by their UID, unfolded and unescaped (RFC 5545)."""
    check(text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n"), text[:200])
    check(all(len(line.encode()) <= 75 for line in text.split("\r\n")), "no line is over 75 octets")
    found = {}
    for block in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", text.replace("\r\n ", ""), re.S):
        event = dict(line.split(":", 1) for line in block.split("\r\n") if line)
        found[event["UID"]] = {k: re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], v) for k, v in event.items()}
    return found


HOSTILE = ["<script>alert(1)</script>", "=HYPERLINK(\"x\")", 'Zoé "Z" <b>, & co', "Renée; \\n;=1+1"]


def test_files_hold_what_was_planned():
    a = timed(agenda("abcd", ["ac", "ad", "bc", "bd", "ab"], slots=4, tables=["Salon <1>", "2"], complete=True, name="Journée d'été & <plus>"))
    for person, name in zip(a["people"], HOSTILE):
        person["name"], person["organisation"] = name, f"Chez {name}"
    problem, folder = written(a), directory()
    paths = {s: f"{folder}/one, two.{s}" for s in ("json", "csv", "ics", "html")}
    solve(problem, "--seconds", 5, "--out", ",".join(paths.values()))
    timetable = {m["id"]: m for m in json.loads(read(paths["json"]))["meetings"]}
    equal(sorted(timetable), ["m1", "m2", "m3", "m4", "m5"], "all are placed")
    equal(sorted(os.listdir(folder)), sorted(os.path.basename(p) for p in paths.values()), "nothing else is left there")

    rows = {r["meeting"]: r for r in csv.DictReader(io.StringIO(read(paths["csv"]).lstrip("\ufeff")))}
    equal(sorted(rows), sorted(timetable), "rows")
    for id, row in rows.items():
        start = f"2027-05-18 {9 + (int(row['slot']) - 1) * 20 // 60:02d}:{(int(row['slot']) - 1) * 20 % 60:02d}"
        equal((int(row["slot"]), row["table"], row["start"], row["reason"]), (timetable[id]["slot"], timetable[id]["table"], start, ""), id)
    equal(rows["m4"]["person1"], "'" + HOSTILE[1], "no formula")
    pieces = [piece for line in read(paths["csv"]).split("\n") for piece in line.split(";")]
    check(not any(piece.lstrip('"')[:1] in tuple("=+-@") for piece in pieces), "nor where it is split at semicolons", pieces)
    equal((rows["m1"]["person1"], rows["m1"]["organisation2"]), (HOSTILE[0], f"Chez {HOSTILE[2]}"), "names")

    found = {uid.split("@")[0]: event for uid, event in events(read(paths["ics"])).items()}
    equal(sorted(found), sorted(timetable), "UIDs")
    for id, m in timetable.items():
        event = found[id]
        minutes = 7 * 60 + (m["slot"] - 1) * 20
        equal((event["DTSTART"], event["TRANSP"]), (f"20270518T{minutes // 60:02d}{minutes % 60:02d}00Z", "OPAQUE"), id)
        equal(event["LOCATION"], "Table 2" if m["table"] == "2" else "Salon <1>", id)
    equal(found["m1"]["SUMMARY"], f"{HOSTILE[0]} – {HOSTILE[2]}", "summary")

    page = Page().read(paths["html"])
    text = " ".join(page.text)
    for word in [*HOSTILE, "Salon <1>", "Journée d'été & <plus>", "Tuesday 18 May 2027", "09:00", "09:00 – 09:20"]:
        check(word in text, word, "on paper")
    used = len({m["table"] for m in timetable.values()})
    equal([page.classes.count(c) for c in ("grid", "person", "card")], [2, 4, used], "pages")
    plan("solve", problem, "--seconds", 2, "--out", paths["html"], lang="fr")
    check("mardi 18 mai 2027" in read(paths["html"]), "in French")


def test_calendars_of_several_agendas():
    """Read into one calendar, none overwrites another's events, and what was planned last counts."""
    def calendar(a):
        path = f"{directory()}/t.ics"
        solve(written(a), "--seconds", 5, "--out", path)
        return events(read(path))
    one, other = timed(agenda("ab", ["ab"])), timed(agenda("cd", ["cd"]))
    one["meetings"][0]["slot"] = 1
    first, second = calendar(one), calendar(other)
    check(not set(first) & set(second), first, second)
    time.sleep(1.1)  # until the clock of calendars has moved on
    one["people"].append({"id": "e"})
    one["meetings"].append({"id": "m2", "people": ["a", "e"]})
    one["meetings"][0].update(previous={"slot": 1, "table": "1"}, slot=3)
    again = calendar(one)
    check(set(first) < set(again), first, again)
    uid, = first
    check(int(again[uid]["SEQUENCE"]) > int(first[uid]["SEQUENCE"]) and again[uid]["DTSTART"] != first[uid]["DTSTART"], first, again)


def test_files_that_cannot_be_written():
    problem, folder = written(agenda("ab", ["ab"])), directory()
    for out, word in ((f"{folder}/nowhere/x.json", "nowhere"), (f"{folder}/x.json,{folder}/y", ".ics"),
                      ("", "file"), (f"{folder}/x.ics", "/sessions/0/start")):
        _, err = plan("solve", problem, "--out", out, status=USAGE)
        check(word in err, out, err)
    os.mkdir(f"{folder}/taken.json")
    check("taken.json" in plan("solve", problem, "--seconds", 1, "--out", f"{folder}/taken.json", status=USAGE)[1], "a folder of that name")
    equal(os.listdir(folder), ["taken.json"], "nothing is left behind")


def test_nothing_of_others_is_overwritten():
    a = agenda("ab", ["ab"])
    problem, folder = written(a), directory()
    os.symlink(problem, f"{folder}/link.json")
    for out in (problem, f"{folder}/../{os.path.basename(folder)}/link.json", f"{folder}/t.csv,{problem}"):
        check("agenda itself" in plan("solve", problem, "--out", out, status=USAGE)[1], out)
    with open(problem) as stdin:
        done = subprocess.run([f"{BUILD}/entregent", "plan", "solve", "-", "--out", problem, "--lang", "fr"], stdin=stdin, capture_output=True,
                              text=True, timeout=60, env=environment())
    check(done.returncode == USAGE and "l'agenda lui-même" in done.stderr, done)
    equal(json.loads(read(problem)), a, "the agenda is as it was")
    for name, text in (("t.json.new", "mine"), ("t.json", "old")):
        with open(f"{folder}/{name}", "w") as f:
            f.write(text)
    os.chmod(f"{folder}/t.json", 0o640)
    os.umask(mask := os.umask(0))
    plan("solve", problem, "--out", f"{folder}/t.json,{folder}/t.csv")
    equal(read(f"{folder}/t.json.new"), "mine", "a file of the user's")
    equal([os.stat(f"{folder}/t.{s}").st_mode & 0o777 for s in ("json", "csv")], [0o640, 0o666 & ~mask], "permissions")
    equal(sorted(os.listdir(folder)), ["link.json", "t.csv", "t.json", "t.json.new"], "nothing else is left there")


def test_a_file_without_a_suffix():
    problem, folder = written(agenda("ab", ["ab"])), directory()
    for name in ("answer", "tmp.Xy12", "a, b"):
        out, _ = plan("solve", problem, "--out", f"{folder}/{name}")
        check(f"Written: {folder}/{name} (JSON)" in out, out)
        check(plan("check", problem, f"{folder}/{name}")[0].startswith("OK\n"), name)
    plan("solve", problem, "--out", "/dev/null")
    check(not os.path.isfile("/dev/null"), "a device stays one")
    # There is none: what stood there before stays, and is said to be old.
    path = f"{folder}/answer"
    none = written(agenda("abc", ["ab", "ac"], slots=1, complete=True))
    before = read(path)
    _, err = plan("solve", none, "--out", path, status=NO)
    check(f"{path}: nothing is written to it" in err and read(path) == before, err)
    check("nothing is written" not in plan("solve", none, "--out", f"{folder}/new.json", status=NO)[1], "nothing stood there")


# ---- check

def test_tampering_is_found():
    a = agenda("abcd", ["ac", "ad", "bc", "bd"], slots=4, tables=2, complete=True)
    a["people"][0]["absent"] = [4]
    problem = written(a)
    good = {"m1": (1, "1"), "m2": (2, "1"), "m3": (2, "2"), "m4": (1, "2")}

    def checked(status, spread=2, **changes):
        meetings = [{"id": id, "slot": place[0], "table": place[1]} for id, place in {**good, **changes}.items() if place]
        path = written({"meetings": meetings})
        out, err = plan("check", problem, path, "--spread", spread, status=status)
        value = json.loads(plan("check", problem, path, "--spread", spread, "--json", status=status)[0])
        equal(value["valid"], status == DONE, changes)
        check(all(f["text"] in out + err for f in value["faults"]), value, out, err)
        return {f["rule"] for f in value["faults"]}
    equal(checked(DONE), set(), "as it should be")
    check("twice" in checked(NO, m2=(1, "2")), "a person in two meetings")
    check("table" in checked(NO, m3=(2, "1")), "two at a table")
    check("free" in checked(NO, m2=(4, "1")), "somebody who is away")
    check("complete" in checked(NO, m4=None), "one is missing")
    equal(checked(DONE, m2=(3, "1")), set(), "one gap each for a and d")
    check("spread" in checked(NO, spread=0, m2=(3, "1")), "a gap for a and d, none for b and c")
    equal(checked(NO, m4=(9, "2")), {"shape"}, "a slot that does not exist")
    equal(checked(NO, m9=(1, "2")), {"shape"}, "a meeting that does not exist")
    for bad in ("", "{", "[1]"):
        plan("check", problem, written(bad), status=USAGE)
    plan("check", problem, "/nowhere.json", status=USAGE)
    plan("check", "/nowhere.json", written({"meetings": []}), status=USAGE)


def test_what_lies_nowhere():
    problem = written(agenda("abc", ["ab", "ac"]))
    timetable = {"meetings": [{"id": "m1", "slot": 1, "table": "1"}, {"id": "m2", "slot": None, "table": "1"}]}
    check("1 of 2" in plan("check", problem, written(timetable))[0], "null: it is not placed")
    del timetable["meetings"][1]["slot"]
    check("/meetings/1/slot" in plan("check", problem, written(timetable), status=NO)[1], "left out")
    check("standard input" in plan("check", "-", "-", input=read(problem), status=USAGE)[1], "both from standard input")


# ---- tables

def test_how_many_tables():
    """Three buyers meet three suppliers each: three slots and three tables, or nine slots and one."""
    pairs = [b + s for b in "abc" for s in "xyz"]
    two_sides = json.loads(plan("tables", written(agenda("abcxyz", pairs, slots=9, tables=1)), "--json")[0])
    wanted = {"meetings": 9, "slots_needed": 3, "slots_enough": 3, "tables_needed": 1, "tables_in_fewest_slots": 3, "two_sides": True, "limited": False}
    equal({k: two_sides[k] for k in wanted}, wanted, "two sides")
    equal(two_sides["busiest"]["meetings"], 3, "busiest")
    out = " ".join(plan("tables", written(agenda("abcxyz", pairs, slots=9, tables=1)))[0].split())
    check("What is there is enough." in out and "König" in out and "a has the most meetings: 3" in out, out)
    out, _ = plan("tables", written(agenda("abcxyz", pairs, slots=2, tables=3)))
    check("1 slot(s) are missing" in out and "2 table(s) are missing" in out, out)
    triangle = json.loads(plan("tables", written(agenda("abc", ["ab", "bc", "ac"], slots=3)), "--json")[0])
    check(triangle["slots_needed"] in (2, 3) and triangle["slots_enough"] == 3 and not triangle["two_sides"], triangle)
    a = agenda("abc", ["ab", "bc", "ac"], slots=3)
    a["people"][0]["absent"] = [1]
    check("least numbers" in plan("tables", written(a))[0] and "minimums" in plan("tables", written(a), lang="fr")[0], "bounds only")
    equal(json.loads(plan("tables", written(a), "--json")[0])["limited"], True, "limited")
    equal(json.loads(plan("tables", written(agenda("ab", [])), "--json")[0])["busiest"], None, "no meetings")


# ---- Errors

def test_errors_say_where():
    a = agenda("ab", ["ab", "aa"])
    a["people"][1] = {"id": "a", "age": 7}
    a["meetings"][0]["slot"] = 99
    path = written(a)
    lines = read(path).split("\n")
    for verb in (["solve", path], ["tables", path], ["check", path, path]):
        _, err = plan(*verb, status=USAGE)
        for pointer, text in (("/people/1/age", '"age"'), ("/people/1/id", '"id"'), ("/meetings/0/slot", '"slot"'), ("/meetings/1/people", '"people"')):
            found = re.search(rf"{path}:(\d+): {pointer}\S*: \S", err)
            check(found and text in lines[int(found[1]) - 1] or "/meetings/1" in pointer and found, pointer, err)
    check("Ce champ n'existe pas" in plan("solve", path, lang="fr", status=USAGE)[1], "in French")
    _, err = plan("solve", written('{"people": [],\n "meetings": [}'), status=USAGE)
    check("line 2" in err, err)
    check("people" in plan("solve", "-", input="{}", status=USAGE)[1], "standard input")
    check("/nowhere" in plan("solve", "/nowhere", status=USAGE)[1], "no such file")
    _, err = plan("solve", written(SMALL.replace("| 1, 3, 3,", "| 1, 9, 3,"), "x.dzn"), status=USAGE)
    check("/requested/2" in err and re.search(r"line 3", err), err)
    for words in (["solve"], ["solve", path, path], ["check", path], ["tables"], ["nothing", path], ["solve", DEMO, "--seconds", "0"],
                  ["solve", DEMO, "--levels", "gaps"], ["solve", DEMO, "--levels", "weight,gaps,gaps,change,tables"],
                  ["solve", DEMO, "--levels", "fairness,weight,gaps,change,tables"], ["solve", DEMO, "--spread", "x"], ["tables", DEMO, "--seed", "1"],
                  ["solve", DEMO, "--levels", "weight,fairness,gaps,change,tables,weight"]):
        out, err = plan(*words, status=USAGE)
        check(err and not out, words, "says why")


def test_refusals_are_objects_too():
    broken, good = written("{", "broken.json"), written(agenda("ab", ["ab"]), "good.json")
    bad = written(agenda("ab", ["aa"]), "bad.json")
    for path, word in (("/nowhere.json", "/nowhere.json: cannot be read"), (broken, "not valid JSON"), (bad, "/meetings/0/people/1: ")):
        answer = solve(path, status=USAGE)
        reason = answer.pop("reason")
        check(word in reason and answer.pop("seconds") >= 0, reason)
        equal(answer, {"feasible": False, "gaps": 0, "bound": 0, "proven": False, "placed": 0}, path)
        check(word in json.loads(plan("tables", path, "--json", status=USAGE)[0])["reason"], path)
        checked = json.loads(plan("check", path, good, "--json", status=USAGE)[0])
        equal((checked["valid"], [f["rule"] for f in checked["faults"]]), (False, ["agenda"]), path)
        check(word in checked["faults"][0]["text"], checked)
        equal(plan("solve", path, status=USAGE)[0], "", "without --json it is said on stderr alone")
    for path in ("/nowhere.json", broken):
        checked = json.loads(plan("check", good, path, "--json", status=USAGE)[0])
        equal((checked["valid"], [f["rule"] for f in checked["faults"]]), (False, ["shape"]), path)
    check("lecture impossible" in solve("/nowhere.json", lang="fr", status=USAGE)["reason"], "in French")


def test_a_byte_order_mark():
    mark, timetable = "\ufeff", f"{directory()}/t.json"
    for problem in (written(mark + json.dumps(agenda("ab", ["ab"]))), written(mark + SMALL, "small.dzn")):
        plan("solve", problem, "--out", timetable)
        check(plan("check", problem, written(mark + read(timetable), "t2.json"))[0].startswith("OK"), problem)


# ---- While it runs

def big():
    """More than is proven best in a moment."""
    dice = random.Random(3)
    names = [f"p{i}" for i in range(120)]
    return timed(agenda(names, [dice.sample(names, 2) for _ in range(900)], slots=18, tables=55))


def begin(*words, **more):
    process = subprocess.Popen([f"{BUILD}/entregent", "plan", "solve", *words, "--lang", "en"], text=True, env=environment(),
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **more)
    running.add(process)
    return process


def test_an_interrupt_keeps_the_best():
    problem, path = written(big()), f"{directory()}/t.json"
    process = begin(problem, "--json", "--verbose", "--seconds", "600", "--out", path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lines = []
    while not lines or not lines[-1]["progress"]["placed"]:
        lines.append(json.loads(process.stdout.readline()))
        equal(sorted(lines[-1]["progress"]["levels"]), ["change", "fairness", "gaps", "tables", "weight"], "levels")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    running.discard(process)
    check(not BAD_LOG.search(err), err)
    equal(process.returncode, DONE, "status")
    answer = json.loads(out.strip().split("\n")[-1])
    equal(list(answer), KEYS, "keys")
    check(answer["feasible"] and answer["seconds"] < 600 and "Interrupted" in err, answer, err)
    checked = json.loads(plan("check", problem, path, "--json")[0])
    equal((checked["placed"], checked["gaps"]), (answer["placed"], answer["gaps"]), "what was written")


def on_terminal(*words):
    """What a terminal of 60 columns shows."""
    ours, theirs = pty.openpty()
    import fcntl
    import struct
    import termios
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    process = begin(*words, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                more = os.read(ours, 65536)
            except OSError:  # closed at the other side
                break
            shown += more
    os.close(ours)
    process.wait(PATIENCE)
    running.discard(process)
    return shown.decode()


def test_progress_is_a_bar():
    problem = written(big())
    shown = on_terminal(problem, "--seconds", "2")
    bars = [bar for bar in shown.split("\r\x1b[K") if bar]
    check(len(bars) > 3 and all(re.match(r"\[#*\.*\] \d+ s  ", bar) for bar in bars), bars[:3])
    check(all(len(bar) < 60 and "\n" not in bar for bar in bars), "each on one line")
    check(any(re.search(r"\d+/900, ", bar) for bar in bars) and bars[-1].count("#") > bars[0].count("#"), bars[-1])
    check(shown.endswith("\r\x1b[K"), "wiped at the end")
    equal(on_terminal(problem, "--seconds", "1", "--silent"), "", "--silent")


# ---- The literature's data

SMALL = """nBusiness = 3; nMeetings = 3; nTables = 1; nTotalSlots = 4; nMorningSlots = 2;
requested = [| 1, 2, 1,
 | 1, 3, 3,
 | 2, 3, 2 |];
meetingsxBusiness = [{1,2,3}, {1,2,4}, {1,3,4}];
nMeetingsBusiness = [2, 2, 2];
forbidden = [{0}, {0}, {0,4}];
fixed = [0, 0, 0];
precedences = [{}, {1}, {}];
"""


def test_minizinc_data():
    problem, path = written(SMALL, "small.dzn"), f"{directory()}/t.json"
    answer = solve(problem, "--seconds", 20, "--out", path)
    # 1-2 in the morning, then 1-3, 2-3 in the afternoon before 4: so 3, and 1-3 in 2; 2 waits once when 1-2 is in 1.
    equal((answer["gaps"], answer["proven"], answer["placed"]), (1, True, 3), answer)
    plan("check", problem, path)
    equal(json.loads(plan("tables", problem, "--json")[0])["meetings"], 3, "tables")
    fixed = written(SMALL.replace("fixed = [0, 0, 0]", "fixed = [3, 0, 0]"), "none.dzn")
    check(solve(fixed, status=NO)["reason"], "1-2 is fixed in the afternoon")


def test_real_instances():
    """A few that are done in a moment: the published optimum, proven; and none where there is none."""
    if not os.path.exists(f"{MEETINGS}/best_known.tsv"):
        say("SKIP real instances: none beside the checkout")
        return
    lines = [line.split("\t") for line in read(f"{MEETINGS}/best_known.tsv").strip().split("\n")]
    rows = [dict(zip(lines[0], line)) for line in lines[1:] if os.path.exists(f"{MEETINGS}/{line[0]}.dzn")]
    rows.sort(key=lambda r: float(r["uwrmaxsat_cpu_s"] or 1e9))
    found = [r for r in rows if r["published_optimum"].isdigit()][:3]
    none = [r for r in rows if not r["published_optimum"].isdigit()][:2]
    for row in found:
        problem, path = f"{MEETINGS}/{row['instance']}.dzn", f"{directory()}/t.json"
        answer = solve(problem, "--spread", row["d"], "--seconds", 20, "--out", path)
        equal((answer["gaps"], answer["proven"]), (int(row["published_optimum"]), True), row["instance"])
        plan("check", problem, path, "--spread", row["d"])
        timetable = json.loads(read(path))
        timetable["meetings"][0]["slot"] = timetable["meetings"][0]["slot"] % 8 + 1
        check(plan("check", problem, written(timetable), "--spread", row["d"], status=NO)[0], "tampered")
    for row in none:
        answer = solve(f"{MEETINGS}/{row['instance']}.dzn", "--spread", row["d"], "--seconds", 60, status=NO)
        check(answer["proven"] and answer["reason"], row["instance"], answer)
    say(f"{len(found)} optima, {len(none)} without a timetable")


if __name__ == "__main__":
    run(test_the_demonstration, test_everything_drawn_is_valid, test_what_is_easy_is_proven, test_proven_says_it_of_what_counts_before_gaps, test_why_there_is_none, test_why_one_is_left_out,
        test_a_lock_against_its_own_session,
        test_files_hold_what_was_planned, test_calendars_of_several_agendas, test_files_that_cannot_be_written, test_nothing_of_others_is_overwritten, test_a_file_without_a_suffix,
        test_tampering_is_found, test_how_many_tables,
        test_what_lies_nowhere,
        test_errors_say_where, test_refusals_are_objects_too, test_a_byte_order_mark, test_an_interrupt_keeps_the_best, test_progress_is_a_bar, test_minizinc_data, test_real_instances, seconds=300)
