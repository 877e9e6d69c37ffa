"""The snapshot that the latest check left, for whoever reads and writes nothing."""

from pathlib import Path

from portfolio.errors import ConfigurationError
from sync import FileReader, open_snapshot

_NEWEST_TABLES = "SELECT table_name FROM duckdb_tables() WHERE table_name IN ('waiver_state', 'run')"
"""What a snapshot of an older Plumbrule lacks."""


def latest_check(folder: Path) -> FileReader:
    """The latest published snapshot of that store. Raises ConfigurationError before the first run."""
    path = folder / "snapshots" / "latest.duckdb"
    if not path.exists():
        raise ConfigurationError(
            "nothing has been checked yet", code="usage.nothing_checked", remedy="`plumbrule run` pulls and checks"
        )
    reader = open_snapshot(path)
    if len(reader.rows(_NEWEST_TABLES)) < 2:
        reader.close()
        raise ConfigurationError(
            "the latest check was made by an older Plumbrule",
            code="usage.old_check",
            remedy="`plumbrule check` first",
        )
    return reader
