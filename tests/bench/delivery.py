# SPDX-License-Identifier: EUPL-1.2
"""Telling many, and taking postings: python3 tests/bench/delivery.py BUILD [--point N]... [--quick] [--json]

The points, each with a daemon and a PostgreSQL of its own; all clients run on this machine and share its cores:
 5. Streams: 10,000 that read and 1,000 that never do, while needs are posted that the latter would be told.
 6. Fan-out of one event to 10,000 streams of one organisation; nginx with nchan sends the same bytes to as many, in turn.
 9. Postings through the API, and pgbench's single-row inserts into the same PostgreSQL, in turn: on 8 connections as fast as
    they go, and one by one at a slow pace. The clients are light: one process in C, as pgbench is.
10. One need that 50,000 offers match, while 1,000 of their organisations listen.
CPU is user and system time of one process: the daemon, or nginx's worker; deliveries a second and core are 1 / CPU of one.
"""
import argparse
import contextlib
import json
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flow"))
import entregent  # noqa: E402
from entregent import Client, Daemon, Stream, check, directory, environment, free_port, need, offer, siret, wait_for  # noqa: E402
from latency import ROW, pgbench  # noqa: E402
from private import secret  # noqa: E402
from people import quoted  # noqa: E402

MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so"
READER, POSTER = "127.0.0.2", "127.0.0.3"
ROUNDS = 15   # of fan-out, on each side
BLOCKS = 5    # of postings and of inserts
PACE = 100    # a second, of those that are alone: what one leads to is over before the next


def show(name, value):
    print(f"  {name:42} {value}", flush=True)
    return value


def percentile(values, percent):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * percent / 100))]


# ---- The clients

class Listener:
    """The program listen."""

    def __init__(self):
        self.process = subprocess.Popen([f"{entregent.BUILD}/tests/bench_listen"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        entregent.running.add(self.process)

    def __call__(self, *words):
        self.process.stdin.write(" ".join(str(w) for w in words) + "\n")
        return self.process.stdout.readline().split()

    def open(self, group, count, port, file, how="read"):
        began = time.monotonic()
        opened = self("open", group, count, port, file, how)
        check(opened == ["opened", str(count)], "streams opened:", opened)
        return time.monotonic() - began

    def wait(self, group, events, seconds=60):
        """Seconds of the first and the last event; how many bytes came."""
        _, count, first, last, size = self("wait", group, events, int(seconds * 1000))
        check(int(count) == events, f"{count} of {events} events came")
        return float(first), float(last), int(size)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        entregent.running.discard(self.process)


class Ask:
    """The program ask; count 0: until finish. Its result: seconds in all, and milliseconds of each request."""

    def __init__(self, port, connections, count, pause, file, address="127.0.0.1"):
        self.process = subprocess.Popen([f"{entregent.BUILD}/tests/bench_ask", str(port), str(connections), str(count),
                                         str(int(pause * 1e6)), file, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        entregent.running.add(self.process)

    def finish(self):
        out, err = self.process.communicate(timeout=120)
        entregent.running.discard(self.process)
        check(self.process.returncode == 0, "a request failed:", err)
        seconds, *each = out.split()
        return float(seconds), [int(us) / 1000 for us in each]


def request(folder, name, client, method, path, body=None):
    """A file with one request."""
    content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.token}\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    file = os.path.join(folder, name)
    with open(file, "wb") as f:
        f.write(head.encode() + b"\r\n" + content)
    return file


def streams(folder, name, tokens):
    """A file with a request for a stream of each."""
    file = os.path.join(folder, name)
    with open(file, "w") as f:
        for token in tokens:
            f.write(f"GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n")
    return file


# ---- Processes

def cpu(pid):
    """Seconds of CPU, user and system, of a process (its CPU clock: what /proc shows, but finer)."""
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid, what="VmRSS"):
    """MiB; VmHWM: the most so far."""
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(rf"^{what}:\s+(\d+)", f.read(), re.M)[1]) / 1024


def worker_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [int(p) for p in f.read().split()]


@contextlib.contextmanager
def nginx(folder, count):
    """An nginx of our own with one worker and nchan: its port and the worker."""
    port = free_port()
    conf = os.path.join(folder, "nginx.conf")
    temps = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(conf, "w") as f:
        f.write(f"load_module {MODULE};\nworker_processes 1;\ndaemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\n"
                f"events {{ worker_connections {count + 1000}; multi_accept on; }}\n"
                f"http {{ access_log off; tcp_nodelay on; nchan_shared_memory_size 128m;\n{temps}"
                f"server {{ listen 127.0.0.1:{port} backlog=4096;\n"
                "location = /sub { nchan_subscriber eventsource; nchan_channel_id bench; nchan_subscriber_first_message newest;\n"
                "    nchan_subscriber_timeout 0; }\n"
                "location = /pub { nchan_publisher; nchan_channel_id bench; nchan_message_buffer_length 10; } } }\n")
    process = subprocess.Popen([shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "-c", conf, "-p", folder,
                                "-e", f"{folder}/nginx.log"], stderr=subprocess.DEVNULL)
    entregent.running.add(process)
    try:
        workers = wait_for(lambda: process.poll() is not None or worker_of(process.pid), "nginx starts")
        check(process.poll() is None, "nginx ended", open(f"{folder}/nginx.log").read())
        wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, "nginx listens")
        yield port, workers[0]
    finally:
        process.terminate()  # the worker goes with its master
        process.wait()
        entregent.running.discard(process)


