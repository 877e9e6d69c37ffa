"""What the store forgets in the course of years, and what it never does.

Two things grow with every run: what each part of each source did (`stream_run`, `source_run`), and the measures of the
day. The first is kept for the latest runs, the second of every day for a while and then of one day a week. Never
forgotten: the latest run that read everything, the latest day of measures, the first day of each project (forecasts are
held against it), days on which a finding was opened that is still open, findings and the events of their life.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

_OF_RUNS = ("stream_run", "source_run")
_OF_DAYS = {
    "project_snapshot": "project_id",
    "subject_snapshot": "subject_kind, subject_id",
    "level_score": "level, unit",
}
"""Tables of measures of a day, with what each row is about."""
_DAYS = """
SELECT DISTINCT taken_on FROM project_snapshot UNION SELECT DISTINCT taken_on FROM subject_snapshot
UNION SELECT DISTINCT taken_on FROM level_score
"""
_OPENED = "SELECT DISTINCT opened_on FROM finding WHERE state IN ('open', 'pending') AND opened_on IS NOT NULL"


@dataclass(frozen=True)
class Keep:
    """How much is kept. `runs` are those told in full, the latest; days are counted back from the day of the check.

    `whole_after` overrides `runs`: those that started at that moment or later are told in full (UTC).
    """

    runs: int = 400
    daily_days: int = 400
    measures_days: int = 3650
    whole_after: datetime | None = None


@dataclass(frozen=True)
class Forgotten:
    """What goes, or would go, from one table: rows, and about how many bytes of the file they took."""

    what: str
    rows: int
    bytes: int


def forget(connection: "duckdb.DuckDBPyConnection", keep: Keep, today: date) -> list[Forgotten]:
    """Delete on the open transaction what need not be kept; whoever rolls back has merely asked."""
    days = [row[0] for row in connection.execute(_DAYS).fetchall()]
    needed = {row[0] for row in connection.execute(_OPENED).fetchall()}
    gone = days_to_forget(days, today, keep, needed)
    done = [_cut_runs(connection, table, keep) for table in _OF_RUNS]
    done += [_cut_days(connection, table, subject, gone) for table, subject in _OF_DAYS.items()]
    done.append(_cut_ledger(connection, today - timedelta(days=keep.measures_days)))
    return [one for one in done if one.rows]


def days_to_forget(days: Iterable[date], today: date, keep: Keep, needed: Collection[date] = ()) -> list[date]:
    """The measured days that go: those beyond all keeping, and of those that are no longer kept daily all but the last
    of each week. The latest day and those that are needed stay whatever their age."""
    known = sorted(set(days))
    if not known:
        return []
    last_of_week = {day.isocalendar()[:2]: day for day in known}
    stays = {known[-1], *needed}
    daily, oldest = (today - timedelta(days=n) for n in (keep.daily_days, keep.measures_days))
    return [
        day
        for day in known
        if day not in stays and (day < oldest or (day < daily and last_of_week[day.isocalendar()[:2]] != day))
    ]


def _cut_runs(connection: "duckdb.DuckDBPyConnection", table: str, keep: Keep) -> Forgotten:
    """What parts of sources did in runs that need not be told in full any more. A run under way is never among them."""
    whole = "started_at >= $after" if keep.whole_after is not None else "position <= $runs"
    given: dict[str, Any] = {"after": keep.whole_after} if keep.whole_after is not None else {"runs": keep.runs}
    sql = f"""
DELETE FROM {table} WHERE run_id IN (
  SELECT id FROM (
    SELECT id, outcome, started_at, row_number() OVER (ORDER BY started_at DESC, id DESC) AS position,
           row_number() OVER (PARTITION BY outcome = 'complete' ORDER BY started_at DESC, id DESC) AS of_its_kind
    FROM run
  )
  WHERE NOT ({whole}) AND outcome IS NOT NULL AND NOT (outcome = 'complete' AND of_its_kind = 1)
)"""  # noqa: S608 - our own names
    return _cut(connection, table, sql, given)


def _cut_days(connection: "duckdb.DuckDBPyConnection", table: str, subject: str, gone: list[date]) -> Forgotten:
    sql = f"""
DELETE FROM {table} WHERE list_contains($gone, taken_on) AND ({subject}, taken_on) NOT IN (
  SELECT ({subject}, min(taken_on)) FROM {table} GROUP BY {subject}
)"""  # noqa: S608 - our own names
    if not gone:
        return Forgotten(table, 0, 0)
    return _cut(connection, table, sql, {"gone": gone})


def _cut_ledger(connection: "duckdb.DuckDBPyConnection", oldest: date) -> Forgotten:
    """Runs of days whose measures are gone, too; the latest that read everything stays."""
    sql = """
DELETE FROM run WHERE as_of < $oldest AND outcome IS NOT NULL AND id NOT IN (
  SELECT id FROM run WHERE outcome = 'complete' ORDER BY started_at DESC, id DESC LIMIT 1
) AND id NOT IN (SELECT run_id FROM stream_run) AND id NOT IN (SELECT run_id FROM source_run)"""
    return _cut(connection, "run", sql, {"oldest": oldest})


def _cut(connection: "duckdb.DuckDBPyConnection", table: str, sql: str, given: dict[str, Any]) -> Forgotten:
    whole, size = _size(connection, table)
    (rows,) = connection.execute(sql, given).fetchall()[0]
    return Forgotten(table, int(rows), size * int(rows) // whole if whole else 0)


def _size(connection: "duckdb.DuckDBPyConnection", table: str) -> tuple[int, int]:
    """Rows of a table, and bytes of the blocks that it lies in. Small tables share blocks, so it is a bound."""
    (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0]  # noqa: S608 - our own names
    sql = f"""
SELECT count(DISTINCT block_id) * (
  SELECT any_value(block_size) FROM pragma_database_size() WHERE database_name = current_catalog()
) FROM pragma_storage_info('{table}') WHERE persistent AND block_id >= 0
"""  # noqa: S608 - our own names
    return int(rows), int(connection.execute(sql).fetchall()[0][0] or 0)
