"""Work over time, and records as a real environment gave them (quoted by the authors of MPXJ)."""

import itertools
import json
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dataverse_site import (
    A1,
    DAY,
    EIGHT_HOURS,
    MONDAY,
    P1,
    R1,
    T1,
    contour,
)
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from connectors.dataverse import normalise, plan_rows
from connectors.dataverse.contour import stretches
from connectors.dataverse.settings import DataverseFields

BERLIN = ZoneInfo("Europe/Berlin")


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 12)), max_size=30), st.sampled_from(["UTC", "Asia/Tokyo"])
)
def test_no_hour_of_a_contour_is_lost_and_no_day_is_in_two_stretches(slices: list[tuple[int, int]], zone: str) -> None:
    text = contour(*((MONDAY + day * DAY, MONDAY + day * DAY + EIGHT_HOURS, hours) for day, hours in slices))
    found = stretches(text, ZoneInfo(zone))
    assert sum(part.hours for part in found) == sum(hours for _, hours in slices)
    assert all(one.last < other.first for one, other in itertools.pairwise(found))


def test_midnight_ends_the_day_before_and_other_hours_begin_another_stretch() -> None:
    text = contour(
        (MONDAY - 10 * 3_600_000, MONDAY + 14 * 3_600_000, 8),  # a day of Berlin, from midnight to midnight
        (MONDAY + DAY, MONDAY + DAY + EIGHT_HOURS, 4),
        (MONDAY + 3 * DAY, MONDAY + 3 * DAY + EIGHT_HOURS, 4),
    )
    found = [(part.first.day, part.last.day, part.hours) for part in stretches(text, BERLIN)]
    assert found == [(28, 28, 8), (29, 29, 4), (1, 1, 4)]


def test_a_slice_of_several_days_is_one_stretch_that_ends_before_midnight() -> None:
    begins = MONDAY - 10 * 3_600_000  # midnight in Berlin
    (part,) = stretches(contour((begins, begins + 5 * DAY, 15)), BERLIN)
    assert (part.first.day, part.last.day, part.hours) == (28, 2, 15)


def test_nothing_planned_is_no_stretch() -> None:
    assert stretches(None, BERLIN) == []
    assert stretches("[]", BERLIN) == []
    assert stretches(contour((MONDAY, MONDAY, 0)), BERLIN) == []


def captured(name: str, **more: Any) -> dict[str, Any]:
    return json.loads((SHARED / "captured_records" / f"dataverse_{name}.json").read_text())["captured"] | more


HERE = normalise.Environment("dv", "https://example.crm11.dynamics.com", ZoneInfo("Europe/London"), DataverseFields())


@needs_shared
def test_a_captured_project_is_read() -> None:
    record = captured("msdyn_project", msdyn_projectid=P1, msdyn_subject="Real", msdyn_finish="2019-11-04T17:00:00Z")
    row, problems = normalise.project_row(record, HERE)
    assert problems == []
    assert (row["start_date"], row["finish_date"]) == (date(2019, 10, 15), date(2019, 11, 4))
    assert (row["remaining_hours"], row["archived"]) == (80, False)


@needs_shared
def test_a_captured_task_dependency_and_baseline_are_read() -> None:
    item = plan_rows.task_row(captured("msdyn_projecttask", msdyn_projecttaskid=T1), HERE, Decimal(8), None, {})
    assert (item["start_date"], item["due_date"], item["sequence"]) == (date(2019, 10, 15), date(2019, 10, 21), 2)
    link = plan_rows.link_row(captured("msdyn_projecttaskdependency"), HERE)
    assert link is not None
    assert (link["dependency_type"], link["lag_hours"]) == ("FS", 0)
    base = plan_rows.baseline_row(captured("msdyn_projectbaselinetaskdata"), P1, HERE, Decimal(8))
    assert (base["duration_hours"], base["work_hours"]) == (16, 0)


@needs_shared
def test_a_captured_assignment_has_five_days_in_two_stretches() -> None:
    record = captured("msdyn_resourceassignment", msdyn_resourceassignmentid=A1)
    row = plan_rows.assignment_row(record, HERE)
    assert row is not None
    found = plan_rows.timephased_rows(record, row, HERE)
    assert [(r["starts_on"], r["ends_on"], r["hours"]) for r in found] == [
        (date(2019, 10, 15), date(2019, 10, 18), 32),
        (date(2019, 10, 21), date(2019, 10, 21), 8),
    ]


@needs_shared
def test_a_captured_resource_is_read() -> None:
    row = normalise.resource_row(captured("bookableresource", bookableresourceid=R1), HERE)
    assert (row["kind"], row["active"], row["email"]) == ("generic", True, None)


def test_thirds_of_hours_add_up_to_the_whole() -> None:
    days = [f'{{"Start":"/Date({d}000)/","End":"/Date({d + 1}000)/","Hours":3.333333}}' for d in (0, 200_000, 400_000)]
    found = stretches(f"[{','.join(days)}]", ZoneInfo("UTC"))
    assert sum(part.hours for part in found) == Decimal("10.00")
    assert all(part.hours == round(part.hours, 2) for part in found)
