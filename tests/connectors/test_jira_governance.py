"""Issues of the PMO's types to the registers: gates, reports, risks, changes, documents, invoices."""

from datetime import date
from decimal import Decimal

import pytest
from jira_normalised import page, site
from jira_records import custom, issue, link, status, user

from connectors.jira.normalise.governance import governance_row
from portfolio.model import SOURCE_TABLES

GOVERNANCE = {
    "gate": (
        issue(
            1,
            "Gate",
            duedate="2026-12-01",
            status=status("Passed", "done"),
            **custom(gate_number=3.0, decided_on="2026-11-30", decided_by=user("ada")),
        ),
        "jira:gate:10001",
        {
            "name": "Piece 1",
            "sequence": 3,
            "state": "passed",
            "planned_on": date(2026, 12, 1),
            "decided_on": date(2026, 11, 30),
            "decided_by": "Ada Example",
        },
    ),
    "status_report": (
        issue(1, "Status Report", **custom(reported_health={"value": "Amber"}, reported_on="2026-11-20")),
        "jira:report:10001",
        {
            "reported_on": date(2026, 11, 20),
            "health": "amber",
            "comment": "Piece 1",
            "account_id": "jira:account:acc-rosa",
        },
    ),
    "risk": (
        issue(
            1,
            "Risk",
            duedate="2026-12-31",
            assignee=user("ada"),
            status=status("Closed", "done"),
            **custom(
                probability=12.5,
                impact_cost=20000,
                risk_kind={"value": "Threat"},
                response="Second supplier",
                reviewed_on="2026-11-02",
                cause={"value": "Supplier"},
            ),
        ),
        "jira:risk:10001",
        {
            "title": "Piece 1",
            "kind": "threat",
            "state": "closed",
            "owner_id": "jira:account:acc-ada",
            "probability_ratio": Decimal("0.125"),
            "impact_cost": Decimal(20000),
            "currency": "EUR",
            "response": "Second supplier",
            "due_date": date(2026, 12, 31),
            "reviewed_on": date(2026, 11, 2),
            "cause": "Supplier",
        },
    ),
    "change_request": (
        issue(
            1,
            "Change Request",
            status=status("Approved", "indeterminate"),
            project={"id": "10007", "key": "CH"},
            **custom(effort_change=-40, cost_change=1500.55, decided_on="2026-11-11"),
        ),
        "jira:cr:10001",
        {
            "title": "Piece 1",
            "state": "approved",
            "raised_on": date(2026, 10, 1),
            "decided_on": date(2026, 11, 11),
            "effort_hours": Decimal(-40),
            "cost": Decimal("1500.55"),
            "currency": "CHF",
        },
    ),
    "artefact": (
        issue(
            1,
            "Document",
            status=status("In Review", "indeterminate"),
            **custom(
                document_type={"value": "Post-implementation review"},
                approved_by=user("ada"),
                approved_on="2026-11-01",
                document_link="https://wiki.example/charter",
                document_version="1.2",
                supplier="Bolt Ltd",
            ),
        ),
        "jira:artefact:10001",
        {
            "title": "Piece 1",
            "kind": "post_implementation_review",
            "state": "in_review",
            "approved_by": "Ada Example",
            "approved_on": date(2026, 11, 1),
            "location": "https://wiki.example/charter",
            "version": "1.2",
            "supplier": "Bolt Ltd",
        },
    ),
    "proposal": (
        issue(
            1,
            "Project Request",
            status=status("Open"),
            reporter=user("rosa"),
            **custom(expected_value=90000, expected_cost="30000.5", expected_effort=320, probability=60),
        ),
        "jira:proposal:10001",
        {
            "title": "Piece 1",
            "state": "waiting",
            "requested_by": "Rosa Example",
            "requested_on": date(2026, 10, 1),
            "decided_on": None,
            "expected_value": Decimal(90000),
            "expected_cost": Decimal("30000.5"),
            "expected_hours": Decimal(320),
            "currency": "EUR",
            "approval_ratio": Decimal("0.6"),
        },
    ),
    "waiver": (
        issue(
            1,
            "Rule waiver",
            status=status("Granted", "done"),
            **custom(
                rule="SCH-06, SCH-07",
                subject="PAY-7",
                reason="Rolling wave",
                requested_by=user("rosa"),
                approved_by=user("ada"),
                starts="2026-11-01",
                expires="2027-01-31",
                until_value=0.2,
                compensating_action="Weekly review",
            ),
        ),
        "jira:waiver:10001",
        {
            "title": "Piece 1",
            "ticket": "PAY-1",
            "rule": "SCH-06, SCH-07",
            "subject": "PAY-7",
            "reason": "Rolling wave",
            "requested_by": "Rosa Example",
            "requester_id": "jira:account:acc-rosa",
            "approved_by": "Ada Example",
            "approver_id": "jira:account:acc-ada",
            "state": "approved",
            "starts_on": date(2026, 11, 1),
            "expires_on": date(2027, 1, 31),
            "until_value": 0.2,
            "compensating": "Weekly review",
        },
    ),
    "stakeholder": (
        issue(
            1,
            "Stakeholder",
            **custom(
                stakeholder_role="Sponsor",
                interest="Fewer complaints",
                influence={"value": "High"},
                reviewed_on="2026-11-05",
            ),
        ),
        "jira:stakeholder:10001",
        {
            "name": "Piece 1",
            "role": "Sponsor",
            "interest": "Fewer complaints",
            "influence": "high",
            "reviewed_on": date(2026, 11, 5),
        },
    ),
    "invoice": (
        issue(
            1,
            "Invoice",
            duedate="2026-12-20",
            status=status("Disputed"),
            **custom(supplier="Nordbau", invoice_number="N-1", invoice_amount=99.9, issued_on="2026-11-20"),
        ),
        "jira:invoice:10001",
        {
            "number": "N-1",
            "supplier": "Nordbau",
            "amount": Decimal("99.9"),
            "currency": "EUR",
            "issued_on": date(2026, 11, 20),
            "due_on": date(2026, 12, 20),
            "state": "disputed",
            "has_budget_line": False,
        },
    ),
    "lesson": (
        issue(
            1,
            "Lesson",
            issuelinks=[link(5, "inwardIssue", 2, "Relates", "Action")],
            **custom(cause={"value": "Estimates"}),
        ),
        "jira:lesson:10001",
        {"title": "Piece 1", "cause": "Estimates", "has_action": True},
    ),
}


