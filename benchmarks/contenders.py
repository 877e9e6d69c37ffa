"""Who is measured: how each is started against a Jira at a loopback address, and how its store is counted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.processes import HERE, ROOT

EMAIL = "pmo-bot@meridian.example"
TOKEN = "sandbox-token"
USER, PASSWORD = "pmo", "sandbox-password"
PEERS = HERE / ".venv-peers"
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
_OURS_OF_PLANS = """\
[store]
folder = "store"

[sources.load]
kind = "pwa"
url = "{url}"
timezone = "Europe/Berlin"
requests_per_second = 100.0
auth = {{ type = "basic", user = "{user}", password = "env:LOAD_TOKEN" }}
"""
_FIELDS = "summary,issuetype,status,project,parent,priority,assignee,created,updated,duedate,labels,timespent,worklog"
"""What dlt is asked to read: with all fields it takes several times as long."""

_OURS_IN_PATH = ("env", f"PYTHONPATH={ROOT}")

Chain = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Contender:
    """One way to get a Jira into DuckDB.

    `chain` gives the commands that pull into a folder, joined by pipes; it is asked again before each run and may write
    what they need. `count` reads the store: issues, worklogs, changes. `missing` tells why it cannot run here, or "".
    """

    name: str
    version: Callable[[], str]
    chain: Callable[[Path, str], Chain]
    count: Callable[[Path], dict[str, int]]
    missing: Callable[[], str] = lambda: ""
    most_issues: int | None = None
    """Above this many it takes longer than anybody waits; then it is measured with this many."""
    incremental: bool = False
    """Whether running it again reads only what changed."""
    token: str = TOKEN
    """The password or token that it is started with, in LOAD_TOKEN."""


def known() -> dict[str, Contender]:
    """Give all contenders by name, ours first."""
    made = (_plumbrule(), _reference(), _jira_library(), _tap_jira(), _dlt())
    return {one.name: one for one in made}


def counted(store: Path, tables: Mapping[str, str]) -> dict[str, int]:
    """Count rows of a DuckDB file, by what is counted -> table or SELECT."""
    with duckdb.connect(str(store), read_only=True) as connection:
        counts = {}
        for name, table in tables.items():
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            counts[name] = int(row[0]) if row else 0
        return counts


def _plumbrule() -> Contender:
    tables = {"issues": "work_item", "worklogs": "time_entry", "changes": "field_change"}
    return _ours(lambda url: _OURS.format(url=url, email=EMAIL), tables, TOKEN)


def plumbrule_of_plans() -> Contender:
    """Give ours as it pulls a Project Web App."""
    tables = {
        "projects": "project",
        "resources": "account",
        "tasks": "work_item",
        "assignments": "assignment",
        "task_baselines": "baseline WHERE owner_kind = 'work_item'",
        "project_baselines": "baseline WHERE owner_kind = 'project'",
        "links": "work_item_link",
    }
    return _ours(lambda url: _OURS_OF_PLANS.format(url=url, user=USER), tables, PASSWORD)


def _ours(settings: Callable[[str], str], tables: Mapping[str, str], token: str) -> Contender:
    def chain(folder: Path, url: str) -> Chain:
        (folder / "plumbrule.toml").write_text(settings(url))
        return [
            [*_OURS_IN_PATH, sys.executable, "-m", "plumbrule.cli", "pull", "--quiet", "--config", "plumbrule.toml"]
        ]

    return Contender(
        "plumbrule",
        lambda: version("plumbrule"),
        chain,
        lambda folder: counted(folder / "store" / "portfolio.duckdb", tables),
        incremental=True,
        token=token,
    )


_THREE = {"issues": "issue", "worklogs": "worklog", "changes": "change"}


def _module(
    name: str, module: str, told: Callable[[], str], *, most_issues: int | None = None, incremental: bool = False
) -> Contender:
    """Give a contender that is a module of ours: `python -m MODULE URL STORE`."""

    def chain(folder: Path, url: str) -> Chain:
        if not incremental:
            (folder / "store.duckdb").unlink(missing_ok=True)
        return [[*_OURS_IN_PATH, sys.executable, "-m", module, url, "store.duckdb"]]

    def count(folder: Path) -> dict[str, int]:
        return counted(folder / "store.duckdb", _THREE)

    return Contender(name, told, chain, count, most_issues=most_issues, incremental=incremental)


def _reference() -> Contender:
    return _module("reference", "benchmarks.reference", lambda: "as in this repository", incremental=True)


def _jira_library() -> Contender:
    return _module("jira library", "benchmarks.peers.jira_library", lambda: version("jira"), most_issues=2000)


def _tap_jira() -> Contender:
    tap, target = PEERS / "tap-jira" / "bin" / "python", PEERS / "target-duckdb" / "bin" / "target-duckdb"

    def chain(folder: Path, url: str) -> Chain:
        config = {"base_url": url, "username": EMAIL, "password": TOKEN}
        config |= {"start_date": "2020-01-01T00:00:00Z", "user_agent": "benchmark"}
        (folder / "tap.json").write_text(json.dumps(config))
        (folder / "target.json").write_text(json.dumps({"path": "tap.duckdb", "default_target_schema": "jira"}))
        command = [str(tap), str(HERE / "peers" / "launch_tap.py"), "--config", "tap.json"]
        if not (folder / "catalog.json").exists():
            found = subprocess.run([*command, "--discover"], cwd=folder, capture_output=True, check=True)
            (folder / "catalog.json").write_text(json.dumps(_selected(json.loads(found.stdout))))
        states = [line for line in _lines(folder / "stdout.txt") if line.startswith("{")]
        if states:
            (folder / "state.json").write_text(states[-1])
        state = ["--state", "state.json"] if states else []
        return [[*command, "--properties", "catalog.json", *state], [str(target), "--config", "target.json"]]

    tables = {"issues": "jira.issues", "worklogs": "jira.worklogs", "changes": "jira.changelogs"}
    return Contender(
        "tap-jira → target-duckdb",
        lambda: f"{_installed('tap-jira')} → {_installed('target-duckdb')}",
        chain,
        lambda folder: counted(folder / "tap.duckdb", tables),
        lambda: _absent("tap-jira", "target-duckdb"),
        incremental=True,
    )


def _selected(catalog: dict[str, Any]) -> dict[str, Any]:
    """Select issues, their changelogs and worklogs, with all their fields."""
    for stream in catalog["streams"]:
        if stream["tap_stream_id"] in ("issues", "changelogs", "worklogs"):
            for entry in stream["metadata"]:
                entry["metadata"]["selected"] = True
    return catalog


def _dlt() -> Contender:
    python = PEERS / "dlt" / "bin" / "python"

    def chain(_folder: Path, url: str) -> Chain:
        settings = ["env", f"LOAD_EMAIL={EMAIL}", f"LOAD_FIELDS={_FIELDS}", "RUNTIME__DLTHUB_TELEMETRY=false"]
        return [[*settings, str(python), str(HERE / "peers" / "dlt_rest.py"), url]]

    table = "jira.issues"
    tables = {
        "issues": table,
        "worklogs": f"{table}__fields__worklog__worklogs",
        "changes": f"{table}__changelog__histories",
    }
    return Contender(
        "dlt rest_api",
        lambda: _installed("dlt"),
        chain,
        lambda folder: counted(folder / "dlt.duckdb", tables),
        lambda: _absent("dlt"),
    )


def _absent(*environments: str) -> str:
    gone = [name for name in environments if not (PEERS / name / "bin" / "python").exists()]
    return f"not installed: {', '.join(gone)} (make bench-peers)" if gone else ""


def _installed(name: str) -> str:
    found = sorted((PEERS / name).glob(f"lib/*/site-packages/{name.replace('-', '_')}-*.dist-info"))
    return found[-1].name.removesuffix(".dist-info").rpartition("-")[2] if found else "?"


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
