"""Time-phased records of ProjectData as rows. Pure. `TimeByDay` is a day, or the first of those rolled up."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from connectors import microsoft_plan as plan
from connectors.pwa.normalise import Row, Site
from connectors.pwa.values import BadValue

_KEYS = ("ProjectId", "AssignmentId", "TaskId", "ResourceId", "TimeByDay")
PLANNED, BASELINE = "AssignmentTimephasedDataSet", "AssignmentBaselineTimephasedDataSet"
SPREAD_SETS: Mapping[str, Mapping[str, str]] = {
    PLANNED: dict.fromkeys(
        (
            *_KEYS,
            "AssignmentWork",
            "AssignmentActualWork",
            "AssignmentActualOvertimeWork",
            "AssignmentCost",
            "AssignmentActualCost",
        ),
        "",
    ),
    BASELINE: dict.fromkeys((*_KEYS, "BaselineNumber", "AssignmentBaselineWork", "AssignmentBaselineCost"), ""),
}
"""Sets of work over days that are read, with their columns. Those of tasks and resources are sums of them."""

_KINDS: Mapping[str, tuple[tuple[str, str, str | None], ...]] = {
    PLANNED: (
        ("planned", "AssignmentWork", "AssignmentCost"),
        ("actual", "AssignmentActualWork", "AssignmentActualCost"),
        ("overtime", "AssignmentActualOvertimeWork", None),
    ),
    BASELINE: (("baseline", "AssignmentBaselineWork", "AssignmentBaselineCost"),),
}


def spread_rows(entity_set: str, record: Mapping[str, Any], site: Site) -> Iterator[Row]:
    """The `timephased` rows of one record: one for each kind with something in it."""
    values = site.values(record)
    day = values.day("TimeByDay")
    if day is None:
        raise BadValue("TimeByDay", record.get("TimeByDay"), "a day")
    assignment = values.key("AssignmentId")
    number = values.whole("BaselineNumber") if entity_set == BASELINE else None
    if entity_set == BASELINE and (number is None or not 0 <= number <= 10):
        raise BadValue("BaselineNumber", number, "0 to 10")
    for kind, work, cost in _KINDS[entity_set]:
        hours = values.hours(work)
        money = values.money(cost) if cost else None
        if hours or money:
            place = f"{assignment}:{kind}{'' if number is None else number}:{day}:{day}"
            yield {
                "id": plan.row_id(site.source, "timephased", place),
                "source": site.source,
                "project_id": plan.row_id(site.source, "project", values.key("ProjectId")),
                "work_item_id": site.id_of("item", values.guid("TaskId")),
                "assignment_id": plan.row_id(site.source, "assignment", assignment),
                "account_id": site.id_of("account", values.guid("ResourceId")),
                "kind": kind,
                "number": number,
                "starts_on": day,
                "ends_on": day,
                "hours": hours or Decimal(0),
                "cost": money,
            }
