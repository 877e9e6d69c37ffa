"""What an environment of Dataverse has, before anybody configured it: plans, and columns of the admin's own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from connectors.dataverse.settings import VENDOR_PREFIX
from connectors.likely_names import GOVERNED, called, plain
from portfolio.counted import counted
from portfolio.ports import Probe, Proposal, Survey

_SHOWN = 8


def survey(probe: Probe, projects: Sequence[Mapping[str, Any]], columns: Collection[str]) -> Survey:
    """One look around. `projects` are rows of `project`, `columns` the logical names of msdyn_project. Pure."""
    own = sorted({name for name in columns if _is_own(name)})
    shown = ", ".join(own[:_SHOWN]) + (f" and {len(own) - _SHOWN} more" if len(own) > _SHOWN else "")
    return Survey(
        account=probe.account,
        deployment=probe.deployment,
        projects=projects,
        found=(
            f"{counted(len(projects), 'plan')} visible",
            f"{counted(len(own), 'column')} of your own on msdyn_project" + (f": {shown}" if own else ""),
        ),
        proposals=tuple(propose(own)),
    )


def propose(own: Sequence[str]) -> Iterator[Proposal]:
    """Columns by what their names say behind the publisher's prefix; the rest as a comment."""
    by_word = {name.partition("_")[2]: name for name in own}
    taken: set[str] = set()
    for setting, words in GOVERNED.items():
        free = {word for word, name in by_word.items() if name not in taken}
        if word := called((setting, *words), free):
            taken.add(by_word[word])
            yield Proposal(("fields", setting), by_word[word], f"a column of your own called {plain(word)}")
    if rest := tuple(name for name in own if name not in taken):
        yield Proposal(("fields", "more"), rest, "further columns, kept beside each plan", sure=False)


def _is_own(name: str) -> bool:
    """Whether a column has the prefix of a publisher that is not Microsoft."""
    prefix, separator, rest = name.partition("_")
    known = name.startswith(VENDOR_PREFIX) or prefix in ("", "msft", "adx", "msdynce")
    return bool(separator and rest) and not known and not name.startswith("_")
