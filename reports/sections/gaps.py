"""What the report does not know, and why. An empty list is a statement too."""

from collections.abc import Iterable

from reports.material import Material
from reports.model import Gap, SourceState

NAMED = 8


def gaps(material: Material, sources: tuple[SourceState, ...]) -> tuple[Gap, ...]:
    """Sources first, then projects, then records."""
    found = [*_sources(material, sources), *_projects(material), *_records(material)]
    return tuple(gap for gap in found if gap.total)


def _gap(kind: str, text: str, items: Iterable[str]) -> Gap:
    names = tuple(items)
    return Gap(kind=kind, text=text, items=names[:NAMED], total=len(names))


def _sources(material: Material, sources: tuple[SourceState, ...]) -> list[Gap]:
    words = material.words
    failed = [f"{s.name}: {s.note}" if s.note else s.name for s in sources if s.state in ("failed", "never")]
    partial = [f"{s.name}: {s.note}" if s.note else s.name for s in sources if s.state == "partial"]
    stale = [f"{s.name} ({material.figures.age(s.age_hours)})" for s in sources if s.state == "stale"]
    return [
        _gap("failed_source", words("Sources whose last pull failed; their numbers are old or missing"), failed),
        _gap("partial_source", words("Sources that were read only in part"), partial),
        _gap("stale_source", words("Sources that were not read completely for a while"), stale),
    ]


def _projects(material: Material) -> list[Gap]:
    words, rows = material.words, material.open_projects

    def keys(*, without: str) -> list[str]:
        return [p["key"] for p in rows if not p[without]]

    unjudged = [p["key"] for p in rows if material.computed(p["project_id"]) == "unknown"]
    no_eac = [p["key"] for p in rows if p["has_baseline"] and _eac(material, p["project_id"]) is None]
    return [
        _gap("not_judged", words("Projects whose status could not be computed"), unjudged),
        _gap(
            "no_baseline",
            words("Projects without an approved baseline: no slip, no earned value"),
            keys(without="has_baseline"),
        ),
        _gap(
            "no_eac",
            words("Projects with a baseline but no estimate at completion (nothing earned or no actuals)"),
            no_eac,
        ),
        _gap("no_plan", words("Projects without a plan matched to them"), keys(without="has_plan")),
        _gap("no_tracker", words("Projects without a tracker matched to them"), keys(without="has_tracker")),
        _gap("never_reported", words("Projects that never reported a status"), keys(without="reported_health")),
    ]


def _eac(material: Material, project_id: str) -> object:
    evm = material.facts.evm.get(project_id)
    return evm["eac"] if evm else None


def _records(material: Material) -> list[Gap]:
    words, facts = material.words, material.facts
    rejected = [
        words(
            "{source}, {stream}: {n} × {reason}",
            source=row["source"],
            stream=row["stream"],
            n=row["records"],
            reason=row["reason"],
        )
        for row in facts.rejections
    ]
    likely = [
        words(
            "{left} ↔ {right} ({confidence} likely)",
            left=_named(row["left_name"], row["left_id"]),
            right=_named(row["right_name"], row["right_id"]),
            confidence=material.figures.percent(row["confidence_ratio"]),
        )
        for row in facts.suggestions
    ]
    unverified = sum(row["verified"] is False for row in facts.findings)
    stale = [words.count("{n} finding", "{n} findings", unverified)] if unverified else []
    return [
        _gap("rejected", words("Records that could not be read; they are kept, not counted"), rejected),
        _gap("suggestion", words("Likely matches that nobody has confirmed; they are not joined"), likely),
        _gap("unverified", words("Findings that the latest run could not check again"), stale),
    ]


def _named(name: str | None, row_id: str) -> str:
    """A record as people know it: its name, and which source holds it."""
    return f"{name} ({row_id.partition(':')[0]})" if name else row_id
