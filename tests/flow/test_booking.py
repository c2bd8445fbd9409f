# SPDX-License-Identifier: EUPL-1.2
"""What the database itself refuses, whoever writes: nobody, no table and nobody bound together in two meetings at once; bookings that do
not follow their meetings; hours and people that are not those of the slot and the request. By hand, as psql would."""
import threading

from entregent import Daemon, Failure, check, equal, run, say, wait_for
from meetings import Convention
from session import Session

PEOPLE = ["b1", "b2", "s1", "s2", "s3"]
PAIRS = [("b1", "s1"), ("b1", "s2"), ("b2", "s1"), ("b2", "s3")]
BOUND = {"s2": {"bound": 7}, "s3": {"bound": 7}}


class Book:
    def __init__(self, d, s):
        self.daemon, self.s = d, s
        self.client = d.organisation("organiser", 1)
        self.v = Convention(d, self.client, PEOPLE, PAIRS, slots=4, tables=3, rules=BOUND)
        self.other = Convention(d, self.client, ["b1", "s1"], [("b1", "s1")], slots=4, tables=3)

    def draft(self, places):
        self.v.publish(self.v.draft(places), final=True)

    def request(self, pair):
        return self.v.requests[pair]

    def number(self, name):
        return self.s(f"select number from participant where id = '{self.v.people[name]}'")[0]

    def place(self, pair, slot, seat):
        self.s(f"insert into meeting (request, convention, slot, seat) values ('{self.request(pair)}', '{self.v.id}', {slot}, {seat})")

    def refused(self, what, statement, by):
        """The statement fails by that constraint, and nothing has changed."""
        before = self.all()
        try:
            self.s(statement)
        except Failure as e:
            check(by in str(e), f"{what}: not by {by}:", e)
        else:
            raise Failure(f"{what}: it is stored")
        self.s("rollback")
        equal(self.all(), before, f"{what}: nothing has changed")

    def all(self):
        return (self.s("select request, slot, seat, during, people from meeting order by 1"), self.s("select request, person, during from booking order by 1, 2"))

    def check_true(self):
        """Bookings are those that follow from the meetings, no more and no less."""
        equal(self.s("select count(*) from booking b full join (select m.request, x as person, s.during from meeting m join request r on r.id = m.request "
                     "join convention_slot s on s.convention = m.convention and s.number = m.slot, unnest(r.people) x) w on (w.request, w.person, w.during) = (b.request, b.person, b.during) "
                     "where b.request is null or w.request is null"), ["0"], "bookings that are not true")


def booked(test):
    def play():
        with Daemon("tick_ms=600000") as d, Session(d) as s:
            test(Book(d, s))
    play.__name__ = test.__name__
    return play


@booked
def test_twice_at_once(k):
    k.place(("b1", "s1"), 1, 1)
    meeting = "insert into meeting (request, convention, slot, seat) values ('{}', '{}', {}, {})"
    k.refused("a person", meeting.format(k.request(("b1", "s2")), k.v.id, 1, 2), "booking_person")
    k.refused("the other person", meeting.format(k.request(("b2", "s1")), k.v.id, 1, 2), "booking_person")
    k.refused("a table", meeting.format(k.request(("b2", "s3")), k.v.id, 1, 1), "meeting_seat")
    k.refused("a meeting again", meeting.format(k.request(("b1", "s1")), k.v.id, 2, 2), "meeting_pkey")
    k.place(("b1", "s2"), 2, 1)
    k.refused("two who are bound together", meeting.format(k.request(("b2", "s3")), k.v.id, 2, 2), "booking_person")
    k.place(("b2", "s3"), 3, 1)
    k.refused("moved onto another", f"update meeting set slot = 2 where request = '{k.request(('b2', 's3'))}'", "violates exclusion constraint")
    k.refused("into a slot that is not", meeting.format(k.request(("b2", "s1")), k.v.id, 9, 1), "violates")
    k.refused("at a table that is not", meeting.format(k.request(("b2", "s1")), k.v.id, 4, 9), "violates foreign key constraint")
    k.refused("of another convention", meeting.format(k.other.requests["b1", "s1"], k.v.id, 4, 1), "violates foreign key constraint")
    k.refused("two at once in one statement", f"insert into meeting (request, convention, slot, seat) values ('{k.request(('b2', 's1'))}', '{k.v.id}', 4, 1), "
              f"('{k.other.requests['b1', 's1']}', '{k.other.id}', 1, 1), ('{k.request(('b2', 's1'))}', '{k.v.id}', 4, 2)", "violates")
    k.check_true()


