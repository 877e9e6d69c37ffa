"""Single values of Jira's JSON, and which of a site's fields is meant."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import orjson
import pytest
from jira_normalised import page, site
from jira_records import FIELDS
from shared_data import SHARED, needs_shared

from connectors.jira.mapping import Fields
from connectors.jira.normalise.context import resolve_fields
from connectors.jira.normalise.values import Unreadable, day, hours, instant, number, whole


@pytest.mark.parametrize(
    "wanted", ["Story Points", "story points", "customfield_10016", "com.pyxis.greenhopper.jira:jsw-story-points"]
)
def test_a_field_is_found_by_name_id_or_schema(wanted):
    assert resolve_fields(FIELDS, {"points": wanted}).by_role == {"points": ("customfield_10016",)}


def test_renamed_story_points_are_found_by_their_schema():
    renamed = [
        {"id": "customfield_5", "name": "Punkte", "schema": {"custom": "com.pyxis.greenhopper.jira:jsw-story-points"}}
    ]
    assert resolve_fields(renamed, {"points": Fields().points}).by_role == {"points": ("customfield_5",)}


def test_of_several_fields_with_one_name_the_filled_one_counts():
    twins = [{"id": f"customfield_{n}", "name": "Cause", "schema": {}} for n in (1, 2)]
    ids = resolve_fields(twins, {"cause": "Cause"})
    assert ids.value({"customfield_1": None, "customfield_2": "Scope"}, "cause") == "Scope"


def test_an_empty_name_switches_a_field_off():
    assert resolve_fields(FIELDS, {"points": ""}).all == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-06-09T16:29:31.871-0700", datetime(2022, 6, 9, 23, 29, 31, 871_000, tzinfo=UTC)),
        ("2022-06-09T16:29:31+00:00", datetime(2022, 6, 9, 16, 29, 31, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_instants_are_utc(text, expected):
    assert instant(text) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0, "0.00"), (1200, "0.33"), (1800, "0.50"), (18, "0.01")])
def test_hours_are_exact_to_the_hundredth(seconds, expected):
    assert hours(seconds) == Decimal(expected)


@pytest.mark.parametrize(
    ("reading", "value"), [(whole, 1.5), (hours, True), (day, 5), (instant, "x"), (instant, 10**30)]
)
def test_values_of_the_wrong_shape_are_unreadable(reading, value):
    with pytest.raises(Unreadable):
        reading(value)


@pytest.mark.parametrize("value", [True, [1], "nan", "1e40"])
def test_amounts_of_the_wrong_shape_are_unreadable(value):
    with pytest.raises(Unreadable):
        number(value, Decimal("0.01"))


@needs_shared
def test_a_real_project_of_367_issues_is_read_whole():
    lines = (SHARED / "jira_dc" / "MOD.issues.jsonl").read_bytes().splitlines()
    tables, rows = page(*map(orjson.loads, lines), at=site(fields=[]))
    assert rows.rejected == []
    items = tables["work_item"]
    assert len(items) == len({row["id"] for row in items}) == 367
    assert sum(row["assignee_id"] is None for row in items) == 62
    assert set(Counter(row["status_category"] for row in items)) <= {"todo", "in_progress", "done"}
    assert {row["project_id"] for row in items} == {items[0]["project_id"]}
