"""What a report reads from the snapshot: a handful of SELECTs over documented views and the ledger."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portfolio.ports import Reader
from reports.diff.difference import Difference, difference
from reports.diff.moves import Thresholds
from reports.inputs import Limits
from reports.spoken import spoken_row
from reports.subjects import subject_cte

Row = Mapping[str, Any]

LEDGER_TABLES_READ = ("finding", "finding_event", "project_snapshot", "source_state", "rejection", "match_suggestion")
"""Ledger tables that must be published beside the documented views for a report to be built."""

_PROJECTS = "SELECT * FROM projects ORDER BY key, project_id"
_EVM = "SELECT * FROM evm"
_SCHEDULE = "SELECT * FROM schedule"
_SCOPE = "SELECT * FROM scope"
_REPORTS = """
SELECT project_id, reported_on, health FROM status_reports
WHERE health IS NOT NULL AND reported_on <= $today ORDER BY project_id, reported_on, report_id
"""
_MILESTONES = """
SELECT item_id, project_id, title, url, origin, status_category, due_date, actual_finish_date, baseline_finish_date
FROM work_items
WHERE is_milestone AND coalesce(is_active, TRUE) AND coalesce(baseline_finish_date, due_date) IS NOT NULL
ORDER BY coalesce(baseline_finish_date, due_date), project_id, item_id
"""
_RISKS = """
SELECT * FROM risks WHERE state = 'open' AND coalesce(kind, 'threat') = 'threat' ORDER BY risk_id
"""
_UNDECIDED = "SELECT * FROM changes WHERE state = 'raised' ORDER BY change_id"
_GATES = "SELECT * FROM gates WHERE state = 'planned' AND planned_on < $today ORDER BY planned_on, gate_id"
_OVERLOADS = """
SELECT person_id, person_name, project_id, week_start, load_ratio, projects FROM person_weeks
WHERE load_ratio > $limit AND week_start >= $first AND week_start <= $last
ORDER BY person_id, week_start, project_id
"""
_FINDINGS = f"""
{subject_cte()}
SELECT f.id, f.rule_id, f.project_id, f.subject_kind, f.subject_id, f.severity, f.mode, f.message, f.opened_on,
       f.verified, f.waived_days, f.fix_by, f.owner,
       CASE WHEN f.subject_kind = 'project' THEN f.evidence END AS evidence,
       i.key AS item_key, i.url AS item_url, i.title AS item_title
FROM finding f LEFT JOIN subject i ON f.subject_kind = 'item' AND i.id = f.subject_id
WHERE f.state = 'open' AND f.project_id IS NOT NULL ORDER BY f.id
"""  # noqa: S608 - names of our own views
_WITHIN = "($everywhere OR list_contains($projects, project_id))"
_DAY_BEFORE = "SELECT max(taken_on) AS day FROM project_snapshot WHERE taken_on <= $since"
_PORTFOLIO_FINDINGS = """
SELECT f.id, f.rule_id, f.subject_kind, f.subject_id, f.severity, f.mode, f.message, f.opened_on, f.verified,
       f.waived_days, f.fix_by, f.owner, f.evidence, coalesce(n.name, f.subject_id) AS subject_name
FROM finding f LEFT JOIN (
  SELECT 'organisation' AS kind, organisation_id AS id, name FROM organisation
  UNION ALL SELECT 'department', department_id, name FROM departments
  UNION ALL SELECT 'programme', programme_id, name FROM programmes
  UNION ALL SELECT 'person', person_id, name FROM people
) n ON n.kind = f.subject_kind AND n.id = f.subject_id
WHERE f.state = 'open' AND f.project_id IS NULL ORDER BY f.id
"""
_ADDED = """
SELECT w.project_id, count(*) AS items FROM work_items w JOIN scope s ON s.project_id = w.project_id
WHERE w.origin = 'tracker' AND w.is_leaf AND w.created_on > $since AND w.created_on <= $today
  AND w.created_on > s.frozen_on
