"""How a large table is read: whole once, then by its changes, told by Dataverse or found by time and keys.

Dataverse tells changes and deletions where a table is tracked and the account may read all of it; a link to changes
holds for seven days by default. Elsewhere records modified since the last reading are asked for, and the list of all
keys shows what is gone. Source: Microsoft, "Use change tracking to synchronize data with external systems" (2023).
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from connectors import microsoft_plan as plan
from connectors.dataverse.client import EXPIRED, Answer, Dataverse, Record
from connectors.dataverse.position import Mark
from connectors.dataverse.presence import Presence
from connectors.dataverse.tables import Table
from portfolio.errors import RemoteRefusal, SignInError

OVERLAP = timedelta(hours=1)
"""Records this much older than the latest one are read again: they may have been committed after it."""
_TOO_OLD = frozenset({EXPIRED, "remote.refused", "remote.not_found", "remote.removed"})
_NOT_FOR_US = frozenset({"remote.refused", "sign_in.permission"})
log = structlog.get_logger("plumbrule.connectors.dataverse")


@dataclass(frozen=True)
class Batch:
    """Some records of a reading.

    `whole`: the reading lists every record that there is. The last batch has a `mark`: where the next reading begins;
    and, where deletions are not told and the reading is not whole, `keys`: all that there are.
    """

    records: Sequence[Record]
    whole: bool
    deleted: tuple[str, ...] = ()
    mark: Mark | None = None
    keys: frozenset[str] | None = None


class Reader:
    """Reads one table. `active_only`: records that are put away do not count among the keys.

    `again_where_untracked`: where changes are not told, the table is read whole every time.
    """

    def __init__(
        self, dataverse: Dataverse, presence: Presence, table: Table, *, active_only: bool, again_where_untracked: bool
    ) -> None:
        self._dataverse = dataverse
        self._presence = presence
        self._table = table
        self._active_only = active_only
        self._again_where_untracked = again_where_untracked

    def batches(self, mark: Mark | None) -> Iterator[Batch]:
        """What there is to read since that mark (None: everything). A reading may begin anew in between."""
        if mark and mark.delta and self._presence.tracks(self._table):
            try:
                yield from self._changes(mark.delta)
            except RemoteRefusal as refused:
                if refused.code not in _TOO_OLD:
                    raise
                log.info("dataverse.read_anew", table=self._table.name, why=refused.what)
            else:
                return
        first = self._first_tracked() if self._presence.tracks(self._table) else None
        if first is not None:
            yield from first
        elif mark and mark.since and not self._again_where_untracked:
            yield from self._modified(mark.since)
        else:
            yield from self._everything()

    def _changes(self, delta: str) -> Iterator[Batch]:
        for page in self._dataverse.changes(delta, self._table.entity_set):
            yield Batch(page.rows, False, page.deleted)
            delta = page.delta or delta
        yield Batch((), False, mark=Mark(delta=delta))

    def _first_tracked(self) -> Iterator[Batch] | None:
        """The whole table, with a link to its changes at the end; None where the account may not ask for that."""
        pages = self._dataverse.pages(self._table.entity_set, self._columns, track=True)
        try:
            page = next(pages)
        except (RemoteRefusal, SignInError) as refused:
            if refused.code not in _NOT_FOR_US:
                raise
            log.info("dataverse.not_tracked", table=self._table.name, why=refused.what)
            self._presence.give_up_tracking(self._table)
            return None

        return self._whole(itertools.chain([page], pages))

    def _everything(self) -> Iterator[Batch]:
        return self._whole(self._dataverse.pages(self._table.entity_set, self._columns))

    def _whole(self, pages: Iterable[Answer]) -> Iterator[Batch]:
        latest, delta = "", None
        for page in pages:
            latest, delta = max(latest, _latest(page.rows)), page.delta
            yield Batch(page.rows, True)
        yield Batch((), True, mark=Mark(delta, None if delta else latest or None))

    def _modified(self, since: str) -> Iterator[Batch]:
        where = f"modifiedon ge {_before(since)}"
        latest = since
        for page in self._dataverse.pages(self._table.entity_set, self._columns, where=where, order_by="modifiedon"):
            latest = max(latest, _latest(page.rows))
            yield Batch(page.rows, False)
        yield Batch((), False, mark=Mark(since=latest), keys=self._keys())

    def _keys(self) -> frozenset[str]:
        key = self._table.key
        where = "statecode eq 0" if self._active_only else None
        rows = self._dataverse.rows(self._table.entity_set, [key], where=where)
        return frozenset(found for row in rows if (found := plan.guid(str(row.get(key) or ""))))

    @property
    def _columns(self) -> frozenset[str]:
        return self._presence.of(self._table).columns


def _latest(records: Sequence[Record]) -> str:
    """The latest time of modification, as written; Dataverse writes them all alike, in UTC to the second."""
    return max((str(record.get("modifiedon") or "") for record in records), default="")


def _before(since: str) -> str:
    """The overlap before a time."""
    return (datetime.fromisoformat(since).astimezone(UTC) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
