"""Where a finding stood at the end of a day, replayed from its events, and what became of it between two days. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from portfolio.model.checks import FINDING_EVENTS

Row = Mapping[str, Any]
Kind = Literal["new", "reopened", "waiver_expired", "waived", "resolved", "open"]
"""What became of a finding. `open`: it was open, still is, and no waiver came or went."""

KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order in which they are told."""


@dataclass(frozen=True)
class Standing:
    """Where a finding stood: open or not, come back or new, under waiver or not, and since when and why."""

    is_open: bool = False
    came_back: bool = False
    waived: bool = False
    on: date | None = None
    """Day of the last event."""
    how: str | None = None
    """What made it so."""


def in_order(events: Iterable[Row]) -> list[Row]:
    """Events of one finding as they happened. Steps were not counted by an older Plumbrule: then the day decides."""
    return sorted(events, key=lambda e: (e["happened_on"], e["step"] or 0, FINDING_EVENTS.index(e["event"])))


def standing(events: Iterable[Row], until: date) -> Standing:
    """Where the finding of these events stood at the end of that day; one that had none yet is not open."""
    found = Standing()
    for event in in_order(e for e in events if e["happened_on"] <= until):
        found = _after(found, event)
    return found


def _after(before: Standing, event: Row) -> Standing:
    name, on, how = event["event"], event["happened_on"], event["how"]
    if name in ("opened", "reopened"):
        return Standing(True, name == "reopened", False, on, how)
    if name in ("resolved", "closed"):
        return Standing(False, False, False, on, how)
    if not before.is_open:  # a waiver ends with its finding, and is told after it
        return before
    return Standing(True, before.came_back, name == "waived", on, how)


def became(before: Standing, after: Standing) -> Kind | None:
    """What became of it; None where it was not open on either day, whatever happened in between."""
    if not after.is_open:
        return "resolved" if before.is_open else None
    if not before.is_open:
        return "reopened" if after.came_back else "new"
    if after.waived != before.waived:
        return "waived" if after.waived else "waiver_expired"
    return "open"
