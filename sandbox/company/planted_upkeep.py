"""Faults planted in how records are kept: work without a place, tools that disagree, time late, twice, or missing.

Everything is chosen by rank among what a project has, so that nothing is drawn and the rest of the company stays.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from sandbox.company.records import Company, Endeavour, Issue, Plan, TimesheetDay, Tracker
from sandbox.company.workdays import monday

ORPHANS = "INI-07"
"""A fifth of its open work lies under no epic."""
ANOTHER_DAY = "INI-10"
"""Its tracker says another day for its next milestone than its plan."""
LATE_BY = timedelta(days=16)
LATE = "INI-08"
"""Half of what one of its people booked in autumn was typed in more than two weeks later."""
TWICE = "INI-04"
"""One of its people puts the hours of the tracker into the timesheet of the plan's tool as well."""
FORGETFUL = "INI-02"
"""Those of its people who work for no other project forgot to book half of their last weeks."""
WEEKS = 4
"""Whole weeks of which the PMO knows how many hours for projects everybody had."""

TRUTH: Mapping[str, frozenset[str]] = {
    "HYG-05": frozenset({ORPHANS}),
    "HYG-07": frozenset({ANOTHER_DAY, "INI-11", "INI-12"}),
    "HYG-10": frozenset({TWICE}),
    "TIM-01": frozenset({FORGETFUL}),
    "TIM-04": frozenset({LATE}),
}
"""Rule -> keys of the projects for which it must fail; for every other one that it applies to it must not.

Two projects bear other names in the tracker than in the plan; they were joined by hand.
"""


def with_upkeep(company: Company) -> Company:
    """The company with these faults."""
    plans = {
        ORPHANS: _orphaned,
        ANOTHER_DAY: _another_day,
        LATE: _entered_late,
        TWICE: _booked_twice,
    }
    endeavours = [plans[e.key](e, company.today) if e.key in plans else e for e in company.endeavours]
    return replace(company, endeavours=tuple(endeavours))


def agreed_hours(company: Company) -> Mapping[str, Mapping[date, Decimal]]:
    """Hours for projects that everybody had in each of the last whole weeks: a little more than was booked.

    Those who forgot to book had twice as many.
    """
    first = monday(company.today) - timedelta(weeks=WEEKS)
    booked: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for person, day, hours in _bookings(company):
        if first <= day < monday(company.today):
            booked[person][monday(day)] += hours
    forgetful = _only_in(company, FORGETFUL, first)
    weeks = [first + timedelta(weeks=n) for n in range(WEEKS)]
    return {
        person.id: {
            week: _rounded(booked[person.id][week] * (2 if person.id in forgetful else Decimal("1.1")))
            for week in weeks
        }
        for person in company.people
    }


def _only_in(company: Company, key: str, since: date) -> set[str | None]:
    """People who lately worked, or were to work, for that project and for no other."""
    people: dict[str, set[str | None]] = {}
    for endeavour in company.endeavours:
        logs = [w for i in endeavour.tracker.issues for w in i.worklogs]
        made = endeavour.plan.assignments if endeavour.plan else ()
        people[endeavour.key] = {w.author for w in logs if w.started.date() >= since}
        people[endeavour.key] |= {a.person for a in made if a.finish >= since and a.start <= company.today}
    return people.pop(key) - set().union(*people.values())


def _rounded(hours: Decimal) -> Decimal:
    return min(Decimal(40), (hours * 2).to_integral_value(ROUND_CEILING) / 2)


def _bookings(company: Company) -> Sequence[tuple[str, date, Decimal]]:
    found = []
    for endeavour in company.endeavours:
        found += [(w.author, w.started.date(), w.hours) for i in endeavour.tracker.issues for w in i.worklogs]
        if endeavour.plan:
            found += [(d.person, d.day, d.hours) for d in endeavour.plan.timesheet]
    return found


def _orphaned(endeavour: Endeavour, _: date) -> Endeavour:
    work = [i for i in endeavour.tracker.issues if i.type in ("Story", "Task") and i.category != "done"]
    lost = {i.key for i in work[::3]}
    return _with_issues(endeavour, [replace(i, parent=None) if i.key in lost else i for i in endeavour.tracker.issues])


def _another_day(endeavour: Endeavour, _: date) -> Endeavour:
    ahead = [i for i in endeavour.tracker.issues if i.type == "Milestone" and i.category != "done" and i.due]
    first = min(ahead, key=lambda i: (str(i.due), i.key))
    moved = replace(first, due=(first.due or date.min) + timedelta(days=20))
    return _with_issues(endeavour, [moved if i.key == first.key else i for i in endeavour.tracker.issues])


def _entered_late(endeavour: Endeavour, today: date) -> Endeavour:
    since, until = today - timedelta(days=80), today - timedelta(days=25)
    authors = sorted({w.author for i in endeavour.tracker.issues for w in i.worklogs if w.started.date() >= since})
    issues = []
    for issue in endeavour.tracker.issues:
        logs = tuple(
            replace(w, created=w.created + LATE_BY)
            if w.author == authors[0] and since <= w.started.date() <= until and w.started.day % 2
            else w
            for w in issue.worklogs
        )
        issues.append(replace(issue, worklogs=logs, updated=max([issue.updated, *(w.created for w in logs)])))
    return _with_issues(endeavour, issues)


def _booked_twice(endeavour: Endeavour, today: date) -> Endeavour:
    """Days of the last six weeks on which the person booked up to five hours, all of them here."""
    plan = _plan(endeavour)
    since = monday(today) - timedelta(weeks=6)
    until = monday(today)
    days: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for issue in endeavour.tracker.issues:
        for log in issue.worklogs:
            if since <= log.started.date() < until:
                days[log.author, log.started.date()] += log.hours
    short = {key: hours for key, hours in days.items() if hours <= 5}
    people = sorted({person for person, _ in short}, key=lambda p: (-sum(p == q for q, _ in short), p))
    latest = sorted((a for a in plan.assignments if a.actual_work), key=lambda a: (a.finish, a.guid), reverse=True)
    own = next(a for p in people for a in latest if a.person == p)
    booked = tuple(
        TimesheetDay(person, own.task, own.guid, day, hours)
        for (person, day), hours in sorted(short.items(), key=lambda entry: entry[0][1])
        if person == own.person
    )
    return replace(endeavour, plan=replace(plan, timesheet=(*plan.timesheet, *booked)))


def _plan(endeavour: Endeavour) -> Plan:
    assert endeavour.plan is not None  # noqa: S101 - chosen so
    return endeavour.plan


def _with_issues(endeavour: Endeavour, issues: Sequence[Issue]) -> Endeavour:
    tracker: Tracker = replace(endeavour.tracker, issues=tuple(issues))
    return replace(endeavour, tracker=tracker)
