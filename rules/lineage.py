"""Which stored columns a documented column comes from: tells *the source cannot hold it* from *it was left empty*."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from portfolio.model import SOURCE_TABLES, VIEWS

Stored = tuple[str, str]

_TABLE_OF_VIEW = {
    "projects": "project",
    "work_items": "work_item",
    "links": "work_item_link",
    "network_tasks": "work_item",
    "nested_items": "work_item",
    "time_entries": "time_entry",
    "billing_months": "time_entry",
    "sprints": "sprint",
    "allocations": "assignment",
    "person_weeks": "assignment",
    "gates": "gate",
    "status_reports": "status_report",
    "risks": "risk",
    "project_issues": "project_issue",
    "changes": "change_request",
    "artefacts": "artefact",
    "stakeholders": "stakeholder",
    "lessons": "lesson",
    "budget_lines": "budget_line",
    "costs": "cost",
    "invoices": "invoice",
    "benefits": "benefit",
    "budget_use": "budget_line",
    "person_months": "rate",
    "resource_use": "approved_resource",
    "trainings": "training_record",
    "attestations": "attestation",
    "project_units": "org_unit",
    "proposals": "proposal",
    "deliveries": "work_item",
    "record_set": "artefact",
    "supplier_reviews": "artefact",
    "person_skills": "skill",
    "risk_causes": "risk",
}
_LIKE = {"department_projects": "projects", "programme_projects": "projects"}
"""Views that show the rows of another, as often as they have to."""
_BASELINE: tuple[Stored, ...] = (("baseline", "id"),)
_DERIVED: dict[str, dict[str, tuple[Stored, ...]]] = {
    "projects": {
        "reported_health": (("status_report", "id"), ("project", "health_reported")),
        "reported_on": (("status_report", "id"),),
        "days_since_report": (("status_report", "id"),),
        "approved_on": (("gate", "id"),),
        "approved_by": (("gate", "id"),),
        "manager_name": (("project", "manager_id"),),
        "budget_cost": (("budget_line", "id"), ("project", "budget_cost")),
        "booked_hours": (("time_entry", "id"),),
        "last_booked_on": (("time_entry", "id"),),
        "slip_days": _BASELINE,
        "cpi": _BASELINE,
        "spi": _BASELINE,
        "scope_growth_ratio": _BASELINE,
    },
    "work_items": {
        "total_float_days": (("work_item", "total_slack_hours"), ("work_item_link", "id")),
        "duration_days": (("work_item", "duration_hours"),),
        "predecessors": (("work_item_link", "id"),),
        "successors": (("work_item_link", "id"),),
        "people": (("assignment", "id"),),
        "booked_hours": (("time_entry", "id"),),
        "due_moves": (("field_change", "id"),),
        "assignee_name": (("work_item", "assignee_id"),),
        "assignee_active": (("account", "active"),),
    },
    "network_tasks": {
        "total_float_days": (("work_item_link", "id"),),
        "tool_float_days": (("work_item", "total_slack_hours"),),
        "status_date": (("project", "status_date"),),
        "forecast_in_past": (("project", "status_date"),),
        "actual_in_future": (("project", "status_date"),),
    },
    "network": {
        "status_date": (("project", "status_date"),),
        "test_gap_days": (("work_item_link", "id"),),
    },
    "schedule": {
        "forecast_finish_date": (("project", "finish_date"),),
        "open_ratio": (("work_item", "complete_ratio"), ("work_item", "status_category")),
    },
    "evm": {
        "ac": (("project", "actual_cost"), ("time_entry", "id")),
        "eac_over_budget_ratio": (("budget_line", "id"), ("project", "budget_cost")),
    },
    "risks": {
        "exposure_cost": (("risk", "impact_cost"),),
        "days_since_review": (("risk", "reviewed_on"),),
        "keeps_reviews": (("risk", "reviewed_on"),),
    },
    "billing_months": dict.fromkeys(("budget_hours", "budget_ratio"), (("billing_account", "monthly_budget_hours"),)),
    "sprints": {
        "start_date": (("sprint", "start_at"),),
        "end_date": (("sprint", "end_at"),),
        "completed_on": (("sprint", "complete_at"),),
        "points": (("work_item", "points"),),
        "done_points": (("work_item", "points"),),
        "overdue_days": (("sprint", "end_at"),),
    },
    "project_issues": {"days_open": (("project_issue", "raised_on"),)},
    "invoices": {"has_budget_line": (("invoice", "has_budget_line"), ("invoice", "category"))},
    "benefits": {
        "owner_name": (("benefit", "owner_id"),),
        "realised_ratio": (("benefit", "realised_amount"),),
        "days_overdue": (("benefit", "due_on"),),
    },
    "attestations": {
        "is_valid": (("attestation", "attested_on"),),
        "days_left": (("attestation", "valid_until"),),
    },
    "trainings": {"days_left": (("training_record", "expires_on"),)},
    "project_units": {"owner_name": (("org_unit", "owner_id"),)},
    "changes": {"days_open": (("change_request", "raised_on"),)},
    "gates": {"earlier_open": (("gate", "sequence"),)},
    "artefacts": {"is_versioned": (("artefact", "version"),)},
    "mandate": {
        "objective_metric": (("project", "objective_metric"), ("benefit", "name")),
        "objective_target": (("project", "objective_target"), ("benefit", "planned_amount")),
        "objective_due_on": (("project", "objective_due_on"), ("benefit", "due_on")),
        "resource_plan_state": (("artefact", "id"),),
        "funding_approved": (("budget_line", "approved_by"), ("budget_line", "approved_on")),
        "closed_on": (("project", "closed_on"), ("project", "actual_finish_date"), ("gate", "id")),
    },
    "proposals": {
        **{
            name: (("proposal", name), ("project", name))
            for name in ("expected_value", "expected_cost", "expected_hours", "approval_ratio", "requested_on")
        },
        "days_waiting": (("proposal", "requested_on"), ("project", "requested_on"), ("project", "created_at")),
    },
    "deliveries": {"is_accepted": (("work_item", "acceptance"),)},
    "record_set": dict.fromkeys(("title", "state"), (("artefact", "id"),)),
    "supplier_reviews": dict.fromkeys(("review_title", "reviewed_on"), (("artefact", "id"),)),
    "closing_charges": {"days_after": (("project", "closed_on"), ("project", "actual_finish_date"), ("gate", "id"))},
}
_BOOKKEEPING = frozenset({"id", "source", "deleted_at", "deleted_reason", "origin", "row_number", "alike"})
_WHOLE_VIEW = {"evm": _BASELINE, "schedule": _BASELINE, "scope": _BASELINE}


def stored(view: str, column: str) -> tuple[Stored, ...]:
    """The stored columns behind a documented one; empty when none can be named."""
    view = _LIKE.get(view, view)
    if found := _DERIVED.get(view, {}).get(column):
        return found
    if column.startswith("baseline_") or view in _WHOLE_VIEW:
        return _BASELINE
    table = _TABLE_OF_VIEW.get(view, "")
    if table in SOURCE_TABLES and SOURCE_TABLES[table].column(column):
        return ((table, column),)
    return ()


def has_table(view: str) -> bool:
    """The view's rows come from one stored table, of which a source can say that it has no such records."""
    return view in _TABLE_OF_VIEW


