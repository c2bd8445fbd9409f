# SPDX-License-Identifier: EUPL-1.2
"""A daemon under load while it, or its database, is killed again and again; and what must be so at the end.

One buyer posts single needs with an Idempotency-Key, each repeated until it is acknowledged; an import goes on; suppliers
listen to streams, going on after their last event id; webhooks and mails are delivered. At the end:
  nothing acknowledged is lost      every id that the import's report or a 201 named is in the database, once
  nothing is there twice            as many needs as lines and keys
  nothing told is missing           matching everything anew (as after new reference data) finds nothing more to tell
  the listeners have heard it all   every notice of their organisation, none of another
  everything is delivered           every notice that a channel wants came to the other side at least once, and what came
                                    more than once has the same id and says the same
"""
import collections
import http.client
import json
import os
import random
import signal
import subprocess
import threading
import time

import entregent
from entregent import Daemon, Stream, check, equal, need, siret, wait_for
from faults import channels
from receivers import Hooks
from smtp import Relay

TRADES = [("8121Z", "90910000"), ("8130Z", "77310000"), ("4334Z", "45442100"), ("5621Z", "55500000"), ("3832Z", "90510000")]
CODES = ["90911200", "90919200", "77311000", "45442110", "55523100", "90511000", "90000000", "72000000"]
DEPARTEMENTS = ["03", "15", "43", "63", "42", "69"]
SUPPLIERS = 300
LISTENERS = 3  # the first suppliers
HOOKED, MAILED = (0, 1), 18  # suppliers by number


def write_suppliers(path):
    with open(path, "w") as f:
        f.write("siret\tkind\tname\tnaf\tpost_code\tcity\tdepartment\tlon\tlat\n")
        for i in range(SUPPLIERS):
            kind, naf, d = ["EI", "ACI", "AI"][i % 3], TRADES[i % 5][0], DEPARTEMENTS[i % 6]
            f.write(f"{siret(1000000 + i)}\t{kind}\tSupplier {i}\t{naf}\t{d}000\t\t{d}\t\t\n")


def write_contracts(path, count, rng):
    with open(path, "w") as f:
        for i in range(count):
            f.write(json.dumps({
                "id": f"T{i}", "acheteur": {"id": siret(2000000 + i % 50), "nom": f"Commune {i % 50}"},
                "objet": f"Marché {i}", "codeCPV": rng.choice(CODES), "dureeMois": 12, "montant": rng.randrange(1000, 90000),
                "lieuExecution": {"code": rng.choice(DEPARTEMENTS), "typeCode": "Code département"}}) + "\n")


class Poster(threading.Thread):
    """Posts one need after the other; each until it is acknowledged."""

    def __init__(self, buyer):
        super().__init__(daemon=True)
        self.buyer, self.ids, self.stopped, self.pending, self.rng = buyer, [], False, False, random.Random(7)

    def run(self):
        while not self.stopped or self.pending:
            if not self.pending:
                self.pending = need(self.rng.choice(CODES), [f"departement:{self.rng.choice(DEPARTEMENTS)}"], title=f"key-{len(self.ids)}")
            try:
                answer = self.buyer("POST", "/v1/needs", self.pending, {"Idempotency-Key": self.pending["title"]})
                if answer.status == 201:
                    self.ids.append(answer.json["id"])
                    self.pending = False
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.01)


class Listener(threading.Thread):
    """Hears everything of one supplier across all breaks."""

    def __init__(self, supplier):
        super().__init__(daemon=True)
        self.supplier, self.heard, self.resets, self.stopped, self.last = supplier, collections.Counter(), 0, False, "0"

    def run(self):
        while not self.stopped:
            try:
                with Stream(self.supplier, last=self.last) as stream:
                    while not self.stopped:
                        event = stream.event(1)
                        if event and event.id:
                            self.resets += event.kind == "reset"
                            self.heard[event.id] += 1
                            self.last = event.id
            except (OSError, EOFError, entregent.Failure, ValueError):
                time.sleep(0.05)


class Import:
    """Imports one file again and again: what was acknowledged is acknowledged again, and makes nothing twice."""

    def __init__(self, daemon, client, path):
        self.report, self.path, self.passes, self.process = path + ".report", path, 0, None
        self.env = {**entregent.environment(), "ENTREGENT_SERVER": f"http://127.0.0.1:{daemon.port}", "ENTREGENT_TOKEN": client.token}
        self.begin()

    def begin(self):
        report = ["--report", self.report] if self.passes == 0 else []
        command = [f"{entregent.BUILD}/entregent", "need", "import", "--format", "decp", "--batch", "20", "--retry", "120", *report, "--json", self.path]
        self.process = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        entregent.running.add(self.process)
        self.passes += 1

    def go_on(self):
        if self.process.poll() is not None:
            equal(self.process.returncode, 0, "the import's exit status")
            entregent.running.discard(self.process)
            self.begin()

    def end(self):
        """The first pass goes to its end, a later one need not. The report, a line each."""
        if self.passes == 1:
            equal(self.process.wait(900), 0, "the import's exit status")
        self.process.kill()
        self.process.wait()
        with open(self.report) as f:
            return [json.loads(line) for line in f if line.strip()]