@pytest.mark.parametrize("table", GOVERNANCE)
def test_a_governance_type_fills_a_work_item_and_its_own_table(table):
    raw, row_id, columns = GOVERNANCE[table]
    tables, rows = page(raw)
    project = f"jira:project:{raw['fields']['project']['id']}"
    own = {"id": row_id, "source": "jira", "project_id": project, "work_item_id": "jira:item:10001"}
    assert tables[table] == [own | columns]
    assert set(own | columns) <= set(SOURCE_TABLES[table].names)
    assert tables["work_item"][0]["kind"] == table
    assert rows.rejected == []


@pytest.mark.parametrize(
    ("raw", "table", "column", "value"),
    [
        (issue(1, "Gate", status=status("Open")), "gate", "state", "planned"),
        (issue(1, "Document", status=status("Open")), "artefact", "state", "draft"),
        (issue(1, "Document", **custom(document_type={"value": "Menu"})), "artefact", "kind", "other"),
        (issue(1, "Document"), "artefact", "kind", None),
        (issue(1, "Change Request", status=status("On hold")), "change_request", "state", None),
        (issue(1, "Status Report"), "status_report", "reported_on", date(2026, 10, 1)),
        (issue(1, "Status Report", **custom(reported_health={"value": "Blue"})), "status_report", "health", None),
        (issue(1, "Invoice", **custom(budget_line="B-7")), "invoice", "has_budget_line", True),
        (issue(1, "Risk"), "risk", "state", "open"),
        (issue(1, "Risk"), "risk", "kind", None),
        (issue(1, "Risk", **custom(risk_kind={"value": "Positive"})), "risk", "kind", "opportunity"),
        (issue(1, "Risk", **custom(risk_kind={"value": "威胁"})), "risk", "kind", "threat"),
        (issue(1, "Risk", **custom(risk_kind={"value": "Perhaps"})), "risk", "kind", None),
        (issue(1, "Opportunity"), "risk", "kind", "opportunity"),
        (issue(1, "Opportunity", **custom(risk_kind={"value": "Threat"})), "risk", "kind", "threat"),
        (issue(1, "Lesson"), "lesson", "has_action", False),
        (issue(1, "Proposal", status=status("Rejected", "done")), "proposal", "state", "rejected"),
        (issue(1, "Proposal", status=status("On hold")), "proposal", "state", "deferred"),
        (issue(1, "Proposal", status=status("Weighed", "indeterminate")), "proposal", "state", "waiting"),
        (issue(1, "Proposal", status=status("Filed", "done")), "proposal", "state", None),
        (issue(1, "Proposal", **custom(requested_by="pm.lee")), "proposal", "requested_by", "pm.lee"),
        (issue(1, "Proposal", **custom(decided_on="2026-11-03")), "proposal", "decided_on", date(2026, 11, 3)),
        (issue(1, "Waiver"), "waiver", "state", "requested"),
        (issue(1, "Exception", status=status("Closed", "done")), "waiver", "state", "ended"),
        (issue(1, "Waiver", status=status("Declined", "done")), "waiver", "state", "rejected"),
        (issue(1, "Waiver"), "waiver", "requested_by", "Rosa Example"),
        (issue(1, "Waiver"), "waiver", "reason", "Piece 1"),
        (issue(1, "Waiver"), "waiver", "starts_on", date(2026, 10, 1)),
        (issue(1, "Waiver", **custom(approved_on="2026-11-03")), "waiver", "starts_on", date(2026, 11, 3)),
        (issue(1, "Waiver", duedate="2026-12-24"), "waiver", "expires_on", date(2026, 12, 24)),
        (
            issue(1, "Waiver", **custom(rule=[{"value": "SCH-06"}, {"value": "SCH-07"}])),
            "waiver",
            "rule",
            "SCH-06, SCH-07",
        ),
        (issue(1, "Waiver", **custom(requested_by="pm.lee")), "waiver", "requester_id", None),
    ],
)
def test_governance_defaults(raw, table, column, value):
    assert governance_row(site(), raw, table)[column] == value


def test_without_a_budget_line_field_it_is_not_known_whether_a_line_covers_the_invoice():
    assert governance_row(site(fields=[]), issue(1, "Invoice"), "invoice")["has_budget_line"] is None


@pytest.mark.parametrize("probability", [-1, 101, "likely"])
def test_an_impossible_probability_rejects_the_risk_but_not_the_work_item(probability):
    tables, rows = page(issue(1, "Risk", **custom(probability=probability)))
    assert len(tables["work_item"]) == 1
    assert "risk" not in tables
    assert [r.code for r in rows.rejected] == ["risk.unreadable"]
