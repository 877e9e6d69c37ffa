"""What changed between two checks: findings replayed from their events, measures, statuses, projects, which days."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from fixture_portfolio import MemoryReader
from hypothesis import given
from hypothesis import strategies as st
from portfolio_basics import initiative
from portfolio_rows import rows

from portfolio.errors import ConfigurationError
from reports.diff.days import Run, chosen, last_monday
from reports.diff.difference import Difference, difference
from reports.diff.forms import as_json, as_markdown, as_text
from reports.diff.moves import Thresholds, family_of, moves
from reports.diff.standing import became, standing
from reports.words import Words

MONDAY, NEXT = date(2026, 11, 16), date(2026, 11, 23)
OPENING, CLOSING = ("opened", "reopened"), ("resolved", "closed")


def event(name: str, on: date, step: int | None = None, how: str | None = None) -> dict[str, Any]:
    return {"finding_id": "f", "event": name, "happened_on": on, "step": step, "how": how}


def told(*events: tuple[str, int]) -> list[dict[str, Any]]:
    """Events on days counted from the Monday; negative ones lie before it."""
    return [event(name, MONDAY + timedelta(days=n), step) for step, (name, n) in enumerate(events, start=1)]


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        (told(("opened", -3)), "open"),
        (told(("opened", 0)), "open"),
        (told(("opened", 1)), "new"),
        (told(("opened", 1), ("waived", 1)), "new"),
        (told(("opened", -9), ("resolved", -5), ("reopened", 2)), "reopened"),
        (told(("opened", -400), ("resolved", -300), ("opened", 2)), "new"),
        (told(("opened", -9), ("resolved", 2)), "resolved"),
        (told(("opened", -9), ("closed", 7)), "resolved"),
        (told(("opened", -9), ("resolved", 2), ("reopened", 5)), "open"),
        (told(("opened", -9), ("waived", 3)), "waived"),
        (told(("opened", -9), ("waived", -4), ("waiver_ended", 3)), "waiver_expired"),
        (told(("opened", -9), ("waived", -4), ("waiver_ended", 3), ("waived", 3)), "open"),
        (told(("opened", -9), ("waived", -4), ("resolved", 3), ("waiver_ended", 3)), "resolved"),
        (told(("opened", 1), ("resolved", 3)), None),
        (told(("opened", -9), ("resolved", -3)), None),
        (told(("opened", 8)), None),
        ([], None),
    ],
)
def test_what_became_of_a_finding(events: list[dict[str, Any]], kind: str | None) -> None:
    assert became(standing(events, MONDAY), standing(events, NEXT)) == kind
    assert became(standing(events[::-1], MONDAY), standing(events[::-1], NEXT)) == kind, "rows come in any order"


def test_events_of_an_older_plumbrule_have_no_steps() -> None:
    events = [event("resolved", NEXT), event("opened", MONDAY)]
    assert became(standing(events, MONDAY), standing(events, NEXT)) == "resolved"


def lives() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lives as the ledger writes them: what is open goes, what is gone comes back, waivers lie over what is open."""

    def life(steps: list[tuple[int, bool]]) -> list[dict[str, Any]]:
        events, day, is_open, waived = [], -10, False, False
        for step, (wait, waiver) in enumerate(steps, start=1):
            day += wait
            if is_open and waiver:
                name, waived = ("waiver_ended" if waived else "waived"), not waived
            else:
                name = "resolved" if is_open else ("opened" if step == 1 else "reopened")
                is_open, waived = not is_open, False
            events.append(event(name, MONDAY + timedelta(days=day), step))
        return events

    return st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=9).map(life)


@given(st.lists(lives(), max_size=12))
def test_what_was_open_and_what_became_of_it_adds_up(found: list[list[dict[str, Any]]]) -> None:
    kinds = [became(standing(one, MONDAY), standing(one, NEXT)) for one in found]
    were, are = (sum(standing(one, day).is_open for one in found) for day in (MONDAY, NEXT))
    came, gone = sum(k in ("new", "reopened") for k in kinds), kinds.count("resolved")
    assert were + came - gone == are


def test_measures_are_told_beyond_their_threshold_only() -> None:
    before = {("p", "eac"): 100.0, ("p", "cpi"): 1.0, ("p", "score"): 0.80, ("p", "slip_days"): 3.0, ("p", "ac"): 1.0}
    near = {("p", "eac"): 104.9, ("p", "cpi"): 1.04, ("p", "score"): 0.76, ("p", "slip_days"): 7.0, ("p", "ac"): 9.0}
    far = {("p", "eac"): 105.0, ("p", "cpi"): 0.95, ("p", "score"): 0.75, ("p", "slip_days"): 8.0, ("p", "ac"): 99.0}
    assert moves(before, near, ["p"], Thresholds()) == []
    found = moves(before, far, ["p"], Thresholds())
    assert {m.measure for m in found} == {"eac", "cpi", "score", "slip_days"}, "what always grows is not told"
    assert all(m.size == 1 for m in found)


@pytest.mark.parametrize(("then", "now", "size"), [(None, 4.0, 1), (4.0, None, 1), (None, None, 0), (0.0, 2.0, 1)])
def test_what_was_or_is_not_known_is_told_as_such(then: float | None, now: float | None, size: float) -> None:
    found = moves({("p", "eac"): then}, {("p", "eac"): now}, ["p"], Thresholds())
    assert [m.size for m in found] == ([size] if size else [])


def test_a_measure_that_only_one_day_looked_at_has_not_moved() -> None:
    assert moves({("p", "cpi"): 1.0}, {("p", "cpi"): 1.0, ("p", "eac"): 7.0}, ["p"], Thresholds()) == []


