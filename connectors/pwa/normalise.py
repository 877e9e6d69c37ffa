"""Records of ProjectData as rows: projects, budgets, resources, risks, issue logs. Pure; plans: `plan_rows`."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors import proposed
from connectors.microsoft_values import BadValue
from connectors.pwa.lookups import spoken
from connectors.pwa.settings import PwaFields
from connectors.pwa.values import Values
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
    labels: Mapping[str, str] = field(default_factory=dict)
    """How the admin calls a column, where that is not its name."""
    entries: Mapping[str, str] = field(default_factory=dict)
    """Choices of lookup tables in words, by internal name."""

    def id_of(self, kind: str, native_id: str | None) -> str | None:
        """A reference to a row; None for none."""
        return plan.row_id(self.source, kind, native_id) if native_id else None

    def values(self, record: Mapping[str, Any]) -> Values:
        """A record's values, its times taken in the site's zone."""
        return Values(record, self.zone)


@dataclass(frozen=True)
class Around:
    """What other sets say of a project: whether its baseline 0 holds anything (None: there is none), and its phase.

    `baselines_told` is false where the site does not list baselines at all.
    """

    baseline: bool | None = None
    baselines_told: bool = True
    phase: str | None = None


def project_row(record: Mapping[str, Any], site: Site, around: Around) -> tuple[Row, list[str]]:
    """A `project` row of a Projects record, and what is wrong with its governance words.

    A word that is not allowed leaves its column unknown: it must not take the whole project away.
    """
    values, fields = site.values(record), site.fields
    words, problems = _governance_words(values, site)
    amounts, more_problems = _as_proposed(values, site)
    words["phase"] = words["phase"] or around.phase

    def word(column: str) -> str | None:
        return spoken(values.text(column), site.entries)

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
        "initiative_key": word(fields.initiative_key),
        "programme": word(fields.programme),
        "department": word(fields.department),
        **words,
        "method": word(fields.method),
        "goal": word(fields.goal),
        "manager_id": site.id_of("account", values.guid("ProjectOwnerId")),
        "sponsor_name": word(fields.sponsor_name),
        **amounts,
        **_project_plan(values),
        "time_zone": site.zone.key,
        **_earned_value(values, around),
        "created_at": values.instant("ProjectCreatedDate"),
        "updated_at": values.instant("ProjectModifiedDate"),
        "published_at": values.instant("ProjectLastPublishedDate"),
        "custom_fields": more(values, fields.more, site),
    }
    return row, [*problems, *more_problems]


def _earned_value(values: Values, around: Around) -> Row:
    """The site's own figures, kept where they mean something: out of date, or without a baseline, they are zeros that
    look like a verdict."""
    stale = values.flag("ProjectEarnedValueIsStale")
    state = "stale" if stale else "kept"
    if around.baselines_told and not around.baseline:
        state = "no_baseline" if around.baseline is None else "baseline_empty"
    kept = state == "kept"
    columns = {"pv": "ProjectBCWS", "ev": "ProjectBCWP", "ac": "ProjectACWP", "eac": "ProjectEAC"}
    told = {name: values.money(column) for name, column in columns.items()}
    return {
        **{f"vendor_{name}": amount if kept else None for name, amount in told.items()},
        "vendor_ev_stale": stale,
        "vendor_ev_state": state if any(amount is not None for amount in told.values()) else None,
    }


_BASELINE_AMOUNTS = ("ProjectBaselineWork", "ProjectBaselineCost", "ProjectBaselineDuration")


def baselines(records: Iterable[Mapping[str, Any]], site: Site) -> dict[str, bool]:
    """Project -> whether its baseline 0 holds any work, cost or duration. One of zeros was never really taken."""
    found: dict[str, bool] = {}
    for record in records:
        values = site.values(record)
        try:
            project = values.guid("ProjectId")
            if project is not None and values.whole("BaselineNumber") == 0:
                found[project] = any(values.number(column) for column in _BASELINE_AMOUNTS)
        except ValueError:  # told where its row is made
            continue
    return found


def _governance_words(values: Values, site: Site) -> tuple[Row, list[str]]:
    fields = site.fields
    allowed = {"phase": PHASES, "health_reported": HEALTH, "size_class": ("small", "medium", "large")}
    words: Row = {}
    problems: list[str] = []
    for name, choices in allowed.items():
        try:
            words[name] = _one_of(values, getattr(fields, name), choices, site)
        except BadValue as problem:
            words[name] = None
            problems.append(str(problem))
    return words, problems


def _as_proposed(values: Values, site: Site) -> tuple[Row, list[str]]:
    """The objective, days and amounts of the proposal, whatever type of field the admin keeps them in."""
    columns = {name: getattr(site.fields, name) for name in proposed.COLUMNS}
    found = {name: spoken(values.text(column), site.entries) for name, column in columns.items() if column}
    return proposed.proposed(found, {name: site.labels.get(column, column) for name, column in columns.items()})


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


def _one_of(values: Values, column: str, choices: tuple[str, ...], site: Site) -> str | None:
    """One of the words, whatever its case. Raises BadValue for another word."""
    word = spoken(values.text(column), site.entries)
    if word is not None and word.lower() not in choices:
        raise BadValue(site.labels.get(column, column), word, f"one of {', '.join(choices)}")
    return word.lower() if word else None


def more(values: Values, columns: Iterable[str], site: Site) -> str | None:
    """Those columns as JSON, under the names that the admin gave; None where none of them holds anything."""
    texts = {site.labels.get(column, column): spoken(values.text(column), site.entries) for column in columns}
    found = {name: text for name, text in texts.items() if text is not None}
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
        "department": spoken(values.text(site.fields.resource_department), site.entries),
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


def deliverable_row(record: Mapping[str, Any], site: Site) -> Row:
    """An `artefact` row of a Deliverables record: an entry of the list on the project's site."""
    values = site.values(record)
    where = values.text("ItemRelativeUrlPath")
    return {
        "id": plan.row_id(site.source, "artefact", values.key("DeliverableId")),
        "source": site.source,
        "project_id": plan.row_id(site.source, "project", values.key("ProjectId")),
        "title": values.text("Title") or "(no title)",
        "kind": "other",
        "location": where if where is None or "://" in where else f"{site.url}/{where.lstrip('/')}",
    }


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
