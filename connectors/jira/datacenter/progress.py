"""How far the issues of a project were read, and what the next run has to read again.

A position is a JSON object of whole numbers. `reading`: how issues were read (`Site.reading_of`). `updated_ms`: every
change up to there was read. While a pull is under way there are also `started_ms`, the server's time when it began,
`created_ms`, how far it came in the order of creation, and `newest_ms`, the newest change that it saw.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from connectors.jira.positions import SETTLING_MS, milliseconds, read_position, write_position


@dataclass(frozen=True)
class Progress:
    """One pull of a project's issues, from its first page to its last."""

    reading: int
    started_ms: int
    updated_ms: int | None = None
    created_ms: int | None = None
    newest_ms: int | None = None

    @classmethod
    def after(cls, position: str | None, reading: int, now_ms: int) -> "Progress":
        """Where to go on: a pull that was broken off goes on, a finished one is followed by the changes since.

        A position of another way of reading counts for nothing.
        """
        seen = read_position(position)
        if seen.get("reading") != reading:
            return cls(reading, now_ms)
        if "started_ms" not in seen:
            return cls(reading, now_ms, seen.get("updated_ms"))
        resumed = cls(reading, seen["started_ms"], seen.get("updated_ms"))
        return replace(resumed, created_ms=seen.get("created_ms"), newest_ms=seen.get("newest_ms"))

    def with_page(self, issues: Iterable[Any]) -> "Progress":
        """After that page."""
        created, newest = self.created_ms, self.newest_ms
        for issue in issues:
            fields = issue.get("fields") if isinstance(issue, dict) else None
            if isinstance(fields, dict):  # else the issue itself is rejected with the page
                created = _latest(created, milliseconds(fields.get("created")))
                newest = _latest(newest, milliseconds(fields.get("updated")))
        return replace(self, created_ms=created, newest_ms=newest)

    @property
    def position(self) -> str | None:
        """The position after a page that others follow; None before there is anything to remember."""
        if self.created_ms is None:
            return None
        return write_position(
            reading=self.reading,
            updated_ms=self.updated_ms,
            started_ms=self.started_ms,
            created_ms=self.created_ms,
            newest_ms=self.newest_ms,
        )

    @property
    def final_position(self) -> str | None:
        """The position after the last page; None where the project has no issues yet.

        Never past the start, less what the index needs to settle: an issue may have been changed after we passed it.
        """
        reached = None if self.newest_ms is None else min(self.newest_ms, self.started_ms - SETTLING_MS)
        updated = _latest(self.updated_ms, reached)
        return None if updated is None else write_position(reading=self.reading, updated_ms=updated)

    @property
    def saw_the_last_change_again(self) -> bool:
        """Whether the newest change of the pull before was found again, as it must be unless its issue is gone."""
        return self.updated_ms is None or (self.newest_ms is not None and self.newest_ms >= self.updated_ms)


def _latest(*moments: int | None) -> int | None:
    return max((moment for moment in moments if moment is not None), default=None)
