"""What is wrong with the store's files themselves: damaged, no room left, not allowed. Told alike wherever it shows."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from portfolio.errors import StoreError

RESTORE = "Restore the file from a copy, or move it aside and run again: everything is then read anew."
_KEPT = "what was committed before is kept, and the next run goes on from there."
_DAMAGE = ("Corrupt database file", "Could not read enough bytes", "computed checksum")
"""Parts of DuckDB's messages for a file that was cut off or changed outside of it."""
_NO_ROOM = ("No space left on device", "File too large", "Disk quota exceeded", "failed to offload data block")
_NOT_ALLOWED = ("Permission denied", "Read-only file system", "Operation not permitted")
"""Parts of the operating system's messages, which DuckDB hands on; the last of `_NO_ROOM` is DuckDB's own."""


def file_fault(error: Exception) -> StoreError | None:
    """The error for a fault of the files, from DuckDB's words or the operating system's; None for other complaints."""
    told = f"{error}\n{_system_words(error)}"
    if any(words in told for words in _DAMAGE):
        return StoreError(f"a file of the store is damaged: {said(error)}", code="store.unreadable", remedy=RESTORE)
    if any(words in told for words in _NO_ROOM):
        return StoreError(
            f"there is no room left for the store: {said(error)}",
            code="store.no_room",
            remedy=f"Free space on its disk, or raise this account's limits; {_KEPT}",
        )
    if any(words in told for words in _NOT_ALLOWED):
        return StoreError(
            f"the store's folder may not be written: {said(error)}",
            code="store.not_allowed",
            remedy=f"Let this account write the folder and its files, or choose another in `[store] folder`; {_KEPT}",
        )
    return None


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Within the block, what the operating system refuses is a StoreError that says what to do."""
    try:
        yield
    except OSError as error:
        raise file_fault(error) or StoreError(
            f"{path} cannot be written: {error.strerror or error}",
            code="store.write",
            remedy="Check the store's folder and its disk.",
        ) from error


def said(error: Exception) -> str:
    """The first line of DuckDB's words, without its class of error."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rpartition(" Error: ")[2]


def _system_words(error: Exception) -> str:
    """The system's English words: `strerror` is in the language of the machine."""
    known = {
        errno.ENOSPC: _NO_ROOM[0],
        errno.EFBIG: _NO_ROOM[1],
        errno.EDQUOT: _NO_ROOM[2],
        errno.EACCES: _NOT_ALLOWED[0],
        errno.EROFS: _NOT_ALLOWED[1],
        errno.EPERM: _NOT_ALLOWED[2],
    }
    return known.get(error.errno or 0, "") if isinstance(error, OSError) else ""