@cache
def roots(view: str, column: str) -> frozenset[Stored]:
    """Every stored column that a documented one is computed from, however many steps away; empty for our own ledger."""
    return _roots(_LIKE.get(view, view), column, frozenset())


def _roots(view: str, column: str, above: frozenset[Stored]) -> frozenset[Stored]:
    from rules.measures.catalogue import CATALOGUE  # asked only where sources are stale, and large

    measure = CATALOGUE.get(f"{view}.{column}")
    if measure is None:
        table = _TABLE_OF_VIEW.get(view)
        return frozenset(stored(view, column) or ([(table, "id")] if table else []))
    found: set[Stored] = set()
    for name in measure.inputs:
        table, _, part = name.partition(".")
        if table in SOURCE_TABLES:
            found.add((table, part))
        elif table in VIEWS and (table, part) not in above:
            found |= _roots(table, part, above | {(view, column)})
    return frozenset(found)


class Capabilities:
    """What the sources declare that they cannot fill."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self._absent = {
            (str(r["source"]), str(r["table_name"]), str(r["column_name"]))
            for r in rows
            if r["state"] == "not_available"
        }

    def cannot_hold(self, view: str, column: str, sources: Collection[str]) -> bool:
        """None of those sources can fill what the column comes from."""
        behind = stored(view, column)
        return bool(sources and behind) and all(self._lacks(s, t, c) for s in sources for t, c in behind)

    def can_feed(self, view: str, column: str, source: str) -> bool:
        """Something that the column is computed from may come from that source."""
        return any(not self._lacks(source, t, c) for t, c in roots(view, column))

    def cannot_hold_rows(self, view: str, sources: Collection[str]) -> bool:
        """None of those sources has such records at all."""
        table = _TABLE_OF_VIEW.get(view)
        return bool(sources and table) and all(self._lacks(s, str(table), "id") for s in sources)

    def _lacks(self, source: str, table: str, column: str) -> bool:
        if (source, table, column) in self._absent or any((source, table, c) in self._absent for c in ("id", "*")):
            return True
        return column == "id" and self._has_nothing(source, table)

    def _has_nothing(self, source: str, table: str) -> bool:
        """Every column that could say something is declared absent: the source has no such records."""
        return all((source, table, c) in self._absent for c in SOURCE_TABLES[table].names if c not in _BOOKKEEPING)
