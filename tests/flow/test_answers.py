# SPDX-License-Identifier: EUPL-1.2
"""Interest and refusal: what is shared then and not before, what the buyer sees, the buttons of a mail."""
import html
import re
import urllib.parse

from deliver import Post, kinds, link, path_of
from entregent import Client, check, equal, need, offer, run
from people import person


def put_contact(client, **contact):
    me = client.get("/v1/organisation")
    body = {"name": me["name"], "kinds": me["kinds"], **{f"contact_{k}": v for k, v in contact.items()}}
    client.put("/v1/organisation", body, me["version"], 200)


def match_of(client, id):
    return next(m for m in client.get("/v1/offer/needs")["items"] if m["need"]["id"] == id)


def test_contacts_are_shared_both_ways():
    with Post() as d:
        buyer, anne, supplier, victor = d.pair()
        put_contact(buyer, name="Anne Achat", email="achats@ville.fr", phone="0473000000")
        put_contact(supplier, name="Victor Vente", email="ventes@exemple.fr")
        made = buyer.need(need())["id"]
        d.drained()

        def seen_by_all():
            answers = [buyer("GET", f"/v1/needs/{made}/matches"), supplier("GET", "/v1/offer/needs"), supplier("GET", f"/v1/needs/{made}"),
                       buyer("GET", f"/v1/offers/{supplier.id}"), supplier("GET", "/v1/notices"), buyer("GET", "/v1/notices")]
            return " ".join(a.text for a in answers)
        check("achats@ville.fr" not in seen_by_all() and "ventes@exemple.fr" not in seen_by_all(), "before")
        supplier.post(f"/v1/needs/{made}/seen", expect=200)
        check("achats@ville.fr" not in seen_by_all() and "ventes@exemple.fr" not in seen_by_all(), "when it was seen")
        answer = supplier.post(f"/v1/needs/{made}/interested", {"message": "Quand vous voulez"}, expect=200).json
        equal(answer["contact"], {"name": "Anne Achat", "email": "achats@ville.fr", "phone": "0473000000"}, "the buyer's")
        equal(answer["shared"], {"name": "Victor Vente", "email": "ventes@exemple.fr"}, "what was shared")
        item, = buyer.get(f"/v1/needs/{made}/matches?answer=interested")["items"]
        equal((item["contact"], item["message"]), ({"name": "Victor Vente", "email": "ventes@exemple.fr"}, "Quand vous voulez"), "what the buyer sees")
        equal(match_of(supplier, made)["contact"]["email"], "achats@ville.fr", "what the supplier sees later")
        # Nobody else sees either.
        other = d.supplier(3)
        d.settled()
        check("achats@ville.fr" not in other("GET", "/v1/offer/needs").text, "another supplier")
        # Taken back, it is no longer shown.
        supplier.post(f"/v1/needs/{made}/declined", {"reason": "no_capacity", "message": "Finalement non"}, expect=200)
        d.settled()
        check("ventes@exemple.fr" not in seen_by_all() and "achats@ville.fr" not in seen_by_all(), "afterwards")


def test_without_a_contact_the_person_is_reached():
    with Post() as d:
        buyer, anne, supplier, victor = d.pair()
        bare = d.supplier(3)
        made = buyer.need(need())["id"]
        d.drained()
        problem = bare.post(f"/v1/needs/{made}/interested", {}, expect=422).json
        equal(problem["errors"][0]["pointer"], "/contact", "nobody could be reached")
        equal(match_of(bare, made).get("answer"), None, "nothing was stored")
        answer = victor.post(f"/v1/needs/{made}/interested", {}, expect=200).json
        equal(answer["shared"], {"name": victor.name, "email": victor.email}, "the person that answered")
        equal(buyer.get(f"/v1/needs/{made}/matches?answer=interested")["items"][0]["contact"]["email"], victor.email, "what the buyer sees")


