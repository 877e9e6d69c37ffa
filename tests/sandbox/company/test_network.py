"""Layout, slip, float, staffing and booking, each on a case small enough to check by hand."""

from datetime import date
from decimal import Decimal
from random import Random

from sandbox.company.booking import Job, book
from sandbox.company.layout import Network, Slot, SlotLink, lay_out
from sandbox.company.schedule import schedule
from sandbox.company.staffing import Load, Need, choose

TWO_LANES = Network(
    slots=(
        Slot(0, 0, -1, "start", 0, 0),
        Slot(1, 0, 0, "long", 0, 10),
        Slot(2, 0, 1, "short", 0, 4),
        Slot(3, 0, -1, "end", 10, 0),
    ),
    links=(SlotLink(0, 1), SlotLink(0, 2), SlotLink(1, 3), SlotLink(2, 3)),
    length=10,
)
MONDAY = date(2026, 11, 23)


def test_float_is_the_time_that_a_task_may_slip_before_the_end_does() -> None:
    placed = schedule(TWO_LANES, TWO_LANES.links, elapsed=0, slip=0, rng=Random(1))
    assert [t.slack_days for t in placed[1:]] == [0, 6, 0]


def test_a_start_to_start_link_leaves_the_end_free() -> None:
    links = (*TWO_LANES.links[:3], SlotLink(2, 1, "SS"))
    placed = schedule(TWO_LANES, links, elapsed=0, slip=0, rng=Random(1))
    assert placed[2].slack_days == 0
    assert schedule(TWO_LANES, links[:3], elapsed=0, slip=0, rng=Random(1))[2].slack_days == 6


def test_a_lead_gives_its_predecessor_float() -> None:
    network = Network((Slot(0, 0, 0, "a", 0, 10), Slot(1, 0, 0, "b", 10, 10)), (SlotLink(0, 1, lag_days=-3),), 20)
    placed = schedule(network, network.links, elapsed=0, slip=0, rng=Random(1))
    assert [t.slack_days for t in placed] == [3, 0]


def test_half_of_the_time_is_half_of_the_progress() -> None:
    placed = schedule(TWO_LANES, TWO_LANES.links, elapsed=5, slip=0, rng=Random(1))
    assert placed[1].percent == 50
    assert placed[2].percent == 100
    assert (placed[0].percent, placed[3].percent) == (100, 0)


def test_slip_grows_up_to_now_and_turns_float_negative() -> None:
    network = Network(
        (Slot(0, 0, 0, "a", 0, 10), Slot(1, 0, 0, "b", 10, 10), Slot(2, 0, 0, "c", 20, 10)),
        (SlotLink(0, 1), SlotLink(1, 2)),
        30,
    )
    placed = schedule(network, network.links, elapsed=20, slip=6, rng=Random(3))
    assert [t.start for t in placed] == [0, 13, 26]
    assert placed[2].slack_days == -6
    assert placed[1].percent == 70


def test_a_layout_fills_its_weeks_phase_by_phase() -> None:
    network = lay_out(40, 3, ("a", "b", "c", "d"), Random(5))
    assert max(s.end for s in network.slots) == network.length == 200
    for link in network.links:
        assert network.slots[link.before].end <= network.slots[link.after].start
        assert link.before < link.after
    names = [s.name for s in network.slots]
    assert len(set(names)) == len(names)


def test_the_least_loaded_of_the_team_is_chosen_and_gets_what_fits() -> None:
    load, rng = Load(), Random(1)
    need = Need(MONDAY, date(2026, 12, 4), Decimal("0.8"), Decimal(1))
    load.take("busy", need, Decimal("0.6"))
    assert choose(load, ["busy", "free"], [], need, rng) == ("free", Decimal("0.80"))
    assert choose(load, ["busy"], ["free"], need, rng) == ("busy", Decimal("0.35"))


def test_when_the_team_is_full_others_help() -> None:
    load, rng = Load(), Random(1)
    need = Need(MONDAY, MONDAY, Decimal("0.5"), Decimal(1))
    load.take("full", need, Decimal("0.9"))
    assert choose(load, ["full"], ["helper"], need, rng) == ("helper", Decimal("0.50"))


def test_work_that_outgrew_its_estimate_takes_more_of_the_week() -> None:
    load = Load()
    load.take("ann", Need(MONDAY, MONDAY, Decimal("0.5"), Decimal("1.5")), Decimal("0.5"))
    assert load.peak("ann", Need(MONDAY, MONDAY, Decimal(1), Decimal(1))) == Decimal("0.75")


def test_bookings_add_up_to_the_job_and_share_the_days() -> None:
    last = date(2026, 12, 4)
    jobs = [Job("A-1", "ann", Decimal(40), MONDAY, last), Job("A-2", "ann", Decimal(20), MONDAY, last)]
    logs = book(jobs, Random(2))
    assert sum(w.hours for w in logs["A-1"]) == 40
    assert sum(w.hours for w in logs["A-2"]) == 20
    daily: dict[date, Decimal] = {}
    for log in (*logs["A-1"], *logs["A-2"]):
        daily[log.started.date()] = daily.get(log.started.date(), Decimal(0)) + log.hours
    assert max(daily.values()) <= 9


def test_hours_that_fit_into_no_day_stay_unbooked() -> None:
    logs = book([Job("A-1", "ann", Decimal(30), MONDAY, MONDAY)], Random(2))
    assert [w.hours for w in logs["A-1"]] == [Decimal(9)]
