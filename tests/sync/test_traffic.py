"""Counters of one run: what was counted in between, and how it is written down."""

import json

from portfolio.ports import OWN_PACE, Traffic
from sync.traffic import as_json, since, taken


def test_what_was_counted_before_a_run_is_not_counted_in_it():
    traffic = Traffic(requests=3, throttled=1, by_endpoint={"GET /a": 3}, throttled_by_reason={"burst": 1})
    before = taken(traffic)
    traffic.requests += 2
    traffic.by_endpoint |= {"GET /b": 2}
    traffic.waited_by_reason |= {"burst": 4.0}
    traffic.limits = {"Retry-After": "0"}
    run = since(before, traffic)
    assert (run.requests, run.throttled, run.by_endpoint) == (2, 0, {"GET /b": 2})
    assert (run.throttled_by_reason, run.waited_by_reason, run.waited_seconds) == ({}, {"burst": 4.0}, 4.0)
    assert run.limits == {"Retry-After": "0"}
    assert before.by_endpoint == {"GET /a": 3}


class Counted(dict[str, float]):
    """Grows while it is walked through, as where a thread goes on counting."""

    def items(self):
        for number, one in enumerate(super().items()):
            yield one
            self[f"later {number}"] = 1.0


def test_what_is_counted_meanwhile_disturbs_nobody():
    traffic = Traffic(waited_by_reason=Counted(burst=4.0), by_endpoint=Counted({"GET /a": 3}))
    assert since(Traffic(), traffic).waited_by_reason == {"burst": 4.0}


def test_the_record_names_the_most_used_first_and_keeps_our_own_pace_apart():
    waits = {OWN_PACE: 60.06, "burst": 4.04}
    traffic = Traffic(by_endpoint={"GET /a": 1, "GET /b": 9}, waited_by_reason=waits, clock_ahead_seconds=-0.16)
    told = json.loads(as_json(traffic))
    assert list(told["by_endpoint"]) == ["GET /b", "GET /a"]
    assert told["waited_by_reason"] == {OWN_PACE: 60.1, "burst": 4.0}
    assert (told["waited_seconds"], told["clock_ahead_seconds"]) == (4.0, -0.2)