# ---- What is in the database

def organisations(daemon, kind, first, count, with_offer=None, tokens=0):
    """Makes so many by SQL, all with the same offer if any; tokens of some of them, evenly spread."""
    made = [secret() for _ in range(tokens)]
    daemon.sql(f"""
        create temporary table new as select ('{first:08x}-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id, i,
            '8' || lpad(({first} + i)::text, 13, '0') as siret from generate_series(1, {count}) i;
        insert into organisation (id, siret, name, kinds) select id, siret, '{kind} ' || i, array['{kind}'] from new;
        insert into token (hash, organisation) select h, n.id from unnest('{{{",".join(h for _, h in made)}}}'::text[])
            with ordinality as t (h, i) join new n on n.i = t.i * {count // max(1, tokens)}""" + (f""";
        insert into offer (organisation, body) select id, {quoted(json.dumps(with_offer))}::jsonb from new;
        insert into journal (subject, key, version, what) select 'offer', id, 1, 'written' from new;
        analyze organisation, offer, journal""" if with_offer else ""))
    wait_for(lambda: daemon.metric("journal_lag") == 0, "the offers are read", 300, 0.1)
    return [token for token, _ in made]


# ---- 5. Streams that stand still

def idle(quick):
    reading, stuck = (1000, 100) if quick else (10000, 1000)
    with Daemon() as d, Listener() as listener:
        folder, pid = directory(), d.process.pid
        buyer = d.organisation("buyer", 1)
        calm = streams(folder, "calm", organisations(d, "supplier", 1000, 100, tokens=100))
        full = streams(folder, "full", organisations(d, "supplier", 2000, 10, offer(), tokens=10))
        before = memory(pid)
        seconds = listener.open(0, reading, d.port, calm)
        listener.open(1, stuck, d.port, full, "stuck")
        wait_for(lambda: d.metric("streams") == reading + stuck, "all listen")
        show("streams", f"{reading} reading, {stuck} stuck, the former opened in {seconds:.2f} s")
        get = Ask(d.port, 1, 0, 0.01, request(folder, "get", buyer, "GET", "/v1/needs?limit=10"), READER)
        post = Ask(d.port, 1, 0, 0.05, request(folder, "post", buyer, "POST", "/v1/needs", need(description="Entretien. " * 30)), POSTER)
        began = time.monotonic()
        wait_for(lambda: d.metric("streams_dropped_total") >= stuck, "the stuck are dropped", 90, 0.2)
        dropped = time.monotonic() - began
        (_, gets), (_, posts) = get.finish(), post.finish()
        check(d.metric("streams") == reading, "only the stuck were dropped")
        return {"streams": reading, "stuck": stuck,
                "memory_before_mib": show("memory of the daemon before, MiB", round(before, 1)),
                "memory_most_mib": show("and the most, MiB (< 100)", round(memory(pid, "VmHWM"), 1)),
                "get_p99_ms": show(f"p99 of {len(gets)} GET /v1/needs, ms (< 25)", round(percentile(gets, 99), 2)),
                "post_p99_ms": show(f"p99 of {len(posts)} POST /v1/needs, ms (< 25)", round(percentile(posts, 99), 2)),
                "dropped_s": show("the last stuck one dropped, s after the first event (< 30)", round(dropped, 1))}


