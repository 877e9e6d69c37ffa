"""Walks through a search that is paged by row number, while issues come, go and change under it. No I/O.

Rows are ordered by creation, which never changes, so what is behind us stays behind us; but a row that vanishes there
shifts all later ones. So each page begins with the last row of the one before: if that row is not on it, the walk goes
back until it stands before the place where it was. A search reaches only so far (10,000 rows by default, Atlassian,
"Handling JQL REST API searching exceeding max_result_window"); beyond, it starts anew a page before where it was.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from connectors.jira.datacenter.times import in_any_zone, in_zone
from connectors.jira.normalise.values import Unreadable, instant
from connectors.jira.unusable import unusable
from portfolio.errors import RemoteRefusal

_PATIENCE = 2
"""Searches in a row that may bring nothing new: one from a page before where we are, one from an early bound."""


@dataclass(frozen=True)
class Found:
    """One answer of a search: its rows, and how many there are in all."""

    issues: Sequence[Any]
    total: int


Ask = Callable[[str, int], Found]
"""Searches from a bound on the creation (a date-time of JQL, or empty) and from a row on."""


@dataclass(frozen=True)
class Reach:
    """How far one walk may go: rows a page, rows that one search can reach, pages in all; the zone of the account that
    searches, where it is known."""

    page_rows: int = 100
    window_rows: int = 10_000
    pages: int = 10_000
    zone: tzinfo | None = None


@dataclass(frozen=True)
class _Place:
    """Where an issue stands in the order: `second` of its creation, to which the order is exact."""

    issue: str
    second: int

    @property
    def moment_ms(self) -> int:
        return self.second * 1000


@dataclass(frozen=True)
class _Spot:
    """Where the next page begins. `is_early`: the bound cannot be later than the place we were at."""

    bound: str
    start: int = 0
    is_early: bool = True
    step: int = 0
    """How far the last step back went."""
    barren: int = 0
    """Searches in a row that brought nothing new."""


class Walk:
    """Yields every issue that is there from the first page to the last, at least once; most of them exactly once."""

    def __init__(self, ask: Ask, reach: Reach) -> None:
        self._ask = ask
        self._reach = reach
        self._seen = _Recent(2 * reach.window_rows)

    def pages(self, after_ms: int | None = None) -> Iterator[list[Any]]:
        """Pages of issues in the order of creation, at least one; from the beginning, or not later than `after_ms`.

        Raises RemoteRefusal for a search that ends early, or cannot go on, or does not end.
        """
        spot = _Spot("" if after_ms is None else in_any_zone(after_ms))
        frontier: _Place | None = None
        for _ in range(self._reach.pages):
            found = self._ask(spot.bound, spot.start)
            places = [place for place in map(_place, found.issues) if place is not None]
            ended = spot.start + len(found.issues)
            if not found.issues and spot.start < found.total:
                spot = self._restarted(spot, [frontier])
            elif not _goes_on(places, frontier, spot):
                spot = self._back(spot, frontier)
            else:
                fresh = self._seen.unknown(found.issues)
                yield fresh
                if ended >= found.total:
                    return
                frontier = _further(frontier, places)
                spot = replace(spot, barren=0 if fresh else spot.barren)
                spot = self._ahead(spot, ended, [*places[:1], frontier])
        raise unusable(f"search did not end within {self._reach.pages} pages", "remote.paging")

    def _ahead(self, spot: _Spot, ended: int, behind: Sequence[_Place | None]) -> _Spot:
        if ended - 1 + self._reach.page_rows > self._reach.window_rows:
            return self._restarted(spot, behind)
        if ended - 1 <= spot.start:
            raise unusable("search gives one row a page", "remote.paging")
        return replace(spot, start=ended - 1, step=0)

    def _back(self, spot: _Spot, frontier: _Place | None) -> _Spot:
        """Further back each time; in the end to a bound that is early enough in every zone."""
        step = max(self._reach.page_rows, 2 * spot.step)
        if spot.start > 0 or frontier is None:
            return replace(spot, start=max(0, spot.start - step), step=step)
        return _Spot(in_any_zone(frontier.moment_ms), barren=spot.barren)

    def _restarted(self, spot: _Spot, behind: Sequence[_Place | None]) -> _Spot:
        """The first row again, of a search that begins behind us, at the first of those places that brings us on."""
        if spot.start == 0:
            raise unusable("search announced issues and gave none", "remote.paging")
        zone = self._reach.zone
        moments = [place.moment_ms for place in behind if place is not None]
        bounds = [in_zone(moment, zone) if zone else in_any_zone(moment) for moment in moments]
        sought = bounds[-1:] if spot.barren else bounds
        bound = next((bound for bound in sought if bound != spot.bound), None)
        if bound is None or spot.barren > _PATIENCE:
            raise RemoteRefusal(
                f"more issues were created about {spot.bound} than one search of Jira can reach",
                code="jira.window",
                remedy="Let an administrator raise jira.search.platform.max.result.window, and set `result_window`.",
            )
        return _Spot(bound, is_early=zone is None, barren=spot.barren + 1)


class _Recent:
    """The ids that came last, as many as one search can reach twice: memory does not grow with the project."""

    def __init__(self, size: int) -> None:
        self._order: deque[str] = deque(maxlen=size)
        self._known: set[str] = set()

    def unknown(self, issues: Sequence[Any]) -> list[Any]:
        """Those that were not seen lately, and those without an id, which are rejected later."""
        fresh = []
        for issue in issues:
            native = str(issue.get("id") or "") if isinstance(issue, dict) else ""
            if native and native in self._known:
                continue
            fresh.append(issue)
            if native:
                self._remember(native)
        return fresh

    def _remember(self, native: str) -> None:
        if len(self._order) == self._order.maxlen:
            self._known.discard(self._order[0])
        self._order.append(native)
        self._known.add(native)


def _goes_on(places: list[_Place], frontier: _Place | None, spot: _Spot) -> bool:
    """Whether no row between the frontier and the first of this page can be missing."""
    if frontier is None or (spot.start == 0 and spot.is_early):
        return True
    if not places:
        return False
    first = places[0].second
    if first < frontier.second or (spot.start == 0 and first == frontier.second):
        return True
    return any(place.issue == frontier.issue for place in places)


def _further(frontier: _Place | None, places: list[_Place]) -> _Place | None:
    if not places or (frontier is not None and places[-1].second < frontier.second):
        return frontier
    return places[-1]


def _place(issue: Any) -> _Place | None:
    fields = issue.get("fields") if isinstance(issue, dict) else None
    try:
        created = instant(fields.get("created")) if isinstance(fields, dict) else None
    except Unreadable:
        return None
    if created is None or not issue.get("id"):
        return None
    return _Place(str(issue["id"]), int(created.timestamp()))
