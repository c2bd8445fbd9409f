# SPDX-License-Identifier: EUPL-1.2
"""Timetables: a run of the solver from its start to its end, whatever end that is; versions changed by hand, compared, published."""
import contextlib
import json
import os
import re
import signal
import subprocess
import time

import entregent
from entregent import Daemon, Stream, check, directory, equal, run, say, wait_for
from meetings import Convention, children, drawn

HARD = (drawn(3, 30, 30, 380), {"slots": 16, "tables": 26})  # more than can be placed: nothing is proven soon
UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-")
SMALL = (("b1", "b2", "s1", "s2"), [("b1", "s1"), ("b1", "s2"), ("b2", "s1"), ("b2", "s2")])


@contextlib.contextmanager
def hall(*settings):
    """A daemon and an organiser."""
    with Daemon(*settings) as d:
        yield d, d.organisation("organiser", 41)


def hard(d, o):
    return Convention(d, o, *HARD[0], **HARD[1])


def small(d, o, slots=4, tables=2, **more):
    return Convention(d, o, *SMALL, slots=slots, tables=tables, **more)


def moved(c, timetable, pair, expect=200, **more):
    """Moves a meeting of a draft; the answer."""
    return c.client("POST", f"/v1/timetables/{timetable['id']}/moves", {"request": c.requests[pair], **more}, {"If-Match": f'"{timetable["version"]}"'}, expect)


def refusal(answer):
    """The code and the sentences of a problem."""
    return answer["code"], sorted(e["detail"].removeprefix("Ce n'est pas possible : ") for e in answer.get("errors", []))


# ---- Runs

def test_a_run():
    with hall() as (d, o):
        c = Convention(d, o, *drawn(1, 12, 10, 60), slots=10, tables=8)
        said = c.plan(seconds=4, order="gaps,change,fairness", spread=1, seed=7)
        equal((said["state"], said["kind"], said["meetings"]), ("running", "plan", 60), "begun")
        equal(said["options"], {"seconds": 4, "order": "gaps,change,fairness", "spread": 1, "seed": 7}, "as it was asked for")
        done = c.ended(said)
        equal(done["state"], "done", done)
        t = c.timetable(done["timetable"])
        equal((t["state"], t["made"], t["plan"], t["placed"], t["left_out"], t["current"], t["number"]), ("draft", "plan", said["id"], 60, [], False, 1), "a draft")
        equal(t["levels"], done["progress"]["levels"], "what it is worth")
        equal(sorted(t["levels"]), ["change", "fairness", "gaps", "tables", "weight"], "on five levels")
        equal(t["levels"]["weight"], {"value": 180, "bound": 180, "proven": True}, "all of it is placed, proven")
        check(t["levels"]["gaps"]["value"] >= t["levels"]["gaps"]["bound"], t["levels"])
        equal((done["curve"][-1], "curve" in o.get(c.path + "/plans")["items"][0]), (done["progress"], False), "the curve")
        # Another program agrees: it keeps the rules, and is worth that.
        folder = directory()
        agenda, timetable = f"{folder}/agenda.json", f"{folder}/timetable.json"
        with open(agenda, "w") as f:
            f.write(o("GET", c.path + "/agenda", expect=200).text)
        with open(timetable, "w") as f:
            json.dump({"meetings": [{"id": m["request"], "slot": m["slot"], "table": m["table"]} for m in t["meetings"]]}, f)
        checked = json.loads(d.cli(None, "plan", "check", agenda, timetable, "--json"))
        equal((checked["valid"], checked["placed"], checked["gaps"]), (True, 60, t["levels"]["gaps"]["value"]), "checked")


def test_an_early_end_is_not_want_of_memory():
    """Four buyers meet four suppliers at three tables: all but the changes of table is soon proven, and those are asked about a few times only."""
    with hall() as (d, o):
        c = Convention(d, o, *drawn(1, 4, 4, 16), slots=6, tables=3)
        got = c.ended(c.plan(seconds=60))
        proven = {level: value["proven"] for level, value in got["progress"]["levels"].items()}
        equal((got["state"], [level for level in proven if level != "tables" and not proven[level]]), ("done", []), proven)
        check("mémoire" not in got["said"]["fr"] and ("prouvé." in got["said"]["fr"] if proven["tables"] else "changements de table" in got["said"]["fr"]), got["said"])


