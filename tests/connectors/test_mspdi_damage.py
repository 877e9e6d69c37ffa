"""Plans as XML that cannot be used, or only in part: what is told."""

import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.msproject.files import digest
from connectors.msproject.values import Fields
from portfolio.errors import ConfigurationError, RemoteRefusal
from tests.mspdi_plans import HEAD, items, link, page_of, plan, pulled, source, task


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


def test_a_file_that_cannot_be_opened_is_told_with_what_to_do(tmp_path):
    with pytest.raises(RemoteRefusal, match="cannot be opened") as told:
        digest(tmp_path)  # a folder: refused by the system as a locked file is, whoever runs the test
    assert "check the rights" in told.value.remedy
