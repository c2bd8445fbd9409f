# SPDX-License-Identifier: EUPL-1.2
"""Those who mean harm, on loopback: each attempt and the one answer it gets."""
import base64
import contextlib
import glob
import hashlib
import json
import os
import re
import resource
import socket
import statistics
import time
import uuid

from entregent import PATIENCE, Client, Daemon, Stream, check, entregentd, equal, free_port, need, offer, run, say, siret, wait_for
from meetings import Convention, body as sessions
from people import COOKIE, Person, mails, moderator, person, quoted, text_of, wait_mail
from private import sealed

OPEN = ("address_rate=0", "account_rate=0", "signin_address=0", "signin_account=0")
PASSWORD = "quatre chevaux broutent"
MISSING = "01890a5d-ac96-774b-bcce-b302099a8057"
TABLES = ("organisation", "contact", "person", "member", "need", "offer", "ticket", "report", "audit", "match", "notice", "alert", "channel", "hit", "held")


def code(answer, status):
    """The word of a refusal; of faulty fields, their pointers and words."""
    equal(answer.status, status, repr(answer))
    p = answer.json
    return " ".join(f"{e['pointer']} {e['code']}" for e in p["errors"]) if p.get("errors") else p["code"]


def state_of(d, *more):
    """All that is stored, but for when it was last used and the hashes of sessions and tokens, whose number counts."""
    parts = [f"select '{t}', md5(string_agg((case when '{t}' = 'match' then to_jsonb(x) else to_jsonb(x) - 'seen' end)::text, '|' order by x::text)) from {t} x"
             for t in TABLES + more]
    return d.sql(" union all ".join(parts + ["select 'token', count(*)::text from token", "select 'session', count(*)::text from session"]))


def settled(d):
    """Waits until all that was told lies in the outbox."""
    d.matched()
    wait_for(lambda: d.sql("select id >= (select coalesce(max(id), 0) from notice) from cursor where name = 'dispatch'") == "t", "notices are dispatched")


def connect(port, host="127.0.0.1"):
    s = socket.create_connection((host, port), timeout=PATIENCE)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def rest(s):
    """What comes until the server closes."""
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := s.recv(65536):
            got += chunk
    s.close()
    return got


def raw(port, *parts, host="127.0.0.1"):
    """Sends bytes on a connection of their own; (status, head and body) of the first answer."""
    s = connect(port, host)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may be refused before it is all there
        for part in parts:
            s.sendall(part)
    got = rest(s)
    status = re.match(rb"HTTP/1\.1 (\d{3}) ", got)
    return int(status[1]) if status else 0, got.decode(errors="replace")