GROUP BY w.project_id ORDER BY w.project_id
"""
_ACTIVITY = f"""
SELECT
  (SELECT count(*) FROM work_items w JOIN projects p USING (project_id)
   WHERE {_WITHIN} AND w.is_leaf AND NOT coalesce(w.is_milestone, FALSE) AND (w.origin = 'tracker') = p.has_tracker
     AND coalesce(w.resolved_on, w.actual_finish_date) > $since
     AND coalesce(w.resolved_on, w.actual_finish_date) <= $today) AS done_items,
  (SELECT coalesce(sum(hours), 0) FROM time_entries
   WHERE {_WITHIN} AND spent_on > $since AND spent_on <= $today) AS booked_hours,
  (SELECT count(*) FROM gates WHERE {_WITHIN} AND decided_on > $since AND decided_on <= $today) AS gates_decided,
  (SELECT count(*) FROM changes WHERE {_WITHIN} AND raised_on > $since AND raised_on <= $today) AS requests_raised,
  (SELECT count(*) FROM changes WHERE {_WITHIN} AND decided_on > $since AND decided_on <= $today) AS requests_decided
"""  # noqa: S608 - our own words
BURN_WEEKS = 26
"""Weeks that scope and done work are told for."""
_BURNED = f"""
WITH items AS (
  SELECT w.project_id, w.created_on, w.status_category = 'done' AS is_done, s.frozen_on,
         coalesce(w.resolved_on, w.actual_finish_date, $today) AS done_on
  FROM work_items w LEFT JOIN scope s ON s.project_id = w.project_id
  WHERE w.origin = 'tracker' AND w.is_leaf AND NOT coalesce(w.is_milestone, FALSE) AND w.created_on <= $today
)
SELECT project_id, 'scope' AS what, least(($today - created_on) // 7, {BURN_WEEKS - 1}) AS back, count(*) AS items
FROM items GROUP BY ALL
UNION ALL
SELECT project_id, 'done', least(greatest($today - done_on, 0) // 7, {BURN_WEEKS - 1}), count(*)
FROM items WHERE is_done GROUP BY ALL
UNION ALL
SELECT project_id, 'frozen', 0, count(*) FILTER (WHERE created_on <= frozen_on)
FROM items WHERE frozen_on <= $today GROUP BY ALL
UNION ALL
SELECT project_id, 'planned', CASE WHEN baseline_finish_date > $today THEN -1
       ELSE least(($today - baseline_finish_date) // 7, {BURN_WEEKS - 1}) END, count(*)
FROM work_items
WHERE origin = 'plan' AND is_leaf AND NOT coalesce(is_milestone, FALSE) AND baseline_finish_date IS NOT NULL
GROUP BY ALL
ORDER BY ALL
"""  # noqa: S608 - our own numbers
SCORE_POINTS = 12
"""Kept scores of a project that are told, the latest."""
_SCORES = f"""
SELECT project_id, taken_on, value FROM project_snapshot
WHERE measure = 'score' AND value IS NOT NULL AND taken_on <= $today
QUALIFY row_number() OVER (PARTITION BY project_id ORDER BY taken_on DESC) <= {SCORE_POINTS}
ORDER BY project_id, taken_on
"""  # noqa: S608 - our own number
_SOURCES = """
SELECT source, kind, least(complete_at, coalesce(data_at, complete_at)) AS complete_at, outcome, error, waited_seconds,
  traffic, token_expires_on
FROM source_state ORDER BY source
"""
_ORIGINS = """
SELECT * FROM project_sources
ORDER BY project_id, role = 'history', source_is_history, origin = 'plan', source, name, source_project_id
"""
_REJECTIONS = """
SELECT source, stream, code, count(*) AS records, min(native_id) AS example, min(reason) AS reason
FROM rejection GROUP BY source, stream, code ORDER BY source, stream, code
"""
_SUGGESTIONS = """
SELECT kind, left_id, right_id, left_name, right_name, confidence_ratio, method FROM match_suggestion
ORDER BY confidence_ratio DESC, kind, left_id, right_id
"""


@dataclass(frozen=True)
class Facts:
    """Rows of the snapshot, as read. Mappings are by project id."""

    projects: tuple[Row, ...]
    evm: Mapping[str, Row]
    schedule: Mapping[str, Row]
    scope: Mapping[str, Row]
    status_reports: tuple[Row, ...]
    milestones: tuple[Row, ...]
    risks: tuple[Row, ...]
    undecided: tuple[Row, ...]
    overdue_gates: tuple[Row, ...]
    overloads: tuple[Row, ...]
    findings: tuple[Row, ...]
    """Open ones of projects and their items."""
    portfolio_findings: tuple[Row, ...]
    """Open ones of everybody else."""
    difference: Difference
    """From the end of the latest checked day that is not after the day compared with, to the run's day."""
    burned: tuple[Row, ...]
    """Items by week: `what` is scope, done, planned (tasks of the baseline) or frozen; `back` weeks before today."""
    score_history: tuple[Row, ...]
    added: tuple[Row, ...]
    activity: Row
    sources: tuple[Row, ...]
    origins: tuple[Row, ...]
    rejections: tuple[Row, ...]
    suggestions: tuple[Row, ...]


def read(
    reader: Reader,
    today: date,
    since: date,
    limits: Limits,
    within: Collection[str] | None = None,
    *,
    thresholds: Thresholds | None = None,
) -> Facts:
    """Everything that the sections need, in a fixed order of rows. `within`: of these projects, and nothing else."""
    scope = {"everywhere": within is None, "projects": sorted(within or ())}
    found = _difference(reader, since, today, thresholds or Thresholds(), within)
    facts = _read(reader, {"today": today, "since": since}, scope, limits, found)
    return facts if within is None else _cut(facts, frozenset(within))


def _cut(facts: Facts, within: frozenset[str]) -> Facts:
    """What belongs to those projects: rows of others are dropped here, so that no section can show them.

    Of sources only those that the projects come from are told, and nothing of records that belong to no project.
    """
    rows: dict[str, Any] = {}
    for name, value in vars(facts).items():
        if isinstance(value, tuple) and value and "project_id" in value[0]:
            rows[name] = tuple(row for row in value if row["project_id"] in within)
        elif name in ("evm", "schedule", "scope"):
            rows[name] = {project: row for project, row in value.items() if project in within}
    read_from = {row["source"] for row in rows.get("origins", ())}
    sources = tuple(row for row in facts.sources if row["source"] in read_from)
    return replace(facts, **rows, sources=sources, portfolio_findings=(), rejections=(), suggestions=())


def _difference(
    reader: Reader, since: date, today: date, thresholds: Thresholds, within: Collection[str] | None
) -> Difference:
    before = reader.rows(_DAY_BEFORE, {"since": since})[0]["day"] or since
    return difference(reader, before, today, thresholds, within)


def _read(reader: Reader, span: Row, scope: Row, limits: Limits, found: Difference) -> Facts:
    today = span["today"]
    day = {"today": today}
    monday = today - timedelta(days=today.weekday())
    weeks = {
        "limit": limits.overload_ratio,
        "first": monday,
        "last": monday + timedelta(weeks=limits.overload_weeks - 1),
    }
    return Facts(
        projects=_rows(reader, _PROJECTS),
        evm=_by_project(reader.rows(_EVM)),
        schedule=_by_project(reader.rows(_SCHEDULE)),
        scope=_by_project(reader.rows(_SCOPE)),
        status_reports=_rows(reader, _REPORTS, day),
        milestones=_rows(reader, _MILESTONES),
        risks=_rows(reader, _RISKS),
        undecided=_rows(reader, _UNDECIDED),
        overdue_gates=_rows(reader, _GATES, day),
        overloads=_rows(reader, _OVERLOADS, weeks),
        findings=_rows(reader, _FINDINGS),
        portfolio_findings=_rows(reader, _PORTFOLIO_FINDINGS),
        difference=found,
        burned=_rows(reader, _BURNED, day),
        score_history=_rows(reader, _SCORES, day),
        added=_rows(reader, _ADDED, span),
        activity=reader.rows(_ACTIVITY, {**span, **scope})[0],
        sources=_rows(reader, _SOURCES),
        origins=_rows(reader, _ORIGINS),
        rejections=_rows(reader, _REJECTIONS),
        suggestions=_rows(reader, _SUGGESTIONS),
    )


def _rows(reader: Reader, sql: str, parameters: Mapping[str, Any] | None = None) -> tuple[Row, ...]:
    return tuple(spoken_row(row) for row in reader.rows(sql, parameters))


def _by_project(rows: Iterable[Row]) -> dict[str, Row]:
    return {row["project_id"]: row for row in rows}
