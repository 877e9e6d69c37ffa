"""A score or a growth that rests on too little is not shown as a good one."""

from decimal import Decimal
from typing import Any

import pytest
from fixture_portfolio import MemoryReader, inputs
from portfolio_basics import initiative
from portfolio_rows import rows

from reports.build import build
from reports.figures import Figures
from reports.inputs import PortfolioScore, ProjectHealth, Score
from reports.model import Project, ReportModel
from reports.render import render_html
from reports.render.details import detail_groups
from reports.words import Words

NUMBER = initiative("INI-04")


def judged(coverage: str | None, health: ProjectHealth, **more: Any) -> tuple[ReportModel, Project]:
    given = inputs()
    given["scores"][NUMBER] = Score(Decimal(1), Decimal(1), None if coverage is None else Decimal(coverage))
    given["health"][NUMBER] = health
    model = build(MemoryReader(rows()), **given | more)
    return model, next(p for p in model.projects if p.ref.id == NUMBER)


@pytest.mark.parametrize(
    ("coverage", "colour", "score"),
    [
        ("0.6", "green", Decimal(1)),
        (None, "green", Decimal(1)),
        ("0.59", "green", None),
        ("0.71", "unknown", None),
    ],
    ids=["enough was evaluated", "coverage is not stated", "too little was evaluated", "it could not be judged"],
)
def test_a_score_is_shown_as_the_data_allows_where(coverage: str | None, colour: Any, score: Decimal | None) -> None:
    model, project = judged(coverage, ProjectHealth(NUMBER, colour, {"scope": colour}))
    assert project.score == score
    words = Words("en")
    hints = {d.name: d.hint for g in detail_groups(project, words, Figures(words)) for d in g.details}
    assert hints["Compliance score"].startswith("insufficient data") == (score is None)
    assert model.tiles.compliance.score is not None, "the portfolio has enough"


def test_growth_of_scope_is_unknown_where_neither_project_nor_scope_could_be_judged() -> None:
    model, blind = judged("0.7", ProjectHealth(NUMBER, "unknown"))
    other, seen = judged("0.7", ProjectHealth(NUMBER, "unknown", {"scope": "green"}))
    assert (blind.scope_growth_ratio, seen.scope_growth_ratio) == (None, 0.0)
    assert model.tiles.scope.known == other.tiles.scope.known - 1


def test_a_portfolio_of_which_too_little_was_evaluated_has_no_score() -> None:
    whole = PortfolioScore(Decimal("0.95"), Decimal("0.95"), Decimal("0.23"))
    model, _ = judged("0.23", ProjectHealth(NUMBER, "green"), portfolio_score=whole)
    tile = model.tiles.compliance
    assert (tile.score, tile.score_without_waived, tile.history) == (None, None, ())
    assert b"insufficient data: coverage 23%" in render_html(model)
