# SPDX-License-Identifier: EUPL-1.2
"""Imports of dirty files: every line is taken, repaired with a warning, or refused with line and reason; none is lost."""
import json
import os

from entregent import SHARED, Daemon, check, directory, equal, need, offer, run, say, siret, wait_for

COUNTS = ("read", "taken", "repaired", "refused")
BUYER = siret(77)


def contract(**fields):
    """A line of essential procurement data; None takes a member away."""
    line = {"id": "2026-1", "_type": "Marché", "acheteur": {"id": BUYER, "nom": "Ville de Riom"}, "objet": "Nettoyage des écoles",
            "codeCPV": "90911200", "procedure": "Procédure adaptée", "lieuExecution": {"code": "63113", "typeCode": "Code commune", "nom": "Clermont-Ferrand"},
            "dureeMois": 12, "montant": 50000, "dateNotification": "2026-01-15"}
    line.update(fields)
    return {k: v for k, v in line.items() if v is not None}


def dumped(line):
    return line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() if isinstance(line, dict) else line.encode()


# name, line, status, a word among its reasons
DIRTY = [
    ("right", contract(), "taken", None),
    ("a leading zero lost", contract(id="a", codeCPV="9132100"), "repaired", "cpv_repaired"),
    ("a code with another check digit", contract(id="b", codeCPV="90911200-1"), "repaired", "check_digit"),
    ("an unknown code", contract(id="c", codeCPV="90911277"), "repaired", "unknown_cpv"),
    ("no code", contract(id="d", codeCPV=None), "refused", "required"),
    ("a code that is a word", contract(id="e", codeCPV="nettoyage"), "refused", "bad_cpv"),
    ("no place", contract(id="f", lieuExecution=None), "refused", "required"),
    ("a postal code", contract(id="g", lieuExecution={"code": "63000", "typeCode": "Code postal", "nom": "Clermont-Ferrand"}), "repaired", "place_repaired"),
    ("abroad", contract(id="h", lieuExecution={"code": "DE", "typeCode": "Code pays"}), "refused", "place_abroad"),
    ("no such place", contract(id="i", lieuExecution={"code": "99500", "typeCode": "Code commune"}), "refused", "unknown_place"),
    ("an impossible date", contract(id="j", dateNotification="2026-02-31"), "repaired", "date_repaired"),
    ("a date of another age", contract(id="k", dateNotification="0019-01-15"), "repaired", "date_repaired"),
    ("an absurd value", contract(id="l", montant=1e15), "repaired", "value_dropped"),
    ("an absurd duration", contract(id="m", dureeMois=99999), "repaired", "left_out"),
    ("no buyer", contract(id="n", acheteur=None), "refused", "required"),
    ("a buyer's number cut off", contract(id="o", acheteur={"id": "2163", "nom": "X"}), "refused", "bad_siret"),
    ("a buyer's number with blanks", contract(id="p", acheteur={"id": f"{BUYER[:9]} {BUYER[9:]}", "nom": "X"}), "repaired", "siret_repaired"),
    ("a wrong check digit", contract(id="q", acheteur={"id": BUYER[:-1] + str((int(BUYER[-1]) + 1) % 10), "nom": "X"}), "repaired", "siret_doubtful"),
    ("a buyer without a name", contract(id="r", acheteur={"id": siret(78)}), "repaired", "name_guessed"),
    ("broken characters", contract(id="s", objet="Entretien du mat\N{REPLACEMENT CHARACTER}riel des \N{REPLACEMENT CHARACTER}coles"), "repaired", "text_"),
    ("bytes that are no UTF-8", dumped(contract(id="t")).replace("é".encode(), b"\xe9"), None, None),
    ("no title", contract(id="u", objet=None), "refused", "required"),
    ("a title of 5,000 letters", contract(id="v", objet="Nettoyage " * 500), None, None),
    ("a concession", contract(id="w", _type="Contrat de concession"), None, None),
    ("not JSON", "{", "refused", "line_not_json"),
    ("not an object", "[1]", "refused", "line_not_json"),
    ("a member twice", '{"id": 1, "id": 2}', "refused", "line_not_json"),
    ("nested too deep", '{"a":' * 3000, "refused", "line_not_json"),
    ("a zero byte", b'{"id": "\x00"}', "refused", None),
    ("wrong types everywhere", {"id": 5, "acheteur": "x", "objet": [], "codeCPV": {}, "lieuExecution": 3, "montant": "many"}, "refused", None),
    ("too long a line", contract(id="x", objet="x" * 400000), "refused", "too_long"),
    ("the same as the first", contract(), "taken", None),
]

