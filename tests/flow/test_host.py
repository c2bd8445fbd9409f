# SPDX-License-Identifier: EUPL-1.2
"""How the daemon lives on a machine: account, service manager, settings read again, and a sandbox it can live in."""
import os
import pwd
import re
import shutil
import signal
import socket
import struct
import subprocess
import time

from entregent import (BUILD, Client, Daemon, Failure, Stream, check, directory, entregentd, environment, equal, free_port, need,
                       run, running, say, siret, wait_for)

MOST_EXPOSED = 1.5


class Service(Daemon):
    """A daemon as a service manager starts it: more in its environment, another account, something before it."""

    def begin(self, env=None, before=(), program=None, **more):
        self.port = self.port or free_port()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*before, program or f"{BUILD}/entregentd", "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
                 *self.settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**environment(), **(env or {})}, **more)
        running.add(self.process)
        return self

    def write(self, *lines):
        with open(f"{self.data}/entregent.conf", "w") as f:
            f.write("".join(line + "\n" for line in lines))
        os.chmod(f"{self.data}/entregent.conf", 0o644)

    def reload(self, *lines):
        """Writes the settings, has them read, and gives what the log says of it."""
        before = len(self.read_log())
        self.write(*lines)
        os.kill(self.pid(), signal.SIGHUP)
        wait_for(lambda: re.search(r"settings.*(read again|stays as it was)", self.read_log()[before:]), "the settings are read")
        return self.read_log()[before:]

    def pid(self):
        with open(f"{self.data}/lock") as f:
            return int(f.read())


def fresh(*settings):
    """A daemon that is not started, its data directory made."""
    d = Service(*settings, start=False)
    d.make()
    return d


def family(pid):
    """The process and all that it started."""
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        try:
            with open(f"/proc/{found[-1]}/task/{found[-1]}/children") as f:
                todo += [int(p) for p in f.read().split()]
        except FileNotFoundError:
            found.pop()
    return found


def status_of(pid):
    with open(f"/proc/{pid}/status") as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)


# ---- The account

def test_never_root():
    """Started by whomever, neither the daemon nor anything it started is root, has capabilities, or can gain them."""
    with fresh() as d:
        d.begin().wait_ready()
        processes = family(d.pid())
        check(len(processes) > 4, "the daemon and the processes of PostgreSQL", processes)
        for pid in processes:
            status = status_of(pid)
            check("0" not in status["Uid"].split() and "0" not in status["Gid"].split(), status["Name"], status["Uid"], status["Gid"])
            check("0" not in status["Groups"].split(), status["Name"], "groups", status["Groups"])
            equal(status["NoNewPrivs"], "1", f"{status['Name']}: no_new_privs")
            for capabilities in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
                equal(int(status[capabilities], 16), 0, f"{status['Name']}: {capabilities}")
        say(f"{len(processes)} processes, none root, none with capabilities")


# ---- The service manager

class Manager:
    """The socket of a service manager; next() gives the messages of one process."""

    def __init__(self, abstract):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.socket.settimeout(60)
        self.name = f"@entregent-test-{os.getpid()}" if abstract else f"{directory()}/notify"
        self.socket.bind("\0" + self.name[1:] if abstract else self.name)
        if not abstract:
            os.chmod(self.name, 0o666)
        self.senders = set()

    def next(self):
        message, control, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(12))
        self.senders.add(struct.unpack("3i", control[0][2])[0])
        return message.decode()

    def until(self, start):
        """The messages up to the first one that begins so."""
        messages = []
        while not messages or not messages[-1].startswith(start):
            messages.append(self.next())
        return messages

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def told(abstract):
    with fresh() as d, Manager(abstract) as m:
        d.begin({"NOTIFY_SOCKET": m.name, "WATCHDOG_USEC": "400000"})
        start = m.until("READY=1")
        check(d.ready(), "READY is said when it answers, not before")
        check(any(s.startswith("STATUS=") for s in start), "what it waits for:", start)
        for _ in range(2):
            m.until("WATCHDOG=1")
        os.kill(d.pid(), signal.SIGHUP)
        reloading = m.until("READY=1")
        at = [s for s in reloading if s.startswith("RELOADING=1\nMONOTONIC_USEC=")]
        equal(len(at), 1, f"RELOADING before READY: {reloading}")
        check(0 < int(at[0].split("=")[-1]) <= int(time.monotonic() * 1e6), "the time of the reload", at)
        d.write("pag = 5")
        os.kill(d.pid(), signal.SIGHUP)
        refused = m.until("READY=1")
        check(any("STATUS=" in s and "refused" in s for s in refused), "the manager shows that the settings are bad:", refused)
        # Children have a socket of their own, or none.
        for pid in family(d.pid())[1:]:
            with open(f"/proc/{pid}/environ") as f:
                env = f.read()
            check(m.name not in env and "WATCHDOG_" not in env, pid, "has the manager's variables:", env)
        daemon = d.pid()
        os.kill(daemon, signal.SIGTERM)
        m.until("STOPPING=1")
        d.stop()
        equal(m.senders, {daemon}, "nobody but the daemon spoke")


