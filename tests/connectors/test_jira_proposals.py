"""The project property with proposal and objective, texts of fields of any type, and fields that a site has not."""

from datetime import date
from decimal import Decimal

import pytest

from connectors.jira.normalise.context import FieldIds
from connectors.jira.normalise.projects import project_row
from connectors.jira.normalise.values import Unreadable, told
from connectors.jira.unavailable import without_fields
from tests.connectors.test_jira_normalise import site

SAID = {
    "objective_metric": "calls a day",
    "objective_target": "40",
    "objective_due": "2026-12-31",
    "requested": "2026-05-01",
    "value": "90000",
    "cost": 30000.5,
    "effort": 320,
    "probability": 60,
    "closed": "2026-06-01",
}


def project(**pmo):
    return {"id": "10000", "key": "PAY", "name": "Pay", "properties": {"pmo": pmo}}


def test_the_property_says_what_was_proposed_and_what_for():
    row, complaints = project_row(site(), project(**SAID))

    assert complaints == []
    assert {name: row[name] for name in row if name.startswith(("objective", "expected", "approval"))} == {
        "objective_metric": "calls a day",
        "objective_target": "40",
        "objective_due_on": date(2026, 12, 31),
        "expected_value": Decimal(90000),
        "expected_cost": Decimal("30000.5"),
        "expected_hours": Decimal(320),
        "approval_ratio": Decimal("0.6"),
    }
    assert (row["requested_on"], row["closed_on"]) == (date(2026, 5, 1), date(2026, 6, 1))


def test_a_value_that_cannot_be_read_is_told_and_the_rest_stays():
    row, [complaint] = project_row(site(), project(**SAID | {"closed": "soon"}, goal="G"))

    assert complaint.code == "project.property"
    assert "closed is 'soon', expected a day" in complaint.reason
    assert row["expected_value"] == Decimal(90000) and row["goal"] == "G"
    assert row.get("closed_on") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("  ", None),
        (" signed ", "signed"),
        ({"value": "Protocol"}, "Protocol"),
        ({"displayName": "Ada"}, "Ada"),
        ([{"value": "a"}, {"value": "b"}], "a, b"),
        ([], None),
        (1.2, "1.2"),
        (True, "yes"),
        (False, None),
        (
            {
                "type": "doc",
                "version": 1,
                "content": [
                    {"type": "paragraph", "content": [{"type": "text", "text": "signed by"}]},
                    {"type": "blockCard", "attrs": {"url": "https://files.example/1"}},
                ],
            },
            "signed by https://files.example/1",
        ),
        ({"type": "doc", "version": 1, "content": []}, None),
    ],
)
def test_a_field_of_any_type_is_one_text(value, text):
    assert told(value) == text


def test_what_nobody_can_read_is_said():
    with pytest.raises(Unreadable):
        told({"something": "else"})


def test_a_column_without_a_field_on_the_site_is_not_available():
    ids = FieldIds({"document_version": ("customfield_1",), "acceptance": (), "expected_value": ()})

    absent = {(c.table, c.column) for c in without_fields((), ids)}

    assert absent == {
        ("work_item", "acceptance"),
        ("proposal", "expected_value"),
        ("proposal", "expected_cost"),
        ("proposal", "expected_hours"),
    }
    assert {c.state for c in without_fields((), ids)} == {"not_available"}
