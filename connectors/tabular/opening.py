"""A file as a sheet: what it is by its first bytes, read from a copy so that nobody can change it meanwhile."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from connectors.tabular.cells import header_text
from connectors.tabular.csv_file import open_csv
from connectors.tabular.faults import later, unusable
from connectors.tabular.header import Wanted, fits
from connectors.tabular.lines import Line, Sheet
from connectors.tabular.settings import TableSettings

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream in which Office keeps an encrypted workbook (MS-OFFCRYPTO 2.3.4)."""
_IN_MEMORY = 32_000_000


@dataclass(frozen=True)
class Copied:
    """What was read of a file at once: the bytes, their hash, how many they are."""

    file: IO[bytes]
    digest: str
    size: int


def digest(path: Path) -> str:
    """Hash of what the file holds now. Raises RemoteError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _locked(path, error) from error


@contextmanager
def copied(path: Path) -> Iterator[Copied]:
    """The file's bytes, for as long as the block lasts. Raises RemoteError where they change while they are read."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        hasher, size = hashlib.sha256(), 0
        try:
            before = path.stat()
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    hasher.update(chunk)
                    copy.write(chunk)
                    size += len(chunk)
            after = path.stat()
        except OSError as error:
            raise _locked(path, error) from error
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
            raise later(
                f"{path.name} changed while it was read; somebody is writing it",
                "changing",
                "The next run reads it again; nothing of this reading was kept.",
            )
        copy.seek(0)
        yield Copied(copy, hasher.hexdigest(), size)


def open_sheet(file: IO[bytes], name: str, settings: TableSettings, wanted: Sequence[Wanted]) -> Sheet:
    """The table in the file. Raises RemoteRefusal for a file of another kind, an absent sheet, or several that fit."""
    start = file.read(8)
    file.seek(0)
    if start.startswith(_OLE):
        raise _ole(file, name)
    if start.startswith(_ZIP):
        return _workbook_sheet(file, name, settings, wanted)
    _refuse_by_name(name, start)
    headers = [word for one in wanted for word in one.words]
    return open_csv(file, name, settings, headers)


def _workbook_sheet(file: IO[bytes], name: str, settings: TableSettings, wanted: Sequence[Wanted]) -> Sheet:
    from connectors.tabular.workbook import open_workbook, sheet_of

    visible, book = open_workbook(file, name)
    titles = [sheet.title for sheet in book.worksheets]
    if settings.sheet is not None:
        found = [title for title in titles if title.casefold().strip() == settings.sheet.casefold().strip()]
        if not found:
            listed = ", ".join(titles) or "none"
            raise unusable(f"{name} has no sheet `{settings.sheet}`; it has: {listed}", "no_sheet", "Correct `sheet`.")
        return sheet_of(file, book, found[0], name)
    if len(visible) == 1:
        return sheet_of(file, book, visible[0], name)
    sheets = {title: sheet_of(file, book, title, name) for title in visible}
    fitting = [title for title, sheet in sheets.items() if fits(header_of(sheet, settings.header_row), wanted)]
    if len(fitting) != 1:
        why = f"{len(fitting)} of them fit" if fitting else "the headers of none fit"
        listed = ", ".join(fitting or visible) or "none"
        raise unusable(f"{name} has several sheets, and {why}: {listed}", "no_sheet", "State `sheet`.")
    return sheets[fitting[0]]


def header_of(sheet: Sheet, row: int) -> list[Any]:
    """The cells of the header's row; empty where the sheet has no such row."""
    line: Line | None = next((line for line in sheet.lines() if line.number >= row), None)
    return [] if line is None or line.number != row else [header_text(cell) for cell in line.cells]


def _ole(file: IO[bytes], name: str) -> Exception:
    """An old workbook, or an encrypted new one: both come in Microsoft's compound file."""
    encrypted, rest = False, b""
    while not encrypted and (chunk := file.read(1 << 20)):
        encrypted = _ENCRYPTED in rest + chunk
        rest = chunk[-len(_ENCRYPTED) :]
    if encrypted:
        return unusable(
            f"{name} is protected by a password",
            "encrypted",
            "Save it without a password where only Plumbrule and its owners can read it (Excel: File > Info).",
        )
    return unusable(
        f"{name} is in the old Excel format (.xls)", "old_format", "Save it as .xlsx or as CSV (Excel: Save As)."
    )


def _refuse_by_name(name: str, start: bytes) -> None:
    ending = name.rpartition(".")[2].lower()
    if ending in ("xlsx", "xlsm", "xlsb", "ods", "xls"):
        what = "is empty" if not start else f"is named .{ending} but is no such file"
        raise unusable(
            f"{name} {what}", "malformed" if start else "empty", "It may still be being copied; else save it again."
        )


def _locked(path: Path, error: OSError) -> Exception:
    return later(
        f"{path.name} cannot be opened: {error.strerror or error}",
        "locked",
        "Close it where it is open and check the rights; the next run tries again.",
    )
