# SPDX-License-Identifier: EUPL-1.2
"""A million offers in a daemon: python3 tests/bench/scale.py BUILD [--offers N] [--seed S] [--quick] [--json]

The offers are those of workload.h, as NDJSON and as CSV. Measured, each with a daemon and a private PostgreSQL of its own
where the database is to be empty; all clients run on this machine and share its cores:
 import   POST /v1/imports/offers, and `entregent offer import FILE.csv`: offers a second until the last one is acknowledged, and
          until all are in the index; beside it COPY of the same rows (organisations and offers, as the first import stored
          them) from files into empty tables in the same cluster: with the same indexes and constraints, and bare.
 start    restarts: from the database's connection to the world being loaded (by the lines of the daemon's log), beside COPY of
          the same statement to /dev/null on the server that this start has started.
 preview  POST /v1/needs/preview of the needs of the workload on one kept connection, less what GET /healthz takes: alone, and
          at the end while needs are posted (50/s), 20 read lists (10/s each) and offers are imported (500/s).
 rematch  from posting a need to its matches being stored, one after the other.
"""
import argparse
import json
import os
import re
import select
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flow"))
import entregent  # noqa: E402
from delivery import Ask, cpu, memory, percentile, request, show  # noqa: E402
from entregent import ROOT, Daemon, check, directory, environment, wait_for  # noqa: E402

NEEDS = 1000
POSTER, READER, IMPORTER, OTHER = "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"
BLOCK = 262144  # bytes sent at a time
TRICKLE = 500   # offers a second, in so many parts
PARTS = 10
PATIENCE = 3600


def log(*words):
    print("#", *words, file=sys.stderr, flush=True)


# ---- What is imported

def workload(offers, more, needs, seed):
    """A folder with the files of the program offers, which other accounts may read."""
    folder = directory()
    began = time.monotonic()
    subprocess.run([f"{entregent.BUILD}/tests/bench_offers", folder, str(offers), str(more), str(needs), str(seed), f"{ROOT}/sql/reference"],
                   check=True)
    log(f"workload written after {time.monotonic() - began:.1f} s")
    return folder


def default(setting):
    """Its value where nobody sets it; the tests give some of them another one."""
    with open(f"{ROOT}/protocol/settings.def") as f:
        return re.search(rf'^SETTING\({setting}, \w+, \w+, "([^"]*)"', f.read(), re.M)[1]


def prepared(folder):
    """A daemon that knows the places and codes; its organiser."""
    d = Daemon(f"preview_ms={default('preview_ms')}", "tick_ms=600000")
    organiser = d.organisation("organiser", 1)
    d.admin("reference", "load", f"{folder}/communes.tsv", f"{folder}/cpv.tsv")
    wait_for(lambda: d.metric("journal_lag") == 0, "the reference data is taken up")
    return d, organiser


# ---- Processes

def processes(d):
    """The daemon, and the PostgreSQL that it has started with all its processes."""
    with open(f"/proc/{d.process.pid}/task/{d.process.pid}/children") as f:
        direct = [int(p) for p in f.read().split()]
    below = []
    for pid in direct:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            below += [int(p) for p in f.read().split()]
    return d.process.pid, direct + below


def used(d):
    """Seconds of CPU: of the daemon, and of each process of PostgreSQL."""
    own, others = processes(d)
    return cpu(own), {pid: cpu(pid) for pid in others}