def test_what_is_asked_for_is_checked():
    with hall("plan_seconds=30") as (d, o):
        c = small(d, o)
        for options, pointer in (({"seconds": 31}, "/seconds"), ({"seconds": 0}, "/seconds"), ({"order": "gaps"}, "/order"),
                                 ({"order": "gaps,gaps,change"}, "/order"), ({"spread": -1}, "/spread"), ({"seed": "x"}, "/seed"), ({"x": 1}, "/x")):
            equal(c.plan(expect=422, **options)["errors"][0]["pointer"], pointer, options)
        equal(c.plan()["options"], {"seconds": 30, "order": "fairness,gaps,change", "spread": 2, "seed": 1}, "without any wish")
        empty = Convention(d, o, ("b1", "s1"))
        equal(empty.plan(expect=409)["code"], "nothing_to_plan", "nobody meets anybody")
        other = d.organisation("organiser", 42)
        for method, path in (("POST", c.path + "/plans"), ("GET", c.path + "/plans"), ("GET", c.path + "/timetables"), ("GET", c.path + "/agenda"),
                             ("GET", c.path + "/advice"), ("POST", c.path + "/timetables")):
            body = ({"meetings": []} if path.endswith("timetables") else {}) if method == "POST" else None
            equal((method, path, other(method, path, body).status), (method, path, 404), "somebody else's")


def test_progress_is_live():
    with hall() as (d, o):
        c = hard(d, o)
        with Stream(o, path=c.path + "/events") as s:
            said, seen, seconds = c.plan(seconds=60), [], []
            while len(seconds) < 3:
                e = s.event()
                check(e, "no event")
                seen.append(e.kind)
                if e.kind == "progress":
                    equal(e.json["plan"], said["id"], "of this run")
                    seconds.append(e.json["seconds"])
                    check(e.json["levels"]["weight"]["value"] > 0, e.json)
            check("plan" in seen, seen)
            equal(seconds, sorted(seconds), "time goes on")
            o("DELETE", f"/v1/plans/{said['id']}", expect=204)
            while True:
                e = s.event()
                if e.kind == "plan" and e.json["state"] != "running":
                    break
            equal(e.json["state"], "stopped", "its end")
        got = c.ended(said)
        equal(got["state"], "stopped", "stopped")
        t = c.timetable(got["timetable"])
        equal(t["levels"], got["progress"]["levels"], "the best so far is kept")
        check(t["placed"] > 200 and t["placed"] + len(t["left_out"]) == 380, t["placed"], len(t["left_out"]))
        check(all(x["kind"] and x["fr"] and x["en"] and x["request"] in c.requests.values() for x in t["left_out"]), t["left_out"][:3])
        check(not any(UUID.search(x["fr"] + x["en"]) for x in t["left_out"]), "people have names:", t["left_out"][:3])
        placed = {m["request"] for m in t["meetings"]}
        check(not placed & {x["request"] for x in t["left_out"]}, "placed or left out")
        o("DELETE", f"/v1/plans/{said['id']}", expect=204)  # it is as it was asked
        o("DELETE", f"/v1/plans/{t['id']}", expect=404)