@booked
def test_exchange(k):
    """Two meetings change places in one transaction, when the constraints are asked for at its end; what stays wrong until then is refused."""
    k.place(("b1", "s1"), 1, 1)
    k.place(("b1", "s2"), 2, 1)
    swap = (f"begin; set constraints all deferred; update meeting set slot = 2 where request = '{k.request(('b1', 's1'))}'; "
            f"update meeting set slot = {{}} where request = '{k.request(('b1', 's2'))}'; commit")
    k.refused("half of it", swap.format(2), "violates exclusion constraint")
    k.s(swap.format(1))
    equal(k.s("select slot from meeting order by slot"), ["1", "2"], "both have a place")
    equal(k.s(f"select slot from meeting where request = '{k.request(('b1', 's1'))}'"), ["2"], "the other's")
    k.check_true()


@booked
def test_bookings_follow(k):
    """Nobody else writes a booking; with its meeting it comes, moves and goes."""
    k.place(("b1", "s1"), 1, 1)
    equal(k.s("select count(*) from booking"), ["2"], "one each")
    word = "a booking is written with its meeting"
    k.refused("let somebody out", f"delete from booking where person = {k.number('b1')}", word)
    k.refused("move it", "update booking set during = tstzrange(lower(during) + interval '1 day', upper(during) + interval '1 day')", word)
    k.refused("give it to another", f"update booking set person = {k.number('b2')} where person = {k.number('b1')}", word)
    k.refused("take somebody up for nothing", f"insert into booking (request, convention, person, during) select request, convention, {k.number('b2')}, during from booking limit 1", word)
    k.s("update meeting set slot = 3")
    k.check_true()
    k.s("delete from meeting")
    equal(k.s("select count(*) from booking"), ["0"], "gone with it")


@booked
def test_hours_and_people(k):
    """A meeting has the hours of its slot and the people of its request, whatever is written; they change with them."""
    k.place(("b1", "s1"), 1, 1)
    k.refused("other hours", "update meeting set during = tstzrange(now(), now() + interval '1 hour')", "violates foreign key constraint")
    k.refused("other people", "update meeting set people = '{1,2}'", "violates foreign key constraint")
    k.s(f"insert into meeting (request, convention, slot, seat, during, people) values ('{k.request(('b2', 's1'))}', '{k.v.id}', 2, 1, '(,)', '{{8888,9999}}')")
    k.check_true()  # what was given was not believed
    k.refused("the request gets other people", f"update request set people = '{{1,2}}' where id = '{k.request(('b1', 's1'))}'; select 1 / (select count(*)::int from request "
              f"where people = '{{1,2}}')", "division by zero")
    k.check_true()
    k.place(("b1", "s2"), 3, 2)
    k.refused("two are bound together who meet others now", f"begin; update meeting set slot = 2 where request = '{k.request(('b1', 's2'))}'; "
              f"update participant set body = '{{\"bound\": 7}}' where id in ('{k.v.people['b2']}')", "violates exclusion constraint")
    k.s("update meeting set slot = 3 where request = '" + k.request(("b1", "s2")) + "'")
    k.s(f"update participant set body = '{{\"bound\": 7}}' where id = '{k.v.people['b2']}'")
    k.check_true()  # b2's booking counts for the bond now, too
    k.refused("another's request", f"update meeting set request = '{k.request(('b1', 's1'))}' where request = '{k.request(('b2', 's1'))}'", "violates")
    k.s(f"begin; set constraints all deferred; update convention_slot set during = tstzrange(lower(during) + interval '1 day', upper(during) + interval '1 day') where convention = '{k.v.id}'; commit")
    k.check_true()


