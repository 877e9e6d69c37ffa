"""The approved network of a plan: phases, parallel lanes, milestones and their dependencies, in working-day offsets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from random import Random

from sandbox.company.records import PlanLink

PHASES: tuple[tuple[str, float, str, tuple[str, ...]], ...] = (
    ("Initiate", 0.09, "Requirements agreed", ("Clarify scope of", "Collect requirements for", "Estimate")),
    ("Design", 0.17, "Design approved", ("Map process of", "Design", "Describe interfaces of", "Review design of")),
    ("Build increment 1", 0.23, "Increment 1 accepted", ("Build", "Configure", "Integrate", "Test")),
    ("Build increment 2", 0.23, "Increment 2 accepted", ("Extend", "Connect", "Harden", "Load-test")),
    ("Pilot and roll-out", 0.18, "In operation", ("Pilot", "Train users on", "Migrate data of", "Go live with")),
    ("Close", 0.10, "Project accepted", ("Stabilise", "Hand over", "Document")),
)
"""Name, share of the duration, milestone at its end, and what is done in it."""

FIRST_MILESTONE = "Project start"
DAYS_A_TASK = 20  # about; keeps every task well below the 44 days that schedule assessments call long


@dataclass(frozen=True)
class Slot:
    """A leaf of the network: `days` working days from offset `start`; 0 days is a milestone. Lane -1: milestone."""

    number: int
    phase: int
    lane: int
    name: str
    start: int
    days: int

    @property
    def end(self) -> int:
        """Offset of the first day after it."""
        return self.start + self.days


@dataclass(frozen=True)
class SlotLink:
    """A dependency between two slots, by number."""

    before: int
    after: int
    type: str = "FS"
    lag_days: int = 0


@dataclass(frozen=True)
class Network:
    """Slots in an order in which every predecessor comes first, and their links."""

    slots: tuple[Slot, ...]
    links: tuple[SlotLink, ...]
    length: int


def lay_out(weeks: int, lanes: int, topics: Sequence[str], rng: Random) -> Network:
    """Lay a project of `weeks` out in the six phases, each with `lanes` chains between two milestones."""
    length = weeks * 5
    slots = [Slot(0, 0, -1, FIRST_MILESTONE, 0, 0)]
    links: list[SlotLink] = []
    begin, gate = 0, 0
    for phase, (_, share, milestone, verbs) in enumerate(PHASES):
        end = length if phase == len(PHASES) - 1 else begin + round(length * share)
        names = _names(verbs, topics, rng)
        tails = []
        for lane in range(lanes):
            before = gate
            for start, days in _chain(begin, end - begin, lane, rng):
                slots.append(Slot(len(slots), phase, lane, next(names), start, days))
                links.append(SlotLink(before, slots[-1].number))
                before = slots[-1].number
            tails.append(before)
        gate = len(slots)
        slots.append(Slot(gate, phase, -1, milestone, end, 0))
        links += [SlotLink(tail, gate) for tail in tails]
        begin = end
    return Network(tuple(slots), tuple(links), length)


def _chain(begin: int, length: int, lane: int, rng: Random) -> Iterator[tuple[int, int]]:
    """Cut a lane's length into tasks; lanes but the first end up to a tenth early, which gives them float."""
    used = length if lane == 0 else max(2, length - rng.randint(0, max(1, length // 10)))
    count = max(1, min(used // 3, round(used / DAYS_A_TASK)))
    weights = [rng.uniform(0.8, 1.2) for _ in range(count)]
    edges = [0]
    edges += [round(used * sum(weights[: n + 1]) / sum(weights)) for n in range(count)]
    for left, right in pairwise(edges):
        yield begin + left, right - left


def _names(verbs: Sequence[str], topics: Sequence[str], rng: Random) -> Iterator[str]:
    names = [f"{verb} {topic}" for verb, topic in product(verbs, topics)]
    rng.shuffle(names)
    return iter(names)


def worsened(links: Sequence[SlotLink], rng: Random) -> tuple[SlotLink, ...]:
    """What is left when nobody cared for logic: somewhat more than half of the dependencies."""
    return tuple(link for link in links if rng.random() > 0.45)


def with_leads(links: Sequence[SlotLink], slots: Sequence[Slot]) -> tuple[SlotLink, ...]:
    """Every sixth dependency between two tasks of a lane gets a lead of two days, and every ninth starts with its
    predecessor."""
    result = []
    for count, link in enumerate(links):
        in_lane = slots[link.before].days > 2 and slots[link.after].days > 0
        if in_lane and count % 6 == 0:
            result.append(SlotLink(link.before, link.after, "FS", -2))
        elif in_lane and count % 9 == 0:
            result.append(SlotLink(link.before, link.after, "SS", 0))
        else:
            result.append(link)
    return tuple(result)


def as_plan_links(links: Sequence[SlotLink], guids: Sequence[str]) -> tuple[PlanLink, ...]:
    """The links under the tasks' ids."""
    return tuple(PlanLink(guids[k.before], guids[k.after], "SS" if k.type == "SS" else "FS", k.lag_days) for k in links)