def test_service_manager():
    told(abstract=False)


def test_service_manager_abstract():
    told(abstract=True)


def test_watchdog_of_another():
    """A watchdog meant for another process is not ours to feed."""
    with fresh() as d, Manager(False) as m:
        d.begin({"NOTIFY_SOCKET": m.name, "WATCHDOG_USEC": "2000", "WATCHDOG_PID": "1"})
        check("WATCHDOG=1" not in m.until("READY=1"), "it pings")
    with fresh() as d:
        d.begin({"NOTIFY_SOCKET": "not an address"}).wait_ready()
        check("NOTIFY_SOCKET" in d.read_log(), "it says that it cannot tell")


# ---- Settings read again

def test_reload():
    with fresh() as d:
        d.write("page = 2", "heartbeat_ms = 600000")
        d.begin().wait_ready()
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        for i in range(4):
            buyer.need(need(title=f"Besoin {i}"))

        def page():
            return len(buyer.get("/v1/needs")["items"])

        equal(page(), 2, "the page at the start")
        with Stream(supplier) as s:
            said = d.reload("page = 3", "heartbeat_ms = 100", "readers = 3")
            check("page: the new value is taken" in said, said)
            check("readers: takes effect at the next start" in said and "heartbeat_ms: takes" not in said, said)
            equal(page(), 3, "the new page")
            wait_for(lambda: s.next().kind == ":", "the new heartbeat, on a stream that was open before")
        # One bad line and nothing of the file is taken; each problem is said with its line.
        said = d.reload("page = 1", "heartbeat_ms = never", "pgae = 7")
        check("entregent.conf:2: heartbeat_ms = never" in said and "entregent.conf:3: pgae" in said, said)
        check("stays as it was" in said, said)
        equal(page(), 3, "the former page stays")
        # Wrong as a whole, though every line is right.
        said = d.reload("page = 400", "page_most = 300")
        check("entregent.conf:1: page: greater than page_most" in said, said)
        equal(page(), 3, "the former page stays")
        # A certificate that cannot be used refuses the rest too.
        said = d.reload("page = 1", "tls_certificate = /nowhere", "tls_key = /nowhere")
        check("entregent.conf:2: tls_certificate" in said and "/nowhere" in said, said)
        equal(page(), 3, "the former page stays")
        # What is not given any more has its standard value.
        d.reload()
        equal(page(), 4, "the standard page holds all")
        said = d.reload("readers = 3")
        check("readers: takes effect at the next start" in said, "it is still not taken:", said)


def test_reload_keeps_the_command_line():
    """What stands on the command line stays over the file."""
    with fresh("page=2") as d:
        d.begin().wait_ready()
        buyer = d.organisation("buyer", 1)
        for i in range(3):
            buyer.need(need(title=f"Besoin {i}"))
        said = d.reload("page = 1")
        check("page:" not in said, said)
        equal(len(buyer.get("/v1/needs")["items"]), 2, "the page of the command line")


