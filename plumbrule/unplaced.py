"""What tables name and nobody knew in the latest run, and rows that were one record: for `doctor`, which reads a source
and not the store."""

from collections.abc import Iterator

from plumbrule.settings import Settings
from portfolio.ports import Observation
from sync import open_snapshot
from sync.doubled import CODE as DOUBLED
from sync.meaning import STREAM

_SHOWN = 3
_REMEDY = (
    "Correct the words in the table, translate them by `values`, or join the project under [initiatives]; the rows "
    "come in with the next run."
)

_MEND_UNITS = "Correct the parents in the table; until then rules look up to five levels round the circle."
_REMOVE = "Take one of the rows out, or name what tells them apart as `key` of the table."
_REMEDIES = {"reference.unit_in_itself": _MEND_UNITS, DOUBLED: _REMOVE}


def unplaced(settings: Settings, source: str) -> Iterator[Observation]:
    """One observation for each of the first references; nothing before the first run."""
    path = settings.store.folder / "snapshots" / "latest.duckdb"
    if not path.exists():
        return
    reader = open_snapshot(path)
    try:
        rows = reader.rows(
            "SELECT reason, code FROM rejection WHERE source = $source AND stream = $stream ORDER BY native_id",
            {"source": source, "stream": STREAM},
        )
    finally:
        reader.close()
    for row in rows[:_SHOWN]:
        remedy = _REMEDIES.get(row["code"], _REMEDY)
        yield Observation("references", "warning", f"in the latest run: {row['reason']}", remedy)
    if len(rows) > _SHOWN:
        yield Observation("references", "warning", f"and {len(rows) - _SHOWN} more like these", _REMEDY)
