"""What constraints, progress, calendars, summary tasks and other plans do to the dates of a network. By hand."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rules.measures.network.calendars import Calendars, Saying, read_shifts
from rules.measures.network.worktime import ROUND_THE_CLOCK, Worktime, standard
from tests.rules.network_told import DAY, MONDAY, computed, link, number, task

EIGHT_HOURS: dict[str, Any] = {"is_working": True, "minutes": 480, "shifts": "08:00-12:00 13:00-17:00"}
WEEKDAYS = [("C", Saying(weekday=n, **EIGHT_HOURS)) for n in range(1, 6)]


def on(days: int) -> int:
    """The number of the day so many calendar days after the plan's first Monday."""
    return number(MONDAY + timedelta(days=days))


def moment(days: int, hour: int) -> int:
    return on(days) * 1440 + hour * 60


@pytest.mark.parametrize(
    ("kind", "day", "early"),
    [
        ("start_no_earlier_than", 9, (7, 10)),  # Wednesday of the second week
        ("start_no_earlier_than", 1, (5, 8)),
        ("finish_no_earlier_than", 10, (6, 9)),
        ("finish_no_earlier_than", 2, (5, 8)),
        ("must_start_on", 2, (2, 5)),
        ("must_finish_on", 10, (6, 9)),
        ("start_no_later_than", 2, (2, 5)),
        ("start_no_later_than", 9, (5, 8)),
        ("finish_no_later_than", 3, (1, 4)),
        ("finish_no_later_than", 11, (5, 8)),
        ("as_soon_as_possible", None, (5, 8)),
        ("as_late_as_possible", None, (5, 8)),
    ],
)
def test_a_constraint_is_kept_even_against_a_dependency(kind: str, day: int | None, early: tuple[int, int]) -> None:
    bound = None if day is None else on(day)

    found = computed([task("A", 5), task("B", 3, constraint_kind=kind, constraint_day=bound)], ["A>B"])

    assert found.early("B") == early


def test_what_is_pinned_before_its_predecessor_ends_makes_that_one_late() -> None:
    found = computed([task("A", 5), task("B", 3, constraint_kind="must_start_on", constraint_day=on(2))], ["A>B"])

    assert (found.float_days("A"), found.float_days("B")) == (-3, 0)


def test_a_deadline_moves_no_early_date_and_takes_float() -> None:
    found = computed([task("A", 5), task("B", 3, deadline_day=on(7))], ["A>B"])

    assert (found.early("B"), found.float_days("A"), found.float_days("B")) == ((5, 8), -2, -2)


def test_a_begun_task_stands_and_ends_when_its_duration_is_over() -> None:
    begun = {"is_begun": True, "actual_start_day": on(1), "remaining_minutes": 3 * DAY}

    found = computed([task("A", 5, **begun), task("B", 1), task("C", 9)], ["A>B"])

    assert (found.early("A"), found.early("B"), found.float_days("A")) == ((1, 6), (6, 7), 2)


def test_a_done_task_has_no_float_and_is_waited_for_where_it_ended() -> None:
    done = {"is_done": True, "actual_start_day": on(0), "finished_day": on(2)}

    found = computed([task("A", 9, **done), task("B", 2)], ["A>B"])

    assert (found.early("A"), found.early("B"), found.float_days("A"), found.path) == ((0, 3), (3, 5), None, {"A", "B"})


def test_what_is_done_without_a_day_holds_nothing_back() -> None:
    found = computed([task("A", 9, is_done=True), task("B", 2)], ["A>B"])

    assert (found.early("B"), set(found.tasks)) == ((0, 2), {"B"})


def test_the_time_of_day_is_told_by_the_clock_of_the_plan() -> None:
    """Begun at one o'clock in Berlin, which is noon in Greenwich; of a plan without a zone only the day is known."""
    begun = task("A", 1, is_begun=True, actual_start_day=on(0), start_at=datetime(2026, 11, 2, 12))

    with_zone, without = (computed([begun], time_zone=zone).tasks["A"] for zone in ("Europe/Berlin", None))

    assert (with_zone.early_start, with_zone.early_finish) == (moment(0, 13), moment(1, 12))
    assert (without.early_start, without.early_finish) == (moment(0, 8), moment(0, 17))