# What a digest holds is forgotten once it is delivered; here it is kept.
DIGESTS = """create table digest_log (id uuid, notice bigint);
grant all on digest_log to entregent_app;
create function digest_log() returns trigger language plpgsql as $$ begin
    insert into digest_log select new.id, x::bigint from jsonb_array_elements_text(new.args -> 'notices') x;
    return new;
end $$;
create trigger digest_log after insert on outbox for each row when (new.kind = 'digest') execute function digest_log()"""


class Load:
    """Use with `with`; disturb(), then finish()."""

    def __init__(self, lines, seed):
        self.rng, self.lines, self.hooks, self.relay = random.Random(seed), lines, Hooks(), Relay()
        self.d = d = Daemon(f"smtp_url={self.relay.url}", "smtp_tls=0", "webhook_networks=127.0.0.0/8", "tick_ms=1000")
        self.d.sql(DIGESTS)
        folder = os.path.dirname(d.data)
        self.organiser, buyer = d.organisation("organiser", 9000001), d.organisation("buyer", 9000002)
        write_suppliers(f"{folder}/suppliers.tsv")
        write_contracts(f"{folder}/contracts.jsonl", lines, self.rng)
        d.cli(self.organiser, "offer", "import", f"{folder}/suppliers.tsv")
        d.matched()
        for client in (*map(self.supplier, HOOKED), buyer):
            channels(d, client, self.hooks.url)
        channels(d, self.supplier(MAILED))
        self.poster = Poster(buyer)
        self.listeners = [Listener(self.supplier(i)) for i in range(LISTENERS)]
        self.importing = Import(d, self.organiser, f"{folder}/contracts.jsonl")
        for thread in (self.poster, *self.listeners):
            thread.start()

    def supplier(self, number):
        made = json.loads(self.d.admin("token", "new", "--org", siret(1000000 + number), "--json"))
        client = self.organiser.again()
        client.token, client.siret = made["token"], siret(1000000 + number)
        client.id = client.get("/v1/organisation")["id"]
        return client

    def __enter__(self):
        return self

    def __exit__(self, *wrong):
        self.hooks.close()
        self.relay.close()
        self.d.__exit__(*wrong)

    def count(self, what):
        return int(self.d.sql(f"select count(*) from {what}"))

    def wait_progress(self):
        """Something was acknowledged since the last call."""
        before = len(self.poster.ids)
        wait_for(lambda: len(self.poster.ids) > before, "posting goes on")
        self.importing.go_on()

    def wait_matched(self):
        wait_for(lambda: self.d.metric("journal_lag") == 0, "the journal is read", 900, 0.1)

    def finish(self):
        """Ends the load in order and holds what is there against what was said. The figures."""
        self.poster.stopped = True
        self.poster.join()
        results = self.importing.end()
        self.wait_matched()
        figures = self.check_stored(results)
        self.check_matches()
        figures["streams"] = self.check_streams()
        figures["delivered"] = self.check_delivered()
        return figures

    def check_stored(self, results):
        stored, posted = set(self.d.sql("select id from need").split()), self.poster.ids
        equal(len(results), self.lines, "lines acknowledged")
        lost = ({r["id"] for r in results if r["id"]} | set(posted)) - stored
        check(not lost, len(lost), "acknowledged needs are not stored:", sorted(lost)[:3])
        equal(len(set(posted)), len(posted), "needs of different keys")
        equal(len(stored), self.lines + len(posted), "needs stored")
        return {"acknowledged": len(stored), "lost": len(lost), "twice": len(stored) - self.lines - len(posted)}

    def check_matches(self):
        def told():
            return self.count("notice"), self.count("match"), self.d.sql("select md5(string_agg(m.need::text || m.organisation || m.state || "
                    "m.score || m.lots::text, '' order by m.need, m.organisation)) from match m")
        before = told()
        self.d.sql("insert into journal (subject, what) values ('reference', 'loaded')")
        self.wait_matched()
        equal(told(), before, "notices and matches after matching anew")
        check(before[0] > 2 * len(self.poster.ids), "hardly anything matched: the test says nothing", before)

    def check_streams(self):
        heard = repeated = 0
        for listener in self.listeners:
            own = set(self.d.sql(f"select id from notice where organisation = '{listener.supplier.id}'").split())
            wait_for(lambda: set(listener.heard) >= own, "the listener hears the rest")
            listener.stopped = True
            equal(sorted(set(listener.heard) - own)[:3], [], "events of nobody")
            equal(listener.resets, 0, "resets")
            heard, repeated = heard + len(own), repeated + sum(listener.heard.values()) - len(own)
        check(heard > 0, "nobody heard anything: the test says nothing")
        return {"events": heard, "missing": 0, "repeated": repeated}

    def check_delivered(self):
        """A delivery whose daemon died is made again once its lease is over; that is waited for."""
        wait_for(lambda: self.count("outbox where state <> 'done'") == 0 and self.count("held") == 0 and
                 self.count("notice n, cursor c where c.name = 'dispatch' and n.id > c.id") == 0, "all is delivered", 400, 0.5)
        mails = collections.Counter(m.message["Message-ID"].strip("<>").split("@")[0] for m in list(self.relay.mails))
        arrived = {"webhook": self.hooks.seen(), "mail": mails}
        figures = {}
        for kind, got in arrived.items():
            # What each channel wants, by the notices that there are.
            wanted = set(self.d.sql(f"select c.id || ' ' || n.id from notice n join channel c on c.organisation = n.organisation and c.alert is null where c.kind = "
                                    f"'{kind}' and (c.kind = 'webhook' or n.kind <> 'matched')").splitlines())
            alone = f"select channel_id, notice, id from outbox where channel = '{kind}' and notice is not null"
            within = "select o.channel_id, l.notice, o.id from outbox o join digest_log l on l.id = o.id" + f" where o.channel = '{kind}'"
            told = self.d.sql(f"select channel_id || ' ' || notice from ({alone} union all {within}) x").splitlines()
            equal(len(told), len(set(told)), f"notices told twice by {kind}")
            equal(set(told) ^ wanted, set(), f"deliveries by {kind} of the notices that there are")
            sent = set(self.d.sql(f"select distinct id from ({alone} union all {within}) x where id not in "
                                  "(select id from outbox where said = 'nothing was left to tell')").split())
            lost = sent - set(got)
            check(not lost, len(lost), f"never came by {kind}:", sorted(lost)[:3])
            check(sent, f"nothing went by {kind}: the test says nothing")
            figures[kind] = {"wanted": len(wanted), "missing": len(lost), "repeated": sum(got.values()) - len(got)}
        equal(self.hooks.strange(), [], "webhook-ids under which different things came")
        return figures


