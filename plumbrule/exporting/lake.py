"""Delta: a table for each documented table, with the runs before as its older versions."""

from collections.abc import Sequence
from pathlib import Path

from plumbrule.exporting.manifest import NAME, Exported, Manifest, Origin, require_ours
from portfolio.model import Table
from portfolio.whole_file import put_whole
from sync import SnapshotExport
from sync.lake import is_delta, put_delta, require_same_columns


def require_lake_folder(folder: Path, tables: Sequence[Table]) -> None:
    """Raises ConfigurationError where that folder holds what is no Delta table of an export."""
    names = {table.name for table in tables}
    require_ours(folder, kept=[name for name in names if is_delta(folder / name)])


def put_lake(
    source: SnapshotExport, tables: Sequence[Table], folder: Path, origin: Origin, left_out: Sequence[str]
) -> list[Exported]:
    """Write them all. Each table changes in one commit; where the last one fails, those before it are new.

    Raises ConfigurationError, before the first one, where the columns of one are not those that stand there.
    """
    for table in tables:
        require_same_columns(folder / table.name, source.schema(table))
    folder.mkdir(parents=True, exist_ok=True)
    about = {"made_by": "plumbrule", "run_id": origin.run_id or "", "as_of": origin.as_of.isoformat()}
    made = []
    for table in tables:
        [counted] = source.rows(f"SELECT count(*) AS rows FROM {table.name}")  # noqa: S608 - our own names
        made.append(Exported(table.name, counted["rows"], (f"{table.name}/",)))
    manifest = Manifest("delta", origin, made, left_out)
    put_whole(folder / NAME, manifest.text(folder).encode())  # before the tables: whoever is stopped may go on
    for table in tables:
        put_delta(folder / table.name, source.arrow(table), about)
    return made
