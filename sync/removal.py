"""Rows that their source no longer lists: marked as gone, kept for history, unless too many go at once."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from portfolio.errors import InternalError
from portfolio.model import SOURCE_TABLES, Kind
from portfolio.ports import Census, Page, Scope
from sync.fitting import utc

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Brake:
    """When removals look more like a lost permission than like work: nothing is removed then.

    A scope loses rows only while they are at most `floor`, or at most `share` of what it held.
    """

    floor: int = 20
    share: Decimal = Decimal("0.5")

    def holds(self, absent: int, known: int) -> bool:
        """Whether `absent` of `known` rows are too many to go at once."""
        return absent > max(Decimal(self.floor), self.share * known)


@dataclass(frozen=True)
class Removals:
    """Rows marked as gone, rows that the brake kept, and rows that a census found again."""

    deleted: int = 0
    held: int = 0
    restored: int = 0


@dataclass(frozen=True)
class _Listed:
    """What a page says is there: ids of its rows and of its census, and whatever of its records could not be read."""

    ids: Collection[str]
    unread: Collection[str]

    def __contains__(self, row_id: str) -> bool:
        return row_id in self.ids or row_id in self.unread or row_id.rpartition(":")[2] in self.unread


@dataclass(frozen=True)
class Remover:
    """Removals of one source at one moment. Without a brake everything absent goes."""

    connection: "duckdb.DuckDBPyConnection"
    source: str
    as_of: datetime
    brake: Brake | None

    def apply(self, page: Page) -> Removals:
        """Mark as gone what the page's scopes and censuses no longer list. Rows of other sources are never touched.

        A record that is on the page but could not be read is not gone. Scopes over the same column go in one
        statement: a page of a thousand items brings thousands of scopes.
        """
        done = []
        for (table, column, reason), values in _grouped(page.scopes).items():
            stored = self._stored(table, column, values)
            done.append(self._remove(table, stored, _listed(page, table), {}, reason))
        for census in page.censuses:
            done += [self._remove_uncounted(page, census), self._restore(page, census)]
        return Removals(sum(r.deleted for r in done), sum(r.held for r in done), sum(r.restored for r in done))

    def missing(self, page: Page) -> list[str]:
        """Ids of stored rows that the page's censuses no longer list."""
        return sorted(
            row_id
            for census in page.censuses
            for listed in (_listed(page, census.table, census.ids),)
            for row_id, _ in self._stored(census.table, census.column, [census.value])
            if row_id not in listed
        )

    def _remove_uncounted(self, page: Page, census: Census) -> Removals:
        stored = self._stored(census.table, census.column, [census.value])
        return self._remove(census.table, stored, _listed(page, census.table, census.ids), census.reasons, "absent")

    def _stored(self, table: str, column: str, values: Sequence[str]) -> list[tuple[str, str]]:
        """Rows that are held for present: id, and value of the scope's column."""
        import pyarrow as pa

        _check(table, column)
        self.connection.register("scoped", pa.table({"scope": pa.array(values, pa.string())}))
        held = SOURCE_TABLES[table].column(column)
        months = held is not None and held.kind is Kind.DATE
        compared = f"strftime({column}, '%Y-%m')" if months else column
        return self.connection.execute(
            f"SELECT id, {compared} FROM {table} SEMI JOIN scoped ON {compared} = scoped.scope"  # noqa: S608 - names of the model
            " WHERE source = $source AND deleted_at IS NULL",
            {"source": self.source},
        ).fetchall()

    def _remove(
        self,
        table: str,
        stored: Sequence[tuple[str, str]],
        listed: _Listed,
        reasons: Mapping[str, str],
        otherwise: str,
    ) -> Removals:
        """Of the stored rows those that are not listed, unless the brake holds their scope."""
        absent = [(row_id, value) for row_id, value in stored if row_id not in listed]
        if not absent:
            return Removals()
        known, gone = Counter(value for _, value in stored), Counter(value for _, value in absent)
        braked = {value for value in gone if self.brake is not None and self.brake.holds(gone[value], known[value])}
        going = {row_id: reasons.get(row_id, otherwise) for row_id, value in absent if value not in braked}
        self._mark(table, going)
        return Removals(len(going), sum(gone[value] for value in braked))

    def _mark(self, table: str, going: Mapping[str, str]) -> None:
        import pyarrow as pa

        if not going:
            return
        self.connection.register("going", pa.table({"id": list(going), "reason": list(going.values())}))
        self.connection.execute(
            f"UPDATE {table} SET deleted_at = $as_of, deleted_reason = going.reason"  # noqa: S608 - as above
            f" FROM going WHERE {table}.id = going.id AND source = $source",
            {"source": self.source, "as_of": utc(self.as_of)},
        )

    def _restore(self, page: Page, census: Census) -> Removals:
        """Rows held for gone that are counted again."""
        if not census.restores:
            return Removals()
        import pyarrow as pa

        gone = self.connection.execute(
            f"SELECT id FROM {census.table} WHERE source = $source AND deleted_at IS NOT NULL",  # noqa: S608 - as above
            {"source": self.source},
        ).fetchall()
        counted = census.ids | _ids(page, census.table)
        back = [row_id for (row_id,) in gone if row_id in counted]
        if back:
            self.connection.register("back", pa.table({"id": back}))
            self.connection.execute(
                f"UPDATE {census.table} SET deleted_at = NULL, deleted_reason = NULL"  # noqa: S608 - as above
                f" FROM back WHERE {census.table}.id = back.id AND source = $source",
                {"source": self.source},
            )
        return Removals(restored=len(back))


def _listed(page: Page, table: str, counted: frozenset[str] = frozenset()) -> _Listed:
    return _Listed(counted | _ids(page, table), {rejected.native_id for rejected in page.rejected})


def _ids(page: Page, table: str) -> frozenset[str]:
    return frozenset(row["id"] for row in page.rows.get(table, ()) if isinstance(row.get("id"), str))


def _grouped(scopes: Iterable[Scope]) -> dict[tuple[str, str, str], list[str]]:
    """Values by table, column and reason, each once."""
    groups: dict[tuple[str, str, str], dict[str, None]] = {}
    for scope in scopes:
        groups.setdefault((scope.table, scope.column, scope.reason), {})[scope.value] = None
    return {group: list(values) for group, values in groups.items()}


def _check(name: str, column: str) -> None:
    table = SOURCE_TABLES.get(name)
    if table is None or table.column(column) is None:
        raise InternalError(
            f"a scope names {name}.{column}, which there is not",
            code="sync.unknown_column",
            remedy="This is a mistake in the connector; please report it.",
        )