# ---- 6. One event to many

def publish(port, data):
    done = Client(port)("POST", "/pub", data, {"X-EventSource-Event": "match"}, type="application/json")
    check(done.status in (200, 201, 202), "nchan:", done)


class Side:
    """One of the two, round after round."""

    def __init__(self, name, listener, group, count, pid, send):
        self.name, self.listener, self.group, self.count, self.pid, self.send = name, listener, group, count, pid, send
        self.rates, self.cpus, self.all = [], [], []

    def round(self, keep=True):
        self.listener("forget", self.group)
        used, began = cpu(self.pid), time.monotonic()
        self.send()
        first, last, _ = self.listener.wait(self.group, self.count)
        used = cpu(self.pid) - used
        if keep:
            self.rates.append(self.count / (last - first))
            self.all.append((last - began) * 1000)
            self.cpus.append(used / self.count * 1e6)

    def result(self):
        n, us = self.name, statistics.median(self.cpus)
        return {f"{n}_deliveries_s": show(f"{n}: deliveries/s, first to last", round(statistics.median(self.rates))),
                f"{n}_last_ms": show(f"{n}: the last one has it after, ms", round(statistics.median(self.all), 1)),
                f"{n}_cpu_us": show(f"{n}: CPU of one delivery, us", round(us, 2)),
                f"{n}_deliveries_s_core": show(f"{n}: deliveries/s and core", round(1e6 / us))}


