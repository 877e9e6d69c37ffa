"""All worklogs of a site at once, where that takes fewer calls than to ask for them issue by issue.

Search includes at most twenty worklogs of an issue; a longer list costs one call for its issue. The site's own lists
give all of them for two calls a thousand, whatever they are on: one for the ids, one for the worklogs.

The estimate. Issue by issue: the long lists at hand, and those to come, which are as frequent among the issues still to
be read as among those read so far; where nobody knows how many issues are to come, as many as came before. From the
lists: two calls a thousand of the worklogs that the site has, which are as many to an issue of the site as to one of
those read so far. The lists are tried once in a run, when they promise to cost less, and given up as soon as they turn
out to cost more: an estimate that was wrong wastes at most half of what issue by issue takes anyhow.

What they gave counts for an issue only if it is as much as the issue itself says that it has: worklogs of the last
minute, or those of a moment with more than a thousand of them, are not listed. What is corrected after the lists were
read is read by the next run, whose own lists begin before this one.
"""

import sqlite3
import threading
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from connectors.http import Http
from connectors.jira.api import Edition
from connectors.jira.lists import IDS_A_LIST, by_id, changed

log = structlog.get_logger("plumbrule.connectors.jira")

_KEPT = ("id", "started", "timeSpentSeconds", "created", "updated")
_PERSON = ("accountId", "accountType", "displayName", "emailAddress", "active", "timeZone", "key", "name")


@dataclass(frozen=True)
class Extent:
    """How many issues the site shows us, and how many of them are to be read whole in this run; None: nobody knows."""

    of_site: int | None = None
    to_read: int | None = None


@dataclass
class Met:
    """What was read so far."""

    issues: int = 0
    worklogs: int = 0
    long: int = 0

    def calls_by_issue(self, now: int, extent: Extent) -> float:
        """Calls for the `now` long lists at hand, which are counted already, and those to come."""
        if extent.to_read is None:
            return self.long
        return now + self.long / self.issues * max(0, extent.to_read - self.issues)

    def calls_by_lists(self, extent: Extent) -> float:
        """Calls for all worklogs of the site."""
        of_site = self.worklogs / self.issues * max(self.issues, extent.of_site or 0)
        return 2 * -(-of_site // IDS_A_LIST)


@dataclass
class SiteWorklogs:
    """The worklogs of a site by issue, read when they are worth it. Thread-safe; `close` gives their file back.

    They wait in a temporary file that nobody else can open: a large site has more of them than should be in memory.
    """

    edition: Edition
    extent: Extent = field(default_factory=Extent)
    _met: Met = field(default_factory=Met)
    _kept: sqlite3.Connection | None = None
    _is_tried: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, http: Http, issues: int, worklogs: int, long: Mapping[str, int]) -> dict[str, list[Any]]:
        """After so many issues more with so many worklogs: whole lists of those of the `long` ones (issue id to number
        of worklogs) that are known here. Raises what reading raises."""
        with self._lock:
            self._met.issues += issues
            self._met.worklogs += worklogs
            self._met.long += len(long)
            if long and not self._is_tried:
                self._try(http, len(long))
            if self._kept is None:
                return {}
            found = {issue: self._of(self._kept, issue) for issue in long}
        return {issue: listed for issue, listed in found.items() if len(listed) == long[issue]}

    def close(self) -> None:
        """Forget all of it."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    def _try(self, http: Http, now: int) -> None:
        worth = self._met.calls_by_issue(now, self.extent)
        if self._met.calls_by_lists(self.extent) >= worth:
            return
        self._is_tried = True
        ids = self._ids(http, worth)
        if ids is None:
            log.info("jira.worklogs_by_issue", calls=round(worth))
            return
        kept = _database()
        for start in range(0, len(ids), IDS_A_LIST):
            chunk = ids[start : start + IDS_A_LIST].tolist()
            kept.executemany("REPLACE INTO worklog VALUES (?, ?, ?)", _lean(by_id(http, self.edition, chunk)))
        log.info(
            "jira.worklogs_by_lists", worklogs=len(ids), calls=2 * -(-len(ids) // IDS_A_LIST), instead=round(worth)
        )
        self._kept = kept

    def _ids(self, http: Http, worth: float) -> "array[int] | None":
        """Ids of all worklogs of the site; None where they turn out to be so many that it does not pay."""
        ids = array("q")
        for pages, page in enumerate(changed(http, self.edition, "updated", 0), 1):
            if 2 * pages > worth:
                return None
            ids.extend(page.ids)
        return ids

    @staticmethod
    def _of(kept: sqlite3.Connection, issue: str) -> list[Any]:
        rows = kept.execute("SELECT body FROM worklog WHERE issue = ? ORDER BY id", (issue,))
        return [orjson.loads(body) for (body,) in rows]


def _database() -> sqlite3.Connection:
    """A database in a temporary file that vanishes with it (SQLite: the empty name)."""
    kept = sqlite3.connect("", check_same_thread=False, isolation_level=None)
    kept.execute("CREATE TABLE worklog (issue TEXT, id INTEGER, body BLOB, PRIMARY KEY (issue, id)) WITHOUT ROWID")
    kept.execute("PRAGMA synchronous = OFF")
    return kept


def _lean(worklogs: Iterator[dict[str, Any]]) -> Iterator[tuple[str, int, bytes]]:
    """What the normalisers look at; most of a worklog is addresses and its comment."""
    for worklog in worklogs:
        kept = {name: worklog.get(name) for name in _KEPT}
        author = worklog.get("author")
        if isinstance(author, dict):
            kept["author"] = {name: author[name] for name in _PERSON if name in author}
        yield str(worklog["issueId"]), int(worklog["id"]), orjson.dumps(kept)
