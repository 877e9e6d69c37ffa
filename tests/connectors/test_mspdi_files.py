"""Small plans written by hand: every failure path, and what changes from one pull to the next."""

import json
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.msproject import stream
from connectors.msproject.coverage import FILLED
from connectors.msproject.files import digest
from connectors.msproject.settings import MspdiSource
from connectors.msproject.values import Fields
from portfolio.errors import ConfigurationError, RemoteRefusal
from portfolio.model import SOURCE_TABLES, arrow_schema
from portfolio.ports import Partition, Scope
from tests.mspdi_plans import CALENDAR, HEAD, SUMMARY, items, link, page_of, plan, pulled, source, task


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


@pytest.mark.parametrize(
    "bad", [link(77), link(1, "<CrossProject>1</CrossProject>"), link(1, kind=7)], ids=["end", "file", "type"]
)
def test_a_link_that_cannot_be_followed_is_rejected_and_links_are_not_cleaned_up(tmp_path, bad):
    page = page_of(tmp_path, plan(task(1), task(2, bad)))
    assert [r.code for r in page.rejected] == ["mspdi.bad_task"]
    assert "Task number 2, UID 2" in page.rejected[0].reason
    assert len(page.rows["work_item"]) == 2
    assert "work_item_link" not in {s.table for s in page.scopes}


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("<Finish>yesterday</Finish>", "Finish is `yesterday`"),
        ("<Work>8 hours</Work>", "Work is `8 hours`"),
        ("<Work>PT</Work>", "Work is `PT`"),
        ("<Cost>NaN</Cost>", "Cost is `NaN`"),
        ("<Cost>a lot</Cost>", "Cost is `a lot`"),
        ("<Cost>1e400</Cost>", "Cost is `1e400`"),
        (f"<Cost>{'9' * 30}</Cost>", "expected a number of at most fifteen digits"),
        (f"<Work>PT{'9' * 30}H</Work>", "expected a duration of at most fifteen digits"),
        ("<TotalSlack>1e9999999</TotalSlack>", "TotalSlack is `1e9999999`"),
        ("<Work>PT999999999999999H</Work><Duration>P999999999999999D</Duration>", "more than 15 digits"),
        ("<Milestone>maybe</Milestone>", "Milestone is `maybe`"),
        ("<ConstraintType>9</ConstraintType>", "ConstraintType is `9`"),
        ("<OutlineLevel>deep</OutlineLevel>", "OutlineLevel is `deep`"),
        ("<Baseline><Number>12</Number></Baseline>", "Baseline/Number is `12`"),
    ],
    ids=lambda value: value if value[0] != "<" else None,
)
def test_a_bad_field_rejects_its_task_with_place_and_text_and_keeps_the_others(tmp_path, field, named):
    page = page_of(tmp_path, plan(task(1), task(2, field), task(3)))
    assert list(items(page)) == ["Task 1", "Task 3"]
    (rejected,) = page.rejected
    assert named in rejected.reason
    assert "wall, Task number 2, UID 2" in rejected.reason
    assert json.loads(rejected.body)["Name"] == "Task 2"
    assert "work_item" not in {s.table for s in page.scopes}, "a task that cannot be read is not gone"


def test_the_tasks_below_one_that_cannot_be_read_do_not_move_under_its_neighbour(tmp_path):
    page = page_of(tmp_path, plan(task(1), task(2, "<Work>much</Work>"), task(3, level=2), task(4, level=2), task(5)))
    assert {title: row["parent_id"] for title, row in items(page).items()} == dict.fromkeys(
        ("Task 1", "Task 3", "Task 4", "Task 5")
    )


@given(st.integers(0, 9999), st.integers(0, 59), st.integers(0, 59), st.booleans())
def test_a_duration_is_its_hours_minutes_and_seconds(hours, minutes, seconds, negative):
    text = f"{'-' if negative else ''}PT{hours}H{minutes}M{seconds}S"
    found = Fields({"Work": text}, ZoneInfo("UTC")).hours("Work")
    assert round(found * 3600) == (hours * 3600 + minutes * 60 + seconds) * (-1 if negative else 1)


def test_a_task_without_uid_is_rejected(tmp_path):
    page = page_of(tmp_path, plan(task(1), "<Task><ID>2</ID><Name>Nobody</Name></Task>"))
    assert "UID is missing" in page.rejected[0].reason
    assert "Task number 2:" in page.rejected[0].reason


def test_a_uid_that_occurs_twice_is_rejected_the_second_time(tmp_path):
    page = page_of(tmp_path, plan(task(1), task(1)))
    assert len(page.rows["work_item"]) == 1
    assert "occurs twice" in page.rejected[0].reason


