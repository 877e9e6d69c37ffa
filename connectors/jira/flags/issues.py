"""Findings as issues of their own in a project of the PMO. A creation is never repeated blindly.

Jira takes no key that would make creating an issue safe to repeat. So every issue carries a fingerprint label from its
creation on; before anything is created, the project is searched for it; and where it is not known whether an earlier
creation arrived (the ledger says pending, or no answer came), the search is repeated until its index must have caught
up. Once created, an issue belongs to its owner: its texts are never written again. It is closed when the finding is
resolved and opened again when the same finding comes back.
"""

from collections.abc import Iterator, Sequence

from connectors.jira.flags.attempts import SILENT, HostSilent, failed
from connectors.jira.flags.edits import Editor
from connectors.jira.flags.finder import Found, find, find_patiently, read
from connectors.jira.flags.reviewing import review
from connectors.jira.flags.site import PROPERTY, Site
from connectors.jira.flags.statuses import Statuses
from portfolio.document import read_document
from portfolio.errors import PlumbruleError, RemoteError
from portfolio.ports import Change, Mark, Receipt, Review, Row

UNKNOWN = "Jira did not say whether the issue was created; the next run looks for it before it tries again"


class FindingIssues:
    """Creates, closes and opens again."""

    def __init__(self, site: Site, editor: Editor) -> None:
        self._site = site
        self._statuses = Statuses(site, editor)

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change, with the issue's id. Raises HostSilent, RateLimited, SignInError."""
        for project in sorted({change.mark.target for change in changes}):
            yield from self._in_project(project, [c for c in changes if c.mark.target == project])

    def review(self, publications: Sequence[Row]) -> Review:
        """What became of open findings' issues in other hands."""
        return review(self._site, publications)

    def _in_project(self, project: str, changes: Sequence[Change]) -> Iterator[Receipt]:
        try:
            found = self._looked_up(project, changes)
        except PlumbruleError as error:
            yield from (Receipt(c, c.remote_id, failed(c, error).error, unwritten=True) for c in changes)
            if error.code in SILENT:
                raise HostSilent from error
            return
        doubtful: list[Change] = []
        silent: PlumbruleError | None = None
        for change in changes:
            if silent is not None:
                break
            try:
                yield Receipt(change, self._carried_out(change, found.get(change.mark.name)))
            except PlumbruleError as error:
                silent = error if error.code in SILENT else None
                receipt = failed(change, error)  # raises where a rate limit stops the run
                if receipt.unwritten or not _is_creation(change, found):
                    yield receipt
                else:
                    doubtful.append(change)
        yield from self._cleared_up(project, doubtful)
        if silent is not None:
            raise HostSilent from silent

    def _looked_up(self, project: str, changes: Sequence[Change]) -> dict[str, Found]:
        """What stands there already. With patience where an earlier run may have created it without our knowing."""
        fresh = [c.mark.name for c in changes if c.action == "create"]
        uncertain = [c.mark.name for c in changes if c.action != "create" and c.remote_id is None]
        found = find(self._site, project, fresh)
        if uncertain:
            found |= find_patiently(self._site, project, uncertain)
        for change in changes:
            known = read(self._site, change.remote_id) if change.remote_id else None
            if known:
                found[change.mark.name] = known
        return found

    def _carried_out(self, change: Change, found: Found | None) -> str | None:
        if change.action == "remove":
            if found is not None:
                self._statuses.close(found)
            return None
        if found is None and change.remote_id is not None:
            return change.remote_id  # moved to another project or deleted: somebody took care of it
        if found is None:
            return self._created(change.mark)
        self._statuses.reopen(found)
        return found.id

    def _created(self, mark: Mark) -> str:
        body = mark.body or {}
        fields = {
            "project": {"key": mark.target},
            "issuetype": {"name": body["issue_type"]},
            "summary": body["summary"],
            "description": self._site.rich(read_document(body["document"])),
            "labels": [mark.name],
        }
        properties = [{"key": PROPERTY, "value": body["property"]}]
        answer = self._site.http.post_json(self._site.path("/issue"), {"fields": fields, "properties": properties})
        return str(answer["id"])

    def _cleared_up(self, project: str, doubtful: Sequence[Change]) -> Iterator[Receipt]:
        """What became of creations without an answer, as far as it can be known now."""
        if not doubtful:
            return
        try:
            found = find_patiently(self._site, project, [change.mark.name for change in doubtful])
        except RemoteError:
            found = {}
        for change in doubtful:
            mine = found.get(change.mark.name)
            yield Receipt(change, mine.id if mine else None, None if mine else UNKNOWN)


def _is_creation(change: Change, found: dict[str, Found]) -> bool:
    return change.action != "remove" and change.remote_id is None and change.mark.name not in found
