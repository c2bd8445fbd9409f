# SPDX-License-Identifier: EUPL-1.2
"""Every route for every caller and every id: who gets through, who is refused with which word, and that nothing private of
another organisation is in any answer. What is expected follows from the words of protocol/routes.def (entregentd --print
routes) and what core/rights.h says of roles; the daemon is not asked.

Nothing is kept from happening: what gets through does its work on things made for this one request (an invitation, a token,
a member, a session, all by SQL), on a need that has ended, with a version that is not the present one (412), or with a body
that is refused behind the rights (422). For an id of another organisation everything is in order but the id.
"""
import contextlib
import http.client
import json
import threading
import time
import uuid

from entregent import PATIENCE, Answer, Client, Daemon, check, each, entregentd, equal, need, run, say
from people import COOKIE
from private import MISSING, Plan, sealed, secret

KINDS = ("buyer", "supplier", "organiser")
SCOPES = ("read", "needs", "offers", "conventions", "administer")
ROLES = {"reader": {"read"}, "editor": {"read", "needs", "offers", "conventions"}, "owner": set(SCOPES)}
CHANGES = {"needs", "offers", "conventions"}  # what a suspended organisation may not do
UNKNOWN = {"unknown field": 1}


class Caller:
    def __init__(self, name, token=None, cookie=None, org=None, scopes=(), person=None, moderator=False, refused=None):
        self.name, self.token, self.cookie, self.org, self.person, self.refused = name, token, cookie, org, person, refused
        self.scopes = set(scopes) | ({"moderate"} if moderator else set())
        self.moderator = moderator
        self.foreign = None  # the organisation whose things it tries
        self.own = {}        # things made for it alone: member, invitation, tokens, alerts, channels
        self.spare = {}      # path -> cookie of a session that may end
        self.other = str(uuid.uuid4())  # id of a further session of the person

    def headers(self, cookie=None):
        cookie = cookie or self.cookie
        return ({"Authorization": f"Bearer {self.token}"} if self.token else {}) | (
            {"Cookie": f"{COOKIE}={cookie}", "Entregent-Request": "1"} if cookie else {})


SETTINGS = {  # POST /v1/channels: a body that is in order
    "mine": {"kind": "feed", "personal": True, "label": "à moi"}, "ours": {"kind": "calendar", "personal": False},
    "default": {"kind": "feed"}, "alert's": {"kind": "feed", "personal": True}}
ANSWERS = ("/v1/needs/{id}/interested", "/v1/needs/{id}/declined", "/v1/needs/{id}/seen", "/v1/needs/{id}/answer")


OF_CONVENTIONS = ("conventions", "participants", "requests", "plans", "timetables")
SECRET = ("/v1/badges/", "/badge/", "/agenda/", "/sheet/", "/v1/halls/")  # addresses that a link alone opens
HALL = {"name": "Essai", "sessions": [{"name": "matin", "start": "2040-01-02T09:00:00+01:00", "slots": 2, "minutes": 20}], "tables": ["T1"]}
IN_ORDER = {  # takes -> a body that is in order
    "convention": HALL, "convention_move": {"state": "cancelled"}, "table_state": {"table": "T1", "lost": True}, "participant": {"name": "X", "email": "x@exemple.fr"},
    "participant_rules": {"name": "X"}, "arrival": {"code": "AAAA"}, "need_guests": {"need": MISSING}, "absence": {}, "request": {"first": MISSING, "second": MISSING[:-1] + "8"},
    "request_rules": {"priority": 1}, "request_answer": {"answer": "withdrawn"}, "plan": {}, "timetable": {"meetings": []}, "move": {"request": MISSING},
    "publication": {"final": True}, "attendance": {"state": "coming"}, "wish": {"with": MISSING}, "badge_answer": {"request": MISSING, "answer": "accepted"},
    "outcome": {"request": MISSING, "met": True}}


def may_set(caller, personal):
    """What app/channels says: one's own takes a person, the organisation's who administers it; a token that reads sets nothing."""
    if personal and not caller.person:
        return "needs_person"
    if not personal and "administer" not in caller.scopes:
        return "needs_scope"
    return "needs_scope" if not caller.cookie and caller.scopes <= {"read"} else None


