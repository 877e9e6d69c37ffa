"""Records of Dataverse that cannot be read, or look odd: nothing is lost, each is told."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dataverse_site import (
    A1,
    D1,
    E1,
    P1,
    P2,
    R2,
    T1,
    T2,
    T3,
    Environment,
    assignment,
    harbour,
    serving,
    task,
)

from connectors.dataverse.values import Values
from connectors.microsoft_values import BadValue
from tests.connectors.dataverse_pulls import pulled, rejected, rows, tables


@pytest.fixture
def site() -> Iterator[Environment]:
    with serving(environment := harbour()):
        yield environment


@pytest.mark.parametrize(
    ("entity_set", "key", "native", "wrong", "table"),
    [
        ("msdyn_projects", "msdyn_projectid", P2, {"msdyn_effort": "much"}, "project"),
        ("msdyn_projecttasks", "msdyn_projecttaskid", T3, {"msdyn_progress": True}, "work_item"),
        ("msdyn_projecttasks", "msdyn_projecttaskid", T3, {"statecode": 7}, "work_item"),
        ("msdyn_projecttasks", "msdyn_projecttaskid", T3, {"_msdyn_project_value": None}, "work_item"),
        ("msdyn_projecttasks", "msdyn_projecttaskid", T3, {"msdyn_finish": "soon"}, "work_item"),
        ("msdyn_projecttasks", "msdyn_projecttaskid", T3, {"_msdyn_parenttask_value": "above"}, "work_item"),
        ("bookableresources", "bookableresourceid", R2, {"resourcetype": 1.5}, "account"),
        (
            "msdyn_projecttaskdependencies",
            "msdyn_projecttaskdependencyid",
            D1,
            {"msdyn_projecttaskdependencylinktype": 9},
            "work_item_link",
        ),
        ("msdyn_timeentries", "msdyn_timeentryid", E1, {"msdyn_entrystatus": 5}, "time_entry"),
        ("msdyn_timeentries", "msdyn_timeentryid", E1, {"msdyn_duration": None}, "time_entry"),
        ("msdyn_timeentries", "msdyn_timeentryid", E1, {"msdyn_date": None}, "time_entry"),
    ],
)
def test_a_record_that_cannot_be_read_is_kept_apart_and_is_not_gone(
    site: Environment, entity_set: str, key: str, native: str, wrong: dict[str, Any], table: str
) -> None:
    before = tables(pulled(site))
    site.put(entity_set, **{key: native, **wrong})
    pages = pulled(site)
    (reason,) = rejected(pages).values()
    assert next(iter(wrong)) in reason
    assert set(tables(pages, before)[table]) == set(before[table])


def test_a_record_without_key_is_kept_apart_and_nothing_counts_as_gone(site: Environment) -> None:
    site.tables["msdyn_projecttaskdependencies"][D1]["msdyn_projecttaskdependencyid"] = None
    pages = pulled(site)
    assert "msdyn_projecttaskdependencyid" in rejected(pages)["dataverse.bad_link"]
    assert pages["dependencies"][-1].censuses == []


@pytest.mark.parametrize(
    "text",
    [
        "work",
        '{"Start": 1}',
        '[{"Start": "/Date(1)/", "End": "/Date(2)/"}]',
        '[{"Start": "1", "End": "/Date(2)/", "Hours": 1}]',
        '[{"Start": "/Date(9)/", "End": "/Date(2)/", "Hours": 1}]',
        '[{"Start": "/Date(1)/", "End": "/Date(2)/", "Hours": true}]',
        '[{"Start": "/Date(1)/", "End": "/Date(2)/", "Hours": -1}]',
        '[{"Start": null, "End": "/Date(2)/", "Hours": 1}]',
        '[{"Start": "/Date(999999999999999)/", "End": "/Date(2)/", "Hours": 1}]',
        "[1]",
        '[{"Start": "/Date(1)/", "End": "/Date(2)/", "Hours": NaN}]',
    ],
)
def test_a_mis_shaped_contour_is_told_and_the_assignment_stays(site: Environment, text: str) -> None:
    assignment(site, A1, msdyn_plannedwork=text)
    pages = pulled(site, timephased=True)
    found = tables(pages)
    assert found["assignment"][f"dv:assignment:{A1}"]["planned_hours"] == 16
    assert all(row["assignment_id"] != f"dv:assignment:{A1}" for row in found["timephased"].values())
    assert "msdyn_plannedwork" in rejected(pages)["dataverse.bad_contour"]


def test_guids_in_braces_and_capitals_are_the_same_guids(site: Environment) -> None:
    task(site, "{AAAAAAAA-2222-4000-8000-000000000004}", _msdyn_project_value=f"{{{P1.upper()}}}")
    row = rows(site, "work_item")["aaaaaaaa-2222-4000-8000-000000000004"]
    assert row["project_id"] == f"dv:project:{P1}"


def test_the_year_1_and_the_zero_guid_stand_for_nothing(site: Environment) -> None:
    zero = "00000000-0000-0000-0000-000000000000"
    task(site, T2, msdyn_finish="0001-01-01T00:00:00Z", _msdyn_parenttask_value=zero)
    row = rows(site, "work_item", timezone="America/New_York")[T2]
    assert (row["due_date"], row["finish_at"], row["parent_id"]) == (None, None, None)


def test_a_project_without_tasks_is_a_project(site: Environment) -> None:
    site.delete("msdyn_projecttasks", T3)
    site.delete("msdyn_resourceassignments", "44444444-0000-4000-8000-000000000002")
    found = tables(pulled(site))
    assert f"dv:project:{P2}" in found["project"]
    assert {row["project_id"] for row in found["work_item"].values()} == {f"dv:project:{P1}"}


def test_a_task_whose_parent_is_gone_stays(site: Environment) -> None:
    site.delete("msdyn_projecttasks", T1)
    pages = pulled(site)
    assert rejected(pages) == {}
    assert set(tables(pages)["work_item"]) == {f"dv:item:{T2}", f"dv:item:{T3}"}


def test_a_project_of_a_thousand_years_and_a_number_of_forty_digits_are_rejected(site: Environment) -> None:
    task(site, T2, msdyn_effort=1e40)
    assert "fifteen digits" in rejected(pulled(site))["dataverse.bad_task"]


def test_a_value_names_its_column() -> None:
    with pytest.raises(BadValue, match="msdyn_effort is 'much', expected a number"):
        Values({"msdyn_effort": "much"}, ZoneInfo("UTC")).number("msdyn_effort")
