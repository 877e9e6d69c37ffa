"""A full disk and a folder that may not be written: said clearly, and nothing that was committed is lost."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sync_memory import AS_OF, MemoryConnector, contents, small_source

from portfolio.errors import StoreError
from sync import Owner, open_store, pull
from sync.disk import writing

STARVED = Path(__file__).parents[1] / "sync_starved.py"
OWNER = Owner(1, "host", AS_OF)


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:  # not pytest's: another user must be able to look into it
        Path(folder).chmod(0o755)
        yield Path(folder) / "portfolio.duckdb"


def told(path: Path, deed: str, taken: str) -> list[str]:
    """Code, words and remedy that a starved process printed."""
    done = subprocess.run(
        [sys.executable, str(STARVED), str(path), deed, taken], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split(" | ")


@pytest.mark.parametrize(
    ("deed", "limit"),
    [
        ("open", 5_000),
        ("pull", 100_000),
        ("measure", 5_000),
        ("publish", 5_000),
        ("checkpoint", 5_000),
        ("compact", 5_000),
        ("backup", 5_000),
    ],
)
def test_a_full_disk_is_told_with_the_next_step_and_nothing_is_lost(path: Path, deed: str, limit: int) -> None:
    code, words, remedy = told(path, deed, str(limit))
    assert code == "store.no_room"
    assert "no room left" in words
    assert "Free space" in remedy
    if deed == "open":
        path.unlink(missing_ok=True)
    with open_store(path, owner=OWNER) as store:
        held = contents(store)
        source = small_source(projects=8, items=120)
        if deed not in ("open", "pull"):
            assert held == source.truth()
        report = pull(store, [MemoryConnector(source)], as_of=AS_OF, run_id="r2", progress=lambda _e, _f: None)
        assert report.outcome == "complete"
        assert contents(store) == source.truth()


@pytest.mark.parametrize("lacking", [1, 200_000])
def test_a_snapshot_that_lacks_its_last_bytes_is_not_published(path: Path, lacking: int) -> None:
    """Found by the soak: what a file lacked was noticed only when it was let go of, and not told."""
    calm = path.parent / "calm"
    calm.mkdir()
    assert told(calm / path.name, "publish", str(2**30)) == [""]
    [whole] = calm.rglob("latest.duckdb")
    code, *_ = told(path, "publish", str(whole.stat().st_size - lacking))
    assert code == "store.no_room"
    assert [found for found in path.parent.rglob("latest.duckdb") if found != whole] == []


@pytest.mark.parametrize("deed", ["open", "pull", "measure", "publish", "compact", "backup"])
def test_a_folder_that_may_not_be_written_is_told_with_the_next_step(path: Path, deed: str) -> None:
    code, words, remedy = told(path, deed, "rights")
    assert code in ("store.not_allowed", "store.lock")
    assert "denied" in words or "not permitted" in words
    assert "Let this account write" in remedy


def test_any_other_complaint_of_the_system_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="File exists") as raised, writing(tmp_path):
        tmp_path.mkdir()
    assert raised.value.code == "store.write"
