"""Rows that their source no longer lists: marked as gone, kept for history, unless too many go at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from portfolio.errors import InternalError
from portfolio.model import SOURCE_TABLES
from portfolio.ports import Page, Scope
from sync.batch import utc

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
class Remover:
    """Removals of one source at one moment. Without a brake everything absent goes."""

    connection: "duckdb.DuckDBPyConnection"
    source: str
    as_of: datetime
    brake: Brake | None

    def apply(self, page: Page) -> Removals:
        """Mark as gone what the page's scopes and censuses no longer list. Rows of other sources are never touched.

        A record that is on the page but could not be read is not gone. Scopes over the same column go in one
        statement: a page of a hundred items may well bring a hundred scopes.
        """
        unread = [rejected.native_id for rejected in page.rejected]
        done = []
        for (table, column), values in _grouped(page.scopes).items():
            self._register(values, _ids(page, table), unread)
            done.append(self._remove(table, column))
        for census in page.censuses:
            _check(census.table, census.column)
            self._register([census.value], census.ids | _ids(page, census.table), unread)
            done += [self._remove(census.table, census.column), self._restore(census.table)]
        return Removals(sum(r.deleted for r in done), sum(r.held for r in done), sum(r.restored for r in done))

    def _register(self, values: Collection[str], present: Collection[str], unread: Collection[str]) -> None:
        import pyarrow as pa

        for name, texts in (("scoped", values), ("present", present), ("unread", unread)):
            self.connection.register(name, pa.table({"text": pa.array(sorted(set(texts)), pa.string())}))

    def _restore(self, table: str) -> Removals:
        """Rows held for gone that are listed again."""
        gone = "source = $source AND deleted_at IS NOT NULL AND id IN (FROM present)"
        found = self.connection.execute(
            f"SELECT count(*) FROM {table} WHERE {gone}",  # noqa: S608 - a name of the model
            {"source": self.source},
        ).fetchall()
        if found[0][0]:
            self.connection.execute(
                f"UPDATE {table} SET deleted_at = NULL, deleted_reason = NULL WHERE {gone}",  # noqa: S608 - as above
                {"source": self.source},
            )
        return Removals(restored=found[0][0])

    def _remove(self, table: str, column: str) -> Removals:
        scoped = f"source = $source AND deleted_at IS NULL AND {column} IN (FROM scoped)"
        absent = "id NOT IN (FROM present) AND id NOT IN (FROM unread) AND split_part(id, ':', -1) NOT IN (FROM unread)"
        counted = self.connection.execute(
            f"SELECT {column}, count(*), count(*) FILTER (WHERE {absent})"  # noqa: S608 - names of the model
            f" FROM {table} WHERE {scoped} GROUP BY {column}",
            {"source": self.source},
        ).fetchall()
        braked = {value for value, known, gone in counted if self.brake is not None and self.brake.holds(gone, known)}
        deleted = sum(gone for value, _, gone in counted if value not in braked)
        if deleted:
            self.connection.execute(
                f"UPDATE {table} SET deleted_at = $as_of, deleted_reason = 'absent'"  # noqa: S608 - as above
                f" WHERE {scoped} AND {absent} AND NOT list_contains($braked, {column})",
                {"source": self.source, "as_of": utc(self.as_of), "braked": sorted(braked)},
            )
        return Removals(deleted, sum(gone for value, _, gone in counted if value in braked))


def _ids(page: Page, table: str) -> frozenset[str]:
    return frozenset(row["id"] for row in page.rows.get(table, ()) if isinstance(row.get("id"), str))


def _grouped(scopes: Iterable[Scope]) -> dict[tuple[str, str], list[str]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for scope in scopes:
        _check(scope.table, scope.column)
        groups.setdefault((scope.table, scope.column), []).append(scope.value)
    return groups


def _check(name: str, column: str) -> None:
    table = SOURCE_TABLES.get(name)
    if table is None or table.column(column) is None:
        raise InternalError(
            f"a scope names {name}.{column}, which there is not",
            code="sync.unknown_column",
            remedy="This is a mistake in the connector; please report it.",
        )
