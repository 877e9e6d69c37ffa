"""Records of ProjectData as rows: projects, budgets, resources, risks, issue logs. Pure; plans: `plan_rows`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors.pwa.settings import PwaFields
from connectors.pwa.values import BadValue, Values
from portfolio.model.work import HEALTH, PHASES

Row = dict[str, Any]

HIDDEN_PROJECT_TYPE = 7
"""The project that holds administrative time; its name follows the site's language."""

_SORT_NUMBER = re.compile(r"^\(\d+\)\s*")
"""Choices of the lists of risks and issues start with a number that sorts them: `(2) Supplier`."""


@dataclass(frozen=True)
class Site:
    """What turns a record into a row besides the record."""

    source: str
    url: str
    zone: ZoneInfo
    fields: PwaFields
    currency: str | None = None

    def id_of(self, kind: str, native_id: str | None) -> str | None:
        """A reference to a row; None for none."""
        return plan.row_id(self.source, kind, native_id) if native_id else None

    def values(self, record: Mapping[str, Any]) -> Values:
        """A record's values, its times taken in the site's zone."""
        return Values(record, self.zone)


def project_row(record: Mapping[str, Any], site: Site) -> tuple[Row, list[str]]:
    """A `project` row of a Projects record, and what is wrong with its governance words.

    A word that is not allowed leaves its column unknown: it must not take the whole project away.
    """
    values, fields = site.values(record), site.fields
    words, problems = _governance_words(values, fields)
    native = values.key("ProjectId")
    row = {
        "id": plan.row_id(site.source, "project", native),
        "source": site.source,
        "native_id": native,
        "key": values.text("ProjectIdentifier"),
        "name": values.text("ProjectName") or "(no name)",
        "kind": "plan",
        "category": values.text("EnterpriseProjectTypeName"),
        "url": f"{site.url}/Project%20Detail%20Pages/Schedule.aspx?ProjUid={native}",
        "initiative_key": values.text(fields.initiative_key),
        "programme": values.text(fields.programme),
        "department": values.text(fields.department),
        **words,
        "method": values.text(fields.method),
        "goal": values.text(fields.goal),
        "manager_id": site.id_of("account", values.guid("ProjectOwnerId")),
        "sponsor_name": values.text(fields.sponsor_name),
        **_project_plan(values),
        "vendor_pv": values.money("ProjectBCWS"),
        "vendor_ev": values.money("ProjectBCWP"),
        "vendor_ac": values.money("ProjectACWP"),
        "vendor_eac": values.money("ProjectEAC"),
        "vendor_ev_stale": values.flag("ProjectEarnedValueIsStale"),
        "created_at": values.instant("ProjectCreatedDate"),
        "updated_at": values.instant("ProjectModifiedDate"),
        "published_at": values.instant("ProjectLastPublishedDate"),
        "custom_fields": _more(values, fields),
    }
    return row, problems


def _governance_words(values: Values, fields: PwaFields) -> tuple[Row, list[str]]:
    allowed = {"phase": PHASES, "health_reported": HEALTH, "size_class": ("small", "medium", "large")}
    words: Row = {}
    problems: list[str] = []
    for name, choices in allowed.items():
        try:
            words[name] = values.one_of(getattr(fields, name), choices)
        except BadValue as problem:
            words[name] = None
            problems.append(str(problem))
    return words, problems


def _project_plan(values: Values) -> Row:
    return {
        "start_date": values.day("ProjectStartDate"),
        "finish_date": values.day("ProjectFinishDate"),
        "actual_start_date": values.day("ProjectActualStartDate"),
        "actual_finish_date": values.day("ProjectActualFinishDate"),
        "status_date": values.day("ProjectStatusDate"),
        "complete_ratio": values.percent("ProjectPercentCompleted"),
        "planned_hours": values.hours("ProjectWork"),
        "actual_hours": values.hours("ProjectActualWork"),
        "remaining_hours": values.hours("ProjectRemainingWork"),
        "planned_cost": values.money("ProjectCost"),
        "actual_cost": values.money("ProjectActualCost"),
        "remaining_cost": values.money("ProjectRemainingCost"),
        "budget_cost": values.money("ProjectBudgetCost") or None,  # zero is what a plan without budget resources says
        "currency": values.text("ProjectCurrency"),
    }


