"""Which files of plans are read again, and whose plans are gone with them."""

import shutil

import pytest

from portfolio.errors import ConfigurationError, RemoteRefusal
from portfolio.ports import Partition, Scope
from tests.mspdi_plans import HEAD, plan, pulled, source, task


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
