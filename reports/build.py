"""Builds the report from a snapshot and what the rules found. Pure: same input, same model."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from portfolio.ports import Reader
from reports.diff.moves import Thresholds
from reports.facts import read
from reports.figures import Figures
from reports.inputs import (
    LevelScore,
    Limits,
    PortfolioScore,
    Previous,
    ProjectHealth,
    RuleText,
    Score,
    WaivedFinding,
)
from reports.material import Material
from reports.model import SECTIONS, OwnColumn, OwnTile, OwnValue, ReportModel
from reports.sections.allocation import allocation
from reports.sections.attention import attention
from reports.sections.changes import changes
from reports.sections.charts import budget_map
from reports.sections.decisions import decisions
from reports.sections.findings import findings, rules
from reports.sections.gaps import gaps
from reports.sections.levels import levels as pmo_levels
from reports.sections.method import method
from reports.sections.milestones import milestones
from reports.sections.money import budget_by_programme
from reports.sections.portfolio import portfolio
from reports.sections.projects import projects
from reports.sections.risks import risks
from reports.sections.sources import sources
from reports.sections.tiles import tiles
from reports.sections.verdict import verdict
from reports.sections.waived import waived as waived_work
from reports.words import Words


def build(
    reader: Reader,
    *,
    as_of: datetime,
    today: date | None = None,
    compared_with: date | None = None,
    title: str,
    language: str = "en",
    health: Mapping[str, ProjectHealth],
    scores: Mapping[str, Score],
    portfolio_score: PortfolioScore | None = None,
    levels: Sequence[LevelScore] = (),
    rule_texts: Mapping[str, RuleText] | None = None,
    messages: Mapping[str, str] | None = None,
    previous: Mapping[str, Previous] | None = None,
    waived: Mapping[str, WaivedFinding] | None = None,
    limits: Limits | None = None,
    without: Collection[str] = (),
    within: Collection[str] | None = None,
    thresholds: Thresholds | None = None,
    own_tiles: Sequence[OwnTile] = (),
    own_columns: Sequence[OwnColumn] = (),
    own_values: Mapping[str, tuple[OwnValue | None, ...]] | None = None,
) -> ReportModel:
    """The report on a snapshot.

    `as_of` is the run's moment (UTC) and `today` its day in the portfolio's time zone (default: the day in UTC);
    `compared_with` defaults to a week before. `health`, `scores` and `previous` are by project id, `messages` by
    finding id where a finding's own message is not in the report's language; `waived` are by finding id, too. Sections
    in `without` are not shown, nor are `levels` where there are none: a portfolio without departments and programmes
    has one level, the whole; its section `portfolio` is shown where there is such a finding. Where it is left out, what
    it shows is not in the model either, since it may be about people. `within`: the report is about these projects, and
    nothing of others enters it. `thresholds`: how far a measure must move to be told as a change.
    `own_tiles` and `own_columns` are those of the site, `own_values` the columns' values by project id.
    Raises ConfigurationError for a language that is not shipped.
    """
    words = Words(language)
    moment = as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    day = today or moment.date()
    since = compared_with or day - timedelta(days=7)
    limits = limits or Limits()
    facts = read(reader, day, since, limits, within, thresholds=thresholds)
    material = Material(
        facts=facts,
        as_of=moment,
        today=day,
        since=since,
        health=health,
        scores=scores,
        portfolio_score=portfolio_score or PortfolioScore(),
        levels=tuple(levels),
        rules=rule_texts or {},
        previous=previous or {},
        messages=messages or {},
        waived=waived or {},
        limits=limits,
        words=words,
        figures=Figures(words, exact=len(facts.projects) == 1),
        own_tiles=tuple(own_tiles),
        own_columns=tuple(own_columns),
        own_values=own_values or {},
    )
    has_units = any(level.level != "organisation" for level in levels)
    hidden = {*without, *(() if has_units else ("levels",)), *(() if own_tiles else ("tiles.own",))}
    hidden |= set() if has_units or facts.portfolio_findings else {"portfolio"}
    return _assemble(material, title, tuple(s for s in SECTIONS if s not in hidden))


def _assemble(material: Material, title: str, shown: tuple[str, ...]) -> ReportModel:
    numbers = tiles(material)
    states = sources(material)
    return ReportModel(
        title=title,
        language=material.words.language,
        as_of=material.as_of,
        compared_with=material.since,
        verdict=verdict(material, numbers),
        sections=shown,
        sources=states,
        tiles=numbers,
        own_tiles=material.own_tiles if "tiles.own" in shown else (),
        own_columns=material.own_columns,
        attention=attention(material),
        decisions=decisions(material),
        changes=changes(material),
        budget_by_programme=budget_by_programme(material),
        map=budget_map(material),
        milestones=milestones(material),
        risks=risks(material),
        allocation=allocation(material),
        rules=rules(material),
        levels=pmo_levels(material),
        portfolio=portfolio(material) if "portfolio" in shown else (),
        projects=projects(material),
        findings=findings(material),
        waived=waived_work(material),
        method=method(material),
        gaps=gaps(material, states),
    )
