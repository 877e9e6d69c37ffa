"""The work items of a tracker project, broken down from the same plan that Microsoft Project holds.

Epics are its phases, stories and tasks are its assignments, milestones its milestones. Keys are provisional here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.history import CATEGORY, Course, due_moves, hand_over, latest, status_moves
from sandbox.company.leanings import Profile
from sandbox.company.records import Change, Issue, Plan, PlanAssignment, PlanTask, Value
from sandbox.company.workdays import add_workdays, at_work

BUILDING = ("Build increment 1", "Build increment 2")
POINTS = (1, 2, 3, 5, 8, 13, 21)
HALF, QUARTER = Decimal("0.5"), Decimal("0.25")


@dataclass(frozen=True)
class Item:
    """A work item and the hours that are to be booked on it from `start` to `end`; no hours, no bookings."""

    issue: Issue
    hours: Decimal = Decimal(0)
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Moment:
    """When items are written, what day it is, and which assignment of its task an item is (1 is the first)."""

    written: date
    today: date
    turn: int = 1


def items_of(profile: Profile, plan: Plan, today: date, rng: Random) -> list[Item]:
    """Epics, milestones and all work of the plan."""
    written = plan.start - timedelta(days=11)  # the backlog is written in the week before the baseline is taken
    tasks = {t.guid: t for t in plan.tasks}
    rows = [_row_item(t, profile, written, today, rng) for t in plan.tasks if t.kind != "task" and t.level > 0]
    seen: dict[str, int] = {}
    for assignment in plan.assignments:
        task = tasks[assignment.task]
        seen[task.guid] = seen.get(task.guid, 0) + 1
        item = _work(profile, task, assignment, Moment(written, today, seen[task.guid]), rng)
        rows += _split(item, rng) if _divisible(item, task) and rng.random() < 0.2 else [item]
    rows = [_resized(row, rng) if row.hours and rng.random() < 0.1 else row for row in rows]
    return [*rows, *_bugs(rows, profile, today, rng)]


def _row_item(task: PlanTask, profile: Profile, written: date, today: date, rng: Random) -> Item:
    """An epic for a phase, or a milestone; both are the manager's."""
    kind = "Epic" if task.kind == "summary" else "Milestone"
    course = Course(at_work(written, rng, 7, 8), profile.manager, task.actual_start, task.actual_finish, today)
    moves = status_moves(course, rng)
    if kind == "Milestone":
        moves = [replace(m, before="To Do") for m in moves[-1:]]
    moves += due_moves(course, task.baseline_finish, task.finish, rng)
    summary = f"{task.name}" if kind == "Milestone" else f"{task.name} of {profile.name}"
    issue = _issue(f"{kind}:{task.phase}:{task.name}", kind, summary, course, moves)
    return Item(replace(issue, assignee=profile.manager, due=task.finish, version=_version(task)))


def _work(profile: Profile, task: PlanTask, made: PlanAssignment, moment: Moment, rng: Random) -> Item:
    who = made.person or profile.manager
    written = add_workdays(moment.written, rng.randint(0, 2))
    course = Course(at_work(written, rng, 9), who, task.actual_start, task.actual_finish, moment.today)
    moves = status_moves(course, rng) + due_moves(course, task.baseline_finish, task.finish, rng)
    if made.person and rng.random() < 0.15:
        moves += hand_over(course, rng)
    kind = "Story" if task.phase in BUILDING else "Task"
    summary = task.name if moment.turn == 1 else f"{task.name}: architecture and data"
    custom: dict[str, Value] = {"Start date": task.start}
    if kind == "Story":
        custom["Story Points"] = Decimal(min(POINTS, key=lambda p: abs(p * 8 - made.baseline_work)))
    issue = _issue(f"work:{made.guid}", kind, summary, course, moves)
    issue = replace(
        issue,
        assignee=made.person,
        reporter=profile.manager,
        due=task.finish,
        description=f"Part of {profile.name}. Done when the key users of {profile.department} have accepted it.",
        parent=f"Epic:{task.phase}:{task.phase}",
        version=_version(task),
        estimate_hours=made.baseline_work,
        custom=custom,
        priority=rng.choice(("Medium", "Medium", "Medium", "High", "Low")),
    )
    return Item(issue, made.actual_work, task.start, min(task.finish, add_workdays(moment.today, -1)))


