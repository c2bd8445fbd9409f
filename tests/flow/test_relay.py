# SPDX-License-Identifier: EUPL-1.2
"""Mails handed to a relay: what each of its answers and failures means, and that nothing of it holds the loop up."""
import os
import signal
import subprocess

from entregent import BAD_LOG, BUILD, PATIENCE, check, directory, environment, equal, run, wait_for
from smtp import DROP, HOLD, Relay, certificate

MESSAGE = (b"From: Entregent <entregent@localhost>\r\nTo: jeanne@example.net\r\nSubject: Bonjour\r\n\r\n"
           b"Une ligne.\r\n.\r\n.une autre\r\n\r\nfin\r\n")
FROM, TO = "entregent@localhost", "jeanne@example.net"


def started(message=MESSAGE, to=(TO,), **options):
    words = [f"{k}={v}" for k, v in {"from": FROM, **options}.items()] + [f"to={x}" for x in to]
    p = subprocess.Popen([f"{BUILD}/tests/drive_mailer", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, env=environment())
    p.stdin.write(message)
    p.stdin.close()
    return p


def ended(p):
    """The answers in their order: (to, word, said)."""
    try:
        p.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        p.kill()
        raise
    out, err = p.stdout.read().decode(), p.stderr.read().decode()
    check(not BAD_LOG.search(err) and p.returncode == 0, p.returncode, err)
    return [tuple((x.split(" ", 2) + [""])[:3]) for x in out.splitlines() if not x.startswith("end ")]


def sent(**options):
    return ended(started(**options))


def one(**options):
    """The answer to a single mail: (word, said)."""
    answers = sent(**options)
    equal(len(answers), 1, "answers")
    return answers[0][1:]


def secret(word, folder=None):
    path = os.path.join(folder or directory(), "password")
    with open(path, "w") as f:
        f.write(word)
    return path


def test_a_mail_arrives_whole():
    with Relay() as relay:
        equal(one(url=relay.url, insecure=1), ("ok", "250 2.0.0 kept as 42"), "answer")
        mail, = relay.mails
        equal((mail.sender, mail.recipients, mail.tls, mail.user), (FROM, [TO], False, None), "envelope")
        equal(mail.raw, MESSAGE, "message")
        equal(mail.message["Subject"], "Bonjour", "subject")
        wait_for(lambda: relay.sessions[0].said[-1] == "QUIT", "it says goodbye")


def test_a_large_mail():
    large = MESSAGE + b"".join(b"%07d %s\r\n" % (i, b"x" * 60) for i in range(14000))
    cert = certificate(directory())
    with Relay(tls="starttls", certificate=cert) as relay:
        relay.on("body", HOLD)
        p = started(message=large, url=relay.url, ca=cert[0])
        wait_for(lambda: relay.sessions and relay.told("body") is None and relay.sessions[0].said[-1:] == ["DATA"], "it is being sent")
        relay.release()
        equal(ended(p)[0][1], "ok", "answer")
        equal(relay.mails[0].raw, large, "message")


def test_tls_is_asked_for():
    cert = certificate(directory())
    for tls in ("starttls", "implicit"):
        with Relay(tls=tls, certificate=cert) as relay:
            equal(one(url=relay.url, ca=cert[0])[0], "ok", tls)
            check(relay.mails[0].tls, tls, "is encrypted")
            word, said = one(url=relay.url)
            equal(word, "unavailable", "a certificate that nobody vouches for")
            check("certificate" in said, said)
            equal(one(url=relay.url.replace("localhost", "127.0.0.1"), ca=cert[0])[0], "unavailable", "another name")
            equal(len(relay.mails), 1, "mails")
    with Relay() as relay:
        word, said = one(url=relay.url)
        equal(word, "unavailable", "a relay without STARTTLS")
        check("STARTTLS" in said, said)
        equal([s.said for s in relay.sessions if any(x.startswith("MAIL") for x in s.said)], [], "sessions with a mail")
    with Relay(tls="starttls", certificate=cert) as relay:
        relay.on("starttls", "454 4.7.0 not now")
        equal(one(url=relay.url, ca=cert[0])[0], "unavailable", "STARTTLS refused")
        equal(one(url=relay.url, ca=cert[0], insecure=1)[0], "ok", "used where it is there, even if it need not be")
        check(relay.mails[0].tls, "is encrypted")


def test_sign_in():
    cert = certificate(directory())
    for mechanisms in ("PLAIN LOGIN", "PLAIN", "LOGIN"):
        with Relay(tls="starttls", certificate=cert, users={"entregent": "s3cret é"}, mechanisms=mechanisms) as relay:
            path = secret("s3cret é\n")
            options = {"url": relay.url, "ca": cert[0], "user": "entregent", "password_file": path}
            equal(one(**options)[0], "ok", mechanisms)
            equal(relay.mails[0].user, "entregent", "user")
            secret("wrong\n", os.path.dirname(path))
            word, said = one(**options)
            equal((word, said), ("unavailable", "535 5.7.8 not you"), "a wrong password is no fault of the mail's")
            word, said = one(url=relay.url, ca=cert[0])
            equal((word, said), ("unavailable", "530 5.7.0 Authentication required"), "no sign-in")


def test_password_file():
    with Relay(users={"entregent": "s3cret"}) as relay:
        folder = directory()
        cases = [("", "is not given"), (f"{folder}/none", "No such file"), (folder, "is no file"), (secret(""), "is empty"),
                 (secret("\nx"), "is empty"), (secret("x" * 2000), "is too long")]
        for path, why in cases:
            word, said = one(url=relay.url, insecure=1, user="entregent", password_file=path)
            equal(word, "unavailable", why)
            check(said.startswith("smtp_password_file") and why in said, said)
        equal(len(relay.sessions), 0, "connections")


def test_what_answers_mean():
    cases = [
        ("greeting", "421 4.3.2 closing", "unavailable"), ("greeting", "554 5.3.2 not you", "unavailable"),
        ("mail", "451 4.3.0 later", "unavailable"), ("mail", "550 5.7.1 not your sender", "unavailable"),
        ("mail", "552 5.3.4 too large", "invalid"),
        ("rcpt", "450 4.2.1 later", "unavailable"), ("rcpt", "550 5.1.1 <***>: unknown", "invalid"),
        ("rcpt", "554 5.7.1 <***>: Relay access denied", "unavailable"),
        ("data", "451 4.3.0 later", "unavailable"), ("data", "554 5.5.1 no valid recipients", "invalid"),
        ("dot", "452 4.3.1 disk full", "unavailable"), ("dot", "554 5.7.1 spam", "invalid"),
    ]
    with Relay() as relay:
        for stage, line, word in cases:
            relay.on(stage, line.replace("***", TO))
            equal(one(url=relay.url, insecure=1), (word, line), f"{line} to {stage}")
        relay.on("rcpt", f"550-5.1.1 no such user\r\n550-5.1.1 <{TO}>\r\n550 5.1.1 here")
        equal(one(url=relay.url, insecure=1), ("invalid", "550 5.1.1 no such user 5.1.1 <***> 5.1.1 here"), "many lines")
        equal(relay.mails, [], "mails")
        relay.on("data", "250 what?")
        equal(one(url=relay.url, insecure=1)[0], "unavailable", "an answer to something else")
        relay.on("mail", "220 fine\r\n250 fine")
        equal(one(url=relay.url, insecure=1)[0], "unavailable", "two answers to one")
        relay.on("rcpt", "hello")
        equal(one(url=relay.url, insecure=1)[0], "unavailable", "no SMTP")
        equal(relay.mails, [], "mails")


def test_lost_connections():
    with Relay() as relay:
        for stage in ("greeting", "ehlo", "mail", "rcpt", "data", "body"):
            relay.on(stage, DROP)
            equal(one(url=relay.url, insecure=1)[0], "unavailable", stage)
        equal(relay.mails, [], "mails")
        relay.on("dot", DROP)
        equal(one(url=relay.url, insecure=1)[0], "unavailable", "before it was said to be taken")
        equal(len(relay.mails), 1, "taken all the same: the next try is a second one of the same Message-ID")
    equal(one(url=relay.url, insecure=1)[0], "unavailable", "nobody listens")
    equal(one(url="http://localhost:1/", insecure=1)[0], "unavailable", "not SMTP")
    equal(one(url="smtp://name.invalid", insecure=1)[0], "unavailable", "no such host")


def test_slow_relays():
    cert = certificate(directory())
    for stage in ("greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot"):
        with Relay(tls="starttls", certificate=cert, users={"u": "p"}) as relay:
            relay.on(stage, HOLD)
            word, said = one(url=relay.url, ca=cert[0], user="u", password_file=secret("p"), timeout_ms=400,
                             message=MESSAGE + (b"x" * 70 + b"\r\n") * 10000)
            equal(word, "unavailable", stage)
            check("time" in said, stage, said)


def test_a_relay_that_never_says_goodbye():
    """After QUIT nobody waits: neither behind a mail nor behind a refusal."""
    cert = certificate(directory())
    with Relay(tls="starttls", certificate=cert, users={"u": "p"}) as relay:
        relay.on("quit", HOLD, times=10)
        options = {"url": relay.url, "ca": cert[0], "user": "u"}
        equal(one(**options, password_file=secret("p"))[0], "ok", "a mail")
        equal(one(**options, password_file=secret("q"))[0], "unavailable", "a wrong password")
        relay.on("ehlo", "550 no")
        equal(one(**options, password_file=secret("p"))[0], "unavailable", "EHLO refused")
        relay.on("greeting", "554 no")
        equal(one(**options, password_file=secret("p"))[0], "unavailable", "greeting refused")
        relay.on("rcpt", "550 5.1.1 no")
        equal(one(**options, password_file=secret("p"))[0], "invalid", "recipient refused")
    with Relay() as relay:
        relay.on("quit", HOLD, times=10)
        equal(one(url=relay.url)[0], "unavailable", "no STARTTLS")


def test_ten_at_once():
    """One that waits delays no other; ten connections at most; beyond the slots the answer is: later."""
    to = [f"person{i}@example.net" for i in range(30)]
    with Relay() as relay:
        relay.on("dot", HOLD)
        p = started(url=relay.url, insecure=1, to=to)
        wait_for(lambda: len(relay.mails) == 30, "all the others have come")
        relay.release()
        answers = ended(p)
        equal(sorted(a[0] for a in answers), sorted(to), "each answered once")
        equal({a[1] for a in answers}, {"ok"}, "answers")
        equal(sorted(m.recipients[0] for m in relay.mails), sorted(to), "each mail once")
    with Relay() as relay:
        relay.on("dot", HOLD, times=10)
        p = started(url=relay.url, insecure=1, to=to)
        wait_for(lambda: len(relay.mails) == 10, "ten wait")
        equal(len(relay.sessions), 10, "connections")
        relay.release()
        equal({a[1] for a in ended(p)}, {"ok"}, "answers")
        answers = sent(url=relay.url, insecure=1, to=to, more=1)
        equal(sorted(a[1] for a in answers), ["ok"] * 10 + ["unavailable"] * 20, "answers")


def test_freed_while_under_way():
    cert = certificate(directory())
    to = [f"person{i}@example.net" for i in range(10)]
    for stage in ("greeting", "starttls", "mail", "dot"):
        with Relay(tls="starttls", certificate=cert) as relay:
            relay.on(stage, HOLD, times=10)
            p = started(url=relay.url, ca=cert[0], to=to)
            wait_for(lambda: len(relay.sessions) == 10 and relay.told(stage) is None, "all wait")
            p.send_signal(signal.SIGTERM)
            equal(ended(p), [], f"answers, freed at {stage}")
    equal(sent(url="smtp://localhost:1", to=to, free=1), [], "freed at once")
    equal(sent(folder=os.path.join(directory(), "mail"), to=to, free=1), [], "freed at once, into a folder")


def test_addresses_that_say_more():
    with Relay() as relay:
        for bad in ("a b@example.net", "a@example.net>\r\nRCPT TO:<b@example.net", ""):
            p = started(url=relay.url, insecure=1, to=[bad])
            p.wait(PATIENCE)
            out = p.stdout.read()
            check(b"invalid not a mail address" in out, out)
        equal([x for s in relay.sessions for x in s.said if x.startswith("RCPT")], [], "recipients said")


def test_a_folder_instead():
    folder = os.path.join(directory(), "mail")
    equal(sent(folder=folder, id="0198-a", to=["a@example.net", "b@example.net"]),
          [("a@example.net", "ok", ""), ("b@example.net", "ok", "")], "answers")
    equal(sorted(os.listdir(folder)), ["0198-a-0.eml", "0198-a-1.eml"], "files")
    equal(oct(os.stat(folder).st_mode & 0o777), "0o700", "mode of the folder")
    with open(f"{folder}/0198-a-0.eml", "rb") as f:
        equal(f.read(), MESSAGE, "the file")
    equal(oct(os.stat(f"{folder}/0198-a-0.eml").st_mode & 0o777), "0o600", "mode of the file")
    for bad in ("../out", "a/b", "", "x" * 64, "a.b"):
        equal(one(folder=folder, id=bad)[0], "ok" if bad == "" else "invalid", f"id {bad!r}")
    check(not os.path.exists(os.path.join(os.path.dirname(folder), "out-0.eml")), "nothing lies outside")
    p = started(folder=os.path.join(directory(), "none", "mail"))
    p.wait(PATIENCE)
    out, err = p.stdout.read(), p.stderr.read()
    check(b"unavailable the mail cannot be written" in out and b"none/mail" in err, out, err)


run(test_a_mail_arrives_whole, test_a_large_mail, test_tls_is_asked_for, test_sign_in, test_password_file, test_what_answers_mean,
    test_lost_connections, test_slow_relays, test_a_relay_that_never_says_goodbye, test_ten_at_once, test_freed_while_under_way,
    test_addresses_that_say_more, test_a_folder_instead)
