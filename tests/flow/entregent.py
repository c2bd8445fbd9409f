# SPDX-License-Identifier: EUPL-1.2
"""What the flow tests share: a real daemon on a fresh data directory, its organisations, HTTP, streams, the CLI.

A test is a list of functions given to `run`; each gets what it asks for by the `with` statement, so that whatever
happens every process is stopped and every directory removed. Nothing sleeps: `wait_for` waits for a condition.
"""
import atexit
import contextlib
import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("ENTREGENT_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
TEMPLATE = os.environ.get("ENTREGENT_TEMPLATE")  # the data directory of a daemon that has started once: initdb and the schema take a second each time
PATIENCE = 30  # seconds for anything that must happen
BUILD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else os.path.join(ROOT, "build/release")
BAD_LOG = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:| fatal ")
SKIPPED = 77
directories = []  # of the test under way


class Failure(Exception):
    """What the test says of the daemon is not so."""


def check(condition, *what):
    if not condition:
        raise Failure(" ".join(str(w) for w in what) or "not so")


def equal(got, wanted, what=""):
    if got != wanted:
        raise Failure(f"{what}: wanted {wanted!r}, got {got!r}")


def wait_for(condition, what, seconds=PATIENCE, pause=0.02):
    """Calls condition until its value is true, and returns that."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise Failure(f"waited {seconds} s in vain: {what}")
        time.sleep(pause)


def siret(enterprise, establishment=1):
    """A SIRET: 8 digits of an enterprise and their check digit, 4 of an establishment and the check digit of all."""
    def checked(digits):  # Luhn
        total = sum(sum(divmod(int(d) * (1 + (i % 2 == 0)), 10)) for i, d in enumerate(reversed(digits)))
        return digits + str(-total % 10)
    return checked(checked(str(3 * 10**7 + enterprise)) + f"{establishment:04d}")


def directory():
    path = tempfile.mkdtemp(prefix="entregent-test-")
    os.chmod(path, 0o755)  # started by root, the daemon takes another account
    directories.append(path)
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:3000].decode(errors='replace')}"


class Client:
    """One organisation's requests, on one connection that is opened again when it was closed."""

    def __init__(self, port, token=None, siret=None, id=None):
        self.port, self.token, self.siret, self.id, self.conn = port, token, siret, id, None

    def again(self):
        """The same organisation on another connection: for another thread."""
        return Client(self.port, self.token, self.siret, self.id)

    def __call__(self, method, path, body=None, headers=None, expect=None, type=None):
        headers = dict(headers or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body, ensure_ascii=False)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        if type:
            headers["Content-Type"] = type
        if self.conn and select.select([self.conn.sock], [], [], 0)[0]:
            self.close()  # the server closed it meanwhile
        if self.conn is None:
            self.conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            self.conn.request(method, path, body, headers)
            response = self.conn.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except BaseException:
            self.close()
            raise
        if response.will_close:
            self.close()
        if expect is not None and answer.status != expect:
            raise Failure(f"{method} {path}: wanted {expect}, got {answer!r}")
        return answer

    def close(self):
        if self.conn:
            self.conn.close()
        self.conn = None

    def get(self, path, expect=200, **more):
        return self("GET", path, expect=expect, **more).json

    def post(self, path, body=None, expect=None, **more):
        return self("POST", path, body, expect=expect, **more)

    def put(self, path, body, version=None, expect=None):
        return self("PUT", path, body, {"If-Match": f'"{version}"'} if version else None, expect)

    def need(self, body, expect=201, **more):
        """Posts a need; its JSON."""
        return self("POST", "/v1/needs", body, expect=expect, **more).json

    def all(self, path):
        """All items of a list, page after page."""
        items, cursor = [], None
        while True:
            page = self.get(path + (("&" if "?" in path else "?") + f"cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["next"]
            if not cursor:
                return items

    def notices(self):
        """All notices of the organisation, earliest first."""
        return self.all("/v1/notices?limit=500")[::-1]


class Event:
    def __init__(self, id, kind, data):
        self.id, self.kind, self.data = id, kind, data

    @property
    def json(self):
        return json.loads(self.data)

    def __repr__(self):
        return f"<{self.kind} {self.id} {self.data[:200]}>"


class Stream:
    """A live stream of notices. next() returns an Event; a comment is one of the kind ":", a delay of "retry"."""

    def __init__(self, client, last=None, path="/v1/events", read=True):
        self.socket = socket.create_connection(("127.0.0.1", client.port), timeout=PATIENCE)
        self.buffer = b""
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.token}\r\n"
        if last is not None:
            request += f"Last-Event-ID: {last}\r\n"
        self.socket.sendall(request.encode() + b"\r\n")
        self.pending = []
        if read:
            head = b""
            while b"\r\n\r\n" not in head:
                chunk = self.socket.recv(4096)
                check(chunk, "the stream ended in its head:", head)
                head += chunk
            head, self.buffer = head.split(b"\r\n\r\n", 1)
            self.head = head.decode()
            check(self.head.startswith("HTTP/1.1 200"), self.head, self.buffer)

    def blocks(self, timeout):
        until = time.monotonic() + timeout
        while b"\n\n" not in self.buffer:
            self.socket.settimeout(max(0.001, until - time.monotonic()))
            try:
                chunk = self.socket.recv(65536)
            except (TimeoutError, socket.timeout):
                return None
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                raise EOFError
            self.buffer += chunk
        block, self.buffer = self.buffer.split(b"\n\n", 1)
        return block.decode().split("\n")

    def next(self, timeout=PATIENCE):
        """The next event; None when none comes in time; EOFError when the stream has ended."""
        until = time.monotonic() + timeout
        while not self.pending:
            lines = self.blocks(until - time.monotonic())
            if lines is None:
                return None
            fields = {}
            for line in lines:
                name, _, value = line.partition(":")
                if name == "" or (name == "retry" and len(lines) == 1):
                    self.pending.append(Event(None, name or ":", value.strip()))
                else:
                    fields[name] = value.removeprefix(" ")
            if "data" in fields:
                self.pending.append(Event(fields.get("id"), fields.get("event"), fields["data"]))
        return self.pending.pop(0)

    def event(self, timeout=PATIENCE):
        """The next notice: neither a comment nor a delay, nor the word that a need's numbers have changed."""
        until = time.monotonic() + timeout
        while True:
            e = self.next(max(0, until - time.monotonic()))
            if e is None or e.kind not in (":", "retry", "answers"):
                return e

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def environment():
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ENTREGENT_", "PG", "LC_", "LANG"))}
    env["LC_ALL"] = "C.UTF-8"
    return env


def entregentd(*arguments, check_status=0, input=None, env=None):
    """Runs a one-shot command of the daemon; its standard output. check_status None: (status, stdout, stderr)."""
    done = subprocess.run([f"{BUILD}/entregentd", *arguments], input=input, capture_output=True, text=True,
                          timeout=90, env={**environment(), **(env or {})})
    check(not BAD_LOG.search(done.stderr), arguments, done.stderr)
    if check_status is None:
        return done.returncode, done.stdout, done.stderr
    if done.returncode != check_status:
        raise Failure(f"entregentd {' '.join(arguments)}: status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


# Limits are tested where they are meant; elsewhere tests ask faster than any client.
FREE = ("address_rate", "account_rate", "signin_address", "signin_account", "address_connections", "organisation_streams", "preview_ms")


class Daemon:
    """entregentd on a data directory of its own (or a given one); use with `with`."""
    made = 0

    def __init__(self, *settings, data=None, start=True):
        self.data = data or os.path.join(directory(), "data")
        if TEMPLATE and start and not data:
            subprocess.run(["cp", "-a", "--reflink=auto", TEMPLATE, self.data], check=True)
        free = [f"{name}=0" for name in FREE if not any(s.startswith(name + "=") for s in settings)]
        self.settings = [word for s in [*free, *settings] for word in ("--set", s)]
        self.log = self.data + f".log.{Daemon.made}"
        Daemon.made += 1
        self.process = None
        self.port = None
        self.env = {}  # beside the environment, at the next start
        self.forgiven = False
        if start:
            self.start()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind:
            self.kill()
            self.print_log()
        else:
            self.stop()

    def start(self, wait=True):
        check(not self.running(), "it runs already")
        self.port = self.port or free_port()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [f"{BUILD}/entregentd", "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}", *self.settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**environment(), **self.env})
        running.add(self.process)
        if wait:
            self.wait_ready()
        return self

    def running(self):
        return self.process is not None and self.process.poll() is None

    def ready(self):
        check(self.running(), "the daemon ended with status", self.process.returncode)
        try:
            with contextlib.closing(Client(self.port)) as c:
                return c("GET", "/readyz").status == 200
        except OSError:
            return False

    def wait_ready(self):
        wait_for(self.ready, "the daemon is ready", 60)

    def stop(self):
        """Stops in order; every test ends so, and finds what the sanitizers say."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
                self.print_log()
                raise Failure("the daemon does not stop") from None
            running.discard(self.process)
            status = self.process.returncode
            if status != 0:
                self.print_log()
                raise Failure(f"the daemon stopped with status {status}")
        self.check_log()

    def kill(self):
        """As a crash does."""
        if self.process:
            self.process.kill()
            self.process.wait()
            running.discard(self.process)

    def read_log(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def check_log(self):
        if os.path.exists(self.log) and BAD_LOG.search(self.read_log()):
            self.print_log()
            raise Failure("the daemon's log has a report")

    def print_log(self):
        if os.path.exists(self.log):
            print(f"-- log of {self.data}\n{self.read_log()[-6000:]}-- end of log", flush=True)

    def restart(self):
        self.stop()
        return self.start()

    # ---- Organisations

    def admin(self, *arguments, **more):
        return entregentd(*arguments[:2], "--data", self.data, *self.settings, *arguments[2:], **more)

    def make(self):
        """The data directory, as the first organisation makes it."""
        self.admin("org", "add", "--kind", "organiser", "--siret", siret(999), "--name", "First")

    def organisation(self, kind, number, name=None, structure=None):
        """A client of an organisation, made when it is not there yet. number: its SIREN."""
        more = ["--structure", structure] if structure else []
        made = json.loads(self.admin("org", "add", "--kind", kind, "--siret", siret(number), "--name",
                                     name or f"{kind} {number}", *more, "--json"))
        token = json.loads(self.admin("token", "new", "--org", made["siret"], "--json"))["token"]
        return Client(self.port, token, made["siret"], made["id"])

    def sql(self, statement):
        """Runs SQL beside the daemon; the rows as lines, columns between |."""
        return self.admin("db", "psql", "--", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement).strip()

    def metric(self, name):
        with contextlib.closing(Client(self.port)) as c:
            found = re.findall(rf"^entregent_{name}(?:{{.*}})? (.*)$", c("GET", "/metrics", expect=200).text, re.M)
        check(found, "no such metric", name)
        return sum(float(value) for value in found)

    def matched(self):
        """Waits until the matcher has told everything that was stored before this call."""
        wait_for(lambda: self.metric("journal_lag") == 0, "the journal is read")

    def cli(self, client, *arguments, status=0, input=None, env=None):
        """Runs entregent as an organisation; its standard output. status None: (status, stdout, stderr)."""
        env = {**environment(), "ENTREGENT_SERVER": f"http://127.0.0.1:{self.port}", **(env or {})}
        if client and client.token:
            env["ENTREGENT_TOKEN"] = client.token
        done = subprocess.run([f"{BUILD}/entregent", *arguments], input=input, capture_output=True, timeout=120, env=env,
                              text=not isinstance(input, bytes))
        err = done.stderr if isinstance(done.stderr, str) else done.stderr.decode()
        check(not BAD_LOG.search(err), arguments, err)
        if status is None:
            return done.returncode, done.stdout, done.stderr
        if done.returncode != status:
            raise Failure(f"entregent {' '.join(arguments)}: status {done.returncode}, wanted {status}: "
                          f"{done.stdout}{done.stderr}")
        return done.stdout


# ---- Needs and offers as most tests want them

def need(cpv="90911200", places=("departement:63",), title="Nettoyage de locaux", **more):
    """A need of one lot. Fields of the lot: value, services, reserved, labels, criteria, lot_title."""
    lot = {"number": 1, "cpv": [cpv] if isinstance(cpv, str) else cpv}
    for name in ("value", "services", "reserved", "labels", "criteria"):
        if name in more:
            lot[name] = more.pop(name)
    return {"kind": "devis", "title": title, "places": list(places), "lots": [lot], **more}


def offer(cpv="90911200", areas=("departement:63",), seat="commune:63113", **more):
    """An offer of one capability. Fields of the capability: services, radius, value, keywords, excluded."""
    capability = {"cpv": cpv, "areas": list(areas)}
    for name in ("services", "radius", "value", "keywords", "excluded"):
        if name in more:
            capability[name] = more.pop(name)
    return {"active": True, "seat": seat, "capabilities": [capability], **more}


# ---- Running

running = set()  # processes that must not outlive the test


def end_processes():
    for process in list(running):
        process.kill()
        process.wait()
    for path in directories:
        for _ in range(100):  # PostgreSQL dies a moment after a daemon that was killed, and writes until then
            shutil.rmtree(path, ignore_errors=True)
            if not os.path.exists(path):
                break
            time.sleep(0.02)
    directories.clear()


def skip(why):
    print(f"SKIP {why}", flush=True)
    sys.exit(SKIPPED)


def on_alarm(*_):
    raise Failure("the test takes too long")


def say(*words):
    """A figure that tests/run shows."""
    print("#", *words, flush=True)


def run(*tests, seconds=150):
    """Runs the tests and ends the process. A word behind the build directory chooses among them by name."""
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    failed = 0
    atexit.register(end_processes)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(seconds)
    for test in tests:
        if word not in test.__name__:
            continue
        began = time.monotonic()
        try:
            test()
            print(f"ok   {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except (Exception, AssertionError):
            failed += 1
            print(f"FAIL {test.__name__}", flush=True)
            traceback.print_exc(file=sys.stdout)
    sys.exit(1 if failed else 0)


def each(jobs, work, threads=8):
    """Calls work(job) for every job on some threads; the first failure is raised here."""
    left, failures, lock = list(jobs)[::-1], [], threading.Lock()

    def go():
        while True:
            with lock:
                if not left or failures:
                    return
                job = left.pop()
            try:
                work(job)
            except BaseException as e:  # noqa: raised below
                failures.append(e)
    crew = [threading.Thread(target=go) for _ in range(threads)]
    for t in crew:
        t.start()
    for t in crew:
        t.join()
    if failures:
        raise failures[0]
