"""Real plans of Microsoft Project: the dates and floats that it stored itself, held against ours, to the minute.

The plans go through our connector into stored rows, and from there through the step that measures any plan. What
Project computed stands in the same files: EarlyStart, EarlyFinish, LateStart, LateFinish, TotalSlack and FreeSlack of
each task. Two moments are the same where no working time lies between them.

`project.xml` is left out: another program wrote it, with 2000-01-01 for every date that it did not know, actual starts
and deadlines among them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from defusedxml import ElementTree

from connectors.msproject import mspdi
from connectors.msproject.mspdi import Reading
from rules.measures.network.assess import assess
from rules.measures.network.rows import LinkRow, PlanRow, TaskResult, TaskRow
from rules.measures.network.step import READS, calendars_of, rows_of
from rules.measures.network.worktime import DAY, Worktime
from tests.measured import Portfolio, asked, measured_database
from tests.oracle_plans import PLANS
from tests.shared_data import needs_shared

pytestmark = needs_shared
_NAME = "{http://schemas.microsoft.com/project}"
_DATES = {
    "EarlyStart": "early_start",
    "EarlyFinish": "early_finish",
    "LateStart": "late_start",
    "LateFinish": "late_finish",
}
_FLOATS = {"TotalSlack": "total_float", "FreeSlack": "free_float"}
VALUES = {"Software_Development": 74 * 6, "HomeMovePlan": 126 * 6, "sample": 55 * 6}


@pytest.fixture(scope="module")
def portfolio() -> Iterator[Portfolio]:
    connection = measured_database()
    yield Portfolio(connection)
    connection.close()


def read(told: Portfolio, name: str) -> None:
    """The plan as the only one of the portfolio."""
    for table in ("project", "initiative", "initiative_project", "work_item", "work_item_link", "calendar"):
        told.connection.execute(f"DELETE FROM {table}")
    told.connection.execute("DELETE FROM calendar_day")
    for part in mspdi.parts(PLANS / f"{name}.xml", Reading("plans", ZoneInfo("UTC"), timephased=False)):
        for table, rows in part.tables.items():
            if table in ("project", "work_item", "work_item_link", "calendar", "calendar_day"):
                for row in rows:
                    told.add(table, **row)
                    if table == "project":
                        told.initiative("A", row["id"])


def computed(told: Portfolio) -> tuple[list[tuple[TaskResult, Worktime]], dict[str, int]]:
    """Results with the calendar of each task, and the place of each task in its plan."""
    tables = {name: asked(told.connection, sql).to_arrow_table() for name, sql in READS.items()}
    calendars = calendars_of(tables["calendars"], tables["calendar_days"])
    (plan,), tasks = rows_of(PlanRow, tables["plans"]), list(rows_of(TaskRow, tables["tasks"]))
    results, _ = assess(plan, tasks, list(rows_of(LinkRow, tables["links"])), calendars)
    own = {t.item_id: calendars.worktime(t.calendar_id or plan.calendar_id or "") for t in tasks}
    places = {t.item_id: t.sequence for t in tasks if t.sequence is not None}
    return [(r, time) for r in results if (time := own[r.item_id]) is not None], places


def stored(name: str) -> dict[int, dict[str, str]]:
    """What Project computed, by the task's place in the plan."""
    root = ElementTree.parse(PLANS / f"{name}.xml").getroot()
    wanted = (*_DATES, *_FLOATS)
    return {
        int(task.findtext(f"{_NAME}ID")): {k: text for k in wanted if (text := task.findtext(_NAME + k)) is not None}
        for task in root.iter(f"{_NAME}Task")
    }


def moment(text: str) -> int:
    told = datetime.fromisoformat(text)
    return (told - datetime(1970, 1, 1)).days * DAY + told.hour * 60 + told.minute


def differences(result: TaskResult, time: Worktime, theirs: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Each value that both have, with the difference in working minutes."""
    for name, ours in _DATES.items():
        yield name, time.between(moment(theirs[name]), getattr(result, ours))
    for name, ours in _FLOATS.items():
        yield name, getattr(result, ours) - int(theirs.get(name, 0)) / 10


@pytest.mark.parametrize("name", VALUES)
def test_every_date_and_float_is_the_one_that_project_stored(portfolio: Portfolio, name: str, capsys: Any) -> None:
    read(portfolio, name)
    results, places = computed(portfolio)
    theirs = stored(name)

    found = [
        (result.item_id, *difference)
        for result, time in results
        for difference in differences(result, time, theirs[places[result.item_id]])
    ]

    with capsys.disabled():
        print(f"\n{name}: {len(found)} values of {len(results)} tasks, by kind {dict(Counter(f[1] for f in found))}")
    assert [one for one in found if one[2] != 0] == []
    assert len(found) == VALUES[name]