def test_only_what_is_open_is_answered():
    with Post() as d:
        buyer, _, supplier, owner = d.pair()
        stranger = d.supplier(3, areas=["departement:69"], seat="commune:69123")
        closed, over, kept = (buyer.need(need(title=t))["id"] for t in ("Clos", "Passé", "Ouvert"))
        d.drained()
        for verb in ("interested", "declined", "seen"):
            body = {"reason": "other"} if verb == "declined" else {}
            equal(stranger.post(f"/v1/needs/{kept}/{verb}", body).status, 404, f"{verb} of who was not told")
            equal(buyer.post(f"/v1/needs/{kept}/{verb}", body).status, 403, f"{verb} of a buyer")
        buyer.post(f"/v1/needs/{closed}/close", expect=200)
        d.sql(f"update need set deadline = now() - interval '1 minute' where id = '{over}'")
        for id, word in ((closed, "closed"), (over, "deadline")):
            answer = supplier.post(f"/v1/needs/{id}/interested", {}, expect=409)
            check(word in answer.text, answer)
            equal(d.sql(f"select answer is null from match where need = '{id}'"), "t", "nothing was stored")
        equal(supplier.post(f"/v1/needs/{kept}/declined", {}).json["errors"][0]["pointer"], "/reason", "a refusal says why")
        equal(supplier.post(f"/v1/needs/{kept}/declined", {"reason": "bored"}, expect=422).status, 422, "another reason")
        equal(supplier.post(f"/v1/needs/{kept}/interested", {"message": "x" * 2001}, expect=422).status, 422, "a long message")


def test_an_answer_is_taken_back():
    with Post() as d:
        buyer, anne, supplier, owner = d.pair()
        stranger = d.supplier(3, areas=["departement:69"], seat="commune:69123")
        made, closed = (buyer.need(need(title=t))["id"] for t in ("Ouvert", "Clos"))
        d.drained()
        path = f"/v1/needs/{made}"
        equal(supplier("DELETE", f"{path}/answer").status, 200, "none was given")
        for verb, body in (("declined", {"reason": "too_far", "message": "Non"}), ("interested", {"message": "Oui"})):
            supplier.post(f"{path}/{verb}", body, expect=200)
            supplier.post(f"/v1/needs/{closed}/{verb}", body, expect=200)
        d.drained()
        check("contact" in match_of(supplier, made), "shared")
        taken = supplier("DELETE", f"{path}/answer", expect=200).json
        check(not {"answer", "answered", "reason", "message", "contact", "shared"} & set(taken) and taken["seen"], taken)
        check("contact" not in match_of(supplier, made), "no longer shared")
        equal(buyer.get(f"{path}/matches?answer=interested")["items"], [], "nor with the buyer")
        funnel = buyer.get(f"{path}/funnel")
        equal([funnel[k] for k in ("seen", "interested", "declined")], [1, 0, 0], "the funnel")
        told = kinds(buyer).count("interest")
        supplier.post(f"{path}/interested", {}, expect=200)
        d.drained()
        equal(kinds(buyer).count("interest"), told, "who changes its mind twice is not told twice")
        buyer.post(f"/v1/needs/{closed}/close", expect=200)
        equal(supplier("DELETE", f"/v1/needs/{closed}/answer").status, 409, "of what is closed")
        equal(stranger("DELETE", f"{path}/answer").status, 404, "of who was not told")
        equal(buyer("DELETE", f"{path}/answer").status, 403, "of a buyer")


def test_a_suppliers_needs_by_answer_state_and_month():
    with Post() as d:
        buyer, _, supplier, _ = d.pair()
        deadlines = ["2040-05-31T21:59:00Z", "2040-05-31T22:01:00Z", "2040-06-30T21:59:00Z", None]  # the second one is of June in Paris
        made = [buyer.need(need(title=f"Besoin {i}", **({"deadline": t} if t else {})))["id"] for i, t in enumerate(deadlines)]
        d.drained()

        def found(query=""):
            return sorted(made.index(m["need"]["id"]) for m in supplier.all(f"/v1/offer/needs{query}{'&' if query else '?'}limit=1"))
        supplier.post(f"/v1/needs/{made[0]}/interested", {}, expect=200)
        supplier.post(f"/v1/needs/{made[1]}/declined", {"reason": "other"}, expect=200)
        buyer.post(f"/v1/needs/{made[2]}/close", expect=200)
        d.drained()
        equal([found(q) for q in ("", "?answer=none", "?answer=interested", "?answer=declined", "?state=open", "?state=over", "?month=2040-05", "?month=2040-06")],
              [[0, 1, 3], [3], [0], [1], [0, 1, 3], [2], [0], [1]], "lists, a need a page")
        equal(supplier.get("/v1/offer/needs?limit=1")["total"], 3, "the number in all")
        equal(supplier.get("/v1/offer/needs?state=over&month=2040-06")["total"], 1, "both")
        for query in ("answer=seen", "state=draft", "month=2040", "month=2040-06-01"):
            equal(supplier("GET", f"/v1/offer/needs?{query}").status, 422, query)


