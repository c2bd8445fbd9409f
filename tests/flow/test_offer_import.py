# SPDX-License-Identifier: EUPL-1.2
"""entregent offer import of tables (CSV) and objects (NDJSON): one stream both ways, in bounded memory, through broken
connections; every offer is taken, repaired or refused once, with line and reason."""
import functools
import json
import os
import pty
import re
import select
import signal
import subprocess

from bulkserver import BulkServer, serve
from entregent import BUILD, PATIENCE, ROOT, Daemon, check, directory, environment, equal, free_port, need, offer, run, siret, wait_for

DONE, USAGE, UNREACHABLE, REFUSED, SERVER, STOPPED = 0, 2, 3, 4, 5, 130
HEADER = "siret,name,cpv,areas\n"


def written(content):
    path = f"{directory()}/offers.csv"
    with open(path, "wb") as f:
        f.write(content if isinstance(content, bytes) else content.encode())
    return path


def command(server, *words):
    env = {**environment(), "ENTREGENT_SERVER": f"http://127.0.0.1:{server.port}", "ENTREGENT_TOKEN": "ent_token"}
    return [f"{BUILD}/entregent", "offer", "import", *words], env


def imported(server, content, *more, status=DONE, client=None):
    """Imports bytes or text: the summary (of 0), standard error, the lines of the report."""
    path, report = content if isinstance(content, str) and content.startswith("/") else written(content), f"{directory()}/report"
    words = ["offer", "import", path, "--json", "--report", report, *more]
    code, out, err = Daemon.cli(server, client or server.client, *words, status=None)
    equal(code, status, err)
    with open(report, encoding="utf-8") as f:
        lines = [json.loads(line) for line in f]
    summary = json.loads(out) if out and status == DONE else {}
    if summary:
        equal(summary["read"], summary["taken"] + summary["repaired"] + summary["refused"], "the counts add up")
        equal(sum(line["status"] == "refused" for line in lines), summary["refused"], "every refusal is reported")
    return summary, err, lines


def rows(count, first=1):
    return HEADER + "".join(f"{siret(i)},Atelier {i},90911200,departement:63\n" for i in range(first, first + count))


# ---- What a table means

def test_table():
    full = ("siret,name,structures,seat,lat,lon,labels,criteria,active,full_until,description,blocked,title,cpv,services,areas,radius,"
            "value_min,value_max,keywords,excluded\n")
    first = (f'{siret(1)},"Net, Propre ""et"" Cie",EI|ACI,commune:63113,45.77,3.08,Écolabel | ISO 14001,,oui,2030-01-31,"Deux\nlignes",'
             f'213500100,Bureaux,90911200-8,services|works,departement:63|FR,30,01000,2500.50,vitres,"a|b,c"\n')
    second = f"{siret(1)},ignored,ignored,,,,,,,,,,,90919200,,,0,,,,\n"
    third = f"{siret(2)},'=Atelier,,,,,,,,,,,,77310000,,FR,,,,,\n"
    with BulkServer() as s:
        summary, _, _ = imported(s, full + first + second + ",,,,,,,,,,,,,,,,,,,,\n\n" + third)
        equal((summary["read"], summary["taken"], summary["rows"], summary["new"]), (2, 2, 3, 2), "counts")
        equal(s.exchanges[0].request, "POST /v1/imports/offers HTTP/1.1", "where")
        equal(s.exchanges[0].headers["content-type"], "application/x-ndjson", "what")
        equal(s.records, [
            {"line": 2, "siret": siret(1), "name": 'Net, Propre "et" Cie', "structures": ["EI", "ACI"], "offer": {
                "seat": "commune:63113", "point": {"lat": 45.77, "lon": 3.08}, "labels": ["Écolabel", "ISO 14001"], "active": True,
                "full_until": "2030-01-31", "description": "Deux\nlignes", "blocked": ["213500100"], "capabilities": [
                    {"title": "Bureaux", "cpv": "90911200-8", "services": ["services", "works"], "areas": ["departement:63", "FR"],
                     "radius": 30, "value": {"min": 1000, "max": 2500.5}, "keywords": ["vitres"], "excluded": ["a", "b,c"]},
                    {"cpv": "90919200", "radius": 0}]}},
            {"line": 7, "siret": siret(2), "name": "'=Atelier", "offer": {"capabilities": [{"cpv": "77310000", "areas": ["FR"]}]}},
        ], "records")


