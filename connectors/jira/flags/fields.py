"""A custom field of the admin's own, filled with what was found; `field_kinds` says which kinds can be.

Only values that we wrote are ever changed or cleared. A value that somebody else put there stays; where the field holds
but one, that is reported.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.jira.flags.attempts import SILENT, HostSilent, failed
from connectors.jira.flags.edits import Edit, Editor
from connectors.jira.flags.field_kinds import KINDS, Entry, IsOurs, OwnField, clearing, filling, standing
from connectors.jira.flags.site import Site
from portfolio.document import Paragraph, Span
from portfolio.errors import PlumbruleError, RemoteRefusal
from portfolio.ports import Change, Missing, Receipt

_ISSUES_A_READ = 100
"""`POST /issue/bulkfetch` takes at most 100 issues (Atlassian, REST v3)."""
_SHOWN = 5


class Fields:
    """Fills and clears fields."""

    def __init__(self, site: Site, editor: Editor) -> None:
        self._site = site
        self._editor = editor
        self._known: list[dict[str, Any]] | None = None
        self._options: dict[tuple[str, str], dict[str, Entry] | None] = {}

    def lacking(self, changes: Sequence[Change]) -> Iterator[Missing]:
        """Fields that are not there or not of a kind that can be filled, and options that nobody has defined yet."""
        for name, group in sorted(_by_name(changes).items()):
            found = self._resolve(name)
            stuck = [change for change in group if not self._is_gone_with_its_field(change)]
            if isinstance(found, str) and stuck:
                yield Missing(found, tuple(stuck))
            elif isinstance(found, OwnField) and found.has_options:
                yield from self._lacking_options(found, [c for c in group if (c.mark.body or {}).get("options")])

    def _lacking_options(self, field: OwnField, changes: Sequence[Change]) -> Iterator[Missing]:
        """One entry for what an administrator has to do, whatever the number of issues."""
        stuck: dict[str, list[tuple[str, Change]]] = {}
        for start in range(0, len(changes), _ISSUES_A_READ):
            part = changes[start : start + _ISSUES_A_READ]
            issues = self._read(field, [change.mark.target for change in part])
            for change in part:
                issue = issues.get(change.mark.target)
                wanted = None if issue is None else self._wanted(field, change, issue)
                if issue is not None and isinstance(wanted, str):
                    stuck.setdefault(wanted, []).append((_place(issue), change))
        for what, found in sorted(stuck.items()):
            places = sorted({place for place, _ in found})
            told = ", ".join(places[:_SHOWN]) + (f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else "")
            yield Missing(f"{what}, in {told}", tuple(change for _, change in found))

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
        there, is_ours = standing(field, issue["fields"].get(field.id)), self._ours(field, change)
        if change.action == "remove":
            return clearing(field, there, is_ours) or Receipt(change)
        wanted = self._wanted(field, change, issue)
        if isinstance(wanted, str):
            return self._refused(change, f"not tried: {wanted}")
        decided = filling(field, there, is_ours, wanted)
        if isinstance(decided, str):
            return self._refused(change, decided)
        is_theirs = wanted in there and not is_ours(wanted)
        return decided or Receipt(change, None if is_theirs else wanted.shown)

    def _ours(self, field: OwnField, change: Change) -> IsOurs:
        """By the ledger; among labels also by our prefix."""
        known = set((change.remote_id or "").splitlines())
        known |= {self._stands(field, text) for text in known}
        prefix = self._site.label_prefix
        return lambda entry: entry.shown in known or (field.kind == "labels" and entry.shown.startswith(prefix))

    def _wanted(self, field: OwnField, change: Change, issue: dict[str, Any]) -> Entry | str:
        """What should stand there; a text says what an administrator has to add before it can."""
        body = change.mark.body or {}
        if field.kind == "labels":
            label = f"{self._site.label_prefix}{body['options'][0]}"
            return Entry(label, label)
        if not field.has_options:
            return Entry(body["text"], self._stands(field, body["text"]))
        options = self._options_in(field, issue)
        if options is None:
            return f"the field {field.name!r} on the edit screen"
        for name in body["options"]:
            if name.casefold() in options:
                return options[name.casefold()]
        names = " or ".join(body["options"])
        return f"an option {names} of the field {field.name!r}: add it to the field's context"

    def _stands(self, field: OwnField, text: str) -> str:
        """A text as it is read back."""
        if field.kind == "paragraphs" and self._site.edition.rich_text == "wiki":
            return str(self._site.rich([Paragraph((Span(text),))])).strip()
        return text

    def _options_in(self, field: OwnField, issue: dict[str, Any]) -> dict[str, Entry] | None:
        """Each option by its name in small letters; None where the field is not on the edit screen.

        Options belong to the context of a field and screens to types of issues: both may differ from project to
        project and from type to type.
        """
        place = _place(issue)
        if (field.id, place) not in self._options:
            meta = self._site.http.get_json(self._site.issue(str(issue["id"]), "/editmeta"))
            shown = (meta.get("fields") or {}).get(field.id)
            named = [Entry(str(one["id"]), str(one["value"])) for one in (shown or {}).get("allowedValues") or ()]
            options = {entry.shown.casefold(): entry for entry in named}
            self._options[field.id, place] = None if shown is None else options
        return self._options[field.id, place]

    def _read(self, field: OwnField, issues: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What stands in the field now, and the project, by issue id; issues that are gone are left out."""
        wanted = [field.id, "project", "issuetype"]
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
        kind = KINDS.get(str((found[0].get("schema") or {}).get("custom", "")).rpartition(":")[2])
        if kind is None:
            return f"a list, checkboxes, labels or a text: the custom field {name!r} is none of these"
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


def _place(issue: dict[str, Any]) -> str:
    """Project and type of an issue, for people and to tell screens apart."""
    fields = issue["fields"]
    project = (fields.get("project") or {}).get("key", "?")
    return f"{project} ({(fields.get('issuetype') or {}).get('name', '?')})"
