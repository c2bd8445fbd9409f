# SPDX-License-Identifier: EUPL-1.2
"""The database alone: what row-level security keeps apart when the application forgets to. As the daemon's role, with the
context the daemon sets, `select * from T` shows nothing private of others, and nothing can be written in their name."""
import glob
import os
import re
import subprocess

from entregent import ROOT, Daemon, check, environment, equal, run, say
from private import Plan

ROLE = "entregent_app"
# What anybody may write, for it is told of and not seen: the journal of changes, mails, the audit log.
INSERTS = {"journal", "outbox", "audit"}


class Database:
    """Statements as the daemon's role: org, person and rights are what sql/query/context.sql sets."""

    def __init__(self, d):
        self.d = d

    def tables(self):
        return self.d.sql("select relname from pg_class where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace order by 1").split()

    def psql(self, script, org="", person="", rights="", role=ROLE):
        """Runs a script in a transaction that is rolled back, each statement on its own; what it prints."""
        return self.d.admin("db", "psql", "--", "-X", "-q", "-A", "-t", "-f", "-", input=(
            f"\\set ON_ERROR_ROLLBACK on\nbegin;\nset local role {role};\nselect set_config('app.org', '{org}', true), "
            f"set_config('app.person', '{person}', true), set_config('app.rights', '{rights}', true) \\g /dev/null\n{script}\nrollback;\n")).strip()

    def run(self, statements, **context):
        """Of each statement: its SQLSTATE ("00000": done) and how many rows it touched."""
        script = "".join(f"{s} \\g /dev/null\n\\echo :SQLSTATE :ROW_COUNT\n" for s in statements)
        done = [tuple(line.split()) for line in self.psql(script, **context).splitlines()]
        equal(len(done), len(statements), "statements that ran")
        return done

    def read(self, statement, **context):
        equal(self.run([statement], **context)[0][0], "00000", f"{statement} {context}")
        return self.psql(statement + ";", **context)

    def each(self, tables, form, **context):
        """{table: value} of one expression for every table."""
        rows = self.read(" union all ".join(f"select '{t}|' || ({form.format(t=t)})" for t in tables), **context)
        return dict(row.split("|", 1) for row in rows.splitlines())


def world(d):
    plan = Plan()
    a, b = plan.org("buyer", "supplier"), plan.org("buyer", "supplier")
    for org in (a, b):
        org.invitation()
        org.caller = org.member("editor")
        plan.token(org, ["read"])
        plan.token(org, ["read"], org.caller)
        plan.session(org.caller, org)
        plan.row("outbox", id=plan.id(), channel="mail", kind="signin", email=org.mark("mail") + "@exemple.fr", language="fr", person=org.caller)
        org.own = org.make_channel(org.caller)
        plan.row("ticket", id=plan.id(), kind="reset", email=org.mark("mail") + "@exemple.fr", person=org.caller, expires="=now() + interval '1 day'")
    plan.do(d)
    return plan, a, b


# Tables that hold something of an organisation or of a person: by a column of that name or by a reference, to whatever depth.
HOLDERS = """
with recursive edge as (
    select conrelid as child, confrelid as parent from pg_constraint where contype = 'f'
), holder as (
    select a.attrelid as id from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
        where c.relnamespace = current_schema()::regnamespace and not a.attisdropped
            and (a.attname in ('organisation', 'person', 'reporter', 'email', 'org') or c.relname in ('organisation', 'person', 'journal'))
    union select e.child from edge e join holder h on h.id = e.parent
)
select relname || '|' || relrowsecurity || '|' || relforcerowsecurity from holder join pg_class on pg_class.oid = holder.id order by 1"""


def test_every_table():
    """From the catalogue, so that no new table is forgotten; without a context nothing is seen, by the owner neither."""
    with Daemon() as d:
        world(d)
        db = Database(d)
        rows = [r.split("|") for r in d.sql(HOLDERS).splitlines()]
        holders = [r[0] for r in rows]
        equal([r[0] for r in rows if r[1:] != ["true", "true"]], [], "tables without forced row-level security")
        open_tables = [t for t in db.tables() if t not in holders]
        equal(open_tables, ["agreed", "audit_head", "commune", "cpv", "cursor", "schema_file"], "tables that hold nothing of anybody")
        filled = db.each(holders, "select count(*) from {t}", role="entregent")
        check(all(int(n) > 0 for n in filled.values()), "each has rows", filled)
        equal(db.each(holders, "select count(*) from {t}"), {t: "0" for t in holders}, "rows seen without a context")
        # The owner of a private cluster is its superuser, whom nothing binds; of another one it is bound as well.
        d.sql("create role probe nosuperuser nobypassrls")
        d.sql("; ".join(f"alter table {t} owner to probe" for t in holders) + "; grant create, usage on schema public to probe")
        equal(db.each(holders, "select count(*) from {t}", role="probe"), {t: "0" for t in holders}, "rows seen by an owner without a context")
        d.sql("; ".join(f"alter table {t} owner to entregent" for t in holders))
        say(f"{len(holders)} tables under forced row-level security, {len(open_tables)} others: {', '.join(open_tables)}")


