"""What packs say of themselves: their version, what they build on, which version of the views they need."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, suggest
from portfolio.model.views import VIEWS_VERSION
from rules.pack import PackHeader, split_version
from rules.settings import RuleSettings


@dataclass(frozen=True)
class Pack:
    """One pack: its header, and the first file that has it."""

    header: PackHeader
    doc: LocatedToml


def read_headers(documents: Iterable[LocatedToml], problems: list[Problem]) -> dict[str, Pack]:
    """Packs by id. Files of one pack must agree; what a pack builds on must be there."""
    packs: dict[str, Pack] = {}
    for doc in documents:
        with suppress(ValidationError):  # told with everything else that is wrong with the shape of the file
            header = PackHeader.model_validate(doc.data.get("pack"))
            first = packs.setdefault(header.id, Pack(header, doc))
            if header.version != first.header.version:
                what = f"pack `{header.id}` is of version {header.version} here, but {first.header.version} in"
                problems.append(doc.problem(("pack", "version"), "R223", f"{what} {first.doc.file}"))
            if header.min_views > VIEWS_VERSION:
                what = f"pack `{header.id}` needs version {header.min_views} of the views, this is {VIEWS_VERSION}"
                problems.append(doc.problem(("pack", "min_views"), "R223", what, help="install a newer Plumbrule"))
            packs[header.id] = Pack(_joined(first.header, header), first.doc)
    for pack in packs.values():
        for number, needed in enumerate(pack.header.depends_on):
            problems += _unmet(needed, packs, pack, number)
    return packs


def _joined(first: PackHeader, other: PackHeader) -> PackHeader:
    depends = dict.fromkeys([*first.depends_on, *other.depends_on])
    return first.model_copy(update={"depends_on": list(depends)})


def _unmet(needed: str, packs: Mapping[str, Pack], pack: Pack, number: int) -> list[Problem]:
    name, version = split_version(needed)
    steps: Steps = ("pack", "depends_on", number)
    if name not in packs:
        what = f"pack `{pack.header.id}` builds on pack `{name}`, which is not there"
        return [pack.doc.problem(steps, "R207", what, help=suggest(name, packs) or "add its folder to [rules] folders")]
    found = packs[name].header.version
    if version is not None and version != found:
        what = f"pack `{pack.header.id}` builds on version {version} of pack `{name}`, this is {found}"
        return [pack.doc.problem(steps, "R223", what, help="use the version that it was written for")]
    return []


def without_versions(
    packs: Mapping[str, Pack],
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
        found = pack.header.version
        if version is not None and version != found:
            help = f"read what changed, then write `{name}@{found}`"
            note(number, "R223", f"pack `{name}` is of version {found}, not {version}", help)
        for needed in pack.header.depends_on:
            other, _ = split_version(needed)
            if other in packs and other not in names:
                note(number, "R224", f"pack `{name}` builds on pack `{other}`, which is not used", f"add `{other}`")
    return settings.model_copy(update={"packs": names})
