"""What a Project Web App site has, before anybody configured it: projects, baselines, custom fields."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.likely_names import GOVERNED, called, close_to, plain
from connectors.pwa.custom_fields import CustomField
from connectors.pwa.fields import Absent
from connectors.pwa.settings import PwaFields
from portfolio.counted import counted
from portfolio.ports import Probe, Proposal, Survey

_SHOWN = 8


def survey(
    probe: Probe,
    projects: Sequence[Mapping[str, Any]],
    absent: Iterable[Absent],
    own: Sequence[CustomField],
    columns: Collection[str],
) -> Survey:
    """One look around. `projects` are rows of `project`; `absent` the default fields that the site lacks; `own` its
    enterprise custom fields, `columns` the columns of its projects in ProjectData. Pure."""
    states = Counter(str(row.get("vendor_ev_state")) for row in projects)
    without = states["no_baseline"] + states["baseline_empty"]
    keyed = sum(bool(row.get("initiative_key")) for row in projects)
    lacking = [one.setting for one in absent if not one.asked_for]
    of_projects = sorted(f.name for f in own if f.entity.casefold() in ("", "project"))
    return Survey(
        account=probe.account,
        deployment=probe.deployment,
        projects=projects,
        found=(
            f"{counted(len(projects), 'project')} visible, {len(projects) - without} of them with a baseline",
            f"{keyed} with a key of the PMO",
            f"{counted(len(of_projects), 'enterprise custom field')} of projects"
            + (f": {_listed(of_projects)}" if of_projects else ""),
        ),
        proposals=tuple(propose(lacking, of_projects, columns)),
    )


def propose(lacking: Iterable[str], own: Sequence[str], columns: Collection[str]) -> Iterator[Proposal]:
    """Fields for the settings whose default the site lacks (`lacking`), and the rest of its own fields as a comment."""
    defaults = {plain(str(field.default)) for field in PwaFields.model_fields.values()}
    there = [name for name in own if plain(name) not in defaults] or [
        name for name in columns if plain(name) not in defaults
    ]
    taken: set[str] = set()
    unsure: list[Proposal] = []
    for setting in lacking:
        free = [name for name in there if name not in taken]
        why = f"this site has no field {PwaFields.model_fields[setting].default!r}"
        if name := called(GOVERNED.get(setting, ()), free):
            taken.add(name)
            yield Proposal(("fields", setting), name, why)
        elif name := close_to(str(PwaFields.model_fields[setting].default), free):
            taken.add(name)
            unsure.append(Proposal(("fields", setting), name, f"{why}; may be this one", sure=False))
    yield from unsure
    if rest := tuple(name for name in own if plain(name) not in defaults and name not in taken):
        yield Proposal(("fields", "more"), rest, "further fields of projects, kept beside them", sure=False)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