def _more(values: Values, fields: PwaFields) -> str | None:
    found = {name: text for name in fields.more if (text := values.text(name)) is not None}
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else None


def budget_row(project: Mapping[str, Any]) -> Row | None:
    """The one `budget_line` of a project with a budget: ProjectData keeps no lines and no approval."""
    if project["budget_cost"] is None:
        return None
    return {
        "id": plan.row_id(project["source"], "budget", project["native_id"]),
        "source": project["source"],
        "project_id": project["id"],
        "amount": project["budget_cost"],
        "currency": project["currency"],
    }


def account_row(record: Mapping[str, Any], site: Site) -> Row:
    """An `account` row of a Resources record. ProjectData does not state the rate's currency; the settings may."""
    values = site.values(record)
    native = values.key("ResourceId")
    email = values.text("ResourceEmailAddress")
    kind = _resource_kind(values)
    return {
        "id": plan.row_id(site.source, "account", native),
        "source": site.source,
        "native_id": native,
        "name": values.text("ResourceName"),
        "email": email.lower() if email else None,
        "kind": kind,
        "active": values.flag("ResourceIsActive"),
        "department": values.text(site.fields.resource_department),
        "rate_per_hour": None if kind in ("material", "cost") else values.money("ResourceStandardRate"),
        "currency": site.currency,
        "max_units_ratio": values.ratio("ResourceMaxUnits"),
    }


def _resource_kind(values: Values) -> str:
    name = (values.text("TypeName") or "").lower()
    if "material" in name or values.text("ResourceMaterialLabel"):
        return "material"
    if "cost" in name:
        return "cost"
    return "generic" if values.flag("ResourceIsGeneric") or values.flag("ResourceIsTeam") else "human"


def risk_row(record: Mapping[str, Any], site: Site, owners: Mapping[str, str], currency: str | None) -> Row:
    """A `risk` row of a Risks record. `owners` gives account ids by name: the list keeps names only."""
    values = site.values(record)
    probability = values.number("Probability")
    return {
        **_logged(values, site, owners, "risk", values.key("RiskId")),
        "kind": "threat",
        "state": "closed" if _state(values) == "closed" else "open",
        # the list holds a fraction shown as per cent; sites with a plain number column say 0 to 100
        "probability_ratio": None if probability is None else plan.ratio(probability / (100 if probability > 1 else 1)),
        "impact_cost": values.money("Cost"),
        "currency": currency,
        "response": values.text("MitigationPlan") or values.text("ContingencyPlan"),
    }


def project_issue_row(record: Mapping[str, Any], site: Site, owners: Mapping[str, str]) -> Row:
    """A `project_issue` row of an Issues record: an entry of the issue log on the project's site."""
    values = site.values(record)
    return {
        **_logged(values, site, owners, "project_issue", values.key("IssueId")),
        "state": _state(values),
        "priority": _unsorted(values.text("Priority")),
        "response": values.text("Resolution"),
        "raised_on": values.day("CreatedDate"),
    }


def _logged(values: Values, site: Site, owners: Mapping[str, str], kind: str, native: str) -> Row:
    """What the lists of risks and of issues have in common."""
    return {
        "id": plan.row_id(site.source, kind, native),
        "source": site.source,
        "project_id": plan.row_id(site.source, "project", values.key("ProjectId")),
        "title": values.text("Title") or "(no title)",
        "owner_id": owners.get(values.text("Owner") or ""),
        "due_date": values.day("DueDate"),
        "cause": _unsorted(values.text("Category")),
    }


def _state(values: Values) -> str:
    """Both lists come with (1) Active, (2) Postponed, (3) Closed; a site may rename or translate the words."""
    status = (values.text("Status") or "").lower()
    if status.startswith("(3)") or status == "closed":
        return "closed"
    return "postponed" if status.startswith("(2)") or status == "postponed" else "open"


def _unsorted(choice: str | None) -> str | None:
    return _SORT_NUMBER.sub("", choice or "") or None
