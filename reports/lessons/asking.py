"""What `plumbrule lessons` answers: sections of rows, read from a published snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.ports import Reader
from reports.lessons.likeness import most_alike
from reports.lessons.records import KINDS, records
from reports.lessons.searching import folded, matching

Row = Mapping[str, Any]
MOST_ALIKE = 5

_REPEATED = """
SELECT
    coalesce(p.department, '(no department)') AS team,
    f.rule_id AS what,
    count(DISTINCT f.project_id) AS projects,
    count(*) AS times,
    count(CASE WHEN f.state = 'open' THEN 1 END) AS open,
    sum(coalesce(f.times_reopened, 0)) AS came_back,
    max(f.age_days) AS longest_days,
    string_agg(DISTINCT p.key, ', ' ORDER BY p.key) AS where_found
FROM findings AS f JOIN projects AS p ON p.project_id = f.project_id
WHERE f.state <> 'pending'
GROUP BY ALL HAVING count(DISTINCT f.project_id) > 1
ORDER BY projects DESC, times DESC, team, what
"""
_CAUSES = """
SELECT
    coalesce(p.department, '(no department)') AS team,
    r.cause AS what,
    count(DISTINCT r.project_id) AS projects,
    count(*) AS times,
    count(CASE WHEN r.kind = 'lesson' THEN 1 END) AS lessons,
    count(CASE WHEN r.kind = 'risk' THEN 1 END) AS risks,
    count(CASE WHEN r.kind = 'problem' THEN 1 END) AS problems,
    string_agg(DISTINCT p.key, ', ' ORDER BY p.key) AS where_found
FROM (
    SELECT project_id, cause, 'lesson' AS kind FROM lessons
    UNION ALL SELECT project_id, cause, 'risk' FROM risks WHERE NOT is_opportunity
    UNION ALL SELECT project_id, cause, 'problem' FROM project_issues
) AS r JOIN projects AS p ON p.project_id = r.project_id
WHERE r.cause IS NOT NULL
GROUP BY ALL HAVING count(DISTINCT r.project_id) > 1
ORDER BY projects DESC, times DESC, team, what
"""
_ESTIMATES = """
SELECT origin, kind, department, size_class AS size, items, projects, median_ratio, p80_ratio, estimated_hours,
    spent_hours
FROM estimate_accuracy ORDER BY items DESC, origin, kind, department, size_class
"""
_PROJECTS = """
SELECT p.*, e.eac_over_budget_ratio, s.slip_ratio
FROM projects AS p LEFT JOIN evm AS e ON e.project_id = p.project_id
LEFT JOIN schedule AS s ON s.project_id = p.project_id
ORDER BY p.key
"""
_FAILED = """
SELECT project_id, rule_id, count(*) AS times FROM findings WHERE state <> 'pending'
GROUP BY ALL ORDER BY project_id, times DESC, rule_id
"""


@dataclass(frozen=True)
class Section:
    """A heading and rows with the same keys. `shown` are the keys of the table form; left out: all."""

    title: str
    rows: Sequence[Row]
    shown: Sequence[str] = ()
    nothing: str = "nothing"


def ask(
    reader: Reader, *, like: str | None = None, search: str | None = None, kind: str | None = None
) -> list[Section]:
    """The answer. Without a question: what repeats, by team, and how estimates turned out.

    Raises ConfigurationError for an unknown project or kind, and for a snapshot of an older Plumbrule.
    """
    _require(reader)
    if kind is not None and kind not in KINDS:
        remedy = suggest(kind, KINDS) or f"one of {', '.join(KINDS)}"
        raise ConfigurationError(f"`{kind}` is no kind of record", code="usage.unknown_kind", remedy=remedy)
    if like is not None:
        return _like(reader, like, search, kind)
    if search is not None or kind is not None:
        return [_records(reader, search, kind)]
    return [
        Section("Findings that repeat, by department and rule", reader.rows(_REPEATED), nothing="none repeats"),
        Section(
            "Causes that repeat, by department", reader.rows(_CAUSES), nothing="none repeats, or nothing is tagged"
        ),
        Section("Estimate and actual, by kind of work", reader.rows(_ESTIMATES), nothing="no finished work with both"),
    ]


def _require(reader: Reader) -> None:
    found = reader.rows("SELECT 1 AS one FROM duckdb_tables() WHERE table_name = 'estimate_accuracy'")
    if not found:
        raise ConfigurationError(
            "the latest check was made by an older Plumbrule",
            code="usage.old_check",
            remedy="`plumbrule check` measures the stored portfolio again; it reads no source",
        )


def _records(reader: Reader, search: str | None, kind: str | None, projects: Sequence[str] | None = None) -> Section:
    rows: Sequence[Row] = records(reader, [kind] if kind else list(KINDS))
    if projects is not None:
        rows = [row for row in rows if row["project"] in projects]
    if search is not None:
        rows = matching(rows, search)
    shown = ("kind", "project", "day", "title", "detail", "cause", "reference")
    return Section("Records", rows, shown, "no record holds all of these words" if search else "no such record")


def _like(reader: Reader, like: str, search: str | None, kind: str | None) -> list[Section]:
    projects = reader.rows(_PROJECTS)
    one = _found(reader, projects, like)
    failed: dict[str, list[str]] = {}
    for row in reader.rows(_FAILED):
        failed.setdefault(row["project_id"], []).append(f"{row['rule_id']} ({row['times']})")
    alike = most_alike(one, projects, MOST_ALIKE)
    rows = [
        {
            "project": other["key"],
            "name": other["name"],
            "alike": like_it.share,
            "why": "; ".join(like_it.reasons),
            "phase": other["phase"],
            "slip_days": other["slip_days"],
            "cpi": other["cpi"],
            "cost_over_budget": other["eac_over_budget_ratio"],
            "scope_growth": other["scope_growth_ratio"],
            "findings": ", ".join(failed.get(other["project_id"], [])[:5]),
        }
        for other, like_it in alike
    ]
    nothing = "no earlier project has its method, size, department, programme, or a word of its name and goal"
    keys = [str(other["key"]) for other, _ in alike]
    wanted = kind or (None if search else "lesson")
    return [
        Section(f"Earlier projects like {one['key']} {one['name']}, and what became of them", rows, nothing=nothing),
        _records(reader, search, wanted, keys),
    ]


def _found(reader: Reader, projects: Sequence[Row], word: str) -> Row:
    """By key, by name, or by the key that a tool gives it."""
    wanted = folded(word.strip())
    for key in ("key", "name", "project_id"):
        for row in projects:
            if folded(str(row[key])) == wanted:
                return row
    in_tools = reader.rows("SELECT project_id, key FROM project_sources WHERE key IS NOT NULL ORDER BY ALL")
    named = {row["project_id"] for row in in_tools if folded(str(row["key"])) == wanted}
    if len(named) == 1:
        return next(row for row in projects if row["project_id"] in named)
    known = [str(row[key]) for row in projects for key in ("key", "name")]
    raise ConfigurationError(
        f"no project `{word}` is known",
        code="usage.unknown_project",
        remedy=suggest(word, known) or "`plumbrule rules run` prints the keys",
    )