def test_a_stop_is_heard_at_once():
    """The child by itself: how long it goes on after SIGTERM."""
    with hall() as (d, o):
        agenda = o.get(hard(d, o).path + "/agenda")
    child = subprocess.Popen([f"{entregent.BUILD}/entregentd", "plan", "--seconds", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    entregent.running.add(child)
    child.stdin.write(json.dumps(agenda))
    child.stdin.close()
    lines = [json.loads(child.stdout.readline()) for _ in range(2)]
    began = time.monotonic()
    child.send_signal(signal.SIGTERM)
    lines += [json.loads(line) for line in child.stdout]
    equal(child.wait(), 0, "status")
    took = time.monotonic() - began
    say(f"the solver ended {took * 1000:.0f} ms after SIGTERM, 380 requests of 60 people")
    last = lines[-1]
    equal((last["state"], last["verified"], len(last["timetable"])), ("stopped", True, 380), "the best so far")
    check(sum(1 for x in last["timetable"] if x) + len(last["left_out"]) == 380, "each is placed or said why not")
    check(all(x["state"] == "working" for x in lines[:-1]), [x["state"] for x in lines])


def test_the_child_dies():
    with hall() as (d, o):
        c = hard(d, o)
        said = c.plan(seconds=60)
        pid = wait_for(lambda: children(d), "the child runs")[0]
        wait_for(lambda: "progress" in o.get(f"/v1/plans/{said['id']}"), "it has said something")
        os.kill(pid, signal.SIGKILL)
        got = c.ended(said)
        equal(got["state"], "failed", "failed")
        check("s'est interrompu (signal 9)" in got["said"]["fr"] and "broke off (signal 9)" in got["said"]["en"], got["said"])
        # What it had shown is not lost, and the next one runs.
        check(c.timetable(got["timetable"])["placed"] > 0, "the best that was shown")
        equal(c.ended(c.plan(seconds=1))["state"], "done", "the next one")
        check(d.ready(), "the daemon serves")


def test_memory_is_limited():
    with open(f"{entregent.BUILD}/entregentd", "rb") as f:
        if b"__asan_init" in f.read():
            say("memory is not limited under a sanitizer: not tested")
            return
    with hall("plan_memory_mib=64") as (d, o):
        agenda = o.get(hard(d, o).path + "/agenda")
        done = subprocess.run([f"{entregent.BUILD}/entregentd", "plan", "--memory", "1", "--seconds", "20"], input=json.dumps(agenda),
                              capture_output=True, text=True)
        check(done.returncode in (70, -signal.SIGABRT), done.returncode, done.stderr)
        check("out of memory" in done.stderr or "bad_alloc" in done.stderr, done.stderr)
        # The daemon says it of its children, who end so.
        c = hard(d, o)
        said = c.plan(seconds=20)
        pid = wait_for(lambda: children(d), "the child runs")[0]
        wait_for(lambda: "progress" in o.get(f"/v1/plans/{said['id']}"), "it has said something")
        with open(f"/proc/{pid}/limits") as f:
            limit = next(line for line in f if line.startswith("Max address space")).split()[3]
        check(64 << 20 < int(limit) < 1 << 30, "limit", limit)
        os.kill(pid, signal.SIGABRT)
        got = c.ended(said)
        equal((got["state"], "plan_memory_mib" in got["said"]["fr"]), ("failed", True), got["said"])
        check(d.ready(), "the daemon serves")


def test_how_many_at_once():
    with hall("plans_at_once=1") as (d, o):
        a, b = hard(d, o), hard(d, o)
        first = a.plan(seconds=60)
        second = o("POST", b.path + "/plans", {}, expect=429)
        check(int(second.headers["Retry-After"]) > 0, second.headers)
        o("DELETE", f"/v1/plans/{first['id']}", expect=204)
        a.ended(first)
        b.plan(seconds=60)
    with hall() as (d, o):
        c = hard(d, o)
        first = c.plan(seconds=60)
        equal(c.plan(expect=409)["code"], "plan_running", "one of a convention")
        equal(c.client.get(c.path + "/plans")["items"][0]["id"], first["id"], "the one that runs")


def test_the_daemon_stops_and_dies():
    with hall("tick_ms=500") as (d, o):
        c = hard(d, o)
        first = c.plan(seconds=60)
        wait_for(lambda: "progress" in o.get(f"/v1/plans/{first['id']}"), "it has said something")
        d.restart()
        got = o.get(f"/v1/plans/{first['id']}")
        equal(got["state"], "stopped", "ended with the daemon")
        check(c.timetable(got["timetable"])["placed"] > 0, "what it found is stored")
        second = c.plan(seconds=60)
        pid = wait_for(lambda: children(d), "the child runs")[0]
        d.kill()
        wait_for(lambda: not os.path.exists(f"/proc/{pid}"), "the child goes with the daemon")
        d.start()
        equal(o.get(f"/v1/plans/{second['id']}")["state"], "running", "nobody has looked yet")
        d.sql(f"update plan set seen = now() - interval '2 minutes' where id = '{second['id']}'")
        got = c.ended(second)
        equal((got["state"], got["said"]["en"]), ("failed", "Its process is gone."), "found dead")
        equal(c.ended(c.plan(seconds=1))["state"], "done", "the next one")


def test_another_process_stops_it():
    with hall() as (d, o):
        c = hard(d, o)
        said = c.plan(seconds=60)
        wait_for(lambda: "progress" in o.get(f"/v1/plans/{said['id']}"), "it has said something")
        d.sql(f"update plan set stopping = true where id = '{said['id']}'")  # as plan_stop does in the other process
        equal(c.ended(said)["state"], "stopped", "heard with the next progress")


def test_why_it_is_impossible():
    with hall() as (d, o):
        c = Convention(d, o, ("b1", "s1", "s2"), [("b1", "s1"), ("b1", "s2")], slots=2, tables=2)
        for pair in c.requests:
            d.sql(f"update request set slot = 1 where id = '{c.requests[pair]}'")  # pinned at once: no route lets that happen
        advice = c.client.get(c.path + "/advice")
        check("b1" in advice["impossible"] and "s1" in advice["impossible"] and not UUID.search(advice["impossible"]), advice)
        english = c.client("GET", c.path + "/advice", headers={"Accept-Language": "en"}, expect=200).json["impossible"]
        check(english != advice["impossible"] and "b1" in english, english)
        got = c.ended(c.plan())
        equal((got["state"], got["said"], "timetable" in got), ("failed", {"fr": advice["impossible"], "en": english}, False), "the reason, in words")


def test_advice():
    """Three buyers meet three suppliers each: three slots are needed, and three tables in these."""
    with hall() as (d, o):
        c = Convention(d, o, ("b1", "b2", "b3", "s1", "s2", "s3", "s4"), [(f"b{i}", f"s{k}") for i in (1, 2, 3) for k in (1, 2, 3)], slots=4, tables=3)
        advice = o.get(c.path + "/advice")
        busiest = advice.pop("busiest")
        equal(c.names[busiest["id"]], busiest["name"], "busiest")
        equal(busiest["meetings"], 3, "busiest")
        today = advice.pop("today")
        check(0 < today["placed"] <= 9, today)
        equal(advice, {"meetings": 9, "weight": 27, "people": 6, "slots": 4, "tables": 3, "least_slots": 3, "exact": True, "least_tables": 3, "impossible": None,
                       "bounds": {"weight": 27, "gaps": 0}}, "advice")


# ---- Versions

def test_publication():
    with hall() as (d, o):
        c = small(d, o)
        first = c.planned(seconds=5)
        c.client("POST", f"/v1/timetables/{first['id']}/publish", {"final": False}, expect=428)
        c.client("POST", f"/v1/timetables/{first['id']}/publish", {"final": False}, {"If-Match": '"9"'}, expect=412)
        second = c.planned(seconds=5)
        equal((first["number"], second["number"], "base" in second), (1, 2, False), "two drafts")
        published = c.publish(first)
        equal((published["state"], published["current"], published["placed"]), ("preliminary", True, 4), "preliminary")
        equal(c.view()["current"]["id"], first["id"], "the current one")
        equal(c.view()["meetings"], 4, "meetings")
        equal(c.publish(second, expect=412)["code"], "overtaken", "the other one")
        # Everybody is told once, of both meetings.
        kinds = d.sql("select kind, count(*), min(jsonb_array_length(body -> 'changes')) from notice where participant is not null group by 1")
        equal(kinds, "timetable|4|2", "told")
        final = c.publish(c.timetable(first["id"]), final=True)
        equal((final["state"], final["placed"]), ("final", 4), "final")
        equal(c.publish(c.timetable(first["id"]), final=True, expect=409)["code"], "state", "final already")
        third = c.planned(seconds=5)
        equal(third["base"], first["id"], "made from what is published")
        equal(third["levels"]["change"]["value"], 0, "nothing moves")
        c.publish(third, final=True)
        states = [(t["number"], t["state"], t["current"]) for t in o.get(c.path + "/timetables")["items"]]
        equal(states, [(3, "final", True), (2, "draft", False), (1, "replaced", False)], "versions")
        equal(c.places(c.timetable(first["id"])), c.places(third), "the former one is still known")
        happened = c.view()["happened"]
        o("DELETE", f"/v1/timetables/{second['id']}", expect=204)
        with Stream(o, happened, c.path + "/events") as s:
            e = s.event()
            equal((e.kind, e.json["id"], e.json["state"]), ("draft", second["id"], "dropped"), "the others hear of it")
        o("DELETE", f"/v1/timetables/{second['id']}", expect=409)
        o("DELETE", f"/v1/timetables/{third['id']}", expect=409)
        o("GET", f"/v1/timetables/{second['id']}", expect=404)
        equal(len(o.get(c.path + "/timetables")["items"]), 2, "thrown away")
        o("DELETE", f"/v1/timetables/{o.id}", expect=404)


def test_two_versions_differ():
    with hall() as (d, o):
        c = small(d, o)
        first = c.draft({("b1", "s1"): (1, "T1"), ("b1", "s2"): (2, "T1"), ("b2", "s1"): (3, "T1")})
        all_new = o.get(f"/v1/timetables/{first['id']}/difference")
        equal(([x["what"] for x in all_new["items"]], all_new["from"]), (["added"] * 3, None), "against nothing")
        c.publish(first)
        second = c.draft({("b1", "s1"): (1, "T1"), ("b1", "s2"): (4, "T2"), ("b2", "s2"): (3, "T1")})
        got = o.get(f"/v1/timetables/{second['id']}/difference")
        equal((got["from"]["id"], got["to"]["id"]), (first["id"], second["id"]), "against its base")
        pairs = {id: pair for pair, id in c.requests.items()}
        said = {pairs[x["request"]]: (x["what"], *((x[k]["slot"], x[k]["table"]) if k in x else None for k in ("was", "is"))) for x in got["items"]}
        equal(said, {("b1", "s2"): ("moved", (2, "T1"), (4, "T2")), ("b2", "s1"): ("cancelled", (3, "T1"), None), ("b2", "s2"): ("added", None, (3, "T1"))}, "differences")
        check(all([p["name"] for p in x["people"]] == list(pairs[x["request"]]) for x in got["items"]), got["items"])
        back = o.get(f"/v1/timetables/{first['id']}/difference?from={second['id']}")
        equal(sorted(x["what"] for x in back["items"]), ["added", "cancelled", "moved"], "the other way round")
        o("GET", f"/v1/timetables/{first['id']}/difference?from={o.id}", expect=404)
        o("GET", f"/v1/timetables/{first['id']}/difference?from=x", expect=422)
        copy = o.post(c.path + "/timetables", {"from": first["id"]}, expect=201)
        equal(copy.headers["Location"], f"/v1/timetables/{copy.json['id']}", "its address")
        equal((copy.json["made"], c.places(copy.json)), ("hand", c.places(first)), "a copy")
        before = d.sql("select count(*) from notice")
        c.publish(second)
        told = d.sql(f"""select body #>> '{{participant,name}}', kind, (select string_agg(x ->> 'what', ' ' order by x ->> 'what') from jsonb_array_elements(body -> 'changes') x)
                     from notice order by id offset {before}""").split("\n")
        equal(sorted(told), ["b1|changed|moved", "b2|changed|added cancelled", "s1|changed|cancelled", "s2|changed|added moved"], "each is told what changes")


def test_an_upload():
    with hall() as (d, o):
        c = small(d, o)
        got = c.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (1, "T2")})
        t = c.timetable(got["id"])
        equal((t["made"], t["placed"], len(t["left_out"]), {x["kind"] for x in t["left_out"]}), ("upload", 2, 2, {"upload"}), "uploaded")
        id = c.requests["b1", "s1"]
        for meetings, pointer in (([{"id": o.id, "slot": 1, "table": "T1"}], "/meetings"), ([{"id": id, "slot": 9, "table": "T1"}], "/meetings"),
                                  ([{"id": id, "slot": 1, "table": "T9"}], "/meetings"), ([{"id": id, "slot": 1}], "/meetings/0/table"),
                                  ([{"id": id, "slot": 1, "table": "T1"}] * 2, "/meetings/1/id"), ([{"slot": 1}], "/meetings/0/id"), ([3], "/meetings/0")):
            answer = o.post(c.path + "/timetables", {"meetings": meetings}, expect=422).json
            equal(answer["errors"][0]["pointer"], pointer, meetings)
        o.post(c.path + "/timetables", {"from": o.id}, expect=404)
        o.post(c.path + "/timetables", {}, expect=422)
        # What the command line plans is taken as it is.
        folder = directory()
        with open(f"{folder}/agenda.json", "w") as f:
            f.write(o("GET", c.path + "/agenda", expect=200).text)
        d.cli(None, "plan", "solve", f"{folder}/agenda.json", "--seconds", "5", "--out", f"{folder}/out.json")
        with open(f"{folder}/out.json") as f:
            planned = json.load(f)
        sent = o.post(c.path + "/timetables", {"meetings": planned["meetings"]}, expect=201).json
        equal(c.places(sent), {pair: (m["slot"], m["table"]) for pair, id in c.requests.items() for m in planned["meetings"] if m["id"] == id}, "places")
        equal(c.publish(sent)["placed"], 4, "published")


