"""Bookings that no plausibility check should let pass: a day of fourteen hours, time on work long done."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sandbox.company.records import Issue, Worklog
from sandbox.company.workdays import add_workdays

LONG_DAY = Decimal(14)
LATE_ENTRIES = 3


def odd_worklogs(issues: Sequence[Issue], everything: Iterable[Worklog], today: date) -> list[Issue]:
    """One recent day becomes fourteen hours long; a task done two months ago gets three more, weeks after its end.

    `everything` is what was booked in all projects: the long day counts them all.
    """
    result = list(issues)
    recent = max((i for i in issues if i.worklogs), key=lambda i: (i.worklogs[-1].started, i.key))
    last = recent.worklogs[-1]
    booked = sum((w.hours for w in everything if _same_day(w, last)), Decimal(0))
    result[issues.index(recent)] = _lengthened(recent, LONG_DAY - booked)
    limit = today - timedelta(days=55)
    done = [i for i in issues if i.resolved and i.resolved.date() < limit and i.worklogs and i.key != recent.key]
    closed = max(done, key=lambda i: (i.resolved or i.created, i.key))
    result[issues.index(closed)] = _after_the_end(closed, today)
    return result


def _same_day(one: Worklog, other: Worklog) -> bool:
    return (one.author, one.started.date()) == (other.author, other.started.date())


def _lengthened(issue: Issue, more: Decimal) -> Issue:
    last = issue.worklogs[-1]
    hours = last.hours + more
    long = replace(last, hours=hours, created=max(last.created, last.started + timedelta(minutes=int(hours * 60))))
    return replace(issue, worklogs=(*issue.worklogs[:-1], long))


def _after_the_end(issue: Issue, today: date) -> Issue:
    like = issue.worklogs[-1]
    late = []
    for number in range(LATE_ENTRIES):
        day = add_workdays(today - timedelta(days=today.weekday()), -15 + number)
        started = like.started.replace(year=day.year, month=day.month, day=day.day)
        late.append(Worklog(like.author, started, Decimal(1), started + timedelta(hours=1), "late calls about it"))
    return replace(issue, worklogs=(*issue.worklogs, *late))
