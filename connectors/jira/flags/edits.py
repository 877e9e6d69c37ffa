"""Edits of issue fields without a mail: in bulk on Cloud, issue by issue on Data Center.

Cloud: `POST /bulk/issues/fields` with `sendBulkNotification` false takes at most 1000 issues, answers with a task, and
the task tells what became of each issue (Atlassian, REST v3). Data Center: `PUT /issue/{id}?notifyUsers=false`, which
asks for the right to administer the project (Atlassian, Jira Data Center REST v2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import structlog

from connectors.jira.flags.adf import adf
from connectors.jira.flags.attempts import SILENT, HostSilent, each, failed
from connectors.jira.flags.site import Site
from connectors.jira.flags.wiki import wiki
from portfolio.document import Paragraph, Span
from portfolio.errors import PlumbruleError, RateLimited, RemoteRefusal
from portfolio.ports import Change, Receipt

ISSUES_A_CALL = 1000
_ENDED_BADLY = ("FAILED", "CANCELLED", "DEAD")
_LONGEST_PAUSE_SECONDS = 10.0
_PATIENCE_SECONDS = 600.0
log = structlog.get_logger("plumbrule.connectors.jira")


@dataclass(frozen=True, order=True)
class Edit:
    """One edit, the same for many issues.

    `values` are all that stands in the field afterwards: ids of options, labels, or the text; nothing clears it. Of the
    issue's own labels it is the one that is added or removed. `shown` is what a person sees there of ours afterwards.
    """

    field_id: str
    kind: Literal["add_label", "remove_label", "option", "options", "labels", "line", "paragraphs"]
    values: tuple[str, ...]
    shown: str = ""


class Editor(Protocol):
    """Carries out one edit on many issues."""

    def apply(self, edit: Edit, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change, with what is shown as remote id. Raises HostSilent after one without an answer."""
        ...


def editor(site: Site) -> Editor:
    """The one for that edition."""
    return BulkEditor(site) if site.edition.edits_in_bulk else IssueEditor(site)


class BulkEditor:
    """Many issues in one call, and what became of each."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def apply(self, edit: Edit, changes: Sequence[Change]) -> Iterator[Receipt]:
        """A thousand issues a call. Each edit counts as a write to its issue, whether Jira counts it or not."""
        for start in range(0, len(changes), ISSUES_A_CALL):
            ready: list[Change] = []
            for change in changes[start : start + ISSUES_A_CALL]:
                try:
                    self._site.http.claim(change.mark.target)
                    ready.append(change)
                except RateLimited as busy:
                    yield failed(change, busy)
            if ready:
                yield from self._part(edit, ready)

    def _part(self, edit: Edit, changes: Sequence[Change]) -> Iterator[Receipt]:
        body = {
            "selectedIssueIdsOrKeys": [change.mark.target for change in changes],
            "selectedActions": [edit.field_id],
            "editedFieldsInput": _bulk_input(edit),
            "sendBulkNotification": False,
        }
        try:
            task = self._site.http.post_json(self._site.path("/bulk/issues/fields"), body)["taskId"]
            progress = self._outcome(str(task))
        except PlumbruleError as error:
            yield from (failed(change, error) for change in changes)
            if error.code in SILENT:
                raise HostSilent from error
            return
        for change in changes:
            error_words = _error(change, progress)
            yield Receipt(change, change.remote_id if error_words else edit.shown or None, error_words)

    def _outcome(self, task: str) -> dict[str, Any]:
        """The task's last state: ended, or still running when our patience is."""
        pause = waited = 0.0
        while True:
            progress: dict[str, Any] = self._site.http.get_json(self._site.path(f"/bulk/queue/{task}"))
            if progress.get("status") == "COMPLETE" or progress.get("status") in _ENDED_BADLY:
                return progress
            if waited >= _PATIENCE_SECONDS:
                log.warning("jira.bulk_edit_still_running", task=task, waited_seconds=waited)
                return progress
            pause = min(_LONGEST_PAUSE_SECONDS, pause * 2 or 0.5)
            self._site.sleep(pause)
            waited += pause


class IssueEditor:
    """One call an issue."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def apply(self, edit: Edit, changes: Sequence[Change]) -> Iterator[Receipt]:
        """PUT without a mail."""
        body = _issue_body(edit)

        def write(change: Change) -> str | None:
            path = self._site.issue(change.mark.target)
            try:
                self._site.http.put_json(path, body, params={"notifyUsers": "false"})
            except RemoteRefusal as error:
                if change.action != "remove" or error.code != "remote.not_found":
                    raise  # else what was to be taken away went with its issue
            return edit.shown or None

        yield from each(changes, write)


def _bulk_input(edit: Edit) -> dict[str, Any]:
    """`editedFieldsInput` of the bulk edit (Atlassian, REST v3, "Bulk edit issues")."""
    values, one = edit.values, "".join(edit.values)
    match edit.kind:
        case "add_label" | "remove_label":
            return _bulk_labels("labels", "ADD" if edit.kind == "add_label" else "REMOVE", values)
        case "labels":
            return _bulk_labels(edit.field_id, "REPLACE" if values else "REMOVE_ALL", values)
        case "option":
            return {"singleSelectFields": [{"fieldId": edit.field_id, "option": {"optionId": int(one or -1)}}]}
        case "options":
            chosen = [{"optionId": int(value)} for value in values]
            return {"multipleSelectFields": [{"fieldId": edit.field_id, "options": chosen}]}
        case "line":
            return {"singleLineTextFields": [{"fieldId": edit.field_id, "text": one}]}
        case "paragraphs":
            text = {"adfValue": adf([Paragraph((Span(one),))])} if one else {}
            return {"richTextFields": [{"fieldId": edit.field_id, "richText": text}]}


def _bulk_labels(field: str, how: str, labels: Sequence[str]) -> dict[str, Any]:
    named = [{"name": label} for label in labels]
    return {"labelsFields": [{"fieldId": field, "bulkEditMultiSelectFieldOption": how, "labels": named}]}


def _issue_body(edit: Edit) -> dict[str, Any]:
    """Body of an edit of one issue of Data Center (Atlassian, Jira Data Center REST v2, "Edit issue")."""
    values, one = edit.values, "".join(edit.values)
    match edit.kind:
        case "add_label" | "remove_label":
            return {"update": {"labels": [{"add" if edit.kind == "add_label" else "remove": one}]}}
        case "labels":
            return {"fields": {edit.field_id: list(values)}}
        case "option":
            return {"fields": {edit.field_id: {"id": one} if one else None}}
        case "options":
            return {"fields": {edit.field_id: [{"id": value} for value in values]}}
        case "line":
            return {"fields": {edit.field_id: one or None}}
        case "paragraphs":
            return {"fields": {edit.field_id: wiki([Paragraph((Span(one),))]) if one else None}}


def _error(change: Change, progress: dict[str, Any]) -> str | None:
    """What the task says of one issue; None when it was edited, or is gone with what was to be taken away."""
    issue = change.mark.target
    reasons = (progress.get("failedAccessibleIssues") or {}).get(issue)
    if reasons:
        return "; ".join(str(reason) for reason in reasons)
    if issue in {str(done) for done in progress.get("processedAccessibleIssues") or []}:
        return None
    if progress.get("status") == "COMPLETE":
        return None if change.action == "remove" else "Jira could not find the issue, or the account may not see it"
    return f"the bulk edit {progress.get('taskId', '')} is {progress.get('status')}; run again to see what it did"