def expected_behind(route, caller, whose):
    """What is refused by the handlers: of alerts and channels."""
    method, path = route["method"], route["path"]
    if method == "GET" or caller.refused:
        return None
    if path == "/v1/alerts" or path.startswith("/v1/alerts/{id}"):
        return (403, "needs_scope") if not caller.cookie and caller.scopes <= {"read"} else None
    if path == "/v1/channels":
        word = may_set(caller, bool(caller.person) if whose == "default" else whose != "ours")
    elif path.startswith("/v1/channels/{id}") and whose in ("own", "ours"):
        word = may_set(caller, whose == "own")
    else:
        return None
    return (403, word) if word else None


def expected(route, caller):
    """The oracle: (status, word) of the refusal, or None."""
    kinds = caller.org.kinds if caller.org else []
    if route["who"] == "anyone":
        return None
    if caller.refused:
        return 401, caller.refused
    if route["who"] == "a person signed in":
        if not caller.cookie:
            return 403, "needs_person"
    elif not caller.org or (route["who"] != "member of an organisation" and not set(route["who"].split(" or ")) & set(kinds)):
        return 403, "forbidden"
    if route["scope"] and route["scope"] not in caller.scopes:
        return 403, "needs_scope"
    if (caller.org and caller.org.suspended and route["who"] != "a person signed in" and route["method"] not in ("GET", "HEAD")
            and "leave" not in route["with"].split()):
        return 403, "suspended"
    if (route["method"], route["path"]) == ("DELETE", "/v1/organisation") and not caller.cookie:
        return 403, "needs_person"  # a token that was found must not end an organisation
    return None


def ids(route, caller):
    """What stands in the path: [(whose, id)]."""
    path, own, other = route["path"], caller.org, caller.foreign
    if path == "/v1/enterprises/{siret}":
        return ([("own", own.siret)] if own else []) + [("foreign", other.siret), ("missing", "73282932000074")]
    if path == "/v1/tickets/{kind}":
        return [("own", "signin"), ("own", "reset"), ("missing", "signup"), ("missing", MISSING)]
    if path == "/v1/channels" and route["method"] == "POST":
        return [(whose, "") for whose in SETTINGS]
    if path in ("/feed/{id}", "/calendar/{id}"):  # secret addresses: the id alone is none, nor is one of another use
        return [("missing", other.things["channels"]), ("missing", other.links[path == "/feed/{id}"]), ("missing", MISSING)]
    if path.startswith(SECRET):  # neither the id nor the key is a secret address, nor is a link of another use
        return [("missing", other.participant), ("missing", other.convention), ("missing", other.badges[not path.startswith("/agenda/")]), ("missing", MISSING)]
    if path in ("/answer", "/unsubscribe", "/checkin") and route["method"] == "GET":
        return [("missing", "")]
    if path == "/needs/{id}":
        return [("missing", MISSING), ("foreign", other.need), ("ended", other.ended), ("draft", other.draft), ("hidden", other.waiting)]
    if path == "/conventions/{id}":
        return [("missing", MISSING), ("foreign", other.convention)]
    if path in ("/app/{path}", "/web/{path}"):  # the web client: every page is the same, a file has the version in its address
        return [("own" if path == "/app/{path}" else "missing", "needs/new")]
    if "{" not in path:
        return [("", "")]
    if path.startswith("/v1/moderation/"):
        of = {"needs": "waiting", "claims": "id", "members": "asked", "organisations": "id", "reports": "report", "outbox": "parcel"}[path.split("/")[3]]
        mine = [("own", getattr(own, of))] if own else []
        return mine + [("foreign", getattr(other, of)), ("missing", MISSING)]
    if path == "/v1/offers/{id}":
        return ([("own", own.id)] if own else []) + [("foreign", other.id), ("missing", MISSING)]
    if path.startswith("/v1/needs/"):
        mine = own and (own.asked_of if path in ANSWERS else own.ended if route["method"] != "GET" else own.need)
        drafts = [("draft", other.draft), ("hidden", other.waiting)]
        return ([("own", mine)] if own else []) + [("missing", MISSING), ("foreign", other.need)] + drafts
    if (what := path.split("/")[2]) in OF_CONVENTIONS:
        return ([("own", own.participant if path.endswith("/return") else thing(own, what, route["method"]))] if own else []) + [("missing", MISSING), ("foreign", thing(other, what, "GET"))]
    if what == "sessions":  # another one of the same person
        return ([("own", caller.other)] if caller.person and caller.cookie else []) + [("missing", MISSING), ("foreign", other.session)]
    what = what if what in ("alerts", "channels") else path.split("/")[-2]
    if what == "channels":
        gone = "dropped " if route["method"] == "DELETE" else ""
        mine = ([("ours", own and caller.own[gone + "channels"])] if own else []) + (
            [("own", caller.own[gone + "personal"]), ("foreign", caller.own["colleague's"])] if own and caller.person else [])
        return mine + [("missing", MISSING), ("foreign", other.things["channels"]), ("foreign", other.personal)]
    if what == "alerts" and own:
        gone = "dropped " if route["method"] == "DELETE" else ""
        return [("own", caller.own[gone + "alerts"]), ("missing", MISSING), ("foreign", other.things["alerts"])]
    things = ([("own", caller.own[what])] if own else []) + [("missing", MISSING), ("foreign", other.things[what])]
    if own and what == "tokens":  # another member's own; one of the organisation
        things += [("foreign", caller.own["colleague"]), ("shared", caller.own["shared"])]
    return things


