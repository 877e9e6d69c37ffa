"""What JQL fields mean: how they are read from an issue, and how a value in a query is read for them.

A moment is a number of milliseconds since 1970, a relative `-90m` (also w, d, h), or "yyyy-MM-dd HH:mm" in the time
zone of the account that asks (Atlassian, "JQL fields": created, updated).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.jira.records import Issue, Project
from sandbox.jira.shapes import epoch_ms
from sandbox.jira.store import Store


class JqlError(ValueError):
    """The query cannot be read; the message goes into `errorMessages`."""


@dataclass(frozen=True)
class Setting:
    """What a query is read in: the site's tables, its present moment, the asking account's zone and sight.

    `epoch_ms` lets moments be numbers, which are read `late` by so much; without `strict`, issues and projects that do
    not exist are simply not found.
    """

    store: Store
    now: datetime
    zone: ZoneInfo
    sees: Callable[[Project], bool] = lambda _project: True
    epoch_ms: bool = True
    strict: bool = True
    sees_issue: Callable[[Issue], bool] = lambda _issue: True
    late: timedelta = timedelta(0)


_NOBODY = -1
_MOMENTS = {"updated", "updateddate", "created", "createddate", "resolved", "resolutiondate"}
_DAYS = {"due", "duedate"}
RANKED = _MOMENTS | _DAYS | {"id", "key", "issuekey", "issue"}
"""Fields that < and > work on."""
SORTABLE = {"updated", "updateddate", "created", "createddate", "due", "duedate", "id", "key", "issuekey", "priority"}
"""Fields that ORDER BY works on."""


def sort_value(store: Store, issue: Issue, field: str) -> Any:
    """Give what ORDER BY compares; the values of one field are comparable, and JSON can carry them."""
    if field in ("updated", "updateddate"):
        return epoch_ms(issue.updated)
    if field in ("created", "createddate"):
        return epoch_ms(issue.created)
    if field in ("key", "issuekey"):
        return [store.projects[issue.project_id].key, issue.number]
    if field == "id":
        return issue.id
    if field in _DAYS:
        return str(issue.due or "")
    return store.priorities.get(issue.priority or "", 99)


def read_field(name: str, setting: Setting) -> tuple[Callable[[Issue], Any], Callable[[str], Any]]:
    """Give how a field is read from an issue, and how a value of the query is read for it."""
    store = setting.store
    if name in _MOMENTS:
        return _moment_reader(name), lambda text: _moment(text, setting)
    if name in _DAYS:
        return lambda issue: issue.due, _day
    if name == "project":
        return lambda issue: issue.project_id, lambda text: _project(text, setting)
    if name in ("key", "issuekey", "issue", "id"):
        return lambda issue: issue.id, lambda text: _issue(text, setting)
    if name in ("parent", "sprint"):
        return _reference(name, setting)
    readers: dict[str, Callable[[Issue], Any]] = {
        "labels": lambda issue: issue.labels,
        "status": lambda issue: issue.status.casefold(),
        "statuscategory": lambda issue: _category_names(store, issue),
        "issuetype": lambda issue: issue.type.casefold(),
        "type": lambda issue: issue.type.casefold(),
        "priority": lambda issue: (issue.priority or "").casefold(),
        "assignee": lambda issue: issue.assignee,
        "reporter": lambda issue: issue.reporter,
        "timespent": lambda issue: sum(one.seconds for one in issue.worklogs) if issue.worklogs else None,
    }
    if name not in readers:
        raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
    plain = name in ("labels", "assignee", "reporter")
    return readers[name], (lambda text: text) if plain else str.casefold


def _reference(name: str, setting: Setting) -> tuple[Callable[[Issue], Any], Callable[[str], Any]]:
    if name == "sprint":
        return lambda issue: issue.sprints, lambda text: _sprint(text, setting)
    return lambda issue: issue.parent_id, lambda text: _issue(text, setting)


def _category_names(store: Store, issue: Issue) -> list[str]:
    """Give what a status category may be called in a query: its key and its English name."""
    category = store.statuses[issue.status].category
    names = {"new": "to do", "indeterminate": "in progress", "done": "done", "undefined": "no category"}
    return [category, names[category]]


def _moment_reader(name: str) -> Callable[[Issue], Any]:
    if name.startswith("updated"):
        return lambda issue: epoch_ms(issue.updated)
    if name.startswith("created"):
        return lambda issue: epoch_ms(issue.created)
    return lambda issue: None if issue.resolved is None else epoch_ms(issue.resolved)


def _moment(text: str, setting: Setting) -> int:
    if setting.epoch_ms and re.fullmatch(r"\d+", text):
        return int(text) + int(setting.late / timedelta(milliseconds=1))
    relative = re.fullmatch(r"([+-]?)(\d+)([wdhm])", text)
    if relative is not None:
        unit = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}[relative[3]]
        length = timedelta(**{unit: int(relative[2])})
        return epoch_ms(setting.now - length if relative[1] == "-" else setting.now + length)
    for form in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
        try:
            local = datetime.strptime(text, form).replace(tzinfo=setting.zone)
        except ValueError:
            continue
        return epoch_ms(local.astimezone(UTC))
    raise JqlError(
        f"Date value '{text}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', "
        "'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise JqlError(f"Date value '{text}' is invalid.") from None


def _project(text: str, setting: Setting) -> int:
    by_name = [one for one in setting.store.projects.values() if one.name.casefold() == text.casefold()]
    found = setting.store.project(text) or (by_name[0] if by_name else None)
    if (found is None or not setting.sees(found)) and not setting.strict:
        return _NOBODY
    if found is None or not setting.sees(found):
        raise JqlError(f"The value '{text}' does not exist for the field 'project'.")
    return found.id


def _sprint(text: str, setting: Setting) -> int:
    found = [one.id for one in setting.store.sprints.values() if text in (str(one.id), one.name)]
    if not found:
        raise JqlError(f"Sprint with name '{text}' does not exist or you do not have permission to view it.")
    return found[0]


def _issue(text: str, setting: Setting) -> int:
    issue = setting.store.issue(text)
    if issue is not None and not setting.sees_issue(issue):
        issue = None
    if issue is None and not setting.strict:
        return _NOBODY
    if issue is None:
        raise JqlError(f"An issue with key '{text}' does not exist for field 'key'.")
    return issue.id
