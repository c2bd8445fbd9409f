# SPDX-License-Identifier: EUPL-1.2
"""A failure at the n-th database reply, step of the matcher or delivery changes nothing of what is stored, told and
delivered: some n; tests/run torture takes every n."""
from entregent import run, say
from faults import Faults


def test_failures_leave_no_trace():
    with Faults() as faults:
        for point, step in (("step", 7), ("delivery", 17), ("reply", 53), ("reply-error", 59)):
            say(point, faults.every(point, step))


run(test_failures_leave_no_trace)
