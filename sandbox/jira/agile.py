"""Boards and sprints: the records, how an issue tells its sprints, and what an API of their own answers.

`/rest/agile/1.0` is the same on both editions but for who may call: on Cloud only granular scopes open it. An issue's
Sprint field is a list of objects on Cloud and of texts on Data Center (as seen on real sites; undocumented there).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sandbox.jira.records import Json

BoardType = Literal["scrum", "kanban", "simple"]
SprintState = Literal["future", "active", "closed"]


@dataclass
class Board:
    """A board over one project. Kanban boards have no sprints."""

    id: int
    name: str
    type: BoardType
    project_id: int
    estimation_field: str | None = None


@dataclass
class Sprint:
    """A time box of one board. `completed` is when it was closed, which may be after its planned end."""

    id: int
    board_id: int
    name: str
    state: SprintState
    start: datetime | None = None
    end: datetime | None = None
    completed: datetime | None = None
    goal: str = ""


def instant(at: datetime) -> str:
    """Write a moment as the Agile API does: `2026-01-05T08:00:00.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def _moments(sprint: Sprint) -> dict[str, datetime | None]:
    return {"startDate": sprint.start, "endDate": sprint.end, "completeDate": sprint.completed}


def cloud_sprint(sprint: Sprint) -> Json:
    """Write a sprint as an issue's Sprint field holds it on Cloud; moments that have not come are left out."""
    known = {name: instant(at) for name, at in _moments(sprint).items() if at is not None}
    told = {"id": sprint.id, "name": sprint.name, "state": sprint.state, "boardId": sprint.board_id}
    return told | {"goal": sprint.goal} | known


def server_sprint(sprint: Sprint) -> Json:
    """Write a sprint as an issue's Sprint field holds it on Data Center: the text of a Java object."""
    moments = {name: "<null>" if at is None else instant(at) for name, at in _moments(sprint).items()}
    told = {
        "id": sprint.id,
        "rapidViewId": sprint.board_id,
        "state": sprint.state.upper(),
        "name": sprint.name,
        **moments,
        "activatedDate": moments["startDate"] if sprint.state != "future" else "<null>",
        "sequence": sprint.id,
        "goal": sprint.goal or "<null>",
        "autoStartStop": "false",
    }
    inside = ",".join(f"{name}={value}" for name, value in told.items())
    return f"com.atlassian.greenhopper.service.sprint.Sprint@{0x5A000 + sprint.id:x}[{inside}]"


def agile_sprint(sprint: Sprint, link: Callable[[str], str]) -> Json:
    """Write a sprint as `/rest/agile/1.0` does."""
    known = {name: instant(at) for name, at in _moments(sprint).items() if at is not None}
    told = {"id": sprint.id, "self": link(f"sprint/{sprint.id}"), "state": sprint.state, "name": sprint.name}
    return told | known | {"originBoardId": sprint.board_id, "goal": sprint.goal}
