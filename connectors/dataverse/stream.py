"""A large table as pages: rows, what is gone, what could not be read, and where to go on.

The cursor moves with the last page of a reading, so one that breaks off is begun again: nothing is lost, and rows that
are read twice change nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors import microsoft_plan as plan
from connectors.dataverse.changes import Batch, Reader
from connectors.dataverse.client import Record
from connectors.dataverse.position import Position
from connectors.dataverse.unread import Unread
from portfolio.ports import Census, Page, Row, Scope

Rows = Mapping[str, Sequence[Row]]

DELETED = "deleted"
"""The reason of what Dataverse itself says is gone, or has replaced; it raises no suspicion."""


@dataclass(frozen=True)
class Kind:
    """What one record of a table becomes.

    `tables`: the portfolio's tables that it fills; the first holds the row whose id is `id_of` the record's key.
    `make` gives the rows of a record, none where it is put away, and raises ValueError for one that cannot be read;
    where only the rows of a further table cannot be made, that table is left out.
    `parts` are scopes of the rows that hang on one row of the first table, by its id.
    """

    source: str
    word: str
    key: str
    tables: tuple[str, ...]
    id_kind: str
    make: Callable[[Record, Unread], Rows]
    parts: Callable[[str], Sequence[Scope]] = lambda row_id: ()

    def row_id(self, record: Record) -> str | None:
        """Id of the row of a record; None where it has no key."""
        native = plan.guid(str(record.get(self.key) or ""))
        return self.id_of(native) if native else None

    def id_of(self, native: str) -> str:
        """Id of the row of a record with that key."""
        return plan.row_id(self.source, self.id_kind, native)

    def gone(self, row_id: str) -> list[Scope]:
        """Says that the record is gone."""
        return [Scope(self.tables[0], "id", row_id, DELETED), *self.parts(row_id)]


class Plans:
    """What goes into the rows of a project beside their own records; here: nothing."""

    def told(self) -> Mapping[str, str]:
        """By project: a text that changes when its rows must be made anew."""
        return {}

    def records(self, projects: Sequence[str]) -> Iterator[Sequence[Record]]:
        """The records of those projects."""
        return iter(())


@dataclass
class _Listing:
    """What a whole reading has listed so far, by table of the portfolio. `open`: tables of which it cannot tell all."""

    ids: dict[str, set[str]] = field(default_factory=dict)
    unread: Unread = field(default_factory=Unread)
    open: set[str] = field(default_factory=set)

    def add(self, table: str, ids: Iterable[str]) -> None:
        self.ids.setdefault(table, set()).update(ids)


class TableStream:
    """Pages of one large table. `reading` tells how its rows are made; see `Position`."""

    def __init__(self, reader: Reader, kind: Kind, reading: str, plans: Plans | None = None) -> None:
        self._reader = reader
        self._kind = kind
        self._reading = reading
        self._plans = plans or Plans()

    def pages(self, text: str | None) -> Iterator[Page]:
        """Everything since that position; see portfolio.ports.Connector.pull."""
        position = Position.of(text, self._reading)
        told = self._plans.told()
        listing = _Listing()
        for batch in self._reader.batches(position.mark if position else None):
            if batch.mark is None:
                yield self._page(batch, listing)
                continue
            if not batch.whole and position is not None:
                yield from self._made_anew(position.plans, told)
            yield self._last(batch, Position(self._reading, batch.mark, told), listing)

    def _page(self, batch: Batch, listing: _Listing) -> Page:
        unread = listing.unread if batch.whole else Unread()
        gone = {self._kind.id_of(native) for native in batch.deleted}
        there = [record for record in batch.records if self._kind.row_id(record) not in gone]
        rows, scopes = self._made(there, unread, batch, listing)
        scopes += [scope for row_id in sorted(gone) for scope in self._kind.gone(row_id)]
        return Page(rows, None, scopes, () if batch.whole else unread.rejected)

    def _made(
        self, records: Sequence[Record], unread: Unread, batch: Batch, listing: _Listing
    ) -> tuple[dict[str, list[Row]], list[Scope]]:
        rows: dict[str, list[Row]] = {table: [] for table in self._kind.tables}
        scopes: list[Scope] = []
        for record in records:
            row_id = self._kind.row_id(record)
            made = unread.read(self._kind.word, record, self._kind.row_id, lambda r: self._kind.make(r, unread))
            if batch.whole:
                self._list(row_id, made, listing)
            if made is None or row_id is None:
                continue
            for table, some in made.items():
                rows[table] += some
            if not made and not batch.whole:
                scopes += self._kind.gone(row_id)
            elif set(made) == set(self._kind.tables):
                scopes += self._kind.parts(row_id)
        return rows, scopes

    def _list(self, row_id: str | None, made: Rows | None, listing: _Listing) -> None:
        """What cannot be read is not gone; of a record without a key, nobody knows what it was."""
        main, *further = self._kind.tables
        if row_id is None:
            listing.open.update(self._kind.tables)
        elif made is None:
            listing.add(main, [row_id])
            listing.open.update(further)
        elif made:
            listing.open.update(set(further) - set(made))
            for table, rows in made.items():
                listing.add(table, [row["id"] for row in rows])

    def _made_anew(self, before: Mapping[str, str], told: Mapping[str, str]) -> Iterator[Page]:
        """Rows of projects of which something else has changed than their own records."""
        projects = [project for project, how in told.items() if before.get(project) != how]
        for records in self._plans.records(projects):
            yield self._page(Batch(records, whole=False), _Listing())

    def _last(self, batch: Batch, position: Position, listing: _Listing) -> Page:
        main, source = self._kind.tables[0], self._kind.source
        if batch.whole:
            censuses = [
                Census(table, "source", source, frozenset(listing.ids.get(table, ())))
                for table in self._kind.tables
                if table not in listing.open
            ]
            return Page({}, position.text, (), listing.unread.rejected, censuses, whole=True)
        if batch.keys is None:
            return Page({}, position.text)
        ids = frozenset(map(self._kind.id_of, batch.keys))
        return Page({}, position.text, censuses=[Census(main, "source", source, ids)])
