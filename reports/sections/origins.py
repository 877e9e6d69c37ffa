"""Which source projects make up each initiative, and how old the data of each is."""

from collections import Counter
from collections.abc import Mapping

from portfolio.tools import tool_name
from reports.facts import Row
from reports.material import Material
from reports.model import SourceProject
from reports.sections.sources import judge, utc


def origins(material: Material) -> Mapping[str, tuple[SourceProject, ...]]:
    """By project id: what is current before what is history, trackers before plans, then by source and name."""
    found: dict[str, list[Row]] = {}
    for row in material.facts.origins:
        found.setdefault(row["project_id"], []).append(row)
    return {project: _named(material, rows) for project, rows in found.items()}


def _named(material: Material, rows: list[Row]) -> tuple[SourceProject, ...]:
    names = [tool_name(row["tool"], row["source"], material.words.language) for row in rows]
    sources = Counter(name for name, _ in {(name, row["source"]) for name, row in zip(names, rows, strict=True)})
    return tuple(
        _origin(material, row, f"{name} {row['source']}" if sources[name] > 1 else name)
        for name, row in zip(names, rows, strict=True)
    )


def _origin(material: Material, row: Row, tool_name: str) -> SourceProject:
    is_history = bool(row["role"] == "history" or row["source_is_history"])
    return SourceProject(
        source=row["source"],
        tool=row["tool"],
        tool_name=tool_name,
        name=row["name"],
        key=row["key"],
        url=row["url"],
        origin=row["origin"],
        role=row["role"] or "current",
        source_is_history=bool(row["source_is_history"]),
        matched_by=row["matched_by"],
        complete_at=utc(row["complete_at"]),
        data_at=utc(row["data_at"]),
        age_hours=row["age_hours"],
        state=judge(row["outcome"], row["age_hours"], material.limits.stale_hours, is_history=is_history),
    )
