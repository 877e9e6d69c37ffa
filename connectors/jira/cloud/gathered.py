"""Issues as they come, turned into rows page by page: while a page is fresh in the processor's cache that takes three
quarters of the time, and a page of ours waits for its histories with rows, not with answers that are as large.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from connectors.jira.normalise.pages import Rows
from connectors.jira.positions import milliseconds


class Sighting(NamedTuple):
    """What an issue shows of itself: its project, when it was made, as received, and when it changed, in ms. None for
    what is not there or cannot be read."""

    native_id: str
    project: str | None
    created: Any
    updated_ms: int | None


def sighted(issues: Iterable[Any]) -> list[Sighting]:
    """What issues as received show of themselves; what is no object shows nothing."""
    return [_sighting(issue, issue.get("fields")) for issue in issues if isinstance(issue, dict)]


def _sighting(issue: dict[str, Any], fields: Any) -> Sighting:
    native = str(issue.get("id"))
    if not isinstance(fields, dict):
        return Sighting(native, None, None, None)
    project = fields.get("project")
    place = str(project.get("id")) if isinstance(project, dict) else None
    return Sighting(native, place, fields.get("created"), milliseconds(fields.get("updated")))


@dataclass
class Gathered:
    """Up to a thousand issues: what they showed, the ids to ask histories for, and the rows so far.

    `doubted` are those whose worklogs are still to be read or held against Jira's sum: they have no rows yet. `settled`
    and `booked` count the others and their worklogs.
    """

    sightings: list[Sighting] = field(default_factory=list)
    readable: list[str] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)
    doubted: list[dict[str, Any]] = field(default_factory=list)
    settled: int = 0
    booked: int = 0

    def join(self, more: "Gathered") -> None:
        """Add issues that came later."""
        self.sightings += more.sightings
        self.readable += more.readable
        self.rows.join(more.rows)
        self.doubted += more.doubted
        self.settled += more.settled
        self.booked += more.booked

    @property
    def ids(self) -> list[str]:
        """Native ids of all that came."""
        return [one.native_id for one in self.sightings]


def first_update(sightings: Sequence[Sighting]) -> int | None:
    """The oldest change among these issues, in ms."""
    return min(_updates(sightings), default=None)


def last_update(sightings: Sequence[Sighting]) -> int | None:
    """The newest change among these issues, in ms."""
    return max(_updates(sightings), default=None)


def _updates(sightings: Sequence[Sighting]) -> list[int]:
    return [one.updated_ms for one in sightings if one.updated_ms is not None]  # else the issue itself is rejected
