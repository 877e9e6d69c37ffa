"""Whole copies of the store's file: made aside before something replaces or changes it, and named by the moment."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from portfolio.errors import StoreError
from sync.compaction import flush, quoted
from sync.disk import file_fault, said, writing

if TYPE_CHECKING:
    import duckdb

COPIES = "backups"
"""Folder of the copies, beside the store."""
_OURS = re.compile(r"portfolio-[a-z0-9-]+-\d{8}T\d{6}Z\.duckdb")


def store_copies(folder: Path) -> list[Path]:
    """Copies that lie in that store's folder, the oldest first. Files of other names are somebody else's."""
    ours = (path for path in (folder / COPIES).glob("portfolio-*.duckdb") if _OURS.fullmatch(path.name))
    return sorted(ours, key=lambda path: path.stem.rpartition("-")[2])


def name_of_copy(path: Path, why: str, moment: datetime) -> Path:
    """Where a copy of the store goes that is made for that reason at that moment (UTC)."""
    return path.parent / COPIES / f"portfolio-{why}-{moment:%Y%m%dT%H%M%SZ}.duckdb"


@contextlib.contextmanager
def detached(connection: "duckdb.DuckDBPyConnection", path: Path) -> Iterator[None]:
    """Within the block the file of the attached catalog `store` is let go, with all that was committed in it.

    So it is complete, and the system's lock on it is not lost by reading it. Only for the owner, while no other session
    of it is open. Raises StoreError where it cannot be let go, or not be opened again.
    """
    _do(connection, "CHECKPOINT store", "USE memory", "DETACH store")
    try:
        yield
    finally:
        _do(connection, f"ATTACH {quoted(path)} AS store", "USE store")


def _do(connection: "duckdb.DuckDBPyConnection", *statements: str) -> None:
    import duckdb

    try:
        for sql in statements:
            connection.execute(sql)
    except duckdb.Error as error:
        raise file_fault(error) or StoreError(
            f"the store's file cannot be copied: {said(error)}",
            code="store.write",
            remedy="Check free disk space and rights of the store's folder; what was committed before is kept.",
        ) from error


def copy_attached(connection: "duckdb.DuckDBPyConnection", path: Path, target: Path) -> None:
    """Copy the file of the attached catalog `store`, whole or not at all. Raises StoreError."""
    with detached(connection, path):
        copy_whole(path, target)


def copy_whole(path: Path, target: Path) -> None:
    """Copy a file so that the target is there whole or not at all. Raises StoreError."""
    fresh = target.with_name(f".{target.name}.new")
    with writing(target):
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(path, fresh)
            fresh.chmod(0o600)
            flush(fresh)
            fresh.replace(target)
            flush(target.parent)
        finally:
            fresh.unlink(missing_ok=True)


def sweep_copies(path: Path) -> None:
    """Remove halves that a killed process left. Only for the owner of the store."""
    for left in [*(path.parent / COPIES).glob(".*.new"), *path.parent.glob(f".{path.name}.restore")]:
        left.unlink()
