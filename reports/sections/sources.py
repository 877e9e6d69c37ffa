"""Header: how fresh each source is. A number is worth as much as the age of what it was computed from."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from portfolio.ports import OWN_PACE
from reports.facts import Row
from reports.material import Material
from reports.model import SourceState, Wait

WORTH_SECONDS = 60
"""Waiting below this is a matter of course, and would make every page differ from the one before."""
TOKEN_DAYS = 30
_SHOWN = 3
State = Literal["fresh", "stale", "partial", "failed", "never", "history"]


def sources(material: Material) -> tuple[SourceState, ...]:
    """One entry per source, by name."""
    history = {row["source"] for row in material.facts.origins if row["source_is_history"]}
    return tuple(_state(material, row, is_history=row["source"] in history) for row in material.facts.sources)


def _state(material: Material, row: Row, *, is_history: bool) -> SourceState:
    complete_at = utc(row["complete_at"])
    age = None if complete_at is None else max(0, int((material.as_of - complete_at).total_seconds() // 3600))
    return SourceState(
        name=row["source"],
        kind=row["kind"],
        complete_at=complete_at,
        age_hours=age,
        state=judge(row["outcome"], age, material.limits.stale_hours, is_history=is_history),
        note=row["error"],
        waits=_waits(row),
        token_expires_on=_near(row["token_expires_on"], material.today),
    )


def _waits(row: Row) -> tuple[Wait, ...]:
    """Reasons other than our own pace; none where the waiting is not worth a word."""
    if (row["waited_seconds"] or 0) < WORTH_SECONDS:
        return ()
    told = json.loads(row["traffic"] or "{}").get("waited_by_reason", {})
    waits = [Wait(reason=reason, seconds=round(s)) for reason, s in told.items() if reason != OWN_PACE and s >= 1]
    return tuple(sorted(waits, key=lambda wait: (-wait.seconds, wait.reason))[:_SHOWN])


def _near(expires: date | None, today: date) -> date | None:
    return expires if expires is not None and expires <= today + timedelta(days=TOKEN_DAYS) else None


def judge(outcome: str | None, age: int | None, stale_hours: int, *, is_history: bool = False) -> State:
    """A failed pull outweighs everything; then never complete, then partial, then old. History is never stale: it is
    told as what it is."""
    if outcome == "failed":
        return "failed"
    if age is None:
        return "never"
    if outcome == "partial":
        return "partial"
    if is_history:
        return "history"
    return "stale" if age > stale_hours else "fresh"


def utc(value: datetime | None) -> datetime | None:
    """Instants are stored without zone and mean UTC."""
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
