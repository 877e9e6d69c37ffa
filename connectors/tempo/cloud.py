"""Tempo Cloud as a source of time entries: everything once, then what changed, and what was deleted.

Source: Tempo, REST API v4. `updatedFrom` is a day, and is sent alone (Tempo's guidance); two days are read again.
"""

import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog

from connectors.answers import answered_at
from connectors.http import Http
from connectors.odd_answers import tells_odd_answers
from connectors.tempo import entries, examine, provided
from connectors.tempo.accounts import account_row
from connectors.tempo.approvals import Approvals
from connectors.tempo.client import pages
from connectors.tempo.deletions import KEPT, Deletions
from connectors.tempo.months import Span, month_of, months, months_back, years
from connectors.tempo.position import Position
from connectors.tempo.settings import TempoCloudSource
from portfolio.errors import SignInError
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Row, Scope, Traffic

ACCOUNTS = Partition("accounts", "all", "billing accounts")
TIME = Partition("time", "all", "time entries")
RECENT = Partition("recent", "all", "recent months")
DELETED = Partition("deleted", "all", "deleted time entries")
_WORKLOGS = "4/worklogs"
_OVERLAP = timedelta(days=2)
_AHEAD = timedelta(days=366)
"""Time may be booked for days to come; this far ahead the first load looks."""
_MARGIN = timedelta(days=10)
log = structlog.get_logger("plumbrule.connectors.tempo")