@booked
def test_two_sessions(k):
    """Two at once, neither of which sees the other: one of them waits, and is refused."""
    with Session(k.daemon) as second:
        k.s("begin")
        k.place(("b1", "s1"), 1, 1)
        second("set lock_timeout = '500ms'")
        statement = f"insert into meeting (request, convention, slot, seat) values ('{k.request(('b1', 's2'))}', '{k.v.id}', 1, 2)"
        try:
            second(statement)
            raise Failure("it is stored beside")
        except Failure as e:
            check("lock timeout" in str(e), "it waits for the first:", e)
        k.s("commit")
        try:
            second(statement)
            raise Failure("it is stored behind")
        except Failure as e:
            check("booking_person" in str(e), "and is refused:", e)
    k.check_true()


class Beside(threading.Thread):
    """A statement in a session of its own, that may have to wait."""

    def __init__(self, daemon, statement):
        super().__init__()
        self.session, self.statement, self.failure = Session(daemon), statement, None
        self.session("set application_name = 'beside'")
        self.start()

    def run(self):
        try:
            self.session(self.statement)
        except Exception as e:
            self.failure = e

    def waits(self, s):
        wait_for(lambda: not self.is_alive() or s("select 1 from pg_stat_activity where application_name = 'beside' and wait_event_type = 'Lock'"), "it waits, or is done")

    def end(self):
        self.join(30)
        self.session.close()
        check(not self.is_alive() and self.failure is None, f"{self.statement} is done:", self.failure)


@booked
def test_the_convention_is_locked_first(k):
    """Whoever waits for a convention holds nothing that is locked behind one: no two wait for each other."""
    k.draft({("b1", "s1"): (1, "T1"), ("b2", "s3"): (2, "T2")})
    plan = "01890a5d-ac96-774b-bcce-b302099a8057"
    k.s(f"insert into plan (id, convention, kind, state, requests) values ('{plan}', '{k.v.id}', 'plan', 'running', '{{}}')")
    person = k.v.people["s2"]
    for statement, behind in ((f"select participant_erase(p) from participant p where p.id = '{person}'", f"update participant set updated = updated where id = '{person}'"),
                              (f"select plan_say('{plan}', '{{\"seconds\": 1}}')", f"update plan set seen = seen where id = '{plan}'")):
        k.s(f"begin; select from convention where id = '{k.v.id}' for update")
        beside = Beside(k.daemon, statement)
        beside.waits(k.s)
        k.s(f"set local lock_timeout = '3s'; {behind}")
        k.s("commit")
        beside.end()
    # One convention is reminded while another, that has ended, is in somebody's hands: who goes on to the notices does not wait.
    k.s(f"begin; select from convention where id = '{k.other.id}' for update; update convention set ends = now() where id = '{k.other.id}'; commit")
    k.s(f"update convention set starts = now() + interval '1 hour' where id = '{k.v.id}'")
    k.s(f"begin; select from convention where id = '{k.other.id}' for update")
    beside = Beside(k.daemon, "select conventions_tick(60, 3650, 200)")
    beside.waits(k.s)
    k.s("set local lock_timeout = '3s'; select notice_lock()")
    k.s("commit")
    beside.end()
    equal(k.s("select kind, count(*) from notice where kind = 'reminder' group by 1"), ["reminder|4"], "reminded")


@booked
def test_published(k):
    """What the daemon publishes is booked like that; a row by hand that would break it is refused; a draft is nobody's booking."""
    k.draft({("b1", "s1"): (1, "T1"), ("b2", "s3"): (1, "T2"), ("b1", "s2"): (2, "T1")})
    equal(k.s("select count(*) from booking where person > 0"), ["6"], "three meetings of two")
    k.check_true()
    k.v.draft({("b1", "s1"): (3, "T1"), ("b1", "s2"): (3, "T2")})
    equal(k.s("select count(*) from booking where person > 0"), ["6"], "a draft books nobody")
    k.refused("beside what is published", f"insert into meeting (request, convention, slot, seat) values ('{k.request(('b2', 's1'))}', '{k.v.id}', 1, 3)", "booking_person")
    say(f"{len(k.all()[0])} meetings, {len(k.all()[1])} bookings as they must be")


run(test_twice_at_once, test_exchange, test_bookings_follow, test_hours_and_people, test_two_sessions, test_the_convention_is_locked_first, test_published)
