"""What is noted beside a page's rows, in their transaction: records that could not be read, and the cursor."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from portfolio.model import TABLES
from portfolio.ports import Partition, Rejected
from portfolio.raw import RawAnswer
from sync.batch import BODY_LIMIT, Batch, batch
from sync.fitting import utc
from sync.upsert import upsert

if TYPE_CHECKING:
    import duckdb

_Seen = dict[tuple[str, str], tuple[datetime, str | None]]
"""Rejections of a stream: id and code -> first sighting, partition."""


@dataclass(frozen=True)
class Bookkeeper:
    """Keeps a partition's rejections and cursor, in the transaction of the rows that they belong to."""

    connection: "duckdb.DuckDBPyConnection"
    source: str
    partition: Partition
    as_of: datetime

    def keep_rejections(
        self,
        rejected: Sequence[Rejected],
        read: Iterable[Batch],
        *,
        whole: bool,
        standing: Collection[tuple[str, str]] = (),
    ) -> None:
        """Keep what could not be read; forget what can be read now. The first sighting's moment stays.

        `read` are the page's rows; a `whole` page also forgets what the partition holds no more, but not `standing`,
        ids and codes that parts of it before this page brought.
        """
        stream = {"source": self.source, "stream": self.partition.stream}
        seen = self._seen(stream)
        if seen:
            self._forget(
                stream, [key for key in self._settled(seen, rejected, _ids(read), whole=whole) if key not in standing]
            )
        if not rejected:
            return
        rows = [
            {
                **stream,
                "partition": self.partition.key,
                "native_id": r.native_id,
                "code": r.code,
                "reason": r.reason,
                "body": r.body[:BODY_LIMIT],
                "first_seen_at": seen.get((r.native_id, r.code), (self.as_of, None))[0],
            }
            for r in rejected
        ]
        upsert(self.connection, batch(TABLES["rejection"], rows))

    def _seen(self, stream: dict[str, str]) -> _Seen:
        found = self.connection.execute(
            "SELECT native_id, code, first_seen_at, partition FROM rejection"
            " WHERE source = $source AND stream = $stream",
            stream,
        ).fetchall()
        return {(native_id, code): (moment, partition) for native_id, code, moment, partition in found}

    def _settled(
        self, seen: _Seen, rejected: Sequence[Rejected], readable: Sequence[str], *, whole: bool
    ) -> list[tuple[str, str]]:
        """Rejections from before that are none any more."""
        again = {(r.native_id, r.code) for r in rejected}
        unread = {r.native_id for r in rejected}
        read = {*readable, *(row_id.rpartition(":")[0] for row_id in readable)} - unread
        return [
            (native_id, code)
            for (native_id, code), (_, partition) in seen.items()
            if native_id in read or (whole and partition == self.partition.key and (native_id, code) not in again)
        ]

    def _forget(self, stream: dict[str, str], settled: Sequence[tuple[str, str]]) -> None:
        """In one statement: a part of a source that could not be read for months may come back at once."""
        if not settled:
            return
        import pyarrow as pa

        ids, codes = zip(*settled, strict=True)
        self.connection.register("settled", pa.table({"native_id": ids, "code": codes}))
        self.connection.execute(
            "DELETE FROM rejection USING settled WHERE source = $source AND stream = $stream"
            " AND rejection.native_id = settled.native_id AND rejection.code = settled.code",
            stream,
        )

    def keep_raw(self, answers: Sequence[RawAnswer]) -> None:
        """Keep answers as they were received."""
        place = {"source": self.source, "stream": self.partition.stream, "partition": self.partition.key}
        taken_at = utc(self.as_of)
        ((before,),) = self.connection.execute(
            "SELECT coalesce(max(number), 0) FROM raw_page"
            " WHERE source = $source AND stream = $stream AND partition = $partition AND taken_at = $taken_at",
            {**place, "taken_at": taken_at},
        ).fetchall()
        rows = [
            {
                **place,
                "taken_at": taken_at,
                "number": number,
                "endpoint": answer.endpoint,
                "body": answer.body,
                "keep_until": taken_at + timedelta(days=answer.keep_days),
            }
            for number, answer in enumerate(answers, before + 1)
        ]
        upsert(self.connection, batch(TABLES["raw_page"], rows))

    def move_cursor(self, position: str) -> None:
        """Note where the partition goes on."""
        cursor = {
            "source": self.source,
            "stream": self.partition.stream,
            "partition": self.partition.key,
            "position": position,
            "moved_at": utc(self.as_of),
        }
        ((moved,),) = self.connection.execute(
            "UPDATE cursor SET position = $position, moved_at = $moved_at"
            " WHERE source = $source AND stream = $stream AND partition = $partition",
            cursor,
        ).fetchall()
        if not moved:
            self.connection.execute(
                "INSERT INTO cursor (source, stream, partition, position, moved_at)"
                " VALUES ($source, $stream, $partition, $position, $moved_at)",
                cursor,
            )


def _ids(read: Iterable[Batch]) -> list[str]:
    return [row_id for rows in read for row_id in rows.ids]