HEADER = "siret\tkind\tname\tbrand\tnaf\tpost_code\tcity\tdepartment\tlon\tlat"
REGISTER = [
    ("right", [siret(1), "EI", "Propre et Net", "", "8121Z", "63000", "Clermont-Ferrand", "63", "3.08", "45.78"], "taken", None),
    ("no coordinates", [siret(2), "ACI", "Jardins", "", "8130Z", "63000", "Clermont-Ferrand", "63", "", ""], "repaired", "seat_guessed"),
    ("coordinates in the sea", [siret(3), "ESAT", "Atelier", "", "8121Z", "63000", "Clermont-Ferrand", "63", "0", "0"], "repaired", "seat_guessed"),
    ("a code with a point", [siret(4), "EI", "Net", "", "81.21Z", "63000", "Clermont-Ferrand", "63", "3.08", "45.78"], "repaired", "naf_repaired"),
    ("an unknown trade", [siret(5), "EI", "Net", "", "XXXX", "63000", "Clermont-Ferrand", "63", "3.08", "45.78"], "repaired", "naf_unknown"),
    ("an unknown kind", [siret(6), "XX", "Net", "", "8121Z", "63000", "Clermont-Ferrand", "63", "3.08", "45.78"], "refused", "not_one_of"),
    ("no name", [siret(7), "EI", "", "", "8121Z", "63000", "Clermont-Ferrand", "63", "3.08", "45.78"], "refused", "required"),
    ("a bad number", ["123", "EI", "Net", "", "8121Z", "63000", "Clermont-Ferrand", "63", "3.08", "45.78"], "refused", "bad_siret"),
    ("a column less", [siret(8), "EI", "Net"], "refused", "line_columns"),
    ("another kind of the first", [siret(1), "ACI", "Propre et Net", "", "8130Z", "63000", "Clermont-Ferrand", "63", "3.08", "45.78"], "repaired", "kind_joined"),
]


def imported(d, client, verb, content, *more):
    """Imports bytes; the summary and the result of each line by its number."""
    folder = directory()
    path, report = f"{folder}/file", f"{folder}/report"
    with open(path, "wb") as f:
        f.write(content)
    words = [verb, "import", path, "--json", "--report", report, *more]
    summary = json.loads(d.cli(client, *words))
    with open(report, encoding="utf-8") as f:
        lines = {x["line"]: x for x in map(json.loads, f)}
    equal(summary["read"], summary["taken"] + summary["repaired"] + summary["refused"], "the counts add up")
    equal(len(lines), summary["read"], "a result for every line")
    for word in COUNTS[1:]:
        equal(sum(x["status"] == word for x in lines.values()), summary[word], word)
    return summary, lines


def judge(cases, lines, first):
    for number, (name, _, status, reason) in enumerate(cases, first):
        got = lines.get(number)
        check(got, f"line {number} ({name}) is lost")
        reasons = [w["code"] for w in got["errors"] + got["warnings"]]
        check(status in (None, got["status"]), f"{name}: {status} wanted, got {got}")
        check(reason is None or any(r.startswith(reason) for r in reasons), f"{name}: {reason} wanted, got {got}")
        check(got["status"] != "refused" or got["errors"], f"{name}: refused without a reason")
        check(got["status"] != "repaired" or got["warnings"], f"{name}: repaired without a warning")


def packed(d, which="true"):
    """How many offers have a packed form, of the one stamp that this daemon gives."""
    return d.sql(f"select count(packed) from offer where packed_stamp = (select max(packed_stamp) from offer) and {which}")


def packed_alike(d):
    """What was packed of the lines is what a daemon packs that has only the bodies."""
    def all_packed():
        wait_for(lambda: packed(d) == d.sql("select count(*) from offer"), "all are packed")
        return d.sql("select string_agg(organisation || encode(packed, 'hex'), ' ' order by organisation) from offer")
    before = all_packed()
    d.sql("update offer set packed = null, packed_stamp = null")
    d.restart()
    equal(all_packed(), before, "packed of the body")


def test_contracts():
    content = b"\n".join(dumped(line) for _, line, _, _ in DIRTY)
    for batch in ("1", "7", "200"):
        with Daemon() as d:
            organiser, supplier = d.organisation("organiser", 5001), d.organisation("supplier", 5002)
            supplier.put("/v1/offer", offer(areas=["FR"], cpv="90900000"), expect=201)
            summary, lines = imported(d, organiser, "need", content, "--format", "decp", "--batch", batch)
            judge(DIRTY, lines, 1)
            made = int(d.sql("select count(*) from need"))
            equal(made, sum(x["new"] for x in lines.values()), "needs made")
            check(made < summary["taken"] + summary["repaired"], "the same contract twice is one need")
            equal(lines[1]["id"], lines[len(DIRTY)]["id"], "the same need")
            d.matched()
            told = len(supplier.notices())
            check(told > 10, "they are matched and told")
            again, lines = imported(d, organiser, "need", content, "--format", "auto")
            equal({k: again[k] for k in COUNTS}, {k: summary[k] for k in COUNTS}, "the same counts the second time")
            equal((int(d.sql("select count(*) from need")), any(x["new"] for x in lines.values())), (made, False), "nothing new")
            d.matched()
            equal(len(supplier.notices()), told, "nothing told twice")


