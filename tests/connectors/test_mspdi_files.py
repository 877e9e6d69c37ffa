"""Small plans written by hand: every failure path, and what changes from one pull to the next."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from connectors.msproject import stream
from connectors.msproject.coverage import FILLED
from connectors.msproject.settings import MspdiSource
from portfolio.model import SOURCE_TABLES, arrow_schema
from tests.mspdi_plans import CALENDAR, HEAD, SUMMARY, items, link, page_of, plan, source, task


def test_a_plan_becomes_a_project_with_the_amounts_of_its_summary_task(tmp_path):
    page = page_of(tmp_path, plan(SUMMARY, task(1)))
    (project,) = page.rows["project"]
    assert project["id"] == "plans:project:aaaaaaaa-0000-0000-0000-000000000001"
    assert project["name"] == "Harbour <b>wall</b>"
    assert (project["planned_cost"], project["remaining_cost"], project["currency"]) == (5000, 2500, "EUR")
    assert (project["planned_hours"], project["complete_ratio"]) == (80, Decimal("0.5"))
    assert (project["start_date"], project["status_date"]) == (date(2026, 10, 1), date(2026, 11, 20))


def test_the_summary_tasks_baseline_is_also_the_projects(tmp_path):
    page = page_of(tmp_path, plan(SUMMARY))
    held = {row["id"]: (row["owner_kind"], row["work_hours"], row["cost"]) for row in page.rows["baseline"]}
    native = "aaaaaaaa-0000-0000-0000-000000000001"
    assert held == {
        f"plans:baseline:{native}:0": ("project", 70, 4000),
        f"plans:baseline:{native}:0:0": ("work_item", 70, 4000),
    }


def test_a_plan_without_any_task_is_a_project(tmp_path):
    page = page_of(tmp_path, HEAD + "<Tasks/></Project>")
    assert [project["name"] for project in page.rows["project"]] == ["Harbour <b>wall</b>"]


def test_names_in_any_script_are_kept(tmp_path):
    text = plan(task(1)).replace("Task 1", "港口墙 – Größe").replace("UTF-8", "UTF-16")
    page = page_of(tmp_path, text.encode("utf-16"))
    assert list(items(page)) == ["港口墙 – Größe"]


def test_a_plan_without_summary_task_has_unknown_amounts(tmp_path):
    (project,) = page_of(tmp_path, plan(task(1))).rows["project"]
    assert project["planned_cost"] is None
    assert project["complete_ratio"] is None


def test_every_row_fits_the_declared_table_and_only_declared_columns_are_filled(tmp_path):
    pa = pytest.importorskip("pyarrow")
    text = plan(
        SUMMARY,
        task(1, "<Work>PT20M0S</Work>"),
        task(2, link(1)),
        resources="<Resource><UID>1</UID><Name>Ada</Name><Type>1</Type></Resource>",
        assignments="<Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID></Assignment>",
        head=HEAD + CALENDAR,
    )
    page = page_of(tmp_path, text)
    assert set(page.rows) == set(FILLED)
    for name, rows in page.rows.items():
        pa.Table.from_pylist(
            [{**dict.fromkeys(SOURCE_TABLES[name].names), **r} for r in rows], arrow_schema(SOURCE_TABLES[name])
        )
        assert set().union(*rows) - {"id", "source"} == set(FILLED[name].split())


def test_the_outline_gives_parents_and_a_blank_line_is_no_task(tmp_path):
    blank = "<Task><UID>9</UID><ID>2</ID><IsNull>1</IsNull></Task>"
    page = page_of(tmp_path, plan(SUMMARY, task(1), blank, task(2, level=2), task(3)))
    found = items(page)
    assert list(found) == ["Harbour wall", "Task 1", "Task 2", "Task 3"]
    assert found["Task 2"]["parent_id"] == found["Task 1"]["id"]
    assert found["Task 3"]["parent_id"] == found["Harbour wall"]["id"]
    assert page.rejected == []


@pytest.mark.parametrize(
    ("code", "name"), [(0, "FF"), (1, "FS"), (2, "SF"), (3, "SS")], ids=["finish-finish", "fs", "sf", "ss"]
)
def test_a_link_keeps_its_type(tmp_path, code, name):
    (row,) = page_of(tmp_path, plan(task(1), task(2, link(1, kind=code)))).rows["work_item_link"]
    assert row["dependency_type"] == name
    assert row["from_id"].endswith(":1")
    assert row["to_id"].endswith(":2")


@pytest.mark.parametrize(
    ("lag", "worth"),
    [
        ("<LinkLag>4800</LinkLag><LagFormat>7</LagFormat>", "8.00"),
        ("<LinkLag>-4800</LinkLag><LagFormat>7</LagFormat>", "-8.00"),
        ("<LinkLag>-50</LinkLag><LagFormat>19</LagFormat>", "-8.00"),
        ("<LinkLag>100800</LinkLag><LagFormat>8</LagFormat>", "40.00"),
        ("", "0.00"),
    ],
    ids=["a day", "a lead", "per cent of the predecessor", "an elapsed week", "none stated"],
)
def test_a_lag_is_told_in_working_hours(tmp_path, lag, worth):
    text = plan(task(1, "<Duration>PT16H0M0S</Duration>"), task(2, link(1, lag)))
    (row,) = page_of(tmp_path, text).rows["work_item_link"]
    assert row["lag_hours"] == Decimal(worth)


def test_a_link_may_point_to_a_task_further_down(tmp_path):
    (row,) = page_of(tmp_path, plan(task(1, link(2)), task(2))).rows["work_item_link"]
    assert row["from_id"].endswith(":2")


def test_resources_and_assignments_say_who_does_what(tmp_path):
    text = plan(
        task(1),
        task(2),
        resources="<Resource><UID>1</UID><Name>Ada</Name><Type>1</Type><StandardRate>80</StandardRate>"
        "<StandardRateFormat>2</StandardRateFormat><EmailAddress>Ada@Harbour.example</EmailAddress>"
        "<MaxUnits>0.5</MaxUnits><IsInactive>0</IsInactive></Resource>"
        "<Resource><UID>2</UID><Name>Sand</Name><Type>0</Type><StandardRate>30</StandardRate>"
        "<StandardRateFormat>8</StandardRateFormat></Resource>"
        "<Resource><UID>3</UID><Name>Mason</Name><Type>1</Type><IsGeneric>1</IsGeneric></Resource>"
        "<Resource><UID>0</UID></Resource>",
        assignments="<Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID><Work>PT8H0M0S</Work>"
        "<Cost>64000</Cost><Units>1</Units></Assignment>"
        "<Assignment><UID>2</UID><TaskUID>1</TaskUID><ResourceUID>3</ResourceUID><Work>PT4H0M0S</Work></Assignment>"
        "<Assignment><UID>3</UID><TaskUID>2</TaskUID><ResourceUID>-65535</ResourceUID><Work>PT4H0M0S</Work></Assignment>",
    )
    page = page_of(tmp_path, text)
    accounts = {a["name"]: a for a in page.rows["account"]}
    assert (accounts["Ada"]["kind"], accounts["Ada"]["rate_per_hour"], accounts["Ada"]["email"]) == (
        "human",
        80,
        "ada@harbour.example",
    )
    assert (accounts["Ada"]["max_units_ratio"], accounts["Ada"]["active"]) == (Decimal("0.5"), True)
    assert (accounts["Sand"]["kind"], accounts["Sand"]["rate_per_hour"]) == ("material", None)
    assert accounts["Mason"]["kind"] == "generic"
    first, _, nobody = page.rows["assignment"]
    assert (first["planned_hours"], first["planned_cost"], nobody["account_id"]) == (8, 640, None)
    assert items(page)["Task 1"]["assignee_id"] == accounts["Ada"]["id"]
    assert items(page)["Task 2"]["assignee_id"] is None


def test_nobody_on_a_summary_task_is_not_an_assignment(tmp_path):
    nobody = (
        "<Assignment><UID>3</UID><TaskUID>0</TaskUID><ResourceUID>-65535</ResourceUID><Work>PT99H</Work></Assignment>"
    )
    assert page_of(tmp_path, plan(SUMMARY, assignments=nobody)).rows.get("assignment", []) == []


def test_extended_attributes_are_kept_by_the_name_people_gave_them(tmp_path):
    own = "<ExtendedAttribute><FieldID>188743731</FieldID><Value>Ada</Value></ExtendedAttribute>"
    page = page_of(tmp_path, plan(task(1, own)))
    assert json.loads(items(page)["Task 1"]["custom_fields"]) == {"Owner": "Ada"}


@pytest.mark.parametrize(
    ("fields", "category"),
    [
        ("<PercentComplete>100</PercentComplete>", "done"),
        ("<PercentComplete>1</PercentComplete>", "in_progress"),
        ("<PercentComplete>0</PercentComplete><ActualStart>2026-10-01T08:00:00</ActualStart>", "in_progress"),
        ("<PercentComplete>0</PercentComplete>", "todo"),
        ("", "unknown"),
    ],
    ids=["complete", "begun", "begun without progress", "not begun", "not stated"],
)
def test_the_status_category_follows_from_progress(tmp_path, fields, category):
    assert items(page_of(tmp_path, plan(task(1, fields))))["Task 1"]["status_category"] == category


def test_a_constraint_date_counts_only_with_a_constraint_that_has_one(tmp_path):
    dated = "<ConstraintDate>2026-10-05T08:00:00</ConstraintDate>"
    found = items(
        page_of(
            tmp_path,
            plan(
                task(1, "<ConstraintType>0</ConstraintType>", dated),
                task(2, "<ConstraintType>4</ConstraintType>", dated),
            ),
        )
    )
    assert (found["Task 1"]["constraint_type"], found["Task 1"]["constraint_date"]) == ("as_soon_as_possible", None)
    assert found["Task 2"]["constraint_type"] == "start_no_earlier_than"
    assert found["Task 2"]["constraint_date"] == date(2026, 10, 5)


def test_times_without_zone_are_taken_in_the_configured_zone(tmp_path):
    found = items(page_of(tmp_path, plan(task(1)), timezone="Europe/Berlin"))
    assert found["Task 1"]["start_at"] == datetime(2026, 10, 1, 6, tzinfo=UTC)
    assert found["Task 1"]["start_date"] == date(2026, 10, 1)


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""], ids=["with byte order mark", "without"])
def test_a_byte_order_mark_and_a_missing_namespace_are_fine(tmp_path, mark):
    text = plan(task(1)).replace(' xmlns="http://schemas.microsoft.com/project"', "")
    assert list(items(page_of(tmp_path, mark + text.encode()))) == ["Task 1"]


def test_memory_does_not_grow_with_the_plan(tmp_path):
    import tracemalloc

    file = tmp_path / "wall.xml"
    file.write_text(plan(*(task(n, f"<Notes>{n:01000d}</Notes>") for n in range(4000))))
    tracemalloc.start()
    try:
        count = sum(1 for _ in stream.read(file))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count > 4000
    assert peak < 1_000_000, "4 MB of notes were read"


def test_an_unknown_zone_is_a_mistake_in_the_settings(tmp_path):
    with pytest.raises(ValidationError, match="not an IANA time zone"):
        MspdiSource(kind="mspdi", path=tmp_path, timezone="Berlin")


def test_what_a_file_cannot_say_is_stated_as_a_capability(tmp_path):
    lacking = {(c.table, c.column): c.state for c in source(tmp_path).capabilities()}
    assert lacking["time_entry", "hours"] == "not_available"
    assert lacking["work_item", "points"] == "not_available"
    assert lacking["work_item", "status_category"] == "derived"
    assert ("work_item", "planned_cost") not in lacking