def test_a_task_scheduled_by_hand_stays_where_it_is() -> None:
    found = computed([task("A", 5), task("B", 2, is_manual=True, start_day=on(1), due_day=on(2)), task("C", 1)],
                     ["A>B", "B>C"])  # fmt: skip

    assert (found.early("B"), found.early("C"), found.float_days("B")) == ((1, 3), (3, 4), 1)


def test_an_elapsed_duration_runs_over_the_weekend_and_so_does_an_elapsed_lag() -> None:
    found = computed(
        [task("A", 4), task("Dry", elapsed_minutes=3 * 1440, minutes=3 * DAY), task("B", 1), task("C", 1)],
        ["A>Dry", "Dry>B", link("A>C", lag=None, elapsed_lag=3 * 1440)],
    )

    assert found.tasks["Dry"].early_start == moment(3, 17)
    assert found.tasks["Dry"].early_finish == moment(6, 17)
    assert (found.early("B")[0], found.early("C")[0]) == (5, 5)


def test_holidays_and_calendars_of_tasks_are_kept() -> None:
    holiday = ("C", Saying(starts_on=on(1), ends_on=on(1), is_working=False, minutes=0))
    weekend = ("W", Saying(weekday=6, is_working=True, minutes=480, shifts="08:00-16:00"))
    calendars = Calendars({"C": None, "W": "C"}, [*WEEKDAYS, holiday, weekend])

    found = computed([task("A", 4), task("B", 1, calendar_id="W")], ["A>B"], calendars, calendar_id="C")

    assert found.tasks["A"].early_finish == moment(4, 17)
    assert (found.tasks["B"].early_start, found.tasks["B"].early_finish) == (moment(5, 8), moment(5, 16))


def test_a_dependency_of_a_summary_task_holds_for_all_below() -> None:
    """S holds A and T, T holds B; X comes before S, Y after S."""
    summary = {"is_leaf": False}
    tasks = [
        task("S", **summary), task("T", parent_id="S", **summary), task("X", 2), task("Y", 1),
        task("A", 3, parent_id="S"), task("B", 5, parent_id="T"),
    ]  # fmt: skip

    found = computed(tasks, ["X>S", "S>Y"])

    assert set(found.tasks) == {"A", "B", "X", "Y"}
    assert [found.early(n) for n in "XABY"] == [(0, 2), (2, 5), (2, 7), (7, 8)]
    assert [found.float_days(n) for n in "XABY"] == [0, 2, 0, 0]


def test_what_starts_with_a_summary_task_starts_with_the_first_below_it() -> None:
    below = [task("A", 2, parent_id="S"), task("B", 9, parent_id="S")]
    tasks = [task("S", is_leaf=False), task("X", 3), *below, task("Y", 1)]

    found = computed(tasks, ["X>A", "X>B FS+1", "S>Y SS"])

    assert found.early("Y") == (3, 4)


def test_dates_of_a_summary_task_bind_what_is_below() -> None:
    start = {"constraint_kind": "start_no_earlier_than", "constraint_day": on(2)}
    dated: dict[str, Any] = {"is_leaf": False, "deadline_day": on(4), **start}

    found = computed([task("S", **dated), task("A", 4, parent_id="S")])

    assert (found.early("A"), found.float_days("A")) == ((2, 6), -1)


def test_a_task_of_another_plan_holds_at_its_date_there() -> None:
    elsewhere = {"from_project_id": "Q", "from_start_day": on(1), "from_finish_day": on(3)}

    found = computed([task("A", 1), task("B", 1)], [link("Z>A", **elsewhere), link("Z>B SS", **elsewhere)])

    assert (found.early("A"), found.early("B"), set(found.tasks)) == ((4, 5), (1, 2), {"A", "B"})


def test_a_placeholder_of_another_plan_is_no_task_and_ends_no_plan() -> None:
    found = computed([task("Z", 5, is_external=True, start_day=on(0), due_day=on(11)), task("A", 1)], ["A>Z"])

    assert (set(found.tasks), found.float_days("A")) == ({"A"}, 0)