def test_an_assignment_of_an_unknown_task_is_rejected(tmp_path):
    page = page_of(tmp_path, plan(task(1), assignments="<Assignment><UID>5</UID><TaskUID>8</TaskUID></Assignment>"))
    assert "TaskUID is `8`" in page.rejected[0].reason


def test_a_bad_project_field_is_rejected_with_the_project(tmp_path):
    page = page_of(tmp_path, plan(task(1), head=HEAD.replace("2026-11-20T17:00:00", "soon")))
    assert page.rows["project"] == []
    assert "StatusDate is `soon`" in page.rejected[0].reason


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


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<Project xmlns="http://schemas.microsoft.com/project"><Title>&b;</Title></Project>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    '<Project xmlns="http://schemas.microsoft.com/project"><Title>&a;</Title></Project>'
)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (BOMB, "mspdi.entities", "wall.xml declares a document type or entities"),
        (OUTSIDE, "mspdi.entities", "wall.xml declares a document type or entities"),
        ("<html><body>Sign in</body></html>", "mspdi.not_a_plan", "its root is <html>"),
        ('<Project xmlns="urn:other"/>', "mspdi.not_a_plan", "its root is <{urn:other}Project>"),
        (plan(task(1))[:-40], "mspdi.malformed", "wall.xml, line"),
        ("", "mspdi.malformed", "wall.xml, line 1, column 1: no element found"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "mspdi.not_a_plan", "wall.xml is a Project file (.mpp)"),
        ('<?xml version="1.0" encoding="no-such"?><Project/>', "mspdi.malformed", "encoding"),
        ('<?xml version="1.0" encoding="utf-7"?><Project/>', "mspdi.malformed", "encoding"),
    ],
    ids=[
        "entity bomb",
        "external entity",
        "web page",
        "other namespace",
        "cut off",
        "empty",
        "mpp",
        "encoding",
        "bytes",
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_place_and_remedy(tmp_path, text, code, words):
    with pytest.raises(RemoteRefusal) as refused:
        page_of(tmp_path, text)
    assert refused.value.code == code
    assert words in refused.value.what
    assert refused.value.remedy


def test_a_project_file_is_refused_with_the_way_to_xml_whatever_it_holds(tmp_path):
    (tmp_path / "wall.MPP").write_bytes(b"newer than we know")
    reader = source(tmp_path / "wall.MPP")
    with pytest.raises(RemoteRefusal, match=r"wall\.MPP is a Project file \(\.mpp\).*File > Save As > XML"):
        pulled(reader)


def test_a_folder_with_project_files_only_is_told_the_way_to_xml(tmp_path):
    (tmp_path / "wall.mpp").write_bytes(b"")
    with pytest.raises(ConfigurationError, match=r"such as wall\.mpp") as refused:
        source(tmp_path).probe()
    assert "File > Save As > XML" in refused.value.remedy


def test_a_file_that_is_cut_off_says_so(tmp_path):
    with pytest.raises(RemoteRefusal) as refused:
        page_of(tmp_path, plan(task(1))[:-40])
    assert "cut off" in refused.value.what
    assert "Save it from Microsoft Project again" in refused.value.remedy


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


def test_an_unchanged_file_gives_no_page_and_a_changed_one_is_read_again(tmp_path):
    (tmp_path / "a.xml").write_text(plan(task(1)))
    reader, positions = source(tmp_path), {}
    assert len(pulled(reader, positions)["a.xml"]) == 1
    assert pulled(reader, positions)["a.xml"] == []
    (tmp_path / "a.xml").write_text(plan(task(1), task(2)))
    (page,) = pulled(reader, positions)["a.xml"]
    assert len(page.rows["work_item"]) == 2
    assert Scope("work_item", "project_id", "plans:project:aaaaaaaa-0000-0000-0000-000000000001") in page.scopes


def test_an_unchanged_file_is_read_again_in_another_zone(tmp_path):
    (tmp_path / "a.xml").write_text(plan(task(1)))
    positions = {}
    pulled(source(tmp_path), positions)
    there = source(tmp_path, timezone="Asia/Shanghai")
    assert len(pulled(there, positions)["a.xml"]) == 1
    assert pulled(there, positions)["a.xml"] == []


def test_a_file_that_is_gone_takes_its_plan_along_once(tmp_path):
    (tmp_path / "a.xml").write_text(plan(task(1)))
    (tmp_path / "b.xml").write_text(plan(task(1), head=HEAD.replace("000000000001", "000000000002")))
    reader, positions = source(tmp_path), {}
    pulled(reader, positions)
    (tmp_path / "b.xml").unlink()
    (page,) = pulled(reader, positions)["b.xml"]
    project = "plans:project:aaaaaaaa-0000-0000-0000-000000000002"
    assert page.scopes == [Scope("project", "id", project)]
    assert page.rows == {}
    assert "b.xml" not in pulled(reader, positions)


def test_a_renamed_file_does_not_take_its_plan_along(tmp_path):
    (tmp_path / "a.xml").write_text(plan(task(1)))
    reader, positions = source(tmp_path), {}
    pulled(reader, positions)
    (tmp_path / "a.xml").rename(tmp_path / "z.xml")
    pages = pulled(reader, positions)
    assert pages["a.xml"][0].scopes == []
    assert len(pages["z.xml"][0].rows["work_item"]) == 1


def test_a_file_that_now_holds_another_plan_takes_the_earlier_one_along(tmp_path):
    (tmp_path / "a.xml").write_text(plan(task(1)))
    reader, positions = source(tmp_path), {}
    pulled(reader, positions)
    (tmp_path / "a.xml").write_text(plan(task(1), head=HEAD.replace("000000000001", "000000000009")))
    (page,) = pulled(reader, positions)["a.xml"]
    assert Scope("project", "id", "plans:project:aaaaaaaa-0000-0000-0000-000000000001") in page.scopes


def test_a_copy_of_a_plan_is_refused_instead_of_overwriting_it(tmp_path):
    (tmp_path / "a.xml").write_text(plan(task(1)))
    shutil.copy(tmp_path / "a.xml", tmp_path / "b.xml")
    reader = source(tmp_path)
    ((first, second),) = reader.partitions({})
    assert len(list(reader.pull(first, None))) == 1
    with pytest.raises(RemoteRefusal, match=r"b\.xml is the same project as a\.xml"):
        list(reader.pull(second, None))


def test_an_unreadable_neighbour_does_not_stop_a_plan(tmp_path):
    (tmp_path / "a.xml").write_text("<broken")
    (tmp_path / "b.xml").write_text(plan(task(1)))
    reader = source(tmp_path)
    assert len(list(reader.pull(Partition("plan", "b.xml"), None))) == 1


def test_a_file_knows_the_one_plan_that_it_is_about(tmp_path):
    (tmp_path / "a.xml").write_text(plan(task(1)))
    (tmp_path / "b.xml").write_text("<broken")
    reader, positions = source(tmp_path), {}
    ((first, second),) = reader.partitions(positions)
    assert (first.only_project, second.only_project) == ("", "")
    positions[first] = next(iter(reader.pull(first, None))).position
    ((first, second),) = reader.partitions(positions)
    assert first.only_project == "plans:project:aaaaaaaa-0000-0000-0000-000000000001"
    assert second.only_project == ""


def test_a_pattern_finds_files_in_folders_below(tmp_path):
    for folder, number in (("x", "1"), ("y", "2")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.xml").write_text(plan(task(1), head=HEAD.replace("00001}", f"0000{number}}}")))
    reader = source(tmp_path / "**" / "*.xml")
    ((first, second),) = reader.partitions({})
    assert (first.key, second.key) == ("x/p.xml", "y/p.xml")
    assert reader.probe().detail["files"] == "2"


