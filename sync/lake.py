"""Documented tables as Delta tables: each run's rows in place of those before, which stay readable as older versions.

By the library `deltalake` (extra `lake`), which writes without Spark. A table's columns are never changed in place:
whoever reads it has built on them.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio.errors import ConfigurationError

if TYPE_CHECKING:
    import pyarrow as pa

KEPT_HOURS = 7 * 24
"""How long files of versions that were replaced stay, as Delta's own default is."""


def require_lake(module: str = "deltalake") -> None:
    """Raises ConfigurationError where the library is not installed."""
    if find_spec(module) is None:
        raise ConfigurationError(
            "Delta tables are written by the library deltalake, which is not installed",
            code="config.extra_missing",
            remedy='Install it where Plumbrule is installed: pip install "plumbrule[lake]". '
            "Or export parquet, which most programs read as well.",
        )


def is_delta(folder: Path) -> bool:
    """A Delta table stands there."""
    return (folder / "_delta_log").is_dir()


def require_same_columns(folder: Path, schema: "pa.Schema") -> None:
    """Raises ConfigurationError where a table stands there whose columns are others."""
    if not is_delta(folder):
        return
    there, ours = _columns(_open(folder)), _written(schema)
    told = [f"{name} is missing there" for name in ours if name not in there]
    told += [f"{name} is no longer a column" for name in there if name not in ours]
    told += [f"{n} is {there[n]} there, now {kind}" for n, kind in ours.items() if n in there and there[n] != kind]
    if told:
        raise ConfigurationError(
            f"the columns of the table in {folder} are not those of this Plumbrule: {', '.join(told)}",
            code="export.schema_changed",
            remedy="Export into a new folder and point readers to it, or move that table's folder away: "
            "it is then made anew. Nothing was written.",
        )


def put_delta(folder: Path, rows: "pa.RecordBatchReader", about: Mapping[str, str]) -> None:
    """Replace the rows of the table there in one commit, which tells `about`; make the table where there is none.

    Files that no version of the last seven days needs are deleted. Raises OSError.
    """
    from deltalake import CommitProperties, DeltaTable, write_deltalake
    from deltalake.exceptions import DeltaError

    folder.mkdir(parents=True, exist_ok=True)
    try:
        write_deltalake(folder, rows, mode="overwrite", commit_properties=CommitProperties(custom_metadata=dict(about)))
        DeltaTable(folder).vacuum(retention_hours=KEPT_HOURS, dry_run=False)
    except DeltaError as error:
        raise ConfigurationError(
            f"the Delta table in {folder} cannot be written: {error}",
            code="export.delta",
            remedy="Check the folder, its rights and free space; what the table held before is kept.",
        ) from error


def _open(folder: Path) -> Any:
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    try:
        return DeltaTable(folder)
    except DeltaError as error:
        raise ConfigurationError(
            f"the Delta table in {folder} cannot be read: {error}",
            code="export.delta",
            remedy="Export into a new folder, or move that table's folder away.",
        ) from error


def _columns(table: Any) -> dict[str, str]:
    return {field.name: str(field.type) for field in table.schema().fields}


def _written(schema: "pa.Schema") -> dict[str, str]:
    from deltalake import Schema

    return {field.name: str(field.type) for field in Schema.from_arrow(schema).fields}
