# SPDX-License-Identifier: EUPL-1.2
"""Official reference files: loaded as a whole or not at all, and taken up by a running daemon at once."""
import csv
import os
import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote

from entregent import ROOT, SHARED, Client, Daemon, check, directory, equal, need, offer, run, say, skip, wait_for

REFERENCE = f"{SHARED}/reference"
XML = [f"{REFERENCE}/eforms_code_{lang}.xml" for lang in ("fr", "en")]
COMMUNES = f"{REFERENCE}/communes.tsv"


def written(name, text):
    path = directory()
    with open(f"{path}/{name}", "w", encoding="utf-8") as f:
        f.write(text)
    return f"{path}/{name}"


def codes(d, q):
    return [x["code"] for x in found(d, q)]


def found(d, q):
    return Client(d.port).get(f"/v1/cpv?q={quote(q)}&limit=20")["items"]


def official():
    out = {}
    for entry in ElementTree.parse(XML[0]).getroot().iter("entry"):
        if m := re.fullmatch(r"code\|name\|cpv\.(\d{8})", entry.get("key")):
            out[m[1]] = entry.text
    return out


def test_built_in_codes_are_official():
    names = official()
    with open(f"{ROOT}/sql/reference/cpv.tsv", encoding="utf-8") as f:
        own = list(csv.DictReader((line for line in f if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE))
    check(len(own) > 200, "the project's own codes")
    equal([r["code"] for r in own if r["code"] not in names], [], "codes that are not official")
    equal(sum(1 for c in names if c.endswith("000000")), sum(1 for r in own if r["code"].endswith("000000")), "divisions")
    say(f"{len(own)} built-in codes, all among the {len(names)} official ones")


def test_load_whole_cpv():
    with Daemon() as d:
        before = int(d.sql("select count(*) from cpv"))
        equal(codes(d, "03111900"), [], "a code that only the official list has")
        d.admin("reference", "load", *XML)
        equal(d.sql("select count(*), count(*) filter (where official) from cpv").split("|")[0], "9454", "codes")
        check(before < 9454, "more than before")
        for q in ("nettoyage de bureaux", "Nettoyages de bureau", "NETTOYAGE BUREAUX", "office cleaning"):
            equal(codes(d, q)[0], "90919200", q)
        for q, first in (("nettoyage", "90910000"), ("blanchisserie", "98310000"), ("mise sous pli", "79571000"), ("déménagement", "98392000"), ("tonte", "77310000"), ("netoyage", "90910000"),
                         ("blanchiserie", "98310000"), ("traiteur", "55520000"), ("peinture", "45442100"), ("Restauration collective", "55320000")):
            equal(codes(d, q)[0], first, f"as people write: {q}")
        check(set(codes(d, "ecole")) & set(codes(d, "écoles")), "accents and plurals make no difference")
        equal(codes(d, "909192"), ["90919200"], "digits")
        equal(codes(d, "90919200-4"), ["90919200"], "a code with its check digit")
        equal(codes(d, "03111900"), ["03111900"], "a code with a leading zero")
        for odd in ("'", "a & b | !c", "%", "()", "\\", "l'eau", ":*", "é" * 90, "-", "<->"):
            found(d, odd)
        d.restart()
        equal(codes(d, "nettoyage de bureaux")[0], "90919200", "after a restart the official list stays")
        equal(d.sql("select count(*) from cpv"), "9454", "codes after a restart")


def test_load_communes():
    """A radius needs the commune's coordinates: once they are loaded, a running daemon matches anew."""
    with Daemon() as d:
        buyer, supplier, late = d.organisation("buyer", 1), d.organisation("supplier", 2), d.organisation("supplier", 3)
        d.sql("update commune set lat = null, lon = null")
        d.restart()
        # 63300 is Riom, 14 km from Clermont-Ferrand (63113); without coordinates only its département is known.
        supplier.put("/v1/offer", offer(areas=[], radius=20, point={"lat": 45.777, "lon": 3.082}), expect=201)
        late.put("/v1/offer", offer(areas=[], radius=5, point={"lat": 45.777, "lon": 3.082}), expect=201)
        n = buyer.need(need(places=["commune:63300"]))
        d.matched()

        def now():
            return {m["offer"]["id"]: m["partial"] for m in buyer.all(f"/v1/needs/{n['id']}/matches")}
        equal(now(), {supplier.id: True, late.id: True}, "without coordinates: perhaps, in part")
        said = d.admin("reference", "load", COMMUNES)
        check(re.search(r"3\d{4} communes", said), said)
        wait_for(lambda: now() == {supplier.id: False}, "matched anew")
        equal([x["kind"] for x in late.notices()], ["match", "withdrawn"], "who is too far is told")
        equal([x["kind"] for x in supplier.notices()], ["match"], "who was told is not told again")
        e = buyer.get(f"/v1/needs/{n['id']}/explain?offer={late.id}")
        equal([c["condition"] for c in e["pairs"][0]["conditions"] if not c["holds"]], ["place"], "explained")
        check("km" in str(e), "with the distance", e)
        d.restart()
        equal(now(), {supplier.id: False}, "after a restart")


def test_broken_files_store_nothing():
    with open(XML[0], encoding="utf-8") as f:
        french = f.read()
    with Daemon() as d:
        counts = "select (select count(*) from cpv), (select count(*) from commune), (select count(*) from journal)"
        before = d.sql(counts)
        header = "insee\tnom\tcodes_postaux\tlat\tlon\n"
        good = "63001\tAigueperse\t63260\t46.02\t3.2\n"
        cases = [
            ([written("communes.tsv", header + good + "63002\tAix\t63980\tnorth\t3.5\n")], "communes.tsv:3"),
            ([written("communes.tsv", header + good + "63002\tAix\n")], "communes.tsv:3"),
            ([written("communes.tsv", header + good + "6302\tAix\t63980\t45\t3.5\n")], "communes.tsv:3"),
            ([written("cpv.tsv", "code\tfr\ten\n90911200\tNettoyage\tCleaning\n9091\tCourt\tShort\n")], "cpv.tsv:3"),
            ([written("other.tsv", "a\tb\n1\t2\n")], "other.tsv:1"),
            ([written("empty.tsv", "")], "empty.tsv"),
            ([XML[0]], "code_fr.xml"),
            ([XML[0], written("code_en.xml", french[:20000])], "code_en.xml"),
            ([XML[0], written("code_en.xml", french.replace("<properties>", "<!DOCTYPE x [<!ENTITY a \"b\">]><properties>", 1)
                              .replace("bureaux", "&a;"))], "code_en.xml"),
            ([written("communes.tsv", header + good), "/nowhere/at/all.tsv"], "/nowhere/at/all.tsv"),
        ]
        for files, where in cases:
            status, _, said = d.admin("reference", "load", *files, check_status=None)
            equal(status, 1, f"status for {files}")
            check(where in said, files, "says where:", said)
            equal(d.sql(counts), before, f"stored by {files}")
        d.admin("reference", "load", written("communes.tsv", header + good))
        wait_for(lambda: d.sql("select name from commune where code = '63001'") == "Aigueperse", "the good one")
        d.matched()


def test_cpv_as_tsv():
    with Daemon() as d:
        d.admin("reference", "load", written("cpv.tsv", "code\tfr\ten\n90911299-1\tLustrage de miroirs\tPolishing of mirrors\n"))
        equal(found(d, "lustrages miroir")[0]["fr"], "Lustrage de miroirs", "found at once, before those with one of the words")


if not all(os.path.exists(p) for p in XML + [COMMUNES]):
    skip(f"the official reference files are not at hand ({REFERENCE}; ENTREGENT_SHARED names another place)")
run(test_built_in_codes_are_official, test_load_whole_cpv, test_load_communes, test_broken_files_store_nothing, test_cpv_as_tsv)