def test_reload_again_and_again():
    """Texts that are replaced while requests use them (what AddressSanitizer sees)."""
    with fresh() as d:
        d.begin().wait_ready()
        buyer = d.organisation("buyer", 1)
        for i in range(8):
            d.reload(f"public_url = https://host-{i}.example.org", f"proxies = 10.0.0.{i}", f"mail_from = E{i} <e{i}@example.org>",
                     f"smtp_url = smtp://relay-{i}.example.org:587")
            buyer.get("/v1/needs")
            d.metric("up")


# ---- entregentd --check-config

def checked(data, *more, lang="C.UTF-8"):
    status, out, err = entregentd("--check-config", "--data", data, *more, check_status=None, env={"LC_ALL": lang})
    return status, out, err


def test_check_config():
    data = f"{directory()}/data"
    equal(checked(data)[:2], (0, "ok\n"), "without a file all is standard")
    check(not os.path.exists(data), "a check makes nothing")
    os.mkdir(data, 0o755)
    path = f"{data}/entregent.conf"
    empty = f"{data}/empty"
    open(empty, "w").close()
    cases = (  # a line, and what is said of it
        ("page = 0", "page = 0: a number from 1 to 1000"),
        ("page = 12x", "page = 12x: a number"),
        ("pgae_most = 7", "pgae_most: no such setting; perhaps page_most?"),
        ("hartbeat_ms = 7", "perhaps heartbeat_ms?"),
        ("something_else_entirely = 7", "something_else_entirely: no such setting (entregentd --print settings)"),
        ("page", "page: '=' is missing"),
        ("listen = localhost", "listen: not an address with a port"),
        ("database_url = postgresql://a:secret@[::1/b", "database_url: not a connection string"),
        ("user = nobody-by-this-name", "user: no such service account"),
        ("user = root", "user: no such service account"),
        ("postgres_bin = /nowhere", "postgres_bin: PostgreSQL is not there: /nowhere/postgres: No such file"),
        ("page = 600", "page: greater than page_most"),
        ("public_url = entregent.example.org", "public_url: not an address"),
        ("public_url = https://entregent.example.org/path", "public_url: not an address"),
        ("public_url = https://entregent.example.org:99999", "public_url: not an address"),
        ("tls_certificate = /nowhere", "tls_certificate: tls_certificate and tls_key go together"),
        ("tls_key = /nowhere", "tls_certificate and tls_key go together"),
        ("proxies = 10.0.0.0/33", "proxies: not a list of addresses"),
        (f"key_file = {empty}", f"key_file: cannot be read: {empty}: empty"),
        ("smtp_url = mail.example.org", "smtp_url: not a relay"),
        ("smtp_url = smtp://mail.example.org:587/x", "smtp_url: not a relay"),
        ("smtp_user = entregent", "smtp_user: smtp_user and smtp_password_file go together"),
        ("smtp_ca = /nowhere", "smtp_ca: cannot be read: /nowhere: No such file"),
        ("mail_from = Entregent", "mail_from: not an address"),
        ("mail_from = a\x01b@example.org", "mail_from: characters that are not allowed"),
    )
    for line, wanted in cases:
        with open(path, "w") as f:
            f.write(f"# a comment\n\n{line}\n")
        status, out, err = checked(data)
        equal((status, out), (78, ""), line)
        check(wanted in err and "secret" not in err, line, err)
        where = "" if line.startswith("tls_key") else f"{path}:3: "  # said of the one that is missing
        check(where in err, line, err)
        equal(err.count("\n"), 1, f"one problem, one line: {line} {err}")
    good = ("page = 600", "page_most = 600", "listen = [::1]:8080", "public_url = https://entregent.example.org/", "proxies = 10.0.0.0/8, ::1",
            "smtp_url = smtps://mail.example.org", "mail_from = Entregent <e@example.org>", "database_url = host=/run user=x")
    with open(path, "w") as f:
        f.write("\n".join(good))
    equal(checked(data), (0, "ok\n", ""), "a file that is right")
    # Not only the first problem; the same name twice; the command line.
    with open(path, "w") as f:
        f.write("page = 5\nlisten = x\npage = 0\n")
    _, _, err = checked(data, "--set", "smtp_url=x", "--set", "pages=1")
    equal([line.removeprefix("entregentd: ").split(": ")[0] for line in err.splitlines()],
          [f"{path}:3", f"{path}:3", "--set", f"{path}:2", "--set"], err)
    check(f"{path}:3: page: given already on line 1" in err, err)
    status, _, err = checked(data, lang="fr_FR.UTF-8")
    check(status == 78 and "déjà donné à la ligne 1" in err and "pas une adresse avec un port" in err, "in French:", err)
    # The daemon does not start with what the check refuses, and says the same.
    d = fresh()
    status, _, err = entregentd("serve", "--data", d.data, "--set", "smtp_url=x", "--set", "listen=x", check_status=None)
    check(status == 78 and "--set: smtp_url: not a relay" in err and "--set: listen: not an address" in err, status, err)