def test_the_funnel():
    with Post() as d:
        buyer, anne, *_ = d.pair()
        suppliers = [d.supplier(10 + i) for i in range(5)]
        for s in suppliers:
            d.owner(s)
        d.settled()
        made = buyer.need(need())["id"]
        d.settled()
        path = f"/v1/needs/{made}"

        def numbers():
            f = buyer.get(f"{path}/funnel")
            return [f[k] for k in ("matched", "told", "seen", "interested", "declined", "withdrawn")], f["reasons"]
        equal(numbers(), ([6, 6, 0, 0, 0, 0], {}), "told")
        suppliers[0].post(f"{path}/seen", expect=200)
        suppliers[0].post(f"{path}/seen", expect=200)
        equal(numbers(), ([6, 6, 1, 0, 0, 0], {}), "seen")
        suppliers[1].post(f"{path}/interested", {}, expect=200)
        equal(numbers(), ([6, 6, 2, 1, 0, 0], {}), "interested")
        suppliers[2].post(f"{path}/declined", {"reason": "too_far"}, expect=200)
        suppliers[3].post(f"{path}/declined", {"reason": "too_far"}, expect=200)
        suppliers[4].post(f"{path}/declined", {"reason": "no_capacity"}, expect=200)
        equal(numbers(), ([6, 6, 5, 1, 3, 0], {"too_far": 2, "no_capacity": 1}), "declined")
        suppliers[0].put("/v1/offer", offer(active=False), 1, 200)
        d.settled()
        equal(numbers()[0], [6, 6, 5, 1, 3, 1], "withdrawn")
        equal([len(buyer.get(f"{path}/matches?answer={a}")["items"]) for a in ("interested", "declined", "seen")], [1, 3, 4], "lists")
        for client, status in ((suppliers[1], 403), (d.organisation("buyer", 5), 404)):
            equal(client("GET", f"{path}/funnel").status, status, "nobody else's business")


def test_a_proposal_that_is_taken():
    """Who declines is offered the change that would have spared it; applied, the match is withdrawn."""
    with Post() as d:
        buyer, _, supplier, owner = d.pair(areas=["departement:63", "departement:03"], value={"min": 1000, "max": 90000})
        for reason, body in (("too_large", need(title="Grand", value={"min": 60000, "max": 80000})), ("too_far", need(title="Loin", places=["departement:03"]))):
            id = buyer.need(body)["id"]
            d.drained()
            answer = supplier.post(f"/v1/needs/{id}/declined", {"reason": reason}, expect=200).json
            proposal = answer["proposal"]
            check(proposal and proposal["changes"], reason, answer)
            equal((answer["answer"], answer["reason"]), ("declined", reason), "answer")
            equal(supplier.get("/v1/offer")["version"], proposal["version"], "nothing changes by itself")
            supplier.put("/v1/offer", proposal["offer"], proposal["version"], 200)
            d.settled()
            equal(d.sql(f"select state from match where need = '{id}'"), "withdrawn", f"the match, {reason}")
            again = buyer.need({**body, "title": "De nouveau"})["id"]
            d.settled()
            check(not any(m["need"]["id"] == again for m in supplier.get("/v1/offer/needs")["items"]), "spared", reason)
        id = buyer.need(need(title="Petit", value={"min": 2000, "max": 3000}))["id"]
        d.settled()
        check(match_of(supplier, id)["score"] > 0, "what is not too far and not too large still comes")
        equal(supplier.post(f"/v1/needs/{id}/declined", {"reason": "other"}, expect=200).json.get("proposal"), None, "no reason, no proposal")
        # A version that is no longer the present one is refused.
        proposal = supplier.post(f"/v1/needs/{id}/declined", {"reason": "no_capacity"}, expect=200).json["proposal"]
        supplier.put("/v1/offer", supplier.get("/v1/offer"), proposal["version"], 200)
        check(proposal["changes"][0]["field"] == "/full_until", proposal["changes"])
        supplier.put("/v1/offer", {**proposal["offer"], "description": "x"}, proposal["version"])
        equal(supplier.put("/v1/offer", proposal["offer"], 1).status, 412, "an old version")


