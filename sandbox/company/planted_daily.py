"""Faults of daily work: a defect that nobody gets under control, a status that means nothing, time by a stranger.

Chosen by rank among what a project has, or drawn from a generator of their own; what is added comes last.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.records import Change, Company, Endeavour, Issue, Worklog
from sandbox.company.workdays import ZONE, add_workdays, at_work, monday

UNTAMED = "INI-09"
"""A critical defect is worked on for the third week, and has taken three times what it was estimated at."""
UNKNOWN_STATUS = "ITSI"
"""Two of its items wait in a status that its workflow puts into no category."""
WITH_VENDOR = ("With the vendor", "undefined")
"""That status, which the site's workflow has to be given first."""
HELPED = "INI-07"
"""Somebody who is not in its plan helped out for some days."""
HELPER = "emilie.laurent"
UNRATED = "ines.duarte"
"""Joined when the plans moved to another tool, and finance has not entered what an hour of hers costs."""
HER_PROJECT = "INI-16"

ESTIMATE, SPENT_A_DAY, DAYS = Decimal(4), Decimal(1), 14

COME_LAST: Mapping[str, int] = {UNTAMED: 1}
"""How many issues of a project come after all others, whenever they were created."""

TRUTH: Mapping[str, frozenset[str]] = {
    "BUD-12": frozenset({HER_PROJECT}),
    "HYG-06": frozenset({UNKNOWN_STATUS}),
    "QUA-01": frozenset({UNTAMED}),
    "TIM-05": frozenset({HELPED}),
    "TIM-06": frozenset({UNTAMED}),
}
"""Rule -> keys of the projects for which it must fail, and no other."""


def with_daily_faults(company: Company) -> Company:
    """The company with these faults."""
    booked = _booked(company)
    return replace(company, endeavours=tuple(_changed(e, company.today, booked) for e in company.endeavours))


def _changed(endeavour: Endeavour, today: date, booked: Mapping[str, Decimal]) -> Endeavour:
    issues = endeavour.tracker.issues
    if endeavour.key == UNTAMED:
        issues = (*issues, _defect(endeavour, today, booked))
    elif endeavour.key == UNKNOWN_STATUS:
        issues = tuple(_with_the_vendor(issues, today))
    elif endeavour.key == HELPED:
        issues = tuple(_helped(issues, today))
    else:
        return endeavour
    return replace(endeavour, tracker=replace(endeavour.tracker, issues=issues))


def _booked(company: Company) -> Mapping[str, Decimal]:
    """Hours of each person in the last weeks, in trackers."""
    hours: dict[str, Decimal] = defaultdict(Decimal)
    since = company.today - timedelta(weeks=4)
    for endeavour in company.endeavours:
        for issue in endeavour.tracker.issues:
            for log in issue.worklogs:
                if log.started.date() >= since:
                    hours[log.author] += log.hours
    return hours


def _defect(endeavour: Endeavour, today: date, booked: Mapping[str, Decimal]) -> Issue:
    """On the desk of whoever of the team booked least of late, under the epic that is under way."""
    tracker = endeavour.tracker
    rng = Random(f"{tracker.key}:planted defect")
    team = {w.author for i in tracker.issues for w in i.worklogs}
    who = min(team, key=lambda person: (booked.get(person, Decimal(0)), person))
    epics = [i for i in tracker.issues if i.type == "Epic" and i.category == "indeterminate"]
    began = add_workdays(monday(today), -DAYS)
    created = at_work(add_workdays(began, -1), rng)
    begun = at_work(began, rng, 8, 9)
    logs = tuple(_log(who, add_workdays(began, n), 16, "tracing the swapped sensors") for n in range(DAYS))
    spent = sum((log.hours for log in logs), Decimal(0))
    number = 1 + max(int(i.key.rpartition("-")[2]) for i in tracker.issues)
    return Issue(
        key=f"{tracker.key}-{number}",
        type="Bug",
        summary="Failure model takes the sensors of one line for those of another",
        status="In Progress",
        category="indeterminate",
        reporter=tracker.lead,
        created=created,
        updated=logs[-1].created,
        priority="Highest",
        assignee=who,
        due=add_workdays(monday(today), 4),
        parent=epics[0].key if epics else None,
        estimate_hours=ESTIMATE,
        remaining_hours=max(Decimal(0), ESTIMATE - spent),
        worklogs=logs,
        history=(Change(begun, who, "status", "To Do", "In Progress"),),
    )


def _log(who: str, day: date, hour: int, comment: str) -> Worklog:
    started = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
    return Worklog(who, started, SPENT_A_DAY, started + timedelta(hours=2), comment)


def _with_the_vendor(issues: Sequence[Issue], today: date) -> Iterator[Issue]:
    """Its last two tasks that nobody has begun were handed to the vendor."""
    waiting = [i.key for i in issues if i.type == "Task" and i.status == "To Do"][-2:]
    at = datetime.combine(add_workdays(monday(today), -8), datetime.min.time(), tzinfo=ZONE) + timedelta(hours=10)
    for issue in issues:
        if issue.key in waiting:
            move = Change(at, issue.reporter, "status", issue.status, WITH_VENDOR[0])
            history = (*issue.history, move)
            yield replace(issue, status=WITH_VENDOR[0], category="undefined", history=history, updated=at)
        else:
            yield issue


def _helped(issues: Sequence[Issue], today: date) -> Iterator[Issue]:
    """On three days of the week before last, an hour each, on the work in progress with the most time."""
    running = [i for i in issues if i.status == "In Progress" and i.worklogs]
    if not running:  # of another seed's company
        yield from issues
        return
    chosen = max(running, key=lambda i: (sum(w.hours for w in i.worklogs), i.key))
    first = monday(today) - timedelta(weeks=2)
    logs = [_log(HELPER, add_workdays(first, n), 16, "helped with the figures") for n in range(3)]
    for issue in issues:
        if issue.key == chosen.key:
            spent = sum((log.hours for log in logs), Decimal(0))
            left = None if issue.remaining_hours is None else max(Decimal(0), issue.remaining_hours - spent)
            yield replace(
                issue,
                worklogs=tuple(sorted((*issue.worklogs, *logs), key=lambda w: w.started)),
                remaining_hours=left,
                updated=max(issue.updated, logs[-1].created),
            )
        else:
            yield issue