def test_spreadsheets_of_any_kind():
    """Semicolons with decimal commas, a byte order mark, CRLF, other orders of columns, no end of line, blank lines in front."""
    for name, content, line in (
            ("french", f"\ufeffCPV;Name;siret;radius\r\n90911200;Été;{siret(1)};12,5\r\n", 2),
            ("quoted", f'"cpv","name","siret","radius"\n"90911200","Été","{siret(1)}","12.5"', 2),
            ("blank lines", f"\n\ncpv,name,siret,radius\n\n90911200,Été,{siret(1)},12.5\n\n", 5)):
        for words in ([], ["--format", "csv"]):
            with BulkServer() as s:
                imported(s, content, *words)
                equal(s.records, [{"line": line, "siret": siret(1), "name": "Été", "offer": {"capabilities": [
                    {"cpv": "90911200", "radius": 12.5}]}}], name)


def test_refused_here():
    """What is no row is refused with its line and column, the whole offer with it, and nothing else."""
    table = ["siret,name,cpv,areas,radius,value_min,lat,active",
             f"{siret(1)},One,90911200,FR,,,,",
             f"{siret(2)},Two,90911200,FR,many,1e5,,perhaps",        # 3
             f"{siret(3)},Three,90911200,FR,,,,",                    # 4
             f"{siret(3)},Three,90911200,FR,,,N45,",                 # 5: lat counts in the first row only
             f"{siret(3)},Three,90911200,FR,1.2.3,,,",               # 6
             f"{siret(4)},Four,90911200,FR",                         # 7: too few cells
             f"{siret(4)},Four,90911200,FR,,,,",                     # 8: of the same offer
             f"{siret(5)},Five \xe9,90911200,FR,,,,",                # 9: not UTF-8
             f'{siret(6)},"Six" and more,90911200,FR,,,,',           # 10
             f"{siret(7)},Seven,90911200,FR,,,,",                    # 11
             f'"{siret(7)}"x,Seven,90911200,FR,,,,',                 # 12: in the middle of an offer
             f"{siret(7)},Seven,90919200,FR,,,,",                    # 13
             f"{siret(8)},Eight,90911200,FR,,,,",                    # 14
             f'{siret(9)},"Nine,90911200,FR,,,,']                    # 15: never closed
    content = "\n".join(table).encode("latin-1")
    with BulkServer() as s:
        path = written(content)
        summary, err, lines = imported(s, path)
        equal([r["siret"] for r in s.records], [siret(1), siret(8)], "the others are taken")
        equal((summary["taken"], summary["refused"], summary["rows"]), (2, 8, 14), "counts")
        equal(summary["reasons"], {"line_quotes": 4, "wrong_type": 4, "line_columns": 1, "bad_text": 1}, "by reason")
        got = {(line["line"], e["line"], e["pointer"], e["code"]) for line in lines for e in line["errors"]}
        equal(got, {(3, 3, "/radius", "wrong_type"), (3, 3, "/value_min", "wrong_type"), (3, 3, "/active", "wrong_type"),
                    (4, 6, "/radius", "wrong_type"), (7, 7, "", "line_columns"), (9, 9, "", "bad_text"), (10, 10, "", "line_quotes"),
                    (12, 12, "", "line_quotes"), (11, 12, "", "line_quotes"), (15, 15, "", "line_quotes")}, "reasons")
        check(f"{path}:6: refused: /radius: " in err and "a number" in err, err)
        _, err, _ = imported(s, path, "--lang", "fr")
        check(f"{path}:6: refusé: /radius: " in err and "un nombre" in err and "guillemet n'est jamais fermé" in err, err)
        shown = Daemon.cli(s, s.client, "offer", "import", path)
        check(re.search(r"\b10  offers, of 14 rows", shown) and re.search(r"\b8  refused", shown) and "wrong_type" in shown, shown)


