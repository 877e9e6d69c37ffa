"""Packs as settings name them, with a version or without one."""

from collections.abc import Mapping
from dataclasses import dataclass

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps
from rules.settings import RuleSettings


@dataclass(frozen=True)
class PackStands:
    """What a pack says of itself that settings are held against."""

    version: int
    depends_on: tuple[str, ...] = ()


def split_version(name: str) -> tuple[str, int | None]:
    """`process@1` as its two parts; without a version any will do."""
    pack, _, version = name.partition("@")
    return (pack, int(version)) if version.isascii() and version.isdigit() else (name, None)


def without_versions(
    packs: Mapping[str, PackStands],
    settings: RuleSettings,
    located: LocatedToml | None,
    at: Steps,
    problems: list[Problem],
) -> RuleSettings:
    """The settings with plain names of packs; versions are held against those that are there.

    A pack in force needs those that it builds on in force too.
    """
    if settings.packs is None:
        return settings
    wanted = [split_version(name) for name in settings.packs]
    names = [name for name, _ in wanted]

    def note(number: int, code: str, what: str, help: str) -> None:
        if located is None:
            problems.append(Problem("settings", 0, 0, code, f"{'.'.join(map(str, at))}.packs: {what}", help=help))
        else:
            problems.append(located.problem((*at, "packs", number), code, what, help=help))

    for number, (name, version) in enumerate(wanted):
        pack = packs.get(name)
        if pack is None:
            continue
        found = pack.version
        if version is not None and version != found:
            help = f"read what changed, then write `{name}@{found}`"
            note(number, "R223", f"pack `{name}` is of version {found}, not {version}", help)
        for needed in pack.depends_on:
            other, _ = split_version(needed)
            if other in packs and other not in names:
                note(number, "R224", f"pack `{name}` builds on pack `{other}`, which is not used", f"add `{other}`")
    return settings.model_copy(update={"packs": names})