RULES = {"s1": {"absent": [4]}, "s2": {"most": 1}}


def test_a_move_and_its_conflict_in_words():
    with hall() as (d, o):
        c = small(d, o, rules=RULES)
        t = c.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (1, "T2")})

        def conflict(pair, *sentences, lang="fr", **place):
            got = o("POST", f"/v1/timetables/{t['id']}/moves", {"request": c.requests[pair], **place}, {"If-Match": f'"{t["version"]}"', "Accept-Language": lang}, 409).json
            equal(got["code"], "conflict", got)
            text = " ".join(e["detail"] for e in got["errors"]) or got["detail"]
            check(not UUID.search(text), "people have names:", text)
            check(all(s in text for s in sentences), got)
            return got
        conflict(("b2", "s1"), "s1", "9 h 00", slot=1, table="T1")  # at work
        conflict(("b1", "s1"), "s1", "10 h 00", slot=4)
        conflict(("b1", "s1"), "s1 is not there", lang="en", slot=4)
        equal(conflict(("b1", "s1"), "T2", slot=1, table="T2")["errors"][0]["pointer"], "/table", "somebody sits there")
        conflict(("b1", "s2"), "s2", slot=3)  # takes one meeting
        equal(c.places(t), {("b1", "s1"): (1, "T1"), ("b2", "s2"): (1, "T2")}, "nothing has moved")
        # Only asked: nothing is stored.
        dry = moved(c, t, ("b1", "s1"), slot=2, dry=True)
        equal((dry.headers["ETag"], dry.json["version"], c.places(t)[("b1", "s1")]), ('"1"', 1, (1, "T1")), "dry")
        got = moved(c, t, ("b1", "s1"), slot=2)
        equal((got.headers["ETag"], got.json["version"], got.json["levels"]), ('"2"', 2, {}), "moved")
        equal(c.places(t)[("b1", "s1")], (2, "T1"), "its own table where it is free")
        moved(c, t, ("b1", "s1"), slot=1, expect=412)
        t = c.timetable(t["id"])
        moved(c, t, ("b2", "s1"), slot=3)
        equal(c.places(t)[("b2", "s1")], (3, "T1"), "the first table that is free")
        t = c.timetable(t["id"])
        got = moved(c, t, ("b2", "s2"))
        equal((got.json["placed"], got.json["left_out"]), (len(c.places(t)), 4 - len(c.places(t))), "taken out")
        equal({x["kind"] for x in c.timetable(t["id"])["left_out"] if x["request"] == c.requests["b2", "s2"]}, {"hand"}, "said so")
        t = c.timetable(t["id"])
        for place, pointer in (({"slot": 9}, "/slot"), ({"slot": 1, "table": "T9"}, "/table"), ({"slot": "x"}, "/slot")):
            equal(moved(c, t, ("b1", "s1"), expect=422, **place).json["errors"][0]["pointer"], pointer, place)
        c.publish(t)
        moved(c, c.timetable(t["id"]), ("b1", "s1"), slot=3, expect=409)
        o("POST", f"/v1/timetables/{t['id']}/moves", {"request": o.id, "slot": 1}, {"If-Match": '"1"'}, 404)


