# SPDX-License-Identifier: EUPL-1.2
"""Webhooks sent to strangers' URLs: what each receiver's behaviour means, and that nothing here is reached by them.

Of the loopback network 127.0.0.1 is allowed and stands for the Internet; its other addresses stand for what lies inside.
"""
import base64
import contextlib
import hashlib
import hmac
import os
import signal
import socket
import ssl
import struct
import subprocess
import threading

from entregent import BAD_LOG, BUILD, PATIENCE, check, directory, environment, equal, run, wait_for

ID, AT, BODY = "019f17f8-a900-7abc-8def-0123456789ab", "1782813600", '{"type":"entregent.match","data":{"titre":"Réfection"}}'.encode()
INSIDE = ["127.0.0.2", "127.0.0.3"]
ALLOWED = "127.0.0.1/32"


class Names:
    """A name server: a name has a list of answers, one for each time it is asked, the last for good. An answer is a list of
    addresses, or None (no such name), or SILENT."""

    SILENT = "silent"

    def __init__(self, names):
        self.names, self.asked = names, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.server = "127.0.0.1:%d" % self.socket.getsockname()[1]

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"", self.socket.getsockname())
        self.thread.join()
        self.socket.close()

    def serve(self):
        while True:
            packet, peer = self.socket.recvfrom(4096)
            if not packet:
                return
            answer = self.answer(packet)
            if answer:
                self.socket.sendto(answer, peer)

    def answer(self, packet):
        end, labels = 12, []
        while packet[end]:
            labels.append(packet[end + 1:end + 1 + packet[end]].decode().lower())
            end += 1 + packet[end]
        kind = struct.unpack("!H", packet[end + 1:end + 3])[0]
        question, name = packet[12:end + 5], ".".join(labels)
        self.asked.append(name)
        answers = self.names.get(name, [None])
        now = answers[0]
        if kind == 1 and len(answers) > 1:  # the turn of a name is that of its question for IPv4
            self.names[name] = answers[1:]
        if now == self.SILENT:
            return None
        if now is None:
            return packet[:2] + struct.pack("!HHHHH", 0x8183, 1, 0, 0, 0) + question
        family = socket.AF_INET6 if kind == 28 else socket.AF_INET
        records = [socket.inet_pton(family, a) for a in now if (":" in a) == (kind == 28)]
        return packet[:2] + struct.pack("!HHHHH", 0x8180, 1, len(records), 0, 0) + question + b"".join(
            b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(r)) + r for r in records)


class Inside:
    """Listens where nobody may come, at the ports of a receiver, and counts who comes."""

    def __init__(self, *ports):
        self.came = 0
        self.sockets = [socket.create_server((a, p)) for a in INSIDE for p in ports]
        for s in self.sockets:
            threading.Thread(target=self.serve, args=(s,), daemon=True).start()

    def serve(self, s):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = s.accept()
                self.came += 1
                peer.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for s in self.sockets:
            s.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ANSWERS = {
    "/ok": OK, "/none": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/gone": b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",
    "/error": b"HTTP/1.1 500 Oh\r\nContent-Length: 30\r\n\r\n\x01Traceback\r\n caf\xc3\xa9 jeanne@x.org\0",
    "/unwelcome": b"HTTP/1.1 429 No\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n",
    "/sign": b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
    "/early": b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + OK,
    "/nul": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n",
    "/noise": b"\0\0\0\0 hello\r\n\r\n",
    "/short": b"HTTP/1.1 200 OK\r\nContent-Le",
    "/partial": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegins",
    "/partialgone": b"HTTP/1.1 410 Gone\r\nContent-Length: 100\r\n\r\nbegins",
    "/cookie": b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nAlt-Svc: h3=\":1\"\r\nContent-Length: 0\r\n\r\n",
}


