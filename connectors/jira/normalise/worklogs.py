"""Worklogs to time entries."""

from datetime import date
from typing import Any

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.people import account_id, zone_of
from connectors.jira.normalise.values import Unreadable, day, hours, instant, native, record
from portfolio.ports import Row


def time_entry_row(site: Site, item: Row, raw: Any) -> Row:
    """One worklog of the issue whose row is `item`. Raises what UNREADABLE lists."""
    spent_on = _spent_on(record(raw, "worklog"))
    spent = hours(raw.get("timeSpentSeconds"))
    if spent_on is None or spent is None:
        raise Unreadable("the worklog has no start or no time spent")
    return {
        "id": f"{site.source}:time:{native(raw.get('id'), 'worklog')}",
        "source": site.source,
        "project_id": item["project_id"],
        "work_item_id": item["id"],
        "account_id": account_id(site, raw.get("author")),
        "spent_on": spent_on,
        "hours": spent,
        "created_at": instant(raw.get("created")),
        "updated_at": instant(raw.get("updated")),
    }


def _spent_on(raw: dict[str, Any]) -> date | None:
    """The author's day. Jira renders `started` in the zone of whoever asks; the author's own zone tells the day."""
    started = instant(raw.get("started"))
    zone = zone_of(raw.get("author"))
    if started is None or zone is None:
        return day(raw.get("started"))
    return started.astimezone(zone).date()
