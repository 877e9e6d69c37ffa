"""One comment a flagged issue: created once, then edited without a mail, deleted when nothing is open.

Jira has no key that would keep a comment single, so ours holds its reference as a run of code, and before one is
created the issue's comments are looked through for it: they are read from the issue itself, not from the search index,
so there is nothing to wait for. Only a comment that our own account wrote is taken for ours.
"""

from collections.abc import Iterator
from typing import Any

from connectors.jira.flags.site import Site
from portfolio.document import Block, Paragraph, Span, read_document
from portfolio.errors import RateLimited, RemoteError, RemoteRefusal
from portfolio.ports import Change, Mark

_INTERNAL = [{"key": "sd.public.comment", "value": {"internal": True}}]
"""Jira Service Management shows a comment to customers unless this property says otherwise; elsewhere it says nothing
(Atlassian, Jira Service Management, comment property `sd.public.comment`)."""
_PAGE = 100
_MOST = 5000
"""Comments an issue may have (Atlassian, Jira Cloud limits)."""


class Comments:
    """Writes comments."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._me: set[str] | None = None

    def write(self, change: Change) -> str | None:
        """The comment's id. What customers of a service desk see is not for the PMO to say."""
        mark, known = change.mark, change.remote_id
        if change.action == "remove":
            known = known or self._find(mark)
            if known:
                self._site.delete(self._path(mark, f"/{known}"))
            return None
        body = {"body": self._site.rich(_blocks(mark))}
        if known and self._edited(mark, known, body):
            return known
        found = self._find(mark)
        if found:
            self._edited(mark, found, body)
            return found
        return self._created(mark, {**body, "properties": _INTERNAL})

    def _created(self, mark: Mark, body: dict[str, Any]) -> str:
        """Sent once. Where no answer came, the issue says whether it arrived."""
        try:
            return str(self._site.http.post_json(self._path(mark), body)["id"])
        except RateLimited:
            raise  # nothing was written
        except RemoteError:
            found = self._find_quietly(mark)
            if found is None:
                raise
            return found

    def _edited(self, mark: Mark, comment: str, body: dict[str, Any]) -> bool:
        """Whether the comment was there to be edited."""
        quietly = {"notifyUsers": "false"} if self._site.edition.rich_text == "adf" else None
        try:
            self._site.http.put_json(self._path(mark, f"/{comment}"), body, params=quietly)
        except RemoteRefusal as error:
            if error.code == "remote.not_found":
                return False
            raise
        return True

    def _find_quietly(self, mark: Mark) -> str | None:
        try:
            return self._find(mark)
        except RemoteError:
            return None

    def _find(self, mark: Mark) -> str | None:
        """Our comment on that issue, by its reference and its author."""
        for comment in self._all(mark):
            if self._site.holds(comment.get("body"), mark.name) and self._mine(comment.get("author") or {}):
                return str(comment["id"])
        return None

    def _all(self, mark: Mark) -> Iterator[dict[str, Any]]:
        """Newest first."""
        for start in range(0, _MOST, _PAGE):
            asked: dict[str, str | int | list[str]] = {"startAt": start, "maxResults": _PAGE, "orderBy": "-created"}
            page = self._site.http.get_json(self._path(mark), asked)
            found = page.get("comments") or []
            yield from found
            if not found or start + len(found) >= page.get("total", 0):
                return

    def _mine(self, author: dict[str, Any]) -> bool:
        if self._me is None:
            me = self._site.http.get_json(self._site.path("/myself"))
            self._me = {str(me[name]) for name in ("accountId", "key") if me.get(name)}
        return bool(self._me & {str(author.get("accountId")), str(author.get("key"))})

    def _path(self, mark: Mark, rest: str = "") -> str:
        return self._site.issue(mark.target, f"/comment{rest}")


def _blocks(mark: Mark) -> list[Block]:
    """The stable part, what was so on the day of writing, and our reference."""
    parts = [part["document"] for part in (mark.body, mark.dated) if part]
    told = [block for part in parts for block in read_document(part)]
    return [*told, Paragraph((Span(mark.name, code=True),))]
