# SPDX-License-Identifier: EUPL-1.2
"""What a flood of sign-ins costs the others: python3 tests/bench/signins.py BUILD [--seconds N] [--rate N] [--json]

One client with a token reads GET /v1/needs, paced, on one connection: alone; then while another process signs in 200 times a
second, whether it is answered or not, half of it for unknown addresses, a quarter with the right password; first with the
sign-in limits off, so that nothing but the pool of password threads bounds it, then with the limits as they are by default.
What counts are the ratios of the p99 within this run. And whether time tells a known address from an unknown one: sign-ins
and mailed links for both in turn, nothing else going on; the ratio of the medians should be 1.
"""
import argparse
import asyncio
import contextlib
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flow"))
import entregent  # noqa: E402
from entregent import Daemon, check, equal, need, siret, wait_for  # noqa: E402
from people import Person, mails, text_of  # noqa: E402

PASSWORD = "trois chevaux au pré vert"
KNOWN = 200            # people with that password
READS = 90             # a second: fewer than one address may by default
READER, FLOOD = "127.0.0.2", "127.0.0.3"  # each its own address, as far as limits go
PAIRS, LINKS = 20, 100  # of known and unknown addresses
LIMITS = ("address_rate", "address_burst", "signin_address", "signin_account", "password_threads", "password_queue")


def body(i):
    """Known and right, known and wrong, unknown twice."""
    if i % 4 < 2:
        return {"email": f"p{random.randrange(KNOWN)}@example.org", "password": PASSWORD if i % 4 == 0 else PASSWORD + "!"}
    return {"email": f"u{random.randrange(10**9)}@example.org", "password": PASSWORD}


# ---- The flood: a process of its own

