# SPDX-License-Identifier: EUPL-1.2
"""No row of the journal is missed, whatever the order of commits: the short form of tests/run torture."""
from entregent import equal, run, say
from journal import missed


def test_nothing_is_missed():
    told = missed(20000, 30)
    say(told)
    equal(told["missed"], 0, "rows missed")


run(test_nothing_is_missed, seconds=120)
