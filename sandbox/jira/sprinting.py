"""Filling a pretend Jira site with boards and sprints."""

from __future__ import annotations

from datetime import datetime

from sandbox.jira.agile import Board, BoardType, Sprint, SprintState
from sandbox.jira.filling import Filling
from sandbox.jira.store import UnknownName


class Sprinting(Filling):
    """The `add_*` methods for boards and sprints; issues name their sprints by id."""

    def add_board(
        self, project: str, name: str, *, kind: BoardType = "scrum", estimation_field: str | None = "Story Points"
    ) -> int:
        """Add a board over a project and give its id; `estimation_field` is named, None counts issues."""
        with self.lock:
            owner = self.need_project(project)
            if estimation_field is not None and estimation_field not in self.custom_fields:
                raise UnknownName("custom field", estimation_field, self.custom_fields)
            board = Board(self.next_id("board", 1), name, kind, owner.id, estimation_field)
            self.boards[board.id] = board
            self.changed()
        return board.id

    def add_sprint(
        self,
        board: int,
        name: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        state: SprintState = "future",
        completed: datetime | None = None,
        goal: str = "",
    ) -> int:
        """Add a sprint to a board and give its id. Its state is what is said: no clock starts or ends it."""
        with self.lock:
            if board not in self.boards:
                raise UnknownName("board", board, self.boards)
            sprint = Sprint(self.next_id("sprint", 1), board, name, state, start, end, completed, goal)
            self.sprints[sprint.id] = sprint
            self.changed()
        return sprint.id

    def need_sprint(self, sprint: int) -> Sprint:
        """Find a sprint or raise `UnknownName`."""
        if sprint not in self.sprints:
            raise UnknownName("sprint", sprint, self.sprints)
        return self.sprints[sprint]