def test_role():
    """The daemon's role owns nothing, whoever connects as it; nothing runs with more rights than its caller."""
    with Daemon() as d:
        done = subprocess.run(["psql", "-X", "-A", "-t", "-h", f"{d.data}/run", "-U", ROLE, "-d", "entregent", "-c",
                               "select session_user, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit, "
                               "(select count(*) from pg_class where relowner = pg_roles.oid), "
                               "(select count(*) from pg_auth_members where member = pg_roles.oid) from pg_roles where rolname = session_user",
                               "-c", "select count(*) from organisation", "-c", "set role entregent"],
                              capture_output=True, text=True, env=environment(), user=os.stat(d.data).st_uid if os.geteuid() == 0 else None, cwd="/")
        equal(done.stdout.split(), [f"{ROLE}|f|f|f|f|f|0|0", "0"], "a direct login")
        check("permission denied to set role" in done.stderr, done.stderr)
        equal(d.sql("select string_agg(proname, ' ' order by proname) from pg_proc where prosecdef and pronamespace = current_schema()::regnamespace"), "audit_add audit_add_each audit_end",
              "functions with their owner's rights: two, that only add, and one that tells the last link of the log")
        equal(d.sql("select distinct proconfig::text from pg_proc where proname in ('audit_add', 'audit_add_each')"), '{"search_path=public, pg_catalog, pg_temp"}', "temporary tables last")
        equal(d.sql("select string_agg(relname, ' ') from pg_class where relkind in ('v', 'm') and relnamespace = current_schema()::regnamespace"), "",
              "views, which would read with their owner's rights")
        equal(d.sql("select string_agg(distinct usename, ' ') from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"), ROLE,
              "whose connections the daemon's are")


# What one organisation may see of another's rows.
PUBLIC = {"organisation": "true", "offer": "true", "need": "state not in ('draft', 'pending')"}


def private_rows(t, org):
    """A condition for the rows of that organisation in a table, by whichever column says it."""
    people = f"(select person from member where organisation = '{org.id}')"
    convention = f"(select id from convention where organisation = '{org.id}')"
    of = {t: f"convention in {convention}" for t in ("convention_slot", "convention_table", "participant", "request", "plan", "timetable", "meeting", "booking", "happening")}
    of |= {"placement": f"timetable in (select id from timetable where convention in {convention})",
           "outcome": f"request in (select id from request where convention in {convention})"}
    of |= {"organisation": f"id = '{org.id}'", "person": f"id in {people}", "session": f"person in {people}", "report": f"reporter = '{org.id}'",
          "hit": f"alert in (select id from alert where organisation = '{org.id}')",
          "held": f"channel in (select id from channel where organisation = '{org.id}')",
          "button": f"channel in (select id from channel where organisation = '{org.id}')",
          "outbox": f"(person in {people} or channel_id in (select id from channel where organisation = '{org.id}'))", "ticket": f"(organisation = '{org.id}' or person in {people})"}
    return of.get(t, f"organisation = '{org.id}'")


def test_each_organisation_its_own():
    with Daemon() as d:
        plan, a, b = world(d)
        db = Database(d)
        tables = [r.split("|")[0] for r in d.sql(HOLDERS).splitlines() if not r.startswith("journal|")]
        for who, context in (("an organisation's token", {"org": a.id}), ("a member", {"org": a.id, "person": a.caller}),
                             ("a person alone", {"person": a.caller})):
            text = "\n".join(db.each(tables, "select coalesce(string_agg(x::text, ' '), '') from {t} x", **context).values())
            shown = {place for number, place in plan.marks(text) if number == b.number}
            equal(shown - {"blocked"}, set(), f"private things of another organisation, for {who}")
            own = {p for n, p in plan.marks(text) if n == a.number}
            check({"contact", "token", "notice", "draft", "alert", "channel", "hit", "message", "convention", "participant", "request", "plan", "timetable",
                   "happening"} <= own or "org" not in context, "one's own is seen", own)
            check("personal" not in own, "what a colleague is told by, for", who)
        # By the columns: none of the other's rows that is not public. Who they are is asked of the owner, whom nothing binds.
        ids = dict(r.split("|") for r in d.sql(" union all ".join(f"select '{t}', coalesce(string_agg(quote_literal(x.ctid::text), ','), '''''') from {t} x "
                                                                  f"where {private_rows(t, b)} and not ({PUBLIC.get(t, 'false')})" for t in tables)).splitlines())
        equal([t for t in tables if ids[t] == "''"], ["offer", "organisation"], "tables without a private row of the other")
        seen = db.read(" union all ".join(f"select '{t}' from {t} where ctid::text in ({ids[t]})" for t in tables), org=a.id, person=a.caller)
        equal(seen, "", "private rows of the other organisation that are seen")
        say(f"select * from {len(tables)} tables in the name of one organisation: 0 private rows of another")