def thing(org, what, method):
    """Of a convention; what is written to is what no longer changes."""
    if what == "participants" and method != "GET":
        return org.gone
    return {"conventions": org.convention, "participants": org.participant, "requests": org.request, "plans": org.run, "timetables": org.timetable}[what]


def request(route, caller, whose, id):
    """(body, headers) of a request that changes nothing the next one needs."""
    body, headers, path = None, caller.headers(caller.spare.get((route["method"], route["path"]))), route["path"]
    if "lines" in route["with"].split():
        headers["Content-Type"] = "application/x-ndjson"
        body = "not a line of that kind\n"
    elif "table" == route["takes"]:
        headers["Content-Type"], body = "text/csv", "colour\nred\n" if whose == "own" else "name,email\nX,x@exemple.fr\n"
    elif route["takes"] == "form":
        headers["Content-Type"], body = "application/x-www-form-urlencoded", "unknown=1"
    elif route["takes"]:
        body = IN_ORDER.get(route["takes"], UNKNOWN) if whose != "own" and path.startswith(("/v1/badges", *(f"/v1/{w}/{{id}}" for w in OF_CONVENTIONS))) else UNKNOWN
        if path == "/v1/organisation/members/{id}":
            body = {"role": "reader"}
        elif path == "/v1/needs/{id}":
            body = need()
        elif path in ("/v1/alerts", "/v1/alerts/{id}"):
            body = {"name": "Essai", "words": ["introuvable"]}
        elif path == "/v1/channels":
            body = SETTINGS[whose] | ({"alert": caller.own["alerts"] if caller.org else MISSING} if whose == "alert's" else {})
        elif path == "/v1/channels/{id}":
            body = {"kind": "webhook", "url": "https://autre.example/", "active": False}
        elif path in ANSWERS:
            body = {"reason": "other"} if path.endswith("declined") else {}
        elif whose == "missing" and "moderation" in path:
            body = {"needs": {"verdict": "yes"}, "claims": {"claim": "EI", "verdict": "yes"}, "members": {"role": "owner"},
                    "organisations": {"suspended": True, "reason": "r"}, "reports": {}}[path.split("/")[3]]
        headers["Content-Type"] = "application/json"
        body = json.dumps(body)
    if "If-Match" in route["with"]:
        headers["If-Match"] = '"999999"'
    return body, headers