def _issue(key: str, kind: str, summary: str, course: Course, moves: list[Change]) -> Issue:
    moves = sorted(moves, key=lambda c: c.at)
    statuses = [c for c in moves if c.field == "status"]
    status = str(statuses[-1].after) if statuses else "To Do"
    return Issue(
        key=key,
        type=kind,
        summary=summary,
        status=status,
        category=CATEGORY[status],
        reporter=course.who,
        created=course.created,
        updated=latest(course.created, moves),
        resolved=statuses[-1].at if status == "Done" else None,
        history=tuple(moves),
    )


def _resized(item: Item, rng: Random) -> Item:
    """Estimated anew on the day after it was written, before the baseline."""
    issue = item.issue
    seconds = int((issue.estimate_hours or 0) * 3600)
    at = issue.created + timedelta(hours=20, minutes=rng.randint(0, 59))
    change = Change(at, issue.reporter, "timeoriginalestimate", str(seconds * 3 // 4), str(seconds))
    history = tuple(sorted((*issue.history, change), key=lambda c: c.at))
    return replace(item, issue=replace(issue, history=history, updated=max(issue.updated, at)))


def _version(task: PlanTask) -> str | None:
    """Only the increments are released."""
    return f"Increment {BUILDING.index(task.phase) + 1}" if task.phase in BUILDING else None


def _divisible(item: Item, task: PlanTask) -> bool:
    return task.phase in BUILDING and item.issue.assignee is not None and (item.issue.estimate_hours or 0) >= 40


def _split(item: Item, rng: Random) -> list[Item]:
    """A story and two sub-tasks: half of the hours stay on the story."""
    story = item.issue
    parts = [replace(item, issue=replace(story, estimate_hours=_part(story, HALF)), hours=item.hours * HALF)]
    for number, what in enumerate(("screens and texts", "service and data")):
        sub = replace(
            story,
            key=f"{story.key}:{number}",
            type="Sub-task",
            summary=f"{story.summary}: {what}",
            parent=story.key,
            created=story.created + timedelta(minutes=rng.randint(2, 40)),
            estimate_hours=_part(story, QUARTER),
            custom={"Start date": item.start},
        )
        parts.append(replace(item, issue=sub, hours=item.hours * QUARTER))
    return parts


def _part(story: Issue, share: Decimal) -> Decimal | None:
    return None if story.estimate_hours is None else (story.estimate_hours * share).quantize(Decimal("0.25"))


def _bugs(rows: Sequence[Item], profile: Profile, today: date, rng: Random) -> list[Item]:
    """A few defects of finished stories, mended within days by whoever wrote them."""
    finished = [r.issue for r in rows if r.issue.type == "Story" and r.issue.resolved and r.issue.assignee]
    found = []
    for story in rng.sample(finished, min(len(finished), 1 + len(rows) // 25)):
        assert story.resolved  # noqa: S101 - chosen so
        began = add_workdays(story.resolved.date(), rng.randint(3, 9))
        if began >= add_workdays(today, -6):
            continue
        ended = add_workdays(began, rng.randint(1, 3))
        created = at_work(add_workdays(began, -1), rng)
        course = Course(created, story.assignee or profile.manager, began, ended, today)
        bug = _issue(
            f"bug:{story.key}", "Bug", f"{story.summary}: wrong total shown", course, status_moves(course, rng)
        )
        bug = replace(
            bug, assignee=story.assignee, reporter=profile.manager, parent=story.parent, due=ended,
            estimate_hours=Decimal(8), priority="High", version=story.version,
        )  # fmt: skip
        found.append(Item(bug, Decimal(rng.choice((4, 6, 7))), began, ended))
    return found
