"""The difference of two checked days, and how it is read from a snapshot."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portfolio.model.checks import SEVERITIES
from portfolio.ports import Reader
from reports.diff.moves import STATUS, Move, Thresholds, moves
from reports.diff.standing import KINDS, Kind, became, standing
from reports.inputs import STATUS_COLOURS, Colour
from reports.spoken import spoken, spoken_row
from reports.subjects import OTHERS_NAMED, subject_cte

Row = Mapping[str, Any]
Kept = Mapping[tuple[str, str], float | None]
"""Measures of one day by project and name."""

TABLES_READ = ("finding", "finding_event", "project_snapshot", "run")
"""Ledger tables that must be published for a difference to be told."""

_WITHIN = "($everywhere OR list_contains($projects, f.project_id))"
_MOVED = "SELECT DISTINCT finding_id FROM finding_event WHERE happened_on > $before AND happened_on <= $after"
_EVENTS = f"""
SELECT e.* FROM finding_event e JOIN finding f ON f.id = e.finding_id
WHERE {_WITHIN} AND e.happened_on <= $after AND e.finding_id IN ({_MOVED})
"""  # noqa: S608 - our own words
_FINDINGS = f"""
{subject_cte()}
SELECT f.id, f.rule_id, f.severity, f.mode, f.message, f.subject_kind, f.subject_id, f.waived_by, f.waived_until,
       f.project_id, p.key AS project_key, p.name AS project_name, i.key AS item_key, i.url AS item_url,
       coalesce(n.name, f.subject_id) AS subject_name