class Peak(threading.Thread):
    """The most memory of a process that we have started, until it ends."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most = pid, 0
        self.start()

    def run(self):
        try:
            while True:
                self.most = memory(self.pid, "VmHWM")
                time.sleep(0.05)
        except (OSError, TypeError):
            pass


# ---- 1. Import

def stream(d, client, path):
    """Sends a file to the bulk route, and reads the answer meanwhile. Its last line, and how many others there were."""
    connection = socket.create_connection(("127.0.0.1", d.port))
    connection.sendall((f"POST /v1/imports/offers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.token}\r\n"
                        f"Content-Type: application/x-ndjson\r\nContent-Length: {os.path.getsize(path)}\r\n\r\n").encode())
    connection.setblocking(False)
    tail, block, lines, over = b"", b"", 0, False
    with open(path, "rb") as f:
        left = True
        while not over:
            if left and not block:
                block = memoryview(f.read(BLOCK))
                left = len(block) > 0
            readable, writable, _ = select.select([connection], [connection] if len(block) else [], [], PATIENCE)
            check(readable or writable, "the server stands still")
            if writable:
                block = block[connection.send(block):]
            if readable:
                data = connection.recv(BLOCK)
                check(data, "the answer was cut:", tail)
                lines += data.count(b"}\n")
                tail = (tail + data)[-BLOCK:]
                over = tail.endswith(b"0\r\n\r\n")
    connection.close()
    last = [line for line in tail.split(b"\n") if line.startswith(b"{")][-1]
    return json.loads(last), lines - 1


def by_route(d, organiser, folder):
    last, lines = stream(d, organiser, f"{folder}/offers.ndjson")
    check(last.get("done"), "not all were taken:", last)
    return last, {"answer_lines": lines}


def by_command(d, organiser, folder):
    process = subprocess.Popen([f"{entregent.BUILD}/entregent", "offer", "import", f"{folder}/offers.csv", "--json"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env={**environment(), "ENTREGENT_SERVER": f"http://127.0.0.1:{d.port}",
                                                                       "ENTREGENT_TOKEN": organiser.token})
    entregent.running.add(process)
    peak, before = Peak(process.pid), os.times().children_user
    out, err = process.communicate(timeout=PATIENCE)
    entregent.running.discard(process)
    check(process.returncode == 0, "offer import:", out[-2000:], err[-2000:])
    said = out.strip().splitlines()[-1]
    log("entregent offer import:", said)
    return json.loads(said), {"cli_mib": show("command: its own memory at most, MiB", round(peak.most, 1)),
                              "cli_cpu_s": show("command: its own CPU, s", round(os.times().children_user - before, 2))}


def settled(d, count):
    """The last row of the journal is in the index."""
    wait_for(lambda: d.metric("offers") == count and d.metric("journal_lag") == 0, "all offers are in the index", PATIENCE, 0.05)


def imported(name, d, organiser, folder, count, bring):
    own, others = used(d)
    began = time.monotonic()
    last, more = bring(d, organiser, folder)
    acknowledged = time.monotonic() - began
    lag = d.metric("journal_lag")
    settled(d, count)
    indexed = time.monotonic() - began
    own_after, others_after = used(d)
    check(last["taken"] + last["repaired"] == count, f"{name}: not all were taken:", last)
    spent = sum(after - others.get(pid, 0) for pid, after in others_after.items())
    return {"acknowledged_s": round(acknowledged, 2), "indexed_s": round(indexed, 2), "lag": int(lag),
            "acknowledged_rows_s": show(f"{name}: offers/s until the last is acknowledged", round(count / acknowledged)),
            "indexed_rows_s": show(f"{name}: offers/s until all are in the index", round(count / indexed)),
            "daemon_cpu_us": show(f"{name}: CPU of the daemon, us an offer", round((own_after - own) / count * 1e6, 1)),
            "postgresql_cpu_us": show(f"{name}: CPU of PostgreSQL, us an offer", round(spent / count * 1e6, 1)),
            "repaired": last["repaired"], **more,
            "daemon_mib": show(f"{name}: most memory of the daemon, MiB", round(memory(d.process.pid, "VmHWM"), 1))}


def timed(d, *statements):
    """Seconds of each, by psql."""
    words = [word for s in statements for word in ("-c", s)]
    said = d.admin("db", "psql", "--", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", "\\timing on", *words)
    return [float(ms) / 1000 for ms in re.findall(r"^Time: ([\d.]+) ms", said, re.M)]


def account_folder(d):
    """A folder for files that the server writes and reads."""
    folder = directory()
    owner = os.stat(d.data)
    if os.getuid() == 0:
        os.chown(folder, owner.st_uid, owner.st_gid)
    return folder


def make_copies(d):
    """Empty tables as the real ones, foreign keys between them as there, and bare ones."""
    d.sql("""create schema bench; create schema bare;
        create table bench.organisation (like organisation including all); create table bench.offer (like offer including all);
        create table bare.organisation (like organisation); create table bare.offer (like offer)""")
    keys = d.sql("select conrelid::regclass || '|' || pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and conrelid in "
                 "('organisation'::regclass, 'offer'::regclass) order by 1").splitlines()
    tables = ("organisation", "offer")
    for key in keys:
        table, definition = key.split("|", 1)
        for name in tables:
            definition = re.sub(rf"REFERENCES {name}\b", f"REFERENCES bench.{name}", definition)
        d.sql(f"alter table bench.{table} add {definition}")
    check(d.sql("select count(*) from pg_indexes where schemaname = 'bench'") == d.sql(
        "select count(*) from pg_indexes where schemaname = current_schema() and tablename in ('organisation', 'offer')"), "the same indexes")


def copies(d, count, rounds):
    """Offers a second by COPY of the same rows."""
    folder = account_folder(d)
    of = "organisation where id in (select organisation from offer)", "offer"
    for table, what in zip(("organisation", "offer"), of):
        d.sql(f"copy (select * from {what}) to '{folder}/{table}'")
    sizes = [os.path.getsize(f"{folder}/{table}") for table in ("organisation", "offer")]
    log("files of COPY:", *(f"{size / count:.0f} bytes an offer" for size in sizes))
    make_copies(d)
    rates = {"bench": [], "bare": []}
    for _ in range(rounds):
        for schema, found in rates.items():
            d.sql(f"truncate {schema}.organisation, {schema}.offer")
            d.sql("checkpoint")
            seconds = timed(d, *(f"copy {schema}.{table} from '{folder}/{table}'" for table in ("organisation", "offer")))
            found.append(count / sum(seconds))
    d.sql("drop schema bench cascade; drop schema bare cascade; checkpoint")
    for table in ("organisation", "offer"):
        os.unlink(f"{folder}/{table}")
    return {"rows_s": show("COPY of the same rows, indexes and constraints: offers/s", round(statistics.median(rates["bench"]))),
            "bare_rows_s": show("COPY into bare tables: offers/s", round(statistics.median(rates["bare"]))), "rounds": rounds}


def ratios(found, copy):
    for name in ("route", "command"):
        for what in ("acknowledged", "indexed"):
            rate = found[name][f"{what}_rows_s"]
            found[name][f"{what}_ratio"] = show(f"{name}: until {what}, ratio to COPY (>= 0.3)", round(rate / copy["rows_s"], 3))
            found[name][f"{what}_bare_ratio"] = show(f"{name}: the same to COPY into bare tables", round(rate / copy["bare_rows_s"], 3))


# ---- 2. Start

class Lines(threading.Thread):
    """When lines of a daemon's log come that contain these words."""

    def __init__(self, d, *words):
        super().__init__(daemon=True)
        self.words, self.seen, self.path = words, {}, d.log
        self.at = os.path.getsize(d.log) if os.path.exists(d.log) else 0
        self.over = threading.Event()
        self.start()

    def run(self):
        with open(self.path, errors="replace") as f:
            f.seek(self.at)
            text = ""
            while not self.over.wait(0.002) and len(self.seen) < len(self.words):
                text += f.read()
                for word in self.words:
                    if word in text:
                        self.seen.setdefault(word, time.monotonic())

    def end(self):
        self.join(PATIENCE)
        return [self.seen[word] for word in self.words]


