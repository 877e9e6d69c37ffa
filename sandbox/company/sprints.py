"""Fortnightly sprints of the teams that work in an agile way, and which of them their stories and defects were in.

Nothing else about an issue changes: what was carried over was touched at that time anyway, and whoever let a story lie
left it behind in a sprint that is long closed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from sandbox.company.history import latest
from sandbox.company.leanings import Profile
from sandbox.company.records import Change, Issue, Sprint
from sandbox.company.workdays import ZONE, monday

FORTNIGHT = timedelta(days=14)
PLANNED_AHEAD = 2
_KINDS = ("Story", "Task", "Bug")


def sprints_of(profile: Profile, issues: Sequence[Issue], today: date) -> tuple[Sprint, ...]:
    """From the week in which the first story was begun up to some planned ones; none for other ways of working."""
    begun = [at for issue in issues if issue.type in _KINDS and (at := _begun(issue)) is not None]
    if profile.method != "agile" or not begun:
        return ()
    first = datetime.combine(monday(min(begun).date()), time(9), tzinfo=ZONE)
    now = datetime.combine(today, time(6), tzinfo=UTC)
    made: list[Sprint] = []
    while sum(sprint.state == "future" for sprint in made) < PLANNED_AHEAD:
        made.append(_sprint(profile, len(made), first + len(made) * FORTNIGHT, now))
    return tuple(made)


def _sprint(profile: Profile, place: int, start: datetime, now: datetime) -> Sprint:
    end = start + timedelta(days=11, hours=8)  # the second Friday, five o'clock
    state: Literal["future", "active", "closed"] = "future" if start > now else "active" if end > now else "closed"
    topic = profile.topics[place % len(profile.topics)]
    return Sprint(
        number=place + 1,
        name=f"{profile.jira} Sprint {place + 1}",
        start=start,
        end=end,
        state=state,
        completed=end if state == "closed" else None,
        goal=f"Key users can try {topic}",
    )


def in_sprints(issue: Issue, sprints: Sequence[Sprint], planner: str) -> Issue:
    """The issue with the sprints that it was in, and with what its history tells of them."""
    numbers = _numbers(issue, sprints) if issue.type in _KINDS else []
    if not numbers:
        return issue
    moves = [_planned(issue, sprints[numbers[0] - 1], planner)] if sprints[numbers[0] - 1].start > issue.created else []
    for count in range(1, len(numbers)):
        left = sprints[numbers[count] - 2]
        before, after = (", ".join(map(str, numbers[:many])) for many in (count, count + 1))
        moves.append(Change(left.end, planner, "Sprint", before, after))
    known = [move for move in moves if issue.created < move.at <= issue.updated]
    history = tuple(sorted((*issue.history, *known), key=lambda change: change.at))
    return replace(issue, sprints=tuple(numbers), history=history, updated=latest(issue.updated, known))


def _planned(issue: Issue, sprint: Sprint, planner: str) -> Change:
    at = max(sprint.start - timedelta(hours=18), issue.created + timedelta(minutes=30))
    return Change(at, planner, "Sprint", None, str(sprint.number))


def _numbers(issue: Issue, sprints: Sequence[Sprint]) -> list[int]:
    begun = _begun(issue)
    if begun is None:
        planned = issue.custom.get("Start date")
        ahead = [s for s in sprints if s.state != "closed" and isinstance(planned, date) and _covers(s, planned)]
        return [sprint.number for sprint in ahead[:1]]
    ended = issue.resolved or issue.updated
    return [sprint.number for sprint in sprints if sprint.start <= ended and begun < sprint.start + FORTNIGHT]


def _covers(sprint: Sprint, day: date) -> bool:
    return sprint.start.date() <= day < (sprint.start + FORTNIGHT).date()


def _begun(issue: Issue) -> datetime | None:
    """When it left To Do."""
    return next((change.at for change in issue.history if change.field == "status"), None)