FROM finding f
LEFT JOIN projects p ON p.project_id = f.project_id
LEFT JOIN subject i ON f.subject_kind = 'item' AND i.id = f.subject_id
{OTHERS_NAMED}
WHERE {_WITHIN} AND f.id IN ({_MOVED})
"""  # noqa: S608 - names of our own views
_STILL_OPEN = f"""
SELECT count(*) AS n FROM finding f JOIN (
  SELECT finding_id, max(happened_on) AS last_on,
         arg_max(event, (happened_on - DATE '1970-01-01') * 1000 + coalesce(step, 0)) AS event
  FROM finding_event
  WHERE event IN ('opened', 'reopened', 'resolved', 'closed') AND happened_on <= $before GROUP BY finding_id
) e ON e.finding_id = f.id
WHERE {_WITHIN} AND e.event IN ('opened', 'reopened') AND f.id NOT IN ({_MOVED})
"""  # noqa: S608 - our own words
_PROJECTS = "SELECT project_id, key, name, currency FROM projects ORDER BY key, project_id"
_MEASURES = "SELECT project_id, measure, value FROM project_snapshot WHERE taken_on = $day"


@dataclass(frozen=True)
class FindingChange:
    """A finding, what became of it and when. `how` says why it is resolved or closed, or which waiver it is."""

    kind: Kind
    id: str
    rule_id: str
    severity: str
    observed_only: bool
    project_id: str | None
    project_key: str | None
    project_name: str | None
    subject_kind: str
    subject_name: str | None
    item_key: str | None
    item_url: str | None
    message: str | None
    on: date | None
    how: str | None
    waived: bool


@dataclass(frozen=True)
class ProjectNamed:
    """A project by id, key and name; one that is gone has its id for both. `currency` is that of its amounts."""

    id: str
    key: str
    name: str
    currency: str | None = None


@dataclass(frozen=True)
class Turned:
    """A project whose computed status is another."""

    project: ProjectNamed
    before: Colour
    after: Colour


@dataclass(frozen=True)
class Difference:
    """What changed from the end of the day `before` to the end of `after`."""

    before: date
    after: date
    findings: tuple[FindingChange, ...]
    """All that changed, in the order of `KINDS`, heaviest first; those that stayed open are only counted."""
    still_open: int
    came_and_went: int
    """Opened and resolved in between."""
    moves: tuple[Move, ...]
    turned: tuple[Turned, ...]
    entered: tuple[ProjectNamed, ...]
    left: tuple[ProjectNamed, ...]
    projects: Mapping[str, ProjectNamed]

    def count(self, kind: Kind) -> int:
        """How many findings are of that kind."""
        return sum(one.kind == kind for one in self.findings) + (self.still_open if kind == "open" else 0)

    @property
    def counts(self) -> dict[Kind, int]:
        """How many of each kind."""
        return {kind: self.count(kind) for kind in KINDS}


def difference(
    reader: Reader, before: date, after: date, thresholds: Thresholds, within: Collection[str] | None = None
) -> Difference:
    """What changed between the ends of two checked days. `within`: of these projects, and nothing of others."""
    scope = {"everywhere": within is None, "projects": sorted(within or ())}
    span = {"before": before, "after": after}
    named = {r["project_id"]: _named(spoken_row(r)) for r in reader.rows(_PROJECTS)}
    findings, passing = _findings(reader, span, scope)
    then, now = (_measures(reader, day, within) for day in (before, after))
    were, are = ({project for project, _ in kept} for kept in (then, now))
    known = {p: named.get(p, ProjectNamed(p, p, p)) for p in were | are}
    return Difference(
        before,
        after,
        findings,
        int(reader.rows(_STILL_OPEN, {**span, **scope})[0]["n"]),
        passing,
        tuple(moves(then, now, were & are, thresholds)),
        tuple(_turned(then, now, [known[p] for p in were & are])),
        _sorted(known[p] for p in are - were),
        _sorted(known[p] for p in were - are),
        known,
    )


def _findings(reader: Reader, span: Row, scope: Row) -> tuple[tuple[FindingChange, ...], int]:
    events: dict[str, list[Row]] = {}
    for event in reader.rows(_EVENTS, {**span, **scope}):
        events.setdefault(event["finding_id"], []).append(event)
    found, passing = [], 0
    for row in reader.rows(_FINDINGS, {**span, **scope}):
        told = events.get(row["id"], [])
        was, is_now = standing(told, span["before"]), standing(told, span["after"])
        kind = became(was, is_now)
        if kind is None:
            passing += any(e["event"] in ("opened", "reopened") and e["happened_on"] > span["before"] for e in told)
        else:
            found.append(_change(kind, row, is_now.on, is_now.how, is_now.waived))
    found.sort(key=_order)
    return tuple(found), passing


def _change(kind: Kind, row: Row, on: date | None, how: str | None, waived: bool) -> FindingChange:
    is_named = row["subject_kind"] not in ("project", "item", "organisation")
    return FindingChange(
        kind, row["id"], row["rule_id"], row["severity"], row["mode"] == "observe", row["project_id"],
        row["project_key"], _said(row["project_name"]), row["subject_kind"],
        _said(row["subject_name"]) if is_named else None, row["item_key"], row["item_url"], _said(row["message"]),
        on, _said(how), waived,
    )  # fmt: skip


def _said(text: str | None) -> str | None:
    return None if text is None else spoken(text)


def _order(one: FindingChange) -> tuple[object, ...]:
    weight = SEVERITIES.index(one.severity) if one.severity in SEVERITIES else len(SEVERITIES)
    return KINDS.index(one.kind), weight, one.project_key or "", one.rule_id, one.item_key or "", one.id


def _measures(reader: Reader, day: date, within: Collection[str] | None) -> Kept:
    rows = reader.rows(_MEASURES, {"day": day})
    return {(r["project_id"], r["measure"]): r["value"] for r in rows if within is None or r["project_id"] in within}


def _turned(then: Kept, now: Kept, projects: Iterable[ProjectNamed]) -> list[Turned]:
    found = []
    for project in projects:
        before, after = (_colour(kept, project.id) for kept in (then, now))
        if before is not None and after is not None and before != after:
            found.append(Turned(project, before, after))
    return sorted(found, key=lambda t: (_BADNESS[t.before] - _BADNESS[t.after], t.project.key, t.project.id))


_BADNESS: Mapping[Colour, int] = {"green": 0, "unknown": 1, "amber": 2, "red": 3}


def _colour(kept: Kept, project: str) -> Colour | None:
    """None where that day kept no status of it; a kept null is `unknown`."""
    if (project, STATUS) not in kept:
        return None
    number = kept[project, STATUS]
    return "unknown" if number is None else STATUS_COLOURS.get(number)


def _named(row: Row) -> ProjectNamed:
    return ProjectNamed(row["project_id"], row["key"], row["name"], row["currency"])


def _sorted(projects: Iterable[ProjectNamed]) -> tuple[ProjectNamed, ...]:
    return tuple(sorted(projects, key=lambda p: (p.key, p.id)))
