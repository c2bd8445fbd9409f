# SPDX-License-Identifier: EUPL-1.2
"""Organisations full of private things, by SQL and at once: each thing holds a mark that says whose and what it is, so
that one that turns up in somebody else's answer is found (see `marks`)."""
import base64
import hashlib
import json
import os
import re
import uuid

from entregent import need, offer, siret
from people import quoted

MISSING = "01890a5d-ac96-774b-bcce-b302099a8057"


def secret():
    """A token or a cookie, and what the database keeps of it."""
    s = "ent_" + base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    return s, hashlib.blake2b(s.encode(), digest_size=32).hexdigest()


def sealed(d, kind, id):
    """A link as the daemon makes it for that use: what a test can only know by the key of the data directory."""
    with open(os.path.join(d.data, "secret.key"), "rb") as f:
        key = f.read()
    name = uuid.UUID(id).bytes
    proof = hashlib.blake2b(kind.encode() + b"\0" + name, key=key, digest_size=24).digest()
    return base64.urlsafe_b64encode(name + proof).decode().rstrip("=")


def literal(value):
    if value is None:
        return "null"
    if isinstance(value, (bool, int)):
        return str(value)
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(v, dict) for v in value)):
        return quoted(json.dumps(value)) + "::jsonb"
    return quoted("{" + ",".join(value) + "}" if isinstance(value, (list, tuple)) else value)


