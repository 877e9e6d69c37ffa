"""`plumbrule store` on the command line: what it says, what it refuses, and with which exit code."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plumbrule.cli import main
from portfolio.errors import ExitCode
from sync import Owner, open_store

OWNER = Owner(4711, "build-host", datetime(2026, 11, 23, 6, tzinfo=UTC))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "plumbrule.toml"
    path.write_text('[store]\nfolder = "store"\n', encoding="utf-8")
    return path


@pytest.fixture
def store(config: Path) -> Path:
    path = config.parent / "store" / "portfolio.duckdb"
    with open_store(path, owner=OWNER) as store:
        store.put({"waiting_status": [{"status": "in review"}]})
    return path


def call(*words: object) -> tuple[int, str]:
    """Exit code, and all that was said."""
    done = CliRunner().invoke(main, [str(word) for word in words])
    return done.exit_code, done.output


def test_a_backup_goes_back_in_place(config: Path, store: Path) -> None:
    out = config.parent / "nightly.backup"
    code, said = call("store", "backup", "--out", out, "-c", config)
    assert code == ExitCode.DONE, said
    assert "by Plumbrule 0.1.0, 2 rows, " in said
    assert call("store", "verify", out)[1].strip().endswith("every checksum holds")
    store.unlink()
    code, said = call("store", "restore", out, "-c", config)
    assert code == ExitCode.DONE, said
    assert "next: `plumbrule run` reads what changed since" in said
    with open_store(store, owner=OWNER) as again:
        assert again.rows("FROM waiting_status") == [{"status": "in review"}]
    code, said = call("store", "restore", out, "-c", config)
    assert (code, said.splitlines()[0]) == (
        ExitCode.STORE,
        f"error[store.exists]: there is a store already: {store}",
    )
    code, said = call("store", "restore", out, "-c", config, "--force", "--json")
    assert json.loads(said)["replaced"].startswith(str(store.parent / "backups" / "portfolio-replaced-"))


def test_a_file_that_is_there_is_not_written_over(config: Path, store: Path) -> None:
    out = config.parent / "nightly.backup"
    out.write_text("mine", encoding="utf-8")
    code, said = call("store", "backup", "--out", out, "-c", config)
    assert code == ExitCode.CONFIGURATION
    assert said.splitlines() == [
        f"error[usage.file_exists]: there is a file {out} already",
        "  = help: name another, or give --force",
        "  = more: `plumbrule explain usage.file_exists`",
    ]
    assert out.read_text(encoding="utf-8") == "mine"
    code, said = call("store", "backup", "--out", out, "-c", config, "--force", "--json")
    assert json.loads(said)["rows"]["waiting_status"] == 1


@pytest.mark.parametrize("words", [("backup", "--out", "x.backup"), ("restore", "x.backup"), ("check",)])
def test_while_a_run_has_the_store_its_owner_is_told(config: Path, store: Path, words: tuple[str, ...]) -> None:
    with open_store(store, owner=OWNER):
        code, said = call("store", *words, "-c", config)
    assert code == ExitCode.STORE
    first, second, _more = said.splitlines()
    assert first.startswith(
        "error[store.in_use]: the store is in use by process 4711 on build-host since 2026-11-23 06:00 UTC"
    )
    assert second == "  = help: Wait until that run has ended, or stop it; nothing needs to be cleaned up after it."


@pytest.mark.parametrize("words", [("backup", "--out", "x.backup"), ("check",)])
def test_without_a_store_none_is_made(config: Path, words: tuple[str, ...]) -> None:
    code, said = call("store", *words, "-c", config)
    assert code == ExitCode.CONFIGURATION
    assert "error[usage.no_store]: there is no store" in said
    assert not (config.parent / "store").exists()


def test_a_check_says_whether_the_store_is_sound(config: Path, store: Path) -> None:
    code, said = call("store", "check", "-c", config)
    assert code == ExitCode.DONE
    assert said.splitlines()[-2:] == ["ok     snapshot: none yet; `plumbrule run` leaves one", "the store is sound"]
    with open_store(store, owner=OWNER) as opened:
        event = {"finding_id": "f", "event": "opened", "happened_on": OWNER.since.date(), "step": 1}
        opened.put({"finding_event": [event]})
    code, said = call("store", "check", "-c", config)
    assert code == ExitCode.STORE
    assert "wrong  finding_event.finding_id: 1 row names a finding that is not there" in said
    assert json.loads(call("store", "check", "-c", config, "--json")[1])["sound"] is False
