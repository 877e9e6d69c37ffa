"""Where the things of a page are found: in the page itself, or at addresses of `plumbrule serve`."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup, escape

LANGUAGE_NAMES = {"en": "English", "zh-Hans": "简体中文"}


@dataclass(frozen=True)
class Places:
    """Addresses of one page. `base` is the path under which a served page is found, None for a page that is a file.

    `languages` are those that a reader may choose, each with its own name; `also` are paths and names of links that
    belong to one page.
    """

    base: str | None = None
    signed_in: bool = False
    languages: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    pages: Mapping[str, str] | None = None
    """Files of the projects' own pages, by key, where the page is the first of a folder; findings are there."""

    @property
    def is_live(self) -> bool:
        """The page is served."""
        return self.base is not None

    def to(self, path: str) -> str:
        """The address of a path that begins with a slash."""
        return f"{self.base or ''}{path}"

    def project(self, key: str) -> Markup:
        """Attributes of a link to a project: the script opens it in place where it has no page of its own."""
        if self.is_live:
            return Markup('href="{}"').format(self.to(project_path(key)))
        place = f"#{quote(key, safe='/')}" if self.pages is None else self.pages.get(key, "#projects")
        return Markup('href="{}" data-key="{}"').format(place, key)

    def rule(self, rule_id: str) -> Markup:
        """A rule's id, as a link where it has a page."""
        if not self.is_live:
            return escape(rule_id)
        return Markup('<a href="{}">{}</a>').format(self.to(rule_path(rule_id)), rule_id)

    def finding(self, finding_id: str, text: str) -> Markup:
        """The words of a finding, as a link where it has a page."""
        if not self.is_live:
            return escape(text)
        return Markup('<a href="{}">{}</a>').format(self.to(finding_path(finding_id)), text)


def project_path(key: str) -> str:
    """Where a project's page is, below the base."""
    return f"/projects/{quote(key, safe='')}"


def rule_path(rule_id: str) -> str:
    """Where a rule's page is, below the base."""
    return f"/rules/{quote(rule_id, safe='')}"


def finding_path(finding_id: str) -> str:
    """Where a finding's page is, below the base."""
    return f"/findings/{quote(finding_id, safe='')}"
