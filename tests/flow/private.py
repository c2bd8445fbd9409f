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
        self.statements, self.ids, self.orgs = [], {}, []

    def row(self, table, **values):
        """Values are literals; one that begins with = is SQL."""
        cells = (v[1:] if isinstance(v, str) and v.startswith("=") else literal(v) for v in values.values())
        self.statements.append(f"insert into {table} ({', '.join(values)}) values ({', '.join(cells)});")

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

    def session(self, person, org=None):
        cookie, hash = secret()
        self.row("session", hash=hash, id=str(uuid.uuid4()), person=person, organisation=org and org.id, expires="=now() + interval '1 day'")
        return cookie

    def token(self, org, scopes, person=None, expires="=now() + interval '1 day'", id=None):
        token, hash = secret()
        self.row("token", hash=hash, id=id or str(uuid.uuid4()), organisation=org.id, person=person, scopes=scopes,
                 label=org.mark("token"), expires=expires)
        return token

    def do(self, daemon):
        """Inserts everything; waits until the offers are known to the matcher."""
        daemon.admin("db", "psql", "--", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-o", "/dev/null", "-f", "-", input="\n".join(self.statements))
        self.statements = []
        daemon.matched()

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
        plan.row("match", need=self.need, organisation=self.id, state="told", score=88, partial=False, offered="=now()",
                 lots=[{"lot": 1, "capability": 1, "score": 88, "partial": False, "lines": [{"code": self.mark("match"), "points": 88}]}])
        plan.row("notice", organisation=self.id, kind="amended", need=self.need, need_version=1, offer_version=1, step=number,
                 body={"changes": [{"field": "/title", "before": self.mark("notice"), "after": None}]})
        plan.row("idempotency", organisation=self.id, key=self.mark("key"), hash="0", status=201, answer=self.mark("key"))
        plan.statements.append(f"do $$ begin perform audit_add('{self.id}', 'tried', '{self.mark('audit')}'); end $$;")

    def mark(self, place):
        return f"zq{self.number}zq-{place}"

    def make_need(self, state, body, place=None):
        id = self.plan.id(self.number, place) if place else str(uuid.uuid4())
        self.plan.row("need", id=id, organisation=self.id, state=state, body=body)
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
