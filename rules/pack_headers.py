"""What packs say of themselves: their version, what they build on, which version of the views they need."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, suggest
from portfolio.model.views import VIEWS_VERSION
from rules.pack import PackHeader
from rules.packs_named import PackStands, split_version


@dataclass(frozen=True)
class _Pack:
    """One pack: its header, and the first file that has it."""

    header: PackHeader
    doc: LocatedToml


def read_headers(documents: Iterable[LocatedToml], problems: list[Problem]) -> dict[str, PackStands]:
    """Packs by id. Files of one pack must agree; what a pack builds on must be there."""
    packs: dict[str, _Pack] = {}
    for doc in documents:
        with suppress(ValidationError):  # told with everything else that is wrong with the shape of the file
            header = PackHeader.model_validate(doc.data.get("pack"))
            first = packs.setdefault(header.id, _Pack(header, doc))
            if header.version != first.header.version:
                what = f"pack `{header.id}` is of version {header.version} here, but {first.header.version} in"
                problems.append(doc.problem(("pack", "version"), "R223", f"{what} {first.doc.file}"))
            if header.min_views > VIEWS_VERSION:
                what = f"pack `{header.id}` needs version {header.min_views} of the views, this is {VIEWS_VERSION}"
                problems.append(doc.problem(("pack", "min_views"), "R223", what, help="install a newer Plumbrule"))
            packs[header.id] = _Pack(_joined(first.header, header), first.doc)
    for pack in packs.values():
        for number, needed in enumerate(pack.header.depends_on):
            problems += _unmet(needed, packs, pack, number)
    return {name: PackStands(p.header.version, tuple(p.header.depends_on)) for name, p in packs.items()}


def _joined(first: PackHeader, other: PackHeader) -> PackHeader:
    depends = dict.fromkeys([*first.depends_on, *other.depends_on])
    return first.model_copy(update={"depends_on": list(depends)})


def _unmet(needed: str, packs: Mapping[str, _Pack], pack: _Pack, number: int) -> list[Problem]:
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