# Of what has withdrawn (or, to return, has not), was published or is done.
ENDED = {("POST", "/v1/participants/{id}/invite"): 409, ("POST", "/v1/participants/{id}/withdraw"): 409, ("POST", "/v1/participants/{id}/arrived"): 409, ("POST", "/v1/participants/{id}/return"): 409,
         ("DELETE", "/v1/timetables/{id}"): 409, ("POST", "/v1/needs/{id}/preview"): 409, ("DELETE", "/v1/needs/{id}"): 409}


def wanted(route, caller, whose):
    """The status behind the rights."""
    method, path = route["method"], route["path"]
    own = "own" in route["with"].split()
    if whose == "missing" and path != "/v1/enterprises/{siret}":
        return 404
    if path in ("/answer", "/unsubscribe", "/checkin"):  # without a link
        return 404
    if path.endswith("/conventions/{id}") and whose == "foreign":  # it is not public
        return 404
    if path == "/needs/{id}":  # moderators read what waits elsewhere
        return 200 if whose == "foreign" else 404
    if whose == "own" and (ended := ENDED.get((method, path))):
        return ended
    if path.startswith("/v1/moderation/outbox/{id}"):
        return 409  # it was delivered
    if path == "/v1/needs/{id}/funnel" and whose == "foreign":
        return 200 if "organiser" in caller.org.kinds else 404
    if (method, path) == ("PUT", "/v1/alerts/{id}") and whose == "own":
        return 412
    if path in ("/v1/channels/{id}/test", "/v1/channels/{id}/replay") and whose in ("own", "ours"):
        return 409  # it is switched off
    if whose == "draft":
        return 404
    if whose == "hidden":  # what waits: for nobody else but moderators
        sees = caller.moderator and method == "GET" and not own
        return (422 if path.endswith("/explain") and "supplier" not in caller.org.kinds else 200) if sees else 404
    if whose == "foreign" and own:
        return 200 if path == "/v1/needs/{id}/matches" and "organiser" in caller.org.kinds else 404
    if (method, path) == ("GET", "/ticket"):
        return 404  # ?t= is missing
    if path == "/v1/needs/{id}/explain":  # ?offer= is missing, which a supplier need not say
        return 422 if "supplier" not in caller.org.kinds else 404 if caller.org.suspended else 200
    if path == "/v1/offers/{id}" and whose == "foreign":
        return 200 if "supplier" in caller.foreign.kinds else 404
    if path == "/v1/tokens/{id}" and (whose == "shared" or not caller.person):
        return 204 if "administer" in caller.scopes else 404  # an organisation's token is its owners'
    if (method, path) == ("PUT", "/v1/needs/{id}"):
        return 412
    if path.startswith("/v1/needs/{id}") and method == "POST" and path not in ANSWERS and not path.endswith("/preview"):
        return 409
    if route["takes"] not in ("", "member", "lines", "offer_lines", "channel", "interest", "refusal") and path != "/v1/alerts" or path in ("/v1/imports/siae", "/v1/cpv", "/v1/naf", "/v1/places"):
        return 422  # no such field, no header of that file, no ?q=
    return int(route["status"])


# ---- The world

def build(d):
    """The organisations with something in every private place, and the callers."""
    plan = Plan()
    home = {k: plan.org(k) for k in KINDS}
    other = {k: plan.org(k) for k in KINDS}
    bare, shut = plan.org(), plan.org(*KINDS, suspended=True)
    callers = [Caller("nobody", refused="no_token"), Caller("unknown token", secret()[0], refused="bad_token"),
               Caller("no token at all", "x", refused="bad_token"),
               Caller("expired token", plan.token(home["buyer"], SCOPES, expires="=now() - interval '1 second'"), refused="bad_token"),
               Caller("revoked token", revoke(d, plan), refused="bad_token")]
    for org in [*home.values(), bare, shut]:
        name = {bare.id: "no kind", shut.id: "suspended"}.get(org.id) or org.kinds[0]
        callers.append(Caller(f"{name}: token", plan.token(org, SCOPES), None, org, SCOPES))
        for role in ROLES if org in home.values() else ["owner"]:
            callers.append(in_person(plan, f"{name}: {role}", org, role))
    for k in KINDS:
        callers += [Caller(f"{k}: token {s}", plan.token(home[k], [s]), None, home[k], [s]) for s in SCOPES]
    for role in ROLES:  # a personal token gives no more than its person has
        who = home["buyer"].member(role)
        callers.append(Caller(f"buyer: {role}'s token", plan.token(home["buyer"], SCOPES, who), None, home["buyer"], ROLES[role], who))
    callers.append(in_person(plan, "moderator who reads for a supplier", home["supplier"], "reader", moderator=True))
    callers += [alone(plan, "person without organisation"), alone(plan, "moderator", moderator=True), alone(plan, "who asked to join", asks=home["buyer"])]
    for caller in callers:
        furnish(plan, caller, other[caller.org.kinds[0] if caller.org and len(caller.org.kinds) == 1 else "buyer"])
    plan.do(d)
    return plan, callers, list(other.values())