def test_rights_that_see_more():
    """An organiser sees matches, a moderator what it decides on; nobody else's contact, tokens, channels, alerts, notices, links or mails."""
    with Daemon() as d:
        plan, a, b = world(d)
        db = Database(d)
        tables = [r.split("|")[0] for r in d.sql(HOLDERS).splitlines()]
        for rights, more in (("organiser", {"match", "message"}), ("moderator", {"draft", "asked", "report", "audit"}), ("moder", set()), ("xsystemx", set())):
            text = "\n".join(db.each(tables, "select coalesce(string_agg(x::text, ' '), '') from {t} x", org=a.id, person=a.caller, rights=rights).values())
            equal({p for n, p in plan.marks(text) if n == b.number} - {"blocked"}, more, f"seen of another organisation as {rights}")


def test_nothing_is_written_for_others():
    with Daemon() as d:
        _, a, b = world(d)
        db = Database(d)
        context = {"org": a.id, "person": a.caller}
        tables = [r.split("|")[0] for r in d.sql(HOLDERS).splitlines() if not r.startswith("journal|")]
        stored = " union all ".join(f"select '{t}', md5(string_agg(x::text, '|' order by x::text)) from {t} x" for t in tables)
        before, tried = d.sql(stored), []
        # What the owner, whom nothing binds, knows: where the other's rows are, one of them, and a column to write.
        known = d.sql(" union all ".join(
            f"select '{t}', string_agg(quote_literal(ctid::text), ','), (select attname from pg_attribute where attrelid = '{t}'::regclass and attnum = {3 if t == 'participant' else 2}), "
            f"translate(encode(convert_to(min(row_to_json({t})::text), 'UTF8'), 'base64'), E'\\n', '') from {t} where {private_rows(t, b)}" for t in tables))
        for line in known.splitlines():
            t, places, column, row = line.split("|")
            row = f"convert_from(decode('{row}', 'base64'), 'UTF8')::json"
            tried += [(t, f"update {t} set {column} = {column} where ctid::text in ({places})"), (t, f"delete from {t} where ctid::text in ({places})"),
                      (t, f"insert into {t} overriding system value select (json_populate_record(null::{t}, {row})).*")]
        for t in ("need", "offer", "token", "contact", "member", "alert", "channel", "match", "convention"):  # one's own is not given away either
            tried.append((t, f"update {t} set organisation = '{b.id}' where organisation = '{a.id}'"))
        # Nor is a colleague's own touched, or what only the daemon writes.
        tried += [("channel", f"update channel set url = 'https://evil.example/' where id = '{a.personal}'"), ("channel", f"delete from channel where id = '{a.personal}'"),
                  ("outbox", f"update outbox set state = 'due' where channel_id in ('{a.channel}', '{a.own}', '{b.channel}')"),
                  ("hit", f"insert into hit (alert, need, state, lots) values ('{a.alert}', '{b.need}', 'told', '[]')"), ("hit", "update hit set state = 'withdrawn'"),
                  ("held", f"insert into held (channel, notice) select '{a.channel}', max(id) from notice"), ("held", "delete from held"),
                  ("notice", "update notice set body = '{}'"), ("notice", "delete from notice"), ("match", "delete from match"),
                  ("match", f"insert into match (need, organisation, state, score, partial, offered, lots) values ('{b.draft}', '{a.id}', 'told', 1, false, now(), '[]')")]
        for (t, statement), (state, rows) in zip(tried, db.run([s for _, s in tried], **context)):
            free = (t in INSERTS and statement.startswith("insert")) or (t == "booking" and state == "23514")  # only with its meeting
            check(state == "42501" or (state == "00000" and rows == "0") or (free and state in ("00000", "23505", "23514")), statement, state, rows)
        others = ["insert into cpv (code, fr, en, official) values (1, 'a', 'a', true)", "delete from commune", "truncate need", "drop table need",
                  "create table mine (a int)", "update schema_file set name = name", "alter table need disable row level security",
                  "create role other", "alter role entregent_app bypassrls", "update cursor set id = 0"]
        for statement, (state, rows) in zip(others, db.run(others, **context)):
            check(state == "42501" or (state == "00000" and rows == "0" and statement.startswith("update cursor")), statement, state, rows)
        equal(d.sql(stored), before, "what is stored")
        say(f"{len(tried)} statements in another organisation's name on {len(tables)} tables: no row touched")


