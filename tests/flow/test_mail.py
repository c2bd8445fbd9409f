# SPDX-License-Identifier: EUPL-1.2
"""Mails of the folder DATA/mail, as an operator without a relay sees them: entregentd mail list, mail show."""
import email.policy
import json
import os
import pwd
import shutil
import subprocess
from email.message import EmailMessage

from entregent import BUILD, Daemon, check, environment, equal, run

LINK = "https://entregent.example.org/ticket#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_0123456789"
TEXT = f"Bonjour Hélène,\n\nconfirmez votre adresse :\n{LINK}\n\n.\nÀ bientôt\n"
SUBJECT = "Confirmez l'adresse de votre établissement à Besançon, où l'été a déjà commencé"


def written(to, subject=SUBJECT, text=TEXT):
    m = EmailMessage(policy=email.policy.SMTP)
    m["From"], m["To"], m["Subject"], m["Date"] = "Où <entregent@localhost>", to, subject, "Mon, 18 May 2026 09:30:00 +0000"
    m.set_content(text, cte="base64")
    m.add_alternative("<!doctype html><p>non", subtype="html")
    return m.as_bytes()


def put(d, id, content, at):
    """A mail in the folder, as the daemon's account puts it there; at: seconds since 1970."""
    owner = os.stat(d.data)
    folder = f"{d.data}/mail"
    os.makedirs(folder, 0o700, exist_ok=True)
    path = f"{folder}/{id}.eml"
    with open(path, "wb") as f:
        f.write(content)
    os.utime(path, (at, at))
    os.chmod(path, 0o600)
    for x in (folder, path):
        os.chown(x, owner.st_uid, owner.st_gid)


def as_account(uid, *arguments):
    return subprocess.run([f"{BUILD}/entregentd", *arguments], capture_output=True, text=True, env=environment(), user=uid, cwd="/")


def test_no_mail_yet():
    with Daemon() as d:
        for words in (["--json"], []):
            status, out, err = d.admin("mail", "list", *words, check_status=None)
            equal((status, out), (0, ""), "list")
            check("No mail here: DATA/mail" in err and "smtp_url" in err, err)
        status, out, err = d.admin("mail", "show", check_status=None)
        equal((status, out), (1, ""), "show")
        check("No mail here: DATA/mail" in err, err)
        check(not os.path.exists(f"{d.data}/mail"), "looking makes no folder")
        status, _, err = d.admin("mail", "list", check_status=None, env={"LC_ALL": "fr_FR.UTF-8"})
        check("Aucun courriel ici : DATA/mail" in err, err)


def test_list():
    with Daemon() as d:
        put(d, "0198-b", written("b@example.net"), 1779096600)
        put(d, "0198-c", written("c@example.net", "Invitation"), 1779096602)
        put(d, "0198-a", written("a@example.net", "\x41" * 30), 1779096601)
        put(d, "0198-d", written("d@example.net"), 1779096600)
        for other in ("0198-e.eml.part", "notes.txt", ".eml", "a b.eml"):
            shutil.copy(f"{d.data}/mail/0198-a.eml", f"{d.data}/mail/{other}")
        os.symlink("/etc/passwd", f"{d.data}/mail/passwd.eml")
        os.mkdir(f"{d.data}/mail/folder.eml")
        listed = [json.loads(x) for x in d.admin("mail", "list", "--json").splitlines()]
        equal([x["id"] for x in listed], ["0198-c", "0198-a", "0198-d", "0198-b"], "newest first")
        equal(listed[3], {"id": "0198-b", "date": "2026-05-18T09:30:00Z", "to": "b@example.net", "subject": SUBJECT}, "one")
        lines = d.admin("mail", "list").splitlines()
        equal(lines[0], "0198-c  2026-05-18T09:30:02Z  c@example.net  Invitation", "first line")
        equal(len(lines), 4, "lines")
        equal(d.admin("mail", "list", "more", check_status=None)[0], 2, "status of a wrong usage")