def revoke(d, plan):
    """A token that was used and then revoked: what is remembered of it must be forgotten."""
    org, id = plan.org("buyer"), plan.id()
    token, keeper = plan.token(org, SCOPES, id=id), plan.token(org, SCOPES)
    plan.do(d)
    Client(d.port, token).get("/v1/organisation")
    Client(d.port, keeper)("DELETE", f"/v1/tokens/{id}", expect=204)
    return token


SPARE = (("DELETE", "/v1/session"), ("DELETE", "/v1/sessions"), ("POST", "/v1/organisation/leave"))


def in_person(plan, name, org, role, moderator=False):
    person = org.member(role, moderator)
    caller = Caller(name, None, plan.session(person, org), org, ROLES[role], person, moderator)
    caller.spare = {route: plan.session(org.member(role, moderator), org) for route in SPARE}
    plan.session(person, org, caller.other)
    return caller


def alone(plan, name, moderator=False, asks=None):
    def one():
        id = plan.id()
        plan.person("Seule", f"{id[:8]}@exemple.fr", moderator, id)
        if asks:
            plan.row("member", person=id, organisation=asks.id, role="asked")
        return id
    person = one()
    caller = Caller(name, None, plan.session(person), None, (), person, moderator)
    caller.spare = {route: plan.session(one()) for route in SPARE}
    plan.session(person, None, caller.other)
    return caller


def furnish(plan, caller, other):
    """What the caller may use up, and what of the other organisation it tries."""
    caller.foreign = other
    if not hasattr(other, "things"):
        other.session = str(uuid.uuid4())
        plan.session(other.owner, other, other.session)
        other.feeds = {kind: other.make_channel(kind=kind) for kind in ("feed", "calendar")}
        other.things = {"members": other.owner, "invitations": other.invitation(), "tokens": plan.id(other.number, "token"),
                        "alerts": other.alert, "channels": other.channel}
        plan.token(other, SCOPES, id=other.things["tokens"])
    if caller.org:
        org = caller.org
        caller.own = {"members": org.member("reader"), "invitations": org.invitation(), "tokens": plan.id(org.number, "token"),
                      "colleague": plan.id(), "shared": plan.id(org.number, "token"), "channels": org.make_channel(), "dropped channels": org.make_channel(),
                      "alerts": org.make_alert(), "dropped alerts": org.make_alert(), "colleague's": org.personal}
        if caller.person:  # who is only asked in the name of an organisation has no channel of its own
            caller.own |= {"personal": org.make_channel(caller.person), "dropped personal": org.make_channel(caller.person)}
        plan.token(org, ["read"], caller.person, id=caller.own["tokens"])
        plan.token(org, ["read"], org.owner, id=caller.own["colleague"])
        plan.token(org, ["read"], id=caller.own["shared"])


# ---- The walk

