"""Header: how fresh each source is. A number is worth as much as the age of what it was computed from."""

from datetime import UTC, datetime
from typing import Literal

from reports.facts import Row
from reports.material import Material
from reports.model import SourceState

State = Literal["fresh", "stale", "partial", "failed", "never"]


def sources(material: Material) -> tuple[SourceState, ...]:
    """One entry per source, by name."""
    return tuple(_state(material, row) for row in material.facts.sources)


def _state(material: Material, row: Row) -> SourceState:
    complete_at = _utc(row["complete_at"])
    age = None if complete_at is None else max(0, int((material.as_of - complete_at).total_seconds() // 3600))
    return SourceState(
        name=row["source"],
        kind=row["kind"],
        complete_at=complete_at,
        age_hours=age,
        state=_judge(row["outcome"], age, material.limits.stale_hours),
        note=row["error"],
    )


def _judge(outcome: str | None, age: int | None, stale_hours: int) -> State:
    """A failed pull outweighs everything; then never complete, then partial, then old."""
    if outcome == "failed":
        return "failed"
    if age is None:
        return "never"
    if outcome == "partial":
        return "partial"
    return "stale" if age > stale_hours else "fresh"


def _utc(value: datetime | None) -> datetime | None:
    """Instants are stored without zone and mean UTC."""
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
