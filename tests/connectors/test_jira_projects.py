"""Projects and versions of Jira to rows."""

from datetime import UTC, date, datetime

import pytest
from jira_normalised import site

from connectors.jira.normalise.projects import project_row, version_row
from connectors.jira.normalise.values import Unreadable

PROJECT = {
    "id": "10000",
    "key": "PAY",
    "name": "Payments",
    "archived": False,
    "lead": {"accountId": "acc-lead"},
    "projectCategory": {"name": "Run"},
    "insight": {"lastIssueUpdateTime": "2026-11-20T10:00:00.000+0000", "totalIssueCount": 5},
    "properties": {
        "pmo": {
            "initiative": "INI-01",
            "programme": "Core",
            "department": "IT",
            "phase": "Execute",
            "method": "Scrum",
            "goal": "Grow",
            "size": "large",
            "currency": "CHF",
            "manager": "acc-ada",
            "sponsor": "Sam Example",
        }
    },
}


def test_a_project_becomes_a_row_with_what_its_property_says():
    row, complaints = project_row(site(), PROJECT)
    assert row == {
        "id": "jira:project:10000",
        "source": "jira",
        "native_id": "10000",
        "key": "PAY",
        "name": "Payments",
        "kind": "tracker",
        "category": "Run",
        "url": "https://meridian.example/browse/PAY",
        "archived": False,
        "initiative_key": "INI-01",
        "programme": "Core",
        "department": "IT",
        "phase": "execute",
        "method": "Scrum",
        "goal": "Grow",
        "size_class": "large",
        "currency": "CHF",
        "manager_id": "jira:account:acc-ada",
        "sponsor_name": "Sam Example",
        "updated_at": datetime(2026, 11, 20, 10, tzinfo=UTC),
    }
    assert complaints == []


@pytest.mark.parametrize("properties", [None, {}, {"pmo": None}, {"pmo": "not json"}, {"pmo": [1]}])
def test_a_project_without_a_usable_property_is_led_by_its_lead(properties):
    row, _ = project_row(site(), PROJECT | {"properties": properties})
    assert (row["manager_id"], row["currency"]) == ("jira:account:acc-lead", "EUR")
    assert "phase" not in row


def test_the_property_may_come_as_its_json_text():
    row, _ = project_row(site(), PROJECT | {"properties": {"pmo": '{"phase": "plan"}'}})
    assert row["phase"] == "plan"


@pytest.mark.parametrize(("name", "value"), [("phase", "Dreaming"), ("size", "XXL"), ("programme", 7)])
def test_a_value_outside_its_vocabulary_is_reported_and_the_project_stays(name, value):
    row, complaints = project_row(site(), PROJECT | {"properties": {"pmo": {name: value}}})
    assert row["name"] == "Payments"
    assert row.get({"size": "size_class"}.get(name, name)) is None
    assert [(c.native_id, c.code, name in c.reason) for c in complaints] == [
        ("jira:project:10000", "project.property", True)
    ]


def test_a_project_without_a_name_is_unreadable():
    with pytest.raises(Unreadable, match="no name"):
        project_row(site(), PROJECT | {"name": None})


def test_a_version_becomes_a_row():
    raw = {"id": "7", "name": "1.0", "released": True, "archived": False, "releaseDate": "2026-12-01"}
    assert version_row(site(), "10000", raw) == {
        "id": "jira:version:7",
        "source": "jira",
        "project_id": "jira:project:10000",
        "name": "1.0",
        "released": True,
        "archived": False,
        "start_date": None,
        "release_date": date(2026, 12, 1),
    }