def request(method, path, headers=(), body=b""):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers] + ([f"Content-Length: {len(body)}"] if body else [])
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def with_password(d, address, name, organisation=None, role="owner"):
    who = person(d, address, name, organisation, role)
    # Where a proxy is named it is one, else it would count as insecure.
    behind = {"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "https"} if any("proxies=" in s for s in d.settings) else {}
    who("PUT", "/v1/person/password", {"password": PASSWORD}, behind, expect=204)
    return who


def sign_in(port, address, password=PASSWORD, **more):
    return Person(port)("POST", "/v1/session", {"email": address, "password": password}, **more)


def ticket_of(d, address, *words):
    return re.search(r"t=([\w-]{54})", text_of(wait_mail(d, address, *words)))[1]


# ---- Too many, too slow, too large

def test_slow_loris():
    """5,000 connections that never finish, while others are served."""
    number = 5000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < number + 500:
        say(f"not tried: no more than {hard} files may be open")
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number + 500), hard))
    # What is freed waits in the sanitizer's quarantine, which is not the daemon's memory.
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"
    with Daemon("head_ms=8000", "body_ms=8000", "idle_ms=8000", *OPEN) as d:
        buyer = d.organisation("buyer", 1)
        for _ in range(50):
            buyer.need(need())
        before = peak = d.metric("resident_bytes")
        begins = (b"", b"G", b"GET /v1/needs HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                  b"Content-Length: 1000\r\n\r\n{", b"POST /v1/needs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;")
        crowd, began, slowest, most = [], time.monotonic(), 0, 0
        for i in range(number):
            s = socket.create_connection(("127.0.0.1", d.port), timeout=PATIENCE)
            s.sendall(begins[i % len(begins)])
            crowd.append(s)
        opened = time.monotonic() - began
        answers = 0
        while (open_now := d.metric("http_connections")) > 100:
            at = time.monotonic()
            buyer.get("/v1/needs")
            buyer.need(need())
            slowest, most, answers = max(slowest, (time.monotonic() - at) / 2), max(most, open_now), answers + 2
            peak = max(peak, d.metric("resident_bytes"))
            for s in crowd[answers % 50::50]:  # a byte now and then puts no deadline off
                with contextlib.suppress(OSError):
                    s.send(b"a")
            check(time.monotonic() - began < 90, "the slow ones are still there")
        wait_for(lambda: d.metric("http_connections") <= 2, "all are closed")
        check(most > number * 0.9, "connections that were open at a time", most)
        check(peak - before <= 64 << 20, "memory grew by", (peak - before) / (1 << 20), "MiB")
        say(f"{number} slow connections ({most:.0f} at a time, opened in {opened:.1f} s): {answers} requests of others answered meanwhile, "
            f"worst {slowest * 1000:.0f} ms; memory +{(peak - before) / (1 << 20):.1f} MiB; all closed")
        for s in crowd:
            s.close()


def test_connection_flood():
    """Over the limit each gets one short answer; who is inside goes on being served."""
    with Daemon("connections=100", *OPEN) as d:
        inside = Client(d.port)
        inside.get("/healthz")
        crowd = [connect(d.port) for _ in range(400)]
        wait_for(lambda: float(re.search(r"(?m)^entregent_http_refused_total (\S+)", inside("GET", "/metrics").text)[1]) >= 300, "300 are turned away")
        got = [rest(s) for s in crowd[150:]]
        check(all(g == b"" or g.startswith(b"HTTP/1.1 503 ") for g in got), "what the others got", got[:3])
        inside.get("/healthz")
        for s in crowd:
            s.close()
        inside.close()
        wait_for(lambda: raw(d.port, request("GET", "/healthz"))[0] == 200, "room again")


def test_oversized():
    with Daemon(*OPEN) as d:
        buyer = d.organisation("buyer", 1)
        who = person(d, "anne@exemple.fr", "Anne", buyer.id)
        own = ["Content-Type: application/json", "Entregent-Request: 1", f"Cookie: {COOKIE}={who.cookie}"]
        deep = b'{"email":' + b"[" * 100000 + b"]" * 100000 + b"}"
        fields = json.dumps({f"field {i}": i for i in range(1000)}).encode()
        same = b'{"email":"a@b.fr",' + b'"email":"a@b.fr",' * 1000 + b'"password":"x"}'
        cases = [
            ("a head", request("GET", "/healthz", ["X: " + "a" * 20000]), 431, "header_too_large"),
            ("a target", request("GET", "/v1/needs?cursor=" + "a" * 20000), 431, "header_too_large"),
            ("1,000 headers", request("GET", "/healthz", [f"X{i}: a" for i in range(1000)]), 431, "header_too_large"),
            ("a query", request("GET", "/v1/needs?cursor=" + "a" * 10000, [f"Authorization: Bearer {buyer.token}"]), 422, "/cursor wrong_type"),
            ("1,000 parameters", request("GET", "/v1/needs?" + "&".join(f"a{i}=1" for i in range(1000)), [f"Authorization: Bearer {buyer.token}"]), 422,
             "unknown_field"),
            ("an id", request("GET", "/v1/needs/" + "a" * 10000, [f"Authorization: Bearer {buyer.token}"]), 404, "not_found"),
            ("a token", request("GET", "/v1/needs", ["Authorization: Bearer ent_" + "a" * 10000]), 401, "bad_token"),
            ("a cookie", request("GET", "/v1/needs", [f"Cookie: {COOKIE}=ent_" + "a" * 10000]), 401, "bad_token"),
            ("1,000 cookies", request("GET", "/v1/needs", ["Cookie: " + "; ".join(f"c{i}=1" for i in range(1000))]), 401, "no_token"),
            ("a body", request("POST", "/v1/session", own, b'{"email":"' + b"a" * (2 << 20)), 413, "too_large"),
            ("a ticket of 10 MB", request("POST", "/v1/tickets", own, b'{"ticket":"' + b"a" * 10_000_000 + b'"}'), 413, "too_large"),
            ("a ticket of 900 KB", request("POST", "/v1/tickets", own, b'{"ticket":"' + b"a" * 900_000 + b'"}'), 422, "/ticket too_long"),
            ("an address", request("POST", "/v1/tickets/signin", own, b'{"email":"' + b"a" * 900_000 + b'@b.fr"}'), 422, "/email too_long"),
            ("a password", request("POST", "/v1/session", own, b'{"email":"a@b.fr","password":"' + b"a" * 900_000 + b'"}'), 422, "/password too_long"),
            ("100,000 levels", request("POST", "/v1/session", own, deep), 400, "bad_json"),
            ("1,000 fields", request("POST", "/v1/session", own, fields), 422, "unknown_field"),
            ("a field 1,000 times", request("POST", "/v1/session", own, same), 400, "bad_json"),
            ("100,000 scopes", request("POST", "/v1/tokens", own, json.dumps({"label": "a", "scopes": ["read"] * 100000}).encode()), 422, "/scopes duplicate"),
            ("a number", request("POST", "/v1/tokens", own, b'{"label":"a","scopes":["read"],"days":' + b"9" * 100000 + b"}"), 400, "bad_json"),
            ("an Idempotency-Key", request("POST", "/v1/needs", [*own, "Idempotency-Key: " + "k" * 10000], json.dumps(need()).encode()), 422,
             "/Idempotency-Key too_long"),
            ("an If-Match", request("PUT", "/v1/organisation", [*own, 'If-Match: "' + "9" * 10000 + '"'], b"{}"), 412, "changed"),
        ]
        for name, bytes, status, word in cases:
            got, text = raw(d.port, bytes)
            equal(got, status, f"{name}: {text[:300]}")
            p = json.loads(text.split("\r\n\r\n", 1)[1])
            said = [p["code"]] + [e["code"] for e in p.get("errors", [])] + [f"{e['pointer']} {e['code']}" for e in p.get("errors", [])]
            check(word in said, name, said[:5])
            check(len(text) < 20000, name, "gets a long answer:", len(text))
        buyer.get("/v1/needs")
        say(f"{len(cases)} oversized requests, each with its answer")


def test_rate_limits():
    """429 with Retry-After by address, by account and by the account aimed at; what was right does not count."""
    with Daemon("address_rate=1", "address_burst=30", "account_rate=0") as d:
        answers = [Client(d.port)("GET", "/healthz") for _ in range(40)]
        last = answers[-1]
        equal(code(last, 429), "too_many", "too many from one address")
        check(1 <= int(last.headers["Retry-After"]) <= 2, last.headers)
        check(answers[0].status == 200, "the first is served")
    with Daemon("address_rate=0", "account_rate=1", "account_burst=5") as d:
        a, b = d.organisation("buyer", 1), d.organisation("buyer", 2)
        statuses = [a("GET", "/v1/needs").status for _ in range(12)]
        equal(statuses[:5] + [statuses[-1]], [200] * 5 + [429], "too many of one account")
        check(1 <= int(a("GET", "/v1/needs").headers["Retry-After"]) <= 2, "when to come again")
        b.get("/v1/needs")
        Client(d.port).get("/v1/cpv?q=90")
    with Daemon("address_rate=0", "account_rate=0", "signin_account=4", "signin_address=0") as d:
        who = with_password(d, "anne@exemple.fr", "Anne")
        other = with_password(d, "jean@exemple.fr", "Jean")
        for _ in range(8):
            equal(sign_in(d.port, who.email).status, 200, "what was right does not count")
        statuses = [sign_in(d.port, address, "faux faux faux").status for address in (who.email, "Anne@Exemple.FR", "ANNE@exemple.fr", who.email, who.email)]
        equal((statuses[0], statuses[-1]), (401, 429), f"guesses at one account: {statuses}")
        answer = sign_in(d.port, who.email)
        equal(code(answer, 429), "too_many", "the right one neither, meanwhile")
        check(1 <= int(answer.headers["Retry-After"]) <= 3600, answer.headers)
        equal(Client(d.port).post("/v1/tickets/reset", {"email": who.email}).status, 429, "no mails for it either")
        equal(sign_in(d.port, other.email).status, 200, "another account is not concerned")
        unknown = [sign_in(d.port, "personne@exemple.fr", "faux faux faux").status for _ in range(5)]
        equal((unknown[0], unknown[-1]), (401, 429), f"an unknown account is as a known one: {unknown}")
        equal(who.get("/v1/session")["person"]["email"], who.email, "who is signed in stays so")
    with Daemon("address_rate=0", "account_rate=0", "signin_account=0", "signin_address=6") as d:
        who = with_password(d, "anne@exemple.fr", "Anne")
        for _ in range(8):
            equal(sign_in(d.port, who.email).status, 200, "what was right does not count")
        statuses = [sign_in(d.port, f"a{i}@exemple.fr", "faux faux faux").status for i in range(8)]
        equal((statuses[0], statuses[-1]), (401, 429), f"guesses from one address: {statuses}")
        for method, path, body in (("POST", "/v1/session", {"email": who.email, "password": PASSWORD}), ("POST", "/v1/tickets", {"ticket": "x"}),
                                   ("POST", "/v1/tickets/signin", {"email": who.email}), ("GET", f"/v1/enterprises/{siret(1)}", None)):
            equal(code(Client(d.port)(method, path, body), 429), "too_many", path)
        who.get("/v1/session")


def test_forwarded():
    """Whom a proxy speaks for counts, and only of a proxy that is named."""
    for proxies, own_bucket in (("", False), ("10.0.0.0/8", False), ("127.0.0.1", True)):
        with Daemon("address_rate=1", "address_burst=30", f"proxies={proxies}") as d:
            def ask(*addresses):
                return [Client(d.port)("GET", "/healthz", headers={"X-Forwarded-For": a}).status for a in addresses]
            statuses = ask(*[f"192.0.2.{i}" for i in range(40)])
            equal(429 not in statuses, own_bucket, f"40 addresses told by a peer, proxies {proxies!r}: {statuses}")
            if own_bucket:
                check(429 in ask(*["198.51.100.7"] * 40), "one address told 40 times")
                check(ask(*[f"10.9.8.{i}, 198.51.100.7" for i in range(5)]) == [429] * 5, "what the client put in front changes nothing")
                equal(ask("198.51.100.8"), [200], "another address")


# ---- Replayed and forged

def test_replay():
    with Daemon(*OPEN, "heartbeat_ms=500") as d:
        buyer = d.organisation("buyer", 1)
        who = with_password(d, "anne@exemple.fr", "Anne", buyer.id)
        nobody = Person(d.port)
        # A token, used and then revoked, its stream too; one that has run out.
        made = who.post("/v1/tokens", {"label": "a", "scopes": ["read"]}, expect=201).json
        token = Client(d.port, made["token"])
        with Stream(token) as stream:
            who("DELETE", f"/v1/tokens/{made['id']}", expect=204)
            equal(code(token("GET", "/v1/organisation"), 401), "bad_token", "a revoked token")
            try:
                equal(stream.event(), "the end", "what the stream of a revoked token brings")
            except EOFError:
                pass
        made = who.post("/v1/tokens", {"label": "a", "scopes": ["read"]}, expect=201).json
        d.sql(f"update token set expires = now() - interval '1 second' where id = '{made['id']}'")
        equal(code(Client(d.port, made["token"])("GET", "/v1/organisation"), 401), "bad_token", "an expired token")
        # A cookie after the sign-out, from everywhere, after a password is changed, after it has run out.
        for end in (("DELETE", "/v1/session"), ("DELETE", "/v1/sessions")):
            session = Person(d.port).took(sign_in(d.port, who.email, expect=200))
            session.get("/v1/session")
            answer = session(*end, expect=204)
            check(re.fullmatch(rf"{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0", answer.headers["Set-Cookie"]), answer.headers)
            equal(code(session("GET", "/v1/session"), 401), "bad_token", f"a cookie after {end}")
        session, changer = (Person(d.port).took(sign_in(d.port, who.email, expect=200)) for _ in range(2))
        session.get("/v1/session")
        changer("PUT", "/v1/person/password", {"former": PASSWORD, "password": PASSWORD + " encore"}, expect=204)
        equal(code(session("GET", "/v1/session"), 401), "bad_token", "another session after the password was changed")
        changer.get("/v1/session")
        d.sql("update session set expires = now() - interval '1 second'")
        fresh = Person(d.port).took(sign_in(d.port, who.email, PASSWORD + " encore", expect=200))
        d.sql(f"update session set expires = now() - interval '1 second' where hash = '{hashlib.blake2b(fresh.cookie.encode(), digest_size=32).hexdigest()}'")
        equal(code(fresh("GET", "/v1/session"), 401), "bad_token", "an expired session")
        # Links: used, replaced by a newer one, run out, of another kind, changed.
        nobody.post("/v1/tickets/signin", {"email": who.email}, expect=202)
        used = ticket_of(d, who.email, "connecte")
        nobody.post("/v1/tickets", {"ticket": used}, expect=200)
        equal(code(nobody.post("/v1/tickets", {"ticket": used}), 401), "bad_ticket", "a link used twice")
        nobody.post("/v1/tickets/reset", {"email": who.email}, expect=202)
        reset = ticket_of(d, who.email, "nouveau mot de passe")
        for kind in ("signin", "signup", "email", "invite"):
            d.sql(f"update ticket set kind = '{kind}' where kind = 'reset'")
            answer = nobody.post("/v1/tickets", {"ticket": reset, "name": "A", "password": PASSWORD})
            equal(code(answer, 401), "bad_ticket", f"a link of the kind reset taken for {kind}")
            d.sql(f"update ticket set kind = 'reset' where kind = '{kind}'")
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        changed = {reset[:i] + alphabet[alphabet.index(c) ^ bit] + reset[i + 1:] for i, c in enumerate(reset) for bit in (1, 32)}
        changed |= {reset + "A", reset[:-1], reset + "=", reset + "==", reset.replace("-", "+").replace("_", "/") + "+", reset.upper()}
        for ticket in changed:
            equal(code(nobody.post("/v1/tickets", {"ticket": ticket, "password": PASSWORD}), 401), "bad_ticket", f"a changed link {ticket}")
        d.sql("update ticket set expires = now() - interval '1 second' where kind = 'reset'")
        equal(code(nobody.post("/v1/tickets", {"ticket": reset, "password": PASSWORD}), 401), "bad_ticket", "an expired link")
        d.sql("update ticket set expires = now() + interval '1 hour' where kind = 'reset'")
        session = Person(d.port).took(nobody.post("/v1/tickets", {"ticket": reset, "password": PASSWORD}, expect=200))
        session.get("/v1/session")
        equal(code(sign_in(d.port, who.email, PASSWORD + " encore"), 401), "bad_signin", "the former password")
        say(f"{len(changed)} changed links refused, the right one taken")


def test_forged_cookies():
    with Daemon(*OPEN) as d:
        buyer = d.organisation("buyer", 1)
        who = person(d, "anne@exemple.fr", "Anne", buyer.id)
        good = who.cookie
        flipped = good[:-5] + ("A" if good[-5] != "A" else "B") + good[-4:]
        forged = [good[:-1], good + "A", good[4:], "ent_", "", "ent_" + "A" * 43, flipped, good.upper(), "ENT_" + good[4:], f'"{good}"', good + "%00",
                  "%65nt_" + good[4:],
                  "ent_" + base64.b64encode(b"\xfb\xff" * 16).decode().rstrip("="), good + "=", "ent_" + "' or '1'='1'--".ljust(43, "a"), "' or 1=1 --",
                  hashlib.blake2b(good.encode(), digest_size=32).hexdigest(), buyer.token, MISSING, "ent_" + "é" * 20]
        for cookie in forged:
            status, text = raw(d.port, request("GET", "/v1/session", [f"Cookie: {COOKIE}={cookie}", "Entregent-Request: 1"]))
            check(status in (400, 401), cookie, text[:300])
        for line, status in ((f"Cookie: {COOKIE.lower()}={good}", 401), (f"Cookie: x{COOKIE}={good}", 401), (f"Cookie: {COOKIE}x={good}", 401),
                             (f"Cookie: a={COOKIE}={good}", 401), (f"Cookie: entregent={good}", 401), (f"Cookie: __Secure-entregent={good}", 401),
                             (f"Cookie: {COOKIE}={flipped}; {COOKIE}={good}", 401), (f"Cookie: a=b; {COOKIE}={good}; c=d", 200), (f"Cookie: {COOKIE}={good}", 200),
                             (f"Cookie: {COOKIE}={good}\r\nCookie: {COOKIE}={flipped}", 400), (f"Cookie: {COOKIE}={flipped}\r\nCookie: {COOKIE}={good}", 400),
                             (f"Authorization: Bearer {good}", 401), (f"Authorization: Bearer {flipped}\r\nCookie: {COOKIE}={good}", 401),
                             (f"Authorization: Basic {good}\r\nCookie: {COOKIE}={good}", 401),
                             (f"Authorization: Bearer {buyer.token}\r\nAuthorization: Bearer {buyer.token}", 400)):
            got, text = raw(d.port, request("GET", "/v1/session", [line]))
            equal(got, status, f"{line}: {text[:300]}")
        # Remembered as the one, it is still not the other.
        buyer.get("/v1/organisation")
        equal(raw(d.port, request("GET", "/v1/organisation", [f"Cookie: {COOKIE}={buyer.token}"]))[0], 401, "a token as a cookie")
        who.get("/v1/organisation")
        equal(raw(d.port, request("GET", "/v1/organisation", [f"Authorization: Bearer {good}"]))[0], 401, "a cookie as a token")


def test_session_fixation():
    """What was in the browser before the sign-in is worth nothing after it."""
    with Daemon(*OPEN) as d:
        victim = with_password(d, "anne@exemple.fr", "Anne")
        attacker = person(d, "mallory@exemple.fr", "Mallory")
        made_up = "ent_" + "A" * 43
        for fixed in (made_up, attacker.cookie):
            answer = Person(d.port, fixed)("POST", "/v1/session", {"email": victim.email, "password": PASSWORD}, expect=200)
            cookie = re.fullmatch(rf"{COOKIE}=(ent_[\w-]{{43}}); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+", answer.headers["Set-Cookie"])
            check(cookie and cookie[1] != fixed, "a new cookie", answer.headers)
            equal(Person(d.port, cookie[1]).get("/v1/session")["person"]["email"], victim.email, "the new one")
        equal(Person(d.port, made_up)("GET", "/v1/session").status, 401, "the one made up")
        equal(attacker.get("/v1/session")["person"]["email"], attacker.email, "the attacker's own")
        Person(d.port).post("/v1/tickets/signin", {"email": victim.email}, expect=202)
        answer = Person(d.port, made_up).post("/v1/tickets", {"ticket": ticket_of(d, victim.email, "connecte")}, expect=200)
        check(made_up not in answer.headers["Set-Cookie"], "by a link, too")
        equal(Person(d.port, made_up)("GET", "/v1/session").status, 401, "the one made up")


# ---- Other sites

def test_foreign_pages():
    """What a page of another site can make a browser send is refused, and changes nothing."""
    with Daemon(*OPEN) as d:
        buyer = d.organisation("buyer", 1)
        who = with_password(d, "anne@exemple.fr", "Anne", buyer.id)
        reader = person(d, "jean@exemple.fr", "Jean", buyer.id, "reader")
        own, cookie = f"http://127.0.0.1:{d.port}", f"{COOKIE}={who.cookie}"
        before, tried = state_of(d), 0
        attacks = [({"Origin": "https://evil.example", "Entregent-Request": "1"}, "bad_origin"), ({"Origin": "null", "Entregent-Request": "1"}, "bad_origin"),
                   ({}, "bad_origin"), ({"Origin": own}, "bad_origin"), ({"Origin": own + ".evil.example", "Entregent-Request": "1"}, "bad_origin"),
                   ({"Origin": own.replace("http:", "https:"), "Entregent-Request": "1"}, "bad_origin"), ({"Origin": "", "Entregent-Request": "1"}, "bad_origin"),
                   ({"Origin": f"http://127.0.0.1:{d.port + 1}", "Entregent-Request": "1"}, "bad_origin"),
                   ({"Origin": "https://evil.example", "Content-Type": "text/plain"}, "bad_origin"),
                   ({"Origin": "https://evil.example", "Content-Type": "application/x-www-form-urlencoded"}, "bad_origin"),
                   ({"Content-Type": "text/plain"}, "bad_origin"), ({"Content-Type": "multipart/form-data; boundary=x"}, "bad_origin")]
        calls = [("POST", "/v1/needs", need()), ("POST", "/v1/tokens", {"label": "a", "scopes": ["read"]}), ("PUT", "/v1/person", {"name": "X", "language": "fr"}),
                 ("PUT", f"/v1/organisation/members/{reader.id}", {"role": "owner"}), ("DELETE", f"/v1/organisation/members/{reader.id}", None),
                 ("POST", "/v1/organisation/leave", None), ("DELETE", "/v1/session", None), ("DELETE", "/v1/sessions", None),
                 ("DELETE", "/v1/person", {"confirm": who.email, "password": PASSWORD}), ("PUT", "/v1/offer", {}),
                 ("POST", "/v1/organisation/invitations", {"email": "x@y.fr", "role": "owner"})]
        for headers, word in attacks:
            for method, path, body in calls:
                answer = Client(d.port)(method, path, body, {"Cookie": cookie, **headers})
                equal(code(answer, 403), word, f"{method} {path} {headers}")
                tried += 1
        for type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx", "text/json", ""):
            answer = Client(d.port)("POST", "/v1/needs", json.dumps(need()), {"Cookie": cookie, "Entregent-Request": "1", "Content-Type": type})
            equal(code(answer, 415), "bad_type", type)
        # Signing in somebody else's browser as oneself, or sending people mails, from another site.
        for path, body in (("/v1/session", {"email": who.email, "password": PASSWORD}), ("/v1/tickets", {"ticket": "x"}),
                           ("/v1/tickets/signin", {"email": who.email}),
                           ("/v1/signup", {"siret": siret(5), "organisation": "A", "kinds": ["buyer"], "name": "A", "email": "n@exemple.fr"})):
            for origin in ("https://evil.example", "null", own + ":80", own.replace("http:", "https:")):
                equal(code(Client(d.port)("POST", path, body, {"Origin": origin}), 403), "bad_origin", f"{path} from {origin}")
            for type in ("text/plain", "application/x-www-form-urlencoded"):
                equal(code(Client(d.port)("POST", path, json.dumps(body), {"Content-Type": type}), 415), "bad_type", f"{path} as {type}")
                answer = Client(d.port)("POST", path, json.dumps(body), {"Content-Type": type, "Origin": "https://evil.example"})
                equal(code(answer, 403), "bad_origin", f"{path} as {type} from another site")
        for origin in ("https://evil.example", "null", own + ".evil.example"):  # the form of a mailed link's page
            answer = Client(d.port)("POST", "/ticket", "ticket=x", {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin})
            equal(code(answer, 403), "bad_origin", f"/ticket from {origin}")
        equal(state_of(d), before, "what is stored")
        equal([m["Subject"] for m in mails(d)], ["Votre mot de passe a changé"], "mails that went out: of the password set before")
        # A page that says no-referrer would make the browser call its own form's origin null (Fetch, "append a request Origin header").
        page = Client(d.port)("GET", "/ticket?t=x").headers
        check(page["Referrer-Policy"] == "same-origin" and "frame-ancestors 'none'" in page["Content-Security-Policy"], page)
        # The right one goes through.
        Client(d.port)("POST", "/v1/needs", need(), {"Cookie": cookie, "Entregent-Request": "1", "Origin": own}, expect=201)
        Client(d.port)("POST", "/v1/needs", need(), {"Cookie": cookie, "Entregent-Request": "1"}, expect=201)
        Client(d.port)("POST", "/v1/session", {"email": who.email, "password": PASSWORD}, {"Origin": own}, expect=200)
        Client(d.port)("POST", "/v1/needs", need(), {"Authorization": f"Bearer {buyer.token}"}, expect=201)  # no browser adds that by itself
        say(f"{tried} requests of other sites with the cookie: each refused")


def test_no_cross_origin_answers():
    """No page of another site reads an answer, and none may stand in its frame."""
    with Daemon(*OPEN) as d:
        buyer = d.organisation("buyer", 1)
        who = person(d, "anne@exemple.fr", "Anne", buyer.id)
        routes = json.loads(entregentd("--print", "routes", "--json"))
        seen = 0
        for r in routes:
            path = re.sub(r"\{\w+\}", MISSING, r["path"])
            if path == "/v1/events":
                continue
            for method in {"OPTIONS", "HEAD" if r["method"] == "GET" else r["method"], "GET"}:
                headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": r["method"],
                           "Access-Control-Request-Headers": "entregent-request, content-type"}
                for client in (Client(d.port), who, buyer):
                    answer = client(method, path, "{}" if method in ("POST", "PUT") else None, headers)
                    seen += 1
                    equal([h for h in answer.headers if h.lower().startswith("access-control-")], [], f"{method} {path}")
                    equal(answer.headers["X-Content-Type-Options"], "nosniff", f"{method} {path}: sniffing")
        say(f"{seen} answers to another origin: no Access-Control header")


# ---- Fields that are not theirs to write

EXTRA = {"moderator": True, "id": MISSING, "role": "owner", "structures": ["EI"], "declared": [], "version": 99, "suspended": None, "person": MISSING,
         "organisation": MISSING, "siret": siret(9), "kinds": ["organiser"], "scopes": ["administer"], "rights": "system", "email": "mallory@exemple.fr",
         "password": PASSWORD + "!", "expires": "2099-01-01", "__proto__": {}, "constructor": 1, "moderator\u0000": True, "Moderator": True, "": 1}


def test_mass_assignment():
    with Daemon(*OPEN) as d:
        buyer = d.organisation("buyer", 1)
        who = with_password(d, "anne@exemple.fr", "Anne", buyer.id)
        reader = person(d, "jean@exemple.fr", "Jean", buyer.id, "reader")
        asker = person(d, "lea@exemple.fr", "Léa", buyer.id, "asked")
        boss = moderator(d)
        d.sql(f"update organisation set declared = '{{EI}}' where id = '{buyer.id}'")
        waiting = str(uuid.uuid4())
        d.sql(f"insert into need (id, organisation, state, body) values ('{waiting}', '{buyer.id}', 'pending', {quoted(json.dumps(need()))}); "
              f"insert into report (id, organisation, reporter, reason) values ('{MISSING}', '{buyer.id}', '{buyer.id}', 'spam')")
        asked = d.sql(f"select id from member where person = '{asker.id}'")
        supplier, nobody = d.organisation("supplier", 2), Person(d.port)
        person(d, "zoe@exemple.fr", "Zoé", supplier.id)
        supplier.put("/v1/offer", offer(), expect=201)
        wanted = buyer.need(need())["id"]
        settled(d)
        nobody.post("/v1/tickets/signin", {"email": who.email}, expect=202)
        good = {  # all of these would be taken
            "signup": (nobody, "POST", "/v1/signup", {"siret": siret(5), "organisation": "A", "kinds": ["buyer"], "name": "A", "email": "n@exemple.fr"}),
            "address": (nobody, "POST", "/v1/tickets/signin", {"email": who.email}),
            "ticket": (nobody, "POST", "/v1/tickets", {"ticket": ticket_of(d, who.email, "connecte")}),
            "signin": (nobody, "POST", "/v1/session", {"email": who.email, "password": PASSWORD}),
            "session_choice": (who, "PUT", "/v1/session", {"organisation": buyer.id}),
            "person": (who, "PUT", "/v1/person", {"name": "Autre", "language": "en"}),
            "password": (who, "PUT", "/v1/person/password", {"former": PASSWORD, "password": PASSWORD + " encore"}),
            "erasure": (reader, "DELETE", "/v1/person", {"confirm": reader.email}),
            "organisation": (who, "PUT", "/v1/organisation", {"name": "Autre", "kinds": ["buyer"], "structures": ["EI"]}),
            "member": (who, "PUT", f"/v1/organisation/members/{reader.id}", {"role": "editor"}),
            "invitation": (who, "POST", "/v1/organisation/invitations", {"email": "n@exemple.fr", "role": "reader"}),
            "token": (who, "POST", "/v1/tokens", {"label": "a", "scopes": ["read"]}),
            "report": (who, "POST", "/v1/reports", {"organisation": buyer.id, "reason": "spam"}),
            "verdict": (boss, "POST", f"/v1/moderation/needs/{waiting}", {"verdict": "yes"}),
            "claim_verdict": (boss, "POST", f"/v1/moderation/claims/{buyer.id}", {"claim": "EI", "verdict": "yes"}),
            "member_verdict": (boss, "POST", f"/v1/moderation/members/{asked}", {"role": "reader"}),
            "suspension": (boss, "POST", f"/v1/moderation/organisations/{buyer.id}", {"suspended": True, "reason": "r"}),
            "report_verdict": (boss, "POST", f"/v1/moderation/reports/{MISSING}", {"reason": "r"}),
            "alert": (who, "POST", "/v1/alerts", {"name": "A", "words": ["introuvable"]}),
            "channel": (who, "POST", "/v1/channels", {"kind": "feed"}),
            "interest": (supplier, "POST", f"/v1/needs/{wanted}/interested", {"message": "m"}),
            "refusal": (supplier, "POST", f"/v1/needs/{wanted}/declined", {"reason": "other"}),
        }
        twice = [("alert", (nobody, "POST", "/v1/alerts/ask", {"name": "A", "words": ["introuvable"], "email": "n@exemple.fr"}))]
        takes = {r["takes"] for r in json.loads(entregentd("--print", "routes", "--json"))} - {"", "lines", "offer_lines", "need", "offer", "form"}
        equal(set(good) | set(OF_CONVENTIONS), takes, "records that a route takes")
        fields = json.loads(entregentd("--print", "records", "--json"))["fields"]
        # An alert that was read may be sent back, as a need: what is only shown is left out of it, see below.
        mine = {r: {f["field"] for f in fields if f["record"] == r and (f["use"] != "shown" or r == "alert")} for r in good}
        version = who.get("/v1/organisation")["version"]
        before, tried = state_of(d), 0
        for record, (client, method, path, body) in [*good.items(), *twice]:
            for name, value in EXTRA.items():
                if name in mine[record]:
                    continue
                answer = client(method, path, {**body, name: value}, {"If-Match": f'"{version}"'})
                said = code(answer, 422 if "\0" not in name else 400)
                check(said == f"/{name} unknown_field" or "\0" in name, record, name, said)
                check("Set-Cookie" not in answer.headers, record, name, "opens a session")
                tried += 1
        equal(code(who.post("/v1/alerts", {"name": "A", "words": ["b"], "email": "mallory@exemple.fr"}), 422), "/email unknown_field", "an account's alert")
        for url in ("http://a.example/", "https://u:p@a.example/", "https://a.example:22/", "file:///etc/passwd", "//a.example/", "x", ""):  # addresses: at each sending
            equal(code(who.post("/v1/channels", {"kind": "webhook", "url": url}), 422).split()[0], "/url", url)
        equal(state_of(d), before, "what is stored")
        made = who.post("/v1/alerts", {"name": "A", "words": ["introuvable"], "id": MISSING, "version": 99, "created": "2020-01-01T00:00:00Z"}, expect=201).json
        equal((made["version"], made["id"] == MISSING, made["created"][:4] == "2020"), (1, False, False), "an alert with the server's fields")
        # A need that was read may be sent back: what only the server writes is left out of it.
        shown = {"id": MISSING, "state": "awarded", "version": 99, "buyer": {"id": MISSING, "siret": siret(9), "name": "X"},
                 "created": "2020-01-01T00:00:00Z", "updated": "2020-01-01T00:00:00Z"}
        made = buyer.need({**need(), **shown})
        equal((made["state"], made["version"], made["buyer"]["id"], made["id"] == MISSING, made["created"][:4] == "2020"),
              ("published", 1, buyer.id, False, False), "a need with the server's fields")
        for name in ("organisation", "source", "source_key", "moderator", "siret", "suspended"):
            equal(code(buyer.post("/v1/needs", {**need(), name: "x"}), 422), f"/{name} unknown_field", "a need")
        for record, (client, method, path, body) in good.items():  # and they would be taken
            if record not in ("address", "erasure", "suspension", "password"):
                check(client(method, path, body, {"If-Match": f'"{version}"'}).status in (200, 201, 202, 204), record, "as it should be")
        say(f"{tried} bodies of {len(good)} records with one field too many: each refused by its name, nothing changed")


# The bodies of conventions: where each is sent, {c}, {p}, {r}, {t} and {b} being a convention, a participant, a request, a draft and a badge.
OF_CONVENTIONS = {
    "table": None,  # CSV: its columns are tried in test_meetings.py
    "timetable": None,  # the file that plan solve writes, whole: what else it says is passed over
    "convention": ("POST", "/v1/conventions", sessions(tables=2)),
    "convention_move": ("POST", "/v1/conventions/{c}/state", {"state": "closed"}),
    "table_state": ("POST", "/v1/conventions/{c}/tables", {"table": "T1", "lost": False}),
    "participant": ("POST", "/v1/conventions/{c}/participants", {"name": "A", "email": "a@exemple.fr"}),
    "need_guests": ("POST", "/v1/conventions/{c}/invitations", {"need": MISSING}),
    "participant_rules": ("PUT", "/v1/participants/{p}", {"name": "bA"}),
    "arrival": ("POST", "/v1/conventions/{c}/arrivals", {"code": "none"}),
    "absence": ("POST", "/v1/participants/{p}/missing", {"until": 3}),
    "request": ("POST", "/v1/conventions/{c}/requests", {"first": "{p}", "second": MISSING, "priority": 3}),
    "request_rules": ("PUT", "/v1/requests/{r}", {"priority": 4}),
    "request_answer": ("POST", "/v1/requests/{r}/answer", {"answer": "accepted"}),
    "plan": ("POST", "/v1/conventions/{c}/plans", {"seconds": 1}),
    "move": ("POST", "/v1/timetables/{t}/moves", {"request": "{r}", "slot": 2}),
    "publication": ("POST", "/v1/timetables/{t}/publish", {"final": False}),
    "attendance": ("PUT", "/v1/badges/{b}", {"state": "coming"}),
    "wish": ("POST", "/v1/badges/{b}/requests", {"with": MISSING}),
    "badge_answer": ("POST", "/v1/badges/{b}/answers", {"request": "{r}", "answer": "accepted"}),
    "outcome": ("POST", "/v1/badges/{b}/outcomes", {"request": "{r}", "met": True}),
}


def filled(value, names):
    if isinstance(value, dict):
        return {k: filled(v, names) for k, v in value.items()}
    return re.sub(r"\{(\w)\}", lambda m: names[m[1]], value) if isinstance(value, str) else value


def test_mass_assignment_of_conventions():
    with Daemon(*OPEN) as d:
        organiser = d.organisation("organiser", 1)
        c = Convention(d, organiser, ["bA", "sB"], [("bA", "sB")])
        draft = c.draft({("bA", "sB"): (1, "T1")})
        badge = organiser.get(f"/v1/participants/{c.people['bA']}")["links"]["badge"].rsplit("/", 1)[1]
        names = {"c": c.id, "p": c.people["bA"], "r": c.requests["bA", "sB"], "t": draft["id"], "b": badge}
        fields = json.loads(entregentd("--print", "records", "--json"))["fields"]
        mine = {r: {f["field"] for f in fields if f["record"] == r} for r in OF_CONVENTIONS}
        before, tried = d.sql("select md5(string_agg(x::text, '')) from (select c::text x from convention c union all select p::text from participant p union all "
                              "select r::text from request r union all select t::text from timetable t order by 1) y"), 0
        for record, sent in OF_CONVENTIONS.items():
            method, path, good = sent or (None, None, None)
            for name, value in EXTRA.items() if sent else ():
                if name in mine[record]:
                    continue
                answer = organiser(method, filled(path, names), {**filled(good, names), name: value}, {"If-Match": '"1"'})
                said = code(answer, 422 if "\0" not in name else 400)
                check(said == f"/{name} unknown_field" or "\0" in name, record, name, said)
                tried += 1
        equal(d.sql("select md5(string_agg(x::text, '')) from (select c::text x from convention c union all select p::text from participant p union all "
                    "select r::text from request r union all select t::text from timetable t order by 1) y"), before, "what is stored")
        say(f"{tried} bodies of {sum(map(bool, OF_CONVENTIONS.values()))} records of conventions with one field too many: each refused by its name, nothing changed")


# ---- Links in mails, and secret addresses

FORM = "application/x-www-form-urlencoded"
ONE_CLICK = (("multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'),
             (FORM, "List-Unsubscribe=One-Click"))


class Told:
    """A buyer, and a supplier whose owner was mailed of a match; a feed and a calendar; an alert of who has no account."""

    def __init__(self, d):
        self.d, self.nobody = d, Client(d.port)
        self.buyer, self.supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        self.owner = person(d, "zoe@exemple.fr", "Zoé", self.supplier.id)
        person(d, "anne@exemple.fr", "Anne", self.buyer.id)
        d.sql("update channel set quiet_from = null, quiet_to = null")
        self.supplier.put("/v1/offer", offer(), expect=201)
        self.need = self.buyer.need(need(title="<script>alert(1)</script>"))["id"]
        mail = wait_mail(d, self.owner.email, "alert(1)")
        self.answer = re.search(r"/answer\?t=([\w-]{54})", text_of(mail))[1]
        self.stop = re.fullmatch(r"<.*/unsubscribe\?t=([\w-]{54})>", mail["List-Unsubscribe"])[1]
        equal(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "RFC 8058")
        made = {kind: self.owner.post("/v1/channels", {"kind": kind}, expect=201).json for kind in ("feed", "calendar")}
        self.feed, self.calendar = (made[kind]["link"].rsplit("/", 1)[1] for kind in ("feed", "calendar"))
        self.ids = {kind: made[kind]["id"] for kind in made}
        self.nobody.post("/v1/alerts/ask", {"name": "Presse", "words": ["introuvable"], "email": "presse@exemple.fr"}, expect=202)
        self.alert = ticket_of(d, "presse@exemple.fr", "alerte")
        self.nobody.post("/v1/tickets/signin", {"email": self.owner.email}, expect=202)
        self.signin = ticket_of(d, self.owner.email, "connecte")
        settled(d)
        wait_for(lambda: d.sql("select count(*) from outbox where state <> 'done'") == "0", "all mails are out")

    def tickets(self):
        return {kind: getattr(self, kind) for kind in ("answer", "stop", "feed", "calendar", "alert", "signin")}

    def uses(self, t):
        """What a ticket may be tried for: whose it is, what refuses it, the request."""
        return (("answer", 404, "GET", f"/answer?t={t}", None, None), ("answer", 404, "POST", "/answer", f"t={t}&answer=interested", FORM),
                ("stop", 404, "GET", f"/unsubscribe?t={t}", None, None), ("stop", 404, "POST", f"/unsubscribe?t={t}", "List-Unsubscribe=One-Click", FORM),
                ("feed", 404, "GET", f"/feed/{t}", None, None), ("calendar", 404, "GET", f"/calendar/{t}", None, None),
                ("alert signin", 404, "GET", f"/ticket?t={t}", None, None), ("alert signin", 401, "POST", "/ticket", f"ticket={t}", FORM),
                ("alert signin", 401, "POST", "/v1/tickets", json.dumps({"ticket": t}), "application/json"))


def test_looking_changes_nothing():
    """What a mail scanner follows: every link, by GET and HEAD, again and again."""
    with Daemon(*OPEN) as d:
        w = Told(d)
        before = state_of(d, "outbox")
        for kind, t in w.tickets().items():
            for use, _, method, path, _, _ in w.uses(t):
                if method == "GET" and kind in use.split():
                    for more in ("", "&a=declined", "&a=interested", "&answer=interested", "&List-Unsubscribe=One-Click") if "?" in path else ("",):
                        got = w.nobody("GET", path + more, expect=200)
                        check("<script" not in got.text and "Set-Cookie" not in got.headers, got)
                        equal((w.nobody("HEAD", path + more).status, w.nobody("HEAD", path + more).body), (200, b""), path + more)
                        check("default-src 'none'" in got.headers["Content-Security-Policy"] if use not in ("feed", "calendar") else True, got.headers)
        settled(d)
        equal(state_of(d, "outbox"), before, "what is stored after looking")
        # As if it were the body of a GET; other methods.
        raw(d.port, request("GET", "/answer", [f"Content-Type: {FORM}"], f"t={w.answer}&answer=interested".encode()))
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            for path in (f"/answer?t={w.answer}", f"/unsubscribe?t={w.stop}", f"/feed/{w.feed}", f"/calendar/{w.calendar}"):
                check(w.nobody(method, path).status in (204, 405), method, path)
        equal(state_of(d, "outbox"), before, "what is stored")


def test_links_are_good_for_one_thing():
    """A link of one use is worth nothing for another, nor one that was changed, nor one of another key."""
    with Daemon(*OPEN) as d:
        w = Told(d)
        before, tried = state_of(d, "outbox"), 0
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        match = d.sql(f"select x.id from button x join match m on m.id = x.match where m.organisation = '{w.supplier.id}'")
        mail = d.sql(f"select id from channel where kind = 'mail' and person = '{w.owner.id}'")
        equal([sealed(d, "answer", match), sealed(d, "channel", mail), sealed(d, "feed", w.ids["feed"]), sealed(d, "calendar", w.ids["calendar"])],
              [w.answer, w.stop, w.feed, w.calendar], "what links carry")
        forged = set()
        for kind, t in w.tickets().items():
            flips = range(len(t)) if kind in ("answer", "stop") else range(0, len(t), 6)
            forged |= {t[:i] + alphabet[alphabet.index(t[i]) ^ bit] + t[i + 1:] for i in flips for bit in (1, 32)}
            forged |= {t[:-1], t + "A", t + "=", t.swapcase(), t[27:] + t[:27]}
            for use, status, method, path, body, type in w.uses(t):
                if kind not in use.split():
                    equal(w.nobody(method, path, body, type=type).status, status, f"a link of {kind} at {method} {path}")
                    tried += 1
        # Kinds that are sealed alike, of ids that are there and of one that is not.
        forged |= {sealed(d, kind, id) for kind in ("", "channel ", "match", "Answer", "need", "notice") for id in (match, mail, *w.ids.values())}
        forged |= {sealed(d, kind, id) for kind, id in (("feed", w.ids["calendar"]), ("calendar", w.ids["feed"]), ("feed", mail), ("calendar", mail),
                                                        ("answer", w.need), ("answer", w.supplier.id))}
        forged |= {sealed(d, kind, MISSING) for kind in ("answer", "feed", "calendar", "alert", "signin")}
        forged |= {match, mail, *w.ids.values(), "", "A" * 54, "%00", "..%2f..%2fetc%2fpasswd"}
        for t in forged - set(w.tickets().values()):
            for use, status, method, path, body, type in w.uses(t):
                got = w.nobody(method, path, body, type=type)
                check(got.status in ((status, 422) if t in ("", "%00") else (status,)), method, path, body, got)
                tried += 1
        equal(state_of(d, "outbox"), before, "what is stored")
        # One that is dropped or switched off is as one that never was.
        never = w.nobody("GET", f"/feed/{sealed(d, 'feed', MISSING)}", expect=404)
        w.owner("PUT", f"/v1/channels/{w.ids['feed']}", {"kind": "feed", "active": False}, expect=200)
        equal(w.nobody("GET", f"/feed/{w.feed}", expect=404).body, never.body, "a feed that is off")
        w.owner("PUT", f"/v1/channels/{w.ids['feed']}", {"kind": "feed", "active": True}, expect=200)
        w.nobody("GET", f"/feed/{w.feed}", expect=200)
        for kind in ("feed", "calendar"):
            w.owner("DELETE", f"/v1/channels/{w.ids[kind]}", expect=204)
            equal(w.nobody("GET", f"/{kind}/{getattr(w, kind)}", expect=404).body, never.body, f"a {kind} that was dropped")
        say(f"{tried} requests with links that were changed, made up or meant for something else: each refused")


def test_unsubscribing():
    """RFC 8058: one POST of a mail program, without cookie or Origin, in either encoding; again; and it ends."""
    with Daemon(*OPEN) as d:
        w = Told(d)
        mail = d.sql(f"select id from channel where kind = 'mail' and person = '{w.owner.id}'")
        before = state_of(d, "outbox")
        for origin in ("https://evil.example", "null"):
            equal(w.nobody("POST", f"/unsubscribe?t={w.stop}", ONE_CLICK[1][1], {"Origin": origin}, type=FORM).status, 403, f"a page of {origin}")
        equal(state_of(d, "outbox"), before, "what is stored")
        for first in (0, 1):
            d.sql(f"update channel set active = true, said = null where id = '{mail}'")
            for type, body in (ONE_CLICK[first], ONE_CLICK[first], ONE_CLICK[1 - first]):
                got = w.nobody("POST", f"/unsubscribe?t={w.stop}", body, type=type, expect=200)
                check("Set-Cookie" not in got.headers, got.headers)
                equal(d.sql(f"select active, said from channel where id = '{mail}'"), "f|unsubscribed", f"after {type}")
        number = len(mails(d, w.owner.email))
        w.buyer.need(need(title="Plus tard"))
        settled(d)
        equal((d.sql(f"select count(*) from outbox where channel_id = '{mail}'"), len(mails(d, w.owner.email))), ("1", number), "no mail more")
        equal(w.supplier.notices()[-1]["need"]["title"], "Plus tard", "but the notice")
        w.nobody("GET", f"/unsubscribe?t={w.stop}", expect=404)
        # Of who has no account nothing stays.
        feed = w.nobody.post("/v1/tickets", {"ticket": w.alert}, expect=200).json["feed"].rsplit("/", 1)[1]
        w.nobody("GET", f"/feed/{feed}", expect=200)
        stop = sealed(d, "channel", d.sql("select id from channel where organisation is null and kind = 'mail'"))
        check("Presse" in w.nobody("GET", f"/unsubscribe?t={stop}", expect=200).text, "what it is about")
        for _ in range(2):
            w.nobody("POST", f"/unsubscribe?t={stop}", ONE_CLICK[1][1], type=FORM, expect=200)
        equal(d.sql("select count(*) from alert") + d.sql("select count(*) from channel where organisation is null"), "00", "the alert of an address")
        w.nobody("GET", f"/feed/{feed}", expect=404)
        equal(code(w.nobody.post("/v1/tickets", {"ticket": w.alert}), 401), "bad_ticket", "the link that started it")


def test_answering_by_a_link():
    """The buttons of a mail: from our own page alone; not for who is suspended, not for a need that is over."""
    with Daemon(*OPEN) as d:
        w = Told(d)
        own, body = f"http://127.0.0.1:{d.port}", f"t={w.answer}&answer=interested&message=Bonjour%0D%0A%3Cb%3E"
        before = state_of(d, "outbox")
        for origin in ("https://evil.example", "null", own + ".evil.example", own.replace("http:", "https:"), f"http://127.0.0.1:{d.port + 1}", ""):
            equal(code(w.nobody("POST", "/answer", body, {"Origin": origin}, type=FORM), 403), "bad_origin", f"a page of {origin}")
        for type in ("text/plain", "multipart/form-data; boundary=x", "application/json"):
            equal(code(w.nobody("POST", "/answer", body, type=type), 415), "bad_type", type)
        for wrong, status in (("&answer=yes", 404), ("&answer=seen", 404), ("", 404), ("&answer=declined", 422), ("&answer=declined&reason=ugly", 422),
                              ("&answer=interested&message=" + "a" * 2001, 422), ("&answer=interested&message=a%1Bb", 422),
                              ("&answer=interested&message=%E2%80%AEb", 422)):
            equal(w.nobody("POST", "/answer", f"t={w.answer}{wrong}", type=FORM).status, status, wrong[:60])
        d.sql(f"update organisation set suspended = now() where id = '{w.supplier.id}'")
        w.nobody("GET", f"/answer?t={w.answer}", expect=404)
        w.nobody("POST", "/answer", body, type=FORM, expect=404)
        d.sql(f"update organisation set suspended = null where id = '{w.supplier.id}'")
        equal(state_of(d, "outbox"), before, "what is stored")
        w.nobody("POST", "/answer", body, {"Origin": own}, type=FORM, expect=200)
        answered = w.buyer.get(f"/v1/needs/{w.need}/matches")["items"][0]
        equal((answered["answer"], answered["message"], answered["contact"]["email"]), ("interested", "Bonjour\n<b>", w.owner.email), "what the buyer sees")
        settled(d)
        w.nobody("POST", "/answer", body, type=FORM, expect=200)
        settled(d)
        equal([n["kind"] for n in w.buyer.notices()].count("interest"), 1, "said twice, told once")
        w.nobody("POST", "/answer", f"t={w.answer}&answer=declined&reason=too_far", type=FORM, expect=200)
        answered = w.buyer.get(f"/v1/needs/{w.need}/matches")["items"][0]
        equal((answered["answer"], answered["reason"], "contact" in answered), ("declined", "too_far", False), "declined afterwards")
        w.buyer.post(f"/v1/needs/{w.need}/close", expect=200)
        d.matched()
        w.nobody("POST", "/answer", body, type=FORM, expect=409)
        equal(w.buyer.get(f"/v1/needs/{w.need}/funnel")["interested"], 0, "a need that is over")


# ---- Finding out who is there

def test_enumeration():
    """Known and unknown addresses get the same answer, byte by byte."""
    with Daemon(*OPEN) as d:
        buyer = d.organisation("buyer", 1)
        owner = person(d, "chef@exemple.fr", "Chef", buyer.id)
        with_password(d, "anne@exemple.fr", "Anne")
        person(d, "jean@exemple.fr", "Jean")  # signs in by links
        known, links, unknown = "anne@exemple.fr", "jean@exemple.fr", "rien@exemple.fr"

        def bytes_of(client, method, path, body):
            answer = client(method, path, body)
            return answer.status, sorted((k, v) for k, v in answer.headers.items() if k != "Date"), answer.body

        def alike(what, client, path, body, *addresses, but=lambda x: x):
            got = [but(bytes_of(client, "POST", path, {**body, "email": a})) for a in addresses]
            check(all(g == got[0] for g in got), what, got)
            return got[0]
        nobody = Client(d.port)
        equal(alike("a wrong password", nobody, "/v1/session", {"password": "faux faux faux"}, known, links, unknown)[0], 401, "sign-in")
        alike("an empty password", nobody, "/v1/session", {"password": ""}, known, links, unknown)
        equal(alike("a link to sign in", nobody, "/v1/tickets/signin", {}, known, links, unknown)[0], 202, "a link to sign in")
        equal(alike("a link to reset", nobody, "/v1/tickets/reset", {}, known, links, unknown)[0], 202, "a link to reset")
        form = {"siret": siret(5), "organisation": "A", "kinds": ["buyer"], "name": "A"}
        equal(alike("a sign-up", nobody, "/v1/signup", form, known, links, unknown)[0], 202, "sign-up")
        alike("a sign-up to join", nobody, "/v1/signup", {"siret": buyer.siret, "join": buyer.id, "name": "A"}, known, links, unknown)
        alike("a sign-up of who is there", nobody, "/v1/signup", {**form, "siret": buyer.siret}, known, links, unknown)

        def nameless(answer):  # but for the new invitation's own number, address and time
            status, headers, body = answer
            body = {k: v for k, v in json.loads(body).items() if k not in ("id", "email", "created", "expires")}
            return status, [h for h in headers if h[0] not in ("Location", "Content-Length")], body
        equal(alike("an invitation", owner, "/v1/organisation/invitations", {"role": "reader"}, known, links, unknown, but=nameless)[0], 201, "an invitation")
        # The mail goes to whom it concerns, and nobody else.
        wait_mail(d, known, "a déjà un compte")
        wait_mail(d, unknown, "ouvre votre compte")
        equal([m["Subject"] for m in mails(d, unknown) if "connexion" in m["Subject"] or "passe" in m["Subject"]], [], "links to nobody")
        # Each attempt costs as many passwords.
        times = {}
        for who in (known, links, unknown) * 5:
            passwords, at = d.metric("passwords_total"), time.monotonic()
            sign_in(d.port, who, "faux faux faux")
            times.setdefault(who, []).append(time.monotonic() - at)
            equal(d.metric("passwords_total") - passwords, 1, f"passwords compared for {who}")
        for who in (known, links, unknown):
            for path, more in (("/v1/signup", form), ("/v1/tickets/reset", {})):
                passwords = d.metric("passwords_total")
                nobody.post(path, {**more, "email": who}, expect=202)
                equal(d.metric("passwords_total") - passwords, 0, f"passwords hashed for {who}, {path}")
        say("median of 5 wrong sign-ins: " + ", ".join(f"{what} {statistics.median(times[who]) * 1000:.0f} ms" for what, who in
                                                       (("known", known), ("known without password", links), ("unknown", unknown))))


# ---- Plain HTTP

def outer_address():
    """An address of this machine that is not loopback; None when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.254", 9))  # nothing is sent
            address = s.getsockname()[0]
            with socket.socket() as t:
                t.bind((address, 0))
        except OSError:
            return None
    return None if address.startswith("127.") else address


def test_sessions_need_https():
    signin = json.dumps({"email": "anne@exemple.fr", "password": PASSWORD}).encode()
    attempts = [("/v1/session", signin), ("/v1/tickets", b'{"ticket":"x"}')]
    outer = outer_address()
    if outer:
        d = Daemon(*OPEN, start=False)
        d.port = free_port()
        d.settings += ["--set", f"listen=0.0.0.0:{d.port}"]
        with d.start():
            who = with_password(d, "anne@exemple.fr", "Anne")
            status, text = raw(d.port, request("GET", "/v1/session", [f"Cookie: {COOKIE}={who.cookie}"]), host=outer)
            equal((status, json.loads(text.split("\r\n\r\n")[1])["code"]), (403, "insecure"), f"a cookie over plain HTTP from {outer}")
            for path, body in attempts:
                status, text = raw(d.port, request("POST", path, ["Content-Type: application/json"], body), host=outer)
                equal((status, json.loads(text.split("\r\n\r\n")[1])["code"]), (403, "insecure"), f"{path} over plain HTTP from {outer}")
                check("Set-Cookie" not in text, text)
            lies = ["Content-Type: application/json", "X-Forwarded-Proto: https", "X-Forwarded-For: 127.0.0.1"]
            status, text = raw(d.port, request("POST", "/v1/session", lies, signin), host=outer)
            equal(status, 403, "what a peer that is no proxy says of itself")
            equal(sign_in(d.port, "anne@exemple.fr").status, 200, "on the machine itself")
    else:
        say("not tried from another address: this machine has none but loopback")
    with Daemon(*OPEN, "proxies=127.0.0.1") as d:
        with_password(d, "anne@exemple.fr", "Anne")
        for headers, status in ((["X-Forwarded-For: 192.0.2.9", "X-Forwarded-Proto: http"], 403), (["X-Forwarded-For: 192.0.2.9"], 403), ([], 403),
                                (["X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http"], 403), (["Forwarded: for=192.0.2.9;proto=http"], 403),
                                (["X-Forwarded-For: 192.0.2.9", "X-Forwarded-Proto: https"], 200), (["Forwarded: for=192.0.2.9;proto=https"], 200)):
            got, text = raw(d.port, request("POST", "/v1/session", ["Content-Type: application/json", *headers], signin))
            equal(got, status, f"{headers}: {text[:300]}")
            equal("Strict-Transport-Security" in text, status == 200, f"HSTS, {headers}")


# ---- Headers

def test_header_injection():
    """No text of anybody begins a line of a header: of an answer or of a mail."""
    with Daemon(*OPEN, "moderation=1") as d:
        buyer = d.organisation("buyer", 1)
        owner = person(d, "chef@exemple.fr", "Chef", buyer.id)
        boss = moderator(d)
        evil, breaks = "X-Evil: 1", ("%0d%0aX-Evil:%201", "%0aX-Evil:1", "%E5%98%8A%E5%98%8DX-Evil:1", "\\r\\nX-Evil:1", "%00X-Evil:1", '"X-Evil:1')
        auth = [f"Authorization: Bearer {buyer.token}", f"Cookie: {COOKIE}={owner.cookie}"]
        for text in breaks:
            for path in (f"/v1/needs/{text}", f"/v1/needs?mine={text}", f"/v1/needs?limit=1{text}", f"/v1/needs?{text}", f"/v1/organisation/export?format={text}",
                         f"/v1/person/export?format=csv{text}", f"/{text}", f"/v1/tickets/{text}", f"/v1/enterprises/{text}", f"/v1/cpv?q={text}&limit=1"):
                for method in ("GET", "OPTIONS"):
                    head = raw(d.port, request(method, path, auth))[1].split("\r\n\r\n")[0]
                    check(not re.search(r"(?im)^x-evil", head), method, path, head)
        for line in (f"Accept-Language: fr\n{evil}", f"Idempotency-Key: a\r{evil}", "Origin: http://a\tX-Evil: 1", f"Host: x\x0b{evil}"):
            head = raw(d.port, request("GET", "/v1/needs", [auth[0], line]))[1].split("\r\n\r\n")[0]
            check(not re.search(r"(?im)^x-evil", head), line, head)
        # Texts that go into the subjects of mails: by sign-up, by an invitation, by a moderator's word on a need.
        break_in = "Ville\nBcc: mallory@exemple.fr\n\nCorps"
        for field in ("organisation", "name"):
            for text in (break_in, "A\tB", "A\r\nBcc: x", "A\x00B", "A\x1bB", "A\x7fB"):
                answer = Client(d.port).post("/v1/signup", {"siret": siret(6), "organisation": "A", "kinds": ["buyer"], "name": "Anne",
                                                            "email": "b@exemple.fr", field: text})
                equal(code(answer, 400 if "\0" in text else 422).split()[-1], "bad_json" if "\0" in text else "bad_text", f"{field} {text!r}")
        for address in ("a@b.fr\nBcc: x@y.fr", "a@b.fr, x@y.fr", "a@b.fr\r\n", "<a@b.fr>", "a@b.fr>\nX: 1", "a b@c.fr", '"a\nb"@c.fr'):
            answer = owner.post("/v1/organisation/invitations", {"email": address, "role": "reader"})
            check(answer.status == 422, address, answer)
        d.sql(f"update organisation set name = {quoted(break_in)} where id = '{buyer.id}'")  # as an import might have brought it
        owner.post("/v1/organisation/invitations", {"email": "neuve@exemple.fr", "role": "reader"}, expect=201)
        invited = wait_mail(d, "neuve@exemple.fr", "rejoindre")
        made = buyer.need({**need(), "title": "Titre\nBcc: mallory@exemple.fr"})
        boss.post(f"/v1/moderation/needs/{made['id']}", {"verdict": "no", "reason": "non\n\nBcc: x"}, expect=200)
        wait_mail(d, "chef@exemple.fr", "Motif")
        check("Ville Bcc: mallory@exemple.fr" in invited["Subject"], "on one line", invited["Subject"])
        count = 0
        for path in glob.glob(f"{d.data}/mail/*.eml"):
            head = open(path, "rb").read().split(b"\r\n\r\n")[0].decode()
            names = {line.split(":")[0].lower() for line in head.split("\r\n") if line[:1] not in (" ", "\t")}
            check(not names & {"bcc", "cc", "x-evil"} and "\n" not in head.replace("\r\n", ""), head)
            count += 1
        check(count >= 2, "mails that were looked at", count)
        # Files and addresses of answers.
        head = str(owner("GET", "/v1/organisation/export", expect=200).headers)
        check(re.search(r'(?i)content-disposition: attachment; filename="entregent-\d{14}-\d{4}-\d\d-\d\d\.json"\n', head), head)
        answer = owner.post("/v1/tokens", {"label": "a\nX-Evil: 1", "scopes": ["read"]})
        check(answer.status in (201, 422) and not re.search(r"(?im)^x-evil", str(answer.headers)), answer)


run(test_slow_loris, test_connection_flood, test_oversized, test_rate_limits, test_forwarded, test_replay, test_forged_cookies, test_session_fixation,
    test_foreign_pages, test_no_cross_origin_answers, test_mass_assignment, test_mass_assignment_of_conventions,
    test_looking_changes_nothing, test_links_are_good_for_one_thing, test_unsubscribing, test_answering_by_a_link, test_enumeration, test_sessions_need_https,
    test_header_injection, seconds=400)
