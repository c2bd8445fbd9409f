# SPDX-License-Identifier: EUPL-1.2
"""What goes over the wire to a browser: which answers are compressed, and which are kept."""
import gzip
import re

from entregent import Client, Daemon, check, equal, need, run
from meetings import body
from people import person

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


def both(client, path, **headers):
    """The answer as it is, and asked for compressed: it is the same."""
    plain = client("GET", path, headers=headers, expect=200)
    packed = client("GET", path, headers={**PACKED, **headers}, expect=200)
    check("Content-Encoding" not in plain.headers, path, plain.headers)
    body = gzip.decompress(packed.body) if packed.headers["Content-Encoding"] == "gzip" else packed.body
    check(body == plain.body, path, "another answer when compressed")
    return plain, packed


def many_needs(d, buyer):
    for n in range(8):
        buyer.need(need(title=f"Entretien des espaces verts du quartier {n}"))
    d.matched()


def test_everybodys_answers_are_compressed():
    with Daemon() as d:
        anyone = Client(d.port)
        many_needs(d, d.organisation("buyer", 1))
        for path in ("/v1/words?lang=fr", "/v1/cpv?parent=", "/v1/cpv?q=nettoyage", "/openapi.json", "/needs", "/privacy"):
            plain, packed = both(anyone, path)
            check(len(packed.body) < len(plain.body) / 2, path, len(packed.body), "of", len(plain.body))
            for answer in (plain, packed):
                check("Accept-Encoding" in ", ".join(answer.headers.get_all("Vary")), path, answer.headers)
                check(answer.headers["Cache-Control"].startswith("public, max-age="), path, answer.headers)
            head = anyone("HEAD", path, headers=PACKED, expect=200)
            equal((head.headers["Content-Encoding"], head.headers["Content-Length"]), ("gzip", str(len(packed.body))), path)
        refused = anyone("GET", "/v1/cpv?q=nettoyage", headers={"Accept-Encoding": "gzip;q=0"}, expect=200)
        check("Content-Encoding" not in refused.headers, refused.headers)


def test_ones_own_only_for_our_own_pages():
    """A page of another site can make a browser ask, but not with our header: what comes then has the length of its content alone."""
    with Daemon() as d:
        buyer = d.organisation("buyer", 1, "Ville")
        ada = person(d, "ada@exemple.fr", "Ada", buyer.id)
        many_needs(d, buyer)
        path = "/v1/needs?mine=1"
        plain, packed = both(ada, path)
        equal(packed.headers["Content-Encoding"], "gzip")
        check(len(packed.body) < len(plain.body) / 2, len(packed.body), "of", len(plain.body))
        equal(packed.headers["Cache-Control"], "no-store")
        foreign = ada.again()
        foreign.token = None
        answer = Client.__call__(foreign, "GET", path, headers={**PACKED, "Cookie": f"__Host-entregent={ada.cookie}"}, expect=200)
        check("Content-Encoding" not in answer.headers, answer.headers)
        equal(answer.body, plain.body)
        equal(both(buyer, path)[1].headers["Content-Encoding"], "gzip")
        small = ada("GET", "/v1/needs?mine=1&limit=1", headers=PACKED, expect=200)
        check("Content-Encoding" not in small.headers and len(small.body) < 1024, small.headers)


def test_a_compressed_version_has_a_tag_of_its_own():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1, "Ville")
        made = buyer.need(need(description="Nettoyage des bureaux. " * 60))
        path = f"/v1/needs/{made['id']}"
        plain, packed = both(buyer, path)
        equal((plain.headers["ETag"], packed.headers["ETag"]), ('"1"', '"1-gzip"'))
        for tag in ('"1"', '"1-gzip"'):
            buyer("GET", path, headers={**PACKED, "If-None-Match": tag}, expect=304)
        for tag in ('"2-gzip"', '"-gzip"', '"gzip"', "1-gzip"):
            buyer("GET", path, headers={**PACKED, "If-None-Match": tag}, expect=200)
            check(buyer("PUT", path, need(), {"If-Match": tag}).status in (412, 428), tag)
        buyer("PUT", path, need(), {"If-Match": '"1-gzip"'}, expect=200)


def test_no_secret_is_compressed():
    with Daemon() as d:
        organiser, supplier = d.organisation("organiser", 1), d.organisation("supplier", 2)
        made = organiser.post("/v1/conventions", body(slots=40, tables=80, public=True), expect=201).json
        path = f"/v1/conventions/{made['id']}"
        organiser.post(path + "/state", {"state": "open"}, expect=200)
        for client, coding in ((organiser, None), (supplier, "gzip")):
            answer = both(client, path)[1]
            equal(answer.headers["Content-Encoding"], coding, "the address of the hall's board is its organiser's")


def test_every_answer_has_a_policy():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1, "Ville")
        made = buyer.need(need())
        d.matched()
        for path in ("/", "/needs", f"/needs/{made['id']}", "/needs/x", "/nowhere", "/app", "/app/needs", "/privacy", "/robots.txt", "/sitemap.xml", "/openapi.json", "/metrics",
                     "/v1/words", "/v1/needs", f"/v1/needs/{made['id']}", "/v1/needs/x", f"/v1/needs/{made['id']}/matches?format=csv", f"/v1/needs/{made['id']}/matches?format=xlsx",
                     "/ticket?t=x", "/answer?t=x", "/unsubscribe?t=x", "/badge/x", "/sheet/x", "/checkin?t=x", "/feed/x", "/agenda/x", "/v1/halls/x"):
            answer = buyer("GET", path, headers={"Accept": "text/html"})
            policy = answer.headers["Content-Security-Policy"] or ""
            check("default-src 'none'" in policy and "frame-ancestors 'none'" in policy, path, answer.status, answer.headers)
            check("unsafe" not in policy, path, policy)
            equal(answer.headers.get_all("X-Content-Type-Options"), ["nosniff"], path)
            check(answer.headers["Cache-Control"], path)
        policy = buyer("GET", "/app").headers["Content-Security-Policy"]
        check("require-trusted-types-for 'script'" in policy and "base-uri 'none'" in policy and "form-action 'self'" in policy, policy)


def test_words_of_the_same_version_are_kept_for_a_year():
    with Daemon() as d:
        anyone = Client(d.port)
        shell = anyone("GET", "/app", expect=200)
        version = re.search(r'src="/web/([0-9a-f]+)/', shell.text)[1]
        equal(anyone("GET", f"/v1/words?lang=fr&version={version}", expect=200).headers["Cache-Control"], "public, max-age=31536000")
        equal(anyone("GET", "/v1/words?lang=fr&version=older", expect=200).headers["Cache-Control"], "public, max-age=300")


run(test_everybodys_answers_are_compressed, test_ones_own_only_for_our_own_pages, test_a_compressed_version_has_a_tag_of_its_own,
    test_no_secret_is_compressed, test_every_answer_has_a_policy, test_words_of_the_same_version_are_kept_for_a_year)
