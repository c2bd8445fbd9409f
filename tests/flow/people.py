# SPDX-License-Identifier: EUPL-1.2
"""People for the flow tests: signed in by cookie, members of organisations, moderators; and the mails they get."""
import base64
import email
import email.policy
import glob
import hashlib
import os
import uuid

from entregent import Client, check, wait_for

COOKIE = "__Host-entregent"


class Person(Client):
    """A person's requests, as a browser sends them."""

    def __init__(self, port, cookie=None, id=None, email=None, name=None):
        super().__init__(port, id=id)
        self.cookie, self.email, self.name = cookie, email, name

    def __call__(self, method, path, body=None, headers=None, expect=None, type=None):
        own = {"Entregent-Request": "1", **({"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {})}
        return super().__call__(method, path, body, {**own, **(headers or {})}, expect, type)

    def took(self, answer):
        """Keeps the cookie of an answer, as a browser does."""
        value = answer.headers["Set-Cookie"].split(";")[0].removeprefix(f"{COOKIE}=")
        self.cookie = value or None
        return self


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def person(d, address, name, organisation=None, role="owner", moderator=False):
    """A person with a session that acts for the organisation, if one is given; no password."""
    id, cookie = str(uuid.uuid4()), "ent_" + base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    hash = hashlib.blake2b(cookie.encode(), digest_size=32).hexdigest()
    org = quoted(organisation) if organisation else "null"
    d.sql(f"insert into person (id, email, name, moderator) values ('{id}', {quoted(address)}, {quoted(name)}, {moderator}); "
          + (f"insert into member (person, organisation, role) values ('{id}', {org}, '{role}'); " if organisation else "")
          + f"insert into session (hash, id, person, organisation, expires) values ('{hash}', gen_random_uuid(), '{id}', "
            f"{org if role != 'asked' else 'null'}, now() + interval '1 day')")
    return Person(d.port, cookie, id, address, name)


def moderator(d, address="moderatrice@exemple.fr", name="Mo Dératrice"):
    return person(d, address, name, moderator=True)


def mails(d, address=None):
    """What was mailed so far without a relay: messages of the standard library."""
    found = []
    for path in sorted(glob.glob(os.path.join(d.data, "mail", "*.eml")), key=os.path.getmtime):
        with open(path, "rb") as f:
            message = email.message_from_binary_file(f, policy=email.policy.default)
        if address is None or address in message["To"]:
            found.append(message)
    return found


def text_of(message):
    return " ".join(message.get_body(("plain",)).get_content().split())


def wait_mail(d, address, *words):
    """The mail to that address whose subject or text has all the words."""
    def look():
        return next((m for m in mails(d, address) if all(w in m["Subject"] + " " + text_of(m) for w in words)), None)
    return wait_for(look, f"a mail to {address} with {words}")


def audit(d, what, organisation=None):
    """The entries of the audit log of one kind, earliest first: subject and source."""
    of = f"and organisation = '{organisation}'" if organisation else ""
    rows = d.sql("select entry::jsonb ->> 'subject', coalesce(entry::jsonb -> 'detail' ->> 'source', '') "
                 f"from audit where entry::jsonb ->> 'what' = '{what}' {of} order by seq")
    return [tuple(row.split("|")) for row in rows.splitlines()]


def check_chain(d):
    """Each link of the audit log is the hash of the one before and the entry; how many there are."""
    link = ""
    rows = d.sql("select seq, translate(encode(convert_to(entry, 'UTF8'), 'base64'), E'\\n', ''), hash from audit order by seq").splitlines()
    for number, row in enumerate(rows, 1):
        seq, entry, hash = row.split("|")
        link = hashlib.sha256(link.encode() + base64.b64decode(entry)).hexdigest()
        check((int(seq), hash) == (number, link), "the chain breaks at", row)
    return len(rows)
