# SPDX-License-Identifier: EUPL-1.2
"""Many offers in the database: stored by one statement, packed beside their bodies, read by COPY."""
import base64
import json
import os
import pwd
import signal
import subprocess

from entregent import BUILD, Daemon, check, directory, environment, equal, need, offer, run, siret, wait_for

STAMP = 4711
USER = pwd.getpwnam("entregent").pw_uid if os.geteuid() == 0 else None  # whom the private PostgreSQL lets in
SYSTEM = "set app.rights = 'system'; set role entregent_app;"
PACKED = b"\x01packed"
UNREADABLE = {"active": True, "capabilities": [{"cpv": "90911200"}]}  # for the daemon, which would pack it anew


def one(line, number, **more):
    """A row of offers_bulk."""
    row = {"line": line, "org": f"0190{number:04d}-0000-7000-8000-{line:012d}", "siret": siret(number), "name": f"Entreprise {number}",
           "body": UNREADABLE, "packed": base64.b64encode(PACKED).decode(), "stamp": STAMP}
    return row | more


def rows_of(d, statement):
    said = d.sql(SYSTEM + statement)
    return [line.split("|") for line in said.splitlines()]


def bulk(d, *rows):
    """The answers of a call, without the ids, and how many journal rows it made."""
    before = int(d.sql("select count(*) from journal"))
    literal = json.dumps(list(rows)).replace("'", "''")
    said = rows_of(d, f"select line, added, coalesce(refused, '') from offers_bulk('bulk', '{literal}')")
    return [" ".join(x).strip() for x in said], int(d.sql("select count(*) from journal")) - before


def journal(d, stamp=STAMP):
    """What the matcher reads: key, version, packed, whether it is there, and the body."""
    with open("sql/query/journal_read.sql") as f:
        query = f.read().replace("null::bigint", "$4::bigint")
    said = d.sql(SYSTEM + f"prepare j as {query}; execute j('0', 0, 1000, {stamp})")
    rows = [line.split("|") for line in said.splitlines()]
    return [[r[3], r[8], r[14], r[15], r[9]] for r in rows]


def of(d, number, what):
    return d.sql(f"select {what} from organisation o left join offer f on f.organisation = o.id where o.siret = '{siret(number)}'")


def test_bulk_makes_and_replaces():
    with Daemon() as d:
        other = {"active": True, "capabilities": [{"cpv": "77310000", "areas": ["FR"]}]}
        equal(bulk(d, one(1, 1), one(2, 2, structures=["EI", "ACI"])), (["1 t", "2 t"], 2), "new ones")
        equal(of(d, 2, "o.name, o.kinds, o.structures, f.version, f.source, f.packed, f.packed_stamp"),
              f"Entreprise 2|{{supplier}}|{{EI,ACI}}|1|bulk|\\x{PACKED.hex()}|{STAMP}", "what is stored")
        equal(bulk(d, one(1, 1), one(2, 2, structures=["ACI"])), (["1 f", "2 f"], 0), "again: nothing")
        equal(bulk(d, one(5, 1, body=other), one(7, 2, structures=["ACI", "EA"])), (["5 f", "7 f"], 2), "one body, one more kind of structure")
        equal(of(d, 1, "f.version, f.body -> 'capabilities' -> 0 ->> 'cpv'"), "2|77310000", "replaced as a whole")
        equal(of(d, 2, "f.version, o.structures, o.version"), "2|{EI,ACI,EA}|2", "a kind joins")
        equal(bulk(d), ([], 0), "nothing")
        check("head" in d.admin("audit", "verify"), "the audit log is whole")
        equal(d.sql("select count(*) from audit where entry::jsonb ->> 'what' = 'claim_confirmed'"), "3", "kinds are in the log")
        # One SIRET several times: the last one's offer stands.
        equal(bulk(d, one(1, 4, structures=["EI"]), one(2, 5), one(3, 4, body=other, structures=["ACI"])), (["1 f", "2 t", "3 t"], 2), "three lines, two offers")
        equal(of(d, 4, "f.version, f.body -> 'capabilities' -> 0 ->> 'cpv', o.structures"), "1|77310000|{ACI,EI}", "with all kinds of structure")
        equal(d.sql("select count(*) from organisation"), "4", "organisations")
        # A buyer that is listed becomes a supplier, and keeps its name.
        d.organisation("buyer", 3, name="Mairie")
        equal(bulk(d, one(1, 3)), (["1 t"], 1), "a buyer")
        equal(of(d, 3, "o.name, o.kinds, f.version"), "Mairie|{buyer,supplier}|1", "and now a supplier")


