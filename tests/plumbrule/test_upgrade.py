"""A store of the first release gives the report that a store of today gives, and what is old goes at a run's end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from first_release import as_first_release
from house import STATE_TABLES, House, house, small_company

from plumbrule.crash import crash_files, write_crash_file
from portfolio.errors import ExitCode
from portfolio.model import TABLES
from sandbox.serve import Sandbox


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("upgrade"), Sandbox(company=small_company())) as built:
        built.change("enabled = true", "enabled = false")
        built.change('["en", "zh-Hans"]', '["en"]')
        built.run()
        yield built


def database(built: House) -> Path:
    return built.folder / "store" / "portfolio.duckdb"


def rows(built: House) -> dict[str, list[tuple[Any, ...]]]:
    """What the store holds, column by column as the model names them: those that were added stand last.

    The first release knew no findings about anything but projects, so that rules which count findings see one less on
    the day of the upgrade: how many rows a rule looked at is left out.
    """
    with duckdb.connect(str(database(built)), read_only=True) as raw:
        columns = {name: ", ".join(c for c in TABLES[name].names if c != "denominator") for name in STATE_TABLES}
        return {
            name: raw.execute(f"SELECT {columns[name]} FROM {name} ORDER BY ALL").fetchall()
            for name in STATE_TABLES
            if name != "cursor"
        }


def test_the_report_after_an_upgrade_is_the_report_without_one(run_once: House) -> None:
    assert run_once.run().migrated is None
    pages, tables = run_once.pages(), rows(run_once)
    as_first_release(database(run_once))
    ended = run_once.cli("run", "-c", str(run_once.config), "--format", "json")
    assert ended.returncode == ExitCode.DONE, ended.stderr
    told = json.loads(ended.stdout)["store"]["migrated"]
    assert told.startswith("of version 1 brought to 2")
    assert "store.migrated" in ended.stderr
    assert run_once.pages() == pages
    after = rows(run_once)
    assert {name for name in tables if after[name] != tables[name]} == set()


def put_old_runs(run_once: House) -> None:
    """Five hundred runs of long ago; those that are there stay."""
    with duckdb.connect(str(database(run_once))) as raw:
        raw.execute(
            "INSERT INTO run SELECT 'old-' || i, TIMESTAMP '2020-01-01' + INTERVAL (i) DAY, "
            "TIMESTAMP '2020-01-02', 'complete', TIMESTAMP '2026-01-01', NULL, NULL, NULL, NULL FROM range(500) t(i) "
            "WHERE 'old-' || i NOT IN (SELECT id FROM run)"
        )
        raw.execute(
            "INSERT INTO source_run (run_id, source) SELECT id, 'jira' FROM run "
            "WHERE id LIKE 'old-%' AND id NOT IN (SELECT run_id FROM source_run)"
        )


def test_at_the_end_of_a_run_what_need_not_be_kept_goes(run_once: House) -> None:
    put_old_runs(run_once)
    summary = run_once.run()
    with duckdb.connect(str(database(run_once)), read_only=True) as raw:
        kept = {name for (name,) in raw.execute("SELECT run_id FROM source_run").fetchall()}
    assert len(kept) <= 400
    assert "old-499" in kept
    assert "old-0" not in kept
    assert "pruned     " in summary.as_text()
    assert json.loads(summary.as_json())["store"]["pruned"]["rows"]["source_run"] > 0


def test_prune_says_what_goes_and_how_much_comes_free(run_once: House) -> None:
    put_old_runs(run_once)
    store = run_once.folder / "store"
    (store / "backups").mkdir(exist_ok=True)
    for day in range(1, 5):
        (store / "backups" / f"portfolio-v1-2026010{day}T000000Z.duckdb").write_bytes(b"x" * 1000)
    words = ("runs", "prune", "-c", str(run_once.config), "--keep", "1")
    asked = run_once.cli(*words, "--dry-run")
    assert asked.returncode == ExitCode.DONE, asked.stderr
    assert "would come free; nothing was deleted" in asked.stdout
    assert "rows of source_run" in asked.stdout
    assert "portfolio-v1-20260101T000000Z.duckdb  1.0 kB" in asked.stdout
    assert json.loads(run_once.cli(*words, "--dry-run", "--json").stdout)["dry_run"] is True
    done = run_once.cli(*words)
    assert "free again" in done.stdout
    assert not (store / "backups" / "portfolio-v1-20260101T000000Z.duckdb").exists()
    assert run_once.cli(*words).stdout == "nothing to prune\n"
    shown = run_once.cli("runs", "show", "old-499", "-c", str(run_once.config))
    assert "no longer kept" in shown.stdout
    assert run_once.cli("diff", "-c", str(run_once.config)).returncode in (ExitCode.DONE, ExitCode.CONFIGURATION)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--keep", "3", "--older-than", "9d"), "error[usage.prune]: --keep and --older-than say two things"),
        (("--older-than", "3 months"), "error[usage.age]: --older-than '3 months' is no age in days"),
    ],
)
def test_options_that_mean_nothing_are_refused(run_once: House, words: tuple[str, ...], said: str) -> None:
    ended = run_once.cli("runs", "prune", "-c", str(run_once.config), *words)
    assert ended.returncode == ExitCode.CONFIGURATION
    assert ended.stderr.splitlines()[0] == said


def test_the_same_crash_again_has_the_same_file(tmp_path: Path) -> None:
    def crash(kind: type[Exception]) -> Path:
        try:
            raise kind("data")
        except kind as error:
            return write_crash_file(error, tmp_path)

    first, again, other = (crash(kind) for kind in (ValueError, ValueError, KeyError))
    assert first == again != other
    assert crash_files(tmp_path) == [first, other]
