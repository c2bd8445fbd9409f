# SPDX-License-Identifier: EUPL-1.2
"""What buyers do with their needs: drafts that are published whole, numbers that come live."""
import csv
import io
import socket
import threading
import xml.etree.ElementTree as xml
import zipfile

from entregent import Daemon, Stream, check, each, equal, need, offer, run, wait_for


def test_what_was_checked_is_published():
    """Somebody takes the lots out of a draft while it is published: it goes out whole, or not at all."""
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        outcomes = set()
        for _ in range(25):
            made = buyer.post("/v1/needs?draft=1", need(), 201).json
            path, start = f"/v1/needs/{made['id']}", threading.Barrier(2)

            def empty():
                start.wait()
                buyer.again().put(path, {"title": "Vide"}, 1)
            other = threading.Thread(target=empty)
            other.start()
            start.wait()
            status = buyer.again().post(f"{path}/publish").status
            other.join()
            now = buyer.get(path)
            check(status in (200, 422), status)
            equal((now["state"], "lots" in now), ("published", True) if status == 200 else ("draft", False), "what is stored")
            outcomes.add(status)
        check(outcomes, outcomes)


def test_a_draft_is_nobody_elses():
    with Daemon() as d:
        buyer, other, supplier = d.organisation("buyer", 1), d.organisation("buyer", 2), d.organisation("supplier", 3)
        supplier.put("/v1/offer", offer(), expect=201)
        made = buyer.post("/v1/needs?draft=1", {"title": "Nettoyage"}, 201).json
        path = f"/v1/needs/{made['id']}"
        for client in (other, supplier):
            equal([client(*call).status for call in (("GET", path), ("GET", f"{path}/explain"))], [404, 404], "others")
            check(made["id"] not in client("GET", "/v1/needs").text, "in no list")
        equal(other.put(path, {"title": "A moi"}, 1).status, 404, "changed by another")
        equal(other.post(f"{path}/publish").status, 404, "published by another")
        equal(buyer.put(path, {"title": "Nettoyage", "kind": "quote"}, 1).status, 422, "a word that is none")
        equal(buyer.put(path, {"title": " "}, 1).status, 422, "no title")
        equal(buyer.get("/v1/needs?mine=1&state=draft")["counts"], {"draft": 1}, "counts")
        # Published as it was on its last day, and too late.
        draft = buyer.post("/v1/needs?draft=1", need(deadline="2020-01-31"), 201).json
        late = buyer.post(f"/v1/needs/{draft['id']}/publish")
        equal((late.status, [e["pointer"] for e in late.json["errors"]]), (422, ["/deadline"]), "a deadline that has passed")


def numbers(stream, wanted):
    """Waits for an event that says that the need's numbers have changed."""
    while True:
        e = stream.next()
        check(e, "no event")
        if e.kind == "answers":
            equal((e.id, e.json), (None, {"kind": "answers", "need": {"id": wanted}}), "the event")
            return


def test_answers_come_live():
    """On both daemons of a database, to the buyer alone, and coalesced."""
    with Daemon() as home:
        buyer, other = home.organisation("buyer", 1), home.organisation("buyer", 2)
        suppliers = [home.organisation("supplier", n) for n in range(3, 9)]
        with Daemon("database_url=" + home.admin("db", "url").strip()) as away:
            there = buyer.again()
            there.port = away.port
            with Stream(buyer) as near, Stream(there) as far, Stream(other) as stranger:
                for s in suppliers[:2]:
                    s.put("/v1/offer", offer(), expect=201)
                made = buyer.need(need())["id"]
                path = f"/v1/needs/{made}"
                wait_for(lambda: buyer.get(f"{path}/funnel")["told"] == 2, "both are told")
                for stream in (near, far):
                    numbers(stream, made)
                for verb, body in (("seen", None), ("declined", {"reason": "too_far"})):
                    suppliers[0].post(f"{path}/{verb}", body, 200)
                    for stream in (near, far):
                        numbers(stream, made)
                # One that comes later is one more.
                suppliers[2].put("/v1/offer", offer(), expect=201)
                numbers(near, made)
                equal(buyer.get(f"{path}/funnel")["matched"], 3, "found")
                for _ in range(60):
                    suppliers[1].post(f"{path}/seen", None, 200)
                came = 0
                while (e := near.next(2.5)) is not None:
                    came += e.kind == "answers"
                check(0 < came < 30, "coalesced:", came)
                while (e := stranger.next(0.2)) is not None:
                    check(e.kind != "answers", "told to another buyer")



