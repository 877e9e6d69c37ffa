"""Mistakes in [initiatives] that the file alone shows: what is named twice, what takes over from itself, keys that are
one. What needs the projects to be read is told when they are matched."""

from collections.abc import Iterator

from plumbrule.settings import Settings
from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps


def mistakes(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """All of them, each at its place in the file."""
    seen: dict[str, Steps] = {}
    for key, entry in settings.initiatives.items():
        for listed in ("projects", "supersedes"):
            for number, reference in enumerate(getattr(entry, listed)):
                steps: Steps = ("initiatives", key, listed, number)
                first = seen.setdefault(reference.strip().casefold(), steps)
                if first != steps:
                    yield _again(document, reference, steps, first)
        if entry.supersedes and not entry.projects:
            what = f"`{key}` names what was taken over, and nothing that took over"
            hint = "name the new plan in `projects`"
            yield document.problem(("initiatives", key, "supersedes"), "config.supersedes", what, help=hint)
    yield from _keys(document, settings)


def _again(document: LocatedToml, reference: str, steps: Steps, first: Steps) -> Problem:
    owner, key = str(first[1]), str(steps[1])
    if first[2] == steps[2] and owner == key:
        return document.problem(steps, "config.named_twice", f"`{reference}` is named twice", help="leave it in once")
    if owner == key:
        what = f"`{reference}` would take over from itself: it stands in `projects` and in `supersedes`"
        hint = "leave the old plan in `supersedes` and the new one in `projects`"
        return document.problem(steps, "config.supersedes", what, help=hint)
    what = f"`{reference}` belongs to `{owner}` already, in its `{first[2]}`"
    if {first[2], steps[2]} == {"projects", "supersedes"}:
        what += "; a plan that took over is in one initiative with what it took over from"
    return document.problem(steps, "config.claimed_twice", what, help="leave it in one of the two")


def _keys(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """Keys of initiatives that differ in case only: they are one to the matcher."""
    seen: dict[str, str] = {}
    for key in settings.initiatives:
        first = seen.setdefault(key.strip().casefold(), key)
        if first != key:
            what = f"`{key}` is the same initiative as `{first}`: case does not tell keys apart"
            yield document.problem(
                ("initiatives", key), "config.initiative_key", what, help="make one table of the two"
            )
