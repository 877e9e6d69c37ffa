"""Hands the configuration's joins to the matcher, and shows its objections where they stand in the file."""

from plumbrule.config_file import LoadedConfig
from portfolio.errors import Problem
from sync import DuckStore, InitiativeSetting, MatchSettings, match_store


def match(store: DuckStore, config: LoadedConfig) -> list[Problem]:
    """Join projects and people; returns joins that name something that is not there.

    Those do not stop a run: the source that they name may have failed to answer today.
    """
    settings = config.settings
    joins = MatchSettings(
        initiatives=tuple(
            InitiativeSetting(key, tuple(entry.projects), entry.name) for key, entry in settings.initiatives.items()
        ),
        people=tuple(tuple(entry.same) for entry in settings.people),
    )
    return [
        config.document.problem(tuple(p.steps), f"config.{p.code}", p.what, help=p.help)
        for p in match_store(store, joins).problems
    ]
