# SPDX-License-Identifier: EUPL-1.2
"""TLS: the same answers as without, for those who speak it well; a closed connection for those who do not."""
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import warnings

from entregent import (PATIENCE, ROOT, Answer, Client, Daemon, Event, check, directory, entregentd, equal, need, offer, run,
                       running, say, wait_for)

GET = b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET %b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
EVENTS = b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %b\r\n\r\n"


# ---- Certificates

def openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    check(done.returncode == 0, arguments, done.stderr)
    return done.stdout


def new_key(path):
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)
    os.chmod(path, 0o644)  # the daemon may run under another account than the test
    return path


def sign(folder, name, issuer=None, days=30, more="basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1"):
    """name.pem for name.key, signed by the issuer or itself."""
    at = os.path.join(folder, name)
    if not os.path.exists(at + ".key"):
        new_key(at + ".key")
    with open(at + ".ext", "w") as f:
        f.write(more + "\n")
    openssl("req", "-new", "-key", at + ".key", "-subj", f"/CN={name}", "-out", at + ".csr")
    by = ["-key", at + ".key"]
    if issuer:
        by = ["-CA", f"{folder}/{issuer}.pem", "-CAkey", f"{folder}/{issuer}.key", "-CAcreateserial"]
    openssl("x509", "-req", "-in", at + ".csr", *by, "-days", str(days), "-extfile", at + ".ext", "-out", at + ".pem")
    return at + ".pem", at + ".key"


