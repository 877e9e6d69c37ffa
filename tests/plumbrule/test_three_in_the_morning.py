"""What goes wrong at night: a run that is told to stop in each of its phases, and a rule that nothing feeds."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from house import House, house, small_company

from portfolio.errors import ExitCode
from sandbox.serve import Sandbox

STOPPING = """
import os, signal, sys
from plumbrule import console
at = sys.argv.pop(1)
class Stopping(console.LineReporter):
    def step(self, title):
        super().step(title)
        if title == at:
            os.kill(os.getpid(), signal.SIGTERM)
console.LineReporter = Stopping
from plumbrule.cli import main
main()
"""
PHASES = ("pull", "match", "measure and check", "write the report", "plan", "write back")
OWN_RULE = """
schema = 1

[pack]
id = "ours"
title = "Our own rules"

[[rule]]
id = "OWN-01"
title = "Benefit without an owner"
kind = "row"
level = "item"
view = "benefits"
fail_when = "owner_name IS NULL"
severity = "low"
family = "OWN"
dimension = "compliance"
message = "{name} has no owner."
summary = "{count} of {denominator} benefits have no owner."
why = "Nobody can follow it up."
fix = "Name one."
evidence = { columns = ["name"], order_by = "name" }
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("night"), Sandbox(company=small_company())) as fresh:
        fresh.change('languages = ["en", "zh-Hans"]', 'languages = ["en"]')
        fresh.change('marks = ["property", "remote_link", "label"]', 'marks = ["property", "remote_link"]')
        yield fresh


def stopped(built: House, at: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", STOPPING, at, "run", "-c", str(built.config)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def marks(built: House) -> int:
    return sum(len(issue.properties) + len(issue.remote_links) for issue in built.sandbox.jira.issues.values())


@pytest.mark.slow
def test_sigterm_in_each_phase_ends_with_143_and_the_next_run_ends_the_work(built: House) -> None:
    for phase in PHASES:
        ended = stopped(built, phase)
        assert ended.returncode == ExitCode.TERMINATED, (phase, ended.stderr)
        assert ended.stderr.splitlines()[-1] == f"plumbrule: {phase}"
        assert not list((built.folder / "store" / "snapshots").glob(".*")) or phase == "measure and check"
    assert marks(built) == 0
    built.sandbox.server.latency_seconds = 0.02
    command = built.command("run", "-q", "-c", str(built.config))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        deadline = time.monotonic() + 240
        while marks(built) < 3 and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGTERM)
        assert child.wait(60) == ExitCode.TERMINATED
    built.sandbox.server.latency_seconds = 0.0
    begun = marks(built)
    assert begun >= 3
    summary = built.run()
    assert summary.exit_code("never") == ExitCode.DONE
    written = marks(built)
    assert written > begun
    again = built.run()
    assert again.written is not None
    assert again.written.planned == 0, "nothing is written twice"
    assert marks(built) == written
    assert built.page()["findings"]


def test_a_rule_for_a_view_that_no_source_fills_is_told_at_the_end_of_a_run(built: House) -> None:
    folder = built.folder / "rules"
    folder.mkdir()
    (folder / "own.toml").write_text(OWN_RULE, encoding="utf-8")
    built.change("[rules.owners]", '[rules]\nfolders = ["rules"]\n\n[rules.owners]')
    summary = built.run()
    assert "OWN-01" in summary.unfilled
    assert "can never be told, as no source holds what they read: " in summary.as_text()
    assert built.page()["findings"]