def test_headers():
    """A header with an unknown, missing or doubled column is refused at once, with the columns that are known."""
    with BulkServer() as s:
        for header, word in (("siret,name,cpv,colour", "colour"), ("siret,name", "cpv"), ("name,cpv", "siret"),
                             ("siret,name,cpv,name", "name"), ("siret,name,cpv,", "unknown column"), ('siret,"name,cpv', "cannot be read")):
            _, err, _ = imported(s, header + "\n1,2,3,4\n", "--format", "csv", status=USAGE)
            check(word in err and "value_min" in err, err)
        _, err, _ = imported(s, "siret,nom\n", status=USAGE)
        check("nom" in err and "value_min" in err, err)
        equal(s.exchanges, [], "nothing was sent")
        _, err, _ = imported(s, "siret\tnom\n", status=USAGE)
        check("csv" in err and "offers" in err, err)
        _, err, _ = imported(s, HEADER, "--format", "xls", status=USAGE)
        check("csv, offers" in err, err)
        equal(imported(s, HEADER)[0]["read"], 0, "no row")
        equal(imported(s, "", "--format", "csv")[0]["read"], 0, "an empty file")


def test_objects():
    record = {"siret": siret(1), "name": "Été", "offer": offer()}
    lines = [json.dumps(record, ensure_ascii=False), "", '{"siret": ', "[1]", json.dumps({"line": 77, **record}), '{"a": 1, "a": 2}', "{}",
             json.dumps({**record, "name": "x" * 270000})]
    for words in ([], ["--format", "offers"]):
        with BulkServer() as s:
            summary, _, lines_told = imported(s, "\n".join(lines), *words)
            equal(s.records, [{"line": 1, **record}, {"line": 5, **record}, {"line": 7}], "records")
            equal((summary["read"], summary["refused"]), (7, 4), "counts")
            equal({(line["line"], line["errors"][0]["code"]) for line in lines_told},
                  {(3, "line_not_json"), (4, "line_not_json"), (6, "line_not_json"), (8, "too_long")}, "reasons")


# ---- What the server says

def fussy(record):
    number = int(record["name"].split()[1])
    return "refused" if number % 10 == 0 else "repaired" if number % 7 == 0 else "taken"


def test_answers():
    with BulkServer(functools.partial(serve, judge=fussy, batch=300)) as s:
        summary, err, lines = imported(s, rows(1000), "--verbose")
        equal((summary["refused"], summary["repaired"], summary["taken"], summary["new"]), (100, 128, 772, 900), "counts")
        equal({line["line"] for line in lines if line["status"] == "refused"}, set(range(11, 1002, 10)), "by their lines")
        check(":11: refused: /siret: No SIRET." in err and ":8: repaired: /name: Mended." in err, err)


def broken(exchange, settle, answer, rest=b""):
    """Takes some hundred records, answers for some of them and breaks."""
    exchange.open()
    exchange.more(500)
    exchange.settle(settle, judge=fussy)
    for r in exchange.records[settle:answer]:
        exchange.say(line=r["line"], status="refused", errors=[{"pointer": "", "code": "bad_siret", "detail": "Soon forgotten."}])
    exchange.peer.sendall(rest)


def test_broken_connections():
    """After a break the import goes on behind the last line that is certain; every line is counted and told once."""
    well = functools.partial(serve, judge=fussy, batch=300)
    plays = [functools.partial(broken, settle=200, answer=200), functools.partial(broken, settle=300, answer=400),
             functools.partial(broken, settle=300, answer=300, rest=b'10\r\n{"upto":99'), functools.partial(broken, settle=0, answer=100), well]
    with BulkServer(*plays) as s:
        summary, err, lines = imported(s, rows(3000), "--retry", "60")
        equal([e.records[0]["line"] for e in s.exchanges], [2, 202, 502, 802, 802], "each goes on where the last one was certain")
        equal([r["line"] for r in s.exchanges[-1].records], list(range(802, 3002)), "to the end, in order")
        equal((summary["read"], summary["refused"], summary["repaired"]), (3000, 300, 386), "counts")
        equal(sorted(line["line"] for line in lines), sorted({line["line"] for line in lines}), "each told once")
        check("Soon forgotten" not in err and "Going on after line 801" in err, err)