def test_an_answer_without_a_proposal():
    """What cannot be proposed keeps no refusal from being taken."""
    with Post() as d:
        buyer, _, supplier, _ = d.pair(value={"min": 1000, "max": 90000})
        id = buyer.need(need(value={"min": 60000, "max": 80000}))["id"]
        d.drained()
        d.sql("revoke select on offer from entregent_app")
        answer = supplier.post(f"/v1/needs/{id}/declined", {"reason": "too_large"}, expect=200).json
        d.sql("grant select on offer to entregent_app")
        equal((answer["answer"], answer.get("proposal")), ("declined", None), "the offer could not be read")
        equal(d.sql(f"select answer from match where need = '{id}'"), "declined", "stored")
        check(supplier.post(f"/v1/needs/{id}/declined", {"reason": "too_large"}, expect=200).json["proposal"]["changes"], "now it can")
        equal(supplier.post(f"/v1/needs/{id}/interested", {}, expect=200).json.get("proposal"), None, "interest asks for no change")


def test_the_buttons_of_a_mail():
    with Post() as d:
        buyer, anne, supplier, victor = d.pair(areas=["departement:63", "departement:03"])
        one, two = buyer.need(need(title="Les vitres"))["id"], buyer.need(need(title="La cour", places=["departement:03"]))["id"]
        d.drained()
        mails = {next(t for t in ("Les vitres", "La cour") if t in m.message["Subject"]): m for m in d.mails(victor)}
        browser = Client(d.port)  # neither token nor cookie

        def state():
            return d.sql("select array_agg((need, state, seen, answer, answered, reason, message)::text order by need) from match")
        before, journal = state(), d.sql("select count(*) from journal")
        yes, no = path_of(link(mails["Les vitres"], "Nous sommes intéressés")), path_of(link(mails["La cour"], "Pas pour nous"))
        check(yes in mails["Les vitres"].text() and no in mails["La cour"].text(), "both stand in the text too")
        for path in (yes, no):
            for method in ("GET", "HEAD"):
                for agent in ("Mozilla/5.0", "BarracudaCentral"):
                    browser(method, path, headers={"User-Agent": agent})
        equal((state(), d.sql("select count(*) from journal"), kinds(buyer)), (before, journal, ["matched", "matched"]), "a GET changes nothing")
        page = browser("GET", yes, expect=200)
        check("Les vitres" in page.text and "buyer 1" in page.text and "supplier 2" in page.text and 'name="t"' in page.text, page)
        equal([page.headers[k] for k in ("Cache-Control", "Referrer-Policy")], ["no-store", "same-origin"], "headers")

        def fields(page):
            return {k: html.unescape(v) for k, v in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)}

        def send(form, expect):
            return browser("POST", "/answer", urllib.parse.urlencode(form), type="application/x-www-form-urlencoded", expect=expect)
        sent = send({**fields(page), "message": "Volontiers & <vite>"}, 200)
        check("prévenu de votre intérêt" in html.unescape(sent.text), sent)
        d.settled()
        item, = buyer.get(f"/v1/needs/{one}/matches?answer=interested")["items"]
        equal((item["message"], item["contact"]["email"]), ("Volontiers & <vite>", victor.email), "what the buyer sees")
        check("&lt;vite&gt;" in d.mails(anne)[-1].html() and "<vite>" not in d.mails(anne)[-1].html(), "the mail to the buyer")
        page = browser("GET", no, expect=200)
        equal(send(fields(page), 422).status, 422, "without a reason")
        refused = send({**fields(page), "reason": "too_far"}, 200)
        check("→" in refused.text, "the proposal is shown", refused)
        equal(d.sql(f"select answer, reason from match where need = '{two}'"), "declined|too_far", "stored")
        # A link of ours for something else, one that was changed, none at all.
        token = urllib.parse.parse_qs(urllib.parse.urlsplit(yes).query)["t"][0]
        unsubscribe = urllib.parse.parse_qs(urllib.parse.urlsplit(path_of(link(mails["Les vitres"], "Ne plus recevoir"))).query)["t"][0]
        for bad in (unsubscribe, token[:-1] + ("A" if token[-1] != "A" else "B"), "", "x" * 500):
            equal(send({"t": bad, "answer": "interested"}, 404).status, 404, bad)
            equal(browser("GET", "/answer?t=" + bad).status, 404, bad)
        # Of a need that is over it says so.
        buyer.post(f"/v1/needs/{one}/close", expect=200)
        check("plus ouvert" in browser("GET", yes, expect=200).text, "closed")
        equal(send({"t": token, "answer": "interested"}, 409).status, 409, "closed")


