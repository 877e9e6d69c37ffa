"""The Sprint field: every sprint that an issue was in, with its name, state and dates, so that no other call is needed.

Source: the field's records as Jira Cloud writes them (id, name, state, boardId, goal, startDate, endDate,
completeDate); Data Center's text is made such a record by its reader.
"""

from typing import Any

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.values import Unreadable, instant, native, one_of, record, words
from portfolio.model.work import SPRINT_STATES
from portfolio.ports import Row


def sprints_of(site: Site, fields: dict[str, Any]) -> list[Any]:
    """The sprints as received, in the order that Jira keeps."""
    found = site.field_ids.value(fields, "sprint")
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def sprint_id(site: Site, fields: dict[str, Any]) -> str | None:
    """The sprint that is not closed, if there is one, else the last one. Raises what UNREADABLE lists."""
    found = sprints_of(site, fields)
    if not found:
        return None
    going_on = [sprint for sprint in found if str(record(sprint, "sprint").get("state")).lower() != "closed"]
    chosen = going_on[-1] if going_on else max(found, key=_ended)
    return site.id("sprint", native(chosen.get("id"), "sprint"))


def _ended(sprint: dict[str, Any]) -> tuple[str, int]:
    """Closed sprints in the order of their end; those of unknown end by id, which grows."""
    number = native(sprint.get("id"), "sprint")
    return str(sprint.get("completeDate") or sprint.get("endDate") or ""), int(number) if number.isdigit() else 0


def sprint_row(site: Site, raw: Any) -> Row:
    """One sprint. Raises what UNREADABLE lists."""
    record(raw, "sprint")
    name = words(raw.get("name"))
    if not name:
        raise Unreadable("the sprint has no name")
    board = raw.get("boardId") or raw.get("originBoardId")
    return {
        "id": site.id("sprint", native(raw.get("id"), "sprint")),
        "source": site.source,
        "name": name,
        "state": one_of(words(raw.get("state")), SPRINT_STATES),
        "board": str(board) if board else None,
        "start_at": instant(raw.get("startDate")),
        "end_at": instant(raw.get("endDate")),
        "complete_at": instant(raw.get("completeDate")),
        "goal": words(raw.get("goal")),
    }