def test_lost_answers():
    """Answers may be lost with their connection: what they told is told again, and counted once."""
    def lost(exchange):
        exchange.open()
        exchange.more(500)
        exchange.settle(judge=fussy)
        exchange.reset()
    with BulkServer(*[lost] * 5, functools.partial(serve, judge=fussy, batch=300)) as s:
        summary, _, lines = imported(s, rows(5000), "--retry", "60")
        equal((summary["read"], summary["refused"], len(lines)), (5000, 500, 500 + summary["repaired"]), "counts")
        equal({r["line"] for r in s.records}, set(range(2, 5002)), "none is left out")


def test_end_without_a_word():
    """An answer that ends without its last word was cut, however politely."""
    def polite(exchange):
        exchange.open()
        exchange.more(3000)
        exchange.settle(2000)
        exchange.end()
    with BulkServer(polite, serve) as s:
        summary, _, _ = imported(s, rows(3000), "--retry", "60")
        equal((summary["read"], s.exchanges[1].records[0]["line"]), (3000, 2002), "goes on")


def test_refusals():
    with BulkServer(lambda e: e.refuse(403, "forbidden")) as s:
        imported(s, rows(100000), status=REFUSED)
        equal(s.records, [], "nothing was sent where nothing is taken")
    with BulkServer(lambda e: e.refuse(503, "unavailable", "Retry-After: 0\r\n"), serve) as s:
        equal(imported(s, rows(10))[0]["taken"], 10, "it waits when it is asked to")

    def fails(exchange, status):
        exchange.open()
        exchange.more(3000)
        exchange.settle(2000)
        exchange.say(error={"type": "about:blank", "title": "Broken.", "status": status, "code": "x"})
        exchange.end()
    with BulkServer(functools.partial(fails, status=500)) as s:
        _, err, _ = imported(s, rows(20000), status=SERVER)
        check("Broken." in err or "line 2001" in err, err)
        check("line 2001 (2000 offers taken" in err, err)
    with BulkServer(functools.partial(fails, status=503), serve) as s:
        equal(imported(s, rows(3000), "--retry", "60")[0]["read"], 3000, "a failure that passes")

    def babbles(exchange):
        exchange.open()
        exchange.raw(b"<html>\n")
        exchange.more(10)
    with BulkServer(babbles) as s:
        imported(s, rows(10), status=SERVER)
    with BulkServer() as s:
        s.port = 1
        imported(s, rows(10), status=UNREACHABLE)


# ---- Amounts

WINDOW = 8 << 20


def test_read_ahead_is_bounded():
    """A server that answers only when nothing more comes gets no more than the window holds."""
    most = []

    def slow(exchange):
        exchange.open()
        while not exchange.ended:
            exchange.more(1 << 30, idle=0.3)
            most.append(sum(exchange.sizes[exchange.settled:]))
            exchange.settle()
        exchange.done()
    with BulkServer(slow) as s:
        table = "siret,name,cpv,description\n" + "".join(f"{siret(i)},A {i},90911200,{'x' * 1000}\n" for i in range(1, 20001))
        summary, _, _ = imported(s, table)
        equal(summary["taken"], 20000, "taken")
        check(max(most) < WINDOW + (1 << 16), "unanswered bytes:", most)
        equal(len(s.exchanges), 1, "one call")


def test_large_offers():
    """Where few offers fill the window, a server that waits for a whole batch is not waited for in vain."""
    table = "siret,name,cpv,description\n" + "".join(f"{siret(i)},A {i},90911200,{'x' * 9000}\n" for i in range(1, 2501))
    with BulkServer() as s:
        equal(imported(s, table)[0]["taken"], 2500, "taken")
        equal([r["line"] for r in s.records], list(range(2, 2502)), "each once")
    long_row = f"{siret(1)},A,90911200,{'x' * 300000}\n{siret(2)},B,90911200,\n"
    many = f'{siret(3)},C,90911200,{"x" * 200000}\n' + f"{siret(3)},C,90911200,\n" * 4000
    with BulkServer() as s:
        summary, _, lines = imported(s, "siret,name,cpv,description\n" + long_row + many)
        equal([(line["line"], line["errors"][0]["code"]) for line in lines], [(2, "line_quotes"), (4, "too_long")], "too long")
        equal([r["siret"] for r in s.records], [siret(2)], "the rest")