@tells_odd_answers
class TempoCloud:
    """Reads one Tempo; `portfolio.ports.Connector`. Its entries lie on the items of the source `settings.jira`."""

    kind = "tempo_cloud"

    def __init__(self, name: str, settings: TempoCloudSource, http: Http, now: Callable[[], datetime]) -> None:
        self.name = name
        self._settings = settings
        self._http = http
        self._now = now
        self._home = entries.Home(name, settings.jira, settings.account_attribute)
        self._reading = zlib.crc32(f"1 {settings.jira} {settings.first_day} {settings.account_attribute}".encode())
        self._deletions = Deletions(http)
        self._server: datetime | None = None
        self._was_read = False
        """Whether an earlier run read entries: some of them may have been deleted since."""

    @property
    def traffic(self) -> Traffic:
        """Counters of this source."""
        return self._http.traffic

    def probe(self) -> Probe:
        """Ask for one worklog: is the token good, and what time is it there?"""
        response = self._http.request("GET", _WORKLOGS, params={"limit": 1})
        self._server = answered_at(response, self._now()).astimezone(UTC)
        detail = self._settings.told(self._http.base_url)
        return Probe("owner of the API token", "Tempo Cloud", detail)

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """The time; then what was deleted, and recent months where approvals are read or deletions are not told."""
        self._was_read = TIME in cursors
        since = self._deleted_since(cursors.get(DELETED))
        told = self._deletions.is_open(since)
        after = [DELETED] if told else []
        if not told or self._settings.approvals_of_teams:
            after.append(RECENT)
        return [[ACCOUNTS, TIME], after]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Pages of one partition."""
        match partition.stream:
            case ACCOUNTS.stream:
                yield self._accounts()
            case TIME.stream:
                yield from self._time(Position.of(position, self._reading))
            case DELETED.stream:
                yield from self._deleted(position)
            case _:
                yield from self._recent()

    def capabilities(self) -> Sequence[Capability]:
        """Time entries, and nothing else."""
        return provided.cloud(approvals=bool(self._settings.approvals_of_teams))

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """What this token shows of the last full month, and what it keeps back."""
        month = month_of(self._today.replace(day=1) - timedelta(days=1))
        yield from examine.cloud(self._http, month, self._moment, self._settings.approvals_of_teams)

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _accounts(self) -> Page:
        """All accounts, each run: they are few. Those of which the token may know nothing are none."""
        try:
            listed = [one for found in pages(self._http, "4/accounts", {}) for one in found]
        except SignInError as refusal:
            if refusal.code != "sign_in.permission":
                raise
            log.warning("tempo.accounts_not_readable", why=str(refusal))
            return Page({})
        read = entries.read_all(listed, self._home, account_row, entries.ACCOUNT)
        scopes = [] if read.rejected else [Scope("billing_account", "source", self.name)]
        return Page({"billing_account": _once(read.rows)}, None, scopes, read.rejected, whole=True)

    # -- what is there -----------------------------------------------------------------------------------------------

    def _time(self, position: Position | None) -> Iterator[Page]:
        """Years of work one by one until all were read, then changes: each may stop anywhere and go on."""
        position = position or Position(self._today, self._reading, self._settings.first_day - timedelta(days=1))
        if position.read_to is not None:
            for span in years(position.read_to + timedelta(days=1), self._today + _AHEAD):
                done = replace(position, read_to=span.last)
                yield from self._spread(span.dates, done)
        yield from self._changes(position)

    def _spread(self, asked: Mapping[str, str], done: Position) -> Iterator[Page]:
        """The pages of one list; the position comes with the last."""
        held: list[Any] | None = None
        for found in pages(self._http, _WORKLOGS, {**asked}):
            if held is not None:
                yield self._page(held, None)
            held = found
        yield self._page(held or [], done.text)

    def _changes(self, position: Position) -> Iterator[Page]:
        """Entries that changed since; `updatedFrom` knows days, so the day moves on with the last page only.

        By id: an edit while pages are read then moves no entry to a page that was read already.
        """
        params = {"updatedFrom": (position.changes_from - _OVERLAP).isoformat(), "orderBy": "ID"}
        yield from self._spread(params, Position(self._today, self._reading))

    def _page(self, worklogs: Sequence[Any], position: str | None) -> Page:
        read = entries.read_all(worklogs, self._home, entries.cloud_row)
        kept = [row for row in read.rows if row["spent_on"] >= self._settings.first_day]
        return Page({"time_entry": kept}, position, rejected=read.rejected)

    # -- what is gone ------------------------------------------------------------------------------------------------

    def _deleted_since(self, position: str | None) -> datetime:
        """From where the feed is read: a day before the last look, at most as far back as it is kept; so far where it
        was closed until now."""
        oldest = self._moment - KEPT + _MARGIN
        if position is None:
            return oldest if self._was_read else max(oldest, self._moment - timedelta(days=1))
        return max(oldest, datetime.fromisoformat(position) - timedelta(days=1))

    def _deleted(self, position: str | None) -> Iterator[Page]:
        """What the feed names is gone. After a silence longer than it is kept, every month since is read again."""
        moment = self._moment
        if position is not None and datetime.fromisoformat(position) < moment - KEPT + _MARGIN:
            log.warning("tempo.deletions_outlived", since=position)
            yield from self._whole(months(datetime.fromisoformat(position).date(), moment.date()))
        for ids in self._deletions.since(self._deleted_since(position)):
            scopes = [Scope("time_entry", "id", f"{self.name}:time:{one}", "deleted") for one in ids]
            yield Page({}, None, scopes)
        yield Page({}, moment.isoformat())

    def _recent(self) -> Iterator[Page]:
        first = months_back(self._today, self._settings.reread_months)
        yield from self._whole(months(max(first, self._settings.first_day), self._today))

    def _whole(self, spans: Iterator[Span]) -> Iterator[Page]:
        """Months of work, each exactly as it is now. The rows carry the state of their timesheets."""
        for span in spans:
            worklogs = [one for found in pages(self._http, _WORKLOGS, span.dates) for one in found]
            page = self._page(worklogs, None)
            rows = self._with_states(page.rows["time_entry"], span)
            whole = span == month_of(span.first) and not page.rejected
            scopes = [Scope("time_entry", "spent_on", f"{span.first:%Y-%m}")] if whole else []
            yield Page({"time_entry": _once(rows)}, None, scopes, page.rejected)

    def _with_states(self, rows: Sequence[Row], span: Span) -> Sequence[Row]:
        if not self._settings.approvals_of_teams:
            return rows
        approvals = Approvals(self._http, self._settings.approvals_of_teams)
        approvals.look(span)
        return approvals.states(rows, f"{self._settings.jira}:account:")

    # -- time --------------------------------------------------------------------------------------------------------

    @property
    def _moment(self) -> datetime:
        """The server's time at the start of this run."""
        if self._server is None:
            self.probe()
        assert self._server is not None  # noqa: S101 - the probe sets it, or raises
        return self._server

    @property
    def _today(self) -> date:
        return self._moment.date()


def _once(rows: Sequence[Row]) -> list[Row]:
    """Each entry once: pages overlap."""
    return list({row["id"]: row for row in rows}.values())
