"""Tempo inside Jira Data Center as a source of time entries, month by month.

Source: Tempo, "Tempo Timesheets Servlet/REST API" (POST /rest/tempo-timesheets/4/worklogs/search): a search by days of
work, answered with a bare array. Nothing tells what changed or was deleted, so recent months are read whole.
"""

import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connectors.examining import looked
from connectors.http import Http
from connectors.odd_answers import tells_odd_answers
from connectors.tempo import entries, provided
from connectors.tempo.examine import people_of
from connectors.tempo.months import Span, month_of, months, months_back
from connectors.tempo.position import Position
from connectors.tempo.settings import TempoDataCenterSource
from portfolio.errors import RemoteRefusal
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Scope, Traffic

TIME = Partition("time", "all", "time entries")
_SEARCH = "rest/tempo-timesheets/4/worklogs/search"
_AHEAD = timedelta(days=62)


@tells_odd_answers
class TempoDataCenter:
    """Reads one Tempo; `portfolio.ports.Connector`. Its entries lie on the items of the source `settings.jira`."""

    kind = "tempo_data_center"

    def __init__(self, name: str, settings: TempoDataCenterSource, http: Http, now: Callable[[], datetime]) -> None:
        self.name = name
        self._settings = settings
        self._http = http
        self._now = now
        self._home = entries.Home(name, settings.jira, settings.account_attribute)
        means = (1, settings.jira, settings.first_day, settings.account_attribute, settings.projects)
        self._reading = zlib.crc32(repr(means).encode())
        self._server: datetime | None = None
        self._account = ""

    @property
    def traffic(self) -> Traffic:
        """Counters of this source."""
        return self._http.traffic

    def probe(self) -> Probe:
        """Sign in to Jira, and ask Tempo for today."""
        myself = self._http.get_json("rest/api/2/myself")
        ahead = self._http.traffic.clock_ahead_seconds or 0.0  # by that very answer
        self._server = (self._now() - timedelta(seconds=ahead)).astimezone(UTC)
        self._account = str(myself.get("displayName") or myself.get("name") or "") if isinstance(myself, dict) else ""
        today = self._today
        self._search(Span(today, today))
        detail = self._settings.told(self._http.base_url)
        return Probe(self._account or "signed in", "Tempo in Jira Data Center", detail)

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """All time is one partition: its months come one after the other."""
        return [[TIME]]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Months that were not read yet, then the recent ones again. Each month comes whole, with its position."""
        known = Position.of(position, self._reading)
        recent = months_back(self._today, self._settings.reread_months)
        start = self._settings.first_day
        if known is not None and known.read_to is not None:
            start = min(known.read_to + timedelta(days=1), recent)
        for span in months(max(start, self._settings.first_day), self._today + _AHEAD):
            read_to = min(span.last, recent - timedelta(days=1))
            yield self._month(span, Position(self._today, self._reading, read_to).text)

    def capabilities(self) -> Sequence[Capability]:
        """Time entries, and nothing else."""
        return provided.data_center()

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """What this account sees of the last full month."""
        month = month_of(self._today.replace(day=1) - timedelta(days=1))
        yield from looked("time", lambda: [self._seen(month)])

    def _seen(self, month: Span) -> Observation:
        found = [one for one in self._search(month) if isinstance(one, dict)]
        return people_of(month, len(found), len({str(one.get("worker")) for one in found}))

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _month(self, span: Span, position: str) -> Page:
        read = entries.read_all(self._search(span), self._home, entries.data_center_row)
        kept = {row["id"]: row for row in read.rows if row["spent_on"] >= self._settings.first_day}
        whole = span == month_of(span.first) and not read.rejected
        scopes = [Scope("time_entry", "spent_on", f"{span.first:%Y-%m}")] if whole else []
        return Page({"time_entry": list(kept.values())}, position, scopes, read.rejected)

    def _search(self, span: Span) -> list[Any]:
        """Worklogs of those days. Raises RemoteRefusal for an answer that is no list."""
        body: dict[str, Any] = {**span.dates}
        if self._settings.projects:
            body["projectKey"] = self._settings.projects
        found = self._http.post_json(_SEARCH, body, read_only=True)
        if not isinstance(found, list):
            raise RemoteRefusal(
                "Tempo's search for worklogs answered with something else than a list",
                code="remote.shape",
                remedy="Check the configured address, and that Tempo Timesheets is installed in this Jira.",
            )
        return found

    @property
    def _today(self) -> date:
        if self._server is None:
            self.probe()
        assert self._server is not None  # noqa: S101 - the probe sets it, or raises
        return self._server.date()
