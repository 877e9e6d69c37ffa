"""Faults of dependencies and of upkeep have come true in the records, and nowhere else."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from sandbox.company import Company
from sandbox.company import planted_dependencies as dependencies
from sandbox.company import planted_upkeep as upkeep
from sandbox.company.records import Issue
from sandbox.company.workdays import monday
from sandbox.tables import money, people


def across(company: Company) -> Counter[tuple[str, str]]:
    """Blocks between projects, by their keys in the tracker."""
    ends = [(link.source.partition("-")[0], link.target.partition("-")[0]) for link in company.links]
    return Counter(end for end in ends if end[0] != end[1])


def by_key(company: Company) -> dict[str, Issue]:
    return {i.key: i for e in company.endeavours for i in e.tracker.issues}


def test_two_projects_wait_for_each_other_and_one_is_delivered_to_in_time(company: Company) -> None:
    found = across(company)

    assert found[dependencies.CIRCLE] == found[dependencies.CIRCLE[::-1]] == found[dependencies.HEALTHY_SUPPLIER] == 1
    assert len(found) == 6


def test_one_open_item_blocks_what_is_done(company: Company) -> None:
    issues = by_key(company)
    stale = [
        link.source
        for link in company.links
        if link.type == "Blocks" and issues[link.target].category == "done" and issues[link.source].category != "done"
    ]

    assert [key.partition("-")[0] for key in stale] == [dependencies.STALE_BLOCK]


def test_reserves_are_taken_out_of_the_money_for_work(company: Company) -> None:
    budget = money.budget(company)
    lines = {(row[0], row[2]): Decimal(str(row[3])) for row in budget[1:-1]}
    reserves = {key: amount for (key, category), amount in lines.items() if category == dependencies.CONTINGENCY}

    assert (reserves["INI-02"], reserves["INI-03"], reserves["INI-01"]) == (20_000, 80_000, 30_000)
    assert "INI-13" not in reserves
    assert min(lines.values()) > 0
    assert Decimal(str(budget[-1][3])) == sum(lines.values())


def test_only_one_project_has_open_work_without_a_place(company: Company) -> None:
    lost = Counter(
        e.key
        for e in company.endeavours
        for i in e.tracker.issues
        if i.type in ("Story", "Task") and i.category != "done" and i.parent is None
    )

    assert list(lost) == [upkeep.ORPHANS]


def test_only_one_project_entered_time_late(company: Company) -> None:
    late = Counter(
        e.key
        for e in company.endeavours
        for i in e.tracker.issues
        for w in i.worklogs
        if w.created - w.started > timedelta(days=10)
    )

    assert list(late) == [upkeep.LATE]
    assert all(i.updated >= w.created for i in by_key(company).values() for w in i.worklogs)


def test_hours_in_the_timesheet_are_those_of_the_tracker(company: Company) -> None:
    endeavour = company.of(upkeep.TWICE)
    assert endeavour.plan
    (person,) = {day.person for day in endeavour.plan.timesheet}
    booked: Counter[object] = Counter()
    for issue in endeavour.tracker.issues:
        for log in issue.worklogs:
            if log.author == person:
                booked[log.started.date()] += log.hours  # type: ignore[assignment]

    assert len(endeavour.plan.timesheet) > 4
    assert all(booked[day.day] == day.hours <= 5 for day in endeavour.plan.timesheet)


def test_everybody_had_a_little_more_time_than_they_booked_but_for_those_who_forgot(company: Company) -> None:
    agreed = upkeep.agreed_hours(company)
    week = monday(company.today) - timedelta(weeks=1)
    booked = Counter({p.id: Decimal(0) for p in company.people})
    for e in company.endeavours:
        logs = [(w.author, w.started.date(), w.hours) for i in e.tracker.issues for w in i.worklogs]
        logs += [(d.person, d.day, d.hours) for d in e.plan.timesheet] if e.plan else []
        for person, day, hours in logs:
            if week <= day < monday(company.today):
                booked[person] += hours  # type: ignore[assignment]
    short = {p for p, hours in booked.items() if hours < agreed[p][week] * Decimal("0.8")}

    assert short
    others = {
        w.author
        for e in company.endeavours
        if e.key != upkeep.FORGETFUL
        for i in e.tracker.issues
        for w in i.worklogs
        if w.started.date() >= week
    }
    assert not short & others


def test_the_table_of_capacity_states_the_past_for_all_and_the_future_for_the_shared(company: Company) -> None:
    head, *rows = people.capacity(company)

    assert head[1] == "2026-W44"
    assert all(None not in row[: upkeep.WEEKS + 1] for row in rows)
    assert sum(row[upkeep.WEEKS + 1] is not None for row in rows) == 2
