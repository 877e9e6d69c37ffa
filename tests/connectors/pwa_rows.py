"""Rows that records of a small Project Web App site become."""

from tests.connectors.pwa_site import (
    P1,
    R1,
    T1,
    pulled,
    reader,
    site_of,
)

OWN = f"plans:project:{P1}"


def rows(mock, site, table, **more):
    site.install(mock)
    pages = pulled(reader(**more))
    return [row for found in pages.values() for page in found for row in page.rows.get(table, [])]


def plan_page(mock, site, **more):
    site.install(mock)
    (page,) = pulled(reader(**more))[f"plan:{P1}"]
    return page


LINE = "44444444-0000-0000-0000-000000000001"


def line(native=LINE, **more):
    return {
        "TimesheetLineId": native, "ProjectId": P1, "TaskId": T1, "TimesheetOwnerId": R1, "TimesheetOwner": "Ada",
        "TimesheetLineStatus": "Approved", "TimesheetStatusId": 3, "PeriodStartDate": "2026-11-02T00:00:00",
        "PeriodEndDate": "2026-11-04T00:00:00", "CreatedDate": None, "ModifiedDate": "2026-11-05T10:00:00", **more,
    }  # fmt: skip


def day(number, adjustment=0, native=LINE, **more):
    return {
        "TimesheetLineId": native, "AdjustmentIndex": adjustment, "TimeByDay": f"2026-11-{number:02}T00:00:00",
        "ActualWorkBillable": "0.0", "ActualWorkNonBillable": "0.0", "ActualOvertimeWorkBillable": "0.0",
        "ActualOvertimeWorkNonBillable": "0.0", **more,
    }  # fmt: skip


def time_site(lines, days):
    return site_of(
        Resources=[{"ResourceId": R1, "ResourceName": "Ada"}], TimesheetLines=lines, TimesheetLineActualDataSet=days
    )