PROBLEMS: dict[str, dict[str, Any]] = {
    "no_duration": {},
    "negative_duration": {"minutes": -480},
    "no_calendar": {"minutes": 480, "calendar_id": "gone"},
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_what_cannot_be_computed_is_unknown_with_its_reason_and_so_is_all_float(problem: str) -> None:
    found = computed([task("A", **PROBLEMS[problem]), task("B", 2), task("C", 1)], ["A>B"])

    assert found.problems == {"A": problem, "B": "waits_for_such", "C": "finish_not_known"}
    assert (found.early("C"), found.early("B"), found.float_days("C")) == ((0, 1), (None, None), None)
    assert found.whole is not None and found.whole.finish is None and found.whole.moved is None


def test_a_circle_is_told_from_what_waits_for_it() -> None:
    found = computed([task(n, 1) for n in "ABCDE"], ["A>B", "B>C", "C>B", "C>D", "E>E"])

    assert found.problems == {
        "A": "finish_not_known", "B": "in_a_circle", "C": "in_a_circle", "D": "waits_for_such", "E": "in_a_circle",
    }  # fmt: skip


def test_a_task_that_waits_for_its_own_summary_task_is_in_a_circle() -> None:
    found = computed([task("S", is_leaf=False), task("A", 1, parent_id="S"), task("B", 1)], ["A>S"])

    assert found.problems == {"A": "in_a_circle", "B": "finish_not_known"}


def test_a_lag_that_nobody_knows_and_a_predecessor_without_dates_are_told() -> None:
    unknown = [link("A>B", lag=None), link("Z>C", from_project_id="Q")]

    found = computed([task("A", 1), task("B", 1), task("C", 1)], unknown)

    assert found.problems == {"A": "finish_not_known", "B": "no_lag", "C": "no_predecessor_dates"}


def test_a_plan_without_a_start_or_whose_dependencies_may_not_be_read_is_told() -> None:
    assert computed([task("A", 1)], start_day=None).problems == {"A": "no_start"}
    assert computed([task("A", 1)], keeps_links=False).problems == {"A": "links_not_read"}


def test_a_calendar_of_the_plan_that_is_not_there_is_told_of_every_task_without_its_own() -> None:
    calendars = Calendars({"C": None}, WEEKDAYS)

    found = computed([task("A", 1), task("B", 1, calendar_id="C")], [], calendars, calendar_id="gone")

    assert found.problems == {"A": "no_calendar", "B": "finish_not_known"}


def test_a_tracker_is_computed_chain_by_chain() -> None:
    """Without durations, from start to due date; an item starts no earlier than people said."""
    dated = [
        task("A", start_day=on(0), due_day=on(1)), task("B", start_day=on(7), due_day=on(8)),
        task("C", start_day=on(0), due_day=on(0)), task("D", start_day=on(1), due_day=on(1)), task("E"), task("F", 1),
    ]  # fmt: skip

    found = computed(dated, ["A>B", "C>D", "E>F"], is_plan=False, start_day=None)

    assert [found.float_days(n) for n in "ABCD"] == [3, 0, 0, 0]
    assert found.problems == {"E": "no_duration", "F": "no_start"}
    assert found.whole is None


def test_what_two_chains_of_a_tracker_wait_for_elsewhere_joins_them_not() -> None:
    dated = [task(name, start_day=on(0), due_day=on(last)) for name, last in (("A", 0), ("B", 0), ("C", 4))]
    elsewhere = {"from_project_id": "Q", "from_start_day": on(1), "from_finish_day": on(1)}
    links = [link("Z>A", **elsewhere), link("Z>B", **elsewhere), link("B>C")]

    found = computed(dated, links, is_plan=False, start_day=None)

    assert [found.early(name) for name in "ABC"] == [(2, 3), (2, 3), (3, 8)]
    assert [found.float_days(name) for name in "ABC"] == [0, 0, 0]


def test_free_float_is_what_no_other_task_feels() -> None:
    found = computed([task("A", 1), task("B", 3), task("C", 1), task("D", 8)], ["A>C", "B>C"])

    assert [(found.float_days(n), found.free_days(n)) for n in "ABCD"] == [(6, 2), (4, 0), (4, 4), (0, 0)]


def test_the_critical_path_test_moves_the_finish_by_what_it_delays() -> None:
    whole = computed([task("A", 2), task("B", 3), task("C", 1)], ["A>B"]).whole

    assert whole is not None
    assert (whole.delayed_id, whole.moved) == ("A", 600 * DAY)


def test_the_critical_path_test_meets_a_finish_that_is_pinned() -> None:
    pinned = task("End", 0, is_milestone=True, constraint_kind="must_finish_on", constraint_day=on(4))

    whole = computed([task("A", 5), pinned], ["A>End"]).whole

    assert whole is not None
    assert (whole.delayed_id, whole.moved) == ("A", 0)


def test_a_deadline_makes_no_task_critical_for_the_test() -> None:
    whole = computed([task("A", 2, deadline_day=on(0)), task("B", 5), task("C", 1)], ["B>C"]).whole

    assert whole is not None
    assert (whole.delayed_id, whole.moved) == ("B", 600 * DAY)


def test_a_plan_that_is_done_has_nothing_to_delay() -> None:
    whole = computed([task("A", 2, is_done=True, finished_day=on(3))]).whole

    assert whole is not None
    assert (whole.delayed_id, whole.moved) == (None, None)


def test_shifts_are_read_as_calendars_tell_them() -> None:
    assert read_shifts("13:00-17:00 08:00-12:00") == ((480, 720), (780, 1020))
    assert read_shifts("22:00-00:00 00:00-06:00") == ((0, 360), (1320, 1440))
    assert read_shifts("08:00-12:00 12:00-16:00") == ((480, 960),)


def test_the_shorter_range_wins_and_a_day_that_is_only_said_to_work_works_as_below() -> None:
    sayings = [
        *WEEKDAYS,
        ("C", Saying(starts_on=on(0), ends_on=on(4), is_working=False, minutes=0)),
        ("C", Saying(starts_on=on(1), ends_on=on(1), is_working=True)),
        ("C", Saying(starts_on=on(5), ends_on=on(5), is_working=True)),
        ("C", Saying(starts_on=on(2), ends_on=on(2), is_working=True, minutes=120)),
    ]
    calendar = Calendars({"C": None}, sayings).worktime("C")

    assert calendar is not None
    assert [calendar.between(on(n) * 1440, on(n + 1) * 1440) for n in range(7)] == [0, 480, 120, 0, 0, 480, 0]


def test_calendars_without_working_time_in_a_circle_or_with_nonsense_are_none_or_end() -> None:
    assert Calendars({"C": None}, [("C", Saying(weekday=1, is_working=False))]).worktime("C") is None
    assert Calendars({"C": None}, [("C", Saying(weekday=1, is_working=True, shifts="early"))]).worktime("C") is None
    assert Calendars({"C": "D", "D": "C"}, WEEKDAYS).worktime("D") is not None


def test_working_time_is_the_same_both_ways() -> None:
    week = standard().week
    for calendar in (standard(), standard(450), ROUND_THE_CLOCK, Worktime(week, {on(1): (), on(5): ((600, 660),)})):
        for minute in (*range(on(-3) * 1440, on(12) * 1440, 37), *(moment(n, h) for n in range(12) for h in range(24))):
            worked = calendar.worked(minute)
            assert calendar.end(worked) <= minute <= calendar.begin(worked)
            assert calendar.worked(calendar.end(worked)) == worked == calendar.worked(calendar.begin(worked))
            assert calendar.next_begin(minute) == calendar.begin(worked)
            assert calendar.last_end(minute) == calendar.end(worked)
    assert standard().after(moment(0, 8), 8 * DAY) == moment(9, 17)
    assert standard().after(moment(9, 17), -8 * DAY) == moment(0, 8)
    assert date(1970, 1, 1).isoweekday() == 4