@pytest.mark.parametrize("where", ["", "nothing.xml", "*.xml"], ids=["empty folder", "missing file", "pattern"])
def test_a_path_without_plans_is_a_configuration_error_and_deletes_nothing(tmp_path, where):
    reader = source(tmp_path / where)
    for act in (reader.probe, lambda: reader.partitions({Partition("plan", "a.xml"): "{}"})):
        with pytest.raises(ConfigurationError) as refused:
            act()
        assert refused.value.code == "mspdi.no_files"
        assert "share is mounted" in refused.value.remedy


def test_an_unknown_zone_is_a_mistake_in_the_settings(tmp_path):
    with pytest.raises(ValidationError, match="not an IANA time zone"):
        MspdiSource(kind="mspdi", path=tmp_path, timezone="Berlin")


def test_what_a_file_cannot_say_is_stated_as_a_capability(tmp_path):
    lacking = {(c.table, c.column): c.state for c in source(tmp_path).capabilities()}
    assert lacking["time_entry", "hours"] == "not_available"
    assert lacking["work_item", "points"] == "not_available"
    assert lacking["work_item", "status_category"] == "derived"
    assert ("work_item", "planned_cost") not in lacking


def test_a_file_that_cannot_be_opened_is_told_with_what_to_do(tmp_path):
    with pytest.raises(RemoteRefusal, match="cannot be opened") as told:
        digest(tmp_path)  # a folder: refused by the system as a locked file is, whoever runs the test
    assert "check the rights" in told.value.remedy
