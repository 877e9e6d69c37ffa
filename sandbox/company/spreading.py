"""A plan's work and money day by day: what the plan tool keeps as time-phased data.

Amounts lie evenly on the working days of an assignment; what is done lies at its beginning. The days of an assignment
add up to its amounts to the last place, and those of a task to the task's.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from sandbox.company.records import Plan, PlanAssignment, PlanTask
from sandbox.company.workdays import workdays

PLACE = Decimal("0.000001")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Day:
    """One day of an assignment or a task; hours, and money of the plan's currency."""

    day: date
    work: Decimal
    actual_work: Decimal
    cost: Decimal
    actual_cost: Decimal


@dataclass(frozen=True)
class BaselineDay:
    """One day as it was approved."""

    day: date
    work: Decimal
    cost: Decimal


def evenly(total: Decimal, parts: int) -> list[Decimal]:
    """`total` in equal parts of six places; the last one takes what is left."""
    share = (total / parts).quantize(PLACE, ROUND_DOWN)
    return [*[share] * (parts - 1), total - share * (parts - 1)]


def from_the_start(done: Decimal, planned: Sequence[Decimal]) -> list[Decimal]:
    """How much of each day's amount is done, when `done` of the whole is."""
    result = []
    for amount in planned:
        result.append(min(done, amount))
        done -= result[-1]
    return result


def assignment_days(made: PlanAssignment) -> list[Day]:
    """The days of an assignment."""
    days = workdays(made.start, made.finish)
    work, cost = evenly(made.work, len(days)), evenly(made.cost, len(days))
    worked, spent = from_the_start(made.actual_work, work), from_the_start(made.actual_cost, cost)
    return [Day(*one) for one in zip(days, work, worked, cost, spent, strict=True)]


def task_days(task: PlanTask, made: Iterable[PlanAssignment]) -> list[Day]:
    """The days of a leaf task: those of its assignments, and its fixed cost evenly beside them."""
    own: dict[date, list[Day]] = defaultdict(list)
    for assignment in made:
        for one in assignment_days(assignment):
            own[one.day].append(one)
    days = workdays(task.start, task.finish)
    fixed = evenly(task.fixed_cost, len(days))
    paid = from_the_start(task.actual_cost - sum((a.actual_cost for a in made), ZERO), fixed)
    for day, cost, actual in zip(days, fixed, paid, strict=True):
        own[day].append(Day(day, ZERO, ZERO, cost, actual))
    return total_days(day for rows in own.values() for day in rows)


def total_days(days: Iterable[Day]) -> list[Day]:
    """The sum of each day, in order."""
    sums: dict[date, Day] = {}
    for day in days:
        so_far = sums.get(day.day, Day(day.day, ZERO, ZERO, ZERO, ZERO))
        sums[day.day] = Day(
            day.day, so_far.work + day.work, so_far.actual_work + day.actual_work, so_far.cost + day.cost,
            so_far.actual_cost + day.actual_cost,
        )  # fmt: skip
    return [sums[day] for day in sorted(sums)]


def baseline_days(task: PlanTask, work: Decimal, cost: Decimal) -> list[BaselineDay]:
    """An approved amount on the approved days of a task."""
    days = workdays(task.baseline_start, task.baseline_finish)
    amounts = zip(days, evenly(work, len(days)), evenly(cost, len(days)), strict=True)
    return [BaselineDay(*one) for one in amounts]


def baseline_cost(made: PlanAssignment) -> Decimal:
    """What an assignment was approved to cost: its approved hours at its rate."""
    return made.baseline_work * made.cost / made.work if made.work else ZERO


def of_task(plan: Plan, task: PlanTask) -> list[PlanAssignment]:
    """The assignments of a task."""
    return [a for a in plan.assignments if a.task == task.guid]
