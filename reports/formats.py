"""Names of the formats that a report can be written in, and what must be installed for some of them.

Light to import, for settings; `reports.render.formats` tells what each format is and makes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from portfolio.errors import ConfigurationError

FormatName = Literal[
    "html",
    "html_split",
    "json",
    "xlsx",
    "csv",
    "parquet",
    "markdown",
    "pdf",
    "mail",
    "adaptive_card",
    "slack_blocks",
    "confluence_storage",
    "adf",
    "sarif",
    "junit",
]
"""As `formats` of `[report]` and `[[reports]]` takes them."""


@dataclass(frozen=True)
class Extra:
    """A package that only some need, by the module that it brings and the extra that installs it."""

    name: str
    module: str


EXTRAS: Mapping[FormatName, Extra] = {"pdf": Extra("pdf", "typst")}
"""Formats that need more than Plumbrule itself brings."""


def require_installed(formats: Iterable[FormatName], extras: Mapping[FormatName, Extra] = EXTRAS) -> None:
    """Raises ConfigurationError for the first of these formats whose library is not installed."""
    for name in formats:
        extra = extras.get(name)
        if extra is not None and find_spec(extra.module) is None:
            raise ConfigurationError(
                f"reports of format {name} are made by the library {extra.module}, which is not installed",
                code="config.extra_missing",
                remedy=f'Install it where Plumbrule is installed: pip install "plumbrule[{extra.name}]". '
                f"Or take {name} out of `formats` of `[report]` and `[[reports]]`.",
            )