def copy_out(d):
    """Seconds of the statement that the daemon reads offers by, to nowhere."""
    stamp = d.sql("select packed_stamp from offer limit 1")
    with open(f"{ROOT}/sql/query/offers_copy.sql") as f:
        statement = f.read().replace("to stdout", "to '/dev/null'")
    return timed(d, f"set app.value = '{stamp}'", statement)[1]


def starts(d, count, rounds):
    loads, ready, out, began = [], [], [], 0
    for _ in range(rounds):
        d.stop()
        lines = Lines(d, "database connected", " open needs, ")
        began = time.monotonic()
        d.start(wait=False)
        wait_for(d.ready, "the daemon is ready", PATIENCE, 0.01)
        ready.append(time.monotonic() - began)
        connected, loaded = lines.end()
        loads.append(loaded - connected)
        check(d.metric("offers") == count, "all offers are there")
        resident = memory(d.process.pid)
        out += [copy_out(d) for _ in range(3)]
    load, copy = statistics.median(loads), statistics.median(out)
    return {"copy_s": show("COPY to /dev/null, s", round(copy, 3)), "load_s": show("the world is loaded after, s", round(load, 3)),
            "ratio": show("ratio (<= 2)", round(load / copy, 2)),
            "ready_s": show("process start to /readyz 200, s", round(statistics.median(ready), 2)),
            "copies_s": [round(s, 3) for s in out], "loads_s": [round(s, 3) for s in loads],
            "resident_mib": show("memory of the daemon after it, MiB", round(resident, 1)),
            "bytes_per_offer": show("bytes an offer, by /metrics", round(d.metric("index_bytes") / count)),
            "resident_bytes_per_offer": show("memory of the daemon, bytes an offer", round(resident * 1048576 / count))}


