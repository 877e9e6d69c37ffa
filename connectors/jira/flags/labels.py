"""Labels on many issues at once, without a mail: the bulk edit of Jira Cloud, and what became of each issue."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog

from connectors.http import Http
from connectors.jira.client import API
from portfolio.errors import PlumbruleError, RateLimited, SignInError
from portfolio.ports import Change, Receipt

ISSUES_A_CALL = 1000
"""`POST /bulk/issues/fields` takes at most 1000 issues (Atlassian, REST v3)."""
_ENDED_BADLY = ("FAILED", "CANCELLED", "DEAD")
_LONGEST_PAUSE_SECONDS = 10.0
_PATIENCE_SECONDS = 600.0
SILENT = frozenset({"remote.unreachable", "remote.unavailable"})
"""Codes of errors after which more calls to the same host would only wait."""
log = structlog.get_logger("plumbrule.connectors.jira")


class HostSilent(Exception):
    """The host does not answer, after all tries; the text is the last error's."""


def not_tried(host: str) -> str:
    """What a receipt says of a change that was left because of an earlier one."""
    return f"not tried: {host} does not answer"


class BulkLabels:
    """Adds and removes labels. `sleep` waits between two looks at a running task."""

    def __init__(self, http: Http, sleep: Callable[[float], None]) -> None:
        self._http = http
        self._sleep = sleep

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change. One bulk edit per label and direction, a thousand issues each.

        After one that the host did not answer, the rest is not tried.
        """
        groups: dict[tuple[str, str], list[Change]] = {}
        for change in changes:
            option = "REMOVE" if change.action == "remove" else "ADD"
            groups.setdefault((option, change.mark.name), []).append(change)
        silent = False
        for (option, label), group in sorted(groups.items()):
            for start in range(0, len(group), ISSUES_A_CALL):
                part = group[start : start + ISSUES_A_CALL]
                if silent:
                    yield from (Receipt(change, error=not_tried(self._http.netloc)) for change in part)
                    continue
                try:
                    yield from self._edit(option, label, part)
                except HostSilent as stop:
                    silent = True
                    yield from (Receipt(change, error=str(stop)) for change in part)

    def _edit(self, option: str, label: str, changes: Sequence[Change]) -> Iterator[Receipt]:
        body = {
            "selectedIssueIdsOrKeys": [change.mark.target for change in changes],
            "selectedActions": ["labels"],
            "editedFieldsInput": {
                "labelsFields": [
                    {"fieldId": "labels", "bulkEditMultiSelectFieldOption": option, "labels": [{"name": label}]}
                ]
            },
            "sendBulkNotification": False,
        }
        try:
            task = self._http.post_json(f"{API}/bulk/issues/fields", body)["taskId"]
            progress = self._outcome(str(task))
        except RateLimited:
            raise
        except SignInError as error:
            if error.code != "sign_in.permission":
                raise
            yield from (Receipt(change, error=f"{error.what} {error.remedy}") for change in changes)
            return
        except PlumbruleError as error:
            if error.code in SILENT:
                raise HostSilent(error.what) from error
            yield from (Receipt(change, error=error.what) for change in changes)
            return
        yield from (Receipt(change, error=_error(change.mark.target, progress)) for change in changes)

    def _outcome(self, task: str) -> dict[str, Any]:
        """The task's last state: ended, or still running when our patience is."""
        pause = waited = 0.0
        while True:
            progress: dict[str, Any] = self._http.get_json(f"{API}/bulk/queue/{task}")
            if progress.get("status") == "COMPLETE" or progress.get("status") in _ENDED_BADLY:
                return progress
            if waited >= _PATIENCE_SECONDS:
                log.warning("jira.bulk_edit_still_running", task=task, waited_seconds=waited)
                return progress
            pause = min(_LONGEST_PAUSE_SECONDS, pause * 2 or 0.5)
            self._sleep(pause)
            waited += pause


def _error(issue: str, progress: dict[str, Any]) -> str | None:
    """What the task says of one issue; None when it was edited."""
    reasons = (progress.get("failedAccessibleIssues") or {}).get(issue)
    if reasons:
        return "; ".join(str(reason) for reason in reasons)
    if issue in {str(done) for done in progress.get("processedAccessibleIssues") or []}:
        return None
    if progress.get("status") == "COMPLETE":
        return "Jira could not find the issue, or the account may not see it"
    return f"the bulk edit {progress.get('taskId', '')} is {progress.get('status')}; run again to see what it did"
