"""Changing a site as planners would."""

from datetime import datetime

import pytest
from pwa_client import OTHER, PLAN, task_id

from sandbox.pwa import PwaSite

AT = datetime(2026, 11, 23, 9)


def test_publishing_moves_the_dates_of_the_project_and_all_its_tasks(site: PwaSite) -> None:
    site.touch(OTHER, AT)
    assert [r["ProjectModifiedDate"] for r in site.rows("Projects", ProjectId=OTHER)] == [AT]
    assert {r["TaskModifiedDate"] for r in site.rows("Tasks", ProjectId=OTHER)} == {AT}
    assert AT not in {r["TaskModifiedDate"] for r in site.rows("Tasks", ProjectId=PLAN)}


def test_an_edit_publishes_the_project(site: PwaSite) -> None:
    assert site.edit("Tasks", {"TaskName": "Renamed"}, AT, TaskId=task_id(0, OTHER)) == 1
    assert site.rows("Tasks", TaskName="Renamed")
    assert site.rows("Projects", ProjectLastPublishedDate=AT)


def test_a_deleted_task_takes_baseline_assignments_and_links_along(site: PwaSite) -> None:
    gone = task_id(0, OTHER)
    site.delete_task(OTHER, gone, AT)
    for name in ("Tasks", "TaskBaselines", "Assignments"):
        assert not site.rows(name, TaskId=gone)
        assert site.rows(name, TaskId=task_id(1, OTHER))
    assert site.links[OTHER] == []
    assert [t.id for t in site.tasks[OTHER]] == [task_id(1, OTHER)]


def test_a_deleted_project_leaves_no_trace(site: PwaSite) -> None:
    site.delete_project(OTHER)
    assert not any(row.get("ProjectId") == OTHER for rows in site.sets.values() for row in rows)
    assert OTHER not in site.links and OTHER not in site.tasks
    assert len(site.rows("Tasks")) == 250


def test_columns_that_are_never_null_are_filled(site: PwaSite) -> None:
    [row] = site.rows("Projects", ProjectId=PLAN)
    assert row["ProjectOwnerId"] == "00000000-0000-0000-0000-000000000000"
    assert row["ProjectCreatedDate"] == datetime(1984, 1, 1)


def test_an_unknown_column_is_refused(site: PwaSite) -> None:
    with pytest.raises(KeyError, match="Projects has no column Colour"):
        site.add("Projects", Colour="red")
    with pytest.raises(KeyError):
        site.hide_column("Projects", "Colour")


def test_an_unknown_project_name_is_refused(site: PwaSite) -> None:
    assert site.project_id("Bridge") == PLAN
    with pytest.raises(LookupError, match="'Tunnel'"):
        site.project_id("Tunnel")