def told(clients, before):
    """What each was told since, by kind."""
    return {kind: sorted(c.id for c in clients for n in c.notices()[before[c.id]:] if n["kind"] == kind) for kind in ("amended", "match", "withdrawn")}


def foretold(answer):
    check(all(len(answer[names]) == min(20, answer[n]) for n, names in (("stay", "staying"), ("come", "coming"), ("leave", "leaving"))), answer)
    return {kind: sorted(s["id"] for s in answer[names]) for kind, names in (("amended", "staying"), ("match", "coming"), ("withdrawn", "leaving"))}


def test_an_amendment_tells_what_its_preview_says():
    with Daemon() as d:
        buyer, other = d.organisation("buyer", 1), d.organisation("buyer", 2)
        near = [d.organisation("supplier", n) for n in range(3, 9)]
        far = [d.organisation("supplier", n) for n in range(9, 12)]
        for s in near:
            s.put("/v1/offer", offer(), expect=201)
        for s in far:
            s.put("/v1/offer", offer(areas=["departement:69"], seat="commune:69123"), expect=201)
        near[0].put("/v1/offer", offer(areas=["departement:63", "departement:69"]), 1, 200)
        d.matched()
        made = buyer.need(need())["id"]
        path = f"/v1/needs/{made}"
        d.matched()
        near[1].post(f"{path}/declined", {"reason": "other"}, 200)
        version = 1
        for wanted in (need(title="Autre titre"), need(places=("departement:69",)), need(places=("departement:69", "departement:63")),
                       need(blocked=[near[2].siret]), need(places=("departement:63",), blocked=[near[2].siret], title="Encore")):
            before = {c.id: len(c.notices()) for c in near + far}
            stored = buyer.get(path)
            answer = buyer.post(f"{path}/preview", wanted, 200).json
            equal(buyer.get(path), stored, "nothing is stored")
            buyer.put(path, wanted, version, 200)
            version += 1
            d.matched()
            now, said = told(near + far, before), foretold(answer)
            if not answer["changes"]:  # whom the buyer has blocked is nobody else's business
                said["amended"] = []
            equal(now, said, f"told of {wanted}")
            if now["amended"]:
                changes = next(n["changes"] for c in near + far for n in c.notices() if n["kind"] == "amended" and n["version"] == version)
                equal(changes, answer["changes"], "the changes")
        # Of others' needs nothing is said, and nothing of one that has ended.
        equal(other.post(f"{path}/preview", need()).status, 404, "another buyer")
        equal(buyer.post(f"{path}/preview", need(places=())).status, 422, "a faulty one")
        buyer.post(f"{path}/close", expect=200)
        equal(buyer.post(f"{path}/preview", need()).status, 409, "a closed one")



def raw(client, path):
    a = client("GET", path)
    equal(a.status, 200, path)
    check(f'filename="entregent-' in a.headers["Content-Disposition"], a.headers)
    return a


