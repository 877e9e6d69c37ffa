"""Who does what: spreads people over the tasks of all plans without loading anybody beyond their week, except on
purpose."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.workdays import monday

FULL = Decimal("0.95")  # a planner leaves a little room
STEP = Decimal("0.05")


@dataclass(frozen=True)
class Need:
    """Work that wants a person from `start` to `finish`; `stretch` is how much the work outgrew its estimate."""

    start: date
    finish: date
    wanted: Decimal
    stretch: Decimal


@dataclass
class Load:
    """Planned share of each person's week over all plans."""

    taken: dict[tuple[str, date], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def peak(self, person: str, need: Need) -> Decimal:
        """The fullest week of that person within the need's time."""
        return max(self.taken[person, week] for week in _weeks(need))

    def take(self, person: str, need: Need, units: Decimal) -> None:
        """Book the person for the need's time."""
        for week in _weeks(need):
            self.taken[person, week] += units * need.stretch


def choose(load: Load, team: Sequence[str], reserve: Sequence[str], need: Need, rng: Random) -> tuple[str, Decimal]:
    """The least loaded of the team (then of the others) and the share that fits, at least a tenth."""
    for circle in (team, reserve):
        shuffled = rng.sample(list(circle), len(circle))
        person = min(shuffled, key=lambda p: load.peak(p, need))
        units = _fitting(need, FULL - load.peak(person, need))
        if units >= Decimal("0.25"):
            break
    units = max(units, Decimal("0.1"))
    load.take(person, need, units)
    return person, units


def _fitting(need: Need, room: Decimal) -> Decimal:
    share = min(need.wanted, room / need.stretch)
    return share // STEP * STEP if share > 0 else Decimal(0)


def _weeks(need: Need) -> list[date]:
    first, last = monday(need.start), monday(need.finish)
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
