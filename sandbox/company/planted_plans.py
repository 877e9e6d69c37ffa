"""Faults in single tasks of plans: one without anybody, one of a quarter's length, one that was left open at the end.

Set on finished records, so that nothing is drawn and nothing else is dated anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sandbox.company.costing import CENT, GENERIC_RATE
from sandbox.company.people import SHARED_BY
from sandbox.company.planted_capacity import EVERYWHERE
from sandbox.company.planted_forecast import SLOW
from sandbox.company.records import Company, Endeavour, Plan, PlanAssignment, PlanTask
from sandbox.company.workdays import add_workdays, workdays_between

UNFILLED = "INI-03"
"""Its next task lost its person to another department; the plan names the generic consultant since."""
NEVER_SPLIT = "INI-08"
"""A task that nothing waits for goes on for a quarter of a year."""
NOT_RESCHEDULED = "INI-12"
"""Its last task is not done although the plan has ended, and nobody moved it."""

LONG_DAYS = 60
"""Working days of the task that was never split."""
_DONE = 80
"""Per cent of the task that was left open."""
_SOON_DAYS = 30

TRUTH: Mapping[str, frozenset[str]] = {
    "RES-08": frozenset({UNFILLED}),
    "SCH-08": frozenset({NEVER_SPLIT}),
    "SCH-09": frozenset({NOT_RESCHEDULED}),  # open work that lies before the status date
    "SCH-21": frozenset(SLOW),
    "SCH-22": frozenset({NOT_RESCHEDULED}),
}
"""Rule -> keys of the projects for which it must fail; planted elsewhere are those of SCH-21."""


def with_task_faults(company: Company) -> Company:
    """The company with these faults in its plans."""
    return replace(company, endeavours=tuple(_planted(e, company.today) for e in company.endeavours))


def _planted(endeavour: Endeavour, today: date) -> Endeavour:
    plan = endeavour.plan
    if plan is None:
        return endeavour
    if endeavour.key == UNFILLED:
        return replace(endeavour, plan=_without_its_person(plan, today))
    if endeavour.key == NEVER_SPLIT:
        return replace(endeavour, plan=_never_split(plan))
    if endeavour.key == NOT_RESCHEDULED:
        return replace(endeavour, plan=_left_open(plan))
    return endeavour


def _without_its_person(plan: Plan, today: date) -> Plan:
    """The most work of the next weeks that is not begun and that no shared specialist does is nobody's now."""
    until = today + timedelta(days=_SOON_DAYS)
    kept = {*SHARED_BY, EVERYWHERE}
    soon = [a for a in plan.assignments if not a.actual_work and a.person not in kept and today < a.start < until]
    if not soon:  # of another seed's company
        return plan
    lost = max(soon, key=lambda a: (a.work, a.guid))
    vacant = replace(lost, person=None, cost=lost.work * GENERIC_RATE)
    dearer = vacant.cost - lost.cost
    above = {lost.task, plan.tasks[0].guid, *(t.parent for t in plan.tasks if t.guid == lost.task)}
    tasks = (replace(t, cost=t.cost + dearer) if t.guid in above else t for t in plan.tasks)
    made = (vacant if a is lost else a for a in plan.assignments)
    return replace(plan, tasks=tuple(tasks), assignments=tuple(made))


def _never_split(plan: Plan) -> Plan:
    """The begun task that has the most float, and nothing after it, is spread over it."""
    awaited = {link.before for link in plan.links}
    ends = [t for t in plan.leaves if 0 < t.percent < 100 and t.guid not in awaited and t.slack_days > LONG_DAYS]
    if not ends:  # of another seed's company
        return plan
    chosen = max(ends, key=lambda t: (t.slack_days, t.guid))
    finish = add_workdays(chosen.start, LONG_DAYS - 1)
    long = replace(
        chosen, finish=finish, days=LONG_DAYS, slack_days=chosen.slack_days - workdays_between(chosen.finish, finish)
    )
    tasks = [_reaching(t, finish) if t.guid == chosen.parent else t for t in plan.tasks]
    made = (replace(a, finish=finish) if a.task == chosen.guid else a for a in plan.assignments)
    return replace(plan, tasks=_exchanged(tasks, long), assignments=tuple(made))


def _reaching(summary: PlanTask, finish: date) -> PlanTask:
    end = max(summary.finish, finish)
    return replace(summary, finish=end, days=workdays_between(summary.start, end) + 1)


def _left_open(plan: Plan) -> Plan:
    """The last task is not quite done; what stands above and behind it is not, either."""
    last = max(plan.leaves, key=lambda t: (t.finish, t.index))
    done = replace(
        last,
        percent=_DONE,
        actual_finish=None,
        actual_work=_part(last.work),
        actual_cost=_part(last.cost),
    )
    behind = {link.after for link in plan.links if link.before == last.guid}
    tasks = [_unfinished(t, behind, last) for t in plan.tasks]
    made = [_part_done(a) if a.task == last.guid else a for a in plan.assignments]
    return replace(plan, tasks=_exchanged(tasks, done), assignments=tuple(made))


def _unfinished(task: PlanTask, behind: set[str], last: PlanTask) -> PlanTask:
    if task.guid in behind:
        return replace(task, percent=0, actual_start=None, actual_finish=None)
    if task.level == 0 or task.guid == last.parent:
        missing = last.work - _part(last.work)
        cost = last.cost - _part(last.cost)
        return replace(
            task,
            percent=99,
            actual_finish=None,
            actual_work=task.actual_work - missing,
            actual_cost=task.actual_cost - cost,
        )
    return task


def _part_done(made: PlanAssignment) -> PlanAssignment:
    return replace(made, actual_work=_part(made.work), actual_cost=_part(made.cost))


def _part(whole: Decimal) -> Decimal:
    return (whole * _DONE / 100).quantize(CENT)


def _exchanged(tasks: Sequence[PlanTask], new: PlanTask) -> tuple[PlanTask, ...]:
    return tuple(new if t.guid == new.guid else t for t in tasks)
