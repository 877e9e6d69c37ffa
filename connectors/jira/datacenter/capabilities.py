"""What Data Center says otherwise than Cloud, by column."""

from collections.abc import Mapping
from typing import Literal

from connectors.jira import unavailable
from connectors.jira.settings import JiraDataCenterSource
from portfolio.ports import Capability

State = Literal["provided", "derived", "not_available"]
_OTHERWISE: Mapping[tuple[str, str], tuple[State, str]] = {
    ("work_item", "parent_id"): ("derived", "from the parent of a sub-task, else Epic Link, else Parent Link"),
    ("work_item", "status_changed_at"): ("derived", "when the status last changed, from the history"),
    ("account", "kind"): ("not_available", "profiles do not tell people from apps"),
    ("project", "updated_at"): ("not_available", "projects do not tell when an issue changed last"),
}
_WITHOUT_HISTORIES: Mapping[tuple[str, str], tuple[State, str]] = {
    ("work_item", "status_changed_at"): ("not_available", "reading histories is switched off"),
}


def capabilities(settings: JiraDataCenterSource) -> tuple[Capability, ...]:
    """Columns that Data Center cannot fill, or fills by derivation, as it is configured."""
    otherwise = _OTHERWISE if settings.histories else {**_OTHERWISE, **_WITHOUT_HISTORIES}
    same = [c for c in unavailable.capabilities(settings) if (c.table, c.column) not in otherwise]
    return (*same, *(Capability(*place, *said) for place, said in otherwise.items()))
