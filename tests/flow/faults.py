# SPDX-License-Identifier: EUPL-1.2
"""One small story told to a daemon that fails at a chosen point (daemon/base/fail), and what must be so at its end."""
import contextlib
import http.client
import json
import time

from entregent import Daemon, Failure, check, equal, need, offer, wait_for
from people import person
from receivers import Hooks
from session import Lost, Session
from smtp import Relay

DIED = 9  # exit status of a process that failed on purpose
POINTS = ("step", "delivery", "reply", "reply-error")


def channels(d, client, hook=None):
    """A person who answers for the organisation: told by mail of everything at once; and a webhook of the organisation."""
    owner = person(d, f"{client.siret}@exemple.fr", "Owner", client.id)
    if hook:
        owner.post("/v1/channels", {"kind": "webhook", "url": hook, "personal": False}, expect=201)
    d.sql(f"update channel set quiet_from = null, quiet_to = null, weekly_most = null where organisation = '{client.id}'")


class Story:
    """The same events again and again on one database: each telling has needs of its own, and ends them. Requests are
    repeated until they are answered, as a client does that was told to: with the same key or If-Match."""

    def __init__(self, hooks, relay):
        self.hooks, self.relay, self.session, self.deaths, self.telling = hooks, relay, None, 0, 0
        self.d = Daemon("journal_poll_ms=500", "tick_ms=500", f"smtp_url={relay.url}", "smtp_tls=0", "webhook_networks=127.0.0.0/8")
        d = self.d
        self.buyer, self.organiser = d.organisation("buyer", 1), d.organisation("organiser", 2)
        self.suppliers = {name: d.organisation("supplier", 10 + i) for i, name in enumerate(("far", "near", "other"))}
        self.names = {s.id: name for name, s in self.suppliers.items()} | {self.buyer.id: "buyer"}
        for client in (self.suppliers["near"], self.buyer):
            channels(d, client, hooks.url)
        channels(d, self.suppliers["far"])
        d.stop()

    def close(self):
        self.forget_session()
        self.d.kill()

    # ---- A daemon that may die

    def start(self, fault):
        self.d.env = {"ENTREGENT_FAIL": fault} if fault else {}
        self.d.start(wait=False)
        self.alive()

    def alive(self):
        """Starts it again, without the fault, when it died of it; returns once it is ready."""
        def ready():
            if not self.d.running():
                equal(self.d.process.returncode, DIED, "the daemon ended with status")
                self.deaths += 1
                self.forget_session()  # begun meanwhile, it would run the database on its own
                self.d.env = {}
                self.d.start(wait=False)
            try:
                return self.d.ready()
            except Failure:
                return False
        wait_for(ready, "the daemon is ready", pause=0.005)

    def forget_session(self):
        if self.session:
            self.session.close()
        self.session = None

    def sql(self, statement):
        """Rows; a statement that stands in between may run twice."""
        while True:
            try:
                if not self.session or not self.d.running():
                    self.alive()
                    self.session = self.session or Session(self.d)
                return self.session(statement)
            except Lost:
                self.forget_session()

    def ask(self, client, method, path, body=None, headers=None, type=None):
        while True:
            self.alive()
            try:
                answer = client(method, path, body, headers, type=type)
                if answer.status not in (429, 503):
                    return answer
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.005)

    # ---- What happens in it

    def settle(self):
        """All that is stored was matched."""
        wait_for(lambda: self.sql("select count(*) from journal j, cursor c where c.name = 'matcher' and (j.xid, j.id) > (c.xid, c.id)") == ["0"],
                 "the journal is read", pause=0.003)

    def post(self, path, body, key):
        answer = self.ask(self.buyer, "POST", path, body, {"Idempotency-Key": f"{self.telling}-{key}"})
        check(answer.status in (200, 201), path, answer)
        self.settle()
        return answer.json

    def put(self, client, path, body):
        version = None
        while True:
            answer = self.ask(client, "PUT", path, body, {"If-Match": f'"{version}"'} if version else None)
            if answer.status in (200, 201):
                break
            check(answer.status in (412, 428), path, answer)
            now = self.ask(client, "GET", path).json["version"]
            if version and now == version + 1:
                break  # it was stored, and the answer lost
            version = now
        self.settle()

    def tell(self):
        """The story. Returns what everybody was told: sorted (who, kind, need, version)."""
        self.telling += 1
        near, far, other = (self.suppliers[name] for name in ("near", "far", "other"))
        self.put(near, "/v1/offer", offer(areas=["departement:63"]))
        self.put(far, "/v1/offer", offer(areas=["departement:63", "departement:15"]))
        self.put(other, "/v1/offer", offer("77310000"))
        self.needs = {}
        first = self.post("/v1/needs", need(title="Premier"), "first")["id"]
        self.needs[first] = "first"
        second = self.post("/v1/needs", need("77310000", title="Second"), "second")["id"]
        self.needs[second] = "second"
        self.put(self.buyer, f"/v1/needs/{first}", need(title="Premier", description="Avec les vitres"))
        self.put(other, "/v1/offer", offer(capabilities=offer("77310000")["capabilities"] + offer()["capabilities"]))
        self.put(self.buyer, f"/v1/needs/{first}", need(title="Premier", places=["departement:15"]))
        self.put(near, "/v1/offer", offer(areas=["departement:63", "departement:15"]))
        line = {"id": f"T{self.telling}", "acheteur": {"id": self.buyer.siret, "nom": "Buyer"}, "objet": "Marché", "codeCPV": "90911200",
                "dureeMois": 12, "montant": 40000, "lieuExecution": {"code": "63", "typeCode": "Code département"}}
        answer = self.ask(self.organiser, "POST", "/v1/imports/decp", json.dumps(line), type="application/x-ndjson")
        third = json.loads(answer.text.split("\n")[0])["id"]
        self.needs[third] = "third"
        self.settle()
        self.put(far, "/v1/offer", offer("90919200", areas=["departement:15"]))
        self.compare()
        for id, what in ((second, "cancel"), (first, "award"), (third, "close")):
            self.post(f"/v1/needs/{id}/{what}", None, what)
        return self.told()

    def those(self):
        return ", ".join(f"'{id}'" for id in self.needs)

    def told(self):
        rows = self.sql(f"select organisation, kind, need, need_version from notice where need in ({self.those()})")
        return sorted((self.names[o], kind, self.needs[n], int(v)) for o, kind, n, v in (row.split("|") for row in rows))

    def compare(self):
        """The matches that are stored are those of core/explain, pair by pair."""
        rows = self.sql(f"select need, organisation, score, partial from match where need in ({self.those()}) and state = 'told'")
        stored = {tuple(row.split("|")[:2]): int(row.split("|")[2]) for row in rows}
        for id, name in self.needs.items():
            for supplier in self.suppliers.values():
                e = self.ask(self.organiser, "GET", f"/v1/needs/{id}/explain?offer={supplier.id}").json
                equal(stored.get((id, supplier.id), 0), e["score"], f"the match of {name} and {self.names[supplier.id]}")

    def delivered(self):
        """Everything that is to be delivered arrives. What is claimed by nobody any more, or waits for its next try, is
        made due, as time would do."""
        def late():
            return self.sql("select b.channel, b.id, b.state from outbox b where b.state <> 'done' union all "
                            "select 'none', null, 'notice ' || n.id from notice n, cursor c where c.name = 'dispatch' and n.id > c.id")
        until = time.monotonic() + 1
        while late() and time.monotonic() < until:
            time.sleep(0.01)
        if late():
            self.sql("update outbox set lease = now() - interval '1 second', due = least(due, now()) where state = 'claimed'; "
                     "update outbox set due = now() where state = 'due'; update channel set rest = null")
        wait_for(lambda: not late(), "all is delivered")
        wanted = self.sql("select c.kind, b.id from outbox b join channel c on c.id = b.channel_id where b.notice in "
                          f"(select id from notice where need in ({self.those()}))")
        arrived = {"webhook": set(self.hooks.seen()), "mail": {m.message["Message-ID"].strip("<>").split("@")[0] for m in list(self.relay.mails)}}
        lost = [row for row in wanted if row.split("|")[1] not in arrived[row.split("|")[0]]]
        equal(lost, [], "never arrived")
        equal(self.hooks.strange(), [], "webhook-ids with more than one content")
        channels = self.sql(f"select count(*) from notice n join channel c on c.organisation = n.organisation where n.need in ({self.those()}) "
                            "and c.kind in ('mail', 'webhook') and (c.kind = 'webhook' or n.kind <> 'matched')")
        equal(len(wanted), int(channels[0]), "deliveries of the notices that a channel wants")
        return len(wanted)


