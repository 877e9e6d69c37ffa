"""What stands in an exported folder: `manifest.json`, by which a later export knows that the folder is ours."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from portfolio.errors import ConfigurationError
from portfolio.model.views import VIEWS_VERSION

NAME = "manifest.json"
MADE_BY = "plumbrule export"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Exported:
    """One table as it was written: its rows, the files that hold it, and what a reader should know of it."""

    name: str
    rows: int
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """What an export shows: the latest pull before the check (None before the first), and the day of the check."""

    run_id: str | None
    as_of: date
    report: str | None = None


@dataclass(frozen=True)
class Manifest:
    """The content of a folder. `left_out` are tables that a scope leaves out as a whole."""

    form: str
    origin: Origin
    tables: Sequence[Exported]
    left_out: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write it, with size and SHA-256 of every file that a table lies in. Raises OSError."""
        (folder / NAME).write_text(self.text(folder), encoding="utf-8")

    def text(self, folder: Path) -> str:
        """Its JSON: the same folder gives the same text."""
        told = {
            "made_by": MADE_BY,
            "format": self.form,
            "schema_version": VIEWS_VERSION,
            "run_id": self.origin.run_id,
            "as_of": self.origin.as_of.isoformat(),
            "report": self.origin.report,
            "tables": [_table(one, folder) for one in self.tables],
            "left_out": list(self.left_out),
            **self.more,
        }
        return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _table(one: Exported, folder: Path) -> dict[str, Any]:
    # a table of Delta is a folder that keeps its own account
    files = [{"path": name, **({} if name.endswith("/") else _measured(folder / name))} for name in one.files]
    return {"name": one.name, "rows": one.rows, "files": files, **({"notes": list(one.notes)} if one.notes else {})}


def _measured(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": digest(path)}


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            found.update(part)
    return found.hexdigest()


def require_ours(folder: Path, kept: Iterable[str] = ()) -> None:
    """Raises ConfigurationError where something stands at that place that no export made.

    `kept` are names that may stand there beside what the manifest tells.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise in_use(folder, "it is a file")
    present = sorted(path.name for path in folder.iterdir())
    if not present:
        return
    told = _read(folder)
    if told is None:
        raise in_use(folder, f"it holds {present[0]}, and no manifest of an export")
    try:
        known = {Path(file["path"]).parts[0] for table in told["tables"] for file in table["files"]}
    except (KeyError, TypeError, IndexError):
        raise in_use(folder, f"its {NAME} cannot be read") from None
    strange = [name for name in present if name not in {NAME, *known, *kept}]
    if strange:
        raise in_use(folder, f"it holds {strange[0]}, which no export wrote")


def _read(folder: Path) -> Any:
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and told.get("made_by") == MADE_BY else None


def in_use(folder: Path, why: str) -> ConfigurationError:
    """The refusal of a folder that holds something else."""
    return ConfigurationError(
        f"{folder} is in use: {why}",
        code="export.folder_in_use",
        remedy="Choose a new or empty folder with `--out` or move away what is in that one. Nothing there was touched.",
    )