class Walk:
    def __init__(self, d, plan, routes):
        self.d, self.plan, self.routes = d, plan, routes
        self.count, self.seen, self.wrong, self.lock = 0, set(), [], threading.Lock()
        self.bulk = threading.Lock()  # one import of an organisation at a time

    def ask(self, client, method, path, body, headers):
        with self.lock:
            self.count += 1
        with self.bulk if path == "/v1/imports/offers" else contextlib.nullcontext():
            return head_of_stream(self.d, method, path, headers) if path.endswith("/events") else client(method, path, body, headers)

    def look(self, caller, what, text):
        """Nothing of others; what is one's own is noted as seen, so that the marks are known to work."""
        allowed = {"asked", "report", "draft"} if caller.moderator else set()
        if caller.moderator and what.startswith("GET /v1/moderation/outbox"):  # numbers of deliveries, and what was answered
            allowed |= {"channel", "personal"}
        if caller.moderator and what.startswith("GET /v1/moderation/audit"):  # people and things by their number
            allowed |= {"audit", "person", "personal", "token", "invitation"}
        if caller.org and "organiser" in caller.org.kinds:
            allowed.add("match")
        for number, place in self.plan.marks(text):
            if place in ("secret", "personal") and place not in allowed:  # nobody's to see: a colleague's own, and what is boxed
                self.wrong.append((caller.name, what, f"shows {place} of organisation {number}"))
            elif caller.org and caller.org.number == number:
                with self.lock:
                    self.seen.add(place)
            elif place not in allowed:
                self.wrong.append((caller.name, what, f"shows {place} of organisation {number}"))

    def tell(self, caller, what, wanted, answer):
        self.wrong.append((caller.name, what, f"wanted {wanted}, got {answer.status} {answer.body[:200].decode(errors='replace')}"))

    def one(self, client, caller, route, whose, id, missing):
        path = route["path"].replace("{id}", id).replace("{siret}", id).replace("{kind}", id).replace("{path}", id)
        what = f"{route['method']} {route['path']} {whose}"
        body, headers = request(route, caller, whose, id)
        answer = self.ask(client, route["method"], path, body, headers)
        refusal = expected(route, caller) or expected_behind(route, caller, whose)
        if refusal:
            code = answer.json["code"] if answer.body and answer.status >= 400 else None
            if (answer.status, code) != refusal:
                self.tell(caller, what, refusal, answer)
        elif answer.status != wanted(route, caller, whose):
            self.tell(caller, what, wanted(route, caller, whose), answer)
        elif whose in ("foreign", "hidden") and answer.status == 404 and missing and answer.body != missing.body:
            self.tell(caller, what, f"what a missing one gives, {missing!r},", answer)
        self.look(caller, what, answer.body.decode(errors="replace") + str(answer.headers))
        if route["method"] == "GET":
            again = self.ask(client, "HEAD", path, None, headers)
            if (again.status, again.body) != (answer.status, b""):
                self.tell(caller, "HEAD " + what, answer.status, again)
        return answer

    def walk(self, caller):
        client = Client(self.d.port)
        for route in self.routes:
            missing = None
            for whose, id in ids(route, caller):
                answer = self.one(client, caller, route, whose, id, missing)
                missing = answer if whose == "missing" else missing
        client.close()


def head_of_stream(d, method, path, headers):
    """The answer of a stream, without waiting for its end; a refusal with its body."""
    conn = http.client.HTTPConnection("127.0.0.1", d.port, timeout=PATIENCE)
    conn.request(method, path, None, headers)
    r = conn.getresponse()
    answer = Answer(r.status, r.headers, b"" if r.status == 200 else r.read())
    conn.close()
    return answer


TABLES = ("need", "offer", "contact", "member", "ticket", "match", "notice", "idempotency", "audit", "alert", "channel", "convention")


def state_of(d, orgs):
    """What is stored of organisations, but for when it was last used."""
    those = ",".join(f"'{o.id}'" for o in orgs)
    parts = [f"select '{t}', md5(string_agg(x::text, '|' order by x::text)) from {t} x where organisation in ({those})" for t in TABLES]
    parts.append(f"select 'organisation', md5(string_agg(x::text, '|' order by x::text)) from organisation x where id in ({those})")
    parts += [f"select '{t}', md5(string_agg(x::text, '|' order by x::text)) from {t} x join {o} o on o.id = x.{c} where o.organisation in ({those})"
              for t, o, c in (("hit", "alert", "alert"), ("held", "channel", "channel"), ("outbox", "channel", "channel_id"))]
    conventions = f"(select id from convention where organisation in ({those}))"
    parts += [f"select '{t}', md5(string_agg(x::text, '|' order by x::text)) from {t} x where convention in {conventions}"
              for t in ("convention_slot", "convention_table", "participant", "request", "plan", "timetable", "meeting", "booking", "happening")]
    parts += [f"select '{t}', md5(string_agg(x::text, '|' order by x::text)) from {t} x where request in (select id from request where convention in {conventions})"
              for t in ("placement", "outcome")]
    parts.append("select 'token', md5(string_agg(x::text, '|' order by x::text)) from (select hash, label, expires, scopes, person from token "
                 f"where organisation in ({those})) x")
    parts.append("select 'person', md5(string_agg(x::text, '|' order by x::text)) from (select p.name, p.email, p.password from person p join "
                 f"member m on m.person = p.id where m.organisation in ({those})) x")
    return d.sql(" union all ".join(parts) + " order by 1")


