"""A dump with a damaged file from the command line: partial, with the file's name wherever the run is told."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from plumbrule.app import open_app
from plumbrule.console import Reporter
from plumbrule.summary import Summary
from portfolio.errors import ExitCode
from tests.connectors.odata_dumps import SMALL, T1, written

CONFIG = """
[store]
folder = "store"

[sources.online]
kind = "odata_dump"
path = "dump"

[rules]
packs = []

[report]
folder = "reports"
languages = ["en"]
"""


def run(folder: Path) -> Summary:
    (folder / "plumbrule.toml").write_text(CONFIG, encoding="utf-8")
    with open_app(folder / "plumbrule.toml") as app:
        return app.run(Reporter())


def asked(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "store" / "portfolio.duckdb"), read_only=True) as connection:
        return connection.sql(sql).fetchall()


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """A dump that was read whole once."""
    written(tmp_path / "dump", SMALL)
    assert run(tmp_path).exit_code("never") == ExitCode.DONE
    return tmp_path / "dump"


def test_the_run_is_partial_names_the_file_and_takes_nothing_for_deleted(dump: Path, tmp_path: Path) -> None:
    (dump / "Tasks.json").write_text('{"value": [', encoding="utf-8")
    written(dump, {"Resources": []})  # nobody is there any more: that file is whole
    for _ in range(2):  # it is not forgotten, however often it is read
        summary = run(tmp_path)
        assert summary.exit_code("never") == ExitCode.PARTIAL
        (source,) = json.loads(summary.as_json())["sources"]
        assert source["outcome"] == "partial"
        assert "a file is damaged: Tasks.json: it is cut off" in source["failed"][0]["error"]
        assert "dump of dump: a file is damaged: Tasks.json: it is cut off" in summary.as_text()
        assert "Save these files again" in summary.as_text()
    assert asked(tmp_path, "SELECT count(*) FROM work_item WHERE deleted_at IS NULL") == [(2,)]
    assert asked(tmp_path, "SELECT count(*) FROM account WHERE deleted_at IS NULL") == [(0,)]
    page = json.loads(next((tmp_path / "reports").glob("*.json")).read_text(encoding="utf-8"))
    assert "Tasks.json" in json.dumps(page)


def test_once_it_is_whole_the_run_is_complete_and_what_is_gone_is_gone(dump: Path, tmp_path: Path) -> None:
    (dump / "Tasks.json").write_text("", encoding="utf-8")
    run(tmp_path)
    written(dump, {"Tasks": SMALL["Tasks"][:1]})
    assert run(tmp_path).exit_code("never") == ExitCode.DONE
    assert asked(tmp_path, "SELECT id FROM work_item WHERE deleted_at IS NULL") == [(f"online:item:{T1}",)]
    assert asked(tmp_path, "SELECT count(*) FROM rejection") == [(0,)]


def test_a_dump_that_was_damaged_from_the_start_is_partial_too(tmp_path: Path) -> None:
    written(tmp_path / "dump", SMALL)
    (tmp_path / "dump" / "Assignments.json").write_text("<html>", encoding="utf-8")
    assert run(tmp_path).exit_code("never") == ExitCode.PARTIAL
    assert asked(tmp_path, "SELECT count(*) FROM work_item") == [(2,)]
