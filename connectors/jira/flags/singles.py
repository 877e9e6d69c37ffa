"""Marks that are one call each and may be repeated: entity properties and remote links.

Properties are written one by one although Jira Cloud can set those of a hundred issues in one call: that call is an
asynchronous task without a verdict per issue, and only differences are written, so the calls saved are few.
"""

import json
from urllib.parse import quote

from connectors.jira.flags.site import Site
from portfolio.errors import RemoteRefusal
from portfolio.ports import Change

LONGEST_PROPERTY = 32_768
"""Characters of a property's value (Atlassian, REST v3, "Set issue property")."""


class Properties:
    """PUT or DELETE of an entity property, on a project or an issue. No mail, no history."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def write(self, change: Change) -> str | None:
        """The property's key. Raises RemoteRefusal for a value that Jira would refuse."""
        mark = change.mark
        below = f"/properties/{quote(mark.name, safe='')}"
        if mark.target_kind == "project":
            path = self._site.path(f"/project/{quote(mark.target, safe='')}{below}")
        else:
            path = self._site.issue(mark.target, below)
        if change.action == "remove":
            self._site.delete(path)
            return None
        length = len(json.dumps(mark.body, ensure_ascii=False))
        if length > LONGEST_PROPERTY:
            raise RemoteRefusal(
                f"the property would have {length} characters; Jira takes {LONGEST_PROPERTY}", code="remote.refused"
            )
        self._site.http.put_json(path, mark.body)
        return mark.name


class RemoteLinks:
    """Create or update by global id, in one call that may be repeated for that reason; DELETE by global id."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def write(self, change: Change) -> str | None:
        """The link's id."""
        mark = change.mark
        path = self._site.issue(mark.target, "/remotelink")
        if change.action == "remove":
            self._site.delete(path, {"globalId": mark.name})
            return None
        answer = self._site.http.post_json(path, {**(mark.body or {}), "globalId": mark.name}, read_only=True)
        return str(answer["id"]) if isinstance(answer, dict) and answer.get("id") is not None else None
