# SPDX-License-Identifier: EUPL-1.2
"""The database: its verbs, its crashes, one shared by two daemons, and what is refused at the start."""
import glob
import json
import os
import pwd
import re
import signal
import subprocess
import threading
import time

from entregent import (BUILD, Daemon, Stream, check, directory, entregentd, environment, equal, free_port, need, offer, run,
                       say, siret, wait_for)


def dump_path():
    path = directory()
    os.chmod(path, 0o777)  # the daemon's account writes there
    return f"{path}/backup"


def test_verbs_with_and_without_a_daemon():
    d = Daemon(start=False)
    made = json.loads(d.admin("org", "add", "--kind", "buyer", "--siret", siret(1), "--name", "Mairie", "--json"))
    equal((made["name"], made["kinds"]), ("Mairie", ["buyer"]), "made without a daemon")
    equal(d.sql("select name from organisation"), "Mairie", "psql without a daemon")
    with d:
        d.start()
        check(re.search(r"dbname=", d.admin("db", "url")), "the connection string")
        again = json.loads(d.admin("org", "add", "--kind", "supplier", "--siret", siret(1), "--name", "Mairie", "--json"))
        equal((again["id"], sorted(again["kinds"])), (made["id"], ["buyer", "supplier"]), "what is new is added")
        equal(len(d.admin("org", "list").strip().split("\n")), 1, "organisations")
        equal(d.sql("select count(*) from organisation"), "1", "psql beside the daemon")
        for wrong in (["org", "add"], ["org", "add", "--kind", "buyer", "--siret", "12345678901234", "--name", "x"],
                      ["org", "add", "--kind", "king", "--siret", siret(2), "--name", "x"],
                      ["org", "add", "--kind", "supplier", "--siret", siret(2), "--name", "x", "--structure", "XX"],
                      ["token", "new"], ["token", "new", "--org", siret(1), "--days", "0"], ["reference", "load"],
                      ["db", "backup"], ["no", "verb"]):
            status, out, err = d.admin(*wrong, check_status=None)
            equal((status, out), (2, ""), wrong)
            check(err, wrong, "says why")
        equal(d.admin("token", "new", "--org", siret(3), check_status=None)[0], 1, "an unknown organisation")
        status, _, err = d.admin("db", "restore", __file__, check_status=None)
        equal(status, 78, "no restore while the daemon runs")
        check("another entregentd" in err, err)
        status, _, err = d.admin("db", "upgrade", check_status=None)
        equal(status, 78, "no upgrade while the daemon runs")


def test_tokens_expire():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        d.sql("update token set expires = now() - interval '1 second'")
        d.restart()
        equal(buyer("GET", "/v1/organisation").status, 401, "an expired token")
        check(buyer.token not in d.sql("select * from token"), "tokens are kept as hashes only")


def test_backup_and_restore():
    path = dump_path()
    with Daemon() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        kept = buyer.need(need(title="Avant"))
        d.matched()
        d.admin("db", "backup", path)
        lost = buyer.need(need(title="Après"))
        d.matched()
        before = supplier.notices()
        d.stop()
        d.admin("db", "restore", path)
        d.start()
        equal([n["id"] for n in buyer.all("/v1/needs?mine=1")], [kept["id"]], "needs after the restore")
        equal(buyer(method="GET", path=f"/v1/needs/{lost['id']}").status, 404, "what came after the backup")
        equal([n["need"]["title"] for n in supplier.notices()], ["Avant"], "notices after the restore")
        fresh = buyer.need(need(title="Nouveau"))
        d.matched()
        equal([n["need"]["id"] for n in supplier.notices()], [kept["id"], fresh["id"]], "it is matched on")
        with Stream(supplier, before[-1]["id"]) as stream:
            check(stream.event(10) is not None, "a reader of before hears something: reset, or what is new")
        # Into another cluster, whose transaction numbers are others.
    with Daemon(start=False) as other:
        for i in range(3):
            other.make()
        other.admin("db", "restore", path)
        other.start()
        buyer.port = supplier.port = other.port
        equal([n["title"] for n in buyer.all("/v1/needs?mine=1")], ["Avant"], "needs in another cluster")
        buyer.need(need(title="Ailleurs"))
        other.matched()
        equal([n["need"]["title"] for n in supplier.notices()], ["Avant", "Ailleurs"], "matched there")


def test_restore_with_unread_journal():
    """What was posted but not matched when the backup was made is matched after the restore."""
    path = dump_path()
    with Daemon() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        buyer.need(need(title="Lu"))
        d.matched()
        d.stop()
        d.sql("insert into need (id, organisation, state, body) select gen_random_uuid(), organisation, 'published', "
              "jsonb_set(body, '{title}', '\"Non lu\"') from need; insert into journal (subject, key, version, what) "
              "select 'need', id, 1, 'published' from need where body ->> 'title' = 'Non lu'")
        d.admin("db", "backup", path)
    with Daemon(start=False) as other:
        other.admin("db", "restore", path)
        other.start()
        buyer.port = supplier.port = other.port
        other.matched()
        equal([n["need"]["title"] for n in supplier.notices()], ["Lu", "Non lu"], "told after the restore")


