# SPDX-License-Identifier: EUPL-1.2
"""The command-line client: every verb with and without --json, its exit codes, and a stream that outlives the daemon."""
import json
import signal
import subprocess
import threading

from entregent import BUILD, Daemon, check, directory, environment, equal, need, offer, run, wait_for

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


run(test_every_verb, test_refusals, test_listen, test_post_survives_a_restart)
