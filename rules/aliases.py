"""Other names of rules in the settings: read as the rules' ids, with the places of mistakes kept."""

from collections.abc import Iterable
from dataclasses import replace

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Span, Steps
from rules.ruleset import Rule
from rules.settings import RuleSettings

Placed = dict[Steps, Span]


def with_ids(
    rules: Iterable[Rule],
    settings: RuleSettings,
    located: LocatedToml | None,
    at: Steps,
    problems: list[Problem],
) -> tuple[RuleSettings, LocatedToml | None]:
    """The settings, and their document, with every alias replaced by the id that it stands for."""
    ids = {alias: rule.id for rule in rules for alias in rule.aliases}
    used = [name for name in settings.set if name in ids]
    for alias in used:
        if ids[alias] in settings.set or [ids[u] for u in used].count(ids[alias]) > 1:
            what = f"rule {ids[alias]} is set twice, here as `{alias}`"
            help = f"use {ids[alias]} alone"
            if located is None:
                problems.append(Problem("settings", 0, 0, "R203", what, help=help))
            else:
                problems.append(located.problem((*at, "set", alias), "R203", what, help=help, at="key"))
    named = settings.model_copy(
        update={
            "off": [ids.get(name, name) for name in settings.off],
            "set": {ids.get(name, name): override for name, override in settings.set.items()},
        }
    )
    if located is not None and used:
        place = (*at, "set")
        keys, values = (_renamed(spans, place, ids) for spans in (located.keys, located.values))
        located = replace(located, keys=keys, values=values)
    return named, located


def _renamed(spans: Placed, place: Steps, ids: dict[str, str]) -> Placed:
    """Places below an alias, at its id too: the document's own values stay under the alias."""
    depth = len(place)
    found = {
        (*place, ids[str(steps[depth])], *steps[depth + 1 :]): span
        for steps, span in spans.items()
        if steps[:depth] == place and len(steps) > depth and steps[depth] in ids
    }
    return {**spans, **found}
