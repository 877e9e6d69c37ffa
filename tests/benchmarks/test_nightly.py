"""The night's arithmetic: steps from what a run says, how much there is, and when the targets are met."""

import os
from pathlib import Path

from benchmarks.figures import Verdict
from benchmarks.nightly import NIGHT, SAME, Measured, Size, shown, verdicts
from benchmarks.nightly_steps import Step, Steps
from benchmarks.processes import Usage


def test_steps_follow_the_lines_that_name_them(tmp_path: Path) -> None:
    said = tmp_path / "stderr.txt"
    said.write_text("")
    steps = Steps(said)
    steps.look(os.getpid())
    said.write_text("plumbrule: pull\nplumbrule: pull.source_done source=jira\n")
    steps.look(os.getpid())
    said.write_text(said.read_text() + "a warning\nplumbrule: match\n")
    steps.look(os.getpid())
    found = steps.done()
    assert [one.name for one in found] == ["start", "pull", "match"]
    assert all(one.wall_seconds >= 0 and one.cpu_seconds >= 0 for one in found)


def test_a_fifth_of_the_items_are_tasks() -> None:
    size = Size(1_000_000, 500)
    assert (size.tasks, size.issues) == (400, 800_000)
    assert Size(5_000, 10).tasks * 10 + Size(5_000, 10).issues == 5_000


def met(runs: list[Measured]) -> list[bool | None]:
    return [one.met for one in verdicts(runs)]


def test_a_night_is_judged_at_a_million_items_and_only_where_it_counts() -> None:
    used = Usage(90.0, 61.0, 1_900.0, 20.0)
    assert met([Measured(NIGHT, 1_000_000, used)]) == [False, True]
    assert met([Measured(NIGHT, 1_000_000, used, wrong="the store holds less")]) == [None, None]
    assert met([Measured(NIGHT, 5_000, used), Measured(SAME, 1_000_000, used)]) == [None, None]
    assert all(isinstance(one, Verdict) for one in verdicts([]))


def test_what_does_not_count_is_said() -> None:
    run = Measured(NIGHT, 5_000, Usage(2.0, 1.5, 300.0, 0.25), [Step("pull", 1.0, 0.5)], {"jira": 11, "plans": 4}, 7)
    text = shown([run, Measured(SAME, 5_000, None, wrong="it ended with 70")])
    assert "15" in text.splitlines()[1] and "pull" in text.splitlines()[2]
    assert text.endswith(f"does not count:\n{SAME}: it ended with 70")
