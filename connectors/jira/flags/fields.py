"""A custom field of the admin's own, filled with what was found: a list to choose from, or a line of text.

Only values that we wrote are ever changed or cleared. A value that somebody else put there stays and is reported.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from connectors.jira.flags.attempts import SILENT, HostSilent, failed
from connectors.jira.flags.edits import Edit, Editor
from connectors.jira.flags.site import Site
from portfolio.errors import PlumbruleError, RemoteRefusal
from portfolio.ports import Change, Missing, Receipt

_KINDS: dict[str, Literal["select", "text"]] = {"select": "select", "textfield": "text"}
"""Types of custom fields that can be filled, by the end of their schema key."""
_ISSUES_A_READ = 100
"""`POST /issue/bulkfetch` takes at most 100 issues (Atlassian, REST v3)."""


@dataclass(frozen=True)
class OwnField:
    """The field that is meant, as Jira knows it."""

    id: str
    name: str
    kind: Literal["select", "text"]


class Fields:
    """Fills and clears fields."""

    def __init__(self, site: Site, editor: Editor) -> None:
        self._site = site
        self._editor = editor
        self._known: list[dict[str, Any]] | None = None
        self._options: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}

    def lacking(self, changes: Sequence[Change]) -> Iterator[Missing]:
        """Fields that are not there, or not of a kind that can be filled."""
        for name, group in sorted(_by_name(changes).items()):
            found = self._resolve(name)
            stuck = [change for change in group if not self._is_gone_with_its_field(change)]
            if isinstance(found, str) and stuck:
                yield Missing(found, tuple(stuck))

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change; its remote id is the value that now stands there. Raises HostSilent."""
        for name, group in sorted(_by_name(changes).items()):
            found = self._resolve(name)
            if not isinstance(found, str):
                yield from self._fill(found, group)
                continue
            for change in group:
                gone = self._is_gone_with_its_field(change)
                yield Receipt(change) if gone else self._refused(change, found)

    def _is_gone_with_its_field(self, change: Change) -> bool:
        """A value to be cleared in a field that was deleted."""
        return change.action == "remove" and not self._called(change.mark.name)

    def _fill(self, field: OwnField, changes: Sequence[Change]) -> Iterator[Receipt]:
        edits: dict[Edit, list[Change]] = {}
        for start in range(0, len(changes), _ISSUES_A_READ):
            part = changes[start : start + _ISSUES_A_READ]
            try:
                issues = self._read(field, [change.mark.target for change in part])
            except PlumbruleError as error:
                yield from (Receipt(c, c.remote_id, error.what, unwritten=True) for c in part if failed(c, error))
                if error.code in SILENT:
                    raise HostSilent from error
                continue
            for change in part:
                decided = self._decided(field, change, issues.get(change.mark.target))
                if isinstance(decided, Receipt):
                    yield decided
                else:
                    edits.setdefault(decided, []).append(change)
        for edit, group in sorted(edits.items(), key=lambda found: found[0]):
            yield from self._editor.apply(edit, group)

    def _decided(self, field: OwnField, change: Change, issue: dict[str, Any] | None) -> Edit | Receipt:
        """The edit to make, or the receipt of a change that needs none or may not be made."""
        if issue is None and change.action == "remove":
            return Receipt(change)
        if issue is None:
            return self._refused(change, "Jira could not find the issue, or the account may not see it")
        standing = _value(field, issue["fields"].get(field.id))
        ours = set((change.remote_id or "").splitlines())
        if change.action == "remove":
            return Edit(field.id, field.kind, "") if standing and standing in ours else Receipt(change)
        if standing and standing not in ours:
            return self._refused(change, f"{field.name} holds {standing!r}, which we did not write; it was left")
        try:
            edit = self._edit(field, change, issue)
        except RemoteRefusal as error:
            return self._refused(change, error.what)
        return Receipt(change, standing) if standing == edit.shown else edit

    def _edit(self, field: OwnField, change: Change, issue: dict[str, Any]) -> Edit:
        body = change.mark.body or {}
        if field.kind == "text":
            return Edit(field.id, "text", body["text"], body["text"])
        options = self._options_in(field, issue)
        for name in body["options"]:
            if name.casefold() in options:
                option, shown = options[name.casefold()]
                return Edit(field.id, "select", option, shown)
        raise RemoteRefusal(
            f"{field.name} has no option {' or '.join(body['options'])} in this project, or is not on its edit screen",
            code="remote.refused",
        )

    def _options_in(self, field: OwnField, issue: dict[str, Any]) -> dict[str, tuple[str, str]]:
        """Id and name of each option by its name in small letters, for the project of that issue.

        Options belong to the context of a field, which may differ from project to project.
        """
        project = str((issue["fields"].get("project") or {}).get("id", ""))
        if (field.id, project) not in self._options:
            meta = self._site.http.get_json(self._site.issue(str(issue["id"]), "/editmeta"))
            allowed = ((meta.get("fields") or {}).get(field.id) or {}).get("allowedValues") or ()
            named = [(str(option["id"]), str(option["value"])) for option in allowed]
            self._options[field.id, project] = {name.casefold(): (number, name) for number, name in named}
        return self._options[field.id, project]

    def _read(self, field: OwnField, issues: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What stands in the field now, and the project, by issue id; issues that are gone are left out."""
        wanted = [field.id, "project"]
        if self._site.edition.edits_in_bulk:
            body = {"issueIdsOrKeys": list(issues), "fields": wanted}
            answer = self._site.http.post_json(self._site.path("/issue/bulkfetch"), body, read_only=True)
            return {str(issue["id"]): issue for issue in answer.get("issues") or ()}
        found = {}
        for issue in issues:
            try:
                found[issue] = self._site.http.get_json(self._site.issue(issue), {"fields": ",".join(wanted)})
            except RemoteRefusal as error:
                if error.code != "remote.not_found":
                    raise
        return found

    def _resolve(self, name: str) -> OwnField | str:
        """The one custom field of that name, id or schema; else what is wrong, in words."""
        found = self._called(name)
        if not found:
            return f"a custom field {name!r} that the account may see: create it, or correct writeback.field"
        if len(found) > 1:
            ids = ", ".join(sorted(str(f["id"]) for f in found))
            return f"one custom field {name!r}: there are {len(found)} ({ids}); put the id into writeback.field"
        kind = _KINDS.get(str((found[0].get("schema") or {}).get("custom", "")).rpartition(":")[2])
        if kind is None:
            return f"a list (single choice) or a line of text: the custom field {name!r} is neither"
        return OwnField(str(found[0]["id"]), str(found[0]["name"]), kind)

    def _called(self, name: str) -> list[dict[str, Any]]:
        """Custom fields of that name, id or schema."""
        if self._known is None:
            self._known = self._site.http.get_json(self._site.path("/field"))
        wanted = name.casefold()
        return [field for field in self._known if field.get("custom") and wanted in _names(field)]

    def _refused(self, change: Change, why: str) -> Receipt:
        return Receipt(change, change.remote_id, why, unwritten=True)


def _by_name(changes: Sequence[Change]) -> dict[str, list[Change]]:
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.mark.name, []).append(change)
    return groups


def _names(field: dict[str, Any]) -> set[str]:
    schema = field.get("schema") or {}
    return {str(value).casefold() for value in (field.get("id"), field.get("name"), schema.get("custom")) if value}


def _value(field: OwnField, standing: Any) -> str:
    """What a person sees in the field; empty where it is empty."""
    if field.kind == "select" and isinstance(standing, dict):
        return str(standing.get("value") or "")
    return str(standing or "")
