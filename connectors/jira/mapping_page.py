"""docs/mapping-jira.md, written from the settings, so that the page cannot differ from what is done."""

from collections.abc import Sequence

from connectors.jira.mapping import FILLABLE, Fields, Mapping
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource, JiraSource

_OPENING = """# How Jira's names become the model

<!-- Written from connectors/jira/mapping.py; a test compares. -->

Every table below is a default. What you write in the configuration is laid over it line by line, so one changed line
does not lose the others:

```toml
[sources.jira]
kind = "jira_cloud"
url = "https://example.atlassian.net"
email = "pmo@example.com"
token = "env:JIRA_TOKEN"

[sources.jira.mapping.kinds]
"Purchase" = "task"           # one more issue type
"Story" = "other"             # another kind than by default

[sources.jira.mapping.fields]
points = "customfield_10016"  # by id, where several fields have the same name
reviewed_on = ""              # switched off: its column stays unknown

[sources.jira.mapping.custom]
cost_centre = "Cost centre"   # kept in work_item.custom_fields under our name

[sources.jira.mapping.columns]
due_date = "Target end"       # fills a column; where it is empty, Jira's own field counts
complete_ratio = "Done (%)"   # per cent in Jira, 0..1 here

[sources.jira.mapping.status_categories]
"Won't do" = "done"           # a status that does not mean what its category says

[sources.jira.mapping.property_keys]
programme = "portfolio.name"  # where the project property keeps it under another key

[[sources.jira.mapping.rates]]
who = "ada@meridian.example"  # or an account id, which also works where the e-mail is hidden; or group = "..."
rate_per_hour = 95
currency = "EUR"
```

`hours_per_point` (none by default) gives issues that are estimated in story points only an estimate in hours. The
column is then marked as derived, with the factor, wherever its source is told.

Names are compared without regard to upper and lower case. An issue type that no line names is a `subtask` where Jira
calls it a sub-task, else `other`.
"""
_PLACES = {
    "points": "work_item.points",
    "start_date": "work_item.start_date",
    "blocked": "work_item.is_blocked",
    "sprint": "sprint and work_item.sprint_id; field_change, class sprint",
    "probability": "risk.probability_ratio, proposal.approval_ratio (per cent in Jira, 0..1 here)",
    "impact_cost": "risk.impact_cost",
    "risk_kind": "risk.kind: Threat or Negative, Opportunity or Positive; without it a type called Opportunity is one",
    "response": "risk.response",
    "reviewed_on": "risk.reviewed_on, stakeholder.reviewed_on",
    "cause": "risk.cause, lesson.cause",
    "health": "status_report.health",
    "reported_on": "status_report.reported_on; empty: day of creation",
    "document_type": "artefact.kind, by the table of artefacts",
    "approved_by": "artefact.approved_by, waiver.approved_by",
    "approved_on": "artefact.approved_on; waiver.starts_on where no start is given",
    "document_link": "artefact.location",
    "gate_number": "gate.sequence",
    "decided_on": "gate.decided_on, change_request.decided_on, proposal.decided_on",
    "decided_by": "gate.decided_by",
    "effort_change": "change_request.effort_hours",
    "cost_change": "change_request.cost",
    "stakeholder_role": "stakeholder.role",
    "interest": "stakeholder.interest",
    "influence": "stakeholder.influence",
    "supplier": "invoice.supplier, artefact.supplier",
    "invoice_number": "invoice.number",
    "invoice_amount": "invoice.amount",
    "issued_on": "invoice.issued_on",
    "budget_line": "invoice.has_budget_line (filled or not)",
    "waived_rule": "waiver.rule: ids of rules or names of packs, with commas",
    "waived_subject": "waiver.subject: key of a project or item; empty: the project that the issue is in",
    "waiver_reason": "waiver.reason; empty: the summary",
    "requested_by": "waiver.requested_by, proposal.requested_by; empty: the reporter",
    "starts_on": "waiver.starts_on; empty: day of approval, else of creation",
    "expires_on": "waiver.expires_on, the last day; empty: the due date",
    "until_value": "waiver.until_value",
    "compensating": "waiver.compensating",
    "document_version": "artefact.version",
    "acceptance": "work_item.acceptance: what shows that the result was accepted",
    "expected_value": "proposal.expected_value",
    "expected_cost": "proposal.expected_cost",
    "expected_effort": "proposal.expected_hours",
}
_FIXED = """## What needs no mapping

| Jira | Column |
| --- | --- |
| Summary | `work_item.title`, and the title, name or comment of the governance tables |
| Due date | `work_item.due_date`, `gate.planned_on`, `invoice.due_on`, `risk.due_date` |
| Assignee, reporter | `work_item.assignee_id`, `risk.owner_id`; `work_item.reporter_id`, `status_report.account_id` |
| Creator, security level | `work_item.creator_id`, `security_level` (its name) |
| Components, affected versions, all fix versions | `work_item.components`, `affected_versions`, `fix_versions`: names |
| Created | `work_item.created_at`, `change_request.raised_on`, `proposal.requested_on` |
| Status category | `work_item.status_category`; a risk is closed when it is done |
| Original estimate, remaining estimate, time spent | `work_item.estimate_hours`, `remaining_hours`, `spent_hours` |
| The same with sub-tasks (Σ) | `work_item.aggregate_estimate_hours`, `aggregate_remaining_hours`, … `_spent_hours` |
| Worklogs | `time_entry`, on the author's day |
| An issue that was archived | `work_item.is_archived`; it leaves open work, its time stays |
| History of status, dates, estimates, assignee, sprint, parent, fix versions, type, project | `field_change` |
| A link to an Action | `lesson.has_action` |

Jira touches no issue when a component, version or level is renamed, nor the parent when time is booked on a sub-task.
So names and sums with sub-tasks are those of the last time that the issue itself was read; sums of time that must be
exact come from the time entries.

## The project property

What the PMO says of a project stands in one entity property of the Jira project, by default `pmo`: a JSON object in
which every key may be missing.

| Key | Column |
| --- | --- |
| `initiative` | `project.initiative_key` |
| `programme`, `department`, `method`, `goal` | the same names |
| `phase` | `project.phase`: propose, initiate, plan, execute, close, closed |
| `size` | `project.size_class`: small, medium, large |
| `currency` | `project.currency`, and of every amount of its issues |
| `manager` | `project.manager_id`, an account id; missing: the project lead |
| `sponsor` | `project.sponsor_name` |
| `objective_metric`, `objective_target` | `project.objective_metric`, `objective_target` |
| `objective_due` | `project.objective_due_on`, a day such as 2026-11-23 |
| `requested`, `closed` | `project.requested_on`, `project.closed_on`, days as well |
| `value`, `cost`, `effort` | `project.expected_value`, `expected_cost`, `expected_hours`: as proposed |
| `probability` | `project.approval_ratio`: per cent, or a fraction up to 1 |

Numbers may stand as numbers or as texts. A request for a project can also be an issue, of type Proposal or Project
Request, in whatever project takes such requests in.

A value that is not allowed is left out and listed among the rejections; the project itself stays.

## What rules about proposals, records and closure look at

| Question | Where Jira holds it |
| --- | --- |
| What is requested, and since when? | issues of type Proposal or Project Request; a project in phase propose |
| What is it worth, and what does it take? | their fields, or `value`, `cost` and `effort` of the property |
| Can success be measured? | `objective_metric`, `objective_target`, `objective_due`; else a benefit of a table |
| Who passed which gate, in which order? | issues of type Gate with Gate number, Decided by, Decided on |
| Which documents are there, and which version was approved? | issues of type Document with link and version |
| Was the supplier reviewed? | a Document of type Supplier review whose Supplier, or title, names the supplier |
| Was the result accepted? | Acceptance evidence of the story, task or bug: an address, a protocol, a name |
| When was the project closed? | `closed` of the property; else the plan's finish, or the last of all gates |

A site without one of these fields (version, evidence, value, cost, effort) is not blamed for it: the rule answers
*unknown*. Plumbrule follows no links; a table of documents may say which do not open ([tables.md](tables.md)).
"""
_DATA_CENTER = """## What differs on Data Center

The mapping is the same. Data Center keeps some of it elsewhere:

| What | Jira Cloud | Jira Data Center |
| --- | --- | --- |
| `work_item.parent_id` | Parent | Parent of a sub-task, else Epic Link, else Parent Link (found by schema) |
| `work_item.status_changed_at` | when its category changed | when the status changed; unknown without `histories` |
| `sprint` | the Sprint field | the same, which older versions print as a text |
| `account.native_id` | account id | user key, which stays when somebody is renamed or anonymised |
| `manager` in the project property | account id | user key or user name |
| `account.kind` | person or app | not told |
| `deleted_reason` of an issue | absent (Jira does not say why), moved | deleted, hidden, moved |
| rates by `who` | account id or e-mail | user key or e-mail |
"""