# ---- 3. Preview

def requests(folder, name, client, method, path, bodies):
    """A file of requests as the program each reads them."""
    file = os.path.join(folder, name)
    with open(file, "wb") as f:
        for body in bodies:
            head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.token}\r\n"
            if body is not None:
                head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            whole = head.encode() + b"\r\n" + (body or b"")
            f.write(b"%d\n%b" % (len(whole), whole))
    return file


class Each:
    """The program each; count 0: until finish. Its result: milliseconds of each request, and how many answers were in part."""

    def __init__(self, port, count, pause, file, address="127.0.0.1"):
        self.process = subprocess.Popen([f"{entregent.BUILD}/tests/bench_each", str(port), str(count), str(int(pause * 1e6)), file, address],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        entregent.running.add(self.process)

    def finish(self):
        out, err = self.process.communicate(timeout=PATIENCE)
        entregent.running.discard(self.process)
        check(self.process.returncode == 0, "a request failed:", err)
        rows = [line.split() for line in out.splitlines()]
        return [int(us) / 1000 for us, _ in rows], sum(int(part) for _, part in rows)


class Trickle(threading.Thread):
    """Imports offers at so many a second, on one request, until it is ended."""

    def __init__(self, d, organiser, path):
        super().__init__(daemon=True)
        with open(path, "rb") as f:
            self.lines = f.read().splitlines(keepends=True)
        self.connection = socket.create_connection(("127.0.0.1", d.port), source_address=(IMPORTER, 0))
        self.connection.sendall((f"POST /v1/imports/offers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {organiser.token}\r\n"
                                 "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n").encode())
        self.over, self.sent, self.answer = threading.Event(), 0, b""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.start()

    def read(self):
        while data := self.connection.recv(BLOCK):
            self.answer = (self.answer + data)[-BLOCK:]
            if self.answer.endswith(b"0\r\n\r\n"):
                return

    def run(self):
        while not self.over.wait(1 / PARTS) and self.sent < len(self.lines):
            part = b"".join(self.lines[self.sent:self.sent + TRICKLE // PARTS])
            self.connection.sendall(b"%x\r\n%b\r\n" % (len(part), part))
            self.sent += TRICKLE // PARTS
        self.connection.sendall(b"0\r\n\r\n")

    def end(self):
        self.over.set()
        self.join()
        self.reader.join(PATIENCE)
        self.connection.close()
        check(b'"done":true' in self.answer, "the import came to its end:", self.answer[-2000:])
        return self.sent


def spread(name, values, base, target=""):
    values = [max(0, v - base) for v in values]
    return {"median_ms": show(f"{name}: median, ms", round(statistics.median(values), 3)),
            "p99_ms": show(f"{name}: p99, ms{target}", round(percentile(values, 99), 3)),
            "worst_ms": show(f"{name}: the slowest, ms", round(max(values), 3)), "count": len(values)}


def previewed(name, d, drafts, health, count, pause):
    """Of the drafts, without what an empty request takes."""
    bare, _ = Each(d.port, 1000, pause, health, OTHER).finish()
    base = statistics.median(bare)
    values, part = Each(d.port, count, pause, drafts, OTHER).finish()
    return {"healthz_median_ms": show(f"{name}: GET /healthz, median, ms", round(base, 3)),
            "healthz_p99_ms": show(f"{name}: GET /healthz, p99, ms", round(percentile(bare, 99), 3)),
            **spread(f"{name}: preview", values, base, " (< 5)"),
            "incomplete": show(f"{name}: answers that are not complete, of {count}", part)}


def preview(d, buyer, folder, needs):
    drafts = requests(folder, "drafts", buyer, "POST", "/v1/needs/preview", needs)
    health = requests(folder, "health", buyer, "GET", "/healthz", [None])
    return drafts, health, previewed("alone", d, drafts, health, 3 * NEEDS, 0)


def loaded(d, organiser, buyer, folder, needs, drafts, health, seconds):
    """The same while others post, read and import."""
    poster = Each(d.port, 0, 1 / 50, requests(folder, "posts", buyer, "POST", "/v1/needs", needs), POSTER)
    reader = Ask(d.port, 20, 0, 0.1, request(folder, "get", buyer, "GET", "/v1/needs?limit=10"), READER)
    trickle = Trickle(d, organiser, f"{folder}/more.ndjson")
    names = ("matches_found_total", "matcher_seconds_total", "matcher_steps_total")
    before, began = [d.metric(name) for name in names], time.monotonic()
    time.sleep(2)  # until it is under load
    under = previewed("under load", d, drafts, health, int(seconds * 100), 0.01)
    elapsed = time.monotonic() - began
    matches, matching, steps = (d.metric(name) - value for name, value in zip(names, before))
    lag = d.metric("journal_lag")
    posts, _ = poster.finish()
    gets = reader.finish()[1]
    brought = trickle.end()
    return {**under, "seconds": round(elapsed, 1),
            "posts": show("under load: needs posted meanwhile", len(posts)),
            "post_p99_ms": show("under load: p99 of them, ms", round(percentile(posts, 99), 2)),
            "gets": show("under load: lists read", len(gets)),
            "get_p99_ms": show("under load: p99 of them, ms", round(percentile(gets, 99), 2)),
            "offers": show("under load: offers imported", brought),
            "matches_s": show("under load: matches found, a second", round(matches / elapsed)),
            "step_ms": show("under load: matching in one step, mean, ms", round(matching / max(1, steps) * 1000, 1)),
            "lag": show("under load: rows of the journal not yet matched at its end", int(lag))}


# ---- 4. Matching anew

def rematch(d, buyer, needs):
    """Milliseconds from posting to the matches being stored, each alone."""
    found, times = [], []
    for body in needs:
        before = d.metric("matches_found_total")
        began = time.monotonic()
        buyer.post("/v1/needs", body, expect=201, type="application/json")
        wait_for(lambda: d.metric("journal_lag") == 0, "it is matched", PATIENCE, 0.001)
        times.append((time.monotonic() - began) * 1000)
        found.append(d.metric("matches_found_total") - before)
    return {"median_ms": show(f"matches of a need stored after, ms, median of {len(needs)}", round(statistics.median(times), 1)),
            "worst_ms": show("the slowest, ms", round(max(times), 1)),
            "matches_median": show("matches of a need, median", round(statistics.median(found))),
            "matches_most": show("the most", round(max(found)))}


# ---- All

def imports(folder, options):
    """Both ways in and COPY; the daemon that the first has filled goes on."""
    count, found = options.offers, {}
    d, organiser = prepared(folder)
    try:
        found["route"] = imported("route", d, organiser, folder, count, by_route)
        found["copy"] = copies(d, count, options.rounds)
    except BaseException:
        d.print_log()
        raise
    other, organiser_there = prepared(folder)
    with other:
        found["command"] = imported("command", other, organiser_there, folder, count, by_command)
    ratios(found, found["copy"])
    return d, organiser, found


def scale(options, result):
    count = options.offers
    folder = workload(count, TRICKLE * (options.seconds * 2 + 60), NEEDS, options.seed)
    result["offers"] = count
    print(f"1. Import of {count:,} offers", flush=True)
    d, organiser, result["import"] = imports(folder, options)
    with d:
        print("2. Start", flush=True)
        result["start"] = starts(d, count, options.rounds)
        with open(f"{folder}/needs.ndjson", "rb") as f:
            needs = f.read().splitlines()
        buyer = d.organisation("buyer", 2)
        print("3. Preview", flush=True)
        drafts, health, alone = preview(d, buyer, folder, needs)
        print("4. Matching of one need", flush=True)
        result["rematch"] = rematch(d, buyer, needs[:50])
        print("3. Preview under load", flush=True)
        load = loaded(d, organiser, buyer, folder, needs, drafts, health, options.seconds)
        result["preview"] = {"idle": alone, "load": load}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--offers", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="of COPY and of restarts")
    parser.add_argument("--seconds", type=int, help="of previews under load")
    parser.add_argument("--quick", action="store_true", help="20,000 offers")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.argv[2:] = []
    options.offers = options.offers or (20000 if options.quick else 1000000)
    options.seconds = options.seconds or (10 if options.quick else 30)

    results = {}

    def million():
        scale(options, results)

    try:
        entregent.run(million, seconds=7200)
    finally:
        if options.json:
            print(json.dumps(results), flush=True)
