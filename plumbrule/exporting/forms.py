"""Parquet, CSV and Excel: documented tables into a folder that is put in place as a whole."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from plumbrule.exporting.manifest import Exported, Origin
from portfolio.model import Table
from sync import SnapshotExport

_MARK = b"\xef\xbb\xbf"
ROOM = ".on-the-way"
"""Folder inside the one that is being made, for what is thrown away again."""

Maker = Callable[[SnapshotExport, Sequence[Table], Path, Origin], list[Exported]]


def parquet(source: SnapshotExport, tables: Sequence[Table], folder: Path, origin: Origin) -> list[Exported]:
    """`<table>.parquet` for each."""
    del origin
    return [
        Exported(table.name, source.parquet(table, folder / f"{table.name}.parquet"), (f"{table.name}.parquet",))
        for table in tables
    ]


def csv_with(*, mark: bool) -> Maker:
    """`<table>.csv` for each; with the mark (BOM), without which Excel reads no Chinese, or without."""

    def csv(source: SnapshotExport, tables: Sequence[Table], folder: Path, origin: Origin) -> list[Exported]:
        del origin
        made = []
        for table in tables:
            name, bare = f"{table.name}.csv", folder / ROOM
            rows = source.csv(table, bare)
            if mark:
                with bare.open("rb") as written, (folder / name).open("wb") as out:
                    out.write(_MARK)
                    shutil.copyfileobj(written, out, 1 << 20)
                bare.unlink()
            else:
                bare.rename(folder / name)
            made.append(Exported(table.name, rows, (name,)))
        return made

    return csv


def xlsx(source: SnapshotExport, tables: Sequence[Table], folder: Path, origin: Origin) -> list[Exported]:
    """All of them as sheets of `portfolio.xlsx`; a table that is too long for one goes on in the next."""
    from reports.tables_book import TablesBook

    name, room = "portfolio.xlsx", folder / ROOM
    room.mkdir()
    book = TablesBook(folder / name, as_of=origin.as_of, room=room)
    made = []
    for table in tables:
        written = book.add(table, source.batches(table))
        notes = []
        if len(written.sheets) > 1:
            notes.append(f"more rows than a sheet holds: it goes on in {', '.join(written.sheets[1:])}")
        if written.cut:
            notes.append(f"{written.cut} texts are longer than a cell holds, and cut")
        made.append(Exported(table.name, written.rows, (name,), tuple(notes)))
    book.close()
    shutil.rmtree(room, ignore_errors=True)
    return made
