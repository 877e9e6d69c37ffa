"""The bench of forecasts measures what it says, and tells what does not count."""

from benchmarks.forecast import SIMULATION, Timed, curves, histories, measured, shown, verdicts


def test_a_few_projects_are_measured_whole() -> None:
    found = measured(3)

    assert [(one.projects, one.wrong) for one in found] == [(3, ""), (3, "")]
    assert verdicts(found)[0].met is None
    assert SIMULATION in shown(found)


def test_the_portfolio_is_always_the_same() -> None:
    assert histories(2)[0].equals(histories(2)[0])
    assert curves(2)[1].equals(curves(2)[1])


def test_a_run_that_left_something_out_meets_nothing() -> None:
    missed = [Timed(SIMULATION, 500, 1.0, 1.0, "3 of 500 rows have no p95_weeks")]

    assert {one.met for one in verdicts(missed)} == {None}
    assert "3 of 500" in shown(missed)


def test_what_takes_too_long_is_told() -> None:
    assert verdicts([Timed(SIMULATION, 500, 11.0, 11.0)])[0].met is False