class Faults:
    """Tells the story with a failure at the n-th passing of a point, for one n after the other."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.hooks, self.relay = self.stack.enter_context(Hooks()), self.stack.enter_context(Relay())
        self.story = Story(self.hooks, self.relay)
        self.stack.callback(self.story.close)
        self.story.start(None)
        self.expected = self.story.tell()
        self.deliveries = self.story.delivered()
        self.story.d.stop()
        check(len(self.expected) > 20 and self.deliveries > 10, "hardly anything is told: the test says nothing", self.expected)

    def __enter__(self):
        return self

    def __exit__(self, *wrong):
        if wrong[0]:
            self.story.d.print_log()
        self.stack.close()

    def fail(self, point, n):
        """Whether the point was reached so often."""
        story, fault = self.story, f"{point}:{n}"
        before, size = story.deaths, len(story.d.read_log())
        try:
            story.start(fault)
            equal(story.tell(), self.expected, "what everybody was told")
            equal(story.delivered(), self.deliveries, "deliveries")
            story.alive()
        except Exception as e:
            raise Failure(f"{fault}: {e!r}") from e
        reached = f"fail: {fault}" in story.d.read_log()[size:]
        check(story.deaths - before == (reached and point != "reply-error"), fault, "deaths:", story.deaths - before)
        story.forget_session()
        story.d.kill()
        return reached

    def every(self, point, step=1):
        """Fails at the passings 1, 1 + step, ... until it is no longer reached. How often it failed, and the last n."""
        n, times = 1, 0
        while self.fail(point, n):
            n, times = n + step, times + 1
        check(times > 0, point, "is never reached: is it built with FAULTS?")
        return {"failures": times, "last": n - step}
