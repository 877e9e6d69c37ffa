"""People planned for more than they are available, week by week."""

from datetime import date, timedelta

from reports.facts import Row
from reports.material import Material
from reports.model import Allocation, PersonLoad

ROWS = 8


def allocation(material: Material) -> Allocation:
    """The most loaded people of the coming weeks. Several rows of one week are one load, seen from each project."""
    monday = material.today - timedelta(days=material.today.weekday())
    weeks = tuple(monday + timedelta(weeks=n) for n in range(material.limits.overload_weeks))
    people: dict[str, list[Row]] = {}
    for row in material.facts.overloads:
        people.setdefault(row["person_id"], []).append(row)
    loads = [_load(rows, weeks) for rows in people.values()]
    loads.sort(key=lambda p: (-p.peak, p.person))
    return Allocation(
        weeks=weeks,
        people=tuple(loads[:ROWS]),
        people_total=len(loads),
        person_weeks=sum(cell is not None for p in loads for cell in p.loads),
    )


def _load(rows: list[Row], weeks: tuple[date, ...]) -> PersonLoad:
    by_week = {row["week_start"]: float(row["load_ratio"]) for row in rows}
    return PersonLoad(
        person=rows[0]["person_name"] or rows[0]["person_id"],
        loads=tuple(by_week.get(week) for week in weeks),
        peak=max(by_week.values()),
        projects=max((row["projects"] or 1) for row in rows),
    )
