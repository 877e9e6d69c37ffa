"""How Jira's names become ours: issue types, fields, links, document types and states, with defaults.

Every default is shown in docs/mapping-jira.md, which is written from this file.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from portfolio.model.column import Kind
from portfolio.model.governance import ARTEFACT_KINDS, PROPOSAL_STATES, WAIVER_RECORD_STATES
from portfolio.model.work import WORK_ITEM_KINDS

KINDS: dict[str, str] = {
    "Epic": "epic",
    "Story": "story",
    "Task": "task",
    "Bug": "bug",
    "Sub-task": "subtask",
    "Subtask": "subtask",
    "Milestone": "milestone",
    "Risk": "risk",
    "Change Request": "change_request",
    "Gate": "gate",
    "Status Report": "status_report",
    "Document": "artefact",
    "Stakeholder": "stakeholder",
    "Invoice": "invoice",
    "Lesson": "lesson",
    "Waiver": "waiver",
    "Rule waiver": "waiver",
    "Exception": "waiver",
    "Decision": "decision",
    "Action": "action",
    "Proposal": "proposal",
    "Project Request": "proposal",
}
LINKS: dict[str, str] = {"Blocks": "blocks", "Relates": "relates", "Duplicate": "duplicates"}
ARTEFACTS: dict[str, str] = {
    kind.replace("_", " ").replace("post implementation", "post-implementation").capitalize(): kind
    for kind in ARTEFACT_KINDS
    if kind != "other"
}
STATES: dict[str, dict[str, str]] = {
    "artefact": {"Approved": "approved", "In Review": "in_review"},
    "gate": {"Passed": "passed", "Rejected": "rejected"},
    "change_request": {
        "Raised": "raised",
        "Approved": "approved",
        "Rejected": "rejected",
        "Implemented": "implemented",
    },
    "invoice": {"Received": "received", "Approved": "approved", "Paid": "paid", "Disputed": "disputed"},
    "waiver": {
        "Approved": "approved",
        "Granted": "approved",
        "Rejected": "rejected",
        "Declined": "rejected",
        "Revoked": "ended",
        "Withdrawn": "ended",
        "Expired": "ended",
    },
    "proposal": {
        "Approved": "approved",
        "Accepted": "approved",
        "Rejected": "rejected",
        "Declined": "rejected",
        "Deferred": "deferred",
        "On Hold": "deferred",
    },
}
FILLABLE: dict[str, Kind] = {
    column: kind
    for columns, kind in (
        ("start_date due_date actual_start_date actual_finish_date deadline_date", Kind.DATE),
        ("estimate_hours remaining_hours", Kind.HOURS),
        ("points", Kind.POINTS),
        ("complete_ratio physical_complete_ratio", Kind.RATIO),
        ("planned_cost actual_cost fixed_cost", Kind.MONEY),
        ("priority wbs", Kind.TEXT),
    )
    for column in columns.split()
}
"""Columns of a work item that a field of the site may fill, with what stands in them."""
PROPERTY_KEYS: dict[str, str] = {
    "initiative": "initiative_key",
    "programme": "programme",
    "department": "department",
    "phase": "phase",
    "method": "method",
    "goal": "goal",
    "size": "size_class",
    "currency": "currency",
    "manager": "manager",
    "sponsor": "sponsor_name",
    "objective_metric": "objective_metric",
    "objective_target": "objective_target",
    "objective_due": "objective_due_on",
    "requested": "requested_on",
    "value": "expected_value",
    "cost": "expected_cost",
    "effort": "expected_hours",
    "probability": "approval_ratio",
    "closed": "closed_on",
}
"""What the PMO's property may say of a project, and the column that it fills (the manager's account: `manager_id`)."""
_STATES_OF: dict[str, tuple[str, ...]] = {
    "artefact": ("draft", "in_review", "approved"),
    "gate": ("planned", "passed", "rejected"),
    "change_request": ("raised", "approved", "rejected", "implemented"),
    "invoice": ("received", "approved", "paid", "disputed"),
    "waiver": WAIVER_RECORD_STATES,
    "proposal": PROPOSAL_STATES,
}
LINK_KINDS = ("depends", "blocks", "relates", "duplicates", "implements", "other")


def _over(defaults: dict[str, str]) -> BeforeValidator:
    """What an admin writes is laid over the defaults: one changed line does not lose the others."""
    return BeforeValidator(lambda given: {**defaults, **given} if isinstance(given, dict) else given)


def _to(allowed: Iterable[str]) -> AfterValidator:
    """Every name is mapped to one of these."""
    known = tuple(allowed)

    def check(given: dict[str, str]) -> dict[str, str]:
        wrong = sorted({str(value) for value in given.values() if value not in known})
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: must be one of {', '.join(known)}")
        return given

    return AfterValidator(check)


def _from(allowed: Iterable[str], what: str) -> AfterValidator:
    """Every key is one of these."""
    known = tuple(allowed)

    def check(given: dict[str, str]) -> dict[str, str]:
        wrong = sorted(set(given) - set(known))
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: not {what}; those are {', '.join(known)}")
        return given

    return AfterValidator(check)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Fields(_Table):
    """Which Jira field fills which column: the field's name, its id (`customfield_10016`) or its schema key.

    Names are compared without regard to case. An empty text switches a field off.
    """

    points: str = "Story Points"
    start_date: str = "Start date"
    blocked: str = "Flagged"
    sprint: str = "com.pyxis.greenhopper.jira:gh-sprint"
    probability: str = "Probability (%)"
    impact_cost: str = "Impact cost"
    risk_kind: str = "Risk kind"
    response: str = "Response"
    reviewed_on: str = "Reviewed on"
    cause: str = "Cause"
    health: str = "Reported health"
    reported_on: str = "Reported on"
    document_type: str = "Document type"
    approved_by: str = "Approved by"
    approved_on: str = "Approved on"
    document_link: str = "Document link"
    gate_number: str = "Gate number"
    decided_on: str = "Decided on"
    decided_by: str = "Decided by"
    effort_change: str = "Effort change (hours)"
    cost_change: str = "Cost change"
    stakeholder_role: str = "Stakeholder role"
    interest: str = "Interest"
    influence: str = "Influence"
    supplier: str = "Supplier"
    invoice_number: str = "Invoice number"
    invoice_amount: str = "Invoice amount"
    issued_on: str = "Issued on"
    budget_line: str = "Budget line"
    waived_rule: str = "Rule"
    waived_subject: str = "Subject"
    waiver_reason: str = "Reason"
    requested_by: str = "Requested by"
    starts_on: str = "Starts"
    expires_on: str = "Expires"
    until_value: str = "Until value"
    compensating: str = "Compensating action"
    document_version: str = "Document version"
    acceptance: str = "Acceptance evidence"
    expected_value: str = "Expected value"
    expected_cost: str = "Expected cost"
    expected_effort: str = "Expected effort (hours)"


class Rate(_Table):
    """What an hour of somebody costs; Jira itself keeps no rates."""

    who: str | None = Field(None, description="account id, or the e-mail where the person's profile shows it")
    group: str | None = Field(None, description="name of a group, in place of `who`; of several the first counts")
    rate_per_hour: Decimal = Field(gt=0, max_digits=18, decimal_places=4, description="cost of one hour")
    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217 code of the rate")

    @model_validator(mode="after")
    def _of_somebody(self) -> Self:
        if bool(self.who) == bool(self.group):
            raise ValueError("a rate needs either `who` (an account id or e-mail) or `group`")
        return self


class Mapping(_Table):
    """How Jira's names become the model's. Tables given here are laid over the defaults, line by line."""

    kinds: Annotated[dict[str, str], _over(KINDS), _to(WORK_ITEM_KINDS)] = Field(
        KINDS, description="issue type -> kind of work item"
    )
    status_categories: Annotated[dict[str, str], _to(("todo", "in_progress", "done"))] = Field(
        default_factory=dict,
        description="status -> todo, in_progress or done, where the category that Jira shows is not what it means",
    )
    fields: Fields = Field(default_factory=Fields, description="column -> Jira field")
    links: Annotated[dict[str, str], _over(LINKS), _to(LINK_KINDS)] = Field(
        LINKS, description="link type -> kind of link"
    )
    artefacts: Annotated[dict[str, str], _over(ARTEFACTS), _to(ARTEFACT_KINDS)] = Field(
        ARTEFACTS, description="value of the document type -> kind of artefact"
    )
    artefact_states: Annotated[dict[str, str], _over(STATES["artefact"]), _to(_STATES_OF["artefact"])] = Field(
        STATES["artefact"], description="status -> state of an artefact; any other is a draft"
    )
    gate_states: Annotated[dict[str, str], _over(STATES["gate"]), _to(_STATES_OF["gate"])] = Field(
        STATES["gate"], description="status -> state of a gate; any other is planned"
    )
    change_request_states: Annotated[
        dict[str, str], _over(STATES["change_request"]), _to(_STATES_OF["change_request"])
    ] = Field(STATES["change_request"], description="status -> state of a change request; any other is unknown")
    invoice_states: Annotated[dict[str, str], _over(STATES["invoice"]), _to(_STATES_OF["invoice"])] = Field(
        STATES["invoice"], description="status -> state of an invoice; any other is unknown"
    )
    waiver_states: Annotated[dict[str, str], _over(STATES["waiver"]), _to(_STATES_OF["waiver"])] = Field(
        STATES["waiver"],
        description="status -> how far a waiver is; any other is ended where its category is done, else requested",
    )
    proposal_states: Annotated[dict[str, str], _over(STATES["proposal"]), _to(_STATES_OF["proposal"])] = Field(
        STATES["proposal"],
        description="status -> where a proposal stands; any other is unknown where its category is done, else waiting",
    )
    columns: Annotated[dict[str, str], _from(FILLABLE, "a column of work_item that a field may fill")] = Field(
        default_factory=dict,
        description="column of work_item -> Jira field, by name, id or schema key; where it is empty Jira's own counts",
    )
    hours_per_point: Decimal | None = Field(
        None,
        gt=0,
        max_digits=6,
        decimal_places=2,
        description="hours that a story point stands for where no time is estimated; left out: points stay points",
    )
    rates: list[Rate] = Field(default_factory=list, description="what an hour of people and groups costs")
    blocked_option: str = Field("Impediment", description="option of the flag field that means blocked")
    project_property: str = Field(
        "pmo", description="project entity property that holds what the PMO says of a project"
    )
    property_keys: Annotated[dict[str, str], _from(PROPERTY_KEYS, "what the property says")] = Field(
        default_factory=dict,
        description="our key -> key in that property, with dots where it lies deeper",
    )
    custom: dict[str, str] = Field(
        default_factory=dict, description="our name -> Jira field, for fields kept in custom_fields"
    )

    @field_validator("rates")
    @classmethod
    def _each_once(cls, given: list[Rate]) -> list[Rate]:
        names = [name.casefold() for rate in given if (name := rate.who or rate.group)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: has more than one rate")
        return given