OPEN = ("address_rate=0", "account_rate=0", "signin_address=0", "signin_account=0")


def test_matrix():
    routes = json.loads(entregentd("--print", "routes", "--json"))
    with Daemon(*OPEN) as d:
        plan, callers, others = build(d)
        for org in others:
            org.badges = [sealed(d, kind, d.sql(f"select key from participant where id = '{org.participant}'")) for kind in ("checkin", "agenda")]
            org.links = [sealed(d, kind, org.feeds[kind]) for kind in ("feed", "calendar")]
        before, began = state_of(d, others), time.monotonic()
        walk = Walk(d, plan, routes)
        each(callers, walk.walk, threads=4)
        seconds = time.monotonic() - began
        for name, what, why in walk.wrong[:60]:
            print(f"{name}: {what}: {why}", flush=True)
        equal(len(walk.wrong), 0, "answers that are not as they should be")
        equal(sorted(walk.seen), sorted({"alert", "audit", "blocked", "channel", "contact", "draft", "hit", "invitation", "match", "message", "notice", "person",
                                            "report", "token", "asked", "convention", "participant", "plan", "request", "timetable"}),
              "marks that their own organisation saw")
        equal(state_of(d, others), before, "what is stored of the other organisations")
        equal(d.metric("database_failed_total"), 0, "statements that failed")
        d.admin("audit", "verify")
        kinds = len({i[0] for r in routes for c in callers for i in ids(r, c)})
        say(f"{len(routes)} routes x {len(callers)} callers x ids ({kinds} sorts) = {walk.count} requests, {seconds:.1f} s")
        check(seconds < 60, "the matrix takes too long")


def test_acting_for_another():
    """A session moves only to an organisation that has taken the person in."""
    with Daemon(*OPEN) as d:
        plan = Plan()
        home, second, other = plan.org("buyer"), plan.org("supplier"), plan.org("buyer")
        person = home.member("reader")
        plan.row("member", person=person, organisation=second.id, role="owner")
        plan.row("member", person=person, organisation=other.id, role="asked")
        caller = Caller("reader", None, plan.session(person, home), home, ["read"], person)
        plan.do(d)
        client = Client(d.port)
        for id in (other.id, MISSING, "x"):
            answer = client("PUT", "/v1/session", {"organisation": id}, caller.headers())
            equal((answer.status, answer.json["code"]), (404, "not_found"), f"acting for {id}")
        equal(client("GET", "/v1/organisation", None, caller.headers()).json["id"], home.id, "still the same organisation")
        equal(client("GET", "/v1/organisation/audit", None, caller.headers()).status, 403, "a reader here")
        client("PUT", "/v1/session", {"organisation": second.id}, caller.headers(), expect=200)
        equal(client("GET", "/v1/organisation", None, caller.headers()).json["id"], second.id, "the other organisation")
        equal(client("GET", "/v1/organisation/audit", None, caller.headers()).status, 200, "an owner there")
        d.sql(f"update member set role = 'asked' where organisation = '{second.id}' and person = '{person}'")
        client("PUT", "/v1/session", {"organisation": home.id}, caller.headers(), expect=200)
        equal(client("GET", "/v1/offer", None, caller.headers()).status, 403, "no supplier any more")