def test_what_changed_since_keeps_a_draft_back():
    with hall() as (d, o):
        places = {("b1", "s1"): (1, "T1"), ("b2", "s2"): (1, "T2"), ("b1", "s2"): (2, "T1"), ("b2", "s1"): (3, "T2")}

        def kept(statement, sentences, upload=None):
            c = small(d, o)
            t = c.draft({**places, **(upload or {})})
            if statement:
                d.sql(statement.format(c=c.id, **{"_".join(pair): id for pair, id in c.requests.items()}, **c.people))
            got = c.publish(t, expect=409)
            equal(refusal(got), ("conflict", sorted(sentences)), statement)
            equal(c.view()["meetings"], 0, "nothing is published")
        kept("update request set state = 'withdrawn' where id = '{b1_s1}'", ["b1 et s1 : la demande n'est plus acceptée."])
        kept("update participant set state = 'withdrawn' where id = '{s2}'", ["s2 ne vient plus.", "s2 ne vient plus."])
        kept("update participant set body = '{{\"absent\": [3]}}' where id = '{s1}'", ["s1 n'est pas là au créneau de 9 h 40."])
        kept("update participant set body = '{{\"most\": 1}}' where id = '{s1}'", ["s1 a plus de rendez-vous qu'il n'en prend."] * 2)
        kept("update participant set body = '{{\"rest\": 1}}' where id = '{b1}'", ["b1 n'a pas sa pause avant le créneau de 9 h 20."])
        kept("update participant set body = '{{\"table\": \"T2\"}}' where id = '{s1}'", ["b1 et s1 : la table T1 n'est pas leur stand."])
        kept("update convention_table set lost = true where convention = '{c}' and name = 'T2'",
             ["b2 et s1, au créneau de 9 h 40 : leur table ne peut servir.", "b2 et s2, au créneau de 9 h 00 : leur table ne peut servir."])
        kept("update request set slot = 4 where id = '{b1_s1}'", ["b1 et s1 ne doivent pas se rencontrer au créneau de 9 h 00, table T1."])
        kept("update request set after = array['{b2_s1}'::uuid] where id = '{b1_s1}'", ["b1 et s1, au créneau de 9 h 00 : ce qui doit venir avant vient après."])
        kept("update participant set body = '{{\"bound\": 5}}' where id in ('{b1}', '{b2}')",
             ["b1 et s1, au créneau de 9 h 00 : qui leur est lié a rendez-vous alors.", "b2 et s2, au créneau de 9 h 00 : qui leur est lié a rendez-vous alors."])
        kept(None, ["Deux rendez-vous sont à la table T2 au créneau de 9 h 00."] * 2 + ["b2 a deux rendez-vous au créneau de 9 h 00.", "s1 a deux rendez-vous au créneau de 9 h 00."] * 2,
             {("b2", "s1"): (1, "T2")})


