"""Timesheets of Project Web App as time entries."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.ports import Partition
from tests.connectors.pwa_rows import LINE, OWN, day, line, rows, time_site
from tests.connectors.pwa_site import (
    HIDDEN,
    R1,
    R2,
    T1,
    T2,
    project,
    pulled,
    reader,
    site_of,
)


def test_a_day_is_the_sum_over_its_adjustments_with_overtime(mock):
    site = time_site(
        [line()],
        [
            day(2, ActualWorkBillable="6.0", ActualOvertimeWorkNonBillable="1.5"),
            day(2, 1, ActualWorkBillable="-2.0"),
            day(3, ActualWorkBillable="4.0"),
            day(3, 1, ActualWorkBillable="-4.0"),
        ],
    )
    (entry,) = rows(mock, site, "time_entry")
    assert entry["id"] == f"plans:time:{LINE}:2026-11-02"
    assert (entry["hours"], entry["billable_hours"], entry["spent_on"]) == (Decimal("5.5"), 4, date(2026, 11, 2))
    assert (entry["project_id"], entry["work_item_id"], entry["account_id"]) == (
        OWN,
        f"plans:item:{T1}",
        f"plans:account:{R1}",
    )
    assert entry["state"] == "approved"


@pytest.mark.parametrize(
    ("status", "number", "state"),
    [
        ("Approved", 1, "approved"),
        ("Rejected", 1, "rejected"),
        ("Pending Approval", 1, "submitted"),
        ("Pending Submission", 0, "open"),
        (None, 0, "open"),
        (None, 4, "rejected"),
        ("Genehmigt", 3, "approved"),
        (None, None, None),
    ],
)
def test_the_state_of_a_line_counts_before_that_of_its_timesheet(mock, status, number, state):
    site = time_site([line(TimesheetLineStatus=status, TimesheetStatusId=number)], [day(2, ActualWorkBillable="1.0")])
    assert rows(mock, site, "time_entry")[0]["state"] == state


def test_an_owner_with_an_id_of_the_timesheets_own_is_found_by_name(mock):
    site = time_site([line(TimesheetOwnerId=R2)], [day(2, ActualWorkBillable="1.0")])
    assert rows(mock, site, "time_entry")[0]["account_id"] == f"plans:account:{R1}"


def test_administrative_time_belongs_to_no_project(mock):
    lines = [line(ProjectId=None), line(T1, ProjectId=HIDDEN), line(T2)]
    site = time_site(lines, [day(2, native=n, ActualWorkBillable="1.0") for n in (LINE, T1, T2)])
    site.sets["Projects"].append(project(HIDDEN, ProjectType=7))
    assert [entry["id"].split(":")[2] for entry in rows(mock, site, "time_entry")] == [T2]


def test_a_bad_day_rejects_its_line_only(mock):
    site = time_site([line(), line(T2)], [day(2, ActualWorkBillable="x"), day(2, native=T2, ActualWorkBillable="1.0")])
    site.install(mock)
    (page,) = pulled(reader())["time:all"]
    assert len(page.rows["time_entry"]) == 1
    assert (page.rejected[0].native_id, page.rejected[0].code) == (f"plans:time:{LINE}", "pwa.bad_timesheet_line")


def test_time_goes_on_from_where_it_stopped_and_takes_back_days_without_hours(mock):
    site = time_site([line()], [day(2, ActualWorkBillable="1.0"), day(3, ActualWorkBillable="2.0")])
    site.install(mock)
    positions: dict[Partition, str] = {}
    source = reader()
    (first,) = pulled(source, positions)["time:all"]
    assert first.scopes == []
    site.sets["TimesheetLines"].append(line(T2, ModifiedDate="2026-10-01T10:00:00"))
    site.sets["TimesheetLineActualDataSet"] = [day(3, ActualWorkBillable="2.5")]
    (second,) = pulled(source, positions)["time:all"]
    assert [row["hours"] for row in second.rows["time_entry"]] == [Decimal("2.5")]
    assert [scope.value for scope in second.scopes] == [
        f"plans:time:{LINE}:2026-11-02",
        f"plans:time:{LINE}:2026-11-04",
    ]
    assert any("ModifiedDate ge datetime'2026-11-05T09:00:00'" in path for path in site.asked)


def test_a_site_without_timesheets_has_no_time(mock):
    site = site_of()
    site.install(mock)
    source = reader()
    assert pulled(source)["time:all"] == []
    stated = {(c.table, c.column): c.state for c in source.capabilities()}
    assert stated["time_entry", "hours"] == "not_available"
