# SPDX-License-Identifier: EUPL-1.2
"""The command-line client: every verb with and without --json, its exit codes, and a stream that outlives the daemon."""
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import threading
import time

from entregent import (BUILD, PATIENCE, Client, Daemon, check, directory, environment, equal, free_port, need, offer, run,
                       siret, wait_for)
from people import text_of, wait_mail
from receivers import Hooks

DONE, NO, USAGE, UNREACHABLE, REFUSED, SERVER, STOPPED = 0, 1, 2, 3, 4, 5, 130


def written(value):
    path = f"{directory()}/file.json"
    with open(path, "w", encoding="utf-8") as f:
        json.dump(value, f)
    return path


def test_every_verb():
    with Daemon() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2, structure="EI")

        def both(client, *words, status=DONE, input=None):
            """The text and the JSON of a verb: both say something on standard output, or refuse on standard error."""
            plain, shown, said = d.cli(client, *words, status=None, input=input)
            equal(plain, status, f"{words}: {shown}{said}")
            coded, printed, _ = d.cli(client, *words, "--json", status=None, input=input)
            equal(coded, status, f"{words} --json")
            return shown, json.loads(printed) if printed else None
        text, made = both(supplier, "offer", "set", "-", input=json.dumps(offer()))
        equal((made["id"], made["version"]), (supplier.id, 1), "offer set twice the same")
        equal(both(supplier, "offer", "show")[1]["seat"], "commune:63113", "offer show")
        equal(both(buyer, "offer", "show", supplier.id)[1]["id"], supplier.id, "offer show ID")
        options = ["need", "post", "--title", "Nettoyage de la mairie", "--cpv", "90911200-8,90919200", "--place",
                   "commune:63113,departement:63", "--kind", "devis", "--deadline", "2050-06-30", "--min", "1000", "--max", "2000",
                   "--services", "services", "--reserved", "L2113-12,L2113-13", "--reference", "R1", "--description", "Deux étages"]
        posted = json.loads(d.cli(buyer, *options, "--json"))
        id = posted["id"]
        equal((posted["lots"][0]["value"], posted["lots"][0]["reserved"]), ({"min": 1000, "max": 2000}, ["L2113-12", "L2113-13"]), "options")
        draft = json.loads(d.cli(buyer, "need", "post", written(need()), "--draft", "--json"))
        equal(draft["state"], "draft", "--draft")
        equal(json.loads(d.cli(buyer, "need", "publish", draft["id"], "--json"))["state"], "published", "need publish")
        d.matched()
        check("Nettoyage de la mairie" in both(supplier, "need", "show", id)[0], "need show")
        equal(len(both(supplier, "need", "list")[1]["items"]), 2, "need list")
        equal(len(both(buyer, "need", "list", "--mine", "--limit", "1")[1]["items"]), 1, "need list --mine --limit")
        check(supplier.siret in both(buyer, "need", "matches", id)[0], "need matches")
        check("cpv_same" in d.cli(buyer, "need", "matches", id, "--verbose") or "40" in d.cli(buyer, "need", "matches", id, "--verbose"), "--verbose")
        equal(both(supplier, "need", "explain", id)[1]["matches"], True, "need explain")
        equal(both(buyer, "need", "explain", id, "--offer", supplier.id)[1]["offer"], supplier.id, "need explain --offer")
        equal({m["need"]["id"] for m in both(supplier, "offer", "needs")[1]["items"]}, {id, draft["id"]}, "offer needs")
        changed = written(need(title="Autre", places=["departement:69"]))
        equal(json.loads(d.cli(buyer, "need", "amend", draft["id"], changed, "--json"))["state"], "amended", "need amend")
        equal(d.cli(buyer, "need", "amend", draft["id"], changed, "--etag", '"1"', status=None)[0], REFUSED, "--etag of before")
        d.matched()
        equal(both(supplier, "need", "explain", draft["id"], status=NO)[1]["matches"], False, "no match: exit code 1")
        equal(both(buyer, "cpv", "find", "nettoyage", "de", "bureaux")[1]["items"][0]["code"], "90919200", "cpv find")
        check({n["kind"] for n in both(supplier, "notices")[1]["items"]} == {"match", "withdrawn"}, "notices")
        equal(both(buyer, "whoami")[1]["siret"], buyer.siret, "whoami")
        for verb, state in (("close", "closed"), ("award", "awarded")):
            equal(json.loads(d.cli(buyer, "need", verb, id, "--json"))["state"], state, verb)
            equal(both(buyer, "need", verb, id, status=REFUSED)[0], "", f"{verb} twice")
        check(d.cli(buyer, "need", "cancel", draft["id"]), "need cancel")
        key = ["--key", "the-same"]
        one = json.loads(d.cli(buyer, *options, *key, "--json"))
        equal(json.loads(d.cli(buyer, *options, *key, "--json"))["id"], one["id"], "--key twice")
        for i in range(5):
            buyer.need(need(title=f"Besoin {i}"))
        lines = d.cli(supplier, "need", "list", "--all", "--limit", "2", "--json").strip().split("\n")
        equal(sum(len(json.loads(line)["items"]) if "items" in json.loads(line) else 1 for line in lines), 6, "--all")


def test_refusals():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        for words in (["nothing"], ["need"], ["need", "show"], ["need", "show", "a", "b"], ["need", "post", "/nowhere.json"], [],
                      ["need", "show", "x", "--mine"], ["need", "import", "x.jsonl"], ["need", "list", "--limit", "many"]):
            status, out, err = d.cli(buyer, *words, status=None)
            equal((status, out), (USAGE, ""), words)
            check(err, words, "says why")
        status, out, err = d.cli(buyer, "need", "post", "--title", "T", "--cpv", "12", "--place", "FR", "--kind", "devis", status=None)
        equal((status, out), (REFUSED, ""), "a faulty need")
        check("/lots/0/cpv/0" in err and "422" in err, err)
        problem = json.loads(d.cli(buyer, "need", "post", "-", "--json", input="{}", status=REFUSED))
        equal(problem["code"], "invalid", "a refusal as JSON")
        check("Ce champ" in d.cli(buyer, "need", "post", "-", "--lang", "fr", input="{}", status=None)[2], "--lang fr")
        check("Ce champ" in d.cli(buyer, "need", "post", "-", input="{}", status=None, env={"LC_ALL": "fr_FR.UTF-8"})[2], "LC_ALL")
        equal(d.cli(None, "whoami", status=None)[0], REFUSED, "no token")
        equal(d.cli(buyer, "whoami", status=None, env={"ENTREGENT_SERVER": "http://127.0.0.1:1"})[0], UNREACHABLE, "nobody there")
        equal(d.cli(None, "whoami", "--server", f"http://127.0.0.1:{d.port}", "--token", buyer.token, status=None,
                    env={"ENTREGENT_SERVER": "http://127.0.0.1:1"})[0], DONE, "options go before the environment")
        for words in (["--help"], ["help"], ["help", "need", "post"], ["--version"]):
            check(d.cli(None, *words), words)


