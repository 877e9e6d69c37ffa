"""Worklogs to time entries."""

from datetime import date
from typing import Any

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.people import account_id, zone_of
from connectors.jira.normalise.values import Unreadable, day, hours, instant, native, record
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


def time_entry(site: Site, item: Row, raw: Any) -> tuple[Any, ...]:
    """One worklog of the issue whose row is `item`, in the order of TIME_ENTRY. Raises what UNREADABLE lists."""
    spent_on = _spent_on(record(raw, "worklog"))
    spent = hours(raw.get("timeSpentSeconds"))
    if spent_on is None or spent is None:
        raise Unreadable("the worklog has no start or no time spent")
    return (
        f"{site.source}:time:{native(raw.get('id'), 'worklog')}",
        site.source,
        item["project_id"],
        item["id"],
        account_id(site, raw.get("author")),
        spent_on,
        spent,
        instant(raw.get("created")),
        instant(raw.get("updated")),
    )


def _spent_on(raw: dict[str, Any]) -> date | None:
    """The author's day. Jira renders `started` in the zone of whoever asks; the author's own zone tells the day."""
    started = instant(raw.get("started"))
    zone = zone_of(raw.get("author"))
    if started is None or zone is None:
        return day(raw.get("started"))
    return started.astimezone(zone).date()
