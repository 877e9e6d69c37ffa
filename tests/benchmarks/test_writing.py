"""The benchmark of writing: it plans and writes for real, and its figures are held against what is wanted."""

from dataclasses import replace

from benchmarks.writing import Measured, findings, run, shown, verdicts


def one(**changed: object) -> Measured:
    usual = Measured("1% changed", 10_000, 100, 200, 1.0, 1.0, 1.0, 1.0, {"PUT /rest": 200})
    return replace(usual, **changed)  # type: ignore[arg-type]


QUIET = one(case="nothing changed", changed=0, changes=0, requests={})


def test_only_what_changed_is_another_finding() -> None:
    before, after = findings(300), findings(300, 3)
    assert [a != b for a, b in zip(before, after, strict=True)] == [True] * 3 + [False] * 297


def test_a_small_run_asks_for_what_changed_and_for_nothing_else() -> None:
    quiet, some = run(100)
    assert (quiet.changes, quiet.requests, quiet.wrong) == (0, {}, "")
    assert (some.changed, some.changes, some.wrong) == (1, 2, "")
    assert sum(some.requests.values()) == 3  # permissions, property, remote link


def test_verdicts_and_table() -> None:
    assert [v.met for v in verdicts([QUIET, one()])] == [True, True]
    assert [v.met for v in verdicts([one(changed=0), one()])] == [False, True]
    assert [v.met for v in verdicts([QUIET, one(requests={"PUT /rest": 401})])] == [True, False]
    broken = [v.figures for v in verdicts([QUIET, one(wrong="it broke")])]
    assert broken[1] == "it broke"
    assert "| 1% changed | 10,000 | 200 |" in shown([QUIET, one()])
    assert "does not count: it broke" in shown([QUIET, one(wrong="it broke")])