def listener(d, client, *more):
    env = {**environment(), "ENTREGENT_SERVER": f"http://127.0.0.1:{d.port}", "ENTREGENT_TOKEN": client.token}
    return subprocess.Popen([f"{BUILD}/entregent", "listen", "--json", *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=env, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def test_listen():
    with Daemon() as d:
        buyer, supplier = d.organisation("buyer", 1), d.organisation("supplier", 2)
        supplier.put("/v1/offer", offer(), expect=201)
        process = listener(d, supplier, "--count", "40", "--since", "0", "--retry", "60")
        try:
            posted = []
            for i in range(40):
                posted.append(buyer.need(need(title=f"Besoin {i}"))["id"])
                if i == 10:
                    d.restart()
                if i == 25:
                    d.kill()
                    d.start()
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
        equal(process.returncode, DONE, f"listen ended: {err}")
        equal([json.loads(line)["need"]["id"] for line in out.strip().split("\n")], posted, "told through a stop and a crash, each once")
        equal(d.cli(supplier, "listen", "--seconds", "1", "--json"), "", "nothing new in a second")
        process = listener(d, supplier)
        wait_for(lambda: d.metric("streams") >= 1, "it listens")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        check(process.returncode in (STOPPED, -signal.SIGINT), "interrupted", process.returncode, err)


def test_post_survives_a_restart():
    """A posting whose connection breaks is repeated with its key: it ends done, and once."""
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        statuses = []

        def post(i):
            statuses.append(d.cli(buyer, "need", "post", "--title", f"Besoin {i}", "--cpv", "90911200", "--place", "FR", "--kind",
                                  "devis", "--retry", "60", status=None)[0])
        crew = [threading.Thread(target=post, args=(i,)) for i in range(8)]
        for t in crew:
            t.start()
        d.kill()
        d.start()
        for t in crew:
            t.join()
        equal(statuses, [DONE] * 8, "exit codes")
        equal(sorted(n["title"] for n in buyer.all("/v1/needs?mine=1")), sorted(f"Besoin {i}" for i in range(8)), "needs")


# ---- Accounts

PASSWORD = "une phrase assez longue"


def file(text):
    path = f"{directory()}/password"
    with open(path, "w", encoding="utf-8") as f:
        f.write(text + "\n")
    return path


def link(mail):
    return re.search(r"https?://\S+/ticket\?t=\S+", text_of(mail))[0]


def signed_up(d, number, kind="buyer", email="ada@exemple.fr", name="Ada Dupont", *more):
    """Signs up and uses the link with a password; a client with the personal token."""
    d.cli(None, "signup", "--siret", siret(number), "--organisation", f"Organisation {number}", "--kind", kind, "--name", name,
          "--email", email, *more, input="")
    token = d.cli(None, "signin", "--ticket", link(wait_mail(d, email, "Confirm")), "--password-file", "-", input=PASSWORD + "\n").strip()
    me = Client(d.port, token, siret(number))
    me.id = json.loads(d.cli(me, "whoami", "--json"))["id"]
    return me


def test_signup():
    """Sign-up, the link, a token that works at once; signing in again by password and by link."""
    with Daemon() as d:
        d.make()
        password, mine = file(PASSWORD), ("--email", "ada@exemple.fr")
        words = ["signup", "--siret", siret(1), "--organisation", "Ville", "--kind", "buyer,supplier", "--structure", "EI,ACI",
                 "--name", "Ada Dupont", *mine]
        status, out, err = d.cli(None, *words, status=None, input="")
        equal((status, out), (DONE, ""), err)
        check("entregent signin --ticket" in err and "entregentd mail show" in err, err)
        first = link(wait_mail(d, "ada@exemple.fr", "Confirm"))
        status, out, err = d.cli(None, "signin", "--ticket", first.split("?t=")[1], "--password-file", password, "--label", "Poste", "--days", "2", status=None, input="")
        equal(status, DONE, err)
        check(re.fullmatch(r"ent_[\w-]{43}\n", out), "the token alone", out)
        check("Ada Dupont" in err and "Ville" in err and "owner" in err and out.strip() not in err, err)
        me = Client(d.port, out.strip())
        who = json.loads(d.cli(me, "whoami", "--json"))
        equal((who["siret"], who["kinds"], who["declared"]), (siret(1), ["buyer", "supplier"], ["EI", "ACI"]), "whoami")
        posted = json.loads(d.cli(me, "need", "post", "-", "--json", input=json.dumps(need())))
        equal(posted["state"], "published", "a need with it")
        equal(d.cli(None, "signin", "--ticket", first, status=None, input="")[0], REFUSED, "a link works once")
        tokens = json.loads(d.cli(me, "token", "list", "--json"))["items"]
        equal([(t["label"], t["scopes"], t["personal"]) for t in tokens],
              [("Poste", ["read", "needs", "offers", "conventions", "administer"], True)], "the token")
        equal(d.sql("select count(*) from session"), "0", "no session is left")
        made = json.loads(d.cli(None, "signin", *mine, "--password-file", password, "--scopes", "read", "--json", input=""))
        equal((made["scopes"], made["personal"]), (["read"], True), "signin --scopes --json")
        check(made["label"].startswith("entregent, "), "a label by itself", made)
        status, out, err = d.cli(Client(d.port, made["token"]), "need", "post", "-", status=None, input=json.dumps(need()))
        equal((status, "needs" in err), (REFUSED, True), "it may only read")
        status, out, err = d.cli(None, "signin", *mine, "--link", status=None, input="")
        equal((status, out), (DONE, ""), "signin --link")
        token = d.cli(None, "signin", "--ticket", link(wait_mail(d, "ada@exemple.fr", "link to sign in")), input="").strip()
        equal(json.loads(d.cli(Client(d.port, token), "whoami", "--json"))["siret"], siret(1), "by link")
        equal(d.cli(None, "signin", "--email", "personne@exemple.fr", "--link", status=None, input="")[::2],
              (DONE, err.replace("ada@", "personne@")), "an unknown address: the same answer")
        equal(json.loads(d.cli(None, "signin", *mine, "--link", "--json", input="")), {"status": "mail_sent"}, "--link --json")
        equal(d.sql("select count(*) from session"), "0", "no session is left")


def test_signup_refused():
    with Daemon() as d:
        me = signed_up(d, 1)
        words = ["signup", "--siret", siret(1, 2), "--organisation", "École", "--kind", "buyer", "--name", "Bo", "--email", "bo@exemple.fr"]
        status, out, err = d.cli(None, *words, status=None, input="")
        equal((status, out), (REFUSED, ""), "the enterprise is registered")
        check(all(w in err for w in (me.id, siret(1), "Organisation 1", "--join", "--separate")), err)
        status, out, _ = d.cli(None, *words, "--json", status=None, input="")
        problem, found = (json.loads(line) for line in out.strip().split("\n"))
        equal((status, problem["code"], [f["id"] for f in found["registered"]]), (REFUSED, "siret_taken", [me.id]), "--json")
        same = [siret(1) if w == siret(1, 2) else w for w in words]
        err = d.cli(None, *same, status=None, input="")[2]
        check("--join" in err and "--separate" not in err, "the establishment itself can only be joined", err)
        equal(d.cli(None, *words, "--separate", status=None, input="")[0], DONE, "--separate")
        own = d.cli(None, "signin", "--ticket", link(wait_mail(d, "bo@exemple.fr", "Confirm")), input="").strip()
        equal(json.loads(d.cli(Client(d.port, own), "whoami", "--json"))["siret"], siret(1, 2), "an establishment apart")
        # Faults are told of the options, in the caller's language.
        status, out, err = d.cli(None, "signup", "--siret", "123", "--kind", "buyr", "--name", "Bo", "--email", "x@exemple.fr", "--lang", "fr",
                                 status=None, input="")
        equal((status, out), (REFUSED, ""), "faults")
        check("--kind : Valeur inconnue" in err, err)
        err = d.cli(None, "signup", "--siret", "123", "--name", "Bo", "--email", "x@exemple.fr", "--lang", "fr", status=None, input="")[2]
        check(all(w in err for w in ("--siret : ", "--organisation : Ce champ", "--kind : Ce champ")), err)
        d.cli(None, "signup", "--siret", siret(7), "--organisation", "O", "--kind", "buyer", "--name", "X", "--email", "x@exemple.fr", input="")
        err = d.cli(None, "signin", "--ticket", link(wait_mail(d, "x@exemple.fr", "Confirm")), "--password-file", "-", status=None, input="court\n")[2]
        check("--password-file: Too short" in err, err)
        for words, said in ((["signup", "--name", "Bo"], "--siret is needed"), (["signin"], "--email or --ticket"),
                            (["signin", "--email", "a@b.fr", "--ticket", "x"], "--email or --ticket"),
                            (["signin", "--email", "a@b.fr"], "--password-file"),
                            (["signin", "--email", "a@b.fr", "--password-file", "/nowhere"], "/nowhere"),
                            (["signin", "--email", "a@b.fr", "--password-file", file("")], "empty"),
                            (["signin", "--email", b"\xff", "--password-file", file("x")], "--email is not UTF-8"),
                            (["signin", "--email", "a@b.fr", "--password", PASSWORD], "--password"),
                            (["signin", "--email", "a@b.fr", "--days", "0"], "--days"),
                            (["report", "--reason", "spam"], "--organisation"), (["report", "--need", "x"], "--reason"),
                            (["token", "new"], "--label"), (["organisation", "set"], "organisation set"),
                            (["member", "invite", "a@b.fr"], "--role"), (["person", "erase", "--email", "a@b.fr"], "--confirm")):
            status, out, err = d.cli(me, *words, status=None, input="")
            equal((status, out), (USAGE, ""), words)
            check(said in err, words, err)
        err = d.cli(None, "signin", "--email", "ada@exemple.fr", "--password-file", "-", status=None, input="faux mot de passe\n")
        equal(err[:2], (REFUSED, ""), "a wrong password")
        check("--link" in err[2], err)


def test_join_and_members():
    with Daemon() as d:
        me = signed_up(d, 1)
        d.cli(None, "signup", "--siret", siret(1, 2), "--join", me.id, "--name", "Bo", "--email", "bo@exemple.fr", input="")
        joining = link(wait_mail(d, "bo@exemple.fr", "Confirm"))
        status, out, err = d.cli(None, "signin", "--ticket", joining, "--password-file", "-", status=None, input=PASSWORD)
        equal((status, out), (NO, ""), "no organisation yet: exit code 1")
        check("no organisation yet" in err, err)
        asked = {m["email"]: m for m in json.loads(d.cli(me, "member", "list", "--json"))["items"]}
        equal(asked["bo@exemple.fr"]["role"], "asked", "member list")
        equal(json.loads(d.cli(me, "member", "role", "Bo@exemple.fr", "reader", "--json"))["role"], "reader", "by address")
        bo = ("--email", "bo@exemple.fr", "--password-file", file(PASSWORD))
        reader = Client(d.port, d.cli(None, "signin", *bo, input="").strip())
        equal(json.loads(d.cli(reader, "token", "list", "--json"))["items"][0]["scopes"], ["read"], "all scopes of the role")
        equal(d.cli(reader, "member", "role", "bo@exemple.fr", "owner", status=None)[0], REFUSED, "a reader stays one")
        check("editor" in d.cli(me, "member", "role", asked["bo@exemple.fr"]["person"], "editor", "--json"), "by id")
        check("bo@exemple.fr" in d.cli(me, "member", "list") and "editor" in d.cli(me, "member", "list"), "as a table")
        # Invited: somebody new says a name and chooses a password.
        invited = json.loads(d.cli(me, "member", "invite", "chloé@exemple.fr", "--role", "editor", "--json", status=None)[1] or "{}")
        check(invited.get("code") == "invalid", "an address that is none", invited)
        check("cy@exemple.fr" in d.cli(me, "member", "invite", "cy@exemple.fr", "--role", "editor"), "member invite")
        ticket = link(wait_mail(d, "cy@exemple.fr", "invites you"))
        status, _, err = d.cli(None, "signin", "--ticket", ticket, status=None, input="")
        equal((status, "--name: This field is needed" in err), (REFUSED, True), err)
        editor = Client(d.port, d.cli(None, "signin", "--ticket", ticket, "--name", "Cy", "--password-file", "-", input=PASSWORD).strip())
        equal(json.loads(d.cli(editor, "whoami", "--json"))["id"], me.id, "in the same organisation")
        err = d.cli(me, "member", "invite", "x@exemple.fr", "--role", "chef", "--lang", "fr", status=None)[2]
        check("--role : Valeur inconnue" in err, err)
        equal(d.cli(me, "member", "remove", "ada@exemple.fr", status=None)[0], REFUSED, "the last owner stays")
        equal(d.cli(me, "member", "remove", "nobody@exemple.fr", status=None)[0], USAGE, "nobody")
        check(d.cli(me, "member", "remove", "bo@exemple.fr"), "member remove")
        equal(d.cli(reader, "whoami", status=None)[0], REFUSED, "its token is gone")
        check("--email E" in d.cli(reader, "whoami", status=None)[2], "how to get another")
        # Of two organisations the one that is named.
        other = signed_up(d, 2, "supplier", "di@exemple.fr", "Di")
        d.cli(other, "member", "invite", "cy@exemple.fr", "--role", "reader")
        second = Client(d.port, d.cli(None, "signin", "--ticket", link(wait_mail(d, "cy@exemple.fr", "Organisation 2 invites")), input="").strip())
        equal(json.loads(d.cli(second, "whoami", "--json"))["id"], me.id, "the first by itself")
        cy = ("--email", "cy@exemple.fr", "--password-file", file(PASSWORD))
        second = Client(d.port, d.cli(None, "signin", *cy, "--organisation", other.id, input="").strip())
        equal(json.loads(d.cli(second, "whoami", "--json"))["id"], other.id, "signin --organisation")
        status, out, err = d.cli(None, "signin", *cy, "--organisation", siret(5), status=None, input="")
        equal((status, out, "--organisation" in err), (REFUSED, "", True), err)
        equal(d.sql("select count(*) from session"), "0", "no session is left")


def test_organisation():
    with Daemon() as d:
        me = signed_up(d, 1, "buyer,supplier", "ada@exemple.fr", "Ada", "--structure", "EI")
        shown = json.loads(d.cli(me, "organisation", "set", "--contact-name", "Ada D.", "--contact-phone", "04 73 00 00 00", "--json"))
        equal((shown["name"], shown["kinds"], shown["declared"], shown["contact"], shown["version"]),
              ("Organisation 1", ["buyer", "supplier"], ["EI"], {"name": "Ada D.", "phone": "04 73 00 00 00"}, 2), "what is not given stays")
        d.cli(me, "organisation", "set", "--kind", "buyer,organiser", "--contact-phone", "", "--structure", "EI,ESAT")
        d.cli(me, "organisation", "set", "--name", "Autre")
        shown = json.loads(d.cli(me, "organisation", "show", "--json"))
        equal((shown["name"], shown["kinds"], sorted(shown["declared"]), shown["contact"]),
              ("Autre", ["buyer"], ["EI", "ESAT", "organiser"], {"name": "Ada D."}), "what was declared is still")
        equal(d.cli(me, "organisation", "set", "--name", "X", "--etag", '"1"', status=None)[0], REFUSED, "--etag of before")
        err = d.cli(me, "organisation", "set", "--contact-email", "x", status=None)[2]
        check("--contact-email: \"x\" is not a mail address" in err, err)
        check("Autre" in d.cli(me, "organisation", "show"), "organisation show")
        export = json.loads(d.cli(me, "organisation", "export"))
        equal(json.loads(d.cli(me, "organisation", "export", "--json"))["organisation"], export["organisation"], "export --json")
        check("section,item,field,value" in d.cli(me, "organisation", "export", "--format", "csv"), "export --format csv")
        check("--format: " in d.cli(me, "organisation", "export", "--format", "xml", status=None)[2], "--format xml")
        entries = json.loads(d.cli(me, "organisation", "audit", "--all", "--limit", "2", "--json"))["items"]
        check({"organisation_made", "claim_declared", "organisation_changed"} <= {e["what"] for e in entries}, entries)
        check("claim_declared" in d.cli(me, "organisation", "audit", "--lang", "fr"), "organisation audit")
        reported = json.loads(d.cli(me, "report", "--organisation", me.id, "--reason", "other", "--remark", "Un essai", "--json"))
        equal(d.sql(f"select reason, remark from report where id = '{reported['id']}'"), "other|Un essai", "report --organisation")
        posted = me.need(need())["id"]
        check(d.cli(me, "report", "--need", posted, "--reason", "spam"), "report --need")
        check("--reason: " in d.cli(me, "report", "--need", posted, "--reason", "why", status=None)[2], "a reason that is none")


def test_tokens():
    with Daemon() as d:
        me = signed_up(d, 1)
        mine = d.cli(me, "token", "new", "--label", "Veille").strip()
        equal(d.cli(Client(d.port, mine), "need", "post", "-", status=None, input=json.dumps(need()))[0], REFUSED, "reads by itself")
        ours = json.loads(d.cli(me, "token", "new", "--label", "Robot", "--shared", "--scopes", "read,needs,administer", "--days", "3", "--json"))
        equal((ours["personal"], ours["scopes"]), (False, ["read", "needs", "administer"]), "--shared")
        robot = Client(d.port, ours["token"])
        robot.need(need())
        status, _, err = d.cli(robot, "token", "new", "--label", "x", status=None)
        equal((status, "--shared" in err), (REFUSED, True), "an organisation's token is nobody's")
        check(d.cli(robot, "token", "new", "--label", "x", "--shared").startswith("ent_"), "but makes others of its kind")
        check("--scopes" in d.cli(Client(d.port, mine), "token", "new", "--label", "x", "--scopes", "needs", status=None)[2], "what it has not")
        listed = d.cli(me, "token", "list")
        check("Veille" in listed and "Robot" in listed and ours["token"] not in listed, listed)
        check(d.cli(me, "token", "revoke", ours["id"]), "token revoke")
        equal(json.loads(d.cli(me, "token", "revoke", ours["id"], "--json", status=None)[1])["code"], "not_found", "twice")
        equal(d.cli(robot, "whoami", status=None)[0], REFUSED, "it is revoked")
        other = signed_up(d, 2, "buyer", "bo@exemple.fr", "Bo")
        id = json.loads(d.cli(me, "token", "list", "--json"))["items"][0]["id"]
        equal(d.cli(other, "token", "revoke", id, status=None)[0], REFUSED, "somebody else's")
        equal(d.cli(me, "token", "revoke", id, "--json"), "{}\n", "revoked, as JSON")


def test_person():
    with Daemon() as d:
        me = signed_up(d, 1)
        ada = ("--email", "ada@exemple.fr", "--password-file", file(PASSWORD))
        shown = json.loads(d.cli(None, "person", "show", *ada, "--json", input=""))
        equal((shown["person"]["email"], shown["organisation"]["siret"], shown["role"]), ("ada@exemple.fr", siret(1), "owner"), "person show")
        text = d.cli(me, "person", "show", *ada, "--lang", "fr", input="")
        check("Ada Dupont" in text and "Organisation 1" in text and me.id in text, text)
        export = json.loads(d.cli(None, "person", "export", *ada, input=""))
        equal(export["person"]["email"], "ada@exemple.fr", "person export")
        check("section,item,field,value" in d.cli(None, "person", "export", *ada, "--format", "csv", input=""), "as CSV")
        equal(d.cli(None, "person", "export", *ada, "--format", "csv", "--json", status=None, input="")[0], USAGE, "both")
        d.cli(None, "signin", "--email", "ada@exemple.fr", "--link", input="")
        by_link = ("--ticket", link(wait_mail(d, "ada@exemple.fr", "link to sign in")))
        equal(json.loads(d.cli(None, "person", "show", *by_link, "--json", input=""))["person"], shown["person"], "by a link")
        err = d.cli(None, "person", "erase", *ada, "--confirm", "autre@exemple.fr", status=None, input="")[2]
        check("--confirm: " in err, err)
        equal(d.sql("select count(*) from session"), "0", "no session is left")
        check(d.cli(None, "person", "erase", *ada, "--confirm", "ada@exemple.fr", input=""), "person erase")
        equal(d.sql("select count(*) from person"), "0", "it is gone")
        equal(d.cli(None, "signin", *ada, status=None, input="")[0], REFUSED, "and cannot sign in")


# ---- Answers, alerts, channels

def pair(d):
    """A buyer, who says how to reach it, and a supplier of départements 63 and 03, each a person with a personal token."""
    buyer = signed_up(d, 1)
    d.cli(buyer, "organisation", "set", "--contact-email", "mairie@exemple.fr")
    supplier = signed_up(d, 2, "supplier", "bo@exemple.fr", "Bo Martin")
    d.cli(supplier, "offer", "set", "-", input=json.dumps(offer(areas=["departement:63", "departement:03"])))
    return buyer, supplier


def test_answers():
    with Daemon() as d:
        buyer, supplier = pair(d)
        id = buyer.need(need(places=["departement:03"]))["id"]
        d.matched()
        equal(d.cli(buyer, "need", "seen", id, status=None)[0], REFUSED, "a buyer has seen its own")
        check(d.cli(supplier, "need", "seen", id), "need seen")
        equal([m["offer"]["id"] for m in json.loads(d.cli(buyer, "need", "matches", id, "--answer", "seen", "--json"))["items"]], [supplier.id], "who has seen it")
        answered = json.loads(d.cli(supplier, "need", "interested", id, "--message", "Volontiers", "--json"))
        equal((answered["answer"], answered["contact"]["email"], answered["shared"]["email"]), ("interested", "mairie@exemple.fr", "bo@exemple.fr"), "contacts")
        text = d.cli(supplier, "need", "interested", id, "--message", "Volontiers", "--lang", "fr")
        check(all(w in text for w in ("mairie@exemple.fr", "bo@exemple.fr", "intéressé", "Volontiers", "Nettoyage de locaux")), text)
        text = d.cli(buyer, "need", "matches", id, "--answer", "interested")
        check(all(w in text for w in ("interested", "Volontiers", "Bo Martin", "bo@exemple.fr")), text)
        check("mairie@exemple.fr" in d.cli(supplier, "offer", "needs"), "the supplier's own view")
        equal(json.loads(d.cli(buyer, "need", "matches", id, "--answer", "declined", "--json"))["items"], [], "nobody declined")
        check("--answer: " in d.cli(buyer, "need", "matches", id, "--answer", "perhaps", status=None)[2], "an answer that is none")
        d.matched()
        text = d.cli(buyer, "notices", "--lang", "fr")
        check("intérêt" in text and "Organisation 2 : Volontiers" in text, text)
        equal(d.cli(supplier, "need", "decline", id, status=None)[::2], (USAGE, "entregent: --reason is needed\n"), "--reason is needed")
        check("--reason: " in d.cli(supplier, "need", "decline", id, "--reason", "why", status=None)[2], "a reason that is none")
        status, text, err = d.cli(supplier, "need", "decline", id, "--reason", "too_far", "--message", "À 100 km", status=None)
        check(status == DONE and "/capabilities/0/areas" in text and "--apply" in err, text, err)
        equal(supplier.get("/v1/offer")["version"], 1, "the offer is as it was")
        lines = d.cli(supplier, "need", "decline", id, "--reason", "too_far", "--apply", "--json").strip().split("\n")
        answered, written_offer = (json.loads(line) for line in lines)
        equal((answered["reason"], answered["proposal"]["version"]), ("too_far", 1), "--apply --json: the answer")
        equal((written_offer["version"], written_offer["capabilities"][0]["areas"]), (2, ["departement:63"]), "and the offer")
        status, out, err = d.cli(supplier, "need", "decline", id, "--reason", "other", "--apply", status=None)
        check(status == DONE and "No change" in err, out, err)
        funnel = json.loads(d.cli(buyer, "need", "funnel", id, "--json"))
        equal((funnel["told"], funnel["seen"], funnel["interested"], funnel["reasons"]), (1, 1, 0, {"other": 1}), "funnel --json")
        check(re.search(r"Who decline +1\n  Other +1\n", d.cli(buyer, "need", "funnel", id)), "need funnel")
        equal(d.cli(supplier, "need", "funnel", id, status=None)[0], REFUSED, "the funnel is the buyer's")
        # Whom nobody could reach shares nothing.
        alone = d.organisation("supplier", 3)
        alone.put("/v1/offer", offer(), expect=201)
        other = buyer.need(need())["id"]
        d.matched()
        status, _, err = d.cli(alone, "need", "interested", other, status=None)
        check(status == REFUSED and "/contact: " in err and "organisation set --contact-email" in err, err)
        d.cli(alone, "organisation", "set", "--contact-email", "cy@exemple.fr")
        equal(json.loads(d.cli(alone, "need", "interested", other, "--json"))["shared"], {"email": "cy@exemple.fr"}, "the organisation's contact")


def test_alerts():
    with Daemon() as d:
        buyer, supplier = pair(d)
        words = ["alert", "add", "--name", "Nettoyage", "--cpv", "90911200,90919200", "--place", "departement:03", "--words", "médiathèque,vitres",
                 "--buyer", buyer.siret, "--reserved", "L2113-12,L2113-13", "--min", "1000", "--max", "9000", "--rhythm", "weekly", "--json"]
        made = json.loads(d.cli(supplier, *words))
        equal({k: made[k] for k in ("name", "cpv", "places", "words", "buyers", "reserved", "value", "version")},
              {"name": "Nettoyage", "cpv": ["90911200", "90919200"], "places": ["departement:03"], "words": ["médiathèque", "vitres"],
               "buyers": [buyer.siret], "reserved": ["L2113-12", "L2113-13"], "value": {"min": 1000, "max": 9000}, "version": 1}, "by options")
        mail = [c for c in json.loads(d.cli(supplier, "channel", "list", "--json"))["items"] if c.get("alert") == made["id"]]
        equal([(c["kind"], c["rhythm"], c["personal"]) for c in mail], [("mail", "weekly", True)], "--rhythm")
        by_file = json.loads(d.cli(supplier, "alert", "add", "-", "--rhythm", "none", "--json", input='{"name": "Tout", "places": ["FR"]}'))
        equal(d.sql(f"select count(*) from channel where alert = '{by_file['id']}'"), "0", "--rhythm none")
        id = buyer.need(need(title="Vitres de la médiathèque", reserved=["L2113-12"], places=["departement:03"], value={"min": 2000, "max": 3000}))["id"]
        d.matched()
        equal([f["need"]["id"] for f in json.loads(d.cli(supplier, "alert", "needs", made["id"], "--json"))["items"]], [id], "alert needs --json")
        text = d.cli(supplier, "alert", "needs", made["id"])
        check(id in text and "Vitres de la médiathèque" in text, text)
        text = d.cli(supplier, "alert", "list", "--lang", "fr")
        check(all(w in text for w in (made["id"], by_file["id"], "Nettoyage", "BESOINS")), text)
        text = d.cli(supplier, "alert", "show", made["id"], "--lang", "fr")
        check("Réservé aux EA" in text and "de 1000 à 9000" in text, text)
        equal(json.loads(d.cli(supplier, "alert", "set", made["id"], written({"name": "Autre", "places": ["departement:63"]}), "--json"))["version"], 2, "alert set")
        equal(d.cli(supplier, "alert", "set", made["id"], "-", "--etag", '"1"', status=None, input='{"name": "X", "places": ["FR"]}')[0], REFUSED, "--etag of before")
        d.matched()
        equal(json.loads(d.cli(supplier, "alert", "needs", made["id"], "--json"))["items"], [], "it finds that no more")
        for options, word in ((["--cpv", "9"], "--cpv: "), (["--place", "commune"], "--place: "), (["--buyer", "1"], "--buyer: "), (["--place", "FR", "--rhythm", "hourly"], "--rhythm: "),
                              (["--reserved", "L1"], "--reserved: ")):
            status, out, err = d.cli(supplier, "alert", "add", "--name", "X", *options, status=None)
            check((status, out) == (REFUSED, "") and word in err, options, err)
        equal(d.cli(supplier, "alert", "add", "-", "--name", "X", status=None, input="{}")[0], USAGE, "a file and options")
        equal(d.cli(supplier, "alert", "add", "--rhythm", "now", status=None)[0], USAGE, "neither")
        check("--rhythm: " in d.cli(supplier, "alert", "add", "-", "--rhythm", "hourly", status=None, input='{"name": "X", "places": ["FR"]}')[2], "of a file, too")
        equal(d.cli(buyer, "alert", "show", made["id"], status=None)[0], REFUSED, "somebody else's")
        check(d.cli(supplier, "alert", "drop", made["id"]), "alert drop")
        equal(json.loads(d.cli(supplier, "alert", "drop", made["id"], "--json", status=None)[1])["code"], "not_found", "twice")


def test_channels():
    """What is not given keeps its value; secrets are shown once, addresses whole."""
    home = "https://" + "entreprises-solidaires." * 3 + "exemple.fr"
    with Daemon(f"public_url={home}") as d:
        _, me = pair(d)
        alert = json.loads(d.cli(me, "alert", "add", "--name", "Tout", "--place", "FR", "--rhythm", "none", "--json"))["id"]
        mail = json.loads(d.cli(me, "channel", "list", "--json"))["items"][0]
        equal((mail["kind"], mail["quiet_from"], mail["quiet_to"], mail["weekly_most"]), ("mail", 20, 7, 10), "a member is told by mail")

        def set(*options):
            equal(json.loads(d.cli(me, "channel", "set", mail["id"], *options, "--json")), mail, f"channel set {options}")
        mail.update(rhythm="daily", hour=0)
        set("--rhythm", "daily", "--hour", "0")
        mail.update(label="Résumé", least_score=60, weekday=7)
        set("--label", "Résumé", "--least-score", "60", "--weekday", "7")
        mail.update(quiet_from=18, quiet_to=0, active=False)
        set("--quiet", "18-0", "--active", "no")
        for name in ("quiet_from", "quiet_to", "weekly_most", "label"):
            del mail[name]
        mail.update(least_score=0)
        set("--quiet", "none", "--weekly-most", "0", "--label", "", "--least-score", "0")
        mail.update(active=True, weekly_most=3)
        set("--active", "yes", "--weekly-most", "3")
        for options in ([], ["--quiet", "20"], ["--quiet", "20-24"], ["--active", "perhaps"], ["--hour", "24"], ["--alert", alert]):
            equal(d.cli(me, "channel", "set", mail["id"], *options, status=None)[:2], (USAGE, ""), options)
        for options, word in ((["--rhythm", "hourly"], "--rhythm: "), (["--url", "https://a.fr"], "--url: ")):
            check(word in d.cli(me, "channel", "set", mail["id"], *options, status=None)[2], options)
        equal(json.loads(d.cli(me, "channel", "show", mail["id"], "--json")), mail, "refused, it is as it was")
        for kind in ("feed", "calendar"):
            made = json.loads(d.cli(me, "channel", "add", kind, "--alert", alert, "--label", "Agenda", "--json"))
            equal((made["kind"], made["alert"], made["personal"], made["label"]), (kind, alert, True, "Agenda"), kind)
            check(made["link"].startswith(f"{home}/{kind}/"), made["link"])
            status, text, err = d.cli(me, "channel", "show", made["id"], status=None)
            check(status == DONE and made["link"] in text and "secret" in err, "its address, in one piece", text, err)
            check(made["link"] not in d.cli(me, "channel", "list"), "not in a list")
            with_it = Client(d.port)
            path = made["link"].removeprefix(home)
            equal(with_it("GET", path).status, 200, "it is there")
            check(d.cli(me, "channel", "drop", made["id"]), "channel drop")
            equal(with_it("GET", path).status, 404, "it is gone")
        equal(json.loads(d.cli(me, "channel", "add", "feed", "--shared", "--json"))["personal"], False, "--shared")
        check("Résumé du matin" in d.cli(me, "channel", "add", "mail", "--alert", alert, "--rhythm", "daily", "--label", "Résumé du matin"), "channel add mail")
        status, _, err = d.cli(me, "channel", "add", "mail", "--shared", status=None)
        check(status == USAGE and "--shared" in err, "a mail goes to a person", err)
        for options, word in ((["pigeon"], "/kind: "), (["webhook"], "--url: "), (["webhook", "--url", "http://a.fr/"], "--url: "), (["feed", "--alert", "x"], "--alert: ")):
            status, out, err = d.cli(me, "channel", "add", *options, status=None)
            check((status, out) == (REFUSED, "") and word in err, options, err)
        status, _, err = d.cli(d.organisation("supplier", 2), "channel", "add", "mail", status=None)
        check(status == REFUSED and "personal token" in err, "an organisation's token has no address", err)


def test_webhook():
    """A try and what came of it, what failed made again."""
    with Hooks() as hooks, Daemon("webhook_networks=127.0.0.0/8") as d:
        _, me = pair(d)
        status, text, err = d.cli(me, "channel", "add", "webhook", "--url", hooks.url, "--label", "Robot", "--shared", status=None)
        equal(status, DONE, err)
        secret = re.search(r"whsec_\S+", text)[0]
        check("whpk_" in text and "shown this once" in err and secret not in err, text, err)
        hook = next(c for c in json.loads(d.cli(me, "channel", "list", "--json"))["items"] if c["kind"] == "webhook")
        equal((hook["url"], hook["label"], hook["personal"]), (hooks.url, "Robot", False), "what was given")
        check("Robot,http" in d.cli(me, "channel", "list") and secret not in d.cli(me, "channel", "show", hook["id"]), "never again")
        tried = json.loads(d.cli(me, "channel", "test", hook["id"], "--json"))
        equal((tried["state"], hooks.seen()), ("done", {tried["id"]: 1}), "channel test --json")
        text = d.cli(me, "channel", "test", hook["id"], "--lang", "fr")
        check("done" in text and "204" in text and len(hooks.seen()) == 2, text)
        d.cli(me, "channel", "set", hook["id"], "--url", f"http://127.0.0.1:{free_port()}/")
        status, out, _ = d.cli(me, "channel", "test", hook["id"], "--json", status=None)
        lost = json.loads(out)
        equal((status, lost["state"], lost["attempts"]), (NO, "due", 1), "nobody there")
        check("due" in d.cli(me, "channel", "test", hook["id"], status=NO), "channel test that fails")
        d.sql("update outbox set state = 'failed' where state = 'due' and channel_id is not null")
        text = d.cli(me, "channel", "deliveries", hook["id"], "--state", "failed")
        check(lost["id"] in text and "127.0.0.1" in text, text)
        all = json.loads(d.cli(me, "channel", "deliveries", hook["id"], "--all", "--limit", "1", "--json"))["items"]
        equal([x["state"] for x in all], ["failed", "failed", "done", "done"], "channel deliveries, latest first")
        check("--state: " in d.cli(me, "channel", "deliveries", hook["id"], "--state", "lost", status=None)[2], "a state that is none")
        d.cli(me, "channel", "set", hook["id"], "--url", hooks.url)
        equal(json.loads(d.cli(me, "channel", "replay", hook["id"], lost["id"], "--json")), {"count": 1}, "channel replay: one")
        wait_for(lambda: hooks.seen().get(lost["id"]), "it was made again")
        check("1" in d.cli(me, "channel", "replay", hook["id"]), "channel replay: the rest")
        wait_for(lambda: len(hooks.seen()) == 4, "all came")
        mail = next(c for c in json.loads(d.cli(me, "channel", "list", "--json"))["items"] if c["kind"] == "mail")
        equal(d.cli(me, "channel", "test", mail["id"], status=None)[0], REFUSED, "a mail is not tried")
        d.cli(me, "channel", "set", hook["id"], "--active", "no")
        status, _, err = d.cli(me, "channel", "test", hook["id"], status=None)
        check(status == REFUSED and "active" in err, "out of use", err)


class Terminal:
    """The client on a terminal of its own; its standard output apart, as in $(...)."""

    def __init__(self, d, *words):
        self.master, slave = pty.openpty()
        self.slave, self.said = slave, ""
        env = {**environment(), "ENTREGENT_SERVER": f"http://127.0.0.1:{d.port}"}
        self.process = subprocess.Popen([f"{BUILD}/entregent", *words], stdin=slave, stdout=subprocess.PIPE, stderr=slave, env=env,
                                        start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def until(self, words):
        """Reads what the terminal shows until the words, and after them no more."""
        end = time.monotonic() + PATIENCE
        while words not in self.said:
            ready = select.select([self.master], [], [], max(0, end - time.monotonic()))[0]
            check(ready, f"{words!r} does not come:", self.said)
            self.said += os.read(self.master, 4096).decode()
        self.said = self.said.split(words, 1)[1]

    def type(self, text):
        os.write(self.master, text.encode())

    def echoes(self):
        import termios
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def end(self):
        out = self.process.communicate(timeout=PATIENCE)[0].decode()
        while select.select([self.master], [], [], 0)[0]:
            self.said += os.read(self.master, 4096).decode()
        return self.process.returncode, out

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        os.close(self.master)
        os.close(self.slave)


def test_terminal():
    """A password that is typed is not shown, in the shell's $(...) neither; an interrupt leaves the terminal as it was."""
    with Daemon() as d:
        d.make()
        d.cli(None, "signup", "--siret", siret(1), "--organisation", "Ville", "--kind", "buyer", "--name", "Ada", "--email", "ada@exemple.fr", input="")
        words = ["signin", "--ticket", link(wait_mail(d, "ada@exemple.fr", "Confirm")), "--password-file", "-"]
        with Terminal(d, *words) as t:
            t.until("at each sign-in): ")
            wait_for(lambda: not t.echoes(), "no echo")
            t.type(PASSWORD + "\n")
            t.until("once more: ")
            t.type("something else\n")
            equal(t.end()[0], USAGE, "not the same twice")
            check("not the same" in t.said and PASSWORD not in t.said and t.echoes(), t.said)
        with Terminal(d, *words) as t:
            t.until("at each sign-in): ")
            t.type(PASSWORD + "\n")
            t.until("once more: ")
            t.type(PASSWORD + "\n")
            equal(t.end()[0], DONE, "the link, with a password")
        with Terminal(d, "signin", "--email", "ada@exemple.fr", "--lang", "fr") as t:
            t.until("Mot de passe : ")
            wait_for(lambda: not t.echoes(), "no echo")
            t.type(PASSWORD + "\n")
            status, out = t.end()
            equal(status, DONE, t.said)
            check(re.fullmatch(r"ent_[\w-]{43}\n", out) and PASSWORD not in t.said and t.echoes(), out, t.said)
        with Terminal(d, "signin", "--email", "ada@exemple.fr") as t:
            t.until("Password: ")
            wait_for(lambda: not t.echoes(), "no echo")
            t.process.send_signal(signal.SIGINT)
            equal(t.end()[0], -signal.SIGINT, "interrupted")
            check(t.echoes(), "the terminal echoes again")


def test_in_the_clear():
    """No password and no link goes to another machine without TLS; hosts that only look like this one are another."""
    password = file(PASSWORD)
    env = {**environment(), "LC_ALL": "fr_FR.UTF-8"}
    for server in ("http://192.0.2.1", "http://127.0.0.1@192.0.2.1", "http://127.0.0.1.exemple.fr", "http://localhost.exemple.fr:8080",
                   "HTTP://192.0.2.1", "http://[::2]"):
        for words in (["signin", "--email", "a@b.fr", "--password-file", password], ["signin", "--ticket", "x"],
                      ["person", "show", "--email", "a@b.fr", "--password-file", password]):
            done = subprocess.run([f"{BUILD}/entregent", *words, "--server", server], stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, env=env, timeout=PATIENCE)
            equal((done.returncode, done.stdout), (USAGE, ""), f"{server} {words}")
            check("http" in done.stderr, done.stderr)
    for server in ("http://127.8.8.8", "http://localhost", "http://[::1]", "https://127.0.0.1"):
        done = subprocess.run([f"{BUILD}/entregent", "signin", "--email", "a@b.fr", "--password-file", password, "--server",
                               f"{server}:{free_port()}"], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, timeout=PATIENCE)
        equal(done.returncode, UNREACHABLE, f"{server}: {done.stderr}")


def test_once():
    """What may have been done is not done again: a sign-in whose connection breaks is not repeated."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        seen = []

        def serve():
            while True:
                try:
                    peer = server.accept()[0]
                except OSError:
                    return
                with peer:
                    seen.append(peer.recv(65536))
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        done = subprocess.run([f"{BUILD}/entregent", "signin", "--email", "a@b.fr", "--password-file", file(PASSWORD), "--retry", "60",
                               "--server", f"http://127.0.0.1:{server.getsockname()[1]}", "--token", "ent_x"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=environment(), timeout=PATIENCE)
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    equal((done.returncode, len(seen)), (UNREACHABLE, 1), done.stderr)
    check("Perhaps done" in done.stderr, done.stderr)
    check(b"ent_x" not in seen[0] and PASSWORD.encode() in seen[0], "the token stays out of it", seen)


def test_private_certificate():
    folder = directory()
    key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", "/CN=essai", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True, timeout=PATIENCE)
    os.chmod(key, 0o644)  # started by root, the daemon takes another account
    port = free_port()
    d = Daemon(f"tls_certificate={certificate}", f"tls_key={key}", start=False)
    d.port = port
    d.start(wait=False)
    try:
        env = {"ENTREGENT_SERVER": f"https://127.0.0.1:{port}"}
        trusted = {**env, "ENTREGENT_CACERT": certificate}
        wait_for(lambda: d.cli(None, "cpv", "find", "nettoyage", "--json", status=None, env=trusted)[0] == DONE, "it answers")
        status, _, err = d.cli(None, "cpv", "find", "nettoyage", status=None, env=env)
        equal((status, "--cacert" in err), (UNREACHABLE, True), err)
        check(d.cli(None, "cpv", "find", "nettoyage", "--cacert", certificate, env=env), "--cacert")
        status, _, err = d.cli(None, "cpv", "find", "nettoyage", "--cacert", f"{folder}/nothing.pem", status=None, env=env)
        equal((status, "--cacert" in err), (USAGE, True), err)
        status, _, err = d.cli(None, "cpv", "find", "nettoyage", "--cacert", file("no certificate"), status=None, env=env)
        equal((status, "--cacert" in err), (USAGE, True), err)
        d.cli(None, "signup", "--siret", siret(1), "--organisation", "Ville", "--kind", "buyer", "--name", "Ada", "--email", "ada@exemple.fr",
              input="", env=trusted)
        token = d.cli(None, "signin", "--ticket", link(wait_mail(d, "ada@exemple.fr", "Confirm")), input="", env=trusted).strip()
        check("Ville" in d.cli(Client(port, token), "whoami", env=trusted), "signed up and in over TLS")
    finally:
        d.stop()


run(test_every_verb, test_refusals, test_listen, test_post_survives_a_restart, test_signup, test_signup_refused, test_join_and_members,
    test_organisation, test_tokens, test_person, test_answers, test_alerts, test_channels, test_webhook, test_terminal, test_in_the_clear, test_once, test_private_certificate,
    seconds=300)
