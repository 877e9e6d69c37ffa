"""What Tempo fills, and what it leaves to the Jira source that it belongs to."""

from connectors.capabilities import lacking
from portfolio.ports import Capability

_CLOUD = "work_item_id account_id spent_on hours billable_hours billing_account created_at updated_at"
_ACCOUNT = "key name state category customer monthly_budget_hours"
_DATA_CENTER = "project_id work_item_id account_id spent_on hours billable_hours billing_account"
_NOTES = {
    ("time_entry", "project_id"): "an entry's project is that of its item",
    ("time_entry", "state"): "approvals are read for the teams of the setting `approvals_of_teams`",
}


def cloud(*, approvals: bool) -> list[Capability]:
    """Capabilities of Tempo Cloud; approvals where teams are configured."""
    return lacking({"time_entry": f"{_CLOUD} state" if approvals else _CLOUD, "billing_account": _ACCOUNT}, _NOTES)


def data_center() -> list[Capability]:
    """Capabilities of Tempo in Data Center."""
    no_zone = "Tempo's servlet states these moments without a zone"
    notes = {("time_entry", "created_at"): no_zone, ("time_entry", "updated_at"): no_zone}
    return lacking({"time_entry": _DATA_CENTER}, notes)
