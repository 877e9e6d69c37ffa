"""Milestones: what was missed, what will be late, what is due soon."""

from datetime import timedelta
from typing import Literal

from reports.facts import Row
from reports.material import Material
from reports.model import Milestone, Milestones

ROWS = 8
State = Literal["missed", "late", "due", "later", "done", "unknown"]
_URGENCY: tuple[State, ...] = ("missed", "late", "due")


def milestones(material: Material) -> Milestones:
    """Missed ones first, then forecast late, then due; each by its day."""
    until = material.today + timedelta(days=material.limits.milestone_days)
    found = [m for m in (milestone(material, row) for row in material.milestones) if m.state in _URGENCY]
    open_ids = {p["project_id"] for p in material.open_projects}
    found = [m for m in found if m.project.id in open_ids and _near(m, material)]
    found.sort(key=lambda m: (_URGENCY.index(m.state), m.forecast_date or material.today, m.project.key, m.title))
    return Milestones(rows=tuple(found[:ROWS]), total=len(found), until=until)


def milestone(material: Material, row: Row) -> Milestone:
    """One milestone. Its forecast is the due date of the tool; a day in the past that is not done is missed."""
    done_on = row["actual_finish_date"] if row["status_category"] == "done" else None
    approved = row["baseline_finish_date"]
    forecast = done_on or row["due_date"]
    slip = (forecast - approved).days if forecast is not None and approved is not None else None
    return Milestone(
        project=material.ref(row["project_id"]),
        title=row["title"],
        url=row["url"],
        baseline_date=approved,
        forecast_date=forecast,
        done_on=done_on,
        slip_days=slip,
        state=_state(material, row, slip),
    )


def _state(material: Material, row: Row, slip: int | None) -> State:
    if row["status_category"] == "done":
        return "done"
    promised = row["baseline_finish_date"] or row["due_date"]
    if promised is None:
        return "unknown"
    if promised < material.today:
        return "missed"
    if slip is not None and slip > 0:
        return "late"
    soon = material.today + timedelta(days=material.limits.milestone_days)
    return "due" if promised <= soon else "later"


def _near(entry: Milestone, material: Material) -> bool:
    """A forecast that is late matters here only when its approved day is near; the rest is in the drill-down."""
    soon = material.today + timedelta(days=material.limits.milestone_days)
    return entry.state != "late" or entry.baseline_date is None or entry.baseline_date <= soon
