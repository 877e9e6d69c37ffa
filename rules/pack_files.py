"""The files of packs, unread: what they hold decides whether what was compiled of them before still holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from portfolio.errors import Problem


@dataclass(frozen=True)
class PackText:
    """One file: what it is called in messages, and its bytes."""

    name: str
    raw: bytes


@cache
def built_in_texts() -> tuple[PackText, ...]:
    """The packs that come with Plumbrule, by file name."""
    folder = resources.files("rules").joinpath("packs")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(PackText(f"rules/packs/{f.name}", f.read_bytes()) for f in files)


def site_texts(folders: Sequence[Path], problems: list[Problem]) -> list[PackText]:
    """Every `*.toml` of the folders, and the files that are named themselves; what cannot be read is noted."""
    found = []
    for folder in folders:
        if not folder.is_dir() and not (folder.is_file() and folder.suffix == ".toml"):
            what, hint = "is not a folder of rule packs, nor a pack file (.toml)", "create it, or name another"
            problems.append(Problem(str(folder), 0, 0, "config.unreadable", what, help=hint))
            continue
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]:
            try:
                found.append(PackText(str(path), path.read_bytes()))
            except OSError as error:
                what, hint = f"cannot read it: {error.strerror}", "check the path and its rights"
                problems.append(Problem(str(path), 0, 0, "config.unreadable", what, help=hint))
    return found
