"""Rows that their source no longer lists: marked as gone, kept for history, unless too many go at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from portfolio.ports import Census, Page
from sync.fitting import utc
from sync.listing import Listed, ids_on, listed_on, stored_rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Brake:
    """When removals look more like a lost permission than like work: nothing is removed then.

    A scope loses rows only while they are at most `floor`, or at most `share` of what it held. A census counts what a
    tool shows of a whole project, so a part that has gone out of sight is suspicious sooner: `census_share`.
    """

    floor: int = 20
    share: Decimal = Decimal("0.5")
    census_share: Decimal = Decimal("0.1")

    @property
    def of_census(self) -> "Brake":
        """The brake for what a census no longer counts."""
        return replace(self, share=min(self.share, self.census_share))

    def holds(self, absent: int, known: int) -> bool:
        """Whether `absent` of `known` rows are too many to go at once."""
        return absent > max(Decimal(self.floor), self.share * known)


@dataclass(frozen=True)
class Removals:
    """Rows marked as gone, rows that the brake kept, and rows that a census found again."""

    deleted: int = 0
    held: int = 0
    restored: int = 0

    def __add__(self, other: "Removals") -> "Removals":
        return Removals(self.deleted + other.deleted, self.held + other.held, self.restored + other.restored)


_CERTAIN = frozenset({"moved", "deleted"})


def is_certain(reason: str) -> bool:
    """Whether the source itself says so: then its loss raises no suspicion."""
    return reason in _CERTAIN


_Rows = Sequence[tuple[str, str]]
"""Ids of rows, each with the value of its scope."""


@dataclass(frozen=True)
class Remover:
    """Removals of one source at one moment. Without a brake everything absent goes."""

    connection: "duckdb.DuckDBPyConnection"
    source: str
    as_of: datetime
    brake: Brake | None

    def apply(self, pages: Sequence[Page]) -> list[Removals]:
        """Mark as gone what each page's scopes and censuses no longer list. Rows of other sources are never touched.

        A record that is on the page but could not be read is not gone. Scopes over the same column go in one statement:
        a page of a thousand items brings thousands of scopes. Several pages must be such as may go together, see
        `sync.merge`.
        """
        done = [Removals()] * len(pages)
        for (table, column, reason), owners in _grouped(pages).items():
            stored = stored_rows(self.connection, self.source, table, column, list(owners))
            listed = _listed_until(pages, table) if stored else []
            absent = [(row_id, value) for row_id, value in stored if row_id not in listed[owners[value]]]
            reasons = {row_id: reason for row_id, _ in absent}
            gone, held = self._remove(table, stored, absent, reasons, self.brake)
            for value in {*gone, *held}:
                done[owners[value]] += Removals(gone[value], held[value])
        for number, page in enumerate(pages):
            for census in page.censuses:
                done[number] += self._remove_uncounted(page, census) + self._restore(page, census)
        return done

    def _remove_uncounted(self, page: Page, census: Census) -> Removals:
        stored = stored_rows(self.connection, self.source, census.table, census.column, [census.value])
        listed = listed_on(page, census.table, census.ids)
        absent = [(row_id, value) for row_id, value in stored if row_id not in listed]
        brake = self.brake.of_census if self.brake is not None else None
        gone, held = self._remove(census.table, stored, absent, census.reasons, brake)
        return Removals(gone.total(), held.total())

    def _remove(
        self, table: str, stored: _Rows, absent: _Rows, reasons: Mapping[str, str], brake: Brake | None
    ) -> tuple[Counter[str], Counter[str]]:
        """Mark those of the stored rows that are absent, unless the brake holds their scope; how many of each scope
        were marked and held. What the source itself says was moved or deleted raises no suspicion."""
        known, gone = Counter(value for _, value in stored), Counter(value for _, value in absent)
        doubted = Counter(value for row_id, value in absent if not is_certain(reasons.get(row_id, "absent")))
        braked = {value for value in gone if brake is not None and brake.holds(doubted[value], known[value])}
        self._mark(table, {row_id: reasons.get(row_id, "absent") for row_id, value in absent if value not in braked})
        held = Counter({value: gone[value] for value in braked})
        return gone - held, held

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
        counted = census.ids | ids_on(page, census.table)
        back = [row_id for (row_id,) in gone if row_id in counted]
        if back:
            self.connection.register("back", pa.table({"id": back}))
            self.connection.execute(
                f"UPDATE {census.table} SET deleted_at = NULL, deleted_reason = NULL"  # noqa: S608 - as above
                f" FROM back WHERE {census.table}.id = back.id AND source = $source",
                {"source": self.source},
            )
        return Removals(restored=len(back))


def _listed_until(pages: Sequence[Page], table: str) -> list[Listed]:
    """What each page lists; a row that a page before it brought has left the scope meanwhile, and is not gone."""
    until: list[Listed] = []
    for page in pages:
        until.append(listed_on(page, table, until[-1].ids if until else frozenset()))
    return until


def _grouped(pages: Sequence[Page]) -> dict[tuple[str, str, str], dict[str, int]]:
    """By table, column and reason: the values of scopes, each with the number of its page."""
    groups: dict[tuple[str, str, str], dict[str, int]] = {}
    for number, page in enumerate(pages):
        for scope in page.scopes:
            groups.setdefault((scope.table, scope.column, scope.reason), {})[scope.value] = number
    return groups