def mapping_page() -> str:
    """The whole page, as Markdown."""
    mapping = Mapping()
    tables = (
        ("kinds", "Issue type", "Kind of work item", mapping.kinds),
        ("links", "Link type", "Kind of link", mapping.links),
        ("artefacts", "Document type", "Kind of artefact", mapping.artefacts),
        ("artefact_states", "Status", "State of an artefact", mapping.artefact_states),
        ("gate_states", "Status", "State of a gate", mapping.gate_states),
        ("change_request_states", "Status", "State of a change request", mapping.change_request_states),
        ("invoice_states", "Status", "State of an invoice", mapping.invoice_states),
        ("waiver_states", "Status", "How far a waiver is", mapping.waiver_states),
        ("proposal_states", "Status", "Where a proposal stands", mapping.proposal_states),
    )
    parts = [_OPENING, _fields()]
    for name, left, right, rows in tables:
        parts.append(f"## `mapping.{name}`: {Mapping.model_fields[name].description}\n")
        parts.append(_table((left, right), [(f"{a}", f"`{b}`") for a, b in rows.items()]))
    fillable = ", ".join(f"`{column}`" for column in FILLABLE)
    parts += [f"## `mapping.columns`: which columns of a work item a field may fill\n\n{fillable}.\n", _FIXED]
    parts += [_DATA_CENTER, _other()]
    return "\n".join(parts)