@pytest.mark.parametrize(
    ("measure", "family"),
    [
        ("evm.vac", "money"), ("earned_schedule.spi_t", "index"), ("spend.days_since_actual", "amount"),
        ("flow.p85_late_days", "days"), ("scope.growth_ratio", "share"), ("projects.tracker_items", "amount"),
        ("booked_hours", None), ("computed_status", None), ("no_such.thing", None),
    ],
)  # fmt: skip
def test_a_measure_is_judged_by_what_its_column_is(measure: str, family: str | None) -> None:
    assert family_of(measure) == family


def history(project: str, day: date, **values: float | None) -> list[dict[str, Any]]:
    return [
        {"project_id": initiative(project), "taken_on": day, "measure": name, "value": value}
        for name, value in values.items()
    ]


def compared(within: Iterable[str] | None = None) -> Difference:
    given_rows = rows() | {
        "project_snapshot": [
            *history("INI-01", MONDAY, eac=1_000_000.0, computed_status=2.0, score=0.8),
            *history("INI-01", NEXT, eac=1_500_000.0, computed_status=3.0, score=None),
            *history("INI-02", MONDAY, eac=9.0, computed_status=None, score=0.5),
            *history("INI-03", NEXT, eac=5.0, computed_status=1.0, score=0.5),
        ]
    }
    scope = None if within is None else frozenset(map(initiative, within))
    return difference(MemoryReader(given_rows), MONDAY, NEXT, Thresholds(), scope)


def test_a_difference_is_read_from_the_snapshot() -> None:
    found = compared()
    assert found.count("resolved") == 1
    assert found.count("new") == sum(f["opened_on"] > MONDAY for f in rows()["finding"])
    assert found.count("open") == sum(f["state"] == "open" and f["opened_on"] <= MONDAY for f in rows()["finding"])
    assert [(t.project.key, t.before, t.after) for t in found.turned] == [("INI-01", "amber", "red")]
    assert [(m.measure, m.before, m.after) for m in found.moves] == [
        ("eac", 1_000_000.0, 1_500_000.0),
        ("score", 0.8, None),
    ]
    assert [p.key for p in found.entered] == ["INI-03"]
    assert [p.key for p in found.left] == ["INI-02"]


def test_of_other_projects_nothing_is_in_it() -> None:
    found = compared(["INI-04"])
    assert {f.project_key for f in found.findings} == {"INI-04"}
    assert found.moves == found.turned == found.entered == found.left == ()
    assert found.count("open") < compared().count("open")


def test_the_forms_say_the_same() -> None:
    found = compared()
    data = json.loads(as_json(found))
    assert data["format"] == "plumbrule.diff/1"
    assert data["counts"] == {**found.counts, "came_and_went": 0}
    assert data["measures"][0]["after"] == 1_500_000.0
    text, marked = as_text(found, Words("en")), as_markdown(found, Words("en"))
    for form in (text, marked):
        assert "From 16 Nov 2026 to 23 Nov 2026" in form
        assert "+50%" in form
        assert "Resolved (1)" in form
    assert "| INI\\-01" in marked or "| INI-01" in marked
    assert "项目" in as_text(found, Words("zh-Hans"))
    assert "New (" not in as_text(found, Words("zh-Hans"))


def test_tables_are_cut_to_so_many_rows_and_say_so() -> None:
    found = compared()
    more = found.count("new") - 2
    assert f"+ {more} more" in as_text(found, Words("en"), most=2)
    assert f"+ {more} more" not in as_text(found, Words("en"), most=0)


DAYS = [date(2026, 11, n) for n in (9, 13, 16, 20, 23)]
RUNS = [Run("20261116T060000Z-aaaa", date(2026, 11, 16)), Run("20261120T060000Z-bbbb", date(2026, 11, 20))]


@pytest.mark.parametrize(
    ("days", "asked", "pair"),
    [
        (DAYS, [], (16, 23)),
        (DAYS[:4], [], (16, 20)),
        ([DAYS[3], DAYS[4]], [], (20, 23)),
        (DAYS, ["20261120T"], (20, 23)),
        (DAYS, ["2026-11-15"], (13, 23)),
        (DAYS, ["latest", "20261116T060000Z-aaaa"], (16, 23)),
        (DAYS, ["2026-11-20", "2026-11-09"], (9, 20)),
    ],
)
def test_which_days_are_meant(days: list[date], asked: list[str], pair: tuple[int, int]) -> None:
    assert chosen(days, RUNS, asked) == tuple(date(2026, 11, n) for n in pair)


@pytest.mark.parametrize(
    ("days", "asked", "code", "remedy"),
    [
        ([], [], "diff.one_day", "kept by day"),
        (DAYS[:1], [], "diff.one_day", "kept by day"),
        (DAYS, ["nonsense"], "diff.no_run", "runs list"),
        (DAYS, ["2026112OT060000Z-bbbb"], "diff.no_run", "20261120T060000Z-bbbb"),
        (DAYS, ["2026-11-01"], "diff.too_early", "2026-11-09"),
        (DAYS, ["2026-11-23"], "diff.same_day", "second check"),
        (DAYS, ["202611"], "diff.ambiguous", "more of its id"),
    ],
)
def test_what_cannot_be_meant_is_told_with_the_next_step(
    days: list[date], asked: list[str], code: str, remedy: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        chosen(days, RUNS, asked)
    assert caught.value.code == code
    assert remedy in caught.value.remedy


def test_the_last_monday_of_a_monday_is_a_week_ago() -> None:
    assert last_monday(date(2026, 11, 23)) == date(2026, 11, 16)
    assert last_monday(date(2026, 11, 29)) == date(2026, 11, 23)
