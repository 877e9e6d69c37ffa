"""The network as it stands now: slipped, statused, with float."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sandbox.company.layout import Network, Slot, SlotLink


@dataclass(frozen=True)
class Scheduled:
    """A slot with its present place. `percent` of duration done at the status date; `slack_days` is total float."""

    slot: Slot
    start: int
    days: int
    percent: int
    slack_days: int

    @property
    def end(self) -> int:
        """Offset of the first day after it."""
        return self.start + self.days


def schedule(network: Network, links: Sequence[SlotLink], elapsed: int, slip: int, rng: Random) -> list[Scheduled]:
    """Where each slot lies when `elapsed` working days have passed and the plan has come to slip by `slip` days.

    The slip grows evenly over the time that has passed and stays from then on, so that order is kept. Some finished
    tasks ended a day early, as in life.
    """
    placed = [_place(slot, network.length, elapsed, slip, rng) for slot in network.slots]
    late_ends = _late_ends(placed, links, target=network.length if slip else None)
    return [
        Scheduled(p.slot, p.start, p.days, p.percent, 0 if p.percent == 100 else late - p.end)
        for p, late in zip(placed, late_ends, strict=True)
    ]


def _place(slot: Slot, length: int, elapsed: int, slip: int, rng: Random) -> Scheduled:
    grown_by = max(1, min(elapsed, length))
    start = slot.start + round(slip * min(1.0, slot.start / grown_by))
    days = slot.days
    if days > 4 and start + days <= elapsed and rng.random() < 0.25:
        days -= 1
    return Scheduled(slot, start, days, _percent(start, days, elapsed), 0)


def _percent(start: int, days: int, elapsed: int) -> int:
    if days == 0:
        return 100 if start <= elapsed else 0
    done = max(0, min(elapsed - start, days))
    return max(1, 100 * done // days) if done else 0


def _late_ends(placed: Sequence[Scheduled], links: Sequence[SlotLink], target: int | None) -> list[int]:
    """Backward pass of the critical path method; `target` is a deadline on the last milestone, which can make float
    negative."""
    horizon = max(p.end for p in placed) if target is None else target
    late = [horizon] * len(placed)
    by_before: dict[int, list[SlotLink]] = {}
    for link in links:
        by_before.setdefault(link.before, []).append(link)
    for number in range(len(placed) - 1, -1, -1):
        for link in by_before.get(number, ()):
            late_start = late[link.after] - placed[link.after].days - link.lag_days
            own = late_start + (placed[number].days if link.type == "SS" else 0)
            late[number] = min(late[number], own)
    return late