class Flood:
    """Sends at its rate, come what may; a connection is used again when it is free."""

    def __init__(self, port, rate, seconds):
        self.port, self.rate, self.seconds = port, rate, seconds
        self.free, self.statuses, self.times = [], {}, []

    async def connection(self):
        return self.free.pop() if self.free else await asyncio.open_connection("127.0.0.1", self.port, local_addr=(FLOOD, 0))

    async def one(self, i):
        content = json.dumps(body(i), ensure_ascii=False).encode()
        began = time.perf_counter()
        try:
            reader, writer = await self.connection()
            writer.write(b"POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(content) + content)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
            await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head)[1]))
            status = int(head.split()[1])
            if b"connection: close" not in head.lower():
                self.free.append((reader, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            status = 0
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == 429:
            self.times.append(time.perf_counter() - began)

    async def run(self):
        began, under_way = time.perf_counter(), set()
        for i in range(int(self.rate * self.seconds)):
            await asyncio.sleep(max(0, began + i / self.rate - time.perf_counter()))
            task = asyncio.create_task(self.one(i))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way)
        self.times.sort()
        return {"statuses": self.statuses, "seconds": round(time.perf_counter() - began, 1),
                "refused_p99_ms": ms(self.times, 99) if self.times else None}


@contextlib.contextmanager
def flood(port, rate, seconds):
    """A flood while the block runs; yields what will hold its figures."""
    found = {}
    process = subprocess.Popen([sys.executable, os.path.abspath(__file__), "--flood", str(port), str(rate), str(seconds)],
                               stdout=subprocess.PIPE, text=True)
    entregent.running.add(process)
    try:
        yield found
        found.update(json.loads(process.communicate(timeout=60)[0]))
    finally:
        process.kill()
        process.wait()
        entregent.running.discard(process)


# ---- Measuring

def ms(values, percent):
    return round(values[min(len(values) - 1, len(values) * percent // 100)] * 1000, 2)


def read(port, token, seconds):
    """Sorted seconds of each GET /v1/needs, paced."""
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(READER, 0))
    times, began = [], time.perf_counter()
    while (at := began + len(times) / READS) < began + seconds:
        time.sleep(max(0, at - time.perf_counter()))
        sent = time.perf_counter()
        conn.request("GET", "/v1/needs", headers={"Authorization": f"Bearer {token}"})
        response = conn.getresponse()
        response.read()
        times.append(time.perf_counter() - sent)
        equal(response.status, 200, "status of GET /v1/needs")
    conn.close()
    return sorted(times)


def fill(d):
    """Some needs, and people with a password; the buyer."""
    buyer = d.organisation("buyer", 1)
    for i in range(200):
        buyer.need(need(title=f"Nettoyage {i}", description="Entretien courant des locaux. " * 10))
    someone = Person(d.port)
    someone.post("/v1/signup", {"siret": siret(2), "organisation": "Régie", "kinds": ["buyer"], "name": "Zoé", "email": "zoe@example.org"},
                 expect=202)
    wait_for(lambda: mails(d), "the mail")
    someone.post("/v1/tickets", {"ticket": re.search(r"t=([\w-]+)", text_of(mails(d)[0]))[1], "password": PASSWORD}, expect=200)
    d.sql(f"insert into person (id, email, name, password) select gen_random_uuid(), 'p' || i || '@example.org', 'P', password "
          f"from person, generate_series(0, {KNOWN - 1}) i where email = 'zoe@example.org'")
    d.matched()
    return buyer


def time_of(client, path, content):
    began = time.perf_counter()
    status = client.post(path, content).status
    check(status in (202, 401), status)
    return time.perf_counter() - began


def compare(d, path, count, more):
    """Medians for known and for unknown addresses, and their ratio."""
    client, times = Person(d.port), ([], [])
    for i in range(-2, count):
        for k in (0, 1) if i % 2 else (1, 0):
            address = f"{'pu'[k]}{abs(i) % KNOWN}@example.org"
            seconds = time_of(client, path, {"email": address, **more})
            if i >= 0:  # the first ones warm up
                times[k].append(seconds)
    known, unknown = (statistics.median(t) * 1000 for t in times)
    return {"known_ms": round(known, 2), "unknown_ms": round(unknown, 2), "ratio": round(known / unknown, 3)}


def measure(seconds, rate):
    defaults = {s["setting"]: s["default"] for s in json.loads(entregent.entregentd("--print", "settings", "--json")) if s["setting"] in LIMITS}
    equal(set(defaults), set(LIMITS), "settings")
    result = {}
    with Daemon() as d:  # Daemon turns the limits off
        buyer = fill(d)
        result["sign_in"] = compare(d, "/v1/session", PAIRS, {"password": PASSWORD + "!"})
        result["link"] = compare(d, "/v1/tickets/signin", LINKS, {})
        wait_for(lambda: d.sql("select count(*) from outbox where state <> 'done'") == "0", "the mails are out")
        read(d.port, buyer.token, 1)
        result["alone"] = read(d.port, buyer.token, seconds)
        with flood(d.port, rate, seconds) as found:
            result["pool"] = read(d.port, buyer.token, seconds)
        result["pool_flood"] = found
        data = d.data
    with Daemon(*(f"{k}={v}" for k, v in defaults.items()), data=data) as d:
        read(d.port, buyer.token, 1)
        with flood(d.port, rate, seconds) as found:
            result["limits"] = read(d.port, buyer.token, seconds)
        result["limits_flood"] = found
    for name in ("alone", "pool", "limits"):
        times = result[name]
        result[name] = {"reads": len(times), "p50_ms": ms(times, 50), "p99_ms": ms(times, 99)}
    for name in ("pool", "limits"):
        result[name]["p99_ratio"] = round(result[name]["p99_ms"] / result["alone"]["p99_ms"], 2)
    return result


def show(result, rate):
    print(f"{'GET /v1/needs':44} {'reads':>6} {'p50 ms':>8} {'p99 ms':>8} {'p99 ratio':>10}")
    for name, words in (("alone", "alone"), ("pool", f"with {rate} sign-ins/s, limits off"), ("limits", f"with {rate} sign-ins/s, limits as by default")):
        r = result[name]
        print(f"{words:44} {r['reads']:6} {r['p50_ms']:8} {r['p99_ms']:8} {r.get('p99_ratio', ''):>10}")
    for name, words in (("pool", "limits off"), ("limits", "limits as by default")):
        f = result[name + "_flood"]
        answers = ", ".join(f"{n} x {s if s != '0' else 'no answer'}" for s, n in sorted(f["statuses"].items()))
        print(f"sign-ins, {words}: {answers} in {f['seconds']} s; p99 of a refusal {f['refused_p99_ms']} ms")
    for name, words in (("sign_in", "sign-in"), ("link", "asking for a link")):
        print(f"{words}: known {result[name]['known_ms']} ms, unknown {result[name]['unknown_ms']} ms, ratio {result[name]['ratio']}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--flood"]:
        print(json.dumps(asyncio.run(Flood(int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])).run())))
        sys.exit()
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.argv[2:] = []

    def signins():
        result = measure(options.seconds, options.rate)
        print(json.dumps(result)) if options.json else show(result, options.rate)
    entregent.run(signins, seconds=150)
