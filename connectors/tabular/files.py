"""Which files a source reads, into which table each, and in which order: of two with one record the earlier counts."""

import glob
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.tabular.settings import TableSettings
from portfolio.errors import ConfigurationError

ENDINGS = frozenset((".csv", ".tsv", ".txt", ".xlsx", ".xlsm"))
"""Of files that a configured folder gives; a pattern gives whatever it matches."""


@dataclass(frozen=True)
class TableFile:
    """A file that is one table. `label` names it for people, `key` among all of the source."""

    key: str
    label: str
    path: Path
    settings: TableSettings

    @property
    def into(self) -> str:
        """The table that it fills."""
        return self.settings.into


@dataclass(frozen=True)
class Absent:
    """A configured table for which there is no file."""

    key: str
    settings: TableSettings


def find(tables: Sequence[TableSettings]) -> tuple[list[TableFile], list[Absent]]:
    """Files in the order in which they count, and tables without any. Raises ConfigurationError for one read twice."""
    found: dict[str, TableFile] = {}
    absent = []
    for settings in tables:
        files = list(_files(settings))
        if not files:
            absent.append(Absent(f"{settings.into}:{settings.path}", settings))
        for label, path in files:
            sheet = f"#{settings.sheet}" if settings.sheet else ""
            key = f"{settings.into}:{label}{sheet}"
            if key in found:
                raise ConfigurationError(
                    f"{label}{f', sheet {settings.sheet}' if sheet else ''} is read twice into {settings.into}: as "
                    f"{found[key].path} and as {path}",
                    code="tabular.read_twice",
                    remedy="Let one [[tables]] entry give it, or read another `sheet` of it.",
                )
            found[key] = TableFile(key, label, path, settings)
    return list(found.values()), absent


def shape_of(settings: TableSettings) -> str:
    """Tells configurations of a table apart: another one reads the same file anew."""
    return hashlib.sha256(settings.model_dump_json(exclude={"path"}).encode()).hexdigest()[:16]


def earlier(files: Sequence[TableFile], file: TableFile) -> list[TableFile]:
    """Files of the same table that count before this one."""
    same = [other for other in files if other.into == file.into]
    return same[: same.index(file)]


def orphaned(position: Mapping[str, Any], absent: Sequence[Absent]) -> bool:
    """Whether a file that was read before, and is gone, was really removed.

    Where the configured pattern gives no file at all, a share that is not mounted is likelier than a table that ended.
    """
    return not any(
        (position.get("into"), position.get("path")) == (one.settings.into, str(one.settings.path)) for one in absent
    )


def _files(settings: TableSettings) -> Iterator[tuple[str, Path]]:
    """Label and path of each file, by label. What Office keeps beside an open file (`~$name`) is none."""
    wanted = settings.path.expanduser()
    if wanted.is_dir():
        paths = [path for path in wanted.iterdir() if path.suffix.lower() in ENDINGS]
        root = wanted
    elif wanted.is_file():
        paths, root = [wanted], wanted.parent
    else:
        paths = [Path(path) for path in glob.glob(str(wanted), recursive=True)]  # noqa: PTH207
        root = _fixed_part(wanted)
    named = [
        (f"{root.name}/{path.relative_to(root).as_posix()}" if root.name else path.name, path)
        for path in paths
        if path.is_file() and not path.name.startswith(("~$", "."))
    ]
    yield from sorted(named)


def _fixed_part(pattern: Path) -> Path:
    """The folders of a pattern before its first wildcard."""
    fixed: list[str] = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed)
