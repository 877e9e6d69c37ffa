"""Writes the pages: one a language and format, from a published snapshot."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from plumbrule.judging import limits_of
from plumbrule.levels import of_organisation, report_levels
from plumbrule.own_numbers import own_numbers
from plumbrule.report_settings import AudienceReport
from plumbrule.schedule import is_due
from plumbrule.settings import Language, Settings
from plumbrule.verdicts import (
    RESULTS,
    computed_health,
    in_language,
    previous_states,
    project_health,
    report_scores,
    rule_texts,
    scores_of,
    waived_findings,
)
from plumbrule.waiving import Overlay
from plumbrule.wordings import Wording, Wordings, main_wording
from portfolio.whole_file import put_whole
from reports.build import build
from reports.diff.days import last_monday
from reports.formats import require_installed
from reports.model import ReportModel
from reports.render.formats import FORMATS
from reports.render.pdf import require_font
from rules.evaluate import evaluate
from rules.health import Health, health
from rules.policy.force import in_force
from rules.ruleset import RuleSet
from sync import FileReader


def write_pages(
    reader: FileReader,
    settings: Settings,
    rules: RuleSet,
    languages: Sequence[Language],
    overlay: Overlay,
    *,
    wordings: Wordings | None = None,
) -> list[Path]:
    """Write every page; returns their paths, the first language first. Files appear whole or not at all.

    A format of several files is one path, that of their folder. `overlay` are the waivers of this moment, and
    `wordings` the words in other languages as far as they are known. Raises ConfigurationError, before the first file,
    where a format of a page or of a report for an audience needs a library or a font that is not here.
    """
    require_formats(settings, languages)
    paths: list[Path] = []
    wordings = wordings or Wordings()
    for language in languages:
        model = make_report(reader, settings, rules, language, overlay, wordings=wordings)
        for form in settings.report.formats:
            paths += _written(settings.report.folder, FORMATS[form].files(model, settings.writeback.report_url))
    return [*paths, *_for_audiences(reader, settings, rules, overlay, wordings)]


def _for_audiences(
    reader: FileReader, settings: Settings, rules: RuleSet, overlay: Overlay, wordings: Wordings
) -> list[Path]:
    """The files of the reports that are due, beside the pages."""
    if not settings.reports:
        return []
    from plumbrule.sending import audience_report, files_of

    _, today = moment_of(reader, settings)
    paths: list[Path] = []
    for report in settings.reports:
        if is_due(report, today):
            model = audience_report(reader, settings, rules, report, overlay, wordings=wordings)
            paths += _written(settings.report.folder, files_of(model, settings, report))
    return paths


def _written(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files by their path below the folder; returns each file, or the folder of several, once."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        put_whole(path, content)
    return list(dict.fromkeys(folder / Path(name).parts[0] for name in files))


def require_formats(settings: Settings, languages: Sequence[Language]) -> None:
    """Raises ConfigurationError where a format needs a library or a font that is not here: of a page in these
    languages, or of a report for an audience in its own, be it due or not."""
    wanted = [(form, language) for form in settings.report.formats for language in languages]
    wanted += [(form, report.language) for report in settings.reports for form in report.formats]
    require_installed(form for form, _ in wanted)
    for form, language in wanted:
        if form == "pdf":
            require_font(language)


@dataclass(frozen=True)
class Said:
    """What the rules say of a snapshot in one language: computed health by project, words of findings by their id,
    where the words of the check are in another language."""

    rules: RuleSet
    health: Mapping[str, Health]
    messages: Mapping[str, str]


def said_in(
    reader: FileReader,
    settings: Settings,
    rules: RuleSet,
    language: Language,
    overlay: Overlay,
    *,
    wordings: Wordings | None = None,
) -> Said:
    """That, in that language. For another one than that of the check all rules are evaluated once more, unless its
    words are known already."""
    told = in_language(rules, language)
    if language == settings.report.languages[0]:
        return Said(told, computed_health(reader, told, overlay.softened), {})

    def evaluated() -> Wording:
        _, today = moment_of(reader, settings)
        capabilities, force = reader.rows("SELECT * FROM capability"), in_force(told, reader, today)
        limits = limits_of(settings)
        return main_wording(
            evaluate(told, reader.path, capabilities, as_of=today, limits=limits, variants=force.variants)
        )

    wording = (wordings or Wordings()).of(reader.path, language, evaluated)
    return Said(told, health(told, wording.of_results(reader.rows(RESULTS)), overlay.softened), wording.findings)


def make_report(
    reader: FileReader,
    settings: Settings,
    rules: RuleSet,
    language: Language,
    overlay: Overlay,
    *,
    title: str | None = None,
    within: Collection[str] | None = None,
    audience: AudienceReport | None = None,
    said: Said | None = None,
    wordings: Wordings | None = None,
) -> ReportModel:
    """The report in one language. Words that were kept in another are made again from the same snapshot.

    `within`: it is about these projects only, so that no score or level of the whole is in it. `audience`: the block
    that asks for it, with sections left out, a period and numbers of its own. `said` is what `said_in` yields, where
    somebody has it already; else it is looked up in `wordings`.
    """
    moment, today = moment_of(reader, settings)
    said = said or said_in(reader, settings, rules, language, overlay, wordings=wordings)
    told, found, messages = said.rules, said.health, said.messages
    own = own_numbers(
        reader,
        settings,
        audience or settings.report,
        language=language,
        today=today,
        within=None if within is None else frozenset(within),
    )
    since = _compared_with(settings, today, audience.compare_days if audience else None)
    scores = scores_of(reader, told, overlay.waived, within)
    levels = report_levels(reader, told, scores, today, settings.rules.weigh_by) if within is None else ()
    projects, portfolio = report_scores(scores, reader, within)
    if levels:  # the whole is scored as its parts are: weighed alike, and by the rules about itself
        portfolio = of_organisation(levels[0], scores, reader, told, today=today, basis=settings.rules.weigh_by)
    return build(
        reader,
        as_of=moment,
        today=today,
        compared_with=since,
        title=title or settings.portfolio.name,
        language=language,
        health=project_health(found, overlay.waived),
        scores=projects,
        portfolio_score=portfolio,
        levels=levels,
        rule_texts=rule_texts(told),
        messages=messages,
        waived=waived_findings(overlay),
        previous=previous_states(reader, since),
        without=audience.without if audience else (),
        within=within,
        thresholds=settings.report.moved.thresholds,
        own_tiles=own.tiles,
        own_columns=own.columns,
        own_values=own.values,
    )


def _compared_with(settings: Settings, today: date, days: int | None) -> date:
    """The day that changes are shown against: a report's own period goes before the portfolio's."""
    if days is None and settings.report.compare_since == "monday":
        return last_monday(today)
    return today - timedelta(days=days or settings.report.compare_days)


def moment_of(reader: FileReader, settings: Settings) -> tuple[datetime, date]:
    """The moment and the day of the run, as the snapshot states them."""
    today = reader.rows("SELECT as_of FROM context")[0]["as_of"]
    attempted = reader.rows("SELECT max(attempted_at) AS moment FROM source_state")[0]["moment"]
    midnight = datetime(today.year, today.month, today.day, tzinfo=settings.portfolio.zone)
    return (attempted or midnight), today
