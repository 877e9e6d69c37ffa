"""Keeps reports as pages of a space: one page a report, its text replaced whole, files attached.

A page is ours when its text holds our anchor, which is written together with the page: so a creation whose answer was
lost is found again, and a page of somebody else's under the same title is never touched.
"""

from collections.abc import Mapping
from typing import ClassVar
from xml.sax.saxutils import escape

from connectors.confluence.calls import CONFLICT, Calls, Page
from connectors.receivers import Carrier, Refused
from portfolio.delivery import Delivery
from portfolio.errors import RemoteRefusal
from portfolio.ports import Change, Channel

MOST_BYTES = 1_000_000
"""Of a page's text; beyond about a megabyte Confluence gets slow, or refuses."""
_TITLE = 255


class ConfluenceSpace(Carrier):
    """The `Publisher` of one space."""

    channel: ClassVar[Channel] = "page"
    title: ClassVar[str] = "a Confluence space"
    _calls: Calls

    def __init__(self, name: str, space: str, parent: str | None) -> None:
        super().__init__(name)
        self._space = space
        self._parent = parent

    def connect(self, calls: Calls) -> None:
        """Take what asks Confluence."""
        self._calls = calls

    def send(self, change: Change, delivery: Delivery) -> str | None:
        """Create or replace the page; returns its id."""
        storage = marked(change.mark.name, delivery.main.content.decode("utf-8"))
        if len(storage.encode()) > MOST_BYTES:
            raise Refused(
                f"the page has {len(storage):,} characters, more than Confluence takes well; nothing was sent"
            )
        title = " ".join(delivery.title.split())[:_TITLE]
        page = self._standing(change, title)
        if page is None:
            page_id = self._calls.create(self._space, self._parent, title, storage)
        else:
            page_id = page.id
            self._replaced(page, title, storage, change.mark.name)
        for document in delivery.files:
            self._calls.attach(page_id, document)
        return page_id

    def preview(self, change: Change) -> Mapping[str, bytes]:
        """The page with our anchor, and its files."""
        found = dict(super().preview(change))
        if change.mark.body is not None:
            name = next(iter(found))
            found[name] = marked(change.mark.name, found[name].decode("utf-8")).encode()
        return found

    def take_back(self, change: Change) -> None:
        """Put our page into the bin; one that is gone, or is ours no more, is left."""
        page = self._calls.read(change.remote_id) if change.remote_id else None
        if page is not None and is_ours(page, change.mark.name):
            self._calls.delete(page.id)

    def close(self) -> None:
        """Give connections back."""
        self._calls.close()

    def _standing(self, change: Change, title: str) -> Page | None:
        """Our page as it stands: by its id, else by its title, where a creation's answer was lost."""
        page = self._calls.read(change.remote_id) if change.remote_id else None
        page = page or self._calls.find(self._space, title)
        if page is not None and not is_ours(page, change.mark.name):
            raise Refused(
                f"the page `{page.title}` ({page.id}) is not ours, or no more; it was left. Rename one of both"
            )
        return page

    def _replaced(self, page: Page, title: str, storage: str, report: str) -> None:
        """Write the text; where somebody saved meanwhile, look again and write once more."""
        try:
            self._calls.update(page, title, storage)
        except RemoteRefusal as error:
            if error.code != CONFLICT:
                raise
            again = self._calls.read(page.id)
            if again is None or not is_ours(again, report):
                raise Refused(
                    f"the page {page.id} went while it was written; it is made anew with the next run"
                ) from error
            self._calls.update(again, title, storage)


def marked(report: str, storage: str) -> str:
    """The text with our anchor."""
    return f"{_anchor(report)}{storage}"


def is_ours(page: Page, report: str) -> bool:
    """Whether the page holds our anchor of that report."""
    return _name(report) in page.storage


def _name(report: str) -> str:
    return f"plumbrule-report-{escape(report)}."


def _anchor(report: str) -> str:
    return (
        '<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">'
        f"{_name(report)}</ac:parameter></ac:structured-macro>"
    )
