"""What a network is made of: activities and the dependencies between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rules.measures.network.worktime import Worktime

Ends = Literal["FS", "SS", "FF", "SF"]
"""Which ends are tied: of the predecessor, then of the successor."""


@dataclass(slots=True, eq=False)
class Activity:
    """A task, a milestone, or a mere point that stands for the begin or the end of a summary task.

    `minutes` is the duration in working time of `calendar`, `remaining` what is left of it. `started` and `finished`
    are what was recorded. An activity with a `fixed` span lies where it lies: scheduled by hand, or of another plan.
    """

    item_id: str
    calendar: Worktime
    minutes: int = 0
    remaining: int = 0
    started: int | None = None
    finished: int | None = None
    fixed: tuple[int, int] | None = None
    constraint: str | None = None
    constrained_to: int | None = None
    deadline: int | None = None
    is_task: bool = True
    """Whether it is a task of this plan: points and tasks of other plans are not."""
    takes_earliest: bool = False
    """A point at the first of what leads to it, not at the last: where a summary task really begins."""
    sequence: int = 0
    index: int = -1

    @property
    def is_open(self) -> bool:
        """Whether it is a task that is not done."""
        return self.is_task and self.finished is None


@dataclass(slots=True, eq=False)
class Link:
    """A dependency. `lag` is working time of the successor's calendar, or time around the clock; negative is a lead."""

    before: Activity
    after: Activity
    ends: Ends = "FS"
    lag: int = 0
    is_elapsed: bool = False


@dataclass(frozen=True)
class Network:
    """Activities in an order in which every predecessor comes first; `index` is their place in it.

    `start` is where the plan begins, `calendar` that of the plan. `into` and `out` are the dependencies that lead to
    and from the activity of each index. They stand here and not in the activities, so that nothing refers back to
    itself, and all of a plan is freed as soon as it is done with.
    """

    activities: Sequence[Activity]
    into: Sequence[Sequence[Link]]
    out: Sequence[Sequence[Link]]
    start: int
    calendar: Worktime