class Receiver:
    """What comes in, and how each path answers. With a certificate for each name it speaks TLS."""

    def __init__(self, contexts=None):
        self.requests, self.released, self.tasted, self.contexts = [], threading.Event(), 0, contexts
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.socket.getsockname()[1]
        self.accepted = 0
        if contexts:
            self.front = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.front.load_cert_chain(*contexts["good.test"])
            self.inner = {}
            for name, files in contexts.items():
                self.inner[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self.inner[name].load_cert_chain(*files)

            def choose(sock, name, _):
                sock.context = self.inner.get(name, self.front)
            self.front.sni_callback = choose
        threading.Thread(target=self.serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.released.set()
        self.socket.close()

    def url(self, path="/ok", host="good.test", scheme=None):
        return f"{scheme or ('https' if self.contexts else 'http')}://{host}:{self.port}{path}"

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.socket.accept()
                self.accepted += 1
                threading.Thread(target=self.one, args=(peer,), daemon=True).start()

    def one(self, peer):
        with contextlib.suppress(OSError, ValueError), peer:
            if self.contexts:
                peer = self.front.wrap_socket(peer, server_side=True)
            with peer:
                while True:  # it would take another request on the same connection
                    self.request(peer)

    def request(self, peer):
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more(peer)
        head, body = data.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        fields = {k.lower(): v for k, v in (x.split(": ", 1) for x in lines[1:])}
        while len(body) < int(fields.get("content-length", 0)):
            body += self.more(peer)
        self.requests.append((lines[0], fields, body))
        path = lines[0].split(" ")[1].split("?")[0]
        self.answer(peer, path)
        if path in ("/noise", "/short"):
            raise ValueError

    def more(self, peer):
        data = peer.recv(65536)
        if not data:
            raise ValueError
        return data

    def answer(self, peer, path):
        if path == "/hang":
            self.released.wait()
        elif path == "/drip":
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
                peer.sendall(bytes([byte]))
                if self.released.wait(0.1):
                    return
        elif path.startswith("/to/"):
            peer.sendall(f"HTTP/1.1 301 Moved\r\nLocation: {path[4:]}\r\nContent-Length: 0\r\n\r\n".encode())
        elif path == "/header":
            peer.sendall(b"HTTP/1.1 200 OK\r\n")
            while True:
                peer.sendall(b"X: " + b"y" * 1000 + b"\r\n")
        elif path == "/line":
            peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while True:
                peer.sendall(b"y" * 10000)
        elif path == "/continue":
            while True:
                peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        elif path in ("/large", "/largebad"):
            peer.sendall(b"HTTP/1.1 %s\r\nContent-Length: 1073741824\r\n\r\n" % (b"200 OK" if path == "/large" else b"500 No"))
            for _ in range(1024):
                peer.sendall(b"z" * (1 << 20))
                self.tasted += 1
        else:
            peer.sendall(ANSWERS[path])
            if path.startswith("/partial"):
                self.released.wait()


def started(*urls, body=BODY, **options):
    words = [f"{k}={v}" for k, v in {"networks": ALLOWED, **options}.items()] + [f"url={u}" for u in urls]
    p = subprocess.Popen([f"{BUILD}/tests/drive_hook", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, env={**environment(), "http_proxy": "http://127.0.0.2:1", "https_proxy": "http://127.0.0.2:1"})
    p.stdin.write(body)
    p.stdin.close()
    return p


class Run:
    """What the driver printed: the keys, the answers (outcome, said, body) by URL and in their order, and its memory in KiB."""

    def __init__(self, p):
        out = p.stdout.read().decode()
        err = p.stderr.read().decode()
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        check(not BAD_LOG.search(err) and p.returncode == 0, p.returncode, err)
        lines = [x.split("\t") for x in out.splitlines()]
        check(all(all(" " <= c <= "~" for c in x) for line in lines for x in line), "printable", out)
        self.secret, self.public = next(x[1:] for x in lines if x[0] == "keys")
        self.order = [x for x in lines if x[0] not in ("keys", "end")]
        self.answers = {x[0]: tuple(x[1:]) for x in self.order}
        self.memory, self.out = usage.ru_maxrss, out


def sent(*urls, **options):
    r = Run(started(*urls, **options))
    equal(len(r.order), len(urls), "answers")
    return r


def said(url, **options):
    return sent(url, **options).answers[url]


def certificates(folder):
    """An authority, and what it signed: names to (certificate, key). Its own file is ["ca"]."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    with open(f"{folder}/ca.conf", "w") as f:
        f.write("[ca]\ndefault_ca=c\n[c]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ncertificate=ca.pem\nprivate_key=ca.key\n"
                "default_md=sha256\npolicy=p\ncopy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n")
    open(f"{folder}/index", "w").close()
    with open(f"{folder}/serial", "w") as f:
        f.write("01\n")
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=Test", "-out", "ca.pem", "-keyout", "ca.key")
    files = {"ca": f"{folder}/ca.pem"}
    for name, of, dates in (("good.test", "DNS:good.test,IP:127.0.0.1", ("-days", "2")), ("wrong.test", "DNS:good.test", ("-days", "2")),
                            ("expired.test", "DNS:expired.test", ("-startdate", "20200101000000Z", "-enddate", "20200102000000Z"))):
        openssl("req", "-new", *key, "-subj", f"/CN={name}", "-addext", f"subjectAltName={of}", "-out", f"{name}.csr", "-keyout", f"{name}.key")
        openssl("ca", "-batch", "-config", "ca.conf", *dates, "-in", f"{name}.csr", "-out", f"{name}.pem")
        files[name] = (f"{folder}/{name}.pem", f"{folder}/{name}.key")
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=self.test", "-addext", "subjectAltName=DNS:self.test", "-out", "self.pem",
            "-keyout", "self.key")
    files["self.test"] = (f"{folder}/self.pem", f"{folder}/self.key")
    return files


def ed25519_holds(public, signature, content):
    folder = directory()
    files = {"public": bytes.fromhex("302a300506032b6570032100") + public, "signature": signature, "content": content}
    for name, data in files.items():
        with open(f"{folder}/{name}", "wb") as f:
            f.write(data)
    return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "public", "-rawin", "-in", "content",
                           "-sigfile", "signature"], cwd=folder, capture_output=True).returncode == 0


def test_a_webhook_arrives_signed():
    with Receiver() as receiver, Names({"good.test": [["127.0.0.1"]]}) as names:
        url = receiver.url("/ok?x=%41/../b")
        r = sent(url, nameservers=names.server)
        equal(r.answers[url], ("done", "HTTP 200", ""), "answer")
        (line, fields, body), = receiver.requests
        equal((line, body), ("POST /ok?x=%41/../b HTTP/1.1", BODY), "request")
        equal((fields["webhook-id"], fields["webhook-timestamp"]), (ID, AT), "headers")
        equal((fields["content-type"], fields["host"]), ("application/json", f"good.test:{receiver.port}"), "headers")
        check(fields["user-agent"].startswith("Entregent/"), fields["user-agent"])
        equal([x for x in ("cookie", "authorization", "expect", "referer", "upgrade") if x in fields], [], "headers that should not be there")
        first, second = (x.split(",", 1) for x in fields["webhook-signature"].split(" "))
        content = f"{ID}.{AT}.".encode() + body
        check(r.secret.startswith("whsec_") and r.public.startswith("whpk_"), r.secret, r.public)
        code = hmac.new(base64.b64decode(r.secret[6:]), content, hashlib.sha256).digest()
        equal((first[0], base64.b64decode(first[1])), ("v1", code), "HMAC")
        key, signature = base64.b64decode(r.public[5:]), base64.b64decode(second[1])
        equal((second[0], len(key), len(signature)), ("v1a", 32, 64), "ed25519")
        check(ed25519_holds(key, signature, content), "the signature holds")
        check(not ed25519_holds(key, signature, content + b" "), "of nothing else")


def test_a_large_webhook():
    body = b"[" + b"1," * 400000 + b"1]"
    with Receiver() as receiver:
        equal(said(receiver.url(host="127.0.0.1"), body=body)[0], "done", "answer")
        equal(receiver.requests[0][2], body, "body")


def test_what_answers_mean():
    meanings = {"/ok": ("done", "HTTP 200", ""), "/none": ("done", "HTTP 204", ""), "/early": ("done", "HTTP 200", ""),
                "/cookie": ("done", "HTTP 200", ""), "/gone": ("gone", "HTTP 410", ""), "/unwelcome": ("again", "HTTP 429", ""),
                "/sign": ("again", "HTTP 401", ""), "/partial": ("done", "HTTP 200", ""), "/partialgone": ("gone", "HTTP 410", "begins"),
                "/large": ("done", "HTTP 200", ""), "/largebad": ("again", "HTTP 500", "z" * 500), "/hang": ("again", "timeout", ""),
                "/drip": ("again", "timeout", ""), "/header": ("again", "the header is over 65536 bytes", ""),
                "/continue": ("again", "the header is over 65536 bytes", ""), "/to/http://127.0.0.2/": ("again", "HTTP 301", ""),
                "/to//ok": ("again", "HTTP 301", "")}
    with Receiver() as receiver, Names({"good.test": [["127.0.0.1"]]}) as names:
        urls = {receiver.url(path): meaning for path, meaning in meanings.items()}
        more = {receiver.url(path): path for path in ("/error", "/nul", "/noise", "/short", "/line")}
        r = sent(*urls, *more, nameservers=names.server, timeout_ms=2500)
        for url, meaning in urls.items():
            equal(r.answers[url], meaning, url)
        for url, path in more.items():
            check(r.answers[url][0] == "again" and r.answers[url][1], path, r.answers[url])
        outcome, words, body = r.answers[receiver.url("/error")]
        equal(words, "HTTP 500", "error")
        check("Traceback" in body and "***" in body and "jeanne" not in body, body)
        equal(len(receiver.requests), len(urls) + len(more), "each was sent once, and no redirect was followed")


def test_only_judged_addresses_are_reached():
    """None of these opens a connection to an address inside."""
    with Receiver() as receiver, Inside(receiver.port) as inside, \
            Names({"inside.test": [["127.0.0.2"]], "both.test": [["127.0.0.1", "127.0.0.2"]], "six.test": [["127.0.0.1", "::1"]],
                   "mapped.test": [["::ffff:127.0.0.2"]], "cloud.test": [["169.254.169.254"]], "empty.test": [[]],
                   "good.test": [["127.0.0.1"]]}) as names:
        forbidden = {"inside.test": "127.0.0.2", "both.test": "127.0.0.2", "six.test": "::1", "mapped.test": "127.0.0.2",
                     "cloud.test": "169.254.169.254", "127.0.0.2": "127.0.0.2", "0.0.0.0": "0.0.0.0", "[::]": "::", "[::1]": "::1",
                     "[::ffff:127.0.0.2]": "127.0.0.2", "[::ffff:7f00:2]": "127.0.0.2", "[64:ff9b::7f00:2]": "64:ff9b::7f00:2",
                     "[64:ff9b:1::7f00:2]": "64:ff9b:1::7f00:2", "[2002:7f00:2::]": "2002:7f00:2::", "[fe80::1]": "fe80::1",
                     "10.0.0.1": "10.0.0.1", "192.168.1.1": "192.168.1.1", "100.64.0.1": "100.64.0.1", "224.0.0.1": "224.0.0.1"}
        unreadable = ["2130706434", "0x7f000002", "0x7f.2", "0177.0.0.2", "127.2", "127.0.2", "127.0.0.2.", "127.0.0.02", "good.test@127.0.0.2",
                      "good.test%2f@127.0.0.2", "[::ffff:127.0.0.2%25lo]", "127.0.0.2\\@good.test", "good.test.", "localhost."]
        nowhere = {"none.test": "no such name", "localhost": "no such name", "empty.test": "the name does not resolve"}
        urls = {receiver.url(host=h, scheme=s): f"forbidden address {a}" for h, a in forbidden.items() for s in ("http", "https")}
        urls.update({receiver.url(host=h, scheme="https"): "the URL cannot receive webhooks" for h in unreadable})
        urls.update({receiver.url(host=h): w for h, w in nowhere.items()})
        urls.update({receiver.url(f"/to/http://{h}:{receiver.port}/ok"): "HTTP 301" for h in INSIDE})
        r = sent(*urls, nameservers=names.server)
        for url, words in urls.items():
            equal(r.answers[url][:2], ("again", words), url)
        equal(inside.came, 0, "connections inside")
        equal(receiver.accepted, len(INSIDE), "connections to the receiver: those that it answers by a redirect")
        equal(said("ftp://127.0.0.1/")[1], "the URL cannot receive webhooks", "another protocol")


def test_a_name_that_turns():
    """Judged, then turned: the second attempt is judged anew, and nothing of the first is used again."""
    with Receiver() as receiver, Inside(receiver.port) as inside, Names({"turns.test": [["127.0.0.1"], ["127.0.0.2"]]}) as names:
        url = receiver.url(host="turns.test")
        r = sent(url, url, url, nameservers=names.server, serial=1)
        equal([x[1:3] for x in r.order], [["done", "HTTP 200"]] + [["again", "forbidden address 127.0.0.2"]] * 2, "answers")
        equal((inside.came, receiver.accepted), (0, 1), "connections")
    with Receiver() as receiver, Names({"good.test": [["127.0.0.1"]]}) as names:
        sent(*[receiver.url()] * 3, nameservers=names.server, serial=1)
        equal(receiver.accepted, 3, "connections")
    # Between the judgement and the connection: it is asked for once, whatever it would say then.
    with Receiver() as receiver, Inside(receiver.port) as inside, Names({"turns.test": [["127.0.0.1"], ["127.0.0.2"]]}) as names:
        equal(said(receiver.url(host="turns.test"), nameservers=names.server)[0], "done", "answer")
        equal((inside.came, len(names.asked)), (0, 2), "connections; questions, one of each family")
    # Many of one name at once, of which some are judged otherwise.
    with Receiver() as receiver, Inside(receiver.port) as inside, \
            Names({"turns.test": [["127.0.0.1"], ["127.0.0.2"]] * 25 + [["127.0.0.1"]]}) as names:
        r = sent(*[receiver.url(host="turns.test")] * 60, nameservers=names.server)
        equal(sorted(x[2] for x in r.order), ["HTTP 200"] * 35 + ["forbidden address 127.0.0.2"] * 25, "answers")
        equal((inside.came, receiver.accepted), (0, 35), "connections, each used once")


def test_ports_and_tls_of_the_public():
    """Where no network is allowed: the ports and plain HTTP are refused by the URL alone, before any connection. The
    address is of the public kind, but nobody has it (the 6bone's, given back: RFC 3701)."""
    with Names({"public.test": [["3ffe::1"]], "mixed.test": [["3ffe::1", "127.0.0.1"]]}) as names:
        cases = {"https://public.test:22/": "forbidden port 22", "https://public.test:444/": "forbidden port 444",
                 "https://[3ffe::1]:80/": "forbidden port 80", "http://public.test/": "forbidden without TLS",
                 "http://[3ffe::1]:443/": "forbidden without TLS", "http://mixed.test/": "forbidden without TLS"}
        r = sent(*cases, nameservers=names.server)
        for url, words in cases.items():
            equal(r.answers[url][:2], ("again", words), url)
        equal(said("https://127.0.0.1/", networks="")[1], "forbidden address 127.0.0.1", "no network allowed")


def test_names_of_the_machine():
    """Without name servers given, /etc/hosts is read, where localhost stands; of its addresses one that nobody listens at is
    passed over."""
    with Receiver() as receiver:
        url = receiver.url(host="localhost")
        equal(said(url, nameservers="", networks="127.0.0.1, ::1"), ("done", "HTTP 200", ""), "answer")
        outcome, words, _ = said(url, nameservers="", networks="")
        check(outcome == "again" and words in ("forbidden address 127.0.0.1", "forbidden address ::1"), words)
        equal(receiver.accepted, 1, "connections")


def test_certificates():
    files = certificates(directory())
    ca = files.pop("ca")
    with Receiver(files) as receiver, Names({name: [["127.0.0.1"]] for name in files}) as names:
        options = {"nameservers": names.server, "ca": ca}
        equal(said(receiver.url(), **options), ("done", "HTTP 200", ""), "a good one")
        equal(said(receiver.url(host="127.0.0.1"), **options)[0], "done", "that of an address")
        for name, word in (("expired.test", "certificate has expired"), ("self.test", "self-signed certificate"), ("wrong.test", "wrong.test")):
            outcome, words, _ = said(receiver.url(host=name), **options)
            check(outcome == "again" and word in words, name, words)
        check("certificate" in said(receiver.url(), nameservers=names.server)[1], "an authority that nobody named")
        equal(said(receiver.url(scheme="http"), **options)[0], "again", "no TLS where TLS is spoken")
        equal([x[1]["host"].split(":")[0] for x in receiver.requests], ["good.test", "127.0.0.1"], "what was sent")
        url = receiver.url()
        with_two = sent(url, receiver.url(host="expired.test"), url, serial=1, **options)
        equal([x[1] for x in with_two.order], ["done", "again", "done"], "one after the other")


def test_memory_is_bounded():
    with Receiver() as receiver:
        base = "127.0.0.1"
        calm = sent(*[receiver.url(host=base)] * 20, serial=1).memory
        for path in ("/large", "/largebad", "/header", "/line", "/continue"):
            before = receiver.tasted
            flood = sent(*[receiver.url(path, host=base)] * 20, serial=1).memory
            check(flood - calm < 16 * 1024, f"{path}: {flood - calm} KiB more than {calm} KiB")
            check(receiver.tasted - before < 20 * 16, f"{receiver.tasted - before} MiB taken of 20 GiB")


def test_none_waits_for_another():
    """200 that hang, drip, have no name server or no end; the last arrives all the same."""
    with Receiver() as receiver, Receiver() as good, \
            Names({"good.test": [["127.0.0.1"]], **{f"silent{i}.test": [Names.SILENT] for i in range(100)}}) as names:
        bad = [receiver.url(p) for p in ("/hang", "/drip", "/partialgone")] * 33 + [receiver.url(host=f"silent{i}.test") for i in range(100)]
        p = started(*bad, good.url(), nameservers=names.server, timeout_ms=60000)
        wait_for(lambda: len(good.requests) == 1 and len(receiver.requests) == 99, "the good one has it")
        line = ""
        while not line.startswith(good.url()):
            line = p.stdout.readline().decode()
            check(line, "an answer")
        equal(line.split("\t")[1], "done", "its answer")
        check(p.poll() is None, "the others are under way")
        p.send_signal(signal.SIGTERM)
        out, err = p.stdout.read(), p.stderr.read().decode()
        check(not BAD_LOG.search(err) and p.wait(PATIENCE) == 0, p.returncode, err)
        check(b"end\t1 of 200" in out, out)


def test_limits_and_ends():
    with Receiver() as receiver, Names({"silent.test": [Names.SILENT], "good.test": [["127.0.0.1"]]}) as names:
        url = receiver.url("/hang")
        r = sent(*[url] * 270, nameservers=names.server, timeout_ms=3000)
        equal(sorted(x[2] for x in r.order), ["timeout"] * 256 + ["too many webhooks under way"] * 14, "answers")
        equal(said(receiver.url(host="silent.test"), nameservers=names.server, timeout_ms=300)[:2], ("again", "timeout"), "no answer in time")
        equal(said(receiver.url(host="silent.test"), nameservers=names.server)[:2], ("again", "the name does not resolve"), "no answer")
        for free, urls in ((1, [url, receiver.url(host="silent.test"), receiver.url(host="127.0.0.1"), "x"]), (1, [])):
            r = Run(started(*urls, nameservers=names.server, free=free))
            equal(r.order, [], "answers once freed")
    check("connect" in said("http://127.0.0.1:1/").__str__().lower(), "nobody listens")


run(test_a_webhook_arrives_signed, test_a_large_webhook, test_what_answers_mean, test_only_judged_addresses_are_reached,
    test_a_name_that_turns, test_ports_and_tls_of_the_public, test_names_of_the_machine,
    test_certificates, test_memory_is_bounded, test_none_waits_for_another, test_limits_and_ends)
