"""Searching a site: a query, the order of its result, and pages that a token continues.

The token holds the last row's place in the order, not a count of rows: an issue that is edited between two pages moves
to its new place and neither hides nor repeats another one.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import total_ordering
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from sandbox.jira.jql import Query, parse
from sandbox.jira.jql_fields import JqlError, Setting, sort_value
from sandbox.jira.records import Issue
from sandbox.jira.shapes import epoch_ms
from sandbox.jira.site import JiraSite

_TOKEN_LIFE = timedelta(days=7)
_KEPT_RESULTS = 16


@dataclass(frozen=True)
class Page:
    """Some issues and the token for the next ones; no token on the last page."""

    issues: list[Issue]
    next_token: str | None


@dataclass(frozen=True)
class Mode:
    """How a query is read: whether it must restrict something, may hold epoch milliseconds, must name what exists."""

    bounded: bool = True
    epoch_ms: bool = True
    strict: bool = True


CLOUD = Mode()


@total_ordering
@dataclass(frozen=True)
class _Descending:
    value: Any

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.value < self.value)


class Searcher:
    """Answers queries on one site and keeps the last sorted results until the site changes."""

    def __init__(self, site: JiraSite) -> None:
        self._site = site
        self._kept: dict[str, tuple[tuple[object, ...], list[tuple[Any, ...]], list[Issue]]] = {}

    def window(self, jql: str, start: int, size: int, mode: Mode) -> tuple[list[Issue], int]:
        """Give some issues from a place on, and how many there are in all; `JqlError` for a bad query."""
        issues = self._sorted(jql, mode)[1]
        return issues[start : start + size], len(issues)

    def page(self, jql: str, token: str | None, size: int, fresh: frozenset[int] = frozenset()) -> Page:
        """Give one page; `JqlError` for a bad query, an unbounded one or a bad token.

        Issues of the ids `fresh` are found even if the index does not know them yet.
        """
        places, issues = self._sorted(jql, fresh=fresh)
        start = 0 if token is None else bisect_right(places, self._place_in(token, jql))
        shown = issues[start : start + size]
        more = start + size < len(issues)
        return Page(shown, self._token(jql, shown[-1]) if more else None)

    def count(self, jql: str) -> int:
        """Count the issues that a query finds."""
        return len(self._sorted(jql)[1])

    def _query(self, jql: str, mode: Mode = CLOUD) -> Query:
        zone = ZoneInfo(self._site.users[self._site.account].time_zone)
        site = self._site
        setting = Setting(site, site.now, zone, site.visible, mode.epoch_ms, mode.strict, site.sees, site.reads_late)
        query = parse(jql, setting)
        if mode.bounded and not query.bounded:
            raise JqlError("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
        return query

    def _sorted(
        self, jql: str, mode: Mode = CLOUD, fresh: frozenset[int] = frozenset()
    ) -> tuple[list[tuple[Any, ...]], list[Issue]]:
        state = (
            self._site.revision,
            self._site.now,
            frozenset(self._site.hidden_projects),
            frozenset(self._site.granted),
            mode,
            fresh,
            self._site.search_lag,
            self._site.reads_late,
        )
        kept = self._kept.get(jql)
        if kept is not None and kept[0] == state:
            return kept[1], kept[2]
        query = self._query(jql, mode)
        found = [
            issue for issue in self._site.issues.values() if self._searchable(issue, fresh) and query.matches(issue)
        ]
        rows = sorted((self._place(query, issue), issue.id) for issue in found)
        places, issues = [place for place, _ in rows], [self._site.issues[number] for _, number in rows]
        while len(self._kept) >= _KEPT_RESULTS:
            self._kept.pop(next(iter(self._kept)))
        self._kept[jql] = (state, places, issues)
        return places, issues

    def _searchable(self, issue: Issue, fresh: frozenset[int]) -> bool:
        project = self._site.projects[issue.project_id]
        if issue.created > self._site.now - self._site.search_lag and issue.id not in fresh:
            return False
        return issue.archived is None and project.status == "live" and self._site.sees(issue)

    def _place(self, query: Query, issue: Issue) -> tuple[Any, ...]:
        return _place(query, [sort_value(self._site, issue, field) for field, _ in query.order], issue.id)

    def _token(self, jql: str, last: Issue) -> str:
        values = [sort_value(self._site, last, field) for field, _ in self._query(jql).order]
        packed = orjson.dumps([zlib.crc32(jql.encode()), epoch_ms(self._site.now), values, last.id])
        return base64.urlsafe_b64encode(packed).decode()

    def _place_in(self, token: str, jql: str) -> tuple[Any, ...]:
        try:
            check, issued, values, number = orjson.loads(base64.urlsafe_b64decode(token))
        except (binascii.Error, ValueError, TypeError):
            raise JqlError("The nextPageToken is invalid.") from None
        if check != zlib.crc32(jql.encode()):
            raise JqlError("The nextPageToken belongs to another query.")
        if epoch_ms(self._site.now) - issued > _TOKEN_LIFE / timedelta(milliseconds=1):
            raise JqlError("The nextPageToken has expired.")
        return _place(self._query(jql), values, number)


def _place(query: Query, values: Sequence[Any], number: int) -> tuple[Any, ...]:
    ordered = zip(values, query.order, strict=True)
    return (*(_Descending(value) if descending else value for value, (_, descending) in ordered), number)
