"""Pages of a search. A token holds the last row's place, so that a touch between two pages hides nothing."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Sequence

from sandbox.load.query import BadQuery, Query, parse, places
from sandbox.load.scale import Place, Scale

_KEPT = 32


class Searcher:
    """Searches the site; keeps the last results until the site changes. Safe for threads."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._lock = threading.Lock()
        self._revision = scale.revision
        self._found: dict[str, tuple[Query, Sequence[Place]]] = {}
        self._orders: dict[tuple[bool, frozenset[int]], list[Place]] = {}

    def page(self, jql: str, token: str | None, size: int) -> tuple[list[int], str | None]:
        """Give the issues of one page and the token of the next. Raises BadQuery."""
        with self._lock:
            query, found = self._result(jql)
        start = 0 if token is None else _after(found, _place(token), query.descending)
        shown = found[start : start + size]
        more = start + size < len(found)
        return [issue for _, issue in shown], (f"p{shown[-1][0]}-{shown[-1][1]}" if more else None)

    def count(self, jql: str) -> int:
        """Count the issues that a query finds. Raises BadQuery."""
        with self._lock:
            return len(self._result(jql)[1])

    def _result(self, jql: str) -> tuple[Query, Sequence[Place]]:
        if self._revision != self._scale.revision:
            self._found, self._orders, self._revision = {}, {}, self._scale.revision
        if jql not in self._found:
            query = parse(jql, self._scale)
            while len(self._found) >= _KEPT:
                self._found.pop(next(iter(self._found)))
            self._found[jql] = query, places(query, self._scale, self._ordered)
        return self._found[jql]

    def _ordered(self, by_creation: bool, projects: frozenset[int]) -> list[Place]:
        asked = by_creation, projects
        if asked not in self._orders:
            order = self._scale.by_creation if by_creation else self._scale.by_update
            self._orders[asked] = order(projects)
        return self._orders[asked]


def _place(token: str) -> Place:
    moment, dash, issue = token.removeprefix("p").partition("-")
    if not (dash and moment.isdigit() and issue.isdigit()):
        raise BadQuery("The nextPageToken is invalid.")
    return int(moment), int(issue)


def _after(found: Sequence[Place], place: Place, descending: bool) -> int:
    if descending:
        return bisect_right(found, (-place[0], -place[1]), key=lambda one: (-one[0], -one[1]))
    return bisect_right(found, place)