# ---- Pipes, terminals, interrupts

def test_a_pipe_that_waits():
    """What comes through a pipe goes on at once, and an interrupt says what is certain."""
    def early(exchange):
        exchange.open()
        exchange.more(2)
        exchange.settle(judge=lambda r: "refused" if r["line"] == 3 else "taken")
        exchange.more(3)
        exchange.done()
    with BulkServer(early) as s:
        words, env = command(s, "-")
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        try:
            process.stdin.write(rows(3).encode())  # the last of them may go on
            process.stdin.flush()
            check(b":3: refused" in process.stderr.readline(), "two offers are answered for while the pipe is open")
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        check(process.returncode in (STOPPED, -signal.SIGINT), process.returncode, err)
        check(b"goes up to line 3 (1 offers taken, 0 repaired, 1 refused" in err, err)

    def late(exchange):
        exchange.open()
        exchange.more(2)
        exchange.settle()
        exchange.more(4)
        exchange.settle()
        exchange.done()
    with BulkServer(late) as s:
        words, env = command(s, "-", "--json")
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        try:
            process.stdin.write(rows(3).encode())
            process.stdin.flush()
            wait_for(lambda: s.exchanges and s.exchanges[0].settled == 2, "two offers arrive")
            out, _ = process.communicate(timeout=PATIENCE)  # the end is noticed though nothing is under way
        finally:
            process.kill()
        equal(json.loads(out)["taken"], 3, "the last one comes with the end")
    with BulkServer() as s:
        words, env = command(s, "-", "--json")
        done = subprocess.run(words, input=rows(5).encode(), capture_output=True, env=env, timeout=PATIENCE)
        equal(json.loads(done.stdout)["taken"], 5, "a whole pipe")


def test_progress_on_a_terminal():
    with BulkServer(functools.partial(serve, judge=fussy, batch=100)) as s:
        words, env = command(s, written(rows(20000)), "--report", f"{directory()}/report")
        master, slave = pty.openpty()
        process = subprocess.Popen(words, stdout=slave, stderr=slave, env=env)
        os.close(slave)
        shown = b""
        while select.select([master], [], [], PATIENCE)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            shown += piece
        equal(process.wait(PATIENCE), DONE, "status")
        os.close(master)
    check(re.search(rb"\[[#.]{30}\] +\d+ %  \d+ lines, \d+/s, left \d+:\d\d, \d+ refused", shown), shown[-2000:])
    check(re.search(rb"20000  offers, of 20000 rows", shown), shown[-2000:])



# ---- The daemon

def offers(d):
    return int(d.sql("select count(*) from offer"))


