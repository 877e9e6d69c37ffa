"""Compiled packs, kept between runs: nothing is compiled again before a pack, or what compiles it, has changed.

What is kept is a convenience and never trusted: it holds for exactly these files, this code and these libraries, or not
at all; and conditions that it gives back pass the same gates when they are evaluated (see `rules.statement`).
"""

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import portfolio
import rules
from rules.pack_files import PackText
from rules.packed import NotPacked, packed, unpacked
from rules.packs_named import PackStands
from rules.ruleset import Rule

FILE = "compiled-rules.json"
_LIBRARIES = ("sqlglot", "pydantic")
_MOST = 64 * 1024 * 1024
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True)
class Known:
    """The rules of all packs at their defaults, by id, and the packs themselves."""

    rules: tuple[Rule, ...]
    packs: Mapping[str, PackStands]


def key_of(texts: Iterable[PackText]) -> str | None:
    """What decides about the outcome of compiling those files; None where our own code cannot be read."""
    digest = hashlib.sha256(sys.version.encode())
    try:
        for library in _LIBRARIES:
            digest.update(f"\n{library} {metadata.version(library)}".encode())
        for package in (rules, portfolio):
            folder = Path(str(package.__file__)).parent
            for path in sorted(folder.rglob("*.py")):
                _add(digest, str(path.relative_to(folder.parent)), path.read_bytes())
    except (OSError, metadata.PackageNotFoundError):
        return None
    for text in texts:
        _add(digest, text.name, text.raw)
    return digest.hexdigest()


def kept(folder: Path, key: str) -> Known | None:
    """What was kept under that key; None where it was not, or where the file is damaged or may be somebody else's."""
    with suppress(OSError, NotPacked):
        head, _, text = _read(folder / FILE).partition(b"\n")
        if head == _head(key, text):
            found, packs = unpacked(text)
            return Known(found, packs)
    return None


def keep(folder: Path, key: str, known: Known) -> None:
    """Keep it in a folder that is there, in place of what was kept before. Where that cannot be, nothing is kept."""
    with suppress(OSError, TypeError):
        text = packed((known.rules, known.packs))
        for left in folder.glob(f".{FILE}-*"):  # by somebody who was killed while writing
            left.unlink(missing_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{FILE}-", dir=folder)  # for nobody else to read or write
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_head(key, text) + b"\n" + text)
            Path(name).replace(folder / FILE)
        finally:
            Path(name).unlink(missing_ok=True)


def _head(key: str, text: bytes) -> bytes:
    """Key and a digest of the text, which tells a file that was cut short."""
    return f"{key} {hashlib.sha256(text).hexdigest()}".encode()


def _read(path: Path) -> bytes:
    """The file. Raises OSError also for one that is not ours alone to write."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_WRITE
        if not ours or found.st_size > _MOST:
            raise OSError(f"{path} is not ours")
        return file.read()


def _add(digest: "hashlib._Hash", name: str, raw: bytes) -> None:
    digest.update(f"\n{name} {len(raw)}\n".encode())
    digest.update(raw)
