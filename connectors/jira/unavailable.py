"""What Jira cannot say, by column: rules that need it answer "unknown: not provided by the source"."""

from collections.abc import Sequence

from connectors.jira.normalise.context import FieldIds
from connectors.jira.settings import JiraSource
from portfolio.model import SOURCE_TABLES
from portfolio.model.organisation import ORGANISATION_TABLES
from portfolio.ports import Capability

_NO_PLAN = "Jira keeps no plan of that kind"
_NOT_AVAILABLE: dict[str, tuple[str, str]] = {
    "project": (
        "start_date finish_date actual_start_date actual_finish_date status_date complete_ratio planned_hours "
        "actual_hours remaining_hours planned_cost actual_cost remaining_cost budget_cost "
        "vendor_pv vendor_ev vendor_ac vendor_eac vendor_ev_stale vendor_ev_state health_reported "
        "sponsor_id created_at published_at custom_fields",
        _NO_PLAN,
    ),
    "work_item": (
        "sequence outline_level wbs start_at finish_at actual_start_date actual_finish_date deadline_date "
        "constraint_type constraint_date duration_hours complete_ratio physical_complete_ratio "
        "planned_cost actual_cost fixed_cost total_slack_hours is_critical is_active is_manual",
        _NO_PLAN,
    ),
    "work_item_link": ("project_id dependency_type lag_hours", "links in Jira tie no dates"),
    "time_entry": ("billable_hours state billing_account", "worklogs carry neither approval nor billing"),
    "invoice": ("category", "the mapping asks whether a budget line is named, not which"),
    "artefact": ("link_alive", "Jira does not say whether a link opens"),
    "account": ("department rate_per_hour currency max_units_ratio", "profiles in Jira do not carry it"),
}
_EMPTY_TABLES = (
    "baseline",
    "assignment",
    "budget_line",
    "cost",
    "project_issue",
    "billing_account",
    "rate",
    "supplier",
    "benefit",
    *(table.name for table in ORGANISATION_TABLES),
)
_DERIVED = {
    ("work_item", "kind"): "from the issue type, by the mapping",
    ("work_item", "is_milestone"): "from the kind",
    ("work_item", "is_summary"): "always false: every issue may carry work of its own",
    ("work_item", "is_blocked"): "from the flag field",
    ("work_item", "status_category"): "from the category of the status",
    ("project", "manager_id"): "from the project property, else the project lead",
    ("risk", "state"): "closed when the status is done",
    ("lesson", "has_action"): "a link to an action exists",
    ("invoice", "has_budget_line"): "the budget line field is filled",
    ("time_entry", "spent_on"): "day of the start in the author's zone, where shown",
}


def _capabilities() -> tuple[Capability, ...]:
    listed = [
        Capability(table, column, "not_available", note)
        for table, (columns, note) in _NOT_AVAILABLE.items()
        for column in columns.split()
    ]
    listed += [
        Capability(table, column.name, "not_available", "Jira has no such records")
        for table in _EMPTY_TABLES
        for column in SOURCE_TABLES[table]
    ]
    listed += [Capability(table, column, "derived", note) for (table, column), note in _DERIVED.items()]
    return tuple(listed)


CAPABILITIES: tuple[Capability, ...] = _capabilities()
"""Columns not listed are provided."""

_SWITCHED_OFF = {
    "worklogs": ("time_entry", "reading worklogs is switched off; booked time comes from another source"),
    "histories": ("field_change", "reading histories is switched off"),
}


_COLUMNS_OF_FIELDS: dict[str, tuple[str, str]] = {
    "document_version": ("artefact", "version"),
    "acceptance": ("work_item", "acceptance"),
    "expected_value": ("proposal", "expected_value"),
    "expected_cost": ("proposal", "expected_cost"),
    "expected_effort": ("proposal", "expected_hours"),
}
"""Columns that one field alone fills, and that many sites have no field for: nobody left them empty there."""


def without_fields(listed: Sequence[Capability], field_ids: FieldIds) -> tuple[Capability, ...]:
    """The same once the fields of the site are known."""
    absent = [place for role, place in _COLUMNS_OF_FIELDS.items() if not field_ids.known(role)]
    why = "the site shows no field of that name, see mapping.fields"
    return (*listed, *(Capability(table, column, "not_available", why) for table, column in absent))


def capabilities(settings: JiraSource) -> tuple[Capability, ...]:
    """The same for a source as it is configured."""
    off = dict(note for switch, note in _SWITCHED_OFF.items() if not getattr(settings, switch))
    mapping = settings.mapping
    filled = {("work_item", column) for column in mapping.columns}
    if mapping.rates:
        filled |= {("account", "rate_per_hour"), ("account", "currency")}
    listed = [c for c in CAPABILITIES if c.table not in off and (c.table, c.column) not in filled]
    listed += [Capability(t, c.name, "not_available", why) for t, why in off.items() for c in SOURCE_TABLES[t]]
    if mapping.hours_per_point is not None:
        note = f"where none is set: story points x {mapping.hours_per_point.normalize():f} h, as configured"
        listed.append(Capability("work_item", "estimate_hours", "derived", note))
    return tuple(listed)
