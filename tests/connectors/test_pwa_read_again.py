"""Which plans of Project Web App are read again, and which are gone."""

import json

from portfolio.ports import Partition, Scope
from tests.connectors.pwa_site import (
    P1,
    P2,
    R1,
    T1,
    T2,
    project,
    pulled,
    reader,
    site_of,
    task,
)


def test_an_unchanged_plan_is_not_read_again(mock):
    site = site_of(Projects=[project(), project(P2)], Tasks=[task(), task(T2, P2)])
    site.install(mock)
    positions: dict[Partition, str] = {}
    pulled(reader(), positions)
    site.asked.clear()
    site.sets["Projects"][1]["ProjectLastPublishedDate"] = "2026-11-20T08:00:00"
    pages = pulled(reader(), positions)
    assert f"plan:{P1}" not in pages
    assert len(pages[f"plan:{P2}"]) == 1
    assert not any(path.startswith("ProjectData") and P1 in path for path in site.asked)
    assert f"plan:{P2}" not in pulled(reader(), positions)


def test_a_plan_that_is_pulled_without_the_list_finds_its_own_stamp(mock):
    site = site_of(Tasks=[task()])
    site.install(mock)
    (page,) = reader().pull(Partition("plan", P1), None)
    assert list(reader().pull(Partition("plan", P1), page.position)) == []


def test_unchanged_plans_are_read_again_once_project_server_answers(mock):
    site = site_of(Tasks=[task(), task(T2)])
    site.install(mock)
    positions: dict[Partition, str] = {}
    (before,) = pulled(reader(), positions)[f"plan:{P1}"]
    assert "work_item_link" not in before.rows
    site.server[P1, "Tasks"] = []
    site.server[P1, "TaskLinks"] = [{"Id": R1, "PredecessorTaskId": T1, "SuccessorTaskId": T2, "DependencyType": 1}]
    (after,) = pulled(reader(), positions)[f"plan:{P1}"]
    assert [link["dependency_type"] for link in after.rows["work_item_link"]] == ["FS"]
    assert f"plan:{P1}" not in pulled(reader(), positions)


def test_unchanged_plans_are_read_again_in_another_zone(mock):
    site_of(Tasks=[task()]).install(mock)
    positions: dict[Partition, str] = {}
    pulled(reader(), positions)
    assert f"plan:{P1}" in pulled(reader(timezone="Europe/Berlin"), positions)


def test_unchanged_plans_are_read_again_once_their_rows_are_made_otherwise(mock):
    site_of(Tasks=[task()]).install(mock)
    positions: dict[Partition, str] = {}
    pulled(reader(), positions)
    (plan,) = [partition for partition in positions if partition.stream == "plan"]
    version, *rest = json.loads(positions[plan])
    positions[plan] = json.dumps([version - 1, *rest])
    assert f"plan:{P1}" in pulled(reader(), positions)
    assert f"plan:{P1}" not in pulled(reader(), positions)


def test_a_deleted_project_is_gone_with_the_list_and_back_with_it(mock):
    site = site_of(Projects=[project(), project(P2)], Tasks=[task(), task(T2, P2)])
    site.install(mock)
    positions: dict[Partition, str] = {}
    pulled(reader(), positions)
    gone = site.sets["Projects"].pop()
    pages = pulled(reader(), positions)
    (listed,) = pages["projects:all"]
    assert [row["native_id"] for row in listed.rows["project"]] == [P1]
    assert Scope("project", "source", "plans") in listed.scopes
    assert f"plan:{P2}" not in pages
    site.sets["Projects"].append(gone)
    pages = pulled(reader(), positions)
    assert [row["native_id"] for row in pages["projects:all"][0].rows["project"]] == [P1, P2]
    assert f"plan:{P2}" not in pages, "its rows were never removed"


def test_a_plan_that_is_not_listed_gives_nothing(mock):
    site_of().install(mock)
    assert list(reader().pull(Partition("plan", P2), None)) == []
