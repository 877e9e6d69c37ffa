"""Issues: what an issue shows is where its history ends, and its hours are those of people's days."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandbox.company import Company
from sandbox.company.leaning_items import UNRULY_TITLES
from sandbox.company.records import Change, Issue

WORK = ("Epic", "Story", "Task", "Bug", "Sub-task", "Milestone")
SEPARATE_TYPES = 18


def issues_of(company: Company) -> Iterator[Issue]:
    for endeavour in company.endeavours:
        yield from endeavour.tracker.issues


def moves(issue: Issue, field: str) -> list[Change]:
    return [c for c in issue.history if c.field == field]


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("status", lambda i: i.status),
        ("duedate", lambda i: str(i.due)),
        ("assignee", lambda i: i.assignee),
        ("Flagged", lambda i: "Impediment" if i.flagged else None),
    ],
)
def test_history_ends_in_what_the_issue_shows(company: Company, field: str, shown) -> None:
    changed = [i for i in issues_of(company) if moves(i, field)]
    assert changed
    assert [i.key for i in changed if moves(i, field)[-1].after != shown(i)] == []


@pytest.mark.parametrize("field", ["status", "duedate"])
def test_each_change_starts_where_the_one_before_ended(company: Company, field: str) -> None:
    for issue in issues_of(company):
        steps = moves(issue, field)
        assert [a.after for a in steps[:-1]] == [b.before for b in steps[1:]], issue.key


def test_history_is_in_order_and_lies_between_creation_and_last_update(company: Company) -> None:
    for issue in issues_of(company):
        times = [c.at for c in issue.history]
        assert times == sorted(times), issue.key
        assert all(issue.created <= at <= issue.updated for at in times), issue.key


def test_work_items_begin_as_to_do_and_those_unmoved_still_are(company: Company) -> None:
    for issue in issues_of(company):
        if issue.type in WORK:
            steps = moves(issue, "status")
            assert (steps[0].before if steps else issue.status) == "To Do", issue.key


def test_exactly_the_done_are_resolved_at_the_time_of_their_last_move(company: Company) -> None:
    for issue in issues_of(company):
        assert (issue.resolved is not None) == (issue.category == "done"), issue.key
        if issue.resolved and moves(issue, "status"):
            assert issue.resolved == moves(issue, "status")[-1].at


def test_nobody_books_more_than_ten_hours_a_day_but_for_the_one_day_told(company: Company) -> None:
    days: Counter[tuple[str, date]] = Counter()
    for issue in issues_of(company):
        for log in issue.worklogs:
            days[log.author, log.started.date()] += log.hours  # type: ignore[assignment]
    long = [hours for hours in days.values() if hours > 10]
    assert long == [Decimal(14)]


def test_time_is_booked_on_working_days_by_the_assignee_between_start_and_end(company: Company) -> None:
    for issue in issues_of(company):
        for log in issue.worklogs:
            assert log.started.weekday() < 5
            assert log.author == issue.assignee or log.comment == "helped with the figures"
            assert log.hours > 0
            assert log.started <= log.created <= issue.updated
            after_the_end = issue.resolved and log.started > issue.resolved + timedelta(days=1)
            assert not after_the_end or log.comment == "late calls about it", issue.key


def test_booked_hours_come_close_to_what_the_plan_says_was_worked(company: Company) -> None:
    for key in ("INI-02", "INI-04", "INI-06"):
        endeavour = company.of(key)
        assert endeavour.plan
        booked = sum(log.hours for i in endeavour.tracker.issues for log in i.worklogs)
        assert Decimal("0.85") < booked / endeavour.plan.tasks[0].actual_work < Decimal("1.05"), key


def test_estimates_left_are_estimate_less_spent_and_nothing_once_done(company: Company) -> None:
    for issue in issues_of(company):
        if issue.estimate_hours is not None:
            spent = sum((w.hours for w in issue.worklogs), Decimal(0))
            left = Decimal(0) if issue.category == "done" else max(Decimal(0), issue.estimate_hours - spent)
            assert issue.remaining_hours == left, issue.key


def test_a_healthy_backlog_is_written_before_the_baseline(company: Company) -> None:
    for key in ("INI-01", "INI-06", "ENRG"):
        endeavour = company.of(key)
        assert endeavour.plan and endeavour.plan.baseline_on
        scope = [i for i in endeavour.tracker.issues if i.type in ("Epic", "Story", "Task", "Sub-task")]
        assert max(i.created.date() for i in scope) <= endeavour.plan.baseline_on


def test_all_types_of_governance_records_occur(company: Company) -> None:
    types = Counter(i.type for i in issues_of(company))
    assert len(types) == SEPARATE_TYPES
    assert types["Status Report"] > 100


def test_titles_that_could_break_a_page_are_there_as_they_are(company: Company) -> None:
    titles = {i.summary for i in company.of("ITSI").tracker.issues}
    assert set(UNRULY_TITLES) <= titles
    assert max(len(t) for t in titles) == 255


def test_risks_carry_probability_impact_and_review(company: Company) -> None:
    for issue in issues_of(company):
        if issue.type == "Risk":
            assert isinstance(issue.custom["Probability (%)"], Decimal) and 0 < issue.custom["Probability (%)"] < 100
            assert isinstance(issue.custom["Reviewed on"], date)


def test_lessons_are_linked_to_the_actions_made_of_them(company: Company) -> None:
    types = {i.key: i.type for i in issues_of(company)}
    linked = {k.source for k in company.links if (types[k.source], types[k.target]) == ("Lesson", "Action")}
    lessons = [key for key, kind in types.items() if kind == "Lesson"]
    assert len([key for key in lessons if key not in linked]) == 1
