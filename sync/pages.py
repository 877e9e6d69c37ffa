"""What pages do to the tables, on an open transaction: removals, rows, rejections, cursors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from portfolio.errors import InternalError
from portfolio.model import SOURCE_TABLES, Table
from portfolio.ports import Counts, Page, Partition
from sync.batch import Batch, batch
from sync.books import Bookkeeper
from sync.merge import Sent, runs
from sync.parts import Gatherer
from sync.removal import Brake, Removals, Remover
from sync.upsert import upsert_together

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class PageWriter:
    """Writes pages of one source, as if one after the other."""

    connection: "duckdb.DuckDBPyConnection"
    source: str
    as_of: datetime
    brake: Brake | None

    def write(self, pages: Sequence[Sent]) -> list[Counts]:
        """Everything that the pages bring, and the cursors that they complete; what each page changed.

        Raises InternalError for a page that breaks the connector's contract.
        """
        counts = [count for group in runs(pages) for count in self._write_group(group)]
        self._move_cursors(pages, counts)
        return counts

    def _write_group(self, group: Sequence[Sent]) -> list[Counts]:
        """Pages for which the order does not matter: all removals, then table by table all rows."""
        typed = [self._typed(page) for _, page in group]
        removals = Remover(self.connection, self.source, self.as_of, self.brake).apply(
            [_alone(page) for _, page in group]
        )
        removals = [
            self._gatherer.take(partition, page, tables) if page.part else removed
            for (partition, page), tables, removed in zip(group, typed, removals, strict=True)
        ]
        changed = self._upsert(typed)
        return [
            self._noted(partition, page, tables, removed, count)
            for (partition, page), tables, removed, count in zip(group, typed, removals, changed, strict=True)
        ]

    def _typed(self, page: Page) -> Mapping[str, Batch]:
        return {name: self._own(batch(_source_table(name), rows)) for name, rows in page.rows.items()}

    def _own(self, rows: Batch) -> Batch:
        """After a look that the rows carry this source's name."""
        strangers = rows.sources - {self.source}
        if strangers:
            raise InternalError(
                f"rows of source {', '.join(sorted(strangers))} came from source {self.source}",
                code="sync.foreign_rows",
            )
        return rows

    def _upsert(self, typed: Sequence[Mapping[str, Batch]]) -> list[int]:
        """How many rows of each page were new or different."""
        changed = [0] * len(typed)
        for name in dict.fromkeys(name for tables in typed for name in tables):
            bringing = [number for number, tables in enumerate(typed) if name in tables]
            counts = upsert_together(self.connection, [typed[number][name] for number in bringing])
            for number, count in zip(bringing, counts, strict=True):
                changed[number] += count
        return changed

    def _noted(
        self, partition: Partition, page: Page, tables: Mapping[str, Batch], removed: Removals, changed: int
    ) -> Counts:
        """Keep what the page could not tell; all that is to be said of it."""
        if page.raw:
            self._books(partition).keep_raw(page.raw)
        rejected = [*page.rejected, *(r for rows in tables.values() for r in rows.rejected)]
        standing = self._gatherer.unfit(partition) if page.part else ()
        self._books(partition).keep_rejections(rejected, tables.values(), whole=page.whole, standing=standing)
        if page.part and page.whole:
            self._gatherer.end(partition)
        return Counts(
            read=sum(len(rows) for rows in page.rows.values()),
            changed=changed + removed.restored,
            deleted=removed.deleted,
            rejected=len(rejected),
            held=removed.held,
        )

    def _move_cursors(self, pages: Sequence[Sent], counts: Sequence[Counts]) -> None:
        """A cursor never passes a page whose removals were held back, so that the next run looks again."""
        held: set[Partition] = set()
        reached: dict[Partition, str] = {}
        for (partition, page), count in zip(pages, counts, strict=True):
            if count.held:
                held.add(partition)
            if page.position is not None and partition not in held:
                reached[partition] = page.position
        for partition, position in reached.items():
            self._books(partition).move_cursor(position)

    @property
    def _gatherer(self) -> Gatherer:
        return Gatherer(self.connection, self.source, self.as_of, self.brake)

    def _books(self, partition: Partition) -> Bookkeeper:
        return Bookkeeper(self.connection, self.source, partition, self.as_of)


def _alone(page: Page) -> Page:
    """The page without scopes that speak of other pages too."""
    return replace(page, scopes=()) if page.part else page


def _source_table(name: str) -> Table:
    """The table, after a look that connectors may write into it."""
    table = SOURCE_TABLES.get(name)
    if table is None:
        raise InternalError(f"a connector may not fill table {name}", code="sync.unknown_table")
    return table
