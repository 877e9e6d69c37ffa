"""How Jira's names become ours: issue types, fields, links, document types and states, with defaults.

Every default is shown in docs/mapping-jira.md, which is written from this file.
"""

from collections.abc import Mapping as MappingOf
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from portfolio.model.governance import ARTEFACT_KINDS
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
    "Decision": "decision",
    "Action": "action",
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
}
LINK_KINDS = ("depends", "blocks", "relates", "duplicates", "implements", "other")


def _over(defaults: dict[str, str]) -> BeforeValidator:
    """What an admin writes is laid over the defaults: one changed line does not lose the others."""
    return BeforeValidator(lambda given: {**defaults, **given} if isinstance(given, dict) else given)


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


class Mapping(_Table):
    """How Jira's names become the model's. Tables given here are laid over the defaults, line by line."""

    kinds: Annotated[dict[str, str], _over(KINDS)] = Field(KINDS, description="issue type -> kind of work item")
    fields: Fields = Field(default_factory=Fields, description="column -> Jira field")
    links: Annotated[dict[str, str], _over(LINKS)] = Field(LINKS, description="link type -> kind of link")
    artefacts: Annotated[dict[str, str], _over(ARTEFACTS)] = Field(
        ARTEFACTS, description="value of the document type -> kind of artefact"
    )
    artefact_states: Annotated[dict[str, str], _over(STATES["artefact"])] = Field(
        STATES["artefact"], description="status -> state of an artefact; any other is a draft"
    )
    gate_states: Annotated[dict[str, str], _over(STATES["gate"])] = Field(
        STATES["gate"], description="status -> state of a gate; any other is planned"
    )
    change_request_states: Annotated[dict[str, str], _over(STATES["change_request"])] = Field(
        STATES["change_request"], description="status -> state of a change request; any other is unknown"
    )
    invoice_states: Annotated[dict[str, str], _over(STATES["invoice"])] = Field(
        STATES["invoice"], description="status -> state of an invoice; any other is unknown"
    )
    blocked_option: str = Field("Impediment", description="option of the flag field that means blocked")
    project_property: str = Field(
        "pmo", description="project entity property that holds what the PMO says of a project"
    )
    custom: dict[str, str] = Field(
        default_factory=dict, description="our name -> Jira field, for fields kept in custom_fields"
    )

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, given: dict[str, str]) -> dict[str, str]:
        return _known(given, WORK_ITEM_KINDS)

    @field_validator("links")
    @classmethod
    def _known_links(cls, given: dict[str, str]) -> dict[str, str]:
        return _known(given, LINK_KINDS)

    @field_validator("artefacts")
    @classmethod
    def _known_artefacts(cls, given: dict[str, str]) -> dict[str, str]:
        return _known(given, ARTEFACT_KINDS)

    @field_validator("artefact_states")
    @classmethod
    def _known_artefact_states(cls, given: dict[str, str]) -> dict[str, str]:
        return _known(given, ("draft", "in_review", "approved"))

    @field_validator("gate_states")
    @classmethod
    def _known_gate_states(cls, given: dict[str, str]) -> dict[str, str]:
        return _known(given, ("planned", "passed", "rejected"))

    @field_validator("change_request_states")
    @classmethod
    def _known_change_request_states(cls, given: dict[str, str]) -> dict[str, str]:
        return _known(given, ("raised", "approved", "rejected", "implemented"))

    @field_validator("invoice_states")
    @classmethod
    def _known_invoice_states(cls, given: dict[str, str]) -> dict[str, str]:
        return _known(given, ("received", "approved", "paid", "disputed"))


def _known(given: MappingOf[str, Any], allowed: tuple[str, ...]) -> dict[str, str]:
    wrong = sorted({str(value) for value in given.values() if value not in allowed})
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: must be one of {', '.join(allowed)}")
    return dict(given)