def workbook(body):
    """The rows of the first sheet, as a reader of Office Open XML finds them."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(body)) as z:
        equal(z.testzip(), None, "the archive")
        shared = ["".join(t.text or "" for t in si.iter(f"{{{space['m']}}}t")) for si in xml.fromstring(z.read("xl/sharedStrings.xml")).findall("m:si", space)]
        rows = []
        for row in xml.fromstring(z.read("xl/worksheets/sheet1.xml")).findall(".//m:row", space):
            cells = {}
            for c in row.findall("m:c", space):
                check(c.find("m:f", space) is None, "a formula")
                value = c.find("m:v", space).text
                cells["".join(k for k in c.get("r") if k.isalpha())] = shared[int(value)] if c.get("t") == "s" else float(value)
            rows.append(cells)
    return rows


def test_tables_of_matches():
    with Daemon() as d:
        buyer, other = d.organisation("buyer", 1, "Ville"), d.organisation("buyer", 2)
        names = ["=cmd|' /C calc'!A1", "Réparer; Réemployer", 'Les « Bons » "Gestes"', *(f"Fournisseur {n}" for n in range(3))]
        suppliers = [d.organisation("supplier", n, name, "EI") for n, name in enumerate(names, 3)]
        for s in suppliers:
            s.put("/v1/offer", offer(), expect=201)
        d.matched()
        path = f"/v1/needs/{buyer.need(need())['id']}"
        d.matched()
        for s, contact in ((suppliers[0], "eva@exemple.fr"), (buyer, "achats@ville.fr")):
            me = s.get("/v1/organisation")
            s.put("/v1/organisation", {"name": me["name"], "kinds": me["kinds"], "structures": me["structures"], "contact_email": contact}, me["version"], 200)
        suppliers[0].post(f"{path}/interested", {"message": "-2+3; =1+1\nÀ bientôt"}, 200)
        suppliers[1].post(f"{path}/declined", {"reason": "too_far"}, 200)
        table = raw(buyer, f"{path}/matches?format=csv&lang=fr&limit=2").body
        equal(table[:3], b"\xef\xbb\xbf", "the byte order mark")
        rows = list(csv.DictReader(io.StringIO(table[3:].decode(), newline=""), delimiter=";"))
        equal(len(rows), len(names), "all, not a page")
        by_siret = {r["SIRET"]: r for r in rows}
        first, second = (by_siret[s.siret] for s in suppliers[:2])
        equal((first["Fournisseur"], first["Message"], first["Réponse"], first["Adresse électronique"]),
              ("'=cmd|' /C calc'!A1", "'-2+3; =1+1\nÀ bientôt", "Intéressé", "eva@exemple.fr"), "what is a formula is a text")
        equal((second["Fournisseur"], second["Motif"], second["Message"], second["Adresse électronique"]), ("Réparer; Réemployer", "Trop loin", "", ""), "who declines")
        check(all("=" not in cell[:1] for r in rows for cell in r.values()), "no cell begins a formula")
        equal(len(list(csv.reader(io.StringIO(raw(buyer, f"{path}/matches?format=csv&answer=declined").body.decode()), delimiter=";"))), 2, "of those who decline")
        answer = raw(buyer, f"{path}/matches?format=xlsx&lang=en")
        equal(answer.headers["Content-Type"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "its type")
        head, *body = workbook(answer.body)
        equal((head["A"], head["E"], len(body)), ("Supplier", "Score", len(names)), "the workbook")
        (mine,) = (r for r in body if r["B"] == suppliers[0].siret)
        equal((mine["A"], mine["M"], type(mine["E"]), mine["C"]), (names[0], "-2+3; =1+1\nÀ bientôt", float, "Work-integration enterprise"), "texts stay as they are")
        equal(sorted(r["A"] for r in body), sorted(names), "every name")
        equal(len(workbook(raw(buyer, f"{path}/matches?format=xlsx&answer=held").body)), 1, "of nobody: its head alone")
        # Several at once, and one whose reader has gone.
        with socket.create_connection(("127.0.0.1", d.port)) as gone:
            gone.sendall(f"GET {path}/matches?format=xlsx HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {buyer.token}\r\n\r\n".encode())
        each(range(12), lambda _: check(raw(buyer.again(), f"{path}/matches?format=xlsx").body[:2] == b"PK", "a workbook"), threads=6)
        # An organiser looks on: without what is for the buyer alone; another buyer sees nothing.
        organiser = d.organisation("organiser", 90)
        theirs = raw(organiser, f"{path}/matches?format=csv").text
        check("eva@exemple.fr" not in theirs and "bientôt" not in theirs and "too_far" not in theirs, "for the buyer alone")
        equal(other("GET", f"{path}/matches?format=xlsx").status, 404, "another buyer")
        equal(buyer("GET", f"{path}/matches?format=pdf").status, 422, "another form")


run(test_what_was_checked_is_published, test_a_draft_is_nobody_elses, test_answers_come_live, test_an_amendment_tells_what_its_preview_says, test_tables_of_matches, seconds=400)
