"""Timesheets of a site, in the order of their modification, so that a pull may stop and go on anywhere."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors import microsoft_plan as plan
from connectors.pwa import odata, timesheets, wanted
from connectors.pwa.client import ProjectWebApp, Record
from connectors.pwa.normalise import Row, Site
from connectors.pwa.tidy import Tidy
from portfolio.ports import Page, Rejected, Scope

_LINES = "TimesheetLines"
_DAYS = "TimesheetLineActualDataSet"
_LINES_A_REQUEST = 20
"""Lines whose days are asked for at once: IIS refuses query strings above 2,048 characters."""

_OVERLAP = timedelta(hours=1)
"""Lines this much older than the latest one are read again: they may have been committed after it."""


class TimeReader:
    """Reads time entries.

    `account_of` gives the account of a timesheet owner's id and name; `hidden` the projects that hold no real work.
    """

    def __init__(
        self,
        pwa: ProjectWebApp,
        site: Site,
        account_of: Callable[[str | None, str | None], str | None],
        hidden: Callable[[], frozenset[str]],
    ) -> None:
        self._hidden = hidden
        self._pwa = pwa
        self._site = site
        self._account_of = account_of

    def pages(self, position: str | None) -> Iterator[Page]:
        """Lines modified since `position`. A day that has no hours any more is gone."""
        if not self._pwa.columns(_LINES):
            return
        since = json.loads(position)["modified"] if position else None
        where = f"ModifiedDate ge {odata.datetime_literal(_earlier(since))}" if since else None
        columns = tuple(wanted.WANTED[_LINES])
        order = "ModifiedDate,TimesheetLineId"
        for lines in self._pwa.pages(_LINES, columns, where=where, order_by=order):
            since = max([since or "", *(self._modified(line) for line in lines)])
            page = self._page(lines, again=position is not None)
            yield Page(page.rows, json.dumps({"modified": since}) if since else None, page.scopes, page.rejected)

    def _page(self, lines: Sequence[Record], *, again: bool) -> Page:
        """Lines without project, or of the hidden one, are administrative time and belong to no plan."""
        tidy = Tidy("pwa")
        none = {None, *self._hidden()}
        booked = [line for line in lines if self._site.values(line).guid("ProjectId") not in none]
        days = self._days([str(line["TimesheetLineId"]) for line in booked if line.get("TimesheetLineId")])
        rows: list[Row] = []
        scopes: list[Scope] = []
        for line in booked:
            found = tidy.read("timesheet_line", line, "TimesheetLineId", lambda r: self._entries(r, days))
            if found is None:
                continue
            rows += found
            if again:
                scopes += self._without_hours(line, found)
        return Page({"time_entry": rows}, None, scopes, [self._by_line(rejected) for rejected in tidy.rejected])

    def _by_line(self, rejected: Rejected) -> Rejected:
        """By what the ids of the line's entries begin with: the rejection is forgotten when they can be read."""
        native = plan.guid(rejected.native_id) or rejected.native_id
        return replace(rejected, native_id=plan.row_id(self._site.source, "time", native))

    def _modified(self, line: Record) -> str:
        """When the line was modified, by the site's own clock; blank where it does not say so legibly."""
        with suppress(ValueError):
            moment = self._site.values(line).moment("ModifiedDate")
            return moment.replace(tzinfo=None).isoformat() if moment else ""
        return ""

    def _entries(self, line: Record, days: dict[str, list[Record]]) -> list[Row]:
        values = self._site.values(line)
        account = self._account_of(values.guid("TimesheetOwnerId"), values.text("TimesheetOwner"))
        return timesheets.entries(line, days.get(values.key("TimesheetLineId"), []), self._site, account)

    def _without_hours(self, line: Record, found: list[Row]) -> list[Scope]:
        native = self._site.values(line).key("TimesheetLineId")
        held: set[Any] = {row["spent_on"] for row in found}
        return [
            Scope("time_entry", "id", timesheets.entry_id(self._site, native, day))
            for day in timesheets.days_of(line, self._site)
            if day not in held
        ]

    def _days(self, lines: list[str]) -> dict[str, list[Record]]:
        """The days of those lines, by line."""
        by_line: dict[str, list[Record]] = {}
        columns = tuple(wanted.WANTED[_DAYS])
        for start in range(0, len(lines), _LINES_A_REQUEST):
            some = lines[start : start + _LINES_A_REQUEST]
            where = " or ".join(f"TimesheetLineId eq {odata.guid_literal(line)}" for line in some)
            for record in self._pwa.rows(_DAYS, columns, where=where):
                key = self._site.values(record).guid("TimesheetLineId") or ""
                by_line.setdefault(key, []).append(record)
        return by_line


def _earlier(modified: str) -> str:
    """The overlap before a time, by the same clock."""
    return (datetime.fromisoformat(modified) - _OVERLAP).isoformat()