def test_with_the_daemon():
    with Daemon() as d:
        organiser, buyer = d.organisation("organiser", 5001), d.organisation("buyer", 5002)
        n = buyer.need(need(cpv="90911300", places=["departement:63"]))
        example = f"{ROOT}/demo/offers.csv"
        summary, _, _ = imported(d, example, client=organiser)
        equal((summary["read"], summary["rows"], summary["refused"], summary["new"], offers(d)), (5, 7, 0, 5, 5), "the example")
        d.matched()
        equal([m["offer"]["name"] for m in buyer.all(f"/v1/needs/{n['id']}/matches")], ["Les Blouses Bleues"], "found by its second row")
        equal(imported(d, example, client=organiser)[0]["new"], 0, "nothing new the second time")
        table = f"{HEADER}{siret(1)},Une,90911200,FR\n{siret(2)},Deux,1,FR\n{siret(3)[:-1]}x,Trois,90911200,FR\n{siret(4)},Quatre,90911200,FR\n"
        summary, err, lines = imported(d, table, client=organiser)
        equal((summary["taken"] + summary["repaired"], summary["refused"]), (2, 2), "refused by the daemon")
        equal([(line["line"], line["errors"][0]["code"]) for line in lines if line["status"] == "refused"], [(3, "bad_cpv"), (4, "bad_siret")], "why")
        check(":3: refused: /cpv: " in err, err)
        table2 = f"siret,name,cpv,areas,value_min,value_max\n{siret(2)},Deux,90911200,FR,,\n{siret(2)},,1,FR,,\n{siret(2)},,90911200,FR|XX,9,5\n"
        _, err, lines = imported(d, table2, client=organiser)
        equal({(e["line"], e["pointer"]) for e in lines[0]["errors"]}, {(3, "/cpv"), (4, "/areas"), (4, "/value_min")}, "places in the table")
        # What its owner has written stays; a supplier brings itself only; a buyer nothing.
        owner = d.organisation("supplier", 1)
        owner.put("/v1/offer", offer(areas=["FR"], cpv="45000000"), owner.get("/v1/offer")["version"], 200)
        equal(imported(d, table, client=organiser)[0]["refused"], 3, "the owner's own words")
        equal([c["cpv"] for c in owner.get("/v1/offer")["capabilities"]], ["45000000"], "stay")
        four = d.organisation("supplier", 4)
        summary, _, lines = imported(d, table, client=four)
        equal((summary["taken"], {line["errors"][0]["code"] for line in lines}), (1, {"not_yours", "bad_cpv", "bad_siret"}), "only itself")
        equal(imported(d, table, client=organiser)[0]["refused"], 4, "which is its own word from then on")
        imported(d, table, client=buyer, status=REFUSED)


def test_through_a_crash():
    """The daemon dies in the middle and comes back: the import ends done, with every offer stored once."""
    with Daemon() as d:
        organiser = d.organisation("organiser", 5001)
        table, half = rows(12000).encode(), len(rows(6000).encode())
        env = {**environment(), "ENTREGENT_SERVER": f"http://127.0.0.1:{d.port}", "ENTREGENT_TOKEN": organiser.token}
        process = subprocess.Popen([f"{BUILD}/entregent", "offer", "import", "-", "--json", "--retry", "90"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        try:
            process.stdin.write(table[:half])
            process.stdin.flush()
            wait_for(lambda: offers(d) > 1000, "some are stored")
            d.kill()
            d.start()
            out, err = process.communicate(table[half:], timeout=90)
        finally:
            process.kill()
        equal(process.returncode, DONE, err)
        summary = json.loads(out)
        equal((summary["read"], summary["refused"], offers(d)), (12000, 0, 12000), "all of them")
        check(b"trying again" in err, "it was broken", err)


def test_over_tls():
    folder = directory()
    key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", "/CN=essai", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True, timeout=PATIENCE)
    os.chmod(key, 0o644)  # started by root, the daemon takes another account
    d = Daemon(f"tls_certificate={certificate}", f"tls_key={key}", start=False)
    d.port = free_port()
    d.start(wait=False)
    try:
        env = {"ENTREGENT_SERVER": f"https://127.0.0.1:{d.port}", "ENTREGENT_CACERT": certificate}
        wait_for(lambda: d.cli(None, "cpv", "find", "nettoyage", status=None, env=env)[0] == DONE, "it answers")
        table = rows(3000).replace(siret(77), "77")
        done = json.loads(d.cli(d.organisation("organiser", 5001), "offer", "import", "-", "--json", input=table, env=env))
        equal((done["read"], done["refused"], offers(d)), (3000, 1, 2999), "counts")
    finally:
        d.stop()


run(test_table, test_spreadsheets_of_any_kind, test_refused_here, test_headers, test_objects, test_answers, test_broken_connections,
    test_lost_answers, test_end_without_a_word, test_refusals, test_read_ahead_is_bounded, test_large_offers,
    test_a_pipe_that_waits, test_progress_on_a_terminal,
    test_with_the_daemon, test_through_a_crash, test_over_tls)
