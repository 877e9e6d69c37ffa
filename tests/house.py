"""The whole house against the pretend company, for end-to-end tests: a folder with a configuration, and a server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from plumbrule.app import open_app
from plumbrule.console import Reporter
from plumbrule.demo import CONFIG
from plumbrule.summary import Summary
from portfolio.model import SOURCE_TABLES
from rules.kept import FILE
from rules.load import load_rules
from sandbox.company import Company, build, part
from sandbox.serve import JIRA_TOKEN, PWA_PASSWORD, Sandbox

STATE_TABLES = (
    *SOURCE_TABLES,
    "initiative",
    "initiative_project",
    "match_suggestion",
    "person",
    "account_person",
    "reference_match",
    "cursor",
    "rejection",
    "capability",
    "rule_result",
    "finding",
    "finding_event",
    "project_snapshot",
    "level_score",
    "publication",
    "waiver_state",
)
"""Tables that must not depend on how often, or how smoothly, a run went. The ledger of runs is not among them."""


_ONLY = {"cursor": "WHERE stream <> 'census'"}
"""A census is taken by whichever run comes second, so its cursor tells how many runs there were."""


@dataclass(frozen=True)
class House:
    """A folder with a configuration that points at a running sandbox."""

    folder: Path
    sandbox: Sandbox

    @property
    def config(self) -> Path:
        return self.folder / "plumbrule.toml"

    def change(self, old: str, new: str) -> None:
        text = self.config.read_text(encoding="utf-8")
        assert old in text
        self.config.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, sources: list[str] | None = None) -> Summary:
        with open_app(self.config, kept=True) as app:
            return app.run(Reporter(), sources=sources)

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=120, check=False)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "plumbrule.cli", *words]

    def pages(self) -> dict[str, bytes]:
        folder = self.folder / "report"
        return {p.name: p.read_bytes() for p in sorted(folder.iterdir())} if folder.exists() else {}

    def page(self, language: str = "en") -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "report" / f"portfolio.{language}.json").read_bytes())
        return found

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the tables that tell the portfolio's state."""
        with duckdb.connect(str(self.folder / "store" / "portfolio.duckdb"), read_only=True) as connection:
            return {
                name: connection.sql(f"FROM {name} {_ONLY.get(name, '')} ORDER BY ALL").fetchall()
                for name in STATE_TABLES
            }


@cache
def small_company() -> Company:
    """Three projects of the company, for tests that are about the run and not about what it finds."""
    return part(build(), SMALL)


SMALL = ("INI-05", "INI-11", "INI-12")
"""Two of them are joined by the demo's configuration, which must find them."""


@cache
def compiled_rules() -> bytes:
    """What a run keeps of the built-in packs, so that not every house compiles them anew."""
    with TemporaryDirectory() as folder:
        load_rules(keep_in=Path(folder))
        return (Path(folder) / FILE).read_bytes()


def with_compiled_rules(folder: Path) -> None:
    """Puts them beside a store that is not there yet. A house with packs of its own compiles all the same."""
    store = folder / "store"
    store.mkdir(mode=0o700)
    (store / FILE).touch(mode=0o600)
    (store / FILE).write_bytes(compiled_rules())


@contextmanager
def house(folder: Path, sandbox: Sandbox | None = None) -> Iterator[House]:
    """A fresh house; the company is served for as long as the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "jira-token").write_text(JIRA_TOKEN, encoding="utf-8")
    (folder / "pwa-password").write_text(PWA_PASSWORD, encoding="utf-8")
    with_compiled_rules(folder)
    with sandbox or Sandbox() as running:
        (folder / "plumbrule.toml").write_text(CONFIG.format(url=running.jira_url), encoding="utf-8")
        yield House(folder, running)
