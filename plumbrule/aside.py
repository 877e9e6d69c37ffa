"""Where a file is kept that is about to be replaced."""

from pathlib import Path


def aside(path: Path) -> Path:
    """A name beside it that nothing has: `.bak`, then `.bak2`, `.bak3` ..."""
    number, free = 1, path.with_name(f"{path.name}.bak")
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}.bak{number}")
    return free
