"""Work and money of a scheduled plan: assignments, costs, progress and the earned value that they amount to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random
from uuid import UUID

from sandbox.company.layout import PHASES
from sandbox.company.leanings import Profile
from sandbox.company.people import LEFT, shared_specialists
from sandbox.company.records import Person, PlanAssignment
from sandbox.company.schedule import Scheduled
from sandbox.company.staffing import Load, Need, choose
from sandbox.company.workdays import HOURS_A_DAY, add_workdays

CENT = Decimal("0.01")
GENERIC_RATE = Decimal(90)
"""Cost rate of the generic consultant who stands for a person not yet found."""

NEAR_FUTURE_DAYS = 20
"""Working days after the status date in which the shared specialists are wanted everywhere at once."""


@dataclass(frozen=True)
class Terms:
    """What costing needs to know of the plan around a task."""

    profile: Profile
    first_day: date
    elapsed: int
    team: Sequence[str]
    reserve: Sequence[str]
    people: Mapping[str, Person]


@dataclass(frozen=True)
class Costed:
    """A leaf task's money and its people."""

    assignments: tuple[PlanAssignment, ...]
    baseline_fixed: Decimal
    fixed: Decimal


def cost_tasks(
    scheduled: Sequence[Scheduled], guids: Sequence[str], terms: Terms, load: Load, rng: Random
) -> list[Costed]:
    """Assign people to every leaf task and price it. Order of the result is that of `scheduled`."""
    purchases = _purchases(scheduled, terms.profile.purchases, rng)
    result = []
    for task in scheduled:
        stretch = _stretch(task, terms.profile.cpi, rng)
        staffed = _people_for(task, terms, load, stretch, rng) if task.days else []
        made = tuple(
            _assignment(task, guids[task.slot.number], pair, stretch=stretch, terms=terms, ident=guid(rng))
            for pair in staffed
        )
        bought = purchases.get(task.slot.number, Decimal(0))
        result.append(Costed(made, bought, (bought * stretch).quantize(CENT)))
    return result


def guid(rng: Random) -> str:
    """A random GUID in the lower-case form that the project server prints."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def _stretch(task: Scheduled, cpi: float, rng: Random) -> Decimal:
    """How much more work a begun task takes than was approved: the inverse of the cost performance index."""
    if not task.percent:
        return Decimal(1)
    return Decimal(str(round(rng.uniform(0.97, 1.03) / cpi, 3)))


def _purchases(scheduled: Sequence[Scheduled], total: int, rng: Random) -> dict[int, Decimal]:
    """Planned fixed cost, put on four tasks between design and roll-out."""
    middle = [t.slot.number for t in scheduled if t.days and 1 <= t.slot.phase <= len(PHASES) - 3]
    if not total:
        return {}
    shares = [Decimal(share) for share in (40, 30, 20, 10)]
    return {n: Decimal(total) * share / 100 for n, share in zip(sorted(rng.sample(middle, 4)), shares, strict=True)}


def _people_for(
    task: Scheduled, terms: Terms, load: Load, stretch: Decimal, rng: Random
) -> list[tuple[str | None, Decimal]]:
    profile = terms.profile
    until_start, until_end = task.start - terms.elapsed, task.end - terms.elapsed
    if profile.unstaffed and until_start > 60 and task.slot.lane == 0:
        return [(None, Decimal("0.8"))]
    if profile.inactive_assignee and task.slot.lane == 1 and until_end > 0 and until_start < 30:
        return [(LEFT, Decimal("0.5"))]
    wanted = Decimal(rng.choice(("0.5", "0.6", "0.75", "0.8")))
    need = Need(add_workdays(terms.first_day, task.start), add_workdays(terms.first_day, task.end - 1), wanted, stretch)
    found: list[tuple[str | None, Decimal]] = [choose(load, terms.team, terms.reserve, need, rng)]
    if task.slot.lane == 0:
        soon = until_end > 0 and until_start < NEAR_FUTURE_DAYS
        share = Decimal("0.65") if soon else Decimal("0.25")
        found += [(specialist, share) for specialist in shared_specialists(profile.key)]
    return found


def _assignment(
    task: Scheduled, task_guid: str, staffed: tuple[str | None, Decimal], *, stretch: Decimal, terms: Terms, ident: str
) -> PlanAssignment:
    who, units = staffed
    rate = terms.people[who].rate if who else GENERIC_RATE
    approved = (units * task.slot.days * HOURS_A_DAY).quantize(CENT)
    work = (approved * stretch).quantize(CENT, ROUND_HALF_EVEN)
    done = (work * task.percent / 100).quantize(CENT, ROUND_HALF_EVEN)
    return PlanAssignment(
        guid=ident,
        task=task_guid,
        person=who,
        units=units,
        start=add_workdays(terms.first_day, task.start),
        finish=add_workdays(terms.first_day, task.end - 1),
        baseline_work=approved,
        work=work,
        actual_work=done,
        cost=work * rate,
        actual_cost=done * rate,
    )
