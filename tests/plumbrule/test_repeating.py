"""`plumbrule run --every`: a loop of runs, its health file, and how it ends."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.health import FORMAT, trouble
from plumbrule.repeating import Loop, repeat

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


def ends_with(*codes: int) -> list[str]:
    """A run that ends with the first code at first, then with the second, and so on; files count how often."""
    program = (
        "import pathlib, sys; counted = pathlib.Path('count'); n = int(counted.read_text()) if counted.exists() else 0;"
        f"counted.write_text(str(n + 1)); sys.exit({list(codes)}[min(n, {len(codes) - 1})])"
    )
    return [sys.executable, "-c", program]


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def clocks() -> Iterator[datetime]:
    """A clock that moves by ten hours a look: whatever is waited for is over at once."""
    now = NOW
    while True:
        yield now
        now += timedelta(hours=10)


def loop(command: list[str], said: list[str], health: Path = Path("health.json")) -> Loop:
    ticks = clocks()
    moment = timedelta(milliseconds=1)
    return Loop(command, moment, timedelta(0), health, said.append, lambda: next(ticks), Random(1))


def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("health.json").read_text())
    return found


def test_runs_follow_each_other_and_the_file_tells_how_they_ended() -> None:
    said: list[str] = []
    assert repeat(loop(ends_with(0, 5, 1), said), most=3) == 1
    assert [line.partition(";")[0] for line in said] == [f"run {n} ended with {c}" for n, c in ((1, 0), (2, 5), (3, 1))]
    found = told()
    assert (found["format"], found["runs"], found["exit_code"], found["failed_in_a_row"]) == (FORMAT, 3, 1, 0)
    assert found["state"] == "stopped" and found["good_at"] == found["ended_at"]


def test_failures_in_a_row_are_counted_and_the_last_good_end_is_kept() -> None:
    repeat(loop(ends_with(0, 5, 6), []), most=3)
    found = told()
    assert found["failed_in_a_row"] == 2 and found["good_at"] < found["ended_at"]


def test_a_first_run_that_cannot_use_its_configuration_ends_the_loop_with_it() -> None:
    assert repeat(loop(ends_with(2), []), most=5) == 2
    assert Path("count").read_text() == "1"


def test_later_on_a_configuration_that_was_broken_is_tried_again() -> None:
    assert repeat(loop(ends_with(0, 2, 0), []), most=3) == 0
    assert Path("count").read_text() == "3"


def test_a_run_that_is_killed_counts_as_failed_and_the_next_one_comes() -> None:
    killed = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    said: list[str] = []
    assert repeat(loop(killed, said), most=2) == 128 + signal.SIGKILL
    assert len(said) == 2


def test_a_health_file_that_cannot_be_written_is_told_and_stops_nothing() -> None:
    Path("health.json").mkdir()
    said: list[str] = []
    assert repeat(loop(ends_with(0), said), most=1) == 0
    assert "health.json cannot be written" in said[0]


LOOP = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from plumbrule.repeating import Loop, repeat
hour = timedelta(hours=1)
now, health = lambda: datetime.now(UTC), Path("health.json")
sys.exit(repeat(Loop(sys.argv[1:], hour, timedelta(0), health, print, now, Random(1))))
"""


def started(command: list[str], state: str) -> "subprocess.Popen[bytes]":
    running = subprocess.Popen([sys.executable, "-c", LOOP, *command])
    until = time.monotonic() + 60
    while not (Path("ready").exists() or state == "waiting") or not _is(state):
        assert time.monotonic() < until and running.poll() is None
        time.sleep(0.02)
    return running


def _is(state: str) -> bool:
    return Path("health.json").exists() and told()["state"] == state


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_it_waits_ends_it_at_once_with_0(number: signal.Signals) -> None:
    running = started(ends_with(0), "waiting")
    running.send_signal(number)
    assert running.wait(timeout=30) == 0
    assert told()["state"] == "stopped" and told()["runs"] == 1


def test_a_signal_during_a_run_is_handed_on_and_the_loop_ends_as_the_run_does() -> None:
    graceful = (
        "import signal, sys, time, pathlib; signal.signal(signal.SIGTERM, lambda *_: sys.exit(143));"
        "pathlib.Path('ready').touch(); time.sleep(60)"
    )
    running = started([sys.executable, "-c", graceful], "running")
    running.terminate()
    assert running.wait(timeout=30) == 143
    assert told()["exit_code"] == 143 and told()["state"] == "stopped"


def body(**changed: object) -> dict[str, Any]:
    usual = {"state": "waiting", "runs": 3, "exit_code": 0, "since": "2026-11-20T00:00:00Z"}
    return usual | {"good_at": "2026-11-29T02:00:00Z"} | changed


DAY = timedelta(hours=26)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (body(), ""),
        (body(state="running"), ""),
        (body(exit_code=5), ""),
        (body(good_at="2026-11-27T02:00:00Z", exit_code=5), "at 2026-11-27 02:00 UTC; the last one ended with 5"),
        (body(good_at=None, exit_code=4), "no run has ended well yet; the last one ended with 4"),
        (body(good_at=None, runs=0, since="2026-11-29T02:59:00Z"), ""),
        (body(good_at=None, runs=0, since="2026-11-20T00:00:00Z"), "no run has ended well yet"),
        (body(state="stopped"), "the loop was stopped"),
    ],
)
def test_a_monitor_rings_where_no_run_ended_well_in_time(state: dict[str, Any], why: str) -> None:
    found = trouble(state, NOW, DAY)
    assert why in found and bool(found) == bool(why)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [(None, 2, "there is no health file"), ("{", 2, "no health file of this version"), ("[]", 2, "of this version")],
)
def test_no_file_and_a_damaged_one_are_told_with_a_remedy(text: str | None, code: int, said: str) -> None:
    if text is not None:
        Path("health.json").write_text(text)
    ended = CliRunner().invoke(main, ["health", "--health", "health.json"])
    assert ended.exit_code == code and said in ended.output and "= help:" in ended.output


def test_the_command_says_how_it_goes() -> None:
    repeat(loop(ends_with(0), []), most=1)
    ended = CliRunner().invoke(main, ["health", "--health", "health.json", "--within", "1d"])
    assert ended.exit_code == 3 and ended.output == "the loop was stopped\n"


def test_a_wrong_interval_and_a_jitter_beyond_it_start_nothing(tmp_path: Path) -> None:
    (tmp_path / "plumbrule.toml").write_text("")
    for options, said in ((["--every", "soon"], "no length of time"), (["--every", "1m", "--jitter", "1h"], "longer")):
        ended = CliRunner().invoke(main, ["run", *options])
        assert ended.exit_code == 2 and said in ended.output
    assert not Path("health.json").exists()
