"""How an issue came to stand where it stands: status moves, postponed due dates, hand-overs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sandbox.company.records import Category, Change
from sandbox.company.workdays import add_workdays, at_work, workdays_between

CATEGORY: Mapping[str, Category] = {
    "To Do": "new",
    "In Progress": "indeterminate",
    "In Review": "indeterminate",
    "Blocked": "indeterminate",
    "Done": "done",
}
"""Statuses of work items and what they mean."""


@dataclass(frozen=True)
class Course:
    """The life of a work item. `started` and `finished` are None for what has not happened; `today` is out of it."""

    created: datetime
    who: str
    started: date | None
    finished: date | None
    today: date


def status_moves(course: Course, rng: Random) -> list[Change]:
    """To Do, In Progress, sometimes In Review, Done: as far as it got."""
    if course.started is None:
        return []
    begun = max(at_work(course.started, rng, 8, 10), course.created + timedelta(hours=1))
    moves = [Change(begun, course.who, "status", "To Do", "In Progress")]
    if course.finished is None:
        return moves
    before = "In Progress"
    if workdays_between(course.started, course.finished) > 3 and rng.random() < 0.7:
        reviewed = at_work(add_workdays(course.finished, -rng.randint(1, 2)), rng)
        moves.append(Change(reviewed, course.who, "status", before, "In Review"))
        before = "In Review"
    done = max(at_work(course.finished, rng, 15, 17), begun + timedelta(hours=1))
    return [*moves, Change(done, course.who, "status", before, "Done")]


def due_moves(course: Course, first_due: date, due: date, rng: Random) -> list[Change]:
    """The steps in which the due date was moved from `first_due` to `due`.

    Most are moved once, when the new plan is agreed; every fourth is pushed ahead again and again, by ten days or so.
    """
    slipped = workdays_between(first_due, due)
    if slipped < 2:
        return []
    count = 1 + slipped // 10 if rng.random() < 0.25 else 1
    last = min(course.finished or course.today, course.today - timedelta(days=8))
    span = max(1, (last - course.created.date()).days - 6)
    moves, before = [], first_due
    for step in range(1, count + 1):
        after = add_workdays(first_due, round(slipped * step / count))
        day = course.created.date() + timedelta(days=3 + span * step // (count + 1))
        moves.append(Change(at_work(_weekday(day), rng), course.who, "duedate", str(before), str(after)))
        before = after
    return moves


def hand_over(course: Course, rng: Random) -> list[Change]:
    """Assigned to the one who does it only after it was written."""
    at = course.created + timedelta(hours=rng.randint(3, 30))
    return [Change(at, course.who, "assignee", None, course.who)]


def latest(created: datetime, changes: list[Change]) -> datetime:
    """When the issue was last touched."""
    return max([created, *(c.at for c in changes)])


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
