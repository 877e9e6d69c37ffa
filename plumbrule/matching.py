"""Hands the configuration's joins to the matcher, and shows its objections where they stand in the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plumbrule.config_file import LoadedConfig
from plumbrule.settings import Settings
from portfolio.errors import Problem
from portfolio.ports import Row
from sync import DuckStore, InitiativeSetting, MatchProblem, MatchSettings, circles, doubled, tell
from sync import match as matched

_BRINGS_NO_TIME: Row = {
    "table_name": "time_entry",
    "column_name": "hours",
    "state": "not_available",
    "note": "the source is no longer configured",
}


@dataclass(frozen=True)
class Objections:
    """Joins of the configuration that name something that is not there, words in tables that mean nothing here, circles
    of units, joins that are likely (rows of `match_suggestion`, the likeliest first), and rows of tables that are one
    record."""

    problems: Sequence[Problem] = ()
    unknown: Sequence[str] = ()
    circles: Sequence[str] = ()
    likely: Sequence[Row] = ()
    doubled: Sequence[str] = ()


def match(store: DuckStore, config: LoadedConfig, as_of: datetime) -> Objections:
    """Join projects and people of the configured sources, and what tables say of them; returns what fits nothing.

    Rows of a source that is no longer configured belong to nothing, so that they leave every view; they come back with
    it. Nor does the project that findings become issues in, unless the admin names it among the initiatives: the issues
    that we make there must not be held against our own rules. Objections do not stop a run: the source that they name
    may have failed to answer today.
    """
    settings = config.settings
    joins = MatchSettings(
        initiatives=tuple(
            InitiativeSetting(key, tuple(entry.projects), entry.name, tuple(entry.supersedes))
            for key, entry in settings.initiatives.items()
        ),
        people=tuple(tuple(entry.same) for entry in settings.people),
        history=frozenset(name for name, source in settings.sources.items() if getattr(source, "history", False)),
    )
    forget_unconfigured(store, config)
    sources = {"sources": list(settings.sources)}
    projects = store.rows("SELECT * FROM project WHERE list_contains($sources, source)", sources)
    found = matched(
        [row for row in projects if not _ours(row, settings)],
        store.rows("SELECT * FROM account WHERE list_contains($sources, source)", sources),
        joins,
        store.rows("SELECT * FROM reference WHERE list_contains($sources, source)", sources),
    )
    store.put(found.rows, replace=tuple(found.rows))
    units = circles(store.rows("SELECT * FROM org_unit WHERE list_contains($sources, source)", sources))
    twice = doubled(store, list(settings.sources))
    store.put({"doubled_row": [{"id": one.row, "source": one.source} for one in twice]}, replace=["doubled_row"])
    tell(store, [*found.unknown, *units, *twice], as_of)
    unread = _never_read(store, config)
    problems = [
        config.document.problem(tuple(p.steps), f"config.{p.code}", p.what, help=p.help)
        for p in found.problems
        if _source_meant(config, p) not in unread
    ]
    return Objections(
        problems,
        [f"{one.source}: {one.what}" for one in found.unknown],
        [f"{one.source}: {one.what}" for one in units],
        sorted(found.rows["match_suggestion"], key=lambda row: -row["confidence_ratio"]),
        [f"{one.source}: {one.what}" for one in twice],
    )


def _ours(project: Row, settings: Settings) -> bool:
    """Whether it is the project that findings become issues in, and nothing else to the admin."""
    home = settings.finding_home
    if home is None or (project["source"], project["key"]) != home:
        return False
    references = {f"{home[0]}:{project[name]}".casefold() for name in ("key", "name", "native_id")}
    named = {reference.casefold() for entry in settings.initiatives.values() for reference in entry.projects}
    return not references & named


def forget_unconfigured(store: DuckStore, config: LoadedConfig) -> None:
    """A source that is no longer configured is neither fresh nor stale: its state is dropped.

    Nor does it bring time: that of a Tempo is booked on items of a Jira that is still there.
    """
    states = store.rows("SELECT * FROM source_state")
    kept = [row for row in states if row["source"] in config.settings.sources]
    if len(kept) < len(states):
        store.put({"source_state": kept}, replace=["source_state"])
    sources = {"sources": list(config.settings.sources)}
    gone = store.rows("SELECT DISTINCT source FROM time_entry WHERE NOT list_contains($sources, source)", sources)
    store.put({"capability": [{"source": row["source"], **_BRINGS_NO_TIME} for row in gone]})


def _never_read(store: DuckStore, config: LoadedConfig) -> set[str]:
    """Configured sources of which nothing was read yet: a join with them cannot be judged."""
    read = {row["source"] for row in store.rows("SELECT DISTINCT source FROM project")}
    return set(config.settings.sources) - read


def _source_meant(config: LoadedConfig, problem: MatchProblem) -> str:
    reference = config.document.value(tuple(problem.steps))
    return str(reference).partition(":")[0]