def fan_out(quick):
    count = 1000 if quick else 10000
    check(os.path.exists(MODULE), "nchan is not installed")
    with Daemon() as d, Listener() as here, Listener() as there:
        folder = directory()
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        d.matched()
        with Stream(supplier) as one:
            buyer.need(need())
            data = one.event().data
        with nginx(folder, count) as (port, worker):
            here.open(0, count, d.port, streams(folder, "ours", [supplier.token]))
            file = os.path.join(folder, "theirs")
            with open(file, "w") as f:
                f.write("GET /sub HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
            there.open(0, count, port, file)
            ours = Side("entregent", here, 0, count, d.process.pid, lambda: buyer.need(need()))
            theirs = Side("nchan", there, 0, count, worker, lambda: publish(port, data))
            show("streams, and bytes of the event's data", f"{count}, {len(data.encode())}")
            for i in range(-1, 5 if quick else ROUNDS):
                ours.round(i >= 0)
                theirs.round(i >= 0)
            result = {"streams": count, "bytes": len(data.encode()), **ours.result(), **theirs.result()}
        result["cpu_ratio"] = show("our CPU by theirs (< 1)", round(result["entregent_cpu_us"] / result["nchan_cpu_us"], 2))
        return result


# ---- 9. Postings

def postings(quick):
    count = 400 if quick else 4000
    with Daemon() as d:
        folder = directory()
        d.sql("create table bench_insert (id bigint generated always as identity primary key, body text)")
        buyer = d.organisation("buyer", 1)
        body = need(description="Entretien courant des locaux, trois fois par semaine. " * 4)
        file = request(folder, "post", buyer, "POST", "/v1/needs", body)
        buyer.need(body)
        show("bytes of a need as stored, and of a row inserted",
             f"{d.sql('select pg_column_size(n.*) from need n limit 1')}, {ROW} and its id")
        rates, alone = ([], []), ([], [])
        Ask(d.port, 8, 200, 0, file).finish(), pgbench(d, 200, 8)  # warm up
        for _ in range(BLOCKS):
            rates[1].append(pgbench(d, count, 8)[1])
            groups = d.metric("database_groups_total")
            seconds, each = Ask(d.port, 8, count, 0, file).finish()
            rates[0].append(count / seconds)
            grouped = count / (d.metric("database_groups_total") - groups)
            d.matched()
            alone[1].extend(t * 1000 for t in pgbench(d, count // 10, rate=PACE)[0])
            alone[0].extend(Ask(d.port, 1, count // 10, 1 / PACE, file).finish()[1])
        ours, theirs = (statistics.median(r) for r in rates)
        p99, bare = (percentile(a, 99) for a in alone)
        return {"postings_s": show("durable postings/s, 8 connections", round(ours)),
                "inserts_s": show("durable inserts/s, pgbench -c 8", round(theirs)),
                "ratio": show("ratio (>= 1.0)", round(ours / theirs, 2)),
                "grouped": show("postings a transaction, at most (steps are among them)", round(grouped, 1)),
                "alone_median_ms": show("one posting alone: median, ms", round(statistics.median(alone[0]), 3)),
                "alone_p99_ms": show("one posting alone: p99, ms", round(p99, 3)),
                "insert_median_ms": show("one bare insert: median, ms", round(statistics.median(alone[1]), 3)),
                "insert_p99_ms": show("one bare insert: p99, ms", round(bare, 3)),
                "median_ratio": show("ratio of the medians", round(statistics.median(alone[0]) / statistics.median(alone[1]), 2)),
                "p99_ratio": show("ratio of the p99 (<= 1.5)", round(p99 / bare, 2))}


# ---- 10. Many matches of one need

class Watch(threading.Thread):
    """Resident memory of a process, at its most while this runs."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most, self.over = pid, 0, threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(0.02):
            self.most = max(self.most, memory(self.pid))

    def end(self):
        self.over.set()
        self.join()
        return self.most


def matches(quick):
    offers, listening = (5000, 100) if quick else (50000, 1000)
    with Daemon() as d, Listener() as listener:
        folder, pid = directory(), d.process.pid
        buyer = d.organisation("buyer", 1)
        began = time.monotonic()
        tokens = organisations(d, "supplier", 1000, offers, offer(), tokens=listening)
        show("offers, and streams of their organisations", f"{offers} (there after {time.monotonic() - began:.1f} s), {listening}")
        listener.open(0, listening, d.port, streams(folder, "listen", tokens))
        before, watch = memory(pid), Watch(pid)
        get = Ask(d.port, 1, 0, 0.01, request(folder, "get", buyer, "GET", "/v1/needs?limit=10"), READER)
        began = time.monotonic()
        buyer.need(need())
        posted = time.monotonic() - began
        wait_for(lambda: d.metric("journal_lag") == 0, "all is matched", 120, 0.01)
        stored = time.monotonic() - began
        first, last, _ = listener.wait(0, listening, 120)
        time.sleep(0.5)  # what the end of it costs belongs to it
        gets = get.finish()[1]
        rows = int(d.sql("select count(*) from notice where kind = 'match'"))
        check(rows == offers, f"{rows} notices of {offers}")
        return {"offers": offers, "streams": listening,
                "posted_ms": show("answered, ms", round(posted * 1000, 1)),
                "stored_s": show("all notices stored, s", round(stored, 2)),
                "first_told_s": show("the first stream told, s", round(first - began, 2)),
                "told_s": show("all streams told, s", round(last - began, 2)),
                "memory_before_mib": show("memory of the daemon before, MiB", round(before, 1)),
                "memory_most_mib": show("and the most, MiB", round(watch.end(), 1)),
                "get_p99_ms": show(f"p99 of {len(gets)} GET /v1/needs meanwhile, ms", round(percentile(gets, 99), 2)),
                "get_worst_ms": show("the slowest of them, ms", round(max(gets), 2))}


POINTS = {5: ("idle", "10,000 idle streams, 1,000 that never read", idle), 6: ("fan_out", "one event to 10,000 streams", fan_out),
          9: ("postings", "durable postings", postings), 10: ("matches", "50,000 matches of one need", matches)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--point", type=int, action="append", choices=POINTS)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.argv[2:] = []
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # of what is started too

    results = {}

    def delivery():
        check(most >= 12000 or options.quick, f"the limit of open files ({most}) must be at least 12000: ulimit -H -n")
        for number in options.point or POINTS:
            name, title, measure = POINTS[number]
            print(f"{number}. {title}", flush=True)
            results[name] = measure(options.quick)
            entregent.end_processes()

    try:
        entregent.run(delivery, seconds=1200)
    finally:
        if options.json:
            print(json.dumps(results), flush=True)
