# SPDX-License-Identifier: EUPL-1.2
"""The journal's reader against writers that commit in another order than they began (see `missed`)."""
import random
import threading
import time

from entregent import Daemon, Failure, check, equal, wait_for
from session import Session

WRITERS = 8
NOBODY = "gen_random_uuid()"  # a need that does not exist: read, passed, of no consequence


def insert(count, key=NOBODY):
    return (f"insert into journal (subject, key, version, what) "
            f"select 'need', {key}, 1, 'published' from generate_series(1, {count})")


class Writer(threading.Thread):
    """Transactions of random sizes with random pauses in them until `share` rows are stored; some are rolled back."""

    def __init__(self, daemon, share, seed):
        super().__init__(daemon=True)
        self.daemon_, self.share, self.rng, self.stored, self.undone, self.failure = daemon, share, random.Random(seed), 0, 0, None

    def run(self):
        try:
            with Session(self.daemon_) as sql:
                while self.stored < self.share:
                    self.transact(sql)
        except BaseException as e:  # noqa: told by the test
            self.failure = e

    def transact(self, sql):
        most = min(self.share - self.stored, 2 * max(1, self.share // 150))
        count, parts, good = self.rng.randint(1, most), self.rng.randint(1, 3), self.rng.random() > 0.1
        sql("begin")
        sql(insert(count // parts + count % parts))
        for _ in range(parts - 1):
            time.sleep(self.rng.choice((0, 0, 0.002, 0.02)))
            sql(insert(count // parts))
        sql("commit" if good else "rollback")
        self.stored += count * good
        self.undone += count * (not good)


def missed(rows, seconds):
    """8 sessions store `rows` rows of the journal, one more stores some of them early and commits late. Returns figures;
    `missed` is what the cursor did not pass: each row counts once, as it passes, and the cursor must end at the last."""
    began = time.monotonic()
    with Daemon("journal_poll_ms=200") as d, Session(d) as long, Session(d) as look:
        before, held = d.metric("journal_rows_total"), rows // 100
        stored_before = int(look("select count(*) from journal")[0])
        writers = [Writer(d, (rows - held) // WRITERS + ((rows - held) % WRITERS if i == 0 else 0), i) for i in range(WRITERS)]
        count = lambda: sum(w.stored for w in writers)

        def wait_share(share):
            wait_for(lambda: count() >= share * rows or any(w.failure for w in writers), "the writers go on", seconds)
        for w in writers:
            w.start()
        wait_share(0.2)
        long("begin")
        long(insert(held))
        wait_for(lambda: d.metric("journal_lag") > 0, "the reader is held back")
        wait_share(0.8)  # what is read meanwhile was begun before; all this waits
        waited = int(look("select count(*) from journal j, cursor c where c.name = 'matcher' and (j.xid, j.id) > (c.xid, c.id)")[0])
        long("commit")
        for w in writers:
            w.join(seconds)
            if w.failure:
                raise Failure(f"a writer failed: {w.failure!r}")
        wait_for(lambda: d.metric("journal_lag") == 0, "the journal is read", seconds, 0.1)
        passed = int(d.metric("journal_rows_total") - before)
        equal(int(look("select count(*) from journal")[0]) - stored_before, rows, "rows stored")
        order = look("select count(*) from (select id < lag(id) over (order by xid, id) as back from journal) j where back")[0]
        check(int(order) > 0, "no row was stored in another order than it was numbered: the test says nothing")
        equal(look("select c.xid, c.id from cursor c where c.name = 'matcher'"),
              look("select xid, id from journal order by xid desc, id desc limit 1"), "where the cursor ends")
        return {"writers": WRITERS, "rows": rows, "rolled_back": sum(w.undone for w in writers), "out_of_order": int(order),
                "held_by_long_transaction": waited, "passed": passed, "missed": rows - passed, "seconds": round(time.monotonic() - began, 1)}