def test_show():
    with Daemon() as d:
        put(d, "0198-a", written("a@example.net"), 1779096600)
        put(d, "0198-b", written("b@example.net", "Autre"), 1779096601)
        equal(d.admin("mail", "show", "0198-a"), "Date: Mon, 18 May 2026 09:30:00 +0000\nFrom: Où <entregent@localhost>\n"
              f"To: a@example.net\nSubject: {SUBJECT}\n\n{TEXT}", "shown")
        equal(json.loads(d.admin("mail", "show", "0198-a", "--json")),
              {"id": "0198-a", "to": "a@example.net", "subject": SUBJECT, "text": TEXT}, "as JSON")
        equal(json.loads(d.admin("mail", "show", "--json"))["id"], "0198-b", "the newest")
        raw = subprocess.run([f"{BUILD}/entregentd", "mail", "show", "0198-a", "--raw", "--data", d.data], capture_output=True,
                             env=environment(), check=True).stdout
        with open(f"{d.data}/mail/0198-a.eml", "rb") as f:
            equal(raw, f.read(), "the file")


def test_nothing_leaves_the_folder():
    with Daemon() as d:
        put(d, "0198-a", written("a@example.net"), 1779096600)
        shutil.copy(f"{d.data}/mail/0198-a.eml", f"{d.data}/outside.eml")
        os.symlink(f"{d.data}/outside.eml", f"{d.data}/mail/link.eml")
        os.mkfifo(f"{d.data}/mail/fifo.eml")
        for id in ("../outside", "link", "fifo", "..", "", "/etc/passwd", "0198-a.eml", "x" * 100, "none", "0198-a\n"):
            status, out, err = d.admin("mail", "show", "--", id, check_status=None)
            equal((status, out), (1, ""), f"id {id!r}")
            check("No mail here" in err, err)
        equal(d.admin("mail", "show", "0198-a", "0198-a", check_status=None)[0], 2, "status of two ids")


def test_a_terminal_is_safe():
    with Daemon() as d:
        put(d, "0198-a", b"To: \x1b]0;x\x07a@b\r\nSubject: =?utf-8?q?=1B[31m=0AX?=\r\n\r\n\x1b[2Jtext\x9b\r\n", 1779096600)
        for words in (["list"], ["show"], ["list", "--json"], ["show", "--json"]):
            out = d.admin("mail", *words)
            check(not any(c < " " and c != "\n" or c == "\x7f" or "\x80" <= c < "\xa0" for c in out), words, repr(out))
        equal(len(d.admin("mail", "list").splitlines()), 1, "lines")


def test_beside_the_daemon_and_without_it():
    with Daemon() as d:
        put(d, "0198-a", written("a@example.net"), 1779096600)
        check("a@example.net" in d.admin("mail", "list"), "beside the daemon")
        owner = os.stat(d.data).st_uid
        if os.geteuid() == 0 and owner != 0:
            done = as_account(owner, "mail", "list", "--data", d.data)
            check(done.returncode == 0 and "a@example.net" in done.stdout, "as the daemon's account:", done)
            other = as_account(next(p.pw_uid for p in pwd.getpwall() if p.pw_uid not in (0, owner)), "mail", "list", "--data", d.data)
            check(other.returncode == 78 and not other.stdout, "as another account:", other)
        d.stop()
        check("a@example.net" in d.admin("mail", "list"), "without the daemon")
        check(not os.path.exists(f"{d.data}/pg/15/postmaster.pid"), "no database is started for it")
        d.start()
    status, _, err = d.admin("mail", "list", "--data", "/nowhere/at/all", check_status=None)
    equal(status, 78, "status without a data directory")
    check("--data" in err, err)


run(test_no_mail_yet, test_list, test_show, test_nothing_leaves_the_folder, test_a_terminal_is_safe, test_beside_the_daemon_and_without_it)
