"""Who may see what: from who signed in to the projects of a snapshot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from plumbrule.audience import within
from plumbrule.web.settings import EVERYBODY, AccessSettings
from portfolio.ports import Reader

_OWN = """
SELECT project_id FROM projects JOIN person ON person.id = projects.manager_id
WHERE lower(person.email) = lower($email) ORDER BY project_id
"""


@dataclass(frozen=True)
class Viewer:
    """Who looks: the name by which the sign-in knows them, an e-mail where it tells one, and groups or roles."""

    name: str
    email: str | None = None
    groups: frozenset[str] = field(default_factory=frozenset)


def entries_for(viewer: Viewer, access: Iterable[AccessSettings]) -> tuple[AccessSettings, ...]:
    """The entries that name that person. Names are compared whatever their case."""
    groups = {group.casefold() for group in viewer.groups}
    return tuple(
        one
        for one in access
        if (one.user is not None and one.user.casefold() == viewer.name.casefold())
        or (one.group is not None and (one.group == EVERYBODY or one.group.casefold() in groups))
    )


def seen(reader: Reader, viewer: Viewer, entries: Sequence[AccessSettings]) -> frozenset[str] | None:
    """Ids of the projects that those entries show; None: everything, also what belongs to no project."""
    if any(entry.see == "all" for entry in entries):
        return None
    found: set[str] = set()
    for entry in entries:
        if entry.see == "own":
            found |= _own(reader, viewer)
        else:
            projects = within(reader, entry.scope)
            assert projects is not None  # noqa: S101 - a scope that says nothing is a mistake
            found |= projects
    return frozenset(found)


def _own(reader: Reader, viewer: Viewer) -> set[str]:
    """Projects that they manage; nobody's where no e-mail is told on either side."""
    if viewer.email is None:
        return set()
    return {row["project_id"] for row in reader.rows(_OWN, {"email": viewer.email})}
