"""The benchmark of renderers: the same large report each time, and figures held against their targets."""

import json

import pytest

from benchmarks.figures import Verdict
from benchmarks.render_report import main as render
from benchmarks.report_model import large_report
from benchmarks.reports import Measured, shown, verdicts
from reports.render.formats import FORMATS


def one(name: str, findings: int = 50_000, **changed: float) -> Measured:
    usual = {"seconds": 0.5, "cpu_seconds": 0.5, "bytes": 900_000, "largest": 900_000, "peak_mb": 200}
    return Measured(name, findings // 50, findings, **usual | changed)  # type: ignore[arg-type]


def test_the_report_is_as_large_as_asked_and_the_same_each_time() -> None:
    model = large_report(20, 400)
    assert (len(model.projects), len(model.findings)) == (20, 400)
    assert model == large_report(20, 400)
    assert {f.project_id for f in model.findings} == {p.ref.id for p in model.projects}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_measured(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    render([name, "5", "40"])
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] >= told["largest"] > 0
    assert told["cpu_seconds"] >= 0


def test_figures_are_held_against_their_targets() -> None:
    runs = [one("html"), one("xlsx", cpu_seconds=6), one("html", 100_000, bytes=1_900_000, peak_mb=600)]
    told = {v.target: v.met for v in verdicts(runs)}
    assert told == {
        "html: under 1 MB": True,
        "html: made in under 1 CPU s": True,
        "html, 100,000 findings: under 2 MB": True,
        "xlsx: made in under 5 CPU s": False,
        "every format: peak under 500 MB": False,
        "every format within its budget": True,
    }


def test_what_is_over_its_budget_is_named() -> None:
    told = verdicts([one("html"), one("adf", largest=100_000), one("markdown", largest=10)])[-1]
    assert told == Verdict("every format within its budget", False, "adf")


def test_another_size_is_not_judged_and_a_failure_does_not_count() -> None:
    assert [v.met for v in verdicts([one("html", 2_000)])] == [None]
    failed = Measured("pdf", 1, 1, 0, 0, 0, 0, 0, "no font")
    assert verdicts([failed])[0].met is None
    assert "pdf: no font" in shown([failed])
    assert "900,000" in shown([one("html")])
