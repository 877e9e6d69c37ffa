"""A plan that went on in another tool: other ids, the same approved plan, later and further on."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sandbox.company.costing import CENT
from sandbox.company.records import Plan, PlanAssignment, PlanTask
from sandbox.company.workdays import add_workdays, monday, workdays_between

_IDS = uuid.UUID("9c6d8f0e-2f63-5a55-8b8f-51f6e3d7a911")


def new_id(old: str) -> str:
    """The id that a thing has in the new tool."""
    return str(uuid.uuid5(_IDS, old))


def carried_on(old: Plan, today: date, slip: int) -> Plan:
    """The plan on the Friday before `today`: what was done stays, the rest has come to slip by `slip` working days.

    The slip grows evenly from the old status date on; work in hand at that date keeps its dates. Risks, issues and
    timesheets stay where they were.
    """
    status = monday(today) - timedelta(days=3)
    course = _Course(old, status, slip)
    leaves = {t.guid: course.now(t) for t in old.tasks if t.kind != "summary"}
    tasks = [leaves.get(t.guid) or _summed(t, _below(t, old.tasks, leaves)) for t in old.tasks]
    by_old = {t.guid: t for t in tasks}
    named = tuple(replace(t, guid=new_id(t.guid), parent=new_id(t.parent) if t.parent else None) for t in tasks)
    return replace(
        old,
        guid=new_id(old.guid),
        status_date=status,
        start=named[0].start,
        finish=named[0].finish,
        tasks=named,
        links=tuple(replace(k, before=new_id(k.before), after=new_id(k.after)) for k in old.links),
        assignments=tuple(_assignment(a, by_old[a.task]) for a in old.assignments),
        risks=(),
        issues=(),
        timesheet=(),
    )


class _Course:
    """Where the plan's leaf tasks stand at the new status date."""

    def __init__(self, old: Plan, status: date, slip: int) -> None:
        self._first = min(t.baseline_start for t in old.tasks)
        self._before = workdays_between(self._first, old.status_date) + 1
        self._elapsed = workdays_between(self._first, status) + 1
        self._slip = slip

    def now(self, task: PlanTask) -> PlanTask:
        """The task now."""
        if task.percent == 100:
            return task
        begins = workdays_between(self._first, task.start)
        later = max(0, begins + (0 if task.days else 1) - self._before)
        shift = round(self._slip * min(1.0, later / (self._elapsed - self._before))) if not task.percent else 0
        start = add_workdays(self._first, begins + shift)
        finish = add_workdays(start, max(0, task.days - 1))
        done = max(0, min(self._elapsed - begins - shift, task.days))
        percent = max(1, 100 * done // task.days) if done else 0
        if not task.days:
            percent = 100 if begins + shift < self._elapsed else 0
        return replace(
            task,
            start=start,
            finish=finish,
            percent=percent,
            actual_work=(task.work * percent / 100).quantize(CENT),
            actual_cost=(task.cost * percent / 100).quantize(CENT),
            earned_value=(task.baseline_cost * percent / 100).quantize(CENT),
            actual_start=start if percent else None,
            actual_finish=finish if percent == 100 else None,
        )


def _below(summary: PlanTask, everything: Sequence[PlanTask], leaves: dict[str, PlanTask]) -> list[PlanTask]:
    own = [t for t in everything if t.guid in leaves and (summary.level == 0 or t.parent == summary.guid)]
    return [leaves[t.guid] for t in own]


def _summed(summary: PlanTask, below: Sequence[PlanTask]) -> PlanTask:
    start, finish = min(t.start for t in below), max(t.finish for t in below)
    length = sum(t.days for t in below)
    done = all(t.percent == 100 for t in below)
    return replace(
        summary,
        start=start,
        finish=finish,
        days=workdays_between(start, finish) + 1,
        percent=100 if done else min(99, sum(t.days * t.percent for t in below) // length),
        actual_work=sum((t.actual_work for t in below), Decimal(0)),
        actual_cost=sum((t.actual_cost for t in below), Decimal(0)),
        earned_value=sum((t.earned_value for t in below), Decimal(0)),
        actual_start=start if any(t.percent for t in below) else None,
        actual_finish=finish if done else None,
    )


def _assignment(old: PlanAssignment, task: PlanTask) -> PlanAssignment:
    done = (old.work * task.percent / 100).quantize(CENT)
    return replace(
        old,
        guid=new_id(old.guid),
        task=new_id(old.task),
        start=task.start,
        finish=task.finish,
        actual_work=done,
        actual_cost=(old.cost * task.percent / 100).quantize(CENT),
    )
