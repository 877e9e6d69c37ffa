"""What the account lacks for a set of changes, asked before anything is written.

`GET /mypermissions` without a place answers for the whole site: a permission that is not held anywhere is missing
everywhere, so one call speaks for thousands of issues; an issue that refuses all the same says so in its receipt.
"""

from collections.abc import Iterable, Iterator, Sequence

from connectors.jira.api import Edition
from connectors.jira.flags.site import Site
from portfolio.errors import RemoteRefusal
from portfolio.ports import CHANNEL_NAMES, Change, Channel, Missing

NAMES = {
    "BROWSE_PROJECTS": "Browse projects",
    "ADD_COMMENTS": "Add comments",
    "ADMINISTER_PROJECTS": "Administer projects",
    "BULK_CHANGE": "Make bulk changes",
    "CREATE_ISSUES": "Create issues",
    "DELETE_OWN_COMMENTS": "Delete own comments",
    "EDIT_ISSUES": "Edit issues",
    "EDIT_OWN_COMMENTS": "Edit own comments",
    "LINK_ISSUES": "Link issues",
    "TRANSITION_ISSUES": "Transition issues",
}


def lacking(site: Site, changes: Sequence[Change]) -> Iterator[Missing]:
    """One entry for each permission and what needs it."""
    yield from _for_projects(site, [c for c in changes if _needs_project(c)])
    yield from _for_issues(site, [c for c in changes if c.mark.target_kind == "item"])
    issues = [c for c in changes if c.mark.channel == "finding_issue"]
    for project in sorted({c.mark.target for c in issues}):
        yield from _for_finding_issues(site, project, [c for c in issues if c.mark.target == project])


def _for_projects(site: Site, changes: Sequence[Change]) -> Iterator[Missing]:
    for target in sorted({c.mark.target for c in changes}):
        group = tuple(c for c in changes if c.mark.target == target)
        title = next((c.mark.title for c in group if c.mark.title), f"project {target}")
        held = _held_in(site, {"ADMINISTER_PROJECTS"}, projectId=target)
        if held is None:
            yield from _hidden(title, [c for c in group if c.action != "remove"])
        elif not held["ADMINISTER_PROJECTS"]:
            yield Missing(f"Administer projects in {title}", group)


def _hidden(title: str, changes: Sequence[Change]) -> Iterator[Missing]:
    """A project that is gone needs no removals; anything else cannot be written there."""
    if changes:
        yield Missing(f"sight of {title}: it is gone, or hidden from the account", tuple(changes))


def _for_issues(site: Site, changes: Sequence[Change]) -> Iterator[Missing]:
    needs = {channel: needed(site.edition, channel) for channel in sorted({c.mark.channel for c in changes})}
    wanted = {key for keys in needs.values() for key in keys}
    if not wanted:
        return
    held = _held(site, wanted)
    for key in sorted(key for key in wanted if not held[key]):
        channels = [channel for channel, keys in needs.items() if key in keys]
        told = f"{NAMES[key]}, for {', '.join(CHANNEL_NAMES[channel] for channel in channels)}"
        yield Missing(told, tuple(c for c in changes if c.mark.channel in channels))


def _for_finding_issues(site: Site, project: str, changes: Sequence[Change]) -> Iterator[Missing]:
    held = _held_in(site, {"CREATE_ISSUES", "TRANSITION_ISSUES"}, projectKey=project)
    if held is None:
        left = tuple(c for c in changes if c.action != "remove")  # issues that are gone need not be closed
        if left:
            yield Missing(f"a project {project} that the account may see, for issues for findings", left)
        return
    if not held["CREATE_ISSUES"]:
        yield Missing(f"Create issues in {project}", tuple(c for c in changes if c.action != "remove"))
    if not held["TRANSITION_ISSUES"]:
        yield Missing(f"Transition issues in {project}", tuple(c for c in changes if c.action == "remove"))


def _needs_project(change: Change) -> bool:
    return change.mark.target_kind == "project" and change.mark.channel == "property"


def needed(edition: Edition, channel: Channel) -> tuple[str, ...]:
    """Keys of the permissions that marks of a channel on issues need."""
    quietly = ("BULK_CHANGE", "EDIT_ISSUES") if edition.edits_in_bulk else ("ADMINISTER_PROJECTS", "EDIT_ISSUES")
    needs: dict[Channel, tuple[str, ...]] = {
        "property": ("EDIT_ISSUES",),
        "remote_link": ("LINK_ISSUES",),
        "label": quietly,
        "field": quietly,
        "comment": ("ADD_COMMENTS", "DELETE_OWN_COMMENTS", "EDIT_OWN_COMMENTS"),
    }
    return needs.get(channel, ())


def _held_in(site: Site, permissions: Iterable[str], **place: str) -> dict[str, bool] | None:
    """What is held in one project; None where it is gone or hidden."""
    try:
        return _held(site, permissions, **place)
    except RemoteRefusal as error:
        if error.code == "remote.not_found":
            return None
        raise


def _held(site: Site, permissions: Iterable[str], **place: str) -> dict[str, bool]:
    wanted = sorted(permissions)
    answer = site.http.get_json(site.path("/mypermissions"), {"permissions": ",".join(wanted), **place})
    held = answer.get("permissions") or {}
    return {key: bool((held.get(key) or {}).get("havePermission")) for key in wanted}