def seconds(ready):
    ready = sorted(ready)
    return {"ready_median_s": round(ready[len(ready) // 2], 2), "ready_worst_s": round(ready[-1], 2)}


def kill_daemon(rounds, seed=1):
    """kill -9 of the daemon at random."""
    began, ready = time.monotonic(), []
    with Load(max(1000, 20 * rounds), seed) as load:
        for _ in range(rounds):
            load.wait_progress()
            time.sleep(load.rng.uniform(0.0, 0.3))
            load.d.kill()
            killed = time.monotonic()
            load.d.start()
            ready.append(time.monotonic() - killed)
        return {"rounds": rounds, **load.finish(), **seconds(ready), "seconds": round(time.monotonic() - began)}


def kill_postgres(rounds, seed=2):
    """kill -9 of the postmaster, sometimes its immediate shutdown; the daemon lives on and starts it again."""
    began, ready = time.monotonic(), []
    with Load(max(1000, 20 * rounds), seed) as load:
        for i in range(rounds):
            load.wait_progress()
            time.sleep(load.rng.uniform(0.0, 1.0))
            victim = postmaster(load.d)
            os.kill(victim, signal.SIGKILL if i % 4 else signal.SIGQUIT)
            killed = time.monotonic()
            wait_for(lambda: not load.d.ready() or postmaster(load.d) != victim, "the loss is seen", pause=0.001)
            load.d.wait_ready()
            ready.append(time.monotonic() - killed)
        return {"rounds": rounds, **load.finish(), **seconds(ready), "seconds": round(time.monotonic() - began)}


def postmaster(d):
    """The process of the private PostgreSQL; None when none runs."""
    folder = os.path.join(d.data, "pg")
    for name in os.listdir(folder):
        path = os.path.join(folder, name, "postmaster.pid")
        if os.path.exists(path):
            with open(path) as f:
                return int(f.readline())
    return None