def test_who_meets_others_at_once_is_not_bound():
    with hall() as (d, o):
        c = small(d, o)
        c.publish(c.draft({("b1", "s1"): (1, "T1"), ("b2", "s2"): (1, "T2"), ("b1", "s2"): (2, "T1")}))

        def bind(name, expect, lang="fr"):
            return o("PUT", f"/v1/participants/{c.people[name]}", {"name": name, "bound": 7}, {"If-Match": '"1"', "Accept-Language": lang}, expect).json
        equal(bind("b1", 200)["bound"], 7, "the first of them")
        equal(refusal(bind("b2", 409)), ("conflict", ["b2 et s2, au créneau de 9 h 00 : qui leur est lié a rendez-vous alors."]), "both meet somebody then")
        check("somebody bound to them" in bind("b2", 409, "en")["detail"], "in English")
        check("bound" not in o.get(f"/v1/participants/{c.people['b2']}"), "nothing has changed")


if __name__ == "__main__":
    run(test_a_run, test_an_early_end_is_not_want_of_memory, test_what_is_asked_for_is_checked, test_progress_is_live, test_a_stop_is_heard_at_once, test_the_child_dies, test_memory_is_limited,
        test_how_many_at_once, test_the_daemon_stops_and_dies, test_another_process_stops_it, test_why_it_is_impossible, test_advice, test_publication,
        test_two_versions_differ, test_an_upload, test_a_move_and_its_conflict_in_words, test_what_changed_since_keeps_a_draft_back,
        test_who_meets_others_at_once_is_not_bound, seconds=300)
