"""Issues of the PMO's types to the governance tables: gates, reports, risks, changes, documents, invoices ..."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.items import item_id, project_of, status_category
from connectors.jira.normalise.links import linked_kinds
from connectors.jira.normalise.people import account_id
from connectors.jira.normalise.values import (
    HOURS,
    MONEY,
    day,
    name_of,
    names_of,
    native,
    number,
    one_of,
    per_cent,
    told,
    whole,
)
from portfolio.model.work import HEALTH
from portfolio.ports import Row

Reading = Callable[[Site, dict[str, Any]], dict[str, Any]]

ID_KINDS = {
    "gate": "gate",
    "status_report": "report",
    "risk": "risk",
    "change_request": "cr",
    "artefact": "artefact",
    "stakeholder": "stakeholder",
    "invoice": "invoice",
    "lesson": "lesson",
    "waiver": "waiver",
    "proposal": "proposal",
}
"""Second part of the ids, by table; the tables are named as the kinds of work items."""


def governance_row(site: Site, issue: dict[str, Any], kind: str) -> Row | None:
    """The row that an issue of that kind adds to the table of that name; None for kinds without a table.

    Raises Unreadable.
    """
    reading = _READINGS.get(kind)
    if reading is None:
        return None
    return {
        "id": site.id(ID_KINDS[kind], native(issue.get("id"), "issue")),
        "source": site.source,
        "project_id": site.id("project", project_of(issue)),
        "work_item_id": item_id(site, issue),
        **reading(site, issue["fields"]),
        **({"ticket": issue.get("key")} if kind == "waiver" else {}),
    }


def _get(site: Site, fields: dict[str, Any], role: str) -> Any:
    return site.field_ids.value(fields, role)


def _currency(site: Site, fields: dict[str, Any]) -> str | None:
    return site.currency_of(native(fields["project"].get("id"), "project"))


def _state(states: dict[str, str], fields: dict[str, Any], otherwise: str | None) -> str | None:
    status = (name_of(fields.get("status")) or "").casefold()
    return next((state for name, state in states.items() if name.casefold() == status), otherwise)


def _gate(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": fields["summary"],
        "sequence": whole(_get(site, fields, "gate_number")),
        "state": _state(site.mapping.gate_states, fields, "planned"),
        "planned_on": day(fields.get("duedate")),
        "decided_on": day(_get(site, fields, "decided_on")),
        "decided_by": name_of(_get(site, fields, "decided_by")),
    }


def _status_report(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "reported_on": day(_get(site, fields, "reported_on")) or day(fields.get("created")),
        "health": one_of(name_of(_get(site, fields, "health")), HEALTH),
        "comment": fields["summary"],
        "account_id": account_id(site, fields.get("reporter")),
    }


_RISK_KINDS = {
    **dict.fromkeys(("threat", "negative", "downside", "威胁", "负面"), "threat"),
    **dict.fromkeys(("opportunity", "positive", "upside", "chance", "机会", "正面"), "opportunity"),
}
"""Words of the field *Risk kind*, as registers use them."""


def _risk_kind(site: Site, fields: dict[str, Any]) -> str | None:
    """As the field says; an issue of a type called Opportunity is one where the field says nothing."""
    stated = (name_of(_get(site, fields, "risk_kind")) or "").strip().casefold()
    named = (name_of(fields.get("issuetype")) or "").casefold()
    return _RISK_KINDS.get(stated) or ("opportunity" if named == "opportunity" else None)


def _risk(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": fields["summary"],
        "kind": _risk_kind(site, fields),
        "state": "closed" if status_category(site, fields) == "done" else "open",
        "owner_id": account_id(site, fields.get("assignee")),
        "probability_ratio": per_cent(_get(site, fields, "probability")),
        "impact_cost": number(_get(site, fields, "impact_cost"), MONEY),
        "currency": _currency(site, fields),
        "response": name_of(_get(site, fields, "response")),
        "due_date": day(fields.get("duedate")),
        "reviewed_on": day(_get(site, fields, "reviewed_on")),
        "cause": name_of(_get(site, fields, "cause")),
    }


def _change_request(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": fields["summary"],
        "state": _state(site.mapping.change_request_states, fields, None),
        "raised_on": day(fields.get("created")),
        "decided_on": day(_get(site, fields, "decided_on")),
        "effort_hours": number(_get(site, fields, "effort_change"), HOURS),
        "cost": number(_get(site, fields, "cost_change"), MONEY),
        "currency": _currency(site, fields),
    }


def _artefact(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    typed = name_of(_get(site, fields, "document_type"))
    kinds = {name.casefold(): kind for name, kind in site.mapping.artefacts.items()}
    return {
        "title": fields["summary"],
        "kind": kinds.get(typed.casefold(), "other") if typed else None,
        "state": _state(site.mapping.artefact_states, fields, "draft"),
        "approved_by": name_of(_get(site, fields, "approved_by")),
        "approved_on": day(_get(site, fields, "approved_on")),
        "location": name_of(_get(site, fields, "document_link")),
        "version": told(_get(site, fields, "document_version")),
        "supplier": name_of(_get(site, fields, "supplier")),
    }


def _stakeholder(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": fields["summary"],
        "role": name_of(_get(site, fields, "stakeholder_role")),
        "interest": name_of(_get(site, fields, "interest")),
        "influence": one_of(name_of(_get(site, fields, "influence")), ("low", "medium", "high")),
        "reviewed_on": day(_get(site, fields, "reviewed_on")),
    }


def _invoice(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    covered = bool(name_of(_get(site, fields, "budget_line"))) if site.field_ids.known("budget_line") else None
    return {
        "number": name_of(_get(site, fields, "invoice_number")),
        "supplier": name_of(_get(site, fields, "supplier")),
        "amount": number(_get(site, fields, "invoice_amount"), MONEY),
        "currency": _currency(site, fields),
        "issued_on": day(_get(site, fields, "issued_on")),
        "due_on": day(fields.get("duedate")),
        "state": _state(site.mapping.invoice_states, fields, None),
        "has_budget_line": covered,
    }


def _lesson(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": fields["summary"],
        "cause": name_of(_get(site, fields, "cause")),
        "has_action": "action" in linked_kinds(site, fields),
    }


def _waiver(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    """A request to accept a failure. Its status decides; where it is not known, being done means that it is over."""
    over = "ended" if status_category(site, fields) == "done" else "requested"
    asks = _get(site, fields, "requested_by") or fields.get("reporter")
    grants = _get(site, fields, "approved_by")
    granted_on = day(_get(site, fields, "approved_on"))
    return {
        "title": fields["summary"],
        "rule": ", ".join(names_of(_listed(_get(site, fields, "waived_rule")))) or None,
        "subject": name_of(_get(site, fields, "waived_subject")),
        "reason": name_of(_get(site, fields, "waiver_reason")) or fields["summary"],
        "requested_by": name_of(asks),
        "requester_id": account_id(site, asks) if isinstance(asks, dict) else None,
        "approved_by": name_of(grants),
        "approver_id": account_id(site, grants) if isinstance(grants, dict) else None,
        "state": _state(site.mapping.waiver_states, fields, over),
        "starts_on": day(_get(site, fields, "starts_on")) or granted_on or day(fields.get("created")),
        "expires_on": day(_get(site, fields, "expires_on")) or day(fields.get("duedate")),
        "until_value": _exact(number(_get(site, fields, "until_value"), MONEY)),
        "compensating": name_of(_get(site, fields, "compensating")),
    }


def _proposal(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    """A request for a project. Whatever status is not mapped and not done means that it waits for a decision."""
    waits = None if status_category(site, fields) == "done" else "waiting"
    return {
        "title": fields["summary"],
        "state": _state(site.mapping.proposal_states, fields, waits),
        "requested_by": name_of(_get(site, fields, "requested_by") or fields.get("reporter")),
        "requested_on": day(fields.get("created")),
        "decided_on": day(_get(site, fields, "decided_on")),
        "expected_value": number(_get(site, fields, "expected_value"), MONEY),
        "expected_cost": number(_get(site, fields, "expected_cost"), MONEY),
        "expected_hours": number(_get(site, fields, "expected_effort"), HOURS),
        "currency": _currency(site, fields),
        "approval_ratio": per_cent(_get(site, fields, "probability")),
    }


def _listed(value: Any) -> list[Any]:
    """A field that takes one value or several."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _exact(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


_READINGS: dict[str, Reading] = {
    "gate": _gate,
    "status_report": _status_report,
    "risk": _risk,
    "change_request": _change_request,
    "artefact": _artefact,
    "stakeholder": _stakeholder,
    "invoice": _invoice,
    "lesson": _lesson,
    "waiver": _waiver,
    "proposal": _proposal,
}
