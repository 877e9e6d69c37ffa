"""Hands the configuration's joins to the matcher, and shows its objections where they stand in the file."""

from plumbrule.config_file import LoadedConfig
from portfolio.errors import Problem
from sync import DuckStore, InitiativeSetting, MatchProblem, MatchSettings
from sync import match as matched


def match(store: DuckStore, config: LoadedConfig) -> list[Problem]:
    """Join projects and people of the configured sources; returns joins that name something that is not there.

    Rows of a source that is no longer configured belong to nothing, so that they leave every view; they come back with
    it. Objections do not stop a run: the source that they name may have failed to answer today.
    """
    settings = config.settings
    joins = MatchSettings(
        initiatives=tuple(
            InitiativeSetting(key, tuple(entry.projects), entry.name) for key, entry in settings.initiatives.items()
        ),
        people=tuple(tuple(entry.same) for entry in settings.people),
    )
    forget_unconfigured(store, config)
    sources = {"sources": list(settings.sources)}
    found = matched(
        store.rows("SELECT * FROM project WHERE list_contains($sources, source)", sources),
        store.rows("SELECT * FROM account WHERE list_contains($sources, source)", sources),
        joins,
    )
    store.put(found.rows, replace=tuple(found.rows))
    unread = _never_read(store, config)
    return [
        config.document.problem(tuple(p.steps), f"config.{p.code}", p.what, help=p.help)
        for p in found.problems
        if _source_meant(config, p) not in unread
    ]


def forget_unconfigured(store: DuckStore, config: LoadedConfig) -> None:
    """A source that is no longer configured is neither fresh nor stale: its state is dropped."""
    states = store.rows("SELECT * FROM source_state")
    kept = [row for row in states if row["source"] in config.settings.sources]
    if len(kept) < len(states):
        store.put({"source_state": kept}, replace=["source_state"])


def _never_read(store: DuckStore, config: LoadedConfig) -> set[str]:
    """Configured sources of which nothing was read yet: a join with them cannot be judged."""
    read = {row["source"] for row in store.rows("SELECT DISTINCT source FROM project")}
    return set(config.settings.sources) - read


def _source_meant(config: LoadedConfig, problem: MatchProblem) -> str:
    reference = config.document.value(tuple(problem.steps))
    return str(reference).partition(":")[0]