def test_register():
    content = "\n".join([HEADER] + ["\t".join(fields) for _, fields, _, _ in REGISTER]).encode() + b"\n"
    with Daemon() as d:
        organiser, buyer = d.organisation("organiser", 5001), d.organisation("buyer", 5002)
        n = buyer.need(need())
        summary, lines = imported(d, organiser, "offer", content, "--format", "auto", "--batch", "3")
        first = min(lines)
        check(first in (1, 2), "lines are numbered as in the file or behind the header")
        judge(REGISTER, lines, first)
        equal(d.sql("select count(*) from offer"), "5", "offers")
        equal(packed(d, "version = 1"), "4", "stored with what matching reads of them")
        check("ACI" in d.sql(f"select structures from organisation where siret = '{siret(1)}'"), "a kind that joins")
        d.matched()
        check(len(buyer.all(f"/v1/needs/{n['id']}/matches")) >= 3, "new offers meet the open need")
        told = len(buyer.all(f"/v1/needs/{n['id']}/matches"))
        _, lines = imported(d, organiser, "offer", content.replace(b"\n", b"\r\n"), "--format", "siae")
        equal(any(x["new"] for x in lines.values()), False, "nothing new the second time")
        equal(d.sql("select max(version) from offer"), "2", "no offer changes by it, but the one that was joined")
        d.matched()
        equal(len(buyer.all(f"/v1/needs/{n['id']}/matches")), told, "nor do the matches")
        # What its owner has written stays.
        owner = d.organisation("supplier", 1)
        version = owner.get("/v1/offer")["version"]
        owner.put("/v1/offer", offer(areas=["FR"], cpv="45000000"), version, 200)
        imported(d, organiser, "offer", content, "--format", "siae")
        equal([c["cpv"] for c in owner.get("/v1/offer")["capabilities"]], ["45000000"], "the owner's own words")
        equal(packed(d, f"organisation = '{owner.id}'"), "1", "packed too")
        packed_alike(d)


def test_of_ones_own_only():
    with Daemon() as d:
        buyer, stranger = d.organisation("buyer", 77), d.organisation("buyer", 5003)
        line = dumped(contract())
        summary, lines = imported(d, stranger, "need", line, "--format", "decp")
        equal((summary["refused"], lines[1]["errors"][0]["code"]), (1, "not_yours"), "another's contract")
        summary, _ = imported(d, buyer, "need", line, "--format", "decp")
        equal(summary["refused"], 0, "its own")


def test_odd_files():
    with Daemon() as d:
        organiser = d.organisation("organiser", 5001)
        for name, content, read in (("blank lines", b"\n\n" + dumped(contract()) + b"\n\n\n", 1), ("no end of line", dumped(contract()), 1),
                                    ("carriage returns", dumped(contract()) + b"\r\n", 1),
                                    ("a byte order mark", b"\xef\xbb\xbf" + dumped(contract()) + b"\n", 1)):
            summary, _ = imported(d, organiser, "need", content, "--format", "decp")
            equal((summary["read"], summary["refused"]), (read, 0), name)
        equal(d.sql("select count(*) from need"), "1", "all of them the same need")
        equal(json.loads(d.cli(organiser, "need", "import", "-", "--format", "decp", "--json", input=b""))["read"], 0, "an empty file")
        equal(d.cli(organiser, "need", "import", "-", "--format", "auto", input="what is this\n", status=None)[0], 2, "an unknown format")
        equal(d.cli(organiser, "need", "import", "/nowhere", "--format", "decp", status=None)[0], 2, "no file")


def test_real_files():
    """The first lines of real files, when they are at hand: none is lost, twice makes nothing twice."""
    files = [("need", f"{SHARED}/data/needs/decp_aife.jsonl"), ("need", f"{SHARED}/data/needs/decp_marches_publics_info.jsonl"),
             ("offer", f"{SHARED}/data/suppliers/siae.tsv")]
    files = [(verb, path) for verb, path in files if os.path.exists(path)]
    if not files:
        say("the real files are not at hand: not imported")
        return
    with Daemon() as d:
        organiser = d.organisation("organiser", 5001)
        for verb, path in files:
            with open(path, "rb") as f:
                content = b"".join(f.readline() for _ in range(600))
            first, lines = imported(d, organiser, verb, content, "--format", "auto")
            equal(first["read"], content.count(b"\n") - (verb == "offer"), f"every line of {path}")
            check(first["taken"] + first["repaired"] > first["read"] / 2, path, first)
            made = d.sql("select (select count(*) from need), (select count(*) from offer), (select sum(version) from offer)")
            second, lines = imported(d, organiser, verb, content, "--format", "auto")
            equal({k: second[k] for k in COUNTS}, {k: first[k] for k in COUNTS}, "the second time")
            equal(d.sql("select (select count(*) from need), (select count(*) from offer), (select sum(version) from offer)"), made, "nothing twice")
            say(f"{os.path.basename(path)}: " + ", ".join(f"{k} {first[k]}" for k in COUNTS))
        packed_alike(d)
        d.matched()
        say(d.sql("select count(*) || ' matches of ' || (select count(*) from need) || ' needs and ' || (select count(*) from offer) || ' offers' from match"))


run(test_contracts, test_register, test_of_ones_own_only, test_odd_files, test_real_files)
