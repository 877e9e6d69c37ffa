"""Mistakes between tables of the settings: names of sources that are not there, issues or time that would count twice,
and a project for findings in no Jira, or in one of several."""

from collections.abc import Iterator

from connectors.jira.settings import JiraSource
from connectors.tempo.settings import TempoSource
from plumbrule import audience, initiative_settings, own_settings, receivers, source_addresses, table_sources
from plumbrule.settings import Settings
from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, suggest

_PARTNER = {"tempo_cloud": "jira_cloud", "tempo_data_center": "jira_data_center"}


def mistakes(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """All of them, each at its place in the file."""
    yield from table_sources.mistakes(document, settings)
    yield from initiative_settings.mistakes(document, settings)
    yield from source_addresses.mistakes(document, settings)
    yield from receivers.mistakes(document, settings)
    yield from audience.mistakes(document, settings)
    yield from own_settings.mistakes(document, settings)
    yield from _names(document, settings)
    yield from _unknown_sources(document, settings)
    yield from _read_twice(document, settings)
    claimed: dict[str, str] = {}
    for name, source in settings.sources.items():
        if isinstance(source, TempoSource):
            problem = _misfit(document, settings, name, source, claimed.get(source.jira))
            claimed.setdefault(source.jira, name)
            if problem is not None:
                yield problem
    yield from _finding_issues(document, settings)


def _names(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """Names of sources by which nothing could be referred to: `source:key` ends the name at its first colon."""
    for name in settings.sources:
        if not name.strip() or ":" in name:
            what = f"`{name}` cannot name a source: projects and people are referred to as `source:key`"
            yield document.problem(("sources", name), "config.source_name", what, help="a word without colon")


def _finding_issues(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """The project in which findings become issues is in one Jira."""
    made, steps = settings.writeback.finding_issues, ("writeback", "finding_issues")
    if made is None:
        return
    if made.source is None and len(settings.writable) != 1:
        what = f"it does not say which Jira the project {made.project} is in"
        hint = (
            f"add `source`, one of {', '.join(settings.writable)}" if settings.writable else "configure a Jira source"
        )
        yield document.problem(steps, "config.finding_issues", what, help=hint)
    elif made.source is not None and made.source not in settings.sources:
        yield _unknown(document, settings, (*steps, "source"), made.source)
    elif made.source is not None and made.source not in settings.writable:
        what = f"`{made.source}` is a source of kind {settings.sources[made.source].kind}; issues are made in Jira"
        hint = f"one of {', '.join(settings.writable) or 'none'}"
        yield document.problem((*steps, "source"), "config.finding_issues", what, help=hint)


def _read_twice(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """Jira sources that read the same project of the same site: each issue would count twice and be flagged by both."""
    jiras = [(name, source) for name, source in settings.sources.items() if isinstance(source, JiraSource)]
    for number, (name, source) in enumerate(jiras):
        for other, first in jiras[:number]:
            both = set(source.projects) & set(first.projects)
            if _site(source) == _site(first) and (both or not (source.projects and first.projects)):
                named = f"project {', '.join(sorted(both))}" if both else "projects"
                what = f"`{other}` reads {named} of this site already; issues and time would count twice"
                hint = "keep one of the two, or give each `projects` of its own"
                yield document.problem(("sources", name, "url"), "config.read_twice", what, help=hint)
                break


def _site(source: JiraSource) -> str:
    return source.url.rstrip("/").casefold()


def _unknown_sources(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """Joins that name a source which is not configured."""
    for key, entry in settings.initiatives.items():
        for listed in ("projects", "supersedes"):
            for number, reference in enumerate(getattr(entry, listed)):
                source, colon, _ = reference.partition(":")
                if colon and source not in settings.sources:
                    yield _unknown(document, settings, ("initiatives", key, listed, number), source)


def _misfit(
    document: LocatedToml, settings: Settings, name: str, tempo: TempoSource, other: str | None
) -> Problem | None:
    """What keeps a Tempo source from standing beside its Jira source."""
    steps: Steps = ("sources", name, "jira")
    jira = settings.sources.get(tempo.jira)
    if jira is None:
        return _unknown(document, settings, steps, tempo.jira)
    if not isinstance(jira, JiraSource) or jira.kind != _PARTNER[tempo.kind]:
        what = f"`{tempo.jira}` is a source of kind {jira.kind}; a {tempo.kind} belongs to a {_PARTNER[tempo.kind]}"
        return document.problem(steps, "config.tempo_partner", what)
    if other is not None:
        what = f"the time of `{tempo.jira}` is read by `{other}` already; it would count twice"
        return document.problem(steps, "config.time_twice", what, help="keep one of the two")
    if jira.worklogs:
        what = f"`{tempo.jira}` reads its own worklogs; each Tempo entry is one of them, so time would count twice"
        hint = f"set worklogs = false in [sources.{tempo.jira}]"
        return document.problem(steps, "config.time_twice", what, help=hint)
    return None


def _unknown(document: LocatedToml, settings: Settings, steps: Steps, source: str) -> Problem:
    hint = suggest(source, settings.sources) or f"sources: {', '.join(settings.sources) or 'none'}"
    return document.problem(steps, "config.unknown_source", f"there is no source `{source}`", help=hint)