def test_audit_log_is_append_only():
    with Daemon() as d:
        world(d)
        db = Database(d)
        entries = d.sql("select count(*) from audit")
        changes = ["update audit set entry = '{}'", "delete from audit", "truncate audit"]
        equal([state for state, _ in db.run(changes, rights="system")], ["42501"] * 3, "as the daemon")
        equal([state for state, _ in db.run(changes, rights="system", role="entregent")], ["P0001"] * 3, "as the owner")
        equal(db.run(["alter table audit disable trigger audit_keep"], rights="system")[0][0], "42501", "the trigger is not the daemon's to take away")
        equal(d.sql("select count(*) from audit"), entries, "entries")
        d.admin("audit", "verify")
        # Only who owns the table and takes the trigger away changes it; that shows.
        d.sql("alter table audit disable trigger audit_keep; update audit set entry = replace(entry, 'tried', 'tired') where seq = 1; "
              "alter table audit enable trigger audit_keep")
        status, _, said = d.admin("audit", "verify", check_status=None)
        equal(status, 1, f"verify after a change: {said}")


# ---- The statements

CALL = re.compile(r"call_(?:read|write|write_bulk)\(\s*\w+,\s*(\w+ \? )?SQL_(\w+)(?: : SQL_(\w+))?,\s*(\(const char \*const\[\]\)\{)?")
# Of an organisation or a person that is not who calls; why that is right.
NAMED = {"claim_decide 1 c->part": "a moderator's route", "organisation_suspend 1 c->part": "a moderator's route",
         "session_switch 2 organisation": "joins the memberships of who calls", "member_set 2 person": "of the organisation that calls",
         "session_add 3 s->person": "who has just said the password", "ticket_use 3 new_id(c)": "a new one",
         "participant_return 1 NULL": "by the key of its badge, which is a secret",
         "offer_read 1 id": "whom the explanation may be about is asked before",
         "offer_read 1 w->organisation": "who calls, or whose the mailed link is"}


def values_of(text, at):
    """The values of a call's array, which begins at `at`."""
    values, depth, start = [], 0, at
    for i in range(at, len(text)):
        c = text[i]
        if c in "([{":
            depth += 1
        elif c in ")]}" and depth:
            depth -= 1
        elif c in ",}" and depth == 0:
            values.append(" ".join(text[start:i].split()))
            start = i + 1
            if c == "}":
                return values
    return values


def test_statements():
    """Each says whose rights it takes; one that sees everything gets organisation and person from who calls."""
    texts = {os.path.basename(p)[:-4]: open(p).read().split("\n") for p in glob.glob(f"{ROOT}/sql/query/*.sql")}
    wrong = [n for n, lines in texts.items() if lines[1] not in ("-- as caller", "-- as system")]
    equal(wrong, [], "statements that do not say as whom")
    system = {n for n, lines in texts.items() if lines[1] == "-- as system"}
    named, found = set(), 0
    for path in glob.glob(f"{ROOT}/daemon/app/*.c"):
        text = open(path).read()
        for m in CALL.finditer(text):
            if m[2] not in system or not m[4]:
                continue
            values = values_of(text, m.end())
            about = " ".join(line[3:] for line in texts[m[2]][2:] if line.startswith("-- "))
            for number, what in re.findall(r"\$(\d+) ((?:organisation|person)\b)(?! \(id)", about):
                found += 1
                if values[int(number) - 1] not in ("c->caller.id", "c->caller.person"):
                    named.add(f"{m[2]} {number} {values[int(number) - 1]}")
    equal(named, set(NAMED), "organisations and persons that do not come from who calls")
    check(found >= 8, "calls that were looked at", found)
    say(f"{len(texts)} statements: {len(texts) - len(system)} as caller, {len(system)} as system; {found} organisations and persons given to the latter, "
        f"{len(named)} of them not who calls: {', '.join(sorted(named))}")


run(test_every_table, test_role, test_each_organisation_its_own, test_rights_that_see_more, test_nothing_is_written_for_others,
    test_audit_log_is_append_only, test_statements)
