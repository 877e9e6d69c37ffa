"""Sources of tables for tests: files in a folder, and what reading them gives."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from connectors.tabular import connect
from connectors.tabular.reader import STREAM, TabularReader
from connectors.tabular.settings import TabularSource
from portfolio.ports import Page, Partition


def tables(*entries: dict[str, Any]) -> TabularReader:
    """A source `finance` of those tables."""
    return connect("finance", TabularSource.model_validate({"kind": "tabular", "tables": list(entries)}))


def budget(path: Path, **more: Any) -> TabularReader:
    """A source of one table of budget lines in euros."""
    return tables({"into": "budget_line", "path": path, "constants": {"currency": "EUR"}, **more})


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """A text file of those lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("\n".join([*lines, ""]).encode(encoding))
    return path


def workbook(path: Path, rows: Iterable[Iterable[Any]], title: str = "Budget", **more: Any) -> Path:
    """An XLSX of one sheet; `epoch1904=True` counts days as old Macs did."""
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    if more.get("epoch1904"):
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for reached in more.get("merged", ()):
        sheet.merge_cells(reached)
    for cell, form in more.get("formats", {}).items():
        sheet[cell].number_format = form
    for name, these in more.get("sheets", {}).items():
        other = book.create_sheet(name)
        for row in these:
            other.append(list(row))
    book.save(path)
    return path


def pages(reader: TabularReader, positions: dict[Partition, str] | None = None) -> list[Page]:
    """Everything that a pull gives, partition by partition, from those positions."""
    known = positions or {}
    reader.probe()
    return [page for stage in reader.partitions(known) for p in stage for page in reader.pull(p, known.get(p))]


def rows(reader: TabularReader, table: str = "budget_line") -> list[dict[str, Any]]:
    """All rows of one table."""
    return [dict(row) for page in pages(reader) for row in page.rows.get(table, ())]


def told(reader: TabularReader) -> list[str]:
    """Why lines could not be read."""
    return [rejected.reason for page in pages(reader) for rejected in page.rejected]


def partition(key: str) -> Partition:
    """The partition of a file."""
    return Partition(STREAM, key)


def position(page: Page) -> dict[str, Any]:
    """A page's position as values."""
    found: dict[str, Any] = json.loads(page.position or "{}")
    return found
