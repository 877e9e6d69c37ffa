"""What a run shows: bars on a terminal, lines elsewhere, errors as compilers show them."""

from io import StringIO

import pytest
from rich.console import Console
from rich.progress import Progress

from plumbrule.console import BarReporter, LineReporter, render_error
from portfolio.errors import ConfigurationError, Problem, SignInError

STARTED = ("pull.source_started", {"source": "jira", "account": "PMO Bot", "partitions": 2})
DONE = ("pull.partition_done", {"source": "jira", "stream": "issues", "outcome": "complete", "error": None})
FAILED = ("pull.partition_done", {"source": "jira", "stream": "issues", "outcome": "failed", "error": "broken"})


def test_a_bar_counts_the_partitions_of_its_source() -> None:
    bars = Progress(console=Console(file=StringIO()))
    told = BarReporter(bars)
    told.step("pull")
    for event in (STARTED, DONE, FAILED):
        told(*event)
    bar = bars.tasks[-1]
    assert (bar.description.strip(), bar.completed, bar.total) == ("jira", 2, 2)
    told.step("match")
    assert bars.tasks[0].finished


def test_lines_tell_what_failed_and_keep_quiet_about_pages(capsys: pytest.CaptureFixture[str]) -> None:
    told = LineReporter()
    told.step("pull")
    told(*STARTED)
    told(*DONE)
    told(*FAILED)
    told("pull.page", {"source": "jira", "read": 100})
    told("pull.source_done", {"source": "jira", "error": None})
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "plumbrule: pull",
        "plumbrule: pull.partition_done source=jira, stream=issues, outcome=failed, error=broken",
        "plumbrule: pull.source_done source=jira",
    ]


def test_an_error_says_what_why_and_what_next() -> None:
    shown = render_error(SignInError("refused", code="sign_in.refused", why="the token is old", remedy="make another"))
    assert shown.splitlines() == [
        "error[sign_in.refused]: refused",
        "  = why: the token is old",
        "  = help: make another",
        "  = more: `plumbrule explain sign_in.refused`",
    ]


def test_every_mistake_is_shown_with_its_frame() -> None:
    first = Problem("a.toml", 2, 3, "config.unknown_key", "no such key", 4, "  nmae = 1", "did you mean `name`?")
    shown = render_error(ConfigurationError(problems=[first, Problem("b.toml", 0, 0, "config.unreadable", "gone")]))
    assert " --> a.toml:2:3\n  |\n2 |   nmae = 1\n  |   ^^^^\n  = help: did you mean `name`?" in shown
    assert "2 mistakes" in shown
