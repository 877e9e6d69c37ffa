"""What is one thing and comes on several pages: its rows are remembered until the last page speaks of all of them.

Remembered are hashes of 128 bits in a temporary table, which memory need not hold; it ends with the process, as the
pull does whose pages it is about.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from portfolio.ports import Page, Partition, Scope
from sync.batch import Batch
from sync.fitting import utc
from sync.listing import compared
from sync.removal import Brake, Removals, is_certain

if TYPE_CHECKING:
    import duckdb

_MINE = "place = $place"


@dataclass(frozen=True)
class Gatherer:
    """Pages of one source that are parts of something larger."""

    connection: "duckdb.DuckDBPyConnection"
    source: str
    as_of: datetime
    brake: Brake | None

    def take(self, partition: Partition, page: Page, typed: Mapping[str, Batch]) -> Removals:
        """Remember what the page lists. The last part removes what none of them did."""
        self._prepare()
        place = self._place(partition)
        if page.part == 1:
            self._forget(place)
        for table, rows in typed.items():
            self._remember(place, table, rows)
        done = Removals()
        for scope in page.scopes:
            done += self._remove(place, scope, [rejected.native_id for rejected in page.rejected])
        return done

    def unfit(self, partition: Partition) -> set[tuple[str, str]]:
        """Rows of all parts so far that did not fit their table: id, and code of the rejection."""
        self._prepare()
        sql = f"SELECT native_id, code FROM unfit_parts WHERE {_MINE}"  # noqa: S608 - our own constant
        return set(self.connection.execute(sql, {"place": self._place(partition)}).fetchall())

    def end(self, partition: Partition) -> None:
        """The last part is written."""
        self._forget(self._place(partition))

    def _prepare(self) -> None:
        self.connection.execute("CREATE TEMP TABLE IF NOT EXISTS listed_parts (place UBIGINT, hash UHUGEINT)")
        self.connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS unfit_parts (place UBIGINT, native_id VARCHAR, code VARCHAR)"
        )

    def _place(self, partition: Partition) -> int:
        """A number for the partition: a million rows remember it."""
        named = "\0".join((self.source, partition.stream, partition.key))
        return int.from_bytes(hashlib.sha256(named.encode()).digest()[:8], "big")

    def _forget(self, place: int) -> None:
        for table in ("listed_parts", "unfit_parts"):
            self.connection.execute(f"DELETE FROM {table} WHERE {_MINE}", {"place": place})  # noqa: S608 - as above

    def _remember(self, place: int, table: str, rows: Batch) -> None:
        import pyarrow as pa

        unfit = [rejected.native_id for rejected in rows.rejected]
        ids = pa.chunked_array([*rows.data.column("id").chunks, pa.array(unfit, pa.string())])
        self.connection.register("part_ids", pa.table({"id": ids}))
        self.connection.execute(
            f"INSERT INTO listed_parts SELECT $place, {_hash(table)} FROM part_ids",  # noqa: S608 - a name of the model
            {"place": place},
        )
        for rejected in rows.rejected:
            self.connection.execute(
                "INSERT INTO unfit_parts VALUES ($place, $native_id, $code)",
                {"place": place, "native_id": rejected.native_id, "code": rejected.code},
            )

    def _remove(self, place: int, scope: Scope, unread: list[str]) -> Removals:
        """Mark as gone what the scope covers and no part listed, unless the brake holds it."""
        import pyarrow as pa

        table = scope.table
        covered = f"source = $source AND deleted_at IS NULL AND {compared(table, scope.column)} = $value"
        listed = f"SELECT hash FROM listed_parts WHERE {_MINE}"  # noqa: S608 - names of the model
        refused = "SELECT native_id FROM unread"
        absent = (
            f"{covered} AND {_hash(table)} NOT IN ({listed})"
            f" AND id NOT IN ({refused}) AND split_part(id, ':', -1) NOT IN ({refused})"
        )
        self.connection.register("unread", pa.table({"native_id": pa.array(unread, pa.string())}))
        scoped = {"source": self.source, "value": scope.value}
        every: dict[str, str | int] = {**scoped, "place": place}
        gone = self._count(table, absent, every)
        doubted = 0 if is_certain(scope.reason) else gone
        if doubted and self.brake is not None and self.brake.holds(doubted, self._count(table, covered, scoped)):
            return Removals(held=gone)
        if gone:
            self.connection.execute(
                f"UPDATE {table} SET deleted_at = $as_of, deleted_reason = $reason WHERE {absent}",  # noqa: S608 - as above
                {**every, "as_of": utc(self.as_of), "reason": scope.reason},
            )
        return Removals(deleted=gone)

    def _count(self, table: str, where: str, values: Mapping[str, str | int]) -> int:
        ((count,),) = self.connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", dict(values)).fetchall()  # noqa: S608 - as above
        return int(count)


def _hash(table: str) -> str:
    """Of a row's table and id, as SQL."""
    return f"md5_number(concat('{table}', id))"
