# SPDX-License-Identifier: EUPL-1.2
"""Who is told what in the corners: rows of one commit, lost rings, large amendments, what is nobody else's business."""
from entregent import Daemon, Stream, check, equal, need, offer, run, siret, wait_for


def kinds(client):
    return [n["kind"] for n in client.notices()]


def pair(d):
    buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
    supplier.put("/v1/offer", offer(), expect=201)
    d.matched()
    return buyer, supplier


def test_rows_of_one_commit():
    """A need and a change of the offer it would have met: only the state after both counts."""
    with Daemon() as d:
        buyer, supplier = pair(d)
        id = buyer.need(need(places=["departement:69"]))["id"]
        d.matched()
        d.sql(f"begin; update need set body = body || '{{\"places\": [\"departement:63\"]}}', version = 2, state = 'amended' where id = '{id}'; "
              f"insert into journal (subject, key, version, what, changes) values ('need', '{id}', 2, 'amended', '[]'); "
              f"update offer set packed = null, body = jsonb_set(body, '{{capabilities,0,cpv}}', '\"72000000\"'), version = 2; "
              f"insert into journal (subject, key, version, what) values ('offer', '{supplier.id}', 2, 'written'); "
              "select pg_notify('entregent', ''); commit")
        d.matched()
        equal(kinds(supplier), [], "what the supplier was told")
        equal(buyer.get(f"/v1/needs/{id}/matches")["items"], [], "matches")


def test_a_lost_ring():
    """A notice that another process stored without a ring reaches an open stream by the slow look."""
    with Daemon("journal_poll_ms=300") as d:
        buyer, supplier = pair(d)
        id = buyer.need(need())["id"]
        d.matched()
        with Stream(supplier, supplier.notices()[-1]["id"]) as stream:
            wait_for(lambda: d.metric("streams") == 1, "it listens")
            d.sql(f"insert into notice (organisation, kind, need, need_version, offer_version, step) values ('{supplier.id}', 'closed', '{id}', 1, 0, 0)")
            equal(stream.event().kind, "closed", "the event")


def test_ended_before_it_was_read():
    """Amended and awarded in one go: the supplier hears of the award, not of a withdrawal."""
    with Daemon() as d:
        buyer, supplier = pair(d)
        id = buyer.need(need())["id"]
        d.matched()
        d.sql(f"begin; update need set version = 3, state = 'awarded' where id = '{id}'; "
              f"insert into journal (subject, key, version, what, changes) values ('need', '{id}', 2, 'amended', '[{{\"field\":\"/title\"}}]'), "
              f"('need', '{id}', 3, 'awarded', null); select pg_notify('entregent', ''); commit")
        d.matched()
        told = kinds(supplier)
        check("awarded" in told and "withdrawn" not in told, told)


def test_a_large_amendment():
    """More change than an event can hold is cut; the stream goes on."""
    with Daemon() as d:
        buyer, supplier = pair(d)
        lots = [{"number": i, "cpv": ["90911200"], "title": "x" * 250} for i in range(1, 180)]
        made = buyer.need({**need(), "lots": lots, "description": "y" * 9000})
        with Stream(supplier, 0) as stream:
            equal(stream.event().kind, "match", "first")
            for lot in lots:
                lot["title"] = "z" * 250
            buyer.put(f"/v1/needs/{made['id']}", {**need(), "lots": lots, "description": "w" * 9000}, version=1, expect=200)
            changes = stream.event().json["changes"]
            check(0 < len(changes) <= 50, len(changes))
            check(max(len(c["after"] or "") for c in changes) <= 300, "a long text is cut")
            buyer.need(need(title="Fin"))
            equal(stream.event().json["need"]["title"], "Fin", "it goes on")


def test_blocked_is_nobody_elses_business():
    with Daemon() as d:
        buyer, one = pair(d)
        other = d.organisation("supplier", 3)
        other.put("/v1/offer", offer(), expect=201)
        d.matched()
        made = buyer.need(need())
        d.matched()
        buyer.put(f"/v1/needs/{made['id']}", need(blocked=[siret(3)]), version=1, expect=200)
        d.matched()
        equal(kinds(one), ["match"], "the other supplier")
        notices = other.notices()
        equal(sorted(n["kind"] for n in notices), ["match", "withdrawn"], "the blocked one")
        check("blocked" not in str(notices), notices)
        check("blocked" not in one.get(f"/v1/needs/{made['id']}"), "whom the buyer has blocked")
        equal(buyer.get(f"/v1/needs/{made['id']}")["blocked"], [siret(3)], "the buyer's own view")


def test_no_kind_by_its_own_import():
    """A supplier that imports its own line does not become what reserved lots ask for."""
    with Daemon() as d:
        supplier = d.organisation("supplier", 2, structure="SCOP")
        body = f"siret\tkind\tname\tnaf\tpost_code\tcity\tdepartment\tlon\tlat\n{supplier.siret}\tESAT\tX\t8121Z\t63000\tClermont-Ferrand\t63\t3.08\t45.78\n"
        answer = supplier("POST", "/v1/imports/siae?first=2", body, type="text/tab-separated-values", expect=200)
        check('"left_out"' in answer.text, answer)
        wait_for(lambda: supplier.get("/v1/organisation")["structures"] == ["SCOP"], "its kinds are as they were")


def test_a_misspelt_parameter():
    with Daemon() as d:
        buyer, supplier = pair(d)
        for query, pointer in (("?draft=yes", "/draft"), ("?draft", "/draft"), ("?darft=1", "/darft")):
            problem = buyer("POST", f"/v1/needs{query}", need(), expect=422).json
            equal(problem["errors"][0]["pointer"], pointer, query)
        d.matched()
        equal(kinds(supplier), [], "nothing was told")


run(test_rows_of_one_commit, test_a_lost_ring, test_ended_before_it_was_read, test_a_large_amendment,
    test_blocked_is_nobody_elses_business, test_no_kind_by_its_own_import, test_a_misspelt_parameter)
