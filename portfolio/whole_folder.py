"""Folders that are put in place as a whole: built beside their place, then renamed into it.

A folder that was there is set aside by one rename and the new one put in its place by a second: between them lies a
moment without a folder, never one with half of it. Who was killed in that moment leaves the old one aside; the next
who comes brings it back.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def whole_folder(place: Path) -> Iterator[Path]:
    """An empty folder to fill; it takes the place of the one before when the block ends well, and is gone otherwise.

    Whoever calls decides whether what stands there may be replaced. Raises OSError.
    """
    _, aside = _beside(place)
    bring_back(place)
    with folder_aside(place) as fresh:
        yield fresh
        for path in sorted(fresh.rglob("*")):
            if path.is_file():
                _flush(path)
        _exchange(fresh, place, aside)


@contextlib.contextmanager
def folder_aside(place: Path) -> Iterator[Path]:
    """An empty folder beside a place, on the same disk, which is gone after the block. Raises OSError."""
    fresh, _ = _beside(place)
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def bring_back(place: Path) -> None:
    """Undo what one left who was killed between the two renames. Raises OSError."""
    _, aside = _beside(place)
    if not aside.is_dir():
        return
    if place.exists():
        shutil.rmtree(aside)
    else:
        aside.rename(place)


def _exchange(fresh: Path, place: Path, aside: Path) -> None:
    if place.exists():
        place.rename(aside)
    try:
        fresh.rename(place)
    except OSError:
        if aside.is_dir():
            aside.rename(place)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    _flush(place.parent)


def _beside(place: Path) -> tuple[Path, Path]:
    return place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