def _fields() -> str:
    rows = [(f"`{name}`", str(field.default), _PLACES[name]) for name, field in Fields.model_fields.items()]
    heading = "## `mapping.fields`: which Jira field fills which column\n\n"
    return heading + _table(("Setting", "Jira field by default", "Fills"), rows)


def _other() -> str:
    mapped = [
        (f"`mapping.{name}`", f"`{field.default}`", str(field.description))
        for name, field in Mapping.model_fields.items()
        if isinstance(field.default, str)
    ]
    heads = ("Setting", "Default", "What it is")
    cloud, center = _settings(JiraCloudSource), _settings(JiraDataCenterSource)
    only_there = [row for row in center if row not in cloud]
    return "\n".join(
        (
            "## Other settings of the source\n",
            _table(heads, [*cloud, *mapped]),
            "On Data Center, in place of those for signing in to Cloud, and besides the others:\n",
            _table(heads, only_there),
        )
    )


def _settings(source: type[JiraSource]) -> list[tuple[str, ...]]:
    return [
        (f"`{name}`", _default(field.default), str(field.description))
        for name, field in source.model_fields.items()
        if name not in ("kind", "mapping")
    ]


def _default(value: object) -> str:
    if value is None or repr(value) == "PydanticUndefined":
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows), ""])
