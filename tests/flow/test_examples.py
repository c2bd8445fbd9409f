# SPDX-License-Identifier: EUPL-1.2
"""Plays protocol/examples/*.flow, in order, against one daemon. Their format stands in protocol/README.md."""
import email
import email.policy
import glob
import http.server
import os
import re
import subprocess
import sys
import threading
import time

from entregent import Client, Daemon, Failure, PATIENCE, ROOT, Stream, check, directory, equal, need, offer, run, say, siret, wait_for
import json

METHOD = re.compile(r"(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS) (/\S*)$")
ANSWER = re.compile(r"=> (\d{3})( soon)?$")
CAPTURE = re.compile(r"(\w+) = (\S+)$")
PATTERNS = {"uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
            "any": r"[\s\S]*", "number": r"-?\d+(\.\d+)?"}
MAIL = re.compile(r"(\w+) = mail (\S+)(?: (/\w+))?$")
MORE = "\0more"
ACTORS = {  # name -> kind, structures, SIRET; every file has its own
    "buyer": ("buyer", None, 21), "another buyer": ("buyer", None, 22), "supplier": ("supplier", "EI", 31),
    "another supplier": ("supplier", "SCOP", 32), "organiser": ("organiser", None, 41),
}
FILES = sorted(glob.glob(f"{ROOT}/protocol/examples/*.flow"))
# The word behind the build directory may also be of a file's name: that one is played alone.
ONLY = next((word for word in sys.argv[2:] if any(word in os.path.basename(f) for f in FILES)), "")
PEOPLE = ("person", "another person", "moderator")  # by cookie, as a browser; the moderator is signed in already


class Browser:
    """Keeps the session's cookie."""
    def __init__(self, port):
        self.client, self.cookie = Client(port), None

    def __call__(self, method, path, body=None, headers=None):
        headers = {**({"Cookie": self.cookie} if self.cookie else {}), "Entregent-Request": "1", **(headers or {})}
        answer = self.client(method, path, body, headers)
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer


def ticket(daemon, address, where="/ticket"):
    """What the link of the last mail to the address carries, the one that leads there."""
    found = []

    def mails():
        for path in sorted(glob.glob(f"{daemon.data}/mail/*.eml"), key=os.path.getmtime):
            with open(path, "rb") as f:
                mail = email.message_from_binary_file(f, policy=email.policy.default)
            if mail["To"] == address and (m := re.search(rf"{where}\?t=([\w-]+)", mail.get_body(("plain",)).get_content())):
                found.append((path, m[1]))
        return found and found[-1] not in taken
    wait_for(mails, f"a mail to {address}")
    taken.add(found[-1])
    return found[-1][1]


taken = set()  # links of mails that were read


class Step:
    def __init__(self, where, actor, method, path):
        self.where, self.actor, self.method, self.path = where, actor, method, path
        self.headers, self.body, self.status, self.soon = [], [], None, False
        self.wanted_headers, self.wanted, self.captures, self.mails = [], [], [], []


def read(path):
    """The steps of a file."""
    steps, actor, part, step = [], "nobody", None, None
    for number, line in enumerate(open(path, encoding="utf-8").read().split("\n"), 1):
        where = f"{os.path.basename(path)}:{number}"
        if line.startswith("#"):
            continue
        if m := re.fullmatch(r"as ([a-z ]+):", line):
            actor, part = m[1], None
            check(actor in ACTORS or actor in PEOPLE or actor in ("nobody", "stranger"), where, "no such actor")
        elif m := METHOD.match(line):
            step, part = Step(where, actor, m[1], m[2]), "headers"
            steps.append(step)
        elif (m := ANSWER.match(line)) and step:
            step.status, step.soon, part = int(m[1]), bool(m[2]), "wanted_headers"
        elif step and step.status and (m := MAIL.match(line)):
            step.mails.append((m[1], m[2], m[3] or "/ticket"))
            part = None
        elif step and step.status and (m := CAPTURE.match(line)):
            step.captures.append((m[1], m[2]))
            part = None
        elif part in ("headers", "wanted_headers") and re.match(r"[A-Za-z-]+:", line):
            getattr(step, part).append(tuple(line.split(": ", 1)))
        elif part in ("headers", "wanted_headers") and line == "":
            part = "body" if part == "headers" else "wanted"
        elif part in ("body", "wanted"):
            getattr(step, part).append(line)
        elif line:
            raise Failure(where, "what is this?", line)
    return steps


