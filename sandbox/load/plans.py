"""A big Project Web App site, which is one model project on a true `PwaSite` and a rule how others differ from it.

Every GUID of the model begins with the same eight digits; in project `n` they are `n` in hex digits, in ids and names
alike. A moment that cannot otherwise occur stands for the last publication, and `r0000` for how often it was touched.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from sandbox.pwa import PwaSite, ServerTask, TaskLink
from sandbox.pwa.literals import without_zone
from sandbox.pwa.schema import Edition

MODEL = "aaaaaaaa"
PUBLISHED = datetime.fromisoformat("1999-09-09T09:09:09")
REVISION = "r0000"
PHASE_OF = 10
"""Every tenth task is a phase of those after it."""
_FIRST, _NOW = datetime.fromisoformat("2026-03-02T18:30:00"), datetime.fromisoformat("2026-11-23T07:00:00")
_PROJECT = re.compile(r"([0-9a-f]{8})-0000-4000-8000-000000000000")
_RESOURCES = 40


@dataclass
class PlanScale:
    """How big the site is, and which projects were touched how often and when last."""

    projects: int
    tasks: int
    revision: int = 0
    now: datetime = _NOW
    touched: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def expected(self) -> dict[str, int]:
        """What a complete store must hold."""
        leaves = len(range(self.tasks)) - len(range(0, self.tasks, PHASE_OF))
        per_project = {"tasks": self.tasks, "assignments": leaves, "task_baselines": self.tasks,
                       "project_baselines": 1, "links": max(0, leaves - 1)}  # fmt: skip
        once = {"projects": self.projects, "resources": _RESOURCES}
        return once | {name: n * self.projects for name, n in per_project.items()}

    def project(self, guid: str) -> int | None:
        """Which project has that id."""
        found = _PROJECT.fullmatch(guid.lower())
        number = int(found[1], 16) if found else self.projects
        return number if number < self.projects else None

    def published(self, project: int) -> datetime:
        """When a project was last published, local time: one a minute from spring on, touched ones later."""
        touched = self.touched.get(project)
        return touched[1] if touched else _FIRST + timedelta(minutes=project)

    def touch(self, count: int) -> int:
        """Publish about `count` projects anew, spread over the site; give how many. An hour goes by."""
        with self.lock:
            stride = max(1, self.projects // max(1, count))
            touched = range(0, self.projects, stride)
            self.now += timedelta(hours=1)
            for place, project in enumerate(touched):
                again = self.touched.get(project, (0, _NOW))[0] + 1
                self.touched[project] = (again, self.now + timedelta(seconds=place))
            self.revision += 1
        return len(touched)

    def made(self, model: bytes, project: int) -> bytes:
        """Text of the model project, turned into that of another one."""
        again = self.touched.get(project, (0, _NOW))[0]
        return (
            model.replace(MODEL.encode(), f"{project:08x}".encode())
            .replace(without_zone(PUBLISHED).encode(), without_zone(self.published(project)).encode())
            .replace(REVISION.encode(), f"r{again:04}".encode())
        )


def model_site(scale: PlanScale, edition: Edition) -> PwaSite:
    """The model project on a site of its own, with the resources that all projects share."""
    site = PwaSite(language="en", edition=edition)
    project = guid(0, 0)
    for number in range(_RESOURCES):
        site.add("Resources", ResourceId=_resource(number), ResourceName=f"Load Person {number:02}", ResourceType=2,
                 ResourceEmailAddress=f"person{number:02}@load.example", ResourceStandardRate=Decimal(80),
                 ResourceMaxUnits=Decimal(1), ResourceIsActive=True, TypeName="Work")  # fmt: skip
    work = Decimal(8 * (scale.expected["assignments"] // scale.projects))
    common = {"ProjectId": project, "ProjectName": f"Load project {MODEL}"}
    site.add(
        "Projects", **common, ProjectType=0, ProjectCurrency="EUR", ProjectTimephased="Disabled",
        ProjectModifiedDate=PUBLISHED, ProjectLastPublishedDate=PUBLISHED, ProjectCreatedDate=_FIRST,
        ProjectStartDate=_FIRST, ProjectFinishDate=_NOW, ProjectStatusDate=_NOW, ProjectWork=work,
        ProjectActualWork=work / 2, ProjectRemainingWork=work / 2, ProjectCost=work * 80, ProjectActualCost=work * 40,
        ProjectPercentCompleted=50, ProjectPercentWorkCompleted=50, ProjectDescription="", InitiativeKey=f"L-{MODEL}",
        ProjectOwnerName="Load Person 00", ProjectOwnerId=_resource(0), ProjectManagerName="Load Person 00",
        EnterpriseProjectTypeName="Enterprise Project", ProjectIdentifier=MODEL,
    )  # fmt: skip
    site.add("ProjectBaselines", **common, TaskId=guid(1, 0), BaselineNumber=0, ProjectBaselineWork=work,
             ProjectBaselineCost=work * 80, ProjectBaselineModifiedDate=_FIRST, ProjectBaselineStartDate=_FIRST,
             ProjectBaselineFinishDate=_NOW)  # fmt: skip
    leaves = []
    for number in range(scale.tasks):
        if number % PHASE_OF:
            leaves.append(number)
        _add_task(site, common, number, scale.tasks)
    site.links[project] = [TaskLink(guid(3, one), guid(1, one), guid(1, other)) for one, other in pairwise(leaves)]
    site.tasks[project] = [ServerTask(guid(1, n), f"Task {n} of {MODEL}") for n in range(scale.tasks)]
    return site


def _add_task(site: PwaSite, common: dict[str, str], number: int, tasks: int) -> None:
    leaf, task = bool(number % PHASE_OF), guid(1, number)
    last = tasks if number == 0 else number if leaf else number + PHASE_OF - 1  # a phase lasts as long as its tasks
    start, finish = _FIRST + timedelta(days=number), _FIRST + timedelta(days=last + 4)
    hours = Decimal(8 if leaf else 0)
    name = f"Task {number} of {MODEL}, {REVISION}"
    above = 0 if number % PHASE_OF == 0 else number - number % PHASE_OF
    site.add(
        "Tasks", **common, TaskId=task, TaskName=name, ParentTaskId=guid(1, above), TaskIndex=number,
        TaskClientUniqueId=number, TaskWBS=str(number), TaskOutlineNumber=str(number),
        TaskOutlineLevel=0 if number == 0 else 2 if leaf else 1, TaskIsProjectSummary=number == 0,
        TaskIsSummary=not leaf, TaskIsMilestone=False, TaskIsActive=True, TaskPriority=500, TaskStartDate=start,
        TaskFinishDate=finish, TaskDuration=Decimal(40), TaskWork=hours, TaskActualWork=hours / 2,
        TaskRemainingWork=hours / 2, TaskCost=hours * 80, TaskActualCost=hours * 40, TaskPercentCompleted=50,
        TaskPercentWorkCompleted=50, TaskModifiedDate=PUBLISHED, TaskCreatedDate=_FIRST, TaskTotalSlack=Decimal(0),
    )  # fmt: skip
    site.add("TaskBaselines", **common, TaskId=task, TaskName=name, BaselineNumber=0, TaskBaselineStartDate=start,
             TaskBaselineFinishDate=finish, TaskBaselineDuration=Decimal(40), TaskBaselineWork=hours,
             TaskBaselineCost=hours * 80, TaskBaselineModifiedDate=_FIRST)  # fmt: skip
    if leaf:
        person = number % _RESOURCES
        site.add(
            "Assignments", **common, AssignmentId=guid(2, number), TaskId=task, TaskName=name,
            ResourceId=_resource(person), ResourceName=f"Load Person {person:02}", AssignmentStartDate=start,
            AssignmentFinishDate=finish, AssignmentWork=hours, AssignmentActualWork=hours / 2,
            AssignmentRemainingWork=hours / 2, AssignmentCost=hours * 80, AssignmentActualCost=hours * 40,
            AssignmentModifiedDate=PUBLISHED, AssignmentCreatedDate=_FIRST, AssignmentIsPublished=True, TypeName="Work",
        )  # fmt: skip


def guid(kind: int, number: int) -> str:
    """An id in the model: 0 the project, 1 tasks, 2 assignments, 3 links."""
    return f"{MODEL}-{kind:04}-4000-8000-{number:012}"


def _resource(number: int) -> str:
    return f"eeeeeeee-0000-4000-8000-{number:012}"