def test_a_broken_backup_is_refused():
    path = dump_path()
    with Daemon() as d:
        d.organisation("buyer", 1)
        d.admin("db", "backup", path)
        d.stop()
        with open(path, "rb") as f:
            whole = f.read()
        for name, content in (("cut", whole[:len(whole) // 2]), ("noise", b"not a backup\n" * 100)):
            with open(f"{path}.{name}", "wb") as f:
                f.write(content)
            os.chmod(f"{path}.{name}", 0o644)
            equal(d.admin("db", "restore", f"{path}.{name}", check_status=None)[0], 1, f"a backup with {name}")
            equal(d.sql("select count(*) from organisation"), "1", "the data is still there")


def postmaster(d):
    try:
        with open(f"{d.data}/pg/15/postmaster.pid") as f:
            return int(f.readline())
    except (OSError, ValueError):
        return None  # it is being started


def test_postgres_killed_while_posting():
    with Daemon("database_wait_ms=20000") as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        acknowledged, doubtful, lock, stop = [], [], threading.Lock(), threading.Event()

        def post(number):
            c, i = buyer.again(), 0
            while not stop.is_set():
                i += 1
                title = f"Besoin {number}.{i}"
                answer = c.post("/v1/needs", need(title=title), headers={"Idempotency-Key": title})
                with lock:
                    (acknowledged if answer.status == 201 else doubtful).append(title)
                check(answer.status in (201, 503), answer)
                time.sleep(0 if answer.status == 201 else 0.05)
        crew = [threading.Thread(target=post, args=(i,)) for i in range(4)]
        for t in crew:
            t.start()
        try:
            for _ in range(3):
                count = len(acknowledged)
                wait_for(lambda: len(acknowledged) > count + 20, "postings are acknowledged")
                former = postmaster(d)
                os.kill(former, signal.SIGKILL)
                # What was under way may still be acknowledged: the next one is killed, not this one once more.
                wait_for(lambda: postmaster(d) not in (None, former), "PostgreSQL runs again")
                count = len(acknowledged)
                wait_for(lambda: len(acknowledged) > count + 20, "and again after the crash")
        finally:
            stop.set()
            for t in crew:
                t.join()
        wait_for(d.ready, "the daemon is ready")
        d.matched()
        stored = [n["title"] for n in buyer.all("/v1/needs?mine=1&limit=500")]
        equal(len(set(stored)), len(stored), "nothing twice")
        check(set(acknowledged) <= set(stored), "lost:", set(acknowledged) - set(stored))
        told = [n["need"]["title"] for n in supplier.notices()]
        equal(sorted(told), sorted(stored), "what is stored is told, once")
        say(f"3 kills of PostgreSQL: {len(acknowledged)} postings acknowledged, {len(doubtful)} refused with 503, none lost")


def test_two_daemons_on_one_database():
    with Daemon() as home:
        database = "database_url=" + home.admin("db", "url").strip()
        buyer, supplier = home.organisation("buyer", 1), home.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        with Daemon(database) as away:
            there = supplier.again()
            there.port = away.port
            with Stream(there, 0) as far, Stream(supplier, 0) as near:
                posted = []
                for i in range(30):
                    b = buyer.again()
                    b.port = (home, away)[i % 2].port
                    posted.append(b.need(need(title=f"Besoin {i}"))["id"])
                for stream in (far, near):
                    events = [stream.event() for _ in posted]
                    check(all(events), "every need is told on both")
                    equal(sorted(e.json["need"]["id"] for e in events), sorted(posted), "each once")
                # An offer changed on one side is known on the other.
                there.put("/v1/offer", offer(areas=["departement:69"]), 1, 200)
                wait_for(lambda: supplier.get(f"/v1/needs/{posted[0]}/explain")["matches"] is False, "the other daemon knows")
            home.matched()
            equal(sorted(n["need"]["id"] for n in supplier.notices() if n["kind"] == "match"), sorted(posted), "notices")
            equal(sorted(n["need"]["id"] for n in supplier.notices() if n["kind"] == "withdrawn"), sorted(posted), "withdrawn")


def refused(d, *more, **config):
    """The status and the words of a daemon that does not start."""
    done = subprocess.run([f"{BUILD}/entregentd", "serve", "--data", d.data, "--listen", "127.0.0.1:0", *d.settings, *more],
                          capture_output=True, text=True, timeout=60, env=environment())
    check("Sanitizer" not in done.stderr, done.stderr)
    return done.returncode, done.stderr


def test_owner_who_is_no_superuser():
    """An external PostgreSQL whose owner is bound by row-level security as everybody: serving, backup, restore."""
    folder, port = directory(), free_port()
    account = pwd.getpwnam("entregent") if os.geteuid() == 0 else None
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]

    def pg(*words):
        subprocess.run(words, check=True, capture_output=True, timeout=60, cwd="/", user=account and account.pw_uid)
    pg(f"{bin}/initdb", "-D", f"{folder}/pg", "-U", "boss", "-A", "trust")
    pg(f"{bin}/pg_ctl", "-D", f"{folder}/pg", "-o", f"-p {port} -k {folder} -c listen_addresses=127.0.0.1", "-l", f"{folder}/log", "-w", "start")
    try:
        pg("psql", "-h", folder, "-p", str(port), "-U", "boss", "-d", "postgres", "-qc", "create role own login createdb", "-qc", "create database d owner own")
        url = f"database_url=postgresql://own@127.0.0.1:{port}/d"
        data = os.path.join(directory(), "data")
        words = ("org", "add", "--kind", "buyer", "--siret", siret(1), "--name", "B", "--data", data, "--set", url)
        done = subprocess.run([f"{BUILD}/entregentd", *words], capture_output=True, text=True, env=environment(), timeout=60)
        check(done.returncode != 0 and "create role entregent_app" in done.stderr, "it is said what an administrator is to do", done.stderr)
        pg("psql", "-h", folder, "-p", str(port), "-U", "boss", "-d", "postgres", "-qc", "create role entregent_app nologin", "-qc", "grant entregent_app to own")
        with Daemon(url, data=data) as d:
            buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
            supplier.put("/v1/offer", offer(), expect=201)
            buyer.need(need(title="Avant"))
            d.matched()
            backup = os.path.join(directory(), "backup")
            d.admin("db", "backup", backup)
            d.stop()
            d.admin("db", "restore", backup)
            d.start()
            buyer.close(), supplier.close()
            equal([n["title"] for n in buyer.all("/v1/needs?mine=1")], ["Avant"], "what was there")
            buyer.need(need(title="Après"))
            d.matched()
            equal([n["need"]["title"] for n in supplier.notices()], ["Avant", "Après"], "what is told goes on")
            check("head" in d.admin("audit", "verify"), "the audit log is whole")
    finally:
        pg(f"{bin}/pg_ctl", "-D", f"{folder}/pg", "stop", "-m", "immediate")


def test_refused_at_the_start():
    with Daemon() as d:
        status, said = refused(d)
        equal(status, 78, "a second daemon on the same directory")
        check("another entregentd" in said, said)
        status, said = refused(Daemon(start=False), "--listen", f"127.0.0.1:{d.port}")
        equal(status, 69, "a port in use")
        check("cannot listen" in said, said)
        d.stop()
        d.sql("insert into schema_file (name) values ('9999_future')")
        status, said = refused(d)
        equal(status, 78, "a schema of a later version")
        check("9999_future" in said and "newer" in said, said)
        equal(d.admin("org", "list", check_status=None)[0], 1, "for the one-shot commands too")
        d.sql("delete from schema_file where name = '9999_future'")
        d.start()


def test_settings():
    d = Daemon(start=False)
    d.make()
    path = f"{d.data}/entregent.conf"
    for lines, where, word in (("# fine\npage = 7\nnot_a_setting = 1\n", ":3", "not_a_setting"), ("page = 0\n", ":1", "page = 0"),
                               ("page = many\n", ":1", "page"), ("\npage\n", ":2", "=")):
        with open(path, "w") as f:
            f.write(lines)
        os.chmod(path, 0o644)
        status, said = refused(d)
        equal(status, 78, f"settings {lines!r}")
        check(f"entregent.conf{where}" in said and word in said, lines, said)
    equal(entregentd("serve", "--data", d.data, "--set", "nonsense=1", check_status=None)[0], 78, "an unknown setting in a command")
    with open(path, "w") as f:
        f.write("# a comment\npage = 2\n\n  page_most=3\n")
    with d:
        d.start()
        buyer = d.organisation("buyer", 1)
        for i in range(4):
            buyer.need(need(title=f"Besoin {i}"))
        equal(len(buyer.get("/v1/needs")["items"]), 2, "the page of the settings file")
        equal(buyer("GET", "/v1/needs?limit=4").status, 422, "the most of the settings file")


def test_upgrade_of_the_newest():
    d = Daemon(start=False)
    with d:
        d.organisation("buyer", 1)
        status, _, said = d.admin("db", "upgrade", check_status=None)
        equal(status, 0, f"nothing to do ({said})")
        equal(d.sql("select count(*) from organisation"), "1", "the data is still there")


def test_database_away_at_the_start():
    """With an external database that is not there yet the daemon waits for it."""
    d = Daemon(start=False)
    d.make()
    url = d.admin("db", "url").strip()
    with Daemon("database_url=" + url, start=False) as away:
        away.start(wait=False)
        wait_for(lambda: "onnect" in away.read_log(), "it tries")
        check(away.running(), "it does not give up")
        with d:
            d.start()
            away.wait_ready()
        # Gone again: not ready, but alive; ready when it is back.
        wait_for(lambda: not away.ready(), "it says that it is not ready")
        with d:
            d.start()
            wait_for(away.ready, "it is ready again")
            away.stop()


run(test_verbs_with_and_without_a_daemon, test_tokens_expire, test_backup_and_restore, test_restore_with_unread_journal,
    test_a_broken_backup_is_refused, test_postgres_killed_while_posting, test_two_daemons_on_one_database,
    test_owner_who_is_no_superuser, test_refused_at_the_start, test_settings, test_upgrade_of_the_newest, test_database_away_at_the_start)
