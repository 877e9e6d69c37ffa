"""Every format that a report can be written in: its files, its budget, and what it needs to be installed.

A renderer is a pure function of the model and, where the full report has an address, of that. It is imported when it is
asked for: an Excel book needs no Typst, and a page needs neither.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import get_args

from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from reports.formats import FormatName, require_installed
from reports.model import ReportModel

Content = bytes | Mapping[str, bytes]
"""A file, or a folder of files by name."""


@dataclass(frozen=True)
class Format:
    """One format. `ending` comes after `portfolio.<language>`; that of a folder starts with a hyphen. `budget` is the
    most bytes that it takes, of one file where there are several; None where it grows with the portfolio. `cut` says
    that long lists are shortened, which the file then tells."""

    name: FormatName
    ending: str
    function: str
    budget: int | None = None
    cut: bool = False

    def files(self, model: ReportModel, page: str | None = None, stem: str = "portfolio") -> dict[str, bytes]:
        """Content by path below the folder of reports. `page`: the address at which the full report is read.

        Same model, same bytes. Raises ConfigurationError where its extra is not installed.
        """
        require_installed([self.name])
        content = self._renderer()(model, page)
        name = f"{stem}.{model.language}{self.ending}"
        if isinstance(content, bytes):
            return {name: content}
        between = "/" if self.ending.startswith("-") else "."
        return {f"{name}{between}{part}": data for part, data in content.items()}

    def _renderer(self) -> Callable[[ReportModel, str | None], Content]:
        module, _, name = self.function.partition(":")
        found: Callable[[ReportModel, str | None], Content] = getattr(import_module(f"reports.render.{module}"), name)
        return found


_MB = 1_000_000
FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("html", ".html", "plain_pages:html"),
        Format("html_split", "-pages", "html_split:render_html_split"),
        Format("json", ".json", "plain_pages:json"),
        Format("xlsx", ".xlsx", "xlsx:render_xlsx"),
        Format("csv", "-csv", "csv:render_csv"),
        Format("parquet", "-parquet", "parquet:render_parquet"),
        Format("markdown", ".md", "markdown:render_markdown", 60_000, cut=True),
        Format("pdf", ".pdf", "pdf:render_pdf", 5 * _MB, cut=True),
        Format("mail", ".mail", "mail:render_mail", 95_000, cut=True),
        Format("adaptive_card", ".card.json", "adaptive_card:render_adaptive_card", 20_000, cut=True),
        Format("slack_blocks", ".slack.json", "slack_blocks:render_slack_blocks", 40_000, cut=True),
        Format("confluence_storage", ".confluence.xml", "confluence_storage:render_confluence_storage", 900_000,
               cut=True),
        Format("adf", ".adf.json", "adf:render_adf", 90_000, cut=True),
        Format("sarif", ".sarif", "sarif:render_sarif", cut=True),
        Format("junit", ".junit.xml", "junit:render_junit", cut=True),
    )
}  # fmt: skip
"""All of them, in the order of the settings."""


def format_named(name: str) -> Format:
    """That format. Raises ConfigurationError, with what was probably meant."""
    if name not in FORMATS:
        raise ConfigurationError(
            f"there is no report format `{name}`",
            code="report.format",
            remedy=suggest(name, FORMATS) or f"Formats: {', '.join(get_args(FormatName))}.",
        )
    return FORMATS[name]