def test_check_sees_as_the_account():
    """Root reads every file; the account that serves does not, and for it the check is made."""
    if os.getuid() != 0:
        return say("not root: nothing to show")
    d = fresh()
    secret = f"{directory()}/password"
    with open(secret, "w") as f:
        f.write("x\n")
    os.chmod(secret, 0o600)
    wrong = checked(d.data, "--set", "smtp_user=x", "--set", f"smtp_password_file={secret}")
    check(wrong[0] == 78 and f"{secret}: Permission denied" in wrong[2], wrong)
    owner = os.stat(d.data)
    os.chown(secret, owner.st_uid, owner.st_gid)
    equal(checked(d.data, "--set", "smtp_user=x", "--set", f"smtp_password_file={secret}")[0], 0, "now it may")


# ---- The sandbox

def installed():
    """The unit as it is installed, and its lines."""
    prefix = directory()
    done = subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], capture_output=True, text=True)
    equal(done.returncode, 0, f"cmake --install: {done.stderr}")
    path = f"{prefix}/lib/systemd/system/entregent.service"
    with open(path) as f:
        lines = [line.strip() for line in f if "=" in line and not line.startswith("#")]
    check(f"ExecStart={prefix}/bin/entregentd serve --data /var/lib/entregent" in lines, lines)
    for program in ("entregentd", "entregent"):
        check(os.access(f"{prefix}/bin/{program}", os.X_OK), program)
    with open(f"{prefix}/lib/sysusers.d/entregent.conf") as f:
        check(re.search(r"^u entregent ", f.read(), re.M), "the account of the unit is made")
    return path, lines


def groups():
    """The named groups of system calls."""
    out = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True).stdout
    found, name = {}, None
    for line in out.splitlines():
        if line.startswith("@"):
            name = line.strip()
            found[name] = []
        elif name and line.startswith("    ") and not line.strip().startswith("#"):
            found[name].append(line.strip())
    return found


def resolve(words, all):
    names = set()
    for word in words:
        names |= resolve(all[word], all) if word.startswith("@") else {word}
    return names


def allowed(lines):
    """The system calls that the unit's filter lets through."""
    names, all = set(), groups()
    for line in lines:
        if line.startswith("SystemCallFilter="):
            words = line.removeprefix("SystemCallFilter=")
            names = names - resolve(words[1:].split(), all) if words[0] == "~" else names | resolve(words.split(), all)
    # The manager always lets these through.
    return names | resolve(["@default"], all)


def test_exposure():
    if not shutil.which("systemd-analyze"):
        return say("SKIP systemd-analyze is not here")
    path, _ = installed()
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True)
    equal((verified.returncode, verified.stderr), (0, ""), "systemd-analyze verify")
    out = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", path], capture_output=True, text=True).stdout
    found = re.search(r"exposure level for entregent.service: ([0-9.]+)", out)
    check(found, out)
    say(f"exposure {found[1]} of 10 (at most {MOST_EXPOSED})")
    check(float(found[1]) <= MOST_EXPOSED, out)