def press(d, path, expect):
    """The page of a button, and the interest sent by it, from a browser that nobody is signed in with."""
    token = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)["t"][0]
    browser = Client(d.port)
    got = browser("GET", path).status
    sent = browser("POST", "/answer", urllib.parse.urlencode({"t": token, "answer": "interested"}), type="application/x-www-form-urlencoded").status
    equal((got, sent), (expect, expect), "GET and POST")


def test_a_reader_gets_no_buttons():
    """Who may only read is told, and answers neither by the API nor by a mail."""
    with Post() as d:
        buyer, _, supplier, victor = d.pair()
        reader = person(d, "lecteur@exemple.fr", "Le Lecteur", supplier.id, role="reader")
        reader.post("/v1/channels", {"kind": "mail", "rhythm": "now"}, expect=201)
        made = buyer.need(need())["id"]
        d.drained()
        (mail,), (other,) = d.mails(reader), d.mails(victor)
        check("Nettoyage de locaux" in mail.message["Subject"], mail.message["Subject"])
        check("/answer" not in mail.text() + mail.html() and "sommes intéressés" not in mail.text() + mail.html(), mail.text())
        check("/answer" in other.text() and "/answer" in other.html(), "an owner's has them")
        equal(reader.post(f"/v1/needs/{made}/interested", {}).status, 403, "nor by the API")


def test_a_button_is_its_persons():
    """It answers in the name of whom the mail is to, and no longer than that one may."""
    with Post() as d:
        buyer, _, supplier, victor = d.pair()
        eva, paul, tom = (person(d, f"{n}@exemple.fr", n.title(), supplier.id, role="editor") for n in ("eva", "paul", "tom"))
        for p in (eva, paul, tom):
            d.set(p)
        one, two = (buyer.need(need(title=t))["id"] for t in ("Les vitres", "La cour"))
        d.drained()

        def button(who, title):
            mail = next(m for m in d.mails(who) if title in m.message["Subject"])
            return path_of(link(mail, "Nous sommes intéressés"))
        buttons = {p: button(p, "Les vitres") for p in (victor, eva, paul, tom)}
        equal(len(set(buttons.values())), 4, "each has its own")
        victor("DELETE", f"/v1/organisation/members/{paul.id}", expect=204)
        press(d, buttons[paul], 404)
        victor.put(f"/v1/organisation/members/{tom.id}", {"role": "reader"}, expect=200)
        press(d, buttons[tom], 404)
        equal(d.sql("select count(*) from match where answer is not null"), "0", "nothing was answered")

        def reached(id):
            item, = buyer.get(f"/v1/needs/{id}/matches?answer=interested")["items"]
            return item["contact"]
        press(d, buttons[eva], 200)
        equal(reached(one), {"name": eva.name, "email": eva.email}, "who pressed, not the owner")
        d.sql(f"delete from contact where organisation = '{supplier.id}'")
        press(d, button(victor, "La cour"), 200)
        equal(reached(two), {"name": victor.name, "email": victor.email}, "the owner, who pressed this one")



def test_what_was_declined_does_not_come_back():
    """Full for a while, then free again: what was declined is not announced anew, what was not is."""
    with Post() as d:
        buyer, _, supplier, victor = d.pair()
        no, later = buyer.need(need(title="Non merci"))["id"], buyer.need(need(title="Plus tard"))["id"]
        d.settled()
        supplier.post(f"/v1/needs/{no}/declined", {"reason": "no_capacity"}, expect=200)
        supplier.put("/v1/offer", offer(full_until="2099-01-01"), version=1, expect=200)
        d.settled()
        supplier.put("/v1/offer", offer(), version=2, expect=200)
        d.settled()
        told = lambda id: [n["kind"] for n in supplier.notices() if n["need"]["id"] == id]
        equal(told(no), ["match"], "the one that was declined")
        equal(told(later), ["match", "withdrawn", "match"], "the other one")
        equal(match_of(supplier, no)["answer"], "declined", "it is still in the list, with the answer")


run(test_contacts_are_shared_both_ways, test_without_a_contact_the_person_is_reached, test_only_what_is_open_is_answered, test_an_answer_is_taken_back,
    test_a_suppliers_needs_by_answer_state_and_month, test_the_funnel,
    test_a_proposal_that_is_taken, test_an_answer_without_a_proposal, test_the_buttons_of_a_mail, test_a_reader_gets_no_buttons, test_a_button_is_its_persons,
    test_what_was_declined_does_not_come_back, seconds=300)
