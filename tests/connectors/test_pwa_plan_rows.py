"""Tasks, baselines, assignments and dependencies of a plan on Project Web App as rows."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portfolio.errors import RemoteError
from portfolio.ports import Scope
from tests.connectors.pwa_rows import OWN, plan_page, rows
from tests.connectors.pwa_site import (
    P1,
    P2,
    R1,
    R2,
    T1,
    T2,
    ZERO,
    project,
    pulled,
    reader,
    refuse,
    site_of,
    task,
)


def test_tasks_become_items_with_progress_and_outline(mock):
    top = task(T1, TaskIsProjectSummary=True, TaskIsSummary=True, ParentTaskId=T1, TaskOutlineLevel=0)
    child = task(T2, ParentTaskId=T1, TaskOutlineLevel=1, TaskWBS="1", TaskTotalSlack="-8.0", TaskDeadline=None)
    found = {row["native_id"]: row for row in rows(mock, site_of(Tasks=[top, child]), "work_item")}
    assert (found[T1]["outline_level"], found[T1]["parent_id"], found[T1]["kind"]) == (0, None, "summary")
    assert (found[T2]["parent_id"], found[T2]["kind"]) == (f"plans:item:{T1}", "task")
    assert (found[T2]["estimate_hours"], found[T2]["total_slack_hours"]) == (16, -8)
    assert (found[T2]["status_category"], found[T2]["complete_ratio"]) == ("in_progress", Decimal("0.25"))
    assert found[T2]["start_date"] == date(2026, 10, 1)


@pytest.mark.parametrize(
    "bad",
    [
        {"TaskWork": "NaN"},
        {"TaskWork": "1e30"},
        {"TaskIndex": "1e9999999"},
        {"TaskStartDate": "soon"},
        {"TaskIndex": 1.5},
        {"TaskIsSummary": "yes"},
        {"TaskId": ZERO},
    ],
    ids=["number", "extreme", "extreme count", "time", "fraction", "flag", "key"],
)
def test_a_bad_task_is_rejected_and_tasks_are_then_not_cleaned_up(mock, bad):
    page = plan_page(mock, site_of(Tasks=[task(T1), task(T2, **bad)]))
    assert [row["native_id"] for row in page.rows["work_item"]] == [T1]
    assert page.rejected[0].code == "pwa.bad_task"
    assert next(iter(bad)) in page.rejected[0].reason
    assert "work_item" not in {scope.table for scope in page.scopes}
    assert "assignment" in {scope.table for scope in page.scopes}


def test_baselines_come_from_their_own_sets_and_keep_their_number_and_date(mock):
    site = site_of(
        Tasks=[task()],
        TaskBaselines=[
            {"ProjectId": P1, "TaskId": T1, "BaselineNumber": 3, "TaskBaselineWork": "8.0", "TaskBaselineCost": "640.0",
             "TaskBaselineStartDate": "2026-10-01T08:00:00", "TaskBaselineModifiedDate": "2026-09-01T08:00:00"}
        ],
        ProjectBaselines=[{"ProjectId": P1, "BaselineNumber": 0, "ProjectBaselineCost": "139600.0", "TaskId": T1}],
    )  # fmt: skip
    of_task, of_project = rows(mock, site, "baseline")
    assert (of_task["id"], of_task["owner_id"], of_task["number"]) == (f"plans:baseline:{T1}:3", f"plans:item:{T1}", 3)
    assert (of_task["work_hours"], of_task["taken_at"]) == (8, datetime(2026, 9, 1, 8, tzinfo=UTC))
    assert (of_project["id"], of_project["owner_kind"]) == (f"plans:baseline:{P1}:0", "project")
    assert (of_project["owner_id"], of_project["cost"]) == (OWN, 139600)


def test_a_baseline_number_that_does_not_exist_is_rejected(mock):
    page = plan_page(mock, site_of(TaskBaselines=[{"ProjectId": P1, "TaskId": T1, "BaselineNumber": 11}]))
    assert "BaselineNumber is '11', expected 0 to 10" in page.rejected[0].reason


def test_the_person_with_most_work_is_the_assignee(mock):
    def given(native, resource, work):
        return {"ProjectId": P1, "AssignmentId": native, "TaskId": T1, "ResourceId": resource, "AssignmentWork": work}

    site = site_of(Tasks=[task()], Assignments=[given(P1, R1, "4.0"), given(P2, R2, "8.0"), given(T2, ZERO, "99.0")])
    page = plan_page(mock, site)
    assert page.rows["work_item"][0]["assignee_id"] == f"plans:account:{R2}"
    assert [row["account_id"] for row in page.rows["assignment"]] == [
        f"plans:account:{R1}",
        f"plans:account:{R2}",
        None,
    ]


@pytest.mark.parametrize("expands", [True, False], ids=["at once", "apart"])
def test_dependencies_and_constraints_come_from_project_server(mock, expands):
    site = site_of(Tasks=[task(T1), task(T2)])
    site.expands = expands
    site.server[P1, "TaskLinks"] = [
        {"PredecessorTaskId": T1, "SuccessorTaskId": T2, "DependencyType": 3, "LinkLag": -4800}
    ]
    site.server[P1, "Tasks"] = [
        {"Id": T1, "ConstraintType": 2, "ConstraintStartEnd": "2026-10-05T08:00:00"},
        {"Id": T2, "ConstraintType": 0, "ConstraintStartEnd": "0001-01-01T00:00:00"},
    ]
    page = plan_page(mock, site)
    (link,) = page.rows["work_item_link"]
    assert (link["from_id"], link["to_id"]) == (f"plans:item:{T1}", f"plans:item:{T2}")
    assert (link["dependency_type"], link["lag_hours"], link["kind"]) == ("SS", -8, "depends")
    first, second = page.rows["work_item"]
    assert (first["constraint_type"], first["constraint_date"]) == ("must_start_on", date(2026, 10, 5))
    assert (second["constraint_type"], second["constraint_date"]) == ("as_soon_as_possible", None)
    assert Scope("work_item_link", "project_id", OWN) in page.scopes


@pytest.mark.parametrize("status", [404, 403], ids=["absent", "forbidden"])
def test_without_project_server_plans_are_read_and_dependencies_are_stated_as_not_available(mock, status):
    site = site_of(Projects=[project(), project(P2)], Tasks=[task()])
    for native in (P1, P2):
        for collection in ("TaskLinks", "Tasks"):
            site.answers[f"ProjectServer/Projects('{native}')/{collection}"] = lambda query: refuse(status)
    site.install(mock)
    source = reader()
    pages = pulled(source)
    assert "work_item_link" not in pages[f"plan:{P1}"][0].rows
    assert "work_item_link" not in {scope.table for scope in pages[f"plan:{P1}"][0].scopes}
    assert sum(path.startswith("ProjectServer") for path in site.asked) == 6, "tried with both, then not again"
    stated = {(c.table, c.column): c for c in source.capabilities()}
    assert stated["work_item_link", "from_id"].state == "not_available"
    assert "ProjectServer" in stated["work_item", "constraint_type"].note


def test_a_project_whose_dependencies_alone_are_kept_back_is_told_as_a_rejection(mock):
    site = site_of(Projects=[project(), project(P2)])
    site.server = {(P1, "TaskLinks"): [], (P1, "Tasks"): [], (P2, "Tasks"): []}
    site.install(mock)
    (page,) = pulled(reader())[f"plan:{P2}"]
    assert "work_item_link" not in {scope.table for scope in page.scopes}
    assert "ProjectServer does not give the TaskLinks of this project" in page.rejected[0].reason


def test_a_failing_project_server_is_not_taken_for_an_absent_one(mock):
    site = site_of()
    site.answers[f"ProjectServer/Projects('{P1}')/TaskLinks"] = lambda query: refuse(500)
    site.install(mock)
    with pytest.raises(RemoteError):
        reader().capabilities()


def test_a_link_that_cannot_be_read_is_rejected(mock):
    site = site_of(Tasks=[task()])
    site.server[P1, "TaskLinks"] = [{"Id": R1, "PredecessorTaskId": T1, "SuccessorTaskId": T2, "DependencyType": 9}]
    page = plan_page(mock, site)
    assert "DependencyType is '9'" in page.rejected[0].reason
    assert "work_item_link" not in {scope.table for scope in page.scopes}


def test_a_constraint_that_does_not_exist_is_rejected_without_its_task(mock):
    site = site_of(Tasks=[task()])
    site.server[P1, "Tasks"] = [{"Id": T1, "ConstraintType": 9}]
    page = plan_page(mock, site)
    assert len(page.rows["work_item"]) == 1
    assert page.rejected[0].code == "pwa.bad_constraint"
