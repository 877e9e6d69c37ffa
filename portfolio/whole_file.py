"""Files that are put in place as a whole: whoever reads one reads what was there before or what is there now."""

import os
from pathlib import Path


def put_whole(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write a file in place of the one before, in one step and also through a power cut. Raises OSError.

    `mode`: its rights; left out, those of a new file.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as out:
            if mode is not None:
                os.fchmod(out.fileno(), mode)
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
