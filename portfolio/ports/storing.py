"""What a store must do: one owner that writes, snapshots that others read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from portfolio.model.column import Table
from portfolio.ports.reading import Doubted, Page, Partition, Row


class Reader(Protocol):
    """Read-only SQL over a published snapshot: documented views, results and findings."""

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of one SELECT, as dictionaries."""
        ...


@dataclass(frozen=True)
class Counts:
    """What a commit changed."""

    read: int = 0
    changed: int = 0
    deleted: int = 0
    rejected: int = 0
    held: int = 0
    """Removals that were not made, because so many at once look more like a lost permission."""


@dataclass(frozen=True)
class Computed:
    """A step that SQL cannot say: a network's critical path, a simulation, a graph.

    `reads` names what it looks at: argument of `compute` -> SELECT over stored tables and earlier views. `compute`
    takes each as a `pyarrow.Table`, whose rows come in no order, and returns one with the columns of `returns`, rows in
    any order; it reads no clock and nothing else, so that every engine can run it.
    """

    returns: Table
    reads: Mapping[str, str]
    compute: Callable[..., Any]


View = tuple[str, str | Computed]
"""A view or a step on the way: its name, and the SELECT or the function that makes it."""


class Store(Protocol):
    """The one owner of the stored portfolio. One process writes; readers use the snapshots that it leaves."""

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of one SELECT on the live tables, as dictionaries."""
        ...

    def positions(self, source: str) -> Mapping[Partition, str]:
        """Committed cursor positions of a source."""
        ...

    def commit(self, source: str, partition: Partition, page: Page, as_of: datetime) -> Counts:
        """Rows, removals, rejections and cursor of one page in one transaction."""
        ...

    def commit_together(self, source: str, pages: Sequence[tuple[Partition, Page]], as_of: datetime) -> list[Counts]:
        """Pages as if committed one after the other, but in one transaction: all of them, or none."""
        ...

    def doubted(self, source: str, page: Page) -> Doubted:
        """What the source should be asked about before the page's censuses are committed; see `Confirming`."""
        ...

    def forget_raw(self, as_of: datetime, days: Mapping[str, int]) -> None:
        """Delete raw answers that were kept long enough; of these sources those that are older than so many days."""
        ...

    def put(self, rows: Mapping[str, Sequence[Row]], *, replace: Iterable[str] = ()) -> None:
        """Upsert rows of several tables in one transaction; tables in `replace` are emptied first."""
        ...

    def measure(self, views: Sequence[View], as_of: date) -> "Snapshot":
        """Materialise the named views (each may use earlier ones) into a new snapshot file."""
        ...


class Snapshot(Reader, Protocol):
    """A file that holds the documented views of one run; complete and published after `publish`."""

    path: Any

    def extend(self, views: Sequence[View]) -> None:
        """Add views of what was stored since it was made."""
        ...

    def publish(self, tables: Sequence[str]) -> None:
        """Add those ledger tables from the store and put the file in place of the latest one."""
        ...
