"""The demo as `make demo` runs it, twice in one folder: made once for all tests and all their processes."""

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from plumbrule.console import Reporter
from plumbrule.demo import run_demo


@dataclass(frozen=True)
class Demo:
    """What the two runs left, for tests that look. Its sources are not served any more."""

    folder: Path

    @property
    def told(self) -> tuple[str, str]:
        """What each run said."""
        first, second = json.loads((self.folder / "told.json").read_bytes())
        return first, second

    @property
    def pages(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """The files of the report after each run."""
        first, second = (
            {path.name: path.read_bytes() for path in (self.folder / name).iterdir()} for name in ("first", "report")
        )
        return first, second

    def asked(self, sql: str, file: str = "snapshots/latest.duckdb") -> list[tuple[Any, ...]]:
        """Rows of the store, or of the snapshot."""
        with duckdb.connect(str(self.folder / "store" / file), read_only=True) as connection:
            return connection.sql(sql).fetchall()


def make_demo(folder: Path) -> None:
    """Both runs."""
    told = []
    with run_demo(folder) as (_, run_once):
        told.append(run_once(Reporter()))
        (folder / "first").mkdir()
        for path in (folder / "report").iterdir():
            (folder / "first" / path.name).write_bytes(path.read_bytes())
        told.append(run_once(Reporter()))
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first of pytest's processes to ask for it makes, while the others wait."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / f"{name}.made").exists():
            make(root / name)
            (root / f"{name}.made").touch()
    return root / name