class Peer:
    """One connection; counts on nothing that http.client does behind our back."""

    def __init__(self, s):
        self.socket, self.file = s, s.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)
        return self

    def answer(self):
        """The next answer; None at the end."""
        line = self.file.readline()
        if not line:
            return None
        headers = {}
        while (field := self.file.readline()) != b"\r\n":
            check(field.endswith(b"\r\n"), "cut short in the head", line, field)
            name, _, value = field.decode().partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", 0))
        body = self.file.read(length)
        equal(len(body), length, "length of the body")
        return Answer(int(line.split()[1]), headers, body)

    def event(self):
        """The next event or comment of a stream; None when it ends."""
        fields = {}
        while True:
            line = self.file.readline().decode()
            if line == "\n" and fields:
                return Event(fields.get("id"), fields.get("event", ":"), fields.get("data", fields.get("", "")))
            if not line:
                return None
            name, _, value = line.rstrip("\n").partition(":")
            fields[name] = value.removeprefix(" ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()


class Secure(Daemon):
    """A daemon with TLS: a certificate of an authority in between, which only its chain makes known."""

    def __init__(self, *settings):
        self.folder = directory()
        sign(self.folder, "root", more="basicConstraints=critical,CA:TRUE")
        sign(self.folder, "between", "root", more="basicConstraints=critical,CA:TRUE")
        certificate, key = sign(self.folder, "localhost", "between")
        with open(f"{self.folder}/chain.pem", "w") as f:
            f.write(open(certificate).read() + open(f"{self.folder}/between.pem").read())
        self.context = ssl.create_default_context(cafile=f"{self.folder}/root.pem")
        super().__init__(f"tls_certificate={self.folder}/chain.pem", f"tls_key={key}", *settings)

    def plain(self):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def peer(self, context=None, buffer=None):
        s = socket.socket()
        if buffer:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        s.settimeout(PATIENCE)
        s.connect(("127.0.0.1", self.port))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # An end without close_notify is an error to this peer.
        return Peer((context or self.context).wrap_socket(s, server_hostname="localhost", suppress_ragged_eofs=False))

    def ask(self, request):
        with self.peer() as p:
            return p.send(request).answer()

    def ready(self):
        check(self.running(), "the daemon ended with status", self.process.returncode)
        try:
            return self.ask(LAST % b"/readyz").status == 200
        except OSError:
            return False

    def metric(self, name):
        lines = self.ask(LAST % b"/metrics").text.split("\n")
        return next(float(line.split()[1]) for line in lines if line.startswith(f"entregent_{name} "))

    def post(self, client, body):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask(b"POST /v1/needs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %b\r\n"
                        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                        % (client.token.encode(), len(body), body))

    def stream(self, client, buffer=None):
        return self.peer(buffer=buffer).send(EVENTS % client.token.encode())

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def rest(s):
    """What comes until the server closes."""
    got = b""
    try:
        while chunk := s.recv(65536):
            got += chunk
    except ConnectionResetError:
        pass
    return got


def versions(least, most):
    """A context that dares the old ones too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = least, most
    return context


# ---- What works

def test_requests():
    with Secure() as d:
        check(f"listening on https://127.0.0.1:{d.port}" in d.read_log(), "the log says https")
        for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            context = ssl.create_default_context(cafile=f"{d.folder}/root.pem")
            context.minimum_version = context.maximum_version = version
            context.set_alpn_protocols(["h2", "http/1.1"])
            with d.peer(context) as p:
                equal((p.socket.version(), p.socket.selected_alpn_protocol(), p.socket.compression()),
                      (name, "http/1.1", None), "what was agreed on")
                for path, status in ((b"/healthz", 200), (b"/nothing", 404), (b"/readyz", 200)):
                    equal(p.send(GET % path).answer().status, status, "kept alive")
                p.send(GET % b"/nothing" + GET % b"/healthz" * 200 + LAST % b"/readyz")
                equal([p.answer().status for _ in range(202)], [404] + [200] * 201, "sent ahead")
                equal(p.answer(), None, "then closed, with a goodbye")
        context.set_alpn_protocols(["h2"])
        try:
            d.peer(context)
            check(False, "a peer that wants HTTP/2 only is taken")
        except ssl.SSLError as e:
            check("no application protocol" in str(e).lower().replace("_", " "), e)


def test_resumption():
    with Secure() as d:
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.create_default_context(cafile=f"{d.folder}/root.pem")
            context.minimum_version = context.maximum_version = version
            session = None
            for again in (False, True):
                s = context.wrap_socket(d.plain(), server_hostname="localhost", session=session)
                with Peer(s) as p:
                    equal(p.send(GET % b"/healthz").answer().status, 200, "answer")
                    equal(s.session_reused, again, f"taken up by its ticket, {version.name}")
                    session = s.session


def test_versions():
    with Secure() as d:
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            try:
                d.peer(versions(version, version))
                check(False, version.name, "is taken")
            except ssl.SSLError as e:
                check("PROTOCOL_VERSION" in str(e), "refused by an alert:", e)
        check(d.metric("http_bad_total") >= 2, "they are counted")
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with d.peer(versions(version, version)) as p:
                equal(p.send(GET % b"/healthz").answer().status, 200, version.name)
        # CBC, and RSA without an ephemeral key, are of the past.
        for ciphers in ("ECDHE-ECDSA-AES256-SHA384", "AES256-GCM-SHA384"):
            context = versions(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
            context.set_ciphers(ciphers)
            try:
                d.peer(context)
                check(False, ciphers, "is taken")
            except ssl.SSLError as e:
                check("HANDSHAKE_FAILURE" in str(e), "refused by an alert:", e)


def test_renegotiation():
    """No peer makes the server shake hands again; keys may be renewed, in the middle of a stream too."""
    with Secure("heartbeat_ms=100") as d:
        buyer = d.organisation("buyer", 1)
        for version, letter, said in (("-tls1_2", b"R", b"no renegotiation"), ("-tls1_3", b"K", b"KEYUPDATE")):
            client = subprocess.Popen(["openssl", "s_client", version, "-connect", f"127.0.0.1:{d.port}"],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
            running.add(client)
            got = b""

            def until(word):
                nonlocal got
                while word not in got:
                    chunk = client.stdout.read(65536)
                    check(chunk, f"{word} does not come", got)
                    got += chunk
                got = got[got.index(word) + len(word):]
            until(b"Verify return code")
            client.stdin.write(EVENTS % buyer.token.encode())
            until(b": beat")
            for _ in range(1 if letter == b"R" else 5):
                client.stdin.write(letter + b"\n")
                until(said)
                if letter == b"K":
                    until(b": beat")
                    until(b": beat")
            client.kill()
            client.communicate()
            running.discard(client)
        equal(d.ask(LAST % b"/healthz").status, 200, "the others go on")


def test_large():
    """A megabyte up, whole and in chunks; many megabytes down to a peer that takes them by and by."""
    with Secure("body_bytes=2000000") as d:
        client = d.organisation("buyer", 1)
        body = b'{"kind": "devis", "title": "%b"}' % (b"a" * 1_000_000)
        equal(d.post(client, body).status, 422, "a title of a megabyte")
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(body[i:i + 30011]), body[i:i + 30011]) for i in range(0, len(body), 30011))
        with d.peer() as p:
            p.send(b"POST /v1/needs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %b\r\nContent-Type: application/json\r\n"
                   b"Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n" % client.token.encode())
            equal(p.answer().status, 100, "asked for")
            equal(p.send(chunks + b"0\r\n\r\n" + GET % b"/healthz").answer().json["code"], "invalid", "the same in chunks")
            equal(p.answer().status, 200, "what was sent ahead behind it")
        wanted = d.ask(LAST % b"/openapi.json").body
        with d.peer(buffer=4096) as p:
            p.send(GET % b"/openapi.json" * 100)
            for _ in range(100):
                check(p.answer().body == wanted, "not what was asked for")
        say(f"{len(wanted) * 100 / 1e6:.1f} MB through a window of 4 KiB, byte for byte")


def test_who_does_not_read():
    with Secure("write_ms=500") as d:
        with d.peer(buffer=4096) as p:
            before = d.metric("http_timeouts_total")
            p.send(GET % b"/openapi.json" * 100)
            wait_for(lambda: d.metric("http_timeouts_total") > before, "it is closed")


# ---- Streams

def test_stream():
    with Secure("heartbeat_ms=200") as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        with d.peer() as p:
            body = json.dumps(offer()).encode()
            p.send(b"PUT /v1/offer HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %b\r\nContent-Type: application/json\r\n"
                   b"Content-Length: %d\r\n\r\n%b" % (supplier.token.encode(), len(body), body))
            equal(p.answer().status, 201, "the offer")
        # One listens, one lets everything wait and reads it then through a small window.
        with d.stream(supplier) as awake, d.stream(supplier, buffer=4096) as asleep:
            equal(awake.answer().status, 200, "the stream")
            equal(asleep.answer().status, 200, "the stream")
            beats = 0
            while beats < 3:
                beats += awake.event().data == "beat"
            for i in range(150):
                equal(d.post(buyer, need(title=f"Besoin {i} " + "x" * 200)).status, 201, "a need")
            for stream in (awake, asleep):
                titles = []
                while len(titles) < 150:
                    e = stream.event()
                    if e.kind == "match":
                        titles.append(e.json["need"]["title"].split()[1])
                equal(titles, [str(i) for i in range(150)], "what was told")
            d.process.send_signal(signal.SIGTERM)
            for stream in (awake, asleep):
                while (e := stream.event()) is not None:
                    check(e.kind in (":", "retry"), e)  # ended by close_notify, else it raises


def test_stream_dropped():
    with Secure("stream_bytes=4096", "heartbeat_ms=100") as d:
        buyer = d.organisation("buyer", 1)
        with d.stream(buyer, buffer=4096) as asleep, d.stream(buyer) as talker:
            equal(talker.answer().status, 200, "the stream")
            talker.send(b"x" * 5000)  # a peer has nothing to say into a stream
            wait_for(lambda: d.metric("streams_dropped_total") == 1, "it is dropped")
            equal(d.metric("streams"), 1, "the other stays")
            equal(asleep.answer().status, 200, "the other")


# ---- Another certificate

def test_reload():
    """At SIGHUP new connections get the new certificate, if it is good; those that are there stay with theirs."""
    with Secure("heartbeat_ms=200") as d:
        buyer = d.organisation("buyer", 1)

        def reload():
            lines = d.read_log().count(" settings: ")
            d.process.send_signal(signal.SIGHUP)
            wait_for(lambda: d.read_log().count(" settings: ") > lines, "the settings are read again")

        def serial(p):
            return p.socket.getpeercert()["serialNumber"]
        with d.peer() as kept, d.stream(buyer) as stream:
            old = serial(kept)
            equal(stream.answer().status, 200, "the stream")
            certificate, key = sign(d.folder, "localhost", "between")
            with open(f"{d.folder}/chain.pem", "w") as f:
                f.write(open(certificate).read() + open(f"{d.folder}/between.pem").read())
            right, wrong = open(key).read(), open(new_key(f"{d.folder}/other.key")).read()
            for text, new in ((wrong, False), (right, True)):
                with open(key, "w") as f:
                    f.write(text)
                reload()
                with d.peer() as p:
                    equal(serial(p) != old, new, "a new connection has the new certificate")
                    equal(p.send(GET % b"/healthz").answer().status, 200, "a new connection")
                equal(kept.send(GET % b"/healthz").answer().status, 200, "a former one")
            beats = 0
            while beats < 3:
                beats += stream.event().data == "beat"
        check("not the key of the certificate" in d.read_log(), "what was wrong is said")


# ---- Other tongues

def test_plain_to_tls():
    with Secure() as d:
        bad = d.metric("http_bad_total")
        with d.plain() as s:
            s.sendall(GET % b"/healthz")
            equal(rest(s), b"", "closed without a word")
        equal(d.metric("http_bad_total"), bad + 1, "counted")
        with d.plain() as s:
            s.sendall(b"\0" * 100)
            check(len(rest(s)) <= 7, "at most an alert")
        equal(d.metric("http_bad_total"), bad + 2, "counted")


def test_tls_to_plain():
    with Daemon() as d:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for _ in range(3):
            try:
                context.wrap_socket(socket.create_connection(("127.0.0.1", d.port), timeout=PATIENCE))
                check(False, "a plain server shakes hands")
            except (ssl.SSLError, ConnectionResetError):
                pass
        equal(Client(d.port)("GET", "/healthz").status, 200, "the others go on")


def test_malformed():
    """Every case of malformed.http gets the answer it gets without TLS."""
    with Secure() as d:
        done = subprocess.run([sys.executable, f"{ROOT}/tests/flow/malformed.py", "--tls", f"127.0.0.1:{d.port}"],
                              capture_output=True, text=True, timeout=140)
        check(done.returncode == 0, done.stdout, done.stderr)
        wait_for(lambda: d.metric("http_connections") == 1, "no connection is left open")
        say(done.stdout.strip().split("\n")[-1])


# ---- Handshakes that are slow, or end before the end

class Slow:
    """A peer whose TLS is in our hands: what it would send comes out of `out`, what came goes into `back`."""

    def __init__(self, d):
        self.back, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = d.context.wrap_bio(self.back, self.out, server_hostname="localhost")

    def hello(self):
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return self.out.read()


def drip(s, data):
    for i in range(len(data)):
        s.sendall(data[i:i + 1])


def test_byte_by_byte():
    with Secure() as d, d.plain() as s:
        slow = Slow(d)
        done = False
        while not done:
            try:
                slow.tls.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                pass
            drip(s, slow.out.read())
            if not done:
                slow.back.write(s.recv(1))
        slow.tls.write(LAST % b"/healthz")
        drip(s, slow.out.read())
        got = b""
        slow.back.write(rest(s))
        try:
            while chunk := slow.tls.read(65536):
                got += chunk
        except ssl.SSLZeroReturnError:
            pass
        check(got.startswith(b"HTTP/1.1 200 "), got)


def test_deadlines():
    with Secure("head_ms=500", "idle_ms=700") as d:
        late = d.metric("http_timeouts_total")
        hello = Slow(d).hello()
        for sent in (b"", hello[:1], hello[:100], hello):
            with d.plain() as s:
                s.sendall(sent)
                check(b"HTTP" not in rest(s), "closed in the handshake")
        equal(d.metric("http_timeouts_total"), late + 4, "each by its deadline")
        with d.peer() as p:
            equal(p.answer(), None, "a handshake, then nothing: closed with a goodbye")
        with d.peer() as p:
            equal(p.send(b"GET /healthz HTTP/1.1\r\n").answer().status, 408, "an endless head")
            equal(p.answer(), None, "closed with a goodbye")
        equal(d.metric("http_timeouts_total"), late + 6, "each by its deadline")
        with d.peer() as p:
            equal(p.send(GET % b"/healthz").answer().status, 200, "answered")
            equal(p.answer(), None, "idle: closed with a goodbye")


def test_many_dropped():
    """3,000 connections end somewhere in their handshake; nothing of them is kept."""
    with Secure() as d:
        before = d.descriptors()
        hello = Slow(d).hello()
        for i in range(3000):
            s = d.plain()
            s.sendall((b"", hello[:1], hello[:len(hello) // 2], hello, hello)[i % 5])
            if i % 5 == 4:
                check(s.recv(1), "the server's part begins")
            if i % 2:  # gone by reset
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
        wait_for(lambda: d.metric("http_connections") == 1, "all are closed")
        wait_for(lambda: d.descriptors() <= before + 1, "no descriptor is kept")
        say(f"3,000 broken handshakes: {d.descriptors()} descriptors after, {before} before")


def test_too_many():
    with Secure("connections=20") as d:
        crowd = [d.peer() for _ in range(20)]
        with d.plain() as s:
            equal(rest(s), b"", "one more is closed")
        equal(crowd[0].send(GET % b"/healthz").answer().status, 200, "those within go on")
        for p in crowd:
            p.__exit__()
        wait_for(d.ready, "room again")


# ---- The start

def test_wrong_files():
    folder = directory()
    certificate, key = sign(folder, "good")
    expired, expired_key = sign(folder, "expired", days=-1)
    other = new_key(f"{folder}/other.key")
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", f"{folder}/rsa.key")
    openssl("ec", "-in", key, "-aes128", "-passout", "pass:secret", "-out", f"{folder}/locked.key")
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-out", f"{folder}/weak.key")
    weak, weak_key = sign(folder, "weak")
    with open(f"{folder}/empty", "w"):
        pass
    for name in ("rsa.key", "locked.key", "weak.key"):
        os.chmod(f"{folder}/{name}", 0o644)
    missing, empty = f"{folder}/missing", f"{folder}/empty"
    d = Daemon(start=False)
    d.make()
    d.port = 1  # never listened on
    for c, k, named, why in (
            (certificate, other, other, "not the key of the certificate"),
            (certificate, f"{folder}/rsa.key", "rsa.key", "not the key of the certificate"),
            (missing, key, missing, "No such file"),
            (certificate, missing, missing, "No such file"),
            (empty, key, empty, "no certificate in PEM form"),
            (certificate, empty, empty, "no private key in PEM form"),
            (key, key, key, "no certificate in PEM form"),
            (certificate, certificate, certificate, "no private key in PEM form"),
            (certificate, f"{folder}/locked.key", "locked.key", "encrypted"),
            (expired, expired_key, expired, "has expired on 20"),
            (weak, weak_key, weak, "too small"),
            (folder, key, folder, "no certificate in PEM form"),
            (certificate, "", "tls_key", "go together"),
            ("", key, "tls_certificate", "go together")):
        status, _, log = entregentd("serve", "--data", d.data, "--listen", "127.0.0.1:1", "--set", f"tls_certificate={c}", "--set",
                                    f"tls_key={k}", check_status=None)
        equal(status, 78, f"status of {c} {k}: {log}")
        line = next((line for line in log.split("\n") if " error " in line), "")
        check(named in line and why in line, f"{c} {k}: wanted {why}, got {log}")


run(test_requests, test_resumption, test_versions, test_renegotiation, test_large, test_who_does_not_read, test_stream,
    test_stream_dropped, test_reload, test_plain_to_tls, test_tls_to_plain, test_malformed, test_byte_by_byte, test_deadlines,
    test_many_dropped, test_too_many, test_wrong_files, seconds=300)