def text_of(lines):
    return "\n".join(lines).strip("\n")


def fill(text, known):
    """{name} becomes what is known by that name."""
    return re.sub(r"\{(\w+)\}", lambda m: str(known[m[1]]) if m[1] in known else m[0], text)


def pattern(text):
    """A text with <any>, <uuid>, <time>, <number> in it as a regular expression."""
    return "".join(f"({PATTERNS[p[1:-1]]})" if p[1:-1] in PATTERNS and p[:1] == "<" else re.escape(p)
                   for p in re.split(r"(<\w+>)", text))


def expectation(text):
    """JSON in which <any>, <uuid>, <time>, <number> stand for values, and ... for further members or items."""
    out, stack = [], []
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|<\w+>|\.\.\.|[{}\[\]]|[^"<.{}\[\]]+|.', text):
        if token in "{[":
            stack.append(token)
        elif token in "}]":
            stack.pop()
        if token == "...":
            out.append(json.dumps(MORE) + (": true" if stack[-1] == "{" else ""))
        elif token[0] == "<" and token[1:-1] in PATTERNS:
            out.append(json.dumps("\0" + token[1:-1]))
        else:
            out.append(token)
    return json.loads("".join(out))


def differs(wanted, got, at=""):
    """Where the value is not as written; None when it is."""
    if isinstance(wanted, str) and wanted.startswith("\0"):
        kind = wanted[1:]
        fits = kind == "any" or re.fullmatch(PATTERNS[kind], str(got)) and isinstance(got, str) == (kind != "number")
        return None if fits else f"{at}: <{kind}> wanted, got {got!r}"
    if isinstance(wanted, str) and isinstance(got, str) and "<" in wanted:
        return None if re.fullmatch(pattern(wanted), got) else f"{at}: {wanted!r} wanted, got {got!r}"
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key, value in wanted.items():
            if key == MORE:
                continue
            if key not in got:
                return f"{at}/{key}: is missing"
            if d := differs(value, got[key], f"{at}/{key}"):
                return d
        unexpected = set(got) - set(wanted)
        return f"{at}: also has {sorted(unexpected)}" if unexpected and MORE not in wanted else None
    if isinstance(wanted, list) and isinstance(got, list):
        more = MORE in wanted
        wanted = [w for w in wanted if w != MORE]
        if len(got) < len(wanted) or (len(got) > len(wanted) and not more):
            return f"{at}: {len(wanted)} items wanted, got {len(got)}"
        return next((d for i, w in enumerate(wanted) if (d := differs(w, got[i], f"{at}/{i}"))), None)
    same = type(wanted) is type(got) and wanted == got
    return None if same else f"{at}: {wanted!r} wanted, got {got!r}"


def differs_lines(wanted, got):
    """Line by line; a line ... stands for any number of lines."""
    lines = [r"(.*\n)*?" if w == "..." else pattern(w) + r"\n" for w in wanted.split("\n")]
    return None if re.fullmatch("".join(lines), got.rstrip("\n") + "\n") else f"{wanted!r} wanted, got {got!r}"


def differs_json_lines(wanted, got):
    wanted, got = [w for w in wanted.split("\n") if w], got.splitlines()
    if len(wanted) != len(got):
        return f"{len(wanted)} lines wanted, got {got}"
    return next((d for w, g in zip(wanted, got) if (d := differs(expectation(w), json.loads(g)))), None)


def pointed(value, pointer):
    for key in pointer.strip("/").split("/"):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


class Player:
    def __init__(self, daemon, number):
        self.daemon, self.number, self.clients, self.known = daemon, number, {}, {}

    def client(self, actor):
        if actor not in self.clients:
            if actor == "nobody":
                self.clients[actor] = Client(self.daemon.port)
            elif actor in PEOPLE:
                self.clients[actor] = Browser(self.daemon.port)
                if actor == "moderator":
                    self.sign_in(self.clients[actor], f"moderator-{self.number}@example.org")
            elif actor == "stranger":
                self.clients[actor] = Client(self.daemon.port, "ent_" + "A" * 43)
            else:
                kind, structure, digits = ACTORS[actor]
                made = self.daemon.organisation(kind, digits * 10**6 + self.number, actor.title(), structure)
                self.clients[actor] = made
        return self.clients[actor]

    def sign_in(self, browser, address):
        self.daemon.admin("person", "add", "--email", address, "--name", "Moderator", "--moderator")
        equal(browser("POST", "/v1/tickets/signin", {"email": address}).status, 202, "a link is asked for")
        equal(browser("POST", "/v1/tickets", {"ticket": ticket(self.daemon, address)}).status, 200, "and used")

    def know(self):
        """Every organisation's id and SIRET: {supplier}, {supplier_siret}."""
        for actor in ACTORS:
            c = self.client(actor)
            name = actor.replace(" ", "_")
            self.known["twenty_thousand"] = "x" * 20000
            self.known["n"] = self.number
            self.known["new_siret"], self.known["other_siret"] = siret(51 * 10**6 + self.number), siret(51 * 10**6 + self.number, 2)
            self.known.update({name: c.id, f"{name}_siret": c.siret})

    def ask(self, step):
        headers = dict((k, fill(v, self.known)) for k, v in step.headers)
        body = fill(text_of(step.body), self.known)
        if body.startswith(("{", "[")):
            headers.setdefault("Content-Type", "application/json")
        return self.client(step.actor)(step.method, fill(step.path, self.known), body or None, headers)

    def differs(self, step, answer):
        if answer.status != step.status:
            return f"{step.status} wanted, got {answer!r}"
        for name, value in step.wanted_headers:
            got = ", ".join(answer.headers.get_all(name, []))  # one header on several lines is one (RFC 9110 5.3)
            if not got or not re.fullmatch(pattern(fill(value, self.known)), got):
                return f"{name}: {fill(value, self.known)!r} wanted, got {got!r}"
        wanted = fill(text_of(step.wanted), self.known)
        if not wanted:
            return None
        if "ndjson" in answer.headers["Content-Type"]:
            return differs_json_lines(wanted, answer.text)
        if "json" in answer.headers["Content-Type"]:
            d = differs(expectation(wanted), answer.json)
            return f"{d}\n  in {answer!r}" if d else None
        return differs_lines(wanted, answer.text.replace("\r\n", "\n"))

    def play(self, step):
        if any(value.startswith("text/event-stream") for _, value in step.wanted_headers):
            self.listen(step)
            return
        until = time.monotonic() + PATIENCE
        while d := self.differs(step, answer := self.ask(step)):
            if not step.soon or time.monotonic() > until:
                raise Failure(f"{step.where}: {step.method} {step.path}: {d}")
            time.sleep(0.02)
        for name, address, where in step.mails:
            self.known[name] = ticket(self.daemon, fill(address, self.known), where)
        for name, where in step.captures:
            value = pointed(answer.json, where) if where[0] == "/" else answer.headers[where]
            ours = isinstance(value, str) and value.startswith(f"http://127.0.0.1:{self.daemon.port}/")
            self.known[name] = value.rsplit("/", 1)[1] if ours else value

    def listen(self, step):
        last = dict(step.headers).get("Last-Event-ID")
        blocks = [b for b in fill(text_of(step.wanted), self.known).split("\n\n") if b]
        with Stream(self.client(step.actor), fill(last, self.known) if last else None, fill(step.path, self.known)) as stream:
            for name, value in step.wanted_headers:
                check(re.search(rf"^{name}: {pattern(value)}\r?$", stream.head, re.M), step.where, name, stream.head)
            for block in blocks:
                self.expect(step, stream, block)

    def expect(self, step, stream, block):
        fields = dict(line.split(":", 1) for line in block.split("\n"))
        while e := stream.next():
            name, value = next(iter(fields.items()))
            if e.kind in (":", "retry", "answers"):  # those that the example does not show may come at any time
                if e.kind == (name or ":") and re.fullmatch(pattern(value.strip()), e.data):
                    return
                continue
            d = (differs(fields["event"].strip(), e.kind) or differs(expectation(fields["data"]), e.json) or
                 (None if re.fullmatch(pattern(fields["id"].strip()), e.id) else f"id {e.id}")) if "data" in fields else str(e)
            check(not d, f"{step.where}: {d}\n  in {e}")
            self.known["last"] = e.id
            return
        raise Failure(f"{step.where}: nothing came for {block!r}")

    def tidy(self):
        """Leaves nothing open behind: the next file begins with no need and no offer that meets anything."""
        for actor, (kind, _, _) in ACTORS.items():
            c = self.client(actor)
            if kind == "buyer":
                for n in c.all("/v1/needs?mine=1"):
                    if n["state"] in ("published", "amended", "draft", "pending"):
                        c.post(f"/v1/needs/{n['id']}/cancel", expect=200)
            elif kind == "supplier":
                got = c("GET", "/v1/offer")
                if got.status == 200:
                    c.put("/v1/offer", {**got.json, "active": False}, got.json["version"], 200)
        self.daemon.matched()


def test_examples():
    files = FILES
    check(len(files) >= 12, "where are the examples?")
    played = 0
    # No webhook leaves the machine: no name server answers.
    with Daemon("heartbeat_ms=300", "body_bytes=20000", "page=20", "nameservers=127.0.0.1:9") as d:
        for number, path in enumerate(files, 1):
            if ONLY not in os.path.basename(path):
                continue
            player = Player(d, number)
            player.know()
            steps = read(path)
            for step in steps:
                player.play(step)
            player.tidy()
            played += len(steps)
    say(f"{played} requests answered as written, of {ONLY or f'{len(files)} files'}")


def block(kind):
    """The one block of that language in protocol/README.md."""
    found = re.findall(rf"^```{kind}\n(.*?)^```", open(f"{ROOT}/protocol/README.md", encoding="utf-8").read(), re.M | re.S)
    equal(len(found), 1, f"blocks of {kind}")
    return found[0]


def form_of(value):
    """A value without what it says: the names of its members, all the way down."""
    if isinstance(value, dict):
        return {k: form_of(v) for k, v in value.items()}
    return [form_of(v) for v in value[:1]] if isinstance(value, list) else type(value).__name__


def test_the_document_of_webhooks():
    """A webhook looks as protocol/README.md shows it, and is verified by what stands there."""
    came = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            came.append(({k.lower(): v for k, v in self.headers.items()}, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server, Daemon("webhook_networks=127.0.0.1/32") as d:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        supplier, buyer = d.organisation("supplier", 1), d.organisation("buyer", 2)
        made = supplier.post("/v1/channels", {"kind": "webhook", "url": f"http://127.0.0.1:{server.server_port}/entregent", "personal": False}, expect=201).json
        supplier.put("/v1/offer", offer(), expect=201)
        wanted = need(deadline="2049-12-31T12:00:00Z")
        wanted["lots"][0]["title"] = "Écoles maternelles"
        buyer.need(wanted)
        headers, body = wait_for(lambda: came and came[0], "a webhook")
        server.shutdown()
        equal(form_of(json.loads(body)), form_of(json.loads(block("json"))), "its form")
        scope = {}
        exec(block("python"), scope)
        verify = scope["verify"]
        check(verify(made["secret"], headers, body), "verified by v1", headers)
        check(not verify(made["secret"], headers, body + b" ") and not verify(made["secret"], {**headers, "webhook-id": "x"}, body), "of nothing else")
        check(not verify(made["secret"], {**headers, "webhook-timestamp": "1"}, body), "of no other time")
        folder = directory()
        signature = next(s[4:] for s in headers["webhook-signature"].split() if s.startswith("v1a,"))
        for more, status in ((b"", 0), (b" ", 1)):
            with open(f"{folder}/signed", "wb") as f:
                f.write(f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body + more)
            done = subprocess.run(["sh", "-c", block("sh")], cwd=folder, env={**os.environ, "public_key": made["public_key"], "signature": signature},
                                  capture_output=True, text=True)
            equal(done.returncode, status, f"verified by v1a: {done.stdout}{done.stderr}")


def test_reader_can_fail():
    equal(differs(expectation('{"a": <uuid>, ...}'), {"a": "x"}) is None, False, "a wrong <uuid>")
    equal(differs(expectation('{"a": 1}'), {"a": 1, "b": 2}) is None, False, "a member more")
    equal(differs(expectation('{"a": [1, ...]}'), {"a": []}) is None, False, "an item less")
    equal(differs(expectation('{"a": true}'), {"a": 1}) is None, False, "another type")
    equal(differs(expectation('{"a": [1, ...], ...}'), {"a": [1, 2], "b": 2}), None, "more where more may come")
    equal(differs_lines("a\n...", "b\nc\n") is None, False, "another line")


if __name__ == "__main__":
    if ONLY:
        sys.argv[2] = "test_examples"
    run(test_reader_can_fail, test_the_document_of_webhooks, test_examples, seconds=300)
