"""Worklogs to time entries."""

from datetime import date
from typing import Any

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.people import account_id, zone_of
from connectors.jira.normalise.records import Worklog
from connectors.jira.normalise.values import Unreadable, day, hours, instant, native
from portfolio.ports import Row

TIME_ENTRY = (
    "id",
    "source",
    "project_id",
    "work_item_id",
    "account_id",
    "spent_on",
    "hours",
    "created_at",
    "updated_at",
)
"""The columns that `time_entry` fills, in its order."""


def time_entry(site: Site, item: Row, told: Worklog) -> tuple[Any, ...]:
    """One worklog of the issue whose row is `item`, in the order of TIME_ENTRY. Raises what UNREADABLE lists."""
    spent_on = _spent_on(told)
    spent = hours(told.time_spent_seconds)
    if spent_on is None or spent is None:
        raise Unreadable("the worklog has no start or no time spent")
    return (
        f"{site.source}:time:{native(told.id, 'worklog')}",
        site.source,
        item["project_id"],
        item["id"],
        account_id(site, told.author),
        spent_on,
        spent,
        instant(told.created),
        instant(told.updated),
    )


def _spent_on(told: Worklog) -> date | None:
    """The author's day. Jira renders `started` in the zone of whoever asks; the author's own zone tells the day."""
    started = instant(told.started)
    zone = zone_of(told.author)
    if started is None or zone is None:
        return day(told.started)
    return started.astimezone(zone).date()
