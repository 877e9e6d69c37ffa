"""Who is measured: how each is started against a Jira at a loopback address, and how its store is counted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

EMAIL = "pmo-bot@meridian.example"
TOKEN = "sandbox-token"
_OURS = """\
[store]
folder = "store"

[sources.load]
kind = "jira_cloud"
url = "{url}"
email = "{email}"
token = "env:LOAD_TOKEN"
requests_per_second = 100.0
"""

Chain = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Contender:
    """One way to get a Jira into DuckDB.

    `prepare` writes what it needs into an empty folder and gives the commands that pull, joined by pipes. `count` reads
    the store: issues, worklogs, changes.
    """

    name: str
    prepare: Callable[[Path, str], Chain]
    count: Callable[[Path], dict[str, int]]
    version: Callable[[], str]
    incremental: bool = False
    """Whether running the same commands again reads only what changed."""


def _ours(folder: Path, url: str) -> Chain:
    (folder / "plumbrule.toml").write_text(_OURS.format(url=url, email=EMAIL))
    return [[sys.executable, "-m", "plumbrule.cli", "pull", "--quiet", "--config", "plumbrule.toml"]]


def _count_ours(folder: Path) -> dict[str, int]:
    tables = {"issues": "work_item", "worklogs": "time_entry", "changes": "field_change"}
    return counted(folder / "store" / "portfolio.duckdb", tables)


def _our_version() -> str:
    from importlib.metadata import version

    return version("plumbrule")


def counted(store: Path, tables: dict[str, str]) -> dict[str, int]:
    """Count rows of a DuckDB file, by what is counted -> table or SELECT."""
    with duckdb.connect(str(store), read_only=True) as connection:
        counts = {}
        for name, table in tables.items():
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            counts[name] = int(row[0]) if row else 0
        return counts


def ours() -> Contender:
    """`plumbrule pull`, as an operator runs it."""
    return Contender("plumbrule", _ours, _count_ours, _our_version, incremental=True)
