# SPDX-License-Identifier: EUPL-1.2
"""Repeating a request with the same Idempotency-Key never makes two of anything."""
import http.client
import json
import random
import threading

from entregent import Daemon, check, each, equal, need, run

KEY = {"Idempotency-Key": "the-key"}


def test_fifty_at_once_make_one():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        answers, lock = [], threading.Lock()

        def post(_):
            c = buyer.again()
            while True:
                a = c.post("/v1/needs", need(), headers=KEY)
                if a.status != 409:  # key_in_use asks to come again
                    break
                equal(a.json["code"], "key_in_use", "the only conflict")
            with lock:
                answers.append((a.status, a.json["id"], a.headers["Location"]))
        each(range(50), post, threads=50)
        id = answers[0][1]
        equal(set(answers), {(201, id, f"/v1/needs/{id}")}, "all fifty answers")
        equal(len(buyer.all("/v1/needs?mine=1")), 1, "needs made")
        d.matched()
        equal(len(buyer.notices()), 1, "notices to the buyer")


def test_other_body_other_organisation_and_restart():
    with Daemon() as d:
        buyer, other = d.organisation("buyer", 1), d.organisation("buyer", 2)
        first = buyer.post("/v1/needs", need(), 201, headers=KEY)
        equal(buyer.post("/v1/needs", need(title="Autre"), headers=KEY).status, 422, "another body")
        equal(buyer.post("/v1/needs?draft=1", need(), headers=KEY).status, 422, "another address")
        check(other.post("/v1/needs", need(), 201, headers=KEY).json["id"] != first.json["id"], "keys are one's own")
        d.restart()
        again = buyer.post("/v1/needs", need(), 201, headers=KEY)
        equal(again.body, first.body, "the answer after a restart, byte by byte")
        equal(again.headers["Idempotency-Replayed"], "true", "the header")
        equal(again.headers["ETag"], first.headers["ETag"], "the ETag")
        equal(len(buyer.all("/v1/needs?mine=1")), 1, "needs made")


def test_a_refusal_leaves_the_key_free():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        equal(buyer.post("/v1/needs", {"kind": "devis"}, headers=KEY).status, 422, "a faulty need")
        made = buyer.post("/v1/needs?draft=1", need(), 201, headers=KEY).json
        move = f"/v1/needs/{made['id']}"
        equal(buyer.post(f"{move}/close", headers={"Idempotency-Key": "k"}).status, 409, "a draft is not closed")
        buyer.post(f"{move}/publish", expect=200, headers={"Idempotency-Key": "k"})
        equal(buyer.post(f"{move}/publish", headers={"Idempotency-Key": "k"}).json["state"], "published", "the same move again")
        equal(buyer.post(f"{move}/publish").status, 409, "the same move without a key")


def test_keys_are_forgotten_in_time():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        first = buyer.post("/v1/needs", need(), 201, headers=KEY).json["id"]
        d.sql("update idempotency set created = now() - interval '25 hours'")
        check(buyer.post("/v1/needs", need(title="Autre"), 201, headers=KEY).json["id"] != first, "a new need after a day")


def test_kill_between():
    with Daemon() as d:
        buyer = d.organisation("buyer", 1)
        random.seed(7)
        for i in range(4):
            key, body = {"Idempotency-Key": f"kill-{i}"}, need(title=f"Besoin {i}")
            c = buyer.again()
            c.conn = http.client.HTTPConnection("127.0.0.1", d.port, timeout=30)
            c.conn.request("POST", "/v1/needs", json.dumps(body), {"Authorization": f"Bearer {c.token}",
                                                                  "Content-Type": "application/json", **key})
            if random.random() < 0.5:  # with or without having read the answer
                c.conn.getresponse().read()
            d.kill()
            c.close()
            d.start()
            buyer.close()
            made = buyer.post("/v1/needs", body, 201, headers=key).json
            again = buyer.post("/v1/needs", body, 201, headers=key).json
            equal(again["id"], made["id"], "the need made")
        titles = sorted(n["title"] for n in buyer.all("/v1/needs?mine=1"))
        equal(titles, [f"Besoin {i}" for i in range(4)], "one need a key")
        d.matched()
        equal(len(buyer.notices()), 4, "each told once")


run(test_fifty_at_once_make_one, test_other_body_other_organisation_and_restart, test_a_refusal_leaves_the_key_free,
    test_keys_are_forgotten_in_time, test_kill_between)
