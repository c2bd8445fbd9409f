# SPDX-License-Identifier: EUPL-1.2
"""What tests of delivery share: a daemon that looks at its clock often and mails to a fake relay, people who are told,
and the moment when nobody is left to be told. Time is moved in the database, never waited for."""
import re

from entregent import Client, Daemon, Failure, check, equal, offer, wait_for
from people import person
from session import Session
from smtp import Relay


class Post(Daemon):
    """Mails go to relay, webhooks may go to this machine."""

    def __init__(self, *settings, relay=None, **more):
        self.relay, self.own_relay, self.session, self.ticker = relay or Relay(), relay is None, None, None
        super().__init__("tick_ms=100", "journal_poll_ms=300", f"smtp_url={self.relay.url}", "smtp_tls=0",
                         "webhook_networks=127.0.0.0/8", "public_url=https://entregent.example.org", *settings, **more)

    def __exit__(self, kind, value, trace):
        try:
            super().__exit__(kind, value, trace)
        finally:
            if self.own_relay:
                self.relay.close()

    def hang_up(self):
        if self.session:
            self.session.close()
        self.session = None

    def stop(self):
        self.hang_up()
        super().stop()

    def kill(self):
        self.hang_up()
        super().kill()

    def sql(self, statement):
        self.session = self.session or Session(self)
        return "\n".join(self.session(statement))

    def numbers(self):
        """All metrics: {name with its labels: value}."""
        text = Client(self.port)("GET", "/metrics", expect=200).text
        return {name: float(value) for name, value in re.findall(r"^entregent_(\S+) (\S+)$", text, re.M)}

    def ticked(self):
        """Waits until the clock was looked at, from begin to end, since this call."""
        if not self.ticker:
            self.ticker = self.sql("insert into channel (id, organisation, kind, label, active) select gen_random_uuid(), id, 'feed', "
                                   "'tick', false from organisation order by siret limit 1 returning id")
        for _ in range(2):  # the first may have been under way
            self.sql(f"update channel set digest = now() where id = '{self.ticker}'")
            wait_for(lambda: self.sql(f"select digest is null from channel where id = '{self.ticker}'") == "t", "the clock is looked at")

    def drained(self):
        """Waits until all that is stored is told, and all that is due is delivered."""
        names = ["journal_lag", "dispatch_lag"] + [f'outbox_{s}{{channel="{c}"}}' for s in ("due", "claimed") for c in ("mail", "webhook")]

        def nothing_left():
            numbers = self.numbers()
            self.left = {n: numbers[n] for n in names if numbers[n] != 0}
            return not self.left
        try:
            wait_for(nothing_left, "everything is delivered")
        except Failure as e:
            raise Failure(f"{e}: {self.left}") from None

    def settled(self):
        """The same, and what the clock brings by now."""
        self.ticked()
        self.drained()

    def writes(self):
        """How many statements the daemon writes while the clock is looked at ten times."""
        before = self.numbers()["database_writes_total"]
        for _ in range(10):
            self.ticked()
        return self.numbers()["database_writes_total"] - before

    # ---- Who is told

    def pair(self, **more):
        """A buyer with an owner and a supplier with an offer and an owner, both told by mail of everything at once."""
        buyer, supplier = self.organisation("buyer", 1), self.supplier(2, **more)
        return buyer, self.owner(buyer), supplier, self.owner(supplier)

    def supplier(self, number, **more):
        s = self.organisation("supplier", number)
        s.put("/v1/offer", offer(**more), expect=201)
        return s

    def owner(self, client, **settings):
        """An owner of the organisation; its channel is that of a mail at once, or as the settings say."""
        p = person(self, f"{client.siret}@exemple.fr", f"Owner of {client.siret[:9]}", client.id)
        self.set(p, **settings)
        return p

    def channel(self, who):
        """The mail channel that somebody has for an organisation's notices."""
        found = [c for c in who.get("/v1/channels")["items"] if c["kind"] == "mail" and c["personal"] and "alert" not in c]
        equal(len(found), 1, f"mail channels of {who.email}")
        return found[0]

    def set(self, who, **settings):
        return who.put(f"/v1/channels/{self.channel(who)['id']}", {"kind": "mail", "rhythm": "now", **settings}, expect=200).json

    def mails(self, who):
        """The mails that the relay has for somebody, as they came."""
        address = who if isinstance(who, str) else who.email
        with self.relay.lock:
            return [m for m in self.relay.mails if address in m.recipients]

    def subjects(self, who):
        return [m.message["Subject"] for m in self.mails(who)]


def kinds(client):
    return [n["kind"] for n in client.notices()]


def check_once(mails):
    """No Message-ID came twice."""
    ids = [m.message["Message-ID"] for m in mails]
    equal(len(ids), len(set(ids)), "mails by Message-ID")


def link(mail, words):
    """The URL behind the first link of a mail whose HTML says these words."""
    found = re.search(r'<a href="([^"]*)"[^>]*>' + re.escape(words), mail.html())
    check(found, "no link", words, mail.html())
    return found.group(1).replace("&amp;", "&")


def path_of(url):
    check(url.startswith("https://entregent.example.org/"), url)
    return url.removeprefix("https://entregent.example.org")