class Plan:
    """Rows to be inserted, in order; what is known of ids and marks by then."""

    def __init__(self):
        self.statements, self.matches, self.ids, self.orgs = [], [], {}, []

    def row(self, table, **values):
        """Values are literals; one that begins with = is SQL. Matches come last: of the new offers the matcher would withdraw them."""
        cells = (v[1:] if isinstance(v, str) and v.startswith("=") else literal(v) for v in values.values())
        rows = self.matches if table == "match" else self.statements
        rows.append(f"insert into {table} ({', '.join(values)}) values ({', '.join(cells)});")

    def id(self, org=None, place=None):
        """A new id; org, place: it is private, nobody else may see it."""
        id = str(uuid.uuid4())
        if org is not None:
            self.ids[id] = (org, place)
        return id

    def org(self, *kinds, **more):
        org = Org(self, len(self.orgs), list(kinds), **more)
        self.orgs.append(org)
        return org

    def person(self, name, email, moderator=False, id=None):
        id = id or str(uuid.uuid4())
        self.row("person", id=id, name=name, email=email, moderator=moderator)
        return id

    def session(self, person, org=None, id=None):
        cookie, hash = secret()
        self.row("session", hash=hash, id=id or str(uuid.uuid4()), person=person, organisation=org and org.id, expires="=now() + interval '1 day'")
        return cookie

    def token(self, org, scopes, person=None, expires="=now() + interval '1 day'", id=None):
        token, hash = secret()
        self.row("token", hash=hash, id=id or str(uuid.uuid4()), organisation=org.id, person=person, scopes=scopes,
                 label=org.mark("token"), expires=expires)
        return token

    def do(self, daemon):
        """Inserts everything; waits until the offers are known to the matcher."""
        for rows in (self.statements, self.matches):
            daemon.admin("db", "psql", "--", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-o", "/dev/null", "-f", "-", input="\n".join(rows))
            daemon.matched()
        self.statements, self.matches = [], []

    def marks(self, text):
        """The marks in a text: (number of the organisation, place) each."""
        found = {(int(m[1]), m[2]) for m in re.finditer(r"zq(\d+)zq-([a-z]+)", text)}
        return found | {self.ids[word] for word in re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d{14}\b", text) if word in self.ids}


class Org:
    """An organisation with something in every private place."""

    def __init__(self, plan, number, kinds, suspended=False):
        self.plan, self.number, self.kinds, self.suspended = plan, number, kinds, suspended
        self.id, self.siret = str(uuid.uuid4()), siret(7000 + number)
        plan.row("organisation", id=self.id, siret=self.siret, name=f"Organisation {number}", kinds=kinds,
                 suspended="=now()" if suspended else None)
        plan.row("contact", organisation=self.id, name=self.mark("contact"), email=self.mark("contact") + "@exemple.fr", phone=self.mark("contact"))
        blocked = siret(8000 + number)
        plan.ids[blocked] = (number, "blocked")
        plan.row("offer", organisation=self.id, body=offer(blocked=[blocked]))
        plan.row("journal", subject="offer", key=self.id, version=1, what="written")
        self.need = self.make_need("published", need(blocked=[blocked]))
        self.ended = self.make_need("cancelled", need())
        self.draft = self.make_need("draft", need(title=self.mark("draft")), "draft")
        self.waiting = self.make_need("pending", need(title=self.mark("draft")), "draft")
        self.owner = self.member("owner")
        self.asker = plan.person(self.mark("asked"), self.mark("asked") + "@exemple.fr")
        self.asked = str(uuid.uuid4())
        plan.row("member", id=self.asked, person=self.asker, organisation=self.id, role="asked")
        self.report = str(uuid.uuid4())
        plan.row("report", id=self.report, organisation=self.id, reporter=self.id, reason="spam", remark=self.mark("report"))
        # It answers needs of its own: so each mark is of one organisation. The answers were told already.
        self.asked_of, self.turned = self.make_need("published", need()), self.make_need("published", need())
        for id, answer in ((self.need, {"answer": "interested", "answered": "=now()", "message": self.mark("message"), "reported": True}), (self.asked_of, {}),
                           (self.turned, {"answer": "declined", "answered": "=now()", "reason": "other", "message": self.mark("message")})):
            plan.row("match", need=id, organisation=self.id, state="told", told="=now()", score=88, partial=False, offered="=now()",
                     lots=[{"lot": 1, "capability": 1, "score": 88, "partial": False, "lines": [{"code": self.mark("match"), "points": 88}]}], **answer)
        plan.row("notice", organisation=self.id, kind="amended", need=self.need, need_version=1, offer_version=1, step=number,
                 body={"changes": [{"field": "/title", "before": self.mark("notice"), "after": None}]})
        self.alert, self.channel = self.make_alert(), self.make_channel()
        self.make_convention()
        self.personal = self.make_channel(self.owner, "personal")
        self.parcel = plan.id(number, "channel")  # one that was delivered
        plan.row("outbox", id=self.parcel, channel="webhook", kind="test", channel_id=self.channel, state="done", said=self.mark("channel"))
        plan.matches.append(f"insert into button (match, channel) select id, '{self.personal}' from match where organisation = '{self.id}' limit 1;")
        plan.row("held", channel=self.personal, notice=f"=(select max(id) from notice where organisation = '{self.id}')")
        plan.row("idempotency", organisation=self.id, key=self.mark("key"), hash="0", status=201, answer=self.mark("key"))
        plan.statements.append(f"do $$ begin perform audit_add('{self.id}', 'tried', '{self.mark('audit')}'); end $$;")

    def make_convention(self):
        """One that is not public, with people, requests, timetables and what became of a meeting. Nobody is told: the ways are closed."""
        plan, n = self.plan, self.number
        self.convention, self.timetable, self.draft_timetable = (plan.id(n, w) for w in ("convention", "timetable", "timetable"))
        self.request, self.run, self.gone, people = plan.id(n, "request"), plan.id(n, "plan"), plan.id(n, "participant"), [plan.id(n, "participant") for _ in range(2)]
        self.participant = people[0]
        plan.row("convention", id=self.convention, organisation=self.id, state="open", hall=plan.id(n, "secret"), happened=1, numbers=2, body={
            "name": self.mark("convention"), "public": False, "mode": "organiser", "acceptance": True, "across": False, "auto": True, "tables": ["T1", "T2"],
            "sessions": [{"name": "matin", "start": "2040-01-02T09:00:00+01:00", "slots": 4, "minutes": 20}]})
        plan.statements.append(f"do $$ begin perform convention_settle(c) from convention c where c.id = '{self.convention}'; end $$;")
        for id, more in ((people[0], {}), (people[1], {"organisation": self.id, "person": self.owner}), (self.gone, {"state": "withdrawn"})):
            plan.row("participant", id=id, convention=self.convention, email=f"{self.mark('participant')}-{id[:8]}@exemple.fr", name=self.mark("participant"),
                     company=self.mark("participant"), key=plan.id(n, "secret"), **{"state": "coming", **more})
        plan.row("request", id=self.request, convention=self.convention, first=people[0], second=people[1], people="{1,2}", origin="organiser", priority=3,
                 state="accepted", message=self.mark("request"))
        plan.row("plan", id=self.run, convention=self.convention, kind="plan", state="done", requests=[], said={"fr": self.mark("plan")}, ended="=now()")
        for id, number, state in ((self.timetable, 1, "preliminary"), (self.draft_timetable, 2, "draft")):
            plan.row("timetable", id=id, convention=self.convention, number=number, state=state, made="plan", plan=self.run, why={"what": self.mark("timetable")})
        plan.statements.append(f"update convention set current = '{self.timetable}' where id = '{self.convention}';")
        plan.row("placement", timetable=self.draft_timetable, request=self.request, slot=2, seat=1)
        plan.row("meeting", request=self.request, convention=self.convention, slot=1, seat=1)
        plan.row("outcome", request=self.request, participant=people[0], met=True)
        plan.row("happening", convention=self.convention, seq=1, kind="participant", body={"id": self.mark("happening")})
        plan.statements.append(f"update channel set active = false where participant in (select id from participant where convention = '{self.convention}');")
        plan.statements.append(f"do $$ begin perform participant_tell(p, 'invited', '{{}}') from participant p where p.id = '{people[1]}'; end $$;")

    def mark(self, place):
        return f"zq{self.number}zq-{place}"

    def make_need(self, state, body, place=None):
        id = self.plan.id(self.number, place) if place else str(uuid.uuid4())
        self.plan.row("need", id=id, organisation=self.id, state=state, body=body)
        return id

    def make_alert(self):
        id = self.plan.id(self.number, "alert")
        self.plan.row("alert", id=id, organisation=self.id, body={"name": self.mark("alert"), "words": ["introuvable"]})
        self.plan.row("hit", alert=id, need=self.need, state="told", lots=[{"lot": 1, "title": self.mark("hit")}])
        return id

    def make_channel(self, person=None, place="channel", kind="webhook"):
        """One that is switched off, with a delivery that failed: nothing leaves the machine."""
        id, hook = self.plan.id(self.number, place), kind == "webhook"
        self.plan.row("channel", id=id, organisation=self.id, person=person, kind=kind, label=self.mark(place), active=not hook,
                      url=f"https://{self.mark(place)}.example/" if hook else None, secret=self.mark("secret") if hook else None,
                      public_key=self.mark(place) if hook else None, said=self.mark(place))
        self.plan.row("outbox", id=self.plan.id(self.number, place), channel=kind if hook else "mail", kind="match", person=person, channel_id=id,
                      notice=f"=(select max(id) from notice where organisation = '{self.id}')", state="failed", said=self.mark(place),
                      answer=self.mark(place))
        return id

    def member(self, role, moderator=False):
        """A new person with a role here."""
        id = self.plan.id(self.number, "person")
        self.plan.person(self.mark("person"), f"{self.mark('person')}-{id[:8]}@exemple.fr", moderator, id)
        self.plan.row("member", person=id, organisation=self.id, role=role)
        return id

    def invitation(self):
        id = self.plan.id(self.number, "invitation")
        self.plan.row("ticket", id=id, kind="invite", email=f"{self.mark('invitation')}-{id[:8]}@exemple.fr", organisation=self.id,
                      role="reader", expires="=now() + interval '1 day'")
        return id