def test_contacts_after_interest():
    """How to reach one another is shared by interest, both ways, with nobody else, and no longer once it is declined."""
    with Daemon(*OPEN) as d:
        plan = Plan()
        buyer, supplier, rival, looker = plan.org("buyer"), plan.org("supplier"), plan.org("supplier"), plan.org("organiser")
        other = plan.org("buyer")
        id = buyer.make_need("published", need())
        for org in (supplier, rival):
            plan.row("match", need=id, organisation=org.id, state="told", told="=now()", score=50, partial=False, offered="=now()", lots=[])
        ask = {org: Client(d.port, plan.token(org, SCOPES)) for org in (buyer, supplier, rival, looker, other)}
        readers = {org: Client(d.port, plan.token(org, ["read"])) for org in (buyer, supplier)}
        plan.do(d)

        def shown(org, of):
            """What of another organisation all that may be read shows to this one."""
            paths = [f"/v1/needs/{id}", f"/v1/needs/{id}/matches", f"/v1/needs/{id}/matches?answer=interested", f"/v1/needs/{id}/funnel", "/v1/offer/needs",
                     f"/v1/offers/{of.id}", "/v1/notices", "/v1/channels", "/v1/alerts", "/v1/organisation/export", f"/v1/needs/{id}/explain?offer={of.id}"]
            text = "".join(ask[org]("GET", path).text for path in paths)
            return {place for number, place in plan.marks(text) if number == of.number} - {"match", "blocked"}

        def everybody():
            return {a.kinds[0] + " of " + b.kinds[0]: shown(a, b) for a in (buyer, supplier, rival, looker, other) for b in (buyer, supplier) if a is not b and shown(a, b)}
        equal(everybody(), {}, "before")
        for path, body in (("interested", {"message": "m"}), ("declined", {"reason": "other"})):
            equal(readers[supplier].post(f"/v1/needs/{id}/{path}", body).json["code"], "needs_scope", f"{path} by a token that reads")
        said = supplier.mark("message")
        answer = ask[supplier].post(f"/v1/needs/{id}/interested", {"message": said}, expect=200).json
        equal((answer["contact"]["email"], answer["shared"]["email"]), (buyer.mark("contact") + "@exemple.fr", supplier.mark("contact") + "@exemple.fr"), "both ways")
        d.matched()
        equal(everybody(), {"buyer of supplier": {"contact", "message"}, "supplier of buyer": {"contact"}}, "after interest")
        equal([m["answer"] for m in ask[looker].get(f"/v1/needs/{id}/matches")["items"] if "answer" in m], ["interested"], "that it was said an organiser sees")
        equal(readers[buyer].get(f"/v1/needs/{id}/matches?answer=interested")["items"][0]["contact"]["email"], supplier.mark("contact") + "@exemple.fr", "a token that reads")
        answer = ask[supplier].post(f"/v1/needs/{id}/declined", {"reason": "no_capacity"}, expect=200).json
        check("contact" not in answer and "shared" not in answer, answer)
        equal(everybody(), {"buyer of supplier": {"message"}}, "after it was declined: what the buyer was told stays in its notices")
        check("contact" not in ask[buyer].get(f"/v1/needs/{id}/matches")["items"][0], "no contact")
        # The other one is told of none of it.
        equal([m.get("answer") for m in ask[rival].get("/v1/offer/needs")["items"] if m["need"]["id"] == id], [None], "another supplier")
        equal(ask[rival].post(f"/v1/needs/{other.need}/interested", {}).status, 404, "a need it was not told of")
        # Nor when it would be told.
        waves = ask[other].need(need(wave=7, wave_hours=48, wave_until=3))
        equal((waves["wave"], waves["wave_hours"], waves["wave_until"]), (7, 48, 3), "the buyer's own")
        for org in (rival, looker, buyer):
            for one in (ask[org].get(f"/v1/needs/{waves['id']}"), next(n for n in ask[org].all("/v1/needs") if n["id"] == waves["id"])):
                equal([f for f in one if "wave" in f], [], f"waves, as {org.kinds[0]} sees them")


run(test_matrix, test_acting_for_another, test_contacts_after_interest)