def live(d):
    """What a daemon does in its life: a new cluster, postings, passwords, mails, a reload, the stop."""
    buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
    with Stream(supplier):
        buyer.need(need())
        d.matched()
    stranger = Client(d.port)
    stranger.post("/v1/session", {"email": "nobody@example.org", "password": "not the right one"}, expect=401)
    stranger.post("/v1/signup", {"siret": siret(3), "organisation": "Ville", "kinds": ["buyer"], "name": "A. Martin",
                                 "email": "a.martin@example.org"}, expect=202)
    wait_for(lambda: d.sql("select max(attempts) from outbox") not in ("", "0"), "the relay was looked for")
    d.reload("page = 7")


def service_account():
    for name in ("entregent", "postgres"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise Failure("no account entregent or postgres")


def test_sandbox():
    """Every system call that the daemon and PostgreSQL make under the unit's account is one that the unit allows."""
    if not shutil.which("systemd-analyze") or not shutil.which("strace"):
        return say("SKIP systemd-analyze or strace is not here")
    names = allowed(installed()[1])
    check("execve" in names and "setpriority" not in names and "setuid" not in names, "the filter is understood")
    home = directory()
    program = shutil.copy(f"{BUILD}/entregentd", home)
    account = {}
    if os.getuid() == 0:
        who = service_account()
        os.chown(home, who.pw_uid, who.pw_gid)
        account = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    # A relay whose name must be looked up, so that libcurl's thread runs.
    d = Service(f"smtp_url=smtp://{socket.gethostname()}:{free_port()}", "smtp_tls=0", "smtp_ms=3000", data=f"{home}/data", start=False)
    trace = f"{home}/trace"
    # Calls to look at: all that the filter refuses, and those whose arguments other lines of the unit restrict. For
    # strace the first two, of other machines, stand for all that they do.
    quiet = names - {"ipc", "socketcall", "socket", "mmap", "mprotect", "pkey_mprotect", "shmat", "clone", "unshare", "setns"}
    with d:
        # LeakSanitizer cannot look into a process that is traced.
        d.begin({"ASAN_OPTIONS": "detect_leaks=0"}, ["strace", "-f", "-qq", "--seccomp-bpf", "-o", trace, "-e", "signal=none", "-e",
                "trace=!" + ",".join(f"?{n}" for n in sorted(quiet))], program, cwd=home, **account)
        d.wait_ready()
        live(d)
        os.kill(d.pid(), signal.SIGTERM)
        equal(d.process.wait(60), 0, "the end of the daemon")
        running.discard(d.process)
    judge(trace, names)


# What other lines of the unit refuse: RestrictAddressFamilies, MemoryDenyWriteExecute, RestrictNamespaces. getaddrinfo
# tries NETLINK and does without.
RESTRICTED = (r"socket\((?!AF_(UNIX|INET6?|NETLINK)\b)", r"(mmap|mprotect)\(.*PROT_WRITE\|PROT_EXEC", r"(pkey_)?mprotect\(.*PROT_EXEC",
              r"shmat\(.*SHM_EXEC", r"clone\(.*CLONE_NEW", r"(unshare|setns)\(")


def judge(trace, names):
    calls, refused, wrong = {}, {}, []
    with open(trace, errors="replace") as f:
        for line in f:
            found = re.match(r"\d+ +(\w+)\((.*)", line)
            if not found:
                continue
            name, rest = found.groups()
            calls[name] = calls.get(name, 0) + 1
            if name not in names:
                refused[name] = calls[name]
            elif any(re.match(pattern, f"{name}({rest}") for pattern in RESTRICTED):
                wrong.append(line)
    check(calls.get("socket", 0) > 5 and calls.get("mmap", 0) > 100 and calls.get("shmat", 0) > 1, "it was not traced:", calls)
    refused.pop("setpriority", None)  # the threads that check passwords do without
    say("looked at:", ", ".join(f"{name} {count}" for name, count in sorted(calls.items())))
    check(not refused, "the unit's filter refuses:", refused)
    check(not wrong, "the unit refuses:", *wrong[:10])


run(test_never_root, test_service_manager, test_service_manager_abstract, test_watchdog_of_another, test_reload,
    test_reload_keeps_the_command_line, test_reload_again_and_again, test_check_config, test_check_sees_as_the_account, test_exposure,
    test_sandbox, seconds=400)
