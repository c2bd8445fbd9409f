# SPDX-License-Identifier: EUPL-1.2
"""A mail relay for tests: it keeps what it takes, and fails where it is told to.

    with Relay() as relay:
        relay.on("rcpt", "451 4.3.0 later")      # once, then as usual
        ...
        relay.mails[0].message["Subject"]

Stages: greeting, ehlo, starttls, auth, mail, rcpt, data, body (its first line has come), dot (its last), quit. A stage
answers as usual, or by a line given, or drops the connection (DROP), or waits until release() (HOLD).
"""
import base64
import contextlib
import email
import email.policy
import os
import socket
import ssl
import subprocess
import threading

DROP, HOLD = "drop", "hold"


def certificate(folder, name="localhost"):
    """Makes a certificate that signs itself; its file and that of its key. The first serves as its own authority."""
    files = [os.path.join(folder, f"{name}.{kind}.pem") for kind in ("certificate", "key")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-out", files[0], "-keyout", files[1]],
                   check=True, capture_output=True)
    return files


class Mail:
    """One mail as it was taken: sender, recipients, raw bytes (dots undone), message (email.message), user, tls."""

    def __init__(self, sender, recipients, raw, user, tls):
        self.sender, self.recipients, self.raw, self.user, self.tls = sender, recipients, raw, user, tls
        self.message = email.message_from_bytes(raw, policy=email.policy.default)

    def text(self):
        return self.message.get_body(("plain",)).get_content()

    def html(self):
        return self.message.get_body(("html",)).get_content()


class Gone(Exception):
    """The connection is over."""


class Session(threading.Thread):
    """One connection."""

    def __init__(self, relay, sock):
        super().__init__(daemon=True)
        self.relay, self.sock, self.tls, self.user = relay, sock, False, None
        self.said = []  # commands, as they came

    def run(self):
        with self.relay.lock:
            self.relay.open.add(self)
            self.relay.sessions.append(self)
        try:
            if self.relay.tls == "implicit":
                self.encrypt()
            self.file = self.sock.makefile("rb")
            self.answer("greeting", "220 relay.test ESMTP")
            while self.step():
                pass
        except (Gone, OSError, ValueError):
            pass
        finally:
            with self.relay.lock:
                self.relay.open.discard(self)
            self.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.sock.close()
        with contextlib.suppress(OSError, AttributeError):  # it holds the socket open, too
            self.file.close()

    def encrypt(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.relay.certificate)
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.tls = True

    def send(self, line):
        self.sock.sendall(line.encode() + b"\r\n")

    def line(self):
        line = self.file.readline(65536)
        if not line.endswith(b"\n"):
            raise Gone
        return line

    def answer(self, stage, usual):
        """Answers; whether as usual."""
        told = self.relay.take(stage)
        if told == DROP:
            raise Gone
        if told == HOLD:
            self.relay.released.wait()
            told = None
        line = usual if told is None else told
        if line:
            self.send(line)
        return told is None

    def step(self):
        line = self.line()
        self.said.append(line.decode(errors="replace").rstrip("\r\n"))
        verb, _, rest = self.said[-1].partition(" ")
        known = getattr(self, "do_" + verb.lower(), None)
        if not known:
            self.send("500 5.5.1 unknown")
            return True
        return known(rest) is not False

    def do_ehlo(self, _):
        extra = ["SIZE 1000000", "8BITMIME"]
        if self.relay.tls == "starttls" and not self.tls:
            extra.append("STARTTLS")
        if self.relay.users and (self.tls or not self.relay.tls):
            extra.append(f"AUTH {self.relay.mechanisms}")
        lines = ["relay.test"] + extra
        self.answer("ehlo", "\r\n".join(f"250{' ' if i == len(lines) - 1 else '-'}{x}" for i, x in enumerate(lines)))

    def do_helo(self, _):
        self.send("250 relay.test")

    def do_starttls(self, _):
        if self.answer("starttls", "220 go ahead"):
            self.encrypt()
            self.file = self.sock.makefile("rb")

    def ask(self, prompt):
        self.send("334 " + base64.b64encode(prompt).decode())
        return base64.b64decode(self.line())

    def do_auth(self, rest):
        kind, _, first = rest.partition(" ")
        if kind == "PLAIN":
            _, user, password = (base64.b64decode(first) if first else self.ask(b"")).split(b"\0")
        else:
            user = base64.b64decode(first) if first else self.ask(b"Username:")
            password = self.ask(b"Password:")
        good = self.relay.users.get(user.decode()) == password.decode()
        if self.answer("auth", "235 2.7.0 welcome" if good else "535 5.7.8 not you") and good:
            self.user = user.decode()

    def do_mail(self, rest):
        self.sender, self.recipients = rest[rest.index("<") + 1:rest.index(">")], []
        if self.relay.users and not self.user:
            self.send("530 5.7.0 Authentication required")
        else:
            self.answer("mail", "250 2.1.0 fine")

    def do_rcpt(self, rest):
        if self.answer("rcpt", "250 2.1.5 fine"):
            self.recipients.append(rest[rest.index("<") + 1:rest.index(">")])

    def do_data(self, _):
        if not self.answer("data", "354 go on"):
            return
        lines = []
        while (line := self.line()) != b".\r\n":
            if not lines:
                self.answer("body", None)
            lines.append(line[1:] if line.startswith(b".") else line)
        mail = Mail(self.sender, self.recipients, b"".join(lines), self.user, self.tls)
        told = self.relay.told("dot")
        if told in (None, DROP, HOLD):  # taken, even where that is not heard
            with self.relay.lock:
                self.relay.mails.append(mail)
        self.answer("dot", "250 2.0.0 kept as 42")

    def do_rset(self, _):
        self.send("250 fine")

    def do_quit(self, _):
        self.answer("quit", "221 bye")
        return False


class Relay:
    """tls: "starttls", "implicit" or None; users: {name: password} who may send, else anybody."""

    def __init__(self, tls=None, users=None, certificate=None, mechanisms="PLAIN LOGIN"):
        self.tls, self.users, self.certificate, self.mechanisms = tls, users, certificate, mechanisms
        self.mails, self.sessions, self.open = [], [], set()
        self.orders, self.lock, self.released = {}, threading.Lock(), threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.url = f"{'smtps' if tls == 'implicit' else 'smtp'}://localhost:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                Session(self, self.socket.accept()[0]).start()

    def on(self, stage, reply, times=1):
        """What the stage does the next times."""
        with self.lock:
            self.orders.setdefault(stage, []).extend([reply] * times)

    def told(self, stage):
        with self.lock:
            return self.orders[stage][0] if self.orders.get(stage) else None

    def take(self, stage):
        with self.lock:
            return self.orders[stage].pop(0) if self.orders.get(stage) else None

    def release(self):
        self.released.set()

    def close(self):
        self.release()
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for session in list(self.open):
            session.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
