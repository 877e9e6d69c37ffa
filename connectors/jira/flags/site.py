"""One Jira site as the writers of flags see it: a connection, an edition, and how it writes rich text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from connectors.http import Http
from connectors.jira.api import Edition
from connectors.jira.flags.adf import adf, adf_text
from connectors.jira.flags.wiki import wiki, wiki_span
from portfolio.document import Block, Span
from portfolio.errors import RemoteRefusal

PROPERTY = "plumbrule"
"""Key of the entity property that we write."""


@dataclass(frozen=True)
class Site:
    """`sleep` waits between two looks at something that takes time; labels with `label_prefix` are ours."""

    http: Http
    edition: Edition
    sleep: Callable[[float], None]
    label_prefix: str

    def issue(self, issue: str, rest: str = "") -> str:
        """Path of an issue, or of something below it."""
        return f"{self.edition.api}/issue/{quote(issue, safe='')}{rest}"

    def path(self, rest: str) -> str:
        """Any other path of the interface."""
        return f"{self.edition.api}{rest}"

    def rich(self, blocks: Iterable[Block]) -> Any:
        """A document as this edition takes it."""
        return adf(blocks) if self.edition.rich_text == "adf" else wiki(blocks)

    def holds(self, body: Any, code: str) -> bool:
        """Whether a text that Jira gave us holds that run of code."""
        if self.edition.rich_text == "adf":
            return code in adf_text(body)
        return isinstance(body, str) and wiki_span(Span(code, code=True)) in body

    def delete(self, path: str, params: dict[str, str] | None = None) -> None:
        """DELETE. What is already gone needs no removal."""
        try:
            self.http.delete(path, params)
        except RemoteRefusal as error:
            if error.code != "remote.not_found":
                raise
