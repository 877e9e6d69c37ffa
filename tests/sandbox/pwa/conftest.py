"""A small site of its own, served on loopback."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from pwa_client import OTHER, PLAN, Client, task_id

from sandbox.http import Server
from sandbox.pwa import PwaSite, ServerTask, TaskLink, routes


@pytest.fixture
def site() -> PwaSite:
    """Two plans: one of 250 tasks, one of two."""
    site = PwaSite()
    for project, name, day in ((PLAN, "Bridge", 3), (OTHER, "Dan's <Tower>", 9)):
        at = datetime(2026, 11, day, 18, 30, 5, 190000)
        site.add(
            "Projects", ProjectId=project, ProjectName=name, ProjectType=0, ProjectWork=Decimal("16.5"),
            ProjectModifiedDate=at, ProjectLastPublishedDate=at, ProjectPercentCompleted=40,
        )  # fmt: skip
    for number in range(250):
        site.add("Tasks", ProjectId=PLAN, TaskId=task_id(number), TaskName=f"Task {number}", TaskWork=Decimal(number))
    for number in range(2):
        own = task_id(number, OTHER)
        site.add("Tasks", ProjectId=OTHER, TaskId=own, TaskName=f"Task {number}", TaskIsMilestone=bool(number))
        site.add("TaskBaselines", ProjectId=OTHER, TaskId=own, BaselineNumber=0)
        site.add("Assignments", ProjectId=OTHER, TaskId=own, AssignmentId=task_id(50 + number, OTHER))
    site.links[OTHER] = [TaskLink(task_id(9), task_id(0, OTHER), task_id(1, OTHER), 1, -9600)]
    site.tasks[OTHER] = [
        ServerTask(task_id(0, OTHER), "Task 0", 3, datetime(2026, 12, 1, 17)),
        ServerTask(task_id(1, OTHER), "Task 1"),
    ]
    return site


@pytest.fixture
def client(site: PwaSite) -> Iterator[Client]:
    with Server(routes(site)) as server:
        yield Client(server.url)
        assert server.failures == []
