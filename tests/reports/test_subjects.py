"""What a finding is about has a name, also where it is a risk or an invoice."""

from typing import Any

import pytest
from fixture_portfolio import MemoryReader, inputs
from portfolio_basics import initiative
from portfolio_rows import rows

from portfolio.model import VIEWS
from reports.build import build
from reports.marks import open_findings


def with_finding_on(subject: str, table: str, record: dict[str, Any]) -> MemoryReader:
    given = rows()
    model = next(r for r in given["finding"] if r["subject_kind"] == "item")
    given["finding"] = [model | {"id": "f", "subject_id": subject, "project_id": initiative("INI-01")}]
    given[table] = [*given.get(table, []), {"project_id": initiative("INI-01"), **record}]
    return MemoryReader(given)


@pytest.mark.parametrize(
    ("table", "record", "named"),
    [
        ("risks", {"risk_id": "jira:risk:9", "item_id": "jira:item:9", "item_key": "WHA-9", "title": "Late"}, "WHA-9"),
        ("changes", {"change_id": "c9", "item_id": "jira:item:9", "item_key": "WHA-9", "title": "More"}, "WHA-9"),
        ("invoices", {"invoice_id": "i9", "item_id": "jira:item:9", "item_key": "WHA-9", "number": "4711"}, "WHA-9"),
        ("gates", {"gate_id": "g9", "item_id": "jira:item:9", "item_key": None, "name": "Gate 2"}, "Gate 2"),
    ],
)
def test_a_finding_on_a_governance_record_is_named(table: str, record: dict[str, Any], named: str) -> None:
    reader = with_finding_on("jira:item:9", table, record)
    [finding] = build(reader, **inputs()).findings
    [mark] = open_findings(reader)
    assert finding.item_key == named
    assert mark.item_key == record["item_key"]


def test_a_record_that_no_item_holds_is_found_by_its_own_id() -> None:
    reader = with_finding_on("plan:risk:3", "risks", {"risk_id": "plan:risk:3", "title": "Supplier insolvent"})
    [finding] = build(reader, **inputs()).findings
    assert finding.item_key == "Supplier insolvent"


def test_several_records_of_one_item_do_not_double_a_finding() -> None:
    record = {"item_id": "jira:item:9", "item_key": "WHA-9", "project_id": initiative("INI-01")}
    reader = with_finding_on("jira:item:9", "stakeholders", record | {"stakeholder_id": "s1", "name": "Board"})
    reader._insert(VIEWS["stakeholders"], [record | {"stakeholder_id": "s2", "name": "Works council"}])
    assert [f.item_key for f in build(reader, **inputs()).findings] == ["WHA-9"]