def test_bulk_refuses():
    with Daemon() as d:
        supplier = d.organisation("supplier", 1)
        supplier.put("/v1/offer", offer(), expect=201)
        bulk(d, one(1, 2), one(2, 3))
        d.sql(SYSTEM + f"select organisation_erase(id, 30) from organisation where siret = '{siret(2)}'")
        equal(bulk(d, one(1, 1, structures=["EA"]), one(2, 2), one(3, 3)), (["1 f own", "2 f erased", "3 f"], 0), "its owner's, an erased one's, and one that is fine")
        equal(of(d, 1, "f.version, o.structures, f.source"), "1|{}|", "of what is refused nothing is stored")
        equal(of(d, 2, "o.kinds, f.version"), "{}|", "who has erased itself is not brought back")
        # Who confirms an imported offer has written it from then on.
        d.sql(f"update organisation set suspended = now() where siret = '{siret(3)}'")
        equal(bulk(d, one(1, 3, body={"active": False})), (["1 f"], 1), "a suspended one is written")
        equal([row[:4] for row in journal(d)][-1:], [[of(d, 3, "o.id"), "2", "", "f"]], "and told, as one that is not there to be matched")


def bulk_twice_at_once(d):
    """The second call waits for the first, is told to try again, and then finds what the first has made."""
    url = d.admin("db", "url").strip()

    def call(more=""):
        rows = json.dumps([one(i + 1, i + 1) for i in range(100)])
        code = f"{SYSTEM} begin; select count(*) from offers_bulk('bulk', '{rows}') where refused is null; {more} commit"
        return subprocess.Popen(["psql", url, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", code],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, user=USER)
    first = call("select pg_sleep(1);")
    wait_for(lambda: d.sql("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == "1", "the first has written")
    second = call()
    out, err = first.communicate(timeout=60)
    equal(out.split(), ["100"], err)
    out, err = second.communicate(timeout=60)
    check(not out and "somebody else" in err, "two calls on the same enterprises", out, err)
    third = call()
    equal(third.communicate(timeout=60), ("100\n", ""), "tried again")
    equal(d.sql("select count(*) from offer where version = 1"), "100", "each offer once")


def test_calls_at_once_and_repacking():
    with Daemon() as d:
        bulk_twice_at_once(d)
        d.sql("delete from offer")
        bulk(d, one(1, 501), one(2, 502))
        ids = [x[0] for x in rows_of(d, "select organisation from offer order by organisation")]
        packed = base64.b64encode(b"other bytes").decode()
        before = d.sql("select count(*) from journal")
        did = d.sql(SYSTEM + f"select offers_repack('{{{','.join(ids)}}}', '{{1,7}}', '{{{packed},{packed}}}', 5)")
        equal(did, "1", "only where the version is still the same")
        equal(d.sql("select string_agg(packed_stamp || ' ' || version, ',' order by organisation) from offer"), f"5 1,{STAMP} 1", "no new version")
        equal(d.sql("select count(*) from journal"), before, "nobody is told")


def test_siae_import_packs_what_it_does_not_merge():
    with Daemon() as d:
        row = {"line": 1, "org": one(1, 1)["org"], "siret": siret(1), "name": "E", "structure": "EI", "body": one(1, 1)["body"],
               "packed": base64.b64encode(PACKED).decode(), "stamp": STAMP}

        def put(row):
            literal = json.dumps([row])
            return rows_of(d, f"select added from offer_import('siae', '{literal}')")[0][0]
        equal(put(row), "t", "new")
        equal(of(d, 1, "f.packed_stamp"), str(STAMP), "packed as it came")
        equal(put(row | {"structure": "EA"}), "f", "another kind of structure, the same offer")
        equal(of(d, 1, "f.version, f.packed_stamp"), f"2|{STAMP}", "still good")
        more = {"active": True, "capabilities": [{"cpv": "77310000", "areas": ["FR"]}]}
        equal(put(row | {"body": more}), "f", "a capability more")
        equal(of(d, 1, "f.version, f.packed, f.packed_stamp, jsonb_array_length(f.body -> 'capabilities')"), "3|||2", "the merged body is packed by who reads it")


def script(statement):
    path = os.path.join(directory(), "copy.sql")
    with open(path, "w") as f:
        f.write(statement)
    os.chmod(os.path.dirname(path), 0o755)
    return path


def copy(d, value, *more, statement="sql/query/offers_copy.sql", kill=None):
    """Rows and the end of drive_copy."""
    url = d.admin("db", "url").strip()
    p = subprocess.Popen([f"{BUILD}/tests/drive_copy", url, "entregent_app", "sql/query/context.sql", statement, str(value), *more],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(), user=USER)
    if kill:
        kill(p)
    out, err = p.communicate(timeout=60)
    check(p.returncode == 0 and "Sanitizer" not in err, p.returncode, err)
    lines = out.splitlines()
    return [line.split("\t") for line in lines[:-2]], lines[-2].split()[1:], int(lines[-1].split()[1])


def test_copy_gives_what_sql_gives():
    with Daemon() as d:
        bulk(d, *(one(i, i, structures=["EI", "ACI"] if i % 2 else []) for i in range(1, 8)), one(8, 8, stamp=1), one(9, 9, packed=None, stamp=None))
        d.sql(f"update organisation set suspended = now() where siret = '{siret(3)}'; update offer set created = '2026-01-02 03:04:05.0065Z', version = 70000 "
              f"where organisation = (select id from organisation where siret = '{siret(1)}')")
        wanted = rows_of(d, "select o.id, f.version, o.siret, array_to_string(o.structures, ','), (extract(epoch from f.created) * 1000)::bigint, "
                         f"case when packed_stamp = {STAMP} then encode(packed, 'hex') else '-' end, case when packed_stamp = {STAMP} then '-' else body::text end "
                         "from offer f join organisation o on o.id = f.organisation where suspended is null")
        got, end, _ = copy(d, STAMP)
        equal(end, ["ok", "8", "-"], "the end")
        equal(sorted(got), sorted(wanted), "the rows")
        got, end, _ = copy(d, 999)
        check(all(row[5] == "-" and json.loads(row[6])["active"] for row in got), "packed for another daemon: the bodies", got)
        equal(copy(d, "x")[:2], ([], ["internal", "0", "22P02"]), "a statement that fails")
        d.sql("update organisation set suspended = now()")
        equal(copy(d, STAMP)[:2], ([], ["ok", "0", "-"]), "no row")


def test_journal_gives_the_packed_form_instead_of_the_body():
    with Daemon() as d:
        bulk(d, one(1, 1), one(2, 2, stamp=1))
        buyer = d.organisation("buyer", 3)
        buyer.need(need())
        rows = {row[0]: row[2:] for row in journal(d)}
        equal(rows[of(d, 1, "o.id")], ["\\x" + PACKED.hex(), "t", ""], "one with the stamp")
        other, wanted = rows[of(d, 2, "o.id")], d.sql("select id from need")
        check(other[:2] == ["", "t"] and json.loads(other[2])["active"], "one with another: its body", other)
        check(rows[wanted][1] == "t" and json.loads(rows[wanted][2])["title"], "a need", rows[wanted])
        d.sql(SYSTEM + f"select organisation_erase(id, 30) from organisation where siret = '{siret(1)}'")
        equal({row[0]: row[2:] for row in journal(d)}[of(d, 1, "o.id")], ["", "f", ""], "one that is gone")


def test_copy_lets_the_loop_turn_and_ends_well():
    with Daemon() as d:
        many = script("copy (select repeat('x', 200) || i from generate_series(1, 300000) i, current_setting('app.value')) to stdout (format binary)")
        _, end, turns = copy(d, 1, "quiet", statement=many)
        equal(end, ["ok", "300000", "-"], "all rows")
        check(turns > 10, "the loop had its turns", turns)
        equal(copy(d, 1, "free", statement=many)[1][0], "unavailable", "freed after a row")
        slow = script("copy (select pg_sleep(0.01)::text || repeat('x', 20000) from generate_series(1, 100000) i) to stdout (format binary)")

        def busy():
            return d.sql("select pid from pg_stat_activity where query like 'copy (select pg_sleep%' and state = 'active' and pid <> pg_backend_pid()")
        for how in ("terminate", "cancel"):
            def end_it(p):
                wait_for(busy, "it runs")
                d.sql(f"select pg_{how}_backend({busy()})")
            _, end, _ = copy(d, 1, "quiet", statement=slow, kill=end_it)
            check(end[0] == "unavailable" and end[2] in ("57P01", "57014", "-"), how, end)

        def kill_it(p):
            wait_for(busy, "it runs")
            with open(f"{d.data}/pg/15/postmaster.pid") as f:
                os.kill(int(f.readline()), signal.SIGKILL)
        _, end, _ = copy(d, 1, "quiet", statement=slow, kill=kill_it)
        equal(end[0], "unavailable", "killed")


run(test_bulk_makes_and_replaces, test_bulk_refuses, test_calls_at_once_and_repacking, test_siae_import_packs_what_it_does_not_merge, test_journal_gives_the_packed_form_instead_of_the_body,
    test_copy_gives_what_sql_gives, test_copy_lets_the_loop_turn_and_ends_well)
