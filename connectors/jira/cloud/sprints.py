"""Sprints from the boards (`/rest/agile/1.0`), once a day.

The Sprint field of the issues tells name, state and dates of every sprint that holds an issue we read. But starting or
completing a sprint touches none of its issues, so a state may be out of date; and a sprint without issues is on no
field. The boards tell, to whom may ask: API tokens with classic scopes are refused there (401), boards without sprints
say 400. Then the fields must do.
"""

from typing import Any

import structlog

from connectors.http import Http
from connectors.jira.client import values
from connectors.jira.cloud.catalogue import Known
from connectors.jira.normalise.rejections import rejected
from connectors.jira.normalise.sprints import sprint_row
from connectors.jira.normalise.values import UNREADABLE, reason
from connectors.jira.positions import read_position, write_position
from portfolio.errors import RemoteRefusal, SignInError
from portfolio.ports import Page, Rejected, Row

log = structlog.get_logger("plumbrule.connectors.jira")

_API = "/rest/agile/1.0"
_AGAIN = 5
"""So many closed sprints are read again: one that was opened again or deleted moves the others up."""
_FOR_NOW = frozenset({"sign_in.refused", "sign_in.page"})
"""Unlike where a permission or a scope is missing, the token may have expired just then: the next run asks again."""


def sprints_page(http: Http, known: Known, position: str | None) -> Page:
    """The sprints of the boards of projects that we read. What may not be read is told, and stops nothing.

    A board's list begins with its closed sprints. The position holds how many of them each board had, so that old ones
    are not read every day.
    """
    closed = {board: count for board, count in read_position(position).items() if board.isdigit()}
    rows: dict[str, Row] = {}
    refused: list[Rejected] = []
    ask_again = False
    try:
        for board in values(http, f"{_API}/board", {"type": "scrum"}):
            if _is_ours(known, board):
                number = str(board["id"])
                found = _of_board(http, known, number, closed.get(number, 0), refused)
                rows |= {row["id"]: row for row in found}
                new = sum(row["state"] == "closed" for row in found)
                closed[number] = max(0, closed.get(number, 0) - _AGAIN) + new
    except (SignInError, RemoteRefusal) as why:
        refused.append(_told("boards", f"boards cannot be read, so sprints are as their issues show them: {why}"))
        ask_again = why.code in _FOR_NOW
    ending = position if ask_again else write_position(observed_ms=known.observed_ms, **closed)
    return Page({"sprint": list(rows.values())}, ending, rejected=refused, whole=True)


def _of_board(http: Http, known: Known, board: str, closed: int, refused: list[Rejected]) -> list[Row]:
    """Rows of a board's sprints, without the oldest of the `closed` ones."""
    rows: list[Row] = []
    try:
        for sprint in values(http, f"{_API}/board/{board}/sprint", {}, start=max(0, closed - _AGAIN)):
            try:
                rows.append(sprint_row(known.site, sprint))
            except UNREADABLE as why:
                refused.append(rejected(known.site, "sprint", sprint, "sprint.unreadable", reason(why)))
    except RemoteRefusal as why:  # a board may have no sprints, whatever its type says
        log.info("jira.board_without_sprints", source=known.site.source, board=board, why=str(why))
    except SignInError as why:
        if why.code in _FOR_NOW:
            raise
        refused.append(_told(f"board {board}", f"the sprints of board {board} cannot be read: {why}"))
    return rows


def _is_ours(known: Known, board: Any) -> bool:
    location = board.get("location") if isinstance(board, dict) else None
    project = location.get("projectId") if isinstance(location, dict) else None
    return project is None or str(project) in known.projects


def _told(what: str, why: str) -> Rejected:
    return Rejected(what, "sprints.not_readable", why)
